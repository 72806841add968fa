package cadence

import (
	"errors"

	"github.com/guanxi-go/guanxi/crm/calendar"
)

// workdays is what the rules ask a calendar, by day in a table.
type workdays struct {
	cal    *calendar.Calendar
	grid   *grid
	first  calendar.Day // of the horizon
	worked []int32      // seconds of working time by day; -1: a refused year
	rank   []int32      // working days before each day, and one more
	isWork dayset       // working days, from first on
	whole  bool         // no year is refused
	shifts [][]stretch  // by day, made when asked for
	made   []bool
}

// A stretch is the time from an instant to another, in Unix seconds.
type stretch struct{ from, to int64 }

func newWorkdays(cal *calendar.Calendar, g *grid) *workdays {
	first, last := cal.Horizon()
	n := last.Sub(first) + 1
	w := &workdays{cal: cal, grid: g, first: first, worked: make([]int32, n), rank: make([]int32, n+1),
		isWork: dayset(nil).sized(n), whole: true, shifts: make([][]stretch, n), made: make([]bool, n)}
	for i := range w.worked {
		work, err := cal.WorkedOn(first + calendar.Day(i))
		w.worked[i] = int32(work.Seconds())
		if err != nil {
			w.worked[i], w.whole = -1, false
		}
		w.rank[i+1] = w.rank[i]
		if w.worked[i] > 0 {
			w.rank[i+1]++
			w.isWork.set(i)
		}
	}
	return w
}

func (w *workdays) last() calendar.Day { return w.first + calendar.Day(len(w.worked)) - 1 }

// knows returns why there is no answer about the days a to b, both included.
func (w *workdays) knows(a, b calendar.Day) error {
	if a < w.first || b > w.last() {
		_, err := w.cal.WorkedOn(min(a, w.first-1))
		if a >= w.first {
			_, err = w.cal.WorkedOn(w.last() + 1)
		}
		return err
	}
	for d := a; d <= b && !w.whole; d++ {
		if w.worked[d-w.first] < 0 {
			_, err := w.cal.WorkedOn(d)
			return err
		}
	}
	return nil
}

// isWorked reports whether a day of the horizon is a working day.
func (w *workdays) isWorked(d calendar.Day) bool { return w.worked[d-w.first] > 0 }

// between returns the working days from a to b, both included and within the horizon.
func (w *workdays) between(a, b calendar.Day) int {
	return int(w.rank[b+1-w.first] - w.rank[a-w.first])
}

// shiftsOf returns the working time of the shifts that begin on a day of the horizon.
func (w *workdays) shiftsOf(d calendar.Day) []stretch {
	i := d - w.first
	if !w.made[i] {
		spans, _ := w.cal.Shifts(d) // fails only outside the horizon and in refused years
		for _, s := range spans {
			w.shifts[i] = append(w.shifts[i], stretch{s.From.Unix(), s.To.Unix()})
		}
		w.made[i] = true
	}
	return w.shifts[i]
}

// working reports whether an instant is within a shift of a day.
func (w *workdays) working(d calendar.Day, at int64) bool {
	for _, s := range w.shiftsOf(d) {
		if s.from <= at && at < s.to {
			return true
		}
	}
	return false
}

// covered returns how much of a day's working time, or of the day where none is
// worked, lies between two instants, and how much that is in all, in seconds.
func (w *workdays) covered(d calendar.Day, from, to int64) (part, whole int64) {
	list := w.shiftsOf(d)
	if len(list) == 0 {
		list = []stretch{{w.grid.start(d), w.grid.start(d + 1)}}
	}
	for _, s := range list {
		part += max(0, min(s.to, to)-max(s.from, from))
		whole += s.to - s.from
	}
	return part, whole
}

func calendarError(err error, person string) error {
	if err == nil {
		return nil
	}
	sentinel := ErrHorizon
	if errors.Is(err, ErrUncovered) {
		sentinel = ErrUncovered
	}
	return refuseID(sentinel, codeCalendar, "calendar", person)
}
