package care

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

var triggers = names{{}, {"birthday", "生日"}, {"lunar-birthday", "农历生日"}, {"anniversary", "周年"}, {"after-event", "事件后"}, {"every-by-class", "按分类定期"}, {"festival", "节日"}}

// Valid reports whether t is one of the six.
func (t Trigger) Valid() bool { return triggers.valid(uint8(t)) }

// String returns the code, "" for none and ? for a number that is no trigger.
func (t Trigger) String() string { return triggers.en(uint8(t)) }

// Zh returns the Chinese name, "" for none and ? for a number that is no trigger.
func (t Trigger) Zh() string { return triggers.zh(uint8(t)) }

// MarshalText writes the form of String; a number that is no trigger is ErrInvalid.
func (t Trigger) MarshalText() ([]byte, error) { return triggers.marshal(uint8(t), "trigger") }

// UnmarshalText reads what MarshalText writes, and nothing else.
func (t *Trigger) UnmarshalText(text []byte) error {
	return triggers.unmarshal((*uint8)(t), text, "trigger")
}

// LeapDay says which day stands for 29 February in a common year (闰日处理). The zero
// value is February28.
type LeapDay uint8

const (
	February28 LeapDay = iota // the last day of February 2月28日
	March1                    // the day after 3月1日
)

var leapDays = names{{"february-28", "2月28日"}, {"march-1", "3月1日"}}

// Valid reports whether l is one of the two.
func (l LeapDay) Valid() bool { return int(l) < len(leapDays) }

// String returns the code, and ? for a number that is no such day.
func (l LeapDay) String() string { return leapDays.en(uint8(l)) }

// Zh returns the Chinese name, and ? for a number that is no such day.
func (l LeapDay) Zh() string { return leapDays.zh(uint8(l)) }

// MarshalText writes the form of String; a number that is no such day is ErrInvalid.
func (l LeapDay) MarshalText() ([]byte, error) { return leapDays.marshal(uint8(l), "leap") }

// UnmarshalText reads what MarshalText writes, and nothing else.
func (l *LeapDay) UnmarshalText(text []byte) error {
	return leapDays.unmarshal((*uint8)(l), text, "leap")
}

// Reason says why a customer is not cared for (跳过原因). The zero value is none.
type Reason uint8

const (
	OptedOut      Reason = iota + 1 // does not want to be written to or called 已退订
	ComplaintOpen                   // waits for an answer first 投诉未结
	NotWorked                       // calendar.RollSkip dropped the day 非工作日
)

var reasons = names{{}, {"opted-out", "已退订"}, {"complaint-open", "投诉未结"}, {"not-worked", "非工作日"}}

// Valid reports whether r is one of the three.
func (r Reason) Valid() bool { return reasons.valid(uint8(r)) }

// String returns the code, "" for none and ? for a number that is no reason.
func (r Reason) String() string { return reasons.en(uint8(r)) }

// Zh returns the Chinese name, "" for none and ? for a number that is no reason.
func (r Reason) Zh() string { return reasons.zh(uint8(r)) }

// MarshalText writes the form of String; a number that is no reason is ErrInvalid.
func (r Reason) MarshalText() ([]byte, error) { return reasons.marshal(uint8(r), "reason") }

// UnmarshalText reads what MarshalText writes, and nothing else.
func (r *Reason) UnmarshalText(text []byte) error {
	return reasons.unmarshal((*uint8)(r), text, "reason")
}

// Result is what became of a task (处理结果). The zero value is none.
type Result uint8

const (
	Done    Result = iota + 1 // it was done 已完成
	Dropped                   // it was decided not to do it 已取消
)

var results = names{{}, {"done", "已完成"}, {"dropped", "已取消"}}

// Valid reports whether r is one of the two.
func (r Result) Valid() bool { return results.valid(uint8(r)) }

// String returns the code, "" for none and ? for a number that is no result.
func (r Result) String() string { return results.en(uint8(r)) }

// Zh returns the Chinese name, "" for none and ? for a number that is no result.
func (r Result) Zh() string { return results.zh(uint8(r)) }

// MarshalText writes the form of String; a number that is no result is ErrInvalid.
func (r Result) MarshalText() ([]byte, error) { return results.marshal(uint8(r), "result") }

// UnmarshalText reads what MarshalText writes, and nothing else.
func (r *Result) UnmarshalText(text []byte) error {
	return results.unmarshal((*uint8)(r), text, "result")
}
