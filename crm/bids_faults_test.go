package crm_test

import (
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/guanxi-go/guanxi/crm"
	"github.com/guanxi-go/guanxi/crm/crmtest"
	"github.com/guanxi-go/guanxi/crm/owner"
	"github.com/guanxi-go/guanxi/crm/pipeline/bid"
)

// However answers, withdrawals of answers and submissions meet, nothing is handed in with
// an open requirement, once, and no answer is lost.
func TestBidRivals(t *testing.T) {
	for range 20 {
		s := selling(t, crm.Options{Clock: new(clockwork), Attempts: 100})
		s.tender("b1", "3.1", "3.2", "3.3")
		s.assign("b1", zhao, time.Time{}, "3.1")
		var group sync.WaitGroup
		for _, id := range []string{"3.1", "3.2", "3.3"} {
			group.Go(func() { s.answer(boss, "b1", id) })
		}
		group.Wait()
		require.Equal(t, bid.Matrix{Complies: 3}, s.bid("b1").Matrix())

		var back error
		sent := make([]error, 2)
		group.Go(func() {
			_, back = s.Bids.Answer(s.ctx, crm.Actor{ID: "zhao"}, "b1", crm.Answering{Requirements: []string{"3.1"}, Answer: bid.Open})
		})
		for i := range sent {
			group.Go(func() { _, sent[i] = s.Bids.Submit(s.ctx, boss, "b1", crm.Call{}) })
		}
		group.Wait()
		b := s.bid("b1")
		if back == nil {
			require.Equal(t, []any{bid.Preparing, bid.Matrix{Open: 1, Complies: 2}}, []any{b.State, b.Matrix()})
			require.ErrorIs(t, sent[0], crm.ErrIncomplete)
			require.ErrorIs(t, sent[1], crm.ErrIncomplete)
			require.Equal(t, []string{"b1 3.1 01 09:30"}, s.waits("zhao"))
		} else {
			require.Equal(t, bid.Submitted, b.State)
			require.True(t, (sent[0] == nil) != (sent[1] == nil), "once: %v", sent)
			require.Empty(t, s.waits("zhao"))
		}
		s.verified()
	}
}

// On a store that fails and reads stale each command happens once, also where it is sent
// until it is answered.
func TestBidOnAFaultyStore(t *testing.T) {
	runs := uint64(40)
	if testing.Short() {
		runs = 10
	}
	for seed := range runs {
		memory := new(crm.Memory)
		calm := newSceneOn(t, memory, crm.Options{})
		calm.register("c1", organisation("一厂"), li)
		calm.open("o1", yuan(100))
		c, err := crm.New(crmtest.NewFaulty(memory, seed, crmtest.Rates{ErrRead: .05, ErrBefore: .2, ErrAfter: .2, Conflict: .2, StaleRead: .2}), crm.Options{Clock: calm.clock, Attempts: 3})
		require.NoError(t, err)
		send := func(key string, do func(call crm.Call) error) {
			t.Helper()
			answered(t, func() error { return do(crm.Call{Key: key}) }, "seed %d, %s", seed, key)
		}
		var id string
		ctx := t.Context()
		entry := func(_ crm.Entry, err error) error { return err }
		send("need", func(call crm.Call) error {
			return entry(c.Opportunities.NoteNeed(ctx, boss, "o1", crm.NeedNote{Call: call, Need: bid.Need{ID: "n", Strength: bid.Must, Source: bid.Stated}}))
		})
		send("open", func(call crm.Call) (err error) {
			id, err = c.Bids.Open(ctx, boss, crm.NewBid{Call: call, Opportunity: "o1", Deadline: due, Requirements: clauses("3.1", "3.2"), Deposit: yuan(1)})
			return err
		})
		send("prepare", func(call crm.Call) error { return entry(c.Bids.Prepare(ctx, boss, id, call)) })
		send("assign", func(call crm.Call) error {
			return entry(c.Bids.Assign(ctx, boss, id, crm.Allotment{Call: call, Requirements: []string{"3.1", "3.2"}, To: zhao}))
		})
		send("answer", func(call crm.Call) error {
			return entry(c.Bids.Answer(ctx, crm.Actor{ID: "zhao"}, id, crm.Answering{Call: call, Requirements: []string{"3.1", "3.2"}, Answer: bid.Complies}))
		})
		send("pay", func(call crm.Call) error { return entry(c.Bids.Pay(ctx, boss, id, 1, call)) })
		send("submit", func(call crm.Call) error { return entry(c.Bids.Submit(ctx, boss, id, call)) })
		var kinds []string
		for e, err := range calm.Bids.History(calm.ctx, boss, id) {
			require.NoError(t, err)
			kinds = append(kinds, e.Kind)
		}
		require.Equal(t, []string{"opened", "prepared", "assigned", "answered", "paid", "submitted"}, kinds, "seed %d", seed)
		n := 0
		for _, err := range calm.Bids.List(calm.ctx, boss, crm.BidFilter{}) {
			require.NoError(t, err)
			n++
		}
		require.Equal(t, 1, n)
		calm.verified()
	}
}

// A key stands for one command.
func TestBidKeys(t *testing.T) {
	s := selling(t, crm.Options{})
	open := crm.NewBid{Call: crm.Call{Key: "open"}, Opportunity: "o1", Deadline: due, Requirements: clauses("3.1")}
	first, err := s.Bids.Open(s.ctx, boss, open)
	require.NoError(t, err)
	again, err := s.Bids.Open(s.ctx, boss, open)
	require.NoError(t, err)
	require.Equal(t, first, again)
	open.Requirements = clauses("3.2")
	_, err = s.Bids.Open(s.ctx, boss, open)
	require.ErrorIs(t, err, crm.ErrKeyReused)
	for range 2 {
		_, err = s.Bids.Prepare(s.ctx, boss, first, crm.Call{Key: "prepare"})
		require.NoError(t, err)
	}
	answer := crm.Answering{Call: crm.Call{Key: "answer"}, Requirements: []string{"3.1"}, Answer: bid.Deviates}
	for range 2 {
		_, err = s.Bids.Answer(s.ctx, boss, first, answer)
		require.NoError(t, err)
	}
	answer.Answer = bid.Complies
	_, err = s.Bids.Answer(s.ctx, boss, first, answer)
	require.ErrorIs(t, err, crm.ErrKeyReused)
	_, err = s.Bids.Pay(s.ctx, boss, first, 1, crm.Call{Key: "prepare"})
	require.ErrorIs(t, err, crm.ErrKeyReused)
	require.Equal(t, uint64(3), s.bid(first).Head.Entries)
}

// Who has nothing to answer any more answers nothing, also where the answer does not change
// what others have to do.
func TestAnswerWhileItIsGivenAway(t *testing.T) {
	for range 20 {
		s := selling(t, crm.Options{Clock: new(clockwork), Attempts: 100})
		s.tender("b1", "3.1")
		s.assign("b1", zhao, due, "3.1")
		own := crm.Actor{ID: "zhao"}
		s.answer(own, "b1", "3.1")
		var group sync.WaitGroup
		var answered error
		group.Go(func() {
			_, answered = s.Bids.Answer(s.ctx, own, "b1", crm.Answering{Requirements: []string{"3.1"}, Answer: bid.Deviates})
		})
		group.Go(func() {
			_, err := s.Owners.TransferAll(s.ctx, boss, "zhao", crm.Leaving{Terms: crm.Terms{Code: "left"}, Takers: []owner.Staff{sun}})
			require.NoError(t, err)
		})
		group.Wait()
		require.Equal(t, answered == nil, s.bid("b1").Matrix().Deviates == 1)
		if answered != nil {
			require.ErrorIs(t, answered, crm.ErrNotFound)
		}
		list, err := s.Bids.Allotted(s.ctx, boss, "b1")
		require.NoError(t, err)
		require.Equal(t, "sun", list[0].Owner)
		s.verified()
	}
}
