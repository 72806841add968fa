package stage

import (
	"fmt"
	"math"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/guanxi-go/guanxi/crm/survival"
	"github.com/guanxi-go/guanxi/internal/numeric"
)

// historiesOf adds journals under the ids s0, s1 ...
func historiesOf[S comparable](t require.TestingT, m *Machine[S], journals ...[]Entry[S]) *Histories[S] {
	h := NewHistories(m)
	for i, j := range journals {
		require.NoError(t, h.Add(fmt.Sprintf("s%d", i), j))
	}
	return h
}

func takenOver[S comparable](began, recorded int, to S) Command[S] {
	return Command[S]{To: to, At: day(began), Now: day(recorded), Imported: true}
}

// five subjects of the relationship machine, known by hand.
func fiveSubjects(t *testing.T) *Histories[Relationship] {
	m := RelationshipMachine()
	return historiesOf(t, m,
		journalOf(t, m, on(1, Awareness), on(3, Exploration), on(9, Expansion)),
		journalOf(t, m, on(2, Awareness), on(6, Exploration), on(8, Dissolution)),
		journalOf(t, m, on(4, Awareness)),
		journalOf(t, m, takenOver(-9, 5, Exploration), on(7, Expansion)),
		journalOf(t, m, Command[Relationship]{To: Exploration, Now: day(6), Imported: true}),
	)
}

func TestOccupancy(t *testing.T) {
	h := fiveSubjects(t)
	o, err := h.Occupancy(day(8), Options{})
	require.NoError(t, err)
	require.Equal(t, 5, o.Subjects)
	require.Zero(t, o.None)
	counts := map[Relationship]int{}
	for _, c := range o.States {
		counts[c.State] = c.Subjects
	}
	require.Equal(t, map[Relationship]int{Awareness: 1, Exploration: 2, Expansion: 1, Commitment: 0, Dissolution: 1}, counts)
	require.Equal(t, 0.4, o.States[1].Share.Share)
	low, high, err := numeric.WilsonInterval(2, 5, 0.95)
	require.NoError(t, err)
	require.Equal(t, Proportion{2, 5, 0.4, low, high}, *o.States[1].Share)

	o, err = h.Occupancy(day(8), Options{Known: day(4)})
	require.NoError(t, err)
	require.Equal(t, 2, o.None, "nobody knew of the imported ones")

	o, err = h.Occupancy(day(-400), Options{})
	require.NoError(t, err)
	require.Equal(t, 5, o.None)
	require.Nil(t, o.States[0].Share)

	_, err = h.Occupancy(time.Time{}, Options{})
	requireError(t, err, ErrInvalid, "until")
	for _, level := range []float64{-1, 1, math.NaN()} {
		_, err = h.Occupancy(day(1), Options{Level: level})
		requireError(t, err, ErrInvalid, "level")
	}
}

func TestMoves(t *testing.T) {
	h := fiveSubjects(t)
	moves, err := h.Moves(day(9), Options{Since: day(3)})
	require.NoError(t, err)
	require.EqualValues(t, 2, moves.Count(Awareness, Exploration))
	require.EqualValues(t, 1, moves.Count(Exploration, Dissolution))
	require.EqualValues(t, 1, moves.Count(Exploration, Expansion), "that of day 9 is not before day 9")
	require.Zero(t, moves.Count(Exploration, 99))

	rows, err := moves.Rows(0.9)
	require.NoError(t, err)
	require.Nil(t, rows[2].To, "a state never left has no probabilities")
	require.Len(t, rows[1].To, 5)
	low, high, err := numeric.WilsonInterval(1, 2, 0.9)
	require.NoError(t, err)
	require.Equal(t, Proportion{1, 2, 0.5, low, high}, rows[1].To[2])
	_, err = moves.Rows(1)
	requireError(t, err, ErrInvalid, "level")

	_, err = moves.SteadyState()
	require.ErrorContains(t, requireError(t, err, ErrInsufficientData, "states"), "expansion")
	passages, err := moves.ExpectedTime(Expansion)
	require.NoError(t, err)
	require.Equal(t, ReachUnknown, passages[0].Reach)
	require.Equal(t, Passage[Relationship]{Expansion, ReachCertain, 1, 0}, passages[2])

	more, err := h.Moves(day(3), Options{})
	require.NoError(t, err)
	require.NoError(t, more.Merge(moves))
	all, err := h.Moves(day(9), Options{})
	require.NoError(t, err)
	require.Equal(t, all.count, more.count)
	other, err := NewHistories(relationshipOf(t, Awareness, Exploration)).Moves(day(9), Options{})
	require.NoError(t, err)
	requireError(t, all.Merge(other), ErrInvalid, "states")
	more.count[0], moves.count[0] = math.MaxInt64, 1
	before := more.Count(Awareness, Exploration)
	requireError(t, more.Merge(moves), ErrInvalid, "count")
	require.Equal(t, before, more.Count(Awareness, Exploration))
	more.count[1] = 1
	_, err = more.Rows(0.5)
	requireError(t, err, ErrInvalid, "count")

	_, err = h.Moves(day(3), Options{Since: day(3)})
	requireError(t, err, ErrInvalid, "since")
	_, err = h.Moves(day(3), Options{Since: time.Unix(math.MinInt64/2, 0)})
	requireError(t, err, ErrInvalid, "since")
}

// relationshipOf is a machine of fewer stages.
func relationshipOf(t *testing.T, states ...Relationship) *Machine[Relationship] {
	d := Definition[Relationship]{Name: "few", Initial: states[:1]}
	for _, s := range states {
		d.States = append(d.States, StateText[Relationship]{State: s, Code: s.String()})
	}
	m, err := New(d)
	require.NoError(t, err)
	return m
}

// TestChainAgainstFractions: the long run, forecasts and expected times of a counted
// matrix, by rational arithmetic (Python fractions); R 4.2.2's qr.solve gives the
// same to 14 digits. Tolerance 8 units in the last place.
func TestChainAgainstFractions(t *testing.T) {
	c := &Transitions[Relationship]{m: RelationshipMachine(), count: []int64{
		50, 30, 0, 0, 20,
		5, 40, 45, 0, 10,
		0, 12, 60, 20, 8,
		0, 0, 9, 85, 6,
		2, 3, 0, 0, 95,
	}}
	close := func(want, got []float64) {
		t.Helper()
		require.Len(t, got, len(want))
		for i := range want {
			require.True(t, numeric.Close(got[i], want[i], 8, 0), "%v, not %v", got[i], want[i])
		}
	}
	share, err := c.SteadyState()
	require.NoError(t, err)
	close([]float64{10. / 309, 196. / 2781, 35. / 309, 140. / 927, 1760. / 2781}, share)
	later, err := c.Forecast([]float64{1000, 0, 0, 0, 0}, 3)
	require.NoError(t, err)
	close([]float64{1547. / 10, 2169. / 10, 1026. / 5, 27, 1981. / 5}, later)
	passages, err := c.ExpectedTime(Commitment)
	require.NoError(t, err)
	var steps []float64
	for _, p := range passages {
		require.Equal(t, ReachCertain, p.Reach)
		steps = append(steps, p.Steps)
	}
	close([]float64{943. / 21, 33, 503. / 21, 0, 1213. / 21}, steps)
	groups, err := c.ClosedGroups()
	require.NoError(t, err)
	require.Equal(t, [][]Relationship{c.States()}, groups)

	split := &Transitions[Relationship]{m: c.m, count: []int64{
		1, 0, 0, 0, 1,
		0, 5, 0, 0, 0,
		0, 0, 0, 0, 0,
		0, 0, 0, 0, 0,
		0, 0, 0, 0, 7,
	}}
	_, err = split.SteadyState()
	requireError(t, err, ErrInvalid, "states")
	groups, err = split.ClosedGroups()
	require.NoError(t, err)
	require.Equal(t, [][]Relationship{{Exploration}, {Dissolution}}, groups)
	_, err = split.Forecast([]float64{0, 0, 1, 0, 0}, 2)
	require.ErrorContains(t, requireError(t, err, ErrInsufficientData, "states"), "expansion")
	_, err = split.Forecast([]float64{1}, 1)
	requireError(t, err, ErrInvalid, "states")
	for _, targets := range [][]Relationship{nil, {99}} {
		_, err = split.ExpectedTime(targets...)
		requireError(t, err, ErrInvalid, "targets")
	}
}

func TestPeriods(t *testing.T) {
	h := fiveSubjects(t)
	p, err := h.Periods([]time.Time{day(2), day(5), day(8)}, time.Time{})
	require.NoError(t, err)
	require.EqualValues(t, 2, p.Count(Awareness, Awareness), "s1 from day 2 to 5, s2 from day 5 to 8; day 2 is before s2")
	require.EqualValues(t, 2, p.Count(Exploration, Exploration), "s0 from day 5 to 8, s3 from day 2 to 5")
	require.EqualValues(t, 1, p.Count(Exploration, Expansion))
	require.EqualValues(t, 1, p.Count(Awareness, Dissolution))
	known, err := h.Periods([]time.Time{day(2), day(5), day(8)}, day(4))
	require.NoError(t, err)
	require.Zero(t, known.Count(Exploration, Expansion))
	for _, dates := range [][]time.Time{nil, {day(1)}, {day(2), day(2)}, {day(2), day(1)}, {{}, day(1)}} {
		_, err = h.Periods(dates, time.Time{})
		requireError(t, err, ErrInvalid, "dates")
	}
}

func TestFunnel(t *testing.T) {
	h := fiveSubjects(t)
	days := func(n int) time.Duration { return time.Duration(n) * 24 * time.Hour }
	path := []Relationship{Awareness, Exploration, Expansion}
	steps, err := h.Funnel(path, days(5), day(8), Options{})
	require.NoError(t, err)
	require.Equal(t, 3, steps[0].Entered)
	require.Equal(t, 1, steps[0].Immature, "s2 came on day 4 and has had 4 of its 5 days")
	require.Equal(t, int64(2), steps[0].Mature.Count)
	require.Equal(t, int64(2), steps[0].Mature.Of)
	require.Equal(t, 2, steps[1].Imported)
	require.Equal(t, 2, steps[1].Entered)
	require.Equal(t, int64(0), steps[1].Mature.Count, "s0 went on to expansion, but after 6 days")
	require.Equal(t, 1, steps[1].Immature)

	steps, err = h.Funnel(path, days(6)+1000, day(9), Options{})
	require.NoError(t, err)
	require.Nil(t, steps[1].Mature)
	require.Equal(t, 2, steps[1].Immature)
	require.Zero(t, steps[1].ImmatureReached, "day 9 is not before day 9")
	steps, err = h.Funnel(path, days(7), day(9).Add(time.Microsecond), Options{})
	require.NoError(t, err)
	require.Equal(t, 1, steps[1].ImmatureReached)

	steps, err = h.Funnel([]Relationship{Awareness, Expansion}, days(30), day(100), Options{Since: day(2)})
	require.NoError(t, err)
	require.Equal(t, 2, steps[0].Entered, "s0 came before")
	steps, err = h.Funnel([]Relationship{Awareness, Commitment, Expansion}, days(30), day(100), Options{})
	require.NoError(t, err)
	require.Equal(t, int64(1), steps[0].Mature.Count, "who skips a state reaches it at once")
	require.Zero(t, steps[1].Entered)
	require.Nil(t, steps[1].Mature)

	for _, path := range [][]Relationship{nil, {Awareness}, {Awareness, Awareness}, {Awareness, 99}} {
		_, err = h.Funnel(path, days(1), day(9), Options{})
		requireError(t, err, ErrInvalid, "path")
	}
	_, err = h.Funnel(path, 999, day(9), Options{})
	requireError(t, err, ErrInvalid, "within")
}

func TestDwellAndExits(t *testing.T) {
	h := fiveSubjects(t)
	d, err := h.Dwell(Exploration, day(20), Options{})
	require.NoError(t, err)
	require.Equal(t, 1, d.UnknownStart, "nobody knows since when s4")
	require.Equal(t, 3, d.Exits)
	require.Equal(t, 6.+2+2, d.Exposure, "s3 was watched from day 5 to day 7 only")
	rate, ok := d.Rate()
	require.True(t, ok)
	require.Equal(t, 0.3, rate)
	want, err := survival.KaplanMeier([]survival.Observation[float64]{{Time: 6, Event: true}, {Time: 2, Event: true}, {Entry: 14, Time: 16, Event: true}}, survival.Options{})
	require.NoError(t, err)
	require.Equal(t, want, d.Curve)

	d, err = h.Dwell(Exploration, day(7), Options{Since: day(5), Level: 0.9})
	require.NoError(t, err)
	require.Zero(t, d.Exits, "the exit of day 7 is not before day 7")
	want, err = survival.KaplanMeier([]survival.Observation[float64]{{Entry: 2, Time: 4}, {Time: 1}, {Entry: 14, Time: 16}}, survival.Options{Level: 0.9})
	require.NoError(t, err)
	require.Equal(t, want, d.Curve)
	d, err = h.Dwell(Exploration, day(20), Options{Since: day(8)})
	require.NoError(t, err)
	require.Equal(t, 2, d.Unseen, "over before Since, or at it")

	e, err := h.Exits(Exploration, day(20), Options{})
	require.NoError(t, err)
	require.Equal(t, []Relationship{Awareness, Expansion, Dissolution}, e.To)
	incidence, err := survival.AalenJohansen([]survival.CompetingObservation[float64]{{Time: 6, Cause: 2}, {Time: 2, Cause: 3}, {Entry: 14, Time: 16, Cause: 2}}, 3, survival.Options{})
	require.NoError(t, err)
	require.Equal(t, incidence, e.Incidence)

	_, err = h.Dwell(Commitment, day(20), Options{})
	requireError(t, err, ErrInsufficientData, "state")
	_, err = h.Exits(Commitment, day(20), Options{})
	requireError(t, err, ErrInsufficientData, "state")
	_, err = h.Dwell(99, day(20), Options{})
	requireError(t, err, ErrInvalid, "state")
	_, err = h.Exits(99, day(20), Options{})
	requireError(t, err, ErrInvalid, "state")
	last := relationshipOf(t, Awareness)
	_, err = historiesOf(t, last, journalOf(t, last, on(1, Awareness))).Exits(Awareness, day(3), Options{})
	requireError(t, err, ErrInsufficientData, "state")
	_, ok = (&Dwell[Relationship]{}).Rate()
	require.False(t, ok)
}

// TestImportedCorrections: what was imported is observed from the import on, not
// from a later correction of it.
func TestImportedCorrections(t *testing.T) {
	m := RelationshipMachine()
	h := historiesOf(t, m,
		journalOf(t, m, takenOver(1, 5, Awareness), Command[Relationship]{To: Exploration, Imported: true, Corrects: 1, Now: day(50)}),
		journalOf(t, m, Command[Relationship]{To: Awareness, Imported: true, Now: day(5)}, Command[Relationship]{To: Exploration, Imported: true, Corrects: 1, Now: day(50)}))
	d, err := h.Dwell(Exploration, day(60), Options{})
	require.NoError(t, err)
	require.Equal(t, 55., d.Exposure)
	require.Equal(t, 4., d.Curve.Start)
	require.Equal(t, 1, d.UnknownStart)
}

func TestStuck(t *testing.T) {
	m := RelationshipMachine()
	var journals [][]Entry[Relationship]
	for i := 1; i <= 30; i++ { // exploration lasts i days
		journals = append(journals, journalOf(t, m, on(1, Awareness), on(2, Exploration), on(2+i, Expansion)))
	}
	for _, d := range []int{100, 70, 76, 77, 78} { // open ones
		journals = append(journals, journalOf(t, m, on(d, Awareness), on(d+1, Exploration)))
	}
	h := NewHistories(m)
	for i, j := range journals {
		require.NoError(t, h.Add(fmt.Sprintf("s%02d", i), j))
	}
	require.NoError(t, h.Add("t", journalOf(t, m, Command[Relationship]{To: Exploration, Imported: true, Now: day(100)})))
	at := day(101)
	one := func(r StuckRule[Relationship]) Stuck[Relationship] {
		found, err := h.Stuck([]StuckRule[Relationship]{r}, at, Options{})
		require.NoError(t, err)
		return found[0]
	}

	curve, err := h.Dwell(Exploration, at, Options{})
	require.NoError(t, err)
	want := 0.
	for _, p := range curve.Curve.Points {
		if want = p.Time; p.Survival.Value <= 0.25+1e-9 {
			break
		}
	}
	s := one(StuckRule[Relationship]{State: Exploration, Quantile: 0.75})
	require.Equal(t, LimitOfData, s.Source)
	require.Equal(t, want, s.Limit)
	require.Equal(t, 25., s.Limit, "a quarter is left after 25 days, the open ones taken into account")
	require.Equal(t, 30, s.Exits)
	require.Equal(t, []StuckSubject{{"s31", day(71), 30}}, s.Subjects, "24 days and less are not too long")
	require.Equal(t, 4, s.Within)
	require.Equal(t, 1, s.Unjudged, "the imported one")

	s = one(StuckRule[Relationship]{State: Exploration, Quantile: 0.75, MinExits: 31})
	require.Equal(t, NoLimit, s.Source)
	require.Empty(t, s.Subjects)
	require.Equal(t, 6, s.Unjudged, "nothing is guessed")
	s = one(StuckRule[Relationship]{State: Exploration, Quantile: 0.75, MinExits: 31, Limit: 23 * 24 * time.Hour})
	require.Equal(t, LimitOfPolicy, s.Source)
	require.Equal(t, []StuckSubject{{"s31", day(71), 30}, {"s32", day(77), 24}}, s.Subjects, "exactly 23 days are not too long")
	s = one(StuckRule[Relationship]{State: Commitment, Quantile: 0.75, Limit: time.Hour})
	require.Equal(t, LimitOfPolicy, s.Source)
	require.Empty(t, s.Subjects)
	s = one(StuckRule[Relationship]{State: Exploration, Limit: time.Hour})
	require.Len(t, s.Subjects, 5)
	require.Zero(t, s.Exits, "the data were not asked")
	at = day(120)
	s = one(StuckRule[Relationship]{State: Exploration, Limit: 19 * 24 * time.Hour})
	require.Len(t, s.Subjects, 5)
	require.Equal(t, "t", s.Subjects[4].ID, "in it since day 100 at the latest")

	for _, rules := range [][]StuckRule[Relationship]{
		{{State: 99}}, {{State: Awareness}, {State: Awareness}}, {{State: Awareness, Quantile: 1}}, {{State: Awareness, Quantile: math.NaN()}},
		{{State: Awareness, MinExits: -1}}, {{State: Awareness, Limit: -1}},
	} {
		_, err := h.Stuck(rules, at, Options{})
		requireError(t, err, ErrInvalid, "rules")
	}
	_, err = h.Stuck(nil, time.Time{}, Options{})
	requireError(t, err, ErrInvalid, "until")
}

// TestThinBeginning: where imports leave a handful of stays under observation at the
// beginning, an early exit among them is chance, and nobody is called stuck for it.
func TestThinBeginning(t *testing.T) {
	m := RelationshipMachine()
	h := NewHistories(m)
	require.NoError(t, h.Add("a", journalOf(t, m, on(1, Awareness), on(2, Exploration))))
	for i := range 40 {
		require.NoError(t, h.Add(fmt.Sprintf("b%02d", i), journalOf(t, m, takenOver(1, 100, Awareness), on(110+i, Exploration))))
	}
	found, err := h.Stuck([]StuckRule[Relationship]{{State: Awareness, Quantile: 0.5}}, day(300), Options{})
	require.NoError(t, err)
	require.Equal(t, NoLimit, found[0].Source)
}

// TestFewStays: a few stays that were all seen from their beginning are judged by MinExits
// alone; one that came in late among them makes their beginning chance.
func TestFewStays(t *testing.T) {
	m := RelationshipMachine()
	h := NewHistories(m)
	for i, days := range []int{3, 5, 5, 8, 12} {
		require.NoError(t, h.Add(fmt.Sprintf("a%d", i), journalOf(t, m, on(1, Awareness), on(1+days, Exploration))))
	}
	require.NoError(t, h.Add("b0", journalOf(t, m, on(292, Awareness)))) // open for 8 days
	require.NoError(t, h.Add("b1", journalOf(t, m, on(287, Awareness)))) // and for 13
	rules := []StuckRule[Relationship]{{State: Awareness, Quantile: 0.75, MinExits: 5, Limit: 90 * 24 * time.Hour}}
	found, err := h.Stuck(rules, day(300), Options{})
	require.NoError(t, err)
	require.Equal(t, LimitOfData, found[0].Source)
	require.Equal(t, 12.0, found[0].Limit) // S: 6/7, 4/7, 3/7, and 3/14 at 12 days
	require.Len(t, found[0].Subjects, 1)
	require.Equal(t, "b1", found[0].Subjects[0].ID)

	rules[0].MinExits = 6
	found, err = h.Stuck(rules, day(300), Options{})
	require.NoError(t, err)
	require.Equal(t, LimitOfPolicy, found[0].Source)

	rules[0].MinExits = 5
	require.NoError(t, h.Add("c", journalOf(t, m, takenOver(1, 11, Awareness), on(21, Exploration))))
	found, err = h.Stuck(rules, day(300), Options{})
	require.NoError(t, err)
	require.Equal(t, LimitOfPolicy, found[0].Source)
}

func TestHistoriesRefuse(t *testing.T) {
	m := RelationshipMachine()
	h := NewHistories(m)
	j := journalOf(t, m, on(1, Awareness))
	require.NoError(t, h.Add("b", j))
	for _, id := range []string{"", "a", "b", "B", "\xff", "c\x00"} {
		requireError(t, h.Add(id, j), ErrInvalid, "id")
	}
	require.NoError(t, h.Add("bb", nil))
	require.NoError(t, h.Add("乙", j))
	require.Equal(t, 3, h.Len())
	require.Equal(t, 2, h.Entries())
	require.Empty(t, h.Journal(1))
	require.Equal(t, "乙", h.ID(2))
	require.Same(t, m, h.Machine())
	for id := range h.All() {
		require.Equal(t, "b", id)
		break
	}
	o, err := h.Occupancy(day(5), Options{})
	require.NoError(t, err)
	require.Equal(t, 1, o.None)
}

// TestAnalysesAgainstSpells: occupancy, moves and periods of drawn journals are what
// naive reading of each journal says.
func TestAnalysesAgainstSpells(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m, _ := drawMachine(t)
		var journals [][]Entry[string]
		for range rapid.IntRange(1, 5).Draw(t, "subjects") {
			journals = append(journals, drawJournal(t, m))
		}
		h := historiesOf(t, m, journals...)
		at, known := day(rapid.IntRange(1, 25).Draw(t, "at")), day(rapid.IntRange(9, 25).Draw(t, "known"))
		since := day(rapid.IntRange(-1, 0).Draw(t, "since"))

		occupied, moved, stepped := map[string]int{}, map[[2]string]int64{}, map[[2]string]int64{}
		dates := []time.Time{day(5), at.AddDate(0, 0, 5), at.AddDate(0, 0, 9)}
		for _, j := range journals {
			s, _, _ := naiveAs(j, at, known)
			occupied[s]++
			line := timeline(slots(j, known))
			for i := 1; i < len(line); i++ {
				if e := line[i].entry; !e.At.Before(since) && e.At.Before(at) {
					moved[[2]string{line[i-1].entry.To, e.To}]++
				}
			}
			for i := 1; i < len(dates); i++ {
				from, _, ok := naiveAs(j, dates[i-1], known)
				to, _, _ := naiveAs(j, dates[i], known)
				if ok {
					stepped[[2]string{from, to}]++
				}
			}
		}
		o, err := h.Occupancy(at, Options{Known: known})
		require.NoError(t, err)
		require.Equal(t, occupied[""], o.None)
		moves, err := h.Moves(at, Options{Since: since, Known: known})
		require.NoError(t, err)
		periods, err := h.Periods(dates, known)
		require.NoError(t, err)
		for _, from := range o.States {
			require.Equal(t, occupied[from.State], from.Subjects)
			for _, to := range m.States() {
				require.Equal(t, moved[[2]string{from.State, to}], moves.Count(from.State, to))
				require.Equal(t, stepped[[2]string{from.State, to}], periods.Count(from.State, to))
			}
		}
	})
}
