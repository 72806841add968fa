package sampling_test

import (
	"context"
	"fmt"
	"time"

	"github.com/guanxi-go/guanxi/sampling"
	"github.com/guanxi-go/guanxi/sampling/spotcheck"
)

// A quarter's spot check of 101 people: the rules are fixed and the seeds committed
// to, the roster is frozen, the round is drawn, and anybody can verify it.
func ExampleCycles() {
	ctx := context.Background()
	s, err := sampling.New(new(sampling.Memory), sampling.Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	planner := sampling.Actor{ID: "planner", Sees: sampling.Everyone()}

	// The secret of a real cycle is 32 bytes of crypto/rand, kept apart.
	chain, err := spotcheck.NewChain([32]byte{7}, 5)
	if err != nil {
		fmt.Println(err)
		return
	}
	opening := spotcheck.Opening{Cycle: spotcheck.Quarterly(2026), Commitment: chain.Commitment(), PublicSource: "closing-index"}
	if _, err := s.Cycles.Open(ctx, planner, opening, sampling.Call{Key: "open-2026"}); err != nil {
		fmt.Println(err)
		return
	}

	var people []spotcheck.Person
	for i := range 101 {
		people = append(people, spotcheck.Person{ID: fmt.Sprintf("E%03d", i+1)})
	}
	roster, err := spotcheck.NewRoster(people)
	if err != nil {
		fmt.Println(err)
		return
	}
	if _, err := s.Cycles.Freeze(ctx, planner, "2026", 1, roster, sampling.Call{}); err != nil {
		fmt.Println(err)
		return
	}
	// Only now is the closing index of the day known that everybody can look up.
	seed, err := chain.Seed(1, "3245.17")
	if err != nil {
		fmt.Println(err)
		return
	}
	drawn, err := s.Cycles.Draw(ctx, planner, "2026", 1, seed, sampling.Call{})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println("quota", drawn.Counts.Quota, "drawn", drawn.Counts.Checked)
	fmt.Println("verifies:", s.Cycles.Verify(ctx, planner, "2026") == nil)

	for line, err := range s.Cycles.List(ctx, planner, sampling.CycleFilter{Open: true}) {
		fmt.Println(line.ID, line.Due.Format(time.DateOnly), err)
	}
	// Output:
	// quota 11 drawn 11
	// verifies: true
	// 2026 2026-04-01 <nil>
}
