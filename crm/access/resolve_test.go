package access_test

import (
	"encoding/json"
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/guanxi-go/guanxi/crm/access"
	"github.com/guanxi-go/guanxi/crm/finding"
	"github.com/guanxi-go/guanxi/internal/wording"
)

func drawRoles(t *rapid.T) []access.Role {
	fields := rapid.SliceOfN(rapid.SampledFrom([]string{"name", "phone", "credit"}), 0, 3)
	roles := make([]access.Role, 5)
	for i := range roles {
		roles[i].Name = "r" + strconv.Itoa(i)
		for j := range i { // only earlier ones, so that there is no cycle
			if rapid.IntRange(0, 3).Draw(t, "includes") == 0 {
				roles[i].Includes = append(roles[i].Includes, "r"+strconv.Itoa(j))
			}
		}
		roles[i].Grants = rapid.SliceOfN(rapid.Custom(func(t *rapid.T) access.Grant {
			g := access.Grant{
				Resource: rapid.SampledFrom([]string{"customer", "customer", "case", access.Any}).Draw(t, "resource"),
				Action:   rapid.SampledFrom([]string{"read", "read", "export", access.Any}).Draw(t, "action"),
				Fields:   fields.Draw(t, "fields"),
				Deny:     rapid.IntRange(0, 5).Draw(t, "deny") == 0,
			}
			if !g.Deny {
				g.Level = access.Level(rapid.IntRange(0, 4).Draw(t, "level"))
			}
			return g
		}), 0, 3).Draw(t, "grants")
	}
	return rapid.Permutation(roles).Draw(t, "order")
}

func drawStaff(t *rapid.T, units []access.Unit) access.Staff {
	s := access.Staff{ID: "S-1", Partner: rapid.IntRange(0, 3).Draw(t, "partner") == 0}
	s.From, s.Until = drawInterval(t)
	if s.Partner && s.Until.IsZero() {
		s.Until = hour(4)
	}
	name := rapid.Custom(func(t *rapid.T) string { return "r" + strconv.Itoa(rapid.IntRange(0, 4).Draw(t, "role")) })
	s.Roles = rapid.SliceOfN(name, 0, 3).Draw(t, "roles")
	s.Temporary = rapid.SliceOfN(rapid.Custom(func(t *rapid.T) access.Temporary {
		from, until := drawInterval(t)
		if until.IsZero() {
			until = hour(4)
		}
		return access.Temporary{Role: name.Draw(t, "temporary"), From: from, Until: until}
	}), 0, 2).Draw(t, "temporary")
	for range rapid.IntRange(0, 2).Draw(t, "units") {
		s.Units = append(s.Units, rapid.SampledFrom(units).Draw(t, "unit").ID)
	}
	return s
}

// shows is the plain definition: whether one field of one row is open, by the
// definition of roles, levels and denials, without scopes or ranges.
func shows(units []access.Unit, roles []access.Role, s access.Staff, r access.Request, owner, unit, field string) bool {
	if !s.ActiveAt(r.At) || s.Partner && r.Action == access.ActionExport {
		return false
	}
	has := map[string]bool{}
	for _, name := range s.Roles {
		has[name] = true
	}
	for _, t := range s.Temporary {
		if !r.At.Before(t.From) && r.At.Before(t.Until) {
			has[t.Role] = true
		}
	}
	for range roles { // to the fixed point
		for _, role := range roles {
			for _, name := range role.Includes {
				has[name] = has[name] || has[role.Name]
			}
		}
	}
	open := false
	for _, role := range roles {
		for _, g := range role.Grants {
			matches := (g.Resource == "*" || g.Resource == r.Resource) && (g.Action == "*" || g.Action == r.Action)
			if !has[role.Name] || !matches {
				continue
			}
			fits := len(g.Fields) == 0 || slices.Contains(g.Fields, field)
			if g.Deny && fits {
				return false
			}
			inTeam := slices.Contains(s.Units, unit)
			below := slices.ContainsFunc(above(units, unit), func(id string) bool { return slices.Contains(s.Units, id) })
			reaches := g.Level >= access.LevelOwn && owner == s.ID || g.Level >= access.LevelTeam && inTeam ||
				g.Level >= access.LevelSubtree && below || g.Level == access.LevelAll && !s.Partner
			open = open || !g.Deny && fits && reaches
		}
	}
	return open
}

// Resolve, Explain and the steps of Explain all say what the definition says.
func TestResolveAgainstDefinition(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		units, list := drawUnits(t), drawRoles(t)
		staff := drawStaff(t, units)
		org, err := access.NewOrg(units, []access.Staff{staff, {ID: "S-0"}, {ID: "S-2"}})
		require.NoError(t, err)
		roles, err := access.NewRoles(list)
		require.NoError(t, err)
		r := access.Request{Staff: "S-1", Resource: "customer", Action: rapid.SampledFrom([]string{"read", "export"}).Draw(t, "action"), At: hour(rapid.IntRange(0, 4).Draw(t, "at"))}
		d, err := access.Resolve(org, roles, r)
		require.NoError(t, err)
		require.NoError(t, d.Scope.Validate())
		e, err := access.Explain(org, roles, r)
		require.NoError(t, err)
		require.Equal(t, d, e.Decision)
		replay(t, e)

		for _, u := range units {
			path, _ := org.Path(u.ID)
			for _, owner := range []string{"", "S-1", "S-2"} {
				some := false
				for _, field := range []string{"name", "phone", "credit", "other"} {
					want := shows(units, list, staff, r, owner, u.ID, field)
					require.Equal(t, want, d.Shows(owner, path, field), "%s of %s in %s", field, owner, path)
					allowed, steps := e.Row(owner, path, field)
					require.Equal(t, want, allowed)
					rowSays(t, steps, want)
					some = some || want
				}
				require.Equal(t, some, d.Allows(owner, path), "a row is seen where one of its fields is")
				allowed, _ := e.Row(owner, path, "")
				require.Equal(t, some, allowed)
			}
		}
	})
}

// replay decides again from the steps alone, as a reader of them would.
func replay(t *rapid.T, e access.Explanation) {
	blocked, granted := false, access.Scope{}
	var hidden []string
	for _, s := range e.Steps {
		switch s.Reason {
		case access.ReasonNotActive, access.ReasonDenied, access.ReasonPartnerExport:
			blocked = true
		case access.ReasonFieldsDenied:
			hidden = append(hidden, s.Fields...)
		}
	}
	for _, s := range e.Steps {
		left := slices.DeleteFunc(slices.Clone(s.Fields), func(f string) bool { return slices.Contains(hidden, f) })
		if s.Reason == access.ReasonGranted && (len(s.Fields) == 0 || len(left) > 0) {
			var err error
			granted, err = granted.Union(s.Scope)
			require.NoError(t, err)
		}
	}
	if blocked {
		granted = access.Scope{}
	}
	require.Equal(t, granted, e.Decision.Scope)
	end := e.Steps[len(e.Steps)-1]
	require.Equal(t, granted, end.Scope)
	require.Equal(t, map[bool]access.Reason{true: access.ReasonRefused, false: access.ReasonAllowed}[granted.IsZero()], end.Reason)
	for _, s := range e.Steps {
		for _, lang := range []finding.Language{finding.English, finding.Chinese} {
			text, err := s.Text(lang)
			require.NoError(t, err)
			require.NotEmpty(t, text)
		}
	}
}

// rowSays checks that the steps of a row bear its answer out.
func rowSays(t *rapid.T, steps []access.Step, allowed bool) {
	opens, hides := false, false
	for _, s := range steps[:len(steps)-1] {
		switch s.Reason {
		case access.ReasonOwnRow, access.ReasonUnitRow, access.ReasonAnyRow:
			opens = true
		case access.ReasonOutside, access.ReasonFieldNotGranted:
		default:
			hides = true
		}
	}
	require.Equal(t, allowed, opens && !hides)
	require.Equal(t, map[bool]access.Reason{true: access.ReasonAllowed, false: access.ReasonRefused}[allowed], steps[len(steps)-1].Reason)
}

func TestDenyWinsInAnyOrder(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		units, list := drawUnits(t), drawRoles(t)
		staff := drawStaff(t, units)
		list = append(list, access.Role{Name: "r9", Grants: []access.Grant{{Resource: "customer", Action: access.Any, Deny: true}}})
		staff.Roles = rapid.Permutation(append(staff.Roles, "r9")).Draw(t, "held")
		org, err := access.NewOrg(units, []access.Staff{staff})
		require.NoError(t, err)
		roles, err := access.NewRoles(rapid.Permutation(list).Draw(t, "roles"))
		require.NoError(t, err)
		d, err := access.Resolve(org, roles, access.Request{Staff: "S-1", Resource: "customer", Action: "read", At: hour(1)})
		require.NoError(t, err)
		require.Zero(t, d)
	})
}

func TestMoreRolesNeverTakeAwayWithoutDenials(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		units, list := drawUnits(t), drawRoles(t)
		for i := range list {
			list[i].Grants = slices.DeleteFunc(list[i].Grants, func(g access.Grant) bool { return g.Deny })
		}
		staff := drawStaff(t, units)
		roles, err := access.NewRoles(list)
		require.NoError(t, err)
		decide := func() access.Decision {
			org, err := access.NewOrg(units, []access.Staff{staff})
			require.NoError(t, err)
			d, err := access.Resolve(org, roles, access.Request{Staff: "S-1", Resource: "customer", Action: "read", At: hour(1)})
			require.NoError(t, err)
			return d
		}
		before := decide()
		staff.Roles = append(staff.Roles, "r0")
		after := decide()
		both, err := before.Scope.Union(after.Scope)
		require.NoError(t, err)
		require.Equal(t, after.Scope, both)
	})
}

func TestResolveRefuses(t *testing.T) {
	org, err := access.NewOrg(nil, []access.Staff{{ID: "S-1", Roles: []string{"r"}, Until: hour(9)},
		{ID: "S-2", Roles: []string{"r", "gone"}}, {ID: "S-3", Temporary: []access.Temporary{{Role: "gone", Until: hour(1)}}}})
	require.NoError(t, err)
	roles, err := access.NewRoles([]access.Role{{Name: "r", Grants: []access.Grant{{Resource: access.Any, Action: access.Any, Level: access.LevelAll}}}})
	require.NoError(t, err)
	ask := func(staff, resource, action string, at time.Time) (access.Decision, error) {
		return access.Resolve(org, roles, access.Request{Staff: staff, Resource: resource, Action: action, At: at})
	}
	for _, tt := range []struct {
		staff, resource, action, want string
		is                            error
	}{
		{"S-9", "customer", "read", "access: S-9: staff: does not exist: not found", access.ErrNotFound},
		{"S-2", "customer", "read", "access: S-2: role: does not exist: gone: not found", access.ErrNotFound},
		{"S-3", "customer", "read", "access: S-3: role: does not exist: gone: not found", access.ErrNotFound},
		{"S-1", "", "read", "access: S-1: request: does not name one resource and one action: invalid", access.ErrInvalid},
		{"S-1", "customer", "*", "access: S-1: request: does not name one resource and one action: invalid", access.ErrInvalid},
		{"S-1", "*", "read", "access: S-1: request: does not name one resource and one action: invalid", access.ErrInvalid},
		{"\xff", "customer", "read", "access: staff: does not exist: not found", access.ErrNotFound},
	} {
		d, err := ask(tt.staff, tt.resource, tt.action, hour(2))
		require.EqualError(t, err, tt.want)
		require.ErrorIs(t, err, tt.is)
		require.Zero(t, d)
	}
	d, err := ask("S-1", "customer", "read", hour(9).Add(-1))
	require.NoError(t, err)
	require.Equal(t, access.Everything(), d.Scope)
	d, err = ask("S-1", "customer", "read", hour(9))
	require.NoError(t, err)
	require.Zero(t, d)
}

func TestPartner(t *testing.T) {
	org, err := access.NewOrg([]access.Unit{{ID: "a"}, {ID: "b", Parent: "a"}, {ID: "c"}},
		[]access.Staff{{ID: "P-1", Partner: true, Units: []string{"a"}, Roles: []string{"admin"}, Until: hour(5)}})
	require.NoError(t, err)
	roles, err := access.NewRoles([]access.Role{{Name: "admin", Grants: []access.Grant{{Resource: access.Any, Action: access.Any, Level: access.LevelAll}}}})
	require.NoError(t, err)
	read, err := access.Explain(org, roles, access.Request{Staff: "P-1", Resource: "customer", Action: access.ActionRead, At: start})
	require.NoError(t, err)
	require.Equal(t, []string{"a", "b"}, org.In(read.Decision.Scope))
	require.Equal(t, access.ReasonCapped, read.Steps[1].Reason)
	require.Equal(t, access.LevelSubtree, read.Steps[2].Level)
	export, err := access.Explain(org, roles, access.Request{Staff: "P-1", Resource: "customer", Action: access.ActionExport, At: start})
	require.NoError(t, err)
	require.Zero(t, export.Decision)
	allowed, steps := export.Row("P-1", "a/", "")
	require.False(t, allowed)
	require.Equal(t, []access.Reason{access.ReasonOwnRow, access.ReasonPartnerExport, access.ReasonRefused}, []access.Reason{steps[0].Reason, steps[1].Reason, steps[2].Reason})
}

func TestNewRolesRefuses(t *testing.T) {
	for name, tt := range map[string]struct {
		roles []access.Role
		want  []string
		is    error
	}{
		"no name":     {[]access.Role{{}}, []string{" role"}, access.ErrInvalid},
		"twice":       {[]access.Role{{Name: "a"}, {Name: "a"}, {Name: "a"}}, []string{"a role"}, access.ErrDuplicate},
		"unknown":     {[]access.Role{{Name: "a", Includes: []string{"b"}}}, []string{"a includes"}, access.ErrNotFound},
		"itself":      {[]access.Role{{Name: "a", Includes: []string{"a"}}}, []string{"a includes"}, access.ErrInvalid},
		"cycle, once": {[]access.Role{{Name: "z", Includes: []string{"b"}}, {Name: "c", Includes: []string{"b"}}, {Name: "b", Includes: []string{"c"}}}, []string{"b includes"}, access.ErrInvalid},
		"two cycles":  {[]access.Role{{Name: "a", Includes: []string{"a"}}, {Name: "b", Includes: []string{"c"}}, {Name: "c", Includes: []string{"b"}}}, []string{"a includes", "b includes"}, access.ErrInvalid},
		"grants": {[]access.Role{{Name: "a", Grants: []access.Grant{{}, {Resource: "r", Action: "x", Level: 5}, {Resource: "r", Action: "x", Level: access.LevelOwn, Deny: true}, {Resource: "r", Action: "x", Fields: []string{""}}}}},
			[]string{"a grants", "a grants", "a grants", "a grants"}, access.ErrInvalid},
	} {
		roles, err := access.NewRoles(tt.roles)
		require.Nil(t, roles, name)
		require.ErrorIs(t, err, tt.is, name)
		require.Equal(t, tt.want, faults(t, err), name)
	}
	_, err := access.NewRoles([]access.Role{{Name: "a", Includes: []string{"b", "d"}}, {Name: "b", Includes: []string{"c"}}, {Name: "c", Includes: []string{"a"}}, {Name: "d"}})
	require.EqualError(t, err, "access: a: includes: cycle a > b > c > a: invalid")

	roles, err := access.NewRoles([]access.Role{{Name: "b", Zh: "乙"}, {Name: "a", Includes: []string{"b"}}})
	require.NoError(t, err)
	b, ok := roles.Role("b")
	require.True(t, ok)
	require.Equal(t, "乙", b.Zh)
	_, ok = roles.Role("c")
	require.False(t, ok)
}

func TestDecisionJSONIsStable(t *testing.T) {
	d := access.Decision{Scope: access.Scope{Owner: "S-1"}, Views: []access.View{{Scope: access.Scope{Owner: "S-1"}, Fields: []string{"name"}}}, Hidden: []string{"phone"}}
	text, err := json.Marshal(d)
	require.NoError(t, err)
	require.Equal(t, `{"scope":{"owner":"S-1"},"views":[{"scope":{"owner":"S-1"},"fields":["name"]}],"hidden":["phone"]}`, string(text))
	text, err = json.Marshal(access.Step{Reason: access.ReasonGranted, Role: "r", Level: access.LevelOwn, Scope: access.Scope{Owner: "S-1"}})
	require.NoError(t, err)
	require.Equal(t, `{"reason":"granted","role":"r","level":"own","scope":{"owner":"S-1"}}`, string(text))
}

func TestEnumerations(t *testing.T) {
	require.Equal(t, []string{"none无", "own本人", "team本部门", "subtree本部门及下级", "all全部"}, wording.Enum(t, access.LevelNone, access.LevelAll, access.ErrInvalid))
	require.Equal(t, []string{"hidden隐藏", "read-only只读", "editable可编辑"}, wording.Enum(t, access.FieldHidden, access.FieldEditable, access.ErrInvalid))
	require.Equal(t, []string{"open开户", "change变更", "disable停用", "resume恢复"}, wording.Enum(t, access.AccountOpen, access.AccountResume, access.ErrInvalid))
	last := access.ReasonFieldNotGranted
	wording.Enum(t, access.ReasonNotActive, last, access.ErrInvalid)
	for r := range last + 1 {
		for _, lang := range []finding.Language{finding.English, finding.Chinese} {
			text, err := access.Step{Reason: r, Role: "role", Fields: []string{"a", "b"}, Via: []string{"x", "role"}, From: hour(1), Until: hour(2)}.Text(lang)
			require.NoError(t, err)
			require.NotContains(t, text, "{")
		}
	}
	_, err := access.Step{Reason: last + 1}.Text(finding.English)
	require.ErrorIs(t, err, access.ErrInvalid)
	_, err = access.Step{}.Text(2)
	require.ErrorIs(t, err, access.ErrInvalid)
	text, err := access.Step{Reason: access.ReasonTemporary, Role: "audit", Until: hour(2)}.Text(finding.English)
	require.NoError(t, err)
	require.Equal(t, "has the role audit from ever until 2026-01-01T02:00:00Z", text)
}

func BenchmarkResolve(b *testing.B) {
	org, err := access.NewOrg(units(), []access.Staff{{ID: "S-1", Units: []string{"sh"}, Roles: []string{"r0", "r9"}}})
	require.NoError(b, err)
	list := make([]access.Role, 20)
	for i := range list {
		list[i] = access.Role{Name: "r" + strconv.Itoa(i), Grants: []access.Grant{
			{Resource: "customer", Action: access.ActionRead, Level: access.Level(i % 4)}, {Resource: "case", Action: access.ActionRead, Level: access.LevelAll}}}
		if i > 0 {
			list[i].Includes = []string{"r" + strconv.Itoa(i-1)}
		}
	}
	roles, err := access.NewRoles(list)
	require.NoError(b, err)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := access.Resolve(org, roles, access.Request{Staff: "S-1", Resource: "customer", Action: access.ActionRead, At: start}); err != nil {
			b.Fatal(err)
		}
	}
}
