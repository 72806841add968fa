package spotcheck

// Algorithm names how tickets are made and rounds are drawn. A change of either changes
// it.
const Algorithm = "guanxi/spotcheck/v1"

// Manifest is the record of one drawn round (抽查清单) from which anybody can recompute
// it: see [Verify]. Its canonical form, of [Manifest.Canonical], is what is hashed,
// chained and published.
type Manifest struct {
	Algorithm string    `json:"algorithm"` // of this package: [Algorithm]
	Cycle     string    `json:"cycle"`     // id
	Rules     Hash      `json:"rules"`     // of the opening: rules, commitment, carried people
	Round     int       `json:"round"`     // 1-based
	Kind      RoundKind `json:"kind"`
	Previous  Hash      `json:"previous"` // of the manifest before this one; zero for the first
	History   Hash      `json:"history"`  // of the journal before this entry: [State.History]
	Roster    Hash      `json:"roster"`
	Seed      Seed      `json:"seed"`

	Check Ticket `json:"check"` // of the empty name: holds the key also where nobody is drawn by ticket

	Counts      Counts       `json:"counts"`
	Departments []Allocation `json:"departments,omitempty"` // in byte order, where the cycle has departments
	Drawn       []Pick       `json:"drawn"`                 // rechecks, owed, fresh, top-up, repeats, surprise; each group in its own order
	Undrawn     []Pick       `json:"undrawn"`               // the first of each group that was not drawn: whom a larger quota would add
}

// Counts are the numbers behind a round. A round that draws everybody it should has
// Shortfall and CoverageShortfall 0.
type Counts struct {
	N        int `json:"n"`        // all staff on the roster 员工总数
	Eligible int `json:"eligible"` // of these, who can be drawn
	Goal     int `json:"goal"`     // least number of different people over the cycle, by this roster
	Seen     int `json:"seen"`     // on this roster and checked in this cycle before
	Unseen   int `json:"unseen"`   // eligible, not checked before and not certain to be drawn

	Quota   int `json:"quota"`    // by the rate of the round
	CatchUp int `json:"catch_up"` // added for rounds that were missed
	Target  int `json:"target"`   // quota, catch-up and top-up: what is drawn besides certain people

	Recheck  int `json:"recheck"`
	Owed     int `json:"owed"`
	Fresh    int `json:"fresh"`  // first checks by the quota
	TopUp    int `json:"top_up"` // first checks beyond it
	Repeat   int `json:"repeat"`
	Surprise int `json:"surprise"`
	Checked  int `json:"checked"` // all who are drawn

	Reserved          int `json:"reserved"`           // unseen people held back for the year-end check
	Shortfall         int `json:"shortfall"`          // by which Checked without Surprise is below quota and catch-up 名额缺口
	CoverageShortfall int `json:"coverage_shortfall"` // of a year-end check: by which the goal is missed after it 覆盖缺口
}

// Allocation is a department's part of the first checks of a round (部门名额).
type Allocation struct {
	Department string `json:"department"`
	N          int    `json:"n"`       // its people on the roster
	Seen       int    `json:"seen"`    // of these, checked before
	Unseen     int    `json:"unseen"`  // of these, eligible, not checked before and not certain to be drawn
	Minimum    int    `json:"minimum"` // over the cycle
	First      int    `json:"first"`   // fresh and top-up in this round
}

// Pick is one person of a manifest.
type Pick struct {
	Person     string `json:"person"`
	Department string `json:"department,omitzero"`
	Reason     Reason `json:"reason"`
	Ticket     Ticket `json:"ticket"`
}
