package agenda_test

import (
	"cmp"
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/guanxi-go/guanxi/crm/agenda"
	"github.com/guanxi-go/guanxi/crm/calendar"
	"github.com/guanxi-go/guanxi/crm/finding"
	"github.com/guanxi-go/guanxi/internal/cputime"
)

func book(t require.TestingT, appointments ...agenda.Appointment) *agenda.Book {
	b, err := agenda.NewBook(appointments)
	require.NoError(t, err)
	return b
}

func texts(conflicts []agenda.Conflict) (list []string) {
	for _, c := range conflicts {
		list = append(list, fmt.Sprintf("%s %s-%s %s", c.Kind, c.First, c.Second, c.Short))
	}
	return list
}

func TestConflicts(t *testing.T) {
	off := func(a agenda.Appointment, s agenda.State) agenda.Appointment {
		a.State = s
		return a
	}
	of := func(a agenda.Appointment, staff string) agenda.Appointment {
		a.Staff = staff
		return a
	}
	for name, c := range map[string]struct {
		given []agenda.Appointment
		want  []string
	}{
		"touching":                    {[]agenda.Appointment{meeting("a", "09:00", "10:00"), meeting("b", "10:00", "11:00")}, nil},
		"overlapping":                 {[]agenda.Appointment{meeting("b", "09:59", "11:00"), meeting("a", "09:00", "10:00")}, []string{"overlap a-b 1m0s"}},
		"one inside another":          {[]agenda.Appointment{meeting("a", "09:00", "12:00"), meeting("b", "10:00", "10:30")}, []string{"overlap a-b 30m0s"}},
		"at the same time":            {[]agenda.Appointment{meeting("b", "09:00", "10:00"), meeting("a", "09:00", "10:00")}, []string{"overlap a-b 1h0m0s"}},
		"all three":                   {[]agenda.Appointment{meeting("a", "09:00", "12:00"), meeting("b", "10:00", "11:00"), meeting("c", "10:30", "13:00")}, []string{"overlap a-b 1h0m0s", "overlap a-c 1h30m0s", "overlap b-c 30m0s"}},
		"of two people":               {[]agenda.Appointment{meeting("a", "09:00", "10:00"), of(meeting("b", "09:00", "10:00"), "zhao")}, nil},
		"cancelled":                   {[]agenda.Appointment{meeting("a", "09:00", "10:00"), off(meeting("b", "09:00", "10:00"), agenda.Cancelled), off(meeting("c", "09:00", "10:00"), agenda.Missed)}, nil},
		"done":                        {[]agenda.Appointment{meeting("a", "09:00", "10:00"), off(meeting("b", "09:30", "10:30"), agenda.Done)}, []string{"overlap a-b 30m0s"}},
		"time for the way":            {[]agenda.Appointment{meeting("a", "09:00", "10:00"), visit("b", "10:30", "11:00", 30), meeting("c", "11:30", "12:00")}, nil},
		"no time for the way there":   {[]agenda.Appointment{meeting("a", "09:00", "10:00"), visit("b", "10:29", "11:00", 30)}, []string{"travel a-b 1m0s"}},
		"no time for the way back":    {[]agenda.Appointment{visit("a", "09:00", "10:00", 30), meeting("b", "10:10", "11:00")}, []string{"travel a-b 20m0s"}},
		"the larger of two ways":      {[]agenda.Appointment{visit("a", "09:00", "10:00", 20), visit("b", "10:30", "11:00", 45)}, []string{"travel a-b 15m0s"}},
		"neighbours only":             {[]agenda.Appointment{visit("a", "09:00", "10:00", 60), meeting("b", "10:10", "10:20"), meeting("c", "10:30", "11:00")}, []string{"travel a-b 50m0s"}},
		"a cancelled one between":     {[]agenda.Appointment{visit("a", "09:00", "10:00", 60), off(meeting("b", "10:10", "10:20"), agenda.Cancelled), meeting("c", "10:30", "11:00")}, []string{"travel a-c 30m0s"}},
		"two neighbours that overlap": {[]agenda.Appointment{visit("a", "09:00", "10:00", 60), meeting("b", "10:10", "10:40"), meeting("c", "10:30", "11:00")}, []string{"travel a-b 50m0s", "travel a-c 30m0s", "overlap b-c 10m0s"}},
		"a way of a cancelled visit":  {[]agenda.Appointment{off(visit("a", "09:00", "10:00", 60), agenda.Cancelled), meeting("b", "10:10", "10:40")}, nil},
		"over midnight":               {[]agenda.Appointment{meeting("a", "02 23:00", "03 01:00"), meeting("b", "03 00:30", "03 02:00")}, []string{"overlap a-b 30m0s"}},
	} {
		t.Run(name, func(t *testing.T) {
			b := book(t, c.given...)
			all := slices.Collect(b.Conflicts())
			require.Equal(t, c.want, texts(all))
			for range b.Conflicts() { // it may be stopped
				break
			}
			for _, a := range c.given { // and the same from the view of each
				own, err := b.Against(a)
				require.NoError(t, err)
				var want []string
				for _, one := range all {
					if one.First == a.ID || one.Second == a.ID {
						want = append(want, texts([]agenda.Conflict{one})...)
					}
				}
				require.ElementsMatch(t, want, texts(own), a.ID)
			}
		})
	}
	_, err := book(t).Against(agenda.Appointment{})
	require.ErrorIs(t, err, agenda.ErrInvalid)
}

func TestConflictFindings(t *testing.T) {
	b := book(t, visit("a", "09:00", "10:00", 30), visit("b", "10:10", "11:00", 0), meeting("c", "10:59", "12:00"))
	var got []string
	for c := range b.Conflicts() {
		f := c.Finding(calendar.MustDate(2026, 3, 2))
		require.NoError(t, f.Validate())
		for _, in := range []finding.Language{finding.English, finding.Chinese} {
			text, err := agenda.Catalogue().Render(f, in)
			require.NoError(t, err)
			got = append(got, f.Subject+": "+text)
		}
	}
	require.Equal(t, []string{"b: 20 minutes are lacking for the way to a", "b: 前往 a 的路程时间尚缺 20 分钟", "c: overlaps with b by 1 minutes", "c: 与 b 时间重叠 1 分钟"}, got)
}

// draw makes appointments of two people in a short time, so that they meet.
func draw(t *rapid.T) []agenda.Appointment {
	given := make([]agenda.Appointment, rapid.IntRange(0, 25).Draw(t, "n"))
	for i := range given {
		begin := at("00:00").Add(time.Duration(rapid.IntRange(0, 60).Draw(t, "from")) * 10 * time.Minute)
		given[i] = agenda.Appointment{ID: fmt.Sprint(i), Kind: agenda.VisitOut, Staff: rapid.SampledFrom([]string{"li", "zhao"}).Draw(t, "staff"),
			From: begin, To: begin.Add(time.Duration(rapid.IntRange(1, 12).Draw(t, "length")) * 10 * time.Minute),
			State: agenda.State(rapid.IntRange(0, 3).Draw(t, "state")), TravelMinutes: rapid.SampledFrom([]int{0, 0, 15, 40, 90}).Draw(t, "way")}
	}
	return given
}

// A loop over all is what the tree answers.
func TestBetweenAgainstALoop(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		given := draw(t)
		b := book(t, given...)
		from := at("00:00").Add(time.Duration(rapid.IntRange(-10, 70).Draw(t, "from")) * 10 * time.Minute)
		until := from.Add(time.Duration(rapid.IntRange(-2, 20).Draw(t, "length")) * 10 * time.Minute)
		for _, staff := range []string{"li", "zhao", "nobody"} {
			var want []agenda.Appointment
			for _, a := range given {
				if a.Staff == staff && from.Before(until) && a.From.Before(until) && a.To.After(from) {
					want = append(want, a)
				}
			}
			slices.SortFunc(want, func(x, y agenda.Appointment) int {
				return cmp.Or(x.From.Compare(y.From), x.To.Compare(y.To), strings.Compare(x.ID, y.ID))
			})
			require.Equal(t, want, b.Between(staff, from, until))
		}
	})
}

// All pairs, looked at one by one, are what the sweep finds, and what each appointment is
// told before it is planned.
func TestConflictsAgainstALoop(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		given := draw(t)
		want := pairs(given)
		b := book(t, given...)
		require.ElementsMatch(t, want, slices.Collect(b.Conflicts()))
		if len(given) == 0 {
			return
		}
		i := rapid.IntRange(0, len(given)-1).Draw(t, "one")
		others := book(t, slices.Delete(slices.Clone(given), i, i+1)...)
		got, err := others.Against(given[i])
		require.NoError(t, err)
		same, err := b.Against(given[i])
		require.NoError(t, err)
		require.Equal(t, got, same, "it is not in its own way")
		want = slices.DeleteFunc(want, func(c agenda.Conflict) bool { return c.First != given[i].ID && c.Second != given[i].ID })
		require.ElementsMatch(t, want, got)
	})
}

func pairs(given []agenda.Appointment) (found []agenda.Conflict) {
	var busy []agenda.Appointment
	for _, a := range given {
		if a.Busy() {
			busy = append(busy, a)
		}
	}
	slices.SortFunc(busy, func(x, y agenda.Appointment) int {
		return cmp.Or(x.From.Compare(y.From), x.To.Compare(y.To), strings.Compare(x.ID, y.ID))
	})
	for i, x := range busy {
		for _, y := range busy[i+1:] {
			if x.Staff != y.Staff {
				continue
			}
			c := agenda.Conflict{Staff: x.Staff, First: x.ID, Second: y.ID}
			gap := y.From.Sub(x.To)
			if gap < 0 {
				end := x.To
				if y.To.Before(end) {
					end = y.To
				}
				c.Kind, c.Short = agenda.Overlap, end.Sub(y.From)
				found = append(found, c)
				continue
			}
			between := slices.ContainsFunc(busy, func(z agenda.Appointment) bool {
				return z.Staff == x.Staff && !z.From.Before(x.To) && !z.To.After(y.From)
			})
			if need := time.Duration(max(x.TravelMinutes, y.TravelMinutes)) * time.Minute; gap < need && !between {
				c.Kind, c.Short = agenda.Travel, need-gap
				found = append(found, c)
			}
		}
	}
	return found
}

// million returns n appointments of so many people, few of which overlap.
func million(n, people int) []agenda.Appointment {
	r := rand.New(rand.NewPCG(3, 4))
	given := make([]agenda.Appointment, n)
	start := at("00:00")
	for i := range given {
		from := start.Add(time.Duration(r.IntN(2*n/people)) * time.Hour)
		given[i] = agenda.Appointment{ID: fmt.Sprintf("a%07d", i), Kind: agenda.VisitOut, Staff: fmt.Sprintf("s%05d", r.IntN(people)), From: from,
			To: from.Add(time.Duration(10+r.IntN(50)) * time.Minute), TravelMinutes: r.IntN(4) * 10}
	}
	return given
}

func TestMillion(t *testing.T) {
	n := 100_000
	switch {
	case testing.Short():
		n = 10_000
	case os.Getenv("GUANXI_FULL") != "":
		n = 1_000_000
	}
	for _, people := range []int{1, 1000} {
		given := million(n, people)
		conflicts, used := 0, time.Hour
		for range 3 { // the best, for the others pay for the memory
			start := cputime.Now()
			conflicts = 0
			for range book(t, given...).Conflicts() {
				conflicts++
			}
			used = min(used, cputime.Now()-start)
		}
		t.Logf("%d appointments of %d: %v of processor time, %d conflicts", n, people, used, conflicts)
		require.Positive(t, conflicts)
		if n == 1_000_000 {
			require.LessOrEqual(t, used, 500*time.Millisecond)
		}
	}
}

func BenchmarkConflicts(b *testing.B) {
	n := 1_000_000
	if testing.Short() {
		n = 10_000
	}
	for _, people := range []int{1, 1000} {
		given := million(n, people)
		b.Run(fmt.Sprintf("people=%d", people), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				for range book(b, given...).Conflicts() {
				}
			}
		})
	}
}

func BenchmarkBetween(b *testing.B) {
	n := 1_000_000
	if testing.Short() {
		n = 10_000
	}
	all := book(b, million(n, 1)...)
	from := at("00:00").Add(time.Duration(n/2) * time.Hour)
	b.ReportAllocs()
	for b.Loop() {
		all.Between("s00000", from, from.Add(8*time.Hour))
	}
}

// One id that is given twice among many is found, wherever the two lie.
func TestTwiceAmongMany(t *testing.T) {
	for _, n := range []int{2, 100, 5000, 20_000} {
		given := million(n, 3)
		_, err := agenda.NewBook(given)
		require.NoError(t, err)
		r := rand.New(rand.NewPCG(5, uint64(n)))
		for range 20 {
			first, second := r.IntN(n), r.IntN(n)
			if first == second {
				continue
			}
			again := slices.Clone(given)
			again[second].ID = again[first].ID
			_, err := agenda.NewBook(again)
			require.ErrorIs(t, err, agenda.ErrDuplicate)
			var typed *agenda.Error
			require.ErrorAs(t, err, &typed)
			require.Equal(t, max(first, second), typed.Item)
		}
	}
}
