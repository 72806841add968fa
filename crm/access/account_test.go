package access_test

import (
	"encoding/json"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/guanxi-go/guanxi/crm/access"
	"github.com/guanxi-go/guanxi/crm/calendar"
)

func TestProvision(t *testing.T) {
	before := []access.Staff{
		{ID: "gone-silently", Roles: []string{"a"}},
		{ID: "left-as-planned", Until: hour(1)},
		{ID: "postponed", Until: hour(1)},
		{ID: "same", Units: []string{"u", "v"}, Roles: []string{"a", "b"}},
		{ID: "stays", Until: hour(1), Roles: []string{"a"}},
		{ID: "leaves-and-moves", Units: []string{"u"}},
	}
	after := []access.Staff{
		{ID: "stays", Roles: []string{"b", "b"}},
		{ID: "same", Units: []string{"v", "u"}, Roles: []string{"b", "a", "a"}, Temporary: []access.Temporary{{Role: "x", Until: hour(1)}}},
		{ID: "postponed", Until: hour(2)},
		{ID: "leaves-and-moves", Units: []string{"v"}, Until: hour(3)},
		{ID: "contractor", From: hour(4), Until: hour(5), Units: []string{"u"}, Roles: []string{"b", "a"}, Partner: true},
	}
	todo, err := access.Provision(before, after)
	require.NoError(t, err)
	require.Equal(t, []access.Provisioning{
		{Staff: "contractor", Action: access.AccountOpen, At: hour(4), Add: []string{"a", "b"}, Join: []string{"u"}},
		{Staff: "contractor", Action: access.AccountDisable, At: hour(5)},
		{Staff: "gone-silently", Action: access.AccountDisable},
		{Staff: "leaves-and-moves", Action: access.AccountChange, Join: []string{"v"}, Leave: []string{"u"}},
		{Staff: "leaves-and-moves", Action: access.AccountDisable, At: hour(3)},
		{Staff: "postponed", Action: access.AccountDisable, At: hour(2)},
		{Staff: "stays", Action: access.AccountChange, Add: []string{"b"}, Remove: []string{"a"}},
		{Staff: "stays", Action: access.AccountResume},
	}, todo)
	text, err := json.Marshal(todo[6])
	require.NoError(t, err)
	require.Equal(t, `{"staff":"stays","action":"change","add":["b"],"remove":["a"]}`, string(text))
}

func TestProvisionRefuses(t *testing.T) {
	_, err := access.Provision([]access.Staff{{ID: "a"}, {ID: "a"}}, []access.Staff{{ID: "b", Partner: true}, {}})
	require.ErrorIs(t, err, access.ErrDuplicate)
	require.Equal(t, []string{"a staff", "b interval", " staff"}, faults(t, err))
}

// Applied to the accounts of before, the provisions give those of after.
func TestProvisionLeadsFromBeforeToAfter(t *testing.T) {
	type account struct {
		roles, units []string
		until        time.Time
	}
	names := rapid.SliceOfNDistinct(rapid.SampledFrom([]string{"a", "b", "c"}), 0, 3, func(s string) string { return s })
	drawList := func(t *rapid.T, label string) (staff []access.Staff) {
		for _, id := range []string{"S-1", "S-2", "S-3"} {
			if rapid.Bool().Draw(t, label) {
				s := access.Staff{ID: id, Roles: names.Draw(t, "roles"), Units: names.Draw(t, "units")}
				_, s.Until = drawInterval(t)
				staff = append(staff, s)
			}
		}
		return staff
	}
	sorted := func(list []string) []string { return slices.Sorted(slices.Values(list)) }
	rapid.Check(t, func(t *rapid.T) {
		before, after := drawList(t, "before"), drawList(t, "after")
		todo, err := access.Provision(before, after)
		require.NoError(t, err)
		accounts := map[string]account{}
		for _, s := range before {
			accounts[s.ID] = account{sorted(s.Roles), sorted(s.Units), s.Until}
		}
		immediately := map[string]bool{}
		for _, p := range todo {
			a := accounts[p.Staff]
			gone := func(list []string) func(string) bool {
				return func(s string) bool { return slices.Contains(list, s) }
			}
			a.roles = sorted(append(slices.DeleteFunc(slices.Clone(a.roles), gone(p.Remove)), p.Add...))
			a.units = sorted(append(slices.DeleteFunc(slices.Clone(a.units), gone(p.Leave)), p.Join...))
			switch p.Action {
			case access.AccountDisable:
				a.until, immediately[p.Staff] = p.At, p.At.IsZero()
			case access.AccountResume:
				a.until = time.Time{}
			}
			accounts[p.Staff] = a
		}
		for _, s := range after {
			require.Equal(t, account{sorted(s.Roles), sorted(s.Units), s.Until}, accounts[s.ID])
			delete(accounts, s.ID)
		}
		for id, a := range accounts {
			require.True(t, immediately[id] || !a.until.IsZero(), "%s is gone and his account has no end", id)
		}
		none, err := access.Provision(after, after)
		require.NoError(t, err)
		require.Empty(t, none)
	})
}

func TestCheckAccounts(t *testing.T) {
	org, err := access.NewOrg(nil, []access.Staff{
		{ID: "S-1", Roles: []string{"a"}, Temporary: []access.Temporary{{Role: "t", From: hour(1), Until: hour(2)}}},
		{ID: "S-2", From: hour(1), Until: hour(3)},
		{ID: "S-3"},
	})
	require.NoError(t, err)
	accounts := []access.Account{
		{ID: "A-1", Staff: "S-1", Roles: []string{"a", "t"}},
		{ID: "A-2", Staff: "S-2"},
		{ID: "A-3", Staff: "S-3", Disabled: true},
		{ID: "A-4"},
		{ID: "A-5", Staff: "S-9", Disabled: true},
		{ID: "A-6", Staff: "S-1"},
	}
	for h, want := range [][]string{
		{"ACC-EXCESS-ROLES A-1", "ACC-STILL-OPEN A-2", "ACC-ORPHAN A-4", "ACC-LACKING-ROLES A-6", "ACC-NO-ACCOUNT S-3"},
		{"ACC-ORPHAN A-4", "ACC-LACKING-ROLES A-6", "ACC-NO-ACCOUNT S-3"},
		{"ACC-EXCESS-ROLES A-1", "ACC-ORPHAN A-4", "ACC-LACKING-ROLES A-6", "ACC-NO-ACCOUNT S-3"},
		{"ACC-EXCESS-ROLES A-1", "ACC-STILL-OPEN A-2", "ACC-ORPHAN A-4", "ACC-LACKING-ROLES A-6", "ACC-NO-ACCOUNT S-3"},
	} {
		require.Equal(t, want, rendered(t, access.CheckAccounts(org, accounts, hour(h), nil)), h)
	}
}

func TestLastDay(t *testing.T) {
	// Clocks of Havana show midnight twice on this day; the day ends 25 hours after it began.
	havana, err := time.LoadLocation("America/Havana")
	require.NoError(t, err)
	day := calendar.MustDate(2018, 11, 4)
	require.Equal(t, 25*time.Hour, access.LastDay(day, havana).Sub(day.Start(havana)))
	require.Equal(t, time.Date(2026, 5, 1, 0, 0, 0, 0, time.UTC), access.LastDay(calendar.MustDate(2026, 4, 30), nil))
	require.Zero(t, access.LastDay(0, nil))
	require.Zero(t, access.LastDay(calendar.MaxDay, nil), "no day follows")
}
