package approval

import "github.com/guanxi-go/guanxi/internal/enum"

// Status says where an approval stands (审批状态). The zero value is none: nothing was drafted.
type Status uint8

const (
	Draft     Status = iota + 1 // with its initiator, new or returned 草稿
	Running                     // a step is being decided 审批中
	Approved                    // decided; final where nothing is to be executed 已批准
	Executing                   // being carried out 执行中
	Done                        // carried out 已办结
	Rejected                    // final 已否决
	Withdrawn                   // final 已撤回
)

var statusNames = enum.New[Status]("status", unknown, enum.Names{
	{}, {"draft", "草稿"}, {"running", "审批中"}, {"approved", "已批准"}, {"executing", "执行中"},
	{"done", "已办结"}, {"rejected", "已否决"}, {"withdrawn", "已撤回"},
})

// Valid reports whether s is one of the seven.
func (s Status) Valid() bool { return statusNames.Valid(s) }

// String returns the code, "" for none and ? for a number that is none of them.
func (s Status) String() string { return statusNames.Code(s) }

// Zh returns the Chinese name, "" for none and ? for a number that is none of them.
func (s Status) Zh() string { return statusNames.Zh(s) }

// MarshalText writes the form of String; a number that is none of them is ErrInvalid.
func (s Status) MarshalText() ([]byte, error) { return statusNames.Marshal(s) }

// UnmarshalText reads what MarshalText writes, and nothing else.
func (s *Status) UnmarshalText(text []byte) error { return statusNames.Unmarshal(s, text) }

// PlaceState says where one step of an approval stands (步骤状态). The zero value is Waiting.
type PlaceState uint8

const (
	Waiting    PlaceState = iota // not entered, or its decisions were voided 未到
	Open                         // its people are asked 进行中
	Passed                       // approved, told or executed 已通过
	PassedOver                   // its condition does not hold, or nobody is there to decide 已跳过
)

var placeStateNames = enum.New[PlaceState]("state", unknown, enum.Names{
	{"waiting", "未到"}, {"open", "进行中"}, {"passed", "已通过"}, {"passed-over", "已跳过"},
})

// Valid reports whether s is one of the four.
func (s PlaceState) Valid() bool { return placeStateNames.Valid(s) }

// String returns the code, ? for a number that is none of them.
func (s PlaceState) String() string { return placeStateNames.Code(s) }

// Zh returns the Chinese name, ? for a number that is none of them.
func (s PlaceState) Zh() string { return placeStateNames.Zh(s) }

// MarshalText writes the form of String; a number that is none of them is ErrInvalid.
func (s PlaceState) MarshalText() ([]byte, error) { return placeStateNames.Marshal(s) }

// UnmarshalText reads what MarshalText writes, and nothing else.
func (s *PlaceState) UnmarshalText(text []byte) error { return placeStateNames.Unmarshal(s, text) }

// Vote is what somebody decided (表决). The zero value is none.
type Vote uint8

const (
	VoteApprove Vote = iota + 1 // 同意
	VoteReject                  // 反对
	VoteAbstain                 // 弃权
)

var voteNames = enum.New[Vote]("vote", unknown, enum.Names{
	{}, {"approve", "同意"}, {"reject", "反对"}, {"abstain", "弃权"},
})

// Valid reports whether v is one of the three.
func (v Vote) Valid() bool { return voteNames.Valid(v) }

// String returns the code, "" for none and ? for a number that is none of them.
func (v Vote) String() string { return voteNames.Code(v) }

// Zh returns the Chinese name, "" for none and ? for a number that is none of them.
func (v Vote) Zh() string { return voteNames.Zh(v) }

// MarshalText writes the form of String; a number that is none of them is ErrInvalid.
func (v Vote) MarshalText() ([]byte, error) { return voteNames.Marshal(v) }

// UnmarshalText reads what MarshalText writes, and nothing else.
func (v *Vote) UnmarshalText(text []byte) error { return voteNames.Unmarshal(v, text) }
