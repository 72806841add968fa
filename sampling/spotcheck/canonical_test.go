package spotcheck_test

import (
	"bytes"
	"encoding/json"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/guanxi-go/guanxi/sampling/spotcheck"
)

// plainCanonical is the definition of the canonical form.
func plainCanonical(m *spotcheck.Manifest) ([]byte, error) {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	err := enc.Encode(m)
	return bytes.TrimSuffix(b.Bytes(), []byte("\n")), err
}

// plainParse is the definition of what is one.
func plainParse(data []byte) *spotcheck.Manifest {
	m := &spotcheck.Manifest{}
	if json.Unmarshal(data, m) != nil {
		return nil
	}
	if again, err := plainCanonical(m); err != nil || !bytes.Equal(again, data) {
		return nil
	}
	return m
}

func parsesAsPlain(t *testing.T, data []byte) (canonical bool) {
	t.Helper()
	want := plainParse(data)
	got, err := spotcheck.ParseManifest(data)
	if want == nil {
		require.ErrorIs(t, err, spotcheck.ErrTampered, "%s", data)
		return false
	}
	require.NoError(t, err, "%s", data)
	require.Equal(t, want, got)
	return true
}

// TestCanonicalIsJSON: the canonical form is what encoding/json writes, whatever is in the
// names, and what is no canonical form is told by it.
func TestCanonicalIsJSON(t *testing.T) {
	texts := []string{"", "a", "销售", `"`, `\`, "\n", "\x00", "\x7f", "<&>", "\u2028", "\xff", "é", "\ufffd", "😀", `"drawn":[`, "null"}
	rng := rand.New(rand.NewPCG(3, 5))
	some := func(n int) []spotcheck.Pick {
		if n == 0 {
			return nil
		}
		picks := make([]spotcheck.Pick, n-1)
		for i := range picks {
			picks[i] = spotcheck.Pick{Person: texts[rng.IntN(len(texts))] + texts[rng.IntN(len(texts))], Department: texts[rng.IntN(len(texts))],
				Reason: spotcheck.Fresh, Ticket: spotcheck.Ticket{byte(rng.Uint32())}}
		}
		return picks
	}
	rejected := 0
	for range 2000 {
		m := &spotcheck.Manifest{Cycle: texts[rng.IntN(len(texts))], Round: rng.IntN(3), Drawn: some(rng.IntN(5)), Undrawn: some(rng.IntN(3))}
		want, err := plainCanonical(m)
		require.NoError(t, err)
		got, err := m.Canonical()
		require.NoError(t, err)
		require.Equal(t, string(want), string(got))
		parsesAsPlain(t, got)
		changed := bytes.Clone(got)
		at := rng.IntN(len(changed))
		switch rng.IntN(4) {
		case 0:
			changed[at] ^= 1 << rng.IntN(8)
		case 1:
			changed = append(changed[:at], changed[at+1:]...)
		case 2:
			changed = changed[:at]
		default:
			changed = append(changed[:at:at], append([]byte(`",:[]{} 0`[rng.IntN(9):][:1]), got[at:]...)...)
		}
		if !parsesAsPlain(t, changed) {
			rejected++
		}
	}
	require.Greater(t, rejected, 1000)
}

// FuzzParseManifest: what is read is what encoding/json reads.
func FuzzParseManifest(f *testing.F) {
	m, _, _ := fuzzScene(f)
	data, err := m.Canonical()
	require.NoError(f, err)
	f.Add(data)
	short := *m
	short.Drawn, short.Undrawn = short.Drawn[:1], nil
	data, err = short.Canonical()
	require.NoError(f, err)
	f.Add(data)
	f.Add([]byte(`{"drawn":[{"person":"\"","reason":"fresh","ticket":""}]`))
	f.Fuzz(func(t *testing.T, data []byte) { parsesAsPlain(t, data) })
}

// BenchmarkCanonical writes and reads the manifest of a round.
func BenchmarkCanonical(b *testing.B) {
	s, r := bigScene(b, big(), 0, false)
	m, err := spotcheck.Draw(s, 1, r, spotcheck.KeySeed(spotcheck.Hash{9}))
	require.NoError(b, err)
	data, err := m.Canonical()
	require.NoError(b, err)
	for name, do := range map[string]func() error{
		"write":       func() error { _, err := m.Canonical(); return err },
		"write-plain": func() error { _, err := plainCanonical(m); return err },
		"read":        func() error { _, err := spotcheck.ParseManifest(data); return err },
		"read-plain":  func() error { plainParse(data); return nil },
	} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			b.SetBytes(int64(len(data)))
			for b.Loop() {
				if err := do(); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
