package calendar

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

// name is a value's code and its Chinese term.
type name struct{ code, zh string }

var (
	kinds    = [...]name{{"off", "休"}, {"make-up", "补班"}, {"custom", "自定义"}}
	unknowns = [...]name{{"pattern-only", "仅按规律"}, {"refuse", "拒绝计算"}, {"no-tables", "不用放假表"}}
	rolls    = [...]name{
		{"none", "不调整"}, {"following", "顺延"}, {"preceding", "提前"}, {"modified-following", "顺延(不跨月)"}, {"skip", "跳过"},
	}
)

func nameOf(list []name, i uint8) name {
	if int(i) < len(list) {
		return list[i]
	}
	return name{"?", "?"}
}

func textOf(field string, list []name, i uint8) ([]byte, error) {
	if int(i) >= len(list) {
		return nil, invalid(field, noName)
	}
	return []byte(list[i].code), nil
}

func valueOf(field string, list []name, text []byte) (uint8, error) {
	for i, n := range list {
		if n.code == string(text) {
			return uint8(i), nil
		}
	}
	return 0, invalid(field, noName)
}

// String returns the code, and ? for a number that is no kind.
func (k Kind) String() string { return nameOf(kinds[:], uint8(k)).code }

// Zh returns the Chinese term, and ? for a number that is no kind.
func (k Kind) Zh() string { return nameOf(kinds[:], uint8(k)).zh }

// MarshalText writes the code; a number that is no kind is [ErrInvalid].
func (k Kind) MarshalText() ([]byte, error) { return textOf("kind", kinds[:], uint8(k)) }

// UnmarshalText reads what MarshalText writes, and nothing else.
func (k *Kind) UnmarshalText(text []byte) error {
	v, err := valueOf("kind", kinds[:], text)
	if err == nil {
		*k = Kind(v)
	}
	return err
}

// String returns the code, and ? for a number that is no way.
func (u UnknownYear) String() string { return nameOf(unknowns[:], uint8(u)).code }

// Zh returns the Chinese term, and ? for a number that is no way.
func (u UnknownYear) Zh() string { return nameOf(unknowns[:], uint8(u)).zh }

// MarshalText writes the code; a number that is no way is [ErrInvalid].
func (u UnknownYear) MarshalText() ([]byte, error) { return textOf("unknown", unknowns[:], uint8(u)) }

// UnmarshalText reads what MarshalText writes, and nothing else.
func (u *UnknownYear) UnmarshalText(text []byte) error {
	v, err := valueOf("unknown", unknowns[:], text)
	if err == nil {
		*u = UnknownYear(v)
	}
	return err
}

// String returns the code, and ? for a number that is no roll.
func (r Roll) String() string { return nameOf(rolls[:], uint8(r)).code }

// Zh returns the Chinese term, and ? for a number that is no roll.
func (r Roll) Zh() string { return nameOf(rolls[:], uint8(r)).zh }

// MarshalText writes the code; a number that is no roll is [ErrInvalid].
func (r Roll) MarshalText() ([]byte, error) { return textOf("roll", rolls[:], uint8(r)) }

// UnmarshalText reads what MarshalText writes, and nothing else.
func (r *Roll) UnmarshalText(text []byte) error {
	v, err := valueOf("roll", rolls[:], text)
	if err == nil {
		*r = Roll(v)
	}
	return err
}
