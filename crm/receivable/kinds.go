package receivable

import "github.com/guanxi-go/guanxi/internal/enum"

// Event is what an instalment waits for (回款节点). The zero value is none: the day is
// known.
type Event uint8

const (
	Signing     Event = iota + 1 // the contract is signed 签约
	Shipment                     // the goods leave 发货
	Acceptance                   // the customer accepts them 验收
	WarrantyEnd                  // the warranty is over 质保到期
)

var events = enum.New[Event]("event", unknown, enum.Names{
	{}, {"signing", "签约"}, {"shipment", "发货"}, {"acceptance", "验收"}, {"warranty-end", "质保到期"},
})

// Valid reports whether e is one of the four.
func (e Event) Valid() bool { return events.Valid(e) }

// String returns the code, "" for none and ? for a number that is no event.
func (e Event) String() string { return events.Code(e) }

// Zh returns the Chinese name, "" for none and ? for a number that is no event.
func (e Event) Zh() string { return events.Zh(e) }

// MarshalText writes the form of String; a number that is no event is ErrInvalid.
func (e Event) MarshalText() ([]byte, error) { return events.Marshal(e) }

// UnmarshalText reads what MarshalText writes, and nothing else.
func (e *Event) UnmarshalText(text []byte) error { return events.Unmarshal(e, text) }

// Kind says what an [Entry] records (收款类型). The zero value is none.
type Kind uint8

const (
	Receipt    Kind = iota + 1 // money came in for instalments 回款
	Prepayment                 // money came in before anything was owed 预付款
	Applied                    // prepaid money was used for instalments 预付款冲抵
	Refund                     // prepaid money was given back 退款
	WriteOff                   // instalments will not be paid, and are given up 核销
	Reversal                   // an earlier entry, or a part of it, was wrong 冲销
)

var kinds = enum.New[Kind]("kind", unknown, enum.Names{
	{}, {"receipt", "回款"}, {"prepayment", "预付款"}, {"applied", "预付款冲抵"}, {"refund", "退款"},
	{"write-off", "核销"}, {"reversal", "冲销"},
})

// Valid reports whether k is one of the six.
func (k Kind) Valid() bool { return kinds.Valid(k) }

// String returns the code, "" for none and ? for a number that is no kind.
func (k Kind) String() string { return kinds.Code(k) }

// Zh returns the Chinese name, "" for none and ? for a number that is no kind.
func (k Kind) Zh() string { return kinds.Zh(k) }

// MarshalText writes the form of String; a number that is no kind is ErrInvalid.
func (k Kind) MarshalText() ([]byte, error) { return kinds.Marshal(k) }

// UnmarshalText reads what MarshalText writes, and nothing else.
func (k *Kind) UnmarshalText(text []byte) error { return kinds.Unmarshal(k, text) }

// Method is how a payment is divided among instalments (分配方式). The zero value is
// OldestDue.
type Method uint8

const (
	OldestDue    Method = iota // the first that is due is paid first 先到期先还
	Proportional               // each in proportion to what is outstanding 按比例
)

var methods = enum.New[Method]("method", unknown, enum.Names{{"oldest-due", "先到期先还"}, {"proportional", "按比例"}})

// Valid reports whether m is one of the two.
func (m Method) Valid() bool { return methods.Valid(m) }

// String returns the code, and ? for a number that is no method.
func (m Method) String() string { return methods.Code(m) }

// Zh returns the Chinese name, and ? for a number that is no method.
func (m Method) Zh() string { return methods.Zh(m) }

// MarshalText writes the form of String; a number that is no method is ErrInvalid.
func (m Method) MarshalText() ([]byte, error) { return methods.Marshal(m) }

// UnmarshalText reads what MarshalText writes, and nothing else.
func (m *Method) UnmarshalText(text []byte) error { return methods.Unmarshal(m, text) }

// Audience is who acts at a dunning step (催款责任人). The zero value is Owner.
type Audience uint8

const (
	Owner   Audience = iota // who looks after the customer 负责人
	Manager                 // the owner's manager 主管
	Legal                   // the lawyers 法务
)

var audiences = enum.New[Audience]("audience", unknown, enum.Names{
	{"owner", "负责人"}, {"manager", "主管"}, {"legal", "法务"},
})

// Valid reports whether a is one of the three.
func (a Audience) Valid() bool { return audiences.Valid(a) }

// String returns the code, and ? for a number that is no audience.
func (a Audience) String() string { return audiences.Code(a) }

// Zh returns the Chinese name, and ? for a number that is no audience.
func (a Audience) Zh() string { return audiences.Zh(a) }

// MarshalText writes the form of String; a number that is no audience is ErrInvalid.
func (a Audience) MarshalText() ([]byte, error) { return audiences.Marshal(a) }

// UnmarshalText reads what MarshalText writes, and nothing else.
func (a *Audience) UnmarshalText(text []byte) error { return audiences.Unmarshal(a, text) }
