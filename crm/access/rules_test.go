package access_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/guanxi-go/guanxi/crm/access"
)

// Each rule of rights by itself, on rows of three owners in three units.
func TestRulesOfRights(t *testing.T) {
	const read = access.ActionRead
	grant := func(level access.Level, fields ...string) access.Grant {
		return access.Grant{Resource: "customer", Action: read, Level: level, Fields: fields}
	}
	deny := func(fields ...string) access.Grant {
		return access.Grant{Resource: "customer", Action: read, Deny: true, Fields: fields}
	}
	units := []access.Unit{{ID: "a"}, {ID: "b", Parent: "a"}, {ID: "c"}}
	rows := []struct{ owner, path string }{{"S-1", "c/"}, {"S-2", "a/"}, {"S-2", "a/b/"}, {"S-2", "c/"}, {"", "a/"}}
	for name, tt := range map[string]struct {
		grants []access.Grant
		phone  []bool // of the rows: whether the telephone number is seen
		row    []bool // of the rows: whether the row is seen
	}{
		"nothing":                          {nil, []bool{false, false, false, false, false}, []bool{false, false, false, false, false}},
		"none":                             {[]access.Grant{grant(access.LevelNone)}, []bool{false, false, false, false, false}, []bool{false, false, false, false, false}},
		"own":                              {[]access.Grant{grant(access.LevelOwn)}, []bool{true, false, false, false, false}, []bool{true, false, false, false, false}},
		"team":                             {[]access.Grant{grant(access.LevelTeam)}, []bool{true, true, false, false, true}, []bool{true, true, false, false, true}},
		"subtree":                          {[]access.Grant{grant(access.LevelSubtree)}, []bool{true, true, true, false, true}, []bool{true, true, true, false, true}},
		"all":                              {[]access.Grant{grant(access.LevelAll)}, []bool{true, true, true, true, true}, []bool{true, true, true, true, true}},
		"all, own with everything":         {[]access.Grant{grant(access.LevelAll, "name"), grant(access.LevelOwn)}, []bool{true, false, false, false, false}, []bool{true, true, true, true, true}},
		"hidden":                           {[]access.Grant{grant(access.LevelAll), deny("phone")}, []bool{false, false, false, false, false}, []bool{true, true, true, true, true}},
		"all that is granted is hidden":    {[]access.Grant{grant(access.LevelAll, "phone", "phone"), deny("phone")}, []bool{false, false, false, false, false}, []bool{false, false, false, false, false}},
		"part of what is granted":          {[]access.Grant{grant(access.LevelTeam, "phone", "name"), deny("name")}, []bool{true, true, false, false, true}, []bool{true, true, false, false, true}},
		"hidden in one, granted elsewhere": {[]access.Grant{grant(access.LevelAll, "name"), grant(access.LevelTeam, "phone"), deny("name")}, []bool{true, true, false, false, true}, []bool{true, true, false, false, true}},
		"denied":                           {[]access.Grant{deny(), grant(access.LevelAll)}, []bool{false, false, false, false, false}, []bool{false, false, false, false, false}},
		"another action":                   {[]access.Grant{{Resource: "customer", Action: access.ActionUpdate, Level: access.LevelAll}}, []bool{false, false, false, false, false}, []bool{false, false, false, false, false}},
		"another resource":                 {[]access.Grant{{Resource: "case", Action: read, Level: access.LevelAll}}, []bool{false, false, false, false, false}, []bool{false, false, false, false, false}},
		"any of both":                      {[]access.Grant{{Resource: access.Any, Action: access.Any, Level: access.LevelOwn}}, []bool{true, false, false, false, false}, []bool{true, false, false, false, false}},
	} {
		org, err := access.NewOrg(units, []access.Staff{{ID: "S-1", Units: []string{"a"}, Roles: []string{"r"}}})
		require.NoError(t, err)
		roles, err := access.NewRoles([]access.Role{{Name: "r", Includes: []string{"q"}}, {Name: "q", Grants: tt.grants}})
		require.NoError(t, err)
		e, err := access.Explain(org, roles, access.Request{Staff: "S-1", Resource: "customer", Action: read, At: start})
		require.NoError(t, err)
		for i, row := range rows {
			require.Equal(t, tt.row[i], e.Decision.Allows(row.owner, row.path), "%s, row %d", name, i)
			require.Equal(t, tt.phone[i], e.Decision.Shows(row.owner, row.path, "phone"), "%s, row %d", name, i)
			allowed, _ := e.Row(row.owner, row.path, "phone")
			require.Equal(t, tt.phone[i], allowed, "%s, row %d", name, i)
		}
	}
}

func TestTemporaryRoles(t *testing.T) {
	org, err := access.NewOrg(nil, []access.Staff{{ID: "S-1", Temporary: []access.Temporary{{Role: "audit", From: hour(2), Until: hour(4)}, {Role: "ban", From: hour(3), Until: hour(4)}}}})
	require.NoError(t, err)
	roles, err := access.NewRoles([]access.Role{
		{Name: "audit", Grants: []access.Grant{{Resource: "customer", Action: access.ActionRead, Level: access.LevelAll}}},
		{Name: "ban", Grants: []access.Grant{{Resource: "customer", Action: access.ActionRead, Deny: true}}},
	})
	require.NoError(t, err)
	for h, want := range []bool{false, false, true, false, false} {
		e, err := access.Explain(org, roles, access.Request{Staff: "S-1", Resource: "customer", Action: access.ActionRead, At: hour(h)})
		require.NoError(t, err)
		require.Equal(t, want, e.Decision.Scope.All, h)
		inForce := map[bool]access.Reason{true: access.ReasonTemporary, false: access.ReasonNotInForce}
		require.Equal(t, inForce[h == 2 || h == 3], e.Steps[0].Reason, h)
		require.Equal(t, inForce[h == 3], e.Steps[1].Reason, h)
	}
}
