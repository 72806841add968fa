package approval_test

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/guanxi-go/guanxi/crm/approval"
	"github.com/guanxi-go/guanxi/crm/finding"
	"github.com/guanxi-go/guanxi/crm/money"
	"github.com/guanxi-go/guanxi/internal/wording"
)

// tick is the n-th hour of a made-up history.
func tick(n int) time.Time { return time.Date(2026, 9, 1, n, 0, 0, 0, time.UTC) }

func cny(yuan string) money.Amount {
	a, err := money.ParseAmount(yuan, money.CNY)
	if err != nil {
		panic(err)
	}
	return a
}

// run is an approval under way: every accepted command moves it by an hour.
type run struct {
	t       require.TestingT
	process *approval.Process
	env     approval.Env
	journal []approval.Entry
	i       approval.Instance
}

func start(t require.TestingT, template approval.Template, env approval.Env) *run {
	p, err := approval.New(template)
	require.NoError(t, err)
	if env.Now.IsZero() {
		env.Now = tick(0)
	}
	return &run{t: t, process: p, env: env}
}

func (r *run) try(c approval.Command) error {
	entries, err := r.process.Decide(r.i, c, r.env)
	if err != nil {
		require.Empty(r.t, entries)
		return err
	}
	next, err := r.i.With(entries...)
	require.NoError(r.t, err)
	r.journal = append(r.journal, entries...)
	folded, err := approval.Fold(r.journal)
	require.NoError(r.t, err)
	require.Equal(r.t, folded, next, "With is Fold of one more")
	r.i = next
	r.env.Now = r.env.Now.Add(time.Hour)
	return nil
}

func (r *run) do(v approval.Verb, actor string, change ...func(*approval.Command)) {
	if h, ok := r.t.(*testing.T); ok {
		h.Helper()
	}
	require.NoError(r.t, r.try(command(v, actor, change...)))
}

func (r *run) refused(sentinel error, code string, v approval.Verb, actor string, change ...func(*approval.Command)) *approval.Error {
	if h, ok := r.t.(*testing.T); ok {
		h.Helper()
	}
	before := r.i
	err := r.try(command(v, actor, change...))
	require.Equal(r.t, before, r.i)
	return requireRefused(r.t, err, sentinel, code)
}

func command(v approval.Verb, actor string, change ...func(*approval.Command)) approval.Command {
	c := approval.Command{Verb: v, Actor: actor}
	for _, f := range change {
		f(&c)
	}
	return c
}

func to(id string) func(*approval.Command) { return func(c *approval.Command) { c.To = id } }
func holder(id string) func(*approval.Command) {
	return func(c *approval.Command) { c.Holder = id }
}
func at(step string) func(*approval.Command)  { return func(c *approval.Command) { c.Step = step } }
func target(s string) func(*approval.Command) { return func(c *approval.Command) { c.Target = s } }
func resume(c *approval.Command)              { c.Resume = true }
func minutes(c *approval.Command)             { c.Document = "minutes-7" }
func people(ids ...string) func(*approval.Command) {
	return func(c *approval.Command) { c.People = ids }
}
func position(p approval.Position) func(*approval.Command) {
	return func(c *approval.Command) { c.Position = p }
}
func asks(r approval.Request) func(*approval.Command) {
	return func(c *approval.Command) { c.Request = &r }
}

// requireRefused wants a typed error with the sentinel, the code and its texts.
func requireRefused(t require.TestingT, err, sentinel error, code string) *approval.Error {
	if h, ok := t.(*testing.T); ok {
		h.Helper()
	}
	require.ErrorIs(t, err, sentinel)
	var typed *approval.Error
	require.True(t, errors.As(err, &typed))
	require.Equal(t, code, typed.Code)
	require.Contains(t, err.Error(), "approval: ")
	require.NotEqual(t, code, typed.Text(finding.English))
	require.True(t, wording.HasHan(typed.Text(finding.Chinese)))
	return typed
}

// voters returns v1 to vn as approvers.
func voters(n int) (approvers []approval.Approver) {
	for k := range n {
		approvers = append(approvers, user(fmt.Sprintf("v%d", k+1)))
	}
	return approvers
}

func user(id string) approval.Approver { return approval.Approver{From: approval.FromUser, Value: id} }

func step(id string, approvers ...approval.Approver) approval.Step {
	return approval.Step{ID: id, Approvers: approvers, CanDelegate: true}
}

func template(model approval.Model, steps ...approval.Step) approval.Template {
	return approval.Template{ID: "t", Version: 1, Model: model, Form: approval.Form{Kind: approval.Expense}, Steps: steps}
}

func request() approval.Request {
	return approval.Request{ID: "r-1", Form: approval.Expense, Initiator: "ann", Unit: "sales"}
}

// running returns a submitted approval of ann's.
func running(t require.TestingT, template approval.Template, env approval.Env, change ...func(*approval.Command)) *run {
	r := start(t, template, env)
	r.do(approval.Create, "ann", asks(request()))
	r.do(approval.Submit, "ann", change...)
	return r
}

func standing(r *run) string {
	p, open := r.i.Current()
	if !open {
		return r.i.Status.String()
	}
	return r.i.Status.String() + " " + p.Step.ID
}
