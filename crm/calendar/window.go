package calendar

import (
	"slices"
	"time"
)

// Window is a stretch of the clock on a day, in minutes since its midnight:
// 0 <= From < To <= 2880. A window that goes past 1440 is a night shift: it
// belongs to the day on which it starts.
//
// As text, and so in JSON, a Window is "09:00-12:00", and past midnight
// "22:00-30:00".
type Window struct{ From, To int16 }

// DayPlan is the work of one day: the shifts less the breaks. Shifts may touch and
// overlap, their time counts once; what a break has outside them changes nothing.
// The zero value is a day off.
type DayPlan struct {
	Shifts []Window `json:"shifts,omitempty"`
	Breaks []Window `json:"breaks,omitempty"`
}

// maxWindows is the most shifts, and the most breaks, of one day: one for every
// half hour.
const maxWindows = 48

// ParsePlan returns the plan with these shifts, each of the form "09:00-12:00". An
// *[Error] is that of [ParseWindow], or says that there are more than 48.
func ParsePlan(shifts ...string) (DayPlan, error) {
	var p DayPlan
	for _, text := range shifts {
		w, err := ParseWindow(text)
		if err != nil {
			return DayPlan{}, err
		}
		p.Shifts = append(p.Shifts, w)
	}
	if len(shifts) > maxWindows {
		return DayPlan{}, invalid("shifts", tooMany)
	}
	return p, nil
}

// MustPlan is [ParsePlan] for constants in code and tests; it panics where
// ParsePlan fails.
func MustPlan(shifts ...string) DayPlan {
	p, err := ParsePlan(shifts...)
	if err != nil {
		panic(err)
	}
	return p
}

// Week returns a cycle of seven days, Monday first, with the plan on the given
// days of the week and the others off; without any days it is Monday to Friday.
func Week(plan DayPlan, days ...time.Weekday) []DayPlan {
	if len(days) == 0 {
		days = []time.Weekday{time.Monday, time.Tuesday, time.Wednesday, time.Thursday, time.Friday}
	}
	cycle := make([]DayPlan, 7)
	for _, d := range days {
		cycle[(int(d)%7+13)%7] = plan
	}
	return cycle
}

// work returns what is worked, in order, windows that touch joined.
func (p DayPlan) work() []Window {
	breaks := joined(p.Breaks)
	var list []Window
	for _, shift := range joined(p.Shifts) {
		for _, b := range breaks {
			if b.To <= shift.From || b.From >= shift.To {
				continue
			}
			if b.From > shift.From {
				list = append(list, Window{shift.From, b.From})
			}
			shift.From = b.To
		}
		if shift.From < shift.To {
			list = append(list, shift)
		}
	}
	return list
}

// joined returns the windows in order, those that touch or overlap as one.
func joined(windows []Window) []Window {
	sorted := slices.Clone(windows)
	slices.SortFunc(sorted, func(a, b Window) int { return int(a.From) - int(b.From) })
	list := sorted[:0]
	for _, w := range sorted {
		if n := len(list); n > 0 && w.From <= list[n-1].To {
			list[n-1].To = max(list[n-1].To, w.To)
			continue
		}
		list = append(list, w)
	}
	return list
}

// ParseWindow reads "HH:MM-HH:MM", two digits each, from 00:00 to 48:00 and the
// first before the second, and nothing else. The *[Error] does not repeat the text.
func ParseWindow[T ~string | ~[]byte](s T) (Window, error) {
	if len(s) != 11 || s[5] != '-' {
		return Window{}, invalid("window", notAWindow)
	}
	from, ok := minuteOf(s[:5])
	to, ok2 := minuteOf(s[6:])
	w := Window{from, to}
	switch {
	case !ok || !ok2:
		return Window{}, invalid("window", notAWindow)
	case !w.valid():
		return Window{}, invalid("window", badWindow)
	}
	return w, nil
}

// minuteOf reads HH:MM.
func minuteOf[T ~string | ~[]byte](s T) (int16, bool) {
	h1, h0, m1, m0 := s[0]-'0', s[1]-'0', s[3]-'0', s[4]-'0'
	if h1 > 9 || h0 > 9 || s[2] != ':' || m1 > 5 || m0 > 9 {
		return 0, false
	}
	return (int16(h1)*10+int16(h0))*60 + int16(m1)*10 + int16(m0), true
}

func (w Window) valid() bool { return w.From >= 0 && w.From < w.To && w.To <= 2*dayMinutes }

// String returns the form that [ParseWindow] reads, and "Window(?)" for minutes
// that are none.
func (w Window) String() string {
	if !w.valid() {
		return "Window(?)"
	}
	b := make([]byte, 0, 11)
	for i, m := range [2]int16{w.From, w.To} {
		if i > 0 {
			b = append(b, '-')
		}
		h := m / 60
		m %= 60
		b = append(b, byte('0'+h/10), byte('0'+h%10), ':', byte('0'+m/10), byte('0'+m%10))
	}
	return string(b)
}

// MarshalText writes the form that [ParseWindow] reads; minutes that are none are
// an *[Error].
func (w Window) MarshalText() ([]byte, error) {
	if !w.valid() {
		return nil, invalid("window", badWindow)
	}
	return []byte(w.String()), nil
}

// UnmarshalText reads what MarshalText writes; on an error, which is that of
// [ParseWindow], w stays as it was.
func (w *Window) UnmarshalText(text []byte) error {
	parsed, err := ParseWindow(text)
	if err == nil {
		*w = parsed
	}
	return err
}
