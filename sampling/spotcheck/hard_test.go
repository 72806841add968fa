package spotcheck_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"log/slog"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/guanxi-go/guanxi/crm/calendar"
	"github.com/guanxi-go/guanxi/sampling/spotcheck"
)

// codesOf returns the codes and fields of all errors that are joined in err.
func codesOf(t *testing.T, err error) (codes []string) {
	t.Helper()
	if joined, ok := err.(interface{ Unwrap() []error }); ok {
		for _, e := range joined.Unwrap() {
			codes = append(codes, codesOf(t, e)...)
		}
		return codes
	}
	var e *spotcheck.Error
	require.ErrorAs(t, err, &e)
	field := e.Field
	if e.Item >= 0 {
		field += fmt.Sprintf("[%d]", e.Item)
	}
	return []string{field + " " + e.Code}
}

func TestCycleReportsAllThatIsWrong(t *testing.T) {
	for _, c := range []spotcheck.Cycle{spotcheck.Quarterly(2026), spotcheck.Monthly(2026), spotcheck.Rounds("x", 0), spotcheck.Rounds("x", 399)} {
		require.NoError(t, c.Validate())
		data, err := json.Marshal(c)
		require.NoError(t, err)
		var back spotcheck.Cycle
		require.NoError(t, json.Unmarshal(data, &back))
		require.Equal(t, c, back)
	}
	q := spotcheck.Quarterly(2026)
	require.Equal(t, "2026-Q4", q.Rounds[3].Name)
	require.Equal(t, calendar.MustDate(2026, 10, 1), q.Rounds[3].From)
	require.Equal(t, calendar.MustDate(2026, 12, 31), q.Rounds[3].To)
	require.Equal(t, 4, q.Routine())
	require.Equal(t, spotcheck.Round{Name: "2026-02", From: calendar.MustDate(2026, 2, 1), To: calendar.MustDate(2026, 2, 28)}, spotcheck.Monthly(2026).Rounds[1])

	bad := spotcheck.Cycle{
		ID:     "\x00",
		Rounds: []spotcheck.Round{{Name: "a", Kind: spotcheck.YearEnd}, {Name: "a", Kind: 7}, {From: 9, To: 8}},
		Goal:   spotcheck.Rate{Num: 2, Den: 1}, Surprise: spotcheck.Rate{Num: -1, Den: 2}, YearEndRate: spotcheck.Percent(30),
		Recheck: 9, Exhausted: 9, Missed: 9, Reserve: true, Minimum: spotcheck.Minimum{Count: -1},
	}
	require.ElementsMatch(t, []string{"id SPC-ID", "rounds[0] SPC-YEAR-END-LAST", "rounds[1] SPC-REPEATED", "rounds[1] SPC-UNKNOWN", "rounds[2] SPC-ID", "rounds[2] SPC-DAYS",
		"routine_rate SPC-RATE", "year_end_rate SPC-RATE", "goal SPC-RATE", "surprise SPC-RATE", "recheck SPC-UNKNOWN", "exhausted SPC-UNKNOWN", "missed SPC-UNKNOWN",
		"reserve SPC-NO-YEAR-END", "reserve SPC-RESERVE", "minimum SPC-MINIMUM", "minimum SPC-NO-DEPARTMENTS", "rubric.version SPC-RANGE", "rubric.max SPC-RANGE"},
		codesOf(t, bad.Validate()))
	require.Equal(t, []string{"rounds SPC-ROUNDS", "routine_rate SPC-RATE", "year_end_rate SPC-RATE"}[0], codesOf(t, spotcheck.Cycle{ID: "x", Rubric: spotcheck.Scale100()}.Validate())[0])
	r := spotcheck.Scale100()
	r.PracticePass, r.UnderstandingExcellent = 91, 101
	require.Equal(t, []string{"rubric.understanding SPC-THRESHOLDS", "rubric.practice SPC-THRESHOLDS"}, codesOf(t, r.Validate()))
}

func TestRosterForgivesNothing(t *testing.T) {
	_, err := spotcheck.NewRoster([]spotcheck.Person{{ID: "a"}, {}, {ID: "a"}, {ID: "b", Department: "\xff", Absent: "x\x00"}, {ID: "c"}})
	require.Equal(t, []string{"roster[1] SPC-ID", "roster[3] SPC-DEPARTMENT", "roster[3] SPC-TEXT", "roster SPC-REPEATED"}, codesOf(t, err))
	require.ErrorIs(t, err, spotcheck.ErrInvalid)
	require.ErrorIs(t, err, spotcheck.ErrDuplicate)

	people := []spotcheck.Person{{ID: "b", Department: "x"}, {ID: "a", Absent: "leave"}, {ID: "张三", Department: "x"}}
	r := roster(t, people)
	people[0].ID = "changed"
	require.Equal(t, []int{3, 2}, []int{r.Len(), r.Eligible()})
	p, ok := r.Find("b")
	require.True(t, ok && p.Department == "x")
	_, ok = r.Find("z")
	require.False(t, ok)
	require.Equal(t, "a", slices.Collect(r.People())[0].ID)
	require.Equal(t, spotcheck.Headcount{N: 3, Absent: 1}, r.Headcount(), "a has no department")

	hashes := map[spotcheck.Hash]bool{r.Hash(): true}
	for _, other := range [][]spotcheck.Person{
		{}, {{ID: "a"}}, {{ID: "a", Department: "b"}}, {{ID: "a", Absent: "b"}}, {{ID: "ab"}}, {{ID: "a"}, {ID: "b"}},
		{{ID: "b", Department: "x"}, {ID: "a"}, {ID: "张三", Department: "x"}},
	} {
		h := roster(t, other).Hash()
		require.False(t, hashes[h], "no two rosters have one hash")
		hashes[h] = true
	}
	require.Equal(t, r.Hash(), roster(t, []spotcheck.Person{{ID: "张三", Department: "x"}, {ID: "b", Department: "x"}, {ID: "a", Absent: "leave"}}).Hash())
}

func TestApportionRefuses(t *testing.T) {
	for name, claims := range map[string][]spotcheck.Claim{
		"no id": {{Weight: 1, Most: 1}}, "twice": {{ID: "a", Most: 1}, {ID: "a", Most: 1}}, "weight": {{ID: "a", Weight: -1}},
		"have": {{ID: "a", Have: 2, Most: 1}}, "least": {{ID: "a", Least: 2, Most: 1}},
	} {
		_, err := spotcheck.Apportion(claims, 0)
		requireCode(t, err, "SPC-CLAIM", name)
	}
	claims := []spotcheck.Claim{{ID: "a", Weight: 9, Most: 3}, {ID: "b", Weight: 1, Least: 2, Most: 4}}
	for _, seats := range []int{-1, 0, 1, 8} {
		_, err := spotcheck.Apportion(claims, seats)
		require.ErrorIs(t, err, spotcheck.ErrInfeasible)
		requireCode(t, err, "SPC-SEATS")
	}
	for seats, want := range map[int][]int{2: {0, 2}, 4: {2, 2}, 5: {3, 2}, 6: {3, 3}, 7: {3, 4}} {
		given, err := spotcheck.Apportion(claims, seats)
		require.NoError(t, err)
		require.Equal(t, want, given)
	}
	given, err := spotcheck.Apportion(nil, 0)
	require.NoError(t, err)
	require.Empty(t, given)
}

func TestVerifyNamesWhatDiffers(t *testing.T) {
	m, r, journal := fuzzScene(t)
	for field, edit := range map[string]func(*spotcheck.Manifest){
		"algorithm": func(m *spotcheck.Manifest) { m.Algorithm += "x" },
		"rules":     func(m *spotcheck.Manifest) { m.Rules[0]++ },
		"kind":      func(m *spotcheck.Manifest) { m.Kind = spotcheck.Routine },
		"previous":  func(m *spotcheck.Manifest) { m.Previous[0]++ },
		"history":   func(m *spotcheck.Manifest) { m.History[0]++ },
		"roster":    func(m *spotcheck.Manifest) { m.Roster[0]++ },
		"check":     func(m *spotcheck.Manifest) { m.Check[0]++ },
		"counts":    func(m *spotcheck.Manifest) { m.Counts.N++ },
		"manifest":  func(m *spotcheck.Manifest) { m.Departments = nil },
		"drawn":     func(m *spotcheck.Manifest) { m.Drawn = m.Drawn[:3] },
		"undrawn":   func(m *spotcheck.Manifest) { m.Undrawn[0].Ticket[0]++ },
		"seed.link": func(m *spotcheck.Manifest) { m.Seed.Link[0]++ },
		"seed.key":  func(m *spotcheck.Manifest) { m.Seed.Key[0]++ },
	} {
		data, err := m.Canonical()
		require.NoError(t, err)
		changed, err := spotcheck.ParseManifest(data)
		require.NoError(t, err)
		edit(changed)
		err = spotcheck.Verify(changed, r, journal)
		require.ErrorIs(t, err, spotcheck.ErrTampered, field)
		var e *spotcheck.Error
		require.ErrorAs(t, err, &e)
		require.Equal(t, field, e.Field)
	}
	require.ErrorIs(t, spotcheck.VerifyCycle(journal), spotcheck.ErrNotFound)
	all := append(slices.Clone(journal), m.Entry("planner", day(2)))
	require.NoError(t, spotcheck.VerifyCycle(all, r))
	data, err := m.Canonical()
	require.NoError(t, err)
	changed, err := spotcheck.ParseManifest(data)
	require.NoError(t, err)
	changed.Drawn[0].Person = "E00001"
	all[len(all)-1].Manifest = changed
	var of *spotcheck.Error
	require.ErrorAs(t, spotcheck.VerifyCycle(all, r), &of)
	require.Equal(t, []any{2, "drawn", 0, "E00001"}, []any{of.Round, of.Field, of.Item, of.ID})
	require.Contains(t, of.Error(), "spotcheck: round 2: drawn[0]: E00001: ")
	all[len(all)-1] = all[0]
	require.ErrorAs(t, spotcheck.VerifyCycle(all, r), &of)
	require.Equal(t, []any{"entries", len(all) - 1}, []any{of.Field, of.Item})
	require.ErrorIs(t, spotcheck.Verify(m, r, all), spotcheck.ErrTransition)
	require.NoError(t, spotcheck.VerifyCycle(journal, r))
	swapped := slices.Clone(journal)
	swapped[2], swapped[3] = swapped[3], swapped[2]
	require.NoError(t, spotcheck.VerifyCycle(swapped, r), "results of one round come in any order")
	require.Error(t, spotcheck.Verify(m, r, swapped), "but the manifest holds the one in which they came")
	forged := slices.Clone(journal)
	better := *forged[2].Result
	better.Practice = 100
	forged[2].Result = &better
	require.Error(t, spotcheck.Verify(m, r, forged), "a result that was changed")
	better = *journal[2].Result
	better.Note = "forgotten"
	require.NoError(t, spotcheck.Verify(m, r, forged), "a note may be cleared")
	_, err = (&spotcheck.Manifest{Kind: 9}).Canonical()
	require.ErrorIs(t, err, spotcheck.ErrInvalid)
}

func TestPlanRefuses(t *testing.T) {
	c := spotcheck.Rounds("c", 3)
	c.ByDepartment = true
	parts := func(d ...spotcheck.DepartmentHeadcount) spotcheck.Headcount {
		return spotcheck.Headcount{N: 3, Departments: d}
	}
	for name, x := range map[string]struct {
		c    spotcheck.Cycle
		h    spotcheck.Headcount
		fail spotcheck.Rate
		code string
	}{
		"cycle":    {spotcheck.Cycle{}, spotcheck.Headcount{N: 1}, spotcheck.Rate{}, "SPC-ID"},
		"nobody":   {spotcheck.Rounds("c", 3), spotcheck.Headcount{}, spotcheck.Rate{}, "SPC-HEADCOUNT"},
		"absent":   {spotcheck.Rounds("c", 3), spotcheck.Headcount{N: 1, Absent: 2}, spotcheck.Rate{}, "SPC-HEADCOUNT"},
		"fail":     {spotcheck.Rounds("c", 3), spotcheck.Headcount{N: 1}, spotcheck.Rate{Num: 2, Den: 1}, "SPC-RATE"},
		"none":     {c, parts(), spotcheck.Rate{}, "SPC-HEADCOUNT"},
		"sum":      {c, parts(spotcheck.DepartmentHeadcount{Department: "a", N: 2}), spotcheck.Rate{}, "SPC-HEADCOUNT"},
		"no name":  {c, parts(spotcheck.DepartmentHeadcount{N: 3}), spotcheck.Rate{}, "SPC-HEADCOUNT"},
		"repeated": {c, parts(spotcheck.DepartmentHeadcount{Department: "a", N: 2}, spotcheck.DepartmentHeadcount{Department: "a", N: 1}), spotcheck.Rate{}, "SPC-HEADCOUNT"},
	} {
		_, err := spotcheck.Plan(x.c, x.h, x.fail)
		requireCode(t, err, x.code, name)
	}
}

func TestLogsHaveNoNotes(t *testing.T) {
	x := result("E1", false)
	x.Note = "secret"
	var b bytes.Buffer
	log := slog.New(slog.NewTextHandler(&b, nil))
	log.Info("x", "entry", spotcheck.Entry{Kind: spotcheck.Assessed, Round: 1, Result: &x}, "result", x)
	require.Contains(t, b.String(), "person=E1")
	require.NotContains(t, b.String(), "secret")
}

func TestRatesAreText(t *testing.T) {
	_, err := spotcheck.Rate{Num: 3, Den: 2}.MarshalText()
	require.ErrorIs(t, err, spotcheck.ErrInvalid)
	for text, want := range map[string]spotcheck.Rate{"": {}, "10%": {Num: 10, Den: 100}, "7.5%": {Num: 75, Den: 1000}, "0.07": {Num: 7, Den: 100}, "1": {Num: 1, Den: 1}, "2/6": {Num: 2, Den: 6}} {
		var r spotcheck.Rate
		require.NoError(t, r.UnmarshalText([]byte(text)))
		require.Equal(t, want, r)
	}
	for _, text := range []string{"10", "101%", "-1%", "1/0", "0/0", "3/2", "1e-3", ".5", "5.", "%", "1/2/3", "0.123456789", "+1/2", "1/99999999999"} {
		_, err := spotcheck.ParseRate(text)
		require.ErrorIs(t, err, spotcheck.ErrInvalid, text)
	}
	for _, x := range []struct {
		r       spotcheck.Rate
		n, want int
	}{{spotcheck.Rate{}, 9, 0}, {spotcheck.Percent(10), 0, 0}, {spotcheck.Percent(10), -5, 0}, {spotcheck.Percent(200), 9, 0}, {spotcheck.Percent(100), 9, 9}, {spotcheck.Percent(1), 1, 1}} {
		require.Equal(t, x.want, x.r.Of(x.n))
	}
}

func TestHashesAreText(t *testing.T) {
	var h spotcheck.Hash
	for _, text := range []string{"", "00", "zz" + h.String()[2:], "AB" + h.String()[2:]} {
		require.ErrorIs(t, h.UnmarshalText([]byte(text)), spotcheck.ErrInvalid)
	}
	var k spotcheck.Ticket
	require.ErrorIs(t, k.UnmarshalText([]byte("0")), spotcheck.ErrInvalid)
	require.NoError(t, h.UnmarshalText([]byte("ab"+h.String()[2:])))
	require.EqualValues(t, 0xab, h[0])
}

// TestNothingGiven: who passes nil is told so.
func TestNothingGiven(t *testing.T) {
	journal := []spotcheck.Entry{{Kind: spotcheck.Opened, Opening: &spotcheck.Opening{Cycle: spotcheck.Rounds("2026", 2)}}}
	state, err := spotcheck.Fold(journal)
	require.NoError(t, err)
	_, err = spotcheck.Draw(state, 1, nil, spotcheck.KeySeed([32]byte{1}))
	require.ErrorIs(t, err, spotcheck.ErrInvalid)
	roster, err := spotcheck.NewRoster([]spotcheck.Person{{ID: "a"}, {ID: "b"}})
	require.NoError(t, err)
	manifest, err := spotcheck.Draw(state, 1, roster, spotcheck.KeySeed([32]byte{1}))
	require.NoError(t, err)
	require.NoError(t, spotcheck.Verify(manifest, roster, journal))
	require.ErrorIs(t, spotcheck.Verify(nil, roster, journal), spotcheck.ErrInvalid)
	require.ErrorIs(t, spotcheck.Verify(manifest, nil, journal), spotcheck.ErrNotFound)
	drawn := append(slices.Clone(journal), manifest.Entry("planner", time.Time{}))
	require.ErrorIs(t, spotcheck.VerifyCycle(drawn, nil), spotcheck.ErrNotFound)
	require.NoError(t, spotcheck.VerifyCycle(drawn, nil, roster))
}

// TestStandingAsJSON: the forms that hosts hand to their own clients.
func TestStandingAsJSON(t *testing.T) {
	standing := spotcheck.Standing{Seen: true, Checks: []spotcheck.Check{{Round: 1, Reason: spotcheck.Fresh, Grade: spotcheck.Qualified,
		Result: spotcheck.Result{Person: "a", Understanding: 70, Practice: 80}}}}
	text, err := json.Marshal(standing)
	require.NoError(t, err)
	require.JSONEq(t, `{"checks": [{"round": 1, "kind": "routine", "reason": "fresh", "grade": "qualified",
		"result": {"person": "a", "understanding": 70, "practice": 80}}], "seen": true}`, string(text))
	var back spotcheck.Standing
	require.NoError(t, json.Unmarshal(text, &back))
	require.Equal(t, standing, back)
}
