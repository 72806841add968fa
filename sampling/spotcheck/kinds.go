package spotcheck

import "github.com/guanxi-go/guanxi/internal/enum"

// Reason is why somebody is drawn (抽取原因). It has no zero value.
type Reason uint8

// The values of Reason.
const (
	Fresh     Reason = iota + 1 // by the quota, not checked in this cycle before 首次抽查
	Rechecked                   // the latest result is a fail 不合格复查
	Owed                        // drawn before and not assessed then 缺席补查
	TopUp                       // beyond the quota, for the coverage goal or a department's minimum, not checked before 覆盖率补足
	Repeat                      // checked before and not failed: nobody else is left for the quota 放宽重复
	Surprise                    // by the surprise share, drawn from all 随机突查
)

var reasons = enum.New[Reason]("reason", unknown, enum.Names{
	{}, {"fresh", "首次抽查"}, {"recheck", "不合格复查"}, {"owed", "缺席补查"}, {"top-up", "覆盖率补足"},
	{"relaxed-repeat", "放宽重复"}, {"surprise", "随机突查"},
})

// String returns the English code, and ? for a number that is no reason.
func (r Reason) String() string { return reasons.Code(r) }

// Zh returns the Chinese name, and ? for a number that is no reason.
func (r Reason) Zh() string { return reasons.Zh(r) }

// MarshalText writes the form of String; a number that is no reason is [ErrInvalid].
func (r Reason) MarshalText() ([]byte, error) { return reasons.Marshal(r) }

// UnmarshalText reads what MarshalText writes, and nothing else.
func (r *Reason) UnmarshalText(text []byte) error { return reasons.Unmarshal(r, text) }

// Grade is what a check finds (考核等级). The zero value is NotAssessed, which is no
// pass.
type Grade uint8

// The values of Grade.
const (
	NotAssessed Grade = iota // no check took place 未考核
	Unqualified              // a threshold is missed 不合格
	Qualified                // both thresholds are reached 合格
	Excellent                // both thresholds of excellence are reached 优秀
)

var grades = enum.New[Grade]("grade", unknown, enum.Names{
	{"not-assessed", "未考核"}, {"unqualified", "不合格"}, {"qualified", "合格"}, {"excellent", "优秀"},
})

// String returns the English code, and ? for a number that is no grade.
func (g Grade) String() string { return grades.Code(g) }

// Zh returns the Chinese name, and ? for a number that is no grade.
func (g Grade) Zh() string { return grades.Zh(g) }

// MarshalText writes the form of String; a number that is no grade is [ErrInvalid].
func (g Grade) MarshalText() ([]byte, error) { return grades.Marshal(g) }

// UnmarshalText reads what MarshalText writes, and nothing else.
func (g *Grade) UnmarshalText(text []byte) error { return grades.Unmarshal(g, text) }

// Kind is what an entry of the journal records (记录类别). It has no zero value.
type Kind uint8

// The values of Kind.
const (
	Opened   Kind = iota + 1 // the cycle, its rules and the commitment to its seeds 开启周期
	Drawn                    // the manifest of a round 抽取
	Missed                   // a round that was not held 漏查
	Assessed                 // the result of one person's check 考核结果
	Closed                   // the end of the cycle, with the closing roster 关闭周期
)

var kinds = enum.New[Kind]("kind", unknown, enum.Names{
	{}, {"opened", "开启周期"}, {"drawn", "抽取"}, {"missed", "漏查"}, {"assessed", "考核结果"},
	{"closed", "关闭周期"},
})

// String returns the English code, and ? for a number that is no kind.
func (k Kind) String() string { return kinds.Code(k) }

// Zh returns the Chinese name, and ? for a number that is no kind.
func (k Kind) Zh() string { return kinds.Zh(k) }

// MarshalText writes the form of String; a number that is no kind is [ErrInvalid].
func (k Kind) MarshalText() ([]byte, error) { return kinds.Marshal(k) }

// UnmarshalText reads what MarshalText writes, and nothing else.
func (k *Kind) UnmarshalText(text []byte) error { return kinds.Unmarshal(k, text) }
