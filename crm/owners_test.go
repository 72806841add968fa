package crm_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/guanxi-go/guanxi/crm"
	"github.com/guanxi-go/guanxi/crm/access"
	"github.com/guanxi-go/guanxi/crm/crmtest"
	"github.com/guanxi-go/guanxi/crm/owner"
	"github.com/guanxi-go/guanxi/crm/party"
)

func why(reason string) crm.Terms { return crm.Terms{Call: crm.Call{Reason: reason}} }

func TestOwnerThroughTime(t *testing.T) {
	s := newScene(t, crm.Options{})
	s.register("c", person(t, "张伟", ""), owner.Staff{})
	_, err := s.Owners.Assign(s.ctx, boss, "c", li, crm.Terms{})
	require.NoError(t, err)
	_, err = s.Owners.Assign(s.ctx, boss, "c", zhao, crm.Terms{})
	require.ErrorIs(t, err, crm.ErrTaken)
	given := s.clock.now
	_, err = s.Owners.Transfer(s.ctx, boss, "c", zhao, crm.Terms{})
	require.ErrorIs(t, err, crm.ErrIncomplete, "a transfer needs a reason")
	moved, err := s.Owners.Transfer(s.ctx, boss, "c", zhao, why("moved to the west"))
	require.NoError(t, err)
	require.Equal(t, "li", moved.From)
	require.Empty(t, moved.Reason, "a receipt holds no text")

	before, err := s.Owners.AsOf(s.ctx, boss, "c", given, time.Time{})
	require.NoError(t, err)
	require.Equal(t, "li", before.Owner)
	now, err := s.Owners.AsOf(s.ctx, boss, "c", time.Time{}, time.Time{})
	require.NoError(t, err)
	require.Equal(t, "zhao", now.Owner)

	_, err = s.Owners.Correct(s.ctx, boss, "c", sun, crm.Terms{Call: crm.Call{Reason: "it was sun", At: moved.At}, Approver: "ceo"})
	require.NoError(t, err)
	require.Equal(t, "sun", s.get("c").Standing.Holding.Owner)
	history, err := s.Owners.History(s.ctx, boss, "c")
	require.NoError(t, err)
	require.Len(t, history, 3)
	require.Equal(t, "moved to the west", history[1].Reason)
	s.verified()
}

func TestPoolAndDispute(t *testing.T) {
	s := newScene(t, crm.Options{Ownership: owner.Policy{Zone: time.UTC, ProtectDays: 30, ClaimsPerDay: 2, CoolDownDays: 7}})
	for _, id := range []string{"a", "b", "c"} {
		_, err := s.Customers.Register(s.ctx, boss, crm.Registration{ID: id, Profile: person(t, "张伟", ""), Pool: "sea", Path: "sales/"})
		require.NoError(t, err)
	}
	require.Equal(t, []string{"a", "b", "c"}, ids(t, s.Customers.List(s.ctx, boss, crm.CustomerFilter{Pool: "sea"})))
	_, err := s.Owners.Claim(s.ctx, boss, "a", li, crm.Terms{})
	require.NoError(t, err)
	_, err = s.Owners.Claim(s.ctx, boss, "a", zhao, crm.Terms{})
	require.ErrorIs(t, err, crm.ErrTaken)
	_, err = s.Owners.Claim(s.ctx, boss, "b", li, crm.Terms{})
	require.NoError(t, err)
	_, err = s.Owners.Claim(s.ctx, boss, "c", li, crm.Terms{})
	require.ErrorIs(t, err, owner.ErrCap, "two a day")

	_, err = s.Owners.Dispute(s.ctx, boss, "a", zhao, crm.Terms{Call: crm.Call{Reason: "met them first"}, Ref: "case 1"})
	require.NoError(t, err)
	_, err = s.Owners.Transfer(s.ctx, boss, "a", sun, why("settle it"))
	require.ErrorIs(t, err, crm.ErrTransition, "nobody gets it while the dispute is open")
	_, err = s.Owners.Resolve(s.ctx, boss, "a", zhao, why("the visit came first"))
	require.NoError(t, err)
	_, err = s.Owners.Release(s.ctx, boss, "b", "sea", "sales/", why("no time"))
	require.NoError(t, err)
	s.clock.now = day(1)
	_, err = s.Owners.Claim(s.ctx, boss, "b", li, crm.Terms{})
	require.ErrorIs(t, err, owner.ErrCoolDown)
	_, err = s.Owners.Protect(s.ctx, boss, "a", day(90), why("a long negotiation"))
	require.NoError(t, err)
	require.Equal(t, day(90), s.get("a").Standing.Holding.ProtectedUntil)
	s.verified()
}

// TestOwnersRivals: 32 claim one customer of a pool; 1 gets it, 31 get ErrConflict.
func TestOwnersRivals(t *testing.T) {
	s := newScene(t, crm.Options{Clock: crmtest.NewClock(1, day(0), 0), Attempts: 1000})
	_, err := s.Customers.Register(s.ctx, boss, crm.Registration{ID: "c", Profile: person(t, "张伟", ""), Pool: "sea", Path: "sales/"})
	require.NoError(t, err)
	errs := make([]error, 32)
	together(len(errs), func(i int) {
		id := fmt.Sprintf("s%02d", i)
		_, errs[i] = s.Owners.Claim(s.ctx, crm.Actor{ID: id, Sees: access.Everything()}, "c", owner.Staff{ID: id, Active: true}, crm.Terms{})
	})
	var winners []string
	for i, err := range errs {
		if err == nil {
			winners = append(winners, fmt.Sprintf("s%02d", i))
			continue
		}
		require.ErrorIs(t, err, crm.ErrConflict)
		require.ErrorIs(t, err, crm.ErrTaken)
	}
	require.Equal(t, []string{s.get("c").Standing.Holding.Owner}, winners)
	s.verified()
}

func TestCapacityCountsWhatOneHolds(t *testing.T) {
	s := newScene(t, crm.Options{Ownership: owner.Policy{Capacity: 2}})
	for i := range 3 {
		s.register(fmt.Sprint("c", i), person(t, "张伟", ""), owner.Staff{})
	}
	for i, want := range []error{nil, nil, owner.ErrCap} {
		_, err := s.Owners.Assign(s.ctx, boss, fmt.Sprint("c", i), li, crm.Terms{})
		require.ErrorIs(t, err, want)
	}
}

// TestLeaver: everything a leaver has goes to others, by key accounts and by count,
// and nothing comes after.
func TestLeaver(t *testing.T) {
	s := newScene(t, crm.Options{})
	const n = 450 // more than two commits
	for i := range n {
		s.register(fmt.Sprintf("c%03d", i), person(t, "张伟", ""), li)
	}
	s.register("other", person(t, "王芳", ""), zhao)
	done, err := s.Owners.TransferAll(s.ctx, boss, "li", crm.Leaving{Terms: why("left"), Takers: []owner.Staff{zhao, sun},
		Options: owner.TransferOptions{Named: map[string]string{"c007": "sun"}},
		Facts:   func(c crm.Customer) owner.Account { return owner.Account{Key: c.ID == "c007"} }})
	require.NoError(t, err)
	require.Equal(t, n, done.Before.Count)
	require.Equal(t, n, done.Given[0].Tally.Count+done.Given[1].Tally.Count)
	require.Empty(t, ids(t, s.Customers.List(s.ctx, boss, crm.CustomerFilter{Owner: "li"})))
	require.Len(t, ids(t, s.Customers.List(s.ctx, boss, crm.CustomerFilter{Owner: "sun"})), n/2)
	require.Equal(t, "sun", s.get("c007").Standing.Holding.Owner)
	at := map[time.Time]bool{}
	for c, err := range s.Customers.List(s.ctx, boss, crm.CustomerFilter{}) {
		require.NoError(t, err)
		if c.ID != "other" {
			at[c.Standing.Holding.Since] = true
		}
	}
	require.Len(t, at, 1, "all change at one instant")

	_, err = s.Owners.Transfer(s.ctx, boss, "other", li, why("too late"))
	require.ErrorIs(t, err, crm.ErrForbidden)
	_, err = s.Customers.Register(s.ctx, boss, crm.Registration{Profile: person(t, "李娜", ""), Owner: li})
	require.ErrorIs(t, err, crm.ErrForbidden)
	again, err := s.Owners.TransferAll(s.ctx, boss, "li", crm.Leaving{Terms: why("left"), Takers: []owner.Staff{zhao}})
	require.NoError(t, err)
	require.Zero(t, again.Before.Count)
	require.NoError(t, s.Owners.Reopen(s.ctx, boss, "li", crm.Call{Reason: "came back"}))
	_, err = s.Owners.Transfer(s.ctx, boss, "other", li, why("and takes over"))
	require.NoError(t, err)
	s.verified()
}

func TestLeaverIsNotLeftHalf(t *testing.T) {
	s := newScene(t, crm.Options{})
	s.register("a", person(t, "张伟", ""), li)
	s.register("b", person(t, "王芳", ""), li)
	_, err := s.Owners.Dispute(s.ctx, boss, "b", zhao, why("mine"))
	require.NoError(t, err)
	_, err = s.Owners.TransferAll(s.ctx, boss, "li", crm.Leaving{Terms: why("left"), Takers: []owner.Staff{sun}})
	require.ErrorIs(t, err, crm.ErrIncomplete)
	require.Equal(t, "li", s.get("a").Standing.Holding.Owner, "no plan, no move")
	_, err = s.Owners.TransferAll(s.ctx, crm.Actor{ID: "x", Sees: access.Scope{Owner: "zhao"}}, "li", crm.Leaving{Terms: why("left"), Takers: []owner.Staff{sun}})
	require.ErrorIs(t, err, crm.ErrForbidden)
	_, err = s.Owners.Resolve(s.ctx, boss, "b", zhao, why("it is"))
	require.NoError(t, err)
	require.NoError(t, s.Owners.Close(s.ctx, boss, "sun", crm.Call{}))
	_, err = s.Owners.TransferAll(s.ctx, boss, "li", crm.Leaving{Terms: why("left"), Takers: []owner.Staff{sun}})
	require.ErrorIs(t, err, crm.ErrForbidden, "the taker has left too")
	_, err = s.Owners.TransferAll(s.ctx, boss, "li", crm.Leaving{Terms: why("left"), Takers: []owner.Staff{zhao}})
	require.NoError(t, err)
	require.Equal(t, "zhao", s.get("a").Standing.Holding.Owner)
	s.verified()
}

func TestContacts(t *testing.T) {
	s := newScene(t, crm.Options{})
	s.register("acme", organisation("北京华信科技有限公司"), li)
	s.register("zhang", person(t, "张伟", ""), li)
	s.register("wang", person(t, "王芳", ""), zhao)
	link := func(id, who string, primary bool) error {
		_, err := s.Contacts.Link(s.ctx, boss, party.Contact{ID: id, Organisation: "acme", Person: who, Role: party.ContactPurchasing, Primary: primary, Title: "采购总监"}, crm.Call{})
		return err
	}
	require.NoError(t, link("1", "zhang", true))
	require.ErrorIs(t, link("1", "wang", false), crm.ErrDuplicate)
	require.ErrorIs(t, link("2", "wang", true), crm.ErrConflict, "two primary ones")
	require.ErrorIs(t, link("2", "nobody", false), crm.ErrNotFound)
	require.NoError(t, link("2", "wang", false))
	_, err := s.Contacts.Link(s.ctx, crm.Actor{ID: "li", Sees: access.Scope{Owner: "li"}}, party.Contact{Organisation: "acme", Person: "wang", Role: party.ContactOther}, crm.Call{})
	require.ErrorIs(t, err, crm.ErrNotFound, "a person whom the actor does not see")
	require.NoError(t, s.Contacts.MakePrimary(s.ctx, boss, "2", day(5), crm.Call{}))
	all, err := s.Contacts.Of(s.ctx, boss, "acme")
	require.NoError(t, err)
	primary := func(at time.Time) string {
		for _, c := range party.ContactsAt(all, at) {
			if c.Primary {
				return c.Person
			}
		}
		return ""
	}
	require.Equal(t, "zhang", primary(day(4)))
	require.Equal(t, "wang", primary(day(5)))
	from5 := party.ContactsAt(all, day(6))
	last := from5[slices.IndexFunc(from5, func(c party.Contact) bool { return c.Person == "wang" })]
	require.NoError(t, s.Contacts.End(s.ctx, boss, last.ID, day(9), crm.Call{}))
	of, err := s.Contacts.Of(s.ctx, boss, "zhang")
	require.NoError(t, err)
	require.True(t, slices.ContainsFunc(of, func(c party.Contact) bool { return c.ID == "1" && c.Title == "采购总监" }))
	require.ErrorIs(t, s.Contacts.End(s.ctx, boss, "9", day(9), crm.Call{}), crm.ErrNotFound)
	s.verified()
}

// TestHandover: it completes only when all is counted, given and signed.
func TestHandover(t *testing.T) {
	s := newScene(t, crm.Options{})
	do := func(actor string, decide func(h owner.Handover, act owner.Act) (owner.Step, error)) error {
		_, err := s.Handovers.Do(s.ctx, crm.Actor{ID: actor}, "h1", crm.Terms{}, decide)
		return err
	}
	_, err := s.Handovers.Get(s.ctx, boss, "h1")
	require.ErrorIs(t, err, crm.ErrNotFound)
	require.NoError(t, do("hr", func(_ owner.Handover, act owner.Act) (owner.Step, error) {
		return owner.OpenHandover("li", "wang", act)
	}))
	complete := func(h owner.Handover, act owner.Act) (owner.Step, error) { return h.Complete(act) }
	require.ErrorIs(t, do("wang", complete), crm.ErrIncomplete)
	require.NoError(t, do("hr", func(h owner.Handover, act owner.Act) (owner.Step, error) { return h.Freeze(act) }))
	for _, m := range owner.Matters() {
		n := 0
		if m == owner.Customers {
			n = 2
		}
		require.NoError(t, do("li", func(h owner.Handover, act owner.Act) (owner.Step, error) { return h.Count(m, n, act) }))
	}
	require.ErrorIs(t, do("wang", complete), crm.ErrIncomplete)
	require.NoError(t, do("li", func(h owner.Handover, act owner.Act) (owner.Step, error) {
		return h.Hand(owner.Customers, "", 2, "zhao", act)
	}))
	sign := func(h owner.Handover, act owner.Act) (owner.Step, error) { return h.Sign(act) }
	for _, who := range []string{"li", "zhao", "wang"} {
		require.NoError(t, do(who, sign))
	}
	require.ErrorIs(t, do("li", sign), crm.ErrDuplicate)
	require.NoError(t, do("wang", complete))
	h, err := s.Handovers.Get(s.ctx, boss, "h1")
	require.NoError(t, err)
	require.True(t, h.Done())
	for id, err := range s.Handovers.List(s.ctx, boss, crm.HandoverCompleted) {
		require.NoError(t, err)
		require.Equal(t, "h1", id)
	}
}
