package crm_test

import (
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/guanxi-go/guanxi/crm"
	"github.com/guanxi-go/guanxi/crm/crmtest"
	"github.com/guanxi-go/guanxi/crm/owner"
	"github.com/guanxi-go/guanxi/crm/pipeline/lead"
	"github.com/guanxi-go/guanxi/crm/pipeline/registration"
)

func (s *scene) claims(id string, by owner.Staff, party crm.Subject) error {
	s.t.Helper()
	got, err := s.Registrations.Submit(s.ctx, boss, crm.RegisterClaim{ID: id, Claimant: by, Party: party, Line: "pumps", Evidence: []string{"doc-1"}})
	if err == nil {
		require.Equal(s.t, id, got)
	}
	return err
}

func TestRegistrations(t *testing.T) {
	clock := &frozen{day(0)}
	s := leadScene(t, new(crm.Memory), crm.Options{Clock: clock}, lead.Limit{})
	s.register("c1", organisation("华信"), owner.Staff{})
	party := crm.Subject{Kind: crm.KindCustomer, ID: "c1"}
	require.NoError(t, s.claims("r1", li, party))
	require.NoError(t, s.claims("r2", zhao, party), "while nobody is protected, anybody may register")
	require.ErrorIs(t, s.claims("r1", sun, party), crm.ErrDuplicate)
	require.ErrorIs(t, s.claims("r3", sun, crm.Subject{Kind: crm.KindCustomer, ID: "c9"}), crm.ErrNotFound)
	require.ErrorIs(t, s.claims("r3", sun, crm.Subject{Kind: crm.KindStaff, ID: "li"}), crm.ErrInvalid)

	r, err := s.Registrations.Approve(s.ctx, boss, "r1", crm.Call{Key: "k"})
	require.NoError(t, err)
	require.Equal(t, day(91), r.Until)
	again, err := s.Registrations.Approve(s.ctx, boss, "r1", crm.Call{Key: "k"})
	require.NoError(t, err)
	require.Equal(t, r, again)
	_, err = s.Registrations.Approve(s.ctx, boss, "r2", crm.Call{})
	require.ErrorIs(t, err, crm.ErrTaken)
	require.ErrorIs(t, s.claims("r3", sun, party), crm.ErrTaken)

	// One extension, with a counted action of the claimant.
	_, err = s.Registrations.Extend(s.ctx, boss, "r1", crm.Call{})
	require.ErrorIs(t, err, crm.ErrIncomplete)
	_, err = s.Opportunities.Open(s.ctx, boss, crm.OpenOpportunity{ID: "o1", Customer: "c1", Line: "pumps", Owner: li})
	require.NoError(t, err)
	clock.at = day(80)
	_, err = s.Opportunities.Act(s.ctx, crm.Actor{ID: "li", Sees: boss.Sees}, "o1", "a1", crm.Call{})
	require.NoError(t, err)
	r, err = s.Registrations.Extend(s.ctx, boss, "r1", crm.Call{})
	require.NoError(t, err)
	require.Equal(t, day(181), r.Until)
	var ending []string
	for r, err := range s.Registrations.List(s.ctx, boss, crm.RegistrationFilter{State: registration.Approved, EndsBy: day(182), Party: party}) {
		require.NoError(t, err)
		ending = append(ending, r.ID)
	}
	require.Equal(t, []string{"r1"}, ending)

	// When it is over, the next one is protected.
	clock.at = day(181)
	_, err = s.Registrations.Approve(s.ctx, boss, "r2", crm.Call{})
	require.NoError(t, err)
	_, err = s.Registrations.Revoke(s.ctx, boss, "r2", "", crm.Call{Reason: "mistake"})
	require.NoError(t, err)
	_, err = s.Registrations.Convert(s.ctx, boss, "r2", "order-1", crm.Call{})
	require.ErrorIs(t, err, crm.ErrTransition)
	_, err = s.Registrations.Reject(s.ctx, boss, "r2", crm.Call{Reason: "x"})
	require.ErrorIs(t, err, crm.ErrTransition)

	// What a leaver registered protects nobody any more.
	require.NoError(t, s.claims("r4", sun, party))
	_, err = s.Registrations.Approve(s.ctx, boss, "r4", crm.Call{})
	require.NoError(t, err)
	require.ErrorIs(t, s.claims("r5", zhao, party), crm.ErrTaken)
	require.NoError(t, s.Owners.Close(s.ctx, boss, "sun", crm.Call{}))
	require.NoError(t, s.claims("r5", zhao, party))
	_, err = s.Registrations.Approve(s.ctx, boss, "r5", crm.Call{})
	require.NoError(t, err)
	_, err = s.Registrations.Convert(s.ctx, boss, "r5", "order-1", crm.Call{})
	require.NoError(t, err)
	got, err := s.Registrations.Get(s.ctx, boss, "r5")
	require.NoError(t, err)
	require.Equal(t, []any{registration.Converted, "zhao", []string{"doc-1"}}, []any{got.State, got.Claim.Claimant, got.Claim.Evidence})
	_, err = s.Registrations.Get(s.ctx, crm.Actor{ID: "x"}, "r5")
	require.ErrorIs(t, err, crm.ErrNotFound)
}

// TestRegistrationsOneProtection: of 16 registrations that are approved at once, one
// protects.
func TestRegistrationsOneProtection(t *testing.T) {
	s := leadScene(t, new(crm.Memory), crm.Options{Clock: crmtest.NewClock(1, day(0), 0), Attempts: 1000}, lead.Limit{})
	s.capture("l1", "n", "13800138000", owner.Staff{})
	for i := range 16 {
		require.NoError(t, s.claims(fmt.Sprint("r", i), owner.Staff{ID: fmt.Sprint("s", i), Active: true}, crm.Subject{Kind: crm.KindLead, ID: "l1"}))
	}
	var mu sync.Mutex
	approved := 0
	together(16, func(i int) {
		_, err := s.Registrations.Approve(s.ctx, boss, fmt.Sprint("r", i), crm.Call{})
		mu.Lock()
		defer mu.Unlock()
		if err == nil {
			approved++
		} else if !errors.Is(err, crm.ErrTaken) {
			t.Error(err)
		}
	})
	require.Equal(t, 1, approved)
}

// TestRegistrationsRule is O-26 through the services.
func TestRegistrationsRule(t *testing.T) {
	clock := &frozen{day(0)}
	s := leadScene(t, new(crm.Memory), crm.Options{Clock: clock}, lead.Limit{})
	s.register("c1", organisation("华信"), zhao)
	party := crm.Subject{Kind: crm.KindCustomer, ID: "c1"}
	require.NoError(t, s.claims("r1", li, party))
	_, err := s.Registrations.Approve(s.ctx, boss, "r1", crm.Call{})
	require.NoError(t, err)
	_, err = s.Opportunities.Open(s.ctx, boss, crm.OpenOpportunity{ID: "o1", Customer: "c1", Line: "pumps", Owner: zhao})
	require.NoError(t, err)
	clock.at = day(80)
	_, err = s.Opportunities.Act(s.ctx, crm.Actor{ID: "zhao", Sees: boss.Sees}, "o1", "a1", crm.Call{})
	require.NoError(t, err)
	rule := func(at time.Time) string {
		clock.at = at
		r, err := s.Registrations.Rule(s.ctx, boss, crm.RuleConflict{Party: party, Line: "pumps", Claimants: []string{"li", "zhao"}})
		require.NoError(t, err)
		kept, err := s.Registrations.Ruling(s.ctx, boss, r.ID)
		require.NoError(t, err)
		require.Equal(t, r, kept)
		return r.Winner + " by " + r.Rule.String()
	}
	require.Equal(t, "li by valid-protection", rule(day(91).Add(-time.Minute)))
	require.Equal(t, "zhao by active-owner", rule(day(91)))
	_, err = s.Opportunities.Win(s.ctx, boss, "o1", crm.Winning{Amount: yuan(100_000)})
	require.NoError(t, err)
	require.Equal(t, "zhao by signed-order", rule(day(92)))

	// Nothing separates them: a person decides, who is none of them.
	s.register("c2", organisation("新华"), owner.Staff{})
	open, err := s.Registrations.Rule(s.ctx, boss, crm.RuleConflict{Call: crm.Call{Key: "k"}, Party: crm.Subject{Kind: crm.KindCustomer, ID: "c2"}, Line: "pumps", Claimants: []string{"li", "zhao"}})
	require.NoError(t, err)
	require.Equal(t, registration.Arbiter, open.Rule)
	again, err := s.Registrations.Rule(s.ctx, boss, crm.RuleConflict{Call: crm.Call{Key: "k"}, Party: crm.Subject{Kind: crm.KindCustomer, ID: "c2"}, Line: "pumps", Claimants: []string{"li", "zhao"}})
	require.NoError(t, err)
	require.Equal(t, open, again)
	_, err = s.Registrations.Arbitrate(s.ctx, crm.Actor{ID: "li", Sees: boss.Sees}, open.ID, "li", nil, crm.Call{})
	require.ErrorIs(t, err, crm.ErrForbidden)
	done, err := s.Registrations.Arbitrate(s.ctx, boss, open.ID, "li", nil, crm.Call{Reason: "was there first"})
	require.NoError(t, err)
	require.Equal(t, []string{"li", "wang"}, []string{done.Winner, done.Arbiter})
	_, err = s.Registrations.Arbitrate(s.ctx, boss, open.ID, "zhao", nil, crm.Call{})
	require.ErrorIs(t, err, crm.ErrTransition)
	_, err = s.Registrations.Ruling(s.ctx, crm.Actor{ID: "x"}, open.ID)
	require.ErrorIs(t, err, crm.ErrNotFound)
}
