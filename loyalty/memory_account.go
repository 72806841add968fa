package loyalty

import (
	"time"

	"github.com/guanxi-go/guanxi/loyalty/points"
)

// memoryAccount is an account as [Memory] keeps it. A million of them with their
// journals fit, and the garbage collector has little to look at: lots are numbers
// only, and journals bytes.
type memoryAccount struct {
	head     Head
	exists   bool // a PutAccount was applied
	standing Standing
	state    points.State // without its lots
	lots     []memoryLot
	journal  memoryJournal
}

// memoryLot is a [points.Lot] with its instants as microseconds of Unix.
type memoryLot struct {
	id               uint64
	points, left     int64
	activate, expire int64
	unconfirmed      bool
}

// copyTo makes to a copy, in the lists that it has, with room for the lot of one more
// earn. The caller holds the lock.
func (a *memoryAccount) copyTo(to *Account) {
	counters, lots, holds := to.Standing.Counters[:0], to.State.Lots[:0], to.State.Holds[:0]
	to.Head, to.Standing, to.State = a.head, a.standing, a.state
	to.Standing.Counters = append(counters, a.standing.Counters...)
	to.State.Holds = append(holds, a.state.Holds...)
	n := len(a.lots)
	if n == 0 {
		to.State.Lots = lots
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
		lot.ActivateAt, lot.ExpireAt = time.UnixMicro(from.activate).UTC(), time.UnixMicro(from.expire).UTC()
	}
	to.State.Lots = lots
}

// put applies a PutAccount. What was allocated for the state before is used again.
func (a *memoryAccount) put(standing *Standing, state *points.State, entries []points.Entry) {
	counters, holds := a.standing.Counters[:0], a.state.Holds[:0]
	a.standing, a.state = *standing, *state
	a.standing.Counters = append(counters, standing.Counters...)
	a.state.Holds = append(holds, state.Holds...)
	a.state.Lots = nil

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
		a.head.Entries, a.head.Recorded = last.Seq, last.Recorded
	}
}
