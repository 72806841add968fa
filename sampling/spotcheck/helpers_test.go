package spotcheck_test

import "time"

// day is the nth of a month at eight in the morning.
func day(n int) time.Time { return time.Date(2026, 1, n, 8, 0, 0, 0, time.UTC) }
