package loyalty

import (
	"time"

	"github.com/guanxi-go/guanxi/loyalty/earning"
	"github.com/guanxi-go/guanxi/loyalty/points"
)

// memoryAccount is an account as [Memory] keeps it. A million of them with their
// journals fit: instants are microseconds of Unix, lots are numbers only, and journals
// bytes, so that the garbage collector has little to look at. What a posting needs
// stands in one piece, whose lines the processor fetches side by side: the few lots that
// most accounts have, and the end of the journal. What the collector looks at is first.
type memoryAccount struct {
	member, tier string
	seldom       *memorySeldom // nil for none
	lots         []memoryLot   // in few, where that is enough
	journal      memoryJournal

	version, entries uint64 // of its Head
	recorded         int64

	// Of its State. Lots and holds stand elsewhere.
	seq                uint64
	at, folded, idleAt int64 // folded is when the last entry was recorded
	debt, qp           int64
	totals             points.Totals

	// Of its Standing.
	due, tierUntil int64
	status         Status
	tierStale      bool
	exists         bool // a PutAccount was applied

	few [6]memoryLot
}

// memoryLot is a [points.Lot].
type memoryLot struct {
	mark             uint64 // twice the number, and 1 where it is unconfirmed
	points, left     int64
	activate, expire int64
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

// copyTo makes to, which is zero but for the id, a copy, with room for the lot of one
// more earn. The caller holds the lock.
func (a *memoryAccount) copyTo(to *Account) {
	standing, state := &to.Standing, &to.State
	to.Head = a.head()
	standing.Member, standing.Status, standing.Due = a.member, a.status, fromMicros(a.due)
	standing.Tier = Tier{Code: a.tier, Until: fromMicros(a.tierUntil), Stale: a.tierStale}
	state.Seq, state.At, state.Recorded, state.IdleAt = a.seq, fromMicros(a.at), fromMicros(a.folded), fromMicros(a.idleAt)
	state.Debt, state.QP, state.Totals = a.debt, a.qp, a.totals
	if more := a.seldom; more != nil {
		standing.Household, standing.Counters, state.Holds = more.household, append(standing.Counters, more.counters...), append(state.Holds, more.holds...)
	}
	n := len(a.lots)
	if n == 0 {
		return
	}
	lots := make([]points.Lot, n, n+1)
	for i := range a.lots {
		from, lot := &a.lots[i], &lots[i]
		lot.ID, lot.Points, lot.Left, lot.Unconfirmed = from.mark>>1, from.points, from.left, from.mark&1 != 0
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

	a.putLots(state.Lots)
	for i := range entries {
		a.journal.append(&entries[i])
	}
	if n := len(entries); n > 0 {
		last := &entries[n-1]
		a.entries, a.recorded = last.Seq, last.Recorded.UnixMicro()
	}
}

func (a *memoryAccount) putLots(lots []points.Lot) {
	switch n := len(lots); {
	case n <= len(a.few):
		a.lots = a.few[:n]
	case n <= cap(a.lots):
		a.lots = a.lots[:n]
	default:
		a.lots = make([]memoryLot, n, n+n/4+1)
	}
	for i := range lots {
		from, to := &lots[i], &a.lots[i]
		to.mark, to.points, to.left = from.ID<<1, from.Points, from.Left
		if from.Unconfirmed {
			to.mark |= 1
		}
		to.activate, to.expire = from.ActivateAt.UnixMicro(), from.ExpireAt.UnixMicro()
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
