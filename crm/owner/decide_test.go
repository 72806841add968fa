package owner_test

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/guanxi-go/guanxi/crm/owner"
)

func TestDecisionsRefuse(t *testing.T) {
	free := owner.Holding{}
	had := owner.Holding{Owner: "a", Path: "/u/a", Since: tick(1), LastAt: tick(1), LastRecorded: tick(1)}
	disputed := had
	disputed.Claimants = []string{"b"}
	guarded := had
	guarded.ProtectedUntil = tick(10)
	bare := owner.Act{Actor: "boss", Recorded: tick(5)}
	why := act("boss", tick(5))
	approve := owner.Policy{Approve: []owner.Kind{owner.Assigned, owner.Transferred}}
	var p owner.Policy

	tests := []struct {
		name  string
		do    func() (owner.Entry, error)
		want  error
		field string
	}{
		{"assign what somebody has", func() (owner.Entry, error) { return p.Assign(had, staff("b"), why) }, owner.ErrTaken, "holder"},
		{"assign to the zero staff", func() (owner.Entry, error) { return p.Assign(free, owner.Staff{}, why) }, owner.ErrInvalid, "staff"},
		{"assign to who is not active", func() (owner.Entry, error) { return p.Assign(free, owner.Staff{ID: "b"}, why) }, owner.ErrForbidden, "staff"},
		{"assign to who is full", func() (owner.Entry, error) {
			return p.Assign(free, owner.Staff{ID: "b", Active: true, Capacity: 2, Held: 2}, why)
		}, owner.ErrCap, "capacity"},
		{"assign beyond the policy's capacity", func() (owner.Entry, error) {
			return owner.Policy{Capacity: 2}.Assign(free, owner.Staff{ID: "b", Active: true, Held: 3}, why)
		}, owner.ErrCap, "capacity"},
		{"assign without approver", func() (owner.Entry, error) { return approve.Assign(free, staff("b"), why) }, owner.ErrIncomplete, "approver"},
		{"assign without actor", func() (owner.Entry, error) { return p.Assign(free, staff("b"), owner.Act{Recorded: tick(5)}) }, owner.ErrInvalid, "actor"},
		{"assign without time", func() (owner.Entry, error) { return p.Assign(free, staff("b"), owner.Act{Actor: "x"}) }, owner.ErrInvalid, "at"},
		{"approved by the new owner", func() (owner.Entry, error) {
			a := why
			a.Approver = "b"
			return p.Transfer(had, staff("b"), a)
		}, owner.ErrForbidden, "approver"},
		{"approved by the actor", func() (owner.Entry, error) {
			a := why
			a.Approver = "boss"
			return p.Transfer(had, staff("b"), a)
		}, owner.ErrForbidden, "approver"},
		{"transfer without reason", func() (owner.Entry, error) { return p.Transfer(had, staff("b"), bare) }, owner.ErrIncomplete, "reason"},
		{"transfer with a blank reason", func() (owner.Entry, error) {
			a := bare
			a.Reason = " \t"
			return p.Transfer(had, staff("b"), a)
		}, owner.ErrIncomplete, "reason"},
		{"transfer to the owner", func() (owner.Entry, error) { return p.Transfer(had, staff("a"), why) }, owner.ErrTransition, "transferred"},
		{"transfer of what nobody has", func() (owner.Entry, error) { return p.Transfer(free, staff("a"), why) }, owner.ErrTransition, "transferred"},
		{"transfer under dispute", func() (owner.Entry, error) { return p.Transfer(disputed, staff("c"), why) }, owner.ErrTransition, "transferred"},
		{"transfer before the last entry", func() (owner.Entry, error) {
			a := why
			a.At = tick(0)
			return p.Transfer(had, staff("b"), a)
		}, owner.ErrConflict, "at"},
		{"recorded before the last entry", func() (owner.Entry, error) { return p.Transfer(had, staff("b"), act("boss", tick(0))) }, owner.ErrConflict, "recorded"},
		{"transfer in the future", func() (owner.Entry, error) {
			a := why
			a.At = tick(6)
			return p.Transfer(had, staff("b"), a)
		}, owner.ErrInvalid, "recorded"},
		{"claim what somebody has", func() (owner.Entry, error) { return p.Claim(had, staff("b"), bare) }, owner.ErrTaken, "holder"},
		{"claim in the protection", func() (owner.Entry, error) { return owner.Policy{ClaimOwned: true}.Claim(guarded, staff("b"), bare) }, owner.ErrTaken, "holder"},
		{"claim one's own", func() (owner.Entry, error) { return owner.Policy{ClaimOwned: true}.Claim(had, staff("a"), bare) }, owner.ErrTaken, "holder"},
		{"claim under dispute", func() (owner.Entry, error) { return owner.Policy{ClaimOwned: true}.Claim(disputed, staff("c"), bare) }, owner.ErrTransition, "claim"},
		{"claim backdated", func() (owner.Entry, error) {
			a := bare
			a.At = tick(4)
			return p.Claim(free, staff("b"), a)
		}, owner.ErrInvalid, "at"},
		{"claim while not active", func() (owner.Entry, error) { return p.Claim(had, owner.Staff{ID: "b"}, bare) }, owner.ErrForbidden, "staff"},
		{"release without reason", func() (owner.Entry, error) { return p.Release(had, "pool", "", bare) }, owner.ErrIncomplete, "reason"},
		{"release without pool", func() (owner.Entry, error) { return p.Release(had, "", "", why) }, owner.ErrInvalid, "pool"},
		{"release under dispute", func() (owner.Entry, error) { return p.Release(disputed, "pool", "", why) }, owner.ErrTransition, "released"},
		{"protect without reason", func() (owner.Entry, error) { return p.Protect(had, tick(9), bare) }, owner.ErrIncomplete, "reason"},
		{"protect nobody", func() (owner.Entry, error) { return p.Protect(free, tick(9), why) }, owner.ErrTransition, "protect"},
		{"protect until before", func() (owner.Entry, error) { return p.Protect(had, tick(5), why) }, owner.ErrInvalid, "until"},
		{"protect until never", func() (owner.Entry, error) { return p.Protect(had, time.Time{}, why) }, owner.ErrInvalid, "until"},
		{"protection approved by the owner", func() (owner.Entry, error) {
			a := why
			a.Approver = "a"
			return p.Protect(had, tick(9), a)
		}, owner.ErrForbidden, "approver"},
		{"dispute without reason", func() (owner.Entry, error) { return p.Dispute(had, staff("b"), bare) }, owner.ErrIncomplete, "reason"},
		{"dispute by who has left", func() (owner.Entry, error) { return p.Dispute(had, owner.Staff{ID: "b"}, why) }, owner.ErrForbidden, "staff"},
		{"dispute twice", func() (owner.Entry, error) { return p.Dispute(disputed, staff("b"), why) }, owner.ErrTransition, "disputed"},
		{"ruling without reason", func() (owner.Entry, error) { return p.Resolve(disputed, staff("b"), bare) }, owner.ErrIncomplete, "reason"},
		{"ruling by the owner", func() (owner.Entry, error) { return p.Resolve(disputed, staff("b"), act("a", tick(5))) }, owner.ErrForbidden, "actor"},
		{"ruling by the claimant", func() (owner.Entry, error) { return p.Resolve(disputed, staff("b"), act("b", tick(5))) }, owner.ErrForbidden, "actor"},
		{"ruling without dispute", func() (owner.Entry, error) { return p.Resolve(had, staff("a"), why) }, owner.ErrTransition, "resolved"},
		{"ruling for a stranger", func() (owner.Entry, error) { return p.Resolve(disputed, staff("c"), why) }, owner.ErrTransition, "resolved"},
		{"correction without approver", func() (owner.Entry, error) { return p.Correct(free, had, staff("b"), why) }, owner.ErrIncomplete, "approver"},
		{"correction without reason", func() (owner.Entry, error) { return p.Correct(free, had, staff("b"), bare) }, owner.ErrIncomplete, "reason"},
		{"correction recorded before the last entry", func() (owner.Entry, error) {
			return p.Correct(free, had, staff("b"), owner.Act{Actor: "x", Approver: "y", Code: "z", Recorded: tick(0)})
		}, owner.ErrConflict, "recorded"},
		{"days without zone", func() (owner.Entry, error) {
			return owner.Policy{ProtectDays: 1}.Claim(free, staff("b"), bare)
		}, owner.ErrInvalid, "zone"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			e, err := tt.do()
			requireRefused(t, err, tt.want, tt.field)
			require.Zero(t, e)
		})
	}
}

func TestPolicyValidate(t *testing.T) {
	require.NoError(t, owner.Policy{}.Validate())
	p := owner.Policy{Approve: []owner.Kind{0}, ProtectDays: -1, MaxProtectDays: 36501, ClaimsPerDay: -1, CoolDownDays: 1, Capacity: -1}
	err := p.Validate()
	for _, field := range []string{"approve[0]", "protect_days", "max_protect_days", "claims_per_day", "capacity", "zone"} {
		require.ErrorContains(t, err, field)
	}
	text, err := json.Marshal(owner.Policy{Zone: time.UTC, Approve: []owner.Kind{owner.Transferred}, ClaimsPerDay: 10})
	require.NoError(t, err)
	require.JSONEq(t, `{"approve":["transferred"],"claims_per_day":10}`, string(text))
}

// The first to be recorded has it, and the others learn who and until when.
func TestFirstToRegisterWins(t *testing.T) {
	policy := owner.Policy{Zone: shanghai, ProtectDays: 2}
	var journal []owner.Entry
	won := 0
	for i, id := range []string{"s-9", "s-3", "s-5"} {
		at := on(3, 2, 9).Add(time.Duration(i))
		e, err := policy.Claim(fold(t, journal), staff(id), owner.Act{Actor: id, Recorded: at})
		if err == nil {
			won++
			journal = append(journal, e)
			continue
		}
		typed := requireRefused(t, err, owner.ErrTaken, "holder")
		require.Equal(t, "s-9", typed.ID)
		require.Equal(t, on(3, 5, 0), typed.Until, "the end of the second day after")
	}
	require.Equal(t, 1, won)
}

func TestClaimAfterProtection(t *testing.T) {
	policy := owner.Policy{Zone: shanghai, ProtectDays: 2, ClaimOwned: true}
	first, err := policy.Claim(owner.Holding{}, staff("a"), act("a", on(3, 2, 9)))
	require.NoError(t, err)
	h := fold(t, []owner.Entry{first})
	_, err = policy.Claim(h, staff("b"), act("b", on(3, 5, 0).Add(-time.Microsecond)))
	requireRefused(t, err, owner.ErrTaken, "holder")
	second, err := policy.Claim(h, staff("b"), act("b", on(3, 5, 0)))
	require.NoError(t, err)
	require.Equal(t, "b", fold(t, []owner.Entry{first, second}).Owner)

	policy.ClaimOwned = false
	_, err = policy.Claim(h, staff("b"), act("b", on(3, 5, 0)))
	typed := requireRefused(t, err, owner.ErrTaken, "holder")
	require.Zero(t, typed.Until, "a protection that is over is not named")
}

// crm-sales scenario O-25: who lost a customer on 1 October may claim it again
// from the 31st, 00:00 local time.
func TestCoolDown(t *testing.T) {
	policy := owner.Policy{Zone: shanghai, CoolDownDays: 30}
	journal := []owner.Entry{
		{Kind: owner.Assigned, To: "a", Path: "/east", Actor: "x", At: on(8, 1, 0), Recorded: on(8, 1, 0)},
		{Kind: owner.Released, From: "a", Pool: "p", Actor: "x", At: on(10, 1, 0), Recorded: on(10, 1, 0)},
		{Kind: owner.Claimed, To: "b", Path: "/west", Actor: "b", At: on(10, 2, 0), Recorded: on(10, 2, 0)},
		{Kind: owner.Released, From: "b", Pool: "p", Actor: "b", At: on(10, 3, 0), Recorded: on(10, 3, 0)},
	}
	h := fold(t, journal)
	end := on(10, 31, 0)
	_, err := policy.Claim(h, staff("a"), act("a", end.Add(-time.Second)))
	typed := requireRefused(t, err, owner.ErrCoolDown, "cool_down_days")
	require.ErrorIs(t, err, owner.ErrForbidden)
	require.Equal(t, end, typed.Until)
	_, err = policy.Claim(h, staff("a"), act("a", end))
	require.NoError(t, err)
	_, err = policy.Assign(h, staff("a"), act("boss", on(10, 4, 0)))
	require.NoError(t, err, "a person may decide otherwise")

	colleague := owner.Staff{ID: "c", Path: "/east", Active: true}
	_, err = policy.Claim(h, colleague, act("c", on(10, 4, 0)))
	require.NoError(t, err)
	policy.CoolDownUnit = true
	_, err = policy.Claim(h, colleague, act("c", on(10, 4, 0)))
	requireRefused(t, err, owner.ErrCoolDown, "cool_down_days")
}

// Claims of a day are counted from the journals, so that giving a customer back
// does not give the claim back (CordysCRM cd8ee9fa counts what is still owned).
func TestClaimsPerDay(t *testing.T) {
	policy := owner.Policy{Zone: shanghai, ClaimsPerDay: 3}
	var all []owner.Entry
	claim := func(at time.Time) error {
		n, err := policy.ClaimsOn(all, "a", at)
		require.NoError(t, err)
		by := staff("a")
		by.Claims = n
		e, err := policy.Claim(owner.Holding{}, by, act("a", at))
		if err == nil {
			all = append(all, e)
		}
		return err
	}
	require.NoError(t, claim(on(3, 2, 0)), "00:00 is of the day that begins")
	require.NoError(t, claim(on(3, 2, 9)))
	require.NoError(t, claim(on(3, 2, 10)))
	e, err := policy.Release(owner.Holding{Owner: "a", Since: on(3, 2, 10)}, "p", "", act("a", on(3, 2, 11)))
	require.NoError(t, err)
	all = append(all, e)
	typed := requireRefused(t, claim(on(3, 3, 0).Add(-1)), owner.ErrCap, "claims_per_day")
	require.Equal(t, []int{3, 3}, []int{typed.Limit, typed.Used})
	require.ErrorContains(t, claim(on(3, 2, 12)), "(3 of 3)")
	require.NoError(t, claim(on(3, 3, 0)))

	_, err = owner.Policy{}.ClaimsOn(all, "a", on(3, 3, 0))
	requireRefused(t, err, owner.ErrInvalid, "zone")
}

func TestProtect(t *testing.T) {
	policy := owner.Policy{Zone: shanghai, MaxProtectDays: 90}
	h := owner.Holding{Owner: "a", Path: "/a", Since: on(3, 1, 10), LastAt: on(3, 1, 10), LastRecorded: on(3, 1, 10)}
	latest := on(5, 31, 0) // through the 90th day after 1 March
	e, err := policy.Protect(h, latest, act("boss", on(3, 1, 10)))
	require.NoError(t, err)
	require.Equal(t, latest, e.Until)
	_, err = policy.Protect(h, latest.Add(1), act("boss", on(3, 1, 10)))
	typed := requireRefused(t, err, owner.ErrCap, "max_protect_days")
	require.Equal(t, latest, typed.Until)
	require.Equal(t, []int{90, 91}, []int{typed.Limit, typed.Used})

	assigned, err := owner.Policy{}.Assign(owner.Holding{}, staff("a"), act("boss", on(3, 1, 10)))
	require.NoError(t, err)
	h = fold(t, []owner.Entry{assigned, {Kind: owner.Protected, From: "a", To: "a", Actor: "x", At: on(3, 2, 0), Recorded: on(3, 2, 0), Until: on(3, 3, 0)}})
	require.True(t, h.Protected(on(3, 3, 0).Add(-1)))
	require.False(t, h.Protected(on(3, 3, 0)))
	require.Equal(t, on(3, 1, 10), h.Since, "protection is no new ownership")
}

func TestProtectionStaysWithTheOwner(t *testing.T) {
	h := owner.Holding{Owner: "a", Path: "/old", Since: tick(1), ProtectedUntil: tick(9)}
	moved := owner.Staff{ID: "a", Path: "/new", Active: true, Capacity: 1, Held: 1}
	e, err := owner.Policy{Zone: time.UTC, ProtectDays: 30}.Transfer(h, moved, act("boss", tick(5)))
	require.NoError(t, err, "he holds it already")
	require.Equal(t, tick(9), e.Until, "another unit neither ends nor prolongs it")
	e, err = owner.Policy{}.Transfer(h, staff("b"), act("boss", tick(5)))
	require.NoError(t, err)
	require.Zero(t, e.Until)

	h.Claimants = []string{"b"}
	e, err = owner.Policy{}.Resolve(h, moved, act("boss", tick(5)))
	require.NoError(t, err)
	require.Equal(t, tick(9), e.Until, "a ruling for the owner does not cost him his protection")
}

func TestDispute(t *testing.T) {
	policy := owner.Policy{Zone: shanghai, ProtectDays: 1}
	journal := []owner.Entry{line(owner.Assigned, "", "a", 1)}
	for i, id := range []string{"b", "c"} {
		e, err := policy.Dispute(fold(t, journal), staff(id), owner.Act{Actor: id, Recorded: tick(2 + i), Ref: "reg-" + id, Code: "registered"})
		require.NoError(t, err)
		journal = append(journal, e)
	}
	h := fold(t, journal)
	require.True(t, h.Disputed())
	require.Equal(t, []string{"b", "c"}, h.Claimants)
	require.Equal(t, "a", h.Owner, "the owner keeps it until the ruling")

	e, err := policy.Resolve(h, staff("c"), act("arbiter", tick(9)))
	require.NoError(t, err)
	h = fold(t, append(journal, e))
	require.Equal(t, "c", h.Owner)
	require.False(t, h.Disputed())
	require.True(t, h.Protected(tick(9)))
}

func TestReleasePutsNewCustomersIntoPools(t *testing.T) {
	e, err := owner.Policy{}.Release(owner.Holding{}, "east", "/east", act("import", tick(1)))
	require.NoError(t, err)
	h := fold(t, []owner.Entry{e})
	require.Equal(t, owner.Holding{Pool: "east", Path: "/east", Since: tick(1), LastAt: tick(1), LastRecorded: tick(1)}, h)
	require.Empty(t, h.Losses, "nobody lost it")
}

func TestApprovedTransfer(t *testing.T) {
	policy := owner.Policy{Approve: []owner.Kind{owner.Transferred}}
	h := owner.Holding{Owner: "a", Since: tick(1)}
	a := act("boss", tick(2))
	a.Approver, a.Ref, a.Reason = "director", "apr-1", "李先生要求更换"
	e, err := policy.Transfer(h, staff("b"), a)
	require.NoError(t, err)
	require.Equal(t, owner.Entry{Kind: owner.Transferred, From: "a", To: "b", Path: "/u/b", At: tick(2), Recorded: tick(2),
		Actor: "boss", Approver: "director", Code: "why", Ref: "apr-1", Reason: "李先生要求更换"}, e)
	require.NotContains(t, e.LogValue().String()+a.LogValue().String(), "李先生", "a log shows no words of somebody")
}
