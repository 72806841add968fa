package approval_test

import (
	"encoding/json"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/guanxi-go/guanxi/crm/approval"
	"github.com/guanxi-go/guanxi/crm/calendar"
	"github.com/guanxi-go/guanxi/crm/finding"
	"github.com/guanxi-go/guanxi/crm/money"
	"github.com/guanxi-go/guanxi/internal/wording"
)

// codesOf returns the codes of all joined errors, in order.
func codesOf(t testing.TB, err error) (codes []string) {
	for _, e := range wording.Parts[*approval.Error](t, err) {
		codes = append(codes, strings.TrimPrefix(e.Code, "APR-")+" "+e.Field)
	}
	return codes
}

func TestTemplateSaysEverythingAtOnce(t *testing.T) {
	bad := template(approval.Fixed,
		approval.Step{ID: "a", Mode: approval.Quorum, Approvers: voters(3), N: 2, K: 4},
		approval.Step{ID: "a", Do: approval.KindExecute, Approvers: voters(1)},
		approval.Step{ID: "b"},
		approval.Step{ID: "c", Do: approval.KindExecute, Document: "x", Approvers: []approval.Approver{{From: approval.FromGuide}}})
	bad.Version = 0
	_, err := approval.New(bad)
	require.Equal(t, []string{"RANGE version", "RANGE steps.n", "REPEATED steps", "MISSING steps.approvers", "MISPLACED steps",
		"MISPLACED steps.document", "MISPLACED steps.approvers"}, codesOf(t, err))
	_, err = approval.New(template(approval.Predefined))
	requireRefused(t, err, approval.ErrInvalid, "APR-MISSING")
	_, err = approval.New(template(approval.Free, step("a", user("v1"))))
	requireRefused(t, err, approval.ErrInvalid, "APR-MISPLACED")
	for _, kind := range []approval.FormKind{approval.Expense, approval.Compensation, approval.Discount, approval.Credit, approval.Contract, approval.Transfer, approval.Export, approval.Policy} {
		form := approval.StandardForm(kind)
		require.NotEmpty(t, form.Fields)
		full := template(approval.Fixed, step("a", user("v1")))
		full.Form = form
		require.NoError(t, full.Validate())
		for _, f := range form.Fields {
			require.True(t, wording.HasHan(f.Text(finding.Chinese)) && !wording.HasHan(f.Text(finding.English)))
		}
	}
}

func TestSizes(t *testing.T) {
	board := step("b", voters(3)...)
	board.Mode, board.K, board.N = approval.Quorum, 2, 4
	r := start(t, template(approval.Fixed, board), approval.Env{})
	r.do(approval.Create, "ann", asks(request()))
	r.refused(approval.ErrIncomplete, "APR-SIZE", approval.Submit, "ann")
	board.K, board.N = 4, 0
	r = start(t, template(approval.Fixed, board), approval.Env{})
	r.do(approval.Create, "ann", asks(request()))
	r.refused(approval.ErrIncomplete, "APR-QUORUM", approval.Submit, "ann")
}

func TestRefusals(t *testing.T) {
	r := start(t, approval.PolicyChain(), approval.Env{People: company()})
	r.refused(approval.ErrTransition, "APR-STATE", approval.Submit, "ann")
	r.refused(approval.ErrIncomplete, "APR-MISSING", approval.Create, "ann")
	stranger := policy()
	stranger.Initiator = "sam"
	r.refused(approval.ErrForbidden, "APR-UNIT", approval.Create, "sam", asks(stranger))
	r.refused(approval.ErrForbidden, "APR-NOT-INITIATOR", approval.Create, "bo", asks(policy()))
	lacking := policy()
	lacking.Fields = map[string]string{"policy": "crm"}
	r.do(approval.Create, "ann", asks(lacking))
	e := r.refused(approval.ErrIncomplete, "APR-FIELD", approval.Submit, "ann")
	require.Equal(t, []string{"version", "date", "authoriser", "change", "text"}, e.Items)
	r.do(approval.Amend, "ann", asks(policy()))
	r.do(approval.Submit, "ann")
	r.refused(approval.ErrNotFound, "APR-NO-STEP", approval.Approve, "secretary", at("nowhere"))
	r.refused(approval.ErrTransition, "APR-VOTED", approval.Approve, "secretary", at(approval.StepBoard))
	r.env.Now = tick(0)
	r.refused(approval.ErrConflict, "APR-LATER", approval.Approve, "secretary", minutes)
	other := approval.PolicyChain()
	other.Version = 2
	p, err := approval.New(other)
	require.NoError(t, err)
	_, err = p.Decide(r.i, command(approval.Approve, "secretary", minutes), approval.Env{Now: tick(9)})
	requireRefused(t, err, approval.ErrConflict, "APR-VERSION")
	_, err = p.Decide(r.i, approval.Command{}, approval.Env{})
	require.Equal(t, []string{"UNKNOWN verb", "ID actor", "MISSING now"}, codesOf(t, err))

	s := step("a", voters(2)...)
	s.Mode = approval.Serial
	r = running(t, template(approval.Fixed, s), approval.Env{})
	require.Equal(t, []approval.Seat{{Person: "v1"}}, r.i.Waiting())
	r.refused(approval.ErrTransition, "APR-TURN", approval.Approve, "v2")
}

func TestGuideSaysEverythingAtOnce(t *testing.T) {
	d := definition()
	d.Levels = append(d.Levels, d.Levels[0])
	d.Tables[0].Bands[2].UpTo = 1
	d.Tables[0].Bands[1].Level = "nobody"
	d.Tables = append(d.Tables, definition().Tables[0])
	_, err := approval.NewGuide(d)
	require.Equal(t, []string{"REPEATED levels", "UNKNOWN tables.bands.level", "ORDER tables.bands.up_to", "OVERLAP tables"}, codesOf(t, err))
	_, err = approval.NewGuide(approval.GuideDefinition{})
	requireRefused(t, err, approval.ErrInvalid, "APR-MISSING")
}

func TestGuideByUnitAndDate(t *testing.T) {
	d := definition()
	east := d.Tables[0]
	east.Unit, east.Bands = "group/east/", []approval.Band{{UpTo: 100_00, Level: "team"}, {Level: "board"}}
	d.Tables[0].Until = tick(10)
	later := d.Tables[0]
	later.Since, later.Until, later.Bands = tick(10), time.Time{}, []approval.Band{{Level: "board"}}
	d.Tables = append(d.Tables, east, later)
	g, err := approval.NewGuide(d)
	require.NoError(t, err)
	level := func(unit string, at time.Time) string {
		levels, err := g.Resolve(approval.Query{Matter: "expense", Unit: unit, Amount: cny("200"), At: at})
		require.NoError(t, err)
		return levels[0].Code
	}
	require.Equal(t, "board", level("group/east/sales/", tick(0)))
	require.Equal(t, "team", level("group/eastern/", tick(0)))
	require.Equal(t, "team", level("group/west/", tick(10).Add(-time.Microsecond)))
	require.Equal(t, "board", level("group/west/", tick(10)))
	_, err = g.Resolve(approval.Query{Matter: "gift", Amount: cny("1"), At: tick(0)})
	requireRefused(t, err, approval.ErrNotFound, "APR-MATTER")
	_, err = g.Resolve(approval.Query{Matter: "expense", Amount: cny("1"), At: tick(0), Mode: 9})
	requireRefused(t, err, approval.ErrInvalid, "APR-UNKNOWN")

	spends := request()
	spends.Amount = cny("1")
	c := approval.Commitment{ID: "h", Initiator: "ann", Matter: "expense", Amount: money.Amount{Minor: math.MaxInt64, Currency: money.CNY}, At: tick(0)}
	_, _, err = g.CheckSplit(spends, tick(0), []approval.Commitment{c})
	requireRefused(t, err, approval.ErrOverflow, "APR-OVERFLOW")
	c.Amount.Minor = 1
	_, _, err = g.CheckSplit(spends, tick(0), []approval.Commitment{c, c})
	requireRefused(t, err, approval.ErrDuplicate, "APR-REPEATED")
	c.Amount.Minor = -1
	_, _, err = g.CheckSplit(spends, tick(0), []approval.Commitment{c})
	requireRefused(t, err, approval.ErrInvalid, "APR-NEGATIVE")
}

func edition(version int, from time.Time) approval.Edition {
	e := approval.Edition{Policy: "crm", Date: calendar.MustDate(2026, 9, 1), Version: version, Authoriser: "gm", Change: "limits", From: from,
		Approvals: []approval.BodyApproval{{Body: "office", At: tick(1)}, {Body: "board", At: tick(2)}}}
	e.Signature = approval.Signature{By: "gm", At: tick(3), Hash: e.Digest([]byte("text"))}
	return e
}

func TestGate(t *testing.T) {
	gate := approval.Gate{Bodies: []string{"office", "board"}}
	history := []approval.Edition{edition(3, tick(4)), edition(1, tick(-9))}
	require.NoError(t, gate.Check(history, edition(4, tick(5)), []byte("text")))
	for name, tt := range map[string]struct {
		change   func(*approval.Edition)
		sentinel error
		codes    []string
	}{
		"skipped version": {func(e *approval.Edition) { e.Version = 6; e.Signature.Hash = e.Digest([]byte("text")) }, approval.ErrInvalid, []string{"GATE-VERSION version"}},
		"two columns": {func(e *approval.Edition) {
			e.Change, e.Authoriser = " ", ""
			e.Signature.Hash = e.Digest([]byte("text"))
		},
			approval.ErrIncomplete, []string{"GATE-COLUMNS columns", "GATE-SIGNER signature"}},
		"edited":          {func(e *approval.Edition) { e.Signature.Hash = e.Digest([]byte("text ")) }, approval.ErrInvalid, []string{"GATE-SIGN sign"}},
		"signed by other": {func(e *approval.Edition) { e.Signature.By = "ann" }, approval.ErrInvalid, []string{"GATE-SIGNER signature"}},
		"board first":     {func(e *approval.Edition) { e.Approvals[1].At = tick(0) }, approval.ErrTransition, []string{"GATE-ORDER approvals"}},
		"board missing":   {func(e *approval.Edition) { e.Approvals = e.Approvals[:1] }, approval.ErrIncomplete, []string{"GATE-BODIES approvals"}},
		"retroactive": {func(e *approval.Edition) { e.From = tick(2); e.Signature.Hash = e.Digest([]byte("text")) }, approval.ErrInvalid,
			[]string{"GATE-FROM from", "GATE-REGRESSION from"}},
		"nothing": {func(e *approval.Edition) { *e = approval.Edition{} }, approval.ErrIncomplete, []string{"GATE-COLUMNS columns", "GATE-VERSION version",
			"GATE-SIGNER signature", "GATE-SIGN sign", "GATE-BODIES approvals"}},
	} {
		e := edition(4, tick(5))
		tt.change(&e)
		err := gate.Check(history, e, []byte("text"))
		require.ErrorIs(t, err, tt.sentinel, name)
		require.Equal(t, tt.codes, codesOf(t, err), name)
	}
	got, err := approval.VersionAt(history, "crm", tick(4))
	require.NoError(t, err)
	require.Equal(t, 3, got.Version)
	got, err = approval.VersionAt(history, "crm", tick(4).Add(-1))
	require.NoError(t, err)
	require.Equal(t, 1, got.Version)
	_, err = approval.VersionAt(history, "crm", tick(-10))
	requireRefused(t, err, approval.ErrNotFound, "APR-NO-EDITION")
}

func TestTrail(t *testing.T) {
	r := chain(t)
	r.do(approval.Approve, "secretary", minutes, func(c *approval.Command) { c.Reason, c.Salt, c.Code = "王芳说可以", "s4lt", "ok" })
	cast(r, "AAAA")
	require.Equal(t, -1, approval.Verify(r.journal))
	require.Equal(t, -1, approval.Verify(nil))

	text, err := json.Marshal(r.journal)
	require.NoError(t, err)
	var back []approval.Entry
	require.NoError(t, json.Unmarshal(text, &back))
	require.Equal(t, -1, approval.Verify(back), "the trail survives its storage")
	again, err := approval.Fold(back)
	require.NoError(t, err)
	require.Equal(t, r.i, again)

	const reasoned = 3
	require.NotEmpty(t, back[reasoned].Reason)
	require.NotContains(t, string(approval.Canonical(back[reasoned])), "王芳")
	back[reasoned].Reason = "another"
	require.Equal(t, reasoned, approval.Verify(back))
	back[reasoned].Reason, back[reasoned].Salt = "", ""
	require.Equal(t, -1, approval.Verify(back), "forgetting breaks nothing")

	for n := range back {
		for name, tamper := range map[string]func(e *approval.Entry){
			"actor": func(e *approval.Entry) { e.Actor += "x" }, "step": func(e *approval.Entry) { e.Step += "x" },
			"at": func(e *approval.Entry) { e.At = e.At.Add(time.Microsecond) }, "vote": func(e *approval.Entry) { e.Vote = 3 - min(e.Vote, 2) },
			"hash": func(e *approval.Entry) { e.Hash = approval.Genesis }, "code": func(e *approval.Entry) { e.Code += "x" },
			"seats": func(e *approval.Entry) { e.Seats = append([]approval.Seat{{Person: "x"}}, e.Seats...) },
			"request": func(e *approval.Entry) {
				e.Request = &approval.Request{ID: "x", Form: approval.Expense, Initiator: "y"}
			},
		} {
			spoiled := append([]approval.Entry(nil), back...)
			tamper(&spoiled[n])
			require.Equal(t, n, approval.Verify(spoiled), name)
		}
		if n > 0 {
			require.Equal(t, n-1, approval.Verify(append(append([]approval.Entry(nil), back[:n-1]...), back[n:]...)), "one taken out")
		}
	}
	_, err = approval.Fold(back[1:])
	requireRefused(t, err, approval.ErrInvalid, "APR-JOURNAL")
	_, err = r.i.With(back[0])
	requireRefused(t, err, approval.ErrInvalid, "APR-JOURNAL")
}

func TestCanonicalIsJSON(t *testing.T) {
	for _, id := range []string{"a", "李", "<&>", "\u2028\"\\\n\x01"} {
		var back map[string]any
		require.NoError(t, json.Unmarshal(approval.Canonical(approval.Entry{Actor: id, Kind: approval.Voted, At: tick(0)}), &back))
		require.Equal(t, id, back["actor"])
	}
	require.Equal(t, `{"actor":"<&>","at":1788220800000000,"kind":"voted","seq":1,"vote":"reject"}`,
		string(approval.Canonical(approval.Entry{Seq: 1, Actor: "<&>", Kind: approval.Voted, At: tick(0), Vote: approval.VoteReject, Reason: "why"})))
}

func TestGraphs(t *testing.T) {
	s := step(`b"; drop|x`, user("v1"))
	s.When = []approval.Condition{{Field: "amount", Op: approval.More, Value: "5000", Currency: money.CNY}}
	p, err := approval.New(template(approval.Fixed, step("a", user("v1")), s, approval.Step{ID: "n", Do: approval.KindNotify, Approvers: voters(1)}))
	require.NoError(t, err)
	for _, in := range []finding.Language{finding.English, finding.Chinese} {
		require.Equal(t, p.DOT(in), p.DOT(in))
		require.Equal(t, p.Mermaid(in), p.Mermaid(in))
		require.Equal(t, in == finding.Chinese, wording.HasHan(p.DOT(in)))
	}
	require.Contains(t, p.DOT(finding.English), `"step:a" -> "step:n" [label="![amount more 5000 CNY]"];`)
	require.Contains(t, p.DOT(finding.English), `"step:b\"; drop|x"`)
	require.NotContains(t, p.Mermaid(finding.English), "drop|x")
}

func TestDelegationFindings(t *testing.T) {
	list := []approval.Delegation{{From: "a", To: "b", Since: tick(0)}, {From: "b", To: "a", Since: tick(1)},
		{From: "a", To: "c", Since: tick(2)}, {From: "a", To: "d", Since: tick(-2), Until: tick(0)}}
	found, err := approval.CheckDelegations(list, 20720)
	require.NoError(t, err)
	require.Len(t, found, 2)
	for _, f := range found {
		require.NoError(t, f.Validate())
		for _, in := range []finding.Language{finding.English, finding.Chinese} {
			_, err := approval.Catalogue().Render(f, in)
			require.NoError(t, err)
		}
	}
	_, err = approval.CheckDelegations([]approval.Delegation{{From: "a", To: "a", Since: tick(0)}}, 20720)
	requireRefused(t, err, approval.ErrInvalid, "APR-MISPLACED")
	limited := approval.Delegation{From: "v1", To: "v2", Since: tick(-1), MaxAmount: cny("100"), Templates: []string{"t"}}
	for amount, want := range map[string]string{"100": "v2", "100.01": "v1"} {
		spends := request()
		spends.Amount = cny(amount)
		r := start(t, template(approval.Fixed, step("a", user("v1"))), approval.Env{Delegations: []approval.Delegation{limited}})
		r.do(approval.Create, "ann", asks(spends))
		r.do(approval.Submit, "ann")
		require.Equal(t, want, r.i.Waiting()[0].Person)
	}
}
