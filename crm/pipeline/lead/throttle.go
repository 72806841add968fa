package lead

import (
	"time"

	"github.com/guanxi-go/guanxi/internal/limit"
)

// Limit says how often a form may be sent from one source (限流规则): Tries in Per, of
// which Burst may come at once. The zero value does not limit.
type Limit struct {
	Tries int64         `json:"tries,omitzero"` // 1 to 100,000; 0 is without limit
	Per   time.Duration `json:"per,omitzero"`   // whole microseconds, from one to 1,000 days
	Burst int64         `json:"burst,omitzero"` // 1 to 100,000; 0 is Tries 突发
}

// Throttle is how far a source has used up its tries (限流状态): the theoretical arrival
// time of the next one. The zero value has used none. It holds nothing personal.
type Throttle struct {
	At   time.Time `json:"at,omitzero"`   // whole microseconds
	Part int64     `json:"part,omitzero"` // and so many Of-ths of a microsecond
	Of   int64     `json:"of,omitzero"`
}

const (
	maxTries = 100_000
	maxPer   = 1000 * 24 * time.Hour
)

func (l Limit) check(p *problems) {
	ok := l == Limit{} || l.Tries >= 1 && l.Tries <= maxTries && l.Burst >= 0 && l.Burst <= maxTries &&
		l.Per >= time.Microsecond && l.Per <= maxPer && l.Per%time.Microsecond == 0
	p.check(ok, codeRange, "limit", -1, "limit")
}

// Try returns the state after one more try at an instant. ErrThrottled, with RetryAfter:
// it comes too early, and the state stays as it is; a try RetryAfter later is accepted if
// no other comes before. ErrInvalid: the limit is out of its ranges, or now is missing.
//
// A state that was reached under another limit is rounded up to the microsecond.
func (l Limit) Try(t Throttle, now time.Time) (Throttle, error) {
	var p problems
	l.check(&p)
	p.check(!now.IsZero(), codeMissing, "now", -1, "now")
	if err := p.join(); err != nil || l.Tries == 0 {
		return t, err
	}
	now = limit.Instant(now)
	burst := l.Burst
	if burst == 0 {
		burst = l.Tries
	}
	per := l.Per.Microseconds()
	tat := moment{t.At, t.Part}
	if t.Of != l.Tries {
		tat = moment{at: tat.ceil()}
	}
	if !tat.at.IsZero() {
		// TAT - tau, where tau is per·(burst-1)/tries microseconds.
		earliest := tat.add(-per*(burst-1), l.Tries)
		if wait := earliest.ceil().Sub(now); wait > 0 {
			return t, &Error{Code: codeThrottled, Field: "limit", Item: -1, RetryAfter: wait, Err: ErrThrottled}
		}
	}
	if tat.at.Before(now) {
		tat = moment{at: now}
	}
	tat = tat.add(per, l.Tries)
	return Throttle{At: tat.at, Part: tat.part, Of: l.Tries}, nil
}

// moment is a microsecond and a part of one, out of a number that the caller knows.
type moment struct {
	at   time.Time
	part int64
}

// add returns the moment n/of microseconds later.
func (m moment) add(n, of int64) moment {
	whole, part := n/of, m.part+n%of
	switch {
	case part < 0:
		whole, part = whole-1, part+of
	case part >= of:
		whole, part = whole+1, part-of
	}
	return moment{m.at.Add(time.Duration(whole) * time.Microsecond), part}
}

// ceil returns the first whole microsecond that is not before m.
func (m moment) ceil() time.Time {
	if m.part > 0 {
		return m.at.Add(time.Microsecond)
	}
	return m.at
}
