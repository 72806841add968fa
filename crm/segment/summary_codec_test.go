package segment_test

import (
	"bytes"
	"encoding/binary"
	"encoding/hex"
	"hash/crc32"
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/guanxi-go/guanxi/crm/calendar"
	"github.com/guanxi-go/guanxi/crm/money"
	"github.com/guanxi-go/guanxi/crm/purchase"
	"github.com/guanxi-go/guanxi/crm/segment"
)

// sealed appends the checksum of the saved form.
func sealed(b []byte) []byte {
	return binary.LittleEndian.AppendUint32(bytes.Clone(b), crc32.Checksum(b, crc32.MakeTable(crc32.Castagnoli)))
}

// The saved form of version 1 is for ever: these bytes were written out by hand
// from the comment in codec.go.
func TestSavedForm(t *testing.T) {
	s := newSummary[string](t, segment.Options{From: 10, SameDay: segment.SameDayMerge})
	b := purchase.Batch[string]{Currency: money.CNY,
		Customers: []string{"ab", "a", "ab", "ab", "c", "a"},
		Days:      []calendar.Day{300, 12, 303, 300, 20, 9},
		Amounts:   []int64{100, 5, 1, 2, -3, 7},
	}
	require.NoError(t, s.AddBatch(b))
	want := []byte("gxS\x01\x01\x00\x01")                // magic, version, texts, net, merge
	want = append(want, 10, 0)                           // from, until
	want = binary.AppendUvarint(want, uint64(money.CNY)) // currency
	want = append(want, 1, 6, 1, 1)                      // stated; rows, refunds, outside
	want = append(want, 5, 0)                            // refunded -3
	want = append(want, 0xaf, 0x02)                      // latest, day 303
	want = append(want, 3)                               // customers
	want = append(want, 0, 1, 'a', 1, 10, 0, 12, 0)      // a: 1 purchase, 5, day 12
	want = append(want, 1, 1, 'b', 2)                    // ab: 2 days,
	want = append(want, 0xce, 0x01, 0, 0xac, 0x02, 3, 3) // 103, day 300, 3 days on, and one there
	want = append(want, 0, 1, 'c', 0, 5, 0)              // c: no purchase, -3
	require.Equal(t, hex.EncodeToString(sealed(want)), hex.EncodeToString(saved(t, s)))

	var ints segment.Summary[int64]
	require.NoError(t, ints.AddBatch(purchase.Batch[int64]{
		Customers: []int64{math.MinInt64, math.MinInt64 + 300, math.MaxInt64}, Days: []calendar.Day{1, 2, 3}, Amounts: []int64{0, math.MaxInt64, math.MinInt64},
	}))
	want = []byte("gxS\x01\x00\x00\x00")
	want = append(want, 0, 0, 0, 1, 3, 1, 0)
	full := bytes.Repeat([]byte{0xff}, 9)
	want = append(append(want, full...), 1, 0) // -2^63 folds to 2^64-1, 0
	want = append(want, 3)                     // latest: the refund's day
	want = append(want, 3)
	want = append(want, 0, 1, 0, 0, 1, 0) // the first id's distance from MinInt64
	want = append(want, 0xac, 0x02, 1, 0xfe)
	want = append(append(want, full[:8]...), 1, 0, 2, 0) // MaxInt64 folds to 2^64-2
	want = binary.AppendUvarint(want, math.MaxUint64-300)
	want = append(append(append(want, 0), full...), 1, 0)
	require.Equal(t, hex.EncodeToString(sealed(want)), hex.EncodeToString(saved(t, &ints)))

	appended, err := ints.AppendBinary([]byte("before"))
	require.NoError(t, err)
	require.Equal(t, append([]byte("before"), saved(t, &ints)...), appended)
}

func TestDamagedForm(t *testing.T) {
	var s segment.Summary[string]
	require.NoError(t, s.AddBatch(named(someLog(rand.New(rand.NewPCG(1, 1)), 60))))
	good := saved(t, &s)
	kept := newSummary[string](t, segment.Options{})
	require.NoError(t, kept.Add(purchase.Purchase[string]{Customer: "x", Day: winter}))
	before := saved(t, kept)
	refused := func(what string, b []byte) {
		t.Helper()
		err := kept.UnmarshalBinary(b)
		require.ErrorIs(t, err, segment.ErrVersion, what)
		var e *segment.Error
		require.ErrorAs(t, err, &e)
	}
	for n := range good {
		refused("cut off", good[:n])
		if n != len(good)-4 {
			refused("cut off and sealed anew", sealed(good[:n]))
		}
		for bit := range 8 {
			bad := bytes.Clone(good)
			bad[n] ^= 1 << bit
			refused("a bit flipped", bad)
		}
	}
	refused("bytes behind", append(bytes.Clone(good), 0))
	refused("bytes behind, sealed anew", sealed(append(bytes.Clone(good[:len(good)-4]), 0)))
	next := bytes.Clone(good[:len(good)-4])
	next[3] = 2
	refused("the next version", sealed(next))
	var ints segment.Summary[int64]
	require.ErrorIs(t, ints.UnmarshalBinary(good), segment.ErrVersion)
	refused("the other kind of id", saved(t, &ints))
	require.Equal(t, before, saved(t, kept), "what fails to load leaves the summary alone")
}

// Forms with a right checksum that no summary writes.
func TestForgedForm(t *testing.T) {
	head := func(kind, refunds, sameDay byte) []byte { return []byte{'g', 'x', 'S', 1, kind, refunds, sameDay} }
	join := func(parts ...[]byte) []byte { return bytes.Join(parts, nil) }
	ints, merged, texts := head(0, 0, 0), head(0, 0, 1), head(1, 0, 0)
	tallies := []byte{0, 0, 0, 1, 2, 0, 0, 0, 0, 100} // from until currency stated rows refunds outside refunded latest
	var s segment.Summary[int64]
	require.NoError(t, s.UnmarshalBinary(sealed(join(ints, tallies, []byte{1, 5, 1, 2, 0, 7, 0}))), "the pattern itself is sound")
	for name, b := range map[string][]byte{
		"policy":              join(head(0, 3, 0), tallies, []byte{0}),
		"same day":            join(head(0, 0, 2), tallies, []byte{0}),
		"kind":                join(head(2, 0, 0), tallies, []byte{0}),
		"until before from":   join(ints, []byte{9, 5, 0, 1, 2, 0, 0, 0, 0, 0, 0}),
		"from no day":         join(ints, binary.AppendUvarint(nil, uint64(calendar.MaxDay)+1), tallies[1:], []byte{0}),
		"currency":            join(ints, []byte{0, 0, 65, 1, 2, 0, 0, 0, 0, 0, 0}),
		"currency not stated": join(ints, []byte{0, 0}, binary.AppendUvarint(nil, uint64(money.CNY)), []byte{0, 0, 0, 0, 0, 0, 0, 0}),
		"stated 2":            join(ints, []byte{0, 0, 0, 2, 2, 0, 0, 0, 0, 0, 0}),
		"refunds beyond rows": join(ints, []byte{0, 0, 0, 1, 2, 3, 0, 5, 0, 0, 0}),
		"outside beyond rows": join(ints, []byte{0, 0, 0, 1, 2, 0, 3, 0, 0, 0, 0}),
		"more than rows":      join(ints, []byte{0, 0, 0, 1, 2, 1, 2, 5, 0, 0, 0}),
		"refunds above zero":  join(ints, []byte{0, 0, 0, 1, 2, 1, 0, 2, 0, 0, 0}),
		"long number":         join(ints, []byte{0x80, 0, 0, 0, 1, 2, 0, 0, 0, 0, 0, 0}),
		"many customers":      join(ints, tallies, binary.AppendUvarint(nil, 1<<40)),
		"one missing":         join(ints, tallies, []byte{2, 5, 1, 2, 0, 7, 0}),
		"later than latest":   join(ints, []byte{0, 0, 0, 1, 2, 0, 0, 0, 0, 6}, []byte{1, 5, 1, 2, 0, 7, 0}),
		"latest after until":  join(ints, []byte{0, 9, 0, 1, 2, 0, 0, 0, 0, 9}, []byte{0}),
		"same id":             join(ints, tallies, []byte{2, 5, 1, 2, 0, 7, 0, 0, 1, 2, 0, 7, 0}),
		"day 0":               join(ints, tallies, []byte{1, 5, 1, 2, 0, 0, 0}),
		"last beyond 9999":    join(ints, tallies, []byte{1, 5, 2, 2, 0, 7}, binary.AppendUvarint(nil, uint64(calendar.MaxDay))),
		"outside the period":  join(ints, []byte{8, 0, 0, 1, 2, 0, 0, 0, 0, 9}, []byte{1, 5, 1, 2, 0, 7, 0}),
		"at the period's end": join(ints, []byte{0, 7, 0, 1, 2, 0, 0, 0, 0, 6}, []byte{1, 5, 1, 2, 0, 7, 0}),
		"2^32 purchases":      join(ints, tallies, []byte{1, 5}, binary.AppendUvarint(nil, 1<<32), []byte{2, 0, 7, 0}),
		"value of 97 bits":    join(ints, tallies, []byte{1, 5, 1, 0}, binary.AppendUvarint(nil, 1<<32), []byte{7, 0}),
		"days missing":        join(merged, tallies, []byte{1, 5, 3, 2, 0, 7, 9, 1}),
		"days beyond last":    join(merged, tallies, []byte{1, 5, 3, 2, 0, 7, 3, 2, 2}),
		"days before last":    join(merged, tallies, []byte{1, 5, 3, 2, 0, 7, 3, 1, 1}),
		"day twice":           join(merged, tallies, []byte{1, 5, 3, 2, 0, 7, 3, 3, 0}),
		"one day, two ends":   join(merged, tallies, []byte{1, 5, 1, 2, 0, 7, 3}),
		"a row, two days":     join(ints, tallies, []byte{1, 5, 1, 2, 0, 7, 3}),
		"3 of 2 rows":         join(ints, tallies, []byte{1, 5, 3, 2, 0, 7, 3}),
	} {
		var s segment.Summary[int64]
		require.ErrorIs(t, s.UnmarshalBinary(sealed(b)), segment.ErrVersion, name)
	}
	var named segment.Summary[string]
	require.NoError(t, named.UnmarshalBinary(sealed(join(texts, tallies, []byte("\x02\x00\x02ab\x01\x02\x00\x07\x00\x01\x01c\x01\x02\x00\x07\x00")))))
	for name, customers := range map[string]string{
		"empty id":        "\x01\x00\x00\x01\x02\x00\x07\x00",
		"NUL":             "\x01\x00\x01\x00\x01\x02\x00\x07\x00",
		"not UTF-8":       "\x01\x00\x01\xff\x01\x02\x00\x07\x00",
		"256 bytes":       "\x01\x00\x80\x02" + strings.Repeat("x", 256) + "\x01\x02\x00\x07\x00",
		"out of order":    "\x02\x00\x01b\x01\x02\x00\x07\x00\x00\x01a\x01\x02\x00\x07\x00",
		"twice":           "\x02\x00\x01b\x01\x02\x00\x07\x00\x01\x00\x01\x02\x00\x07\x00",
		"shares too few":  "\x02\x00\x02ab\x01\x02\x00\x07\x00\x00\x02ac\x01\x02\x00\x07\x00",
		"shares too many": "\x02\x00\x02ab\x01\x02\x00\x07\x00\x03\x01c\x01\x02\x00\x07\x00",
	} {
		var s segment.Summary[string]
		require.ErrorIs(t, s.UnmarshalBinary(sealed(join(texts, tallies, []byte(customers)))), segment.ErrVersion, name)
	}
}

// Loading keeps what the form does not hold, and refuses what contradicts it.
func TestLoadIntoOptions(t *testing.T) {
	counted := segment.Options{From: winter, Refunds: segment.RefundsGross}
	s := newSummary[int64](t, counted)
	add := func(s *segment.Summary[int64], c money.Currency) error {
		return s.Add(purchase.Purchase[int64]{Customer: 1, Day: winter, Amount: money.Amount{Minor: 5, Currency: c}})
	}
	require.NoError(t, add(s, money.CNY))
	form := saved(t, s)

	rates, err := money.NewRateTable([]money.Quote{{From: money.USD, To: money.CNY, Since: winter, Rate: money.Ratio{Num: 7, Den: 1}}}, money.RateTableOptions{})
	require.NoError(t, err)
	rich := counted
	rich.Rates, rich.Currency, rich.Workers = rates, money.CNY, 2
	loaded := newSummary[int64](t, rich)
	require.NoError(t, loaded.UnmarshalBinary(form))
	require.NoError(t, add(loaded, money.USD), "the rates stay")
	totals, err := loaded.Totals()
	require.NoError(t, err)
	require.Equal(t, money.Amount{Minor: 40, Currency: money.CNY}, totals.Value)

	other := counted
	other.Currency = money.USD
	require.ErrorIs(t, newSummary[int64](t, other).UnmarshalBinary(form), segment.ErrCurrency)
	require.ErrorIs(t, newSummary[int64](t, segment.Options{From: winter}).UnmarshalBinary(form), segment.ErrInvalid)

	var zero segment.Summary[int64]
	require.NoError(t, zero.UnmarshalBinary(form))
	require.ErrorIs(t, add(&zero, money.USD), segment.ErrCurrency)
	require.NoError(t, zero.Merge(s))
	require.NoError(t, zero.UnmarshalBinary(form), "a loaded summary can be loaded again")
	require.Equal(t, form, saved(t, &zero))
}

// FuzzSummaryDecode feeds the decoder with bytes whose checksum is right. It must
// not panic, and what it accepts is a summary: it answers, goes on, merges, and is
// saved as the same bytes.
func FuzzSummaryDecode(f *testing.F) {
	rng := rand.New(rand.NewPCG(2, 2))
	for i, opts := range summaryOptions {
		b := someLog(rng, 5*i)
		ints, texts := newSummary[int64](f, opts), newSummary[string](f, opts)
		require.NoError(f, ints.AddBatch(b))
		require.NoError(f, texts.AddBatch(named(b)))
		for _, form := range [][]byte{saved(f, ints), saved(f, texts)} {
			f.Add(form[:len(form)-4])
		}
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		fuzzDecode[int64](t, body, 5)
		fuzzDecode(t, body, "x")
		var s segment.Summary[int64]
		if s.UnmarshalBinary(body) == nil { // unsealed: all but impossible
			require.Equal(t, body, saved(t, &s))
		}
	})
}

func fuzzDecode[K purchase.ID](t *testing.T, body []byte, id K) {
	form := sealed(body)
	var s, o segment.Summary[K]
	if err := s.UnmarshalBinary(form); err != nil {
		require.ErrorIs(t, err, segment.ErrVersion)
		return
	}
	require.Equal(t, form, saved(t, &s))
	for _, scoring := range []segment.Scoring{{}, {Ties: segment.TiesSplit, Binning: segment.Nested}} {
		if r, err := s.RFM(0, scoring); err == nil {
			n := 0
			for c := range r.All() {
				require.Equal(t, c.Purchases > 0, c.Score != segment.Score{})
				n++
			}
			require.Equal(t, s.Len(), n)
		}
	}
	totals, err := s.Totals()
	if err == nil {
		require.Equal(t, s.Len(), totals.Customers)
	}
	require.NoError(t, o.UnmarshalBinary(form))
	require.NoError(t, s.Merge(&o))
	require.Equal(t, form, saved(t, &o), "what is merged stays as it was")
	_ = s.Add(purchase.Purchase[K]{Customer: id, Day: winter})
	_, _ = s.Totals()
	_, _ = s.MarshalBinary()
}
