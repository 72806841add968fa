package registration

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"github.com/guanxi-go/guanxi/crm/calendar"
	"github.com/guanxi-go/guanxi/crm/money"
	"github.com/guanxi-go/guanxi/internal/enum"
)

// Rule is one of the six rules of a ruling (裁定规则). The zero value is none.
type Rule uint8

const (
	SignedOrder         Rule = iota + 1 // R1 a signed order or contract on this product line 已签合同
	ValidProtection                     // R2 a registration whose protection runs 有效报备
	ActiveOwner                         // R3 the present owner, with a counted action lately 现负责人有跟进
	EarlierRegistration                 // R4 registered earlier, by when it was recorded 先报备
	EarlierAction                       // R5 the earlier counted action 先跟进
	Arbiter                             // R6 a person decides 仲裁
)

var rules = enum.New[Rule]("rule", unknown, enum.Names{{}, {"signed-order", "已签合同"}, {"valid-protection", "有效报备"}, {"active-owner", "现负责人有跟进"},
	{"earlier-registration", "先报备"}, {"earlier-action", "先跟进"}, {"arbiter", "仲裁"}})

// Rules returns the six in their order.
func Rules() []Rule {
	return []Rule{SignedOrder, ValidProtection, ActiveOwner, EarlierRegistration, EarlierAction, Arbiter}
}

// Valid reports whether r is one of the six.
func (r Rule) Valid() bool { return rules.Valid(r) }

// String returns the code, "" for none and ? for a number that is no rule.
func (r Rule) String() string { return rules.Code(r) }

// Zh returns the Chinese name, "" for none and ? for a number that is no rule.
func (r Rule) Zh() string { return rules.Zh(r) }

// MarshalText writes the form of String; a number that is no rule is ErrInvalid.
func (r Rule) MarshalText() ([]byte, error) { return rules.Marshal(r) }

// UnmarshalText reads what MarshalText writes, and nothing else.
func (r *Rule) UnmarshalText(text []byte) error { return rules.Unmarshal(r, text) }

// Claimant is one side of a conflict, with what is recorded of it.
type Claimant struct {
	ID            string         `json:"id"`
	Signed        []Signature    `json:"signed,omitempty"`        // orders and contracts with the party
	Registrations []Registration `json:"registrations,omitempty"` // of the claimant; those of other parties and lines are not looked at
	Owner         bool           `json:"owner,omitzero"`          // looks after the party at the instant of the ruling
	Acted         []time.Time    `json:"acted,omitempty"`         // counted actions with the party
}

// Signature is a signed order or contract.
type Signature struct {
	Line string    `json:"line"`
	At   time.Time `json:"at"`
	Ref  string    `json:"ref,omitzero"`
}

// Conflict is several who claim one party on one product line (撞单).
type Conflict struct {
	Party     string     `json:"party"`
	Line      string     `json:"line"`
	Claimants []Claimant `json:"claimants"`
}

// Ruling is what becomes of a conflict, and why (裁定). It holds ids, codes and instants
// only.
type Ruling struct {
	Party   string    `json:"party"`
	Line    string    `json:"line"`
	At      time.Time `json:"at"`
	Winner  string    `json:"winner,omitzero"` // "" until an arbiter has decided
	Rule    Rule      `json:"rule"`            // that separated the claimants
	Facts   []Fact    `json:"facts"`           // what was asked, rule by rule, of who was left, by id
	Split   []Share   `json:"split,omitempty"` // of what the party brings, by id; sums to 1
	Arbiter string    `json:"arbiter,omitzero"`
}

// Fact is what a rule asked of one claimant.
type Fact struct {
	Rule     Rule      `json:"rule"`
	Claimant string    `json:"claimant"`
	Holds    bool      `json:"holds"`       // for the first three rules
	At       time.Time `json:"at,omitzero"` // of what it goes by: the signature, end of protection, action or registration; zero for none
}

// Share is a claimant's part.
type Share struct {
	Claimant string      `json:"claimant"`
	Part     money.Ratio `json:"part"`
}

// Rule decides between claimants at an instant, by what was recorded until then. Rule
// after rule, those for whom it holds, or who are the earliest, stay in; the rule that
// leaves one decides. Where none does, the ruling is for an arbiter: Winner is "" (see
// [Policy.Arbitrate]).
//
// A rejected or revoked registration gives no right. ErrInvalid: the policy or an id is
// not valid, fewer than two claimants, two owners, at is missing; ErrDuplicate: a
// claimant given twice.
func (p Policy) Rule(c Conflict, at time.Time) (Ruling, error) {
	if err := p.Validate(); err != nil {
		return Ruling{}, err
	}
	if err := c.validate(at); err != nil {
		return Ruling{}, err
	}
	out := Ruling{Party: c.Party, Line: c.Line, At: at, Rule: Arbiter}
	left := slices.SortedFunc(slices.Values(c.Claimants), func(a, b Claimant) int { return strings.Compare(a.ID, b.ID) })
	everybody := left
	for _, rule := range Rules()[:5] {
		facts := make([]Fact, len(left))
		for i, claimant := range left {
			facts[i] = p.fact(rule, c, claimant, at)
		}
		out.Facts = append(out.Facts, facts...)
		if left = best(rule, left, facts); len(left) == 1 {
			out.Rule, out.Winner = rule, left[0].ID
			out.Split = p.split(rule, everybody, out.Winner)
			break
		}
	}
	return out, nil
}

func (c Conflict) validate(at time.Time) error {
	var p problems
	p.check(validID(c.Party), codeID, "party", -1)
	p.check(validID(c.Line), codeID, "line", -1)
	p.check(!at.IsZero(), codeMissing, "at", -1)
	p.check(len(c.Claimants) >= 2, codeMissing, "claimants", -1)
	owners := 0
	for i, claimant := range c.Claimants {
		p.check(validID(claimant.ID), codeID, "claimants", i)
		if slices.ContainsFunc(c.Claimants[:i], func(o Claimant) bool { return o.ID == claimant.ID }) {
			p = append(p, &Error{Code: codeRepeated, Field: "claimants", Item: i, ID: claimant.ID, Err: ErrDuplicate})
		}
		if claimant.Owner {
			owners++
		}
	}
	p.check(owners <= 1, codeRange, "owner", -1)
	return p.join()
}

// best returns those whom a rule leaves in.
func best(rule Rule, left []Claimant, facts []Fact) []Claimant {
	earliest := time.Time{}
	for _, f := range facts {
		if !f.At.IsZero() && (earliest.IsZero() || f.At.Before(earliest)) {
			earliest = f.At
		}
	}
	var in []Claimant
	for i, f := range facts {
		if rule <= ActiveOwner && f.Holds || rule > ActiveOwner && !earliest.IsZero() && f.At.Equal(earliest) {
			in = append(in, left[i])
		}
	}
	if len(in) == 0 {
		return left
	}
	return in
}

// fact says what a rule finds of a claimant.
func (p Policy) fact(rule Rule, c Conflict, claimant Claimant, at time.Time) Fact {
	f := Fact{Rule: rule, Claimant: claimant.ID}
	first := func(t time.Time) {
		if !t.After(at) && (f.At.IsZero() || t.Before(f.At)) {
			f.At = t
		}
	}
	switch rule {
	case SignedOrder:
		for _, s := range claimant.Signed {
			if s.Line == c.Line {
				first(s.At)
			}
		}
		f.Holds = !f.At.IsZero()
	case ValidProtection:
		for _, r := range claimant.registrations(c) {
			if r.Protects(at) {
				f.Holds, f.At = true, r.Until
			}
		}
	case ActiveOwner:
		today := calendar.DayOf(at, p.Zone)
		days := cmp.Or(p.ActionDays, 30)
		for _, t := range claimant.Acted {
			if claimant.Owner && !t.After(at) && today.Sub(calendar.DayOf(t, p.Zone)) <= days && t.After(f.At) {
				f.Holds, f.At = true, t
			}
		}
	case EarlierRegistration:
		for _, r := range claimant.registrations(c) {
			if r.State != Rejected && r.State != Revoked {
				first(r.Recorded)
			}
		}
	case EarlierAction:
		for _, t := range claimant.Acted {
			first(t)
		}
	}
	return f
}

// registrations returns those of the claimant on the party and product line.
func (c Claimant) registrations(of Conflict) (list []Registration) {
	for _, r := range c.Registrations {
		if r.Claim.Claimant == c.ID && r.Claim.Party == of.Party && r.Claim.Line == of.Line && r.State.Valid() {
			list = append(list, r)
		}
	}
	return list
}

// split gives the winner the share of the rule, and divides the rest equally.
func (p Policy) split(rule Rule, all []Claimant, winner string) []Share {
	share, stated := p.Winner[rule]
	if !stated {
		share = money.Ratio{Num: 1, Den: 1}
	}
	n := int64(len(all) - 1)
	var list []Share
	for _, c := range all {
		part := lowest(share.Den-share.Num, share.Den*n)
		if c.ID == winner {
			part = lowest(share.Num, share.Den)
		}
		if part.Num > 0 {
			list = append(list, Share{c.ID, part})
		}
	}
	return list
}

// lowest returns a fraction in lowest terms.
func lowest(num, den int64) money.Ratio {
	a, b := num, den
	for b != 0 {
		a, b = b, a%b
	}
	return money.Ratio{Num: num / a, Den: den / a}
}

// Arbitrate completes a ruling that no rule could make (仲裁). split says who gets what of
// what the party brings; none gives the winner all. ErrTransition: a rule has decided.
// ErrForbidden: the arbiter is a claimant. ErrInvalid: the winner, or who has a share, is
// no claimant; shares that are below 0 or do not sum to 1 exactly.
func (p Policy) Arbitrate(r Ruling, arbiter, winner string, split []Share) (Ruling, error) {
	claims := func(id string) bool {
		return slices.ContainsFunc(r.Facts, func(f Fact) bool { return f.Claimant == id })
	}
	switch {
	case r.Winner != "":
		return Ruling{}, refuse(ErrTransition, codeRuled, "ruling", r.Rule.String())
	case !validID(arbiter):
		return Ruling{}, refuse(ErrInvalid, codeID, "arbiter", "")
	case claims(arbiter):
		return Ruling{}, refuse(ErrForbidden, codeSelf, "arbiter", arbiter)
	case !claims(winner):
		return Ruling{}, refuse(ErrInvalid, codeUnknown, "winner", "")
	}
	if len(split) == 0 {
		split = []Share{{winner, money.Ratio{Num: 1, Den: 1}}}
	}
	sum := money.Ratio{Num: 0, Den: 1}
	seen := map[string]bool{}
	for i, s := range split {
		if !claims(s.Claimant) || seen[s.Claimant] || s.Part.Den < 1 || s.Part.Den > 10_000 || s.Part.Num < 0 || s.Part.Num > s.Part.Den {
			return Ruling{}, &Error{Code: codeRange, Field: "split", Item: i, Err: ErrInvalid}
		}
		seen[s.Claimant] = true
		den := sum.Den * s.Part.Den
		if den > 1<<46 {
			return Ruling{}, &Error{Code: codeRange, Field: "split", Item: i, Err: ErrInvalid}
		}
		sum = lowest(sum.Num*s.Part.Den+s.Part.Num*sum.Den, den)
	}
	if sum.Num != 1 || sum.Den != 1 {
		return Ruling{}, refuse(ErrInvalid, codeSum, "split", "")
	}
	r.Winner, r.Arbiter = winner, arbiter
	r.Split = slices.SortedFunc(slices.Values(split), func(a, b Share) int { return strings.Compare(a.Claimant, b.Claimant) })
	return r, nil
}
