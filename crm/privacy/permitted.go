package privacy

import (
	"cmp"
	"slices"
	"time"

	"github.com/guanxi-go/guanxi/crm/timeline"
)

// Question is what somebody wants to do with a person's data.
type Question struct {
	Purpose string           `json:"purpose"`
	Channel timeline.Channel `json:"channel,omitzero"` // by which the person is turned to; zero for use without any

	// Categories that are used; empty stands for [Basic] alone.
	Categories []Category `json:"categories,omitempty"`

	At    time.Time `json:"at"`             // when it is done
	Known time.Time `json:"known,omitzero"` // entries recorded later do not count; zero: all count

	Age        Age       `json:"age,omitzero"`         // the person's at At
	UnknownAge AgePolicy `json:"unknown_age,omitzero"` // what to do where Age is unknown; refuse by default

	// Notice is the lowest version of the privacy notice to which consent still
	// serves at At: the last that changed purpose, method or categories. 0: there are
	// no versions.
	Notice int `json:"notice,omitzero"`

	// Bases are those that the purpose may rest on; empty: any.
	Bases []Basis `json:"bases,omitempty"`
}

// Answer says whether it may be done, and why or why not.
type Answer struct {
	Allowed bool `json:"allowed"`

	// Reasons are never empty: where it is allowed, every basis that it rests on, else
	// all that stands against it. Each is there once, in the order of codes and
	// categories.
	Reasons []Reason `json:"reasons"`
}

// Permitted says whether the entries of a person's consent journal, in any order,
// allow what q asks (PIPL articles 13 to 15 and 28 to 31).
//
// For each category of q some entry has to be found that was given for the purpose
// at or before q.At, reaches the channel, covers the category, rests on a basis that
// the purpose may rest on, and was not ended since by a withdrawal at or before
// q.At: a withdrawal acts from its instant (article 15), and wins over what is given
// at the same one. Where that basis is consent, it also has to be to the notice
// that still holds (14), separate where the category is sensitive (29), and the
// guardian's where the person is under fourteen (31); a person under fourteen adds
// [Minor] to the categories, because all data about them are sensitive (28).
//
// Contract, legal duty, emergency and what is public need no consent, but serve
// only the purpose and the categories that they were recorded for.
//
// Several consents stand beside each other until they are withdrawn: a later and
// narrower one takes nothing from an earlier one. A withdrawal that was recorded by
// mistake holds until the person agrees again.
func Permitted(entries []Consent, q Question) Answer {
	child := q.Age == UnderFourteen || q.Age == AgeUnknown && q.UnknownAge == TreatAsChild
	categories := slices.Clone(q.Categories)
	if len(categories) == 0 {
		categories = []Category{Basic}
	}
	if child {
		categories = append(categories, Minor)
	}
	answer := Answer{Allowed: true}
	for _, cat := range categories {
		reasons := weigh(entries, &q, cat, child)
		answer.Allowed = answer.Allowed && reasons[0].Code.Permits()
		answer.Reasons = append(answer.Reasons, reasons...)
	}
	if !answer.Allowed {
		answer.Reasons = slices.DeleteFunc(answer.Reasons, func(r Reason) bool { return r.Code.Permits() })
	}
	answer.tidy()
	return answer
}

// tidy brings the reasons into their order, each once.
func (a *Answer) tidy() {
	slices.SortFunc(a.Reasons, func(a, b Reason) int {
		return cmp.Or(cmp.Compare(a.Code, b.Code), cmp.Compare(a.Category, b.Category))
	})
	a.Reasons = slices.Compact(a.Reasons)
}

// weigh answers for one category: with every basis for it, or with what stands
// against the entry that comes closest. The entries are put through one condition
// after the other; the first that none of them meets is the reason.
func weigh(entries []Consent, q *Question, cat Category, child bool) []Reason {
	known := func(c *Consent) bool {
		return !c.At.After(q.At) && (q.Known.IsZero() || !c.Recorded.After(q.Known))
	}
	left := make([]*Consent, 0, len(entries))
	for i := range entries {
		if c := &entries[i]; c.Action == Given && c.Purpose == q.Purpose && c.Basis.Valid() && known(c) {
			left = append(left, c)
		}
	}
	if len(left) == 0 {
		return []Reason{{Code: NoBasis}}
	}
	for _, condition := range [...]struct {
		met func(*Consent) bool
		not ReasonCode
	}{
		{func(c *Consent) bool { return c.reaches(q.Channel) }, OtherChannel},
		{func(c *Consent) bool { return len(q.Bases) == 0 || slices.Contains(q.Bases, c.Basis) }, PurposeBasis},
		{func(c *Consent) bool { return c.covers(cat) }, NotCovered},
		{func(c *Consent) bool {
			for i := range entries {
				if w := &entries[i]; w.ends(c, q.Channel, cat) && known(w) {
					return false
				}
			}
			return true
		}, BasisWithdrawn},
	} {
		met, consent := left[:0], false
		for _, c := range left {
			consent = consent || c.Basis == ByConsent
			if condition.met(c) {
				met = append(met, c)
			}
		}
		switch {
		case len(met) > 0:
			left = met
		case condition.not == NotCovered && consent && cat.Sensitive():
			return []Reason{{NeedsSeparate, cat}} // a consent that does not name it is none to it
		case condition.not == NotCovered:
			return []Reason{{NotCovered, cat}}
		default:
			return []Reason{{Code: condition.not}}
		}
	}
	var grounds, fewest []Reason
	for _, c := range left {
		faults := consentFaults(c, q, cat, child)
		if len(faults) == 0 {
			grounds = append(grounds, Reason{Code: OnConsent + ReasonCode(c.Basis-ByConsent)})
			continue
		}
		if fewest == nil || slices.CompareFunc(faults, fewest, compareFaults) < 0 && len(faults) == len(fewest) || len(faults) < len(fewest) {
			fewest = faults
		}
	}
	if len(grounds) > 0 {
		return grounds
	}
	return fewest
}

func compareFaults(a, b Reason) int { return cmp.Compare(a.Code, b.Code) }

// consentFaults says what consent lacks; other bases need none.
func consentFaults(c *Consent, q *Question, cat Category, child bool) (faults []Reason) {
	if c.Basis != ByConsent {
		return nil
	}
	if c.Notice < q.Notice {
		faults = append(faults, Reason{Code: NoticeChanged})
	}
	if cat.Sensitive() && !c.Separate {
		faults = append(faults, Reason{NeedsSeparate, cat})
	}
	if child && c.Guardian == "" {
		faults = append(faults, Reason{Code: NeedsGuardian})
	}
	if q.Age == AgeUnknown && q.UnknownAge == RefuseUnknown {
		faults = append(faults, Reason{Code: AgeNotKnown})
	}
	return faults
}
