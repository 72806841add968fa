package account_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/guanxi-go/guanxi/crm/account"
	"github.com/guanxi-go/guanxi/crm/stage"
)

func ExampleRevised() {
	day := func(n int) time.Time { return time.Date(2026, 1, n, 0, 0, 0, 0, time.UTC) }
	seen := func(at int, a account.Attitude) account.Stakeholder {
		return account.Stakeholder{Customer: "c-1", Contact: "k1", Influence: 4, Attitude: a, From: day(at)}
	}
	views := account.Revised(nil, seen(1, account.Neutral))
	views = account.Revised(views, seen(20, account.Devoted))
	views = account.Revised(views, seen(10, account.Opposed)) // late news: from the 10th on, whatever was thought
	views = account.Ended(views, day(25))
	for _, v := range views {
		fmt.Println(v.From.Day(), v.To.Day(), v.Attitude)
	}
	// Output:
	// 1 10 neutral
	// 10 25 opposed
}

// However views follow each other, at every instant the one learned last of that time
// holds, and they leave no overlap.
func TestRevised(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		type news struct {
			at    int
			ended bool
		}
		var learned []news
		var views []account.Stakeholder
		at := func(n int) time.Time { return noon.Add(time.Duration(n) * time.Hour) }
		for range rapid.IntRange(0, 12).Draw(t, "news") {
			n := news{rapid.IntRange(0, 10).Draw(t, "at"), rapid.Bool().Draw(t, "ended")}
			before := fmt.Sprint(views)
			given := views
			if n.ended {
				views = account.Ended(views, at(n.at))
			} else {
				views = account.Revised(views, account.Stakeholder{Contact: fmt.Sprint(len(learned)), From: at(n.at)})
			}
			require.Equal(t, before, fmt.Sprint(given))
			learned = append(learned, n)
		}
		for instant := range 12 {
			want := "" // the last news of that time or before it
			for i, n := range learned {
				if n.at <= instant {
					if want = fmt.Sprint(i); n.ended {
						want = ""
					}
				}
			}
			held := ""
			for _, v := range views {
				if v.ValidAt(at(instant)) {
					require.Empty(t, held)
					held = v.Contact
				}
			}
			require.Equal(t, want, held, instant)
		}
	})
}

func TestRedacted(t *testing.T) {
	s := person("k1", 3, account.Neutral, account.Buyer)
	private := s
	private.Preferences, private.Concerns = []string{"tea"}, []string{"his post"}
	require.Equal(t, s, private.Redacted())
	require.Equal(t, []string{"tea"}, private.Preferences)
}

// The depth of a tie is the level of its stage; a dissolved one has none.
func TestDepthAt(t *testing.T) {
	for at, want := range map[stage.Relationship]account.Depth{0: 0, stage.Awareness: account.Awareness, stage.Exploration: account.Exploration,
		stage.Expansion: account.Expansion, stage.Commitment: account.Commitment, stage.Dissolution: 0, 99: 0} {
		require.Equal(t, want, account.DepthAt(at), at)
	}
}
