package recurrence

import "github.com/guanxi-go/guanxi/internal/enum"

// Freq is the period in which a rule comes again (FREQ, 频率). The zero value is Daily.
type Freq uint8

const (
	Daily   Freq = iota // DAILY 每日
	Weekly              // WEEKLY 每周
	Monthly             // MONTHLY 每月
	Yearly              // YEARLY 每年
)

var freqs = enum.New[Freq]("FREQ", unknown, enum.Names{
	{"DAILY", "每日"}, {"WEEKLY", "每周"}, {"MONTHLY", "每月"}, {"YEARLY", "每年"},
})

// Valid reports whether f is one of the four.
func (f Freq) Valid() bool { return freqs.Valid(f) }

// String returns the word of RFC 5545, and ? for a number that is no frequency.
func (f Freq) String() string { return freqs.Code(f) }

// Zh returns the Chinese name, and ? for a number that is no frequency.
func (f Freq) Zh() string { return freqs.Zh(f) }

// MarshalText writes the form of String; a number that is no frequency is [ErrInvalid].
func (f Freq) MarshalText() ([]byte, error) { return freqs.Marshal(f) }

// UnmarshalText reads what MarshalText writes, and nothing else.
func (f *Freq) UnmarshalText(text []byte) error { return freqs.Unmarshal(f, text) }

// Skip says what becomes of a date that a month does not have, such as 31 February
// (SKIP of RFC 7529, 无此日时). The zero value is Omit.
type Skip uint8

const (
	Omit     Skip = iota // OMIT: there is none in that month 略过
	Backward             // BACKWARD: the valid day before it, 28 or 29 February 提前
	Forward              // FORWARD: the valid day after it, 1 March 顺延
)

var skips = enum.New[Skip]("SKIP", unknown, enum.Names{{"OMIT", "略过"}, {"BACKWARD", "提前"}, {"FORWARD", "顺延"}})

// Valid reports whether s is one of the three.
func (s Skip) Valid() bool { return skips.Valid(s) }

// String returns the word of RFC 7529, and ? for a number that is no such choice.
func (s Skip) String() string { return skips.Code(s) }

// Zh returns the Chinese name, and ? for a number that is no such choice.
func (s Skip) Zh() string { return skips.Zh(s) }

// MarshalText writes the form of String; a number that is no such choice is [ErrInvalid].
func (s Skip) MarshalText() ([]byte, error) { return skips.Marshal(s) }

// UnmarshalText reads what MarshalText writes, and nothing else.
func (s *Skip) UnmarshalText(text []byte) error { return skips.Unmarshal(s, text) }

// Weekday is a day of the week by the order of ISO 8601. The zero value is Monday,
// which RFC 5545 begins a week with where WKST does not say otherwise.
type Weekday uint8

const (
	Monday    Weekday = iota // MO 周一
	Tuesday                  // TU 周二
	Wednesday                // WE 周三
	Thursday                 // TH 周四
	Friday                   // FR 周五
	Saturday                 // SA 周六
	Sunday                   // SU 周日
)

var weekdays = enum.New[Weekday]("BYDAY", unknown, enum.Names{
	{"MO", "周一"}, {"TU", "周二"}, {"WE", "周三"}, {"TH", "周四"}, {"FR", "周五"}, {"SA", "周六"}, {"SU", "周日"},
})

// Valid reports whether w is one of the seven.
func (w Weekday) Valid() bool { return weekdays.Valid(w) }

// String returns the two letters of RFC 5545, and ? for a number that is no weekday.
func (w Weekday) String() string { return weekdays.Code(w) }

// Zh returns the Chinese name, and ? for a number that is no weekday.
func (w Weekday) Zh() string { return weekdays.Zh(w) }

// MarshalText writes the form of String; a number that is no weekday is [ErrInvalid].
func (w Weekday) MarshalText() ([]byte, error) { return weekdays.Marshal(w) }

// UnmarshalText reads what MarshalText writes, and nothing else.
func (w *Weekday) UnmarshalText(text []byte) error { return weekdays.Unmarshal(w, text) }
