package cadence_test

import (
	"encoding/json"
	"math"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/guanxi-go/guanxi/crm/cadence"
)

func TestLeague(t *testing.T) {
	line := func(owner, unit string, rule cadence.Rule, met, owed int64) cadence.OwnerLine {
		return cadence.OwnerLine{Owner: owner, Unit: unit, Rule: rule, Owed: owed, Met: met, Missed: owed - met}
	}
	r := cadence.Report{Owners: []cadence.OwnerLine{
		line("a", "east", cadence.RuleAction, 1, 2), line("a", "west", cadence.RuleAction, 2, 4), line("a", "west", cadence.RuleLogin, 10, 10),
		line("b", "east", cadence.RuleAction, 2, 2), line("c", "east", cadence.RuleAction, 50, 100), line("d", "", cadence.RuleAction, 0, 7),
		line("e", "east", cadence.RuleAction, 0, 0), line("f", "east", cadence.RuleLogin, 1, 3)}}
	require.Equal(t, []cadence.Standing{{1, "b", 2, 2, 0}, {2, "a", 6, 3, 3}, {2, "c", 100, 50, 50}, {4, "d", 7, 0, 7}}, r.League(cadence.RuleAction))
	require.Equal(t, []cadence.Standing{{1, "a", 10, 10, 0}, {2, "f", 3, 1, 2}}, r.League(cadence.RuleLogin))
	require.Equal(t, "a", r.League(0)[1].Owner, "thirteen of sixteen")
	require.Empty(t, r.League(cadence.RuleEvidence))
	require.Empty(t, cadence.Report{}.League(0))

	// The exact share of 30 digits decides, where floats are equal.
	huge := int64(math.MaxInt64)
	close := cadence.Report{Owners: []cadence.OwnerLine{line("a", "", cadence.RuleAction, huge-2, huge-1), line("b", "", cadence.RuleAction, huge-1, huge)}}
	require.Equal(t, "b", close.League(0)[0].Owner)
	require.Equal(t, 2, close.League(0)[1].Rank)

	rate, ok := r.League(cadence.RuleAction)[1].Rate()
	require.True(t, ok)
	unit, ok := cadence.Line{Owed: 6, Met: 3, Missed: 3}.Rate()
	require.True(t, ok)
	require.Equal(t, unit, rate)
	_, ok = cadence.Standing{}.Rate()
	require.False(t, ok)
	text, err := json.Marshal(r.League(cadence.RuleAction)[0])
	require.NoError(t, err)
	require.JSONEq(t, `{"rank":1,"owner":"b","owed":2,"met":2,"missed":0}`, string(text))
}
