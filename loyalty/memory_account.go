package loyalty

import (
	"time"

	"github.com/guanxi-go/guanxi/loyalty/earning"
	"github.com/guanxi-go/guanxi/loyalty/points"
)

// memoryAccount is an account as [Memory] keeps it. A million of them with their
// journals fit: instants are microseconds of Unix, lots are numbers only, and journals
// bytes, so that the garbage collector has little to look at, and a posting few lines
// of the cache to wait for.
type memoryAccount struct {
	version, entries uint64 // of its Head
	recorded         int64

	// Of its State. Lots and holds stand below.
	seq                uint64
	at, folded, idleAt int64 // folded is when the last entry was recorded
	debt, qp           int64
	totals             points.Totals

	// Of its Standing.
	due, tierUntil int64
	member, tier   string
	status         Status
	tierStale      bool
	exists         bool // a PutAccount was applied

	lots    []memoryLot
	journal memoryJournal
	seldom  *memorySeldom // nil for none
}

// memoryLot is a [points.Lot].
type memoryLot struct {
	id               uint64
	points, left     int64
	activate, expire int64
	unconfirmed      bool
}

// memorySeldom is what few accounts have.
type memorySeldom struct {
	household string
	counters  []earning.Counter
	holds     []points.Hold
}

// newMemoryAccount has no instant yet.
func newMemoryAccount() *memoryAccount {
	none := time.Time{}.UnixMicro()
	return &memoryAccount{recorded: none, at: none, folded: none, idleAt: none, due: none, tierUntil: none}
}

func (a *memoryAccount) head() Head {
	return Head{Version: a.version, Entries: a.entries, Recorded: fromMicros(a.recorded)}
}

// standing shares its list with a.
func (a *memoryAccount) standing() Standing {
	s := Standing{Member: a.member, Status: a.status, Due: fromMicros(a.due),
		Tier: Tier{Code: a.tier, Until: fromMicros(a.tierUntil), Stale: a.tierStale}}
	if a.seldom != nil {
		s.Household, s.Counters = a.seldom.household, a.seldom.counters
	}
	return s
}

// copyTo makes to a copy, in the lists that it has, with room for the lot of one more
// earn. The caller holds the lock.
func (a *memoryAccount) copyTo(to *Account) {
	standing, state := &to.Standing, &to.State
	to.Head = a.head()
	standing.Member, standing.Status, standing.Due = a.member, a.status, fromMicros(a.due)
	standing.Tier = Tier{Code: a.tier, Until: fromMicros(a.tierUntil), Stale: a.tierStale}
	state.Seq, state.At, state.Recorded, state.IdleAt = a.seq, fromMicros(a.at), fromMicros(a.folded), fromMicros(a.idleAt)
	state.Debt, state.QP, state.Totals = a.debt, a.qp, a.totals
	standing.Household, standing.Counters, state.Holds = "", standing.Counters[:0], state.Holds[:0]
	if more := a.seldom; more != nil {
		standing.Household = more.household
		standing.Counters, state.Holds = append(standing.Counters, more.counters...), append(state.Holds, more.holds...)
	}
	lots, n := state.Lots[:0], len(a.lots)
	if n == 0 {
		state.Lots = lots
		return
	}
	switch {
	case lots == nil:
		lots = make([]points.Lot, n, n+1)
	case cap(lots) < n:
		lots = make([]points.Lot, n, 2*n)
	}
	lots = lots[:n]
	for i := range a.lots {
		from, lot := &a.lots[i], &lots[i]
		lot.ID, lot.Points, lot.Left, lot.Unconfirmed = from.id, from.points, from.left, from.unconfirmed
		lot.ActivateAt, lot.ExpireAt = fromMicros(from.activate), fromMicros(from.expire)
	}
	state.Lots = lots
}

// put applies a PutAccount. What was allocated for the state before is used again.
func (a *memoryAccount) put(standing *Standing, state *points.State, entries []points.Entry) {
	a.member, a.status, a.due = standing.Member, standing.Status, standing.Due.UnixMicro()
	a.tier, a.tierUntil, a.tierStale = standing.Tier.Code, standing.Tier.Until.UnixMicro(), standing.Tier.Stale
	a.seq, a.at, a.folded, a.idleAt = state.Seq, state.At.UnixMicro(), state.Recorded.UnixMicro(), state.IdleAt.UnixMicro()
	a.debt, a.qp, a.totals = state.Debt, state.QP, state.Totals
	if a.seldom != nil || standing.Household != "" || len(standing.Counters)+len(state.Holds) > 0 {
		a.putSeldom(standing, state)
	}

	if n := len(state.Lots); cap(a.lots) < n {
		a.lots = make([]memoryLot, 0, n+n/4+1)
	}
	a.lots = a.lots[:len(state.Lots)]
	for i := range state.Lots {
		from, to := &state.Lots[i], &a.lots[i]
		to.id, to.points, to.left, to.unconfirmed = from.ID, from.Points, from.Left, from.Unconfirmed
		to.activate, to.expire = from.ActivateAt.UnixMicro(), from.ExpireAt.UnixMicro()
	}

	for i := range entries {
		a.journal.append(&entries[i])
	}
	if n := len(entries); n > 0 {
		last := &entries[n-1]
		a.entries, a.recorded = last.Seq, last.Recorded.UnixMicro()
	}
}

func (a *memoryAccount) putSeldom(standing *Standing, state *points.State) {
	if a.seldom == nil {
		a.seldom = &memorySeldom{}
	}
	a.seldom.household = standing.Household
	a.seldom.counters = append(a.seldom.counters[:0], standing.Counters...)
	a.seldom.holds = append(a.seldom.holds[:0], state.Holds...)
}

// fromMicros is the instant of so many microseconds of Unix, which none has too.
func fromMicros(n int64) time.Time { return time.UnixMicro(n).UTC() }
