package bid

import "github.com/guanxi-go/guanxi/internal/enum"

// State is how far a bid has come (投标状态). The zero value is none.
type State uint8

const (
	Invited   State = iota + 1 // asked to bid, or found the call 受邀
	Preparing                  // being drawn up 编制中
	Submitted                  // handed in 已递交
	Won                        // it was chosen 中标
	Lost                       // another was chosen 未中标
	Void                       // the tender or the bid came to nothing 废标
)

var states = enum.New[State]("text", unknown, enum.Names{
	{}, {"invited", "受邀"}, {"preparing", "编制中"}, {"submitted", "已递交"}, {"won", "中标"}, {"lost", "未中标"},
	{"void", "废标"},
})

// Valid reports whether s is one of the six.
func (s State) Valid() bool { return states.Valid(s) }

// String returns the code, "" for none and ? for a number that is no state.
func (s State) String() string { return states.Code(s) }

// Zh returns the Chinese name, "" for none and ? for a number that is no state.
func (s State) Zh() string { return states.Zh(s) }

// MarshalText writes the form of String; a number that is no state is ErrInvalid.
func (s State) MarshalText() ([]byte, error) { return states.Marshal(s) }

// UnmarshalText reads what MarshalText writes, and nothing else.
func (s *State) UnmarshalText(text []byte) error { return states.Unmarshal(s, text) }

// Answer is how we answer a requirement (响应). The zero value is none.
type Answer uint8

const (
	Open     Answer = iota + 1 // not answered yet 未响应
	Complies                   // as asked 满足
	Deviates                   // otherwise than asked, and said so 偏离
)

var answers = enum.New[Answer]("text", unknown, enum.Names{
	{}, {"open", "未响应"}, {"complies", "满足"}, {"deviates", "偏离"},
})

// Valid reports whether a is one of the three.
func (a Answer) Valid() bool { return answers.Valid(a) }

// String returns the code, "" for none and ? for a number that is no answer.
func (a Answer) String() string { return answers.Code(a) }

// Zh returns the Chinese name, "" for none and ? for a number that is no answer.
func (a Answer) Zh() string { return answers.Zh(a) }

// MarshalText writes the form of String; a number that is no answer is ErrInvalid.
func (a Answer) MarshalText() ([]byte, error) { return answers.Marshal(a) }

// UnmarshalText reads what MarshalText writes, and nothing else.
func (a *Answer) UnmarshalText(text []byte) error { return answers.Unmarshal(a, text) }
