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

// FuzzParseWindow: what is read is written the same, and is within its bounds.
func FuzzParseWindow(f *testing.F) {
	for _, text := range []string{"", "09:00-12:00", "22:00-30:00", "00:00-48:00", "00:00-48:01", "12:00-09:00", "9:00-12:000", "０９:00-12:0"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		w, err := calendar.ParseWindow(text)
		if err != nil {
			return
		}
		if w.String() != text || w.From < 0 || w.From >= w.To || w.To > 2880 {
			t.Fatalf("ParseWindow(%q) = %d, %d, %s", text, w.From, w.To, w)
		}
	})
}

// FuzzImportYear: a table that is imported is valid, and compiles.
func FuzzImportYear(f *testing.F) {
	for _, text := range []string{"", "{}", `{"year": 2027, "days": [{"name": "a", "date": "2027-01-01", "isOffDay": true}]}`,
		`{"year": 2027, "days": [{"date": "2027-01-01", "isOffDay": true}, {"date": "2027-01-01", "isOffDay": false}]}`,
		`{"year": 9999, "days": [{"date": "9999-12-31", "isOffDay": false}]}`, `{"year": 1, "days": [{"date": "0001-01-01", "isOffDay": false}]}`} {
		f.Add([]byte(text))
	}
	plan := calendar.Week(calendar.MustPlan("09:00-17:00"))
	f.Fuzz(func(t *testing.T, data []byte) {
		table, err := calendar.ImportYear(data, "fuzz")
		if err != nil {
			return
		}
		if err := table.Validate(); err != nil {
			t.Fatal(err)
		}
		first := max(table.Days[0].Date-3, calendar.MinDay)
		c, err := calendar.Compile(calendar.Spec{
			Loc: time.UTC, Patterns: []calendar.Pattern{{Cycle: plan}}, Years: []calendar.YearTable{table},
			From: first, To: min(first+9, calendar.MaxDay-1),
		})
		if err != nil {
			t.Fatal(err)
		}
		if work, err := c.WorkedOn(min(table.Days[0].Date, calendar.MaxDay-1)); err != nil ||
			table.Days[0].Date < calendar.MaxDay && (work > 0) == table.Days[0].Off {
			t.Fatal(work, err)
		}
	})
}
