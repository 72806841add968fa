package privacy

import (
	"cmp"
	"errors"
	"slices"
	"time"

	"github.com/guanxi-go/guanxi/crm/calendar"
	"github.com/guanxi-go/guanxi/internal/enum"
	"github.com/guanxi-go/guanxi/internal/limit"
)

// Disposal is what is done with data whose time is over (到期处理). The zero value
// deletes.
type Disposal uint8

const (
	Delete    Disposal = iota // 删除
	Anonymise                 // what remains cannot be linked to the person again 匿名化
)

var disposalNames = enum.New[Disposal]("then", unknown, enum.Names{{"delete", "删除"}, {"anonymise", "匿名化"}})

// Valid reports whether d is one of the two.
func (d Disposal) Valid() bool { return disposalNames.Valid(d) }

// String returns the English code, and ? for a number that has none.
func (d Disposal) String() string { return disposalNames.Code(d) }

// Zh returns the Chinese name, and ? for a number that has none.
func (d Disposal) Zh() string { return disposalNames.Zh(d) }

// MarshalText writes the form of String; a number without a code is ErrInvalid.
func (d Disposal) MarshalText() ([]byte, error) { return disposalNames.Marshal(d) }

// UnmarshalText reads what MarshalText writes, and nothing else.
func (d *Disposal) UnmarshalText(text []byte) error { return disposalNames.Unmarshal(d, text) }

// Retention is how long data are kept for a purpose after it has ended (保存期限): the
// months and then the days, to the end of the day reached. The zero value keeps
// nothing beyond that day and then deletes, the shortest time of PIPL article 19.
type Retention struct {
	Months int `json:"months,omitzero"` // calendar months, 0 to 1200; clamped to the end of the month
	Days   int `json:"days,omitzero"`   // 0 to 36500
	// Statutory: a law sets the period, so that it runs even where consent was
	// withdrawn (article 47: then the data are stored and protected, nothing else).
	Statutory bool     `json:"statutory,omitzero"`
	Then      Disposal `json:"then,omitzero"`
}

// Validate reports numbers out of range as ErrInvalid.
func (r Retention) Validate() error {
	v := checks{}
	v.must(r.Months >= 0 && r.Months <= 1200, "months", "is outside 0 to 1200")
	v.must(r.Days >= 0 && r.Days <= 36500, "days", "is outside 0 to 36500")
	v.must(r.Then.Valid(), "then", "unknown")
	return errors.Join(v.errs...)
}

// Hold is an order to keep data whatever else says to delete them: a lawsuit, an
// audit (法定保留). It is in force in [From, Until).
type Hold struct {
	ID    string    `json:"id"`
	From  time.Time `json:"from,omitzero"`  // zero: always was
	Until time.Time `json:"until,omitzero"` // zero: open
}

// Active reports whether the hold is in force at an instant.
func (h Hold) Active(at time.Time) bool {
	return !at.Before(h.From) && (h.Until.IsZero() || at.Before(h.Until))
}

// Facts are what a retention is held against.
type Facts struct {
	Ended     time.Time `json:"ended,omitzero"`     // when the purpose was last served; zero: it still is
	Withdrawn time.Time `json:"withdrawn,omitzero"` // when consent was withdrawn; zero: it was not
	Holds     []Hold    `json:"holds,omitempty"`
}

// Standing is where data stand against their retention (保存状态). The zero value is none.
type Standing uint8

const (
	Kept Standing = iota + 1 // their time is not over 保存中
	Held                     // their time is over, and a legal hold keeps them 依法保留
	Over                     // their time is over: to be disposed of 已到期
)

var standingNames = enum.New[Standing]("standing", unknown, enum.Names{
	{}, {"kept", "保存中"}, {"held", "依法保留"}, {"over", "已到期"},
})

// Valid reports whether s is one of the three.
func (s Standing) Valid() bool { return standingNames.Valid(s) }

// String returns the English code, "" for the zero value, and ? for a number that has none.
func (s Standing) String() string { return standingNames.Code(s) }

// Zh returns the Chinese name, "" for the zero value, and ? for a number that has none.
func (s Standing) Zh() string { return standingNames.Zh(s) }

// MarshalText writes the form of String; a number without a code is ErrInvalid.
func (s Standing) MarshalText() ([]byte, error) { return standingNames.Marshal(s) }

// UnmarshalText reads what MarshalText writes, and nothing else.
func (s *Standing) UnmarshalText(text []byte) error { return standingNames.Unmarshal(s, text) }

// Fate is what [Due] answers.
type Fate struct {
	Standing Standing  `json:"standing"`
	Then     Disposal  `json:"then"`
	Expires  time.Time `json:"expires,omitzero"` // when the period is over, holds apart; zero while the purpose is served
	// Due is when they are to be disposed of: Expires, or the end of the holds that
	// are in force then, one after the other. Zero where there is no such instant yet.
	Due   time.Time `json:"due,omitzero"`
	Holds []string  `json:"holds,omitempty"` // ids of the holds in force at the instant asked about, in byte order
}

// Due says what has to happen to data by their retention (PIPL articles 19 and 47),
// as of an instant. The period runs from f.Ended to the end of the day, by the clocks
// of loc (nil: UTC), that lies r.Months and then r.Days later; where consent was
// withdrawn it is over at that instant, unless the period is statutory: that one runs
// from f.Ended, or from the withdrawal where f has no Ended. A legal hold
// wins over both, also one that begins after the data should have been gone.
//
// ErrInvalid: what [Retention.Validate] says, a hold that ends before it begins, or
// a day outside the years 1 to 9999.
func Due(r Retention, f Facts, at time.Time, loc *time.Location) (Fate, error) {
	errs := []error{r.Validate()}
	for _, h := range f.Holds {
		if !h.Until.IsZero() && h.Until.Before(h.From) {
			errs = append(errs, invalid(limit.Shown(h.ID), "holds", "end before they begin"))
		}
	}
	if err := errors.Join(errs...); err != nil {
		return Fate{}, err
	}
	fate := Fate{Standing: Kept, Then: r.Then, Holds: activeHolds(f.Holds, at)}
	expires, err := expiry(r, f, loc)
	if err != nil || expires.IsZero() {
		return fate, err
	}
	fate.Expires, fate.Due = expires, released(expires, f.Holds)
	switch {
	case at.Before(expires):
	case len(fate.Holds) > 0:
		fate.Standing = Held
	default:
		fate.Standing = Over
	}
	return fate, nil
}

// expiry returns when the period is over, and the zero time for not yet.
func expiry(r Retention, f Facts, loc *time.Location) (time.Time, error) {
	var expires time.Time
	if f.Ended.IsZero() && r.Statutory {
		f.Ended = f.Withdrawn
	}
	if !f.Ended.IsZero() {
		ended := calendar.DayOf(f.Ended, loc)
		last := ended.AddMonths(r.Months)
		if !last.Valid() || !(last + calendar.Day(r.Days) + 1).Valid() {
			return time.Time{}, invalid("", "ended", "leads out of the years 1 to 9999")
		}
		expires = (last + calendar.Day(r.Days) + 1).Start(loc)
	}
	if !f.Withdrawn.IsZero() && !r.Statutory && (expires.IsZero() || f.Withdrawn.Before(expires)) {
		expires = f.Withdrawn
	}
	return expires, nil
}

// released moves an instant to the end of the holds that are in force at it, one
// after the other, and returns the zero time where one of them is open.
func released(at time.Time, holds []Hold) time.Time {
	sorted := slices.Clone(holds)
	slices.SortFunc(sorted, func(a, b Hold) int { return cmp.Or(a.From.Compare(b.From), a.Until.Compare(b.Until)) })
	for _, h := range sorted {
		if !h.Active(at) {
			continue
		}
		if h.Until.IsZero() {
			return time.Time{}
		}
		at = h.Until
	}
	return at
}

func activeHolds(holds []Hold, at time.Time) (ids []string) {
	for _, h := range holds {
		if h.Active(at) {
			ids = append(ids, h.ID)
		}
	}
	slices.Sort(ids)
	return ids
}
