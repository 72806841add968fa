package points

import (
	"time"
)

// Period is what a statement says of a stretch of time (积分对账单), in points:
// Opening + Credits - Debits = Closing.
type Period struct {
	From    time.Time `json:"from,omitzero"` // inclusive; zero for the beginning
	Until   time.Time `json:"until"`         // exclusive
	Opening int64     `json:"opening"`
	Credits int64     `json:"credits"`
	Debits  int64     `json:"debits"`
	Closing int64     `json:"closing"`
	QP      int64     `json:"qp"`              // change of the qualifying points
	Lines   []Line    `json:"lines,omitempty"` // by kind, those without an entry left out
}

// Line is what entries of one kind come to in a Period.
type Line struct {
	Kind    Kind  `json:"kind"`
	Entries int   `json:"entries"`
	Credits int64 `json:"credits,omitzero"` // sum of the amounts above 0
	Debits  int64 `json:"debits,omitzero"`  // sum of the amounts below 0, without the sign
}

// Statement sums up what took effect from an instant until just before another. The
// closing balance of a period is the opening balance of the next. What was due
// before until and is not posted yet counts as posted. entries is a whole journal;
// for a statement as it was printed then, give the entries recorded by then.
//
// ErrInvalid where until is not after from; ErrOverflow where a sum leaves int64; the
// other errors are those of [Replay].
func Statement(entries []Entry, from, until time.Time) (Period, error) {
	if !until.After(from) || !validNow(until) {
		return Period{}, refuse(ErrInvalid, "until", 0, "is not after from")
	}
	s, err := Replay(entries)
	if err != nil {
		return Period{}, err
	}
	due, err := DueEntries(s, until)
	if err != nil {
		return Period{}, err
	}
	period := Period{From: from, Until: until}
	var lines [KindTransferIn + 1]Line
	for _, list := range [][]Entry{entries, due} {
		for i := range list {
			e := &list[i]
			switch {
			case !e.At.Before(until):
			case e.At.Before(from):
				period.Opening += e.Amount
			case !period.add(e, &lines[e.Kind]):
				return Period{}, overflow("sum")
			}
		}
	}
	period.Closing = period.Opening + period.Credits - period.Debits
	for k, line := range lines {
		if line.Entries > 0 {
			line.Kind = Kind(k)
			period.Lines = append(period.Lines, line)
		}
	}
	return period, nil
}

// add reports whether the sums stay within int64.
func (p *Period) add(e *Entry, line *Line) bool {
	line.Entries++
	p.QP += e.QP
	if e.Amount >= 0 {
		line.Credits += e.Amount
		p.Credits += e.Amount
		return p.Credits >= 0
	}
	line.Debits -= e.Amount
	p.Debits -= e.Amount
	return p.Debits >= 0
}
