package loyalty_test

import (
	"context"
	"encoding/json"
	"fmt"
	"math"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/guanxi-go/guanxi/loyalty"
	"github.com/guanxi-go/guanxi/loyalty/points"
)

// book is a programme with accounts of points, over a fresh store.
type book struct {
	*loyalty.Loyalty
	t     *testing.T
	ctx   context.Context
	store loyalty.Store
	clock *settable
}

// settable is a clock that stands still until it is set.
type settable struct {
	mu sync.Mutex
	t  time.Time
}

func (c *settable) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.t
}

func (c *settable) set(t time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.t = t
}

// Wait lets the others go on, and takes no time.
func (c *settable) Wait(ctx context.Context, _ time.Duration) error { return ctx.Err() }

var cashier = loyalty.Actor{ID: "till-1", Sees: loyalty.Everyone()}

// newBook opens a book on 1 January 2025 with these members.
func newBook(t *testing.T, policy points.Policy, members ...string) *book {
	t.Helper()
	return newBookOn(t, new(loyalty.Memory), loyalty.Programme{Points: policy}, loyalty.Options{}, members...)
}

func newBookOn(t *testing.T, store loyalty.Store, p loyalty.Programme, opts loyalty.Options, members ...string) *book {
	t.Helper()
	b := &book{t: t, ctx: t.Context(), store: store, clock: &settable{t: instant("2025-01-01T00:00:00Z")}}
	opts.Clock = b.clock
	l, err := loyalty.New(store, p, opts)
	require.NoError(t, err)
	b.Loyalty = l
	for _, id := range members {
		_, err := l.Members.Enrol(b.ctx, cashier, id, loyalty.Call{})
		require.NoError(t, err)
	}
	return b
}

// instant reads RFC 3339.
func instant(text string) time.Time {
	t, err := time.Parse(time.RFC3339, text)
	if err != nil {
		panic(err)
	}
	return t
}

// at sets the clock.
func (b *book) at(text string) *book {
	b.clock.set(instant(text))
	return b
}

func (b *book) earn(account string, cmd points.EarnCommand) loyalty.Posted {
	b.t.Helper()
	p, err := b.Points.Earn(b.ctx, cashier, account, cmd, loyalty.Call{})
	require.NoError(b.t, err)
	return p
}

func (b *book) burn(account string, n int64) loyalty.Posted {
	b.t.Helper()
	p, err := b.Points.Burn(b.ctx, cashier, account, points.BurnCommand{Points: n}, loyalty.Call{})
	require.NoError(b.t, err)
	return p
}

func (b *book) available(account string) int64 {
	b.t.Helper()
	n, err := b.Points.Available(b.ctx, cashier, account)
	require.NoError(b.t, err)
	return n
}

func (b *book) state(account string) points.State {
	b.t.Helper()
	a, err := b.Points.Account(b.ctx, cashier, account)
	require.NoError(b.t, err)
	return a.State
}

// left are the points left in each lot, by its number.
func (b *book) left(account string) map[uint64]int64 {
	b.t.Helper()
	left := map[uint64]int64{}
	for _, l := range b.state(account).Lots {
		left[l.ID] = l.Left
	}
	return left
}

func (b *book) journal(account string) (entries []points.Entry) {
	b.t.Helper()
	for p, err := range b.Points.Journal(b.ctx, cashier, account, loyalty.PostingFilter{}) {
		require.NoError(b.t, err)
		entries = append(entries, p.Entry)
	}
	return entries
}

// bytes is everything about an account, as text.
func (b *book) bytes(accounts ...string) string {
	b.t.Helper()
	var all []any
	for _, id := range accounts {
		a, err := b.store.Account(b.ctx, id)
		require.NoError(b.t, err)
		all = append(all, a)
		for p, err := range b.store.Postings(b.ctx, loyalty.PostingFilter{Account: id}) {
			require.NoError(b.t, err)
			all = append(all, p)
		}
	}
	text, err := json.Marshal(all)
	require.NoError(b.t, err)
	return string(text)
}

// told are the events about an account.
func (b *book) told(account string) (about []loyalty.Event) {
	b.t.Helper()
	events, err := b.store.(loyalty.Outbox).Pending(b.ctx, 1000)
	require.NoError(b.t, err)
	for _, e := range events {
		if e.Subject == (loyalty.Subject{Kind: loyalty.KindAccount, ID: account}) {
			about = append(about, e)
		}
	}
	return about
}

// sound holds that all journals come to what the records say.
func (b *book) sound() {
	b.t.Helper()
	audit, err := b.Verify(b.ctx)
	require.NoError(b.t, err)
	require.Empty(b.t, audit.Found)
}

// insufficient holds that err is ErrInsufficient with these numbers.
func insufficient(t *testing.T, err error, available, requested int64) {
	t.Helper()
	require.ErrorIs(t, err, points.ErrInsufficient)
	var e *points.Error
	require.ErrorAs(t, err, &e)
	require.Equal(t, [2]int64{available, requested}, [2]int64{e.Available, e.Requested})
}

// command is a call of a service with a key.
type command func(b *book, call loyalty.Call) (loyalty.Posted, error)

// commands are one of each command on one account, each possible on the account that
// ready makes.
var commands = map[string]struct {
	event string
	run   command
	want  loyalty.Posted
}{
	"earn": {"earned", func(b *book, call loyalty.Call) (loyalty.Posted, error) {
		return b.Points.Earn(b.ctx, cashier, "m", points.EarnCommand{Points: 5, QP: 1}, call)
	}, loyalty.Posted{Amount: 5, Balance: 95, Available: 35}},
	"confirm": {"confirmed", func(b *book, call loyalty.Call) (loyalty.Posted, error) {
		return b.Points.Confirm(b.ctx, cashier, "m", points.ConfirmCommand{Lot: 5}, call)
	}, loyalty.Posted{Balance: 90, Available: 80}},
	"burn": {"burned", func(b *book, call loyalty.Call) (loyalty.Posted, error) {
		return b.Points.Burn(b.ctx, cashier, "m", points.BurnCommand{Points: 30}, call)
	}, loyalty.Posted{Amount: -30, Balance: 60}},
	"hold": {"held", func(b *book, call loyalty.Call) (loyalty.Posted, error) {
		return b.Points.Hold(b.ctx, cashier, "m", points.HoldCommand{Points: 10}, call)
	}, loyalty.Posted{Balance: 90, Available: 20}},
	"capture": {"captured", func(b *book, call loyalty.Call) (loyalty.Posted, error) {
		return b.Points.Capture(b.ctx, cashier, "m", points.CaptureCommand{Hold: 6, Points: 4}, call)
	}, loyalty.Posted{Amount: -4, Balance: 86, Available: 36}},
	"release": {"released", func(b *book, call loyalty.Call) (loyalty.Posted, error) {
		return b.Points.Release(b.ctx, cashier, "m", points.ReleaseCommand{Hold: 6}, call)
	}, loyalty.Posted{Balance: 90, Available: 40}},
	"adjust": {"adjusted", func(b *book, call loyalty.Call) (loyalty.Posted, error) {
		return b.Points.Adjust(b.ctx, cashier, "m", points.AdjustCommand{Points: -7}, call)
	}, loyalty.Posted{Amount: -7, Balance: 83, Available: 23}},
	"refund": {"refunded", func(b *book, call loyalty.Call) (loyalty.Posted, error) {
		return b.Points.Refund(b.ctx, cashier, "m", loyalty.Reversal{Target: 7, Points: 15}, call)
	}, loyalty.Posted{Amount: 15, Balance: 105, Available: 45}},
	"clawback": {"clawed-back", func(b *book, call loyalty.Call) (loyalty.Posted, error) {
		return b.Points.Clawback(b.ctx, cashier, "m", loyalty.Reversal{Target: 5, Points: 50}, call)
	}, loyalty.Posted{Amount: -50, Balance: 40, Available: 30}},
	"reverse": {"refunded", func(b *book, call loyalty.Call) (loyalty.Posted, error) {
		return b.Points.Reverse(b.ctx, cashier, "m", 7, call)
	}, loyalty.Posted{Amount: 20, Balance: 110, Available: 50}},
}

// ready returns a book with the account that the commands are possible on: two lots
// that were brought along, 1 of 60 and 2 of 40, a debt 3 of 40 that lot 1 paid (4), a
// lot 5 of 50 that waits to be confirmed, a hold 6 of 10, and a burn 7 of 20.
func ready(t *testing.T, opts loyalty.Options) *book {
	t.Helper()
	b := newBookOn(t, new(loyalty.Memory), loyalty.Programme{}, opts, "m", "other")
	at := instant("2024-05-01T00:00:00Z")
	p, err := b.Points.Open(b.ctx, cashier, "m", points.OpenCommand{Lots: []points.OpeningLot{{Points: 60, At: at}, {Points: 40, At: at}}, Debt: 40}, loyalty.Call{})
	require.NoError(t, err)
	require.Equal(t, loyalty.Posted{Account: "m", Seq: 1, First: 1, Last: 4, Amount: 60, Balance: 60, Available: 60}, p)
	require.EqualValues(t, 5, b.earn("m", points.EarnCommand{Points: 50, Confirm: true}).Seq)
	hold, err := b.Points.Hold(b.ctx, cashier, "m", points.HoldCommand{Points: 10, Until: instant("2025-02-01T00:00:00Z")}, loyalty.Call{})
	require.NoError(t, err)
	require.EqualValues(t, 6, hold.Seq)
	require.EqualValues(t, 7, b.burn("m", 20).Seq)
	return b
}

// TestCommands runs each command, again with its key, another one under the key, and
// as somebody who does not see the account.
func TestCommands(t *testing.T) {
	for name, c := range commands {
		t.Run(name, func(t *testing.T) {
			b := ready(t, loyalty.Options{Events: true})
			require.Len(t, b.told("m"), 7)

			got, err := c.run(b, loyalty.Call{Key: "k", Ref: "o-1", Code: "c", Reason: "Ms Wang asked"})
			require.NoError(t, err)
			want := c.want
			want.Account, want.Seq, want.First, want.Last = "m", 8, 8, 8
			require.Equal(t, want, got)
			e := b.journal("m")[7]
			require.Equal(t, []string{"till-1", "o-1", "c", "Ms Wang asked"}, []string{e.Actor, e.Ref, e.Code, e.Reason})
			events := b.told("m")
			require.Len(t, events, 8)
			require.Equal(t, "points."+c.event, events[7].Kind)
			require.JSONEq(t, fmt.Sprintf(`{"seq":8,"amount":%d}`, want.Amount), string(events[7].Data))

			after := b.bytes("m")
			again, err := c.run(b, loyalty.Call{Key: "k", Ref: "o-1", Code: "c", Reason: "Ms Wang asked"})
			require.NoError(t, err)
			want.Replayed = true
			require.Equal(t, want, again)
			_, err = c.run(b, loyalty.Call{Key: "k", Ref: "o-2"})
			require.ErrorIs(t, err, loyalty.ErrKeyReused)
			require.Equal(t, after, b.bytes("m"))
		})
	}
}

// TestWriteOff forgives a debt, and not more than it.
func TestWriteOff(t *testing.T) {
	b := newBook(t, points.Policy{}, "m")
	_, err := b.Points.Open(b.ctx, cashier, "m", points.OpenCommand{Debt: 30}, loyalty.Call{})
	require.NoError(t, err)
	done, err := b.Points.WriteOff(b.ctx, cashier, "m", points.WriteOffCommand{Points: 10}, loyalty.Call{Key: "w"})
	require.NoError(t, err)
	require.Equal(t, loyalty.Posted{Account: "m", Seq: 2, First: 2, Last: 2, Amount: 10, Balance: -20}, done)
	done, err = b.Points.WriteOff(b.ctx, cashier, "m", points.WriteOffCommand{Points: 10}, loyalty.Call{Key: "w"})
	require.NoError(t, err)
	require.True(t, done.Replayed)
	_, err = b.Points.WriteOff(b.ctx, cashier, "m", points.WriteOffCommand{Points: 21}, loyalty.Call{})
	insufficient(t, err, 20, 21)
	_, err = b.Points.Open(b.ctx, cashier, "m", points.OpenCommand{Debt: 30}, loyalty.Call{})
	require.ErrorIs(t, err, points.ErrTransition)
}

// TestReleaseOfTwoHolds has a hold time out just before another is let go: the result
// is about the one that somebody let go.
func TestReleaseOfTwoHolds(t *testing.T) {
	b := ready(t, loyalty.Options{})
	second, err := b.Points.Hold(b.ctx, cashier, "m", points.HoldCommand{Points: 5}, loyalty.Call{})
	require.NoError(t, err)
	b.at("2025-03-01T00:00:00Z")
	done, err := b.Points.Release(b.ctx, cashier, "m", points.ReleaseCommand{Hold: second.Seq}, loyalty.Call{})
	require.NoError(t, err)
	require.Equal(t, loyalty.Posted{Account: "m", Seq: 10, First: 9, Last: 10, Balance: 90, Available: 40}, done)
}

// TestRefused holds that what is refused leaves the account as it was, byte by byte.
func TestRefused(t *testing.T) {
	stranger := loyalty.Actor{ID: "other", Sees: loyalty.Only("other")}
	act := points.Act{Ref: "x"}
	for name, c := range map[string]struct {
		run  func(b *book) error
		want error
	}{
		"burn too many": {func(b *book) error {
			_, err := b.Points.Burn(b.ctx, cashier, "m", points.BurnCommand{Points: 31}, loyalty.Call{})
			return err
		}, points.ErrInsufficient},
		"burn none": {func(b *book) error {
			_, err := b.Points.Burn(b.ctx, cashier, "m", points.BurnCommand{}, loyalty.Call{})
			return err
		}, points.ErrInvalidAmount},
		"burn below none": {func(b *book) error {
			_, err := b.Points.Burn(b.ctx, cashier, "m", points.BurnCommand{Points: math.MinInt64}, loyalty.Call{})
			return err
		}, points.ErrInvalidAmount},
		"earn below none": {func(b *book) error {
			_, err := b.Points.Earn(b.ctx, cashier, "m", points.EarnCommand{Points: -1}, loyalty.Call{})
			return err
		}, points.ErrInvalidAmount},
		"earn beyond 64 bits": {func(b *book) error {
			_, err := b.Points.Earn(b.ctx, cashier, "m", points.EarnCommand{Points: math.MaxInt64}, loyalty.Call{})
			return err
		}, points.ErrOverflow},
		"in the future": {func(b *book) error {
			_, err := b.Points.Earn(b.ctx, cashier, "m", points.EarnCommand{Points: 1}, loyalty.Call{At: instant("2025-01-01T00:00:01Z")})
			return err
		}, loyalty.ErrInvalid},
		"too late": {func(b *book) error {
			_, err := b.Points.Earn(b.ctx, cashier, "m", points.EarnCommand{Points: 1}, loyalty.Call{NotAfter: instant("2024-12-31T23:59:59Z")})
			return err
		}, loyalty.ErrTooLate},
		"an act": {func(b *book) error {
			_, err := b.Points.Earn(b.ctx, cashier, "m", points.EarnCommand{Points: 1, Act: act}, loyalty.Call{})
			return err
		}, loyalty.ErrInvalid},
		"open twice": {func(b *book) error {
			_, err := b.Points.Open(b.ctx, cashier, "m", points.OpenCommand{Debt: 1}, loyalty.Call{})
			return err
		}, points.ErrTransition},
		"confirm what does not wait": {func(b *book) error {
			_, err := b.Points.Confirm(b.ctx, cashier, "m", points.ConfirmCommand{Lot: 2}, loyalty.Call{})
			return err
		}, points.ErrTransition},
		"capture beyond the hold": {func(b *book) error {
			_, err := b.Points.Capture(b.ctx, cashier, "m", points.CaptureCommand{Hold: 6, Points: 11}, loyalty.Call{})
			return err
		}, points.ErrInsufficient},
		"release what is not held": {func(b *book) error {
			_, err := b.Points.Release(b.ctx, cashier, "m", points.ReleaseCommand{Hold: 7}, loyalty.Call{})
			return err
		}, points.ErrNotFound},
		"adjust below what is there": {func(b *book) error {
			_, err := b.Points.Adjust(b.ctx, cashier, "m", points.AdjustCommand{Points: -31}, loyalty.Call{})
			return err
		}, points.ErrInsufficient},
		"write off no debt": {func(b *book) error {
			_, err := b.Points.WriteOff(b.ctx, cashier, "m", points.WriteOffCommand{Points: 1}, loyalty.Call{})
			return err
		}, points.ErrInsufficient},
		"refund too many": {func(b *book) error {
			_, err := b.Points.Refund(b.ctx, cashier, "m", loyalty.Reversal{Target: 7, Points: 21}, loyalty.Call{})
			return err
		}, points.ErrOverReversal},
		"refund an earn": {func(b *book) error {
			_, err := b.Points.Refund(b.ctx, cashier, "m", loyalty.Reversal{Target: 5, Points: 1}, loyalty.Call{})
			return err
		}, points.ErrTransition},
		"refund what is not there": {func(b *book) error {
			_, err := b.Points.Refund(b.ctx, cashier, "m", loyalty.Reversal{Target: 8, Points: 1}, loyalty.Call{})
			return err
		}, loyalty.ErrNotFound},
		"refund entry 0": {func(b *book) error {
			_, err := b.Points.Refund(b.ctx, cashier, "m", loyalty.Reversal{Points: 1}, loyalty.Call{})
			return err
		}, loyalty.ErrNotFound},
		"claw a burn back": {func(b *book) error {
			_, err := b.Points.Clawback(b.ctx, cashier, "m", loyalty.Reversal{Target: 7, Points: 1}, loyalty.Call{})
			return err
		}, points.ErrTransition},
		"reverse a hold": {func(b *book) error {
			_, err := b.Points.Reverse(b.ctx, cashier, "m", 6, loyalty.Call{})
			return err
		}, points.ErrTransition},
		"an account that is not there": {func(b *book) error {
			_, err := b.Points.Earn(b.ctx, cashier, "nobody", points.EarnCommand{Points: 1}, loyalty.Call{})
			return err
		}, loyalty.ErrNotFound},
		"an account that is not seen": {func(b *book) error {
			_, err := b.Points.Burn(b.ctx, stranger, "m", points.BurnCommand{Points: 1}, loyalty.Call{})
			return err
		}, loyalty.ErrNotFound},
	} {
		t.Run(name, func(t *testing.T) {
			b := ready(t, loyalty.Options{})
			before := b.bytes("m", "other")
			require.ErrorIs(t, c.run(b), c.want)
			require.Equal(t, before, b.bytes("m", "other"))
		})
	}
}

// TestScenarioO18 goes to the end of 64 bits.
func TestScenarioO18(t *testing.T) {
	b := newBook(t, points.Policy{}, "m")
	b.earn("m", points.EarnCommand{Points: math.MaxInt64})
	before := b.bytes("m")
	_, err := b.Points.Earn(b.ctx, cashier, "m", points.EarnCommand{Points: 1}, loyalty.Call{})
	require.ErrorIs(t, err, points.ErrOverflow)
	require.Equal(t, before, b.bytes("m"))
	require.Equal(t, loyalty.Posted{Account: "m", Seq: 2, First: 2, Last: 2, Balance: math.MaxInt64, Available: math.MaxInt64}, b.earn("m", points.EarnCommand{}))
	require.Len(t, b.state("m").Lots, 1)
}
