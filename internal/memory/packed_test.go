package memory_test

import (
	"bytes"
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/guanxi-go/guanxi/internal/memory"
)

// TestPacked compares with a map. Scopes and keys are such that one pair is another
// where only their bytes in a row are looked at.
func TestPacked(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var packed memory.Packed
		model := map[[2]string][]byte{}
		text := rapid.StringMatching("[ab]{0,3}")
		for range rapid.IntRange(1, 60).Draw(t, "steps") {
			pair := [2]string{text.Draw(t, "scope"), text.Draw(t, "key")}
			value, there := model[pair]
			got, found := packed.Get(pair[0], pair[1])
			require.Equal(t, there, found)
			require.True(t, bytes.Equal(value, got))
			switch {
			case !there:
				value = rapid.SliceOfN(rapid.Byte(), 0, 5).Draw(t, "value")
				packed.Add(pair[0], pair[1], value)
				model[pair] = bytes.Clone(value)
				if len(value) > 0 {
					value[0]++ // was copied
				}
			case rapid.IntRange(0, 9).Draw(t, "drop") == 0:
				n, least := len(model), rapid.Byte().Draw(t, "least")
				keep := func(v []byte) bool { return len(v) > 0 && v[0] >= least }
				for k, v := range model {
					if !keep(v) {
						delete(model, k)
					}
				}
				require.Equal(t, n-len(model), packed.Keep(keep))
			}
			require.Equal(t, len(model), packed.Len())
		}
		for pair, value := range model {
			got, found := packed.Get(pair[0], pair[1])
			require.True(t, found)
			require.True(t, bytes.Equal(value, got))
		}
	})
}

// TestPackedLarge has rows that nearly fill a chunk, and many chunks.
func TestPackedLarge(t *testing.T) {
	var packed memory.Packed
	value := func(i int) []byte { return bytes.Repeat([]byte{byte(i)}, i*1000) }
	for i := range 200 {
		packed.Add("scope", strconv.Itoa(i), value(i))
	}
	require.Equal(t, 100, packed.Keep(func(v []byte) bool { return len(v)/1000%2 == 0 }))
	for i := range 200 {
		got, found := packed.Get("scope", strconv.Itoa(i))
		require.Equal(t, i%2 == 0, found, i)
		require.True(t, !found || bytes.Equal(value(i), got), i)
	}
}

// BenchmarkPacked adds a row to a million others, and finds it.
func BenchmarkPacked(b *testing.B) {
	var packed memory.Packed
	value := make([]byte, 70)
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		if packed.Len() == 1_000_000 {
			packed = memory.Packed{}
		}
		key := strconv.Itoa(i)
		packed.Add("caller", key, value)
		if _, found := packed.Get("caller", key); !found {
			b.Fatal("lost")
		}
	}
}
