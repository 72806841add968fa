package care

import "github.com/guanxi-go/guanxi/internal/enum"

// Trigger is what calls for care (触发条件). The zero value is none.
type Trigger uint8

const (
	Birthday      Trigger = iota + 1 // each year on the birthday 生日
	LunarBirthday                    // each lunar year on the birthday by the Chinese calendar 农历生日
	Anniversary                      // each year on the day of an event, from the first year on 周年
	AfterEvent                       // so many days or months after an event 事件后
	EveryByClass                     // whenever nobody acted for as long as the class allows 按分类定期
	Festival                         // on days that the plan names 节日
)

var triggers = enum.New[Trigger]("trigger", unknown, enum.Names{
	{}, {"birthday", "生日"}, {"lunar-birthday", "农历生日"}, {"anniversary", "周年"}, {"after-event", "事件后"},
	{"every-by-class", "按分类定期"}, {"festival", "节日"},
})

// Valid reports whether t is one of the six.
func (t Trigger) Valid() bool { return triggers.Valid(t) }

// String returns the code, "" for none and ? for a number that is no trigger.
func (t Trigger) String() string { return triggers.Code(t) }

// Zh returns the Chinese name, "" for none and ? for a number that is no trigger.
func (t Trigger) Zh() string { return triggers.Zh(t) }

// MarshalText writes the form of String; a number that is no trigger is ErrInvalid.
func (t Trigger) MarshalText() ([]byte, error) { return triggers.Marshal(t) }

// UnmarshalText reads what MarshalText writes, and nothing else.
func (t *Trigger) UnmarshalText(text []byte) error { return triggers.Unmarshal(t, text) }

// LeapDay says which day stands for 29 February in a common year (闰日处理). The zero
// value is February28.
type LeapDay uint8

const (
	February28 LeapDay = iota // the last day of February 2月28日
	March1                    // the day after 3月1日
)

var leapDays = enum.New[LeapDay]("leap", unknown, enum.Names{{"february-28", "2月28日"}, {"march-1", "3月1日"}})

// Valid reports whether l is one of the two.
func (l LeapDay) Valid() bool { return leapDays.Valid(l) }

// String returns the code, and ? for a number that is no such day.
func (l LeapDay) String() string { return leapDays.Code(l) }

// Zh returns the Chinese name, and ? for a number that is no such day.
func (l LeapDay) Zh() string { return leapDays.Zh(l) }

// MarshalText writes the form of String; a number that is no such day is ErrInvalid.
func (l LeapDay) MarshalText() ([]byte, error) { return leapDays.Marshal(l) }

// UnmarshalText reads what MarshalText writes, and nothing else.
func (l *LeapDay) UnmarshalText(text []byte) error { return leapDays.Unmarshal(l, text) }

// Reason says why a customer is not cared for (跳过原因). The zero value is none.
type Reason uint8

const (
	OptedOut      Reason = iota + 1 // does not want to be written to or called 已退订
	ComplaintOpen                   // waits for an answer first 投诉未结
	NotWorked                       // calendar.RollSkip dropped the day 非工作日
)

var reasons = enum.New[Reason]("reason", unknown, enum.Names{
	{}, {"opted-out", "已退订"}, {"complaint-open", "投诉未结"}, {"not-worked", "非工作日"},
})

// Valid reports whether r is one of the three.
func (r Reason) Valid() bool { return reasons.Valid(r) }

// String returns the code, "" for none and ? for a number that is no reason.
func (r Reason) String() string { return reasons.Code(r) }

// Zh returns the Chinese name, "" for none and ? for a number that is no reason.
func (r Reason) Zh() string { return reasons.Zh(r) }

// MarshalText writes the form of String; a number that is no reason is ErrInvalid.
func (r Reason) MarshalText() ([]byte, error) { return reasons.Marshal(r) }

// UnmarshalText reads what MarshalText writes, and nothing else.
func (r *Reason) UnmarshalText(text []byte) error { return reasons.Unmarshal(r, text) }

// Result is what became of a task (处理结果). The zero value is none.
type Result uint8

const (
	Done    Result = iota + 1 // it was done 已完成
	Dropped                   // it was decided not to do it 已取消
)

var results = enum.New[Result]("result", unknown, enum.Names{{}, {"done", "已完成"}, {"dropped", "已取消"}})

// Valid reports whether r is one of the two.
func (r Result) Valid() bool { return results.Valid(r) }

// String returns the code, "" for none and ? for a number that is no result.
func (r Result) String() string { return results.Code(r) }

// Zh returns the Chinese name, "" for none and ? for a number that is no result.
func (r Result) Zh() string { return results.Zh(r) }

// MarshalText writes the form of String; a number that is no result is ErrInvalid.
func (r Result) MarshalText() ([]byte, error) { return results.Marshal(r) }

// UnmarshalText reads what MarshalText writes, and nothing else.
func (r *Result) UnmarshalText(text []byte) error { return results.Unmarshal(r, text) }
