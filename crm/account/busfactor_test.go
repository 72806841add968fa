package account_test

import (
	"fmt"
	"math/bits"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/guanxi-go/guanxi/crm/account"
)

// plainBusFactor looks at every set of ours, by numbers whose bits are people;
// among the smallest sets it takes the first by ids.
func plainBusFactor(m account.Map) (size int, first []string) {
	var ours []string
	for _, c := range m.Colleagues {
		if c.Active > 0 {
			ours = append(ours, c.Staff)
		}
	}
	var tied []uint
	var influence []int
	for _, p := range m.People {
		var who uint
		for _, id := range p.Active {
			who |= 1 << slices.Index(ours, id)
		}
		if who != 0 {
			tied, influence = append(tied, who), append(influence, p.Influence)
		}
	}
	for set := uint(0); set < 1<<len(ours); set++ {
		lost := 0
		for j, who := range tied {
			if who&set == who {
				lost += influence[j]
			}
		}
		n := bits.OnesCount(set)
		if 2*lost <= m.Influence || size > 0 && n > size {
			continue
		}
		var ids []string
		for i, id := range ours {
			if set&(1<<i) != 0 {
				ids = append(ids, id)
			}
		}
		if size == 0 || n < size || slices.Compare(ids, first) < 0 {
			size, first = n, ids
		}
	}
	return size, first
}

func TestBusFactorExact(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		people, ties := randomAccount(t, rapid.IntRange(0, 7).Draw(t, "ours"), 7)
		m := assess(t, people, ties...)
		size, first := plainBusFactor(m)
		require.Equal(t, size, m.BusFactor.AtMost)
		require.Equal(t, size, m.BusFactor.AtLeast)
		require.Equal(t, first, m.BusFactor.Staff)
		require.Equal(t, size == 0, m.BusFactor.IsZero())
		require.Equal(t, size > 0, m.BusFactor.Exact())
		if size > 0 {
			require.Greater(t, 2*m.BusFactor.Lost, m.Influence)
		}
	})
}

// Above 15 of ours the truth lies between the bounds.
func TestBusFactorBounds(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		ours := rapid.IntRange(account.ExactStaff+1, account.ExactStaff+2).Draw(t, "ours")
		var people []account.Stakeholder
		var ties []account.Tie
		for j := range 8 {
			people = append(people, person(fmt.Sprint("k", j), rapid.IntRange(1, 5).Draw(t, "influence"), 0))
		}
		for i := range ours {
			j := rapid.IntRange(0, 7).Draw(t, "first")
			for n := range rapid.IntRange(1, 3).Draw(t, "ties") {
				ties = append(ties, tie(fmt.Sprintf("p%02d", i), fmt.Sprint("k", (j+n)%8)))
			}
		}
		m := assess(t, people, ties...)
		require.Equal(t, ours, m.OursActive)
		truth, _ := plainBusFactor(m)
		require.LessOrEqual(t, m.BusFactor.AtLeast, truth)
		require.GreaterOrEqual(t, m.BusFactor.AtMost, truth)
		require.Len(t, m.BusFactor.Staff, m.BusFactor.AtMost)
		require.Greater(t, 2*m.BusFactor.Lost, m.Influence)
		require.GreaterOrEqual(t, m.BusFactor.AtLeast, 1)
	})
}

// One person each: the bounds meet, and more than half of equals is half and one.
func TestBusFactorOfEquals(t *testing.T) {
	for _, n := range []int{1, 2, account.ExactStaff, account.ExactStaff + 1, 40} {
		var people []account.Stakeholder
		var ties []account.Tie
		for i := range n {
			id := fmt.Sprintf("%02d", i)
			people, ties = append(people, person("k"+id, 2, 0)), append(ties, tie("p"+id, "k"+id))
		}
		m := assess(t, people, ties...)
		require.Equal(t, n/2+1, m.BusFactor.AtMost)
		require.True(t, m.BusFactor.Exact())
		require.Equal(t, "p00", m.BusFactor.Staff[0])
	}
}

func BenchmarkAssess(b *testing.B) {
	for _, n := range []int{5, 15, 40} {
		var people []account.Stakeholder
		var ties []account.Tie
		for i := range n {
			people = append(people, person(fmt.Sprintf("k%02d", i), 1+i%5, account.Neutral, account.User))
			for k := range 3 {
				ties = append(ties, tie(fmt.Sprintf("p%02d", i), fmt.Sprintf("k%02d", (i+k)%n)))
			}
		}
		b.Run(fmt.Sprintf("ours=%d", n), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := account.Assess("c", people, ties, noon, shanghai, account.Options{}); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
