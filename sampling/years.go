package sampling

import (
	"slices"
	"sync"

	"github.com/guanxi-go/guanxi/sampling/spotcheck"
)

// years keeps the states of cycles that were folded before, so that a command folds the
// entries behind them and not the year. Whether a state is that of the entries in the
// store is not guessed from versions, which a transaction that was rolled back uses
// again: the hash of the journal in the cycle's record decides.
type years struct {
	mu   sync.Mutex
	most int
	kept []keptYear // the one asked for last at the end
}

// keptYear is a state and how many entries led to it. Nothing is applied to it, and no
// note is in it: what Forget clears is not to be found here.
type keptYear struct {
	cycle   string
	entries uint64
	state   *spotcheck.State
}

// find returns what is kept of a cycle; of one of which nothing is, the state before all
// entries.
func (y *years) find(cycle string) keptYear {
	y.mu.Lock()
	defer y.mu.Unlock()
	for i, k := range y.kept {
		if k.cycle == cycle {
			y.kept = append(slices.Delete(y.kept, i, i+1), k)
			return k
		}
	}
	return keptYear{cycle: cycle, state: &spotcheck.State{}}
}

// keep replaces what is kept of a cycle, and lets go of the one asked for longest ago
// where there are too many.
func (y *years) keep(k keptYear) {
	if y.most < 1 {
		return
	}
	y.mu.Lock()
	defer y.mu.Unlock()
	y.kept = slices.DeleteFunc(y.kept, func(old keptYear) bool { return old.cycle == k.cycle })
	if len(y.kept) == y.most {
		y.kept = slices.Delete(y.kept, 0, 1)
	}
	y.kept = append(y.kept, k)
}
