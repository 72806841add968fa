package approval_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/guanxi-go/guanxi/crm/approval"
)

var crowd = []string{"ann", "mia", "v1", "v2", "v3", "v4"}

func anyPerson(t *rapid.T) string { return rapid.SampledFrom(crowd).Draw(t, "person") }

func anyStep(t *rapid.T, id string) approval.Step {
	s := step(id)
	for range rapid.IntRange(1, 4).Draw(t, "approvers") {
		s.Approvers = append(s.Approvers, rapid.SampledFrom([]approval.Approver{user(anyPerson(t)),
			{From: approval.FromRole, Value: "all"}, {From: approval.FromManager}, {From: approval.FromUnit}}).Draw(t, "approver"))
	}
	s.Mode = rapid.SampledFrom([]approval.Mode{approval.One, approval.Serial, approval.All, approval.Any, approval.Quorum}).Draw(t, "mode")
	if s.Mode == approval.Quorum {
		s.K = rapid.IntRange(1, 3).Draw(t, "k")
	}
	s.AllReject = s.Mode == approval.Any && rapid.Bool().Draw(t, "all reject")
	s.OnReject = rapid.SampledFrom([]approval.OnReject{approval.RejectEnds, approval.RejectToDraft}).Draw(t, "on reject")
	s.OnEmpty = rapid.SampledFrom([]approval.OnEmpty{approval.EmptyFails, approval.EmptySkips, approval.EmptyToAdmin}).Draw(t, "on empty")
	s.CanDelegate = rapid.Bool().Draw(t, "can delegate")
	if rapid.Bool().Draw(t, "timed") {
		s.Timeout = &approval.Timeout{After: 3 * time.Hour,
			Then: rapid.SampledFrom([]approval.OnTimeout{approval.ThenEscalate, approval.ThenReturn, approval.ThenReject}).Draw(t, "then")}
	}
	return s
}

func anyRun(t *rapid.T) *run {
	m := rapid.SampledFrom(models).Draw(t, "model")
	var steps []approval.Step
	if m != approval.Free {
		for n := range rapid.IntRange(1, 4).Draw(t, "steps") {
			steps = append(steps, anyStep(t, fmt.Sprintf("s%d", n)))
		}
	}
	if rapid.Bool().Draw(t, "executed") {
		steps = append(steps, approval.Step{ID: "do", Do: approval.KindExecute, Approvers: []approval.Approver{{From: approval.FromUnit}}})
	}
	env := approval.Env{Admin: "mia", People: approval.Staff{Roles: map[string][]string{"all": crowd}, Units: map[string][]string{"sales": {"ann", "v4"}},
		Managers: map[string]string{"ann": "mia", "v1": "mia", "v2": "ann", "v3": "v2"}},
		Deadline: func(from time.Time, d time.Duration) (time.Time, error) { return from.Add(d), nil }}
	for range rapid.IntRange(0, 3).Draw(t, "delegations") {
		env.Delegations = append(env.Delegations, approval.Delegation{From: anyPerson(t), To: anyPerson(t), Since: tick(0)})
	}
	r := start(t, template(m, steps...), env)
	r.do(approval.Create, "ann", asks(request()))
	return r
}

// anyMove tries something; most of it is refused, which leaves all as it was.
func anyMove(t *rapid.T, r *run) {
	c := approval.Command{Verb: approval.Verb(rapid.IntRange(2, 18).Draw(t, "verb")), Actor: anyPerson(t)}
	if rapid.IntRange(0, 2).Draw(t, "usual") > 0 {
		c.Verb = rapid.SampledFrom([]approval.Verb{approval.Approve, approval.Approve, approval.Approve, approval.Execute, approval.Finish}).Draw(t, "usual verb")
	}
	if r.i.Status == approval.Draft && rapid.Bool().Draw(t, "submit") {
		c.Verb, c.Actor = approval.Submit, "ann"
	}
	if open := r.i.Waiting(); len(open) > 0 && rapid.Bool().Draw(t, "holder") {
		c.Actor = rapid.SampledFrom(open).Draw(t, "seat").Person
	}
	switch c.Verb {
	case approval.Amend:
		changed := request()
		changed.Counterparty = rapid.SampledFrom([]string{"x", "y"}).Draw(t, "counterparty")
		c.Request = &changed
	case approval.Choose, approval.Skip:
		c.Step, c.People = rapid.SampledFrom([]string{"s1", "s2", "s3", "do"}).Draw(t, "step"), []string{anyPerson(t)}
	case approval.Insert:
		add := anyStep(t, fmt.Sprintf("x%d", r.i.Seq))
		c.Add = &add
	case approval.AddSigner:
		c.Position = approval.Position(rapid.IntRange(1, 3).Draw(t, "position"))
	case approval.Return:
		c.Target = rapid.SampledFrom([]string{"", "s0", "s1"}).Draw(t, "target")
		c.Resume = rapid.Bool().Draw(t, "resume")
	}
	if c.Verb == approval.Replace {
		c.Holder = anyPerson(t)
	}
	if slices.Contains([]approval.Verb{approval.AddSigner, approval.Delegate, approval.Replace}, c.Verb) ||
		r.i.Flow.Model == approval.Free && slices.Contains([]approval.Verb{approval.Submit, approval.Approve}, c.Verb) && rapid.Bool().Draw(t, "next") {
		c.To = anyPerson(t)
	}
	_ = r.try(c)
}

// TestNoPathDecidesTwice walks random paths through random templates of all models.
func TestNoPathDecidesTwice(t *testing.T) {
	var ended int
	rapid.Check(t, func(t *rapid.T) {
		r := anyRun(t)
		for range rapid.IntRange(1, 40).Draw(t, "moves") {
			anyMove(t, r)
		}
		requireClean(t, r)
		if r.i.Status == approval.Approved || r.i.Status == approval.Done {
			ended++
			requireDecided(t, r.i)
		}
	})
	require.Positive(t, ended, "no path came to an end")
}

// requireClean reads the journal without the package: who voted where since what was
// decided there was voided.
func requireClean(t require.TestingT, r *run) {
	require.Equal(t, -1, approval.Verify(r.journal))
	voted := map[[2]string]bool{}
	for n, e := range r.journal {
		require.Equal(t, n+1, e.Seq)
		switch e.Kind {
		case approval.Voted:
			require.NotEqual(t, "ann", e.Actor, "the initiator decided")
			require.False(t, voted[[2]string{e.Step, e.Actor}], "%s decided %s twice", e.Actor, e.Step)
			voted[[2]string{e.Step, e.Actor}] = true
		case approval.Returned, approval.Submitted:
			after, err := approval.Fold(r.journal[:n+1])
			require.NoError(t, err)
			void := map[string]bool{}
			for _, p := range after.Places {
				void[p.Step.ID] = len(p.Seats) == 0
			}
			for key := range voted {
				if void[key[0]] {
					delete(voted, key)
				}
			}
		}
		for _, s := range e.Seats {
			if e.Step != "do" {
				require.NotEqual(t, "ann", s.Person, "the initiator was asked")
			}
		}
	}
}

// requireDecided holds that what was approved was decided by somebody at every step
// that was not passed over, and in Free never by one person two steps running.
func requireDecided(t require.TestingT, i approval.Instance) {
	var before []string
	deciders := 0
	for _, p := range i.Places {
		if p.Step.ID == "do" {
			continue
		}
		require.Contains(t, []approval.PlaceState{approval.Passed, approval.PassedOver}, p.State)
		if p.State == approval.PassedOver {
			continue
		}
		var who []string
		for _, s := range p.Seats {
			if s.Vote == approval.VoteApprove {
				deciders++
			}
			if s.Vote != 0 {
				require.NotContains(t, who, s.Person)
				who = append(who, s.Person)
			}
		}
		require.NotEmpty(t, who)
		if i.Flow.Model == approval.Free {
			for _, id := range who {
				require.NotContains(t, before, id)
			}
		}
		before = who
	}
	require.Positive(t, deciders)
}

// TestPermutations holds that the order of votes does not matter to All and Quorum,
// nor that of directories, delegations and history to anything.
func TestPermutations(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 7).Draw(t, "n")
		s := step("board", voters(n)...)
		s.Mode, s.K = approval.Quorum, rapid.IntRange(1, n).Draw(t, "k")
		if rapid.Bool().Draw(t, "all") {
			s.Mode, s.K = approval.All, 0
		}
		votes := rapid.SliceOfN(rapid.SampledFrom([]approval.Verb{approval.Approve, approval.Reject, approval.Abstain}), n, n).Draw(t, "votes")
		approved, rejected := 0, 0
		for _, v := range votes {
			if v == approval.Approve {
				approved++
			} else if v == approval.Reject {
				rejected++
			}
		}
		want := approval.Rejected
		if s.Mode == approval.Quorum && approved >= s.K || s.Mode == approval.All && rejected == 0 && approved > 0 {
			want = approval.Approved
		}
		for range 2 {
			r := running(t, template(approval.Fixed, s), approval.Env{})
			for _, k := range rapid.Permutation(seq(n)).Draw(t, "order") {
				if r.i.Status == approval.Running {
					r.do(votes[k], fmt.Sprintf("v%d", k+1))
				}
			}
			require.Equal(t, want, r.i.Status)
		}
	})
	rapid.Check(t, func(t *rapid.T) {
		list := []approval.Delegation{{From: "v1", To: "v5", Since: tick(0)}, {From: "v1", To: "v4", Since: tick(0)},
			{From: "v1", To: "v6", Since: tick(-1)}, {From: "v2", To: "v7", Since: tick(0), Until: tick(9)}}
		role := step("a", approval.Approver{From: approval.FromRole, Value: "r"})
		role.Mode = approval.Serial
		r := running(t, template(approval.Fixed, role), approval.Env{Now: tick(1), Delegations: rapid.Permutation(list).Draw(t, "list"),
			People: approval.Staff{Roles: map[string][]string{"r": rapid.Permutation([]string{"v1", "v2", "v3"}).Draw(t, "role")}}})
		p, _ := r.i.Current()
		require.Equal(t, []approval.Seat{{Person: "v4", For: "v1", Delegated: true}, {Person: "v7", For: "v2", Delegated: true}, {Person: "v3"}}, p.Seats)

		g := guide(t)
		var history []approval.Commitment
		for k := range rapid.IntRange(0, 6).Draw(t, "requests") {
			history = append(history, approval.Commitment{ID: fmt.Sprint("h", k), Initiator: "ann", Matter: "expense",
				Amount: cny(fmt.Sprint(rapid.IntRange(0, 6000).Draw(t, "yuan"))), At: tick(rapid.IntRange(-200, 5).Draw(t, "hour"))})
		}
		spends := request()
		spends.Amount = cny("3000")
		one, found, err := g.CheckSplit(spends, tick(0), history)
		require.NoError(t, err)
		two, again, err := g.CheckSplit(spends, tick(0), rapid.Permutation(history).Draw(t, "history"))
		require.NoError(t, err)
		require.Equal(t, found, again)
		require.Equal(t, one, two)
	})
}

func seq(n int) (all []int) {
	for k := range n {
		all = append(all, k)
	}
	return all
}
