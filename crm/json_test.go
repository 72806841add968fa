package crm_test

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/guanxi-go/guanxi/crm"
	"github.com/guanxi-go/guanxi/crm/owner"
)

// TestJSON holds the form of what hosts hand on: what a store reads, what tells other
// systems, and the calls of commands.
func TestJSON(t *testing.T) {
	when := time.Date(2026, 3, 1, 9, 0, 0, 0, time.UTC)
	who := crm.Subject{Kind: crm.KindLead, ID: "l-1"}
	head := crm.Head{Version: 2, Entries: 1, Recorded: when}
	for _, c := range []struct {
		value any
		want  string
	}{
		{who, `{"kind":"lead","id":"l-1"}`},
		{crm.Head{}, `{"version":0}`},
		{head, `{"version":2,"entries":1,"recorded":"2026-03-01T09:00:00Z"}`},
		{crm.Call{}, `{}`},
		{crm.Call{Key: "k", At: when, Reason: "asked"}, `{"key":"k","at":"2026-03-01T09:00:00Z","reason":"asked"}`},
		{crm.Customer{ID: "c-1", Head: head, Standing: crm.Standing{Holding: owner.Holding{Owner: "li"}}},
			`{"id":"c-1","head":{"version":2,"entries":1,"recorded":"2026-03-01T09:00:00Z"},"profile":{},"standing":{"holding":{"owner":"li"}}}`},
		{crm.Record{Subject: who, Head: head, Owner: "li"},
			`{"subject":{"kind":"lead","id":"l-1"},"head":{"version":2,"entries":1,"recorded":"2026-03-01T09:00:00Z"},"owner":"li"}`},
		{crm.Entry{Subject: who, Seq: 1, Journal: crm.JournalLead, Kind: "captured", Actor: "web", At: when, Recorded: when},
			`{"subject":{"kind":"lead","id":"l-1"},"seq":1,"journal":"lead","kind":"captured","actor":"web","at":"2026-03-01T09:00:00Z","recorded":"2026-03-01T09:00:00Z"}`},
		{crm.Event{ID: 7, Subject: who, Version: 2, Kind: "lead.captured", At: when},
			`{"id":7,"subject":{"kind":"lead","id":"l-1"},"version":2,"kind":"lead.captured","at":"2026-03-01T09:00:00Z"}`},
		{crm.Discrepancy{Subject: who, Field: "entries", Reason: "are missing"},
			`{"subject":{"kind":"lead","id":"l-1"},"field":"entries","reason":"are missing"}`},
	} {
		text, err := json.Marshal(c.value)
		require.NoError(t, err)
		require.JSONEq(t, c.want, string(text))
	}
}
