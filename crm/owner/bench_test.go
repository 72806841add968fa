package owner_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/guanxi-go/guanxi/crm/owner"
)

var history = []owner.Entry{
	line(owner.Assigned, "", "a", 1), line(owner.Transferred, "a", "b", 2), line(owner.Released, "b", "", 3),
	line(owner.Claimed, "", "c", 4), line(owner.Transferred, "c", "a", 5),
}

func BenchmarkFold(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		if _, err := owner.Fold(history); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkClaim(b *testing.B) {
	policy := owner.Policy{Zone: time.UTC, ProtectDays: 30, ClaimsPerDay: 10, CoolDownDays: 30, Capacity: 100}
	by, a := staff("a"), act("a", tick(1))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := policy.Claim(owner.Holding{}, by, a); err != nil {
			b.Fatal(err)
		}
	}
}

func benchTeam(n int) (ids []string, all []owner.Staff) {
	for i := range n {
		id := fmt.Sprintf("s-%03d", i)
		ids = append(ids, id)
		all = append(all, owner.Staff{ID: id, Active: true, Held: i % 7, Weight: int64(1 + i%3)})
	}
	return ids, all
}

func BenchmarkAssign(b *testing.B) {
	n := 100_000
	if testing.Short() {
		n = 1_000
	}
	ids, all := benchTeam(100)
	leads := make([]owner.Item, n)
	for i := range leads {
		leads[i].Customer = fmt.Sprintf("c-%06d", i)
	}
	for _, m := range []owner.Method{owner.RoundRobin, owner.LeastLoaded, owner.Weighted} {
		router, err := owner.TeamRouter(m, ids...)
		require.NoError(b, err)
		b.Run(fmt.Sprintf("%v/items=%d/staff=100", m, n), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := router.Assign(leads, all, nil, tick(1)); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkPlanTransfer(b *testing.B) {
	n := 10_000
	if testing.Short() {
		n = 500
	}
	_, takers := benchTeam(20)
	var book []owner.Account
	for i := range n {
		book = append(book, account(fmt.Sprintf("c-%06d", i), int64(i*i%1009)))
	}
	b.Run(fmt.Sprintf("customers=%d/takers=20", n), func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if _, err := (owner.Policy{}).PlanTransfer("gone", book, takers, owner.TransferOptions{Split: owner.ByValue}, leaving); err != nil {
				b.Fatal(err)
			}
		}
	})
}
