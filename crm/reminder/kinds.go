package reminder

import "github.com/guanxi-go/guanxi/internal/enum"

// Kind is what somebody is reminded to do (提醒类型). The zero value is none.
type Kind uint8

const (
	Contact Kind = iota + 1 // get in touch 联系
	Visit                   // go and see them 拜访
	Dunning                 // ask for money that is due 催款
	Care                    // a birthday, a festival 关怀
	Custom                  // anything else 自定义
)

var kinds = enum.New[Kind]("kind", unknown, enum.Names{
	{}, {"contact", "联系"}, {"visit", "拜访"}, {"dunning", "催款"}, {"care", "关怀"}, {"custom", "自定义"},
})

// Valid reports whether k is one of the five.
func (k Kind) Valid() bool { return kinds.Valid(k) }

// String returns the code, "" for none and ? for a number that is no kind.
func (k Kind) String() string { return kinds.Code(k) }

// Zh returns the Chinese name, "" for none and ? for a number that is no kind.
func (k Kind) Zh() string { return kinds.Zh(k) }

// MarshalText writes the form of String; a number that is no kind is ErrInvalid.
func (k Kind) MarshalText() ([]byte, error) { return kinds.Marshal(k) }

// UnmarshalText reads what MarshalText writes, and nothing else.
func (k *Kind) UnmarshalText(text []byte) error { return kinds.Unmarshal(k, text) }

// CatchUp says what becomes of occurrences that nobody looked for in time, because no program
// ran (补发方式). The zero value is Latest.
type CatchUp uint8

const (
	Latest CatchUp = iota // only the last fires, and says how many it stands for 只补最近一次
	All                   // each fires, up to the last 100 全部补发
	None                  // none fires that is later than Grace 不补发
)

var catchUps = enum.New[CatchUp]("catch_up", unknown, enum.Names{
	{"latest", "只补最近一次"}, {"all", "全部补发"}, {"none", "不补发"},
})

// Valid reports whether c is one of the three.
func (c CatchUp) Valid() bool { return catchUps.Valid(c) }

// String returns the code, and ? for a number that is no way.
func (c CatchUp) String() string { return catchUps.Code(c) }

// Zh returns the Chinese name, and ? for a number that is no way.
func (c CatchUp) Zh() string { return catchUps.Zh(c) }

// MarshalText writes the form of String; a number that is no way is ErrInvalid.
func (c CatchUp) MarshalText() ([]byte, error) { return catchUps.Marshal(c) }

// UnmarshalText reads what MarshalText writes, and nothing else.
func (c *CatchUp) UnmarshalText(text []byte) error { return catchUps.Unmarshal(c, text) }

// From says what the rule counts from (起算方式). The zero value is Schedule.
type From uint8

const (
	Schedule From = iota // the start, whatever anybody does 按计划
	LastDone             // the day on which it was last done or dismissed 从上次完成起算
)

var froms = enum.New[From]("from", unknown, enum.Names{{"schedule", "按计划"}, {"last-done", "从上次完成起算"}})

// Valid reports whether f is one of the two.
func (f From) Valid() bool { return froms.Valid(f) }

// String returns the code, and ? for a number that is no way.
func (f From) String() string { return froms.Code(f) }

// Zh returns the Chinese name, and ? for a number that is no way.
func (f From) Zh() string { return froms.Zh(f) }

// MarshalText writes the form of String; a number that is no way is ErrInvalid.
func (f From) MarshalText() ([]byte, error) { return froms.Marshal(f) }

// UnmarshalText reads what MarshalText writes, and nothing else.
func (f *From) UnmarshalText(text []byte) error { return froms.Unmarshal(f, text) }

// Condition is what ends a reminder for good (终止条件). The zero value is none.
type Condition uint8

const (
	Paid   Condition = iota + 1 // the money came in 已付款
	Closed                      // the deal, order or case is over 已结束
	LeftUs                      // the customer is none any more 已流失
)

var conditions = enum.New[Condition]("stop_when", unknown, enum.Names{
	{}, {"paid", "已付款"}, {"closed", "已结束"}, {"left-us", "已流失"},
})

// Valid reports whether c is one of the three.
func (c Condition) Valid() bool { return conditions.Valid(c) }

// String returns the code, "" for none and ? for a number that is no condition.
func (c Condition) String() string { return conditions.Code(c) }

// Zh returns the Chinese name, "" for none and ? for a number that is no condition.
func (c Condition) Zh() string { return conditions.Zh(c) }

// MarshalText writes the form of String; a number that is no condition is ErrInvalid.
func (c Condition) MarshalText() ([]byte, error) { return conditions.Marshal(c) }

// UnmarshalText reads what MarshalText writes, and nothing else.
func (c *Condition) UnmarshalText(text []byte) error { return conditions.Unmarshal(c, text) }

// State is where an occurrence stands (提醒状态). The zero value is StatePending.
type State uint8

const (
	StatePending    State = iota // has not fired; it may still, or was missed 待触发
	StateFired                   // fired, and nobody has answered 已触发
	StateSnoozed                 // is to fire again later 稍后提醒
	StateDone                    // was done 已处理
	StateDismissed               // was dismissed, or the reminder ended 已忽略
	StateSuperseded              // was snoozed when the next one fired 已被取代
)

var states = enum.New[State]("state", unknown, enum.Names{
	{"pending", "待触发"}, {"fired", "已触发"}, {"snoozed", "稍后提醒"}, {"done", "已处理"},
	{"dismissed", "已忽略"}, {"superseded", "已被取代"},
})

// Valid reports whether s is one of the six.
func (s State) Valid() bool { return states.Valid(s) }

// String returns the code, and ? for a number that is no state.
func (s State) String() string { return states.Code(s) }

// Zh returns the Chinese name, and ? for a number that is no state.
func (s State) Zh() string { return states.Zh(s) }

// MarshalText writes the form of String; a number that is no state is ErrInvalid.
func (s State) MarshalText() ([]byte, error) { return states.Marshal(s) }

// UnmarshalText reads what MarshalText writes, and nothing else.
func (s *State) UnmarshalText(text []byte) error { return states.Unmarshal(s, text) }

// EntryKind is what an [Entry] says (记录类型). The zero value is none.
type EntryKind uint8

const (
	Fired     EntryKind = iota + 1 // somebody is reminded 触发
	Passed                         // occurrences were missed and none fires 错过
	Snoozed                        // a firing is to come again 稍后提醒
	Done                           // firings were done 处理
	Dismissed                      // firings were dismissed 忽略
	Stopped                        // the reminder has ended 终止
)

var entryKinds = enum.New[EntryKind]("kind", unknown, enum.Names{
	{}, {"fired", "触发"}, {"passed", "错过"}, {"snoozed", "稍后提醒"}, {"done", "处理"}, {"dismissed", "忽略"},
	{"stopped", "终止"},
})

// Valid reports whether e is one of the six.
func (e EntryKind) Valid() bool { return entryKinds.Valid(e) }

// String returns the code, "" for none and ? for a number that is no kind.
func (e EntryKind) String() string { return entryKinds.Code(e) }

// Zh returns the Chinese name, "" for none and ? for a number that is no kind.
func (e EntryKind) Zh() string { return entryKinds.Zh(e) }

// MarshalText writes the form of String; a number that is no kind is ErrInvalid.
func (e EntryKind) MarshalText() ([]byte, error) { return entryKinds.Marshal(e) }

// UnmarshalText reads what MarshalText writes, and nothing else.
func (e *EntryKind) UnmarshalText(text []byte) error { return entryKinds.Unmarshal(e, text) }
