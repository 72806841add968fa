package sampling_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/guanxi-go/guanxi/sampling"
	"github.com/guanxi-go/guanxi/sampling/spotcheck"
)

// TestUnknownNumbers: rules in which an enumeration is no constant cannot be written as
// JSON, and are refused all the same by the name of the field.
func TestUnknownNumbers(t *testing.T) {
	const no = 99
	s := open(t, new(sampling.Memory), sampling.Options{})
	for field, spoil := range map[string]func(c *spotcheck.Cycle){
		"rounds[0]": func(c *spotcheck.Cycle) { c.Rounds[0].Kind = no },
		"recheck":   func(c *spotcheck.Cycle) { c.Recheck = no },
		"exhausted": func(c *spotcheck.Cycle) { c.Exhausted = no },
		"missed":    func(c *spotcheck.Cycle) { c.Missed = no },
	} {
		opening, _ := year(t, "2026")
		spoil(&opening.Cycle)
		_, err := s.Cycles.Open(t.Context(), planner, opening, sampling.Call{})
		require.ErrorIs(t, err, sampling.ErrInvalid)
		require.Contains(t, err.Error(), field+": ")
		require.NotContains(t, err.Error(), "JSON")
	}
}
