package loyalty_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/guanxi-go/guanxi/loyalty"
	"github.com/guanxi-go/guanxi/loyalty/points"
)

// TestUnknownNumbers: a command in which an enumeration is no constant, or an instant
// beyond the years of JSON, cannot be written, and is refused all the same by the name of
// the field, singly and in a batch.
func TestUnknownNumbers(t *testing.T) {
	const no = 99
	far := time.Date(10000, 1, 1, 0, 0, 0, 0, time.UTC)
	for field, item := range map[string]loyalty.Item{
		"rule":        {Earn: &points.EarnCommand{Points: 1, Expiry: &points.Expiry{Rule: no}}},
		"round":       {Adjust: &points.AdjustCommand{Points: 1, Expiry: &points.Expiry{Round: no}}},
		"expire_at":   {Earn: &points.EarnCommand{Points: 1, ExpireAt: far}},
		"activate_at": {Earn: &points.EarnCommand{Points: 1, ActivateAt: far}},
	} {
		m := new(loyalty.Memory)
		for name, store := range map[string]loyalty.Store{"Memory": new(loyalty.Memory), "another": struct{ loyalty.Store }{new(loyalty.Memory)},
			"batches": struct {
				loyalty.Store
				loyalty.BatchCommitter
			}{m, m}} {
			b := newBookOn(t, store, loyalty.Programme{}, loyalty.Options{}, "m1")
			item.Account = "m1"
			errs := make([]error, 1, 2)
			if item.Earn != nil {
				_, errs[0] = b.Points.Earn(b.ctx, cashier, "m1", *item.Earn, loyalty.Call{})
			} else {
				_, errs[0] = b.Points.Adjust(b.ctx, cashier, "m1", *item.Adjust, loyalty.Call{})
			}
			_, batched := b.Points.Batch(b.ctx, cashier, []loyalty.Item{item})
			for _, err := range append(errs, batched...) {
				require.ErrorIs(t, err, loyalty.ErrInvalid, "%s %s", field, name)
				require.Contains(t, err.Error(), field+": ", name)
				require.NotContains(t, err.Error(), "JSON", name)
			}
		}
	}
}
