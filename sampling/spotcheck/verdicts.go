package spotcheck

// Verdict is whether a plan can keep its rules (可行性结论).
type Verdict uint8

// The values of Verdict.
const (
	Feasible               Verdict = iota // every rule holds 可行
	FeasibleWithRelaxation                // something soft gives way 放宽后可行
	Infeasible                            // something hard cannot be kept 不可行
)

var verdicts = names{{"feasible", "可行"}, {"feasible-with-relaxation", "放宽后可行"}, {"infeasible", "不可行"}}

// String returns the English code, and ? for a number that is no verdict.
func (v Verdict) String() string { return verdicts.en(uint8(v)) }

// Zh returns the Chinese name, and ? for a number that is no verdict.
func (v Verdict) Zh() string { return verdicts.zh(uint8(v)) }

// MarshalText writes the form of String; a number that is no verdict is [ErrInvalid].
func (v Verdict) MarshalText() ([]byte, error) { return verdicts.marshal(uint8(v), "verdict") }

// UnmarshalText reads what MarshalText writes, and nothing else.
func (v *Verdict) UnmarshalText(text []byte) error {
	return verdicts.unmarshal((*uint8)(v), text, "verdict")
}

// Constraint is a rule of a cycle (约束).
type Constraint uint8

// The values of Constraint.
const (
	NoRepeat          Constraint = iota // nobody is drawn twice; soft unless the cycle refuses 不重复抽查
	QuotaFloor                          // every round has its quota 抽查比例
	CoverageGoal                        // the cycle reaches its goal 年度覆盖率
	DepartmentMinimum                   // every department gets its minimum 部门下限
)

var constraints = names{{"no-repeat", "不重复抽查"}, {"quota-floor", "抽查比例"}, {"coverage-goal", "年度覆盖率"}, {"department-minimum", "部门下限"}}

// String returns the English code, and ? for a number that is no constraint.
func (c Constraint) String() string { return constraints.en(uint8(c)) }

// Zh returns the Chinese name, and ? for a number that is no constraint.
func (c Constraint) Zh() string { return constraints.zh(uint8(c)) }

// MarshalText writes the form of String; a number that is no constraint is
// [ErrInvalid].
func (c Constraint) MarshalText() ([]byte, error) { return constraints.marshal(uint8(c), "constraint") }

// UnmarshalText reads what MarshalText writes, and nothing else.
func (c *Constraint) UnmarshalText(text []byte) error {
	return constraints.unmarshal((*uint8)(c), text, "constraint")
}

// Basis is what a year's grade follows from (评定依据).
type Basis uint8

// The values of Basis.
const (
	NoBasis      Basis = iota // no check 无
	RoutineBasis              // the latest routine check 日常抽查
	YearEndBasis              // the year-end check, where it is the only one 年底集中抽查
)

var bases = names{{"none", "无"}, {"routine", "日常抽查"}, {"year-end", "年底集中抽查"}}

// String returns the English code, and ? for a number that is no basis.
func (b Basis) String() string { return bases.en(uint8(b)) }

// Zh returns the Chinese name, and ? for a number that is no basis.
func (b Basis) Zh() string { return bases.zh(uint8(b)) }

// MarshalText writes the form of String; a number that is no basis is [ErrInvalid].
func (b Basis) MarshalText() ([]byte, error) { return bases.marshal(uint8(b), "basis") }

// UnmarshalText reads what MarshalText writes, and nothing else.
func (b *Basis) UnmarshalText(text []byte) error { return bases.unmarshal((*uint8)(b), text, "basis") }
