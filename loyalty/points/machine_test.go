package points_test

import (
	"errors"
	"math"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/guanxi-go/guanxi/loyalty/points"
)

// A chooser makes the choices of a programme: rapid in the property, bytes in the
// fuzz target.
type chooser interface {
	// below draws 0 to n-1.
	below(n int) int
}

type rapidChooser struct{ t *rapid.T }

func (c rapidChooser) below(n int) int { return rapid.IntRange(0, n-1).Draw(c.t, "") }

// programme runs commands on an account and on the model side by side.
type programme struct {
	*account
	chooser
	model  *model
	spent  []points.Entry
	given  []points.Entry
	closed []snapshot
}

// snapshot is what was so at the end of a day, by what was known then.
type snapshot struct {
	day                int
	balance, available int64
}

func newProgramme(t require.TestingT, c chooser) *programme {
	p := points.Policy{Order: points.Order(c.below(2)), Shortfall: points.Shortfall(c.below(3)), Inactivity: c.below(3)}
	return &programme{account: open(t, p), chooser: c, model: newModel(p)}
}

func (r *programme) now() time.Time { return midnight(r.model.day) }

// decided appends what a command led to and checks what holds for any: want is
// whether the model allows it.
func (r *programme) decided(want bool, entries []points.Entry, err error, before points.State) bool {
	require.Equal(r.t, want, err == nil, "%v", err)
	require.Equal(r.t, before, r.state, "I7: a decision changes nothing")
	if err != nil {
		var typed *points.Error
		require.True(r.t, errors.As(err, &typed))
		require.Nil(r.t, entries)
		return false
	}
	r.must(entries, nil)
	if n := len(entries); n > 0 {
		last := entries[n-1]
		switch last = r.own(entries); {
		case last.Kind == points.KindBurn || last.Kind == points.KindCapture || last.Kind == points.KindAdjust && last.Amount < 0:
			r.spent = append(r.spent, last)
		case last.Lot == last.Seq:
			r.given = append(r.given, last)
		}
	}
	return true
}

// inPlace holds a decision that is posted at once to what was decided and is folded
// after it.
func (r *programme) inPlace(want []points.Entry, refused error, post func(*points.State) ([]points.Entry, error)) {
	after, _ := points.Apply(r.state, want...)
	own := r.state.Clone()
	got, err := post(&own)
	require.Equal(r.t, refused, err)
	require.Equal(r.t, want, got)
	if err == nil {
		require.Equal(r.t, after, own)
	}
}

// own is the entry of the command among what was due before and after it.
func (r *programme) own(entries []points.Entry) points.Entry {
	for _, e := range entries {
		switch e.Kind {
		case points.KindExpire, points.KindSettle, points.KindRelease:
			continue
		}
		return e
	}
	return entries[len(entries)-1]
}

// nextSeq is the number that the entry of a command will have, once what is due is
// posted.
func (r *programme) nextSeq() uint64 {
	due, err := points.DueEntries(r.state, r.now())
	require.NoError(r.t, err)
	return r.state.Seq + uint64(len(due)) + 1
}

func (r *programme) step() {
	before, id := r.state.Clone(), r.nextSeq()
	switch r.below(14) {
	case 0, 1, 2:
		r.stepEarn(before, id)
	case 3, 4:
		n := int64(1 + r.below(40))
		want := r.model.available() >= n
		cmd := points.BurnCommand{Points: n}
		entries, err := r.policy.Burn(r.state, cmd, r.now())
		r.inPlace(entries, err, func(s *points.State) ([]points.Entry, error) {
			return r.policy.PostBurn(s, &cmd, r.now())
		})
		if r.decided(want, entries, err, before) {
			r.model.burn(id, n)
		} else {
			requireShort(r.t, err, r.model.available(), n)
		}
	case 5:
		n, until := int64(1+r.below(30)), none
		if r.below(2) == 0 {
			until = r.model.day + 1 + r.below(9)
		}
		want := r.model.available() >= n
		entries, err := r.policy.Hold(r.state, points.HoldCommand{Points: n, Until: midnight(until)}, r.now())
		if r.decided(want, entries, err, before) {
			r.model.holds = append(r.model.holds, &modelHold{id, n, until})
		}
	case 6:
		r.stepCapture(before, id)
	case 7:
		r.stepRefund(before)
	case 8:
		r.stepClawback(before)
	case 9:
		n := int64(r.below(61) - 30)
		want := n > 0 || n < 0 && r.model.available() >= -n
		entries, err := r.policy.Adjust(r.state, points.AdjustCommand{Points: n}, r.now())
		if r.decided(want, entries, err, before) && n > 0 {
			r.model.credit(id, n, r.model.day, r.model.day, none, false, false)
		} else if err == nil {
			r.model.take(id, -n)
		}
	case 10:
		n := int64(1 + r.below(20))
		entries, err := r.policy.WriteOff(r.state, points.WriteOffCommand{Points: n}, r.now())
		if r.decided(n <= r.model.debt, entries, err, before) {
			r.model.debt -= n
		}
	case 11:
		entries, err := points.DueEntries(r.state, r.now())
		r.decided(true, entries, err, before)
		again, err := points.DueEntries(r.state, r.now())
		require.NoError(r.t, err)
		require.Empty(r.t, again, "I8: once")
		require.False(r.t, !points.NextDue(r.state).IsZero() && !points.NextDue(r.state).After(r.now()))
	default:
		for range 1 + r.below(12) {
			r.closed = append(r.closed, snapshot{r.model.day, r.model.balance(), r.model.available()})
			r.model.pass(r.model.day + 1)
		}
	}
	r.check()
}

func (r *programme) stepEarn(before points.State, id uint64) {
	n := int64(r.below(50))
	earned := r.model.day - max(0, r.below(24)-16)
	from, to := earned, none
	if r.below(3) == 0 {
		from += r.below(20)
	}
	if r.below(3) > 0 {
		to = from + 1 + r.below(40)
	}
	waits := r.below(6) == 0
	want := earned >= -30
	cmd := points.EarnCommand{Act: points.Act{At: midnight(earned)}, Points: n, QP: n, ActivateAt: midnight(from), ExpireAt: midnight(to), Confirm: waits}
	entries, err := r.policy.Earn(r.state, cmd, r.now())
	r.inPlace(entries, err, func(s *points.State) ([]points.Entry, error) {
		return r.policy.PostEarn(s, &cmd, r.now())
	})
	if r.decided(want, entries, err, before) {
		r.model.credit(id, n, earned, from, to, waits, true)
	}
	if before = r.state.Clone(); r.below(3) > 0 || len(r.given) == 0 {
		return
	}
	lot := r.given[r.below(len(r.given))].Lot
	l := r.model.lot(lot)
	entries, err = r.policy.Confirm(r.state, points.ConfirmCommand{Lot: lot}, r.now())
	if r.decided(l.left > 0 && l.waits, entries, err, before) {
		l.waits, l.from = false, max(l.from, r.model.day)
		r.model.bring()
	}
}

func (r *programme) stepCapture(before points.State, id uint64) {
	hold := uint64(1 + r.below(int(id)))
	if len(r.model.holds) > 0 && r.below(8) > 0 {
		hold = r.model.holds[r.below(len(r.model.holds))].id
	}
	n, can := int64(1+r.below(20)), r.model.capturable(hold)
	if r.below(3) == 0 {
		reserved := int64(-1)
		for _, h := range r.model.holds {
			if h.id == hold {
				reserved = h.n
			}
		}
		entries, err := r.policy.Release(r.state, points.ReleaseCommand{Hold: hold, Points: n}, r.now())
		if r.decided(n <= reserved, entries, err, before) {
			r.model.unhold(hold, n)
		}
		return
	}
	keep := r.below(2) == 0
	entries, err := r.policy.Capture(r.state, points.CaptureCommand{Hold: hold, Points: n, Keep: keep}, r.now())
	switch {
	case r.decided(n <= can, entries, err, before):
		r.model.take(id, n)
		r.model.touch(r.model.day, true)
		if !keep {
			for _, h := range r.model.holds {
				if h.id == hold {
					n = h.n
				}
			}
		}
		r.model.unhold(hold, n)
	case can < 0:
		require.ErrorIs(r.t, err, points.ErrNotFound)
	default:
		requireShort(r.t, err, can, n)
	}
}

func (r *programme) stepRefund(before points.State) {
	if len(r.spent) == 0 {
		return
	}
	target := r.spent[r.below(len(r.spent))]
	remaining := int64(len(r.model.spent[target.Seq]))
	require.Equal(r.t, remaining, points.Reversible(target, r.after(target)))
	n := int64(1 + r.below(30))
	day := r.model.day
	if start := int(target.At.Sub(epoch) / (24 * time.Hour)); r.below(3) == 0 {
		day = start + r.below(day-start+1)
	}
	act := points.Act{At: midnight(day)}
	if r.below(3) == 0 {
		entries, err := r.policy.Reverse(r.state, points.ReverseCommand{Act: act, Target: target, Later: r.after(target)}, r.now())
		if r.decided(remaining > 0, entries, err, before) {
			r.model.refund(target.Seq, remaining, day)
		} else {
			require.ErrorIs(r.t, err, points.ErrAlreadyReversed)
		}
		return
	}
	entries, err := r.policy.Refund(r.state, points.RefundCommand{Act: act, Points: n, Target: target, Later: r.after(target)}, r.now())
	if r.decided(n <= remaining, entries, err, before) {
		r.model.refund(target.Seq, n, day)
	} else {
		require.Equal(r.t, remaining, requireRefused(r.t, err, points.ErrOverReversal).Remaining)
	}
}

func (r *programme) stepClawback(before points.State) {
	if len(r.given) == 0 {
		return
	}
	target := r.given[r.below(len(r.given))]
	gift := r.model.given[target.Seq]
	require.Equal(r.t, gift.remaining, points.Reversible(target, r.after(target)))
	n := int64(1 + r.below(30))
	var later []points.Entry // only what concerns the target
	for _, e := range r.after(target) {
		if points.Concerns(target, e) {
			later = append(later, e)
		}
	}
	want := n <= gift.remaining
	if want && r.policy.Shortfall == points.Reject {
		want = r.model.clone().clawback(target.Seq, n) == 0
	}
	day := r.model.day
	if start := int(target.At.Sub(epoch) / (24 * time.Hour)); r.below(3) == 0 {
		day = start + r.below(day-start+1)
	}
	cmd := points.ClawbackCommand{Act: points.Act{At: midnight(day)}, Points: n, Target: target, Later: later}
	entries, err := r.policy.Clawback(r.state, cmd, r.now())
	if r.decided(want, entries, err, before) {
		r.model.clawback(target.Seq, n)
	}
}

// check holds the account to the model and to the invariants.
func (r *programme) check() {
	require.NoError(r.t, r.state.Validate(), "I2")
	sum, qp, recorded := int64(0), int64(0), time.Time{}
	for i, e := range r.journal {
		sum, qp = sum+e.Amount, qp+e.QP
		require.Equal(r.t, uint64(i+1), e.Seq, "I5: gap-free")
		require.False(r.t, e.Recorded.Before(recorded), "I10: recorded never falls")
		recorded = e.Recorded
	}
	require.Equal(r.t, sum, points.Balance(r.state), "I1")
	require.Equal(r.t, qp, r.state.QP)
	now := r.now()
	require.Equal(r.t, r.model.balance(), points.BalanceAt(r.state, now))
	require.Equal(r.t, r.model.available(), points.Available(r.state, now), "C5, I4")
	require.Equal(r.t, r.model.held(), points.Held(r.state, now))
	require.Equal(r.t, r.model.balance(), points.BalanceAsOf(r.journal, now, time.Time{}))
	require.False(r.t, points.Available(r.state, now) > 0 && r.model.debt > 0, "C9")
	if next := points.NextDue(r.state); next.IsZero() || next.After(now) {
		left := map[uint64]int64{}
		for _, l := range r.model.lots {
			if l.left > 0 {
				left[l.id] = l.left
			}
		}
		require.Equal(r.t, left, r.left())
		require.Equal(r.t, r.model.debt, r.state.Debt)
		require.Equal(r.t, r.model.pending(), points.Pending(r.state, now))
		require.Equal(r.t, r.model.expired, r.state.Totals.Expired, "I8")
	}
}

// finish checks what takes the whole journal.
func (r *programme) finish() {
	again, err := points.Replay(r.journal)
	require.NoError(r.t, err)
	require.Equal(r.t, r.state, again, "I5")
	cut := r.below(len(r.journal) + 1)
	part, err := points.Replay(r.journal[:cut])
	require.NoError(r.t, err)
	part, err = points.Apply(part, r.journal[cut:]...)
	require.NoError(r.t, err)
	require.Equal(r.t, r.state, part, "I5: any prefix")

	for _, s := range r.closed {
		then := midnight(s.day)
		require.Equal(r.t, s.balance, points.BalanceAsOf(r.journal, then, then), "I10: day %d", s.day)
		require.Equal(r.t, s.available, points.AvailableAsOf(r.journal, then, then), "I10: day %d", s.day)
	}
	ahead := r.model.clone()
	for range 20 {
		ahead.pass(ahead.day + 3)
		require.Equal(r.t, ahead.available(), points.Available(r.state, midnight(ahead.day)), "I8")
		require.Equal(r.t, ahead.balance(), points.BalanceAt(r.state, midnight(ahead.day)), "I8")
	}
	r.finishTrace()
	r.finishForms()
	r.finishAsOf()
}

// finishAsOf checks that it does not matter for the past whether what is due has
// been posted.
func (r *programme) finishAsOf() {
	var before []int64
	for day := -10; day <= r.model.day; day++ {
		before = append(before, points.BalanceAsOf(r.journal, midnight(day), time.Time{}))
	}
	r.must(points.DueEntries(r.state, r.now()))
	for i, balance := range before {
		sum, then := int64(0), midnight(i-10)
		for _, e := range r.journal {
			if !e.At.After(then) {
				sum += e.Amount
			}
		}
		require.Equal(r.t, sum, points.BalanceAsOf(r.journal, then, time.Time{}), "I8")
		require.Equal(r.t, sum, balance, "I8: before it was posted")
	}
}

// finishTrace checks I3: what covers a debit adds up to it.
func (r *programme) finishTrace() {
	links, err := points.Trace(r.journal)
	require.NoError(r.t, err)
	covered, consumed, owed := map[uint64]int64{}, map[uint64]int64{}, int64(0)
	for _, l := range links {
		require.Positive(r.t, l.Points)
		covered[l.Debit] += l.Points
		consumed[l.Credit] += l.Points
		if l.Credit == 0 {
			owed += l.Points
		}
	}
	require.Equal(r.t, r.state.Debt, owed)
	refunded := map[uint64]int64{}
	for _, e := range r.journal {
		if e.Kind == points.KindRefund {
			refunded[e.Target] += e.Amount
		}
	}
	left := r.left()
	for _, e := range r.journal {
		if e.Amount < 0 {
			require.Equal(r.t, -e.Amount-refunded[e.Seq], covered[e.Seq], "I3")
		}
		if e.Lot == e.Seq {
			require.Equal(r.t, e.Amount-left[e.Lot], consumed[e.Lot], "I3")
		}
	}
}

func (r *programme) finishForms() {
	saved, err := r.state.MarshalBinary()
	require.NoError(r.t, err)
	var back points.State
	require.NoError(r.t, back.UnmarshalBinary(saved))
	require.Equal(r.t, r.state.Clone(), back)
	half := midnight(r.model.day / 2)
	if r.model.day < 2 {
		return
	}
	first, err := points.Statement(r.journal, time.Time{}, half)
	require.NoError(r.t, err)
	second, err := points.Statement(r.journal, half, r.now().Add(time.Microsecond))
	require.NoError(r.t, err)
	require.Equal(r.t, first.Closing, second.Opening)
	require.Equal(r.t, r.model.balance(), second.Closing)
}

func TestProgrammes(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) { runProgrammes(t, rapidChooser{t}, 40, 10) })
}

// runProgrammes runs as many programmes as rapid's 100 checks need for 1,000.
func runProgrammes(t require.TestingT, c chooser, steps, times int) {
	for range times {
		r := newProgramme(t, c)
		for range steps {
			r.step()
		}
		r.finish()
	}
}

type byteChooser struct{ b []byte }

func (c *byteChooser) below(n int) int {
	if len(c.b) == 0 {
		return 0
	}
	v := c.b[0]
	c.b = c.b[1:]
	return int(v) % n
}

func FuzzProgramme(f *testing.F) {
	f.Add([]byte{})
	f.Add([]byte("earn, burn, refund, and again: earn, burn, refund"))
	f.Add([]byte{1, 0, 2, 0, 40, 20, 1, 2, 30, 5, 3, 25, 12, 9, 8, 0, 29, 0, 40, 20, 0, 1, 7, 0, 20, 1})
	f.Fuzz(func(t *testing.T, b []byte) {
		c := &byteChooser{b}
		r := newProgramme(t, c)
		for len(c.b) > 0 && len(r.journal) < 300 {
			r.step()
		}
		r.finish()
	})
}

// TestInt64Limits: no sum wraps, whatever entries are applied.
func TestInt64Limits(t *testing.T) {
	a := open(t, points.Policy{})
	a.earn(math.MaxInt64, "2025-01-01T00:00:00Z")
	e := points.Entry{Seq: 2, Kind: points.KindEarn, Amount: 1, Lot: 2, At: at("2025-01-02T00:00:00Z"), Recorded: at("2025-01-02T00:00:00Z"), ActivateAt: at("2025-01-02T00:00:00Z")}
	_, err := points.Apply(a.state, e)
	requireRefused(t, err, points.ErrOverflow)
	e.Lot, e.Amount, e.QP = 0, 0, math.MaxInt64
	next, err := points.Apply(a.state, e)
	require.NoError(t, err)
	e.Seq, e.QP = 3, 1
	_, err = points.Apply(next, e)
	require.Equal(t, "qp", requireRefused(t, err, points.ErrOverflow).Field)
	e.QP, e.Amount = 0, math.MinInt64
	_, err = points.Apply(next, e)
	requireRefused(t, err, points.ErrInvalid)
	e = points.Entry{Seq: 3, Kind: points.KindOpening, Amount: -math.MaxInt64, At: e.At, Recorded: e.Recorded}
	next, err = points.Apply(next, e)
	require.NoError(t, err)
	require.Equal(t, int64(math.MaxInt64), next.Debt)
	e.Seq, e.Amount = 4, -1
	_, err = points.Apply(next, e)
	requireRefused(t, err, points.ErrOverflow)
}
