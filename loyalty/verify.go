package loyalty

import (
	"bytes"
	"context"
	"encoding/json"
	"math/big"

	"github.com/guanxi-go/guanxi/loyalty/points"
)

// Discrepancy is a place where a record is not what its journal comes to, or where
// something is not where it has to be. It holds ids and codes.
type Discrepancy struct {
	Subject Subject `json:"subject"`
	Field   string  `json:"field"` // of the record, or "entries"
	Reason  string  `json:"reason"`
}

// Audit is what [Loyalty].Verify found (复核).
type Audit struct {
	Accounts int `json:"accounts"` // that were read
	Entries  int `json:"entries"`
	Records  int `json:"records"` // of all kinds but orders that were read

	// The sums over all accounts, as in points.Totals, and what the accounts hold and owe:
	// Balance = Issued + Adjusted + Refunded + WrittenOff - Burned - Expired - Reversed,
	// because what moved between accounts adds up to nothing.
	Issued     big.Int `json:"issued"`
	Adjusted   big.Int `json:"adjusted"`
	Moved      big.Int `json:"moved"`
	Refunded   big.Int `json:"refunded"`
	WrittenOff big.Int `json:"written_off"`
	Burned     big.Int `json:"burned"`
	Expired    big.Int `json:"expired"`
	Reversed   big.Int `json:"reversed"`
	Balance    big.Int `json:"balance"`
	Debt       big.Int `json:"debt"`

	Found []Discrepancy `json:"found"`
}

// MarshalJSON writes the sums as numbers, also of an Audit that stands behind no
// pointer, in which encoding/json would not find the method of a big.Int.
func (a Audit) MarshalJSON() ([]byte, error) {
	type plain Audit
	return json.Marshal((*plain)(&a))
}

// Verify replays the journal of every account and holds it against the account:
// numbers without gaps, recorded times that never fall, the state byte by byte, the
// head, the due time, the member; and it adds up the programme. It is an auditor's
// question, and the test of a migration. It reads everything, one account at a time;
// an account that changes meanwhile is read again. The sums are those of the
// accounts as they were read: while transfers go on, Moved may differ from 0.
//
// The journals of all records but orders are replayed too, and what redemptions and
// referrals say of an account is looked up there.
func (l *Loyalty) Verify(ctx context.Context) (Audit, error) {
	var audit Audit
	for a, err := range l.core.store.Accounts(ctx, AccountFilter{}) {
		if err != nil {
			return audit, err
		}
		if err := l.core.audit(ctx, a, &audit); err != nil {
			return audit, err
		}
	}
	return audit, l.core.auditRecords(ctx, &audit)
}

// audit audits one account, in one of its versions.
func (c *core) audit(ctx context.Context, a Account, audit *Audit) error {
	for {
		journal, err := c.postings(ctx, &a, PostingFilter{})
		if err != nil {
			return err
		}
		found, err := c.differences(ctx, a, journal)
		if err != nil {
			return err
		}
		head, err := c.store.Head(ctx, Subject{KindAccount, a.ID})
		if err != nil {
			return err
		}
		if head.Version == a.Head.Version {
			audit.add(a, len(journal), found)
			return nil
		}
		if a, err = c.store.Account(ctx, a.ID); err != nil {
			return err
		}
	}
}

func (c *core) differences(ctx context.Context, a Account, journal []points.Entry) (found []Discrepancy, err error) {
	report := func(field, reason string) {
		found = append(found, Discrepancy{Subject{KindAccount, a.ID}, field, reason})
	}
	if state, err := points.Replay(journal); err != nil {
		report("entries", "cannot be replayed: "+err.Error())
	} else if !same(state, a.State) {
		report("state", "is not what the entries come to")
	}
	if a.Head.Entries != a.State.Seq || !a.Head.Recorded.Equal(a.State.Recorded) {
		report("entries", "are not those that the head counts")
	}
	sum := new(big.Int)
	for i := range journal {
		sum.Add(sum, big.NewInt(journal[i].Amount))
	}
	if sum.Cmp(big.NewInt(points.Balance(a.State))) != 0 {
		report("balance", "is not the sum of the entries")
	}
	if !a.Standing.Status.Valid() {
		report("status", "is unknown")
	}
	if due := c.due(&a); !due.Equal(a.Standing.Due) && a.Standing.Due.IsZero() {
		report("due", "is missing")
	} else if !due.IsZero() && a.Standing.Due.After(due) {
		report("due", "is too late")
	}
	if _, err := c.store.Record(ctx, Subject{KindMember, a.Standing.Member}); err != nil {
		if !known(err) {
			return nil, err
		}
		report("member", "is not there")
	}
	return found, nil
}

// same reports whether two states are one. A state that has no form is equal to
// none.
func same(a, b points.State) bool {
	x, errX := a.MarshalBinary()
	y, errY := b.MarshalBinary()
	return errX == nil && errY == nil && bytes.Equal(x, y)
}

func (audit *Audit) add(a Account, entries int, found []Discrepancy) {
	audit.Accounts++
	audit.Entries += entries
	audit.Found = append(audit.Found, found...)
	t := a.State.Totals
	for _, s := range []struct {
		to *big.Int
		n  int64
	}{
		{&audit.Issued, t.Issued}, {&audit.Adjusted, t.Adjusted}, {&audit.Moved, t.Moved}, {&audit.Refunded, t.Refunded},
		{&audit.WrittenOff, t.WrittenOff}, {&audit.Burned, t.Burned}, {&audit.Expired, t.Expired}, {&audit.Reversed, t.Reversed},
		{&audit.Balance, points.Balance(a.State)}, {&audit.Debt, a.State.Debt},
	} {
		s.to.Add(s.to, big.NewInt(s.n))
	}
}
