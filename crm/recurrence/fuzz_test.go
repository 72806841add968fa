package recurrence_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/guanxi-go/guanxi/crm/calendar"
	"github.com/guanxi-go/guanxi/crm/recurrence"
)

// Whatever is read comes back from its text, and comes in order.
func FuzzParse(f *testing.F) {
	for _, seed := range []string{
		"FREQ=DAILY", "FREQ=MONTHLY;BYDAY=-1FR,2MO;BYSETPOS=1,-1;SKIP=FORWARD", "FREQ=WEEKLY;INTERVAL=2;COUNT=9;WKST=SU;BYDAY=TU",
		"FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=-30,31;SKIP=BACKWARD;UNTIL=20300101T000000Z", "FREQ=DAILY;BYHOUR=9", "FREQ=;;=",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		r, err := recurrence.Parse(text)
		if err != nil {
			var e *recurrence.Error
			require.ErrorAs(t, err, &e)
			return
		}
		back, err := recurrence.Parse(r.String())
		require.NoError(t, err)
		require.Equal(t, r.String(), back.String())
		r.Count = min(r.Count, 1000)
		s, err := recurrence.New(r, recurrence.Wall{Day: calendar.MustDate(2026, 1, 31), Clock: 9 * time.Hour}, time.UTC)
		require.NoError(t, err)
		var last recurrence.Occurrence
		n := 0
		for o := range s.All() {
			require.True(t, o.At.After(last.At))
			next, ok := s.Next(last.At)
			require.True(t, ok && next == o)
			if last = o; n == 20 {
				break
			}
			n++
		}
	})
}
