package tier_test

import (
	"testing"
	"time"
	_ "time/tzdata" // the same zones on every machine

	"github.com/stretchr/testify/require"

	"github.com/guanxi-go/guanxi/loyalty/tier"
)

func zone(t testing.TB, name string) *time.Location {
	t.Helper()
	loc, err := time.LoadLocation(name)
	require.NoError(t, err)
	return loc
}

// at reads an instant of RFC 3339.
func at(text string) time.Time {
	t, err := time.Parse(time.RFC3339Nano, text)
	if err != nil {
		panic(err)
	}
	return t
}

func points(when string, n int64) tier.Event {
	return tier.Event{Kind: tier.Qualify, At: at(when), Points: n}
}

func returned(when string, n int64) tier.Event {
	return tier.Event{Kind: tier.Return, At: at(when), Points: n}
}

func enrolled(when string) tier.Event { return tier.Event{Kind: tier.Enrol, At: at(when)} }

func placed(when, code string) tier.Event {
	return tier.Event{Kind: tier.Place, At: at(when), Tier: code}
}

func granted(when, until, code string) tier.Event {
	e := tier.Event{Kind: tier.Grant, At: at(when), Tier: code, Ref: "g-" + when}
	if until != "" {
		e.Until = at(until)
	}
	return e
}

// metals are the tiers of the scenarios: Base 0, Silver 500, Gold 1000, Platinum
// 3000.
func metals() tier.Policy {
	need := func(n int64) tier.Totals { return tier.Totals{Points: n} }
	return tier.Policy{Version: 1, Tiers: []tier.Tier{
		{Code: "base", En: "Base", Zh: "普通会员"},
		{Code: "silver", En: "Silver", Zh: "银卡", Need: need(500)},
		{Code: "gold", En: "Gold", Zh: "金卡", Need: need(1000)},
		{Code: "platinum", En: "Platinum", Zh: "白金卡", Need: need(3000)},
	}}
}

func rolling() tier.Policy {
	p := metals()
	p.Window.Kind = tier.Rolling
	return p
}

func anniversary() tier.Policy {
	p := metals()
	p.Window.Kind = tier.Anniversary
	return p
}

func programme(t testing.TB, loc *time.Location, policies ...tier.Policy) *tier.Programme {
	t.Helper()
	p, err := tier.New(loc, policies...)
	require.NoError(t, err)
	return p
}

func standing(t testing.TB, p *tier.Programme, when string, events ...tier.Event) tier.Standing {
	t.Helper()
	s, err := p.Evaluate(events, at(when))
	require.NoError(t, err)
	return s
}

// history writes the changes one a line: instant, tiers, reason.
func history(t testing.TB, p *tier.Programme, until string, events ...tier.Event) []string {
	t.Helper()
	changes, err := p.History(events, at(until))
	require.NoError(t, err)
	lines := []string{}
	for _, c := range changes {
		lines = append(lines, c.At.Format(time.RFC3339Nano)+" "+c.From+">"+c.To+" "+c.Why.String())
	}
	return lines
}
