package recurrence_test

import (
	"os"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/guanxi-go/guanxi/internal/cputime"
)

var hardRules = []string{
	"FREQ=DAILY", "FREQ=DAILY;INTERVAL=3;BYDAY=MO,TU,WE,TH,FR", "FREQ=DAILY;BYMONTH=1", "FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,WE,FR",
	"FREQ=MONTHLY;BYMONTHDAY=15", "FREQ=MONTHLY;BYDAY=-1FR", "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1", "FREQ=MONTHLY;COUNT=1000;SKIP=BACKWARD",
	"FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29", "FREQ=YEARLY;BYDAY=MO,TU,WE,TH,FR", "FREQ=YEARLY;BYDAY=20MO", "FREQ=MONTHLY;BYDAY=FR;BYMONTHDAY=13",
}

func BenchmarkNext(b *testing.B) {
	for _, rule := range hardRules {
		b.Run(rule, func(b *testing.B) {
			s := series(b, rule, "1999-12-31T09:00:00", "America/New_York")
			at := time.Date(2026, 11, 22, 9, 0, 0, 0, time.UTC)
			b.ReportAllocs()
			for b.Loop() {
				if _, ok := s.Next(at); !ok {
					b.Fatal("none")
				}
			}
		})
	}
}

// The next occurrence comes within 2 us, whenever the series began.
func TestNextIsFast(t *testing.T) {
	const runs = 5000
	for _, rule := range hardRules {
		s := series(t, rule, "1999-12-31T09:00:00", "America/New_York")
		at := time.Date(2026, 11, 22, 9, 0, 0, 0, time.UTC)
		best := time.Hour
		for range 3 {
			begin := cputime.Now()
			for range runs {
				s.Next(at)
			}
			best = min(best, (cputime.Now()-begin)/runs)
		}
		t.Log(best, rule)
		if os.Getenv("GUANXI_FULL") != "" {
			require.LessOrEqual(t, best, 2*time.Microsecond, rule)
		}
	}
}
