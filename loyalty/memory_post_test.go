package loyalty

import (
	"fmt"
	"math"
	"math/rand/v2"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/guanxi-go/guanxi/loyalty/points"
)

// wrapped is a [Memory] that the services do not recognise, so that they decide by
// points.Policy and commit as on any store.
type wrapped struct{ *Memory }

type stepping struct{ now time.Time }

func (c *stepping) Now() time.Time { return c.now }

// twins are one programme, on a Memory and on one that is not recognised.
type twins struct {
	clock        stepping
	quick, plain *Loyalty
	stores       [2]*Memory
	outcomes     map[string]int
}

func newTwins(t *testing.T, policy points.Policy) *twins {
	w := &twins{stores: [2]*Memory{{}, {}}, outcomes: map[string]int{}}
	w.clock.now = time.Date(2026, 1, 31, 9, 0, 0, 0, time.UTC)
	var ids [2]int
	open := func(i int, store Store) *Loyalty {
		l, err := New(store, Programme{Points: policy}, Options{Clock: &w.clock, NewID: func() string {
			ids[i]++
			return fmt.Sprint("id-", ids[i])
		}})
		require.NoError(t, err)
		return l
	}
	w.quick, w.plain = open(0, w.stores[0]), open(1, wrapped{w.stores[1]})
	return w
}

// both sends a command to both, and compares the answers.
func (w *twins) both(t *testing.T, send func(l *Loyalty) (any, error)) error {
	want, wantErr := send(w.plain)
	got, gotErr := send(w.quick)
	require.Equal(t, wantErr, gotErr)
	require.Equal(t, want, got)
	return gotErr
}

// plainly sends a plain command to both.
func (w *twins) plainly(t *testing.T, actor Actor, account string, kind points.Kind, n int64, call Call) {
	post := func(l *Loyalty) (any, error) {
		if kind == points.KindEarn {
			return l.Points.Earn(t.Context(), actor, account, points.EarnCommand{Points: n}, call)
		}
		return l.Points.Burn(t.Context(), actor, account, points.BurnCommand{Points: n}, call)
	}
	done := false
	err := w.both(t, func(l *Loyalty) (any, error) {
		if l == w.quick {
			p := plainPosting{command: on("points."+kind.String(), actor, account, call, nil), kind: kind, points: n}
			var posted Posted
			var err error
			if posted, done, err = l.core.postPlain(t.Context(), &p); done {
				return posted, err
			}
		}
		return post(l)
	})
	w.outcomes[fmt.Sprint(kind, " ", done, " ", err == nil)]++
}

// same compares an account with the end of its journal, and a receipt.
func (w *twins) same(t *testing.T, account, scope, key string) {
	var accounts [2]Account
	var journals [2][]Posting
	var receipts [2]Receipt
	var errs [2]error
	for i, m := range w.stores {
		var err error
		accounts[i], err = m.Account(t.Context(), account)
		require.NoError(t, err)
		after := Place{account, max(accounts[i].Head.Entries, 2) - 2}
		journals[i], err = collect(m.Postings(t.Context(), PostingFilter{Account: account, After: after}))
		require.NoError(t, err)
		receipts[i], errs[i] = m.Receipt(t.Context(), scope, key)
	}
	require.Equal(t, accounts[1], accounts[0])
	require.Equal(t, journals[1], journals[0])
	require.Equal(t, receipts[1], receipts[0])
	require.Equal(t, errs[1], errs[0])
}

// TestPlainPostings holds what a Memory makes of plain postings to what the policy and a
// commit make of them, to the last byte in the store: among lots that wait or end, holds,
// debts, keys that come again, frozen accounts, and actors who do not see.
func TestPlainPostings(t *testing.T) {
	till, blind := Actor{ID: "till", Sees: Everyone()}, Actor{ID: "till", Sees: Only("a", "b")}
	outcomes := map[string]int{}
	for i, policy := range []points.Policy{
		{}, {Order: points.FIFO},
		{Expiry: points.Expiry{Rule: points.AfterDays, N: 3}},
		{Order: points.FIFO, Expiry: points.Expiry{Rule: points.AfterMonths, N: 1, Round: points.ToMonth}, Zone: time.FixedZone("", 8*3600)},
		{Inactivity: 2},
	} {
		random := rand.New(rand.NewPCG(1, uint64(i)))
		w := newTwins(t, policy)
		ids := []string{"a", "b", "c", "one whose id does not fit into a slot"}
		for _, id := range ids {
			require.NoError(t, w.both(t, func(l *Loyalty) (any, error) { return l.Members.Enrol(t.Context(), till, id, Call{Key: id}) }))
		}
		steps := 3000
		if testing.Short() {
			steps = 800
		}
		for step := range steps {
			w.clock.now = w.clock.now.Add(time.Duration(random.Int64N(int64(2*time.Hour))) - 10*time.Minute)
			id, n := ids[random.IntN(len(ids))], 1+random.Int64N(100)
			call := Call{Key: strconv.Itoa(random.IntN(steps))}
			actor := till
			switch random.IntN(20) {
			case 0:
				call.Reason = "for the wait"
			case 1:
				call.Ref, call.Code = "sale "+call.Key, "spring"
			case 2:
				call.NotAfter = w.clock.now.Add(time.Duration(random.IntN(3)-1) * time.Minute)
			case 3:
				call.At = w.clock.now.Add(-time.Hour)
			case 4:
				actor = blind
			case 5:
				call.Key = ""
			case 6:
				call.Ref = string(make([]byte, 1)) // no text
			case 7:
				call.Ref = fmt.Sprintf("%0200d", step)
			}
			scope, key := (&command{actor: actor, call: Call{Key: call.Key + "."}}).keys(nil)
			if call.Key != "" {
				scope, key = (&command{actor: actor, call: call}).keys(nil)
			}
			target := uint64(1 + random.IntN(step+1)/4)
			switch kind := random.IntN(30); {
			case kind < 17:
				w.plainly(t, actor, id, points.KindEarn, n-1, call)
			case kind < 25:
				w.plainly(t, actor, id, points.KindBurn, 2*n-2, call)
			case kind == 25:
				w.both(t, func(l *Loyalty) (any, error) {
					return l.Points.Earn(t.Context(), actor, id, points.EarnCommand{Points: n, QP: n % 2, Confirm: n%3 == 0,
						ActivateAt: w.clock.now.Add(time.Duration(n) * time.Hour), ExpireAt: w.clock.now.Add(time.Duration(2*n) * time.Hour)}, call)
				})
			case kind == 26:
				w.both(t, func(l *Loyalty) (any, error) {
					return l.Points.Hold(t.Context(), actor, id, points.HoldCommand{Points: n, Until: w.clock.now.Add(time.Hour)}, call)
				})
			case kind == 27:
				w.both(t, func(l *Loyalty) (any, error) {
					return l.Points.Clawback(t.Context(), actor, id, Reversal{Target: target, Points: 1}, call)
				})
			case kind == 28:
				status := []Status{Open, Open, Frozen}[random.IntN(3)]
				w.both(t, func(l *Loyalty) (any, error) {
					if status == Frozen {
						return l.Members.Freeze(t.Context(), actor, id, call)
					}
					return l.Members.Thaw(t.Context(), actor, id, call)
				})
			default:
				w.both(t, func(l *Loyalty) (any, error) { return l.Due.Run(t.Context(), till, DueOptions{}) })
			}
			w.same(t, id, scope, key)
		}
		for outcome, n := range w.outcomes {
			outcomes[outcome] += n
		}
	}
	for _, kind := range []points.Kind{points.KindEarn, points.KindBurn} {
		for _, outcome := range []string{" true true", " false true", " false false"} {
			require.Greater(t, outcomes[kind.String()+outcome], 50, kind.String()+outcome)
		}
	}
	require.Greater(t, outcomes["burn true false"], 50)
}

// TestPlainPostingsAtTheLimits: what is beyond the sums of a plain posting, or of the
// store, has the answer that every store gives.
func TestPlainPostingsAtTheLimits(t *testing.T) {
	till := Actor{ID: "till", Sees: Everyone()}
	for name, set := range map[string]func(a *memoryAccount){
		"version":  func(a *memoryAccount) { a.version = MaxVersion },
		"versions": func(a *memoryAccount) { a.version = MaxVersion + 1 },
		"number":   func(a *memoryAccount) { a.seq, a.entries = MaxVersion, MaxVersion },
		"numbers":  func(a *memoryAccount) { a.entries++ },
		"issued":   func(a *memoryAccount) { a.totals.Issued, a.totals.Burned = math.MaxInt64-2, math.MaxInt64-12 },
		"balance": func(a *memoryAccount) {
			a.totals.Adjusted = math.MaxInt64 - 12
			a.lots[0].points, a.lots[0].left = a.lots[0].points+math.MaxInt64-12, a.lots[0].left+math.MaxInt64-12
		},
		"future": func(a *memoryAccount) { a.folded += 1e12 },
		"later":  func(a *memoryAccount) { a.at += 1e12 },
		"stale":  func(a *memoryAccount) { a.tier, a.tierStale = "gold", true },
		"tier":   func(a *memoryAccount) { a.tier, a.tierUntil = "gold", a.at+1e12 },
		"lot":    func(a *memoryAccount) { a.lots[0].expire, a.tierUntil = a.at+1e9, a.at+1e12 },
		"closed": func(a *memoryAccount) { a.status = Closed },
	} {
		t.Run(name, func(t *testing.T) {
			w := newTwins(t, points.Policy{})
			require.NoError(t, w.both(t, func(l *Loyalty) (any, error) { return l.Members.Enrol(t.Context(), till, "a", Call{}) }))
			w.plainly(t, till, "a", points.KindEarn, 10, Call{})
			for _, m := range w.stores {
				set(m.accounts.get("a"))
			}
			for i, n := range []int64{1, 5, mostPlain, mostPlain + 1, math.MaxInt64, 0, -1, math.MinInt64} {
				for _, kind := range []points.Kind{points.KindEarn, points.KindBurn} {
					call := Call{Key: fmt.Sprint(kind, i)}
					w.plainly(t, till, "a", kind, n, call)
					scope, key := (&command{actor: till, call: call}).keys(nil)
					w.same(t, "a", scope, key)
				}
			}
		})
	}
	for name, clock := range map[string]time.Time{"none": {}, "before all": time.Unix(-1<<40, 0), "behind all": time.Unix(1<<40, 0)} {
		w := newTwins(t, points.Policy{})
		require.NoError(t, w.both(t, func(l *Loyalty) (any, error) { return l.Members.Enrol(t.Context(), till, "a", Call{}) }))
		w.clock.now = clock
		w.plainly(t, till, "a", points.KindEarn, 10, Call{Key: name})
	}
}

// TestReceiptsKeepNoReason: what is kept of a short command is what it says, and of one
// that gives a reason only a hash.
func TestReceiptsKeepNoReason(t *testing.T) {
	w := newTwins(t, points.Policy{})
	till := Actor{ID: "till", Sees: Everyone()}
	require.NoError(t, w.both(t, func(l *Loyalty) (any, error) { return l.Members.Enrol(t.Context(), till, "a", Call{}) }))
	for _, call := range []Call{{Key: "k1", Ref: "sale-1"}, {Key: "k2", Ref: "sale-2", Reason: "birthday"}} {
		w.plainly(t, till, "a", points.KindEarn, 10, call)
		value, found := w.stores[0].receipts.Get(receiptKey((&command{actor: till, call: call}).keys(nil)))
		require.True(t, found)
		require.Equal(t, call.Reason == "", strings.Contains(string(value), call.Ref))
		require.NotContains(t, string(value), "birthday")
		require.NotContains(t, string(value), call.Key)
	}
	require.Equal(t, map[string]int{"earn true true": 2}, w.outcomes)
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
