package crm_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/guanxi-go/guanxi/crm"
	"github.com/guanxi-go/guanxi/crm/access"
	"github.com/guanxi-go/guanxi/crm/owner"
	"github.com/guanxi-go/guanxi/crm/stage"
)

// A tie comes step by step, with its reasons in the journal, and what was so on any day
// can be asked; what was recorded wrongly is corrected.
func TestTieLife(t *testing.T) {
	s := acme(t, new(crm.Memory), crm.Options{Clock: &at{day(90)}})
	s.tie(li, "p1", stage.Awareness, crm.Call{At: day(1)})
	s.tie(li, "p1", stage.Exploration, crm.Call{At: day(10), Reason: "tried us"})
	s.tie(li, "p1", stage.Expansion, crm.Call{At: day(20)})
	require.Empty(t, s.ties(day(0)))
	require.Equal(t, []string{"li p1 awareness"}, s.ties(day(1)))
	require.Equal(t, []string{"li p1 exploration"}, s.ties(day(19)))
	require.Equal(t, []string{"li p1 expansion"}, s.ties(time.Time{}))

	_, err := s.Ties.Move(s.ctx, boss, crm.MoveTie{Customer: "acme", Ours: li, Theirs: "p1", To: stage.Exploration})
	require.ErrorIs(t, err, crm.ErrIncomplete, "a step back needs a reason")
	_, err = s.Ties.Move(s.ctx, boss, crm.MoveTie{Customer: "acme", Ours: li, Theirs: "p1", Corrects: 3, Call: crm.Call{Reason: "was p2"}})
	require.NoError(t, err)
	require.Equal(t, []string{"li p1 exploration"}, s.ties(day(30)), "retracted")

	s.tie(li, "p1", stage.Dissolution, crm.Call{At: day(40), Reason: "fell out"})
	require.Empty(t, s.ties(time.Time{}))
	mine, err := s.Ties.OfStaff(s.ctx, boss, "li")
	require.NoError(t, err)
	require.Empty(t, mine)
	s.tie(li, "p1", stage.Awareness, crm.Call{At: day(50), Reason: "made up"})
	require.Equal(t, []string{"li p1 awareness"}, s.ties(time.Time{}))

	history, err := s.Ties.History(s.ctx, boss, "acme", "li", "p1")
	require.NoError(t, err)
	var reasons []string
	for _, e := range history {
		reasons = append(reasons, fmt.Sprint(e.To, " ", e.Reason))
	}
	require.Equal(t, []string{"awareness ", "exploration tried us", "expansion ", " was p2", "dissolution fell out", "awareness made up"}, reasons)
	spells, err := s.Ties.Machine().Spells(history, time.Time{})
	require.NoError(t, err)
	require.Len(t, spells, 4)
	s.verified()
}

// A colleague's ties are listed over all customers that the actor sees.
func TestTiesOfStaff(t *testing.T) {
	s := acme(t, new(crm.Memory), crm.Options{})
	s.register("bolt", organisation("博尔特"), zhao)
	for _, customer := range []string{"bolt", "acme"} {
		for _, person := range []string{"p2", "p1"} {
			_, err := s.Ties.Move(s.ctx, boss, crm.MoveTie{Customer: customer, Ours: li, Theirs: person, To: stage.Awareness})
			require.NoError(t, err)
		}
	}
	s.tie(zhao, "p3", stage.Awareness, crm.Call{})
	list := func(a crm.Actor) (list []string) {
		ties, err := s.Ties.OfStaff(s.ctx, a, "li")
		require.NoError(t, err)
		for _, tie := range ties {
			require.Equal(t, "li", tie.Ours)
			list = append(list, tie.Customer+" "+tie.Theirs)
		}
		return list
	}
	require.Equal(t, []string{"acme p1", "acme p2", "bolt p1", "bolt p2"}, list(boss))
	require.Equal(t, []string{"bolt p1", "bolt p2"}, list(crm.Actor{ID: "zhao", Sees: access.Scope{Owner: "zhao"}}))
	_, err := s.Ties.OfStaff(s.ctx, boss, "")
	require.ErrorIs(t, err, crm.ErrInvalid)
}

func TestTieRefusals(t *testing.T) {
	s := acme(t, new(crm.Memory), crm.Options{})
	good := crm.MoveTie{Customer: "acme", Ours: li, Theirs: "p1", To: stage.Awareness}
	require.NoError(t, s.Owners.Close(s.ctx, boss, "sun", crm.Call{}))
	for name, c := range map[string]struct {
		change func(*crm.MoveTie)
		field  string
		err    error
	}{
		"no colleague": {func(m *crm.MoveTie) { m.Ours.ID = "" }, "id", crm.ErrInvalid},
		"left":         {func(m *crm.MoveTie) { m.Ours = sun }, "", crm.ErrForbidden},
		"path":         {func(m *crm.MoveTie) { m.Ours.Path = strings.Repeat("x", 256) }, "path", crm.ErrInvalid},
		"nobody":       {func(m *crm.MoveTie) { m.Theirs = "nobody" }, "contact", crm.ErrNotFound},
		"no contact":   {func(m *crm.MoveTie) { m.Theirs = "" }, "id", crm.ErrInvalid},
		"no customer":  {func(m *crm.MoveTie) { m.Customer = "nobody" }, "", crm.ErrNotFound},
		"no stage":     {func(m *crm.MoveTie) { m.To = 99 }, "to", crm.ErrInvalid},
		"too far":      {func(m *crm.MoveTie) { m.To = stage.Commitment }, "to", crm.ErrTransition},
		"to come":      {func(m *crm.MoveTie) { m.At = day(300) }, "at", crm.ErrInvalid},
	} {
		t.Run(name, func(t *testing.T) {
			m := good
			c.change(&m)
			_, err := s.Ties.Move(s.ctx, boss, m)
			refusedAt(t, err, c.err, c.field, func(pure *stage.Error) string { return pure.Field })
		})
	}
	require.Empty(t, s.ties(time.Time{}))
	m := good
	m.Key = "k"
	_, err := s.Ties.Move(s.ctx, boss, m)
	require.NoError(t, err)
	again, err := s.Ties.Move(s.ctx, boss, m)
	require.NoError(t, err)
	require.Equal(t, stage.Awareness, again.To)
	m.Theirs = "p2"
	_, err = s.Ties.Move(s.ctx, boss, m)
	require.ErrorIs(t, err, crm.ErrKeyReused)
	require.Equal(t, []string{"li p1 awareness"}, s.ties(time.Time{}))
}

// Of rivals who say different things of one pair at once, the second is held against what
// the first said.
func TestTieRivals(t *testing.T) {
	store := &overtaken{Memory: new(crm.Memory)}
	s := acme(t, store, crm.Options{})
	rival, err := crm.New(store.Memory, crm.Options{Clock: s.clock})
	require.NoError(t, err)
	store.meanwhile = func() {
		_, err := rival.Ties.Move(s.ctx, boss, crm.MoveTie{Customer: "acme", Ours: li, Theirs: "p1", To: stage.Awareness})
		require.NoError(t, err)
	}
	_, err = s.Ties.Move(s.ctx, boss, crm.MoveTie{Customer: "acme", Ours: li, Theirs: "p1", To: stage.Awareness})
	require.ErrorIs(t, err, crm.ErrTransition)
	history, err := s.Ties.History(s.ctx, boss, "acme", "li", "p1")
	require.NoError(t, err)
	require.Len(t, history, 1)
}

// A leaver's ties are on the inventory, and end; takers are introduced where they do not
// know the person, stay as close as they are where they do, and meet nobody who was
// forgotten.
func TestTiesOfALeaver(t *testing.T) {
	s := acme(t, new(crm.Memory), crm.Options{})
	for _, id := range []string{"p1", "p2", "p3"} {
		s.tie(li, id, stage.Awareness, crm.Call{})
		s.tie(li, id, stage.Exploration, crm.Call{})
	}
	for _, to := range []stage.Relationship{stage.Awareness, stage.Exploration, stage.Expansion} {
		s.tie(zhao, "p2", to, crm.Call{})
	}
	_, err := s.Privacy.Forget(s.ctx, boss, "p3", crm.Erasure{Call: crm.Call{Reason: "asked"}})
	require.NoError(t, err)

	list, err := s.Handovers.Inventory(s.ctx, boss, "li")
	require.NoError(t, err)
	var contacts []string
	for _, of := range list {
		for _, b := range of.Things {
			if b.Subject.Kind == crm.KindTie {
				require.Equal(t, owner.Contacts, of.Matter)
				contacts = append(contacts, b.Contact)
			}
		}
	}
	require.ElementsMatch(t, []string{"p1", "p2", "p3"}, contacts)
	_, err = s.Handovers.Inventory(s.ctx, crm.Actor{ID: "far", Sees: access.Scope{Owner: "far"}}, "li")
	require.ErrorIs(t, err, crm.ErrForbidden)

	done, err := s.Owners.TransferAll(s.ctx, boss, "li", crm.Leaving{Terms: crm.Terms{Code: "leaves", Call: crm.Call{Reason: "moves away"}}, Takers: []owner.Staff{zhao}})
	require.NoError(t, err)
	require.Equal(t, []crm.Handed{{Kind: crm.KindTie, To: "zhao", Count: 3}}, done.Work)
	require.Equal(t, []string{"zhao p1 awareness", "zhao p2 expansion"}, s.ties(time.Time{}))
	for id, reason := range map[string]string{"p1": "moves away", "p3": ""} {
		history, err := s.Ties.History(s.ctx, boss, "acme", "li", id)
		require.NoError(t, err)
		last := history[len(history)-1]
		require.Equal(t, stage.Dissolution, last.To)
		require.Equal(t, reason, last.Reason)
	}
	_, err = s.Ties.Move(s.ctx, boss, crm.MoveTie{Customer: "acme", Ours: li, Theirs: "p1", To: stage.Awareness, Call: crm.Call{Reason: "is back"}})
	require.ErrorIs(t, err, crm.ErrForbidden)
	s.verified()
}

// As many ties as one commit moves, each of another customer and person, fit into it.
func TestManyTiesOfALeaver(t *testing.T) {
	s := newScene(t, crm.Options{})
	for i := range 200 {
		customer, contact := fmt.Sprintf("c%03d", i), fmt.Sprintf("p%03d", i)
		s.register(customer, organisation("华信"), owner.Staff{})
		s.register(contact, person(t, "张三", ""), owner.Staff{})
		_, err := s.Ties.Move(s.ctx, boss, crm.MoveTie{Customer: customer, Ours: li, Theirs: contact, To: stage.Awareness})
		require.NoError(t, err)
	}
	var takers []owner.Staff
	for i := range 200 {
		takers = append(takers, owner.Staff{ID: fmt.Sprintf("s%03d", i), Path: "sales/", Active: true})
	}
	done, err := s.Owners.TransferAll(s.ctx, boss, "li", crm.Leaving{Terms: crm.Terms{Call: crm.Call{Reason: "leaves"}}, Takers: takers})
	require.NoError(t, err)
	require.Len(t, done.Work, 200)
	s.verified()
}

// Work and ties about a customer or person who is out of the host's table are handed over
// all the same, with the reason.
func TestLeaverOfNobody(t *testing.T) {
	for _, gone := range []string{"p1", "acme"} {
		hosted := &vanishing{Memory: new(crm.Memory)}
		s := newSceneOn(t, hosted, crm.Options{})
		s.register("acme", organisation("华信"), zhao)
		s.register("p1", person(t, "张三", ""), owner.Staff{})
		s.tie(li, "p1", stage.Awareness, crm.Call{})
		_, err := s.Opportunities.Open(s.ctx, boss, crm.OpenOpportunity{ID: "o1", Customer: "acme", Owner: li})
		require.NoError(t, err)
		hosted.gone = gone
		done, err := s.Owners.TransferAll(s.ctx, boss, "li", crm.Leaving{Terms: crm.Terms{Call: crm.Call{Reason: "leaves"}}, Takers: []owner.Staff{zhao}})
		hosted.gone = ""
		require.NoError(t, err, gone)
		require.Len(t, done.Work, 2)
		require.Equal(t, []string{"zhao p1 awareness"}, s.ties(time.Time{}))
		s.verified()
	}
}

// A table of the host's has to know where ties begin and end.
func TestTieMachine(t *testing.T) {
	short := stage.Definition[stage.Relationship]{Name: "short", States: []stage.StateText[stage.Relationship]{{State: stage.Exploration, Code: "exploration"}},
		Initial: []stage.Relationship{stage.Exploration}}
	machine, err := stage.New(short)
	require.NoError(t, err)
	_, err = crm.New(new(crm.Memory), crm.Options{Machines: crm.Machines{Tie: machine}})
	require.ErrorIs(t, err, crm.ErrInvalid)

	full := stage.RelationshipMachine().Definition()
	full.Initial = []stage.Relationship{stage.Commitment}
	machine, err = stage.New(full)
	require.NoError(t, err)
	s := acme(t, new(crm.Memory), crm.Options{Machines: crm.Machines{Tie: machine}})
	s.tie(li, "p1", stage.Commitment, crm.Call{})
	_, err = s.Owners.TransferAll(s.ctx, boss, "li", crm.Leaving{Terms: crm.Terms{Code: "leaves"}, Takers: []owner.Staff{zhao}})
	require.NoError(t, err)
	require.Equal(t, []string{"zhao p1 awareness"}, s.ties(time.Time{}), "the table has no say in who is there")
}
