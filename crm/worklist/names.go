package worklist

import "github.com/guanxi-go/guanxi/internal/enum"

// Reason is why somebody has to deal with a thing today (事由).
type Reason uint8

const (
	Appointment Reason = iota + 1 // a call, visit or meeting with its hour 日程
	FollowUp                      // a follow-up that was agreed 跟进
	Remind                        // a reminder 提醒
	Owed                          // an action that the rules of use ask for 应做行动
	Close                         // a deal was expected to be closed by then 预计成交
	Decide                        // a request that waits for a decision 待审批
	Expire                        // an offer that is good until Due 报价到期
	Recycle                       // goes back to the pool at Due 将回收
	Collect                       // money that should have been paid by Due 催款
	Stuck                         // too long in its stage 滞留
	Silent                        // too long without an action that counts 静默
	NewLead                       // here since Due, and not taken up 新线索
	Submit                        // a bid that is to be handed in by Due 投标截止
	Respond                       // requirements of a tender that are to be answered by Due 招标响应
	Care                          // an act of care that is planned for the day 客户关怀
)

// Urgency is the first thing that a list is sorted by (紧急程度); the most urgent is the
// least.
type Urgency uint8

const (
	EndsToday Urgency = iota + 1 // lost at the end of the day 今日截止
	Overdue                      // should have been done before 已逾期
	DueToday                     // 今日到期
	ToCollect                    // money that is late 待催收
	Stalled                      // nothing moves 停滞
	Ahead                        // due later 即将到期
)

var reasons = enum.New[Reason]("reason", unknown, enum.Names{
	Appointment: {"appointment", "日程"}, FollowUp: {"follow-up", "跟进"}, Remind: {"remind", "提醒"},
	Owed: {"owed", "应做行动"}, Close: {"close", "预计成交"}, Decide: {"decide", "待审批"}, Expire: {"expire", "报价到期"},
	Recycle: {"recycle", "将回收"}, Collect: {"collect", "催款"}, Stuck: {"stuck", "滞留"}, Silent: {"silent", "静默"},
	NewLead: {"new-lead", "新线索"}, Submit: {"submit", "投标截止"}, Respond: {"respond", "招标响应"}, Care: {"care", "客户关怀"},
})

var urgencies = enum.New[Urgency]("urgency", unknown, enum.Names{
	EndsToday: {"ends-today", "今日截止"}, Overdue: {"overdue", "已逾期"}, DueToday: {"due-today", "今日到期"},
	ToCollect: {"to-collect", "待催收"}, Stalled: {"stalled", "停滞"}, Ahead: {"ahead", "即将到期"},
})

// Valid reports whether r is one of the reasons.
func (r Reason) Valid() bool { return reasons.Valid(r) }

// String returns the English code, and ? for what is no reason.
func (r Reason) String() string { return reasons.Code(r) }

// Zh returns the Chinese name, and ? for what is no reason.
func (r Reason) Zh() string { return reasons.Zh(r) }

// MarshalText writes the form of String; what is no reason is ErrInvalid.
func (r Reason) MarshalText() ([]byte, error) { return reasons.Marshal(r) }

// UnmarshalText reads what MarshalText writes, and nothing else.
func (r *Reason) UnmarshalText(text []byte) error { return reasons.Unmarshal(r, text) }

// Valid reports whether u is one of the urgencies.
func (u Urgency) Valid() bool { return urgencies.Valid(u) }

// String returns the English code, and ? for what is no urgency.
func (u Urgency) String() string { return urgencies.Code(u) }

// Zh returns the Chinese name, and ? for what is no urgency.
func (u Urgency) Zh() string { return urgencies.Zh(u) }

// MarshalText writes the form of String; what is no urgency is ErrInvalid.
func (u Urgency) MarshalText() ([]byte, error) { return urgencies.Marshal(u) }

// UnmarshalText reads what MarshalText writes, and nothing else.
func (u *Urgency) UnmarshalText(text []byte) error { return urgencies.Unmarshal(u, text) }
