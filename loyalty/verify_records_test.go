package loyalty_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/guanxi-go/guanxi/loyalty"
	"github.com/guanxi-go/guanxi/loyalty/points"
	"github.com/guanxi-go/guanxi/loyalty/reward"
)

// TestVerifyRewards spoils one record after another behind the services' back, and
// each is found.
func TestVerifyRewards(t *testing.T) {
	p := counter
	p.Referrals = bringing(0).Referrals
	b := newBookOn(t, new(loyalty.Memory), p, loyalty.Options{}, "anna", "ben")
	_, err := b.Points.Earn(b.ctx, cashier, "anna", points.EarnCommand{Points: 1000}, loyalty.Call{})
	require.NoError(t, err)
	b.receive("mug", 3)
	b.redeem("anna", loyalty.RedemptionRequest{ID: "r-1", Reward: "mug", N: 2})
	b.issue("v-1", reward.VoucherTerms{Value: fen(500)})
	_, err = b.Vouchers.Use(b.ctx, cashier, "v-1", loyalty.VoucherUse{ID: "o-1", Paid: fen(200)}, loyalty.Call{})
	require.NoError(t, err)
	b.refer("ben", "anna")
	b.buys("ben", 60)
	b.verified()

	for _, tt := range []struct {
		subject  loyalty.Subject
		from, to string // in the body
		field    string
	}{
		{loyalty.Subject{Kind: loyalty.KindStock, ID: "mug"}, `"free":1`, `"free":2`, "body"},
		{loyalty.Subject{Kind: loyalty.KindRedemption, ID: "r-1"}, `"delivered":2`, `"delivered":1`, "body"},
		{loyalty.Subject{Kind: loyalty.KindRedemption, ID: "r-1"}, `"seq":2`, `"seq":1`, "seq"},
		{loyalty.Subject{Kind: loyalty.KindVoucher, ID: "v-1"}, `"value":{"amount":"5.00"`, `"value":{"amount":"6.00"`, "body"},
		{loyalty.Subject{Kind: loyalty.KindVoucher, ID: "v-1"}, `"paid":200`, `"paid":100`, "entries"},
		{loyalty.Subject{Kind: loyalty.KindReferral, ID: "ben"}, `"purchase":"o-ben"`, `"purchase":"o-carl"`, "body"},
		{loyalty.Subject{Kind: loyalty.KindReferral, ID: "ben"}, `"account":"anna"`, `"account":"ben"`, "referrer_entry"},
		{loyalty.Subject{Kind: loyalty.KindReferral, ID: "ben"}, `"posted":"rewarded"`, `"posted":"open"`, "body"},
	} {
		good, err := b.store.Record(b.ctx, tt.subject)
		require.NoError(t, err)
		bad := good.Clone()
		require.Contains(t, string(good.Body), tt.from)
		bad.Body = json.RawMessage(strings.Replace(string(good.Body), tt.from, tt.to, 1))
		for _, r := range []loyalty.Record{bad, good} {
			head, err := b.store.Head(b.ctx, tt.subject)
			require.NoError(t, err)
			require.NoError(t, b.store.Commit(b.ctx, loyalty.Commit{Changes: []loyalty.Change{{Subject: tt.subject, Expect: head.Version,
				Writes: []loyalty.Write{loyalty.PutRecord{Record: r}}}}}))
			audit, err := b.Verify(b.ctx)
			require.NoError(t, err)
			if string(r.Body) == string(good.Body) {
				require.Empty(t, audit.Found)
				continue
			}
			require.Len(t, audit.Found, 1, tt.to)
			require.Equal(t, tt.subject, audit.Found[0].Subject)
			require.Equal(t, tt.field, audit.Found[0].Field, tt.to)
		}
	}
}
