package spotcheck_test

import (
	"encoding/json"
	"os"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/guanxi-go/guanxi/sampling/spotcheck"
)

// fuzzScene is a second round with everything that a manifest can hold, and the journal
// before it.
func fuzzScene(t require.TestingT) (*spotcheck.Manifest, *spotcheck.Roster, []spotcheck.Entry) {
	people := staff(1, 40)
	for i := range people {
		people[i].Department = []string{"销售部", "仓库", "财务"}[i%3]
	}
	people[3].Absent = "leave"
	c := spotcheck.Rounds("2026", 1)
	c.ByDepartment, c.Surprise, c.Minimum, c.Goal = true, spotcheck.Percent(20), spotcheck.Minimum{Count: 2}, spotcheck.Percent(80)
	chain, err := spotcheck.NewChain([32]byte{5}, 2)
	require.NoError(t, err)
	journal := []spotcheck.Entry{{Kind: spotcheck.Opened, Opening: &spotcheck.Opening{Cycle: c, Commitment: chain.Commitment(), Carried: []string{"E00009", "E00002"}}}}
	s, err := spotcheck.Fold(journal)
	require.NoError(t, err)
	r := roster(t, people)
	draw := func(round int) *spotcheck.Manifest {
		seed, err := chain.Seed(round, "指数 3021.55")
		require.NoError(t, err)
		m, err := spotcheck.Draw(s, round, r, seed)
		require.NoError(t, err)
		return m
	}
	m := draw(1)
	journal = append(journal, m.Entry("planner", day(1)))
	for i, p := range m.Drawn {
		x := result(p.Person, i%3 == 0)
		if i == 4 {
			x = spotcheck.Result{Person: p.Person, Absence: "sick"}
		}
		journal = append(journal, spotcheck.Entry{Kind: spotcheck.Assessed, Round: 1, Result: &x})
	}
	s, err = spotcheck.Fold(journal)
	require.NoError(t, err)
	return draw(2), r, journal
}

// Every byte of a manifest counts: one of its bits, turned, is found out, with
// GUANXI_FULL each of them; and so is its absence.
func TestEveryByteOfAManifestCounts(t *testing.T) {
	m, r, journal := fuzzScene(t)
	data, err := m.Canonical()
	require.NoError(t, err)
	require.NoError(t, verifyBytes(data, r, journal))
	turned, full := 0, os.Getenv("GUANXI_FULL") != ""
	for at := range data {
		for bit := range 8 {
			if !full && bit != at%8 {
				continue
			}
			data[at] ^= 1 << bit
			require.Error(t, verifyBytes(data, r, journal), "byte %d, bit %d: %q", at, bit, data[max(0, at-20):min(len(data), at+20)])
			data[at] ^= 1 << bit
			turned++
		}
	}
	for at := 0; at < len(data) && !testing.Short(); at++ {
		require.Error(t, verifyBytes(append(append([]byte{}, data[:at]...), data[at+1:]...), r, journal), "without byte %d", at)
	}
	t.Log(len(data), "bytes,", turned, "bits")
}

// FuzzManifest looks for a text beside the true one that verifies, and for one that
// breaks the reader.
func FuzzManifest(f *testing.F) {
	m, r, journal := fuzzScene(f)
	data, err := m.Canonical()
	require.NoError(f, err)
	f.Add(data)
	f.Add([]byte(`{}`))
	f.Add([]byte(`{"drawn":null}`))
	f.Add(append([]byte(" "), data...))
	f.Fuzz(func(t *testing.T, text []byte) {
		if err := verifyBytes(text, r, journal); err == nil {
			require.Equal(t, string(data), string(text))
		}
	})
}

// FuzzEntry folds whatever can be read as an entry behind an opening: never a panic,
// and a refused entry leaves the state as it was.
func FuzzEntry(f *testing.F) {
	m, _, journal := fuzzScene(f)
	for _, e := range append(journal, m.Entry("planner", day(2))) {
		data, err := json.Marshal(e)
		require.NoError(f, err)
		f.Add(data)
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		var e spotcheck.Entry
		if json.Unmarshal(text, &e) != nil {
			return
		}
		for _, before := range [][]spotcheck.Entry{nil, journal} {
			s, err := spotcheck.Fold(before)
			require.NoError(t, err)
			history, next, pending := s.History(), s.Next(), s.Pending()
			if s.Apply(e) != nil {
				require.Equal(t, []any{history, next, pending}, []any{s.History(), s.Next(), s.Pending()})
				continue
			}
			require.NotEqual(t, history, s.History())
			data, err := json.Marshal(e)
			require.NoError(t, err)
			var back spotcheck.Entry
			require.NoError(t, json.Unmarshal(data, &back))
			again, err := spotcheck.Fold(append(append([]spotcheck.Entry{}, before...), back))
			require.NoError(t, err)
			require.Equal(t, s.History(), again.History())
		}
	})
}

// FuzzRate reads rates: what it reads is exact and comes back.
func FuzzRate(f *testing.F) {
	for _, text := range []string{"", "10%", "7.5%", "0.07", "1/3", "1", "100%", "1.", ".5", "-1", "2", "1e-3", "0/0", "1/0", "00.10", "101%"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		r, err := spotcheck.ParseRate(text)
		if err != nil {
			require.ErrorIs(t, err, spotcheck.ErrInvalid)
			return
		}
		require.True(t, r.Valid())
		back, err := spotcheck.ParseRate(r.String())
		require.NoError(t, err)
		require.Equal(t, r, back)
		require.LessOrEqual(t, r.Of(1000), 1000)
	})
}
