package crm_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/guanxi-go/guanxi/crm"
	"github.com/guanxi-go/guanxi/crm/calendar"
	"github.com/guanxi-go/guanxi/crm/crmtest"
	"github.com/guanxi-go/guanxi/crm/pipeline"
	"github.com/guanxi-go/guanxi/crm/purchase"
	"github.com/guanxi-go/guanxi/crm/segment"
)

// asOrders keeps purchases as orders that were signed, among others that are none.
func asOrders(t *testing.T, rows []purchase.Purchase[string]) *crm.Memory {
	t.Helper()
	store := new(crm.Memory)
	states := []pipeline.OrderState{pipeline.OrderSigned, pipeline.OrderExecuting, pipeline.OrderCompleted}
	var changes []crm.Change
	put := func(customer string, o crm.Order) {
		body, err := json.Marshal(o)
		require.NoError(t, err)
		changes = append(changes, crm.Change{Subject: crm.Subject{Kind: crm.KindOrder, ID: fmt.Sprint("so", len(changes))},
			Writes: []crm.Write{crm.PutRecord{Record: crm.Record{Customer: customer, State: o.State.String(), Body: body}}}})
	}
	for i, p := range rows {
		put(p.Customer, crm.Order{State: states[i%3], Amount: p.Amount, Signed: p.Day})
		switch i % 5 {
		case 0:
			put(p.Customer, crm.Order{State: pipeline.OrderDraft, Amount: p.Amount})
		case 1:
			put(p.Customer, crm.Order{State: pipeline.OrderCancelled, Amount: p.Amount, Signed: p.Day})
		}
	}
	for part := range slices.Chunk(changes, crm.MaxChanges) {
		require.NoError(t, store.Commit(t.Context(), crm.Commit{Changes: part}))
	}
	return store
}

// The orders of a store are a source as any other.
func TestOrderPurchasesAreASource(t *testing.T) {
	crmtest.TestPurchaseSource(t, func(t *testing.T, rows []purchase.Purchase[string]) crm.PurchaseSource {
		return crm.OrderPurchases{Store: asOrders(t, rows)}
	}, crmtest.SourceFeatures{Parallel: true, NoSummarizer: true})
}

// Several sources are one, in their order, as far as the loop goes.
func TestPurchaseSources(t *testing.T) {
	var rows []purchase.Purchase[string]
	for i := range 10 {
		rows = append(rows, purchase.Purchase[string]{Customer: fmt.Sprint("c", i%3), Day: calendar.MustDate(2026, 1, 1+i), Amount: yuan(int64(i))})
	}
	joined := crm.PurchaseSources{crm.OrderPurchases{Store: asOrders(t, rows[:4])}, crm.PurchaseSources{}, crm.OrderPurchases{Store: asOrders(t, rows[4:])}}
	for _, f := range []crm.PurchaseFilter{{}, {Customer: "c1"}, {From: rows[2].Day, Until: rows[8].Day}} {
		for stop := range 11 {
			var want, got []purchase.Purchase[string]
			for _, p := range rows {
				if f.Match(p.Customer, p.Day) && len(want) <= stop {
					want = append(want, p)
				}
			}
			for p, err := range joined.Purchases(t.Context(), f) {
				require.NoError(t, err)
				if got = append(got, p); len(got) > stop {
					break
				}
			}
			require.Equal(t, want, got)
		}
	}
}

// What an order is as a purchase follows its life: nothing, bought, called off.
func TestOrderIsBoughtWhenSigned(t *testing.T) {
	store := new(crm.Memory)
	s := newSceneOn(t, store, crm.Options{Purchases: crm.OrderPurchases{Store: store}})
	s.register("c1", person(t, "张三", "13800138000"), li)
	spent := func() []crm.Spending {
		whole, err := s.Overview.Of(s.ctx, boss, "c1")
		require.NoError(t, err)
		require.Empty(t, whole.Missing)
		return whole.Spending
	}
	id, err := s.Orders.Draft(s.ctx, boss, crm.NewOrder{Customer: "c1", Amount: yuan(90)})
	require.NoError(t, err)
	require.Empty(t, spent())
	_, err = s.Orders.Sign(s.ctx, boss, id, crm.Signing{On: calendar.MustDate(2025, 12, 30)})
	require.NoError(t, err)
	require.Equal(t, []crm.Spending{{Purchases: 1, Value: yuan(90)}}, spent())
	sum, err := s.Overview.Purchases(s.ctx, boss, crm.PurchaseFilter{}, segment.Options{})
	require.NoError(t, err)
	rfm, err := sum.RFM(calendar.MustDate(2026, 1, 1), segment.Scoring{})
	require.NoError(t, err)
	c, ok := rfm.Customer("c1")
	require.True(t, ok)
	require.Equal(t, []int64{2, 1, 9000}, []int64{int64(c.Recency), c.Purchases, c.Value})
	sum, err = s.Overview.Purchases(s.ctx, boss, crm.PurchaseFilter{}, segment.Options{Until: calendar.MustDate(2025, 12, 30)})
	require.NoError(t, err)
	require.Zero(t, sum.Len(), "the day after")

	// The person is forgotten; what was bought stays, under the id.
	_, err = s.Privacy.Forget(s.ctx, boss, "c1", crm.Erasure{Call: crm.Call{Reason: "asked"}})
	require.NoError(t, err)
	require.Equal(t, []crm.Spending{{Purchases: 1, Value: yuan(90)}}, spent())
	_, err = s.Orders.Cancel(s.ctx, boss, id, crm.Call{Reason: "called off"})
	require.NoError(t, err)
	require.Empty(t, spent())
}

// A row that cannot be read is an error that names the order, and none is left out.
func TestOrderPurchasesRefuse(t *testing.T) {
	for name, body := range map[string]string{"no json": `[]`, "no day": `{"state":"signed","amount":{"minor":1,"currency":"CNY"}}`} {
		store := new(crm.Memory)
		require.NoError(t, store.Commit(t.Context(), crm.Commit{Changes: []crm.Change{{Subject: crm.Subject{Kind: crm.KindOrder, ID: "so1"},
			Writes: []crm.Write{crm.PutRecord{Record: crm.Record{Customer: "c1", State: "signed", Body: json.RawMessage(body)}}}}}}))
		n := 0
		for _, err := range (crm.PurchaseSources{crm.OrderPurchases{Store: store}, crm.OrderPurchases{Store: store}}).Purchases(t.Context(), crm.PurchaseFilter{}) {
			n++
			require.ErrorIs(t, err, crm.ErrInvalid, name)
			var refused *crm.Error
			require.ErrorAs(t, err, &refused, name)
			require.Equal(t, "so1", refused.Subject.ID, name)
		}
		require.Equal(t, 1, n, "once, as the last pair")
	}
	for _, err := range (crm.OrderPurchases{}).Purchases(t.Context(), crm.PurchaseFilter{}) {
		require.ErrorIs(t, err, crm.ErrIncomplete)
	}
}
