package bid

import "github.com/guanxi-go/guanxi/internal/enum"

// Strength is how much a customer needs something (需求强度): greater is more, and its number is its weight in a coverage. The zero value is none.
type Strength uint8

const (
	Wish Strength = iota + 1 // nice to have 可有可无
	Want                     // wanted 希望
	Must                     // without it there is no deal 必须
)

var strengths = enum.New[Strength]("text", unknown, enum.Names{
	{}, {"wish", "可有可无"}, {"want", "希望"}, {"must", "必须"},
})

// Valid reports whether s is one of the three.
func (s Strength) Valid() bool { return strengths.Valid(s) }

// String returns the code, "" for none and ? for a number that is no strength.
func (s Strength) String() string { return strengths.Code(s) }

// Zh returns the Chinese name, "" for none and ? for a number that is no strength.
func (s Strength) Zh() string { return strengths.Zh(s) }

// MarshalText writes the form of String; a number that is no strength is ErrInvalid.
func (s Strength) MarshalText() ([]byte, error) { return strengths.Marshal(s) }

// UnmarshalText reads what MarshalText writes, and nothing else.
func (s *Strength) UnmarshalText(text []byte) error { return strengths.Unmarshal(s, text) }

// Source is how we know of a need (需求来源). The zero value is none.
type Source uint8

const (
	Stated     Source = iota + 1 // the customer said so 客户提出
	Documented                   // it stands in a document, such as a call for tenders 文件载明
	Observed                     // somebody of ours saw it 现场观察
	Inferred                     // we think so 推断
)

var sources = enum.New[Source]("text", unknown, enum.Names{
	{}, {"stated", "客户提出"}, {"documented", "文件载明"}, {"observed", "现场观察"}, {"inferred", "推断"},
})

// Valid reports whether s is one of the four.
func (s Source) Valid() bool { return sources.Valid(s) }

// String returns the code, "" for none and ? for a number that is no source.
func (s Source) String() string { return sources.Code(s) }

// Zh returns the Chinese name, "" for none and ? for a number that is no source.
func (s Source) Zh() string { return sources.Zh(s) }

// MarshalText writes the form of String; a number that is no source is ErrInvalid.
func (s Source) MarshalText() ([]byte, error) { return sources.Marshal(s) }

// UnmarshalText reads what MarshalText writes, and nothing else.
func (s *Source) UnmarshalText(text []byte) error { return sources.Unmarshal(s, text) }

// Degree is how far a solution covers a need (覆盖程度). The zero value is none.
type Degree uint8

const (
	Not    Degree = iota + 1 // not at all 未覆盖
	Partly                   // by half 部分覆盖
	Fully                    // all of it 完全覆盖
)

var degrees = enum.New[Degree]("text", unknown, enum.Names{
	{}, {"not", "未覆盖"}, {"partly", "部分覆盖"}, {"fully", "完全覆盖"},
})

// Valid reports whether d is one of the three.
func (d Degree) Valid() bool { return degrees.Valid(d) }

// String returns the code, "" for none and ? for a number that is no degree.
func (d Degree) String() string { return degrees.Code(d) }

// Zh returns the Chinese name, "" for none and ? for a number that is no degree.
func (d Degree) Zh() string { return degrees.Zh(d) }

// MarshalText writes the form of String; a number that is no degree is ErrInvalid.
func (d Degree) MarshalText() ([]byte, error) { return degrees.Marshal(d) }

// UnmarshalText reads what MarshalText writes, and nothing else.
func (d *Degree) UnmarshalText(text []byte) error { return degrees.Unmarshal(d, text) }
