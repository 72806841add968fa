package pipeline

import "github.com/guanxi-go/guanxi/internal/enum"

// Type says what a [Stage] means for the deal (阶段类型). The zero value is Open.
type Type uint8

const (
	Open   Type = iota // it can still be won 进行中
	OnHold             // nobody works at it for a while 搁置
	Won                // the order is signed 赢单
	Lost               // it will not come 输单
)

var types = enum.New[Type]("type", unknown, enum.Names{
	{"open", "进行中"}, {"on-hold", "搁置"}, {"won", "赢单"}, {"lost", "输单"},
})

// Valid reports whether t is one of the four.
func (t Type) Valid() bool { return types.Valid(t) }

// String returns the code, and ? for a number that is no type.
func (t Type) String() string { return types.Code(t) }

// Zh returns the Chinese name, and ? for a number that is no type.
func (t Type) Zh() string { return types.Zh(t) }

// MarshalText writes the form of String; a number that is no type is ErrInvalid.
func (t Type) MarshalText() ([]byte, error) { return types.Marshal(t) }

// UnmarshalText reads what MarshalText writes, and nothing else.
func (t *Type) UnmarshalText(text []byte) error { return types.Unmarshal(t, text) }

// Proof is what shows that a [Criterion] is met (证据类型). The zero value is none.
type Proof uint8

const (
	Field    Proof = iota + 1 // a field of the opportunity is filled in 字段
	Activity                  // an action of this kind was done and counted 行动
	Document                  // a document is there 文件
	Approval                  // somebody approved it 审批
)

var proofs = enum.New[Proof]("proof", unknown, enum.Names{
	{}, {"field", "字段"}, {"activity", "行动"}, {"document", "文件"}, {"approval", "审批"},
})

// Valid reports whether p is one of the four.
func (p Proof) Valid() bool { return proofs.Valid(p) }

// String returns the code, "" for none and ? for a number that is no proof.
func (p Proof) String() string { return proofs.Code(p) }

// Zh returns the Chinese name, "" for none and ? for a number that is no proof.
func (p Proof) Zh() string { return proofs.Zh(p) }

// MarshalText writes the form of String; a number that is no proof is ErrInvalid.
func (p Proof) MarshalText() ([]byte, error) { return proofs.Marshal(p) }

// UnmarshalText reads what MarshalText writes, and nothing else.
func (p *Proof) UnmarshalText(text []byte) error { return proofs.Unmarshal(p, text) }

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

var lossReasons = enum.New[LossReason]("loss", unknown, enum.Names{{}, {"price", "价格"}, {"product", "产品"}, {"timing", "时机"}, {"competitor", "竞争对手"}, {"no-budget", "无预算"},
	{"no-decision", "未决策"}, {"relation", "关系"}, {"service", "服务"}, {"duplicate", "重复"}, {"other", "其他"}})

// Valid reports whether r is one of the ten.
func (r LossReason) Valid() bool { return lossReasons.Valid(r) }

// String returns the code, "" for none and ? for a number that is no reason.
func (r LossReason) String() string { return lossReasons.Code(r) }

// Zh returns the Chinese name, "" for none and ? for a number that is no reason.
func (r LossReason) Zh() string { return lossReasons.Zh(r) }

// MarshalText writes the form of String; a number that is no reason is ErrInvalid.
func (r LossReason) MarshalText() ([]byte, error) { return lossReasons.Marshal(r) }

// UnmarshalText reads what MarshalText writes, and nothing else.
func (r *LossReason) UnmarshalText(text []byte) error { return lossReasons.Unmarshal(r, text) }

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

var categories = enum.New[Category]("category", unknown, enum.Names{
	{"pipeline", "储备"}, {"best", "争取"}, {"commit", "承诺"}, {"closed", "已成交"}, {"omitted", "不计"},
})

// Valid reports whether c is one of the five.
func (c Category) Valid() bool { return categories.Valid(c) }

// String returns the code, and ? for a number that is no category.
func (c Category) String() string { return categories.Code(c) }

// Zh returns the Chinese name, and ? for a number that is no category.
func (c Category) Zh() string { return categories.Zh(c) }

// MarshalText writes the form of String; a number that is no category is ErrInvalid.
func (c Category) MarshalText() ([]byte, error) { return categories.Marshal(c) }

// UnmarshalText reads what MarshalText writes, and nothing else.
func (c *Category) UnmarshalText(text []byte) error { return categories.Unmarshal(c, text) }
