package access_test

import (
	"encoding/json"
	"fmt"
	"time"

	"github.com/guanxi-go/guanxi/crm/access"
	"github.com/guanxi-go/guanxi/crm/calendar"
	"github.com/guanxi-go/guanxi/crm/finding"
)

var now = time.Date(2026, 3, 31, 12, 0, 0, 0, time.UTC)

func units() []access.Unit {
	return []access.Unit{
		{ID: "hq", Name: "Headquarters", Zh: "总部"},
		{ID: "east", Parent: "hq", Name: "East", Zh: "华东区域"},
		{ID: "sh", Parent: "east", Name: "Shanghai", Zh: "上海"},
		{ID: "west", Parent: "hq", Name: "West", Zh: "西部区域"},
	}
}

func Example() {
	org, err := access.NewOrg(units(), []access.Staff{
		{ID: "S-1", Units: []string{"east"}, Roles: []string{"manager"}},
		{ID: "S-2", Units: []string{"sh"}, Roles: []string{"sales"}},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	roles, err := access.NewRoles([]access.Role{
		{Name: "sales", Grants: []access.Grant{{Resource: "customer", Action: access.ActionRead, Level: access.LevelOwn}}},
		{Name: "manager", Includes: []string{"sales"}, Grants: []access.Grant{{Resource: "customer", Action: access.ActionRead, Level: access.LevelSubtree}}},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	path, _ := org.Path("sh") // of a customer's unit; its owner is S-2
	for _, actor := range []string{"S-1", "S-2"} {
		d, err := access.Resolve(org, roles, access.Request{Staff: actor, Resource: "customer", Action: access.ActionRead, At: now})
		if err != nil {
			fmt.Println(err)
			return
		}
		text, err := json.Marshal(d.Scope)
		fmt.Println(string(text), err)
		fmt.Println(d.Allows("S-2", path), d.Allows("S-9", path))
	}
	// Output:
	// {"owner":"S-1","units":[{"from":"hq/east/","to":"hq/east0"}]} <nil>
	// true true
	// {"owner":"S-2"} <nil>
	// true false
}

func ExampleExplain() {
	org, _ := access.NewOrg(units(), []access.Staff{
		{ID: "S-1", Units: []string{"east"}, Roles: []string{"manager", "trainee"}},
	})
	roles, err := access.NewRoles([]access.Role{
		{Name: "manager", Includes: []string{"sales"}, Grants: []access.Grant{{Resource: access.Any, Action: access.Any, Level: access.LevelSubtree}}},
		{Name: "sales"},
		{Name: "trainee", Grants: []access.Grant{
			{Resource: "customer", Action: access.ActionExport, Deny: true},
			{Resource: "customer", Action: access.ActionRead, Fields: []string{"phone"}, Deny: true},
		}},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, action := range []string{access.ActionExport, access.ActionRead} {
		e, err := access.Explain(org, roles, access.Request{Staff: "S-1", Resource: "customer", Action: action, At: now})
		if err != nil {
			fmt.Println(err)
			return
		}
		for _, s := range e.Steps {
			text, err := s.Text(finding.English)
			if err != nil {
				fmt.Println(err)
				return
			}
			fmt.Println(action+":", text)
		}
		if action == access.ActionRead {
			_, steps := e.Row("S-2", "hq/east/sh/", "phone")
			for _, s := range steps {
				text, err := s.Text(finding.Chinese)
				fmt.Println(text, err)
			}
		}
	}
	// Output:
	// export: has the role manager
	// export: has the role trainee
	// export: has the role sales through manager > sales
	// export: manager grants subtree, fields: all
	// export: trainee denies it, which wins over every grant
	// export: refused
	// read: has the role manager
	// read: has the role trainee
	// read: has the role sales through manager > sales
	// read: manager grants subtree, fields: all
	// read: trainee denies the fields phone
	// read: allowed
	// manager（本部门及下级）：记录所属部门在范围内 <nil>
	// trainee 拒绝字段 phone <nil>
	// 不允许 <nil>
}

func ExampleMode() {
	org, _ := access.NewOrg(units(), []access.Staff{{ID: "S-1", Units: []string{"sh"}, Roles: []string{"sales"}}})
	roles, _ := access.NewRoles([]access.Role{{Name: "sales", Grants: []access.Grant{
		{Resource: "customer", Action: access.ActionRead, Level: access.LevelAll, Fields: []string{"name"}},
		{Resource: "customer", Action: access.ActionRead, Level: access.LevelOwn},
		{Resource: "customer", Action: access.ActionUpdate, Level: access.LevelOwn},
		{Resource: "customer", Action: access.ActionUpdate, Fields: []string{"credit"}, Deny: true},
	}}})
	read, _ := access.Resolve(org, roles, access.Request{Staff: "S-1", Resource: "customer", Action: access.ActionRead, At: now})
	update, _ := access.Resolve(org, roles, access.Request{Staff: "S-1", Resource: "customer", Action: access.ActionUpdate, At: now})
	for _, owner := range []string{"S-1", "S-2"} {
		for _, field := range []string{"name", "phone", "credit"} {
			mode := access.Mode(read, update, owner, "hq/east/sh/", field)
			fmt.Println(owner, field, mode, mode.Zh())
		}
	}
	// Output:
	// S-1 name editable 可编辑
	// S-1 phone editable 可编辑
	// S-1 credit read-only 只读
	// S-2 name read-only 只读
	// S-2 phone hidden 隐藏
	// S-2 credit hidden 隐藏
}

func ExampleNewOrg_faults() {
	_, err := access.NewOrg([]access.Unit{{ID: "a", Parent: "b"}, {ID: "b", Parent: "a"}, {ID: "c/d"}},
		[]access.Staff{{ID: "S-1", Partner: true}})
	fmt.Println(err)
	// Output:
	// access: c/d: unit: has a / in its id: invalid
	// access: a: parent: cycle a > b > a: invalid
	// access: S-1: interval: of a partner has no end: invalid
}

func ExampleOrg_Named() {
	org, _ := access.NewOrg([]access.Unit{
		{ID: "east", Zh: "华东区域"},
		{ID: "east-crm", Parent: "east", Zh: "华东区域客户关系部"},
		{ID: "east-new", Parent: "east", Zh: "新客户关系部"},
	}, nil)
	fmt.Println(org.Named("客户关系中心", "客户关系部"))
	// Output: [east-crm]
}

func ExampleScope_Union() {
	org, _ := access.NewOrg(units(), nil)
	east, _ := org.Subtree("east")
	sh, _ := org.Team("sh")
	both, err := access.Scope{Owner: "S-1", Units: []access.Range{east}}.Union(access.Scope{Units: []access.Range{sh}})
	fmt.Println(both, err)
	fmt.Println(org.In(both))
	_, err = access.Scope{Owner: "S-1"}.Union(access.Scope{Owner: "S-2"})
	fmt.Println(err)
	// Output:
	// {false S-1 [{hq/east/ hq/east0}]} <nil>
	// [east sh]
	// access: scope: the owners differ: S-1, S-2: invalid
}

func ExampleCheckSeparations() {
	org, _ := access.NewOrg(units(), []access.Staff{
		{ID: "S-1", Roles: []string{"it"}},
		{ID: "S-2", Roles: []string{access.RoleSecurityAdministrator}},
	})
	roles, _ := access.NewRoles([]access.Role{
		{Name: "it", Includes: []string{access.RoleSystemAdministrator, access.RoleNetworkAdministrator}},
		{Name: access.RoleSystemAdministrator}, {Name: access.RoleNetworkAdministrator}, {Name: access.RoleSecurityAdministrator},
	})
	found, err := access.CheckSeparations(org, roles, access.StandardSeparations()[:1], now, time.UTC)
	for _, f := range found {
		text, err := access.Catalogue().Render(f, finding.English)
		fmt.Println(f.Severity, f.Subject, text, err)
	}
	fmt.Println(err)
	// Output:
	// breach S-1 rule administrators: has both system-administrator (it > system-administrator) and network-administrator (it > network-administrator) <nil>
	// warning it rule administrators: the role gives both system-administrator (it > system-administrator) and network-administrator (it > network-administrator) <nil>
	// <nil>
}

func ExampleProvision() {
	shanghai := time.FixedZone("CST", 8*3600)
	before := []access.Staff{
		{ID: "S-1", Units: []string{"sh"}, Roles: []string{"sales"}},
		{ID: "S-2", Units: []string{"sh"}, Roles: []string{"sales"}},
	}
	after := []access.Staff{
		{ID: "S-1", Units: []string{"east"}, Roles: []string{"manager"}},
		{ID: "S-2", Units: []string{"sh"}, Roles: []string{"sales"}, Until: access.LastDay(calendar.MustDate(2026, 4, 30), shanghai)},
		{ID: "S-3", Units: []string{"sh"}, Roles: []string{"sales"}},
	}
	todo, err := access.Provision(before, after)
	for _, p := range todo {
		fmt.Println(p.Staff, p.Action.Zh(), p.Add, p.Remove, p.Join, p.Leave)
		if !p.At.IsZero() {
			fmt.Println(p.At)
		}
	}
	fmt.Println(err)
	// Output:
	// S-1 变更 [manager] [sales] [east] [sh]
	// S-2 停用 [] [] [] []
	// 2026-05-01 00:00:00 +0800 CST
	// S-3 开户 [sales] [] [sh] []
	// <nil>
}

func ExampleCheckAccounts() {
	org, _ := access.NewOrg(units(), []access.Staff{{ID: "S-1", Until: now}, {ID: "S-2", Roles: []string{"sales"}}})
	for _, f := range access.CheckAccounts(org, []access.Account{
		{ID: "A-1", Staff: "S-1"}, {ID: "A-2", Staff: "S-2", Roles: []string{"admin", "sales"}}, {ID: "A-9", Staff: "S-9"},
	}, now, time.UTC) {
		text, err := access.Catalogue().Render(f, finding.Chinese)
		fmt.Println(f.Subject, text, err)
	}
	// Output:
	// A-1 S-1 不在岗，账号仍开通 <nil>
	// A-2 S-2 的账号有多余角色：admin <nil>
	// A-9 账号在人员名单中没有对应人员 <nil>
}

func ExampleAlarm() {
	var days []access.DayReads
	for i := range 40 { // two months of ordinary work
		days = append(days, access.DayReads{Day: calendar.MustDate(2026, 1, 5) + calendar.Day(i), Reads: int64(10 + i%7)})
	}
	days = append(days, access.DayReads{Day: calendar.MustDate(2026, 3, 2), Reads: 140})
	r, err := access.Alarm(days, access.AlarmOptions{})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("%d read, %.1f expected, alarm from %d: %v\n", r.Reads, r.Expected, r.Threshold, r.Alarm)
	if f, ok := r.Finding("S-1"); ok {
		text, err := access.Catalogue().Render(f, finding.Chinese)
		fmt.Println(text, err)
	}
	_, err = access.Alarm(days[:15], access.AlarmOptions{})
	fmt.Println(err)
	// Output:
	// 140 read, 12.9 expected, alarm from 30: true
	// 1 个工作日查看了 140 条记录；预期 12.9 条，达到 30 条即为异常 <nil>
	// access: days: are too few before the window: insufficient data
}
