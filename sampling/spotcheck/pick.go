package spotcheck

import (
	"cmp"
	"slices"

	"github.com/guanxi-go/guanxi/internal/ticket"
)

// entrant is somebody in a drum. Entrants are ordered by rank, ticket and id: the place
// on the roster is in byte order of ids.
type entrant struct {
	rank   uint64 // 0, or of a repeat: round of the last check, then the number of checks
	ticket ticket.Ticket
	at     int // on the roster
}

func compare(a, b entrant) int {
	if a.rank != b.rank {
		return cmp.Compare(a.rank, b.rank)
	}
	if x, y := a.ticket.High(), b.ticket.High(); x != y {
		return cmp.Compare(x, y)
	}
	return cmp.Or(a.ticket.Compare(b.ticket), cmp.Compare(a.at, b.at))
}

// smallest moves the n smallest to the front, sorted, and the one behind them to its
// place, where there is one.
func smallest(all []entrant, n int) {
	n = min(n+1, len(all))
	part(all, n)
	slices.SortFunc(all[:n], compare)
}

// part moves the n smallest to the front in any order: Hoare's selection. Tickets are
// as good as random, and so is the middle one as a pivot.
func part(all []entrant, n int) {
	for len(all) > 32 && n > 0 && n < len(all) {
		pivot := all[len(all)/2]
		i, j := 0, len(all)-1
		for i <= j {
			for compare(all[i], pivot) < 0 {
				i++
			}
			for compare(all[j], pivot) > 0 {
				j--
			}
			if i <= j {
				all[i], all[j] = all[j], all[i]
				i, j = i+1, j-1
			}
		}
		switch { // all[:j+1] <= pivot <= all[i:]
		case n <= j+1:
			all = all[:j+1]
		case n >= i:
			all, n = all[i:], n-i
		default:
			return
		}
	}
	if n > 0 && n < len(all) {
		slices.SortFunc(all, compare)
	}
}
