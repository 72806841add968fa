package loyalty

import (
	"context"
	"iter"
	"time"

	"github.com/guanxi-go/guanxi/loyalty/points"
)

// Available returns what can be spent from an account now (可用积分), posted or not
// what is due by now.
func (p *Points) Available(ctx context.Context, actor Actor, account string) (int64, error) {
	return read(ctx, p.core, "points.available", actor, Subject{KindAccount, account}, func() (int64, error) {
		a, err := p.core.account(ctx, actor, account)
		if err != nil {
			return 0, err
		}
		return points.Available(a.State, later(p.core.now(), a.State.Recorded)), nil
	})
}

// Expiring lists what an account loses before until if nothing happens, by instant
// (即将过期), with what has expired and is not posted yet.
func (p *Points) Expiring(ctx context.Context, actor Actor, account string, until time.Time) ([]points.Due, error) {
	return read(ctx, p.core, "points.expiring", actor, Subject{KindAccount, account}, func() ([]points.Due, error) {
		a, err := p.core.account(ctx, actor, account)
		if err != nil {
			return nil, err
		}
		return points.Expiring(a.State, until), nil
	})
}

// Statement sums up what took effect on an account from an instant until just before
// another (积分对账单), by all that is recorded now; see points.Statement. The zero from
// is the beginning.
func (p *Points) Statement(ctx context.Context, actor Actor, account string, from, until time.Time) (points.Period, error) {
	return read(ctx, p.core, "points.statement", actor, Subject{KindAccount, account}, func() (points.Period, error) {
		journal, err := p.core.journalSeen(ctx, actor, account, time.Time{})
		if err != nil {
			return points.Period{}, err
		}
		return points.Statement(journal, from, until)
	})
}

// BalanceAsOf returns the balance of an account at an effective instant, by what was
// recorded up to another (双时态查询); see points.BalanceAsOf. A zero instant is now.
// For one recorded instant in the past, the answer never changes again.
func (p *Points) BalanceAsOf(ctx context.Context, actor Actor, account string, effective, recorded time.Time) (int64, error) {
	return read(ctx, p.core, "points.balance-as-of", actor, Subject{KindAccount, account}, func() (int64, error) {
		journal, err := p.core.journalSeen(ctx, actor, account, recorded)
		if err != nil {
			return 0, err
		}
		return points.BalanceAsOf(journal, p.core.asOf(effective, journal), recorded), nil
	})
}

// AvailableAsOf returns what could be spent from an account at an effective instant,
// by what was recorded up to another, as BalanceAsOf.
func (p *Points) AvailableAsOf(ctx context.Context, actor Actor, account string, effective, recorded time.Time) (int64, error) {
	return read(ctx, p.core, "points.available-as-of", actor, Subject{KindAccount, account}, func() (int64, error) {
		journal, err := p.core.journalSeen(ctx, actor, account, recorded)
		if err != nil {
			return 0, err
		}
		return points.AvailableAsOf(journal, p.core.asOf(effective, journal), recorded), nil
	})
}

// Trace says for every debit of an account which credits it consumed, net of what
// was refunded (积分溯源); see points.Trace.
func (p *Points) Trace(ctx context.Context, actor Actor, account string) ([]points.Link, error) {
	return read(ctx, p.core, "points.trace", actor, Subject{KindAccount, account}, func() ([]points.Link, error) {
		journal, err := p.core.journalSeen(ctx, actor, account, time.Time{})
		if err != nil {
			return nil, err
		}
		return points.Trace(journal)
	})
}

// Journal lists the entries of an account by number (积分流水). Account of the filter
// is that of the call, and After, where it is set, a place in this account.
func (p *Points) Journal(ctx context.Context, actor Actor, account string, filter PostingFilter) iter.Seq2[Posting, error] {
	return func(yield func(Posting, error) bool) {
		_, err := read(ctx, p.core, "points.journal", actor, Subject{KindAccount, account}, func() (Account, error) {
			return p.core.account(ctx, actor, account)
		})
		if err != nil {
			yield(Posting{}, err)
			return
		}
		filter.Account = account
		for posting, err := range p.core.store.Postings(ctx, filter) {
			if !yield(posting, err) || err != nil {
				return
			}
		}
	}
}

// journalSeen reads the entries of an account that the actor sees, recorded up to an
// instant, zero for all. It is what one version of the account has: a listing of
// many pages may meet what was posted meanwhile.
func (c *core) journalSeen(ctx context.Context, actor Actor, account string, recorded time.Time) ([]points.Entry, error) {
	a, err := c.account(ctx, actor, account)
	if err != nil {
		return nil, err
	}
	filter := PostingFilter{}
	if !recorded.IsZero() {
		filter.RecordedUntil = Instant(recorded).Add(time.Microsecond)
	}
	return c.postings(ctx, &a, filter)
}

// asOf is an effective instant to ask about; zero is now, or when the journal was
// last written, if a clock went back since.
func (c *core) asOf(effective time.Time, journal []points.Entry) time.Time {
	if !effective.IsZero() {
		return effective
	}
	if n := len(journal); n > 0 {
		return later(c.now(), journal[n-1].Recorded)
	}
	return c.now()
}
