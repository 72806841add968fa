package earning

import "github.com/guanxi-go/guanxi/internal/enum"

// Kind says what a [Rule] counts (规则类型). The zero value is none.
type Kind uint8

const (
	PerMoney   Kind = iota + 1 // points for money spent 按金额
	PerUnit                    // points for units bought 按件数
	PerVisit                   // points for each visit 按次
	Fixed                      // points once for the order 固定
	Multiplier                 // multiplies what the other kinds give 倍数
)

var kinds = enum.New[Kind]("kind", unknown, enum.Names{
	{}, {"per-money", "按金额"}, {"per-unit", "按件数"}, {"per-visit", "按次"}, {"fixed", "固定"},
	{"multiplier", "倍数"},
})

// String returns the code, "" for none and ? for an unknown number.
func (k Kind) String() string { return kinds.Code(k) }

// Zh returns the Chinese name, and ? for an unknown number.
func (k Kind) Zh() string { return kinds.Zh(k) }

// Valid reports whether k is one of those named.
func (k Kind) Valid() bool { return kinds.Valid(k) }

// MarshalText writes the form of String; an unknown number is ErrInvalid.
func (k Kind) MarshalText() ([]byte, error) { return kinds.Marshal(k) }

// UnmarshalText reads what MarshalText writes, and nothing else.
func (k *Kind) UnmarshalText(text []byte) error { return kinds.Unmarshal(k, text) }

// Stacking says how multipliers that meet on one line work together (叠加方式). The
// zero value is Multiply.
type Stacking uint8

const (
	Multiply Stacking = iota // 1.5 and 2 make 3 相乘
	Additive                 // 1.5 and 2 make 1 + 0.5 + 1 = 2.5 相加
	BestOnly                 // 1.5 and 2 make 2; of equal ones the first listed 取最高
)

var stackings = enum.New[Stacking]("stacking", unknown, enum.Names{
	{"multiply", "相乘"}, {"additive", "相加"}, {"best-only", "取最高"},
})

// String returns the code, and ? for an unknown number.
func (s Stacking) String() string { return stackings.Code(s) }

// Zh returns the Chinese name, and ? for an unknown number.
func (s Stacking) Zh() string { return stackings.Zh(s) }

// Valid reports whether s is one of those named.
func (s Stacking) Valid() bool { return stackings.Valid(s) }

// MarshalText writes the form of String; an unknown number is ErrInvalid.
func (s Stacking) MarshalText() ([]byte, error) { return stackings.Marshal(s) }

// UnmarshalText reads what MarshalText writes, and nothing else.
func (s *Stacking) UnmarshalText(text []byte) error { return stackings.Unmarshal(s, text) }

// Level says what is rounded (取整层级). The zero value is ByOrder.
type Level uint8

const (
	ByOrder Level = iota // the order's exact total, once 按单
	ByLine               // each line's exact total, once; what belongs to no line counts as one more line 按行
)

var levels = enum.New[Level]("level", unknown, enum.Names{{"per-order", "按单"}, {"per-line", "按行"}})

// String returns the code, and ? for an unknown number.
func (l Level) String() string { return levels.Code(l) }

// Zh returns the Chinese name, and ? for an unknown number.
func (l Level) Zh() string { return levels.Zh(l) }

// Valid reports whether l is one of those named.
func (l Level) Valid() bool { return levels.Valid(l) }

// MarshalText writes the form of String; an unknown number is ErrInvalid.
func (l Level) MarshalText() ([]byte, error) { return levels.Marshal(l) }

// UnmarshalText reads what MarshalText writes, and nothing else.
func (l *Level) UnmarshalText(text []byte) error { return levels.Unmarshal(l, text) }

// Period is the time in which a [Cap] counts (封顶周期). The zero value is InOrder.
type Period uint8

const (
	InOrder    Period = iota // each order alone 每单
	InDay                    // a day of the programme's zone 每日
	InMonth                  // a calendar month of the programme's zone 每月
	InCampaign               // for ever, or until the host begins a new cap id 活动期
)

var periods = enum.New[Period]("period", unknown, enum.Names{
	{"order", "每单"}, {"day", "每日"}, {"month", "每月"}, {"campaign", "活动期"},
})

// String returns the code, and ? for an unknown number.
func (p Period) String() string { return periods.Code(p) }

// Zh returns the Chinese name, and ? for an unknown number.
func (p Period) Zh() string { return periods.Zh(p) }

// Valid reports whether p is one of those named.
func (p Period) Valid() bool { return periods.Valid(p) }

// MarshalText writes the form of String; an unknown number is ErrInvalid.
func (p Period) MarshalText() ([]byte, error) { return periods.Marshal(p) }

// UnmarshalText reads what MarshalText writes, and nothing else.
func (p *Period) UnmarshalText(text []byte) error { return periods.Unmarshal(p, text) }

// Measure says which of the two counts is meant (计量). The zero value is OfPoints.
type Measure uint8

const (
	OfPoints Measure = iota // points to spend 积分
	OfQP                    // qualifying points, which decide about the tier 定级积分
)

var measures = enum.New[Measure]("measure", unknown, enum.Names{{"points", "积分"}, {"qp", "定级积分"}})

// String returns the code, and ? for an unknown number.
func (m Measure) String() string { return measures.Code(m) }

// Zh returns the Chinese name, and ? for an unknown number.
func (m Measure) Zh() string { return measures.Zh(m) }

// Valid reports whether m is one of those named.
func (m Measure) Valid() bool { return measures.Valid(m) }

// MarshalText writes the form of String; an unknown number is ErrInvalid.
func (m Measure) MarshalText() ([]byte, error) { return measures.Marshal(m) }

// UnmarshalText reads what MarshalText writes, and nothing else.
func (m *Measure) UnmarshalText(text []byte) error { return measures.Unmarshal(m, text) }

// Refusal is the reason why a rule gives an order nothing (不适用原因). The zero value
// is none: the rule applies.
type Refusal uint8

const (
	NotYet       Refusal = iota + 1 // the order is before Condition.From 尚未生效
	Over                            // the order is at or after Condition.Until 已失效
	OtherTier                       // for members of other tiers 等级不符
	OtherSegment                    // for members of other segments 客群不符
	OtherChannel                    // for orders from other channels 渠道不符
	OtherTime                       // for other days of the week or hours 时段不符
	NotBirthday                     // not the month of birth, or that is unknown 非生日月
	NotFirst                        // not the first purchase 非首购
	NoLine                          // no line of the order that may earn is one of the rule's 无适用商品
	BelowMinimum                    // the eligible amount of the rule's lines is below Condition.MinSpend 未达起点金额
)

var refusals = enum.New[Refusal]("refusal", unknown, enum.Names{
	{}, {"not-yet", "尚未生效"}, {"over", "已失效"}, {"other-tier", "等级不符"}, {"other-segment", "客群不符"},
	{"other-channel", "渠道不符"}, {"other-time", "时段不符"}, {"not-birthday", "非生日月"},
	{"not-first", "非首购"}, {"no-line", "无适用商品"}, {"below-minimum", "未达起点金额"},
})

// String returns the code, "" for none and ? for an unknown number.
func (r Refusal) String() string { return refusals.Code(r) }

// Zh returns the Chinese name, and ? for an unknown number.
func (r Refusal) Zh() string { return refusals.Zh(r) }

// Valid reports whether r is one of those named.
func (r Refusal) Valid() bool { return refusals.Valid(r) }

// MarshalText writes the form of String; an unknown number is ErrInvalid.
func (r Refusal) MarshalText() ([]byte, error) { return refusals.Marshal(r) }

// UnmarshalText reads what MarshalText writes, and nothing else.
func (r *Refusal) UnmarshalText(text []byte) error { return refusals.Unmarshal(r, text) }

// StepKind says what a [Step] of the explanation is (步骤类型). The zero value is none.
type StepKind uint8

const (
	Gave       StepKind = iota + 1 // a base rule gave points 给予
	Multiplied                     // a multiplier added to them 加倍
	Capped                         // a cap took some away 封顶
)

var stepKinds = enum.New[StepKind]("step", unknown, enum.Names{
	{}, {"gave", "给予"}, {"multiplied", "加倍"}, {"capped", "封顶"},
})

// String returns the code, "" for none and ? for an unknown number.
func (s StepKind) String() string { return stepKinds.Code(s) }

// Zh returns the Chinese name, and ? for an unknown number.
func (s StepKind) Zh() string { return stepKinds.Zh(s) }

// Valid reports whether s is one of those named.
func (s StepKind) Valid() bool { return stepKinds.Valid(s) }

// MarshalText writes the form of String; an unknown number is ErrInvalid.
func (s StepKind) MarshalText() ([]byte, error) { return stepKinds.Marshal(s) }

// UnmarshalText reads what MarshalText writes, and nothing else.
func (s *StepKind) UnmarshalText(text []byte) error { return stepKinds.Unmarshal(s, text) }
