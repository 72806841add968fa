package worklist

import "github.com/guanxi-go/guanxi/crm/finding"

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

var reasons = [...]finding.Text{
	Appointment: {En: "appointment", Zh: "日程"}, FollowUp: {En: "follow-up", Zh: "跟进"}, Remind: {En: "remind", Zh: "提醒"},
	Owed: {En: "owed", Zh: "应做行动"}, Close: {En: "close", Zh: "预计成交"}, Decide: {En: "decide", Zh: "待审批"}, Expire: {En: "expire", Zh: "报价到期"},
	Recycle: {En: "recycle", Zh: "将回收"}, Collect: {En: "collect", Zh: "催款"}, Stuck: {En: "stuck", Zh: "滞留"}, Silent: {En: "silent", Zh: "静默"},
	NewLead: {En: "new-lead", Zh: "新线索"},
}

var urgencies = [...]finding.Text{
	EndsToday: {En: "ends-today", Zh: "今日截止"}, Overdue: {En: "overdue", Zh: "已逾期"}, DueToday: {En: "due-today", Zh: "今日到期"},
	ToCollect: {En: "to-collect", Zh: "待催收"}, Stalled: {En: "stalled", Zh: "停滞"}, Ahead: {En: "ahead", Zh: "即将到期"},
}

// Valid reports whether r is one of the reasons.
func (r Reason) Valid() bool { return r > 0 && int(r) < len(reasons) }

// String returns the English code, and ? for what is no reason.
func (r Reason) String() string { return nameOf(reasons[:], int(r)).En }

// Zh returns the Chinese name, and ? for what is no reason.
func (r Reason) Zh() string { return nameOf(reasons[:], int(r)).Zh }

// MarshalText writes the form of String; what is no reason is ErrInvalid.
func (r Reason) MarshalText() ([]byte, error) { return marshal(reasons[:], int(r), "reason") }

// UnmarshalText reads what MarshalText writes, and nothing else.
func (r *Reason) UnmarshalText(text []byte) error {
	n, err := unmarshal(reasons[:], text, "reason")
	if err == nil {
		*r = Reason(n)
	}
	return err
}

// Valid reports whether u is one of the urgencies.
func (u Urgency) Valid() bool { return u > 0 && int(u) < len(urgencies) }

// String returns the English code, and ? for what is no urgency.
func (u Urgency) String() string { return nameOf(urgencies[:], int(u)).En }

// Zh returns the Chinese name, and ? for what is no urgency.
func (u Urgency) Zh() string { return nameOf(urgencies[:], int(u)).Zh }

// MarshalText writes the form of String; what is no urgency is ErrInvalid.
func (u Urgency) MarshalText() ([]byte, error) { return marshal(urgencies[:], int(u), "urgency") }

// UnmarshalText reads what MarshalText writes, and nothing else.
func (u *Urgency) UnmarshalText(text []byte) error {
	n, err := unmarshal(urgencies[:], text, "urgency")
	if err == nil {
		*u = Urgency(n)
	}
	return err
}

func nameOf(names []finding.Text, n int) finding.Text {
	if n <= 0 || n >= len(names) {
		return finding.Text{En: "?", Zh: "?"}
	}
	return names[n]
}

func marshal(names []finding.Text, n int, field string) ([]byte, error) {
	if n <= 0 || n >= len(names) {
		return nil, &Error{Field: field, Reason: "is unknown", Err: ErrInvalid}
	}
	return []byte(names[n].En), nil
}

func unmarshal(names []finding.Text, text []byte, field string) (int, error) {
	for n := 1; n < len(names); n++ {
		if names[n].En == string(text) {
			return n, nil
		}
	}
	return 0, &Error{Field: field, Reason: "is unknown", Err: ErrInvalid}
}
