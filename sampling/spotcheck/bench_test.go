package spotcheck_test

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/guanxi-go/guanxi/internal/cputime"
	"github.com/guanxi-go/guanxi/sampling/spotcheck"
)

func big() int {
	if testing.Short() {
		return 10_000
	}
	return 1_000_000
}

// bigScene is a cycle without a round yet, or with so many.
func bigScene(t require.TestingT, n, rounds int, departments bool) (*spotcheck.State, *spotcheck.Roster) {
	people := staff(1, n)
	for i := range people {
		people[i].ID = fmt.Sprintf("E%07d", i)
		people[i].Department = fmt.Sprintf("D%03d", i%1000)
	}
	c := spotcheck.Monthly(2026)
	c.ByDepartment = departments
	s := &spotcheck.State{}
	require.NoError(t, s.Apply(spotcheck.Entry{Kind: spotcheck.Opened, Opening: &spotcheck.Opening{Cycle: c}}))
	r := roster(t, people)
	for i := range rounds {
		m, err := spotcheck.Draw(s, i+1, r, spotcheck.KeySeed(spotcheck.Hash{byte(i)}))
		require.NoError(t, err)
		assess(t, s, m, nil)
	}
	return s, r
}

// BenchmarkDraw draws a round of 10 % of a million employees: the first one, the sixth,
// one of a thousand departments, and one of repeats alone. Beside it stands what it is
// held against: tickets one by one with crypto/hmac and a full sort.
func BenchmarkDraw(b *testing.B) {
	for _, x := range []struct {
		name        string
		rounds      int
		departments bool
	}{{"first", 0, false}, {"sixth", 5, false}, {"departments", 0, true}, {"repeats", 10, false}} {
		b.Run(x.name, func(b *testing.B) {
			s, r := bigScene(b, big(), x.rounds, x.departments)
			b.ReportAllocs()
			begin := cputime.Now()
			for b.Loop() {
				if _, err := spotcheck.Draw(s, x.rounds+1, r, spotcheck.KeySeed(spotcheck.Hash{9})); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(cputime.Now()-begin)/float64(b.N)/1e6, "cpu-ms/op")
		})
	}
	b.Run("plain", func(b *testing.B) {
		_, r := bigScene(b, big(), 0, false)
		b.ReportAllocs()
		begin := cputime.Now()
		for b.Loop() {
			plainDraw(spotcheck.Hash{9}, "2026", r, r.Len()/10)
		}
		b.ReportMetric(float64(cputime.Now()-begin)/float64(b.N)/1e6, "cpu-ms/op")
	})
}

// plainDraw is the definition, word for word.
func plainDraw(key spotcheck.Hash, cycle string, r *spotcheck.Roster, n int) []string {
	type line struct{ ticket, id string }
	var lines []line
	for p := range r.People() {
		mac := hmac.New(sha256.New, key[:])
		for _, f := range []string{spotcheck.Algorithm, cycle, p.ID} {
			var size [4]byte
			binary.BigEndian.PutUint32(size[:], uint32(len(f)))
			mac.Write(size[:])
			mac.Write([]byte(f))
		}
		lines = append(lines, line{string(mac.Sum(nil)[:16]), p.ID})
	}
	slices.SortFunc(lines, func(a, b line) int {
		return strings.Compare(a.ticket+a.id, b.ticket+b.id)
	})
	ids := make([]string, n)
	for i := range ids {
		ids[i] = lines[i].id
	}
	return ids
}

// A million employees are drawn from within 0.4 s of processor time; the figure holds
// on an idle machine.
func TestDrawIsFastAndPlain(t *testing.T) {
	n, full := 20_000, os.Getenv("GUANXI_FULL") != "" && !raceEnabled
	if full {
		n = 1_000_000
	}
	s, r := bigScene(t, n, 0, false)
	best := time.Hour
	var m *spotcheck.Manifest
	for range 3 {
		var err error
		begin := cputime.Now()
		m, err = spotcheck.Draw(s, 1, r, spotcheck.KeySeed(spotcheck.Hash{9}))
		best = min(best, cputime.Now()-begin)
		require.NoError(t, err)
	}
	t.Log(n, "employees in", best)
	if full {
		require.Less(t, best, 400*time.Millisecond)
	}
	var got []string
	for _, p := range m.Drawn {
		got = append(got, p.Person)
	}
	require.Equal(t, plainDraw(spotcheck.Hash{9}, "2026", r, len(got)), got)
}
