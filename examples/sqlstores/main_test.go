package main

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestRun holds what the program prints, on both databases.
func TestRun(t *testing.T) {
	onEach(t, func(t *testing.T, e engine) {
		var out strings.Builder
		require.NoError(t, run(t.Context(), &out, e.connect(t, e.dsn(t)), e.dialect))
		require.Equal(t, `王小明: version 4
  1  2026-03-01  order 1  19.99 CNY
  2  2026-03-02  order 2  5.00 CNY
  3  2026-03-03  order 3  -5.00 CNY
c-1 bought 2 times, for 19.99 CNY, last on 2026-03-02
`, out.String())
	})
}
