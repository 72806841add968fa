package crm_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/guanxi-go/guanxi/crm"
	"github.com/guanxi-go/guanxi/crm/pipeline"
	"github.com/guanxi-go/guanxi/crm/pipeline/bid"
)

func strong(id string) bid.Need { return bid.Need{ID: id, Strength: bid.Must, Source: bid.Stated} }

// What is noted again replaces what was there, lists are by id, and the journal has all of
// it with the words.
func TestNotesOfAnOpportunity(t *testing.T) {
	s := selling(t, crm.Options{})
	s.register("c2", person(t, "李四", "13900139000"), li)
	note := func(n crm.NeedNote) {
		t.Helper()
		_, err := s.Opportunities.NoteNeed(s.ctx, boss, "o1", n)
		require.NoError(t, err)
	}
	// A need that is known is evidence for the stage that asks for it.
	_, err := s.Opportunities.Move(s.ctx, boss, "o1", crm.Promotion{To: "intent", Met: met(pipeline.Field, "contact")})
	require.ErrorIs(t, err, crm.ErrIncomplete)
	note(crm.NeedNote{Need: strong("speed"), Text: "60 an hour"})
	_, err = s.Opportunities.Move(s.ctx, boss, "o1", crm.Promotion{To: "intent", Met: met(pipeline.Field, "contact")})
	require.NoError(t, err)

	wish := bid.Need{ID: "colour", Strength: bid.Wish, Source: bid.Inferred, Contact: "c2"}
	note(crm.NeedNote{Need: wish, Text: "blue"})
	wish.Strength = bid.Want
	note(crm.NeedNote{Need: wish, Text: "blue, she says"})
	for _, degree := range []bid.Degree{bid.Partly, bid.Fully} {
		_, err = s.Opportunities.NoteSolution(s.ctx, boss, "o1", crm.SolutionNote{Solution: bid.Solution{ID: "m8", Covers: []bid.Cover{{Need: "speed", Degree: degree}}}})
		require.NoError(t, err)
	}
	_, err = s.Opportunities.NoteCompetitor(s.ctx, boss, "o1", crm.CompetitorNote{Competitor: bid.Competitor{ID: "other", Weaknesses: []string{"service"}}})
	require.NoError(t, err)
	o := s.opportunity("o1")
	require.Equal(t, []bid.Need{wish, strong("speed")}, o.Needs)
	share, missing, err := o.Solutions[0].Coverage(o.Needs)
	require.NoError(t, err)
	require.Equal(t, []any{"3/5", []bid.Need{wish}}, []any{share.String(), missing})

	_, err = s.Opportunities.DropNeed(s.ctx, boss, "o1", "colour", crm.Call{Reason: "was a joke"})
	require.NoError(t, err)
	_, err = s.Opportunities.DropSolution(s.ctx, boss, "o1", "m8", crm.Call{})
	require.NoError(t, err)
	require.Equal(t, []any{1, 0, 1}, []any{len(s.opportunity("o1").Needs), len(s.opportunity("o1").Solutions), len(s.opportunity("o1").Competitors)})
	var lines []string
	for e, err := range s.Opportunities.History(s.ctx, boss, "o1") {
		require.NoError(t, err)
		if e.Kind != "opened" && e.Kind != "moved" {
			lines = append(lines, e.Kind+" "+e.Ref+" "+e.Contact+" "+e.Text+e.Reason)
		}
	}
	require.Equal(t, []string{"need-noted speed c1 60 an hour", "need-noted colour c2 blue", "need-noted colour c2 blue, she says",
		"solution-noted m8 c1 ", "solution-noted m8 c1 ", "competitor-noted other c1 ", "need-dropped colour c1 was a joke", "solution-dropped m8 c1 "}, lines)
	s.verified()

	// What she said is hers: in her copy, and gone when she is forgotten.
	copied, err := s.Privacy.Copy(s.ctx, boss, "c2", "")
	require.NoError(t, err)
	require.Contains(t, string(copied.JSON), "blue, she says")
	_, err = s.Privacy.Forget(s.ctx, boss, "c2", crm.Erasure{Call: crm.Call{Reason: "asked"}})
	require.NoError(t, err)
	for e, err := range s.Opportunities.History(s.ctx, boss, "o1") {
		require.NoError(t, err)
		require.Equal(t, e.Contact == "c1" && e.Ref == "speed", e.Text == "60 an hour")
		require.NotContains(t, e.Text, "blue")
	}
	s.verified()
}

func TestNotesRefuse(t *testing.T) {
	s := selling(t, crm.Options{})
	s.register("c2", person(t, "李四", "13900139000"), li)
	_, err := s.Privacy.Forget(s.ctx, boss, "c2", crm.Erasure{Call: crm.Call{Reason: "asked"}})
	require.NoError(t, err)
	second := func(_ crm.Entry, err error) error { return err }
	need := func(n bid.Need, text string) error {
		return second(s.Opportunities.NoteNeed(s.ctx, boss, "o1", crm.NeedNote{Need: n, Text: text}))
	}
	solution := func(sol bid.Solution) error {
		return second(s.Opportunities.NoteSolution(s.ctx, boss, "o1", crm.SolutionNote{Solution: sol}))
	}
	rival := func(c bid.Competitor) error {
		return second(s.Opportunities.NoteCompetitor(s.ctx, boss, "o1", crm.CompetitorNote{Competitor: c}))
	}
	by := func(contact string) bid.Need {
		n := strong("n")
		n.Contact = contact
		return n
	}
	require.NoError(t, need(strong("speed"), ""))
	require.NoError(t, solution(bid.Solution{ID: "m8", Covers: []bid.Cover{{Need: "speed", Degree: bid.Fully}}}))
	for name, c := range map[string]struct {
		got   error
		is    error
		about string
	}{
		"no strength":      {need(bid.Need{ID: "n", Source: bid.Stated}, ""), crm.ErrInvalid, "bid need"},
		"no such strength": {need(bid.Need{ID: "n", Strength: 9, Source: bid.Stated}, ""), crm.ErrInvalid, "bid need"},
		"no text":          {need(strong("n"), "\xff"), crm.ErrInvalid, "crm text"},
		"no customer":      {need(by("c9"), ""), crm.ErrNotFound, "crm "},
		"a forgotten one":  {need(by("c2"), ""), crm.ErrForgotten, "crm contact"},
		"no such need":     {solution(bid.Solution{ID: "s", Covers: []bid.Cover{{Need: "n", Degree: bid.Fully}}}), crm.ErrNotFound, "bid covers"},
		"no degree":        {solution(bid.Solution{ID: "s", Covers: []bid.Cover{{Need: "speed"}}}), crm.ErrInvalid, "bid covers"},
		"no price":         {rival(bid.Competitor{ID: "x", Price: cny(-1)}), crm.ErrInvalid, "bid price"},
		"nobody":           {rival(bid.Competitor{}), crm.ErrInvalid, "bid competitor"},
		"answered need":    {second(s.Opportunities.DropNeed(s.ctx, boss, "o1", "speed", crm.Call{})), crm.ErrTransition, "crm need"},
		"need not there":   {second(s.Opportunities.DropNeed(s.ctx, boss, "o1", "n", crm.Call{})), crm.ErrNotFound, "crm need"},
		"solution gone":    {second(s.Opportunities.DropSolution(s.ctx, boss, "o1", "n", crm.Call{})), crm.ErrNotFound, "crm solution"},
		"competitor gone":  {second(s.Opportunities.DropCompetitor(s.ctx, boss, "o1", "n", crm.Call{})), crm.ErrNotFound, "crm competitor"},
		"opportunity gone": {second(s.Opportunities.DropNeed(s.ctx, boss, "o9", "n", crm.Call{})), crm.ErrNotFound, "crm "},
	} {
		require.ErrorIs(t, c.got, c.is, name)
		require.Equal(t, c.about, refused(t, c.got), name)
	}
	require.Equal(t, uint64(2), s.opportunity("o1").Head.Entries-2, "what is refused leaves nothing")

	_, err = s.Opportunities.Lose(s.ctx, boss, "o1", crm.Losing{Loss: pipeline.LostPrice, Competitor: "other"})
	require.NoError(t, err)
	for _, err := range []error{need(strong("n"), ""), solution(bid.Solution{ID: "s"}), second(s.Opportunities.DropSolution(s.ctx, boss, "o1", "m8", crm.Call{}))} {
		require.ErrorIs(t, err, crm.ErrTransition)
		require.Equal(t, "crm stage", refused(t, err))
	}
	require.NoError(t, rival(bid.Competitor{ID: "other", Price: yuan(80)}), "the price was published")
	require.NoError(t, second(s.Opportunities.DropCompetitor(s.ctx, boss, "o1", "other", crm.Call{})))
	s.verified()
}
