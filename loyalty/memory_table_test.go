package loyalty

import (
	"strings"
	"testing"
	"unsafe"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// TestMemoryTable compares with a map: ids of every length, those that are another's
// beginning, and those around what has room in a slot.
func TestMemoryTable(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var table memoryTable
		model := map[string]*memoryAccount{}
		ids := rapid.Custom(func(t *rapid.T) string {
			text := rapid.StringMatching("[ab]{1,4}").Draw(t, "text")
			n := rapid.SampledFrom([]int{0, shortID - 5, shortID - 1, shortID, 2 * shortID, MaxID - 4}).Draw(t, "more")
			return strings.Repeat("a", n) + text
		})
		for range rapid.IntRange(1, 300).Draw(t, "steps") {
			id := ids.Draw(t, "id")
			require.Same(t, model[id], table.get(id))
			if model[id] == nil {
				a := newMemoryAccount()
				table.add(id, a)
				model[id] = a
			}
		}
		for id, a := range model {
			require.Same(t, a, table.get(id))
			require.Nil(t, table.get(id+"c"))
		}
	})
}

// TestMemorySlot: two slots to a line of 64 bytes, where a pointer has eight.
func TestMemorySlot(t *testing.T) {
	if unsafe.Sizeof(uintptr(0)) == 8 {
		require.EqualValues(t, 32, unsafe.Sizeof(memorySlot{}))
	}
}
