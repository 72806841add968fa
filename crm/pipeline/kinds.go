package pipeline

// Type says what a [Stage] means for the deal (阶段类型). The zero value is Open.
type Type uint8

const (
	Open   Type = iota // it can still be won 进行中
	OnHold             // nobody works at it for a while 搁置
	Won                // the order is signed 赢单
	Lost               // it will not come 输单
)

var types = names{{"open", "进行中"}, {"on-hold", "搁置"}, {"won", "赢单"}, {"lost", "输单"}}

// Valid reports whether t is one of the four.
func (t Type) Valid() bool { return int(t) < len(types) }

// String returns the code, and ? for a number that is no type.
func (t Type) String() string { return types.en(uint8(t)) }

// Zh returns the Chinese name, and ? for a number that is no type.
func (t Type) Zh() string { return types.zh(uint8(t)) }

// MarshalText writes the form of String; a number that is no type is ErrInvalid.
func (t Type) MarshalText() ([]byte, error) { return types.marshal(uint8(t), "type") }

// UnmarshalText reads what MarshalText writes, and nothing else.
func (t *Type) UnmarshalText(text []byte) error { return types.unmarshal((*uint8)(t), text, "type") }

// Proof is what shows that a [Criterion] is met (证据类型). The zero value is none.
type Proof uint8

const (
	Field    Proof = iota + 1 // a field of the opportunity is filled in 字段
	Activity                  // an action of this kind was done and counted 行动
	Document                  // a document is there 文件
	Approval                  // somebody approved it 审批
)

var proofs = names{{}, {"field", "字段"}, {"activity", "行动"}, {"document", "文件"}, {"approval", "审批"}}

// Valid reports whether p is one of the four.
func (p Proof) Valid() bool { return proofs.valid(uint8(p)) }

// String returns the code, "" for none and ? for a number that is no proof.
func (p Proof) String() string { return proofs.en(uint8(p)) }

// Zh returns the Chinese name, "" for none and ? for a number that is no proof.
func (p Proof) Zh() string { return proofs.zh(uint8(p)) }

// MarshalText writes the form of String; a number that is no proof is ErrInvalid.
func (p Proof) MarshalText() ([]byte, error) { return proofs.marshal(uint8(p), "proof") }

// UnmarshalText reads what MarshalText writes, and nothing else.
func (p *Proof) UnmarshalText(text []byte) error { return proofs.unmarshal((*uint8)(p), text, "proof") }

// LossReason is why an opportunity was lost (丢单原因). The zero value is none.
type LossReason uint8

const (
	LostPrice       LossReason = iota + 1 // too dear 价格
	LostProduct                           // the product does not fit 产品
	LostTiming                            // not now 时机
	LostCompetitor                        // somebody else was better 竞争对手
	LostBudget                            // no money 无预算
	LostNoDecision                        // the customer never decided 未决策
	LostRelation                          // they know somebody else better 关系
	LostService                           // our service 服务
	LostAsDuplicate                       // it is another opportunity 重复
	LostOther                             // 其他
)

var lossReasons = names{{}, {"price", "价格"}, {"product", "产品"}, {"timing", "时机"}, {"competitor", "竞争对手"}, {"no-budget", "无预算"},
	{"no-decision", "未决策"}, {"relation", "关系"}, {"service", "服务"}, {"duplicate", "重复"}, {"other", "其他"}}

// Valid reports whether r is one of the ten.
func (r LossReason) Valid() bool { return lossReasons.valid(uint8(r)) }

// String returns the code, "" for none and ? for a number that is no reason.
func (r LossReason) String() string { return lossReasons.en(uint8(r)) }

// Zh returns the Chinese name, "" for none and ? for a number that is no reason.
func (r LossReason) Zh() string { return lossReasons.zh(uint8(r)) }

// MarshalText writes the form of String; a number that is no reason is ErrInvalid.
func (r LossReason) MarshalText() ([]byte, error) { return lossReasons.marshal(uint8(r), "loss") }

// UnmarshalText reads what MarshalText writes, and nothing else.
func (r *LossReason) UnmarshalText(text []byte) error {
	return lossReasons.unmarshal((*uint8)(r), text, "loss")
}

// Category is how sure the people who know a deal are of it (预测类别). The zero
// value is Pipeline.
type Category uint8

const (
	Pipeline Category = iota // open, nothing promised 储备
	Best                     // comes if all goes well 争取
	Commit                   // promised for the period 承诺
	Closed                   // won already 已成交
	Omitted                  // not to be counted 不计
)

var categories = names{{"pipeline", "储备"}, {"best", "争取"}, {"commit", "承诺"}, {"closed", "已成交"}, {"omitted", "不计"}}

// Valid reports whether c is one of the five.
func (c Category) Valid() bool { return int(c) < len(categories) }

// String returns the code, and ? for a number that is no category.
func (c Category) String() string { return categories.en(uint8(c)) }

// Zh returns the Chinese name, and ? for a number that is no category.
func (c Category) Zh() string { return categories.zh(uint8(c)) }

// MarshalText writes the form of String; a number that is no category is ErrInvalid.
func (c Category) MarshalText() ([]byte, error) { return categories.marshal(uint8(c), "category") }

// UnmarshalText reads what MarshalText writes, and nothing else.
func (c *Category) UnmarshalText(text []byte) error {
	return categories.unmarshal((*uint8)(c), text, "category")
}
