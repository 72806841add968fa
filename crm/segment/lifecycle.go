package segment

import (
	"iter"
	"slices"

	"github.com/guanxi-go/guanxi/crm/calendar"
	"github.com/guanxi-go/guanxi/crm/money"
	"github.com/guanxi-go/guanxi/crm/purchase"
	"github.com/guanxi-go/guanxi/internal/enum"
)

// The usual lengths of a period, in months, for [Boundaries].
const (
	Monthly   = 1
	Quarterly = 3
	Yearly    = 12
)

// Boundaries returns the first days of successive periods of so many months:
// origin, and origin moved by one, two ... periods, up to the first that is not
// before until. Each is counted from the origin, so that periods from the 31st
// begin on the last day of shorter months and on the 31st again after.
//
// ErrInvalid where months is below 1, a day is none, until is not after origin,
// or the periods leave the calendar.
func Boundaries(origin calendar.Day, months int, until calendar.Day) ([]calendar.Day, error) {
	switch {
	case !origin.Valid():
		return nil, refuse("origin", "is not a day of the years 1 to 9999")
	case !until.Valid():
		return nil, refuse("until", "is not a day of the years 1 to 9999")
	case months < 1 || months > 12*9999:
		return nil, refuse("months", "is not a positive number within the calendar")
	case until <= origin:
		return nil, refuse("until", "is not after the origin")
	}
	bounds := []calendar.Day{origin}
	for last := origin; last < until; bounds = append(bounds, last) {
		last = origin.AddMonths(len(bounds) * months)
		if last == 0 {
			return nil, refuse("until", "its period ends after the year 9999")
		}
	}
	return bounds, nil
}

func checkBounds(field string, bounds []calendar.Day) error {
	if len(bounds) < 2 {
		return refuse(field, "two at least make a period")
	}
	for i, b := range bounds {
		if !b.Valid() {
			return refuseRow(field, i, "is not a day of the years 1 to 9999")
		}
		if i > 0 && b <= bounds[i-1] {
			return refuseRow(field, i, "is not after the one before")
		}
	}
	return nil
}

// Period is what happened to the customer base in the days [From, Until). A
// customer is active (活跃) in a period who buys in it.
//
// Active = Before - Lost + New + WonBack, and Active = Retained + New + WonBack.
// The next period's Pool is Pool + Lost - WonBack.
type Period struct {
	From  calendar.Day `json:"from"`
	Until calendar.Day `json:"until"`

	// Complete: the period was over on the as-of day and began no earlier than the
	// history's Period. The counts of another are of what was seen so far, and Lost has
	// those who have not come yet.
	Complete bool `json:"complete"`

	// First: there is no earlier period to compare with, or nobody was known before.
	// Where the log begins, everybody looks new (left truncation, 左截断).
	First bool `json:"first"`

	Before   int `json:"before"`   // active in the period before; in the first, customers known before it
	Active   int `json:"active"`   // active 活跃
	New      int `json:"new"`      // active, never before 新增
	Retained int `json:"retained"` // active, and in the period before 留存
	WonBack  int `json:"won_back"` // active, not in the period before but earlier 挽回
	Lost     int `json:"lost"`     // not active, but in the period before 流失
	Pool     int `json:"pool"`     // known at the start, not active in the period before: who could be won back 沉睡

	// The rates are absent (zero) where the denominator is 0, in a First period, and
	// unless this period and the one before are Complete.
	Retention Rate `json:"retention"` // Retained of Before 留存率
	Loss      Rate `json:"loss"`      // Lost of Before 流失率
	WinBack   Rate `json:"win_back"`  // WonBack of Pool 挽回率

	// Acquisition and Growth compare with Before and may leave [0, 1]: they are no
	// proportions and have no interval. Both are in lowest terms.
	Acquisition money.Ratio `json:"acquisition"` // New to Before 新增率
	Growth      money.Ratio `json:"growth"`      // Active - Before, to Before 净增长率
}

// LifecycleState is where a customer stands between two periods (生命周期状态). The
// zero value is Prospect.
type LifecycleState uint8

const (
	Prospect LifecycleState = iota // has not bought yet; a purchase log does not know them 潜在
	Newcomer                       // bought for the first time in the period 新客
	Retained                       // bought in the period and in the one before 留存
	Returned                       // bought in the period, not in the one before, but earlier 挽回
	Lost                           // bought in the period before, not in this one 流失
	Lapsed                         // bought in neither, but earlier 沉睡
)

var stateNames = enum.New[LifecycleState]("lifecycle_state", unknown, enum.Names{
	{"prospect", "潜在"}, {"new", "新客"}, {"retained", "留存"}, {"returned", "挽回"}, {"lost", "流失"}, {"lapsed", "沉睡"},
})

// String returns prospect, new, retained, returned, lost or lapsed.
func (s LifecycleState) String() string { return stateNames.Code(s) }

// Zh returns the Chinese name.
func (s LifecycleState) Zh() string { return stateNames.Zh(s) }

// MarshalText writes String; an unknown value is ErrInvalid.
func (s LifecycleState) MarshalText() ([]byte, error) { return stateNames.Marshal(s) }

// UnmarshalText reads what MarshalText writes.
func (s *LifecycleState) UnmarshalText(text []byte) error { return stateNames.Unmarshal(s, text) }

// Play is what to do about a customer (客户策略): 挽回失去的客户，保留现有的客户，不断发展新的客户.
// The zero value is Acquire.
type Play uint8

const (
	Acquire Play = iota // win prospects 发展
	Retain              // keep those who buy 保留
	WinBack             // regain those who stopped 挽回
)

var playNames = enum.New[Play]("play", unknown, enum.Names{
	{"acquire", "发展"}, {"retain", "保留"}, {"win-back", "挽回"},
})

// String returns acquire, retain or win-back.
func (p Play) String() string { return playNames.Code(p) }

// Zh returns the Chinese name.
func (p Play) Zh() string { return playNames.Zh(p) }

// MarshalText writes String; an unknown value is ErrInvalid.
func (p Play) MarshalText() ([]byte, error) { return playNames.Marshal(p) }

// UnmarshalText reads what MarshalText writes.
func (p *Play) UnmarshalText(text []byte) error { return playNames.Unmarshal(p, text) }

// Play returns the play for customers of the state: Acquire for prospects,
// WinBack for the lost and the lapsed, Retain for the others.
func (s LifecycleState) Play() Play {
	switch s {
	case Prospect:
		return Acquire
	case Lost, Lapsed:
		return WinBack
	}
	return Retain
}

// Lifecycle is the movement of a customer base over successive periods, and the
// state that it left each customer in. Make one with [TrackLifecycle].
type Lifecycle[K purchase.ID] struct {
	asOf    calendar.Day
	periods []Period
	ids     []K
	states  []LifecycleState
}

// TrackLifecycle counts who came, stayed, left and came back (留存, 新增, 流失, 挽回) from
// what was known at the start of the day asOf; 0 is the end of h's Period, or the
// day after its last purchase. Period i is [bounds[i], bounds[i+1]); see
// [Boundaries]. All that lies before bounds[0] is taken as one earlier period.
// Customers known only by refunds are left out.
//
// In a business without contracts nobody announces that they leave: Lost means
// no more than not seen in a period, and the shorter the periods against the
// order cycle, the more of the lost come back (WonBack).
//
// ErrInvalid for fewer than two bounds, bounds that do not ascend, a period that
// begins on the as-of day or later, and what History.AsOf refuses.
func TrackLifecycle[K purchase.ID](h *History[K], asOf calendar.Day, bounds []calendar.Day) (*Lifecycle[K], error) {
	if err := checkBounds("bounds", bounds); err != nil {
		return nil, err
	}
	view, err := h.AsOf(asOf)
	if err != nil {
		return nil, err
	}
	n := len(bounds) - 1
	if asOf = view.until; bounds[n-1] >= asOf {
		return nil, refuseRow("bounds", n-1, "its period has not begun by the as-of day, %s", asOf)
	}
	l := &Lifecycle[K]{asOf: asOf, periods: make([]Period, n)}
	for i := range l.periods {
		p := &l.periods[i]
		p.From, p.Until = bounds[i], bounds[i+1]
		p.Complete = p.Until <= asOf && p.From >= view.from
	}
	earlier := 0
	for who := range view.All() {
		if len(who.Days) == 0 {
			continue
		}
		if who.Days[0] >= bounds[n] {
			continue // not known in any of the periods
		}
		if who.Days[0] < bounds[0] {
			earlier++
		}
		l.ids = append(l.ids, who.ID)
		l.states = append(l.states, l.count(who.Days))
	}
	l.settle(earlier)
	return l, nil
}

// count adds a customer to the periods and returns the customer's state. Period
// -1 is all that lies before the first.
func (l *Lifecycle[K]) count(days []calendar.Day) LifecycleState {
	n := len(l.periods)
	state := Prospect // up to the period before the one looked at
	active := false   // in that period
	if days[0] < l.periods[0].From {
		state, active = Newcomer, true
	}
	for i := range l.periods {
		p := &l.periods[i]
		for len(days) > 0 && days[0] < p.From {
			days = days[1:]
		}
		before := state
		switch bought := len(days) > 0 && days[0] < p.Until; {
		case bought && before == Prospect:
			p.New++
			state, active = Newcomer, true
		case bought && active:
			p.Retained++
			state = Retained
		case bought:
			p.WonBack++
			state, active = Returned, true
		case active:
			p.Lost++
			state, active = Lost, false
		case before != Prospect:
			state = Lapsed
		}
		if i == n-1 && p.Until > l.asOf && !active {
			return before // whoever has not come yet may still come
		}
	}
	return state
}

// settle computes what follows from New, Retained, WonBack and Lost.
func (l *Lifecycle[K]) settle(earlier int) {
	before, pool := earlier, 0
	for i := range l.periods {
		p := &l.periods[i]
		p.Before, p.Pool = before, pool
		p.Active = p.New + p.Retained + p.WonBack
		p.First = i == 0 || before+pool == 0
		if i > 0 && !p.First && p.Complete && l.periods[i-1].Complete {
			p.Retention = Rate{p.Retained, before}
			p.Loss = Rate{p.Lost, before}
			if pool > 0 {
				p.WinBack = Rate{p.WonBack, pool}
			}
			p.Acquisition = shareOf(int64(p.New), int64(before))
			p.Growth = shareOf(int64(p.Active-before), int64(before))
		}
		before, pool = p.Active, pool+p.Lost-p.WonBack
	}
}

// AsOf returns the day at whose start the base is seen.
func (l *Lifecycle[K]) AsOf() calendar.Day { return l.asOf }

// Periods returns the periods in order.
func (l *Lifecycle[K]) Periods() []Period { return slices.Clone(l.periods) }

// States yields each customer's state as of the last period, in ascending order
// of the ids: customers who have bought before its end. While that period is not
// over, whoever has not bought in it keeps the state of the period before.
func (l *Lifecycle[K]) States() iter.Seq2[K, LifecycleState] {
	return func(yield func(K, LifecycleState) bool) {
		for i, id := range l.ids {
			if !yield(id, l.states[i]) {
				return
			}
		}
	}
}

// State returns the state of one customer, Prospect for an id that has not bought.
func (l *Lifecycle[K]) State(id K) LifecycleState {
	i, ok := slices.BinarySearch(l.ids, id)
	if !ok {
		return Prospect
	}
	return l.states[i]
}
