package crm_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/guanxi-go/guanxi/crm"
	"github.com/guanxi-go/guanxi/crm/access"
	"github.com/guanxi-go/guanxi/crm/account"
	"github.com/guanxi-go/guanxi/crm/crmtest"
	"github.com/guanxi-go/guanxi/crm/owner"
	"github.com/guanxi-go/guanxi/crm/stage"
	"github.com/guanxi-go/guanxi/crm/timeline"
)

// acme is a scene of an organisation of li's, and of three people who matter there.
func acme(t *testing.T, store crm.Store, opts crm.Options) *scene {
	t.Helper()
	s := newSceneOn(t, store, opts)
	s.register("acme", organisation("华信"), li)
	for _, id := range []string{"p1", "p2", "p3"} {
		s.register(id, person(t, "张"+id, ""), li)
	}
	return s
}

// decider is a view of a person at acme.
func decider(contact string, concerns ...string) account.Stakeholder {
	return account.Stakeholder{Customer: "acme", Contact: contact, Roles: []account.Role{account.DecisionMaker}, Influence: 5,
		Attitude: account.Reserved, Concerns: concerns}
}

func (s *scene) describe(view account.Stakeholder, call crm.Call) crm.Entry {
	s.t.Helper()
	e, err := s.Stakeholders.Describe(s.ctx, boss, view, call)
	require.NoError(s.t, err)
	return e
}

func (s *scene) tie(of owner.Staff, contact string, to stage.Relationship, call crm.Call) {
	s.t.Helper()
	_, err := s.Ties.Move(s.ctx, boss, crm.MoveTie{Call: call, Customer: "acme", Ours: of, Theirs: contact, To: to})
	require.NoError(s.t, err)
}

// ties writes the ties to acme at an instant as people read them.
func (s *scene) ties(at time.Time) (list []string) {
	s.t.Helper()
	ties, err := s.Ties.Of(s.ctx, boss, "acme", at)
	require.NoError(s.t, err)
	for _, tie := range ties {
		list = append(list, fmt.Sprint(tie.Ours, " ", tie.Theirs, " ", tie.Depth))
	}
	return list
}

// How a person is seen changes from day to day, and what was so on any day can be asked.
func TestStakeholderLife(t *testing.T) {
	s := acme(t, new(crm.Memory), crm.Options{Clock: &at{day(30)}})
	first := s.describe(decider("p1", "the price"), crm.Call{At: day(1), Reason: "met him"})
	require.Equal(t, uint64(1), first.Seq)
	require.Empty(t, first.Private)
	require.Empty(t, first.Reason)
	later := decider("p1", "the date")
	later.Attitude, later.Preferences = account.Devoted, []string{"tea"}
	s.describe(later, crm.Call{At: day(20)})
	s.describe(decider("p2"), crm.Call{At: day(10)})

	seen := func(at time.Time) (list []string) {
		people, err := s.Stakeholders.Of(s.ctx, boss, "acme", at)
		require.NoError(t, err)
		for _, p := range people {
			list = append(list, fmt.Sprint(p.Contact, " ", p.Attitude, " ", p.Preferences, p.Concerns))
		}
		return list
	}
	require.Empty(t, seen(day(0)))
	require.Equal(t, []string{"p1 reserved [] [the price]"}, seen(day(1)))
	require.Equal(t, []string{"p1 devoted [tea] [the date]", "p2 reserved [] []"}, seen(time.Time{}))

	_, err := s.Stakeholders.End(s.ctx, boss, "acme", "p1", crm.Call{At: day(25), Reason: "left the company"})
	require.NoError(t, err)
	require.Equal(t, []string{"p2 reserved [] []"}, seen(time.Time{}))
	require.Len(t, seen(day(24)), 2)
	_, err = s.Stakeholders.End(s.ctx, boss, "acme", "p1", crm.Call{})
	require.ErrorIs(t, err, crm.ErrTransition)
	_, err = s.Stakeholders.End(s.ctx, boss, "acme", "p3", crm.Call{})
	require.ErrorIs(t, err, crm.ErrTransition)

	views, err := s.Stakeholders.Views(s.ctx, boss, "acme", "p1")
	require.NoError(t, err)
	require.Len(t, views, 2)
	require.Equal(t, []time.Time{day(1), day(20), day(20), day(25)}, []time.Time{views[0].From, views[0].To, views[1].From, views[1].To})
	var history []string
	for e, err := range s.Stakeholders.History(s.ctx, boss, "acme", "p1") {
		require.NoError(t, err)
		history = append(history, e.Kind+" "+e.Reason)
	}
	require.Equal(t, []string{"described met him", "described ", "ended left the company"}, history)
	s.verified()
}

// The map is drawn of what was so at an instant: people, ties, and what passed between
// the two of a tie. A call by somebody else, or to somebody else, is none of theirs.
func TestMap(t *testing.T) {
	clock := &at{day(0)}
	s := acme(t, new(crm.Memory), crm.Options{Clock: clock})
	s.describe(decider("p1"), crm.Call{})
	s.describe(decider("p2"), crm.Call{})
	s.tie(li, "p1", stage.Awareness, crm.Call{})
	s.tie(li, "p1", stage.Exploration, crm.Call{Reason: "a first order"})
	s.tie(zhao, "p2", stage.Awareness, crm.Call{})
	s.tie(zhao, "p3", stage.Awareness, crm.Call{})
	met := func(staff, contact string, outcome timeline.Outcome) {
		a := call("hello")
		a.Contact, a.Outcome = contact, outcome
		_, err := s.Timeline.Record(s.ctx, crm.Actor{ID: staff, Sees: boss.Sees}, "acme", a, crm.Call{})
		require.NoError(t, err)
	}
	drawn := func(at time.Time) account.Map {
		m, err := s.Stakeholders.Map(s.ctx, boss, "acme", at, account.Options{})
		require.NoError(t, err)
		return m
	}
	clock.Time = day(1)
	met("li", "p1", timeline.NoAnswer)
	met("zhao", "p1", timeline.Reached)
	met("li", "p2", timeline.Reached)
	met("li", "", timeline.Reached)
	require.Zero(t, drawn(time.Time{}).OursActive)
	clock.Time = day(2)
	met("li", "p1", timeline.Reached)
	clock.Time = day(3)
	met("li", "p1", timeline.NoAnswer)
	m := drawn(time.Time{})
	require.Equal(t, []string{"li"}, m.People[0].Active)
	require.Equal(t, account.Exploration, m.People[0].Depth)
	require.Equal(t, []int{2, 1}, []int{m.Power.Named, m.Power.Tied})
	require.Equal(t, []string{"p3"}, m.Unmapped)
	ties, err := s.Ties.Of(s.ctx, boss, "acme", time.Time{})
	require.NoError(t, err)
	require.Equal(t, day(2), ties[0].LastTwoWay)
	require.Zero(t, drawn(day(1)).OursActive, "as of an earlier day")
	require.Empty(t, drawn(day(0).Add(-time.Second)).People)

	clock.Time = day(200)
	require.Zero(t, drawn(time.Time{}).OursActive, "too long ago")
	m, err = s.Stakeholders.Map(s.ctx, boss, "acme", time.Time{}, account.Options{ActiveDays: 198})
	require.NoError(t, err)
	require.Equal(t, 1, m.OursActive)
	_, err = s.Stakeholders.Map(s.ctx, boss, "acme", time.Time{}, account.Options{ActiveDays: -1})
	require.ErrorIs(t, err, crm.ErrInvalid)
	s.verified()
}

// A person may be the customer, and the only one who decides there.
func TestMapOfOnePerson(t *testing.T) {
	s := acme(t, new(crm.Memory), crm.Options{})
	s.describe(account.Stakeholder{Customer: "p1", Contact: "p1", Roles: []account.Role{account.DecisionMaker}, Influence: 5}, crm.Call{})
	for _, to := range []stage.Relationship{stage.Awareness, stage.Exploration} {
		_, err := s.Ties.Move(s.ctx, boss, crm.MoveTie{Customer: "p1", Ours: li, Theirs: "p1", To: to})
		require.NoError(t, err)
	}
	_, err := s.Timeline.Record(s.ctx, crm.Actor{ID: "li", Sees: boss.Sees}, "p1", call("hello"), crm.Call{})
	require.NoError(t, err)
	m, err := s.Stakeholders.Map(s.ctx, boss, "p1", time.Time{}, account.Options{})
	require.NoError(t, err)
	require.Equal(t, []string{"li"}, m.People[0].Active)
	s.verified()
}

// Each refusal is typed, and says what it is about.
func TestStakeholderRefusals(t *testing.T) {
	s := acme(t, new(crm.Memory), crm.Options{})
	with := func(change func(*account.Stakeholder)) account.Stakeholder {
		v := decider("p1")
		change(&v)
		return v
	}
	for name, c := range map[string]struct {
		view  account.Stakeholder
		field string
		err   error
	}{
		"influence":    {with(func(v *account.Stakeholder) { v.Influence = 6 }), "influence", crm.ErrInvalid},
		"role":         {with(func(v *account.Stakeholder) { v.Roles = []account.Role{99} }), "roles", crm.ErrInvalid},
		"attitude":     {with(func(v *account.Stakeholder) { v.Attitude = 99 }), "attitude", crm.ErrInvalid},
		"from":         {with(func(v *account.Stakeholder) { v.From = day(0) }), "from", crm.ErrInvalid},
		"preference":   {with(func(v *account.Stakeholder) { v.Preferences = []string{"\xff"} }), "preferences", crm.ErrInvalid},
		"concern":      {with(func(v *account.Stakeholder) { v.Concerns = []string{strings.Repeat("x", crm.MaxText+1)} }), "concerns", crm.ErrInvalid},
		"concerns":     {with(func(v *account.Stakeholder) { v.Concerns = []string{strings.Repeat("x", crm.MaxText)} }), "private", crm.ErrInvalid},
		"no contact":   {with(func(v *account.Stakeholder) { v.Contact = "" }), "id", crm.ErrInvalid},
		"nobody":       {with(func(v *account.Stakeholder) { v.Contact = "nobody" }), "contact", crm.ErrNotFound},
		"no customer":  {with(func(v *account.Stakeholder) { v.Customer = "nobody" }), "", crm.ErrNotFound},
		"long contact": {with(func(v *account.Stakeholder) { v.Contact = strings.Repeat("x", 256) }), "id", crm.ErrInvalid},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := s.Stakeholders.Describe(s.ctx, boss, c.view, crm.Call{})
			refusedAt(t, err, c.err, c.field, func(pure *account.Error) string { return pure.Field })
		})
	}
	_, err := s.Stakeholders.Describe(s.ctx, boss, decider("p1"), crm.Call{At: day(300)})
	require.ErrorIs(t, err, crm.ErrInvalid)
	people, err := s.Stakeholders.Of(s.ctx, boss, "acme", time.Time{})
	require.NoError(t, err)
	require.Empty(t, people)
}

// Who does not see the customer sees none of its people and ties, and changes none.
func TestStakeholdersHidden(t *testing.T) {
	s := acme(t, new(crm.Memory), crm.Options{})
	s.describe(decider("p1", "the price"), crm.Call{})
	s.tie(zhao, "p1", stage.Awareness, crm.Call{})
	spy := crm.Actor{ID: "spy", Sees: access.Scope{Owner: "zhao"}}
	none := func(err error) { t.Helper(); require.ErrorIs(t, err, crm.ErrNotFound) }
	_, err := s.Stakeholders.Of(s.ctx, spy, "acme", time.Time{})
	none(err)
	_, err = s.Stakeholders.Views(s.ctx, spy, "acme", "p1")
	none(err)
	_, err = s.Stakeholders.Map(s.ctx, spy, "acme", time.Time{}, account.Options{})
	none(err)
	for _, err := range s.Stakeholders.History(s.ctx, spy, "acme", "p1") {
		none(err)
	}
	_, err = s.Stakeholders.Describe(s.ctx, spy, decider("p1"), crm.Call{})
	none(err)
	_, err = s.Stakeholders.End(s.ctx, spy, "acme", "p1", crm.Call{})
	none(err)
	_, err = s.Ties.Of(s.ctx, spy, "acme", time.Time{})
	none(err)
	_, err = s.Ties.History(s.ctx, spy, "acme", "zhao", "p1")
	none(err)
	_, err = s.Ties.Move(s.ctx, spy, crm.MoveTie{Customer: "acme", Ours: zhao, Theirs: "p1", To: stage.Exploration})
	none(err)
	ties, err := s.Ties.OfStaff(s.ctx, spy, "zhao")
	require.NoError(t, err)
	require.Empty(t, ties)
}

// What is personal is in the copy that the person gets, and nowhere once the person is
// forgotten; what others are like stays.
func TestForgetStakeholder(t *testing.T) {
	store := &searched{Memory: new(crm.Memory), subjects: map[crm.Subject]bool{}, keys: map[[2]string]bool{}}
	s := acme(t, store, crm.Options{})
	view := decider("p1", "fears "+word)
	view.Preferences = []string{word + " tea"}
	s.describe(view, said("k1"))
	s.describe(decider("p1"), said("k2"))
	s.describe(decider("p2", "the price"), crm.Call{})
	s.tie(li, "p1", stage.Awareness, said("k3"))

	got, err := s.Privacy.Copy(s.ctx, boss, "p1", "")
	require.NoError(t, err)
	for _, text := range []string{"fears " + word, word + " tea", "decision-maker", "because " + word} {
		require.Contains(t, string(got.JSON), text)
	}
	require.NotContains(t, string(got.JSON), "the price")
	require.Len(t, store.holding(t, word), 2, "of journals only: the view and the tie")

	_, err = s.Privacy.Forget(s.ctx, boss, "p1", crm.Erasure{Call: crm.Call{Reason: "asked"}})
	require.NoError(t, err)
	require.Empty(t, store.holding(t, word))
	people, err := s.Stakeholders.Of(s.ctx, boss, "acme", time.Time{})
	require.NoError(t, err)
	require.Len(t, people, 2, "who decides is still counted")
	require.Equal(t, []string{"the price"}, people[1].Concerns)
	s.verified()

	_, err = s.Stakeholders.Describe(s.ctx, boss, view, crm.Call{})
	require.ErrorIs(t, err, crm.ErrForgotten)
	_, err = s.Ties.Move(s.ctx, boss, crm.MoveTie{Customer: "acme", Ours: li, Theirs: "p1", To: stage.Exploration})
	require.ErrorIs(t, err, crm.ErrForgotten)
	_, err = s.Stakeholders.End(s.ctx, boss, "acme", "p1", said("k4"))
	require.NoError(t, err)
	_, err = s.Ties.Move(s.ctx, boss, crm.MoveTie{Call: said("k5"), Customer: "acme", Ours: li, Theirs: "p1", To: stage.Dissolution})
	require.NoError(t, err)
	require.Empty(t, store.holding(t, word))
	require.Empty(t, s.ties(time.Time{}))
	s.verified()
}

// What worries one person may be another: who is forgotten is named there no more, also
// where they speak for nobody.
func TestForgetWhoIsNamed(t *testing.T) {
	for name, known := range map[string]func(s *scene){
		"stakeholder": func(s *scene) { s.describe(decider("p1"), crm.Call{}) },
		"tie":         func(s *scene) { s.tie(li, "p1", stage.Awareness, crm.Call{}) },
	} {
		s := acme(t, new(crm.Memory), crm.Options{})
		known(s)
		s.describe(decider("p2", "张p1 wants his post"), crm.Call{})
		s.describe(decider("p3", "the price"), crm.Call{})
		_, err := s.Privacy.Forget(s.ctx, boss, "p1", crm.Erasure{Call: crm.Call{Reason: "asked"}})
		require.NoError(t, err)
		for contact, concerns := range map[string][]string{"p2": nil, "p3": {"the price"}} {
			views, err := s.Stakeholders.Views(s.ctx, boss, "acme", contact)
			require.NoError(t, err)
			require.Equal(t, concerns, views[0].Concerns, name)
		}
	}
}

// Somebody who is forgotten between the reads of a command and its commit is not written
// about by it.
func TestStakeholderForgottenMeanwhile(t *testing.T) {
	for name, do := range map[string]func(s *scene) error{
		"describe": func(s *scene) error {
			_, err := s.Stakeholders.Describe(s.ctx, boss, decider("p1", word), crm.Call{})
			return err
		},
		"tie": func(s *scene) error {
			_, err := s.Ties.Move(s.ctx, boss, crm.MoveTie{Call: said(""), Customer: "acme", Ours: li, Theirs: "p1", To: stage.Awareness})
			return err
		},
	} {
		store := &overtaken{Memory: new(crm.Memory)}
		s := acme(t, store, crm.Options{})
		colleague, err := crm.New(store.Memory, crm.Options{Clock: s.clock, ErasureKey: secret})
		require.NoError(t, err)
		store.meanwhile = func() {
			_, err := colleague.Privacy.Forget(s.ctx, boss, "p1", crm.Erasure{Call: crm.Call{Reason: "asked"}})
			require.NoError(t, err)
		}
		require.ErrorIs(t, do(s), crm.ErrForgotten, name)
	}
}

// Of rivals who describe one person at once, both are recorded, one after the other.
func TestStakeholderRivals(t *testing.T) {
	store := &overtaken{Memory: new(crm.Memory)}
	s := acme(t, store, crm.Options{})
	other := decider("p1")
	other.Influence = 2
	store.meanwhile = func() {
		rival, err := crm.New(store.Memory, crm.Options{Clock: s.clock})
		require.NoError(t, err)
		_, err = rival.Stakeholders.Describe(s.ctx, boss, other, crm.Call{})
		require.NoError(t, err)
	}
	e := s.describe(decider("p1"), crm.Call{})
	require.Equal(t, uint64(2), e.Seq)
	people, err := s.Stakeholders.Of(s.ctx, boss, "acme", time.Time{})
	require.NoError(t, err)
	require.Len(t, people, 1)
	require.Equal(t, 5, people[0].Influence)
	s.verified()
}

// A key stands for one command.
func TestStakeholderKeys(t *testing.T) {
	s := acme(t, new(crm.Memory), crm.Options{})
	first := s.describe(decider("p1", "the price"), crm.Call{Key: "k"})
	require.Equal(t, first, s.describe(decider("p1", "the price"), crm.Call{Key: "k"}))
	for _, other := range []account.Stakeholder{decider("p2", "the price"), decider("p1", "the date"), decider("p1")} {
		_, err := s.Stakeholders.Describe(s.ctx, boss, other, crm.Call{Key: "k"})
		require.ErrorIs(t, err, crm.ErrKeyReused)
	}
	views, err := s.Stakeholders.Views(s.ctx, boss, "acme", "p1")
	require.NoError(t, err)
	require.Len(t, views, 1)
}

// On a store that loses answers, refuses and reads stale, each command that is sent until
// it is answered happened once; the leaver keeps no tie, and each goes to one.
func TestTiesOnAFaultyStore(t *testing.T) {
	runs := uint64(40)
	if testing.Short() {
		runs = 10
	}
	for seed := range runs {
		memory := new(crm.Memory)
		calm := acme(t, memory, crm.Options{})
		rates := crmtest.Rates{ErrRead: 0.05, ErrBefore: 0.2, ErrAfter: 0.2, Conflict: 0.2, StaleRead: 0.2}
		c, err := crm.New(crmtest.NewFaulty(memory, seed, rates), crm.Options{Clock: calm.clock, Attempts: 3})
		require.NoError(t, err)
		send := func(do func() error) { answered(t, do, "seed %d", seed) }
		for _, id := range []string{"p1", "p2", "p3"} {
			send(func() error {
				_, err := c.Stakeholders.Describe(t.Context(), boss, decider(id, "the price"), crm.Call{Key: "d" + id})
				return err
			})
			for _, to := range []stage.Relationship{stage.Awareness, stage.Exploration} {
				send(func() error {
					_, err := c.Ties.Move(t.Context(), boss, crm.MoveTie{Call: crm.Call{Key: fmt.Sprint(id, to)}, Customer: "acme", Ours: li, Theirs: id, To: to})
					return err
				})
			}
		}
		rates.StaleRead = 0
		c, err = crm.New(crmtest.NewFaulty(memory, seed, rates), crm.Options{Clock: calm.clock, Attempts: 3})
		require.NoError(t, err)
		send(func() error {
			_, err := c.Owners.TransferAll(context.Background(), boss, "li", crm.Leaving{Terms: crm.Terms{Code: "leaves"}, Takers: []owner.Staff{zhao}})
			return err
		})
		require.Equal(t, []string{"zhao p1 awareness", "zhao p2 awareness", "zhao p3 awareness"}, calm.ties(time.Time{}))
		for _, id := range []string{"p1", "p2", "p3"} {
			history, err := calm.Ties.History(calm.ctx, boss, "acme", "li", id)
			require.NoError(t, err)
			require.Len(t, history, 3)
			views, err := calm.Stakeholders.Views(calm.ctx, boss, "acme", id)
			require.NoError(t, err)
			require.Len(t, views, 1)
		}
		calm.verified()
	}
}
