package points

import "time"

// The instants that entries can have, in seconds of Unix: the years 1 to 9999,
// without the zero time, which is none.
const (
	firstSecond = -62135596800
	lastSecond  = 253402300799
)

// floor is what a store keeps of an instant: UTC microseconds.
func floor(t time.Time) time.Time { return t.UTC().Truncate(time.Microsecond) }

// kept reports whether t is an instant as floor returns it, or none.
func kept(t time.Time) bool {
	s := t.Unix()
	return s >= firstSecond && s <= lastSecond && t.Nanosecond()%1000 == 0 && t.Location() == time.UTC
}

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
