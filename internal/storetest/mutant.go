package storetest

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
)

// Mutant is a store with one fault, and the case that is there to find it.
type Mutant struct {
	Fault, KilledBy string
	Play            func() (said []string) // plays the case, and returns what it complained about
}

// KillAll plays the case of each mutant, wants it to fail, and prints which case
// killed which.
func KillAll(t *testing.T, mutants []Mutant) {
	t.Helper()
	var mu sync.Mutex
	var list []string
	t.Run("each", func(t *testing.T) {
		for _, m := range mutants {
			t.Run(m.Fault, func(t *testing.T) {
				t.Parallel()
				// What is wrong only beside other goroutines is not seen each time.
				var said []string
				for play := 0; play < 3 && len(said) == 0; play++ {
					said = m.Play()
				}
				if len(said) == 0 {
					t.Fatalf("the mutant survives %s", m.KilledBy)
				}
				if !strings.Contains(said[len(said)-1], "the store breaks a rule of package") {
					t.Fatalf("%s prints no rule: %q", m.KilledBy, said)
				}
				mu.Lock()
				list = append(list, fmt.Sprintf("mutant %-55s killed by case %s", m.Fault, m.KilledBy))
				mu.Unlock()
			})
		}
	})
	slices.Sort(list)
	for _, line := range list {
		t.Log(line)
	}
	if list = slices.Compact(list); len(list) != len(mutants) {
		t.Errorf("%d mutants killed, want %d with a fault of their own", len(list), len(mutants))
	}
}
