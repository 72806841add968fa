package group_test

import (
	"slices"
	"strconv"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/guanxi-go/guanxi/crm/group"
)

// faults lists the typed errors joined in err as "id field", however deep.
func faults(t require.TestingT, err error) (got []string) {
	if joined, ok := err.(interface{ Unwrap() []error }); ok {
		for _, e := range joined.Unwrap() {
			got = append(got, faults(t, e)...)
		}
		return got
	}
	var typed *group.Error
	require.ErrorAs(t, err, &typed)
	require.Regexp(t, `^group: `, err.Error())
	return []string{typed.ID + " " + typed.Field}
}

func mustTree(t require.TestingT, groups ...group.Group) *group.Tree {
	tree, err := group.NewTree(groups)
	require.NoError(t, err)
	return tree
}

// drawForest draws valid groups in any order, with ids whose byte order differs
// from the order in which they were made.
func drawForest(t *rapid.T, most int) []group.Group {
	n := rapid.IntRange(0, most).Draw(t, "groups")
	groups := make([]group.Group, n)
	for i := range groups {
		groups[i].ID = "g" + strconv.Itoa(i*7%(most+1)) + "-" + strconv.Itoa(i)
		if p := rapid.IntRange(-1, i-1).Draw(t, "parent"); p >= 0 {
			groups[i].Parent = groups[p].ID
		}
	}
	return rapid.Permutation(groups).Draw(t, "order")
}

// above is the plain walk that the fast answers are compared with.
func above(groups []group.Group, id string) (ids []string) {
	for id != "" {
		i := slices.IndexFunc(groups, func(g group.Group) bool { return g.ID == id })
		ids = append(ids, id)
		id = groups[i].Parent
	}
	return ids
}

func ids(nodes func(func(group.Node) bool)) (list []string) {
	for n := range nodes {
		list = append(list, n.ID())
	}
	return list
}

var start = time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)

func hour(n int) time.Time { return start.Add(time.Duration(n) * time.Hour) }

// drawInterval draws [From, Until) in hours 0 to 10, either end perhaps open.
func drawInterval(t *rapid.T) (from, until time.Time) {
	a := rapid.IntRange(0, 9).Draw(t, "from")
	b := rapid.IntRange(a+1, 10).Draw(t, "until")
	if rapid.Bool().Draw(t, "begun") {
		from = hour(a)
	}
	if rapid.Bool().Draw(t, "ends") {
		until = hour(b)
	}
	return from, until
}
