package crm_test

import (
	"fmt"
	"os"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/guanxi-go/guanxi/crm"
	"github.com/guanxi-go/guanxi/crm/crmtest"
	"github.com/guanxi-go/guanxi/crm/money"
	"github.com/guanxi-go/guanxi/crm/owner"
	"github.com/guanxi-go/guanxi/crm/pipeline"
	"github.com/guanxi-go/guanxi/crm/receivable"
)

// On a store that loses answers, refuses and reads stale, an opportunity is won with its
// order and instalments or not at all, and a command that is sent until it is answered
// makes one order; the leaver keeps nothing of it.
func TestWinOnAFaultyStore(t *testing.T) {
	runs := uint64(60)
	switch {
	case testing.Short():
		runs = 15
	case os.Getenv("GUANXI_FULL") != "":
		runs = 2000
	}
	whole := []receivable.Term{{Share: money.Ratio{Num: 1, Den: 1}, Event: receivable.Signing}}
	for seed := range runs {
		memory := new(crm.Memory)
		calm := newSceneOn(t, memory, crm.Options{})
		calm.register("c1", organisation("一厂"), li)
		calm.open("o1", yuan(100))
		rates := crmtest.Rates{ErrRead: 0.05, ErrBefore: 0.2, ErrAfter: 0.2, Conflict: 0.2, StaleRead: 0.2}
		c, err := crm.New(crmtest.NewFaulty(memory, seed, rates), crm.Options{Clock: calm.clock, Attempts: 3})
		require.NoError(t, err)
		send := func(do func() error) { answered(t, do, "seed %d", seed) }
		var won crm.Won
		send(func() (err error) {
			won, err = c.Opportunities.Win(t.Context(), boss, "o1", crm.Winning{Terms: whole, Call: crm.Call{Key: fmt.Sprint("contract ", seed)}})
			return err
		})
		rates.StaleRead = 0 // who leaves is looked after by listings, which a store has to keep up to date
		c, err = crm.New(crmtest.NewFaulty(memory, seed, rates), crm.Options{Clock: calm.clock, Attempts: 3})
		require.NoError(t, err)
		send(func() error {
			_, err := c.Owners.TransferAll(t.Context(), boss, "li", crm.Leaving{Terms: crm.Terms{Call: crm.Call{Reason: "leaves"}}, Takers: []owner.Staff{zhao, sun}})
			return err
		})
		orders := 0
		for o, err := range calm.Orders.List(calm.ctx, boss, crm.OrderFilter{Opportunity: "o1"}) {
			require.NoError(t, err)
			require.Equal(t, won.Order, o.ID)
			require.Equal(t, pipeline.OrderSigned, o.State)
			require.NotEqual(t, "li", o.Owner)
			orders++
		}
		require.Equal(t, 1, orders)
		o := calm.opportunity("o1")
		require.Equal(t, won.Order, o.Order)
		require.NotEqual(t, "li", o.Holding.Owner)
		part, err := calm.Receivables.Get(calm.ctx, boss, won.Instalments[0])
		require.NoError(t, err)
		require.Equal(t, int64(10_000), part.Outstanding)
		require.NotEqual(t, "li", part.Owner)
		calm.verified()
	}
}
