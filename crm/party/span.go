package party

import "time"

// Spans of time are [from, until); the zero from lies before every instant, the zero
// until after.

func holds(from, until, t time.Time) bool {
	return !t.Before(from) && (until.IsZero() || t.Before(until))
}

// ordered reports whether the span has an instant.
func ordered(from, until time.Time) bool { return until.IsZero() || from.Before(until) }

func overlap(from1, until1, from2, until2 time.Time) bool {
	return (until2.IsZero() || from1.Before(until2)) && (until1.IsZero() || from2.Before(until1))
}
