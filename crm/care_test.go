package crm_test

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/guanxi-go/guanxi/crm"
	"github.com/guanxi-go/guanxi/crm/access"
	"github.com/guanxi-go/guanxi/crm/calendar"
	"github.com/guanxi-go/guanxi/crm/care"
	"github.com/guanxi-go/guanxi/crm/crmtest"
	"github.com/guanxi-go/guanxi/crm/money"
	"github.com/guanxi-go/guanxi/crm/owner"
	"github.com/guanxi-go/guanxi/internal/storetest"
)

// cards is a card the day before each birthday.
func cards() care.Plan {
	return care.Plan{ID: "cards", Trigger: care.Birthday, LeadDays: 1, Task: "card", Budget: cny(50_00)}
}

// bornOn says of everybody that their birthday is on a day of January.
func bornOn(day int) func(context.Context, crm.Customer, *care.Customer) error {
	return func(_ context.Context, _ crm.Customer, known *care.Customer) error {
		known.Birthday = care.MonthDay{Month: time.January, Day: day}
		return nil
	}
}

// caring is a scene on New Year's Day of c1 of li's and c2 of zhao's, with plans.
func caring(t *testing.T, store crm.Store, plans ...care.Plan) (*scene, *at) {
	t.Helper()
	clock := &at{day(0)}
	s := newSceneOn(t, store, crm.Options{Clock: clock})
	s.register("c1", person(t, "张伟", "13800138000"), li)
	s.register("c2", person(t, "李娜", "13900139000"), zhao)
	_, err := s.Registries.CarePlans.Put(s.ctx, boss, plans, 0, crm.Call{})
	require.NoError(t, err)
	return s, clock
}

func (s *scene) generate(g crm.GenerateCare) crm.GeneratedCare {
	s.t.Helper()
	page, err := s.Care.Generate(s.ctx, boss, g)
	require.NoError(s.t, err)
	return page
}

func (s *scene) care(actor crm.Actor, f crm.CareFilter) (list []crm.CareTask) {
	s.t.Helper()
	for task, err := range s.Care.List(s.ctx, actor, f) {
		require.NoError(s.t, err)
		list = append(list, task)
	}
	return list
}

// careEntries returns the kinds of the journal of a task.
func (s *scene) careEntries(id string) (entries []crm.Entry) {
	s.t.Helper()
	for e, err := range s.store.Entries(s.ctx, crm.EntryFilter{Subject: crm.Subject{Kind: crm.KindCareTask, ID: id}, Journal: crm.JournalCare}) {
		require.NoError(s.t, err)
		entries = append(entries, e)
	}
	return entries
}

// The life of a task: planned once, done with outcome and cost, summed up.
func TestCare(t *testing.T) {
	s, clock := caring(t, new(crm.Memory), cards())
	page := s.generate(crm.GenerateCare{Facts: bornOn(5), Ahead: 6})
	require.Len(t, page.Made, 2)
	require.Empty(t, page.Next)
	require.Empty(t, s.generate(crm.GenerateCare{Facts: bornOn(5), Ahead: 3, From: calendar.MustDate(2026, 1, 3)}).Made, "another window, the same task")
	require.Len(t, s.emitted("care.planned"), 2)

	task, err := s.Care.Get(s.ctx, boss, page.Made[0])
	require.NoError(t, err)
	require.Equal(t, care.Task{Key: care.Key{Plan: "cards", Customer: "c1", Occasion: calendar.MustDate(2026, 1, 5)}, On: calendar.MustDate(2026, 1, 4),
		Task: "card", Budget: cny(50_00)}, task.Planned)
	require.Equal(t, []string{"li", "sales/east/", crm.StatePlanned}, []string{task.Owner, task.Path, task.State})
	require.Zero(t, task.Outcome)

	clock.Time = hour(9, 0).AddDate(0, 0, 3) // the fifth, a day late
	o := crm.CareOutcome{Code: "pleased", Cost: cny(48_00), Text: "likes cats", Call: crm.Call{Key: "k", Reason: "r", At: clock.Time.Add(-time.Hour)}}
	require.NoError(t, s.Care.Done(s.ctx, boss, page.Made[0], o))
	require.NoError(t, s.Care.Done(s.ctx, boss, page.Made[0], o), "sent again")
	o.Key = ""
	require.ErrorIs(t, s.Care.Done(s.ctx, boss, page.Made[0], o), crm.ErrTransition)
	require.ErrorIs(t, s.Care.Drop(s.ctx, boss, page.Made[0], crm.CareOutcome{Call: crm.Call{Key: "k"}}), crm.ErrKeyReused)
	require.Len(t, s.emitted("care.done"), 1)

	task, err = s.Care.Get(s.ctx, boss, page.Made[0])
	require.NoError(t, err)
	require.Equal(t, care.Outcome{Key: task.Planned.Key, Result: care.Done, Code: "pleased", On: calendar.MustDate(2026, 1, 5), Cost: cny(48_00)}, task.Outcome)
	require.Equal(t, "done", task.State)
	entries := s.careEntries(task.ID)
	require.Len(t, entries, 2)
	require.JSONEq(t, `{"occasion":"2026-01-05","on":"2026-01-04"}`, string(entries[0].Private))
	require.JSONEq(t, `{"task":"card"}`, string(entries[0].Data))
	last := entries[1]
	require.Equal(t, []any{"done", "planned", "done", "c1", "cards", int64(48_00), money.CNY, "r", "likes cats"},
		[]any{last.Kind, last.From, last.To, last.Contact, last.Ref, last.Amount, last.Currency, last.Reason, last.Text})
	require.Equal(t, hour(8, 0).AddDate(0, 0, 3), last.At)

	require.NoError(t, s.Care.Drop(s.ctx, boss, page.Made[1], crm.CareOutcome{Code: "abroad", Cost: cny(2_00)}))
	reports, err := s.Care.Review(s.ctx, boss, "", 0)
	require.NoError(t, err)
	require.Equal(t, []care.Report{{Plan: "cards", AsOf: calendar.MustDate(2026, 1, 5), Tasks: 2, Done: 1, Dropped: 1, Limited: true, Budget: cny(50_00), Cost: cny(50_00)}}, reports)
	reports, err = s.Care.Review(s.ctx, boss, "cards", calendar.MustDate(2026, 1, 4))
	require.NoError(t, err)
	require.Equal(t, 2, reports[0].Open, "what came later is left out")
	s.verified()
}

// The task of the day is on the worklist of its owner until it is done.
func TestCareOnTheWorklist(t *testing.T) {
	s, clock := caring(t, new(crm.Memory), cards())
	made := s.generate(crm.GenerateCare{Facts: bornOn(5), Ahead: 6}).Made
	lines := func() []string {
		t.Helper()
		day, err := s.Worklists.Day(s.ctx, crm.Actor{ID: "li", Sees: access.Scope{Owner: "li"}}, "li", crm.DayOptions{})
		require.NoError(t, err)
		return dayLines(t, day, time.UTC)
	}
	require.Empty(t, lines())
	clock.Time = hour(9, 0).AddDate(0, 0, 2)
	require.Equal(t, []string{"customer/c1 due today: care planned for 2026-01-04"}, lines())
	clock.Time = hour(0, 0).AddDate(0, 0, 3)
	require.Equal(t, []string{"customer/c1 overdue: care planned for 2026-01-04"}, lines())
	require.NoError(t, s.Care.Done(s.ctx, boss, made[0], crm.CareOutcome{}))
	require.Empty(t, lines())
}

// Nothing is made for who has nobody, has left, was forgotten, or is out of sight; once
// there is an owner, it is.
func TestCareOfWhom(t *testing.T) {
	s, _ := caring(t, new(crm.Memory), cards())
	s.register("c0", person(t, "王五", ""), owner.Staff{})
	s.register("c3", person(t, "赵六", ""), sun)
	s.register("c4", person(t, "孙七", ""), li)
	require.NoError(t, s.Owners.Close(s.ctx, boss, "sun", crm.Call{}))
	_, err := s.Privacy.Forget(s.ctx, boss, "c4", crm.Erasure{Call: crm.Call{Reason: "asked"}})
	require.NoError(t, err)

	east := crm.Actor{ID: "chief", Sees: access.Scope{Units: []access.Range{{From: "sales/east/", To: "sales/east0"}}}}
	page, err := s.Care.Generate(s.ctx, east, crm.GenerateCare{Facts: bornOn(2)})
	require.NoError(t, err)
	require.Len(t, page.Made, 1)
	page = s.generate(crm.GenerateCare{Facts: bornOn(2)})
	require.Len(t, page.Made, 1)
	require.Equal(t, 2, page.Unowned)
	_, err = s.Owners.Assign(s.ctx, boss, "c0", li, crm.Terms{})
	require.NoError(t, err)
	page = s.generate(crm.GenerateCare{Facts: bornOn(2)})
	require.Len(t, page.Made, 1)
	require.Equal(t, 1, page.Unowned)

	require.Len(t, s.care(east, crm.CareFilter{}), 2)
	require.Len(t, s.care(boss, crm.CareFilter{}), 3)
	require.Len(t, s.care(boss, crm.CareFilter{Owner: "zhao"}), 1)
	require.Len(t, s.care(boss, crm.CareFilter{Customer: "c0", Plan: "cards", State: crm.StatePlanned, Before: calendar.MustDate(2026, 1, 2)}), 1)
	require.Empty(t, s.care(boss, crm.CareFilter{Before: calendar.MustDate(2026, 1, 1)}))
	west := s.care(boss, crm.CareFilter{Owner: "zhao"})[0].ID
	_, err = s.Care.Get(s.ctx, east, west)
	require.ErrorIs(t, err, crm.ErrNotFound)
	require.ErrorIs(t, s.Care.Done(s.ctx, east, west, crm.CareOutcome{}), crm.ErrNotFound)
	reports, err := s.Care.Review(s.ctx, east, "", 0)
	require.NoError(t, err)
	require.Equal(t, 2, reports[0].Tasks)

	// By pages.
	s.register("c9", person(t, "周八", ""), li)
	page = s.generate(crm.GenerateCare{Facts: bornOn(2), Limit: 5})
	require.Equal(t, []any{0, "c4"}, []any{len(page.Made), page.Next})
	page = s.generate(crm.GenerateCare{Facts: bornOn(2), Limit: 5, After: page.Next})
	require.Equal(t, []any{1, ""}, []any{len(page.Made), page.Next})
}

// By class, from the last contact or action that counts; after events; skipped with the
// reason; what cannot be said is counted.
func TestCareByClassAndEvent(t *testing.T) {
	monthly := care.Plan{ID: "monthly", Trigger: care.EveryByClass, Every: []care.Interval{{Class: "A", Term: care.Term{Days: 30}}}, Task: "call"}
	year := care.Plan{ID: "year", Trigger: care.Anniversary, Event: "contract", Task: "letter"}
	s, clock := caring(t, new(crm.Memory), monthly, year, cards())
	facts := func(_ context.Context, of crm.Customer, known *care.Customer) error {
		known.Class = map[string]string{"c1": "A", "c2": "B"}[of.ID]
		known.Events = []care.Event{{Code: "contract", On: calendar.MustDate(2025, 2, 10)}}
		known.OptedOut = of.ID == "c2"
		return nil
	}
	clock.Time = day(9)
	s.followUp("li", crm.Subject{Kind: crm.KindCustomer, ID: "c1"}, time.Time{})
	page := s.generate(crm.GenerateCare{Facts: facts, Ahead: 50})
	require.Equal(t, []care.Skip{{Key: care.Key{Plan: "year", Customer: "c2", Occasion: calendar.MustDate(2026, 2, 10)}, Reason: care.OptedOut}}, page.Skipped)
	require.Equal(t, 2, page.Lacking, "nobody has a birthday")
	var planned []string
	for _, task := range s.care(boss, crm.CareFilter{}) {
		planned = append(planned, fmt.Sprint(task.Planned.Plan, " ", task.Planned.Customer, " ", task.Planned.On))
	}
	slices.Sort(planned)
	require.Equal(t, []string{"monthly c1 2026-02-09", "year c1 2026-02-10"}, planned)

	// Only one of the plans.
	require.Zero(t, s.generate(crm.GenerateCare{Plan: "year", Facts: facts, Ahead: 50}).Lacking)
}

// More customers than one commit has room for.
func TestCareInChunks(t *testing.T) {
	s, _ := caring(t, new(crm.Memory), cards())
	for i := range 230 {
		s.register(fmt.Sprintf("d%03d", i), person(t, "张", ""), []owner.Staff{li, zhao, sun}[i%3])
	}
	require.Len(t, s.generate(crm.GenerateCare{Facts: bornOn(2)}).Made, 232)
	require.Len(t, s.care(boss, crm.CareFilter{}), 232)
}

func TestCareRefused(t *testing.T) {
	s, _ := caring(t, new(crm.Memory), cards())
	refused := func(err error, of error, field string) {
		t.Helper()
		refusedAt(t, err, of, field, func(pure *care.Error) string { return pure.Field })
	}
	put := func(plans ...care.Plan) error {
		_, err := s.Registries.CarePlans.Put(s.ctx, boss, plans, 1, crm.Call{})
		return err
	}
	refused(put(cards(), cards()), crm.ErrDuplicate, "plans")
	refused(put(care.Plan{ID: "p", Trigger: care.Birthday}), crm.ErrInvalid, "task")

	_, err := s.Care.Generate(s.ctx, boss, crm.GenerateCare{Plan: "none"})
	refused(err, crm.ErrNotFound, "plan")
	_, err = s.Care.Generate(s.ctx, boss, crm.GenerateCare{Ahead: -1})
	refused(err, crm.ErrInvalid, "ahead")
	_, err = s.Care.Generate(s.ctx, boss, crm.GenerateCare{Facts: bornOn(40)})
	refused(err, crm.ErrInvalid, "customers.birthday")
	var whose *crm.Error
	require.ErrorAs(t, err, &whose)
	require.Equal(t, crm.Subject{Kind: crm.KindCustomer, ID: "c1"}, whose.Subject)
	broken := errors.New("the host's")
	_, err = s.Care.Generate(s.ctx, boss, crm.GenerateCare{Facts: func(context.Context, crm.Customer, *care.Customer) error { return broken }})
	require.ErrorIs(t, err, broken)
	_, err = s.Care.Generate(s.ctx, crm.Actor{Sees: access.Everything()}, crm.GenerateCare{Facts: bornOn(2)})
	refused(err, crm.ErrInvalid, "actor")

	id := s.generate(crm.GenerateCare{Facts: bornOn(2)}).Made[0]
	do := func(o crm.CareOutcome) error { return s.Care.Done(s.ctx, boss, id, o) }
	refused(do(crm.CareOutcome{Code: "Not A Code"}), crm.ErrInvalid, "code")
	refused(do(crm.CareOutcome{Cost: cny(-1)}), crm.ErrInvalid, "cost")
	refused(do(crm.CareOutcome{Cost: money.Amount{Minor: 1, Currency: money.USD}}), care.ErrCurrency, "cost")
	refused(do(crm.CareOutcome{Call: crm.Call{At: day(1)}}), crm.ErrInvalid, "at")
	refused(s.Care.Done(s.ctx, boss, "none", crm.CareOutcome{}), crm.ErrNotFound, "")
	require.NoError(t, do(crm.CareOutcome{}))
	refused(do(crm.CareOutcome{}), crm.ErrTransition, "state")
}

// Whoever generates beside others, one task comes of a key; whoever closes it, one did.
func TestCareRivals(t *testing.T) {
	s, _ := caring(t, new(crm.Memory), cards())
	var mu sync.Mutex
	made, done := 0, 0
	storetest.Together(8, func(int) {
		page, err := s.Care.Generate(s.ctx, boss, crm.GenerateCare{Facts: bornOn(2)})
		mu.Lock()
		defer mu.Unlock()
		if err != nil {
			t.Error(err)
		}
		made += len(page.Made)
	})
	tasks := s.care(boss, crm.CareFilter{})
	require.Len(t, tasks, 2)
	require.Equal(t, 2, made)
	storetest.Together(8, func(i int) {
		settle := []func(context.Context, crm.Actor, string, crm.CareOutcome) error{s.Care.Done, s.Care.Drop}[i%2]
		err := settle(s.ctx, boss, tasks[0].ID, crm.CareOutcome{})
		mu.Lock()
		defer mu.Unlock()
		switch {
		case err == nil:
			done++
		case !errors.Is(err, crm.ErrTransition):
			t.Error(err)
		}
	})
	require.Equal(t, 1, done)
	require.Len(t, s.careEntries(tasks[0].ID), 2)
}

// Through a store that fails, generated again until it is answered: one task for each
// customer, and one outcome.
func TestCareOnAFaultyStore(t *testing.T) {
	runs := uint64(60)
	if testing.Short() {
		runs = 15
	}
	for seed := range runs {
		memory := new(crm.Memory)
		s, clock := caring(t, memory, cards())
		rates := crmtest.Rates{ErrRead: .05, ErrBefore: .2, ErrAfter: .2, Conflict: .2, StaleRead: .2}
		c, err := crm.New(crmtest.NewFaulty(memory, seed, rates), crm.Options{Clock: clock, Attempts: 3})
		require.NoError(t, err)
		send := func(do func() error) {
			t.Helper()
			for range 300 {
				if err = do(); err == nil {
					return
				}
			}
			require.NoError(t, err, "seed %d", seed)
		}
		for range 3 {
			send(func() error {
				_, err := c.Care.Generate(t.Context(), boss, crm.GenerateCare{Facts: bornOn(2)})
				return err
			})
		}
		tasks := s.care(boss, crm.CareFilter{})
		require.Len(t, tasks, 2, "seed %d", seed)
		send(func() error {
			return c.Care.Done(t.Context(), boss, tasks[0].ID, crm.CareOutcome{Call: crm.Call{Key: "done"}, Cost: cny(1)})
		})
		require.Len(t, s.careEntries(tasks[0].ID), 2)
		require.Len(t, s.emitted("care.done"), 1)
		s.verified()
	}
}

// A leaver's open tasks go with the customers; what is done stays with who did it.
func TestCareIsHandedOver(t *testing.T) {
	s, _ := caring(t, new(crm.Memory), cards())
	s.register("c3", person(t, "王五", ""), li)
	s.generate(crm.GenerateCare{Facts: bornOn(2)})
	tasks := s.care(boss, crm.CareFilter{Owner: "li"})
	require.Len(t, tasks, 2)
	require.NoError(t, s.Care.Done(s.ctx, boss, tasks[0].ID, crm.CareOutcome{}))
	has, err := s.Handovers.Inventory(s.ctx, boss, "li")
	require.NoError(t, err)
	at := slices.IndexFunc(has, func(b crm.Belongings) bool { return b.Matter == owner.Tasks })
	require.Equal(t, []crm.Belonging{{Subject: crm.Subject{Kind: crm.KindCareTask, ID: tasks[1].ID}}}, has[at].Things)
	_, err = s.Owners.TransferAll(s.ctx, boss, "li", crm.Leaving{Terms: crm.Terms{Code: "left"}, Takers: []owner.Staff{zhao}})
	require.NoError(t, err)
	require.Equal(t, []string{tasks[0].ID}, idsOfCare(s.care(boss, crm.CareFilter{Owner: "li"})))
	require.Contains(t, idsOfCare(s.care(boss, crm.CareFilter{Owner: "zhao", State: crm.StatePlanned})), tasks[1].ID)
	require.Empty(t, s.generate(crm.GenerateCare{Facts: bornOn(2)}).Made)
}

func idsOfCare(tasks []crm.CareTask) (list []string) {
	for _, t := range tasks {
		list = append(list, t.ID)
	}
	return list
}

// Of who is forgotten no day is left, which may be near a birthday: not in records,
// entries, claims, receipts or events. Counts and costs are as before.
func TestCareForgets(t *testing.T) {
	store := &searched{Memory: new(crm.Memory), subjects: map[crm.Subject]bool{}, keys: map[[2]string]bool{}}
	s, clock := caring(t, store, cards(), care.Plan{ID: "lunch", Trigger: care.Birthday, Task: "lunch"})
	s.generate(crm.GenerateCare{Facts: bornOn(19), Ahead: 30})
	clock.Time = day(2)
	var closed, open crm.CareTask
	for _, task := range s.care(boss, crm.CareFilter{Customer: "c1"}) {
		if closed, open = open, task; closed.ID != "" {
			require.NoError(t, s.Care.Done(s.ctx, boss, closed.ID, crm.CareOutcome{Cost: cny(5), Text: "张伟 laughed", Call: crm.Call{Reason: "张伟 again"}}))
		}
	}
	before, err := s.Care.Review(s.ctx, boss, closed.Planned.Plan, 0)
	require.NoError(t, err)
	copied, err := s.Privacy.Copy(s.ctx, boss, "c1", "")
	require.NoError(t, err)
	require.Contains(t, string(copied.JSON), "2026-01-19", "the person can read it")
	key := sha256.Sum256([]byte(open.Planned.Plan + "\x00c1\x002026-01-19"))
	holder, err := store.Holder(s.ctx, crm.SpaceCare, hex.EncodeToString(key[:]))
	require.NoError(t, err)
	require.Equal(t, open.ID, holder.ID)

	done, err := s.Privacy.Forget(s.ctx, boss, "c1", crm.Erasure{Call: crm.Call{Reason: "asked"}})
	require.NoError(t, err)
	require.Equal(t, 2, done.Care)
	for _, day := range []string{"2026-01-19", "2026-01-18"} {
		for _, place := range store.holding(t, day) {
			require.NotContains(t, place, closed.ID)
			require.NotContains(t, place, open.ID)
		}
	}
	require.Empty(t, store.holding(t, "张伟"))
	after, err := s.Care.Review(s.ctx, boss, closed.Planned.Plan, 0)
	require.NoError(t, err)
	require.Equal(t, before, after)
	dropped, err := s.Care.Get(s.ctx, boss, open.ID)
	require.NoError(t, err)
	require.Equal(t, []any{"dropped", "forgotten"}, []any{dropped.State, dropped.Outcome.Code})
	_, err = store.Holder(s.ctx, crm.SpaceCare, hex.EncodeToString(key[:]))
	require.ErrorIs(t, err, crm.ErrNotFound, "whoever tries all days would find the birthday by the key")
	again, err := s.Privacy.Forget(s.ctx, boss, "c1", crm.Erasure{Call: crm.Call{Reason: "asked"}})
	require.NoError(t, err)
	require.Zero(t, again.Care)
	require.Empty(t, s.generate(crm.GenerateCare{Facts: bornOn(19), Ahead: 30}).Made)
	require.ErrorIs(t, s.Care.Done(s.ctx, boss, open.ID, crm.CareOutcome{Text: "张伟"}), crm.ErrTransition)
}

func TestCareTaskLogsNothingPersonal(t *testing.T) {
	var b strings.Builder
	task := crm.CareTask{ID: "t1", Owner: "li", Planned: care.Task{Key: care.Key{Plan: "cards", Customer: "c1", Occasion: calendar.MustDate(2031, 7, 13)}, On: calendar.MustDate(2031, 7, 13)}}
	slog.New(slog.NewTextHandler(&b, nil)).Info("x", "task", task)
	require.Contains(t, b.String(), "task.id=t1 task.owner=li task.plan=cards")
	require.NotContains(t, b.String(), "2031")
}
