package loyalty

import (
	"math/rand/v2"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/guanxi-go/guanxi/loyalty/points"
)

// TestMemoryPost holds a posting in parts to the commit that it is: with keys that come
// again, accounts that moved meanwhile, and decisions whose memory is used again.
func TestMemoryPost(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	var quick, plain Memory
	ctx, now := t.Context(), time.Date(2026, 1, 31, 9, 0, 0, 0, time.UTC)
	ids := []string{"a", "b", "c"}
	for _, id := range ids {
		for _, m := range []*Memory{&quick, &plain} {
			require.NoError(t, m.Commit(ctx, Commit{Recorded: now, Changes: []Change{{Subject: Subject{KindAccount, id},
				Writes: []Write{PutAccount{Standing: Standing{Member: "m" + id, Household: "h", Status: Open}}}}}}))
		}
	}
	var room points.Room
	var policy points.Policy
	var stale Account
	outcomes := map[error]int{}
	for i := range 3000 {
		var a Account
		at, err := quick.load(ctx, ids[random.IntN(len(ids))], &a)
		require.NoError(t, err)
		if i%7 == 0 && stale.ID != "" {
			a = stale.Clone()
			at = quick.accounts.get(a.ID)
		}
		stale = a.Clone()
		now = now.Add(time.Minute)
		act := points.Act{Actor: "till", Reason: "for a reason", Ref: strconv.Itoa(i)}
		var entries []points.Entry
		if i%3 == 0 {
			entries, err = policy.PostBurn(&a.State, &points.BurnCommand{Act: act, Points: 1 + random.Int64N(20)}, now, &room)
		} else {
			entries, err = policy.PostEarn(&a.State, &points.EarnCommand{Act: act, Points: random.Int64N(20)}, now, &room)
		}
		if err != nil {
			continue
		}
		a.Standing.Due, a.Standing.Tier = now, Tier{Code: "gold", Stale: i%2 == 0}
		p := &memoryPosting{at: at, account: &a, entries: entries, scope: "caller", key: strconv.Itoa(random.IntN(3000)),
			fingerprint: &[32]byte{byte(i)}, receipt: []byte{byte(i), 1}, recorded: now}
		want := plain.Commit(ctx, p.commit())
		got := quick.post(ctx, p)
		require.Equal(t, want, got)
		if e, ok := got.(*Error); ok {
			outcomes[e.Err]++
		} else {
			outcomes[nil]++
		}
		requireSame(t, &plain, &quick, a.ID, p.key)
	}
	for _, beyond := range []func(*memoryPosting){
		func(p *memoryPosting) { p.account.Head.Version = MaxVersion + 1 },
		func(p *memoryPosting) {
			p.account.State.Seq, p.entries = MaxVersion+1, []points.Entry{{Seq: MaxVersion + 1}}
		},
		func(p *memoryPosting) { p.entries = make([]points.Entry, MaxWrites) },
	} {
		var a Account
		at, err := quick.load(ctx, "a", &a)
		require.NoError(t, err)
		p := &memoryPosting{at: at, account: &a, scope: "caller", key: "beyond", fingerprint: new([32]byte), recorded: now}
		beyond(p)
		err = quick.post(ctx, p)
		require.ErrorIs(t, err, ErrInvalid)
		require.Equal(t, plain.Commit(ctx, p.commit()), err)
	}
	require.Greater(t, outcomes[nil], 500)
	require.Greater(t, outcomes[ErrConflict], 50)
	require.Greater(t, outcomes[ErrDuplicate], 50)
}

// requireSame compares an account with its journal, and a receipt.
func requireSame(t *testing.T, want, got *Memory, id, key string) {
	a, err := want.Account(t.Context(), id)
	require.NoError(t, err)
	b, err := got.Account(t.Context(), id)
	require.NoError(t, err)
	require.Equal(t, a, b)
	after := Place{id, max(a.Head.Entries, 2) - 2}
	require.Equal(t, postingsBehind(t, want, after), postingsBehind(t, got, after))
	r, wantErr := want.Receipt(t.Context(), "caller", key)
	q, gotErr := got.Receipt(t.Context(), "caller", key)
	require.Equal(t, wantErr, gotErr)
	require.Equal(t, r, q)
}

func postingsBehind(t *testing.T, m *Memory, after Place) []Posting {
	list, err := collect(m.Postings(t.Context(), PostingFilter{Account: after.Account, After: after}))
	require.NoError(t, err)
	return list
}

// TestMemoryJournal: what was appended is read again from any number on, also from a
// copy while more is appended, and what is long has a place too.
func TestMemoryJournal(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	at := time.Date(2026, 1, 31, 9, 0, 0, 0, time.UTC)
	var j memoryJournal
	var all []points.Entry
	read := func(j *memoryJournal, behind int) (list []points.Entry) {
		for e, at, ok := j.next(j.behind(uint64(behind))); ok; e, at, ok = j.next(at) {
			list = append(list, e)
		}
		return list
	}
	for seq := range uint64(400) {
		e := points.Entry{Seq: seq + 1, Kind: points.KindEarn, At: at, Recorded: at, Actor: "till"}
		if random.IntN(10) == 0 {
			e.Reason = string(make([]byte, random.IntN(3000)))
		}
		before := j
		j.append(&e)
		all = append(all, e)
		from := random.IntN(len(all))
		require.Equal(t, all[from:], read(&j, from))
		require.Len(t, read(&before, 0), len(all)-1)
	}
	require.Empty(t, read(&j, len(all)))
	j.redact(0, 100)
	for i, e := range read(&j, 0) {
		if i < 100 {
			all[i].Reason = ""
		}
		require.Equal(t, all[i], e)
	}
}
