package account

import (
	"math/big"
	"slices"
)

// ExactStaff is up to how many colleagues with active ties the bus factor is
// searched exactly.
const ExactStaff = 15

// BusFactor is the fewest of ours whose leaving together loses more than half of
// the influence that we are actively tied to (关键人脆弱度); a person of theirs is
// lost when everybody goes who is actively tied to him. The zero value is absent:
// nobody is actively tied.
//
// Up to [ExactStaff] colleagues with active ties every set is looked at, and
// AtLeast and AtMost are equal. Above, it lies between them: AtLeast sums the
// greatest shares of ours, where each person's influence is shared equally among
// those tied to him, until they pass one half; AtMost is the size of a set found
// by always letting the one go who loses most.
type BusFactor struct {
	AtLeast int      `json:"at_least"`
	AtMost  int      `json:"at_most"`
	Staff   []string `json:"staff,omitempty"` // a set of AtMost of ours, by id: of several, the first in that order
	Lost    int      `json:"lost"`            // the influence lost with them
}

// IsZero reports whether the bus factor is absent.
func (b BusFactor) IsZero() bool { return b.AtMost == 0 }

// Exact reports whether it is known exactly.
func (b BusFactor) Exact() bool { return b.AtMost > 0 && b.AtLeast == b.AtMost }

// network is who of ours is actively tied to whom.
type network struct {
	ours      []string // by id
	ties      [][]int  // of each of theirs, places in ours
	influence []int    // of each of theirs
	total     int
}

func newNetwork(people []Person) (n network) {
	for _, p := range people {
		n.ours = append(n.ours, p.Active...)
	}
	slices.Sort(n.ours)
	n.ours = slices.Compact(n.ours)
	for _, p := range people {
		if len(p.Active) == 0 {
			continue
		}
		var tied []int
		for _, id := range p.Active {
			i, _ := slices.BinarySearch(n.ours, id)
			tied = append(tied, i)
		}
		n.ties = append(n.ties, tied)
		n.influence = append(n.influence, p.Influence)
		n.total += p.Influence
	}
	return n
}

func busFactor(people []Person) BusFactor {
	n := newNetwork(people)
	if n.total == 0 {
		return BusFactor{}
	}
	var gone []bool
	var atLeast int
	if len(n.ours) <= ExactStaff {
		gone = n.search()
		atLeast = countGone(gone)
	} else {
		gone = n.greedy()
		atLeast = n.lowerBound()
	}
	b := BusFactor{AtLeast: atLeast, AtMost: countGone(gone), Lost: n.lost(gone)}
	for i, g := range gone {
		if g {
			b.Staff = append(b.Staff, n.ours[i])
		}
	}
	return b
}

func countGone(gone []bool) (count int) {
	for _, g := range gone {
		if g {
			count++
		}
	}
	return count
}

// lost returns the influence lost with those who are gone.
func (n *network) lost(gone []bool) (sum int) {
	for j, tied := range n.ties {
		if !slices.ContainsFunc(tied, func(i int) bool { return !gone[i] }) {
			sum += n.influence[j]
		}
	}
	return sum
}

// search tries all sets that can be large enough, the small ones first, in the
// order of their ids. Sets are bits, for there are at most ExactStaff people.
func (n *network) search() []bool {
	tied := make([]uint32, len(n.ties))
	for j := range n.ties {
		for _, i := range n.ties[j] {
			tied[j] |= 1 << i
		}
	}
	var set uint32
	for size, found := n.lowerBound(), false; !found; size++ { // the set of everybody loses all
		set, found = n.choose(tied, 0, 0, size)
	}
	gone := make([]bool, len(n.ours))
	for i := range gone {
		gone[i] = set&(1<<i) != 0
	}
	return gone
}

// choose adds size more people to a set, from a place on, and returns the first
// that loses more than half.
func (n *network) choose(tied []uint32, set uint32, from, size int) (uint32, bool) {
	if size == 0 {
		lost := 0
		for j := range tied {
			if tied[j]&^set == 0 {
				lost += n.influence[j]
			}
		}
		return set, 2*lost > n.total
	}
	for i := from; i+size <= len(n.ours); i++ {
		if found, ok := n.choose(tied, set|1<<i, i+1, size-1); ok {
			return found, true
		}
	}
	return 0, false
}

// shares returns the influence that hangs on each of ours, if that of each person
// is shared equally among those tied to him.
func (n *network) shares() []*big.Rat {
	shares := make([]*big.Rat, len(n.ours))
	for i := range shares {
		shares[i] = new(big.Rat)
	}
	for j, tied := range n.ties {
		each := big.NewRat(int64(n.influence[j]), int64(len(tied)))
		for _, i := range tied {
			shares[i].Add(shares[i], each)
		}
	}
	return shares
}

// lowerBound: a set loses a person only with all who are tied to him, so it never
// loses more than the sum of its shares.
func (n *network) lowerBound() int {
	shares := n.shares()
	slices.SortFunc(shares, func(a, b *big.Rat) int { return b.Cmp(a) })
	half, sum := big.NewRat(int64(n.total), 2), new(big.Rat)
	for k, s := range shares {
		if sum.Add(sum, s).Cmp(half) > 0 {
			return k + 1
		}
	}
	return len(shares)
}

// greedy lets the one go who loses most, of several the one with the greatest
// share, then the least id, until more than half is lost.
func (n *network) greedy() []bool {
	shares := n.shares()
	gone := make([]bool, len(n.ours))
	for 2*n.lost(gone) <= n.total {
		best, most := -1, 0
		for i := range gone {
			if gone[i] {
				continue
			}
			gone[i] = true
			lost := n.lost(gone)
			gone[i] = false
			if best < 0 || lost > most || lost == most && shares[i].Cmp(shares[best]) > 0 {
				best, most = i, lost
			}
		}
		gone[best] = true
	}
	return gone
}
