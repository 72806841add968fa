package spotcheck_test

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"math"
	"slices"
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/guanxi-go/guanxi/internal/reference"
	"github.com/guanxi-go/guanxi/internal/ticket"
	"github.com/guanxi-go/guanxi/sampling/spotcheck"
)

// goldenTrace is a year as the reference planner ran it.
type goldenTrace struct {
	N, K            int
	FailPermille    int    `json:"fail_permille"`
	Recheck         string `json:"recheck_policy"`
	Skip            []int
	Reserve, TopUp  bool
	Trace           []goldenRound
	ClosingDistinct int  `json:"closing_distinct"`
	ClosingN        int  `json:"closing_N"`
	Goal            int  `json:"goal"`
	GoalMet         bool `json:"goal_met"`
}

type goldenRound struct {
	Round           int
	Kind            string
	N               int
	Held            bool
	Quota           int
	AfterTopUp      int `json:"quota_after_topup"`
	Fresh           []string
	Recheck         []string
	Repeat          []string
	NFresh          int `json:"n_fresh"`
	NRecheck        int `json:"n_recheck"`
	NRepeat         int `json:"n_repeat"`
	Checked         int
	FailedNow       *[]string `json:"failed_now"`
	Distinct        int
	CoverageGoal    int  `json:"coverage_goal"`
	UnseenLeft      int  `json:"unseen_left"`
	QuotaShortfall  int  `json:"quota_shortfall"`
	NoRepeatRelaxed bool `json:"no_repeat_relaxed"`
}

type golden struct {
	Table []struct {
		N               int
		Quota10         int
		YearEnd30       int
		Goal60          int
		Distinct3       int  `json:"max_distinct_K3_plus_YE"`
		Sum3            int  `json:"sum_draws_K3_plus_YE"`
		Distinct4       int  `json:"max_distinct_K4_plus_YE"`
		Sum4            int  `json:"sum_draws_K4_plus_YE"`
		Distinct11      int  `json:"max_distinct_K11_plus_YE"`
		Sum11           int  `json:"sum_draws_K11_plus_YE"`
		Distinct12      int  `json:"max_distinct_K12_plus_YE"`
		Sum12           int  `json:"sum_draws_K12_plus_YE"`
		FirstRepeat     int  `json:"first_round_with_forced_repeat_no_reserve"`
		FirstReserving  int  `json:"first_round_with_forced_repeat_reserving_yearend"`
		MaxPerRound12   int  `json:"max_per_round_no_repeat_K12_reserving_yearend"`
		MaxPerRound11   int  `json:"max_per_round_no_repeat_K11_reserving_yearend"`
		Guarantee3      bool `json:"K3_guarantee_holds"`
		InsideRechecks3 int  `json:"inside_K3_max_total_rechecks_before_goal_lost"`
	}
	Traps map[string]struct {
		CeilWrong  int                 `json:"ceil_wrong_count_1_10000"`
		CeilFirst  reference.List[int] `json:"ceil_first"`
		FloorWrong int                 `json:"floor_wrong_count"`
		FloorFirst reference.List[int] `json:"floor_first"`
	} `json:"float_ceil_traps"`
	HashChain []spotcheck.Hash `json:"hash_chain"`
	Seed      spotcheck.Hash   `json:"ticket_seed"`
	Tickets   []struct {
		ID  string
		Hex string `json:"ticket_hex"`
	}
	Small     []goldenTrace `json:"small_full_traces"`
	Big       []goldenTrace `json:"big_traces"`
	NoTopUp   []goldenTrace `json:"no_topup"`
	Skipped   []goldenTrace `json:"skipped_rounds"`
	Churn     []goldenTrace
	Invariant struct {
		Order   bool `json:"roster_order_irrelevant"`
		Removed bool `json:"removing_one_keeps_relative_order"`
	} `json:"invariants"`
	Departments struct {
		People  map[string]int `json:"departments"`
		Quota   int
		Webster []map[string]int `json:"cumulative_webster"`
		After7  map[string]int   `json:"cumulative_webster_after7"`
		Alabama struct {
			W map[string]int
			N int
		} `json:"alabama_example"`
	} `json:"department_allocation"`
	Power []struct {
		Population int `json:"N"`
		Bad        int `json:"D"`
		Drawn      int `json:"n"`
		P          float64
	} `json:"detection_power"`
	Uncoordinated map[string]float64 `json:"expected_coverage_if_not_coordinated"`
}

func readGolden(t testing.TB) golden {
	var g golden
	reference.JSON(t, "golden/sampling/spotcheck.json", &g)
	return g
}

// ids returns E00001 ... and on, from one number to another.
func staff(from, to int) []spotcheck.Person {
	people := make([]spotcheck.Person, 0, to-from+1)
	for i := from; i <= to; i++ {
		people = append(people, spotcheck.Person{ID: fmt.Sprintf("E%05d", i)})
	}
	return people
}

func roster(t require.TestingT, people []spotcheck.Person) *spotcheck.Roster {
	r, err := spotcheck.NewRoster(people)
	require.NoError(t, err)
	return r
}

// passing and failing are results by Scale100.
func result(person string, fails bool) spotcheck.Result {
	x := spotcheck.Result{Person: person, Understanding: 80, Practice: 80}
	if fails {
		x.Practice = 10
	}
	return x
}

// TestGoldenSpotcheck compares with every trace of the reference planner. Where a trace
// lists who failed, every list is compared; where it does not, as many of the round
// fail as the next round rechecks, and every count is compared. The reference has the
// rechecks in order of ids, first checks by ticket, and repeats by (last check, number
// of checks, ticket). Of the trace with leavers it does not say who they are: E00001 to
// E00015 before round 3, three of them checked, fit its counts; E00101 to E00120 join
// before the year-end.
func TestGoldenSpotcheck(t *testing.T) {
	g := readGolden(t)
	counts := map[string]int{}
	for _, family := range []struct {
		name   string
		traces []goldenTrace
		want   int
	}{{"small", g.Small, 12}, {"big", g.Big, 72}, {"no top-up", g.NoTopUp, 56}, {"skipped", g.Skipped, 16}, {"churn", g.Churn, 2}} {
		require.Len(t, family.traces, family.want)
		for i, trace := range family.traces {
			t.Run(fmt.Sprintf("%s/%d", family.name, i), func(t *testing.T) {
				counts["fields"] += replay(t, g.Seed, trace, family.name == "churn")
			})
			counts["traces"]++
		}
	}
	require.Equal(t, 158, counts["traces"])
	t.Log(counts)
}

func replay(t *testing.T, key spotcheck.Hash, trace goldenTrace, churn bool) (compared int) {
	c := spotcheck.Rounds("2026", trace.K)
	c.NoTopUp, c.Reserve = !trace.TopUp, trace.Reserve
	require.NoError(t, c.Recheck.UnmarshalText([]byte(map[string]string{"on_top": "on-top", "inside": "inside"}[trace.Recheck])))
	s := &spotcheck.State{}
	require.NoError(t, s.Apply(spotcheck.Entry{Kind: spotcheck.Opened, Opening: &spotcheck.Opening{Cycle: c}}))
	people := staff(1, trace.N)
	equal := func(want, got any, what string, round int) {
		t.Helper()
		require.Equal(t, want, got, "%s of round %d", what, round)
		compared++
	}
	for i, want := range trace.Trace {
		if !want.Held {
			require.Contains(t, trace.Skip, want.Round)
			require.NoError(t, s.Apply(spotcheck.Entry{Kind: spotcheck.Missed, Round: want.Round}))
			continue
		}
		if churn && want.Round == 3 {
			people = people[15:]
		}
		if churn && want.Round == 4 {
			people = append(people, staff(101, 120)...)
		}
		r := roster(t, people)
		m, err := spotcheck.Draw(s, want.Round, r, spotcheck.KeySeed(key))
		require.NoError(t, err)
		lists := map[spotcheck.Reason][]string{}
		for _, p := range m.Drawn {
			reason := p.Reason
			if reason == spotcheck.TopUp {
				reason = spotcheck.Fresh
			}
			lists[reason] = append(lists[reason], p.Person)
		}
		k := m.Counts
		equal(want.Kind, map[spotcheck.RoundKind]string{spotcheck.Routine: "regular", spotcheck.YearEnd: "year_end"}[m.Kind], "kind", want.Round)
		equal(want.N, k.N, "N", want.Round)
		equal(want.Quota, k.Quota, "quota", want.Round)
		equal(want.AfterTopUp, k.Target, "target", want.Round)
		equal(want.NFresh, k.Fresh+k.TopUp, "first checks", want.Round)
		equal(want.NRecheck, k.Recheck, "rechecks", want.Round)
		equal(want.NRepeat, k.Repeat, "repeats", want.Round)
		equal(want.Checked, k.Checked, "checked", want.Round)
		equal(want.CoverageGoal, k.Goal, "goal", want.Round)
		equal(want.QuotaShortfall, k.Shortfall, "shortfall", want.Round)
		equal(want.NoRepeatRelaxed, k.Repeat > 0, "relaxed", want.Round)
		fails := map[string]bool{}
		if want.FailedNow != nil {
			for reason, list := range map[spotcheck.Reason][]string{spotcheck.Fresh: want.Fresh, spotcheck.Rechecked: want.Recheck, spotcheck.Repeat: want.Repeat} {
				equal(list, append([]string{}, lists[reason]...), reason.String(), want.Round)
			}
			for _, id := range *want.FailedNow {
				fails[id] = true
			}
		} else if next := slices.IndexFunc(trace.Trace[i+1:], func(r goldenRound) bool { return r.Held }); next >= 0 {
			for _, p := range m.Drawn[:trace.Trace[i+1+next].NRecheck] {
				fails[p.Person] = true
			}
		}
		require.NoError(t, s.Apply(m.Entry("planner", day(want.Round))))
		for _, p := range m.Drawn {
			x := result(p.Person, fails[p.Person])
			require.NoError(t, s.Apply(spotcheck.Entry{Kind: spotcheck.Assessed, Round: m.Round, Result: &x}))
		}
		cover := s.Coverage(r)
		equal(want.Distinct, cover.Seen, "distinct", want.Round)
		equal(want.UnseenLeft, cover.N-cover.Seen, "unseen", want.Round)
		if i == len(trace.Trace)-1 {
			equal(trace.ClosingDistinct, cover.Seen, "closing distinct", want.Round)
			equal(trace.ClosingN, cover.N, "closing N", want.Round)
			equal(trace.Goal, cover.Goal, "closing goal", want.Round)
			equal(trace.GoalMet, cover.Shortfall == 0, "goal met", want.Round)
			equal(trace.ClosingDistinct, k.Seen+k.Fresh+k.TopUp, "coverage the manifest promises", want.Round)
			equal(max(0, trace.Goal-trace.ClosingDistinct), k.CoverageShortfall, "shortfall the manifest promises", want.Round)
		}
	}
	return compared
}

func TestGoldenSpotcheckHashChain(t *testing.T) {
	g := readGolden(t)
	last := len(g.HashChain) - 1
	chain, err := spotcheck.NewChain(g.HashChain[last], last)
	require.NoError(t, err)
	require.Equal(t, g.HashChain[0], chain.Commitment())
	for round := 1; round <= last; round++ {
		seed, err := chain.Seed(round, "3021.55")
		require.NoError(t, err)
		require.Equal(t, g.HashChain[round], seed.Link)
		require.Equal(t, spotcheck.Hash(sha256.Sum256(append(seed.Link[:], "3021.55"...))), seed.Key)
	}
	require.Equal(t, 5, last)
	t.Log(last+1, "links")
}

// The tickets of the file as a round gives them: everybody is drawn, in their order.
func TestGoldenSpotcheckTickets(t *testing.T) {
	g := readGolden(t)
	want := map[string]string{}
	var people []spotcheck.Person
	for _, x := range g.Tickets {
		want[x.ID] = x.Hex
		if x.ID == "" {
			_, err := spotcheck.NewRoster([]spotcheck.Person{{}})
			require.ErrorIs(t, err, spotcheck.ErrInvalid, "a vector of the ticket, and nobody on a roster")
			got := ticket.NewDrum(g.Seed[:], spotcheck.Algorithm, "2026").Of("")
			require.Equal(t, x.Hex, hex.EncodeToString(got[:]))
			continue
		}
		people = append(people, spotcheck.Person{ID: x.ID})
	}
	c := spotcheck.Rounds("2026", 1)
	c.RoutineRate = spotcheck.Percent(100)
	s, err := spotcheck.Fold([]spotcheck.Entry{{Kind: spotcheck.Opened, Opening: &spotcheck.Opening{Cycle: c}}})
	require.NoError(t, err)
	m, err := spotcheck.Draw(s, 1, roster(t, people), spotcheck.KeySeed(g.Seed))
	require.NoError(t, err)
	require.Len(t, m.Drawn, len(g.Tickets)-1)
	for _, p := range m.Drawn {
		require.Equal(t, want[p.Person], p.Ticket.String(), p.Person)
	}
	t.Log(len(want), "tickets")
}

func TestGoldenSpotcheckDepartments(t *testing.T) {
	d := readGolden(t).Departments
	var claims []spotcheck.Claim
	var people []spotcheck.Person
	for id, n := range d.People {
		claims = append(claims, spotcheck.Claim{ID: id, Weight: n, Most: n})
		for i := range n {
			people = append(people, spotcheck.Person{ID: id + strconv.Itoa(i), Department: id})
		}
	}
	c := spotcheck.Rounds("2026", len(d.Webster))
	c.ByDepartment = true
	s := &spotcheck.State{}
	require.NoError(t, s.Apply(spotcheck.Entry{Kind: spotcheck.Opened, Opening: &spotcheck.Opening{Cycle: c}}))
	r := roster(t, people)
	compared, sums := 0, map[string]int{}
	for i, want := range d.Webster {
		given, err := spotcheck.Apportion(claims, d.Quota)
		require.NoError(t, err)
		for j := range claims {
			require.Equal(t, want[claims[j].ID], given[j], "round %d, %s", i+1, claims[j].ID)
			claims[j].Have += given[j]
			compared++
		}
		m, err := spotcheck.Draw(s, i+1, r, spotcheck.KeySeed(spotcheck.Hash{}))
		require.NoError(t, err)
		for _, a := range m.Departments {
			require.Equal(t, want[a.Department], a.First, "round %d, %s", i+1, a.Department)
			sums[a.Department] += a.First
			compared++
		}
		assess(t, s, m, nil)
	}
	require.Equal(t, d.After7, sums)
	var alabama []spotcheck.Claim
	for id, n := range d.Alabama.W {
		alabama = append(alabama, spotcheck.Claim{ID: id, Weight: n, Most: n})
	}
	before, err := spotcheck.Apportion(alabama, d.Alabama.N)
	require.NoError(t, err)
	after, err := spotcheck.Apportion(alabama, d.Alabama.N+1)
	require.NoError(t, err)
	for i := range alabama {
		require.GreaterOrEqual(t, after[i], before[i], "one seat more takes none away")
	}
	require.Equal(t, 2*5*7, compared)
	t.Log(compared, "numbers of departments")
}

// assess appends a manifest and its results.
func assess(t require.TestingT, s *spotcheck.State, m *spotcheck.Manifest, fails map[string]bool) {
	require.NoError(t, s.Apply(m.Entry("planner", day(m.Round))))
	for _, p := range m.Drawn {
		x := result(p.Person, fails[p.Person])
		require.NoError(t, s.Apply(spotcheck.Entry{Kind: spotcheck.Assessed, Round: m.Round, Result: &x}))
	}
}

func TestGoldenSpotcheckFloatTraps(t *testing.T) {
	compared := 0
	for text, want := range readGolden(t).Traps {
		rate, err := spotcheck.ParseRate(text)
		require.NoError(t, err)
		float, err := strconv.ParseFloat(text, 64)
		require.NoError(t, err)
		var ceil, floor []int
		for n := 1; n <= 10000; n++ {
			exact := rate.Of(n)
			require.GreaterOrEqual(t, int64(exact)*rate.Den, int64(n)*rate.Num)
			require.Less(t, int64(exact-1)*rate.Den, int64(n)*rate.Num)
			if int(math.Ceil(float*float64(n))) != exact {
				ceil = append(ceil, n)
			}
			if int(math.Floor(float*float64(n))) != int(int64(n)*rate.Num/rate.Den) {
				floor = append(floor, n)
			}
		}
		require.Equal(t, want.CeilWrong, len(ceil), text)
		require.Equal(t, want.FloorWrong, len(floor), text)
		require.Equal(t, []int(want.CeilFirst), append([]int{}, ceil[:len(want.CeilFirst)]...))
		require.Equal(t, []int(want.FloorFirst), append([]int{}, floor[:len(want.FloorFirst)]...))
		compared += 2 + len(want.CeilFirst) + len(want.FloorFirst)
	}
	t.Log(compared, "numbers, and that the exact quota is the least")
}
