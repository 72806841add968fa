package approval

import "github.com/guanxi-go/guanxi/internal/enum"

// StepKind says what the people of a step do (步骤类型). The zero value is KindApprove.
type StepKind uint8

const (
	KindApprove StepKind = iota // they decide, with the authority for the amount 审批
	KindReview                  // they decide, without authority for an amount 审核
	KindExecute                 // they carry out what was approved; one of them suffices 执行
	KindNotify                  // they are told, and nobody waits for them 知会
)

var stepKindNames = enum.New[StepKind]("kind", unknown, enum.Names{
	{"approve", "审批"}, {"review", "审核"}, {"execute", "执行"}, {"notify", "知会"},
})

// Valid reports whether k is one of the four.
func (k StepKind) Valid() bool { return stepKindNames.Valid(k) }

// String returns the code, ? for a number that is none of them.
func (k StepKind) String() string { return stepKindNames.Code(k) }

// Zh returns the Chinese name, ? for a number that is none of them.
func (k StepKind) Zh() string { return stepKindNames.Zh(k) }

// MarshalText writes the form of String; a number that is none of them is ErrInvalid.
func (k StepKind) MarshalText() ([]byte, error) { return stepKindNames.Marshal(k) }

// UnmarshalText reads what MarshalText writes, and nothing else.
func (k *StepKind) UnmarshalText(text []byte) error { return stepKindNames.Unmarshal(k, text) }

// OnEmpty says what happens where nobody is left to decide a step (无审批人时). The zero value is EmptyFails.
type OnEmpty uint8

const (
	EmptyFails   OnEmpty = iota // the command that would enter the step is refused 报错
	EmptySkips                  // the step is passed over 跳过
	EmptyToAdmin                // the administrator of [Env] decides 转管理员
)

var onEmptyNames = enum.New[OnEmpty]("on_empty", unknown, enum.Names{
	{"fail", "报错"}, {"skip", "跳过"}, {"admin", "转管理员"},
})

// Valid reports whether o is one of the three.
func (o OnEmpty) Valid() bool { return onEmptyNames.Valid(o) }

// String returns the code, ? for a number that is none of them.
func (o OnEmpty) String() string { return onEmptyNames.Code(o) }

// Zh returns the Chinese name, ? for a number that is none of them.
func (o OnEmpty) Zh() string { return onEmptyNames.Zh(o) }

// MarshalText writes the form of String; a number that is none of them is ErrInvalid.
func (o OnEmpty) MarshalText() ([]byte, error) { return onEmptyNames.Marshal(o) }

// UnmarshalText reads what MarshalText writes, and nothing else.
func (o *OnEmpty) UnmarshalText(text []byte) error { return onEmptyNames.Unmarshal(o, text) }

// OnReject says what a step's rejection does (否决后). The zero value is RejectEnds.
type OnReject uint8

const (
	RejectEnds    OnReject = iota // the approval ends as Rejected 终止
	RejectToDraft                 // it goes back to its initiator 退回起草
)

var onRejectNames = enum.New[OnReject]("on_reject", unknown, enum.Names{{"end", "终止"}, {"to-draft", "退回起草"}})

// Valid reports whether o is one of the two.
func (o OnReject) Valid() bool { return onRejectNames.Valid(o) }

// String returns the code, ? for a number that is none of them.
func (o OnReject) String() string { return onRejectNames.Code(o) }

// Zh returns the Chinese name, ? for a number that is none of them.
func (o OnReject) Zh() string { return onRejectNames.Zh(o) }

// MarshalText writes the form of String; a number that is none of them is ErrInvalid.
func (o OnReject) MarshalText() ([]byte, error) { return onRejectNames.Marshal(o) }

// UnmarshalText reads what MarshalText writes, and nothing else.
func (o *OnReject) UnmarshalText(text []byte) error { return onRejectNames.Unmarshal(o, text) }

// OnTimeout says what happens when the time of a step is up (超时处理). The zero value is ThenEscalate.
type OnTimeout uint8

const (
	ThenEscalate OnTimeout = iota // the open seats go to their holders' managers 上报
	ThenReturn                    // it goes back to its initiator 退回
	ThenReject                    // the step is rejected 否决
	ThenApprove                   // the step is passed; never in Fixed, never with an amount 自动通过
)

var onTimeoutNames = enum.New[OnTimeout]("on_timeout", unknown, enum.Names{
	{"escalate", "上报"}, {"return", "退回"}, {"reject", "否决"}, {"approve", "自动通过"},
})

// Valid reports whether o is one of the four.
func (o OnTimeout) Valid() bool { return onTimeoutNames.Valid(o) }

// String returns the code, ? for a number that is none of them.
func (o OnTimeout) String() string { return onTimeoutNames.Code(o) }

// Zh returns the Chinese name, ? for a number that is none of them.
func (o OnTimeout) Zh() string { return onTimeoutNames.Zh(o) }

// MarshalText writes the form of String; a number that is none of them is ErrInvalid.
func (o OnTimeout) MarshalText() ([]byte, error) { return onTimeoutNames.Marshal(o) }

// UnmarshalText reads what MarshalText writes, and nothing else.
func (o *OnTimeout) UnmarshalText(text []byte) error { return onTimeoutNames.Unmarshal(o, text) }
