package party

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"github.com/guanxi-go/guanxi/internal/enum"
	"github.com/guanxi-go/guanxi/internal/fault"
)

// ExternalRule says that a party of which all these facts hold is of an external kind
// (外部顾客归类规则). Rules are data of the host; [ExternalRules] has the usual ones.
type ExternalRule struct {
	Code string       `json:"code"` // stands in the proposals that follow from the rule
	Kind ExternalKind `json:"kind"`
	All  []Fact       `json:"all"` // at least one
	En   string       `json:"en,omitzero"`
	Zh   string       `json:"zh,omitzero"`
}

// ExternalRules returns the default rules: one fact is enough for a kind.
//
//   - consumer: uses, buys-for-use
//   - intermediary: resells, distributes, brokers
//   - investor: holds-equity, lends
//   - public-interest: taxes, regulates, provides-public, speaks-for-public
func ExternalRules() []ExternalRule {
	kinds := []struct {
		kind  ExternalKind
		facts []Fact
	}{
		{ExternalConsumer, []Fact{FactUses, FactBuysForUse}},
		{ExternalIntermediary, []Fact{FactResells, FactDistributes, FactBrokers}},
		{ExternalInvestor, []Fact{FactHoldsEquity, FactLends}},
		{ExternalPublicInterest, []Fact{FactTaxes, FactRegulates, FactProvidesPublic, FactSpeaksForPublic}},
	}
	var rules []ExternalRule
	for _, k := range kinds {
		for _, fact := range k.facts {
			rules = append(rules, ExternalRule{Code: "EXT-" + strings.ToUpper(fact.String()), Kind: k.kind, All: []Fact{fact},
				En: fact.String() + ": " + k.kind.String(), Zh: fact.Zh() + "：" + k.kind.Zh()})
		}
	}
	return rules
}

// Action is what a [Proposal] proposes.
type Action uint8

const (
	ActionJoin  Action = iota + 1 // the party becomes of the kind 归入
	ActionLeave                   // it is no longer of the kind 移出
)

var actionTerms = enum.New[Action]("action", unknown, enum.Names{{}, {"join", "归入"}, {"leave", "移出"}})

// Actions returns all of them in the order of their constants.
func Actions() []Action { return actionTerms.All() }

// Valid reports whether a is one of them.
func (a Action) Valid() bool { return actionTerms.Valid(a) }

// String returns the English name, "" for none, ? for a number that is none.
func (a Action) String() string { return actionTerms.Code(a) }

// Zh returns the Chinese name, "" for none, ? for a number that is none.
func (a Action) Zh() string { return actionTerms.Zh(a) }

// MarshalText writes the form of String; a number that is none is ErrInvalid.
func (a Action) MarshalText() ([]byte, error) { return actionTerms.Marshal(a) }

// UnmarshalText reads what MarshalText writes, and leaves a as it was on an error.
func (a *Action) UnmarshalText(text []byte) error { return actionTerms.Unmarshal(a, text) }

// Proposal is a change of memberships that somebody decides about (归类建议): nothing
// is labelled without being asked.
type Proposal struct {
	Kind   ExternalKind `json:"kind"`
	Action Action       `json:"action"`
	Rules  []string     `json:"rules"` // codes of the rules that it follows from, in byte order
}

// ProposeExternal compares what is known about a party with its memberships at an
// instant. Facts are by their kind true or false; one that is not in the map is not
// known. To join is proposed where all facts of a rule are known to hold and the party
// is not of the kind; to leave where it is, and each rule of the kind has a fact that
// is known not to hold. What is not known proposes nothing. Proposals come in the
// order of the kinds.
//
// ErrInvalid: a rule without a code, a known kind or facts; ErrDuplicate: two rules
// with one code; and what is wrong with the memberships, all joined.
func ProposeExternal(rules []ExternalRule, facts map[Fact]bool, members []Membership, at time.Time) ([]Proposal, error) {
	f := checkMemberships(members)
	codes := map[string]bool{}
	fired, refuted, open := map[ExternalKind][]string{}, map[ExternalKind][]string{}, map[ExternalKind]bool{}
	for i, rule := range rules {
		place := fault.Place("rules", i)
		if !validID(rule.Code) || !rule.Kind.Valid() || len(rule.All) == 0 || slices.ContainsFunc(rule.All, func(fact Fact) bool { return !fact.Valid() }) {
			f.add(place, "lacks a code, a kind or facts", ErrInvalid)
			continue
		}
		if codes[rule.Code] {
			f.add(place, "has the code of another", ErrDuplicate)
		}
		codes[rule.Code] = true
		switch holds, known := rule.judge(facts); {
		case holds:
			fired[rule.Kind] = append(fired[rule.Kind], rule.Code)
		case known:
			refuted[rule.Kind] = append(refuted[rule.Kind], rule.Code)
		default:
			open[rule.Kind] = true
		}
	}
	if len(f) > 0 {
		return nil, f.join()
	}
	now := ExternalAt(members, at)
	var proposals []Proposal
	for _, kind := range ExternalKinds() {
		p := Proposal{Kind: kind}
		switch is := slices.Contains(now, kind); {
		case !is && len(fired[kind]) > 0:
			p.Action, p.Rules = ActionJoin, fired[kind]
		case is && len(fired[kind]) == 0 && !open[kind] && len(refuted[kind]) > 0:
			p.Action, p.Rules = ActionLeave, refuted[kind]
		default:
			continue
		}
		slices.Sort(p.Rules)
		proposals = append(proposals, p)
	}
	return proposals, nil
}

// judge reports whether all facts hold, and otherwise whether it is known that one
// does not.
func (r ExternalRule) judge(facts map[Fact]bool) (holds, known bool) {
	holds = true
	for _, fact := range r.All {
		yes, ok := facts[fact]
		if ok && !yes {
			return false, true
		}
		holds = holds && ok
	}
	return holds, holds
}

// Accept returns the memberships with a proposal carried out at an instant, and leaves
// those given as they are. One that joins ends where a later one of the same kind
// begins; one that leaves in the instant in which it began is gone. ErrConflict where
// the party is of the kind already, or is not; ErrInvalid for a proposal that is none
// or a zero instant.
func Accept(members []Membership, p Proposal, at time.Time) ([]Membership, error) {
	if !p.Kind.Valid() || !p.Action.Valid() || at.IsZero() {
		return nil, invalid("proposal", "lacks a kind, an action or an instant")
	}
	if f := checkMemberships(members); len(f) > 0 {
		return nil, f.join()
	}
	i := slices.IndexFunc(members, func(m Membership) bool { return m.Kind == p.Kind && m.ActiveAt(at) })
	if (i >= 0) != (p.Action == ActionLeave) {
		return nil, &Error{Field: "proposal", Reason: "does not fit the memberships any more", Err: ErrConflict}
	}
	list := slices.Clone(members)
	switch {
	case p.Action == ActionJoin:
		list = append(list, Membership{Kind: p.Kind, From: at, Until: nextOf(members, p.Kind, at)})
	case list[i].From.Equal(at):
		list = slices.Delete(list, i, i+1)
	default:
		list[i].Until = at
	}
	slices.SortFunc(list, func(a, b Membership) int { return cmp.Or(cmp.Compare(a.Kind, b.Kind), a.From.Compare(b.From)) })
	return list, nil
}

// nextOf returns when the next membership of a kind begins after an instant, and the
// zero time where none does.
func nextOf(members []Membership, kind ExternalKind, at time.Time) (next time.Time) {
	for _, m := range members {
		if m.Kind == kind && m.From.After(at) && (next.IsZero() || m.From.Before(next)) {
			next = m.From
		}
	}
	return next
}
