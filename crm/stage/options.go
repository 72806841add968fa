package stage

import (
	"math"
	"time"

	"github.com/guanxi-go/guanxi/internal/numeric"
)

// Options are the choices that the analyses share. The zero value takes everything
// that was ever recorded, and 95 percent intervals.
type Options struct {
	// Since leaves out what happened before it; the zero time is nothing.
	Since time.Time `json:"since,omitzero"`
	// Known leaves out what was recorded after it, so that yesterday's report can be
	// made again; the zero time is nothing.
	Known time.Time `json:"known,omitzero"`
	// Level is the confidence level of intervals, above 0 and below 1; 0 is 0.95.
	Level float64 `json:"level,omitzero"`
}

// window is Options made ready: what happened in [since, until).
type window struct {
	since, until, known int64
	level               float64
}

func (o Options) window(until time.Time) (window, error) {
	w := window{since: minInstant, until: until.UnixMicro(), known: upTo(o.Known), level: o.Level}
	if w.level == 0 {
		w.level = 0.95
	}
	if !o.Since.IsZero() {
		w.since = o.Since.UnixMicro()
	}
	switch {
	case !inRange(until):
		return w, refuse("until", "is not in the years 1 to 9999")
	case !o.Since.IsZero() && !inRange(o.Since):
		return w, refuse("since", "is not in the years 1 to 9999")
	case w.since >= w.until:
		return w, refuse("since", "is not before until")
	case !(w.level > 0 && w.level < 1):
		return w, refuse("level", "is not between 0 and 1")
	}
	return w, nil
}

// Proportion is Count out of Of, at least 1, with its confidence interval from Low
// to High (Wilson 1927): how far chance alone would have moved the share of so
// many.
type Proportion struct {
	Count int64   `json:"count"`
	Of    int64   `json:"of"`
	Share float64 `json:"share"`
	Low   float64 `json:"low"`
	High  float64 `json:"high"`
}

// proportion returns nil where of is 0. Counts are numbers of things in memory
// and fit an int.
func proportion(count, of int64, level float64) (*Proportion, error) {
	if of == 0 {
		return nil, nil
	}
	if of > math.MaxInt {
		return nil, refuse("count", "is too large for this machine")
	}
	low, high, err := numeric.WilsonInterval(int(count), int(of), level)
	if err != nil {
		return nil, refuse("level", "is not between 0 and 1")
	}
	return &Proportion{count, of, float64(count) / float64(of), low, high}, nil
}
