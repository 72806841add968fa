package owner

import (
	"maps"
	"slices"
)

// sortedKeys returns the keys of a map in byte order.
func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }
