package access_test

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/guanxi-go/guanxi/crm/access"
)

// faults lists the typed errors joined in err as "id field", however deep.
func faults(t require.TestingT, err error) (got []string) {
	if joined, ok := err.(interface{ Unwrap() []error }); ok {
		for _, e := range joined.Unwrap() {
			got = append(got, faults(t, e)...)
		}
		return got
	}
	var typed *access.Error
	require.ErrorAs(t, err, &typed)
	require.Regexp(t, `^access: `, err.Error())
	return []string{typed.ID + " " + typed.Field}
}

var start = time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)

func hour(n int) time.Time { return start.Add(time.Duration(n) * time.Hour) }

// drawInterval draws [From, Until) in hours 0 to 4, either end perhaps open.
func drawInterval(t *rapid.T) (from, until time.Time) {
	a := rapid.IntRange(0, 3).Draw(t, "from")
	b := rapid.IntRange(a+1, 4).Draw(t, "until")
	if rapid.Bool().Draw(t, "begun") {
		from = hour(a)
	}
	if rapid.Bool().Draw(t, "ends") {
		until = hour(b)
	}
	return from, until
}

// heads are beginnings of ids around the slash and the digit that follows it, which
// a careless range would let in.
var heads = []string{"a", "a!", "a.", "a0", "a-", "\x01", "a\x01", "é", "总"}

func drawUnits(t *rapid.T) []access.Unit {
	n := rapid.IntRange(1, 12).Draw(t, "units")
	units := make([]access.Unit, n)
	for i := range units {
		units[i].ID = rapid.SampledFrom(heads).Draw(t, "head")
		if slices.ContainsFunc(units[:i], func(u access.Unit) bool { return u.ID == units[i].ID }) {
			units[i].ID += strconv.Itoa(i)
		}
		if p := rapid.IntRange(-1, i-1).Draw(t, "parent"); p >= 0 {
			units[i].Parent = units[p].ID
		}
	}
	return units
}

// above is the plain walk that ranges are compared with: the unit and those above it.
func above(units []access.Unit, id string) (ids []string) {
	for id != "" {
		i := slices.IndexFunc(units, func(u access.Unit) bool { return u.ID == id })
		ids = append(ids, id)
		id = units[i].Parent
	}
	return ids
}

func pathOf(units []access.Unit, id string) string {
	ids := above(units, id)
	slices.Reverse(ids)
	return strings.Join(ids, "/") + "/"
}
