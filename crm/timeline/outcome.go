package timeline

import "github.com/guanxi-go/guanxi/internal/enum"

// Outcome is what came of a contact (结果). The zero value says that nothing did,
// or nothing yet.
type Outcome uint8

const (
	NoOutcome        Outcome = iota // nothing, or nothing yet 无
	Reached                         // spoke with the person 已联系上
	NoAnswer                        // nobody answered 无人应答
	Agreed                          // the person agreed to what was asked 同意
	Refused                         // the person declined 拒绝
	Callback                        // the person wants to be contacted again 约定回电
	InformationGiven                // the answer was given 已告知
)

var outcomeNames = enum.New[Outcome]("outcome", unknown, enum.Names{
	{"none", "无"},
	{"reached", "已联系上"},
	{"no-answer", "无人应答"},
	{"agreed", "同意"},
	{"refused", "拒绝"},
	{"callback", "约定回电"},
	{"information-given", "已告知"},
})

// Outcomes returns the seven outcomes.
func Outcomes() []Outcome {
	return []Outcome{NoOutcome, Reached, NoAnswer, Agreed, Refused, Callback, InformationGiven}
}

// Valid reports whether o is one of the enumerated values.
func (o Outcome) Valid() bool { return outcomeNames.Valid(o) }

// String returns the English code, and ? for a number that has none.
func (o Outcome) String() string { return outcomeNames.Code(o) }

// Zh returns the Chinese name, and ? for a number that has none.
func (o Outcome) Zh() string { return outcomeNames.Zh(o) }

// MarshalText writes the form of String; a number without a code is ErrInvalid.
func (o Outcome) MarshalText() ([]byte, error) { return outcomeNames.Marshal(o) }

// UnmarshalText reads what MarshalText writes, and nothing else.
func (o *Outcome) UnmarshalText(text []byte) error { return outcomeNames.Unmarshal(o, text) }

// TwoWay reports whether both sides took part: the person was reached, agreed,
// refused, asked to be called back or was given an answer. An attempt that nobody
// took, and a message that nobody answered, are one-way.
func (o Outcome) TwoWay() bool { return o.Valid() && o != NoOutcome && o != NoAnswer }
