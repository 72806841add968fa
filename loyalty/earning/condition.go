package earning

import (
	"slices"
	"time"

	"github.com/shopspring/decimal"
)

// Condition says for whom, when and from what amount a rule works (适用条件). The
// zero value is always and for everybody; all that is set has to hold.
type Condition struct {
	From     time.Time `json:"from,omitzero"`      // the first instant; zero is from ever
	Until    time.Time `json:"until,omitzero"`     // the first instant after; zero is for ever
	Tiers    []string  `json:"tiers,omitempty"`    // the member's tier is one of these
	Segments []string  `json:"segments,omitempty"` // the member is in at least one of these
	Channels []string  `json:"channels,omitempty"` // the order came through one of these
	Windows  []Window  `json:"windows,omitempty"`  // the local time is in at least one of these
	// BirthdayMonth: the order falls into the month of birth, by the local date.
	BirthdayMonth bool `json:"birthday_month,omitzero"`
	FirstPurchase bool `json:"first_purchase,omitzero"` // the order is the member's first
	// MinSpend is the least eligible amount of the rule's lines together, in units of
	// the currency: an order at it qualifies. Zero is none.
	MinSpend decimal.Decimal `json:"min_spend,omitzero"`
}

// Window is a part of the week as the clocks of the zone show it (时段): from From
// to before Until, on Days. Where Until is not after From it ends on the next day,
// and Days are those on which it begins; two equal times are 24 hours.
//
// On the day when clocks go forward a window within the skipped hour does not
// come, and when they go back one within the repeated hour comes twice.
type Window struct {
	Days  []time.Weekday `json:"days,omitempty"` // 0 is Sunday, 6 Saturday; none is every day
	From  TimeOfDay      `json:"from,omitzero"`
	Until TimeOfDay      `json:"until,omitzero"`
}

// contains reports whether the local clock's reading lies in the window.
func (w *Window) contains(day time.Weekday, minute TimeOfDay) bool {
	if w.From < w.Until {
		return w.from(day) && w.From <= minute && minute < w.Until
	}
	if minute >= w.From {
		return w.from(day)
	}
	return minute < w.Until && w.from((day+6)%7)
}

func (w *Window) from(day time.Weekday) bool {
	return len(w.Days) == 0 || slices.Contains(w.Days, day)
}

// TimeOfDay is what a clock on the wall shows, in minutes after midnight: 0 to
// 1440, which is 24:00, the end of a day (时刻). As text it is HH:MM.
type TimeOfDay uint16

const endOfDay TimeOfDay = 24 * 60

// String returns HH:MM, and ? for a number beyond 24:00.
func (t TimeOfDay) String() string {
	if t > endOfDay {
		return "?"
	}
	h, m := t/60, t%60
	return string([]byte{'0' + byte(h/10), '0' + byte(h%10), ':', '0' + byte(m/10), '0' + byte(m%10)})
}

// MarshalText writes the form of String; a number beyond 24:00 is ErrInvalid.
func (t TimeOfDay) MarshalText() ([]byte, error) {
	if t > endOfDay {
		return nil, refuse(ErrInvalid, "time", -1, "", "is after 24:00")
	}
	return []byte(t.String()), nil
}

// UnmarshalText reads what MarshalText writes, 00:00 to 24:00, and nothing else.
func (t *TimeOfDay) UnmarshalText(text []byte) error {
	digit := func(i int) int {
		if text[i] < '0' || text[i] > '9' {
			return 10_000
		}
		return int(text[i] - '0')
	}
	if len(text) == 5 && text[2] == ':' {
		h, m := 10*digit(0)+digit(1), 10*digit(3)+digit(4)
		if h <= 24 && m < 60 && 60*h+m <= int(endOfDay) {
			*t = TimeOfDay(60*h + m)
			return nil
		}
	}
	return refuse(ErrInvalid, "time", -1, "", "is not HH:MM from 00:00 to 24:00")
}

// Lines says which lines of an order are meant (商品范围). A line is, where its SKU
// is in SKUs or one of its categories in Categories, or both lists are empty; and
// where it is in neither NotSKUs nor NotCategories. As [Programme].Exclude the
// zero value means none.
type Lines struct {
	SKUs          []string `json:"skus,omitempty"`
	Categories    []string `json:"categories,omitempty"`
	NotSKUs       []string `json:"not_skus,omitempty"`
	NotCategories []string `json:"not_categories,omitempty"`
}

func (l *Lines) all() bool {
	return len(l.SKUs)+len(l.Categories)+len(l.NotSKUs)+len(l.NotCategories) == 0
}

// sorted returns a copy for binary search.
func (l Lines) sorted() Lines {
	return Lines{sortedCopy(l.SKUs), sortedCopy(l.Categories), sortedCopy(l.NotSKUs), sortedCopy(l.NotCategories)}
}

func sortedCopy(ids []string) []string { return slices.Sorted(slices.Values(ids)) }

// match reports whether a line is meant; the lists are sorted.
func (l *Lines) match(line *Line) bool {
	if l.all() {
		return true
	}
	if has(l.NotSKUs, line.SKU) || hasAny(l.NotCategories, line.Categories) {
		return false
	}
	return len(l.SKUs)+len(l.Categories) == 0 || has(l.SKUs, line.SKU) || hasAny(l.Categories, line.Categories)
}

func has(sorted []string, id string) bool {
	_, found := slices.BinarySearch(sorted, id)
	return found
}

func hasAny(sorted, ids []string) bool {
	for _, id := range ids {
		if has(sorted, id) {
			return true
		}
	}
	return false
}
