package loyalty

import (
	"context"

	"github.com/guanxi-go/guanxi/loyalty/points"
)

// auditMember replays the journal of a member, and holds the standing of the accounts
// against it.
func (c *core) auditMember(ctx context.Context, r Record, journal []Entry) (string, error) {
	have, err := memberOf(r)
	if err != nil {
		return "", err
	}
	want := Member{ID: r.Subject.ID}
	for _, e := range journal {
		if err := want.apply(e); err != nil {
			return "", err
		}
	}
	accounts, err := c.accountsOf(ctx, &want)
	if err != nil {
		return "", err
	}
	place := [3]string{want.ID, want.Household, want.Status.String()}
	places := []differing{}
	for i := range accounts {
		st := &accounts[i].Standing
		places = append(places, differing{"accounts", [3]string{st.Member, st.Household, st.Status.String()}, place})
	}
	if head, err := c.store.Head(ctx, r.Subject); err != nil || head != r.Head {
		return "", err // it moved while it was read
	}
	have.Devices = nil // not of the journal
	return differs(append(places, differing{"body", have, want}, differing{"member", r.Member, want.ID},
		differing{"ref", r.Ref, want.Household}, differing{"state", r.State, want.state()})...)
}

// auditHousehold replays the journal of a household, and asks its members where they
// are.
func (c *core) auditHousehold(ctx context.Context, r Record, journal []Entry) (string, error) {
	have, err := householdOf(r)
	if err != nil {
		return "", err
	}
	want := Household{ID: r.Subject.ID}
	for _, e := range journal {
		want.apply(e)
	}
	homes := []differing{}
	for _, id := range want.Members {
		record, err := c.store.Record(ctx, Subject{KindMember, id})
		if err != nil {
			return "", err
		}
		homes = append(homes, differing{"members", record.Ref, r.Subject.ID})
	}
	if head, err := c.store.Head(ctx, r.Subject); err != nil || head != r.Head {
		return "", err // it moved while it was read
	}
	return differs(append(homes, differing{"members", append([]string{}, have.Members...), append([]string{}, want.Members...)})...)
}

// auditReview holds a review against its journal and the entry that it is about.
func (c *core) auditReview(ctx context.Context, r Record, journal []Entry) (string, error) {
	have, err := heldOf(r)
	if err != nil {
		return "", err
	}
	state := ReviewOpen
	for _, e := range journal {
		if e.Kind != "opened" {
			state = ReviewState(e.Kind)
		}
	}
	entry, err := c.posting(ctx, Place{have.Account, have.Seq})
	if err != nil {
		return "", err
	}
	kind, n := points.KindHold, entry.Held
	if have.earn() {
		kind, n = points.KindEarn, entry.Amount
	}
	return differs(differing{"state", have.State, state}, differing{"state", r.State, string(state)}, differing{"ref", r.Ref, have.Account},
		differing{"member", r.Member, have.Member}, differing{"seq", entry.Kind, kind}, differing{"points", have.Points, n})
}
