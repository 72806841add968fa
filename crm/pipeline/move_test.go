package pipeline_test

import (
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/guanxi-go/guanxi/crm/money"
	"github.com/guanxi-go/guanxi/crm/pipeline"
	"github.com/guanxi-go/guanxi/crm/stage"
)

var start = time.Date(2026, 3, 2, 1, 0, 0, 0, time.UTC)

// everything is what the default process ever asks for.
func everything() (all []pipeline.Criterion) {
	for _, s := range pipeline.DefaultProcess().Stages {
		all = append(all, s.Entry...)
	}
	return all
}

// walk moves a new opportunity through stages, a day apart.
func walk(t *testing.T, f *pipeline.Funnel, moves ...pipeline.Move) (journal []stage.Entry[string], err error) {
	t.Helper()
	for i, m := range moves {
		if m.Now.IsZero() {
			m.Now = start.AddDate(0, 0, i)
		}
		m.Actor = "s-7"
		var e stage.Entry[string]
		if e, err = f.Move(journal, m); err != nil {
			return journal, err
		}
		journal = append(journal, e)
	}
	return journal, nil
}

func TestMoveListsAllThatIsMissing(t *testing.T) {
	f := made(t, pipeline.DefaultProcess())
	_, err := walk(t, f, pipeline.Move{To: "prospect"}, pipeline.Move{To: "negotiate", Met: []pipeline.Criterion{{Proof: pipeline.Field, Name: "need"}}})
	var e *pipeline.Error
	require.ErrorAs(t, err, &e)
	require.ErrorIs(t, err, pipeline.ErrIncomplete)
	require.Equal(t, []pipeline.Criterion{{Proof: pipeline.Field, Name: "contact"}, {Proof: pipeline.Activity, Name: "visit"}, {Proof: pipeline.Field, Name: "amount"}, {Proof: pipeline.Document, Name: "quote"}}, e.Missing)
	require.EqualError(t, err, "pipeline: criteria: from prospect to negotiate: not met: field contact, activity visit, field amount, document quote: incomplete")
}

func TestMoveRules(t *testing.T) {
	all := everything()
	at := func(days int) time.Time { return start.AddDate(0, 0, days) }
	to := func(id string) pipeline.Move { return pipeline.Move{To: id, Met: all, Reason: "r"} }
	won := pipeline.Move{To: "execute", Order: "O-1"}
	lost := pipeline.Move{To: "lost", Loss: pipeline.LostPrice}
	again := func(id string, now time.Time) pipeline.Move {
		return pipeline.Move{To: id, Now: now, Met: all, Reason: "r"}
	}
	for name, c := range map[string]struct {
		strict bool
		moves  []pipeline.Move
		err    error
	}{
		"forward":                        {false, []pipeline.Move{to("prospect"), to("sign")}, nil},
		"begins later":                   {false, []pipeline.Move{to("visit")}, nil},
		"begins later, nothing met":      {false, []pipeline.Move{{To: "visit"}}, pipeline.ErrIncomplete},
		"begins later, strict":           {true, []pipeline.Move{to("visit")}, pipeline.ErrTransition},
		"begins won":                     {false, []pipeline.Move{won}, pipeline.ErrTransition},
		"skips, strict":                  {true, []pipeline.Move{to("prospect"), to("intent")}, pipeline.ErrTransition},
		"next, strict":                   {true, []pipeline.Move{to("prospect"), to("promote")}, nil},
		"back":                           {false, []pipeline.Move{to("visit"), {To: "promote", Reason: "r"}}, nil},
		"back without reason":            {false, []pipeline.Move{to("visit"), {To: "promote"}}, pipeline.ErrIncomplete},
		"hold":                           {false, []pipeline.Move{to("visit"), to("hold"), {To: "visit"}}, nil},
		"hold without reason":            {false, []pipeline.Move{to("visit"), {To: "hold"}}, pipeline.ErrIncomplete},
		"from hold further":              {false, []pipeline.Move{to("visit"), to("hold"), {To: "sign"}}, pipeline.ErrIncomplete},
		"from hold further, strict":      {true, []pipeline.Move{to("prospect"), to("hold"), to("intent")}, pipeline.ErrTransition},
		"won":                            {false, []pipeline.Move{to("visit"), won}, nil},
		"won without order":              {false, []pipeline.Move{to("visit"), {To: "execute"}}, pipeline.ErrIncomplete},
		"won from hold":                  {false, []pipeline.Move{to("visit"), to("hold"), won}, nil},
		"lost":                           {false, []pipeline.Move{to("visit"), lost}, nil},
		"lost without reason":            {false, []pipeline.Move{to("visit"), {To: "lost", Reason: "r"}}, pipeline.ErrIncomplete},
		"won after lost":                 {false, []pipeline.Move{to("visit"), lost, won}, pipeline.ErrTransition},
		"open again, 90 days":            {false, []pipeline.Move{to("visit"), lost, again("visit", at(91))}, nil},
		"open again, a microsecond late": {false, []pipeline.Move{to("visit"), lost, again("visit", at(91).Add(time.Microsecond))}, pipeline.ErrTransition},
		"open again beyond":              {false, []pipeline.Move{to("visit"), lost, again("sign", at(2))}, pipeline.ErrTransition},
		"open again without reason":      {false, []pipeline.Move{to("visit"), lost, {To: "visit"}}, pipeline.ErrIncomplete},
		"stays":                          {false, []pipeline.Move{to("visit"), to("visit")}, pipeline.ErrTransition},
		"nowhere":                        {false, []pipeline.Move{to("nowhere")}, pipeline.ErrInvalid},
		"order without form":             {false, []pipeline.Move{to("visit"), {To: "execute", Order: "\xff"}}, pipeline.ErrInvalid},
	} {
		t.Run(name, func(t *testing.T) {
			p := pipeline.DefaultProcess()
			p.Strict = c.strict
			_, err := walk(t, made(t, p), c.moves...)
			if c.err == nil {
				require.NoError(t, err)
				return
			}
			require.ErrorIs(t, err, c.err)
			var e *pipeline.Error
			require.ErrorAs(t, err, &e)
			require.True(t, strings.HasPrefix(err.Error(), "pipeline: "), err.Error())
			require.NotContains(t, err.Error(), "\xff")
		})
	}
}

func TestNeverReopened(t *testing.T) {
	p := pipeline.DefaultProcess()
	p.ReopenDays = -1
	_, err := walk(t, made(t, p), pipeline.Move{To: "prospect"}, pipeline.Move{To: "lost", Loss: pipeline.LostOther}, pipeline.Move{To: "prospect", Reason: "r"})
	require.ErrorIs(t, err, pipeline.ErrTransition)
}

// Whatever is tried, a deal that is won had an order, and every stage that an accepted
// forward move passed had its criteria.
func TestMovesKeepTheRules(t *testing.T) {
	f := made(t, pipeline.DefaultProcess())
	ids, all := f.Machine().States(), everything()
	rapid.Check(t, func(t *rapid.T) {
		var journal []stage.Entry[string]
		now, reached := start, -1
		for range rapid.IntRange(1, 20).Draw(t, "moves") {
			now = now.Add(time.Duration(rapid.IntRange(0, 40*24).Draw(t, "hours")) * time.Hour)
			m := pipeline.Move{To: rapid.SampledFrom(ids).Draw(t, "to"), Now: now, Actor: "s-1", Reason: rapid.SampledFrom([]string{"", "r"}).Draw(t, "reason"),
				Order: rapid.SampledFrom([]string{"", "O-1"}).Draw(t, "order"), Loss: pipeline.LossReason(rapid.IntRange(0, 10).Draw(t, "loss"))}
			for _, c := range all {
				if rapid.Bool().Draw(t, "met") || rapid.Bool().Draw(t, "met too") {
					m.Met = append(m.Met, c)
				}
			}
			e, err := f.Move(journal, m)
			if err != nil {
				continue
			}
			journal = append(journal, e)
			s, _ := f.Stage(m.To)
			switch s.Type {
			case pipeline.Won:
				require.NotEmpty(t, m.Order)
			case pipeline.Lost:
				require.True(t, m.Loss.Valid())
			case pipeline.Open:
				place := 0
				for ids[place] != m.To {
					place++
				}
				for i := reached + 1; i <= place; i++ {
					passed, _ := f.Stage(ids[i])
					require.Subset(t, m.Met, passed.Entry)
				}
				reached = place
			}
		}
		require.NoError(t, f.Machine().Check(journal))
	})
}

func TestProcessProblemsComeTogether(t *testing.T) {
	err := pipeline.Process{Stages: []pipeline.Stage{
		{ID: "a", Prior: money.Ratio{Num: 3, Den: 2}}, {ID: "a", Type: pipeline.Won, Prior: money.Ratio{Num: 1, Den: 2}}, {ID: "c", StuckDays: -1},
	}}.Validate()
	for _, want := range []string{"name: an id is not 1", "stages[0]: an open stage needs a prior", "stages[1]: an id or criterion is given twice", "stages[1]: an open stage needs a prior", "stages[2]: a number is out", "stages[2]: an open stage comes after", "no stage is lost"} {
		require.ErrorContains(t, err, want)
	}
	require.ErrorIs(t, err, pipeline.ErrInvalid)
	require.NoError(t, pipeline.DefaultProcess().Validate())
}

func TestReasonsStayOutOfLogs(t *testing.T) {
	var b strings.Builder
	slog.New(slog.NewTextHandler(&b, nil)).Info("", "move", pipeline.Move{To: "hold", Reason: "call 13800138000"})
	require.NotContains(t, b.String(), "13800138000")
}

func TestProcessIsCopied(t *testing.T) {
	p := pipeline.DefaultProcess()
	f := made(t, p)
	p.Stages[1].Entry[0].Name = "changed"
	f.Process().Stages[1].Entry[0].Name = "changed"
	s, ok := f.Stage("promote")
	require.True(t, ok)
	require.Equal(t, "contact", s.Entry[0].Name)
}
