package score

import (
	"slices"
	"time"

	"github.com/guanxi-go/guanxi/crm/calendar"
)

// Rule gives points for one thing (计分规则): for an attribute of the lead that has one
// of some values, or for each time that something happened.
type Rule struct {
	ID        string   `json:"id"`
	Attribute string   `json:"attribute,omitzero"` // such as industry; either this or Signal
	In        []string `json:"in,omitempty"`       // its values; none: any that is known
	Signal    string   `json:"signal,omitzero"`    // code of what happened, such as opened-mail
	Points    int      `json:"points"`             // for the attribute, or each time; may be below 0, not 0; at most 10,000 either way
	Cap       int      `json:"cap,omitzero"`       // most that the rule gives, or takes where Points is below 0; 0 is without limit 封顶
	// Days is for how many days a signal counts: through the end of the n-th local day
	// after it; 0 is for ever 有效天数.
	Days int `json:"days,omitzero"`
}

// Card is points by rules (积分卡). The score is the sum, kept between 0 and 100.
type Card struct {
	Zone  *time.Location `json:"-"` // says which day an instant lies on; always needed
	Rules []Rule         `json:"rules"`
}

// Validate reports everything wrong with c, joined: no zone, an id that breaks the
// rules or is there twice, more than 200 rules, a rule about neither or both of an attribute and a signal,
// values or days where they do not belong, points of 0, a number out of its range.
func (c Card) Validate() error {
	var p problems
	p.check(c.Zone != nil, codeMissing, "zone", -1)
	p.check(len(c.Rules) <= maxRules, codeRange, "rules", -1)
	for i, r := range c.Rules {
		p.check(validID(r.ID), codeID, "rules", i)
		twice := slices.ContainsFunc(c.Rules[:i], func(q Rule) bool { return q.ID == r.ID })
		if twice {
			p = append(p, &Error{Code: codeRepeated, Field: "rules", Item: i, ID: r.ID, Err: ErrDuplicate})
		}
		p.check((r.Attribute == "") != (r.Signal == ""), codeMissing, "rules", i)
		p.check(r.Signal == "" || len(r.In) == 0, codeRange, "rules", i)
		p.check(r.Attribute == "" || r.Days == 0, codeRange, "rules", i)
		p.check(r.Points != 0 && r.Points >= -maxPoints && r.Points <= maxPoints, codeRange, "rules", i)
		p.check(r.Cap >= 0 && r.Cap <= maxPoints, codeRange, "rules", i)
		p.check(r.Days >= 0 && r.Days <= maxDays, codeRange, "rules", i)
	}
	return p.join()
}

// maxDays is a hundred years; maxPoints and maxRules keep sums over any journal far from
// overflow.
const (
	maxRules  = 200
	maxDays   = 36500
	maxPoints = 10_000
)

// Signal is that something happened (行为信号): a mail opened, a fair visited.
type Signal struct {
	Code string    `json:"code"`
	At   time.Time `json:"at"`
}

// Facts is what a [Card] asks about one lead. A missing attribute, or one with "", is
// not known.
type Facts struct {
	Attributes map[string]string `json:"attributes,omitempty"`
	Signals    []Signal          `json:"signals,omitempty"`
}

// Points is a score by a [Card].
type Points struct {
	Score int           `json:"score"` // 0 to 100
	Sum   int           `json:"sum"`   // before it is kept between 0 and 100
	Parts []PointsGiven `json:"parts"` // of the rules that gave or took something, in their order; they sum to Sum
}

// PointsGiven is what one rule gave.
type PointsGiven struct {
	Rule   string    `json:"rule"`
	Count  int       `json:"count"`         // how many signals count; 1 for an attribute
	Points int       `json:"points"`        // after the cap
	Capped bool      `json:"capped"`        // the cap took something away
	Next   time.Time `json:"next,omitzero"` // when the next of the signals stops counting; zero for never
}

// Score returns the points of a lead at an instant. Signals after the instant do not
// count. Errors are those of [Card.Validate]; ErrInvalid: at is missing.
func (c Card) Score(f Facts, at time.Time) (Points, error) {
	if err := c.Validate(); err != nil {
		return Points{}, err
	}
	if at.IsZero() {
		return Points{}, refuse(ErrInvalid, codeMissing, "at")
	}
	out := Points{Parts: []PointsGiven{}}
	for _, r := range c.Rules {
		part := PointsGiven{Rule: r.ID}
		if r.Attribute != "" {
			value := f.Attributes[r.Attribute]
			if value != "" && (len(r.In) == 0 || slices.Contains(r.In, value)) {
				part.Count = 1
			}
		} else {
			part.Count, part.Next = c.count(r, f.Signals, at)
		}
		if part.Count == 0 {
			continue
		}
		part.Points = r.give(part.Count)
		part.Capped = int64(part.Points) != int64(part.Count)*int64(r.Points)
		out.Sum += part.Points
		out.Parts = append(out.Parts, part)
	}
	out.Score = min(100, max(0, out.Sum))
	return out, nil
}

// count returns how many signals of a rule count, and when the first of them stops.
func (c Card) count(r Rule, signals []Signal, at time.Time) (n int, next time.Time) {
	for _, s := range signals {
		if s.Code != r.Signal || s.At.After(at) {
			continue
		}
		if r.Days == 0 {
			n++
			continue
		}
		end := (calendar.DayOf(s.At, c.Zone) + calendar.Day(r.Days) + 1).Start(c.Zone).UTC()
		if !at.Before(end) {
			continue
		}
		if n++; next.IsZero() || end.Before(next) {
			next = end
		}
	}
	return n, next
}

// give returns what n times the points come to under the cap. Beyond a million times
// nothing more is given, so that sums fit every int.
func (r Rule) give(n int) int {
	most := int64(maxPoints) * 1000
	if r.Cap > 0 {
		most = int64(r.Cap)
	}
	return int(max(-most, min(most, int64(n)*int64(r.Points))))
}
