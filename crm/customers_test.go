package crm_test

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/guanxi-go/guanxi/crm"
	"github.com/guanxi-go/guanxi/crm/access"
	"github.com/guanxi-go/guanxi/crm/approval"
	"github.com/guanxi-go/guanxi/crm/care"
	"github.com/guanxi-go/guanxi/crm/field"
	"github.com/guanxi-go/guanxi/crm/group"
	"github.com/guanxi-go/guanxi/crm/owner"
	"github.com/guanxi-go/guanxi/crm/party"
	"github.com/guanxi-go/guanxi/crm/pipeline/lead"
	"github.com/guanxi-go/guanxi/crm/privacy"
)

func TestRegisterRefuses(t *testing.T) {
	s := newScene(t, crm.Options{})
	s.register("c1", person(t, "张伟", "13800138000"), owner.Staff{})
	for name, c := range map[string]struct {
		r    crm.Registration
		want error
	}{
		"an id in use":               {crm.Registration{ID: "c1", Profile: person(t, "王芳", "")}, crm.ErrDuplicate},
		"a number in use":            {crm.Registration{ID: "c2", Profile: person(t, "王芳", "+86 138 0013 8000")}, crm.ErrTaken},
		"the number as the id":       {crm.Registration{ID: "139 0013 9000", Profile: person(t, "王芳", "13900139000")}, crm.ErrInvalid},
		"an id with NUL":             {crm.Registration{ID: "c\x002", Profile: person(t, "王芳", "")}, crm.ErrInvalid},
		"no name":                    {crm.Registration{ID: "c2", Profile: party.Profile{Type: party.Person}}, crm.ErrIncomplete},
		"an owner who is not active": {crm.Registration{ID: "c2", Profile: person(t, "王芳", ""), Owner: owner.Staff{ID: "li"}}, crm.ErrForbidden},
		"values without a schema": {crm.Registration{ID: "c2", Profile: party.Profile{Type: party.Person, Name: "王芳",
			Custom: field.Record{Version: 1, Values: field.Values{"floor": field.Int(3)}}}}, crm.ErrIncomplete},
		"readmitting without a reason": {crm.Registration{ID: "c2", Profile: person(t, "王芳", ""), Readmit: true}, crm.ErrIncomplete},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := s.Customers.Register(s.ctx, boss, c.r)
			require.ErrorIs(t, err, c.want)
			require.NotContains(t, err.Error(), "王芳")
			require.NotContains(t, err.Error(), "138")
		})
	}
	require.Equal(t, []string{"c1"}, ids(t, s.Customers.List(s.ctx, boss, crm.CustomerFilter{})))
	_, err := s.Customers.Register(s.ctx, crm.Actor{Sees: access.Everything()}, crm.Registration{Profile: person(t, "王芳", "")})
	require.ErrorIs(t, err, crm.ErrInvalid, "an actor without an id")
	s.verified()
}

// TestTheSameCommandHappensOnce: a key makes a command idempotent, and stands for one
// command of one actor.
func TestTheSameCommandHappensOnce(t *testing.T) {
	s := newScene(t, crm.Options{})
	r := crm.Registration{Call: crm.Call{Key: "form 7, 13800138000"}, Profile: person(t, "张伟", "13800138000"), Owner: li}
	first, err := s.Customers.Register(s.ctx, boss, r)
	require.NoError(t, err)
	again, err := s.Customers.Register(s.ctx, boss, r)
	require.NoError(t, err)
	require.Equal(t, first, again)
	require.Equal(t, uint64(1), s.get(first).Head.Version)

	r.Profile.Name = "张玮"
	_, err = s.Customers.Register(s.ctx, boss, r)
	require.ErrorIs(t, err, crm.ErrKeyReused)
	r.Profile = person(t, "李娜", "")
	other, err := s.Customers.Register(s.ctx, crm.Actor{ID: "qian", Sees: access.Everything()}, r)
	require.NoError(t, err, "another actor's key")
	require.NotEqual(t, first, other)
}

// TestSwap: two customers can swap their numbers in one commit, and not in two.
func TestSwap(t *testing.T) {
	s := newScene(t, crm.Options{})
	s.register("a", person(t, "张伟", "13800138000"), li)
	s.register("b", person(t, "王芳", "13900139000"), li)
	swap := func(p []*party.Profile) error {
		p[0].Identifiers, p[1].Identifiers = p[1].Identifiers, p[0].Identifiers
		return nil
	}
	require.NoError(t, s.Customers.Edit(s.ctx, boss, []string{"a", "b"}, crm.Call{Reason: "mixed up"}, swap))
	require.Equal(t, "+8613900139000", s.get("a").Profile.Identifiers[0].Value)
	found, err := s.Customers.Find(s.ctx, boss, s.get("b").Profile.Identifiers[0])
	require.NoError(t, err)
	require.Equal(t, "b", found.ID)
	err = s.Customers.Edit(s.ctx, boss, []string{"a"}, crm.Call{}, func(p []*party.Profile) error {
		p[0].Identifiers = s.get("b").Profile.Identifiers
		return nil
	})
	require.ErrorIs(t, err, crm.ErrTaken)
	var e *crm.Error
	require.ErrorAs(t, err, &e)
	require.Equal(t, crm.Subject{Kind: crm.KindCustomer, ID: "b"}, e.Holder)

	var kinds []string
	for entry, err := range s.Customers.History(s.ctx, boss, "a") {
		require.NoError(t, err)
		kinds = append(kinds, entry.Kind+string(entry.Data))
	}
	require.Equal(t, []string{"registered", `edited{"changed":["identifiers"]}`}, kinds)
	s.verified()
}

func TestEditEnds(t *testing.T) {
	s := newScene(t, crm.Options{})
	s.register("a", person(t, "张伟", ""), li)
	stop := errors.New("the form was closed")
	require.ErrorIs(t, s.Customers.Edit(s.ctx, boss, []string{"a"}, crm.Call{}, func([]*party.Profile) error { return stop }), stop)
	require.ErrorIs(t, s.Customers.Edit(s.ctx, boss, nil, crm.Call{}, nil), crm.ErrInvalid)
	require.ErrorIs(t, s.Customers.Edit(s.ctx, boss, []string{"nobody"}, crm.Call{}, nil), crm.ErrNotFound)
	require.ErrorIs(t, s.Customers.Edit(s.ctx, boss, []string{"a"}, crm.Call{}, func(p []*party.Profile) error {
		p[0].Name = ""
		return nil
	}), crm.ErrIncomplete)
	require.Equal(t, uint64(1), s.get("a").Head.Version)
}

// TestWhoSeesWhom: what an actor's scope does not allow does not exist for them, in
// reads, lists and commands.
func TestWhoSeesWhom(t *testing.T) {
	s := newScene(t, crm.Options{})
	s.register("east", person(t, "张伟", "13800138000"), li)
	s.register("west", person(t, "王芳", ""), zhao)
	_, err := s.Customers.Register(s.ctx, boss, crm.Registration{ID: "pool", Profile: person(t, "李娜", ""), Pool: "sea", Path: "sales/"})
	require.NoError(t, err)
	for name, c := range map[string]struct {
		sees access.Scope
		want []string
	}{
		"nothing":    {access.Scope{}, nil},
		"own":        {access.Scope{Owner: "li"}, []string{"east"}},
		"team":       {access.Scope{Units: []access.Range{{From: "sales/west/", To: "sales/west0"}}}, []string{"west"}},
		"subtree":    {access.Scope{Units: []access.Range{{From: "sales/", To: "sales0"}}}, []string{"east", "pool", "west"}},
		"everything": {access.Everything(), []string{"east", "pool", "west"}},
	} {
		t.Run(name, func(t *testing.T) {
			actor := crm.Actor{ID: "a", Sees: c.sees}
			require.Equal(t, c.want, ids(t, s.Customers.List(s.ctx, actor, crm.CustomerFilter{Visible: &access.Scope{All: true}})))
			for _, id := range []string{"east", "pool", "west"} {
				_, err := s.Customers.Get(s.ctx, actor, id)
				_, err2 := s.Timeline.Record(s.ctx, actor, id, call("hello"), crm.Call{})
				if containsText(c.want, id) {
					require.NoError(t, errors.Join(err, err2))
				} else {
					require.ErrorIs(t, err, crm.ErrNotFound)
					require.ErrorIs(t, err2, crm.ErrNotFound)
				}
			}
		})
	}
}

func containsText(list []string, text string) bool {
	for _, one := range list {
		if one == text {
			return true
		}
	}
	return false
}

func TestGroups(t *testing.T) {
	s := newScene(t, crm.Options{})
	s.register("c", person(t, "张伟", ""), li)
	require.ErrorIs(t, s.Customers.Place(s.ctx, boss, "c", "vip", crm.Call{}), crm.ErrNotFound)
	groups := group.Standard()
	version, err := s.Registries.Groups.Put(s.ctx, boss, groups, 0, crm.Call{})
	require.NoError(t, err)
	_, err = s.Registries.Groups.Put(s.ctx, boss, groups, 0, crm.Call{})
	require.ErrorIs(t, err, crm.ErrConflict, "an old version")
	_, err = s.Registries.Groups.Put(s.ctx, boss, append(groups, groups[0]), version, crm.Call{})
	require.Error(t, err, "a group twice")

	name := groups[len(groups)-1].ID
	require.NoError(t, s.Customers.Place(s.ctx, boss, "c", name, crm.Call{At: day(-3)}))
	require.ErrorIs(t, s.Customers.Place(s.ctx, boss, "c", name, crm.Call{}), crm.ErrDuplicate)
	require.Equal(t, []string{"c"}, ids(t, s.Customers.List(s.ctx, boss, crm.CustomerFilter{Group: name})))
	require.ErrorIs(t, s.Customers.Displace(s.ctx, boss, "c", name, crm.Call{At: day(-4)}), crm.ErrInvalid, "before it began")
	require.NoError(t, s.Customers.Displace(s.ctx, boss, "c", name, crm.Call{At: day(-1)}))
	require.ErrorIs(t, s.Customers.Displace(s.ctx, boss, "c", name, crm.Call{}), crm.ErrNotFound)
	stays, err := s.Customers.Placements(s.ctx, boss, "c")
	require.NoError(t, err)
	require.Equal(t, []group.Placement{{Customer: "c", Group: name, From: day(-3), Until: day(-1)}}, stays)
	s.verified()
}

func TestCustomFields(t *testing.T) {
	s := newScene(t, crm.Options{})
	schema := field.Schema{Version: 1, Fields: []field.Field{
		{Code: "plate", En: "licence plate", Zh: "车牌", Type: field.TypeText, MaxRunes: 20, Unique: true, Personal: true},
		{Code: "rooms", En: "rooms", Zh: "房间数", Type: field.TypeInt},
	}}
	_, err := s.Registries.Fields.Put(s.ctx, boss, []field.Schema{{Version: 2}}, 0, crm.Call{})
	require.ErrorIs(t, err, crm.ErrInvalid, "versions are 1, 2, 3")
	_, err = s.Registries.Fields.Put(s.ctx, boss, []field.Schema{schema}, 0, crm.Call{})
	require.NoError(t, err)
	with := func(p party.Profile, plate string) party.Profile {
		p.Custom = field.Record{Values: field.Values{"plate": field.Text(plate), "rooms": field.Int(3)}}
		return p
	}
	s.register("a", with(person(t, "张伟", ""), "粤B12345"), li)
	require.Equal(t, []string{"plate"}, s.get("a").Profile.Custom.Personal, "the schema says which are personal")
	_, err = s.Customers.Register(s.ctx, boss, crm.Registration{ID: "b", Profile: with(person(t, "王芳", ""), "粤B12345")})
	require.ErrorIs(t, err, crm.ErrTaken)
	_, err = s.Customers.Register(s.ctx, boss, crm.Registration{ID: "b", Profile: party.Profile{Type: party.Person, Name: "王芳",
		Custom: field.Record{Values: field.Values{"rooms": field.Text("many")}}}})
	require.ErrorIs(t, err, crm.ErrInvalid)
	_, err = s.Privacy.Forget(s.ctx, boss, "a", crm.Erasure{Call: crm.Call{Reason: "asked"}})
	require.NoError(t, err)
	s.register("b", with(person(t, "王芳", ""), "粤B12345"), li)
	require.Equal(t, field.Int(3), s.get("a").Profile.Custom.Values["rooms"])
}

// TestObserve: the host hears who read and changed what, in ids.
func TestObserve(t *testing.T) {
	var ops []crm.Op
	s := newScene(t, crm.Options{Observe: func(_ context.Context, op crm.Op) { op.Duration = 0; ops = append(ops, op) }})
	ops = nil
	s.register("c", person(t, "张伟", ""), li)
	_, _ = s.Customers.Get(s.ctx, crm.Actor{ID: "spy"}, "c")
	c := crm.Subject{Kind: crm.KindCustomer, ID: "c"}
	require.Equal(t, crm.Op{Name: "customers.register", Actor: "wang", Subject: c, Write: true, Attempts: 1}, ops[0])
	require.Equal(t, "spy", ops[1].Actor)
	require.ErrorIs(t, ops[1].Err, crm.ErrNotFound)
}

// TestMigrateFields: values go to the next version with their claims, and a value
// that does not fit stops the work without losing anything.
func TestMigrateFields(t *testing.T) {
	s := newScene(t, crm.Options{})
	v1 := field.Schema{Version: 1, Fields: []field.Field{{Code: "plate", En: "plate", Zh: "车牌", Type: field.TypeText, MaxRunes: 20, Unique: true, Personal: true}}}
	v2 := field.Schema{Version: 2, Fields: []field.Field{{Code: "licence", En: "licence", Zh: "牌照", Type: field.TypeText, MaxRunes: 20, Unique: true, Personal: true}}}
	version, err := s.Registries.Fields.Put(s.ctx, boss, []field.Schema{v1}, 0, crm.Call{})
	require.NoError(t, err)
	for i, id := range []string{"a", "b"} {
		p := person(t, "张伟", "")
		p.Custom = field.Record{Version: 1, Values: field.Values{"plate": field.Text(fmt.Sprint("B", i))}}
		s.register(id, p, li)
	}
	s.register("c", person(t, "王芳", ""), li)
	_, err = s.Registries.Fields.Put(s.ctx, boss, []field.Schema{v1, v2}, version, crm.Call{})
	require.NoError(t, err)
	err = s.Customers.Edit(s.ctx, boss, []string{"a"}, crm.Call{}, func(p []*party.Profile) error {
		p[0].Custom.Values = field.Values{"licence": field.Text("C1")}
		return nil
	})
	require.ErrorIs(t, err, crm.ErrConflict, "first it is migrated")
	m, err := field.Plan(v1, v2, field.Rename("plate", "licence"))
	require.NoError(t, err)
	_, err = s.Customers.MigrateFields(s.ctx, crm.Actor{ID: "li", Sees: access.Scope{Owner: "li"}}, m, crm.Call{})
	require.ErrorIs(t, err, crm.ErrForbidden)
	done, err := s.Customers.MigrateFields(s.ctx, boss, m, crm.Call{Reason: "version 2"})
	require.NoError(t, err)
	require.Equal(t, crm.Migrated{Customers: 2}, done)
	require.Equal(t, field.Text("B0"), s.get("a").Profile.Custom.Values["licence"])
	again, err := s.Customers.MigrateFields(s.ctx, boss, m, crm.Call{})
	require.NoError(t, err)
	require.Zero(t, again.Customers)
	p := person(t, "李娜", "")
	p.Custom = field.Record{Version: 2, Values: field.Values{"licence": field.Text("B1")}}
	_, err = s.Customers.Register(s.ctx, boss, crm.Registration{Profile: p})
	require.ErrorIs(t, err, crm.ErrTaken, "the claims moved along")
	s.verified()
}

// TestFaultsOfDefinitions: a table that is refused says in which rows the faults are.
func TestFaultsOfDefinitions(t *testing.T) {
	s := newScene(t, crm.Options{})
	refusedFor := func(want string) func(uint64, error) {
		return func(_ uint64, err error) {
			t.Helper()
			require.ErrorIs(t, err, crm.ErrInvalid)
			require.ErrorContains(t, err, want)
			require.NotErrorIs(t, err, crm.ErrDuplicate)
		}
	}
	form := website(lead.Limit{})
	nowhere := form
	nowhere.ID, nowhere.Touchpoint = "nowhere", ""
	refusedFor("crm: forms[1]: lead: ")(s.Registries.Forms.Put(s.ctx, boss, []lead.Form{form, nowhere}, 0, crm.Call{}))
	cake := care.Plan{ID: "cake", Trigger: care.Birthday, Task: "cake"}
	refusedFor("crm: care-plans[1]: care: event: event is missing: invalid\ncrm: care-plans[1]: care: after")(
		s.Registries.CarePlans.Put(s.ctx, boss, []care.Plan{cake, {ID: "visit", Trigger: care.AfterEvent, Task: "visit"}}, 0, crm.Call{}))
	refusedFor("crm: outputs[0]: group: ")(s.Registries.Outputs.Put(s.ctx, boss, []group.Output{{ID: "o"}}, 0, crm.Call{}))
	refusedFor("crm: templates[0]: approval: ")(s.Registries.Templates.Put(s.ctx, boss, []approval.Template{{ID: "t", Version: 1}}, 0, crm.Call{}))
	refusedFor("crm: delegations[0]: approval: ")(s.Registries.Delegations.Put(s.ctx, boss, []approval.Delegation{{From: "li"}}, 0, crm.Call{}))
	refusedFor("crm: fields[0]: field: ")(s.Registries.Fields.Put(s.ctx, boss, []field.Schema{{Version: 1, Fields: []field.Field{{}}}}, 0, crm.Call{}))

	_, err := s.Registries.Forms.Put(s.ctx, boss, []lead.Form{form, form}, 0, crm.Call{})
	require.ErrorIs(t, err, crm.ErrDuplicate)
	_, err = s.Registries.CarePlans.Put(s.ctx, boss, []care.Plan{cake, cake}, 0, crm.Call{})
	require.ErrorIs(t, err, crm.ErrDuplicate)
}

func TestTablesOfDefinitions(t *testing.T) {
	s := newScene(t, crm.Options{})
	_, err := s.Registries.Outputs.Put(s.ctx, boss, []group.Output{{ID: "o"}}, 0, crm.Call{})
	require.ErrorIs(t, err, crm.ErrInvalid)
	outputs := []group.Output{{ID: "o", Department: "it", Name: "reports", Kind: group.Software, Recipients: []group.Recipient{{Kind: group.ToGroup, ID: "g"}}}}
	_, err = s.Registries.Outputs.Put(s.ctx, boss, outputs, 0, crm.Call{})
	require.NoError(t, err)
	got, version, err := s.Registries.Outputs.Get(s.ctx)
	require.NoError(t, err)
	require.Equal(t, outputs, got)
	require.Equal(t, uint64(1), version)
	_, err = s.Registries.Regions.Put(s.ctx, boss, []party.Region{{Code: "440300", Parent: "nowhere", Name: "深圳市"}}, 0, crm.Call{})
	require.Error(t, err)
	_, err = s.Registries.Purposes.Put(s.ctx, boss, []privacy.Purpose{{}}, 0, crm.Call{})
	require.ErrorIs(t, err, crm.ErrInvalid)
	_, err = s.Registries.Responsibilities.Put(s.ctx, boss, []group.Responsibility{{}}, 0, crm.Call{})
	require.ErrorIs(t, err, crm.ErrInvalid)
}
