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
	rosters *rosters
}

// rosters are those of the rounds that a state has drawn, as far as they were asked for,
// which nothing changes any more. They outlive the state where more entries follow it.
type rosters struct {
	mu    sync.Mutex
	drawn map[int]*spotcheck.Roster // by round: the lines of those who were drawn or carried
	staff staff
}

// staff is two rosters: the last of a list, and everybody who is on one before it.
type staff struct {
	hashes        []spotcheck.Hash // of the list
	earlier, last *spotcheck.Roster
}

func newRosters() *rosters { return &rosters{drawn: map[int]*spotcheck.Roster{}} }

func (r *rosters) ofDrawn(round int) *spotcheck.Roster {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.drawn[round]
}

func (r *rosters) keepDrawn(round int, roster *spotcheck.Roster) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.drawn[round] = roster
}

func (r *rosters) ofStaff() staff {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.staff
}

func (r *rosters) keepStaff(s staff) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.staff = s
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
	return newYear(cycle)
}

func newYear(cycle string) keptYear {
	return keptYear{cycle: cycle, state: &spotcheck.State{}, rosters: newRosters()}
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
