package cadence

import (
	"github.com/guanxi-go/guanxi/crm/money"
)

// Rules are what a policy demands (考核规则). The zero value is the rules of the source
// documents: a log-in each working day, two a week on travel, no two weeks without
// one, and an action a month on each lead and opportunity.
type Rules struct {
	Login    LoginRule    `json:"login,omitzero"`
	Travel   TravelRule   `json:"travel,omitzero"`
	Idle     IdleRule     `json:"idle,omitzero"`
	Action   ActionRule   `json:"action,omitzero"`
	Evidence EvidenceRule `json:"evidence,omitzero"`
	// Penalties are the unit's own, and may be milder than those above it.
	Penalties []Penalty `json:"penalties,omitempty"`
}

// LoginRule wants a log-in on each working day in the office (每日登录).
type LoginRule struct {
	Off    bool        `json:"off,omitzero"`
	Window LoginWindow `json:"window,omitzero"`
}

// TravelRule wants log-ins in a week of travel (出差登录).
type TravelRule struct {
	Off     bool `json:"off,omitzero"`
	PerWeek int  `json:"per_week,omitzero"` // of a whole week of travel, 1 to 7; 0 is 2
	// DistinctDays counts several log-ins of one day once. By default each counts, as
	// the documents say "twice a week".
	DistinctDays bool `json:"distinct_days,omitzero"`
}

// Owed returns how many log-ins are owed for so many working days of travel in a week
// with so many working days: a share of PerWeek, rounded up, and never more than
// there were days. Without travel, and in a week without working days, it is 0.
func (r TravelRule) Owed(travelled, workdays int) int {
	if travelled <= 0 || workdays <= 0 {
		return 0
	}
	perWeek := r.withDefaults().PerWeek
	return min(travelled, (perWeek*travelled+workdays-1)/workdays)
}

// IdleRule reports who has not logged in for two weeks (连续两周未登录).
type IdleRule struct {
	Off   bool      `json:"off,omitzero"`
	Basis IdleBasis `json:"basis,omitzero"`
	Days  int       `json:"days,omitzero"` // 1 to 366; 0 is 14, of WorkingDays 10
}

// ActionRule wants a follow-up of each open record (每月至少一次一般行动).
type ActionRule struct {
	Off  bool       `json:"off,omitzero"`
	Mode ActionMode `json:"mode,omitzero"`
	Days int        `json:"days,omitzero"` // of the rolling term, 1 to 366; 0 is 30
	// Partial makes the months owe an action in which a record was opened or closed,
	// the latter by the day of closing.
	Partial bool `json:"partial,omitzero"`
	// GraceDays is for how many whole days somebody must have held the record to owe its
	// action, 0 to 366; 0 is 7, and NoDays is none. Before that, whoever held it longest does.
	GraceDays int `json:"grace_days,omitzero"`
	// PostponeDays is by how many days at most an owner's leave postpones what falls due
	// in it, 0 to 366; 0 is 14, and NoDays is none.
	PostponeDays int `json:"postpone_days,omitzero"`
}

// NoDays says that there are none, where 0 days stand for the usual number.
const NoDays = -1

// EvidenceRule says which actions count, and which look made up (行动有效性).
type EvidenceRule struct {
	MinRunes    int `json:"min_runes,omitzero"`    // of each part of a visit's record, 1 to 1000; 0 is 2
	LateDays    int `json:"late_days,omitzero"`    // days of 24 hours within which an action is recorded, 1 to 366; 0 is 3
	CopyRun     int `json:"copy_run,omitzero"`     // equal notes in a row on a record that are reported, 2 to 1000; 0 is 3
	BulkActions int `json:"bulk_actions,omitzero"` // more actions than this ... 1 to 10000; 0 is 10
	BulkSeconds int `json:"bulk_seconds,omitzero"` // ... recorded within so many seconds are reported, 1 to 86400; 0 is 60
}

// Penalty is what a breach costs (经济处罚). Of the penalties of one code, the one counts
// whose FromNth is the highest that was reached.
type Penalty struct {
	Code    string       `json:"code"`              // of the finding, such as CAD-A1
	FromNth int          `json:"from_nth,omitzero"` // 1 to 10000: from this finding of a person in a month on; 0 is 1
	Amount  money.Amount `json:"amount"`            // of each; above 0
	// PerMonthCap is how much a person pays at most for this code in a month; the zero
	// Amount is without limit. What the law says about wages is the host's.
	PerMonthCap money.Amount `json:"per_month_cap,omitzero"`
}

func orDefault(n, usual int) int {
	switch n {
	case 0:
		return usual
	case NoDays:
		return 0
	}
	return n
}

func (r TravelRule) withDefaults() TravelRule {
	r.PerWeek = orDefault(r.PerWeek, 2)
	return r
}

func (r IdleRule) withDefaults() IdleRule {
	usual := 14
	if r.Basis == WorkingDays {
		usual = 10
	}
	r.Days = orDefault(r.Days, usual)
	return r
}

func (r ActionRule) withDefaults() ActionRule {
	r.Days = orDefault(r.Days, 30)
	r.GraceDays = orDefault(r.GraceDays, 7)
	r.PostponeDays = orDefault(r.PostponeDays, 14)
	return r
}

func (r EvidenceRule) withDefaults() EvidenceRule {
	r.MinRunes = orDefault(r.MinRunes, 2)
	r.LateDays = orDefault(r.LateDays, 3)
	r.CopyRun = orDefault(r.CopyRun, 3)
	r.BulkActions = orDefault(r.BulkActions, 10)
	r.BulkSeconds = orDefault(r.BulkSeconds, 60)
	return r
}

// withDefaults returns r with every number stated.
func (r Rules) withDefaults() Rules {
	r.Travel, r.Idle = r.Travel.withDefaults(), r.Idle.withDefaults()
	r.Action, r.Evidence = r.Action.withDefaults(), r.Evidence.withDefaults()
	return r
}

// Validate reports everything wrong with r, joined; each is an [*Error] that wraps
// ErrInvalid, or ErrCurrency for a cap in another currency than its penalty.
func (r Rules) Validate() error {
	var found problems
	within := func(field string, n, least, most int) { found.check(least <= n && n <= most, codeRange, field, -1) }
	found.check(r.Login.Window.Valid(), codeUnknown, "login.window", -1)
	found.check(r.Idle.Basis.Valid(), codeUnknown, "idle.basis", -1)
	found.check(r.Action.Mode.Valid(), codeUnknown, "action.mode", -1)
	within("travel.per_week", r.Travel.PerWeek, 0, 7)
	within("idle.days", r.Idle.Days, 0, 366)
	within("action.days", r.Action.Days, 0, 366)
	within("action.grace_days", r.Action.GraceDays, NoDays, 366)
	within("action.postpone_days", r.Action.PostponeDays, NoDays, 366)
	within("evidence.min_runes", r.Evidence.MinRunes, 0, 1000)
	within("evidence.late_days", r.Evidence.LateDays, 0, 366)
	within("evidence.bulk_actions", r.Evidence.BulkActions, 0, 10000)
	within("evidence.bulk_seconds", r.Evidence.BulkSeconds, 0, 86400)
	found.check(r.Evidence.CopyRun == 0 || 2 <= r.Evidence.CopyRun && r.Evidence.CopyRun <= 1000, codeRange, "evidence.copy_run", -1)
	for i, p := range r.Penalties {
		found.check(isPenal(p.Code), codeUnknown, "penalties.code", i)
		found.check(0 <= p.FromNth && p.FromNth <= 10000, codeRange, "penalties.from_nth", i)
		found.check(p.Amount.Minor > 0 && p.Amount.Currency.Valid(), codeRange, "penalties.amount", i)
		found.check(p.PerMonthCap.Minor >= 0, codeRange, "penalties.per_month_cap", i)
		if limited := p.PerMonthCap != (money.Amount{}); limited && p.PerMonthCap.Currency != p.Amount.Currency {
			found.add(refuseItem(ErrCurrency, codeCurrency, "penalties.per_month_cap", i))
		}
		for _, before := range r.Penalties[:i] {
			if before.Code == p.Code && max(before.FromNth, 1) == max(p.FromNth, 1) {
				found.add(refuseItem(ErrDuplicate, codeRepeated, "penalties.from_nth", i))
			}
		}
	}
	return found.join()
}
