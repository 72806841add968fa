package goal_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"math/big"
	"slices"
	"strings"
	"testing"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/guanxi-go/guanxi/crm/calendar"
	"github.com/guanxi-go/guanxi/crm/finding"
	"github.com/guanxi-go/guanxi/crm/goal"
	"github.com/guanxi-go/guanxi/crm/money"
	"github.com/guanxi-go/guanxi/internal/wording"
)

func num(s string) decimal.Decimal { return decimal.RequireFromString(s) }

func share(num, den int64) money.Ratio { return money.Ratio{Num: num, Den: den} }

func task(id, parent string, weight money.Ratio, target, actual string) goal.Node {
	return goal.Node{ID: id, Parent: parent, Weight: weight, Target: num(target), Actual: num(actual)}
}

func progress(t require.TestingT, tree *goal.Tree, id string) string {
	p, ok := tree.Progress(id)
	require.True(t, ok)
	return p.RatString()
}

func TestProgress(t *testing.T) {
	third := share(1, 3)
	for name, c := range map[string]struct {
		nodes []goal.Node
		want  string
	}{
		"O-34":              {[]goal.Node{{ID: "g"}, task("a", "g", share(6, 10), "100", "50"), task("b", "g", share(4, 10), "20", "30")}, "7/10"},
		"nothing yet":       {[]goal.Node{{ID: "g"}, task("a", "g", share(1, 1), "1", "0")}, "0"},
		"below zero":        {[]goal.Node{{ID: "g"}, task("a", "g", share(1, 2), "10", "-10"), task("b", "g", share(1, 2), "10", "10")}, "1/2"},
		"exact thirds":      {[]goal.Node{{ID: "g"}, task("a", "g", third, "3", "3"), task("b", "g", third, "3", "3"), task("c", "g", third, "3", "3")}, "1"},
		"a fraction of fen": {[]goal.Node{{ID: "g"}, task("a", "g", share(1, 1), "0.3", "0.1")}, "1/3"},
		"one task alone":    {[]goal.Node{task("g", "", money.Ratio{}, "8", "6")}, "3/4"},
		"two levels": {[]goal.Node{task("x", "b", share(1, 4), "10", "10"), {ID: "b", Parent: "g", Weight: share(1, 2)}, task("y", "b", share(3, 4), "10", "0"),
			{ID: "g"}, task("a", "g", share(1, 2), "2", "1")}, "3/8"},
		"long numbers": {[]goal.Node{{ID: "g"}, task("a", "g", share(1, 1), "1e64", "1e63")}, "1/10"},
	} {
		t.Run(name, func(t *testing.T) {
			tree, err := goal.New(c.nodes)
			require.NoError(t, err)
			require.Equal(t, c.want, progress(t, tree, "g"))
		})
	}
}

func TestRefused(t *testing.T) {
	root := goal.Node{ID: "g"}
	for name, c := range map[string]struct {
		nodes []goal.Node
		codes []string
	}{
		"weights of 0.999":   {[]goal.Node{root, task("a", "g", share(600, 1000), "1", "0"), task("b", "g", share(399, 1000), "1", "0")}, []string{"GOAL-WEIGHTS"}},
		"weights over 1":     {[]goal.Node{root, task("a", "g", share(6, 10), "1", "0"), task("b", "g", share(5, 10), "1", "0")}, []string{"GOAL-WEIGHTS"}},
		"weight of a root":   {[]goal.Node{task("g", "", share(1, 1), "1", "0")}, []string{"GOAL-WEIGHT"}},
		"no weight":          {[]goal.Node{root, task("a", "g", money.Ratio{}, "1", "0")}, []string{"GOAL-WEIGHT"}},
		"negative weight":    {[]goal.Node{root, task("a", "g", share(-1, 2), "1", "0"), task("b", "g", share(3, 2), "1", "0")}, []string{"GOAL-WEIGHT", "GOAL-WEIGHT"}},
		"no target":          {[]goal.Node{root, task("a", "g", share(1, 1), "0", "0")}, []string{"GOAL-TARGET"}},
		"target below zero":  {[]goal.Node{root, task("a", "g", share(1, 1), "-1", "0")}, []string{"GOAL-TARGET"}},
		"a goal with target": {[]goal.Node{{ID: "g", Target: num("5"), Actual: num("1")}, task("a", "g", share(1, 1), "1", "0")}, []string{"GOAL-DIVIDED", "GOAL-DIVIDED"}},
		"unknown parent":     {[]goal.Node{task("a", "h", share(1, 1), "1", "0")}, []string{"GOAL-PARENT"}},
		"twice":              {[]goal.Node{task("a", "", money.Ratio{}, "1", "0"), task("a", "", money.Ratio{}, "1", "0")}, []string{"GOAL-REPEATED"}},
		"a cycle": {[]goal.Node{root, task("a", "g", share(1, 1), "1", "1"), {ID: "x", Parent: "y", Weight: share(1, 1)}, {ID: "y", Parent: "x", Weight: share(1, 1)}},
			[]string{"GOAL-CYCLE", "GOAL-CYCLE"}},
		"its own part":   {[]goal.Node{{ID: "x", Parent: "x", Weight: share(1, 1)}}, []string{"GOAL-CYCLE"}},
		"no id":          {[]goal.Node{{Target: num("1"), Owner: "\xff"}}, []string{"GOAL-ID", "GOAL-ID"}},
		"no day":         {[]goal.Node{{ID: "a", Target: num("1"), Due: -5}}, []string{"GOAL-DAY"}},
		"hostile number": {[]goal.Node{{ID: "a", Target: decimal.New(1, 1_000_000), Actual: decimal.New(1, -1_000_000)}}, []string{"GOAL-NUMBER", "GOAL-NUMBER"}},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := goal.New(c.nodes)
			require.Error(t, err)
			var codes []string
			for _, one := range err.(interface{ Unwrap() []error }).Unwrap() {
				var e *goal.Error
				require.ErrorAs(t, one, &e)
				codes = append(codes, e.Code)
				require.True(t, errors.Is(one, goal.ErrInvalid) || errors.Is(one, goal.ErrDuplicate))
				require.True(t, strings.HasPrefix(one.Error(), "goal: nodes["), one)
			}
			require.Equal(t, c.codes, codes)
		})
	}
}

func TestReadsAndFindings(t *testing.T) {
	due := calendar.MustDate(2026, 6, 30)
	nodes := []goal.Node{{ID: "g", Due: due}, task("b", "g", share(1, 2), "3", "2"), task("a", "g", share(1, 2), "3", "3")}
	nodes[1].Due, nodes[2].Due = due, due
	tree, err := goal.New(nodes)
	require.NoError(t, err)
	require.Equal(t, []goal.Node{nodes[2], nodes[1]}, tree.Parts("g"))
	require.Equal(t, []goal.Node{nodes[0]}, tree.Parts(""))
	require.Empty(t, tree.Parts("x"))
	_, ok := tree.Progress("x")
	require.False(t, ok)
	require.Empty(t, tree.Findings(due), "the day is not over")

	found := tree.Findings(due + 1)
	require.Len(t, found, 2)
	for i, want := range []struct{ id, en string }{{"b", "due on 2026-06-30, at 66.6 %"}, {"g", "due on 2026-06-30, at 83.3 %"}} {
		require.NoError(t, found[i].Validate())
		require.Equal(t, want.id, found[i].Subject)
		text, err := goal.Catalogue().Render(found[i], finding.English)
		require.NoError(t, err)
		require.Equal(t, want.en, text)
	}

	// What is handed out is nobody's to change.
	p, _ := tree.Progress("g")
	p.SetInt64(7)
	require.Equal(t, "5/6", progress(t, tree, "g"))

	text, err := json.Marshal(nodes[1])
	require.NoError(t, err)
	var back goal.Node
	require.NoError(t, json.Unmarshal(text, &back))
	require.Equal(t, nodes[1].ID, back.ID)
	require.True(t, nodes[1].Actual.Equal(back.Actual))
}

// A chain of goals, each the only part of the one above, is as long as one likes.
func TestDeepChain(t *testing.T) {
	nodes := []goal.Node{{ID: "n0"}}
	for i := 1; i < 10_000; i++ {
		nodes = append(nodes, goal.Node{ID: fmt.Sprint("n", i), Parent: fmt.Sprint("n", i-1), Weight: share(1, 1)})
	}
	last := &nodes[len(nodes)-1]
	last.Target, last.Actual = num("4"), num("1")
	tree, err := goal.New(nodes)
	require.NoError(t, err)
	require.Equal(t, "1/4", progress(t, tree, "n0"))
}

// The progress of any node is the sum over the tasks below it of the product of the
// weights on the way and min(1, actual/target), whatever the order of the nodes.
func TestProgressIsTheSumOverTasks(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		nodes := []goal.Node{{ID: "0"}}
		open := []int{0}
		want := new(big.Rat)
		along := []*big.Rat{big.NewRat(1, 1)}
		for len(open) > 0 {
			at := open[0]
			open = open[1:]
			kids := 0
			if len(nodes) < 40 {
				kids = rapid.IntRange(0, 4).Draw(t, "parts")
			}
			if kids == 0 {
				target, actual := rapid.Int64Range(1, 50).Draw(t, "target"), rapid.Int64Range(-5, 80).Draw(t, "actual")
				nodes[at].Target, nodes[at].Actual = decimal.NewFromInt(target), decimal.NewFromInt(actual)
				part := big.NewRat(max(0, min(actual, target)), target)
				want.Add(want, part.Mul(part, along[at]))
				continue
			}
			var total int64
			weights := make([]int64, kids)
			for i := range weights {
				weights[i] = rapid.Int64Range(1, 9).Draw(t, "weight")
				total += weights[i]
			}
			for _, w := range weights {
				open = append(open, len(nodes))
				nodes = append(nodes, goal.Node{ID: fmt.Sprint(len(nodes)), Parent: nodes[at].ID, Weight: share(w, total)})
				along = append(along, new(big.Rat).Mul(along[at], big.NewRat(w, total)))
			}
		}
		shuffled := rapid.Permutation(nodes).Draw(t, "order")
		given := slices.Clone(shuffled)
		tree, err := goal.New(shuffled)
		require.NoError(t, err)
		require.Equal(t, given, shuffled)
		require.Equal(t, want.RatString(), progress(t, tree, "0"))
	})
}

func TestCatalogue(t *testing.T) {
	require.NoError(t, goal.Catalogue().Validate())
	for code, text := range goal.Catalogue() {
		require.True(t, wording.HasHan(text.Zh))
		e := &goal.Error{Code: code, Field: "weight", Item: -1, ID: "x", Err: goal.ErrInvalid}
		if code != "GOAL-OVERDUE" {
			require.NotContains(t, e.Text(finding.Chinese), "GOAL-")
			require.NotContains(t, e.Error(), "GOAL-")
		}
	}
	require.Equal(t, "GOAL-NONE", (&goal.Error{Code: "GOAL-NONE"}).Text(finding.English))
}

func BenchmarkNew(b *testing.B) {
	nodes := []goal.Node{{ID: "g"}}
	for i := range 1000 {
		nodes = append(nodes, task(fmt.Sprint(i), "g", share(1, 1000), "97", fmt.Sprint(i%97)))
	}
	b.ReportAllocs()
	for b.Loop() {
		_, err := goal.New(nodes)
		require.NoError(b, err)
	}
}
