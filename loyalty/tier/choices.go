package tier

import "github.com/guanxi-go/guanxi/internal/enum"

// Combine says how the measures of one threshold go together (组合方式).
// The zero value is All.
type Combine uint8

// The values of Combine.
const (
	All Combine = iota // every measure that the threshold names has to be reached
	Any                // one of them is enough
)

var combines = enum.New[Combine]("combine", unknown, enum.Names{{"all", "全部"}, {"any", "任一"}})

// String returns the code and ? for a number that is no value.
func (c Combine) String() string { return combines.Code(c) }

// Zh returns the Chinese name and ? for a number that is no value.
func (c Combine) Zh() string { return combines.Zh(c) }

// MarshalText writes the form of String; a number that is no value is ErrInvalid.
func (c Combine) MarshalText() ([]byte, error) { return combines.Marshal(c) }

// UnmarshalText reads what MarshalText writes, and nothing else.
func (c *Combine) UnmarshalText(text []byte) error { return combines.Unmarshal(c, text) }

// WindowKind says over which time a member qualifies (考核窗口).
// The zero value is Calendar.
type WindowKind uint8

// The values of WindowKind.
const (
	Calendar    WindowKind = iota // periods of whole calendar months: year, half, quarter, month
	Rolling                       // the last months before the instant asked about
	Anniversary                   // membership years, from the day of enrolment
)

var windowKinds = enum.New[WindowKind]("window.kind", unknown, enum.Names{
	{"calendar", "自然周期"}, {"rolling", "滚动"}, {"anniversary", "周年"},
})

// String returns the code and ? for a number that is no value.
func (k WindowKind) String() string { return windowKinds.Code(k) }

// Zh returns the Chinese name and ? for a number that is no value.
func (k WindowKind) Zh() string { return windowKinds.Zh(k) }

// MarshalText writes the form of String; a number that is no value is ErrInvalid.
func (k WindowKind) MarshalText() ([]byte, error) { return windowKinds.Marshal(k) }

// UnmarshalText reads what MarshalText writes, and nothing else.
func (k *WindowKind) UnmarshalText(text []byte) error { return windowKinds.Unmarshal(k, text) }

// Upgrade says when a higher tier is given (升级时点).
// The zero value is AtOnce.
type Upgrade uint8

// The values of Upgrade.
const (
	AtOnce   Upgrade = iota // at the instant at which the threshold is reached
	AtReview                // at the next review
)

var upgrades = enum.New[Upgrade]("upgrade", unknown, enum.Names{{"at-once", "即时升级"}, {"at-review", "定期升级"}})

// String returns the code and ? for a number that is no value.
func (u Upgrade) String() string { return upgrades.Code(u) }

// Zh returns the Chinese name and ? for a number that is no value.
func (u Upgrade) Zh() string { return upgrades.Zh(u) }

// MarshalText writes the form of String; a number that is no value is ErrInvalid.
func (u Upgrade) MarshalText() ([]byte, error) { return upgrades.Marshal(u) }

// UnmarshalText reads what MarshalText writes, and nothing else.
func (u *Upgrade) UnmarshalText(text []byte) error { return upgrades.Unmarshal(u, text) }

// Downgrade says what a review does to a tier that is no longer reached (降级方式).
// The zero value is ToBalance.
type Downgrade uint8

// The values of Downgrade.
const (
	ToBalance Downgrade = iota // down to the tier that was reached
	OneStep                    // down by one tier at each review: the soft landing 软着陆
	Never                      // nothing
)

var downgrades = enum.New[Downgrade]("downgrade", unknown, enum.Names{
	{"to-balance", "按余额降级"}, {"one-step", "逐级降级"}, {"never", "不降级"},
})

// String returns the code and ? for a number that is no value.
func (d Downgrade) String() string { return downgrades.Code(d) }

// Zh returns the Chinese name and ? for a number that is no value.
func (d Downgrade) Zh() string { return downgrades.Zh(d) }

// MarshalText writes the form of String; a number that is no value is ErrInvalid.
func (d Downgrade) MarshalText() ([]byte, error) { return downgrades.Marshal(d) }

// UnmarshalText reads what MarshalText writes, and nothing else.
func (d *Downgrade) UnmarshalText(text []byte) error { return downgrades.Unmarshal(d, text) }

// Cadence says how often a rolling window is reviewed (考核频率).
// The zero value is EveryDay.
type Cadence uint8

// The values of Cadence.
const (
	EveryDay         Cadence = iota // at the start of every day
	EveryMonth                      // at the start of every month
	EveryQuarter                    // every three months from [Window].FirstMonth on
	EveryHalfYear                   // every six months from FirstMonth on
	EveryYear                       // every twelve months from FirstMonth on
	EveryAnniversary                // at every anniversary of the enrolment
)

var cadences = enum.New[Cadence]("reviews", unknown, enum.Names{
	{"every-day", "每日"}, {"every-month", "每月"}, {"every-quarter", "每季"}, {"every-half-year", "每半年"},
	{"every-year", "每年"}, {"every-anniversary", "每周年"},
})

// String returns the code and ? for a number that is no value.
func (c Cadence) String() string { return cadences.Code(c) }

// Zh returns the Chinese name and ? for a number that is no value.
func (c Cadence) Zh() string { return cadences.Zh(c) }

// MarshalText writes the form of String; a number that is no value is ErrInvalid.
func (c Cadence) MarshalText() ([]byte, error) { return cadences.Marshal(c) }

// UnmarshalText reads what MarshalText writes, and nothing else.
func (c *Cadence) UnmarshalText(text []byte) error { return cadences.Unmarshal(c, text) }
