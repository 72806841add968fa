package spotcheck_test

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/guanxi-go/guanxi/sampling/spotcheck"
)

// TestPropertiesOfCycles holds P1 to P7, P9 and P10 in random years with churn, skips,
// absences and fails. GUANXI_FULL plays 100,000 of them.
func TestPropertiesOfCycles(t *testing.T) {
	years := 400
	switch {
	case os.Getenv("GUANXI_FULL") != "" && !raceEnabled:
		years = 100_000
	case testing.Short():
		years = 60
	}
	total := tallies{}
	for i := range years {
		rng := rand.New(rand.NewPCG(uint64(i), 2026))
		w := world{t: t, label: fmt.Sprintf("year %d", i), between: func(_ string, lo, hi int) int { return lo + rng.IntN(hi-lo+1) }, tally: total}
		w.play()
	}
	for _, what := range []string{"rounds", "missed", "refused", "rechecks", "owed", "repeats", "surprises", "top-ups", "catch-ups",
		"shortfalls", "coverage short", "goal met", "raised for minima", "tampered", "prefixes"} {
		if years >= 400 {
			require.NotZero(t, total[what], what)
		}
	}
	t.Log(years, "years", total)
}

func TestPropertiesOfCyclesRapid(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		w := world{t: r, tally: tallies{}, between: func(label string, lo, hi int) int { return rapid.IntRange(lo, hi).Draw(r, label) }}
		w.play()
	})
}

type tallies map[string]int

// world is a year and what the test knows of it by itself.
type world struct {
	t       require.TestingT
	label   string
	between func(label string, lo, hi int) int
	tally   tallies

	cycle   spotcheck.Cycle
	journal []spotcheck.Entry
	state   *spotcheck.State
	chain   *spotcheck.Chain
	people  []spotcheck.Person
	rosters []*spotcheck.Roster
	joined  int

	seen   map[string]int  // checks
	last   map[string]int  // round of the latest check
	failed map[string]bool // the latest result
	owed   map[string]bool
	missed int
}

func (w *world) chance(label string, percent int) bool { return w.between(label, 1, 100) <= percent }

func (w *world) play() {
	w.seen, w.last, w.failed, w.owed = map[string]int{}, map[string]int{}, map[string]bool{}, map[string]bool{}
	w.rules()
	w.join(w.between("n", 1, 45))
	var opening spotcheck.Opening
	opening.Cycle = w.cycle
	if w.chance("committed", 70) {
		chain, err := spotcheck.NewChain([32]byte{byte(w.between("secret", 0, 255)), 1}, len(w.cycle.Rounds))
		require.NoError(w.t, err)
		w.chain, opening.Commitment, opening.PublicSource = chain, chain.Commitment(), "index"
	}
	if w.chance("carry", 20) {
		opening.Carried = []string{w.people[0].ID, "gone"}
		w.failed[w.people[0].ID] = true
	}
	w.state = &spotcheck.State{}
	w.append(spotcheck.Entry{Kind: spotcheck.Opened, Opening: &opening})
	for i, round := range w.cycle.Rounds {
		if i > 0 {
			w.churn()
		}
		if w.chance("skip", 12) {
			w.append(spotcheck.Entry{Kind: spotcheck.Missed, Round: i + 1, Code: "audit"})
			w.tally["missed"]++
			if round.Kind == spotcheck.Routine {
				w.missed++
			}
			continue
		}
		if !w.round(i+1, round.Kind) {
			return
		}
	}
	closing := w.roster()
	w.append(spotcheck.Entry{Kind: spotcheck.Closed, Roster: closing.Hash()})
	require.NoError(w.t, spotcheck.VerifyCycle(w.journal, w.rosters...), w.label)
	seen, employed, ever := 0, map[string]bool{}, 0
	for _, p := range w.people {
		if w.seen[p.ID] > 0 {
			seen++
		}
	}
	for _, r := range append(w.rosters, closing) {
		for p := range r.People() {
			if !employed[p.ID] {
				employed[p.ID] = true
				if w.seen[p.ID] > 0 {
					ever++
				}
			}
		}
	}
	require.Equal(w.t, spotcheck.Coverage{N: len(w.people), Seen: seen, Goal: w.cycle.Goal.Of(len(w.people)),
		Shortfall: max(0, w.cycle.Goal.Of(len(w.people))-seen), Employed: len(employed), EmployedSeen: ever}, w.state.Coverage(closing, w.rosters...))
}

func (w *world) append(e spotcheck.Entry) {
	w.journal = append(w.journal, e)
	require.NoError(w.t, w.state.Apply(e), w.label)
}

func (w *world) rules() {
	c := spotcheck.Rounds("2026", w.between("rounds", 0, 8))
	c.RoutineRate = spotcheck.Rate{Num: int64(w.between("routine", 1, 40)), Den: 97}
	c.YearEndRate = spotcheck.Rate{Num: int64(w.between("year-end", 1, 60)), Den: 97}
	c.Goal = spotcheck.Percent(int64(w.between("goal", 0, 100)))
	c.Recheck = spotcheck.Recheck(w.between("recheck", 0, 1))
	c.Exhausted = spotcheck.Exhausted(max(0, w.between("exhausted", -3, 2)))
	c.Missed = spotcheck.MissedRound(w.between("missed", 0, 1))
	c.Reserve = c.Exhausted == spotcheck.RepeatOldest && w.chance("reserve", 30)
	c.NoTopUp = w.chance("no top-up", 15)
	if w.chance("surprise", 30) {
		c.Surprise = spotcheck.Percent(int64(w.between("share", 1, 50)))
	}
	if c.ByDepartment = w.chance("departments", 50); c.ByDepartment && w.chance("minimum", 60) {
		c.Minimum = spotcheck.Minimum{Count: w.between("least", 0, 3), Rate: spotcheck.Percent(int64(w.between("least rate", 0, 80)))}
	}
	w.cycle = c
}

func (w *world) join(n int) {
	for range n {
		w.joined++
		p := spotcheck.Person{ID: fmt.Sprintf("p%03d", w.joined*7%1000)}
		if w.cycle.ByDepartment || w.chance("has department", 50) {
			p.Department = string(rune('a' + min(w.between("department", 0, 3), w.between("department", 0, 3))))
		}
		w.people = append(w.people, p)
	}
}

func (w *world) churn() {
	if w.chance("churn", 50) {
		stays := w.people[0]
		w.people = slices.DeleteFunc(w.people, func(p spotcheck.Person) bool { return p != stays && w.chance("leaves", 8) })
		w.join(w.between("joiners", 0, 4))
	}
	for i := range w.people {
		w.people[i].Absent = ""
		if w.chance("absent", 6) {
			w.people[i].Absent = "leave"
		}
	}
	if w.chance("shuffle", 50) && len(w.people) > 2 {
		i, j := w.between("i", 0, len(w.people)-1), w.between("j", 0, len(w.people)-1)
		w.people[i], w.people[j] = w.people[j], w.people[i]
	}
}

func (w *world) roster() *spotcheck.Roster {
	r, err := spotcheck.NewRoster(w.people)
	require.NoError(w.t, err)
	return r
}

func (w *world) seed(round int) spotcheck.Seed {
	if w.chain == nil {
		return spotcheck.KeySeed(sha256.Sum256([]byte{byte(round)}))
	}
	seed, err := w.chain.Seed(round, fmt.Sprint("index ", round*37))
	require.NoError(w.t, err)
	return seed
}

// round draws one round, holds the properties and lets people be assessed. It is false
// where the cycle refuses to go on.
func (w *world) round(n int, kind spotcheck.RoundKind) bool {
	t := w.t
	r := w.roster()
	m, err := spotcheck.Draw(w.state, n, r, w.seed(n))
	if w.cycle.Exhausted == spotcheck.Refuse && errors.Is(err, spotcheck.ErrInfeasible) {
		var e *spotcheck.Error
		require.ErrorAs(t, err, &e)
		require.GreaterOrEqual(t, e.Need, e.Have)
		w.tally["refused"]++
		return false
	}
	require.NoError(t, err, w.label)
	w.rosters = append(w.rosters, r)
	w.tally["rounds"]++
	w.holds(m, kind)
	w.tampering(m, r)
	w.append(m.Entry("planner", day(1)))
	for _, p := range m.Drawn {
		x := result(p.Person, w.chance("fails", 25))
		if w.chance("stays away", 4) {
			x = spotcheck.Result{Person: p.Person, Absence: "sick"}
		}
		w.append(spotcheck.Entry{Kind: spotcheck.Assessed, Round: n, Result: &x})
		if w.owed[p.Person] = x.Absence != ""; !w.owed[p.Person] {
			w.seen[p.Person]++
			w.last[p.Person], w.failed[p.Person] = n, x.Practice < 60
		}
	}
	return true
}

// holds asks the manifest for the properties, by what the test knows itself.
func (w *world) holds(m *spotcheck.Manifest, kind spotcheck.RoundKind) {
	t, k, c := w.t, m.Counts, w.cycle
	n, eligible, before, drawn := len(w.people), 0, 0, map[string]spotcheck.Reason{}
	for _, p := range m.Drawn {
		require.Zero(t, drawn[p.Person], "%s: %s twice", w.label, p.Person)
		drawn[p.Person] = p.Reason
	}
	rate := c.RoutineRate
	if kind == spotcheck.YearEnd {
		rate = c.YearEndRate
	}
	require.Equal(t, int((int64(n)*rate.Num+rate.Den-1)/rate.Den), k.Quota)
	reasons, unseenLeft, passedLeft, promised := map[spotcheck.Reason]int{}, 0, 0, 0
	byDepartment := map[string]int{}
	for _, p := range w.people {
		reason := drawn[p.ID]
		reasons[reason]++
		seen := w.seen[p.ID] > 0
		if seen {
			before++
		}
		if seen || reason != 0 {
			promised++
			byDepartment[p.Department]++
		}
		if p.Absent != "" {
			require.Zero(t, reason, "absent people are not drawn")
			continue
		}
		eligible++
		due := w.failed[p.ID]
		require.Equal(t, due, reason == spotcheck.Rechecked, "P3 %s: %s", w.label, p.ID)
		require.Equal(t, !due && w.owed[p.ID], reason == spotcheck.Owed, "%s: %s", w.label, p.ID)
		switch reason {
		case spotcheck.Fresh, spotcheck.TopUp:
			require.False(t, seen)
		case spotcheck.Repeat:
			require.True(t, seen)
		case 0:
			if seen {
				passedLeft++
			} else {
				unseenLeft++
			}
		}
	}
	require.Equal(t, len(m.Drawn), k.Checked)
	require.Equal(t, []int{n, eligible, before}, []int{k.N, k.Eligible, k.Seen})
	require.Equal(t, []int{reasons[spotcheck.Rechecked], reasons[spotcheck.Owed], reasons[spotcheck.Fresh], reasons[spotcheck.TopUp], reasons[spotcheck.Repeat], reasons[spotcheck.Surprise]},
		[]int{k.Recheck, k.Owed, k.Fresh, k.TopUp, k.Repeat, k.Surprise})
	floor := k.Quota + k.CatchUp
	certain := k.Checked - k.Surprise
	require.Equal(t, max(0, floor-certain), k.Shortfall, "P1 %s", w.label)
	if c.Exhausted != spotcheck.Shrink && k.Shortfall > 0 {
		require.Zero(t, unseenLeft+passedLeft, "P1 %s: short although somebody is left", w.label)
		require.Less(t, eligible, floor)
	}
	if c.Exhausted == spotcheck.Shrink {
		require.Zero(t, k.Repeat)
	}
	if k.Shortfall > 0 {
		require.Zero(t, unseenLeft, "P1 %s", w.label)
	}
	if c.Recheck == spotcheck.OnTop && c.Exhausted == spotcheck.RepeatOldest && k.Fresh+k.Repeat < floor {
		require.Zero(t, unseenLeft+passedLeft, "%s: rechecks are on top", w.label)
	}
	if k.Repeat > 0 && !(c.Reserve && kind == spotcheck.Routine) {
		require.LessOrEqual(t, unseenLeft, 0, "P2 %s", w.label)
	}
	if kind == spotcheck.YearEnd {
		if c.Exhausted == spotcheck.RepeatOldest {
			require.GreaterOrEqual(t, k.Checked, min(eligible, k.Quota), "P4 %s", w.label)
		}
		short := max(0, k.Goal-promised)
		require.Equal(t, short, k.CoverageShortfall, "P5 %s", w.label)
		if !c.NoTopUp {
			if unseenLeft > 0 {
				require.Zero(t, short, "P5 %s: the goal is missed although unseen people are left", w.label)
			}
			if short == 0 {
				w.tally["goal met"]++
			}
		}
	}
	w.apportioned(m, byDepartment)
	w.ordered(m)
	w.tally["rechecks"] += k.Recheck
	w.tally["owed"] += k.Owed
	w.tally["repeats"] += k.Repeat
	w.tally["surprises"] += k.Surprise
	w.tally["top-ups"] += k.TopUp
	w.tally["catch-ups"] += k.CatchUp
	w.tally["shortfalls"] += k.Shortfall
	w.tally["coverage short"] += k.CoverageShortfall
}

// apportioned holds P9.
func (w *world) apportioned(m *spotcheck.Manifest, reached map[string]int) {
	t := w.t
	if !w.cycle.ByDepartment {
		require.Empty(t, m.Departments)
		return
	}
	first, n, minima := 0, 0, 0
	for _, a := range m.Departments {
		require.LessOrEqual(t, a.First, a.Unseen, "P9 %s", w.label)
		require.LessOrEqual(t, a.Minimum, a.N)
		first, n, minima = first+a.First, n+a.N, minima+a.Minimum
		if m.Round == len(w.cycle.Rounds) && reached[a.Department] < a.Minimum {
			require.Equal(t, a.First, a.Unseen, "P9 %s: a minimum is missed only where nobody is left", w.label)
		}
	}
	require.Equal(t, m.Counts.Fresh+m.Counts.TopUp, first)
	require.Equal(t, m.Counts.N, n)
	if m.Round == len(w.cycle.Rounds) && m.Counts.TopUp > 0 && minima > 0 {
		w.tally["raised for minima"]++
	}
}

// tag is a ticket, made here once more from its definition.
func tag(key spotcheck.Hash, fields ...string) spotcheck.Ticket {
	mac := hmac.New(sha256.New, key[:])
	for _, f := range fields {
		mac.Write(binary.BigEndian.AppendUint32(nil, uint32(len(f))))
		mac.Write([]byte(f))
	}
	return spotcheck.Ticket(mac.Sum(nil)[:16])
}

// ordered holds P7: those drawn are the first of their group, so that a larger quota
// draws them too.
func (w *world) ordered(m *spotcheck.Manifest) {
	drawn := map[string]spotcheck.Reason{}
	for _, p := range m.Drawn {
		drawn[p.Person] = p.Reason
	}
	type key struct {
		department string
		reason     spotcheck.Reason
	}
	type place struct {
		id        string
		last, few int
		ticket    spotcheck.Ticket
	}
	groups := map[key][]place{}
	for _, p := range w.people {
		reason := drawn[p.ID]
		seen, stratum := w.seen[p.ID] > 0, []string{spotcheck.Algorithm, "2026"}
		if w.cycle.ByDepartment {
			stratum = append(stratum, p.Department)
		}
		switch {
		case p.Absent != "" || w.failed[p.ID] || w.owed[p.ID]:
		case reason == spotcheck.Surprise || reason == 0:
			groups[key{"", spotcheck.Surprise}] = append(groups[key{"", spotcheck.Surprise}], place{p.ID, 0, 0, tag(m.Seed.Key, spotcheck.Algorithm+"/surprise", "2026", p.ID)})
		}
		switch {
		case p.Absent != "" || w.failed[p.ID] || w.owed[p.ID]:
		case seen:
			groups[key{"", spotcheck.Repeat}] = append(groups[key{"", spotcheck.Repeat}], place{p.ID, w.last[p.ID], w.seen[p.ID], tag(m.Seed.Key, append(stratum, p.ID)...)})
		default:
			g := key{"", spotcheck.Fresh}
			if w.cycle.ByDepartment {
				g.department = p.Department
			}
			groups[g] = append(groups[g], place{p.ID, 0, 0, tag(m.Seed.Key, append(stratum, p.ID)...)})
		}
	}
	for g, places := range groups {
		slices.SortFunc(places, func(a, b place) int {
			if a.last != b.last {
				return a.last - b.last
			}
			if a.few != b.few {
				return a.few - b.few
			}
			return bytes.Compare(a.ticket[:], b.ticket[:])
		})
		var got []string
		for _, p := range m.Drawn {
			reason := p.Reason
			if reason == spotcheck.TopUp {
				reason = spotcheck.Fresh
			}
			if reason == g.reason && (g.department == "" || g.department == p.Department) {
				require.Equal(w.t, places[len(got)].id, p.Person, "P7 %s: %v", w.label, g)
				require.Equal(w.t, places[len(got)].ticket, p.Ticket, w.label)
				got = append(got, p.Person)
			}
		}
		w.tally["prefixes"]++
		if len(got) < len(places) && (g.reason == spotcheck.Fresh || len(got) > 0) {
			next := places[len(got)]
			require.True(w.t, slices.ContainsFunc(m.Undrawn, func(p spotcheck.Pick) bool {
				return p.Person == next.id && p.Reason == g.reason && p.Ticket == next.ticket
			}), "%s: the first undrawn of %v", w.label, g)
		}
	}
}

// tampering holds P6 and P10.
func (w *world) tampering(m *spotcheck.Manifest, r *spotcheck.Roster) {
	t := w.t
	data, err := m.Canonical()
	require.NoError(t, err)
	backwards := slices.Clone(w.people)
	slices.Reverse(backwards)
	other, err := spotcheck.NewRoster(backwards)
	require.NoError(t, err)
	again, err := spotcheck.Draw(w.state, m.Round, other, m.Seed)
	require.NoError(t, err)
	same, err := again.Canonical()
	require.NoError(t, err)
	require.Equal(t, string(data), string(same), "P6 %s", w.label)
	parsed, err := spotcheck.ParseManifest(data)
	require.NoError(t, err)
	require.NoError(t, spotcheck.Verify(parsed, r, w.journal), w.label)
	at, bit := w.between("byte", 0, len(data)-1), w.between("bit", 0, 7)
	changed := slices.Clone(data)
	changed[at] ^= 1 << bit
	require.Error(t, verifyBytes(changed, r, w.journal), "P10 %s: byte %d bit %d", w.label, at, bit)
	w.tally["tampered"]++
}

// verifyBytes is what an auditor does with a published manifest.
func verifyBytes(data []byte, r *spotcheck.Roster, history []spotcheck.Entry) error {
	m, err := spotcheck.ParseManifest(data)
	if err != nil {
		return err
	}
	return spotcheck.Verify(m, r, history)
}
