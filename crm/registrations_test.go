package crm_test

import (
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"

	"github.com/guanxi-go/guanxi/crm"
	"github.com/guanxi-go/guanxi/crm/access"
	"github.com/guanxi-go/guanxi/crm/cadence"
	"github.com/guanxi-go/guanxi/crm/calendar"
	"github.com/guanxi-go/guanxi/crm/crmtest"
	"github.com/guanxi-go/guanxi/crm/money"
	"github.com/guanxi-go/guanxi/crm/owner"
	"github.com/guanxi-go/guanxi/crm/pipeline/lead"
	"github.com/guanxi-go/guanxi/crm/pipeline/quote"
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
	s.followUp("li", crm.Subject{Kind: crm.KindOpportunity, ID: "o1"}, time.Time{})
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
	s.followUp("zhao", crm.Subject{Kind: crm.KindOpportunity, ID: "o1"}, time.Time{})
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

// ruled rules between li and zhao on pumps, and says who won by what.
func (s *scene) ruled(party crm.Subject) string {
	s.t.Helper()
	r, err := s.Registrations.Rule(s.ctx, boss, crm.RuleConflict{Party: party, Line: "pumps", Claimants: []string{"li", "zhao"}})
	require.NoError(s.t, err)
	return r.Winner + " by " + r.Rule.String()
}

// TestRulingsSigned: an order is to the credit of who had it when it was signed.
func TestRulingsSigned(t *testing.T) {
	clock := &frozen{day(0)}
	s := leadScene(t, new(crm.Memory), crm.Options{Clock: clock}, lead.Limit{})
	customer := func(id string) crm.Subject {
		s.register(id, organisation("华信"), owner.Staff{})
		return crm.Subject{Kind: crm.KindCustomer, ID: id}
	}
	open := func(id, of string) {
		_, err := s.Opportunities.Open(s.ctx, boss, crm.OpenOpportunity{ID: id, Customer: of, Line: "pumps", Owner: li})
		require.NoError(t, err)
	}
	moved := func(id string) {
		_, err := s.Opportunities.Transfer(s.ctx, boss, id, zhao, crm.Terms{Code: "helps"})
		require.NoError(t, err)
	}
	win := func(id string, w crm.Winning) {
		w.Amount = yuan(100)
		_, err := s.Opportunities.Win(s.ctx, boss, id, w)
		require.NoError(t, err)
	}
	handed, late, quoted, plain := customer("c1"), customer("c2"), customer("c3"), customer("c4")
	for i, c := range []crm.Subject{handed, late, quoted} {
		open(fmt.Sprint("o", i+1), c.ID)
	}

	// Won by li, and handed over to zhao afterwards with the order.
	clock.at = day(1)
	win("o1", crm.Winning{Order: "order-1"})
	clock.at = day(2)
	moved("o1")
	order, err := s.Orders.Get(s.ctx, boss, "order-1")
	require.NoError(t, err)
	require.Equal(t, "zhao", order.Owner)
	require.Equal(t, "li by signed-order", s.ruled(handed))

	// Signed on the day before zhao got it, and recorded by zhao.
	moved("o2")
	clock.at = day(3)
	win("o2", crm.Winning{On: calendar.DayOf(day(1), time.UTC)})
	require.Equal(t, "li by signed-order", s.ruled(late))

	// Orders of no opportunity: with a quote of one the line is known, else it is not.
	_, err = s.Quotes.Draft(s.ctx, boss, crm.NewQuote{ID: "q1", Opportunity: "o3", Currency: money.CNY,
		Lines: []quote.Line{{Quantity: decimal.NewFromInt(1), Price: decimal.NewFromInt(1)}}})
	require.NoError(t, err)
	for id, n := range map[string]crm.NewOrder{"order-3": {Customer: quoted.ID, Quote: "q1"}, "order-4": {Customer: plain.ID, Quote: "elsewhere"}} {
		n.ID, n.Amount, n.Owner = id, yuan(100), zhao
		_, err = s.Orders.Draft(s.ctx, boss, n)
		require.NoError(t, err)
		_, err = s.Orders.Sign(s.ctx, boss, id, crm.Signing{})
		require.NoError(t, err)
	}
	require.Equal(t, "zhao by signed-order", s.ruled(quoted))
	require.Equal(t, " by arbiter", s.ruled(plain))
	// A leaver's order stays to the leaver's credit.
	_, err = s.Owners.TransferAll(s.ctx, boss, "zhao", crm.Leaving{Terms: why("left"), Takers: []owner.Staff{li}})
	require.NoError(t, err)
	require.Equal(t, "zhao by signed-order", s.ruled(quoted))
}

// TestRegistrationsActions: what was done about the customer itself counts for an
// extension and for the rules, as of when it counts, also after its texts were cleared.
func TestRegistrationsActions(t *testing.T) {
	clock := &frozen{day(0)}
	s := leadScene(t, new(crm.Memory), crm.Options{Clock: clock}, lead.Limit{})
	s.register("c1", organisation("华信"), zhao)
	s.register("c2", organisation("新华"), owner.Staff{})
	act := func(by, of string, a cadence.Action) {
		_, err := s.Actions.Record(s.ctx, crm.Actor{ID: by, Sees: access.Everything()}, crm.Subject{Kind: crm.KindCustomer, ID: of}, a, crm.Call{})
		require.NoError(t, err)
	}
	party := crm.Subject{Kind: crm.KindCustomer, ID: "c1"}
	require.NoError(t, s.claims("r1", li, party))
	_, err := s.Registrations.Approve(s.ctx, boss, "r1", crm.Call{})
	require.NoError(t, err)

	// Extend: a visit for form's sake does not count, a call does.
	clock.at = day(80)
	act("li", "c1", cadence.Action{Kind: cadence.Visit, Purpose: "say hello"})
	_, err = s.Registrations.Extend(s.ctx, boss, "r1", crm.Call{})
	require.ErrorIs(t, err, crm.ErrIncomplete)
	act("li", "c1", cadence.Action{Kind: cadence.Call, Note: "asked"})
	_, err = s.Registrations.Extend(s.ctx, boss, "r1", crm.Call{})
	require.NoError(t, err)

	// R3, when the protection is over: the owner has acted within 30 days.
	clock.at = day(185)
	require.Equal(t, "li by earlier-registration", s.ruled(party))
	s.register("p1", person(t, "张三", ""), zhao)
	act("zhao", "c1", cadence.Action{Kind: cadence.Visit, Purpose: "show the pump", Outcome: "likes it", NextStep: "send a quote", Contact: "p1"})
	require.Equal(t, "zhao by active-owner", s.ruled(party))
	_, err = s.Privacy.Forget(s.ctx, boss, "p1", crm.Erasure{Call: crm.Call{Reason: "asked for it"}})
	require.NoError(t, err)
	require.Equal(t, "zhao by active-owner", s.ruled(party), "what the texts came to is kept")

	// R5: what was recorded too late counts from then.
	other := crm.Subject{Kind: crm.KindCustomer, ID: "c2"}
	act("li", "c2", cadence.Action{Note: "called long ago", At: day(100)})
	require.Equal(t, "li by earlier-action", s.ruled(other))
	clock.at = day(186)
	act("zhao", "c2", cadence.Action{Note: "called", At: day(184)})
	require.Equal(t, "zhao by earlier-action", s.ruled(other))
}

// TestRulingsListed: who leads the unit of the party has the conflict in the week's list.
func TestRulingsListed(t *testing.T) {
	s := leadScene(t, new(crm.Memory), crm.Options{}, lead.Limit{})
	head := func(of string) crm.Actor {
		return crm.Actor{ID: "head", Sees: access.Scope{Units: []access.Range{{From: of + "/", To: of + "0"}}}}
	}
	conflicts := func(of string) []string {
		week, err := s.Worklists.Week(s.ctx, head(of), crm.WeekOptions{})
		require.NoError(t, err)
		return week.Conflicts
	}
	s.register("c1", organisation("华信"), sun) // of sales/west
	_, err := s.Customers.Register(s.ctx, boss, crm.Registration{ID: "c2", Profile: organisation("新华"), Pool: "sea", Path: "sales/east/"})
	require.NoError(t, err)
	for id, party := range map[string]string{"r1": "c1", "r2": "c2"} {
		_, err := s.Registrations.Rule(s.ctx, boss, crm.RuleConflict{ID: id, Party: crm.Subject{Kind: crm.KindCustomer, ID: party}, Line: "pumps", Claimants: []string{"li", "zhao"}})
		require.NoError(t, err)
	}
	require.Equal(t, []string{"r1"}, conflicts("sales/west"))
	require.Equal(t, []string{"r2"}, conflicts("sales/east"))
	require.Equal(t, []string{"r1", "r2"}, conflicts("sales"))
	require.Empty(t, conflicts("service"))

	// Arbitrated after the party came to the east: it lies there.
	_, err = s.Owners.Transfer(s.ctx, boss, "c1", li, why("moved"))
	require.NoError(t, err)
	_, err = s.Registrations.Arbitrate(s.ctx, head("sales"), "r1", "zhao", nil, crm.Call{})
	require.NoError(t, err)
	require.Empty(t, conflicts("sales/west"))
	row, err := s.store.Record(s.ctx, crm.Subject{Kind: crm.KindRuling, ID: "r1"})
	require.NoError(t, err)
	require.Equal(t, []string{"zhao", "sales/east/", crm.RulingDecided}, []string{row.Owner, row.Path, row.State})
}
