package owner_test

import (
	"encoding/json"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/guanxi-go/guanxi/crm/money"
	"github.com/guanxi-go/guanxi/crm/owner"
)

// process grows a handover's journal.
type process struct {
	t     require.TestingT
	steps []owner.Step
	hour  int
}

func (p *process) now() owner.Handover {
	h, err := owner.FoldHandover(p.steps)
	require.NoError(p.t, err)
	return h
}

// act is the next hour's.
func (p *process) act(actor string) owner.Act {
	p.hour++
	return owner.Act{Actor: actor, Recorded: tick(p.hour), Code: "why"}
}

func (p *process) do(s owner.Step, err error) {
	require.NoError(p.t, err)
	p.steps = append(p.steps, s)
	p.now()
}

func (p *process) refused(want error, field string) func(owner.Step, error) *owner.Error {
	return func(s owner.Step, err error) *owner.Error {
		require.Zero(p.t, s)
		return requireRefused(p.t, err, want, field)
	}
}

// opened is a handover with everything counted: 3 customers, of whom k1 is a key
// account, one promise and one receivable.
func opened(t require.TestingT) *process {
	p := &process{t: t}
	p.do(owner.OpenHandover("gone", "head", p.act("gone")))
	count := map[owner.Matter]int{owner.Customers: 3, owner.Promises: 1, owner.Receivables: 1}
	for _, m := range owner.Matters() {
		p.do(p.now().Count(m, count[m], p.act("head")))
	}
	p.do(p.now().List(owner.Customers, "k1", money.Amount{}, p.act("head")))
	p.do(p.now().List(owner.Promises, "p1", money.Amount{}, p.act("head")))
	p.do(p.now().List(owner.Receivables, "r1", cny(500), p.act("head")))
	return p
}

// settled is opened with all handed over: what is left is to sign.
func settled(t require.TestingT) *process {
	p := opened(t)
	p.do(p.now().Freeze(p.act("it")))
	p.do(p.now().Hand(owner.Customers, "", 2, "t2", p.act("head")))
	p.do(p.now().Hand(owner.Customers, "k1", 1, "t1", p.act("head")))
	p.do(p.now().Introduce("k1", "t1", p.act("gone")))
	p.do(p.now().Hand(owner.Promises, "p1", 1, "t1", p.act("head")))
	p.do(p.now().Hand(owner.Receivables, "r1", 1, "t1", p.act("head")))
	return p
}

func gaps(h owner.Handover) (out []string) {
	for _, g := range h.Missing() {
		out = append(out, g.String())
	}
	return out
}

func TestHandoverMissing(t *testing.T) {
	p := &process{t: t}
	p.do(owner.OpenHandover("gone", "head", p.act("gone")))
	want := []string{"freeze"}
	for _, m := range owner.Matters() {
		want = append(want, "count "+m.String())
	}
	require.Equal(t, append(want, "sign gone", "sign head"), gaps(p.now()))

	p = opened(t)
	typed := p.refused(owner.ErrIncomplete, "completed")(p.now().Complete(p.act("head")))
	require.Equal(t, []string{"freeze", "hand-over customers k1", "hand-over customers 2", "hand-over promises p1",
		"hand-over receivables r1", "introduce k1", "sign gone", "sign head"}, typed.Items, "everything at once")
	p.do(p.now().Count(owner.Promises, 2, p.act("head")))
	require.Contains(t, gaps(p.now()), "list promises 2", "a recount begins the matter anew")

	p = settled(t)
	require.Equal(t, []string{"sign gone", "sign t1", "sign t2", "sign head"}, gaps(p.now()))
	for _, who := range []string{"head", "t2", "gone", "t1"} {
		p.do(p.now().Sign(p.act(who)))
	}
	require.Empty(t, p.now().Missing())
	require.False(t, p.now().Done())
	p.do(p.now().Complete(p.act("head")))
	require.True(t, p.now().Done())
	require.Empty(t, p.now().Missing())
	require.Equal(t, "交付 应收款 r1", owner.Gap{Need: owner.NeedHandover, Matter: owner.Receivables, Ref: "r1"}.Zh())
}

func TestHandoverRefuses(t *testing.T) {
	p := &process{t: t}
	p.refused(owner.ErrInvalid, "to")(owner.OpenHandover("gone", "gone", p.act("x")))
	p.refused(owner.ErrInvalid, "to")(owner.OpenHandover("gone", "", p.act("x")))
	p.refused(owner.ErrInvalid, "actor")(owner.OpenHandover("gone", "head", p.act("")))
	p.refused(owner.ErrTransition, "frozen")(owner.Handover{}.Freeze(p.act("it")))
	p.refused(owner.ErrTransition, "completed")(owner.Handover{}.Complete(p.act("it")))

	p.do(owner.OpenHandover("gone", "head", p.act("gone")))
	p.refused(owner.ErrIncomplete, "listed")(p.now().List(owner.Promises, "p1", money.Amount{}, p.act("x")))
	p.refused(owner.ErrIncomplete, "handed")(p.now().Hand(owner.Leads, "", 1, "t1", p.act("x")))
	p.refused(owner.ErrConflict, "recorded")(p.now().Freeze(owner.Act{Actor: "x", Recorded: tick(0)}))
	early := p.act("it")
	early.At = tick(0)
	p.refused(owner.ErrConflict, "at")(p.now().Freeze(early))

	p = opened(t)
	p.refused(owner.ErrInvalid, "matter")(p.now().Count(0, 1, p.act("x")))
	p.refused(owner.ErrInvalid, "count")(p.now().Count(owner.Leads, -1, p.act("x")))
	p.refused(owner.ErrInvalid, "matter")(p.now().List(owner.Leads, "l1", money.Amount{}, p.act("x")))
	p.refused(owner.ErrInvalid, "ref")(p.now().List(owner.Promises, "", money.Amount{}, p.act("x")))
	p.refused(owner.ErrInvalid, "amount")(p.now().List(owner.Receivables, "r2", cny(-1), p.act("x")))
	p.refused(owner.ErrDuplicate, "listed")(p.now().List(owner.Promises, "p1", money.Amount{}, p.act("x")))
	p.refused(owner.ErrConflict, "listed")(p.now().List(owner.Promises, "p2", money.Amount{}, p.act("x")))
	for _, who := range []string{"gone", "head"} {
		p.refused(owner.ErrForbidden, "taker")(p.now().Hand(owner.Customers, "", 1, who, p.act("x")))
	}
	p.refused(owner.ErrInvalid, "count")(p.now().Hand(owner.Customers, "", 0, "t1", p.act("x")))
	p.refused(owner.ErrInvalid, "count")(p.now().Hand(owner.Promises, "", 1, "t1", p.act("x")))
	p.refused(owner.ErrInvalid, "count")(p.now().Hand(owner.Customers, "k1", 2, "t1", p.act("x")))
	p.refused(owner.ErrInvalid, "to")(p.now().Hand(owner.Customers, "k1", 1, "", p.act("x")))
	p.refused(owner.ErrNotFound, "handed")(p.now().Hand(owner.Promises, "p9", 1, "t1", p.act("x")))
	p.refused(owner.ErrConflict, "handed")(p.now().Hand(owner.Customers, "", 3, "t1", p.act("x")))
	p.refused(owner.ErrNotFound, "introduced")(p.now().Introduce("k9", "t1", p.act("x")))
	p.do(p.now().Introduce("k1", "t1", p.act("x")))
	p.refused(owner.ErrConflict, "handed")(p.now().Hand(owner.Customers, "k1", 1, "t2", p.act("x")))
	p.do(p.now().Hand(owner.Customers, "k1", 1, "t1", p.act("x")))
	p.refused(owner.ErrDuplicate, "handed")(p.now().Hand(owner.Customers, "k1", 1, "t1", p.act("x")))
	p.refused(owner.ErrConflict, "introduced")(p.now().Introduce("k1", "t2", p.act("x")))
	p.refused(owner.ErrIncomplete, "signed")(p.now().Sign(p.act("gone")))
	p.do(p.now().Freeze(p.act("it")))
	p.refused(owner.ErrDuplicate, "frozen")(p.now().Freeze(p.act("it")))

	p = settled(t)
	p.refused(owner.ErrForbidden, "signed")(p.now().Sign(p.act("stranger")))
	p.do(p.now().Sign(p.act("gone")))
	p.refused(owner.ErrDuplicate, "signed")(p.now().Sign(p.act("gone")))
	noReason := p.act("head")
	noReason.Code = ""
	p.refused(owner.ErrIncomplete, "reason")(p.now().Cancel(noReason))
	p.refused(owner.ErrIncomplete, "approver")(p.now().Cancel(p.act("head")))
	p.refused(owner.ErrIncomplete, "reason")(p.now().Deputise("d", noReason))
	p.refused(owner.ErrIncomplete, "approver")(p.now().Deputise("d", p.act("head")))
	approved := p.act("head")
	approved.Approver = "board"
	for _, who := range []string{"gone", "head", "t1", "board"} {
		p.refused(owner.ErrForbidden, "deputy")(p.now().Deputise(who, approved))
	}
	p.do(p.now().Cancel(approved))
	require.True(t, p.now().Done())
	p.refused(owner.ErrTransition, "signed")(p.now().Sign(p.act("t1")))
	p.refused(owner.ErrTransition, "cancelled")(p.now().Cancel(approved))
}

// A change of what is handed over voids what was signed before it.
func TestHandoverChangeVoidsSignatures(t *testing.T) {
	p := settled(t)
	p.do(p.now().Sign(p.act("gone")))
	p.do(p.now().Sign(p.act("t1")))
	p.do(p.now().Count(owner.Tasks, 1, p.act("head")))
	require.Empty(t, p.now().Signatures)
	require.Equal(t, []string{"hand-over tasks 1", "sign gone", "sign t1", "sign t2", "sign head"}, gaps(p.now()))

	p = settled(t)
	p.do(p.now().Count(owner.Customers, 0, p.act("head")))
	require.Equal(t, []string{"t1"}, p.now().Takers, "t2 takes nothing any more")
}

// Somebody who went without a word cannot sign; his deputy does (C16: 忽然辞职).
func TestHandoverOfWhoIsGone(t *testing.T) {
	p := settled(t)
	a := p.act("head")
	a.Approver = "board"
	p.do(p.now().Deputise("hr", a))
	p.refused(owner.ErrForbidden, "signed")(p.now().Sign(p.act("gone")))
	p.refused(owner.ErrForbidden, "taker")(p.now().Hand(owner.Customers, "", 1, "hr", p.act("x")))
	for _, who := range []string{"hr", "t1", "t2", "head"} {
		p.do(p.now().Sign(p.act(who)))
	}
	p.do(p.now().Complete(p.act("head")))
}

func TestExportsFrozen(t *testing.T) {
	p := &process{t: t}
	require.False(t, p.now().ExportsFrozen(tick(5)))
	p.do(owner.OpenHandover("gone", "head", owner.Act{Actor: "gone", At: tick(2), Recorded: tick(3)}))
	h := p.now()
	require.False(t, h.ExportsFrozen(tick(2).Add(-1)))
	require.True(t, h.ExportsFrozen(tick(2)), "from the notice, whoever has done what")
	_, done := h.Exposed()
	require.False(t, done)
	p.do(h.Freeze(owner.Act{Actor: "it", Recorded: tick(9)}))
	open, done := p.now().Exposed()
	require.True(t, done)
	require.Equal(t, 7*time.Hour, open)
	p.do(p.now().Cancel(owner.Act{Actor: "head", Approver: "board", Code: "stays", Recorded: tick(20)}))
	require.True(t, p.now().ExportsFrozen(tick(19)))
	require.False(t, p.now().ExportsFrozen(tick(20)))
}

func TestFoldHandoverNamesTheStep(t *testing.T) {
	p := settled(t)
	steps := append(p.steps, p.steps[0])
	_, err := owner.FoldHandover(steps)
	typed := requireRefused(t, err, owner.ErrTransition, "steps")
	require.Equal(t, len(p.steps), typed.Item)
	require.NotContains(t, owner.Step{Kind: owner.Signed, Reason: "李先生"}.LogValue().String(), "李")
}

func FuzzFoldHandover(f *testing.F) {
	text, err := json.Marshal(settled(f).steps)
	require.NoError(f, err)
	f.Add(text)
	f.Fuzz(func(t *testing.T, text []byte) {
		var steps []owner.Step
		if json.Unmarshal(text, &steps) != nil {
			return
		}
		h, err := owner.FoldHandover(steps)
		if err != nil || h.Notice.IsZero() {
			return
		}
		_, err = h.Complete(owner.Act{Actor: "x", Recorded: h.LastRecorded})
		require.Equal(t, !h.Done() && len(h.Missing()) == 0, err == nil)
	})
}

func TestHandoverProperties(t *testing.T) {
	completed := 0
	rapid.Check(t, func(t *rapid.T) {
		p := &process{t: t}
		p.do(owner.OpenHandover("gone", "head", p.act("gone")))
		who := []string{"gone", "head", "t1", "t2", "hr"}
		left := map[owner.Matter]bool{}
		for range rapid.IntRange(0, 60).Draw(t, "steps") {
			h := p.now()
			a := p.act(rapid.SampledFrom(who).Draw(t, "actor"))
			a.Approver = "board"
			m := owner.Matter(rapid.IntRange(1, 11).Draw(t, "matter"))
			ref := rapid.SampledFrom([]string{"x", "y"}).Draw(t, "ref")
			to := rapid.SampledFrom(who).Draw(t, "to")
			var s owner.Step
			var err error
			switch rapid.IntRange(0, 9).Draw(t, "what") {
			case 0, 1, 2:
				for _, each := range owner.Matters() { // most counts come in order
					if !left[each] {
						m = each
						break
					}
				}
				s, err = h.Count(m, rapid.IntRange(0, 2).Draw(t, "n"), a)
				left[m] = true
			case 3:
				s, err = h.List(m, ref, money.Amount{}, a)
			case 4, 5:
				s, err = h.Hand(m, ref, 1, to, a)
			case 6:
				s, err = h.Introduce(ref, to, a)
			case 7:
				s, err = h.Freeze(a)
			case 8:
				s, err = h.Sign(a)
			case 9:
				s, err = h.Deputise(to, a)
			}
			if err == nil {
				p.do(s, nil)
			}
		}
		finish(p, rapid.IntRange(0, 9).Draw(t, "finish") > 0)

		h := p.now()
		missing := h.Missing()
		_, err := h.Complete(p.act("head"))
		require.Equal(t, len(missing) == 0, err == nil, "it completes exactly when nothing is missing")
		seen := map[string]bool{}
		for _, s := range h.Signatures {
			require.False(t, seen[s.By], "each once")
			seen[s.By] = true
		}
		for _, x := range h.Progress {
			require.LessOrEqual(t, x.Given, x.Before)
		}
		if err == nil {
			completed++
			require.Len(t, h.Progress, 11)
			for _, x := range h.Progress {
				require.Equal(t, x.Before, x.Given, "before is what is given")
			}
			require.Len(t, h.Signatures, 2+len(h.Takers))
			require.NotContains(t, h.Takers, h.Leaver)
			require.NotContains(t, h.Takers, h.Manager)
			require.NotContains(t, h.Takers, h.Deputy)
		}
		text, err := json.Marshal(p.steps)
		require.NoError(t, err)
		var back []owner.Step
		require.NoError(t, json.Unmarshal(text, &back))
		require.Equal(t, p.steps, back)
	})
	require.NotZero(t, completed)
}

// finish does what a handover says is missing, as far as it goes.
func finish(p *process, all bool) {
	for n := 0; all; n++ {
		h := p.now()
		missing := h.Missing()
		if len(missing) == 0 {
			return
		}
		g := missing[0]
		var s owner.Step
		var err error
		switch g.Need {
		case owner.NeedFreeze:
			s, err = h.Freeze(p.act("it"))
		case owner.NeedCount:
			s, err = h.Count(g.Matter, 0, p.act("head"))
		case owner.NeedList:
			s, err = h.List(g.Matter, fmt.Sprint("new", n), money.Amount{}, p.act("head"))
		case owner.NeedHandover:
			to := "t3"
			for _, i := range h.Introductions {
				if i.Ref == g.Ref && g.Matter == owner.Customers {
					to = i.Taker
				}
			}
			if s, err = h.Hand(g.Matter, g.Ref, max(1, g.Count), to, p.act("head")); err != nil { // introduced to who cannot take
				require.ErrorIs(p.t, err, owner.ErrForbidden)
				s, err = h.Introduce(g.Ref, "t3", p.act("head"))
			}
		case owner.NeedIntroduction:
			to := "t3"
			for _, x := range h.Things {
				if x.Ref == g.Ref && x.Matter == owner.Customers && x.Taker != "" {
					to = x.Taker
				}
			}
			s, err = h.Introduce(g.Ref, to, p.act("head"))
		case owner.NeedSignature:
			s, err = h.Sign(p.act(g.Staff))
		}
		p.do(s, err)
	}
}
