package loyalty_test

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/guanxi-go/guanxi/crm/calendar"
	"github.com/guanxi-go/guanxi/loyalty"
	"github.com/guanxi-go/guanxi/loyalty/points"
)

var nightly = loyalty.Actor{ID: "nightly", Sees: loyalty.Everyone()}

func (b *book) due(opts loyalty.DueOptions) loyalty.DueReport {
	b.t.Helper()
	r, err := b.Due.Run(b.ctx, nightly, opts)
	require.NoError(b.t, err)
	return r
}

// TestScenarioO01 ends a year in Shanghai.
func TestScenarioO01(t *testing.T) {
	shanghai, err := time.LoadLocation("Asia/Shanghai")
	require.NoError(t, err)
	last, err := calendar.Date(2025, 12, 31)
	require.NoError(t, err)
	start := func() *book {
		b := newBook(t, points.Policy{Zone: shanghai, Expiry: points.Expiry{Rule: points.OnDay, Last: last}}, "m").at("2025-06-01T10:00:00+08:00")
		b.earn("m", points.EarnCommand{Points: 100})
		require.Equal(t, instant("2025-12-31T16:00:00Z"), b.state("m").Lots[0].ExpireAt)
		return b
	}
	for _, at := range []string{"2026-01-01T00:00:00Z", "2025-12-31T16:00:00Z"} {
		b := start().at(at)
		_, err := b.Points.Burn(b.ctx, cashier, "m", points.BurnCommand{Points: 60}, loyalty.Call{})
		insufficient(t, err, 0, 60)
	}
	require.EqualValues(t, 40, start().at("2025-12-31T15:59:59.999999999Z").burn("m", 60).Available)

	b := start().at("2026-01-05T03:00:00Z")
	require.Equal(t, loyalty.DueReport{Passed: 1, Accounts: 1, Entries: 1, Expired: 100}, b.due(loyalty.DueOptions{}))
	e := b.journal("m")[1]
	require.Equal(t, points.KindExpire, e.Kind)
	require.EqualValues(t, -100, e.Amount)
	require.Equal(t, instant("2025-12-31T16:00:00Z"), e.At)
	require.Zero(t, b.due(loyalty.DueOptions{}))
	require.Len(t, b.journal("m"), 2)
	require.EqualValues(t, 100, b.balanceAsOf("m", "2025-12-31T15:59:59Z", ""))
	require.Zero(t, b.balanceAsOf("m", "2025-12-31T16:00:00Z", ""))
}

// TestDueDoesAll releases a hold, pays a debt and expires what is left, each at its
// time, and tells of it.
func TestDueDoesAll(t *testing.T) {
	b := newBookOn(t, new(loyalty.Memory), loyalty.Programme{}, loyalty.Options{Events: true}, "held", "owing")
	b.earn("held", points.EarnCommand{Points: 30, ExpireAt: instant("2025-04-01T00:00:00Z")})
	_, err := b.Points.Hold(b.ctx, cashier, "held", points.HoldCommand{Points: 20, Until: instant("2025-02-01T00:00:00Z")}, loyalty.Call{})
	require.NoError(t, err)
	_, err = b.Points.Open(b.ctx, cashier, "owing", points.OpenCommand{Debt: 25}, loyalty.Call{})
	require.NoError(t, err)
	b.earn("owing", points.EarnCommand{Points: 40, ActivateAt: instant("2025-03-01T00:00:00Z")})

	require.Zero(t, b.at("2025-01-31T23:59:59Z").due(loyalty.DueOptions{}))
	b.at("2025-05-01T00:00:00Z")
	require.Equal(t, loyalty.DueReport{Passed: 2, Accounts: 2, Entries: 3, Expired: 30, Released: 20, Settled: 25}, b.due(loyalty.DueOptions{}))
	require.EqualValues(t, 15, b.available("owing"))
	var kinds []string
	for _, e := range b.told("held")[2:] {
		kinds = append(kinds, e.Kind)
	}
	require.Equal(t, []string{"points.released", "points.expired"}, kinds)
	journal := b.journal("held")
	require.Equal(t, instant("2025-02-01T00:00:00Z"), journal[2].At)
	require.Equal(t, "", journal[2].Actor, "time needs no actor")
}

// many opens n accounts of 10 points that end in February and 1 that does not.
func (b *book) many(n int) (ids []string) {
	b.t.Helper()
	for i := range n {
		id := fmt.Sprintf("m%04d", i)
		_, err := b.Members.Enrol(b.ctx, cashier, id, loyalty.Call{})
		require.NoError(b.t, err)
		b.earn(id, points.EarnCommand{Points: 10, ExpireAt: instant("2025-02-01T00:00:00Z")})
		b.earn(id, points.EarnCommand{Points: 1})
		ids = append(ids, id)
	}
	return ids
}

// once holds that the expiry of each account was posted exactly once.
func (b *book) once(ids []string) {
	b.t.Helper()
	for _, id := range ids {
		expired := 0
		for _, e := range b.journal(id) {
			if e.Kind == points.KindExpire {
				require.EqualValues(b.t, -10, e.Amount)
				expired++
			}
		}
		require.Equal(b.t, 1, expired, id)
	}
	b.sound()
}

// TestDueByPages stops at a limit and goes on at the cursor, and tells of its
// progress.
func TestDueByPages(t *testing.T) {
	b := newBook(t, points.Policy{})
	ids := b.many(25)
	b.at("2025-03-01T00:00:00Z")
	first := b.due(loyalty.DueOptions{Page: 4, Limit: 10})
	require.Equal(t, [3]int{10, 10, 10}, [3]int{first.Passed, first.Accounts, first.Entries})
	require.Equal(t, "account/m0009", first.Cursor)
	var told []string
	second := b.due(loyalty.DueOptions{After: first.Cursor, Page: 10, Progress: func(done int, cursor string) error {
		told = append(told, strconv.Itoa(done)+" "+cursor)
		return nil
	}})
	require.Equal(t, 15, second.Accounts)
	require.Zero(t, second.Cursor)
	require.Equal(t, "10 account/m0019", told[0])
	require.Equal(t, "15 ", told[len(told)-1])
	b.once(ids)

	enough := errors.New("enough")
	b = newBook(t, points.Policy{})
	b.many(6)
	b.at("2025-03-01T00:00:00Z")
	stopped, err := b.Due.Run(b.ctx, nightly, loyalty.DueOptions{Page: 2, Progress: func(int, string) error { return enough }})
	require.ErrorIs(t, err, enough)
	require.Equal(t, loyalty.DueReport{Passed: 2, Accounts: 2, Entries: 2, Expired: 20, Cursor: "account/m0001"}, stopped)

	for _, opts := range []loyalty.DueOptions{{Page: -1}, {Page: 1001}, {Limit: -1}, {After: "m0001"}, {After: "nothing/x"}} {
		_, err := b.Due.Run(b.ctx, nightly, opts)
		require.ErrorIs(t, err, loyalty.ErrInvalid)
	}
	_, err = b.Due.Run(b.ctx, loyalty.Actor{}, loyalty.DueOptions{})
	require.ErrorIs(t, err, loyalty.ErrInvalid)
}

// TestDueBySight does what the actor sees and leaves the others due.
func TestDueBySight(t *testing.T) {
	b := newBook(t, points.Policy{})
	ids := b.many(3)
	b.at("2025-03-01T00:00:00Z")
	r, err := b.Due.Run(b.ctx, loyalty.Actor{ID: ids[1], Sees: loyalty.Only(ids[1])}, loyalty.DueOptions{})
	require.NoError(t, err)
	require.Equal(t, [2]int{3, 1}, [2]int{r.Passed, r.Accounts})
	require.Len(t, b.journal(ids[1]), 3)
	require.Len(t, b.journal(ids[0]), 2)
}

// TestDueOnManyMachines runs on four machines at once, over stores with and without
// batches.
func TestDueOnManyMachines(t *testing.T) {
	for name, store := range map[string]loyalty.Store{"batches": new(loyalty.Memory), "one by one": plain{new(loyalty.Memory)}} {
		t.Run(name, func(t *testing.T) {
			b := newBookOn(t, store, loyalty.Programme{}, loyalty.Options{})
			ids := b.many(400)
			b.at("2025-03-01T00:00:00Z")
			reports, errs := make([]loyalty.DueReport, 4), make([]error, 4)
			var all sync.WaitGroup
			for i := range reports {
				l, err := loyalty.New(store, loyalty.Programme{}, loyalty.Options{Clock: b.clock}) // another machine
				require.NoError(t, err)
				all.Go(func() { reports[i], errs[i] = l.Due.Run(b.ctx, nightly, loyalty.DueOptions{Page: 50}) })
			}
			all.Wait()
			require.NoError(t, errors.Join(errs...))
			entries, expired := 0, int64(0)
			for _, r := range reports {
				entries, expired = entries+r.Entries, expired+r.Expired
			}
			require.Equal(t, 400, entries)
			require.EqualValues(t, 4000, expired)
			b.once(ids)
		})
	}
}

// plain is a store without batches and outbox.
type plain struct{ loyalty.Store }

// breaking is a store whose batches break: some of each are applied, and then the
// system fails.
type breaking struct {
	*loyalty.Memory
	after int // commits until it breaks; below 0 never
	heal  int // how often it breaks before it is well again
}

var errBroken = errors.New("the line is dead")

func (s *breaking) CommitBatch(ctx context.Context, commits []loyalty.Commit) []error {
	errs := make([]error, len(commits))
	for i, c := range commits {
		if s.after == 0 && s.heal > 0 {
			errs[i] = errBroken
			continue
		}
		s.after--
		errs[i] = s.Memory.Commit(ctx, c)
	}
	if s.after == 0 {
		s.heal--
	}
	return errs
}

// TestDueBreaksAndGoesOn has the store break in the middle of a page: the run ends
// with what was done before, and goes on at its cursor or from the beginning.
func TestDueBreaksAndGoesOn(t *testing.T) {
	for name, resume := range map[string]func(r loyalty.DueReport) string{
		"at the cursor":      func(r loyalty.DueReport) string { return r.Cursor },
		"from the beginning": func(loyalty.DueReport) string { return "" },
	} {
		t.Run(name, func(t *testing.T) {
			store := &breaking{Memory: new(loyalty.Memory), after: -1}
			b := newBookOn(t, store, loyalty.Programme{}, loyalty.Options{Attempts: 3})
			ids := b.many(40)
			b.at("2025-03-01T00:00:00Z")
			store.after, store.heal = 17, 3
			broken, err := b.Due.Run(b.ctx, nightly, loyalty.DueOptions{Page: 10})
			require.ErrorIs(t, err, errBroken)
			require.Equal(t, 17, broken.Accounts)
			require.Equal(t, "account/m0009", broken.Cursor, "the page that broke is done again")
			rest := b.due(loyalty.DueOptions{Page: 10, After: resume(broken)})
			require.Equal(t, 23, rest.Accounts)
			b.once(ids)
		})
	}
}

// TestDueTriesAgain has the store break and be well again within the attempts.
func TestDueTriesAgain(t *testing.T) {
	store := &breaking{Memory: new(loyalty.Memory), after: -1}
	b := newBookOn(t, store, loyalty.Programme{}, loyalty.Options{})
	ids := b.many(40)
	b.at("2025-03-01T00:00:00Z")
	store.after, store.heal = 17, 2
	require.Equal(t, 40, b.due(loyalty.DueOptions{Page: 10}).Entries)
	b.once(ids)
}

// meeting is a store where somebody else comes in between reading and writing.
type meeting struct {
	*loyalty.Memory
	meet func()
}

func (s *meeting) CommitBatch(ctx context.Context, commits []loyalty.Commit) []error {
	if meet := s.meet; meet != nil {
		s.meet = nil
		meet()
	}
	return s.Memory.CommitBatch(ctx, commits)
}

// TestDueMeetsOthers has accounts move under a run: by a purchase, which posts what
// is due itself, and by a freeze, which does not.
func TestDueMeetsOthers(t *testing.T) {
	store := &meeting{Memory: new(loyalty.Memory)}
	b := newBookOn(t, store, loyalty.Programme{}, loyalty.Options{})
	ids := b.many(3)
	b.at("2025-03-01T00:00:00Z")
	store.meet = func() {
		b.earn(ids[0], points.EarnCommand{Points: 5})
		_, err := b.Members.Freeze(b.ctx, cashier, ids[1], loyalty.Call{})
		require.NoError(t, err)
	}
	r := b.due(loyalty.DueOptions{})
	require.Equal(t, [3]int{3, 2, 2}, [3]int{r.Passed, r.Accounts, r.Entries})
	b.once(ids)
	require.Zero(t, b.due(loyalty.DueOptions{}))
}

// TestDueGoesPastOneThatCannotBeDecided has an account whose entries would leave 64
// bits; the others are done, and the error is told.
func TestDueGoesPastOneThatCannotBeDecided(t *testing.T) {
	b := newBook(t, points.Policy{})
	ids := b.many(3)
	bad, err := b.store.Account(b.ctx, ids[1])
	require.NoError(t, err)
	bad.State.Seq = loyalty.MaxVersion // no entry can follow
	require.NoError(t, b.store.Commit(b.ctx, loyalty.Commit{Changes: []loyalty.Change{{Subject: loyalty.Subject{Kind: loyalty.KindAccount, ID: ids[1]},
		Expect: bad.Head.Version, Writes: []loyalty.Write{loyalty.PutAccount{Standing: bad.Standing, State: bad.State}}}}}))
	b.at("2025-03-01T00:00:00Z")
	r, err := b.Due.Run(b.ctx, nightly, loyalty.DueOptions{})
	require.ErrorIs(t, err, loyalty.ErrInvalid)
	require.Equal(t, [3]int{3, 2, 2}, [3]int{r.Passed, r.Accounts, r.Entries})
	require.Len(t, b.journal(ids[0]), 3)
	require.Len(t, b.journal(ids[2]), 3)
}

// TestDueWhenTheClockGoesBack posts nothing twice, and records nothing before what
// was recorded.
func TestDueWhenTheClockGoesBack(t *testing.T) {
	b := newBook(t, points.Policy{})
	ids := b.many(2)
	b.at("2025-03-01T00:00:00Z")
	b.due(loyalty.DueOptions{Limit: 1})
	b.at("2025-01-15T00:00:00Z")
	require.Zero(t, b.due(loyalty.DueOptions{}))
	// Recorded in March, like the entry before it: over at once.
	_, err := b.Points.Earn(b.ctx, cashier, ids[0], points.EarnCommand{Points: 5, ExpireAt: instant("2025-02-15T00:00:00Z")}, loyalty.Call{At: b.clock.Now()})
	require.NoError(t, err)
	b.at("2025-02-01T00:00:00Z")
	require.Equal(t, 1, b.due(loyalty.DueOptions{}).Entries)
	require.Zero(t, b.at("2025-04-01T00:00:00Z").due(loyalty.DueOptions{}))
	for _, id := range ids {
		last := time.Time{}
		for _, e := range b.journal(id) {
			require.False(t, e.Recorded.Before(last))
			last = e.Recorded
		}
	}
	require.EqualValues(t, 1, b.available(ids[0]))
	require.EqualValues(t, 1, b.available(ids[1]))
}
