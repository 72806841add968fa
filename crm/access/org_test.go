package access_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/guanxi-go/guanxi/crm/access"
)

func TestRangesAgainstTreeWalk(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		units := drawUnits(t)
		org, err := access.NewOrg(rapid.Permutation(units).Draw(t, "order"), nil)
		require.NoError(t, err)
		require.Len(t, org.Units(), len(units))
		seen := map[string]bool{}
		for _, u := range units {
			path, ok := org.Path(u.ID)
			require.True(t, ok)
			require.Equal(t, pathOf(units, u.ID), path)
			require.False(t, seen[path])
			seen[path] = true
			back, ok := org.UnitAt(path)
			require.True(t, ok)
			require.Equal(t, u.ID, back)
			got, ok := org.Unit(u.ID)
			require.True(t, ok)
			require.Equal(t, u, got)
		}
		for _, u := range units {
			team, ok := org.Team(u.ID)
			require.True(t, ok)
			subtree, ok := org.Subtree(u.ID)
			require.True(t, ok)
			require.NotContains(t, team.To+subtree.To, "\x00", "PostgreSQL has no NUL in texts")
			var below []string
			for _, v := range units {
				path, _ := org.Path(v.ID)
				require.Equal(t, v.ID == u.ID, team.Contains(path))
				under := slices.Contains(above(units, v.ID), u.ID)
				require.Equal(t, under, subtree.Contains(path), "%q in %q", path, subtree)
				if under {
					below = append(below, v.ID)
				}
			}
			require.ElementsMatch(t, below, org.In(access.Scope{Units: []access.Range{subtree}}))
			require.Equal(t, []string{u.ID}, org.In(access.Scope{Owner: "S-1", Units: []access.Range{team}}))
		}
		require.Len(t, org.In(access.Everything()), len(units))
	})
}

func TestUnknownUnits(t *testing.T) {
	org, err := access.NewOrg([]access.Unit{{ID: "a"}, {ID: "b", Parent: "a"}}, nil)
	require.NoError(t, err)
	for _, path := range []string{"", "/", "a", "b/", "a/b", "x/b/", "a/b/c/"} {
		_, ok := org.UnitAt(path)
		require.False(t, ok, path)
	}
	_, ok := org.Path("x")
	require.False(t, ok)
	_, ok = org.Team("x")
	require.False(t, ok)
	_, ok = org.Subtree("x")
	require.False(t, ok)
	_, ok = org.Unit("x")
	require.False(t, ok)
	_, ok = org.Staff("x")
	require.False(t, ok)
	_, _, ok = org.BareName("x")
	require.False(t, ok)
}

func TestNewOrgRefuses(t *testing.T) {
	long := strings.Repeat("x", 127)
	for name, tt := range map[string]struct {
		units []access.Unit
		staff []access.Staff
		want  []string
		is    error
	}{
		"no id":           {units: []access.Unit{{}}, want: []string{" unit"}, is: access.ErrInvalid},
		"slash":           {units: []access.Unit{{ID: "a/b"}}, want: []string{"a/b unit"}, is: access.ErrInvalid},
		"twice":           {units: []access.Unit{{ID: "a"}, {ID: "a"}}, want: []string{"a unit"}, is: access.ErrDuplicate},
		"orphan":          {units: []access.Unit{{ID: "a", Parent: "b"}}, want: []string{"a parent"}, is: access.ErrNotFound},
		"cycle":           {units: []access.Unit{{ID: "a", Parent: "b"}, {ID: "b", Parent: "a"}}, want: []string{"a parent"}, is: access.ErrInvalid},
		"name":            {units: []access.Unit{{ID: "a", Name: "\xff"}}, want: []string{"a name"}, is: access.ErrInvalid},
		"path of 256":     {units: []access.Unit{{ID: long}, {ID: long + "y", Parent: long}, {ID: "z", Parent: long + "y"}}, want: []string{long + "y path"}, is: access.ErrInvalid},
		"id of 255":       {units: []access.Unit{{ID: strings.Repeat("x", 255)}}, want: []string{strings.Repeat("x", 255) + " path"}, is: access.ErrInvalid},
		"unknown unit":    {staff: []access.Staff{{ID: "S", Units: []string{"a"}}}, want: []string{"S unit"}, is: access.ErrNotFound},
		"unit's id":       {staff: []access.Staff{{ID: "S", Units: []string{""}}}, want: []string{"S unit"}, is: access.ErrInvalid},
		"staff thrice":    {staff: []access.Staff{{ID: "S"}, {ID: "S"}, {ID: "S"}}, want: []string{"S staff"}, is: access.ErrDuplicate},
		"staff's id":      {staff: []access.Staff{{ID: "\xff"}}, want: []string{" staff"}, is: access.ErrInvalid},
		"role's name":     {staff: []access.Staff{{ID: "S", Roles: []string{""}}}, want: []string{"S role"}, is: access.ErrInvalid},
		"backward":        {staff: []access.Staff{{ID: "S", From: start, Until: start}}, want: []string{"S interval"}, is: access.ErrInvalid},
		"endless partner": {staff: []access.Staff{{ID: "S", Partner: true}}, want: []string{"S interval"}, is: access.ErrInvalid},
		"temporary": {staff: []access.Staff{{ID: "S", Temporary: []access.Temporary{{}, {Role: "r", From: start, Until: start}}}},
			want: []string{"S role", "S temporary", "S temporary"}, is: access.ErrInvalid},
		"units and staff at once": {units: []access.Unit{{ID: "a", Parent: "x"}}, staff: []access.Staff{{ID: "S", Units: []string{"y"}, Partner: true}},
			want: []string{"a parent", "S interval"}, is: access.ErrNotFound},
	} {
		org, err := access.NewOrg(tt.units, tt.staff)
		require.Nil(t, org, name)
		require.ErrorIs(t, err, tt.is, name)
		require.Equal(t, tt.want, faults(t, err), name)
	}
	org, err := access.NewOrg([]access.Unit{{ID: long}, {ID: long[1:], Parent: long}}, nil)
	require.NoError(t, err)
	path, _ := org.Path(long[1:])
	require.Len(t, path, access.MaxPath)
}

func TestOrgIsItsOwn(t *testing.T) {
	staff := []access.Staff{{ID: "S-1", Units: []string{"a"}, Roles: []string{"r"}}, {ID: "S-0", Units: []string{"a"}, Until: hour(1)}}
	org, err := access.NewOrg([]access.Unit{{ID: "a"}, {ID: "b"}}, staff)
	require.NoError(t, err)
	staff[0].Units[0] = "b"
	got, ok := org.Staff("S-1")
	require.True(t, ok)
	got.Roles[0] = "x"
	again, _ := org.Staff("S-1")
	require.Equal(t, access.Staff{ID: "S-1", Units: []string{"a"}, Roles: []string{"r"}}, again)
	require.Equal(t, []string{"S-0", "S-1"}, org.Members("a", hour(0)))
	require.Equal(t, []string{"S-1"}, org.Members("a", hour(1)))
	require.Empty(t, org.Members("b", hour(0)))
}

func TestNames(t *testing.T) {
	org, err := access.NewOrg([]access.Unit{
		{ID: "1", Name: "Group", Zh: "集团"},
		{ID: "2", Parent: "1", Name: "East", Zh: "华东区域"},
		{ID: "3", Parent: "2", Name: "East Customer Relations", Zh: "华东区域客户关系部"},
		{ID: "4", Parent: "2", Name: "East", Zh: "华东区域"},
		{ID: "5", Parent: "3", Zh: "集团客户关系部"},
		{ID: "6", Parent: "3", Zh: "西部区域客户关系部"},
		{ID: "7", Parent: "2", Zh: "客户关系部"},
		{ID: "8", Parent: "2", Zh: "华东区域新客户关系部"},
		{ID: "9", Zh: ""},
	}, nil)
	require.NoError(t, err)
	for id, want := range map[string][2]string{
		"1": {"Group", "集团"}, "3": {"Customer Relations", "客户关系部"}, "4": {"East", "华东区域"}, "5": {"", "客户关系部"},
		"6": {"", "西部区域客户关系部"}, "8": {"", "新客户关系部"}, "9": {"", ""},
	} {
		name, zh, ok := org.BareName(id)
		require.True(t, ok)
		require.Equal(t, want, [2]string{name, zh}, id)
	}
	require.Equal(t, []string{"3", "5", "7"}, org.Named("客户关系部", ""))
	require.Equal(t, []string{"3"}, org.Named("Customer Relations"))
	require.Equal(t, []string{"2", "4"}, org.Named("East"), "a name that is the name above is kept")
	require.Empty(t, org.Named("关系部"))
}
