package crm_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/guanxi-go/guanxi/crm"
	"github.com/guanxi-go/guanxi/crm/access"
	"github.com/guanxi-go/guanxi/crm/agenda"
	"github.com/guanxi-go/guanxi/crm/calendar"
	"github.com/guanxi-go/guanxi/crm/crmtest"
	"github.com/guanxi-go/guanxi/crm/owner"
	"github.com/guanxi-go/guanxi/crm/recurrence"
	"github.com/guanxi-go/guanxi/internal/storetest"
)

// fridays is held every Friday at nine for an hour, from 2 January on; li organises it.
func fridays(id string, participants ...agenda.Participant) agenda.Event {
	return agenda.Event{ID: id, Kind: agenda.Meeting, Organiser: "li", Rule: recurrence.Rule{Freq: recurrence.Weekly}, Length: time.Hour,
		Start: recurrence.Wall{Day: calendar.MustDate(2026, 1, 2), Clock: 9 * time.Hour}, Participants: participants}
}

const firstFriday, secondFriday = "2026-01-02T09:00:00", "2026-01-09T09:00:00"

// only is an actor who sees nothing but what is their own.
func only(id string) crm.Actor { return crm.Actor{ID: id} }

// gathering is a scene in which li plans to meet zhao and c1 on Fridays.
func gathering(t *testing.T, store crm.Store) (*scene, *at) {
	t.Helper()
	clock := &at{day(0)}
	s := newSceneOn(t, store, crm.Options{Clock: clock})
	s.register("c1", person(t, "张伟", "13800138000"), li)
	s.register("c2", organisation("华信"), li)
	_, err := s.Events.Plan(s.ctx, boss, crm.NewEventSeries{Event: fridays("e1", agenda.Participant{ID: "zhao", Required: true}, agenda.Participant{ID: "c1", Customer: true}),
		Path: li.Path, Customer: "c2", Ref: "o7", Text: "the pumps"})
	require.NoError(t, err)
	return s, clock
}

// event returns a series, after holding it against its journal.
func (s *scene) event(id string) crm.EventSeries {
	s.t.Helper()
	e, err := s.Events.Get(s.ctx, boss, id)
	require.NoError(s.t, err)
	changes, err := s.Events.Changes(s.ctx, boss, id)
	require.NoError(s.t, err)
	folded, err := agenda.FoldEvent(changes, time.UTC)
	require.NoError(s.t, err)
	folded.Organiser = e.Organiser // may be another by now: the owner journal says so
	require.Equal(s.t, folded, e.Event)
	return e
}

// mine returns what a colleague has on Fridays of January, as event, day, state and answer.
func (s *scene) mine(actor crm.Actor, staff string) (list []string) {
	s.t.Helper()
	sessions, err := s.Events.Between(s.ctx, actor, staff, day(0), day(12))
	require.NoError(s.t, err)
	for _, session := range sessions {
		text := fmt.Sprint(session.Event, session.From.Format(" 02 15:04 "), session.State())
		for _, p := range session.Participants {
			if p.ID == staff {
				text += " " + p.Answer.String()
			}
		}
		list = append(list, text)
	}
	return list
}

// The life of a series: planned, answered, changed, attended and ended.
func TestEvents(t *testing.T) {
	s, clock := gathering(t, new(crm.Memory))
	e := s.event("e1")
	require.Equal(t, []string{"c2", "o7", "sales/east/", crm.StatePlanned, "the pumps", "li"}, []string{e.Customer, e.Ref, e.Path, e.State, e.Text, e.Organiser})
	require.Equal(t, []agenda.Participant{{ID: "c1", Customer: true}, {ID: "zhao", Required: true}}, e.Participants)
	require.Len(t, s.emitted("event.invited"), 2)
	var told crm.EventChanged
	require.NoError(t, json.Unmarshal(s.emitted("event.invited")[0].Data, &told))
	require.Equal(t, crm.EventChanged{Participant: "zhao"}, told)

	require.NoError(t, s.Events.Invite(s.ctx, boss, "e1", []agenda.Participant{{ID: "sun", Answer: agenda.Tentative}}, crm.Call{}))
	require.NoError(t, s.Events.Answer(s.ctx, only("zhao"), "e1", crm.Reply{Answer: agenda.Accepted}))
	require.NoError(t, s.Events.Answer(s.ctx, only("zhao"), "e1", crm.Reply{Session: secondFriday, Answer: agenda.Declined}))
	require.NoError(t, s.Events.Answer(s.ctx, boss, "e1", crm.Reply{Participant: "c1", Answer: agenda.Accepted, Call: crm.Call{Reason: "by telephone"}}))
	require.NoError(t, s.Events.Move(s.ctx, boss, "e1", secondFriday, hour(14, 0).AddDate(0, 0, 8), hour(16, 0).AddDate(0, 0, 8), crm.Call{}))
	require.Equal(t, []string{"e1 02 09:00 planned accepted", "e1 10 14:00 planned declined"}, s.mine(only("zhao"), "zhao"))
	require.Equal(t, []string{"e1 02 09:00 planned tentative", "e1 10 14:00 planned tentative"}, s.mine(boss, "sun"))
	require.Equal(t, []string{"e1 02 09:00 planned", "e1 10 14:00 planned"}, s.mine(only("li"), "li"), "who organises it")

	clock.Time = hour(10, 0)
	attend := func(key string, present ...string) error {
		return s.Events.Attend(s.ctx, boss, "e1", firstFriday, present, crm.Call{Key: key})
	}
	require.NoError(t, attend("k", "zhao"))
	require.NoError(t, attend("k", "zhao"), "sent again")
	require.ErrorIs(t, attend("k", "sun"), crm.ErrKeyReused)
	require.Len(t, s.emitted("event.attended"), 1)
	require.NoError(t, attend("", "zhao", "c1", "a guest"), "said again")
	sessions, err := s.Events.Sessions(s.ctx, only("zhao"), "e1", day(0), day(2))
	require.NoError(t, err)
	require.Equal(t, []string{"a guest", "c1", "zhao"}, sessions[0].Present)
	require.Equal(t, []string{"sun"}, sessions[0].Absent())

	require.NoError(t, s.Events.Cancel(s.ctx, boss, "e1", secondFriday, crm.Call{}))
	require.NoError(t, s.Events.Remove(s.ctx, boss, "e1", "sun", crm.Call{}))
	require.Empty(t, s.mine(boss, "sun"))
	require.Equal(t, []string{"e1 02 09:00 done accepted", "e1 10 14:00 cancelled declined"}, s.mine(boss, "zhao"))
	require.NoError(t, s.Events.Invite(s.ctx, boss, "e1", []agenda.Participant{{ID: "sun"}}, crm.Call{}))
	require.Len(t, s.mine(boss, "sun"), 2)

	require.NoError(t, s.Events.End(s.ctx, boss, "e1", day(30), crm.Call{}))
	require.Equal(t, crm.StatePlanned, s.event("e1").State, "some are to come")
	require.NoError(t, s.Events.End(s.ctx, boss, "e1", time.Time{}, crm.Call{Reason: "enough"}))
	require.Equal(t, crm.EventEnded, s.event("e1").State)
	require.Equal(t, []string{"e1 02 09:00 done accepted"}, s.mine(boss, "zhao"))
	changes, err := s.Events.Changes(s.ctx, boss, "e1")
	require.NoError(t, err)
	require.Equal(t, "enough", changes[len(changes)-1].Reason)
	s.verified()
}

// Who sees the organiser's unit sees the whole; who is invited sees the sessions, and
// answers for themselves alone; others see nothing.
func TestEventsAreSeen(t *testing.T) {
	s, _ := gathering(t, new(crm.Memory))
	west := crm.Actor{ID: "chief", Sees: access.Scope{Units: []access.Range{{From: "sales/west/", To: "sales/west0"}}}}
	list := func(actor crm.Actor) (ids []string) {
		for e, err := range s.Events.List(s.ctx, actor, crm.EventFilter{Organiser: "li", Customer: "c2", Ref: "o7", State: crm.StatePlanned}) {
			require.NoError(t, err)
			ids = append(ids, e.ID)
		}
		return ids
	}
	require.Equal(t, []string{"e1"}, list(boss))
	require.Empty(t, list(west))
	for _, blind := range []crm.Actor{west, only("sun"), only("c1")} { // a customer is no colleague
		_, err := s.Events.Get(s.ctx, blind, "e1")
		require.ErrorIs(t, err, crm.ErrNotFound)
		_, err = s.Events.Sessions(s.ctx, blind, "e1", day(0), day(9))
		require.ErrorIs(t, err, crm.ErrNotFound)
		require.ErrorIs(t, s.Events.Answer(s.ctx, blind, "e1", crm.Reply{Participant: "c1", Answer: agenda.Accepted}), crm.ErrNotFound)
		require.Empty(t, s.mine(blind, "li"))
		require.Empty(t, s.mine(blind, "zhao"))
	}
	zhao := only("zhao")
	e, err := s.Events.Get(s.ctx, zhao, "e1")
	require.NoError(t, err)
	require.Empty(t, e.Text)
	_, err = s.Events.Changes(s.ctx, zhao, "e1")
	require.ErrorIs(t, err, crm.ErrNotFound)
	require.Len(t, s.mine(zhao, "li"), 2, "what both go to")
	for name, err := range map[string]error{
		"invite": s.Events.Invite(s.ctx, zhao, "e1", []agenda.Participant{{ID: "sun"}}, crm.Call{}),
		"remove": s.Events.Remove(s.ctx, zhao, "e1", "zhao", crm.Call{}),
		"answer": s.Events.Answer(s.ctx, zhao, "e1", crm.Reply{Participant: "c1", Answer: agenda.Declined}),
		"move":   s.Events.Move(s.ctx, zhao, "e1", firstFriday, hour(14, 0), hour(16, 0), crm.Call{}),
		"cancel": s.Events.Cancel(s.ctx, zhao, "e1", firstFriday, crm.Call{}),
		"attend": s.Events.Attend(s.ctx, zhao, "e1", firstFriday, nil, crm.Call{}),
		"end":    s.Events.End(s.ctx, zhao, "e1", time.Time{}, crm.Call{}),
	} {
		require.ErrorIs(t, err, crm.ErrForbidden, name)
	}
	require.NoError(t, s.Events.Cancel(s.ctx, only("li"), "e1", firstFriday, crm.Call{}), "one's own")
}

func TestEventsRefused(t *testing.T) {
	s, _ := gathering(t, new(crm.Memory))
	refused := func(err error, of error, field string) {
		t.Helper()
		refusedAt(t, err, of, field, func(pure *agenda.Error) string { return pure.Field })
	}
	plan := func(n crm.NewEventSeries) error { _, err := s.Events.Plan(s.ctx, boss, n); return err }
	invite := func(who ...agenda.Participant) error { return s.Events.Invite(s.ctx, boss, "e1", who, crm.Call{}) }
	require.NoError(t, s.Owners.Close(s.ctx, boss, "gone", crm.Call{}))
	s.register("c3", person(t, "李娜", ""), li)
	_, err := s.Privacy.Forget(s.ctx, boss, "c3", crm.Erasure{Call: crm.Call{Reason: "asked"}})
	require.NoError(t, err)

	refused(plan(crm.NewEventSeries{Event: fridays("e1")}), crm.ErrDuplicate, "")
	short := fridays("")
	short.Length = 0
	refused(plan(crm.NewEventSeries{Event: short}), crm.ErrInvalid, "length")
	refused(plan(crm.NewEventSeries{Event: fridays("", agenda.Participant{ID: "zhao"}, agenda.Participant{ID: "zhao"})}), crm.ErrDuplicate, "participant")
	refused(plan(crm.NewEventSeries{Event: fridays(""), Customer: "none"}), crm.ErrNotFound, "")
	refused(plan(crm.NewEventSeries{Event: fridays(""), Customer: "c3"}), crm.ErrForgotten, "")
	nobody := fridays("")
	nobody.Organiser = "gone"
	refused(plan(crm.NewEventSeries{Event: nobody}), crm.ErrForbidden, "")
	refused(plan(crm.NewEventSeries{Event: fridays("", agenda.Participant{ID: "gone"})}), crm.ErrForbidden, "")

	refused(invite(), crm.ErrInvalid, "participants")
	refused(invite(make([]agenda.Participant, 401)...), crm.ErrInvalid, "participants")
	refused(invite(agenda.Participant{}), crm.ErrInvalid, "id")
	refused(invite(agenda.Participant{ID: "zhao"}), crm.ErrDuplicate, "participant")
	refused(invite(agenda.Participant{ID: "gone"}), crm.ErrForbidden, "")
	refused(invite(agenda.Participant{ID: "none", Customer: true}), crm.ErrNotFound, "")
	refused(invite(agenda.Participant{ID: "c3", Customer: true}), crm.ErrForgotten, "")
	refused(s.Events.Remove(s.ctx, boss, "e1", "sun", crm.Call{}), crm.ErrNotFound, "participant")
	refused(s.Events.Answer(s.ctx, boss, "e1", crm.Reply{Answer: agenda.Accepted}), crm.ErrNotFound, "participant")
	refused(s.Events.Answer(s.ctx, boss, "e1", crm.Reply{Participant: "zhao", Answer: 9}), crm.ErrInvalid, "answer")
	refused(s.Events.Answer(s.ctx, boss, "e1", crm.Reply{Participant: "zhao", Session: "2026-01-03T09:00:00"}), crm.ErrNotFound, "session")
	refused(s.Events.Move(s.ctx, boss, "e1", firstFriday, hour(9, 0), hour(9, 0), crm.Call{}), crm.ErrInvalid, "moved")
	refused(s.Events.Attend(s.ctx, boss, "e1", firstFriday, nil, crm.Call{}), crm.ErrInvalid, "session")
	refused(s.Events.End(s.ctx, boss, "e1", day(3), crm.Call{At: day(1)}), crm.ErrInvalid, "at")
	refused(s.Events.Cancel(s.ctx, boss, "none", firstFriday, crm.Call{}), crm.ErrNotFound, "")
	require.NoError(t, s.Events.Cancel(s.ctx, boss, "e1", firstFriday, crm.Call{}))
	refused(s.Events.Cancel(s.ctx, boss, "e1", firstFriday, crm.Call{}), crm.ErrTransition, "session")
	_, err = s.Events.Between(s.ctx, boss, "", day(0), day(1))
	refused(err, crm.ErrInvalid, "staff")
	_, err = s.Events.Between(s.ctx, boss, "zhao", day(1), day(0))
	refused(err, crm.ErrInvalid, "window")
}

// As many as one command has room for, and of each an invitation.
func TestEventOfMany(t *testing.T) {
	s, _ := gathering(t, new(crm.Memory))
	var guests []agenda.Participant
	for i := range 400 {
		guests = append(guests, agenda.Participant{ID: fmt.Sprintf("s%03d", i), Answer: agenda.Accepted})
	}
	id, err := s.Events.Plan(s.ctx, boss, crm.NewEventSeries{Event: fridays("", guests...), Call: crm.Call{Key: "k"}})
	require.NoError(t, err)
	again, err := s.Events.Plan(s.ctx, boss, crm.NewEventSeries{Event: fridays("", guests...), Call: crm.Call{Key: "k"}})
	require.NoError(t, err)
	require.Equal(t, id, again)
	require.Equal(t, []string{id + " 02 09:00 planned accepted", id + " 09 09:00 planned accepted"}, s.mine(boss, "s399"))
}

// Of today, on the list of who goes there, unless they declined or it was called off.
func TestSessionsOnTheWorklist(t *testing.T) {
	s, clock := gathering(t, new(crm.Memory))
	lines := func(staff string) []string {
		t.Helper()
		day, err := s.Worklists.Day(s.ctx, only(staff), staff, crm.DayOptions{})
		require.NoError(t, err)
		return dayLines(t, day, time.UTC)
	}
	require.Empty(t, lines("zhao"))
	clock.Time = hour(8, 0)
	require.Equal(t, []string{"event/e1 appointment at 2026-01-02 09:00"}, lines("zhao"))
	require.Equal(t, []string{"event/e1 appointment at 2026-01-02 09:00"}, lines("li"))
	require.NoError(t, s.Events.Answer(s.ctx, only("zhao"), "e1", crm.Reply{Session: firstFriday, Answer: agenda.Declined}))
	require.Empty(t, lines("zhao"))
	require.NoError(t, s.Events.Cancel(s.ctx, boss, "e1", firstFriday, crm.Call{}))
	require.Empty(t, lines("li"))
}

// Of many who answer and change at one moment nothing is lost.
func TestEventRivals(t *testing.T) {
	s, clock := gathering(t, new(crm.Memory))
	for i := range 8 {
		require.NoError(t, s.Events.Invite(s.ctx, boss, "e1", []agenda.Participant{{ID: fmt.Sprint("s", i)}}, crm.Call{}))
	}
	cancelled, mu := 0, sync.Mutex{}
	patient, err := crm.New(s.store, crm.Options{Clock: clock, Attempts: 1000})
	require.NoError(t, err)
	storetest.Together(8, func(i int) {
		if err := patient.Events.Answer(s.ctx, only(fmt.Sprint("s", i)), "e1", crm.Reply{Answer: agenda.Accepted}); err != nil {
			t.Error(err)
		}
	})
	storetest.Together(4, func(int) {
		err := patient.Events.Cancel(s.ctx, boss, "e1", firstFriday, crm.Call{})
		mu.Lock()
		defer mu.Unlock()
		switch {
		case err == nil:
			cancelled++
		case !errors.Is(err, crm.ErrTransition):
			t.Error(err)
		}
	})
	require.Equal(t, 1, cancelled)
	sessions, err := s.Events.Sessions(s.ctx, boss, "e1", day(7), day(9))
	require.NoError(t, err)
	require.Equal(t, 8, sessions[0].Count(agenda.Accepted))
	s.event("e1")
}

// Through a store that fails, each command that is sent until it is answered happens once.
func TestEventsOnAFaultyStore(t *testing.T) {
	runs := uint64(60)
	if testing.Short() {
		runs = 15
	}
	for seed := range runs {
		memory := new(crm.Memory)
		calm := newSceneOn(t, memory, crm.Options{})
		calm.register("c1", person(t, "张伟", "13800138000"), li)
		rates := crmtest.Rates{ErrRead: .05, ErrBefore: .2, ErrAfter: .2, Conflict: .2, StaleRead: .2}
		clock := &at{hour(12, 0)}
		c, err := crm.New(crmtest.NewFaulty(memory, seed, rates), crm.Options{Clock: clock, Attempts: 3})
		require.NoError(t, err)
		n := 0
		send := func(do func(ctx context.Context, call crm.Call) error) {
			t.Helper()
			n++
			for range 300 {
				if err = do(t.Context(), crm.Call{Key: fmt.Sprint(n)}); err == nil {
					return
				}
			}
			require.NoError(t, err, "seed %d, command %d", seed, n)
		}
		send(func(ctx context.Context, call crm.Call) error {
			_, err := c.Events.Plan(ctx, boss, crm.NewEventSeries{Call: call, Event: fridays("e1", agenda.Participant{ID: "zhao"}, agenda.Participant{ID: "c1", Customer: true}), Path: li.Path})
			return err
		})
		send(func(ctx context.Context, call crm.Call) error {
			return c.Events.Answer(ctx, only("zhao"), "e1", crm.Reply{Call: call, Answer: agenda.Accepted})
		})
		send(func(ctx context.Context, call crm.Call) error {
			return c.Events.Attend(ctx, boss, "e1", firstFriday, []string{"zhao"}, call)
		})
		send(func(ctx context.Context, call crm.Call) error { return c.Events.Remove(ctx, boss, "e1", "c1", call) })
		e := calm.event("e1")
		require.Equal(t, uint64(6), e.Head.Entries, "seed %d", seed)
		require.Equal(t, []agenda.Participant{{ID: "zhao", Answer: agenda.Accepted}}, e.Participants)
		require.Len(t, calm.mine(boss, "zhao"), 2)
	}
}

// A leaver's series go to who gets the work, those that are over stay; nobody invites who
// leaves meanwhile.
func TestEventsAreHandedOver(t *testing.T) {
	store := &overtaken{Memory: new(crm.Memory)}
	s, _ := gathering(t, store)
	_, err := s.Events.Plan(s.ctx, boss, crm.NewEventSeries{Event: fridays("e2"), Path: li.Path})
	require.NoError(t, err)
	require.NoError(t, s.Events.End(s.ctx, boss, "e2", time.Time{}, crm.Call{}))
	has, err := s.Handovers.Inventory(s.ctx, boss, "li")
	require.NoError(t, err)
	for _, b := range has {
		if b.Matter == owner.Tasks {
			require.Equal(t, []crm.Belonging{{Subject: crm.Subject{Kind: crm.KindEvent, ID: "e1"}}}, b.Things)
		}
	}
	_, err = s.Owners.TransferAll(s.ctx, boss, "li", crm.Leaving{Terms: crm.Terms{Code: "left"}, Takers: []owner.Staff{sun}})
	require.NoError(t, err)
	require.Equal(t, "sun", s.event("e1").Organiser)
	require.Equal(t, "li", s.event("e2").Organiser)
	require.NoError(t, s.Events.Cancel(s.ctx, only("sun"), "e1", firstFriday, crm.Call{}))
	require.Equal(t, "sun", s.event("e1").Organiser)
	require.Len(t, s.mine(only("sun"), "sun"), 2)

	other, err := crm.New(store.Memory, crm.Options{Clock: s.clock})
	require.NoError(t, err)
	store.meanwhile = func() { require.NoError(t, other.Owners.Close(s.ctx, boss, "ann", crm.Call{})) }
	err = s.Events.Invite(s.ctx, boss, "e1", []agenda.Participant{{ID: "ann"}}, crm.Call{})
	require.ErrorIs(t, err, crm.ErrForbidden)
}

// Of a person who is forgotten no text is left: neither what was said of them as a
// participant, nor what names them, nor anything of a series that is about them.
func TestEventsForget(t *testing.T) {
	store := &searched{Memory: new(crm.Memory), subjects: map[crm.Subject]bool{}, keys: map[[2]string]bool{}}
	s, clock := gathering(t, store)
	s.register("c4", person(t, "王五", ""), li)
	_, err := s.Events.Plan(s.ctx, boss, crm.NewEventSeries{Event: fridays("e3"), Path: li.Path, Customer: "c1", Text: "his " + word, Call: said("1")})
	require.NoError(t, err)
	require.NoError(t, s.Events.Cancel(s.ctx, boss, "e3", firstFriday, said("2")))
	require.NoError(t, s.Events.Answer(s.ctx, boss, "e1", crm.Reply{Participant: "c1", Answer: agenda.Declined, Call: said("3")}))
	require.NoError(t, s.Events.Cancel(s.ctx, boss, "e1", secondFriday, crm.Call{Reason: "张伟 is abroad"}))
	require.NoError(t, s.Events.Cancel(s.ctx, boss, "e1", "2026-01-16T09:00:00", crm.Call{Reason: "the hall is taken"}))
	copied, err := s.Privacy.Copy(s.ctx, boss, "c1", "")
	require.NoError(t, err)
	require.Contains(t, string(copied.JSON), word)

	_, err = s.Privacy.Forget(s.ctx, boss, "c1", crm.Erasure{Call: crm.Call{Reason: "asked"}})
	require.NoError(t, err)
	require.Empty(t, store.holding(t, word))
	require.Empty(t, store.holding(t, "张伟"))
	require.NotEmpty(t, store.holding(t, "the hall is taken"), "what is not about them stays")
	e := s.event("e1")
	require.Equal(t, "the pumps", e.Text)
	require.Equal(t, agenda.Declined, e.Participants[0].Answer, "ids and codes stay")

	// Nothing more is said of them; the series can still be led to its end.
	clock.Time = hour(10, 0)
	require.NoError(t, s.Events.Remove(s.ctx, boss, "e1", "c1", said("4")))
	require.NoError(t, s.Events.End(s.ctx, boss, "e3", time.Time{}, said("5")))
	require.Empty(t, store.holding(t, word))
}

func TestEventSeriesLogsNothingPersonal(t *testing.T) {
	var b strings.Builder
	slog.New(slog.NewTextHandler(&b, nil)).Info("x", "event", crm.EventSeries{State: crm.StatePlanned, Text: "with " + word, Event: fridays("e1")})
	require.Contains(t, b.String(), "event.id=e1 event.organiser=li event.kind=meeting event.state=planned")
	require.NotContains(t, b.String(), word)
}
