package points

import "time"

// The instants that entries can have, in seconds of Unix: the years 1 to 9999,
// without the zero time, which is none.
const (
	firstSecond = -62135596800
	lastSecond  = 253402300799
)

// micros is the microseconds of a kept instant since the year 1, 0 for the zero time.
func micros(t time.Time) int64 { return t.UnixMicro() - firstSecond*1_000_000 }

// microsOf is micros of any time, floored; before the year 1 and after 9999 it is that
// of an instant just outside.
func microsOf(t time.Time) int64 {
	switch s := t.Unix(); {
	case s < firstSecond:
		return -1
	case s > lastSecond:
		return maxMicros + 1
	}
	return micros(t)
}

// maxMicros is micros of the last instant.
const maxMicros = (lastSecond-firstSecond+1)*1_000_000 - 1

// instant is the inverse of micros.
func instant(n int64) time.Time {
	if n == 0 {
		return time.Time{}
	}
	return time.UnixMicro(n + firstSecond*1_000_000).UTC()
}

// floor is what a store keeps of an instant: UTC microseconds.
func floor(t time.Time) time.Time {
	if kept(t) {
		return t // most are floored already, and to divide is slow
	}
	return t.UTC().Truncate(time.Microsecond)
}

// kept reports whether t is an instant as floor returns it, or none.
func kept(t time.Time) bool {
	return uint64(t.Unix()-firstSecond) <= lastSecond-firstSecond && t.Nanosecond()%1000 == 0 && t.Location() == time.UTC
}

// none reports whether t is the zero time, which is kept: a quicker question, and of
// most optional instants the answer.
func none(t time.Time) bool { return t == (time.Time{}) }

// validNow reports whether something can be recorded at now.
func validNow(now time.Time) bool { return !now.IsZero() && kept(floor(now)) }

const notInstant = "is no instant of the years 1 to 9999 in UTC microseconds"

// sooner returns the earlier of two instants, where the zero time is never.
func sooner(a, b time.Time) time.Time {
	if a.IsZero() || !b.IsZero() && b.Before(a) {
		return b
	}
	return a
}

func later(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}

// over reports whether an end, where zero is never, has come at t.
func over(end, t time.Time) bool { return !end.IsZero() && !end.After(t) }
