package spotcheck_test

import (
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/guanxi-go/guanxi/sampling/spotcheck"
)

// scene is a cycle of three rounds and a year-end check of 33 people, with keys.
type scene struct {
	t *testing.T
	s *spotcheck.State
	r *spotcheck.Roster
}

func newScene(t *testing.T, n int, edit func(*spotcheck.Cycle)) scene {
	c := spotcheck.Rounds("2026", 3)
	if edit != nil {
		edit(&c)
	}
	s, err := spotcheck.Fold([]spotcheck.Entry{{Kind: spotcheck.Opened, Opening: &spotcheck.Opening{Cycle: c}}})
	require.NoError(t, err)
	return scene{t, s, roster(t, staff(1, n))}
}

func (x scene) draw(round int) *spotcheck.Manifest {
	x.t.Helper()
	m, err := spotcheck.Draw(x.s, round, x.r, spotcheck.KeySeed(spotcheck.Hash{byte(round)}))
	require.NoError(x.t, err)
	return m
}

func (x scene) hold(round int, fails ...string) *spotcheck.Manifest {
	x.t.Helper()
	m := x.draw(round)
	failing := map[string]bool{}
	for _, id := range fails {
		failing[id] = true
	}
	assess(x.t, x.s, m, failing)
	return m
}

func (x scene) miss(rounds ...int) {
	for _, n := range rounds {
		require.NoError(x.t, x.s.Apply(spotcheck.Entry{Kind: spotcheck.Missed, Round: n, Code: "flood"}))
	}
}

func (x scene) refused(e spotcheck.Entry, sentinel error, code string) {
	x.t.Helper()
	before := x.s.History()
	err := x.s.Apply(e)
	require.ErrorIs(x.t, err, sentinel)
	requireCode(x.t, err, code)
	require.Equal(x.t, before, x.s.History())
}

func TestWhatAJournalRefuses(t *testing.T) {
	x := newScene(t, 33, nil)
	opening := spotcheck.Entry{Kind: spotcheck.Opened, Opening: &spotcheck.Opening{Cycle: spotcheck.Rounds("2026", 3)}}
	x.refused(opening, spotcheck.ErrTransition, "SPC-OPENED")
	require.ErrorIs(t, (&spotcheck.State{}).Apply(spotcheck.Entry{Kind: spotcheck.Missed, Round: 1}), spotcheck.ErrTransition)
	_, err := spotcheck.Draw(&spotcheck.State{}, 1, x.r, spotcheck.Seed{})
	requireCode(t, err, "SPC-OPENED")
	_, err = spotcheck.Fold([]spotcheck.Entry{opening, opening})
	var e *spotcheck.Error
	require.ErrorAs(t, err, &e)
	require.Equal(t, 1, e.Item)
	opening.Opening.Carried = []string{"a", "a", ""}
	opening.Opening.PublicSource = "\x00"
	_, err = spotcheck.Fold([]spotcheck.Entry{opening})
	requireCode(t, err, "SPC-TEXT")

	x.refused(spotcheck.Entry{}, spotcheck.ErrInvalid, "SPC-UNKNOWN")
	x.refused(spotcheck.Entry{Kind: spotcheck.Drawn, Round: 1}, spotcheck.ErrInvalid, "SPC-ENTRY")
	x.refused(spotcheck.Entry{Kind: spotcheck.Missed, Round: 1, Actor: "\x00"}, spotcheck.ErrInvalid, "SPC-ID")
	x.refused(spotcheck.Entry{Kind: spotcheck.Missed, Round: 1, Code: "\x00"}, spotcheck.ErrInvalid, "SPC-TEXT")
	x.refused(spotcheck.Entry{Kind: spotcheck.Missed, Round: 1, At: time.Unix(0, 1).UTC()}, spotcheck.ErrInvalid, "SPC-INSTANT")
	x.refused(spotcheck.Entry{Kind: spotcheck.Missed, Round: 9}, spotcheck.ErrInvalid, "SPC-ROUNDS")
	x.refused(spotcheck.Entry{Kind: spotcheck.Missed, Round: 2}, spotcheck.ErrConflict, "SPC-NOT-NEXT")
	x.refused(spotcheck.Entry{Kind: spotcheck.Closed, Roster: x.r.Hash()}, spotcheck.ErrIncomplete, "SPC-ROUNDS-LEFT")
	_, err = spotcheck.Draw(x.s, 2, x.r, spotcheck.Seed{})
	requireCode(t, err, "SPC-NOT-NEXT")
	_, err = spotcheck.Draw(x.s, 1, roster(t, nil), spotcheck.Seed{})
	requireCode(t, err, "SPC-EMPTY")

	first := x.draw(1)
	other := *first
	other.Cycle = "2027"
	x.refused(other.Entry("p", day(1)), spotcheck.ErrInvalid, "SPC-OTHER-ROUND")
	other = *first
	other.Drawn = append(slices.Clone(first.Drawn), first.Drawn[0])
	x.refused(other.Entry("p", day(1)), spotcheck.ErrInvalid, "SPC-ID")
	require.NoError(t, x.s.Apply(first.Entry("p", day(1))))
	x.refused(first.Entry("p", day(1)), spotcheck.ErrConflict, "SPC-NOT-NEXT")
	require.Equal(t, 4, x.s.Pending())
	_, err = spotcheck.Draw(x.s, 2, x.r, spotcheck.Seed{})
	require.ErrorIs(t, err, spotcheck.ErrIncomplete)
	requireCode(t, err, "SPC-PENDING")
	x.refused(spotcheck.Entry{Kind: spotcheck.Missed, Round: 2}, spotcheck.ErrIncomplete, "SPC-PENDING")

	drawn := first.Drawn[0].Person
	of := func(round int, r spotcheck.Result) spotcheck.Entry {
		return spotcheck.Entry{Kind: spotcheck.Assessed, Round: round, Result: &r}
	}
	undrawn := first.Undrawn[0].Person
	x.refused(of(1, spotcheck.Result{Person: undrawn}), spotcheck.ErrNotFound, "SPC-NOT-DRAWN")
	x.refused(of(2, spotcheck.Result{Person: drawn}), spotcheck.ErrNotFound, "SPC-NOT-DRAWN")
	x.refused(of(1, spotcheck.Result{}), spotcheck.ErrInvalid, "SPC-ID")
	x.refused(of(1, spotcheck.Result{Person: drawn, Practice: 101}), spotcheck.ErrInvalid, "SPC-RANGE")
	x.refused(of(1, spotcheck.Result{Person: drawn, Understanding: -1}), spotcheck.ErrInvalid, "SPC-RANGE")
	x.refused(of(1, spotcheck.Result{Person: drawn, Absence: "sick", Practice: 1}), spotcheck.ErrInvalid, "SPC-RANGE")
	x.refused(of(1, spotcheck.Result{Person: drawn, Absence: "\x00"}), spotcheck.ErrInvalid, "SPC-TEXT")
	x.refused(of(1, spotcheck.Result{Person: drawn, Note: "\xff"}), spotcheck.ErrInvalid, "SPC-TEXT")
	x.refused(of(1, spotcheck.Result{Person: drawn, On: -1}), spotcheck.ErrInvalid, "SPC-DAYS")
	x.refused(of(0, spotcheck.Result{Person: drawn, Remedial: true}), spotcheck.ErrIncomplete, "SPC-ROUNDS-LEFT")
	require.NoError(t, x.s.Apply(of(1, result(drawn, true))))
	require.NoError(t, x.s.Apply(of(1, result(drawn, false))), "a correction before the next round")
	standing, ok := x.s.Person(drawn)
	require.True(t, ok && standing.Seen && !standing.Outstanding)
	_, ok = x.s.Person(undrawn)
	require.False(t, ok)
	for _, p := range first.Drawn[1:] {
		require.NoError(t, x.s.Apply(of(1, result(p.Person, false))))
	}

	second := x.draw(2)
	require.NoError(t, x.s.Apply(of(1, result(drawn, true))), "a correction after somebody else drew")
	x.refused(second.Entry("p", day(2)), spotcheck.ErrConflict, "SPC-MOVED")
	again := x.hold(2)
	require.Equal(t, spotcheck.Rechecked, again.Drawn[0].Reason)
	x.miss(3, 4)
	require.NoError(t, x.s.Apply(spotcheck.Entry{Kind: spotcheck.Closed, Roster: x.r.Hash()}))
	x.refused(of(2, result(drawn, false)), spotcheck.ErrTransition, "SPC-CLOSED")
	_, err = spotcheck.Draw(x.s, 3, x.r, spotcheck.Seed{})
	requireCode(t, err, "SPC-CLOSED")
	hash, closed := x.s.Closed()
	require.True(t, closed && hash == x.r.Hash())
}

func TestTheYearAndItsRemedialCheck(t *testing.T) {
	x := newScene(t, 10, nil)
	a := x.hold(1).Drawn[0].Person
	m := x.draw(2)
	b := m.Drawn[0].Person
	assess(t, x.s, m, map[string]bool{b: true})
	x.hold(3, b) // the recheck fails too
	ye := x.draw(4)
	require.Equal(t, []int{1, 3}, []int{ye.Counts.Recheck, ye.Counts.Fresh})
	c, d := ye.Drawn[1].Person, ye.Drawn[2].Person
	require.NoError(t, x.s.Apply(ye.Entry("p", day(4))))
	for _, r := range []spotcheck.Result{{Person: b, Understanding: 95, Practice: 95}, {Person: c, Understanding: 20, Practice: 90},
		{Person: d, Absence: "sick"}, {Person: ye.Drawn[3].Person, Understanding: 90, Practice: 90}} {
		require.NoError(t, x.s.Apply(spotcheck.Entry{Kind: spotcheck.Assessed, Round: 4, Result: &r}))
	}
	require.Equal(t, []string{c}, x.s.Outstanding(x.r))
	before := x.s.Coverage(x.r)
	require.Equal(t, spotcheck.Coverage{N: 10, Seen: 5, Goal: 6, Shortfall: 1, Employed: 10, EmployedSeen: 5}, before, "d stayed away")
	grade := func(id string) spotcheck.Annual {
		all := x.s.Annual(x.r)
		return all[slices.IndexFunc(all, func(a spotcheck.Annual) bool { return a.Person == id })]
	}
	require.Equal(t, spotcheck.Qualified, grade(a).Grade)
	rechecked := grade(b)
	require.Equal(t, []any{spotcheck.Unqualified, spotcheck.RoutineBasis, spotcheck.Excellent, 3, 2, false},
		[]any{rechecked.Grade, rechecked.Basis, rechecked.YearEnd, rechecked.Checks, rechecked.Fails, rechecked.Remedial},
		"the grade follows from the routine checks; the year-end check is a check of its own")
	only := grade(c)
	require.Equal(t, []any{spotcheck.Unqualified, spotcheck.YearEndBasis, true}, []any{only.Grade, only.Basis, only.Remedial})
	require.Equal(t, spotcheck.NotAssessed, grade(d).Grade, "who was never assessed has not passed")
	require.Equal(t, spotcheck.Excellent, grade(ye.Drawn[3].Person).Grade)

	remedial := func(id string, fails bool) spotcheck.Entry {
		r := result(id, fails)
		r.Remedial = true
		return spotcheck.Entry{Kind: spotcheck.Assessed, Result: &r}
	}
	x.refused(remedial(a, false), spotcheck.ErrNotFound, "SPC-NOT-OUTSTANDING")
	require.NoError(t, x.s.Apply(remedial(c, true)))
	require.True(t, grade(c).Remedial, "examined again until it is passed")
	again := result(c, false)
	x.refused(spotcheck.Entry{Kind: spotcheck.Assessed, Round: 4, Result: &again}, spotcheck.ErrTransition, "SPC-REMEDIED")
	bad := remedial(c, false)
	bad.Round = 4
	x.refused(bad, spotcheck.ErrInvalid, "SPC-ENTRY")
	require.NoError(t, x.s.Apply(remedial(c, false)))
	require.Equal(t, []any{spotcheck.Unqualified, false, spotcheck.Qualified}, []any{grade(c).Grade, grade(c).Remedial, grade(c).Remedied})
	require.Equal(t, before, x.s.Coverage(x.r), "outside coverage")
	standing, _ := x.s.Person(d)
	require.True(t, standing.Owed)

	scores, ok := rechecked.Combined(spotcheck.Percent(25))
	require.True(t, ok)
	require.Equal(t, spotcheck.Scores{Understanding: 0.75*80 + 0.25*95, Practice: 0.75*10 + 0.25*95}, scores)
	scores, ok = only.Combined(spotcheck.Percent(25))
	require.True(t, ok)
	require.Equal(t, spotcheck.Scores{Understanding: 20, Practice: 90}, scores)
	_, ok = grade(d).Combined(spotcheck.Percent(25))
	require.False(t, ok)
	_, ok = grade(a).Combined(spotcheck.Rate{Num: 2, Den: 1})
	require.False(t, ok)
	scores, ok = grade(a).Combined(spotcheck.Rate{})
	require.True(t, ok && scores.Practice == 80)
}
