package loyalty

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"

	"github.com/guanxi-go/guanxi/loyalty/points"
	"github.com/guanxi-go/guanxi/loyalty/reward"
)

// auditRecords replays the journals of all records but orders, and holds them against
// the records; and redemptions and referrals against the entries of the accounts that
// they name.
func (c *core) auditRecords(ctx context.Context, audit *Audit) error {
	for _, kind := range []struct {
		Kind
		differs func(ctx context.Context, r Record, journal []Entry) (field string, err error)
	}{
		{KindStock, c.auditStock}, {KindRedemption, c.auditRedemption}, {KindVoucher, c.auditVoucher}, {KindReferral, c.auditReferral},
		{KindMember, c.auditMember}, {KindHousehold, c.auditHousehold}, {KindReview, c.auditReview},
	} {
		for r, err := range c.store.Records(ctx, RecordFilter{Kind: kind.Kind}) {
			if err != nil {
				return err
			}
			journal, err := c.lines(ctx, r)
			if err != nil {
				return err
			}
			field, err := kind.differs(ctx, r, journal)
			switch {
			case err != nil && !known(err):
				return err
			case err != nil:
				audit.Found = append(audit.Found, Discrepancy{r.Subject, "entries", "do not come to a record: " + err.Error()})
			case uint64(len(journal)) != r.Head.Entries:
				audit.Found = append(audit.Found, Discrepancy{r.Subject, "entries", "are not as many as the head says"})
			case field != "":
				audit.Found = append(audit.Found, Discrepancy{r.Subject, field, "is not what the journal comes to"})
			}
			audit.Records++
		}
	}
	return nil
}

// sameJSON reports whether two values are one as JSON.
func sameJSON(a, b any) (bool, error) {
	x, err := json.Marshal(a)
	if err != nil {
		return false, err
	}
	y, err := json.Marshal(b)
	return bytes.Equal(x, y), err
}

// differs names the first of the fields whose values differ.
func differs(fields ...differing) (string, error) {
	for _, f := range fields {
		if ok, err := sameJSON(f.kept, f.want); err != nil || !ok {
			return f.name, err
		}
	}
	return "", nil
}

type differing struct {
	name       string
	kept, want any
}

func (c *core) auditStock(_ context.Context, r Record, journal []Entry) (string, error) {
	have, err := bodyOf[reward.Stock](r)
	if err != nil {
		return "", err
	}
	want, err := replayStock(journal)
	if err != nil {
		return "", err
	}
	return differs(differing{"body", have, want})
}

func (c *core) auditRedemption(ctx context.Context, r Record, journal []Entry) (string, error) {
	have, err := redemptionOf(r)
	if err != nil {
		return "", err
	}
	want, err := replayRedemption(journal)
	if err != nil || len(journal) == 0 {
		return "entries", err
	}
	t := want.Terms
	paid, err := c.paid(ctx, Place{have.Account, have.Seq}, points.KindBurn, r.Subject.ID, -t.Cost*want.N)
	if err != nil {
		return "", err
	}
	return differs(differing{"body", have.State, want}, differing{"member", r.Member, t.Member}, differing{"ref", r.Ref, t.Reward},
		differing{"state", r.State, have.status()}, differing{"placed", have.Placed, journal[0].At}, differing{"seq", paid, true})
}

// paid reports whether an entry of an account is what a record says of it; where it
// names none, whether there is none to name.
func (c *core) paid(ctx context.Context, place Place, kind points.Kind, ref string, amount int64) (bool, error) {
	if place.Seq == 0 {
		return amount == 0, nil
	}
	e, err := c.posting(ctx, place)
	if errors.Is(err, ErrNotFound) {
		return false, nil
	}
	return err == nil && e.Kind == kind && e.Ref == ref && e.Amount == amount, err
}

func (c *core) auditVoucher(ctx context.Context, r Record, journal []Entry) (string, error) {
	have, err := voucherOf(r)
	if err != nil {
		return "", err
	}
	want, err := replayVoucher(journal)
	if err != nil {
		return "", err
	}
	if have, err = c.fullVoucher(ctx, have); err != nil {
		return "", err
	}
	if have.Head != r.Head {
		return "", nil // it moved while it was read, and its own command looked at it
	}
	if len(want.Uses) == 0 {
		want.Uses = nil
	}
	return differs(differing{"body", have.State, want}, differing{"member", r.Member, want.Terms.Member}, differing{"ref", r.Ref, want.Terms.Reward},
		differing{"state", r.State, have.posted().String()}, differing{"due", r.Due, have.due()})
}

func (c *core) auditReferral(ctx context.Context, r Record, journal []Entry) (string, error) {
	have, err := referralOf(r)
	if err != nil {
		return "", err
	}
	want, err := replayReferral(journal)
	if err != nil {
		return "", err
	}
	ids := []bool{true, true}
	for i, side := range []struct {
		place Place
		grant reward.Grant
	}{{have.ReferrerEntry, want.ToReferrer}, {have.FriendEntry, want.ToFriend}} {
		if ids[i], err = c.paid(ctx, side.place, points.KindEarn, want.Friend, side.grant.Points); err != nil {
			return "", err
		}
	}
	return differs(differing{"body", have.State, want}, differing{"member", r.Member, want.Friend}, differing{"ref", r.Ref, want.Referrer},
		differing{"state", r.State, have.status()}, differing{"due", r.Due, have.due()},
		differing{"referrer_entry", ids[0], true}, differing{"friend_entry", ids[1], true})
}
