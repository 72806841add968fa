package pipeline_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/guanxi-go/guanxi/crm/finding"
	"github.com/guanxi-go/guanxi/crm/pipeline"
)

func language(i int) finding.Language { return finding.Language(i) }

// requireSeen requires that as many draws lie below the quantiles of a distribution as
// should, but for a band.
func requireSeen(t *testing.T, d pipeline.Distribution, draws []int64, band float64) {
	t.Helper()
	for _, q := range []float64{0.01, 0.1, 0.25, 0.5, 0.75, 0.9, 0.99} {
		x, err := d.Quantile(q)
		require.NoError(t, err)
		below := 0
		for _, s := range draws {
			if s <= x {
				below++
			}
		}
		require.InDelta(t, d.AtMost(x), float64(below)/float64(len(draws)), band)
	}
}
