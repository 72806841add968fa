package receivable

// Event is what an instalment waits for (回款节点). The zero value is none: the day is
// known.
type Event uint8

const (
	Signing     Event = iota + 1 // the contract is signed 签约
	Shipment                     // the goods leave 发货
	Acceptance                   // the customer accepts them 验收
	WarrantyEnd                  // the warranty is over 质保到期
)

var events = names{{}, {"signing", "签约"}, {"shipment", "发货"}, {"acceptance", "验收"}, {"warranty-end", "质保到期"}}

// Valid reports whether e is one of the four.
func (e Event) Valid() bool { return events.valid(uint8(e)) }

// String returns the code, "" for none and ? for a number that is no event.
func (e Event) String() string { return events.en(uint8(e)) }

// Zh returns the Chinese name, "" for none and ? for a number that is no event.
func (e Event) Zh() string { return events.zh(uint8(e)) }

// MarshalText writes the form of String; a number that is no event is ErrInvalid.
func (e Event) MarshalText() ([]byte, error) { return events.marshal(uint8(e), "event") }

// UnmarshalText reads what MarshalText writes, and nothing else.
func (e *Event) UnmarshalText(text []byte) error { return events.unmarshal((*uint8)(e), text, "event") }

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

var kinds = names{{}, {"receipt", "回款"}, {"prepayment", "预付款"}, {"applied", "预付款冲抵"}, {"refund", "退款"}, {"write-off", "核销"}, {"reversal", "冲销"}}

// Valid reports whether k is one of the six.
func (k Kind) Valid() bool { return kinds.valid(uint8(k)) }

// String returns the code, "" for none and ? for a number that is no kind.
func (k Kind) String() string { return kinds.en(uint8(k)) }

// Zh returns the Chinese name, "" for none and ? for a number that is no kind.
func (k Kind) Zh() string { return kinds.zh(uint8(k)) }

// MarshalText writes the form of String; a number that is no kind is ErrInvalid.
func (k Kind) MarshalText() ([]byte, error) { return kinds.marshal(uint8(k), "kind") }

// UnmarshalText reads what MarshalText writes, and nothing else.
func (k *Kind) UnmarshalText(text []byte) error { return kinds.unmarshal((*uint8)(k), text, "kind") }

// Method is how a payment is divided among instalments (分配方式). The zero value is
// OldestDue.
type Method uint8

const (
	OldestDue    Method = iota // the first that is due is paid first 先到期先还
	Proportional               // each in proportion to what is outstanding 按比例
)

var methods = names{{"oldest-due", "先到期先还"}, {"proportional", "按比例"}}

// Valid reports whether m is one of the two.
func (m Method) Valid() bool { return int(m) < len(methods) }

// String returns the code, and ? for a number that is no method.
func (m Method) String() string { return methods.en(uint8(m)) }

// Zh returns the Chinese name, and ? for a number that is no method.
func (m Method) Zh() string { return methods.zh(uint8(m)) }

// MarshalText writes the form of String; a number that is no method is ErrInvalid.
func (m Method) MarshalText() ([]byte, error) { return methods.marshal(uint8(m), "method") }

// UnmarshalText reads what MarshalText writes, and nothing else.
func (m *Method) UnmarshalText(text []byte) error {
	return methods.unmarshal((*uint8)(m), text, "method")
}

// Audience is who acts at a dunning step (催款责任人). The zero value is Owner.
type Audience uint8

const (
	Owner   Audience = iota // who looks after the customer 负责人
	Manager                 // the owner's manager 主管
	Legal                   // the lawyers 法务
)

var audiences = names{{"owner", "负责人"}, {"manager", "主管"}, {"legal", "法务"}}

// Valid reports whether a is one of the three.
func (a Audience) Valid() bool { return int(a) < len(audiences) }

// String returns the code, and ? for a number that is no audience.
func (a Audience) String() string { return audiences.en(uint8(a)) }

// Zh returns the Chinese name, and ? for a number that is no audience.
func (a Audience) Zh() string { return audiences.zh(uint8(a)) }

// MarshalText writes the form of String; a number that is no audience is ErrInvalid.
func (a Audience) MarshalText() ([]byte, error) { return audiences.marshal(uint8(a), "audience") }

// UnmarshalText reads what MarshalText writes, and nothing else.
func (a *Audience) UnmarshalText(text []byte) error {
	return audiences.unmarshal((*uint8)(a), text, "audience")
}
