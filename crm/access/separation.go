package access

import (
	"errors"
	"slices"
	"strings"
	"time"

	"github.com/guanxi-go/guanxi/crm/calendar"
	"github.com/guanxi-go/guanxi/crm/finding"
	"github.com/guanxi-go/guanxi/internal/limit"
)

// Duty is something that one person should not do together with something else: to
// have a role, or to be allowed an action on a resource by whatever role.
type Duty struct {
	Role     string `json:"role,omitempty"` // a role's name; then Resource and Action are empty
	Resource string `json:"resource,omitempty"`
	Action   string `json:"action,omitempty"`
}

// String returns the role, or "resource:action".
func (d Duty) String() string {
	if d.Role != "" {
		return d.Role
	}
	return d.Resource + ":" + d.Action
}

// Separation is a rule of separated duties (职责分离): nobody has two of Duties.
type Separation struct {
	ID     string `json:"id"`
	Zh     string `json:"zh,omitempty"`
	Duties []Duty `json:"duties"` // two or more
}

// Names of the roles of [StandardSeparations].
const (
	RoleSystemAdministrator   = "system-administrator"   // 系统管理员
	RoleNetworkAdministrator  = "network-administrator"  // 网络管理员
	RoleSecurityAdministrator = "security-administrator" // 安全管理员
)

// StandardSeparations returns the rules of the source documents: the administrators
// of system, network and security are three people; who drafts a policy does not
// approve it; who requests an export does not approve it.
func StandardSeparations() []Separation {
	return []Separation{
		{ID: "administrators", Zh: "系统、网络、安全管理员分设", Duties: []Duty{
			{Role: RoleSystemAdministrator}, {Role: RoleNetworkAdministrator}, {Role: RoleSecurityAdministrator}}},
		{ID: "policy", Zh: "起草与审批分离", Duties: []Duty{
			{Resource: "policy", Action: "draft"}, {Resource: "policy", Action: ActionApprove}}},
		{ID: "export", Zh: "导出申请与审批分离", Duties: []Duty{
			{Resource: "export", Action: "request"}, {Resource: "export", Action: ActionApprove}}},
	}
}

// Validate reports everything wrong with s, joined; each is an [*Error] that wraps
// ErrInvalid: no id, fewer than two duties, one that is neither a role nor a resource
// with an action, one given twice.
func (s Separation) Validate() error {
	var errs []error
	check := func(broken bool, field, reason string) {
		if broken {
			errs = append(errs, invalid(limit.Shown(s.ID), field, reason))
		}
	}
	check(!validID(s.ID), "separation", badID)
	check(len(s.Duties) < 2, "duties", "are fewer than two")
	for i, d := range s.Duties {
		isRole, isAction := d.Role != "", d.Resource != "" && d.Action != "" && d.Resource != Any && d.Action != Any
		check(isRole == isAction || isRole && d.Resource+d.Action != "", "duties", "have one that is not either a role or an action on a resource")
		check(slices.Contains(s.Duties[:i], d), "duties", "have one twice")
	}
	return errors.Join(errs...)
}

// CheckSeparations finds who has duties that are kept apart at an instant, over the
// closure of the roles, in the order of [finding.Compare]; zone says in which the
// day of the findings is taken, nil being UTC. [Catalogue] has the sentences.
//
//   - ACC-SEPARATION (breach): somebody who works then has two duties of one rule;
//     for each, the way from the role that he has to the one that gives it
//   - ACC-ROLE-CONFLICT (warning): a role gives two duties of one rule by itself, so
//     that whoever gets it breaks the rule
//   - ACC-UNSTAFFED (warning): nobody who works then has a duty of a rule
//
// An action is had where a role grants it at a level above none, unless a role of
// the same person denies it wholly. Errors are those of [Separation.Validate], and
// ErrNotFound for a role that somebody has and that does not exist, joined.
func CheckSeparations(org *Org, roles *Roles, rules []Separation, at time.Time, zone *time.Location) ([]finding.Finding, error) {
	var errs []error
	for _, rule := range rules {
		errs = append(errs, rule.Validate())
	}
	check := separationCheck{roles: roles, rules: rules, day: calendar.DayOf(at, zone), staffed: map[Duty]bool{}}
	for _, s := range org.staff {
		names, err := roles.rolesAt(s, at)
		errs = append(errs, err)
		if s.ActiveAt(at) {
			check.person(s.ID, names)
		}
	}
	if err := errors.Join(errs...); err != nil {
		return nil, err
	}
	for _, role := range roles.list {
		check.role(role.Name)
	}
	check.unstaffed()
	slices.SortFunc(check.found, finding.Compare)
	return slices.CompactFunc(check.found, func(a, b finding.Finding) bool { return finding.Compare(a, b) == 0 }), nil
}

type separationCheck struct {
	roles   *Roles
	rules   []Separation
	day     calendar.Day
	staffed map[Duty]bool
	found   []finding.Finding
}

func (c *separationCheck) person(id string, names []string) {
	c.pairs("ACC-SEPARATION", finding.Breach, id, c.roles.closure(names), true)
}

func (c *separationCheck) role(name string) {
	c.pairs("ACC-ROLE-CONFLICT", finding.Warning, name, c.roles.closure([]string{name}), false)
}

// pairs adds a finding for each two duties of a rule that a closure gives.
func (c *separationCheck) pairs(code string, severity finding.Severity, subject string, all []held, staffs bool) {
	for _, rule := range c.rules {
		var had []Duty
		var ways []string
		for _, d := range rule.Duties {
			way, ok := c.roles.dutyIn(all, d)
			if !ok {
				continue
			}
			if staffs {
				c.staffed[d] = true
			}
			for i, other := range had {
				c.found = append(c.found, finding.Finding{Code: code, Severity: severity, Subject: subject, AsOf: c.day, Params: []finding.Param{
					finding.Str("rule", rule.ID), finding.Str("a", other.String()), finding.Str("way_a", ways[i]),
					finding.Str("b", d.String()), finding.Str("way_b", strings.Join(way, " > ")),
				}})
			}
			had, ways = append(had, d), append(ways, strings.Join(way, " > "))
		}
	}
}

func (c *separationCheck) unstaffed() {
	for _, rule := range c.rules {
		for _, d := range rule.Duties {
			if !c.staffed[d] {
				c.found = append(c.found, finding.Finding{Code: "ACC-UNSTAFFED", Severity: finding.Warning, Subject: rule.ID, AsOf: c.day,
					Params: []finding.Param{finding.Str("duty", d.String())}})
			}
		}
	}
}

// dutyIn returns the way to the nearest role of a closure that gives a duty.
func (r *Roles) dutyIn(all []held, d Duty) (names []string, ok bool) {
	gives := func(h held, deny bool) bool {
		return slices.ContainsFunc(r.list[h.role].Grants, func(g Grant) bool {
			if g.Deny != deny || !g.covers(d.Resource, d.Action) {
				return false
			}
			return deny && len(g.Fields) == 0 || !deny && g.Level > LevelNone
		})
	}
	found := slices.IndexFunc(all, func(h held) bool {
		if d.Role != "" {
			return r.list[h.role].Name == d.Role
		}
		return gives(h, false)
	})
	if found < 0 || d.Role == "" && slices.ContainsFunc(all, func(h held) bool { return gives(h, true) }) {
		return nil, false
	}
	return way(r, all, found), true
}
