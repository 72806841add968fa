package loyalty

import (
	"cmp"
	"math"
	"time"

	"github.com/guanxi-go/guanxi/loyalty/points"
)

// What a plain earn and a plain burn do to an account in numbers. points.Policy is the
// plain reference for all of it; a test holds the one to the other.

// mostPlain bounds the sums that are made here: two of them still fit.
const mostPlain = math.MaxInt64 / 4

// noInstant is the zero time in microseconds of Unix.
const noInstant = -62135596800_000_000

// isPlain reports whether the account has nothing but points at an instant, and can go
// on: nothing is due, held or owed, and all that follows stays within the limits.
func (a *memoryAccount) isPlain(at int64) bool {
	return a.status == Open && a.debt == 0 && a.idleAt == noInstant && (a.seldom == nil || len(a.seldom.holds) == 0) &&
		(len(a.lots) == 0 || a.lots[0].ends() > at) && a.at <= at &&
		a.seq == a.entries && a.seq < MaxVersion && a.version <= MaxVersion &&
		a.totals.Issued < mostPlain && a.totals.Burned < mostPlain && a.totals.Balance() < mostPlain
}

// ends is when a lot ends, or later than all instants.
func (l *memoryLot) ends() int64 {
	if l.expire == noInstant {
		return math.MaxInt64
	}
	return l.expire
}

// usable reports whether points can be taken from a lot at an instant.
func (l *memoryLot) usable(at int64) bool { return l.mark&1 == 0 && l.activate <= at && at < l.ends() }

// earn gives a plain account a lot of n points, and returns when it ends, and what can be
// spent then. Where ok is false nothing has changed.
func (a *memoryAccount) earn(t time.Time, n int64, policy *points.Policy) (end time.Time, available int64, ok bool) {
	end, err := policy.Expiry.At(t, policy.Zone)
	if err != nil || n < 1 || n > mostPlain {
		return time.Time{}, 0, false
	}
	lot := memoryLot{mark: (a.seq + 1) << 1, points: n, left: n, activate: t.UnixMicro(), expire: end.UnixMicro()}
	if last := len(a.lots) - 1; last >= 0 {
		if before := &a.lots[last]; cmp.Or(cmp.Compare(before.ends(), lot.ends()), cmp.Compare(before.activate, lot.activate)) > 0 {
			return time.Time{}, 0, false // its place is further to the front
		}
	}
	available = a.available(lot.activate) + n
	a.totals.Issued += n
	a.addLot(lot)
	return end, available, true
}

// burn takes n points from the lots of a plain account, appends to uses what it took, and
// returns what can be spent then. Where ok is false, or there is too little, nothing has
// changed.
func (a *memoryAccount) burn(at, n int64, order points.Order, uses []points.Use) (_ []points.Use, available int64, ok bool, err error) {
	if n < 1 || n > mostPlain || order == points.FIFO && !a.firstIn() {
		return nil, 0, false, nil
	}
	if available = a.available(at); available < n {
		return nil, 0, true, &points.Error{Field: "points", Available: available, Requested: n, Reason: "not enough", Err: points.ErrInsufficient}
	}
	available -= n
	a.totals.Burned += n
	kept := a.lots[:0]
	for _, l := range a.lots {
		if taken := min(n, l.left); taken > 0 && l.usable(at) {
			uses = append(uses, points.Use{Lot: l.mark >> 1, Points: taken, Size: l.points, ActivateAt: fromMicros(l.activate), ExpireAt: fromMicros(l.expire)})
			n, l.left = n-taken, l.left-taken
		}
		if l.left > 0 {
			kept = append(kept, l)
		}
	}
	a.lots = kept
	return uses, available, true, nil
}

// available is what can be spent of a plain account.
func (a *memoryAccount) available(at int64) (sum int64) {
	for i := range a.lots {
		if l := &a.lots[i]; l.usable(at) {
			sum += l.left
		}
	}
	return sum
}

// firstIn reports whether the lots, which stand in the order in which they end, stand in
// that of [points.FIFO] too.
func (a *memoryAccount) firstIn() bool {
	for i := 1; i < len(a.lots); i++ {
		before, l := &a.lots[i-1], &a.lots[i]
		if before.activate > l.activate || before.activate == l.activate && before.mark>>1 > l.mark>>1 {
			return false
		}
	}
	return true
}

// addLot adds a lot behind the others.
func (a *memoryAccount) addLot(lot memoryLot) {
	if n := len(a.lots); n == cap(a.lots) {
		lots := a.few[:0]
		if n >= len(a.few) {
			lots = make([]memoryLot, 0, n+n/4+2)
		}
		a.lots = append(lots, a.lots...)
	}
	a.lots = append(a.lots, lot)
}

// posted enters e, which is what was done to a plain account.
func (a *memoryAccount) posted(e *points.Entry, at int64) {
	a.version++
	a.seq, a.entries = e.Seq, e.Seq
	a.at, a.folded, a.recorded = at, at, at
	a.due = a.tierUntil
	if len(a.lots) > 0 && a.lots[0].expire != noInstant && (a.due == noInstant || a.lots[0].expire < a.due) {
		a.due = a.lots[0].expire
	}
	if a.tierStale {
		a.due = at
	}
	a.journal.append(e)
}
