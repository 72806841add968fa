package stage

import "github.com/guanxi-go/guanxi/internal/enum"

// Relationship is how far a relationship has come (关系阶段). The zero value says
// that no stage is known.
type Relationship uint8

const (
	Awareness   Relationship = iota + 1 // they know of each other, nothing has passed between them 认知
	Exploration                         // first dealings, tried out, easily ended 探测
	Expansion                           // benefits grow and each depends more on the other 扩大
	Commitment                          // both mean it to last 承诺
	Dissolution                         // one side withdraws 解除
)

var relationshipNames = enum.New[Relationship]("relationship", unknown, enum.Names{
	{}, {"awareness", "认知"}, {"exploration", "探测"}, {"expansion", "扩大"}, {"commitment", "承诺"},
	{"dissolution", "解除"},
})

// Valid reports whether r is one of the five stages.
func (r Relationship) Valid() bool { return relationshipNames.Valid(r) }

// String returns the code, such as awareness, "" for no stage, and
// ? for a number that is no stage.
func (r Relationship) String() string { return relationshipNames.Code(r) }

// Zh returns the Chinese name, such as 认知, "" for no stage.
func (r Relationship) Zh() string { return relationshipNames.Zh(r) }

// MarshalText writes the form of String, and nothing for no stage. A number that
// is no stage is ErrInvalid.
func (r Relationship) MarshalText() ([]byte, error) { return relationshipNames.Marshal(r) }

// UnmarshalText reads what MarshalText writes.
func (r *Relationship) UnmarshalText(text []byte) error { return relationshipNames.Unmarshal(r, text) }

// RelationshipMachine returns the five stages of a relationship as a machine
// (关系阶段状态机), for customers and, with a table of the host's or as it is, for
// colleagues:
//
//	forward 递进        one stage at a time, from awareness to commitment
//	regression 倒退     one stage back, with a reason
//	dissolution 解除    from every stage, with a reason
//	reactivation 重启   from dissolution to awareness or exploration, with a reason
//
// A relationship begins with awareness; one that was taken over from elsewhere may
// be in any stage ([Command].Imported).
//
// The stages are those of Dwyer, Schurr and Oh 1987, with dissolution possible at
// any of them. That steps are single, and that a relationship taken up again begins
// early, is ours: trust that was lost is not declared to be there again.
func RelationshipMachine() *Machine[Relationship] {
	d := Definition[Relationship]{
		Name: "relationship", States: statesOf(relationshipNames), Initial: []Relationship{Awareness},
	}
	for r := Awareness; r < Commitment; r++ {
		d.Transitions = append(d.Transitions,
			Transition[Relationship]{From: r, To: r + 1},
			Transition[Relationship]{From: r + 1, To: r, Reason: true})
	}
	for r := Awareness; r < Dissolution; r++ {
		d.Transitions = append(d.Transitions, Transition[Relationship]{From: r, To: Dissolution, Reason: true})
	}
	for _, r := range []Relationship{Awareness, Exploration} {
		d.Transitions = append(d.Transitions, Transition[Relationship]{From: Dissolution, To: r, Reason: true})
	}
	return ready(d)
}
