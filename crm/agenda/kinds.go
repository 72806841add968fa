package agenda

import "github.com/guanxi-go/guanxi/internal/enum"

// Kind is what somebody does at an appointment (日程类型). The zero value is none.
type Kind uint8

const (
	Call     Kind = iota + 1 // on the telephone 电话
	VisitOut                 // at the customer's 上门拜访
	VisitIn                  // the customer comes 来访
	Meeting                  // of several 会议
)

var kinds = enum.New[Kind]("kind", unknown, enum.Names{
	{}, {"call", "电话"}, {"visit-out", "上门拜访"}, {"visit-in", "来访"}, {"meeting", "会议"},
})

// Valid reports whether k is one of the four.
func (k Kind) Valid() bool { return kinds.Valid(k) }

// String returns the code, "" for none and ? for a number that is no kind.
func (k Kind) String() string { return kinds.Code(k) }

// Zh returns the Chinese name, "" for none and ? for a number that is no kind.
func (k Kind) Zh() string { return kinds.Zh(k) }

// MarshalText writes the form of String; a number that is no kind is ErrInvalid.
func (k Kind) MarshalText() ([]byte, error) { return kinds.Marshal(k) }

// UnmarshalText reads what MarshalText writes, and nothing else.
func (k *Kind) UnmarshalText(text []byte) error { return kinds.Unmarshal(k, text) }

// State is what has become of an appointment (日程状态). The zero value is Planned.
type State uint8

const (
	Planned   State = iota // is still to come, or nobody said 已计划
	Done                   // took place 已完成
	Missed                 // did not take place though it was planned 未到
	Cancelled              // was called off before 已取消
)

var states = enum.New[State]("state", unknown, enum.Names{
	{"planned", "已计划"}, {"done", "已完成"}, {"missed", "未到"}, {"cancelled", "已取消"},
})

// Valid reports whether s is one of the four.
func (s State) Valid() bool { return states.Valid(s) }

// String returns the code, and ? for a number that is no state.
func (s State) String() string { return states.Code(s) }

// Zh returns the Chinese name, and ? for a number that is no state.
func (s State) Zh() string { return states.Zh(s) }

// MarshalText writes the form of String; a number that is no state is ErrInvalid.
func (s State) MarshalText() ([]byte, error) { return states.Marshal(s) }

// UnmarshalText reads what MarshalText writes, and nothing else.
func (s *State) UnmarshalText(text []byte) error { return states.Unmarshal(s, text) }

// Answer is what a participant says to an invitation (答复). The zero value is NoAnswer.
type Answer uint8

const (
	NoAnswer  Answer = iota // has not answered 未答复
	Accepted                // comes 接受
	Tentative               // comes perhaps 暂定
	Declined                // does not come 谢绝
)

var answers = enum.New[Answer]("answer", unknown, enum.Names{
	{"none", "未答复"}, {"accepted", "接受"}, {"tentative", "暂定"}, {"declined", "谢绝"},
})

// Valid reports whether a is one of the four.
func (a Answer) Valid() bool { return answers.Valid(a) }

// String returns the code, and ? for a number that is no answer.
func (a Answer) String() string { return answers.Code(a) }

// Zh returns the Chinese name, and ? for a number that is no answer.
func (a Answer) Zh() string { return answers.Zh(a) }

// MarshalText writes the form of String; a number that is no answer is ErrInvalid.
func (a Answer) MarshalText() ([]byte, error) { return answers.Marshal(a) }

// UnmarshalText reads what MarshalText writes, and nothing else.
func (a *Answer) UnmarshalText(text []byte) error { return answers.Unmarshal(a, text) }

// ConflictKind says how two appointments are in each other's way (冲突类型). The zero value is none.
type ConflictKind uint8

const (
	Overlap ConflictKind = iota + 1 // they are at one time 时间重叠
	Travel                          // the time between them is shorter than the way 路程时间不足
)

var conflictKinds = enum.New[ConflictKind]("kind", unknown, enum.Names{
	{}, {"overlap", "时间重叠"}, {"travel", "路程时间不足"},
})

// Valid reports whether c is one of the two.
func (c ConflictKind) Valid() bool { return conflictKinds.Valid(c) }

// String returns the code, "" for none and ? for a number that is no kind.
func (c ConflictKind) String() string { return conflictKinds.Code(c) }

// Zh returns the Chinese name, "" for none and ? for a number that is no kind.
func (c ConflictKind) Zh() string { return conflictKinds.Zh(c) }

// MarshalText writes the form of String; a number that is no kind is ErrInvalid.
func (c ConflictKind) MarshalText() ([]byte, error) { return conflictKinds.Marshal(c) }

// UnmarshalText reads what MarshalText writes, and nothing else.
func (c *ConflictKind) UnmarshalText(text []byte) error { return conflictKinds.Unmarshal(c, text) }

// EntryKind is what an [Entry] says (记录类型). The zero value is none.
type EntryKind uint8

const (
	WasPlanned   EntryKind = iota + 1 // the appointment was made 新建
	WasMoved                          // it is at another time 改期
	WasDone                           // it took place 完成
	WasMissed                         // it did not take place 未到
	WasCancelled                      // it was called off 取消
)

var entryKinds = enum.New[EntryKind]("kind", unknown, enum.Names{
	{}, {"planned", "新建"}, {"moved", "改期"}, {"done", "完成"}, {"missed", "未到"}, {"cancelled", "取消"},
})

// Valid reports whether e is one of the five.
func (e EntryKind) Valid() bool { return entryKinds.Valid(e) }

// String returns the code, "" for none and ? for a number that is no kind.
func (e EntryKind) String() string { return entryKinds.Code(e) }

// Zh returns the Chinese name, "" for none and ? for a number that is no kind.
func (e EntryKind) Zh() string { return entryKinds.Zh(e) }

// MarshalText writes the form of String; a number that is no kind is ErrInvalid.
func (e EntryKind) MarshalText() ([]byte, error) { return entryKinds.Marshal(e) }

// UnmarshalText reads what MarshalText writes, and nothing else.
func (e *EntryKind) UnmarshalText(text []byte) error { return entryKinds.Unmarshal(e, text) }

// ChangeKind is what a [Change] says (变更类型). The zero value is none.
type ChangeKind uint8

const (
	Created          ChangeKind = iota + 1 // the event was made 新建
	Invited                                // somebody is to come 邀请
	Removed                                // somebody is not to come any more 移除
	Answered                               // a participant said whether they come 答复
	SessionMoved                           // one session is at another time 场次改期
	SessionCancelled                       // one session is not held 场次取消
	Ended                                  // no session later than an instant is held 结束
	Attended                               // it is known who was at a session 出席
)

var changeKinds = enum.New[ChangeKind]("kind", unknown, enum.Names{
	{}, {"created", "新建"}, {"invited", "邀请"}, {"removed", "移除"}, {"answered", "答复"},
	{"session-moved", "场次改期"}, {"session-cancelled", "场次取消"}, {"ended", "结束"},
	{"attended", "出席"},
})

// Valid reports whether c is one of the eight.
func (c ChangeKind) Valid() bool { return changeKinds.Valid(c) }

// String returns the code, "" for none and ? for a number that is no kind.
func (c ChangeKind) String() string { return changeKinds.Code(c) }

// Zh returns the Chinese name, "" for none and ? for a number that is no kind.
func (c ChangeKind) Zh() string { return changeKinds.Zh(c) }

// MarshalText writes the form of String; a number that is no kind is ErrInvalid.
func (c ChangeKind) MarshalText() ([]byte, error) { return changeKinds.Marshal(c) }

// UnmarshalText reads what MarshalText writes, and nothing else.
func (c *ChangeKind) UnmarshalText(text []byte) error { return changeKinds.Unmarshal(c, text) }
