package crm_test

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"slices"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/guanxi-go/guanxi/crm"
	"github.com/guanxi-go/guanxi/crm/access"
	"github.com/guanxi-go/guanxi/crm/crmtest"
	"github.com/guanxi-go/guanxi/crm/owner"
	"github.com/guanxi-go/guanxi/crm/pipeline/lead"
	"github.com/guanxi-go/guanxi/crm/pipeline/score"
	"github.com/guanxi-go/guanxi/crm/timeline"
)

// card is a scorecard: retail is worth so much, each call of theirs within a month 10, and
// each mail that they opened 1.
func card(version, retail int) score.Scorecard {
	return score.Scorecard{Version: version, Grades: []score.Grade{{Code: "a", From: 50}, {Code: "b", From: 20}}, Rules: []score.Rule{
		{ID: "retail", Attribute: "industry", In: []string{"retail"}, Points: retail},
		{ID: "website", Attribute: "source", In: []string{"website"}, Points: 5},
		{ID: "called", Signal: "hotline", Points: 10, Cap: 30, Days: 30},
		{ID: "mails", Signal: "opened-mail", Points: 1}}}
}

// scored is a scene with a scorecard and a lead of li's from retail.
func scored(t *testing.T, store crm.Store, opts crm.Options) *scene {
	s := leadScene(t, store, opts, lead.Limit{})
	s.cards(card(1, 30))
	s.capture("l1", "张三", "13800138000", li, "industry", "retail")
	return s
}

// cards replaces the scorecards.
func (s *scene) cards(cards ...score.Scorecard) {
	s.t.Helper()
	_, version, err := s.Registries.Scorecards.Get(s.ctx)
	require.NoError(s.t, err)
	_, err = s.Registries.Scorecards.Put(s.ctx, boss, cards, version, crm.Call{})
	require.NoError(s.t, err)
}

// called records a call of the hotline.
func (s *scene) called(id string, direction timeline.Direction) uint64 {
	s.t.Helper()
	a, err := s.Leads.Record(s.ctx, boss, id, timeline.Activity{Kind: timeline.KindContact, Touchpoint: "hotline", Channel: timeline.Phone,
		Direction: direction, Outcome: timeline.Reached}, crm.Call{})
	require.NoError(s.t, err)
	return a.Seq
}

// mails are the mails that leads opened.
type mails map[string][]score.Signal

func (m mails) Signals(_ context.Context, lead string) ([]score.Signal, error) { return m[lead], nil }

func TestLeadScore(t *testing.T) {
	opened := mails{}
	s := scored(t, new(crm.Memory), crm.Options{Signals: opened})
	require.Zero(t, s.lead("l1").Score)
	got, err := s.Leads.Score(s.ctx, boss, "l1", crm.Call{Key: "k", Reason: "first look"})
	require.NoError(t, err)
	require.Equal(t, 35, got.Score)
	require.Equal(t, []score.PointsGiven{{Rule: "retail", Count: 1, Points: 30}, {Rule: "website", Count: 1, Points: 5}}, got.Parts)
	kept := s.lead("l1")
	require.Equal(t, got.LeadScore, kept.Score)
	require.Equal(t, crm.LeadScore{Score: 35, Grade: "b", Card: 1, At: kept.Score.At}, kept.Score)
	require.Equal(t, lead.Assigned, kept.State, "which a score does not move")
	again, err := s.Leads.Score(s.ctx, boss, "l1", crm.Call{Key: "k", Reason: "first look"})
	require.NoError(t, err)
	require.Equal(t, got, again)
	_, err = s.Leads.Score(s.ctx, boss, "l1", crm.Call{Key: "k"})
	require.ErrorIs(t, err, crm.ErrKeyReused)
	_, err = s.Leads.Score(s.ctx, boss, "l1", crm.Call{})
	require.NoError(t, err)
	require.Equal(t, kept.Head, s.lead("l1").Head, "nothing is written where nothing has changed")

	// What they do counts, what we do does not; what was retracted never was.
	s.called("l1", timeline.Inbound)
	s.called("l1", timeline.Outbound)
	wrong := s.called("l1", timeline.Inbound)
	_, err = s.Leads.Record(s.ctx, boss, "l1", timeline.Activity{Kind: timeline.KindContact, Corrects: wrong, Retracted: true, Reason: "somebody else"}, crm.Call{})
	require.NoError(t, err)
	opened["l1"] = []score.Signal{{Code: "opened-mail", At: s.clock.now}, {Code: "opened-mail", At: s.clock.now}, {Code: "opened-mail", At: day(400)}}
	n, err := s.Leads.Rescore(s.ctx, boss, crm.Call{Reason: "nightly"})
	require.NoError(t, err)
	require.Equal(t, 1, n)
	require.Equal(t, 47, s.lead("l1").Score.Score)
	require.Equal(t, day(31), s.lead("l1").Score.Next)
	n, err = s.Leads.Rescore(s.ctx, boss, crm.Call{})
	require.NoError(t, err)
	require.Zero(t, n)

	// The call expires, and the card becomes another.
	s.clock.now = day(31)
	n, err = s.Leads.Rescore(s.ctx, boss, crm.Call{})
	require.NoError(t, err)
	require.Equal(t, 1, n)
	require.Equal(t, 37, s.lead("l1").Score.Score)
	s.cards(card(1, 30), card(2, 50))
	n, err = s.Leads.Rescore(s.ctx, boss, crm.Call{Reason: "version 2"})
	require.NoError(t, err)
	require.Equal(t, 1, n)
	require.Equal(t, "a", s.lead("l1").Score.Grade)

	var lines []string
	for e, err := range s.Leads.History(s.ctx, boss, "l1") {
		require.NoError(t, err)
		if e.Kind == "scored" {
			var because crm.ScoredLead
			require.NoError(t, json.Unmarshal(e.Data, &because))
			sum := 0
			for _, part := range because.Parts {
				sum += part.Points
			}
			require.Equal(t, because.Sum, sum)
			lines = append(lines, fmt.Sprint(e.From, ">", e.To, " ", because.Score, " by ", because.Card, " ", e.Reason))
		}
	}
	require.Equal(t, []string{">b 35 by 1 first look", "b>b 47 by 1 nightly", "b>b 37 by 1 ", "b>a 57 by 2 version 2"}, lines)
	s.verified()
}

func TestLeadScoreRefuses(t *testing.T) {
	s := leadScene(t, new(crm.Memory), crm.Options{}, lead.Limit{})
	s.capture("l1", "张三", "13800138000", li)
	_, err := s.Leads.Score(s.ctx, boss, "l1", crm.Call{})
	require.ErrorIs(t, err, crm.ErrIncomplete)
	var refused *crm.Error
	require.ErrorAs(t, err, &refused)
	require.Equal(t, "scorecards", refused.Field)
	_, err = s.Leads.Rescore(s.ctx, boss, crm.Call{})
	require.ErrorIs(t, err, crm.ErrIncomplete)
	bad := card(1, 30)
	bad.Grades[1].From = 60
	_, err = s.Registries.Scorecards.Put(s.ctx, boss, []score.Scorecard{bad}, 0, crm.Call{})
	var wrong *score.Error
	require.ErrorAs(t, err, &wrong)
	require.Equal(t, "grades", wrong.Field)

	s.cards(card(1, 30))
	_, err = s.Leads.Score(s.ctx, boss, "l1", crm.Call{})
	require.NoError(t, err)
	_, err = s.Leads.Score(s.ctx, boss, "l1", crm.Call{At: day(0)})
	require.ErrorAs(t, err, &refused)
	require.Equal(t, "at", refused.Field)
	_, err = s.Leads.Score(s.ctx, crm.Actor{ID: "sun", Sees: access.Scope{Owner: "sun"}}, "l1", crm.Call{})
	require.ErrorIs(t, err, crm.ErrNotFound)
	_, err = s.Leads.Best(s.ctx, boss, crm.LeadFilter{}, 0)
	require.ErrorAs(t, err, &refused)
	require.Equal(t, "n", refused.Field)
	_, err = s.Leads.Disqualify(s.ctx, boss, "l1", lead.NoNeed, crm.Call{})
	require.NoError(t, err)
	_, err = s.Leads.Score(s.ctx, boss, "l1", crm.Call{})
	require.ErrorIs(t, err, crm.ErrTransition)
	n, err := s.Leads.Rescore(s.ctx, boss, crm.Call{})
	require.NoError(t, err)
	require.Zero(t, n, "what is closed keeps its score")
	require.Equal(t, 5, s.lead("l1").Score.Score)
}

// Listings go by the score, whatever the store knows of it; each sees what they see.
func TestLeadsByScore(t *testing.T) {
	s := scored(t, new(crm.Memory), crm.Options{})
	for n := range 20 {
		to := []owner.Staff{li, zhao}[n%2]
		s.capture(fmt.Sprintf("m%02d", n), "李四", fmt.Sprintf("139%08d", n), to, "industry", []string{"retail", "trade"}[n%3%2])
		for range n % 4 {
			s.called(fmt.Sprintf("m%02d", n), timeline.Inbound)
		}
	}
	zhaos := crm.Actor{ID: "zhao", Sees: access.Scope{Owner: "zhao"}}
	n, err := s.Leads.Rescore(s.ctx, zhaos, crm.Call{})
	require.NoError(t, err)
	require.Equal(t, 10, n)
	best, err := s.Leads.Best(s.ctx, boss, crm.LeadFilter{}, 100)
	require.NoError(t, err)
	require.Len(t, best, 10, "the others were never scored")
	n, err = s.Leads.Rescore(s.ctx, boss, crm.Call{})
	require.NoError(t, err)
	require.Equal(t, 11, n)

	var all []crm.Lead
	for l, err := range s.Leads.List(s.ctx, boss, crm.LeadFilter{}) {
		require.NoError(t, err)
		all = append(all, l)
	}
	slices.SortStableFunc(all, func(a, b crm.Lead) int { return cmp.Compare(b.Score.Score, a.Score.Score) })
	for n := 1; n <= len(all)+1; n += 5 {
		best, err := s.Leads.Best(s.ctx, boss, crm.LeadFilter{After: "x", Limit: 1}, n)
		require.NoError(t, err)
		require.Equal(t, all[:min(n, len(all))], best)
	}
	for _, f := range []crm.LeadFilter{{Grade: "a"}, {Grade: "b"}, {MinScore: 35}, {MinScore: 21, Grade: "b", Owner: "zhao"}} {
		var want []string
		for _, l := range all {
			if (f.Grade == "" || l.Score.Grade == f.Grade) && l.Score.Score >= f.MinScore && (f.Owner == "" || l.Holding.Owner == f.Owner) {
				want = append(want, l.ID)
			}
		}
		slices.Sort(want)
		require.NotEmpty(t, want)
		require.Equal(t, want, s.listed(f))
		f.Limit = 2
		require.Equal(t, want[:2], s.listed(f))
		f.After = want[0]
		require.Equal(t, want[1:min(3, len(want))], s.listed(f))
	}
	s.verified()
}

// No lead is scored by a version that was replaced while it was.
func TestLeadScoreUnderRivals(t *testing.T) {
	s := scored(t, new(crm.Memory), crm.Options{})
	c, err := crm.New(s.store, crm.Options{Clock: &set{now: day(1)}, Attempts: 1000})
	require.NoError(t, err)
	var group sync.WaitGroup
	for i := range 8 {
		group.Go(func() {
			_, err := c.Leads.Score(t.Context(), boss, "l1", crm.Call{Key: fmt.Sprint("k", i)})
			require.NoError(t, err)
		})
	}
	group.Go(func() {
		_, version, err := c.Registries.Scorecards.Get(t.Context())
		require.NoError(t, err)
		_, err = c.Registries.Scorecards.Put(t.Context(), boss, []score.Scorecard{card(1, 30), card(2, 60)}, version, crm.Call{})
		require.NoError(t, err)
	})
	group.Wait()
	_, err = c.Leads.Rescore(t.Context(), boss, crm.Call{})
	require.NoError(t, err)
	require.Equal(t, 65, s.lead("l1").Score.Score)
	last := 0
	for e, err := range s.Leads.History(s.ctx, boss, "l1") {
		require.NoError(t, err)
		if e.Kind == "scored" {
			var because crm.ScoredLead
			require.NoError(t, json.Unmarshal(e.Data, &because))
			require.Greater(t, because.Card, last, "each version once, in order")
			last = because.Card
		}
	}
	require.Equal(t, 2, last)
	s.verified()
}

// A machine whose clock is behind rescores what the others recorded, once.
func TestRescoreByAClockThatIsBehind(t *testing.T) {
	s := scored(t, new(crm.Memory), crm.Options{})
	s.clock.now = day(2)
	_, err := s.Leads.Score(s.ctx, boss, "l1", crm.Call{})
	require.NoError(t, err)
	s.clock.now = day(3)
	s.called("l1", timeline.Inbound)
	s.clock.now = day(1)
	for _, want := range []int{1, 0} {
		n, err := s.Leads.Rescore(s.ctx, boss, crm.Call{})
		require.NoError(t, err)
		require.Equal(t, want, n)
	}
	require.Equal(t, 45, s.lead("l1").Score.Score)
}

func TestLeadScoreOnAFaultyStore(t *testing.T) {
	runs := uint64(60)
	switch {
	case testing.Short():
		runs = 15
	case os.Getenv("GUANXI_FULL") != "":
		runs = 2000
	}
	for seed := range runs {
		memory := new(crm.Memory)
		calm := scored(t, memory, crm.Options{})
		calm.capture("l2", "李四", "13900139000", zhao)
		rates := crmtest.Rates{ErrRead: 0.05, ErrBefore: 0.2, ErrAfter: 0.2, Conflict: 0.2, StaleRead: 0.2}
		c, err := crm.New(crmtest.NewFaulty(memory, seed, rates), crm.Options{Clock: calm.clock, Attempts: 3})
		require.NoError(t, err)
		for range 200 {
			if _, err = c.Leads.Rescore(t.Context(), boss, crm.Call{}); err == nil {
				break
			}
		}
		require.NoError(t, err, "seed %d", seed)
		_, err = calm.Leads.Rescore(t.Context(), boss, crm.Call{}) // what a stale listing did not show
		require.NoError(t, err)
		for id, want := range map[string]int{"l1": 35, "l2": 5} {
			require.Equal(t, want, calm.lead(id).Score.Score, "seed %d", seed)
			n := 0
			for e, err := range calm.Leads.History(t.Context(), boss, id) {
				require.NoError(t, err)
				if e.Kind == "scored" {
					n++
				}
			}
			require.Equal(t, 1, n, "seed %d: scored once", seed)
		}
		calm.verified()
	}
}

// Whoever is forgotten keeps a score, which says nothing of who it was, and gets no other.
func TestLeadScoreForgets(t *testing.T) {
	s := scored(t, new(crm.Memory), crm.Options{})
	_, err := s.Leads.Score(s.ctx, boss, "l1", crm.Call{Reason: "张三 wants a lathe"})
	require.NoError(t, err)
	err = s.Leads.Forget(s.ctx, boss, "l1", crm.Erasure{Call: crm.Call{Reason: "asked"}})
	require.NoError(t, err)
	require.Equal(t, 35, s.lead("l1").Score.Score)
	for e, err := range s.Leads.History(s.ctx, boss, "l1") {
		require.NoError(t, err)
		require.NotContains(t, e.Reason, "张三")
	}
	s.cards(card(1, 30), card(2, 60))
	n, err := s.Leads.Rescore(s.ctx, boss, crm.Call{})
	require.NoError(t, err)
	require.Zero(t, n)
	_, err = s.Leads.Score(s.ctx, boss, "l1", crm.Call{})
	require.ErrorIs(t, err, crm.ErrForgotten)
	s.verified()
}
