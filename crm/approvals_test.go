package crm_test

import (
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/guanxi-go/guanxi/crm"
	"github.com/guanxi-go/guanxi/crm/access"
	"github.com/guanxi-go/guanxi/crm/approval"
	"github.com/guanxi-go/guanxi/crm/money"
)

// as is a colleague who sees what is his own.
func as(id string) crm.Actor { return crm.Actor{ID: id, Sees: access.Scope{Owner: id}} }

func from(id string) approval.Approver { return approval.Approver{From: approval.FromUser, Value: id} }

// flow is a template of one form for whatever is spent.
func flow(model approval.Model, steps ...approval.Step) *approval.Template {
	return &approval.Template{ID: "t", Version: 1, Model: model, Form: approval.Form{Kind: approval.Expense}, Steps: steps}
}

func everyone(id string, n int) approval.Step {
	s := approval.Step{ID: id, Mode: approval.All, CanDelegate: true}
	for k := range n {
		s.Approvers = append(s.Approvers, from(fmt.Sprint("v", k+1)))
	}
	return s
}

// desk is a scene with the people of the chain of the documents and a guide.
func desk(t *testing.T) (*scene, *set) {
	clock := &set{now: date("2026-09-18").At(9*60, shanghai)}
	company := approval.Staff{
		Roles:    map[string][]string{approval.RoleOfficeBody: {"secretary"}, approval.RoleBoard: {"v1", "v2", "v3", "v4", "v5", "v6", "v7"}},
		Units:    map[string][]string{approval.UnitMarketing: {"ann", "bo"}},
		Posts:    map[string][]string{"head": {"head"}, "gm": {"gm"}, "chair": {"chair"}},
		Managers: map[string]string{"ann": "mia", "v1": "gm"},
	}
	s := newScene(t, crm.Options{Clock: clock, Calendar: office(t), Approvals: crm.ApprovalOptions{People: company}})
	_, err := s.Registries.Templates.Put(s.ctx, boss, []approval.Template{approval.PolicyChain(), spending()}, 0, crm.Call{})
	require.NoError(t, err)
	_, err = s.Registries.Authority.Put(s.ctx, boss, []approval.GuideDefinition{guide()}, 0, crm.Call{})
	require.NoError(t, err)
	return s, clock
}

// spending asks whoever has the authority.
func spending() approval.Template {
	return approval.Template{ID: "spending", Version: 1, Model: approval.Fixed, Form: approval.Form{Kind: approval.Expense}, Steps: []approval.Step{
		{ID: "authority", Approvers: []approval.Approver{{From: approval.FromGuide}}}}}
}

func guide() approval.GuideDefinition {
	post := func(code, zh string) approval.Level {
		return approval.Level{Code: code, Zh: zh, Approvers: []approval.Approver{{From: approval.FromPost, Value: code}}}
	}
	return approval.GuideDefinition{
		Levels: []approval.Level{{Code: "team", Zh: "班组长", Approvers: []approval.Approver{{From: approval.FromManager}}},
			post("head", "部门经理"), post("gm", "总经理"), post("chair", "董事会")},
		Tables: []approval.AuthorityTable{{Matter: "expense", Currency: money.CNY, Bands: []approval.Band{
			{UpTo: 5_000_00, Level: "team"}, {UpTo: 50_000_00, Level: "head"}, {UpTo: 500_000_00, Level: "gm"}, {Level: "chair"}}}},
	}
}

func (s *scene) start(actor crm.Actor, p crm.Proposal) crm.Progress {
	s.t.Helper()
	done, err := s.Approvals.Start(s.ctx, actor, p)
	require.NoError(s.t, err)
	return done
}

func (s *scene) act(who, id string, verb approval.Verb) crm.Progress {
	s.t.Helper()
	done, err := s.Approvals.Act(s.ctx, as(who), id, approval.Command{Verb: verb}, crm.Call{})
	require.NoError(s.t, err)
	return done
}

// waiting returns the approvals that wait for a colleague.
func (s *scene) waiting(who string) (list []string) {
	s.t.Helper()
	for seat, err := range s.Approvals.Waiting(s.ctx, as(who), who, time.Time{}) {
		require.NoError(s.t, err)
		require.Equal(s.t, who, seat.Person)
		list = append(list, seat.Approval+" "+seat.Step)
	}
	return list
}

func spend(yuan int64) approval.Request {
	return approval.Request{Form: approval.Expense, Counterparty: "acme", Amount: cny(yuan * 100)}
}

// The chain of scenario O-16, through the service.
func TestApprovalsO16(t *testing.T) {
	s, _ := desk(t)
	policy := approval.Request{Form: approval.Policy, Unit: approval.UnitMarketing, Fields: map[string]string{
		"policy": "crm", "version": "2", "date": "2026-09-01", "authoriser": "gm", "change": "c-1", "text": "sha"}}
	p := crm.Proposal{ID: "p1", Template: "policy-chain", Request: policy, Ref: "doc-7"}
	require.Equal(t, approval.StepOffice, s.start(as("ann"), p).Step)
	_, err := s.Approvals.Start(s.ctx, as("ann"), p)
	require.ErrorIs(t, err, crm.ErrDuplicate)
	require.Equal(t, []string{"p1 office-meeting"}, s.waiting("secretary"))
	_, err = s.Approvals.Act(s.ctx, as("secretary"), "p1", approval.Command{Verb: approval.Approve}, crm.Call{})
	require.ErrorIs(t, err, crm.ErrIncomplete)
	_, err = s.Approvals.Act(s.ctx, as("stranger"), "p1", approval.Command{Verb: approval.Approve}, crm.Call{})
	require.ErrorIs(t, err, crm.ErrNotFound, "for strangers it does not exist")
	_, err = s.Approvals.Act(s.ctx, as("ann"), "p1", approval.Command{Verb: approval.Approve}, crm.Call{})
	require.ErrorIs(t, err, crm.ErrForbidden)
	approve := approval.Command{Verb: approval.Approve, Document: "minutes-7"}
	done, err := s.Approvals.Act(s.ctx, as("secretary"), "p1", approve, crm.Call{Key: "k", Reason: "张伟 asked for it"})
	require.NoError(t, err)
	again, err := s.Approvals.Act(s.ctx, as("secretary"), "p1", approve, crm.Call{Key: "k", Reason: "张伟 asked for it"})
	require.NoError(t, err)
	require.Equal(t, done, again)
	require.Len(t, done.Waiting, 7)
	require.Empty(t, s.waiting("secretary"))
	_, err = s.Approvals.Act(s.ctx, as("ann"), "p1", approval.Command{Verb: approval.Execute}, crm.Call{})
	require.ErrorIs(t, err, crm.ErrTransition)
	for _, v := range []string{"v1", "v2", "v3"} {
		require.Equal(t, []string{"p1 board"}, s.waiting(v))
		s.act(v, "p1", approval.Approve)
		require.Empty(t, s.waiting(v))
	}
	require.Equal(t, approval.Approved, s.act("v4", "p1", approval.Approve).Status)
	require.Empty(t, s.waiting("v7"), "who was not needed is not asked any more")
	require.Equal(t, []string{"p1 implement"}, s.waiting("ann"))
	require.Equal(t, approval.Done, s.act("bo", "p1", approval.Execute).Status)
	require.Empty(t, s.waiting("ann"))

	trail, err := s.Approvals.Trail(s.ctx, as("ann"), "p1")
	require.NoError(t, err)
	require.Equal(t, -1, approval.Verify(trail))
	require.Equal(t, "张伟 asked for it", trail[3].Reason)
	head, err := s.store.Head(s.ctx, crm.Subject{Kind: crm.KindApproval, ID: "p1"})
	require.NoError(t, err)
	require.NoError(t, s.store.Commit(s.ctx, crm.Commit{Changes: []crm.Change{{Subject: crm.Subject{Kind: crm.KindApproval, ID: "p1"},
		Expect: head.Version, Writes: []crm.Write{crm.Redact{}}}}}))
	trail, err = s.Approvals.Trail(s.ctx, as("ann"), "p1")
	require.NoError(t, err)
	require.Empty(t, trail[3].Reason+trail[3].Salt)
	require.Equal(t, -1, approval.Verify(trail), "forgetting breaks nothing")
	got, err := s.Approvals.Get(s.ctx, boss, "p1")
	require.NoError(t, err)
	require.Equal(t, "doc-7", got.Ref)
	require.Equal(t, approval.Done, got.Instance.Status)

	p.ID = "p2"
	s.start(as("ann"), p)
	require.Equal(t, approval.Draft, s.act("secretary", "p2", approval.Reject).Status)
	require.Equal(t, approval.StepOffice, s.act("ann", "p2", approval.Submit).Step)
	require.Equal(t, []string{"p2 office-meeting"}, s.waiting("secretary"), "a seat is opened again")
	p.ID = "p3"
	s.start(as("ann"), p)
	require.Equal(t, approval.Withdrawn, s.act("ann", "p3", approval.Withdraw).Status)
	var states []string
	for f, err := range s.Approvals.List(s.ctx, as("ann"), crm.RecordFilter{Owner: "ann"}) {
		require.NoError(t, err)
		states = append(states, f.ID+" "+f.Status)
	}
	require.Equal(t, []string{"p1 done", "p2 running", "p3 withdrawn"}, states)
	s.verified()
}

// The split guard of scenario O-17 sees the initiator's other requests.
func TestApprovalsO17(t *testing.T) {
	s, clock := desk(t)
	ask := func(id string, yuan int64, on string) crm.Progress {
		clock.to(date(on), 10*60)
		return s.start(as("ann"), crm.Proposal{ID: id, Template: "spending", Request: spend(yuan)})
	}
	levels := func(p crm.Progress) string { return p.Step }
	require.Equal(t, "authority/team", levels(ask("a", 4000, "2026-09-21")))
	second := ask("b", 4500, "2026-09-23")
	require.Equal(t, "authority/head", levels(second))
	require.Equal(t, []string{"a", "b"}, second.Together)
	third := ask("c", 3000, "2026-09-25")
	require.Equal(t, "authority/head", levels(third))
	require.Equal(t, []string{"a", "b", "c"}, third.Together)
	s.act("head", "b", approval.Reject)
	s.act("head", "c", approval.Reject)
	require.Equal(t, "authority/head", levels(ask("d", 1001, "2026-09-26")))
	require.Equal(t, "authority/team", levels(ask("e", 1001, "2026-09-28")), "the window has passed by")

	who, err := s.Approvals.Who(s.ctx, as("ann"), spend(80_000), approval.Direct)
	require.NoError(t, err)
	require.Equal(t, []string{"gm"}, who)
	_, err = s.Approvals.Start(s.ctx, as("ann"), crm.Proposal{Template: "spending", Request: spend(-1)})
	require.ErrorIs(t, err, crm.ErrInvalid)
	_, err = s.Approvals.Start(s.ctx, as("ann"), crm.Proposal{Template: "none", Request: spend(1)})
	require.ErrorIs(t, err, crm.ErrNotFound)
}

// Eight requests of 1,000 at once: five stay within the team's 5,000, whichever come
// first, and the others do not slip past the guide.
func TestSplitsAtOnce(t *testing.T) {
	s, _ := desk(t)
	var wait sync.WaitGroup
	steps, errs := make([]string, 8), make([]error, 8)
	for n := range steps {
		wait.Go(func() {
			for tries := 0; tries < 200; tries++ {
				var p crm.Progress
				p, errs[n] = s.Approvals.Start(s.ctx, as("ann"), crm.Proposal{ID: fmt.Sprint("r", n), Template: "spending", Request: spend(1000)})
				if steps[n] = p.Step; !errors.Is(errs[n], crm.ErrConflict) {
					return
				}
			}
		})
	}
	wait.Wait()
	for _, err := range errs {
		require.NoError(t, err)
	}
	slices.Sort(steps)
	require.Equal(t, []string{"authority/head", "authority/head", "authority/head", "authority/team", "authority/team", "authority/team", "authority/team", "authority/team"}, steps)
}

// Seven vote at once, each twice: each counts once.
func TestVotesAtOnce(t *testing.T) {
	s, _ := desk(t)
	s.start(as("ann"), crm.Proposal{ID: "a", Flow: flow(approval.Fixed, everyone("all", 7)), Request: spend(1)})
	var wait sync.WaitGroup
	for n := range 14 {
		wait.Go(func() {
			for tries := 0; tries < 200; tries++ {
				_, err := s.Approvals.Act(s.ctx, as(fmt.Sprint("v", n%7+1)), "a", approval.Command{Verb: approval.Approve}, crm.Call{})
				if !errors.Is(err, crm.ErrConflict) {
					return
				}
			}
		})
	}
	wait.Wait()
	got, err := s.Approvals.Get(s.ctx, boss, "a")
	require.NoError(t, err)
	require.Equal(t, approval.Approved, got.Instance.Status)
	require.Equal(t, 7, got.Instance.Decisions)
}

// Terms are in working time: 8 hours from Friday 17:00 are over on Monday at 17:00.
func TestApprovalsInTime(t *testing.T) {
	s, clock := desk(t)
	one := approval.Step{ID: "a", Approvers: []approval.Approver{from("v1")}, Timeout: &approval.Timeout{After: 8 * time.Hour}}
	clock.to(date("2026-09-11"), 17*60)
	s.start(as("ann"), crm.Proposal{ID: "a", Flow: flow(approval.Fixed, one), Request: approval.Request{Form: approval.Expense}})
	program := crm.Actor{ID: "clock", Sees: access.Everything()}
	due := func() (list []string) {
		for f, err := range s.Approvals.Due(s.ctx, program, clock.Now().Add(time.Microsecond)) {
			require.NoError(t, err)
			list = append(list, f.ID)
		}
		return list
	}
	tick := func() []approval.Kind {
		p, err := s.Approvals.Act(s.ctx, program, "a", approval.Command{Verb: approval.Tick}, crm.Call{})
		require.NoError(t, err)
		return p.Appended
	}
	clock.to(date("2026-09-14"), 12*60-1)
	require.Empty(t, due())
	require.Empty(t, tick(), "nothing is due")
	clock.to(date("2026-09-14"), 12*60)
	require.Equal(t, []string{"a"}, due())
	require.Equal(t, []approval.Kind{approval.Reminded}, tick())
	require.Empty(t, due())
	for seat, err := range s.Approvals.Waiting(s.ctx, boss, "v1", date("2026-09-15").Start(shanghai)) {
		require.NoError(t, err)
		require.True(t, seat.Due.Equal(date("2026-09-14").At(17*60, shanghai)))
	}
	clock.to(date("2026-09-14"), 17*60)
	require.Equal(t, []string{"a"}, due())
	require.Equal(t, []approval.Kind{approval.Escalated}, tick())
	require.Empty(t, s.waiting("v1"))
	require.Equal(t, []string{"a a"}, s.waiting("gm"))
	got, err := s.Approvals.Get(s.ctx, boss, "a")
	require.NoError(t, err)
	clock.to(date("2026-09-16"), 9*60)
	found := got.Instance.Findings(clock.Now(), shanghai)
	require.Len(t, found, 1)
}

// Who has left gets no seat, and what he had goes to a successor.
func TestApprovalsOfALeaver(t *testing.T) {
	s, _ := desk(t)
	serial := everyone("row", 3)
	serial.Mode = approval.Serial
	s.start(as("ann"), crm.Proposal{ID: "a", Flow: flow(approval.Fixed, everyone("all", 3)), Request: spend(1)})
	s.start(as("ann"), crm.Proposal{ID: "b", Flow: flow(approval.Fixed, serial), Request: spend(1)})
	s.start(as("ann"), crm.Proposal{ID: "c", Flow: flow(approval.Fixed, everyone("all", 4)), Request: spend(1)})
	require.Equal(t, []string{"a all", "c all"}, s.waiting("v3"), "in b it is not his turn yet")
	_, err := s.Approvals.Succeed(s.ctx, boss, "v3", "v4", crm.Call{})
	require.ErrorIs(t, err, crm.ErrForbidden, "he is still there")
	_, err = s.Approvals.Act(s.ctx, boss, "a", approval.Command{Verb: approval.Replace, Holder: "v3", To: "v4"}, crm.Call{})
	require.ErrorIs(t, err, crm.ErrForbidden)
	require.NoError(t, s.Owners.Close(s.ctx, boss, "v3", crm.Call{}))
	_, err = s.Approvals.Start(s.ctx, as("ann"), crm.Proposal{ID: "d", Flow: flow(approval.Fixed, everyone("all", 3)), Request: spend(1)})
	require.ErrorIs(t, err, crm.ErrForbidden)
	done, err := s.Approvals.Succeed(s.ctx, boss, "v3", "v4", crm.Call{})
	require.NoError(t, err)
	require.Equal(t, crm.Succession{Given: []string{"a", "b"}, Left: []string{"c"}}, done)
	done, err = s.Approvals.Succeed(s.ctx, boss, "v3", "v5", crm.Call{})
	require.NoError(t, err)
	require.Equal(t, crm.Succession{Given: []string{"c"}}, done)
	require.Empty(t, s.waiting("v3"))
	require.Equal(t, []string{"a all", "c all"}, s.waiting("v4"))
	s.act("v1", "b", approval.Approve)
	s.act("v2", "b", approval.Approve)
	require.Equal(t, []string{"a all", "b row", "c all"}, s.waiting("v4"))
	require.Equal(t, approval.Approved, s.act("v4", "b", approval.Approve).Status)
	s.verified()
}

// TestSeatsAreWhatWaits walks random paths: after each step the seats are exactly those
// that wait, whoever decides is asked, and nobody decides twice.
func TestSeatsAreWhatWaits(t *testing.T) {
	people := []string{"v1", "v2", "v3", "v4", "ann"}
	rapid.Check(t, func(rt *rapid.T) {
		s, _ := desk(t)
		steps := []approval.Step{everyone("s0", rapid.IntRange(1, 4).Draw(rt, "n")), everyone("s1", rapid.IntRange(1, 4).Draw(rt, "n"))}
		for n := range steps {
			steps[n].Mode = rapid.SampledFrom([]approval.Mode{approval.One, approval.Serial, approval.All, approval.Any}).Draw(rt, "mode")
			steps[n].OnReject = rapid.SampledFrom([]approval.OnReject{approval.RejectEnds, approval.RejectToDraft}).Draw(rt, "on reject")
		}
		s.start(as("ann"), crm.Proposal{ID: "a", Flow: flow(approval.Predefined, steps...), Request: spend(1)})
		for range rapid.IntRange(1, 12).Draw(rt, "moves") {
			who := rapid.SampledFrom(people).Draw(rt, "who")
			do := approval.Command{To: rapid.SampledFrom(people).Draw(rt, "to"), Verb: rapid.SampledFrom([]approval.Verb{approval.Approve, approval.Approve,
				approval.Approve, approval.Reject, approval.Delegate, approval.AddSigner, approval.Return, approval.Submit, approval.Withdraw}).Draw(rt, "verb")}
			switch do.Verb {
			case approval.AddSigner:
				do.Position = approval.Position(rapid.IntRange(1, 3).Draw(rt, "position"))
			case approval.Delegate:
			default:
				do.To = ""
			}
			_, _ = s.Approvals.Act(s.ctx, as(who), "a", do, crm.Call{})
			got, err := s.Approvals.Get(s.ctx, boss, "a")
			require.NoError(rt, err)
			waits := map[string]bool{}
			for _, seat := range got.Instance.Waiting() {
				waits[seat.Person] = true
			}
			for _, person := range people {
				require.Equal(rt, waits[person], len(s.waiting(person)) == 1, person)
			}
		}
		s.verified()
		trail, err := s.Approvals.Trail(s.ctx, boss, "a")
		require.NoError(rt, err)
		require.Equal(rt, -1, approval.Verify(trail))
		voted := map[string]bool{}
		for _, e := range trail {
			switch e.Kind {
			case approval.Voted:
				require.NotEqual(rt, "ann", e.Actor)
				require.False(rt, voted[e.Step+e.Actor])
				voted[e.Step+e.Actor] = true
			case approval.Returned, approval.Submitted:
				clear(voted)
			}
		}
	})
}

// TestVerifyFindsWhatWasEdited edits records behind the services' back.
func TestVerifyFindsWhatWasEdited(t *testing.T) {
	s, _ := desk(t)
	s.register("acme", organisation("华信"), li)
	s.start(as("ann"), crm.Proposal{ID: "a", Flow: flow(approval.Fixed, everyone("all", 3)), Request: spend(1)})
	s.act("v1", "a", approval.Approve)
	s.owing("acme", "2026-10-01", 500)
	_, err := s.Receivables.Receive(s.ctx, boss, "acme", crm.Payment{Amount: cny(600)})
	require.NoError(t, err)
	s.verified()
	edit := func(kind crm.Kind, id string, change func(r *crm.Record)) {
		r, err := s.store.Record(s.ctx, crm.Subject{Kind: kind, ID: id})
		require.NoError(t, err)
		changed := r.Clone()
		change(&changed)
		put := func(r crm.Record, version uint64) {
			require.NoError(t, s.store.Commit(s.ctx, crm.Commit{Changes: []crm.Change{{Subject: r.Subject, Expect: version, Writes: []crm.Write{crm.PutRecord{Record: r}}}}}))
		}
		put(changed, r.Head.Version)
		_, found, err := s.Verify(s.ctx)
		require.NoError(t, err)
		require.NotEmpty(t, found, "%s %s", kind, id)
		put(r, r.Head.Version+1)
		s.verified()
	}
	edit(crm.KindApproval, "a", func(r *crm.Record) { r.State = "approved" })
	edit(crm.KindSeat, "a/2", func(r *crm.Record) { r.Owner = "v1" })
	edit(crm.KindSeat, "a/1", func(r *crm.Record) { r.State = crm.SeatOpen })
	edit(crm.KindSeat, "a/3", func(r *crm.Record) { r.State = crm.SeatLater })
	edit(crm.KindInstalment, "SO-1/1", func(r *crm.Record) { r.State = crm.InstalmentOpen })
	edit(crm.KindAccount, "acme/CNY", func(r *crm.Record) { r.Body = []byte(`{"prepaid":7,"currency":"CNY"}`) })
}
