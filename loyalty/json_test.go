package loyalty_test

import (
	"encoding/json"
	"math"
	"math/big"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/guanxi-go/guanxi/loyalty"
	"github.com/guanxi-go/guanxi/loyalty/points"
)

// TestJSON holds the form of what hosts hand on: what a store reads, what tells other
// systems, what an auditor keeps.
func TestJSON(t *testing.T) {
	when := day("2026-03-01T09:00:00Z")
	who := loyalty.Subject{Kind: loyalty.KindMember, ID: "m-1"}
	head := loyalty.Head{Version: 2, Entries: 1, Recorded: when}
	for _, c := range []struct {
		value any
		want  string
	}{
		{who, `{"kind":"member","id":"m-1"}`},
		{loyalty.Head{}, `{"version":0}`},
		{loyalty.Call{}, `{}`},
		{loyalty.Call{Key: "k", NotAfter: when, At: when, Ref: "o-1", Code: "spring", Device: "d", Reason: "wait"},
			`{"key":"k","not_after":"2026-03-01T09:00:00Z","at":"2026-03-01T09:00:00Z","ref":"o-1","code":"spring","device":"d","reason":"wait"}`},
		{loyalty.Account{ID: "m-1", Head: head, Standing: loyalty.Standing{Member: "m-1", Status: loyalty.Open}, State: points.State{Seq: 1, At: when, Recorded: when}},
			`{"id":"m-1","head":{"version":2,"entries":1,"recorded":"2026-03-01T09:00:00Z"},"standing":{"member":"m-1","status":"open"},
			"state":{"seq":1,"at":"2026-03-01T09:00:00Z","recorded":"2026-03-01T09:00:00Z"}}`},
		{loyalty.Record{Subject: who, Head: head, Member: "m-1"},
			`{"subject":{"kind":"member","id":"m-1"},"head":{"version":2,"entries":1,"recorded":"2026-03-01T09:00:00Z"},"member":"m-1"}`},
		{loyalty.Entry{Subject: who, Seq: 1, Kind: "enrolled", Actor: "till", At: when, Recorded: when},
			`{"subject":{"kind":"member","id":"m-1"},"seq":1,"kind":"enrolled","actor":"till","at":"2026-03-01T09:00:00Z","recorded":"2026-03-01T09:00:00Z"}`},
		{loyalty.Event{ID: 7, Subject: who, Version: 2, Kind: "member.enrolled", At: when},
			`{"id":7,"subject":{"kind":"member","id":"m-1"},"version":2,"kind":"member.enrolled","at":"2026-03-01T09:00:00Z"}`},
		{loyalty.Discrepancy{Subject: who, Field: "entries", Reason: "are missing"},
			`{"subject":{"kind":"member","id":"m-1"},"field":"entries","reason":"are missing"}`},
		{loyalty.HouseholdPolicy{MaxMembers: 4}, `{"max_members":4}`},
		{loyalty.ReviewPolicy{}, `{}`},
	} {
		text, err := json.Marshal(c.value)
		require.NoError(t, err)
		require.JSONEq(t, c.want, string(text))
	}

	// The sums of an audit are there by value too, and beyond int64.
	audit := loyalty.Audit{Accounts: 2, Found: []loyalty.Discrepancy{{Subject: who}}}
	audit.Issued.Add(big.NewInt(math.MaxInt64), big.NewInt(math.MaxInt64))
	audit.Debt.SetInt64(-3)
	for _, value := range []any{audit, &audit} {
		text, err := json.Marshal(value)
		require.NoError(t, err)
		require.Contains(t, string(text), `"issued":18446744073709551614`)
		var back loyalty.Audit
		require.NoError(t, json.Unmarshal(text, &back))
		require.Zero(t, back.Issued.Cmp(&audit.Issued))
		require.Zero(t, back.Debt.Cmp(&audit.Debt))
		require.Equal(t, audit.Found, back.Found)
	}
}
