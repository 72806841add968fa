package score_test

import (
	"encoding/json"
	"errors"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/guanxi-go/guanxi/crm/pipeline/score"
)

func scorecard(version int) score.Scorecard {
	return score.Scorecard{Version: version, Rules: []score.Rule{{ID: "retail", Attribute: "industry", In: []string{"retail"}, Points: 30}},
		Grades: []score.Grade{{Code: "a", From: 80}, {Code: "b", From: 50}, {Code: "c", From: 20}}}
}

func TestScorecardGrades(t *testing.T) {
	card := scorecard(1)
	require.NoError(t, card.Validate())
	for points, want := range map[int]string{100: "a", 80: "a", 79: "b", 50: "b", 49: "c", 20: "c", 19: "", 0: ""} {
		require.Equal(t, want, card.Grade(points), points)
	}
	require.Empty(t, score.Scorecard{}.Grade(100))
	p, err := card.Card(time.UTC).Score(score.Facts{Attributes: map[string]string{"industry": "retail"}}, time.Unix(0, 0))
	require.NoError(t, err)
	require.Equal(t, "c", card.Grade(p.Score))
	text, err := json.Marshal(card)
	require.NoError(t, err)
	require.JSONEq(t, `{"version":1,"rules":[{"id":"retail","attribute":"industry","in":["retail"],"points":30}],
		"grades":[{"code":"a","from":80},{"code":"b","from":50},{"code":"c","from":20}]}`, string(text))
	var again score.Scorecard
	require.NoError(t, json.Unmarshal(text, &again))
	require.Equal(t, card, again)
}

// Everything that is wrong is said at once, by field and place.
func TestScorecardValidate(t *testing.T) {
	card := score.Scorecard{Rules: []score.Rule{{ID: "Retail shops", Attribute: "industry", Points: 30}, {ID: "none"}},
		Grades: []score.Grade{{Code: "a", From: 50}, {Code: "a", From: 40}, {Code: "B", From: 40}, {Code: "c", From: -1}}}
	var places []string
	var walk func(err error)
	walk = func(err error) {
		var e *score.Error
		if joined, ok := err.(interface{ Unwrap() []error }); ok {
			for _, part := range joined.Unwrap() {
				walk(part)
			}
		} else if errors.As(err, &e) {
			places = append(places, e.Code+" "+e.Field+" "+strconv.Itoa(e.Item))
		}
	}
	walk(card.Validate())
	require.ElementsMatch(t, []string{"SCO-RANGE version -1", "SCO-CODE rules 0", "SCO-REPEATED grades 1", "SCO-CODE grades 2", "SCO-RANGE grades 2",
		"SCO-RANGE grades 3", "SCO-MISSING rules 1", "SCO-RANGE rules 1"}, places)
	require.ErrorIs(t, score.CheckScorecards([]score.Scorecard{scorecard(2)}), score.ErrInvalid)
	require.ErrorIs(t, score.CheckScorecards([]score.Scorecard{scorecard(1), scorecard(1)}), score.ErrInvalid)
	require.NoError(t, score.CheckScorecards([]score.Scorecard{scorecard(1), scorecard(2)}))
	require.NoError(t, score.CheckScorecards(nil))
}
