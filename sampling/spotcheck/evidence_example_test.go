package spotcheck_test

import (
	"fmt"
	"time"

	"github.com/guanxi-go/guanxi/sampling/spotcheck"
)

// holdRound draws the next round and lets everybody pass but those in fails.
func holdRound(s *spotcheck.State, staff *spotcheck.Roster, fails ...string) {
	manifest := must(spotcheck.Draw(s, s.Next(), staff, spotcheck.KeySeed([32]byte{byte(s.Next())})))
	apply := func(e spotcheck.Entry) {
		if err := s.Apply(e); err != nil {
			panic(err)
		}
	}
	apply(manifest.Entry("planner", time.Date(2026, 3, 1, 8, 0, 0, 0, time.UTC)))
	for _, p := range manifest.Drawn {
		result := spotcheck.Result{Person: p.Person, Understanding: 80, Practice: 75}
		for _, id := range fails {
			if id == p.Person {
				result.Practice = 40
			}
		}
		apply(spotcheck.Entry{Kind: spotcheck.Assessed, Round: manifest.Round, Result: &result})
	}
}

// Ten of a hundred were checked and all passed. How many of the hundred would not?
func ExampleState_RoundEvidence() {
	state := must(spotcheck.Fold([]spotcheck.Entry{{Kind: spotcheck.Opened, Opening: &spotcheck.Opening{Cycle: spotcheck.Rounds("2026", 3)}}}))
	staff := everybody(100)
	holdRound(state, staff)

	e := must(state.RoundEvidence(1, 0.95, staff))
	fmt.Println("checked", e.First.Checked, "failed", e.First.Failed)
	fmt.Println("at most", e.First.FailingAtMost, "of", e.First.People, "would fail")
	fmt.Printf("pass rate %.2f, %.2f to %.2f\n", e.First.Estimate.PassRate, e.First.Estimate.Lower, e.First.Estimate.Upper)
	// Output:
	// checked 10 failed 0
	// at most 24 of 100 would fail
	// pass rate 1.00, 0.71 to 1.00
}

// A year of quarterly checks in which whoever's id ends with 7 fails the first check.
// The routine rounds count 60 %, the year-end check 40 %.
func ExampleState_YearEvidence() {
	staff := everybody(100)
	state := must(spotcheck.Fold(holdYear(staff, [32]byte{26})))
	y := must(state.YearEvidence(staff, spotcheck.Percent(40), 0.95, staff))
	show := func(name string, e spotcheck.Estimate) {
		fmt.Printf("%-8s %.3f, %.3f to %.3f\n", name, e.PassRate, e.Lower, e.Upper)
	}
	show("routine", y.Routine.Estimate)
	show("year-end", y.YearEnd.Estimate)
	show("combined", y.Combined)
	show("all", y.All.Estimate)
	fmt.Println(y.All.Checked, "of", y.All.People, "were seen")
	// Output:
	// routine  0.875, 0.770 to 0.940
	// year-end 0.867, 0.720 to 0.950
	// combined 0.872, 0.730 to 0.944
	// all      0.871, 0.820 to 0.910
	// 70 of 100 were seen
}

// Two departments are graded by what lot has shown of them.
func ExampleState_DepartmentEvidence() {
	var people []spotcheck.Person
	for i := range 60 {
		department := "sales"
		if i%5 == 0 {
			department = "store"
		}
		people = append(people, spotcheck.Person{ID: fmt.Sprintf("E%02d", i), Department: department})
	}
	staff := must(spotcheck.NewRoster(people))
	cycle := spotcheck.Rounds("2026", 1)
	cycle.RoutineRate, cycle.ByDepartment = spotcheck.Percent(50), true
	state := must(spotcheck.Fold([]spotcheck.Entry{{Kind: spotcheck.Opened, Opening: &spotcheck.Opening{Cycle: cycle}}}))
	holdRound(state, staff, "E00", "E05", "E10", "E15", "E20", "E25")

	rubric := spotcheck.DepartmentRubric{Qualified: spotcheck.Percent(70), Excellent: spotcheck.Percent(90)}
	for _, d := range must(state.DepartmentEvidence(staff, rubric, 0.95, staff)) {
		e := d.First
		fmt.Printf("%s: %v %s, %d of %d passed, %.2f to %.2f, weak evidence: %v\n", d.Department, d.Grade, d.Grade.Zh(),
			e.Checked-e.Failed, e.Checked, e.Estimate.Lower, e.Estimate.Upper, d.WeakEvidence)
	}
	// Output:
	// sales: excellent 优秀, 24 of 24 passed, 0.92 to 1.00, weak evidence: false
	// store: unqualified 不合格, 3 of 6 passed, 0.25 to 0.75, weak evidence: true
}
