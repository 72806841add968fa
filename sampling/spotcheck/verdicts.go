package spotcheck

import "github.com/guanxi-go/guanxi/internal/enum"

// Verdict is whether a plan can keep its rules (可行性结论).
type Verdict uint8

// The values of Verdict.
const (
	Feasible               Verdict = iota // every rule holds 可行
	FeasibleWithRelaxation                // something soft gives way 放宽后可行
	Infeasible                            // something hard cannot be kept 不可行
)

var verdicts = enum.New[Verdict]("verdict", unknown, enum.Names{
	{"feasible", "可行"}, {"feasible-with-relaxation", "放宽后可行"}, {"infeasible", "不可行"},
})

// String returns the English code, and ? for a number that is no verdict.
func (v Verdict) String() string { return verdicts.Code(v) }

// Zh returns the Chinese name, and ? for a number that is no verdict.
func (v Verdict) Zh() string { return verdicts.Zh(v) }

// MarshalText writes the form of String; a number that is no verdict is [ErrInvalid].
func (v Verdict) MarshalText() ([]byte, error) { return verdicts.Marshal(v) }

// UnmarshalText reads what MarshalText writes, and nothing else.
func (v *Verdict) UnmarshalText(text []byte) error { return verdicts.Unmarshal(v, text) }

// Constraint is a rule of a cycle (约束).
type Constraint uint8

// The values of Constraint.
const (
	NoRepeat          Constraint = iota // nobody is drawn twice; soft unless the cycle refuses 不重复抽查
	QuotaFloor                          // every round has its quota 抽查比例
	CoverageGoal                        // the cycle reaches its goal 年度覆盖率
	DepartmentMinimum                   // every department gets its minimum 部门下限
)

var constraints = enum.New[Constraint]("constraint", unknown, enum.Names{
	{"no-repeat", "不重复抽查"}, {"quota-floor", "抽查比例"}, {"coverage-goal", "年度覆盖率"},
	{"department-minimum", "部门下限"},
})

// String returns the English code, and ? for a number that is no constraint.
func (c Constraint) String() string { return constraints.Code(c) }

// Zh returns the Chinese name, and ? for a number that is no constraint.
func (c Constraint) Zh() string { return constraints.Zh(c) }

// MarshalText writes the form of String; a number that is no constraint is
// [ErrInvalid].
func (c Constraint) MarshalText() ([]byte, error) { return constraints.Marshal(c) }

// UnmarshalText reads what MarshalText writes, and nothing else.
func (c *Constraint) UnmarshalText(text []byte) error { return constraints.Unmarshal(c, text) }

// Basis is what a year's grade follows from (评定依据).
type Basis uint8

// The values of Basis.
const (
	NoBasis      Basis = iota // no check 无
	RoutineBasis              // the latest routine check 日常抽查
	YearEndBasis              // the year-end check, where it is the only one 年底集中抽查
)

var bases = enum.New[Basis]("basis", unknown, enum.Names{
	{"none", "无"}, {"routine", "日常抽查"}, {"year-end", "年底集中抽查"},
})

// String returns the English code, and ? for a number that is no basis.
func (b Basis) String() string { return bases.Code(b) }

// Zh returns the Chinese name, and ? for a number that is no basis.
func (b Basis) Zh() string { return bases.Zh(b) }

// MarshalText writes the form of String; a number that is no basis is [ErrInvalid].
func (b Basis) MarshalText() ([]byte, error) { return bases.Marshal(b) }

// UnmarshalText reads what MarshalText writes, and nothing else.
func (b *Basis) UnmarshalText(text []byte) error { return bases.Unmarshal(b, text) }
