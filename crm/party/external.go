package party

import (
	"slices"
	"time"

	"github.com/guanxi-go/guanxi/internal/enum"
	"github.com/guanxi-go/guanxi/internal/fault"
)

// ExternalKind is a kind of external customer (外部相关的顾客). A party may be of several
// kinds at once, each for a time: see [Membership].
type ExternalKind uint8

const (
	ExternalIntermediary   ExternalKind = iota + 1 // stands between us and who uses: retailer, agent, broker 中间顾客
	ExternalPublicInterest                         // gives what is public and takes a share for the public: government, community, media 公利顾客
	ExternalInvestor                               // gives capital and expects a return: shareholder, bank 投资顾客
	ExternalConsumer                               // uses what we make 外部消费顾客
)

var externalKindTerms = enum.New[ExternalKind]("external-kind", unknown, enum.Names{
	{}, {"intermediary", "中间顾客"}, {"public-interest", "公利顾客"}, {"investor", "投资顾客"},
	{"consumer", "外部消费顾客"},
})

// ExternalKinds returns all of them in the order of their constants.
func ExternalKinds() []ExternalKind { return externalKindTerms.All() }

// Valid reports whether e is one of them.
func (e ExternalKind) Valid() bool { return externalKindTerms.Valid(e) }

// String returns the English name, "" for none, ? for a number that is none.
func (e ExternalKind) String() string { return externalKindTerms.Code(e) }

// Zh returns the Chinese name, "" for none, ? for a number that is none.
func (e ExternalKind) Zh() string { return externalKindTerms.Zh(e) }

// MarshalText writes the form of String; a number that is none is ErrInvalid.
func (e ExternalKind) MarshalText() ([]byte, error) { return externalKindTerms.Marshal(e) }

// UnmarshalText reads what MarshalText writes, and leaves e as it was on an error.
func (e *ExternalKind) UnmarshalText(text []byte) error { return externalKindTerms.Unmarshal(e, text) }

// Membership says that a party is of an external kind from From on and before Until
// (外部顾客归类). The zero From is always so far, the zero Until is open.
type Membership struct {
	Kind  ExternalKind `json:"kind"`
	From  time.Time    `json:"from,omitzero"`
	Until time.Time    `json:"until,omitzero"`
}

// ActiveAt reports whether the membership holds at t.
func (m Membership) ActiveAt(t time.Time) bool { return holds(m.From, m.Until, t) }

// ExternalAt returns the kinds that a party is of at t, in the order of their
// constants, each once.
func ExternalAt(members []Membership, t time.Time) []ExternalKind {
	var kinds []ExternalKind
	for _, m := range members {
		if m.ActiveAt(t) {
			kinds = append(kinds, m.Kind)
		}
	}
	slices.Sort(kinds)
	return slices.Compact(kinds)
}

func checkMemberships(members []Membership) (f faults) {
	for i, m := range members {
		place := fault.Place("external", i)
		if !m.Kind.Valid() {
			f.add(place, "has no known kind", ErrInvalid)
		}
		if !ordered(m.From, m.Until) {
			f.add(place, "ends before it begins", ErrInvalid)
		}
		for _, other := range members[:i] {
			if other.Kind == m.Kind && overlap(other.From, other.Until, m.From, m.Until) {
				f.add(place, "overlaps another of the same kind", ErrDuplicate)
				break
			}
		}
	}
	return f
}
