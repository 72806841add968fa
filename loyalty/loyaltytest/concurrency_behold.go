package loyaltytest

import (
	"fmt"

	"github.com/guanxi-go/guanxi/internal/storetest"
	"github.com/guanxi-go/guanxi/loyalty"
	"github.com/guanxi-go/guanxi/loyalty/points"
)

// accountBeholdChecks are the cases of accounts that are read beside commits.
func accountBeholdChecks() []check {
	return []check{{
		name:  "concurrency/no-half-commit",
		rules: storetest.Says("Store: Consistency", "an Account or a Record and the Head in it are of the same moment."),
		run: func(c *scene) {
			// Version n+1 has n entries and lots, is of member n, and was last recorded at minute n.
			p := account("p")
			c.commit(set(p, 0, stands(of("0"))))
			whole := func(row loyalty.Account, err error) bool {
				if c.Fails("Account", err, nil); err != nil {
					return false
				}
				n := row.State.Seq
				if row.Head != headOf(n+1, row.State) || len(row.State.Lots) != int(n) || row.Standing.Member != fmt.Sprint(n) || n > 0 && row.Head.Recorded != minute(int(n)) {
					c.Errorf("account: head %+v, member %s, %d entries and %d lots are not of one moment", row.Head, row.Standing.Member, n, len(row.State.Lots))
					return false
				}
				return true
			}
			readers := []func() bool{
				func() bool { return whole(c.store.Account(c.ctx, "p")) },
				func() bool {
					for row, err := range c.store.Accounts(c.ctx, loyalty.AccountFilter{}) {
						if !whole(row, err) {
							return false
						}
					}
					return true
				},
				func() bool {
					head := c.head(p)
					if head.Version != head.Entries+1 {
						c.Errorf("head %+v is not of one moment", head)
						return false
					}
					return true
				},
			}
			storetest.During(readers, func(enough func() bool) {
				var state points.State
				for n := uint64(1); n <= uint64(c.Size(200, 60)) || n < 1000 && !enough(); n++ {
					if c.Failed() {
						return
					}
					w := follows(state, earn(int(n)))
					w.Standing, state = of(fmt.Sprint(n)), w.State
					c.commit(set(p, n, w))
				}
			})
		},
	}}
}
