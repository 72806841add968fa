package group_test

import (
	"encoding/json"
	"slices"
	"testing"
	"time"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/guanxi-go/guanxi/crm/calendar"
	"github.com/guanxi-go/guanxi/crm/finding"
	"github.com/guanxi-go/guanxi/crm/group"
)

func TestCatalogue(t *testing.T) {
	require.NoError(t, group.Catalogue().Validate())
}

// requireRendered checks that every finding is valid and has its sentence in both
// languages, and returns "code subject" of each.
func rendered(t require.TestingT, found []finding.Finding) (list []string) {
	require.True(t, slices.IsSortedFunc(found, finding.Compare))
	for _, f := range found {
		require.NoError(t, f.Validate())
		for _, lang := range []finding.Language{finding.English, finding.Chinese} {
			_, err := group.Catalogue().Render(f, lang)
			require.NoError(t, err)
		}
		list = append(list, f.Code+" "+f.Subject)
	}
	return list
}

func TestResponsibilityJSONIsStable(t *testing.T) {
	r := group.Responsibility{Group: "g", Department: "d", Person: "p", Role: group.Accountable, Services: []string{"上门"},
		Goals: []group.Goal{{Metric: "m", Target: decimal.RequireFromString("98.5"), Unit: "%", Period: group.Quarterly}}, From: start}
	text, err := json.Marshal(r)
	require.NoError(t, err)
	require.Equal(t, `{"group":"g","department":"d","person":"p","role":"accountable","services":["上门"],`+
		`"goals":[{"metric":"m","target":"98.5","unit":"%","period":"quarter"}],"from":"2026-01-01T00:00:00Z"}`, string(text))
	var back group.Responsibility
	require.NoError(t, json.Unmarshal(text, &back))
	require.Equal(t, r, back)
}

func TestNewTableRefuses(t *testing.T) {
	good := group.Responsibility{Group: "g", Department: "d", Role: group.Accountable}
	bad := group.Responsibility{Person: "\xff", From: start, Until: start, Goals: []group.Goal{{}}}
	require.Equal(t, []string{" group", " department", " person", " role", " interval", " goals", " goals"}, faults(t, bad.Validate()))
	for name, rows := range map[string][]group.Responsibility{
		"same row twice": {good, good},
		"overlap of an instant": {
			{Group: "g", Department: "d", Role: group.Accountable, Until: hour(2)},
			{Group: "g", Department: "d", Role: group.Accountable, From: hour(1)},
		},
	} {
		_, err := group.NewTable(rows)
		require.ErrorIs(t, err, group.ErrDuplicate, name)
		require.Equal(t, []string{"g interval"}, faults(t, err), name)
	}
	table, err := group.NewTable([]group.Responsibility{
		{Group: "g", Department: "d", Role: group.Accountable, Until: hour(2)},
		{Group: "g", Department: "d", Role: group.Accountable, From: hour(2)},
		{Group: "g", Department: "d", Role: group.Responsible},
		{Group: "g", Department: "d", Role: group.Accountable, Person: "p"},
		{Group: "g", Department: "d", Role: group.Accountable, Person: "q"},
	})
	require.NoError(t, err)
	require.Len(t, table.AsOf(hour(2)), 4)
	department, err := table.Accountable("g", hour(2))
	require.NoError(t, err)
	require.Equal(t, "d", department)
}

func TestTableIsItsOwn(t *testing.T) {
	rows := []group.Responsibility{{Group: "g", Department: "d", Role: group.Accountable, Services: []string{"a"}}}
	table, err := group.NewTable(rows)
	require.NoError(t, err)
	rows[0].Services[0] = "b"
	got := table.Rows()
	require.Equal(t, []string{"a"}, got[0].Services)
	got[0].Services[0] = "c"
	require.Equal(t, []string{"a"}, table.Of("g", start)[0].Services)
}

func TestCheckFindsEachKind(t *testing.T) {
	tree := mustTree(t, group.Group{ID: "top"}, group.Group{ID: "a", Parent: "top"}, group.Group{ID: "b", Parent: "top"}, group.Group{ID: "c", Parent: "top"})
	goal := []group.Goal{{Metric: "m", Period: group.Yearly}}
	table, err := group.NewTable([]group.Responsibility{
		{Group: "a", Department: "d1", Role: group.Accountable, Services: []string{"s"}},
		{Group: "a", Department: "d1", Role: group.Accountable, Person: "p", Goals: goal},
		{Group: "b", Department: "d1", Role: group.Accountable, Goals: goal},
		{Group: "b", Department: "d2", Role: group.Accountable},
		{Group: "c", Department: "d1", Role: group.Responsible, Services: []string{"s"}, Goals: goal},
		{Group: "c", Department: "d1", Role: group.Accountable, Until: hour(1)},
		{Group: "gone", Department: "d3", Role: group.Informed},
		{Group: "gone", Department: "d3", Role: group.Consulted},
	})
	require.NoError(t, err)
	found := table.Check(tree, []string{"d1", "d2"}, hour(1), group.CheckOptions{})
	require.Equal(t, []string{
		"GRP-SEVERAL-DEPARTMENTS b", "GRP-NO-DEPARTMENT c", "GRP-NO-DEPARTMENT top",
		"GRP-NO-SERVICE b", "GRP-UNKNOWN-DEPARTMENT d3", "GRP-UNKNOWN-GROUP gone",
	}, rendered(t, found))
	found = table.Check(tree, []string{"d1", "d2", "d3"}, start, group.CheckOptions{LeavesOnly: true})
	require.Equal(t, []string{"GRP-SEVERAL-DEPARTMENTS b", "GRP-NO-SERVICE b", "GRP-NO-GOAL c", "GRP-NO-SERVICE c", "GRP-UNKNOWN-GROUP gone"}, rendered(t, found))
	shanghai := time.FixedZone("CST", 8*3600)
	for _, f := range table.Check(tree, nil, hour(20), group.CheckOptions{Zone: shanghai}) {
		require.Equal(t, calendar.MustDate(2026, 1, 2), f.AsOf)
	}
}

// At every hour the check, Accountable and the lapses say what a plain count says.
func TestExactlyOneAgainstPlainCount(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		groups := drawForest(t, 4)
		tree := mustTree(t, groups...)
		var rows []group.Responsibility
		if len(groups) > 0 {
			rows = rapid.SliceOfN(rapid.Custom(func(t *rapid.T) group.Responsibility {
				from, until := drawInterval(t)
				return group.Responsibility{
					Group:      rapid.SampledFrom(groups).Draw(t, "group").ID,
					Department: rapid.SampledFrom([]string{"d1", "d2", "d3"}).Draw(t, "department"),
					Person:     rapid.SampledFrom([]string{"", "p"}).Draw(t, "person"),
					Role:       rapid.SampledFrom([]group.Role{group.Accountable, group.Responsible}).Draw(t, "role"),
					From:       from, Until: until,
				}
			}), 0, 12).Draw(t, "rows")
		}
		table, err := group.NewTable(rows)
		if err != nil {
			require.ErrorIs(t, err, group.ErrDuplicate)
			return
		}
		require.ElementsMatch(t, rows, table.Rows())
		lapses, err := table.Lapses(tree, hour(0), hour(10), group.CheckOptions{})
		require.NoError(t, err)
		for h := range 10 {
			found := rendered(t, table.Check(tree, []string{"d1", "d2", "d3"}, hour(h), group.CheckOptions{}))
			for id := range tree.Groups() {
				id := tree.Groups()[id].ID
				var want []string
				for _, r := range rows {
					if r.Group == id && r.Role == group.Accountable && r.ValidAt(hour(h)) {
						want = append(want, r.Department)
					}
				}
				slices.Sort(want)
				want = slices.Compact(want)
				require.Equal(t, len(want) == 0, slices.Contains(found, "GRP-NO-DEPARTMENT "+id))
				require.Equal(t, len(want) > 1, slices.Contains(found, "GRP-SEVERAL-DEPARTMENTS "+id))
				got, err := table.Accountable(id, hour(h))
				require.Equal(t, len(want) == 1, err == nil)
				if err == nil {
					require.Equal(t, want[0], got)
				}
				var covering []group.Lapse
				for _, l := range lapses {
					if l.Group == id && !hour(h).Before(l.From) && hour(h).Before(l.Until) {
						covering = append(covering, l)
					}
				}
				if len(want) == 1 {
					require.Empty(t, covering)
				} else {
					require.Len(t, covering, 1)
					require.Equal(t, want, covering[0].Departments)
				}
			}
		}
		for i, l := range lapses {
			require.True(t, l.From.Before(l.Until))
			if i > 0 && lapses[i-1].Group == l.Group && lapses[i-1].Until.Equal(l.From) {
				require.NotEqual(t, lapses[i-1].Departments, l.Departments)
			}
		}
	})
}

func TestLapsesRefuse(t *testing.T) {
	table, err := group.NewTable(nil)
	require.NoError(t, err)
	_, err = table.Lapses(mustTree(t), start, start, group.CheckOptions{})
	require.ErrorIs(t, err, group.ErrInvalid)
	tree := mustTree(t, group.Group{ID: "a"}, group.Group{ID: "b", Parent: "a"})
	lapses, err := (&group.Table{}).Lapses(tree, start, hour(1), group.CheckOptions{LeavesOnly: true})
	require.NoError(t, err)
	require.Equal(t, []group.Lapse{{Group: "b", From: start, Until: hour(1)}}, lapses)
}

func TestCheckOutputs(t *testing.T) {
	tree := mustTree(t, group.Standard()...)
	day := calendar.MustDate(2026, 3, 31)
	to := func(kind group.RecipientKind, id string) group.Recipient { return group.Recipient{Kind: kind, ID: id} }
	outputs := []group.Output{
		{ID: "o1", Department: "d1", Kind: group.Service, Recipients: []group.Recipient{to(group.ToGroup, "seed"), to(group.ToDepartment, "d2")}},
		{ID: "o2", Department: "d1", Recipients: []group.Recipient{to(group.ToDepartment, "d1")}},
		{ID: "o3", Department: "gone", Kind: group.Hardware, Recipients: []group.Recipient{to(group.ToGroup, "moon"), to(group.ToDepartment, "moon"),
			to(group.ToCustomer, "C-1"), to(group.ToCustomer, "C-2"), to(group.ToColleague, "S-1")}},
		{ID: "o4", Department: "d1", Kind: group.Software},
	}
	register := group.Register{Tree: tree, Departments: []string{"d2", "d1"}}
	found, err := group.CheckOutputs(outputs, register, day)
	require.NoError(t, err)
	want := []string{"GRP-UNKNOWN-DEPARTMENT gone", "GRP-NO-RECIPIENT o2", "GRP-UNKNOWN-RECIPIENT o3", "GRP-UNKNOWN-RECIPIENT o3", "GRP-NO-RECIPIENT o4", "GRP-NO-KIND o2", "GRP-OWN-RECIPIENT o2"}
	// d2 lists no output; warnings come in order of the subject.
	require.Equal(t, append([]string{"GRP-NO-OUTPUT d2"}, want...), rendered(t, found))

	register.Known = func(r group.Recipient) bool { return r == to(group.ToCustomer, "C-1") }
	found, err = group.CheckOutputs(outputs[2:3], register, day)
	require.NoError(t, err)
	unknown := slices.DeleteFunc(rendered(t, found), func(s string) bool { return s != "GRP-UNKNOWN-RECIPIENT o3" })
	require.Len(t, unknown, 4)

	_, err = group.CheckOutputs([]group.Output{outputs[0], outputs[0], {ID: "x", Department: "d", Kind: 5, Recipients: []group.Recipient{{}}}, {}}, register, day)
	require.Equal(t, []string{" id", " department", "o1 id", "x kind", "x recipients"}, faults(t, err))
	require.ErrorIs(t, err, group.ErrDuplicate)
}

func TestReceivers(t *testing.T) {
	tree := mustTree(t, append(group.Standard(), group.Group{ID: "guests"})...)
	to := func(kind group.RecipientKind, id string) group.Recipient { return group.Recipient{Kind: kind, ID: id} }
	outputs := []group.Output{
		{ID: "o2", Department: "d1", Recipients: []group.Recipient{to(group.ToGroup, "consumer"), to(group.ToCustomer, "C-9"), to(group.ToColleague, "S-1"), to(group.ToDepartment, "d1")}},
		{ID: "o1", Department: "d2", Recipients: []group.Recipient{to(group.ToGroup, "seed"), to(group.ToGroup, "consumer"), to(group.ToDepartment, "d1"), to(group.ToGroup, "guests")}},
		{ID: "o3", Department: "d2"},
	}
	placements := []group.Placement{
		{Customer: "C-1", Group: "seed"}, {Customer: "C-1", Group: "colleague"}, {Customer: "C-2", Group: "loyal"},
		{Customer: "C-3", Group: "seed", Until: hour(1)}, {Customer: "C-4", Group: "investor"}, {Customer: "C-5", Group: "guests"},
	}
	got, err := tree.Receivers(outputs, placements, hour(1))
	require.NoError(t, err)
	require.Equal(t, []group.Receiver{
		{Recipient: to(group.ToCustomer, "C-1"), Outputs: []string{"o1", "o2"}, Internal: true, External: true},
		{Recipient: to(group.ToCustomer, "C-2"), Outputs: []string{"o1", "o2"}, External: true},
		{Recipient: to(group.ToCustomer, "C-5"), Outputs: []string{"o1"}},
		{Recipient: to(group.ToCustomer, "C-9"), Outputs: []string{"o2"}},
		{Recipient: to(group.ToDepartment, "d1"), Outputs: []string{"o1"}, Internal: true},
		{Recipient: to(group.ToColleague, "S-1"), Outputs: []string{"o2"}, Internal: true},
	}, got)
	_, err = tree.Receivers([]group.Output{{ID: "o", Department: "d", Recipients: []group.Recipient{to(group.ToGroup, "moon")}}}, nil, start)
	require.ErrorIs(t, err, group.ErrNotFound)
	_, err = tree.Receivers([]group.Output{{}}, nil, start)
	require.ErrorIs(t, err, group.ErrInvalid)
	_, err = tree.Receivers(nil, []group.Placement{{}}, start)
	require.ErrorIs(t, err, group.ErrInvalid)
}
