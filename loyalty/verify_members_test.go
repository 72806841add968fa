package loyalty_test

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/guanxi-go/guanxi/loyalty"
)

// TestVerifyFindsMembers: a record that is not what its journal comes to is found.
func TestVerifyFindsMembers(t *testing.T) {
	for name, spoil := range map[string]struct {
		subject loyalty.Subject
		field   string
		change  func(r *loyalty.Record)
	}{
		"a member elsewhere": {loyalty.Subject{Kind: loyalty.KindMember, ID: "m2"}, "ref", func(r *loyalty.Record) { r.Ref = "nowhere" }},
		"a member frozen":    {loyalty.Subject{Kind: loyalty.KindMember, ID: "m2"}, "state", func(r *loyalty.Record) { r.State = "frozen" }},
		"an account less": {loyalty.Subject{Kind: loyalty.KindMember, ID: "m2"}, "body", func(r *loyalty.Record) {
			var m loyalty.Member
			require.NoError(t, json.Unmarshal(r.Body, &m))
			m.Accounts = m.Accounts[:1]
			r.Body, _ = json.Marshal(m)
		}},
		"nobody at home": {loyalty.Subject{Kind: loyalty.KindHousehold, ID: "home"}, "members", func(r *loyalty.Record) { r.Body = json.RawMessage(`{"id":"home"}`) }},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			r, err := w.store.Record(w.ctx, spoil.subject)
			require.NoError(t, err)
			spoil.change(&r)
			require.NoError(t, w.store.Commit(w.ctx, loyalty.Commit{Changes: []loyalty.Change{{Subject: spoil.subject, Expect: r.Head.Version,
				Writes: []loyalty.Write{loyalty.PutRecord{Record: r}}}}}))
			audit, err := w.Verify(w.ctx)
			require.NoError(t, err)
			found := false
			for _, d := range audit.Found {
				found = found || d.Subject == spoil.subject && d.Field == spoil.field
			}
			require.True(t, found, audit.Found)
		})
	}
	w := newWorld(t)
	r, err := w.store.Record(w.ctx, loyalty.Subject{Kind: loyalty.KindReview, ID: w.review})
	require.NoError(t, err)
	r.State = "approved"
	require.NoError(t, w.store.Commit(w.ctx, loyalty.Commit{Changes: []loyalty.Change{{Subject: r.Subject, Expect: r.Head.Version,
		Writes: []loyalty.Write{loyalty.PutRecord{Record: r}}}}}))
	audit, err := w.Verify(w.ctx)
	require.NoError(t, err)
	require.Len(t, audit.Found, 1)
}
