package spotcheck_test

import (
	"fmt"
	"testing"

	"github.com/guanxi-go/guanxi/sampling/spotcheck"
)

// BenchmarkDepartmentEvidence grades the departments of a company of 1e5 (short: 1e4) in
// 50 departments after five rounds with a few people on leave. Ids come in two orders of
// magnitude of departments; cost is one pass over each roster.
func BenchmarkDepartmentEvidence(b *testing.B) {
	n := 100_000
	if testing.Short() {
		n = 10_000
	}
	people := make([]spotcheck.Person, n)
	for i := range people {
		people[i] = spotcheck.Person{ID: fmt.Sprintf("E%07d", i), Department: fmt.Sprintf("d%02d", i%50)}
	}
	s := opened(b, spotcheck.Rounds("2026", 4))
	var rosters []*spotcheck.Roster
	for s.Next() <= 5 {
		for i := range people {
			people[i].Absent = ""
			if i%101 == s.Next() {
				people[i].Absent = "leave"
			}
		}
		r := roster(b, people)
		rosters = append(rosters, r)
		assess(b, s, drawWith(b, s, r, uint64(s.Next())), nil)
	}
	rubric := spotcheck.DepartmentRubric{Qualified: spotcheck.Percent(80), Excellent: spotcheck.Percent(95)}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := s.DepartmentEvidence(rosters[4], rubric, 0.95, rosters...); err != nil {
			b.Fatal(err)
		}
	}
}
