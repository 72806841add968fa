package crm_test

import (
	"context"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/guanxi-go/guanxi/crm"
	"github.com/guanxi-go/guanxi/crm/access"
	"github.com/guanxi-go/guanxi/crm/account"
	"github.com/guanxi-go/guanxi/crm/crmtest"
	"github.com/guanxi-go/guanxi/crm/owner"
	"github.com/guanxi-go/guanxi/crm/segment"
	"github.com/guanxi-go/guanxi/crm/stage"
)

// key returns a review by the values of customers, c1 and on.
func key(call crm.Call, values ...int64) crm.ReviewKeyAccounts {
	r := crm.ReviewKeyAccounts{Call: call}
	for i, v := range values {
		r.Candidates = append(r.Candidates, segment.Candidate[string]{Customer: fmt.Sprint("c", i+1), Value: v})
	}
	return r
}

func (s *scene) keyAccounts(actor crm.Actor) (list []crm.ListedAccount) {
	s.t.Helper()
	for l, err := range s.KeyAccounts.List(s.ctx, actor) {
		require.NoError(s.t, err)
		list = append(list, l)
	}
	return list
}

func keyed(t *testing.T, store crm.Store, opts crm.Options) *scene {
	s := newSceneOn(t, store, opts)
	s.register("c1", organisation("华信"), li)
	s.register("c2", organisation("博尔特"), zhao)
	s.register("c3", person(t, "张三", ""), owner.Staff{})
	return s
}

// A customer comes on the list, gets a plan, stays on with a little less, and goes off
// with clearly less; what it had is in the journal.
func TestKeyAccountLife(t *testing.T) {
	s := keyed(t, new(crm.Memory), crm.Options{Clock: &at{day(90)}})
	review := func(call crm.Call, values ...int64) account.KeyList {
		t.Helper()
		list, err := s.KeyAccounts.Review(s.ctx, boss, key(call, values...))
		require.NoError(t, err)
		return list
	}
	list := review(crm.Call{At: day(1), Reason: "the year's review"}, 60, 25, 15)
	require.Equal(t, []string{"c1", "c2"}, list.Entered)
	_, err := s.KeyAccounts.Plan(s.ctx, boss, "c2", "plan-7", crm.Call{Key: "k", Reason: "agreed"})
	require.NoError(t, err)
	again, err := s.KeyAccounts.Plan(s.ctx, boss, "c2", "plan-7", crm.Call{Key: "k", Reason: "agreed"})
	require.NoError(t, err)
	require.Equal(t, uint64(2), again.Seq)
	require.Empty(t, again.Reason)
	_, err = s.KeyAccounts.Plan(s.ctx, boss, "c2", "plan-8", crm.Call{Key: "k", Reason: "agreed"})
	require.ErrorIs(t, err, crm.ErrKeyReused)

	require.Equal(t, []crm.ListedAccount{{Customer: "c1", Owner: "li", Since: day(1), Reason: segment.KeyByValue},
		{Customer: "c2", Owner: "zhao", Plan: "plan-7", Since: day(1), Reason: segment.KeyByValue}}, s.keyAccounts(boss))
	require.Len(t, s.keyAccounts(boss)[0].Findings(0), 1, "no plan")

	list = review(crm.Call{}, 75, 20, 5)
	require.Empty(t, append(list.Entered, list.Left...), "c2 is outside the 70 %, and inside the 80 %")
	list = review(crm.Call{Reason: "lost the tender"}, 85, 10, 5)
	require.Equal(t, []string{"c2"}, list.Left)
	require.Len(t, s.keyAccounts(boss), 1)
	_, err = s.KeyAccounts.Plan(s.ctx, boss, "c2", "plan-7", crm.Call{})
	require.ErrorIs(t, err, crm.ErrTransition)
	_, err = s.KeyAccounts.Plan(s.ctx, boss, "c9", "plan-7", crm.Call{})
	require.ErrorIs(t, err, crm.ErrNotFound)
	_, err = s.KeyAccounts.Plan(s.ctx, boss, "c1", strings.Repeat("x", 256), crm.Call{})
	require.ErrorIs(t, err, crm.ErrInvalid)

	review(crm.Call{}, 60, 25, 15)
	require.Empty(t, s.keyAccounts(boss)[1].Plan, "it begins anew")
	var history []string
	for e, err := range s.KeyAccounts.History(s.ctx, boss, "c2") {
		require.NoError(t, err)
		history = append(history, fmt.Sprint(e.Kind, " ", e.From, ">", e.To, " ", e.Reason))
	}
	require.Equal(t, []string{"entered >value the year's review", "planned >plan-7 agreed", "left plan-7> lost the tender", "entered >value "}, history)
	s.verified()
}

// Who does not see a customer changes nothing about it, and does not see it on the list.
func TestKeyAccountsHidden(t *testing.T) {
	s := keyed(t, new(crm.Memory), crm.Options{})
	own := crm.Actor{ID: "li", Sees: access.Scope{Owner: "li"}}
	_, err := s.KeyAccounts.Review(s.ctx, own, key(crm.Call{}, 60, 25, 15))
	require.ErrorIs(t, err, crm.ErrNotFound)
	require.Empty(t, s.keyAccounts(boss))
	_, err = s.KeyAccounts.Review(s.ctx, boss, key(crm.Call{}, 60, 25, 15))
	require.NoError(t, err)
	require.Len(t, s.keyAccounts(own), 1)
	_, err = s.KeyAccounts.Plan(s.ctx, own, "c2", "plan-7", crm.Call{})
	require.ErrorIs(t, err, crm.ErrNotFound)
	for _, err := range s.KeyAccounts.History(s.ctx, own, "c2") {
		require.ErrorIs(t, err, crm.ErrNotFound)
	}
	_, err = s.KeyAccounts.Review(s.ctx, boss, key(crm.Call{}))
	require.ErrorIs(t, err, segment.ErrInsufficientData)
	_, err = s.KeyAccounts.Review(s.ctx, boss, crm.ReviewKeyAccounts{Candidates: key(crm.Call{}, 1).Candidates, Rule: account.KeyRule{MinStrategic: -1}})
	require.ErrorIs(t, err, crm.ErrInvalid)
	_, err = s.KeyAccounts.Review(s.ctx, boss, key(crm.Call{}, 1, 1, 1, 97))
	require.ErrorIs(t, err, crm.ErrNotFound, "c4 is nobody")
	require.Len(t, s.keyAccounts(boss), 2)
}

// Who was forgotten does not come on the list, goes off it without a word, and nothing
// that was said about it stays.
func TestKeyAccountForgotten(t *testing.T) {
	store := &searched{Memory: new(crm.Memory), subjects: map[crm.Subject]bool{}, keys: map[[2]string]bool{}}
	s := keyed(t, store, crm.Options{})
	_, err := s.KeyAccounts.Review(s.ctx, boss, key(said(""), 1, 1, 98))
	require.NoError(t, err)
	_, err = s.KeyAccounts.Plan(s.ctx, boss, "c3", "plan-7", said(""))
	require.NoError(t, err)
	_, err = s.Privacy.Forget(s.ctx, boss, "c3", crm.Erasure{Call: crm.Call{Reason: "asked"}})
	require.NoError(t, err)
	require.Empty(t, store.holding(t, word))
	_, err = s.KeyAccounts.Plan(s.ctx, boss, "c3", "plan-8", crm.Call{})
	require.ErrorIs(t, err, crm.ErrForgotten)
	for range 2 {
		_, err = s.KeyAccounts.Review(s.ctx, boss, key(said(""), 98, 1, 1))
		require.NoError(t, err)
		require.Equal(t, "c1", s.keyAccounts(boss)[0].Customer)
		_, err = s.KeyAccounts.Review(s.ctx, boss, key(crm.Call{}, 1, 1, 98))
		require.NoError(t, err)
		require.Empty(t, s.keyAccounts(boss))
	}
	for _, place := range store.holding(t, word) {
		require.NotContains(t, place, "c3")
	}
	s.verified()
}

// Somebody who is out of the host's table goes off the list.
func TestKeyAccountGone(t *testing.T) {
	hosted := &vanishing{Memory: new(crm.Memory)}
	s := keyed(t, hosted, crm.Options{})
	_, err := s.KeyAccounts.Review(s.ctx, boss, key(crm.Call{}, 98, 1, 1))
	require.NoError(t, err)
	hosted.gone = "c1"
	require.Empty(t, s.keyAccounts(boss))
	_, err = s.KeyAccounts.Review(s.ctx, boss, key(crm.Call{}, 0, 50, 50))
	require.NoError(t, err)
	require.Len(t, s.keyAccounts(boss), 2)
	s.verified()
}

// When who looks after a key account leaves, a taker is named for it.
func TestKeyAccountOfALeaver(t *testing.T) {
	s := keyed(t, new(crm.Memory), crm.Options{})
	_, err := s.KeyAccounts.Review(s.ctx, boss, key(crm.Call{}, 98, 1, 1))
	require.NoError(t, err)
	leaving := crm.Leaving{Terms: crm.Terms{Code: "leaves"}, Takers: []owner.Staff{zhao, sun}}
	_, err = s.Owners.TransferAll(s.ctx, boss, "li", leaving)
	require.ErrorIs(t, err, crm.ErrIncomplete)
	leaving.Options.Named = map[string]string{"c1": "sun"}
	_, err = s.Owners.TransferAll(s.ctx, boss, "li", leaving)
	require.NoError(t, err)
	require.Equal(t, "sun", s.keyAccounts(boss)[0].Owner)
}

// A review whose commit was applied, and not acknowledged, tells what it did.
func TestKeyAccountReviewTellsWhatItDid(t *testing.T) {
	memory := new(crm.Memory)
	calm := keyed(t, memory, crm.Options{})
	c, err := crm.New(crmtest.NewFaulty(memory, 3, crmtest.Rates{ErrAfter: 0.5}), crm.Options{Clock: calm.clock, Attempts: 1000})
	require.NoError(t, err)
	for _, values := range [][]int64{{60, 25, 15}, {1, 1, 98}, {98, 1, 1}, {1, 1, 98}} {
		before := map[string]bool{}
		for _, l := range calm.keyAccounts(boss) {
			before[l.Customer] = true
		}
		list, err := c.KeyAccounts.Review(t.Context(), boss, key(crm.Call{}, values...))
		require.NoError(t, err)
		for _, id := range list.Left {
			require.True(t, before[id])
			delete(before, id)
		}
		for _, id := range list.Entered {
			require.False(t, before[id])
			before[id] = true
		}
		require.Len(t, calm.keyAccounts(boss), len(before))
		for _, l := range calm.keyAccounts(boss) {
			require.True(t, before[l.Customer], "what was told comes to what is so")
		}
	}
	calm.verified()
}

// followed lets something happen right behind a commit.
type followed struct {
	*crm.Memory
	then func()
}

func (f *followed) Commit(ctx context.Context, c crm.Commit) error {
	err := f.Memory.Commit(ctx, c)
	if do := f.then; do != nil {
		f.then = nil
		do()
	}
	return err
}

// A review that comes after another stands: the other, which has done its own, does not
// undo it, of which it could not tell anybody.
func TestKeyAccountReviewLeavesTheNextAlone(t *testing.T) {
	store := &followed{Memory: new(crm.Memory)}
	s := keyed(t, store, crm.Options{})
	store.then = func() {
		_, err := s.KeyAccounts.Review(s.ctx, boss, key(crm.Call{}, 1, 98, 1))
		require.NoError(t, err)
	}
	list, err := s.KeyAccounts.Review(s.ctx, boss, key(crm.Call{}, 98, 1, 1))
	require.NoError(t, err)
	require.Equal(t, []string{"c1"}, list.Entered)
	listed := s.keyAccounts(boss)
	require.Len(t, listed, 1)
	require.Equal(t, "c2", listed[0].Customer)
	s.verified()
}

// A long list is changed in several commits. Of two reviews at once one waits for the
// other, and a store that loses answers, refuses and reads stale changes nothing of what
// comes out.
func TestKeyAccountReviews(t *testing.T) {
	runs := uint64(12)
	switch {
	case testing.Short():
		runs = 4
	case os.Getenv("GUANXI_FULL") != "":
		runs = 200
	}
	var many crm.ReviewKeyAccounts
	for seed := range runs {
		memory := new(crm.Memory)
		calm := newSceneOn(t, memory, crm.Options{})
		for i := range 450 {
			id := fmt.Sprintf("c%03d", i)
			calm.register(id, organisation("华信"), li)
			if seed == 0 {
				many.Candidates = append(many.Candidates, segment.Candidate[string]{Customer: id, Value: 1})
			}
		}
		rates := crmtest.Rates{ErrRead: 0.002, ErrBefore: 0.1, ErrAfter: 0.1, Conflict: 0.1, StaleRead: 0.1}
		c, err := crm.New(crmtest.NewFaulty(memory, seed, rates), crm.Options{Clock: calm.clock, Attempts: 20})
		require.NoError(t, err)
		for range 200 {
			if _, err = c.KeyAccounts.Review(t.Context(), boss, many); err == nil {
				break
			}
		}
		require.NoError(t, err)
		require.Len(t, calm.keyAccounts(boss), 450)
		for e, err := range memory.Entries(t.Context(), crm.EntryFilter{Journal: crm.JournalKeyAccount}) {
			require.NoError(t, err)
			require.Equal(t, uint64(1), e.Seq, "each came on once")
		}
		calm.verified()
	}

	store := &overtaken{Memory: new(crm.Memory)}
	s := keyed(t, store, crm.Options{})
	rival, err := crm.New(store.Memory, crm.Options{Clock: s.clock})
	require.NoError(t, err)
	store.meanwhile = func() {
		_, err := rival.KeyAccounts.Review(s.ctx, boss, key(crm.Call{}, 98, 1, 1))
		require.NoError(t, err)
	}
	list, err := s.KeyAccounts.Review(s.ctx, boss, key(crm.Call{}, 1, 98, 1))
	require.NoError(t, err)
	require.Equal(t, []string{"c1"}, list.Left, "seen after the rival's")
	require.Equal(t, "c2", s.keyAccounts(boss)[0].Customer)
	s.verified()
}

// The whole view of a customer has its place among the key accounts, and who matters there.
func TestOverviewOfKeyAccount(t *testing.T) {
	s := keyed(t, new(crm.Memory), crm.Options{})
	s.register("p1", person(t, "张三", "13800138000"), owner.Staff{})
	before, err := s.Overview.Of(s.ctx, boss, "c1")
	require.NoError(t, err)
	require.Nil(t, before.KeyAccount)
	require.Empty(t, before.Stakeholders)
	require.Empty(t, before.Ties)

	_, err = s.KeyAccounts.Review(s.ctx, boss, key(crm.Call{}, 98, 1, 1))
	require.NoError(t, err)
	_, err = s.KeyAccounts.Plan(s.ctx, boss, "c1", "plan-7", crm.Call{})
	require.NoError(t, err)
	_, err = s.Stakeholders.Describe(s.ctx, boss, account.Stakeholder{Customer: "c1", Contact: "p1", Influence: 5, Roles: []account.Role{account.DecisionMaker}}, crm.Call{})
	require.NoError(t, err)
	_, err = s.Ties.Move(s.ctx, boss, crm.MoveTie{Customer: "c1", Ours: li, Theirs: "p1", To: stage.Awareness})
	require.NoError(t, err)
	view, err := s.Overview.Of(s.ctx, boss, "c1")
	require.NoError(t, err)
	require.Equal(t, s.keyAccounts(boss), []crm.ListedAccount{*view.KeyAccount})
	require.Equal(t, "plan-7", view.KeyAccount.Plan)
	people, err := s.Stakeholders.Of(s.ctx, boss, "c1", time.Time{})
	require.NoError(t, err)
	require.Equal(t, people, view.Stakeholders)
	ties, err := s.Ties.Of(s.ctx, boss, "c1", time.Time{})
	require.NoError(t, err)
	require.Equal(t, ties, view.Ties)

	_, err = s.KeyAccounts.Review(s.ctx, boss, key(crm.Call{}, 1, 1, 98))
	require.NoError(t, err)
	_, err = s.Stakeholders.End(s.ctx, boss, "c1", "p1", crm.Call{})
	require.NoError(t, err)
	view, err = s.Overview.Of(s.ctx, boss, "c1")
	require.NoError(t, err)
	require.Nil(t, view.KeyAccount)
	require.Empty(t, view.Stakeholders)
}
