package main

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/guanxi-go/guanxi/crm"
	"github.com/guanxi-go/guanxi/crm/access"
	"github.com/guanxi-go/guanxi/crm/crmsql"
	"github.com/guanxi-go/guanxi/crm/money"
	"github.com/guanxi-go/guanxi/crm/owner"
	"github.com/guanxi-go/guanxi/crm/party"
	"github.com/guanxi-go/guanxi/crm/privacy"
	"github.com/guanxi-go/guanxi/crm/timeline"
)

// TestForgetLeavesNothing: after Forget and Scrub, no read and, in SQLite, no byte of
// the files holds a string of the person, in any of the forms that privacy.Search
// knows; counts and sums are as before.
func TestForgetLeavesNothing(t *testing.T) {
	onEach(t, func(t *testing.T, e engine) {
		store, db := e.fresh(t, crmsql.Options{})
		c, err := crm.New(store, crm.Options{ErasureKey: []byte("0123456789abcdef0123456789abcdef")})
		require.NoError(t, err)
		words := traces(t, c)
		before := sums(t, store)
		found := func() []privacy.Hit {
			hits, err := privacy.Search(dump(t, e, db), words)
			require.NoError(t, err)
			return hits
		}
		require.GreaterOrEqual(t, len(found()), len(words), "the search finds what is there")
		_, err = c.Privacy.Forget(t.Context(), boss, "xm", crm.Erasure{Call: crm.Call{Key: "13712345678", Reason: "欧阳小满 asked for it"}})
		require.NoError(t, err)
		require.NoError(t, store.Scrub(t.Context()))
		require.Empty(t, found())
		require.Equal(t, before, sums(t, store))
		_, differs, err := c.Verify(t.Context())
		require.NoError(t, err)
		require.Empty(t, differs)
	})
}

var boss = crm.Actor{ID: "boss", Sees: access.Everything()}

// traces makes a person who is all over the database, and returns their strings.
func traces(t *testing.T, c *crm.CRM) []string {
	t.Helper()
	ctx := t.Context()
	mobile, err := party.NewIdentifier(party.Phone, "", "13712345678")
	require.NoError(t, err)
	email, err := party.NewIdentifier(party.Email, "", "xiaoman.ouyang@example.com")
	require.NoError(t, err)
	li := owner.Staff{ID: "li", Path: "sales/", Active: true}
	p := party.Profile{Type: party.Person, Name: "欧阳小满", Aliases: []string{"小满姐"}, Identifiers: []party.Identifier{mobile, email},
		Addresses: []party.Address{{Kind: party.AddressHome, Lines: []string{"杨树浦路 2200 弄 9 号"}}}}
	_, err = c.Customers.Register(ctx, boss, crm.Registration{ID: "xm", Profile: p, Owner: li, Call: crm.Call{Key: "13712345678", Reason: "欧阳小满 called"}})
	require.NoError(t, err)
	_, err = c.Customers.Register(ctx, boss, crm.Registration{ID: "acme", Profile: party.Profile{Type: party.Organisation, Name: "北京华信科技有限公司"}, Owner: li})
	require.NoError(t, err)
	_, err = c.Contacts.Link(ctx, boss, party.Contact{Organisation: "acme", Person: "xm", Role: party.ContactPurchasing, Title: "副采购总监"}, crm.Call{})
	require.NoError(t, err)
	_, err = c.Registries.Touchpoints.Put(ctx, boss, []timeline.Touchpoint{{Code: "office", En: "office", Zh: "办公室"}}, 0, crm.Call{})
	require.NoError(t, err)
	for i := range 20 {
		meeting := timeline.Activity{Kind: timeline.KindContact, Touchpoint: "office", Channel: timeline.Visit, Direction: timeline.Inbound,
			Contact: "xm", Text: "小满姐 prefers WeChat", At: time.Date(2026, 1, 1+i, 0, 0, 0, 0, time.UTC)}
		_, err = c.Timeline.Record(ctx, boss, "acme", meeting, crm.Call{})
		require.NoError(t, err)
		deal := timeline.Activity{Kind: timeline.KindDeal, Touchpoint: "office", Text: "for 欧阳小满",
			Deal: timeline.Deal{Number: "D" + string(rune('a'+i)), Amount: money.Amount{Minor: 1000, Currency: money.CNY}}}
		_, err = c.Timeline.Record(ctx, boss, "xm", deal, crm.Call{})
		require.NoError(t, err)
	}
	require.NoError(t, c.Customers.Edit(ctx, boss, []string{"xm"}, crm.Call{}, func(p []*party.Profile) error {
		p[0].Aliases = []string{"满满"}
		return nil
	}))
	return append(p.Strings(), "满满", "副采购总监", "prefers WeChat")
}

// sums are the counts and sums that stay when somebody is forgotten.
func sums(t *testing.T, store crm.Store) map[crm.Journal][2]int64 {
	t.Helper()
	got := map[crm.Journal][2]int64{}
	for _, journal := range []crm.Journal{crm.JournalTimeline, crm.JournalOwner, crm.JournalContact} {
		for e, err := range store.Entries(t.Context(), crm.EntryFilter{Journal: journal}) {
			require.NoError(t, err)
			got[journal] = [2]int64{got[journal][0] + 1, got[journal][1] + e.Amount}
		}
	}
	return got
}
