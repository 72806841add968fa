package points_test

import (
	"encoding"
	"encoding/binary"
	"math"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/guanxi-go/guanxi/loyalty/points"
)

var _ interface {
	encoding.BinaryMarshaler
	encoding.BinaryAppender
} = points.Entry{}

// anyEntry draws a valid entry of any kind, with anything in any field that the kind
// can have.
func anyEntry(t *rapid.T) points.Entry {
	instant := func(name string) time.Time {
		micros := rapid.OneOf(rapid.Int64Range(-62135596800e6+1, 253402300799e6+999999), rapid.Int64Range(1.7e15, 1.8e15)).Draw(t, name)
		return time.UnixMicro(micros).UTC()
	}
	some := func(name string) bool { return rapid.Bool().Draw(t, name) }
	text := rapid.StringMatching(`[a-z0-9\-分]{0,20}`)
	recorded := instant("recorded")
	e := points.Entry{
		Seq: rapid.Uint64Min(2).Draw(t, "seq"), Kind: points.Kind(rapid.IntRange(1, 15).Draw(t, "kind")), Recorded: recorded, At: recorded,
		Actor: text.Draw(t, "actor"), Ref: text.Draw(t, "ref"), Code: text.Draw(t, "code"), Reason: string(rapid.SliceOf(rapid.Byte()).Draw(t, "reason")),
		Peer: text.Draw(t, "peer"), PeerLot: uint64(rapid.IntRange(0, 3).Draw(t, "peer lot")), Unconfirmed: some("unconfirmed"),
		QP: rapid.Int64Range(math.MinInt64+1, math.MaxInt64).Draw(t, "qp"),
	}
	if back := instant("at"); back.Before(recorded) && some("past") {
		e.At = back
	}
	e.ActivateAt = e.At
	if end := instant("end"); end.After(e.At) && some("ends") {
		e.ExpireAt = end
	}
	if some("idle") {
		e.IdleAt = instant("idle at")
	}
	n := rapid.Int64Range(1, math.MaxInt64).Draw(t, "points")
	other := rapid.Uint64Range(1, e.Seq-1).Draw(t, "other")
	use := func() {
		for left := n; left > 0 && len(e.Uses) < 20; {
			u := points.Use{Lot: rapid.Uint64Range(1, e.Seq-1).Draw(t, "lot"), Points: rapid.Int64Range(1, left).Draw(t, "part"),
				ActivateAt: instant("activate"), Place: rapid.IntRange(0, 3).Draw(t, "place")}
			if len(e.Uses) == 19 {
				u.Points = left
			}
			u.Size = rapid.Int64Range(u.Points, math.MaxInt64).Draw(t, "size")
			if some("use ends") {
				u.ExpireAt = instant("expire")
			}
			left -= u.Points
			e.Uses = append(e.Uses, u)
		}
	}
	switch e.Kind {
	case points.KindEarn, points.KindOpening, points.KindAdjust, points.KindTransferIn:
		e.Amount, e.Lot = n, e.Seq
	case points.KindConfirm:
		e.Lot = other
	case points.KindHold:
		e.Hold, e.Held = e.Seq, n
		if some("times out") {
			e.Until = e.ExpireAt
		}
	case points.KindRelease:
		e.Hold, e.Held = other, -n
	case points.KindCapture:
		e.Hold, e.Held, e.Amount = other, -n, -n
		use()
	case points.KindBurn, points.KindExpire, points.KindTransferOut:
		e.Amount = -n
		use()
	case points.KindSettle:
		use()
	case points.KindRefund:
		e.Amount, e.Target = n, other
		use()
	case points.KindClawback:
		e.Amount, e.Target, e.Lapsed = -n, other, rapid.Int64Range(0, 9).Draw(t, "lapsed")
		use()
	case points.KindWriteOff:
		e.Amount = n
	}
	require.NoError(t, e.Validate())
	return e
}

// TestEntryForm: any entries come back from their forms one after another, and
// a form is the only one of its entry.
func TestEntryForm(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		entries := rapid.SliceOfN(rapid.Custom(anyEntry), 1, 4).Draw(t, "entries")
		var journal []byte
		for _, e := range entries {
			alone, err := e.MarshalBinary()
			require.NoError(t, err)
			var back points.Entry
			require.NoError(t, back.UnmarshalBinary(alone))
			require.Equal(t, e, back)
			journal, err = e.AppendBinary(journal)
			require.NoError(t, err)
			require.True(t, strings.HasSuffix(string(journal), string(alone)))
		}
		rest := journal
		for _, e := range entries {
			var back points.Entry
			var err error
			back, rest, err = points.DecodeEntry(rest)
			require.NoError(t, err)
			require.Equal(t, e, back)
		}
		require.Empty(t, rest)
		// Whatever is changed in a form, it is refused or the form of another entry.
		spoiled := slices.Clone(journal)
		spoiled[rapid.IntRange(0, len(spoiled)-1).Draw(t, "place")] ^= byte(rapid.IntRange(1, 255).Draw(t, "bits"))
		if requireCanonical(t, spoiled) {
			require.NotEqual(t, journal, spoiled)
		}
	})
}

// requireCanonical decodes a journal as far as it goes: what is read is written
// again with the same bytes.
func requireCanonical(t require.TestingT, journal []byte) bool {
	for len(journal) > 0 {
		e, rest, err := points.DecodeEntry(journal)
		if err != nil {
			requireRefused(t, err, points.ErrVersion)
			require.Zero(t, e)
			require.Equal(t, len(journal), len(rest))
			return false
		}
		require.NoError(t, e.Validate())
		again, err := e.MarshalBinary()
		require.NoError(t, err)
		require.Equal(t, journal[:len(journal)-len(rest)], again, "one form for one entry")
		journal = rest
	}
	return true
}

// TestEntryFormOfJournal: an account's whole journal, cut off anywhere.
func TestEntryFormOfJournal(t *testing.T) {
	a := fullState(t)
	var journal []byte
	ends := []int{0}
	for _, e := range a.journal {
		var err error
		journal, err = e.AppendBinary(journal)
		require.NoError(t, err)
		ends = append(ends, len(journal))
	}
	var back []points.Entry
	for rest := journal; len(rest) > 0; {
		e, after, err := points.DecodeEntry(rest)
		require.NoError(t, err)
		back, rest = append(back, e), after
	}
	require.Equal(t, a.journal, back)
	for cut := range journal {
		require.Equal(t, slices.Contains(ends, cut), requireCanonical(t, journal[:cut]), cut)
	}
	e := a.journal[1]
	form := journal[ends[1]:ends[2]]
	for cut := range form {
		requireRefused(t, e.UnmarshalBinary(form[:cut]), points.ErrVersion)
	}
	requireRefused(t, e.UnmarshalBinary(journal[ends[1]:ends[3]]), points.ErrVersion)
	require.Equal(t, a.journal[1], e, "a refused form leaves the entry")
}

// TestEntryFormBytes holds the form to what its comment says.
func TestEntryFormBytes(t *testing.T) {
	now := at("2026-03-01T10:00:00Z")
	earn := points.Entry{Seq: 7, Kind: points.KindEarn, Amount: 60, QP: 60, At: now, Recorded: now, Actor: "till4", Ref: "order-123",
		Lot: 7, ActivateAt: now, ExpireAt: at("2027-03-02T00:00:00Z")}
	const sinceYear1 = 62135596800e6
	want := []byte{1, 1<<1 | 1<<2 | 1<<3 | 1<<7, 1 << 0, 1, 7}
	want = binary.AppendUvarint(want, uint64(now.UnixMicro()+sinceYear1))
	want = append(want, 120, 120, 5)
	want = append(want, "till4\x09order-123\x01"...)
	want = binary.AppendUvarint(want, uint64(earn.ExpireAt.Sub(now).Microseconds()*2+1))
	form, err := earn.MarshalBinary()
	require.NoError(t, err)
	require.Equal(t, want, form)
	require.LessOrEqual(t, len(form), 45)

	burn := points.Entry{Seq: 9, Kind: points.KindBurn, Amount: -5, At: now.Add(-time.Millisecond), Recorded: now,
		Uses: []points.Use{{Lot: 7, Points: 5, Size: 60, ActivateAt: now, Place: 2}}}
	want = append([]byte{1, 1<<0 | 1<<6, 0, 4, 9}, form[5:13]...)
	want = append(want, 9, 0xe8, 0x07, 1, 7, 5, 55, 0xd1, 0x0f, 0, 2)
	form, err = burn.MarshalBinary()
	require.NoError(t, err)
	require.Equal(t, want, form)
}

// TestEntryFormHostile: forms that are read as an entry and are not the one form of
// it, and those that ask for memory.
func TestEntryFormHostile(t *testing.T) {
	recorded := binary.AppendUvarint(nil, 63e15)
	form := func(fields uint16, kind byte, behind ...byte) []byte {
		b := append([]byte{1, byte(fields), byte(fields >> 8), kind, 5}, recorded...)
		return append(b, behind...)
	}
	var e points.Entry
	require.NoError(t, e.UnmarshalBinary(form(0, 1, 0)))
	require.Equal(t, points.Entry{Seq: 5, Kind: points.KindEarn, At: e.Recorded, Recorded: e.Recorded}, e)
	require.NoError(t, e.UnmarshalBinary(form(1<<6, 4, 9, 1, 1, 5, 0, 1, 0, 0)))
	require.Equal(t, []points.Use{{Lot: 1, Points: 5, Size: 5, ActivateAt: e.At}}, e.Uses)
	for name, b := range map[string][]byte{
		"nothing":                 {},
		"version":                 append([]byte{2}, form(0, 1, 0)[1:]...),
		"a field too many":        form(1<<15, 1, 0),
		"long number":             form(0, 1, 0x80, 0),
		"too long number":         form(0, 1, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 2),
		"at is recorded":          form(1, 1, 0, 0),
		"at before time":          form(1, 1, append([]byte{0}, binary.AppendUvarint(nil, 63e15+1)...)...),
		"at is none":              form(1, 1, append([]byte{0}, recorded...)...),
		"qp 0":                    form(1<<1, 1, 0, 0),
		"qp least":                form(1<<1, 1, 0, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 1),
		"no actor":                form(1<<2, 1, 0, 0),
		"no reason":               form(1<<5, 1, 0, 0),
		"actor is no text":        form(1<<2, 1, 0, 1, 0xff),
		"no uses":                 form(1<<6, 1, 0, 0),
		"no activation":           form(1<<7, 1, 0, 0),
		"activation at zero":      form(1<<7, 1, append([]byte{0}, binary.AppendUvarint(nil, 2*63e15)...)...),
		"activation too far":      form(1<<7, 1, append([]byte{0}, binary.AppendUvarint(nil, math.MaxUint64)...)...),
		"lapsed 0":                form(1<<12, 9, 0, 1, 0),
		"no peer lot":             form(1<<14, 1, 0, 0),
		"kind 0":                  form(0, 0, 0),
		"kind 16":                 form(0, 16, 0),
		"no lot":                  form(0, 3, 0, 0),
		"a use that ends at zero": form(1<<6, 4, append(append([]byte{9, 1, 1, 5, 0, 1}, binary.AppendUvarint(nil, 2*63e15)...), 0)...),
		"many uses":               form(1<<6, 4, append([]byte{1}, binary.AppendUvarint(nil, math.MaxUint64)...)...),
		"a use too large":         form(1<<6, 4, append([]byte{1, 1, 1, 1}, binary.AppendUvarint(nil, math.MaxInt64)...)...),
		"long reason":             form(1<<5, 1, append([]byte{0}, binary.AppendUvarint(nil, math.MaxInt64)...)...),
		"longer than memory":      form(1<<5, 1, append([]byte{0}, binary.AppendUvarint(nil, math.MaxUint64)...)...),
	} {
		old := e
		requireRefused(t, e.UnmarshalBinary(b), points.ErrVersion)
		require.Equal(t, old, e, name)
		// A long journal behind the form does not lend it memory.
		b = append(b, make([]byte, 1<<20)...)
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		_, _, err := points.DecodeEntry(b)
		runtime.ReadMemStats(&after)
		require.ErrorIs(t, err, points.ErrVersion)
		require.Less(t, after.TotalAlloc-before.TotalAlloc, uint64(8<<10), name)
	}
	for _, spoil := range []func(*points.Entry){
		func(e *points.Entry) { e.Seq = 0 },
		func(e *points.Entry) { e.At = e.At.Add(1) },
		func(e *points.Entry) { e.Lot = 3 },
		func(e *points.Entry) { e.Ref = "a\x00" },
	} {
		bad := e
		spoil(&bad)
		b, err := bad.AppendBinary([]byte{1, 2})
		requireRefused(t, err, points.ErrInvalid)
		require.Equal(t, []byte{1, 2}, b)
	}
}

func FuzzEntry(f *testing.F) {
	var journal []byte
	for _, e := range fullState(f).journal {
		form, err := e.MarshalBinary()
		require.NoError(f, err)
		f.Add(form)
		journal = append(journal, form...)
	}
	f.Add(journal)
	f.Fuzz(func(t *testing.T, b []byte) { requireCanonical(t, b) })
}
