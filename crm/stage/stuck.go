package stage

import (
	"cmp"
	"errors"
	"time"

	"github.com/guanxi-go/guanxi/crm/survival"
	"github.com/guanxi-go/guanxi/internal/enum"
)

// StuckRule says how long a stay in one state is too long (滞留规则).
type StuckRule[S comparable] struct {
	State S `json:"state"`
	// Quantile asks the data: too long is more than the days in which this share of
	// the stays is over, such as 0.75, open stays taken into account. 0 does not ask.
	Quantile float64 `json:"quantile,omitempty"`
	// MinExits is how many stays have to have ended for the data to be believed; 0
	// is 20.
	MinExits int `json:"min_exits,omitempty"`
	// Limit is too long where the data are not asked or have no answer: they hold
	// fewer exits, the share is never reached, or imports leave fewer than ten
	// stays under observation at the beginning. 0 is no limit, and then nobody is
	// judged.
	Limit time.Duration `json:"limit,omitempty"`
}

// StuckSource says where a limit comes from (滞留依据).
type StuckSource uint8

// The sources.
const (
	NoLimit       StuckSource = iota // neither the data nor the rule has one 无依据
	LimitOfData                      // the quantile of the stays 分位数
	LimitOfPolicy                    // the rule's Limit 规定期限
)

var stuckNames = enum.New[StuckSource]("source", unknown, enum.Names{
	{"none", "无依据"}, {"data", "分位数"}, {"policy", "规定期限"},
})

// String returns none, data or policy.
func (s StuckSource) String() string { return stuckNames.Code(s) }

// Zh returns 无依据, 分位数 or 规定期限.
func (s StuckSource) Zh() string { return stuckNames.Zh(s) }

// MarshalText writes the form of String; a number that is no source is ErrInvalid.
func (s StuckSource) MarshalText() ([]byte, error) { return stuckNames.Marshal(s) }

// UnmarshalText reads what MarshalText writes.
func (s *StuckSource) UnmarshalText(text []byte) error { return stuckNames.Unmarshal(s, text) }

// Stuck is what [Histories.Stuck] found in one state.
type Stuck[S comparable] struct {
	State  S           `json:"state"`
	Source StuckSource `json:"source"`
	Limit  float64     `json:"limit"` // days of 24 hours; 0 without meaning where Source is NoLimit
	Exits  int         `json:"exits"` // stays that were seen to end before the date, if the data were asked
	// Subjects are those that have been in the state for longer than Limit, in byte
	// order of id; Within counts the others.
	Subjects []StuckSubject `json:"subjects"`
	Within   int            `json:"within"`
	// Unjudged counts the subjects in the state about which nothing is said: all of
	// them where there is no limit, else the imported ones of which nobody knows
	// since when, as long as they have not been watched for longer than Limit.
	Unjudged int `json:"unjudged"`
}

// StuckSubject is a subject that has been in its state for too long.
type StuckSubject struct {
	ID    string    `json:"id"`
	Since time.Time `json:"since"`
	Days  float64   `json:"days"` // of 24 hours, from Since
}

// Stuck returns, for each rule, the subjects that at an instant have been in the
// state for longer than its limit (滞留对象). The limit is the smallest number of days
// t at which the Kaplan-Meier estimate of the stays from opts.Since on, S(t), has
// come down to 1-Quantile; the rule's own Limit where the data have no such answer;
// and where there is neither, nobody is called stuck.
//
// Errors: ErrInvalid for a rule with a state that the machine does not know or that
// an earlier rule has, a Quantile outside 0 to 1, or a negative MinExits or Limit;
// and for the window and the level.
func (h *Histories[S]) Stuck(rules []StuckRule[S], at time.Time, opts Options) ([]Stuck[S], error) {
	w, err := opts.window(at)
	if err != nil {
		return nil, err
	}
	found := make([]Stuck[S], len(rules))
	judge := make([]*Stuck[S], len(h.m.states))
	for i, r := range rules {
		place := h.m.place(r.State)
		switch {
		case place < 0:
			return nil, refuse("rules", "number %d is for no state of machine %s", i+1, h.m.def.Name)
		case judge[place] != nil:
			return nil, refuse("rules", "number %d is for the state of an earlier one", i+1)
		case !(r.Quantile >= 0 && r.Quantile < 1), r.MinExits < 0, r.Limit < 0:
			return nil, refuse("rules", "number %d has a value out of range", i+1)
		}
		found[i].State = r.State
		judge[place] = &found[i]
		if err := h.limit(&found[i], r, at, opts); err != nil {
			return nil, err
		}
	}
	h.judge(judge, w)
	return found, nil
}

// enoughAtRisk is the number of stays at risk below which an exit at the beginning
// of a curve is chance.
const enoughAtRisk = 10

// thinBeginning reports whether imports leave the beginning of a curve to chance. Where
// nobody comes in late a small curve is small throughout: MinExits judges that.
func thinBeginning(c *survival.Curve) bool {
	_, thin := c.ThinUntil(enoughAtRisk)
	return thin && c.Points[0].AtRisk < c.Rows
}

// limit finds out how long is too long.
func (h *Histories[S]) limit(s *Stuck[S], r StuckRule[S], at time.Time, opts Options) error {
	if r.Limit > 0 {
		s.Source, s.Limit = LimitOfPolicy, float64(r.Limit.Microseconds())/microsADay
	}
	if r.Quantile == 0 {
		return nil
	}
	d, err := h.Dwell(r.State, at, opts)
	if errors.Is(err, ErrInsufficientData) {
		return nil
	} else if err != nil {
		return err
	}
	s.Exits = d.Exits
	if d.Exits < cmp.Or(r.MinExits, 20) || thinBeginning(d.Curve) {
		return nil
	}
	const rounding = 1e-9 // S is a rounded product of fractions
	for _, p := range d.Curve.Points {
		if p.Survival.Value <= 1-r.Quantile+rounding {
			s.Source, s.Limit = LimitOfData, p.Time
			return nil
		}
	}
	return nil
}

// judge sorts the subjects into those that are stuck and the others; rules has what
// is asked of each place.
func (h *Histories[S]) judge(rules []*Stuck[S], w window) {
	var walk walker
	for i := range h.subjects {
		stays := walk.walk(h.of(i), w.known)
		now := len(stays) - 1
		for now >= 0 && stays[now].start > w.until {
			now--
		}
		if now < 0 || rules[stays[now].state] == nil {
			continue
		}
		s, rule := stays[now], rules[stays[now].state]
		days := float64(w.until-s.start) / microsADay
		switch {
		case rule.Source == NoLimit:
			rule.Unjudged++
		case days > rule.Limit:
			rule.Subjects = append(rule.Subjects, StuckSubject{h.ID(i), instant(s.start), days})
		case s.unknownStart:
			rule.Unjudged++
		default:
			rule.Within++
		}
	}
}
