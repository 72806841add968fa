package access_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/guanxi-go/guanxi/crm/access"
	"github.com/guanxi-go/guanxi/crm/calendar"
	"github.com/guanxi-go/guanxi/crm/finding"
)

func TestCatalogue(t *testing.T) {
	require.NoError(t, access.Catalogue().Validate())
}

// rendered checks that every finding is valid, in order, and has its sentence in
// both languages; it returns "code subject" of each.
func rendered(t require.TestingT, found []finding.Finding) (list []string) {
	require.True(t, slices.IsSortedFunc(found, finding.Compare))
	for _, f := range found {
		require.NoError(t, f.Validate())
		for _, lang := range []finding.Language{finding.English, finding.Chinese} {
			_, err := access.Catalogue().Render(f, lang)
			require.NoError(t, err)
		}
		list = append(list, f.Code+" "+f.Subject)
	}
	return list
}

func TestSeparationOfActions(t *testing.T) {
	grant := func(resource, action string) []access.Grant {
		return []access.Grant{{Resource: resource, Action: action, Level: access.LevelOwn}}
	}
	roles, err := access.NewRoles([]access.Role{
		{Name: "author", Grants: grant("policy", "draft")},
		{Name: "board", Grants: grant("policy", access.Any)},
		{Name: "chief", Includes: []string{"author"}, Grants: grant("policy", access.ActionApprove)},
		{Name: "clean", Grants: []access.Grant{{Resource: "policy", Action: "draft", Deny: true}}},
		{Name: "blind", Grants: []access.Grant{{Resource: "policy", Action: "draft", Fields: []string{"text"}, Deny: true}, {Resource: "export", Action: access.Any}}},
	})
	require.NoError(t, err)
	org, err := access.NewOrg(nil, []access.Staff{
		{ID: "S-1", Roles: []string{"author"}},
		{ID: "S-2", Roles: []string{"author", "chief"}},
		{ID: "S-3", Roles: []string{"chief", "clean"}},
		{ID: "S-4", Roles: []string{"chief", "blind"}},
		{ID: "S-5", Roles: []string{"author"}, Temporary: []access.Temporary{{Role: "board", From: hour(1), Until: hour(2)}}},
		{ID: "S-6", Roles: []string{"board"}, Until: hour(1)},
	})
	require.NoError(t, err)
	rules := access.StandardSeparations()[1:]
	found, err := access.CheckSeparations(org, roles, rules, hour(1), time.UTC)
	require.NoError(t, err)
	require.Equal(t, []string{
		"ACC-SEPARATION S-2", "ACC-SEPARATION S-4", "ACC-SEPARATION S-5",
		"ACC-ROLE-CONFLICT board", "ACC-ROLE-CONFLICT chief", "ACC-UNSTAFFED export", "ACC-UNSTAFFED export",
	}, rendered(t, found))
	way, _ := found[0].Param("way_a")
	require.Equal(t, "author", way.Value, "the shortest way")
	way, _ = found[1].Param("way_a")
	require.Equal(t, "chief > author", way.Value)
	found, err = access.CheckSeparations(org, roles, rules, hour(20), time.FixedZone("CST", 8*3600))
	require.NoError(t, err)
	require.Equal(t, []string{"ACC-SEPARATION S-2", "ACC-SEPARATION S-4"}, rendered(t, found)[:2])
	require.Equal(t, calendar.MustDate(2026, 1, 2), found[0].AsOf)
}

func TestSeparationsRefuse(t *testing.T) {
	org, err := access.NewOrg(nil, []access.Staff{{ID: "S-1", Roles: []string{"gone"}}})
	require.NoError(t, err)
	roles, err := access.NewRoles(nil)
	require.NoError(t, err)
	a, b := access.Duty{Role: "a"}, access.Duty{Resource: "r", Action: "x"}
	_, err = access.CheckSeparations(org, roles, []access.Separation{
		{Duties: []access.Duty{a, b}}, {ID: "one", Duties: []access.Duty{a}}, {ID: "same", Duties: []access.Duty{a, a}},
		{ID: "odd", Duties: []access.Duty{{}, {Role: "a", Action: "x"}, {Resource: "r"}, {Resource: "r", Action: access.Any}}},
	}, start, nil)
	require.Equal(t, []string{" separation", "one duties", "same duties", "odd duties", "odd duties", "odd duties", "odd duties", "S-1 role"}, faults(t, err))
	require.Equal(t, "r:x", b.String())
	for _, s := range access.StandardSeparations() {
		require.NoError(t, s.Validate())
	}
}

// Who breaks a rule about roles, by the plain transitive closure.
func TestSeparationAgainstClosure(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		list := drawRoles(t)
		staff := drawStaff(t, []access.Unit{{ID: "a"}})
		staff.Temporary = nil
		org, err := access.NewOrg([]access.Unit{{ID: "a"}}, []access.Staff{staff})
		require.NoError(t, err)
		roles, err := access.NewRoles(list)
		require.NoError(t, err)
		rule := access.Separation{ID: "rule", Duties: []access.Duty{{Role: "r0"}, {Role: "r1"}, {Role: "r2"}}}
		found, err := access.CheckSeparations(org, roles, []access.Separation{rule}, hour(1), nil)
		require.NoError(t, err)
		has := map[string]bool{}
		for _, name := range staff.Roles {
			has[name] = true
		}
		for range list {
			for _, role := range list {
				for _, name := range role.Includes {
					has[name] = has[name] || has[role.Name]
				}
			}
		}
		var want []string
		for _, pair := range [][2]string{{"r0", "r1"}, {"r0", "r2"}, {"r1", "r2"}} {
			if staff.ActiveAt(hour(1)) && has[pair[0]] && has[pair[1]] {
				want = append(want, pair[0]+" "+pair[1])
			}
		}
		var got []string
		for _, f := range found {
			if f.Code == "ACC-SEPARATION" {
				a, _ := f.Param("a")
				b, _ := f.Param("b")
				got = append(got, a.Value+" "+b.Value)
				for _, side := range []string{"a", "b"} {
					duty, _ := f.Param(side)
					way, _ := f.Param("way_" + side)
					names := strings.Split(way.Value, " > ")
					require.Contains(t, staff.Roles, names[0])
					require.Equal(t, duty.Value, names[len(names)-1])
					for i := range names[1:] {
						role, _ := roles.Role(names[i])
						require.Contains(t, role.Includes, names[i+1])
					}
				}
			}
		}
		require.ElementsMatch(t, want, got)
	})
}
