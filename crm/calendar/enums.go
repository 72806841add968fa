package calendar

import "github.com/guanxi-go/guanxi/internal/enum"

// Kind says what an [Exception] makes of its day.
type Kind uint8

// The kinds: Off is a day off, MakeUp a day on which the plan of another day of the
// cycle is worked, Custom a day with a plan of its own. The zero value is Off.
const (
	Off    Kind = iota // off 休
	MakeUp             // make-up 补班
	Custom             // custom 自定义
)

// UnknownYear says what a [Calendar] answers about years without a table of
// holidays and make-up days.
type UnknownYear uint8

// The ways with an uncovered year: PatternOnly answers by the pattern and names the
// year in [Calendar.Uncovered]; Refuse answers [ErrUncovered]; NoTables is for
// calendars that have no public holidays at all, such as those of a line that never
// stops, in which no year is uncovered. The zero value is PatternOnly.
const (
	PatternOnly UnknownYear = iota // pattern-only 仅按规律
	Refuse                         // refuse 拒绝计算
	NoTables                       // no-tables 不用放假表
)

// Roll says where a date goes that is no working day.
type Roll uint8

// The rolls: RollNone leaves the date, Following takes the next working day,
// Preceding the one before, ModifiedFollowing the next unless it lies in another
// month and then the one before (the ISDA conventions), RollSkip drops the date.
// The zero value is RollNone.
const (
	RollNone          Roll = iota // none 不调整
	Following                     // following 顺延
	Preceding                     // preceding 提前
	ModifiedFollowing             // modified-following 顺延(不跨月)
	RollSkip                      // skip 跳过
)

var (
	kinds    = enum.New[Kind]("kind", unknown, enum.Names{{"off", "休"}, {"make-up", "补班"}, {"custom", "自定义"}})
	unknowns = enum.New[UnknownYear]("unknown", unknown, enum.Names{
		{"pattern-only", "仅按规律"}, {"refuse", "拒绝计算"}, {"no-tables", "不用放假表"},
	})
	rolls = enum.New[Roll]("roll", unknown, enum.Names{
		{"none", "不调整"}, {"following", "顺延"}, {"preceding", "提前"}, {"modified-following", "顺延(不跨月)"}, {"skip", "跳过"},
	})
)

func unknown(field string) error { return invalid(field, noName) }

// String returns the code, and ? for a number that is no kind.
func (k Kind) String() string { return kinds.Code(k) }

// Zh returns the Chinese term, and ? for a number that is no kind.
func (k Kind) Zh() string { return kinds.Zh(k) }

// MarshalText writes the code; a number that is no kind is [ErrInvalid].
func (k Kind) MarshalText() ([]byte, error) { return kinds.Marshal(k) }

// UnmarshalText reads what MarshalText writes, and nothing else.
func (k *Kind) UnmarshalText(text []byte) error { return kinds.Unmarshal(k, text) }

// String returns the code, and ? for a number that is no way.
func (u UnknownYear) String() string { return unknowns.Code(u) }

// Zh returns the Chinese term, and ? for a number that is no way.
func (u UnknownYear) Zh() string { return unknowns.Zh(u) }

// MarshalText writes the code; a number that is no way is [ErrInvalid].
func (u UnknownYear) MarshalText() ([]byte, error) { return unknowns.Marshal(u) }

// UnmarshalText reads what MarshalText writes, and nothing else.
func (u *UnknownYear) UnmarshalText(text []byte) error { return unknowns.Unmarshal(u, text) }

// String returns the code, and ? for a number that is no roll.
func (r Roll) String() string { return rolls.Code(r) }

// Zh returns the Chinese term, and ? for a number that is no roll.
func (r Roll) Zh() string { return rolls.Zh(r) }

// MarshalText writes the code; a number that is no roll is [ErrInvalid].
func (r Roll) MarshalText() ([]byte, error) { return rolls.Marshal(r) }

// UnmarshalText reads what MarshalText writes, and nothing else.
func (r *Roll) UnmarshalText(text []byte) error { return rolls.Unmarshal(r, text) }
