package access

import (
	"cmp"
	"sort"
	"strconv"

	"github.com/guanxi-go/guanxi/crm/calendar"
	"github.com/guanxi-go/guanxi/crm/finding"
	"github.com/guanxi-go/guanxi/internal/numeric"
)

// DayReads is how many records somebody read on one of his working days. Days on
// which he did not work are left out; a working day without reading counts 0.
type DayReads struct {
	Day   calendar.Day `json:"day"`
	Reads int64        `json:"reads"`
}

// AlarmOptions are the rule's figures; a zero field means the default.
type AlarmOptions struct {
	Window   int     // working days that are judged together, the last ones: 1
	Baseline int     // working days before them that are compared with, at most: 60
	MinDays  int     // days that the baseline needs at least: 20
	Level    float64 // probability below which reading is unusual: 0.001, about once in four years of working days
	Least    int64   // reads below which there is never an alarm: 30
}

// Reading is the judgement of the last working days of one person.
type Reading struct {
	Last      calendar.Day `json:"last"`      // last day judged
	Days      int          `json:"days"`      // working days judged
	Reads     int64        `json:"reads"`     // in these days
	Expected  float64      `json:"expected"`  // reads to be expected in these days
	P         float64      `json:"p"`         // probability of as many or more
	Threshold int64        `json:"threshold"` // fewest reads that raise the alarm
	Alarm     bool         `json:"alarm"`
}

// Alarm judges whether somebody read unusually much in his last working days,
// measured by himself (离职前异常查看). Give it the days up to today, every day; and
// when somebody gives notice, once more with the Window wide enough to reach back over
// the weeks before, so that many days of a little more are seen too.
//
// The rule: with n days of baseline of sum S, mean m = (S+1/2)/n and variance s², the
// reads of the w days in the window are compared with a negative binomial of mean
// w·m and variance w·(1+w/n)·max(m, s²); P is its upper tail, and there is an alarm
// where P <= Level and at least Least were read. For reads that vary like a Poisson
// count (s² <= m) that is the exact predictive distribution under Jeffreys' prior;
// for reads that vary more, its variance is the one observed and its mean allows for
// the uncertainty of m. Days are taken as independent; somebody who always reads
// much on some days has a greater s² and a higher threshold.
//
// False alarms in simulations at the default level, days of Poisson counts: 0.0006 of
// the days; of daily means that vary as much as they are large (exponentially): 0.002
// with a baseline of 60 days, 0.005 with 20. What the rule does not see: who reads
// much from the beginning, and who raises it more slowly than the baseline forgets.
//
// Errors: ErrInvalid for days that are not valid or not ascending, reads below 0 or
// above 1e9, and options outside their range (Window at least 1, MinDays at least 2,
// Baseline at least MinDays, Level above 0 and below 1, Least at least 1; nothing
// negative). ErrInsufficientData where fewer than MinDays days lie before the window.
func Alarm(days []DayReads, opts AlarmOptions) (Reading, error) {
	opts, err := opts.filled()
	if err != nil {
		return Reading{}, err
	}
	if err := checkDays(days); err != nil {
		return Reading{}, err
	}
	if len(days) < opts.MinDays || len(days)-opts.MinDays < opts.Window {
		return Reading{}, &Error{Field: "days", Reason: "are too few before the window", Err: ErrInsufficientData}
	}
	before, window := days[:len(days)-opts.Window], days[len(days)-opts.Window:]
	r := Reading{Last: window[len(window)-1].Day, Days: len(window)}
	for _, d := range window {
		r.Reads += d.Reads
	}
	law := lawOf(before[max(0, len(before)-opts.Baseline):], len(window))
	r.Expected, r.P = law.mean, law.tail(r.Reads)
	r.Threshold = law.threshold(opts.Level, opts.Least)
	r.Alarm = r.Reads >= r.Threshold
	return r, nil
}

const mostReads = 1_000_000_000 // a day

func checkDays(days []DayReads) error {
	for i, d := range days {
		switch {
		case !d.Day.Valid():
			return invalid("", "days", "have one that is no day")
		case i > 0 && d.Day <= days[i-1].Day:
			return invalid("", "days", "do not ascend at", d.Day.String())
		case d.Reads < 0 || d.Reads > mostReads:
			return invalid("", "days", "have reads below 0 or above 1e9 at", d.Day.String())
		}
	}
	return nil
}

func (o AlarmOptions) filled() (AlarmOptions, error) {
	o.Window, o.Baseline, o.MinDays = cmp.Or(o.Window, 1), cmp.Or(o.Baseline, 60), cmp.Or(o.MinDays, 20)
	o.Level, o.Least = cmp.Or(o.Level, 0.001), cmp.Or(o.Least, 30)
	if o.Window < 1 || o.MinDays < 2 || o.Baseline < o.MinDays || !(o.Level > 0 && o.Level < 1) || o.Least < 1 {
		return o, invalid("", "options", "are outside their range")
	}
	return o, nil
}

// lawOf predicts the reads of w further days.
func lawOf(baseline []DayReads, w int) negativeBinomial {
	n, ahead := float64(len(baseline)), float64(w)
	sum := int64(0)
	for _, d := range baseline {
		sum += d.Reads
	}
	mean := float64(sum) / n
	var squares numeric.Sum
	for _, d := range baseline {
		squares.Add((float64(d.Reads) - mean) * (float64(d.Reads) - mean))
	}
	m := (float64(sum) + 0.5) / n
	if s2 := squares.Value() / (n - 1); s2 > m {
		return negativeBinomial{ahead * m, ahead * m * m / (s2*(1+ahead/n) - m)}
	}
	return negativeBinomial{ahead * m, float64(sum) + 0.5} // the same with m for s², without cancellation
}

// threshold returns the fewest reads, and at least least, whose tail is within level.
func (l negativeBinomial) threshold(level float64, least int64) int64 {
	high := least
	for l.tail(high) > level {
		high *= 2
	}
	low := max(least, high/2)
	return low + int64(sort.Search(int(high-low), func(i int) bool { return l.tail(low+int64(i)) <= level }))
}

// Finding returns the alarm as a finding about a member of staff, and false where
// there is none.
func (r Reading) Finding(staff string) (finding.Finding, bool) {
	return finding.Finding{Code: "ACC-READING", Severity: finding.Warning, Subject: staff, AsOf: r.Last, Params: []finding.Param{
		finding.Int("reads", r.Reads), finding.Int("days", int64(r.Days)),
		finding.Str("expected", strconv.FormatFloat(r.Expected, 'f', 1, 64)), finding.Int("threshold", r.Threshold),
	}}, r.Alarm
}
