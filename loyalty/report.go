package loyalty

import (
	"context"
	"iter"
	"math"
	"slices"
	"strconv"
	"time"

	"github.com/guanxi-go/guanxi/loyalty/liability"
	"github.com/guanxi-go/guanxi/loyalty/points"
)

// Reports is what the whole programme comes to, for the month-end (月末报表): the points
// by period, and how they end, as package liability needs them to say what they
// cost. Who asks has to see everyone; the others get ErrForbidden.
//
// A report says what was recorded up to an instant, so it can be made again, the
// same, at any time. That instant should lie a minute or more in the past, so that
// no commit decided before it is still on its way.
type Reports struct{ core *core }

// Rolled is a roll-forward of all accounts. In each period, the closing of the lots
// less the closing of the debts is the sum of all balances then.
type Rolled struct {
	Recorded time.Time      `json:"recorded"` // what was recorded later is not in it
	Lots     liability.Roll `json:"lots"`     // by period, and by month of earning in the zone of the policy
	Debts    []DebtRow      `json:"debts"`    // by period
	Accounts int            `json:"accounts"` // that have entries
}

// Balance is the sum of all balances at the end of a period, counted from 0.
func (r *Rolled) Balance(period int) int64 {
	return r.Lots.Rows[period].Closing - r.Debts[period].Closing
}

// DebtRow is the movement of what members owe in one period, in points (欠分变动表).
// All counts are 0 or more, and
//
//	Opening + Owed + Imported + TransferredIn - Settled - WrittenOff - TransferredOut = Closing
type DebtRow struct {
	From           time.Time `json:"from"`            // where the period begins
	Until          time.Time `json:"until"`           // where the next one begins
	Opening        int64     `json:"opening"`         // owed at From
	Owed           int64     `json:"owed"`            // clawed back, and not there any more
	Imported       int64     `json:"imported"`        // by opening entries
	TransferredIn  int64     `json:"transferred_in"`  // by merges of accounts
	Settled        int64     `json:"settled"`         // paid by points; Settled of the lots too
	WrittenOff     int64     `json:"written_off"`     // forgiven
	TransferredOut int64     `json:"transferred_out"` // by merges of accounts
	Closing        int64     `json:"closing"`         // owed at Until
}

// RollForward returns the movements of all points in the periods between bounds, each
// [bounds[i], bounds[i+1]), by what was recorded up to an instant, zero for now
// (期初期末变动表). It reads the journals once, account by account, and keeps no more
// than one.
//
// Movements count when they took effect; an expiry also where nobody has posted it
// yet, up to the last bound. What was recorded with effect before something else that
// had happened to the same lot counts together with that: a lot is never below
// nothing. An opening lot is imported when it was recorded. An adjustment above 0 is
// in Issued, one below 0 in WrittenOff, and its refund in Issued again.
//
// The errors are those of [liability.RollForward], with the account as Subject where
// it is about one.
func (r *Reports) RollForward(ctx context.Context, actor Actor, bounds []time.Time, recorded time.Time) (*Rolled, error) {
	return read(ctx, r.core, "reports.roll-forward", actor, Subject{}, func() (*Rolled, error) {
		// Of nothing it says what is wrong with the bounds, and is what the rest is
		// added to.
		zone := r.core.programme.zone()
		empty, err := liability.RollForward(nil, bounds, zone)
		if err != nil {
			return nil, err
		}
		rolled := &Rolled{Recorded: r.core.orNow(recorded), Lots: *empty, Debts: make([]DebtRow, len(bounds)-1)}
		for i := range rolled.Debts {
			rolled.Debts[i].From, rolled.Debts[i].Until = bounds[i], bounds[i+1]
		}
		owed := int64(0) // by everybody at any time, which no count of a row exceeds
		end := bounds[len(bounds)-1]
		for h, err := range r.histories(ctx, actor, end, rolled.Recorded) {
			if err != nil {
				return nil, err
			}
			rolled.Accounts++
			h.lots = slices.DeleteFunc(h.lots, func(l liability.LotHistory) bool { return !l.From.Before(end) })
			one, err := liability.RollForward(h.lots, bounds, zone)
			if err == nil {
				err = rolled.Lots.Add(one)
			}
			if err != nil {
				return nil, &Error{Subject: Subject{KindAccount, h.account}, Field: "journal", Err: err}
			}
			for _, m := range h.debts {
				if m.points > 0 {
					if owed > math.MaxInt64-m.points {
						return nil, &Error{Subject: Subject{KindAccount, h.account}, Field: "debts", Reason: "do not fit 64 bits together", Err: points.ErrOverflow}
					}
					owed += m.points
				}
				m.roll(rolled.Debts)
			}
		}
		for i := range rolled.Debts {
			rolled.Debts[i].carry(rolled.Debts[:i])
		}
		return rolled, nil
	})
}

// Observe returns how the points of the programme end: redeemed, expired or
// withdrawn, from its own history up to asOf, by what was recorded up to an instant,
// both zero for now (历史兑换经验). What it expects of the points of each month is the
// Estimate of a [liability.Period].
//
// It keeps all lots at once: about 200 bytes for each, and 40 for each use. Since,
// where it is not zero, leaves out lots earned before, as a programme does whose
// rules of expiry changed then. The errors are those of [liability.Observe].
func (r *Reports) Observe(ctx context.Context, actor Actor, asOf, recorded, since time.Time, opts liability.ExperienceOptions) (*liability.Experience, error) {
	return read(ctx, r.core, "reports.observe", actor, Subject{}, func() (*liability.Experience, error) {
		asOf, recorded := r.core.orNow(asOf), r.core.orNow(recorded)
		var lots []liability.LotHistory
		members := newAccountsBeside(ctx, r.core.store)
		defer members.stop()
		for h, err := range r.histories(ctx, actor, asOf, recorded) {
			if err != nil {
				return nil, err
			}
			member, err := members.of(h.account)
			if err != nil {
				return nil, err
			}
			for i := range h.lots {
				l := h.lots[i]
				if l.At.Before(since) {
					continue
				}
				l.ID, l.Member = strconv.Itoa(len(lots)), member
				lots = append(lots, l)
			}
		}
		return liability.Observe(lots, asOf, r.core.programme.zone(), opts)
	})
}

// orNow is an instant to ask about; zero is now.
func (c *core) orNow(t time.Time) time.Time {
	if t.IsZero() {
		return c.now()
	}
	return Instant(t)
}

// histories yields what became of the lots and the debt of each account, by id, with
// what is due before until and is not posted yet.
func (r *Reports) histories(ctx context.Context, actor Actor, until, recorded time.Time) iter.Seq2[history, error] {
	return func(yield func(history, error) bool) {
		if !actor.Sees.all {
			yield(history{}, &Error{Field: "actor", Reason: "does not see everyone", Err: ErrForbidden})
			return
		}
		account := ""
		var journal []points.Entry
		end := func() bool {
			if len(journal) == 0 {
				return true
			}
			h, err := r.core.history(ctx, account, journal, until)
			return yield(h, err) && err == nil
		}
		for p, err := range r.core.store.Postings(ctx, PostingFilter{RecordedUntil: recorded.Add(time.Microsecond)}) {
			if err != nil {
				yield(history{}, err)
				return
			}
			if p.Account != account {
				if !end() {
					return
				}
				account, journal = p.Account, journal[:0]
			}
			journal = append(journal, p.Entry)
		}
		end()
	}
}

// accountsBeside walks the accounts beside a listing that is in their order too.
type accountsBeside struct {
	next func() (Account, error, bool)
	stop func()
	at   Account
	get  func(id string) (Account, error)
}

func newAccountsBeside(ctx context.Context, store Store) *accountsBeside {
	next, stop := iter.Pull2(store.Accounts(ctx, AccountFilter{}))
	return &accountsBeside{next: next, stop: stop, get: func(id string) (Account, error) { return store.Account(ctx, id) }}
}

// of returns the member whose account it is. Ids rise from call to call.
func (b *accountsBeside) of(id string) (string, error) {
	for b.at.ID < id {
		a, err, ok := b.next()
		if err != nil {
			return "", err
		}
		if !ok {
			break
		}
		b.at = a
	}
	if b.at.ID == id {
		return b.at.Standing.Member, nil
	}
	a, err := b.get(id) // it was opened since the listing began
	return a.Standing.Member, err
}
