package receivable_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"math"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/guanxi-go/guanxi/crm/money"
	"github.com/guanxi-go/guanxi/crm/receivable"
)

// Whatever is tried: allocated and surplus are the payment, nothing outstanding is below
// 0 or above the instalment, and money is conserved. A journal folds to the same account
// after a trip through JSON.
func TestMoneyIsConserved(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		minors := rapid.SliceOfN(rapid.Int64Range(0, 1000), 1, 5).Draw(t, "instalments")
		a := account(t, minors...)
		var total, cash, written int64
		for _, m := range minors {
			total += m
		}
		var journal []receivable.Entry
		for n := range rapid.IntRange(1, 25).Draw(t, "commands") {
			minor := rapid.Int64Range(0, 1500).Draw(t, "minor")
			by := receivable.Allocation{Method: receivable.Method(rapid.IntRange(0, 1).Draw(t, "method"))}
			if rapid.IntRange(0, 3).Draw(t, "explicit") == 0 {
				by.Explicit = []receivable.Line{{Instalment: "I1", Minor: rapid.Int64Range(1, 400).Draw(t, "explicit minor")}}
			}
			var e receivable.Entry
			var err error
			id := act(fmt.Sprint("E", n))
			switch rapid.IntRange(0, 5).Draw(t, "command") {
			case 0:
				e, err = a.Receive(id, cny(minor), by)
			case 1:
				e, err = a.Prepay(id, cny(minor))
			case 2:
				e, err = a.Use(id, minor, by)
			case 3:
				e, err = a.Refund(id, minor)
			case 4:
				e, err = a.WriteOff(id, minor, by)
			case 5:
				e, err = a.Reverse(id, fmt.Sprint("E", rapid.IntRange(0, n).Draw(t, "target")), minor)
			}
			if err != nil {
				var own *receivable.Error
				require.ErrorAs(t, err, &own)
				continue
			}
			sum := e.Surplus
			for _, l := range e.Lines {
				sum += l.Minor
			}
			require.Equal(t, e.Minor, sum, "allocated and surplus are the payment")
			require.NoError(t, a.Apply(e))
			journal = append(journal, e)
			kind, sign := e.Kind, int64(1)
			if kind == receivable.Reversal {
				sign = -1
				for _, before := range journal {
					if before.ID == e.Target {
						kind = before.Kind
					}
				}
			}
			switch kind {
			case receivable.Receipt, receivable.Prepayment:
				cash += sign * e.Minor
			case receivable.Refund:
				cash -= sign * e.Minor
			case receivable.WriteOff:
				written += sign * e.Minor
			}
			require.Equal(t, cash, total-a.Outstanding()-written+a.Prepaid())
			require.GreaterOrEqual(t, a.Prepaid(), int64(0))
			for _, it := range a.Items() {
				require.True(t, it.Outstanding >= 0 && it.Outstanding <= it.Minor)
			}
		}
		text, err := json.Marshal(journal)
		require.NoError(t, err)
		var back []receivable.Entry
		require.NoError(t, json.Unmarshal(text, &back))
		again, err := receivable.Fold(money.CNY, owing(minors...), back)
		require.NoError(t, err)
		require.Equal(t, a, again)

		// Everything reversed leaves nothing. Latest first is not always the order: where an
		// earlier prepayment was reversed, what it paid for stands on a later one, which
		// then has to wait.
		for waits, before := -1, 0; waits != 0 && waits != before; {
			waits, before = 0, waits
			for k := len(journal) - 1; k >= 0; k-- {
				if journal[k].Kind == receivable.Reversal {
					continue
				}
				e, err := a.Reverse(act(fmt.Sprint("all-", journal[k].ID, before, waits)), journal[k].ID, 0)
				switch {
				case err == nil:
					require.NoError(t, a.Apply(e))
				case errors.Is(err, receivable.ErrConflict):
					waits++
				default:
					require.ErrorIs(t, err, receivable.ErrOverAllocation, "nothing is left of it")
				}
			}
		}
		require.Equal(t, total, a.Outstanding())
		require.Zero(t, a.Prepaid())
	})
}

func TestReverseAPartLatestFirst(t *testing.T) {
	a := account(t, 700, 500)
	e, err := a.Receive(act("R1"), cny(1300), receivable.Allocation{})
	require.NoError(t, err)
	require.NoError(t, a.Apply(e))
	e, err = a.Reverse(act("X1"), "R1", 250)
	require.NoError(t, err)
	require.Equal(t, int64(100), e.Surplus)
	require.Equal(t, []receivable.Line{{Instalment: "I2", Minor: 150}}, e.Lines)
	require.NoError(t, a.Apply(e))
	_, err = a.Reverse(act("X2"), "R1", 1051)
	require.ErrorIs(t, err, receivable.ErrOverAllocation)
	e, err = a.Reverse(act("X2"), "R1", 0)
	require.NoError(t, err)
	require.Equal(t, int64(1050), e.Minor)
	_, err = a.Reverse(act("X2"), "X1", 0)
	require.ErrorIs(t, err, receivable.ErrNotFound)
}

func TestReverseWhatWasUsed(t *testing.T) {
	a := account(t, 700)
	for _, decide := range []func() (receivable.Entry, error){
		func() (receivable.Entry, error) { return a.Prepay(act("P1"), cny(500)) },
		func() (receivable.Entry, error) { return a.Use(act("U1"), 400, receivable.Allocation{}) },
	} {
		e, err := decide()
		require.NoError(t, err)
		require.NoError(t, a.Apply(e))
	}
	_, err := a.Reverse(act("X1"), "P1", 0)
	require.ErrorIs(t, err, receivable.ErrConflict)
	_, err = a.Use(act("U2"), 200, receivable.Allocation{})
	require.ErrorIs(t, err, receivable.ErrOverAllocation)
	_, err = a.Refund(act("F1"), 101)
	require.ErrorIs(t, err, receivable.ErrOverAllocation)
	e, err := a.Reverse(act("X1"), "U1", 0)
	require.NoError(t, err)
	require.NoError(t, a.Apply(e))
	_, err = a.Reverse(act("X2"), "P1", 0)
	require.NoError(t, err)
}

func TestFoldRefuses(t *testing.T) {
	in := owing(100, 100)
	twice, other, bad, huge := owing(1, 1), owing(1, 1), owing(1), owing(math.MaxInt64, 1)
	twice[1].ID, other[1].Customer, bad[0].Minor = "I1", "C-2", -1
	good := receivable.Entry{Act: act("E1"), Kind: receivable.Receipt, Minor: 100, Lines: []receivable.Line{{Instalment: "I1", Minor: 100}}}
	with := func(change func(*receivable.Entry)) []receivable.Entry {
		e := good
		change(&e)
		return []receivable.Entry{e}
	}
	line := func(id string, minor int64) []receivable.Line {
		return []receivable.Line{{Instalment: id, Minor: minor}}
	}
	for name, c := range map[string]struct {
		instalments []receivable.Instalment
		journal     []receivable.Entry
		err         error
	}{
		"id twice":        {twice, nil, receivable.ErrDuplicate},
		"two customers":   {other, nil, receivable.ErrInvalid},
		"below 0":         {bad, nil, receivable.ErrInvalid},
		"too much":        {huge, nil, receivable.ErrOverflow},
		"entry twice":     {in, []receivable.Entry{good, good}, receivable.ErrDuplicate},
		"no kind":         {in, with(func(e *receivable.Entry) { e.Kind = 0 }), receivable.ErrInvalid},
		"unbalanced":      {in, with(func(e *receivable.Entry) { e.Minor = 101 }), receivable.ErrInvalid},
		"line repeated":   {in, with(func(e *receivable.Entry) { e.Lines = append(line("I1", 50), line("I1", 50)...) }), receivable.ErrInvalid},
		"line below 0":    {in, with(func(e *receivable.Entry) { e.Lines = line("I1", -100) }), receivable.ErrInvalid},
		"line wraps":      {in, with(func(e *receivable.Entry) { e.Lines = append(line("I1", math.MaxInt64), line("I2", math.MaxInt64)...) }), receivable.ErrInvalid},
		"unknown":         {in, with(func(e *receivable.Entry) { e.Lines = line("I9", 100) }), receivable.ErrNotFound},
		"over":            {in, with(func(e *receivable.Entry) { e.Minor, e.Lines = 101, line("I1", 101) }), receivable.ErrOverAllocation},
		"refund of lines": {in, with(func(e *receivable.Entry) { e.Kind = receivable.Refund }), receivable.ErrInvalid},
		"no target":       {in, with(func(e *receivable.Entry) { e.Kind = receivable.Reversal }), receivable.ErrInvalid},
		"false target":    {in, with(func(e *receivable.Entry) { e.Kind, e.Target = receivable.Reversal, "E9" }), receivable.ErrNotFound},
		"no actor":        {in, with(func(e *receivable.Entry) { e.Actor = "" }), receivable.ErrInvalid},
		"no day":          {in, with(func(e *receivable.Entry) { e.On = 0 }), receivable.ErrInvalid},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := receivable.Fold(money.CNY, c.instalments, c.journal)
			require.ErrorIs(t, err, c.err)
			require.True(t, strings.HasPrefix(err.Error(), "receivable: "))
		})
	}
	_, err := receivable.Fold(0, in, nil)
	require.ErrorIs(t, err, receivable.ErrInvalid)
}

func TestPlanRefusesAllAtOnce(t *testing.T) {
	_, err := receivable.Plan("SO-1", "C-1", money.Amount{Minor: -1, Currency: money.CNY}, []receivable.Term{
		{Share: percent(101), Due: day("2026-01-01")}, {Share: percent(10)}, {Share: percent(10), Due: day("2026-01-01"), Event: receivable.Signing}})
	for _, want := range []string{"price", "terms[0]: a share", "terms[1]: has both or neither", "terms[2]: has both or neither"} {
		require.ErrorContains(t, err, want)
	}
	at := day("2026-01-01")
	yuan := func(fen int64) money.Amount { return money.Amount{Minor: fen, Currency: money.CNY} }
	_, err = receivable.Plan("SO-1", "C-1", yuan(100), []receivable.Term{{Share: percent(99), Due: at}})
	require.ErrorContains(t, err, "do not sum to 1")
	half := receivable.Term{Share: percent(50), Due: at}
	tenth := receivable.Term{Share: percent(10), Due: at}
	_, err = receivable.Plan("SO-1", "C-1", yuan(1), []receivable.Term{half, half})
	require.NoError(t, err, "1 and 0")
	third := receivable.Term{Share: percent(45), Due: at}
	_, err = receivable.Plan("SO-1", "C-1", yuan(2), []receivable.Term{third, third, tenth})
	require.NoError(t, err, "1, 1 and 0")
	_, err = receivable.Plan("SO-1", "C-1", yuan(1), []receivable.Term{half, {Share: money.Ratio{Num: 1, Den: 2}, Due: at}, {Share: percent(0), Due: at}})
	require.ErrorContains(t, err, "less than nothing", "1, 1 and -1")
	_, err = receivable.Plan("SO-1", "C-1", yuan(1), nil)
	require.ErrorIs(t, err, receivable.ErrInvalid)
}

func TestHappened(t *testing.T) {
	i := receivable.Instalment{Event: receivable.Acceptance, Days: 30}.Happened(day("2026-01-31"))
	require.Equal(t, day("2026-03-02"), i.Due)
}

func TestReasonsStayOutOfLogs(t *testing.T) {
	a := act("E1")
	a.Reason = "call 13800138000"
	var b strings.Builder
	slog.New(slog.NewTextHandler(&b, nil)).Info("", "entry", receivable.Entry{Act: a, Kind: receivable.Refund}, "act", a)
	require.NotContains(t, b.String(), "13800138000")
}
