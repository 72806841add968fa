package approval

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"github.com/guanxi-go/guanxi/crm/finding"
	"github.com/guanxi-go/guanxi/crm/money"
)

// Level is one level of authority (审批层级) and who stands on it.
type Level struct {
	Code      string     `json:"code"`
	En        string     `json:"en,omitzero"` // for people; "" is Code
	Zh        string     `json:"zh,omitzero"` // 中文; "" is En
	Approvers []Approver `json:"approvers"`   // not FromGuide
	Mode      Mode       `json:"mode"`        // how they decide
	K         int        `json:"k,omitzero"`  // Quorum: how many approve
}

// String returns the English name.
func (l Level) String() string { return cmp.Or(l.En, l.Code) }

// Text returns the level's name for people.
func (l Level) Text(in finding.Language) string {
	if in == finding.Chinese {
		return l.zh()
	}
	return l.String()
}

func (l Level) zh() string { return cmp.Or(l.Zh, l.En, l.Code) }

// Band gives the amounts above the band before it, up to and with UpTo, to a level
// (金额区间). The first band also has 0. The last one is open: its UpTo is 0.
type Band struct {
	UpTo  int64  `json:"up_to,omitzero"` // minor units of the table's currency
	Level string `json:"level"`
}

// AuthorityTable says which level decides a matter up to which amount (权限表), in
// one currency and one unit, for a time.
type AuthorityTable struct {
	Matter   string         `json:"matter"`
	Unit     string         `json:"unit,omitzero"` // with all below it where it is a path that ends with /; "" is every unit; the longest that fits counts
	Currency money.Currency `json:"currency"`
	Since    time.Time      `json:"since,omitzero"` // in force from here; zero is always
	Until    time.Time      `json:"until,omitzero"` // until just before here; zero is open
	Bands    []Band         `json:"bands"`
}

// splitWindow is how far back requests are taken together where a guide does not say.
const splitWindow = 7 * 24 * time.Hour

// GuideDefinition is an authority guide as data.
type GuideDefinition struct {
	Levels []Level          `json:"levels"` // from the lowest to the highest
	Tables []AuthorityTable `json:"tables"`
	// SplitWindow is how far back requests of one initiator, matter and counterparty
	// are taken together; 0 is seven days of 24 hours.
	SplitWindow time.Duration `json:"split_window,omitzero"`
}

// Guide is an authority guide (权限指引): who may approve what up to which amount.
// [NewGuide] makes one. It does not change and serves any number of goroutines.
type Guide struct {
	levels []Level
	rank   map[string]int
	tables []AuthorityTable
	window time.Duration
}

// NewGuide returns the guide of a definition, of which it keeps a copy. ErrInvalid,
// all at once: no levels, a level repeated or unknown, approvers that are not valid,
// bands that do not rise in amount and in level, a last band that is not open, two
// tables of one matter, unit and currency in force at one time.
func NewGuide(d GuideDefinition) (*Guide, error) {
	var found problems
	g := &Guide{rank: make(map[string]int, len(d.Levels)), window: cmp.Or(d.SplitWindow, splitWindow)}
	found.check(len(d.Levels) > 0, codeMissing, "levels", -1)
	found.check(d.SplitWindow >= 0, codeRange, "split_window", -1)
	for i, l := range d.Levels {
		_, again := g.rank[l.Code]
		found.check(!again, codeRepeated, "levels", i)
		if !again {
			g.rank[l.Code] = i
		}
		step := Step{ID: l.Code, En: l.En, Zh: l.Zh, Approvers: l.Approvers, Mode: l.Mode, K: l.K}
		found.placed("levels", i, step.Validate())
		found.check(!step.guided(), codeMisplaced, "levels", i)
		l.Approvers = slices.Clone(l.Approvers)
		g.levels = append(g.levels, l)
	}
	for i := range d.Tables {
		t := d.Tables[i]
		t.Bands = slices.Clone(t.Bands)
		found.placed("tables", i, t.validate(g.rank))
		for j := range g.tables {
			found.check(!t.clashes(&g.tables[j]), codeOverlap, "tables", i)
		}
		g.tables = append(g.tables, t)
	}
	if err := found.join(); err != nil {
		return nil, err
	}
	return g, nil
}

func (t *AuthorityTable) validate(rank map[string]int) error {
	var found problems
	found.check(validID(t.Matter), codeID, "matter", -1)
	found.check(validText(t.Unit), codeID, "unit", -1)
	found.check(t.Currency != 0, codeMissing, "currency", -1)
	found.check(t.Until.IsZero() || t.Until.After(t.Since), codeOrder, "until", -1)
	found.check(len(t.Bands) > 0, codeMissing, "bands", -1)
	below, level := int64(0), -1
	for i, b := range t.Bands {
		r, known := rank[b.Level]
		found.check(known, codeUnknown, "bands.level", i)
		found.check(!known || r > level, codeOrder, "bands.level", i)
		if i == len(t.Bands)-1 {
			found.check(b.UpTo == 0, codeMisplaced, "bands.up_to", i)
		} else {
			found.check(b.UpTo > below, codeOrder, "bands.up_to", i)
		}
		below, level = b.UpTo, max(level, r)
	}
	return found.join()
}

func (t *AuthorityTable) clashes(u *AuthorityTable) bool {
	return t.Matter == u.Matter && t.Unit == u.Unit && t.Currency == u.Currency &&
		(u.Until.IsZero() || t.Since.Before(u.Until)) && (t.Until.IsZero() || u.Since.Before(t.Until))
}

// fits reports whether the table speaks about a unit.
func (t *AuthorityTable) fits(unit string) bool {
	return t.Unit == "" || t.Unit == unit || strings.HasSuffix(t.Unit, "/") && strings.HasPrefix(unit, t.Unit)
}

func (t *AuthorityTable) inForce(at time.Time) bool {
	return !at.Before(t.Since) && (t.Until.IsZero() || at.Before(t.Until))
}

// Query asks a guide who decides.
type Query struct {
	Matter string        `json:"matter"`
	Unit   string        `json:"unit,omitzero"` // of who asks
	Amount money.Amount  `json:"amount"`        // with its currency, not below 0
	At     time.Time     `json:"at"`            // by the tables that are in force then
	Mode   AuthorityMode `json:"mode"`
}

// Resolve returns the levels that decide, from the lowest: one where the query's mode
// is Direct, and under Cumulative also each lower level of the same table. The cost is that of a walk
// over the tables.
//
// ErrInvalid: an amount below 0, an unknown mode. ErrCurrency: the matter has tables
// in force for the unit, and none in this currency. ErrNotFound: it has none.
func (g *Guide) Resolve(q Query) ([]Level, error) {
	if !q.Mode.Valid() {
		return nil, refuse(ErrInvalid, codeUnknown, "authority")
	}
	t, band, err := g.find(q)
	if err != nil {
		return nil, err
	}
	if q.Mode == Direct {
		return []Level{g.level(t.Bands[band].Level)}, nil
	}
	levels := make([]Level, 0, band+1)
	for _, b := range t.Bands[:band+1] {
		levels = append(levels, g.level(b.Level))
	}
	return levels, nil
}

func (g *Guide) level(code string) Level { return g.levels[g.rank[code]] }

func (g *Guide) find(q Query) (*AuthorityTable, int, error) {
	if q.Amount.Sign() < 0 {
		return nil, 0, refuse(ErrInvalid, codeNegative, "amount")
	}
	var best *AuthorityTable
	stated := false
	for i := range g.tables {
		t := &g.tables[i]
		if t.Matter != q.Matter || !t.fits(q.Unit) || !t.inForce(q.At) {
			continue
		}
		stated = true
		if t.Currency == q.Amount.Currency && (best == nil || len(t.Unit) > len(best.Unit)) {
			best = t
		}
	}
	switch {
	case best != nil:
		band := slices.IndexFunc(best.Bands[:len(best.Bands)-1], func(b Band) bool { return q.Amount.Minor <= b.UpTo })
		if band < 0 {
			band = len(best.Bands) - 1
		}
		return best, band, nil
	case stated:
		return nil, 0, refuseID(ErrCurrency, codeCurrency, "amount", q.Matter)
	}
	return nil, 0, refuseID(ErrNotFound, codeMatter, "matter", q.Matter)
}

// Who returns who may approve a request now: the people of the levels that
// [Guide.Resolve] names, each once, without the initiator. No split guard: that is
// [Guide.CheckSplit].
func (g *Guide) Who(r Request, at time.Time, mode AuthorityMode, in Directory) ([]string, error) {
	levels, err := g.Resolve(Query{Matter: r.matter(), Unit: r.Unit, Amount: r.Amount, At: at, Mode: mode})
	if err != nil {
		return nil, err
	}
	var people []string
	for i := range levels {
		for _, person := range resolve(nil, levels[i].Approvers, &r, in) {
			if person != r.Initiator {
				people = appendNew(people, person)
			}
		}
	}
	return people, nil
}

// covers reports whether a person stands on a level or on a higher one.
func (g *Guide) covers(person, level string, r *Request, in Directory) bool {
	for _, l := range g.levels[g.rank[level]:] {
		if slices.Contains(resolve(nil, l.Approvers, r, in), person) {
			return true
		}
	}
	return false
}
