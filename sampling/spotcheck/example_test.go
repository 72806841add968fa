package spotcheck_test

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"time"

	"github.com/guanxi-go/guanxi/crm/calendar"
	"github.com/guanxi-go/guanxi/crm/finding"
	"github.com/guanxi-go/guanxi/sampling/spotcheck"
)

// everybody returns so many employees.
func everybody(n int) *spotcheck.Roster {
	people := make([]spotcheck.Person, n)
	for i := range people {
		people[i] = spotcheck.Person{ID: fmt.Sprintf("E%04d", i+1)}
	}
	roster, err := spotcheck.NewRoster(people)
	if err != nil {
		panic(err)
	}
	return roster
}

func must[T any](x T, err error) T {
	if err != nil {
		panic(err)
	}
	return x
}

// holdYear plays a year of quarterly checks on one roster: the journal as it stands on
// New Year's Eve. Whoever's id ends with 7 fails the first check.
func holdYear(staff *spotcheck.Roster, secret [32]byte) []spotcheck.Entry {
	cycle := spotcheck.Quarterly(2026)
	chain := must(spotcheck.NewChain(secret, len(cycle.Rounds)))
	journal := []spotcheck.Entry{{Kind: spotcheck.Opened, Opening: &spotcheck.Opening{
		Cycle: cycle, Commitment: chain.Commitment(), PublicSource: "composite-index"}}}
	state := must(spotcheck.Fold(journal))
	add := func(e spotcheck.Entry) {
		if err := state.Apply(e); err != nil {
			panic(err)
		}
		journal = append(journal, e)
	}
	for i, round := range cycle.Rounds {
		seed := must(chain.Seed(i+1, fmt.Sprintf("%s: %d.%02d", round.Name, 3000+17*i, 31*i%100)))
		manifest := must(spotcheck.Draw(state, i+1, staff, seed))
		add(manifest.Entry("planner", time.Date(2026, 3, 1, 8, 0, 0, 0, time.UTC)))
		for _, p := range manifest.Drawn {
			result := spotcheck.Result{Person: p.Person, Understanding: 80, Practice: 75, Inspector: "I01"}
			if p.Person[len(p.Person)-1] == '7' && p.Reason != spotcheck.Rechecked {
				result.Practice = 40
			}
			add(spotcheck.Entry{Kind: spotcheck.Assessed, Round: i + 1, Result: &result})
		}
	}
	add(spotcheck.Entry{Kind: spotcheck.Closed, Roster: staff.Hash()})
	return journal
}

// Plan a year for 101 people, with a check in every month.
func Example() {
	staff := everybody(101)
	cycle := spotcheck.Monthly(2026)
	report, err := spotcheck.Plan(cycle, staff.Headcount(), spotcheck.Percent(10))
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, f := range report.Findings(cycle.ID, calendar.MustDate(2026, 1, 1)) {
		fmt.Println(must(spotcheck.Catalogue().Render(f, finding.English)))
		fmt.Println(must(spotcheck.Catalogue().Render(f, finding.Chinese)))
	}
	for i, k := range report.Rounds {
		if i >= 8 {
			fmt.Printf("%s: %d for the first time, %d again\n", cycle.Rounds[i].Name, k.Fresh, k.Repeat)
		}
	}
	fmt.Printf("%.0f checks if one in ten fails, %d if everybody does\n", report.ExpectedChecks, report.WorstChecks)

	chain, err := spotcheck.NewChain([32]byte{1, 2, 3}, len(cycle.Rounds)) // 32 bytes of good randomness, kept secret
	if err != nil {
		fmt.Println(err)
		return
	}
	state, err := spotcheck.Fold([]spotcheck.Entry{{Kind: spotcheck.Opened,
		Opening: &spotcheck.Opening{Cycle: cycle, Commitment: chain.Commitment()}}})
	if err != nil {
		fmt.Println(err)
		return
	}
	seed, err := chain.Seed(1, "composite index of 2026-01-05: 3021.55")
	if err != nil {
		fmt.Println(err)
		return
	}
	manifest, err := spotcheck.Draw(state, 1, staff, seed)
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, p := range manifest.Drawn[:3] {
		fmt.Println(p.Person, p.Reason, p.Ticket)
	}
	// Output:
	// feasible-with-relaxation: of 101 people, 11 in a round, 31 at the end of the year, 61 different ones over the year
	// 放宽后可行：员工 101 人，每轮 11 人，年底 31 人，全年不重复 61 人
	// 163 draws from 101 people: repeats are unavoidable from round 10 on
	// 共需抽取 163 人次，可抽人员 101 人，自第 10 轮起重复不可避免
	// 2026-09: 11 for the first time, 0 again
	// 2026-10: 2 for the first time, 9 again
	// 2026-11: 0 for the first time, 11 again
	// 2026-12: 0 for the first time, 11 again
	// 2026-year-end: 0 for the first time, 31 again
	// 178 checks if one in ten fails, 899 if everybody does
	// E0046 fresh 028b62cbce1be6b950ecc850fc762fd5
	// E0011 fresh 03d3a7a2faa30da97245bd752dc2e323
	// E0071 fresh 0534c7bccff063f91d88aa956ef18814
}

// The facts of a plan for several sizes of staff: quota of a round, of the year-end check, goal; how many
// different people three or four rounds and the year-end check reach, of how many draws; with
// monthly checks, the first round that has to repeat, the same if the year-end quota is kept
// unseen, and the largest round without repeats then.
func ExamplePlan() {
	fmt.Println("N        q    Y    G     3 rounds     4 rounds  repeat  reserving  per round")
	of := func(r *spotcheck.Report) string { return fmt.Sprintf("%d of %d", r.MaxDistinct, r.Draws) }
	for _, n := range []int{1, 7, 10, 33, 100, 101, 1000} {
		h := spotcheck.Headcount{N: n}
		three := must(spotcheck.Plan(spotcheck.Rounds("2026", 3), h, spotcheck.Rate{}))
		four := must(spotcheck.Plan(spotcheck.Rounds("2026", 4), h, spotcheck.Rate{}))
		twelve := must(spotcheck.Plan(spotcheck.Rounds("2026", 12), h, spotcheck.Rate{}))
		fmt.Printf("%-5d%5d%5d%5d%13s%13s%8d%11d%11d\n", n, three.Quota, three.YearEnd, three.Goal, of(three), of(four), twelve.FirstRepeat, twelve.FirstRepeatReserving, twelve.MaxPerRound)
	}
	// Output:
	// N        q    Y    G     3 rounds     4 rounds  repeat  reserving  per round
	// 1        1    1    1       1 of 4       1 of 5       2          1          0
	// 7        1    3    5       6 of 6       7 of 7       8          5          0
	// 10       1    3    6       6 of 6       7 of 7      11          8          0
	// 33       4   10   20     22 of 22     26 of 26       9          6          1
	// 100     10   30   60     60 of 60     70 of 70      11          8          5
	// 101     11   31   61     64 of 64     75 of 75      10          7          5
	// 1000   100  300  600   600 of 600   700 of 700      11          8         58
}

// An auditor has the journal with the manifests, the rosters and the commitment that
// was published in January, and no secret.
func ExampleVerifyCycle() {
	staff := everybody(101)
	journal := holdYear(staff, [32]byte{42})

	fmt.Println("verified:", spotcheck.VerifyCycle(journal, staff))
	state := must(spotcheck.Fold(journal))
	for round := range state.Rounds() {
		m := round.Manifest
		fmt.Println(state.Cycle().Rounds[round.Number-1].Name, m.Counts.Checked, "people, revealed", m.Seed.Link.String()[:8])
	}
	c := state.Coverage(staff)
	fmt.Printf("%d of %d people, goal %d\n", c.Seen, c.N, c.Goal)
	// Output:
	// verified: <nil>
	// 2026-Q1 11 people, revealed 0e8e5dd9
	// 2026-Q2 11 people, revealed 1144f374
	// 2026-Q3 13 people, revealed 1efb3d50
	// 2026-Q4 12 people, revealed 12f3bb4c
	// 2026-year-end 31 people, revealed 2a000000
	// 75 of 101 people, goal 61
}

// Somebody put a colleague in place of a drawn person.
func ExampleVerify() {
	staff := everybody(101)
	journal := holdYear(staff, [32]byte{42})
	opening, first := journal[:1], journal[1].Manifest
	published := must(first.Canonical())
	fmt.Println("as drawn:", spotcheck.Verify(must(spotcheck.ParseManifest(published)), staff, opening))

	swapped := must(spotcheck.ParseManifest(published))
	swapped.Drawn[2].Person = "E0001"
	err := spotcheck.Verify(swapped, staff, opening)
	fmt.Println("swapped:", err)
	var e *spotcheck.Error
	if errors.As(err, &e) {
		fmt.Println(e.Field, e.Item, e.Text(finding.Chinese))
	}
	// Output:
	// as drawn: <nil>
	// swapped: spotcheck: drawn[2]: E0001: is not what the rules, the roster, the journal and the seed lead to: does not verify: invalid
	// drawn 2 与按规则、名册、台账和种子重新计算的结果不符
}

// Who is excellent, who is trained and examined again.
func ExampleState_Annual() {
	staff := everybody(10)
	state := must(spotcheck.Fold(holdYear(staff, [32]byte{42})[:14]))
	fmt.Println("due for a recheck:", state.Outstanding(staff))
	for _, a := range state.Annual(staff) {
		fmt.Println(a.Person, a.Grade, a.Grade.Zh(), "by", a.Basis, a.Checks, "checks", a.Fails, "fails")
	}
	// Output:
	// due for a recheck: [E0007]
	// E0001 qualified 合格 by year-end 1 checks 0 fails
	// E0002 not-assessed 未考核 by none 0 checks 0 fails
	// E0003 not-assessed 未考核 by none 0 checks 0 fails
	// E0004 qualified 合格 by routine 1 checks 0 fails
	// E0005 qualified 合格 by year-end 1 checks 0 fails
	// E0006 not-assessed 未考核 by none 0 checks 0 fails
	// E0007 unqualified 不合格 by year-end 1 checks 1 fails
	// E0008 qualified 合格 by routine 1 checks 0 fails
	// E0009 qualified 合格 by routine 1 checks 0 fails
	// E0010 qualified 合格 by routine 1 checks 0 fails
}

// Seats of 10 for departments of 3, 1, 12, 27 and 57 people: nobody starves in seven
// rounds.
func ExampleApportion() {
	claims := []spotcheck.Claim{{ID: "A", Weight: 3, Most: 3}, {ID: "B", Weight: 1, Most: 1},
		{ID: "C", Weight: 12, Most: 12}, {ID: "D", Weight: 27, Most: 27}, {ID: "E", Weight: 57, Most: 57}}
	for range 7 {
		given := must(spotcheck.Apportion(claims, 10))
		for i := range claims {
			claims[i].Have += given[i]
		}
		fmt.Println(given)
	}
	for _, c := range claims {
		fmt.Print(c.ID, " ", c.Have, "  ")
	}
	// Output:
	// [0 0 1 3 6]
	// [1 0 1 2 6]
	// [0 0 2 3 5]
	// [0 0 1 3 6]
	// [1 1 1 2 5]
	// [0 0 1 3 6]
	// [0 0 1 3 6]
	// A 2  B 1  C 8  D 19  E 40
}

// One month in ten is missed, 2 % leave and 3 % join between two rounds.
func ExampleSimulate() {
	forecast := must(spotcheck.Simulate(spotcheck.Quarterly(2026), spotcheck.Scenario{
		N: 101, Fail: spotcheck.Percent(15), Join: spotcheck.Percent(3), Leave: spotcheck.Percent(2), Miss: spotcheck.Percent(10), Bad: 3, Runs: 500,
	}, rand.New(rand.NewChaCha8([32]byte{1}))))
	fmt.Printf("goal met in %.0f %% of years\n", 100*forecast.GoalMet)
	fmt.Printf("coverage %.2f (%.2f to %.2f), %.0f checks\n", forecast.Coverage.Mean, forecast.Coverage.Low, forecast.Coverage.High, forecast.Checks.Mean)
	for _, r := range forecast.Rounds {
		fmt.Printf("%s: one of the bad is found with %.0f %%\n", r.Name, 100*r.DetectAny)
	}
	// Output:
	// goal met in 100 % of years
	// coverage 0.67 (0.60 to 0.72), 79 checks
	// 2026-Q1: one of the bad is found with 27 %
	// 2026-Q2: one of the bad is found with 46 %
	// 2026-Q3: one of the bad is found with 60 %
	// 2026-Q4: one of the bad is found with 74 %
	// 2026-year-end: one of the bad is found with 95 %
}

func ExampleRate_Of() {
	fmt.Println(spotcheck.Percent(7).Of(100), must(spotcheck.ParseRate("0.55")).Of(100))
	// Output:
	// 7 55
}
