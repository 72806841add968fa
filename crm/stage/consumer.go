package stage

import "github.com/guanxi-go/guanxi/internal/enum"

// ConsumerStep is where a consumer stands in the chain that leads to a purchase and
// beyond (消费心理过程). The zero value says that no step is known.
type ConsumerStep uint8

const (
	Cognition  ConsumerStep = iota + 1 // knows of the product 消费认知
	Affect                             // likes or dislikes it 消费情感
	Will                               // means to buy it 消费意志
	Behaviour                          // buys and uses it 消费行为
	Evaluation                         // judges what came of it 消费评价
)

var consumerNames = enum.New[ConsumerStep]("consumer_step", unknown, enum.Names{
	{}, {"cognition", "消费认知"}, {"affect", "消费情感"}, {"will", "消费意志"}, {"behaviour", "消费行为"},
	{"evaluation", "消费评价"},
})

// Valid reports whether s is one of the five steps.
func (s ConsumerStep) Valid() bool { return consumerNames.Valid(s) }

// String returns the code, such as cognition, "" for no step, and ? for a number that is no step.
func (s ConsumerStep) String() string { return consumerNames.Code(s) }

// Zh returns the Chinese name, such as 消费认知, "" for no step.
func (s ConsumerStep) Zh() string { return consumerNames.Zh(s) }

// MarshalText writes the form of String, and nothing for no step. A number that is
// no step is ErrInvalid.
func (s ConsumerStep) MarshalText() ([]byte, error) { return consumerNames.Marshal(s) }

// UnmarshalText reads what MarshalText writes.
func (s *ConsumerStep) UnmarshalText(text []byte) error { return consumerNames.Unmarshal(s, text) }

// ConsumerMachine returns the consumer chain as a machine (消费心理过程状态机):
//
//	forward 递进       one step at a time, from cognition to evaluation
//	back 退回          from affect to cognition and from will to affect, with a reason;
//	                   what was done is not undone
//	next round 再循环   from evaluation to any of the first four: who is content buys
//	                   again without starting over
//
// A consumer begins with cognition. The five steps are those of the source
// documents; that thinking, feeling and doing follow each other so is Lavidge and
// Steiner 1961, Journal of Marketing 25(6):59-62, the round after the evaluation
// Engel, Kollat and Blackwell 1968, Consumer Behavior.
func ConsumerMachine() *Machine[ConsumerStep] {
	d := Definition[ConsumerStep]{Name: "consumer", States: statesOf(consumerNames), Initial: []ConsumerStep{Cognition}}
	for s := Cognition; s < Evaluation; s++ {
		d.Transitions = append(d.Transitions,
			Transition[ConsumerStep]{From: s, To: s + 1},
			Transition[ConsumerStep]{From: Evaluation, To: s})
	}
	for s := Affect; s <= Will; s++ {
		d.Transitions = append(d.Transitions, Transition[ConsumerStep]{From: s, To: s - 1, Reason: true})
	}
	return ready(d)
}
