package loyaltytest

import (
	"encoding/json"
	"errors"
	"fmt"
	"math/big"
	"slices"
	"strings"
	"time"

	"github.com/guanxi-go/guanxi/internal/storetest"
	"github.com/guanxi-go/guanxi/loyalty"
	"github.com/guanxi-go/guanxi/loyalty/points"
	"github.com/guanxi-go/guanxi/loyalty/reward"
)

// ledger is what a store holds about accounts, as the invariants read it: through the
// interface, with a plain replay of the journals as the model.
type ledger struct {
	t        storetest.TB
	store    loyalty.Store
	policy   points.Policy
	accounts []loyalty.Account
	journals map[string][]points.Entry
}

func readLedger(t storetest.TB, store loyalty.Store, policy points.Policy) *ledger {
	t.Helper()
	g := &ledger{t: t, store: store, policy: policy, journals: map[string][]points.Entry{}}
	for a, err := range store.Accounts(t.Context(), loyalty.AccountFilter{}) {
		if err != nil {
			t.Errorf("%v", err)
			return g
		}
		g.accounts = append(g.accounts, a)
	}
	for p, err := range store.Postings(t.Context(), loyalty.PostingFilter{}) {
		if err != nil {
			t.Errorf("%v", err)
			return g
		}
		g.journals[p.Account] = append(g.journals[p.Account], p.Entry)
	}
	return g
}

// check holds the invariants of the specification over all accounts.
func (g *ledger) check() {
	g.t.Helper()
	issued, left := new(big.Int), new(big.Int)
	for i := range g.accounts {
		a := &g.accounts[i]
		journal := g.journals[a.ID]
		g.replays(a, journal)
		g.lots(a)
		g.traces(a, journal)
		g.order(a, journal)
		t := a.State.Totals
		for _, n := range []int64{t.Issued, t.Adjusted, t.Moved, t.Refunded, t.WrittenOff} {
			issued.Add(issued, big.NewInt(n))
		}
		for _, n := range []int64{points.Balance(a.State), t.Burned, t.Expired, t.Reversed} {
			left.Add(left, big.NewInt(n))
		}
	}
	moved := int64(0)
	for i := range g.accounts {
		moved += g.accounts[i].State.Totals.Moved
	}
	if issued.Cmp(left) != 0 || moved != 0 {
		g.t.Errorf("I1: what was issued (%v) is not what is left, burned, expired and reversed (%v), or %d moved from nowhere", issued, left, moved)
	}
}

func (g *ledger) fail(a *loyalty.Account, rule, format string, args ...any) {
	g.t.Helper()
	g.t.Errorf("%s, account %s: %s", rule, a.ID, fmt.Sprintf(format, args...))
}

// replays holds I5: the journal, numbered without gaps, comes to the state. The
// prefixes are folded on the way, so each of them is a state too.
func (g *ledger) replays(a *loyalty.Account, journal []points.Entry) {
	g.t.Helper()
	var s points.State
	sum := int64(0)
	for i := range journal {
		e := &journal[i]
		var err error
		if s, err = points.Apply(s, *e); err != nil {
			g.fail(a, "I5", "entry %d does not follow: %v", e.Seq, err)
			return
		}
		if sum += e.Amount; sum != points.Balance(s) {
			g.fail(a, "I1", "the entries up to %d come to %d, and the balance to %d", e.Seq, sum, points.Balance(s))
		}
		g.spends(a, e, s)
	}
	if !sameState(s, a.State) {
		g.fail(a, "I5", "a replay comes to %+v, the store has %+v", s, a.State)
	}
	if a.Head.Entries != uint64(len(journal)) || a.State.Seq != uint64(len(journal)) {
		g.fail(a, "I5", "%d entries, and the head counts %d", len(journal), a.Head.Entries)
	}
}

// spends holds I4: what takes points by the present state leaves no less than
// nothing, behind holds and debt, and takes nothing that is pending or over.
func (g *ledger) spends(a *loyalty.Account, e *points.Entry, after points.State) {
	g.t.Helper()
	switch e.Kind {
	case points.KindBurn, points.KindHold, points.KindTransferOut:
		usable := int64(0)
		for _, l := range after.Lots {
			if !l.Unconfirmed && !l.ActivateAt.After(e.Recorded) && (l.ExpireAt.IsZero() || l.ExpireAt.After(e.Recorded)) {
				usable += l.Left
			}
		}
		if free := usable - points.Held(after, e.Recorded) - after.Debt; free < 0 && e.Amount <= 0 {
			g.fail(a, "I4", "entry %d left %d available", e.Seq, free)
		}
	}
	if e.Kind == points.KindBurn || e.Kind == points.KindCapture {
		for _, u := range e.Uses {
			if u.ActivateAt.After(e.At) || !u.ExpireAt.IsZero() && !u.ExpireAt.After(e.At) {
				g.fail(a, "I4", "entry %d at %v takes from a lot of %v to %v", e.Seq, e.At, u.ActivateAt, u.ExpireAt)
			}
		}
	}
}

// lots holds I2, by the form of the state, which refuses others, and the sum.
func (g *ledger) lots(a *loyalty.Account) {
	g.t.Helper()
	if err := a.State.Validate(); err != nil {
		g.fail(a, "I2", "%v", err)
	}
	sum := -a.State.Debt
	for _, l := range a.State.Lots {
		sum += l.Left
	}
	if sum != points.Balance(a.State) {
		g.fail(a, "I2", "lots less debt are %d, the balance %d", sum, points.Balance(a.State))
	}
}

// traces holds I3: every debit is covered by the credits that it consumed, less what
// was given back, and no more comes back to a lot than was taken from it.
func (g *ledger) traces(a *loyalty.Account, journal []points.Entry) {
	g.t.Helper()
	links, err := points.Trace(journal)
	if err != nil {
		g.fail(a, "I3", "%v", err)
		return
	}
	covered := map[uint64]int64{}
	for _, l := range links {
		if l.Points < 1 {
			g.fail(a, "I3", "a link of %d points", l.Points)
		}
		covered[l.Debit] += l.Points
	}
	want := map[uint64]int64{}
	for i := range journal {
		e := &journal[i]
		switch {
		case e.Kind == points.KindRefund:
			want[e.Target] -= e.Amount
		case e.Amount < 0:
			want[e.Seq] -= e.Amount
		}
	}
	for seq, n := range want {
		switch {
		case n < 0:
			g.fail(a, "I3", "more came back of entry %d than it took", seq)
		case covered[seq] != n:
			g.fail(a, "I3", "entry %d took %d, of which %d are covered", seq, n, covered[seq])
		}
	}
	used := map[uint64]int64{}
	for i := range journal {
		for _, u := range journal[i].Uses {
			if journal[i].Kind == points.KindRefund {
				used[u.Lot] -= u.Points
			} else {
				used[u.Lot] += u.Points
			}
			if used[u.Lot] < 0 || used[u.Lot] > u.Size {
				g.fail(a, "I3", "of lot %d, made with %d, %d are used", u.Lot, u.Size, used[u.Lot])
			}
		}
	}
}

// order holds I8, I10 and I11: recorded times never fall, expiry is posted with
// effect when it was due, and points that are earned later never expire earlier.
func (g *ledger) order(a *loyalty.Account, journal []points.Entry) {
	g.t.Helper()
	idle := time.Time{}
	var byRule []points.Entry
	for i := range journal {
		e := &journal[i]
		if i > 0 && e.Recorded.Before(journal[i-1].Recorded) || e.At.After(e.Recorded) {
			g.fail(a, "I10", "entry %d is recorded %v, at %v", e.Seq, e.Recorded, e.At)
		}
		if e.Kind == points.KindExpire {
			for _, u := range e.Uses {
				if due := !u.ExpireAt.IsZero() && !e.At.Before(u.ExpireAt) || !idle.IsZero() && !e.At.Before(idle); !due {
					g.fail(a, "I8", "entry %d at %v expires a lot that ends %v, idle %v", e.Seq, e.At, u.ExpireAt, idle)
				}
			}
		}
		if e.IdleAt.After(idle) {
			idle = e.IdleAt
		}
		if rule, err := g.policy.Expiry.At(e.At, g.policy.Zone); err == nil && e.Kind == points.KindEarn && e.Lot > 0 && rule.Equal(e.ExpireAt) && !rule.IsZero() {
			byRule = append(byRule, *e)
		}
	}
	slices.SortStableFunc(byRule, func(x, y points.Entry) int { return x.At.Compare(y.At) })
	for i := 1; i < len(byRule); i++ {
		if byRule[i].ExpireAt.Before(byRule[i-1].ExpireAt) {
			g.fail(a, "I11", "points of %v expire %v, later ones of %v expire %v", byRule[i-1].At, byRule[i-1].ExpireAt, byRule[i].At, byRule[i].ExpireAt)
		}
	}
	for _, l := range a.State.Lots {
		if !l.ExpireAt.IsZero() && !l.ExpireAt.After(a.State.Recorded) {
			g.fail(a, "I8", "lot %d ended %v and is there %v", l.ID, l.ExpireAt, a.State.Recorded)
		}
	}
}

// once holds that no command left two entries of one kind on one account (I6).
func (g *ledger) once() {
	g.t.Helper()
	type trace struct {
		ref, account string
		kind         points.Kind
	}
	seen := map[trace]bool{}
	for account, journal := range g.journals {
		for i := range journal {
			e := &journal[i]
			if e.Ref == "" || e.Kind == points.KindTransferIn || e.Kind == points.KindExpire || e.Kind == points.KindSettle {
				continue
			}
			ofMany := strings.HasPrefix(e.Ref, "order ") || strings.HasPrefix(e.Ref, "redemption ")
			if ofMany && (e.Kind == points.KindRefund || e.Kind == points.KindClawback) {
				continue // of several returns of one order or redemption, whose id it is
			}
			k := trace{e.Ref, account, e.Kind}
			if seen[k] {
				g.t.Errorf("I6, account %s: %s left two entries of kind %v", account, e.Ref, e.Kind)
			}
			seen[k] = true
		}
	}
}

// stock holds that pieces are conserved: what the shelf has, and what redemptions
// have, is what came in, and no count is below 0.
func (g *ledger) stock() {
	g.t.Helper()
	kept, received := int64(0), int64(0)
	for e, err := range g.store.Entries(g.t.Context(), loyalty.EntryFilter{Of: loyalty.KindRedemption}) {
		var line reward.RedemptionEntry
		if err = errors.Join(err, json.Unmarshal(e.Data, &line)); err != nil {
			g.t.Errorf("%v", err)
			return
		}
		switch line.Kind {
		case reward.Placed:
			kept += line.N
		case reward.Returned, reward.Cancelled:
			kept -= line.N
		}
	}
	var journal []reward.StockEntry
	for e, err := range g.store.Entries(g.t.Context(), loyalty.EntryFilter{Subject: loyalty.Subject{Kind: loyalty.KindStock, ID: "mug"}}) {
		var line reward.StockEntry
		if err = errors.Join(err, json.Unmarshal(e.Data, &line)); err != nil {
			g.t.Errorf("%v", err)
			return
		}
		if journal = append(journal, line); line.Kind == reward.Received {
			received += line.N
		}
	}
	s, err := reward.FoldStock(journal)
	if err != nil || s.Free < 0 || s.Free+s.Held+s.Out != received || s.Held+s.Out != kept {
		g.t.Errorf("the stock comes to %+v of %d received, with %d in redemptions: %v", s, received, kept, err)
	}
}

// memory is what was answered about the past, which never changes (I10).
type memory struct {
	account             string
	effective, recorded time.Time
	balance             int64
}

// remember asks for a balance as of an effective instant, by what is recorded now.
func (g *ledger) remember(a *loyalty.Account, effective time.Time) memory {
	return memory{a.ID, effective, a.State.Recorded, points.BalanceAsOf(g.journals[a.ID], effective, a.State.Recorded)}
}

// recall asks again. What is recorded in the same microsecond as the last entry then
// is one more thing that was known: it is left out.
func (g *ledger) recall(m memory) {
	g.t.Helper()
	journal := g.journals[m.account]
	if got := points.BalanceAsOf(journal, m.effective, m.recorded); got != m.balance {
		g.t.Errorf("I10, account %s: the balance at %v by what was known %v was %d, and is %d", m.account, m.effective, m.recorded, m.balance, got)
	}
}
