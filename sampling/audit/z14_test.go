package audit_test

import (
	"strconv"
	"testing"

	"github.com/guanxi-go/guanxi/crm/money"
	"github.com/guanxi-go/guanxi/internal/reference"
	"github.com/guanxi-go/guanxi/sampling/audit"
	"github.com/stretchr/testify/require"
)

// z14_single_plans.csv is what the package AQLSchemes for R has of ANSI/ASQ Z1.4: for
// each severity (plan), inspection level, first lot size of a range (lot_from) and
// acceptable quality level in percent (aql_pct) the plan n, Ac, Re behind the arrows.
// Every row is compared, at the first lot size of its range and at the last.
func TestGoldenZ14SinglePlans(t *testing.T) {
	table := reference.CSV(t, "golden/sampling/z14_single_plans.csv")
	integers := func(name string) []int64 {
		var out []int64
		for _, s := range table.Strings(name) {
			v, err := strconv.ParseInt(s, 10, 64)
			require.NoError(t, err)
			out = append(out, v)
		}
		return out
	}
	severities, levels, aqls := table.Strings("plan"), table.Strings("level"), table.Strings("aql_pct")
	lots, n, ac, re := integers("lot_from"), integers("n"), integers("Ac"), integers("Re")
	next := map[int64]int64{}
	for _, lot := range lots {
		next[lot] = 0
	}
	for a := range next {
		for b := range next {
			if b > a && (next[a] == 0 || b < next[a]) {
				next[a] = b
			}
		}
	}
	var compared, wrong int
	for i := range lots {
		var o audit.StandardOptions
		require.NoError(t, o.Severity.UnmarshalText([]byte(severities[i])))
		require.NoError(t, o.Level.UnmarshalText([]byte(levels[i])))
		aql, err := money.ParseRatio(aqls[i])
		require.NoError(t, err)
		last := next[lots[i]] - 1
		if last < 0 {
			last = 1_000_000_000
		}
		for _, lot := range []int64{lots[i], last} {
			p, err := audit.Standard(lot, aql, o)
			require.NoError(t, err)
			if p.Size != n[i] || p.Accept != ac[i] || p.Reject != re[i] {
				t.Log(p, o, lot, aqls[i], n[i], ac[i], re[i])
				wrong++
			}
		}
		compared++
	}
	require.Zero(t, wrong)
	require.Equal(t, 3*7*15*26, compared)
	t.Log(compared, "plans compared")
}
