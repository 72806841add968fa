package reward_test

import (
	"fmt"
	"testing"

	"github.com/guanxi-go/guanxi/loyalty/reward"
)

func BenchmarkRedeem(b *testing.B) {
	r := reward.Reward{Code: "mug", En: "Mug", Cost: 500, Stock: reward.Limited, Limits: []reward.Limit{{N: 2, Per: reward.PerMonth}}}
	stock := stocked(b, 1000)
	m := reward.Member{ID: "m", Taken: []reward.Taken{{At: on(2, 1, 0), N: 2}}}
	ask := reward.Request{ID: "r", N: 1, Zone: shanghai, Act: by("m", on(3, 1, 0))}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := r.Redeem(stock, m, ask); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkVerify(b *testing.B) {
	c := codes(b, "vouchers", reward.Key{ID: 3, Secret: secret})
	text := signed(b, c, "123456789")
	b.ReportAllocs()
	for b.Loop() {
		if _, err := c.Verify(text); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkIssueBatch(b *testing.B) {
	n := 100_000
	if testing.Short() {
		n = 1_000
	}
	c := codes(b, "vouchers", reward.Key{ID: 3, Secret: secret})
	ids := make([]string, n)
	for i := range ids {
		ids[i] = fmt.Sprint(1_000_000 + i)
	}
	b.Run(fmt.Sprintf("vouchers=%d", n), func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if _, err := (reward.VoucherTerms{Uses: 1}).IssueBatch(ids, c, by("s", on(1, 1, 0))); err != nil {
				b.Fatal(err)
			}
		}
	})
}
