package storetest_test

import (
	"context"
	"encoding/json"
	"errors"
	"iter"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/guanxi-go/guanxi/internal/fault"
	"github.com/guanxi-go/guanxi/internal/storetest"
)

// TestDump compares as the contract does.
func TestDump(t *testing.T) {
	type row struct {
		At   time.Time
		Body json.RawMessage
		List []string
	}
	at := time.Date(2026, 3, 1, 0, 0, 0, 1000, time.UTC)
	one := row{at, json.RawMessage(`{"a":1.0,"b":[1e2]}`), nil}
	for name, same := range map[string]row{
		"JSON by value":       {at, json.RawMessage(` {"b":[100], "a":1}`), nil},
		"an empty slice":      {at, one.Body, []string{}},
		"the same, of course": one,
	} {
		require.Equal(t, storetest.Dump(one), storetest.Dump(same), name)
	}
	for name, other := range map[string]row{
		"another microsecond": {at.Add(time.Microsecond), one.Body, nil},
		"another nanosecond":  {at.Add(1), one.Body, nil},
		"another zone":        {at.In(time.FixedZone("", 0)), one.Body, nil},
		"another digit":       {at, json.RawMessage(`{"a":1.0000000000000000000001,"b":[1e2]}`), nil},
		"an element":          {at, one.Body, []string{""}},
		"none":                {},
	} {
		require.NotEqual(t, storetest.Dump(one), storetest.Dump(other), name)
	}
	require.Contains(t, storetest.Differ("abc", "abd"), "byte 2")
}

func TestScribble(t *testing.T) {
	type row struct {
		Name string
		List []string
		Map  map[string]int
	}
	r := row{"kept", []string{"a"}, map[string]int{"a": 1}}
	mine := row{r.Name, []string{"a"}, map[string]int{"a": 1}}
	storetest.Scribble(&r)
	require.NotEqual(t, mine.List, r.List)
	require.Empty(t, r.Map)
	require.Equal(t, "kept", r.Name, "what is copied is the caller's")
}

// play plays a case on a recorder.
func play(t *testing.T, run func(*storetest.Scene)) []string {
	t.Helper()
	r := storetest.NewRecorder(t.Context())
	storetest.Play(r, "x", storetest.Says("Store", "keeps it."), 50*time.Millisecond, func(s *storetest.Scene) (func(), string) {
		return func() { run(s) }, ""
	})
	return r.Said()
}

func TestPlay(t *testing.T) {
	require.Empty(t, play(t, func(*storetest.Scene) {}))
	said := play(t, func(s *storetest.Scene) { s.Fails("Read", nil, fault.ErrNotFound) })
	require.Equal(t, []string{"Read: <nil>, want not found", "the store breaks a rule of package x:\n  Store: keeps it."}, said)
	require.Contains(t, play(t, func(*storetest.Scene) { panic("oh") })[0], "panic: oh")
	hanging := make(chan struct{})
	defer close(hanging)
	require.Contains(t, play(t, func(*storetest.Scene) { <-hanging })[0], "did not end within 50ms")

	rows := func(yields ...error) iter.Seq2[int, error] {
		return func(yield func(int, error) bool) {
			for i, err := range yields {
				if !yield(i, err) {
					return
				}
			}
		}
	}
	for want, listing := range map[string]iter.Seq2[int, error]{
		"went on after the error": rows(nil, nil, fault.ErrInvalid, nil),
		"comes with a row":        rows(nil, fault.ErrInvalid),
	} {
		require.Contains(t, strings.Join(play(t, func(s *storetest.Scene) { _, _ = storetest.Ended(s, listing) }), "\n"), want)
	}
	require.Contains(t, play(t, func(s *storetest.Scene) {
		storetest.EndsWithin(s, "List", func(context.Context) iter.Seq2[int, error] { return rows(nil, nil, nil, nil) })
	})[0], "List, cancelled in the loop body")
}

// TestPromises reads a contract of a few sentences, and shows what is reported.
func TestPromises(t *testing.T) {
	folder := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(folder, "store.go"), []byte(`package x

// Store keeps things. It never
// forgets [Thing].
//
// # Order
//
// Things come
//   - by id;
//   - once.
type Store interface {
	// Get returns one.
	Get() Thing
}

type Thing struct {
	ID string // of the thing
}

// hidden is nobody's business.
type hidden int

const MaxID = 9 // bytes
`), 0o600))
	promises := storetest.Promises(t, folder, "store.go")
	var text []string
	for _, p := range promises {
		text = append(text, p.String())
	}
	require.Equal(t, []string{"Store: Store keeps things.", "Store: It never forgets Thing.", "Store: Order: Things come", "Store: Order: by id;",
		"Store: Order: once.", "Store.Get: Get returns one.", "Thing.ID: of the thing", "MaxID: bytes"}, text)

	all := []storetest.Case{
		{Name: "keeps", Rules: append(storetest.Says("Store", "It never forgets Thing."), storetest.Says("Store.Get", "Get returns one.")...)},
		{Name: "order", Rules: append(storetest.Says("Store: Order", "Things come", "by id;", "once."), storetest.Says("Thing.ID", "of the thing")...)},
		{Name: "limit", Rules: storetest.Says("MaxID", "bytes")},
	}
	excuses := map[string]string{"Store: Store keeps": "says what it is"}
	check := func(cases []storetest.Case, unheld map[string]string) string {
		r := storetest.NewRecorder(t.Context())
		storetest.EveryPromiseHasACase(r, promises, cases, unheld)
		return strings.Join(r.Said(), "\n")
	}
	require.Empty(t, check(all, excuses))
	require.Contains(t, check(all, nil), `no case for "Store": "Store keeps things."`)
	require.Contains(t, check(all[1:], excuses), `no case for "Store": "It never forgets Thing."`)
	require.Contains(t, check(append(all, storetest.Case{Name: "more", Rules: storetest.Says("Store", "It forgets.")}), excuses), "quotes what is not there")
	require.Contains(t, check(append(all, all[2]), excuses), "there are two")
	require.Contains(t, check(all, map[string]string{"Store: Store keeps": "", "Store: gone": ""}), "excused, and not there")
}

// A store of one number, to which a commit adds.
type number struct{ n, calls int }

// TestFaultyBatch holds that a fault of a batch is one of all that were not refused,
// and that a part of them was applied, from the first on.
func TestFaultyBatch(t *testing.T) {
	injected := errors.New("injected")
	parts := map[int]bool{}
	for seed := range uint64(300) {
		store := new(number)
		f := storetest.NewFaulty(storetest.Domain[*number, int]{
			Contract: storetest.Contract{
				Validate: func(storetest.Commit) error { return nil },
				Error:    func(_ storetest.Error, sentinel error) error { return sentinel },
			},
			Batch: func(_ context.Context, s *number, all []int) []error {
				for _, n := range all {
					s.n += n
				}
				s.calls++
				return make([]error, len(all))
			},
			Memory:   func() *number { return new(number) },
			Form:     func(int) storetest.Commit { return storetest.Commit{Changes: make([]storetest.Change, 1)} },
			Injected: injected,
		}, store, seed, storetest.Rates{ErrBefore: 0.1, ErrAfter: 0.5, Conflict: 0.1, Cancelled: 0.1})
		errs := f.CommitBatch(t.Context(), []int{1, 10, 100})
		require.Len(t, errs, 3)
		require.Equal(t, errs[0], errs[1])
		require.Equal(t, errs[0], errs[2])
		switch err := errs[0]; {
		case err == nil:
			require.Equal(t, 111, store.n)
		case errors.Is(err, fault.ErrConflict):
			require.Zero(t, store.n)
		default:
			require.True(t, errors.Is(err, injected) || errors.Is(err, context.Canceled), "%v", err)
			require.Contains(t, []int{0, 1, 11, 111}, store.n)
			parts[store.n] = true
		}
	}
	require.Len(t, parts, 4, "each part was applied in some run: %v", parts)
}
