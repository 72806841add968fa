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
	"github.com/guanxi-go/guanxi/crm/owner"
	"github.com/guanxi-go/guanxi/crm/recurrence"
	"github.com/guanxi-go/guanxi/crm/reminder"
)

// at is a clock that stands until it is set.
type at struct{ time.Time }

func (c *at) Now() time.Time { return c.Time }

// atNine is a reminder every day at nine of UTC from 2 January on.
func atNine() reminder.Reminder {
	return reminder.Reminder{Kind: reminder.Contact, Start: recurrence.Wall{Day: calendar.MustDate(2026, 1, 2), Clock: 9 * time.Hour}}
}

// hour is an instant of 2 January.
func hour(h, m int) time.Time { return time.Date(2026, 1, 2, h, m, 0, 0, time.UTC) }

func newDiary(t *testing.T, opts crm.Options) (*scene, *at) {
	clock := &at{day(0)}
	opts.Clock = clock
	s := newScene(t, opts)
	s.register("c1", person(t, "张伟", ""), li)
	return s, clock
}

func (s *scene) remind(n crm.NewReminder) string {
	s.t.Helper()
	if n.Owner.ID == "" {
		n.Owner = li
	}
	id, err := s.Agenda.Remind(s.ctx, boss, n)
	require.NoError(s.t, err)
	return id
}

// told returns the reminder, after holding its ledger against its journal.
func (s *scene) told(id string) crm.Reminder {
	s.t.Helper()
	r, err := s.Agenda.Reminder(s.ctx, boss, id)
	require.NoError(s.t, err)
	var journal []reminder.Entry
	for e, err := range s.store.Entries(s.ctx, crm.EntryFilter{Subject: crm.Subject{Kind: crm.KindReminder, ID: id}, Journal: crm.JournalReminder}) {
		require.NoError(s.t, err)
		if e.Kind == "created" {
			continue
		}
		var line reminder.Entry
		require.NoError(s.t, json.Unmarshal(e.Data, &line))
		require.Empty(s.t, line.Reason)
		journal = append(journal, line)
	}
	ledger, err := reminder.Fold(journal)
	require.NoError(s.t, err)
	require.Equal(s.t, fmt.Sprint(ledger), fmt.Sprint(r.Ledger))
	return r
}

func (s *scene) emitted(kind string) (found []crm.Event) {
	s.t.Helper()
	pending, err := s.store.(crm.Outbox).Pending(s.ctx, 1000)
	require.NoError(s.t, err)
	for _, e := range pending {
		if e.Kind == kind {
			found = append(found, e)
		}
	}
	return found
}

func TestReminderFiresOnce(t *testing.T) {
	s, clock := newDiary(t, crm.Options{})
	id := s.remind(crm.NewReminder{Reminder: atNine(), Customer: "c1", Ref: "o7", Text: "问候张伟"})
	r := s.told(id)
	require.Equal(t, crm.ReminderWaiting, r.State)
	require.Equal(t, hour(9, 0), r.Due)
	require.Equal(t, "问候张伟", r.Text)

	fired, err := s.Agenda.FireAll(s.ctx, boss, nil)
	require.NoError(t, err)
	require.Empty(t, fired, "it is not time")

	clock.Time = hour(9, 5).AddDate(0, 0, 2)
	fired, err = s.Agenda.FireAll(s.ctx, boss, nil)
	require.NoError(t, err)
	want := crm.Fired{Reminder: id, Kind: "contact", Owner: "li", Customer: "c1", Ref: "o7", Firings: []crm.Firing{{IDs: []string{"2026-01-04T09:00:00"}, Missed: 2}}}
	require.Equal(t, []crm.Fired{want}, fired)
	for range 2 {
		fired, err = s.Agenda.FireAll(s.ctx, boss, nil)
		require.NoError(t, err)
		require.Empty(t, fired)
		again, err := s.Agenda.Fire(s.ctx, boss, id, crm.Call{})
		require.NoError(t, err)
		require.Empty(t, again.Firings)
	}
	events := s.emitted("reminder.fired")
	require.Len(t, events, 1)
	var sent crm.Fired
	require.NoError(t, json.Unmarshal(events[0].Data, &sent))
	require.Equal(t, want, sent)

	r = s.told(id)
	require.Equal(t, crm.ReminderFired, r.State)
	require.Equal(t, hour(9, 0).AddDate(0, 0, 2), r.Due, "it waits for an answer since then")
}

// The same key gives the same firings, although the second call alone would give none.
func TestFireByKey(t *testing.T) {
	s, clock := newDiary(t, crm.Options{})
	id := s.remind(crm.NewReminder{Reminder: atNine(), Call: crm.Call{Key: "form 1"}})
	require.Equal(t, id, s.remind(crm.NewReminder{Reminder: atNine(), Call: crm.Call{Key: "form 1"}}))
	_, err := s.Agenda.Remind(s.ctx, boss, crm.NewReminder{Reminder: atNine(), Owner: zhao, Call: crm.Call{Key: "form 1"}})
	require.ErrorIs(t, err, crm.ErrKeyReused)
	clock.Time = hour(9, 5)
	first, err := s.Agenda.Fire(s.ctx, boss, id, crm.Call{Key: "run 1"})
	require.NoError(t, err)
	require.Len(t, first.Firings, 1)
	second, err := s.Agenda.Fire(s.ctx, boss, id, crm.Call{Key: "run 1"})
	require.NoError(t, err)
	require.Equal(t, first, second)
	require.Len(t, s.emitted("reminder.fired"), 1)
}

func TestAnswersToReminders(t *testing.T) {
	s, clock := newDiary(t, crm.Options{})
	id := s.remind(crm.NewReminder{Reminder: atNine(), Customer: "c1"})
	clock.Time = hour(9, 5)
	_, err := s.Agenda.Fire(s.ctx, boss, id, crm.Call{})
	require.NoError(t, err)
	first := "2026-01-02T09:00:00"
	require.ErrorIs(t, s.Agenda.Snooze(s.ctx, boss, id, first, hour(9, 5), crm.Call{}), crm.ErrInvalid)
	require.ErrorIs(t, s.Agenda.Snooze(s.ctx, boss, id, "x", hour(10, 0), crm.Call{}), crm.ErrNotFound)
	require.NoError(t, s.Agenda.Snooze(s.ctx, boss, id, first, hour(10, 0), crm.Call{Reason: "在开会"}))
	r := s.told(id)
	require.Equal(t, crm.ReminderSnoozed, r.State)
	require.Equal(t, hour(10, 0), r.Due)

	clock.Time = hour(10, 0)
	fired, err := s.Agenda.FireAll(s.ctx, boss, nil)
	require.NoError(t, err)
	require.Equal(t, []crm.Firing{{IDs: []string{first}, Again: true}}, fired[0].Firings)
	require.NoError(t, s.Agenda.Done(s.ctx, boss, id, first, crm.Call{}))
	r = s.told(id)
	require.Equal(t, crm.ReminderWaiting, r.State)
	require.Equal(t, hour(9, 0).AddDate(0, 0, 1), r.Due)
	require.ErrorIs(t, s.Agenda.Dismiss(s.ctx, boss, id, "", crm.Call{}), crm.ErrTransition)

	clock.Time = hour(9, 0).AddDate(0, 0, 1)
	_, err = s.Agenda.FireAll(s.ctx, boss, nil)
	require.NoError(t, err)
	require.NoError(t, s.Agenda.Dismiss(s.ctx, boss, id, "", crm.Call{}))
	require.Empty(t, s.told(id).Ledger.Open)
}

func TestConditionsEndReminders(t *testing.T) {
	s, clock := newDiary(t, crm.Options{})
	dun := atNine()
	dun.Kind, dun.StopWhen = reminder.Dunning, []reminder.Condition{reminder.Paid}
	id := s.remind(crm.NewReminder{Reminder: dun, Ref: "o7/1"})
	other := s.remind(crm.NewReminder{Reminder: dun, Ref: "o8/1"})
	clock.Time = hour(9, 5)
	fired, err := s.Agenda.FireAll(s.ctx, boss, func(_ context.Context, r crm.Reminder) ([]reminder.Condition, error) {
		if r.Ref == "o7/1" {
			return []reminder.Condition{reminder.Paid}, nil
		}
		return nil, nil
	})
	require.NoError(t, err)
	require.Len(t, fired, 1)
	require.Equal(t, other, fired[0].Reminder)
	r := s.told(id)
	require.Equal(t, crm.ReminderEnded, r.State)
	require.Zero(t, r.Due)
	require.Len(t, s.emitted("reminder.stopped"), 1)
	clock.Time = hour(9, 5).AddDate(0, 0, 1)
	_, err = s.Agenda.FireAll(s.ctx, boss, func(context.Context, crm.Reminder) ([]reminder.Condition, error) { return nil, errors.New("no answer") })
	require.EqualError(t, err, "no answer")
}

func TestDueReminders(t *testing.T) {
	s, clock := newDiary(t, crm.Options{})
	second := atNine()
	second.Start.Clock = 8 * time.Hour
	once := atNine()
	once.Rule.Count, once.Start.Day = 1, calendar.MustDate(2026, 1, 5)
	a := s.remind(crm.NewReminder{Reminder: atNine()})
	b := s.remind(crm.NewReminder{Reminder: second})
	c := s.remind(crm.NewReminder{Reminder: once})
	s.remind(crm.NewReminder{Reminder: atNine(), Owner: zhao})
	due := func(actor crm.Actor, until time.Time) (ids []string) {
		t.Helper()
		list, err := s.Agenda.Due(s.ctx, actor, "li", until)
		require.NoError(t, err)
		for _, r := range list {
			ids = append(ids, r.ID)
		}
		return ids
	}
	own := crm.Actor{ID: "li"}
	require.Empty(t, due(own, hour(8, 0)))
	require.Equal(t, []string{b, a}, due(own, hour(9, 1)))
	require.Equal(t, []string{b, a, c}, due(boss, hour(9, 1).AddDate(0, 0, 3)))
	require.Empty(t, due(crm.Actor{ID: "zhao"}, hour(9, 1)), "sees nothing of the unit")
	clock.Time = hour(10, 0)
	_, err := s.Agenda.FireAll(s.ctx, boss, nil)
	require.NoError(t, err)
	clock.Time = hour(7, 0).AddDate(0, 0, 1)
	require.Equal(t, []string{b, a}, due(own, clock.Time), "nobody has answered yesterday's")
	_, err = s.Agenda.Due(s.ctx, own, "", hour(9, 1))
	require.ErrorIs(t, err, crm.ErrInvalid)
	_, err = s.Agenda.Due(s.ctx, own, "li", time.Time{})
	require.ErrorIs(t, err, crm.ErrInvalid)

	// What is due once ends when it is done.
	clock.Time = hour(9, 0).AddDate(0, 0, 3)
	_, err = s.Agenda.Fire(s.ctx, boss, c, crm.Call{})
	require.NoError(t, err)
	require.NoError(t, s.Agenda.Done(s.ctx, boss, c, "", crm.Call{}))
	require.Equal(t, crm.ReminderEnded, s.told(c).State)
}

// By the clocks and working days of the company: 09:00 in Shanghai, and not on 2 and 3
// January, a holiday.
func TestRemindersGoByTheCalendar(t *testing.T) {
	shanghai := time.FixedZone("CST", 8*3600)
	office, err := calendar.Compile(calendar.Spec{Loc: shanghai, Patterns: []calendar.Pattern{{Cycle: calendar.Week(calendar.MustPlan("09:00-18:00"))}},
		Years: calendar.China(), From: calendar.MustDate(2025, 1, 1), To: calendar.MustDate(2026, 12, 31)})
	require.NoError(t, err)
	s, clock := newDiary(t, crm.Options{Calendar: office})
	rolled := atNine()
	rolled.Roll = calendar.Following
	id := s.remind(crm.NewReminder{Reminder: rolled})
	require.Equal(t, time.Date(2026, 1, 4, 1, 0, 0, 0, time.UTC), s.told(id).Due)
	clock.Time = s.told(id).Due
	fired, err := s.Agenda.FireAll(s.ctx, boss, nil)
	require.NoError(t, err)
	require.Equal(t, []crm.Firing{{IDs: []string{"2026-01-02T09:00:00", "2026-01-03T09:00:00", "2026-01-04T09:00:00"}}}, fired[0].Firings)

	without, _ := newDiary(t, crm.Options{})
	_, err = without.Agenda.Remind(without.ctx, boss, crm.NewReminder{Reminder: rolled, Owner: li})
	require.ErrorIs(t, err, crm.ErrInvalid, "nothing rolls without a calendar")
}

func TestRemindRefused(t *testing.T) {
	s, _ := newDiary(t, crm.Options{})
	try := func(n crm.NewReminder) error {
		if n.Owner.ID == "" {
			n.Owner = li
		}
		_, err := s.Agenda.Remind(s.ctx, boss, n)
		return err
	}
	require.ErrorIs(t, try(crm.NewReminder{}), reminder.ErrInvalid)
	require.ErrorIs(t, try(crm.NewReminder{Reminder: atNine(), Customer: "nobody"}), crm.ErrNotFound)
	r := atNine()
	r.ID = "r1"
	require.NoError(t, try(crm.NewReminder{Reminder: r}))
	require.ErrorIs(t, try(crm.NewReminder{Reminder: r}), crm.ErrDuplicate)
	require.NoError(t, s.Owners.Close(s.ctx, boss, "sun", crm.Call{}))
	require.ErrorIs(t, try(crm.NewReminder{Reminder: atNine(), Owner: sun}), crm.ErrForbidden)
	blind := crm.Actor{ID: "x"}
	_, err := s.Agenda.Reminder(s.ctx, blind, "r1")
	require.ErrorIs(t, err, crm.ErrNotFound)
	_, err = s.Agenda.Fire(s.ctx, blind, "r1", crm.Call{})
	require.ErrorIs(t, err, crm.ErrNotFound)
	fired, err := s.Agenda.FireAll(s.ctx, blind, nil)
	require.NoError(t, err)
	require.Empty(t, fired)
}

// A leaver's reminders and planned appointments go to who gets the customers, and fire
// for them.
func TestAgendaIsHandedOver(t *testing.T) {
	s, clock := newDiary(t, crm.Options{})
	id := s.remind(crm.NewReminder{Reminder: atNine(), Customer: "c1"})
	visit, err := s.Agenda.Plan(s.ctx, boss, crm.NewAppointment{Appointment: visitAt("", 9, 10), Path: li.Path})
	require.NoError(t, err)
	_, err = s.Owners.TransferAll(s.ctx, boss, "li", crm.Leaving{Terms: crm.Terms{Call: crm.Call{Reason: "leaves"}}, Takers: []owner.Staff{zhao}})
	require.NoError(t, err)
	clock.Time = hour(9, 5)
	fired, err := s.Agenda.FireAll(s.ctx, boss, nil)
	require.NoError(t, err)
	require.Equal(t, "zhao", fired[0].Owner)
	require.Equal(t, "zhao", s.told(id).Owner)
	list, err := s.Agenda.Between(s.ctx, crm.Actor{ID: "zhao"}, "zhao", hour(0, 0), hour(24, 0))
	require.NoError(t, err)
	require.Len(t, list, 1)
	require.Equal(t, visit.ID, list[0].ID)
	require.Equal(t, "zhao", list[0].Staff)
	require.NoError(t, s.Agenda.Finish(s.ctx, boss, visit.ID, "", crm.Call{}))
	_, err = s.Agenda.Remind(s.ctx, boss, crm.NewReminder{Reminder: atNine(), Owner: li})
	require.ErrorIs(t, err, crm.ErrForbidden)
	s.verified()
}

// Once somebody is forgotten, nothing in the agenda says who they were, and no reminder
// of them fires.
func TestAgendaForgets(t *testing.T) {
	s, clock := newDiary(t, crm.Options{})
	id := s.remind(crm.NewReminder{Reminder: atNine(), Customer: "c1", Text: "问候张伟", Call: crm.Call{Reason: "张伟 asked"}})
	visit := visitAt("", 9, 10)
	visit.Customer = "c1"
	planned, err := s.Agenda.Plan(s.ctx, boss, crm.NewAppointment{Appointment: visit, Path: li.Path, Text: "拜访张伟"})
	require.NoError(t, err)
	_, err = s.Privacy.Forget(s.ctx, boss, "c1", crm.Erasure{Call: crm.Call{Reason: "asked"}})
	require.NoError(t, err)
	require.Empty(t, s.told(id).Text)
	a, err := s.Agenda.Appointment(s.ctx, boss, planned.ID)
	require.NoError(t, err)
	require.Empty(t, a.Text)
	clock.Time = hour(11, 0)
	fired, err := s.Agenda.FireAll(s.ctx, boss, nil)
	require.NoError(t, err)
	require.Empty(t, fired)
	require.Equal(t, reminder.LeftUs, s.told(id).Ledger.Stopped)
	require.NoError(t, s.Agenda.Miss(s.ctx, boss, planned.ID, crm.Call{Reason: "张伟 was not there"}))
	for _, subject := range []crm.Subject{{Kind: crm.KindReminder, ID: id}, {Kind: crm.KindAppointment, ID: planned.ID}} {
		for e, err := range s.store.Entries(s.ctx, crm.EntryFilter{Subject: subject}) {
			require.NoError(t, err)
			require.Empty(t, e.Reason+e.Text+string(e.Private), e.Kind)
		}
	}
	_, err = s.Agenda.Remind(s.ctx, boss, crm.NewReminder{Reminder: atNine(), Owner: li, Customer: "c1"})
	require.ErrorIs(t, err, crm.ErrForgotten)
}

func visitAt(id string, from, to int) agenda.Appointment {
	return agenda.Appointment{ID: id, Kind: agenda.VisitOut, Staff: "li", From: hour(from, 0), To: hour(to, 0)}
}

func TestAppointments(t *testing.T) {
	s, clock := newDiary(t, crm.Options{})
	plan := func(a agenda.Appointment, anyway bool) (crm.Scheduled, error) {
		return s.Agenda.Plan(s.ctx, boss, crm.NewAppointment{Appointment: a, Path: li.Path, Anyway: anyway, Text: "x"})
	}
	_, err := plan(visitAt("v1", 9, 10), false)
	require.NoError(t, err)
	_, err = plan(visitAt("v1", 13, 14), false)
	require.ErrorIs(t, err, crm.ErrDuplicate)
	_, err = plan(visitAt("", 10, 10), false)
	require.ErrorIs(t, err, crm.ErrInvalid)

	var taken *crm.Error
	_, err = plan(visitAt("v2", 9, 12), false)
	require.ErrorIs(t, err, crm.ErrTaken)
	require.ErrorAs(t, err, &taken)
	require.Equal(t, crm.Subject{Kind: crm.KindAppointment, ID: "v1"}, taken.Holder)
	far := visitAt("v2", 10, 12)
	far.TravelMinutes = 30
	_, err = plan(far, false)
	require.ErrorIs(t, err, crm.ErrTaken, "no time for the way")
	done, err := plan(far, true)
	require.NoError(t, err)
	require.Equal(t, []agenda.Conflict{{Kind: agenda.Travel, Staff: "li", First: "v1", Second: "v2", Short: 30 * time.Minute}}, done.Conflicts)
	other := visitAt("v3", 9, 10)
	other.Staff = "zhao"
	_, err = plan(other, false)
	require.NoError(t, err)

	_, err = s.Agenda.Move(s.ctx, boss, "v2", hour(9, 30), hour(11, 0), false, crm.Call{})
	require.ErrorIs(t, err, crm.ErrTaken)
	_, err = s.Agenda.Move(s.ctx, boss, "v2", hour(10, 30), hour(12, 30), false, crm.Call{Reason: "the customer asked"})
	require.NoError(t, err, "it is not in its own way")
	require.ErrorIs(t, s.Agenda.Finish(s.ctx, boss, "v1", "", crm.Call{}), crm.ErrInvalid, "it has not begun")
	require.NoError(t, s.Agenda.Cancel(s.ctx, boss, "v1", crm.Call{}))
	require.ErrorIs(t, s.Agenda.Cancel(s.ctx, boss, "v1", crm.Call{}), crm.ErrTransition)
	_, err = plan(visitAt("v4", 9, 10), false)
	require.NoError(t, err, "what is cancelled is in nobody's way")
	clock.Time = hour(13, 0)
	require.NoError(t, s.Agenda.Finish(s.ctx, boss, "v2", "interested", crm.Call{}))
	require.NoError(t, s.Agenda.Miss(s.ctx, boss, "v4", crm.Call{}))

	list, err := s.Agenda.Between(s.ctx, crm.Actor{ID: "li"}, "li", hour(9, 59), hour(10, 31))
	require.NoError(t, err)
	var got []string
	for _, a := range list {
		got = append(got, a.ID+" "+a.State.String())
	}
	require.Equal(t, []string{"v1 cancelled", "v4 missed", "v2 done"}, got)
	list, err = s.Agenda.Between(s.ctx, crm.Actor{ID: "zhao", Sees: access.Scope{}}, "li", hour(0, 0), hour(24, 0))
	require.NoError(t, err)
	require.Empty(t, list)
	_, err = s.Agenda.Between(s.ctx, boss, "li", hour(9, 0), hour(9, 0))
	require.ErrorIs(t, err, crm.ErrInvalid)
	_, err = s.Agenda.Appointment(s.ctx, crm.Actor{ID: "x"}, "v2")
	require.ErrorIs(t, err, crm.ErrNotFound)
	require.Len(t, s.emitted("appointment.moved"), 1)

	// The journal comes to what the record says.
	a, err := s.Agenda.Appointment(s.ctx, boss, "v2")
	require.NoError(t, err)
	var journal []agenda.Entry
	for e, err := range s.store.Entries(s.ctx, crm.EntryFilter{Subject: crm.Subject{Kind: crm.KindAppointment, ID: "v2"}}) {
		require.NoError(t, err)
		var line agenda.Entry
		require.NoError(t, json.Unmarshal(e.Data, &line))
		journal = append(journal, line)
	}
	folded, err := agenda.Fold(journal)
	require.NoError(t, err)
	require.Equal(t, folded, a.Appointment)
	require.Equal(t, "x", a.Text)
}

// Of many who plan an appointment for one time at once, one does.
func TestAppointmentsAtOnce(t *testing.T) {
	s, _ := newDiary(t, crm.Options{Attempts: 100})
	var wait sync.WaitGroup
	errs := make([]error, 16)
	for i := range errs {
		wait.Go(func() {
			a := visitAt(fmt.Sprint("v", i), 9, 10)
			a.Customer = "c1"
			_, errs[i] = s.Agenda.Plan(s.ctx, boss, crm.NewAppointment{Appointment: a, Path: li.Path})
		})
	}
	wait.Wait()
	planned := 0
	for _, err := range errs {
		if err == nil {
			planned++
			continue
		}
		require.ErrorIs(t, err, crm.ErrTaken)
	}
	require.Equal(t, 1, planned)
}

func TestAgendaLogsNothingPersonal(t *testing.T) {
	var b strings.Builder
	log := slog.New(slog.NewTextHandler(&b, nil))
	log.Info("x", "reminder", crm.Reminder{Owner: "li", Text: "张伟"}, "appointment", crm.Appointment{Text: "张伟", Appointment: agenda.Appointment{Staff: "li"}})
	require.Contains(t, b.String(), "reminder.owner=li")
	require.Contains(t, b.String(), "appointment.staff=li")
	require.NotContains(t, b.String(), "张")
}

// Sessions take the time of who holds them and of who is invited, as appointments do, until
// they decline, or the session is called off or moved.
func TestSessionsTakeTime(t *testing.T) {
	s, _ := gathering(t, new(crm.Memory)) // li meets zhao on Fridays from nine to ten
	plan := func(id, staff string, from int, anyway bool) (crm.Scheduled, error) {
		a := visitAt(id, from, from+1)
		a.Staff, a.TravelMinutes = staff, 30
		return s.Agenda.Plan(s.ctx, boss, crm.NewAppointment{Appointment: a, Anyway: anyway})
	}
	free := func(id, staff string, from int) {
		t.Helper()
		_, err := plan(id, staff, from, false)
		require.NoError(t, err)
	}
	var taken *crm.Error
	for _, staff := range []string{"li", "zhao"} {
		_, err := plan("v-"+staff, staff, 9, false)
		require.ErrorIs(t, err, crm.ErrTaken)
		require.ErrorAs(t, err, &taken)
		require.Equal(t, crm.Subject{Kind: crm.KindEvent, ID: "e1"}, taken.Holder)
		_, err = plan("v-"+staff, staff, 10, false)
		require.ErrorIs(t, err, crm.ErrTaken, "no time for the way")
	}
	free("v-sun", "sun", 9)
	free("v-noon", "li", 11)
	_, err := s.Agenda.Move(s.ctx, boss, "v-noon", hour(9, 30), hour(10, 30), false, crm.Call{})
	require.ErrorIs(t, err, crm.ErrTaken)
	done, err := s.Agenda.Move(s.ctx, boss, "v-noon", hour(9, 30), hour(10, 30), true, crm.Call{})
	require.NoError(t, err)
	require.Equal(t, []agenda.Conflict{{Kind: agenda.Overlap, Staff: "li", First: "e1|" + firstFriday, Second: "v-noon", Short: 30 * time.Minute}}, done.Conflicts)

	require.NoError(t, s.Events.Answer(s.ctx, only("zhao"), "e1", crm.Reply{Session: firstFriday, Answer: agenda.Declined}))
	free("v-zhao", "zhao", 9)
	_, err = s.Agenda.Move(s.ctx, boss, "v-noon", hour(13, 0), hour(14, 0), false, crm.Call{})
	require.NoError(t, err)
	require.NoError(t, s.Events.Cancel(s.ctx, boss, "e1", firstFriday, crm.Call{}))
	free("v-li", "li", 9)

	// The longest id of a series is one, too.
	long := strings.Repeat("e", crm.MaxID)
	_, err = s.Events.Plan(s.ctx, boss, crm.NewEventSeries{Event: fridays(long)})
	require.NoError(t, err)
	require.NoError(t, s.Agenda.Cancel(s.ctx, boss, "v-li", crm.Call{}))
	_, err = plan("v-late", "li", 9, false)
	require.ErrorAs(t, err, &taken)
	require.Equal(t, crm.Subject{Kind: crm.KindEvent, ID: long}, taken.Holder)
}
