package spotcheck

import "github.com/guanxi-go/guanxi/internal/enum"

// RoundKind is what a round is for (抽查类别).
type RoundKind uint8

// The values of RoundKind.
const (
	Routine RoundKind = iota // a monthly or quarterly check 日常抽查
	YearEnd                  // the concentrated check at the end of the cycle, its last round 年底集中抽查
)

var roundKinds = enum.New[RoundKind]("round kind", unknown, enum.Names{
	{"routine", "日常抽查"}, {"year-end", "年底集中抽查"},
})

// String returns the English code, and ? for a number that is no round kind.
func (r RoundKind) String() string { return roundKinds.Code(r) }

// Zh returns the Chinese name, and ? for a number that is no round kind.
func (r RoundKind) Zh() string { return roundKinds.Zh(r) }

// MarshalText writes the form of String; a number that is no round kind is
// [ErrInvalid].
func (r RoundKind) MarshalText() ([]byte, error) { return roundKinds.Marshal(r) }

// UnmarshalText reads what MarshalText writes, and nothing else.
func (r *RoundKind) UnmarshalText(text []byte) error { return roundKinds.Unmarshal(r, text) }

// Recheck is how rechecks stand to the quota (复查口径). The zero value is OnTop.
type Recheck uint8

// The values of Recheck.
const (
	OnTop  Recheck = iota // besides the quota, which is drawn in full 不占名额
	Inside                // within the quota: fewer are drawn for the first time 占用名额
)

var rechecks = enum.New[Recheck]("recheck", unknown, enum.Names{{"on-top", "不占名额"}, {"inside", "占用名额"}})

// String returns the English code, and ? for a number that is no such policy.
func (r Recheck) String() string { return rechecks.Code(r) }

// Zh returns the Chinese name, and ? for a number that is no such policy.
func (r Recheck) Zh() string { return rechecks.Zh(r) }

// MarshalText writes the form of String; a number that is no such policy is [ErrInvalid].
func (r Recheck) MarshalText() ([]byte, error) { return rechecks.Marshal(r) }

// UnmarshalText reads what MarshalText writes, and nothing else.
func (r *Recheck) UnmarshalText(text []byte) error { return rechecks.Unmarshal(r, text) }

// Exhausted is what is done when fewer than the quota are left who were not checked yet
// (名额不足时). The zero value is RepeatOldest.
type Exhausted uint8

// The values of Exhausted.
const (
	RepeatOldest Exhausted = iota // those whose last check is the oldest are drawn again, each marked as a relaxed repeat 重复最久未抽查者
	Shrink                        // nobody is drawn again, and the manifest records the shortfall 缩减名额
	Refuse                        // the round is refused with ErrInfeasible 拒绝抽取
)

var exhausteds = enum.New[Exhausted]("exhausted", unknown, enum.Names{
	{"repeat-oldest", "重复最久未抽查者"}, {"shrink", "缩减名额"}, {"refuse", "拒绝抽取"},
})

// String returns the English code, and ? for a number that is no such policy.
func (e Exhausted) String() string { return exhausteds.Code(e) }

// Zh returns the Chinese name, and ? for a number that is no such policy.
func (e Exhausted) Zh() string { return exhausteds.Zh(e) }

// MarshalText writes the form of String; a number that is no such policy is [ErrInvalid].
func (e Exhausted) MarshalText() ([]byte, error) { return exhausteds.Marshal(e) }

// UnmarshalText reads what MarshalText writes, and nothing else.
func (e *Exhausted) UnmarshalText(text []byte) error { return exhausteds.Unmarshal(e, text) }

// MissedRound is what becomes of the quota of a round that was not held (漏查处理). The
// zero value is CarryToYearEnd.
type MissedRound uint8

// The values of MissedRound.
const (
	CarryToYearEnd MissedRound = iota // the coverage top-up of the year-end check makes up for it 并入年底
	CatchUp                           // the routine rounds that are left share it 分摊补查
)

var missedRounds = enum.New[MissedRound]("missed round", unknown, enum.Names{
	{"carry-to-year-end", "并入年底"}, {"catch-up", "分摊补查"},
})

// String returns the English code, and ? for a number that is no such policy.
func (m MissedRound) String() string { return missedRounds.Code(m) }

// Zh returns the Chinese name, and ? for a number that is no such policy.
func (m MissedRound) Zh() string { return missedRounds.Zh(m) }

// MarshalText writes the form of String; a number that is no such policy is
// [ErrInvalid].
func (m MissedRound) MarshalText() ([]byte, error) { return missedRounds.Marshal(m) }

// UnmarshalText reads what MarshalText writes, and nothing else.
func (m *MissedRound) UnmarshalText(text []byte) error { return missedRounds.Unmarshal(m, text) }
