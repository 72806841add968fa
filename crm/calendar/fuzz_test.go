package calendar_test

import (
	"testing"
	"time"

	"github.com/guanxi-go/guanxi/crm/calendar"
)

// FuzzParseDay holds ParseDay against package time, which reads the same form and
// has a year 0 too.
func FuzzParseDay(f *testing.F) {
	for _, text := range []string{"", "2026-03-31", "2024-02-29", "2025-02-29", "0000-02-29", "0001-01-01", "9999-12-31",
		"2026-00-10", "2026-13-10", "2026-10-00", "2026-10-32", "20261010", "+026-01-01", "2026-01-01Z", "２０２６-01-01", "2026-01-0\xff"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		got, err := calendar.ParseDay(text)
		want, wantErr := time.Parse("2006-01-02", text)
		if wantErr == nil && want.Year() == 0 {
			wantErr = calendar.ErrInvalid
		}
		if (err == nil) != (wantErr == nil) {
			t.Fatalf("ParseDay(%q): %v; time.Parse: %v", text, err, wantErr)
		}
		if iso, ok := calendar.ParseISO([]byte(text)); ok != (err == nil) || iso != got {
			t.Fatalf("ParseISO(%q) = %s, %v; ParseDay: %s, %v", text, iso, ok, got, err)
		}
		if err != nil {
			return
		}
		if got != calendar.DayOf(want, nil) || got.String() != text {
			t.Fatalf("ParseDay(%q) = %s; time.Parse: %s", text, got, want)
		}
	})
}
