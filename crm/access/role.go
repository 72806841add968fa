package access

import (
	"cmp"
	"errors"
	"slices"
	"strings"
	"time"

	"github.com/guanxi-go/guanxi/internal/limit"
)

// What is done to a resource. Hosts may use other words of their own: an action is
// matched as it is spelt.
const (
	ActionRead     = "read"     // 查看
	ActionCreate   = "create"   // 新增
	ActionUpdate   = "update"   // 修改
	ActionDelete   = "delete"   // 删除
	ActionExport   = "export"   // 导出; never a partner's
	ActionTransfer = "transfer" // to another owner 移交
	ActionApprove  = "approve"  // 审批
)

// Any as a grant's resource or action stands for every one.
const Any = "*"

// Grant allows an action on the rows of a resource, or denies it (授权). Its JSON
// names are stable.
type Grant struct {
	Resource string `json:"resource"`       // such as "customer", or Any
	Action   string `json:"action"`         // such as ActionRead, or Any
	Level    Level  `json:"level,omitzero"` // which rows; none in a denial
	// Fields limits the grant to these fields of the resource; empty for all.
	Fields []string `json:"fields,omitempty"`
	// Deny takes away instead: the action on every row, or only the Fields. A denial
	// wins over whatever any role grants.
	Deny bool `json:"deny,omitzero"`
}

func (g Grant) covers(resource, action string) bool {
	return (g.Resource == Any || g.Resource == resource) && (g.Action == Any || g.Action == action)
}

// Role is a named set of grants (角色). Its JSON names are stable.
type Role struct {
	Name     string   `json:"name"`               // its id: valid UTF-8 without NUL, 1 to 255 bytes
	Zh       string   `json:"zh,omitempty"`       // what Chinese readers see
	Includes []string `json:"includes,omitempty"` // names of roles whose grants it has too
	Grants   []Grant  `json:"grants,omitempty"`
}

// Validate reports everything wrong with r by itself, joined; each is an [*Error]
// that wraps ErrInvalid: a name of another form than stated, a grant without a
// resource or an action, with an unknown level, with a level in a denial, or with a
// field that has no name.
func (r Role) Validate() error {
	var errs []error
	check := func(broken bool, field, reason string) {
		if broken {
			errs = append(errs, invalid(limit.Shown(r.Name), field, reason))
		}
	}
	check(!validID(r.Name), "role", badID)
	for _, g := range r.Grants {
		check(!validID(g.Resource) || !validID(g.Action), "grants", "has one without a resource or an action")
		check(!g.Level.Valid(), "grants", "has one with an unknown level")
		check(g.Deny && g.Level != LevelNone, "grants", "has a denial with a level")
		check(slices.Contains(g.Fields, ""), "grants", "has one with a field without a name")
	}
	return errors.Join(errs...)
}

// Roles is a checked set of roles. It does not change and may be shared between
// goroutines.
type Roles struct {
	list []Role // by name
}

// NewRoles makes a set; the order of the roles does not matter. It reports all
// faults at once, joined; each is an [*Error]: what [Role.Validate] finds;
// ErrDuplicate for a name given more than once; ErrNotFound for an included role that
// is not there, in Others; ErrInvalid in field "includes" for a role that includes
// itself, with a shortest way round in Others. A cycle is told at one of its roles.
func NewRoles(list []Role) (*Roles, error) {
	r := &Roles{}
	for _, role := range list {
		role.Includes = slices.Sorted(slices.Values(role.Includes))
		role.Grants = slices.Clone(role.Grants)
		for i, g := range role.Grants {
			role.Grants[i].Fields = slices.Clone(g.Fields)
		}
		r.list = append(r.list, role)
	}
	slices.SortStableFunc(r.list, func(a, b Role) int { return strings.Compare(a.Name, b.Name) })
	var errs []error
	for i, role := range r.list {
		errs = append(errs, role.Validate())
		if i > 0 && role.Name == r.list[i-1].Name && (i == 1 || role.Name != r.list[i-2].Name) {
			errs = append(errs, duplicate(limit.Shown(role.Name), "role"))
		}
		for _, name := range role.Includes {
			if _, ok := r.find(name); !ok {
				errs = append(errs, notFound(limit.Shown(role.Name), "includes", "does not exist:", limit.Shown(name)))
			}
		}
	}
	errs = append(errs, r.cycles()...)
	if err := errors.Join(errs...); err != nil {
		return nil, err
	}
	return r, nil
}

func (r *Roles) find(name string) (int, bool) {
	return slices.BinarySearchFunc(r.list, name, func(role Role, name string) int { return cmp.Compare(role.Name, name) })
}

// Role returns a role by its name, and false where there is none.
func (r *Roles) Role(name string) (Role, bool) {
	i, ok := r.find(name)
	if !ok {
		return Role{}, false
	}
	return r.list[i], true
}

// cycles reports the roles that include themselves, but for those on a way that is
// told already.
func (r *Roles) cycles() (errs []error) {
	told := map[int]bool{}
	for i, role := range r.list {
		if told[i] {
			continue
		}
		reached := r.closure(role.Includes)
		for k, h := range reached {
			if h.role != i {
				continue
			}
			way := append([]string{role.Name}, way(r, reached, k)...)
			for _, name := range way {
				j, _ := r.find(name)
				told[j] = true
			}
			errs = append(errs, invalid(role.Name, "includes", "cycle", way...))
		}
	}
	return errs
}

// held is a role that somebody has, directly or because another includes it.
type held struct {
	role  int // index in Roles.list
	above int // index of the role that includes it in the closure, -1 for none
}

// closure returns the named roles and all that they include, each once: the nearest
// first, and in byte order among the equally near. Unknown names are left out.
func (r *Roles) closure(names []string) (all []held) {
	seen := make([]bool, len(r.list))
	add := func(name string, above int) {
		if i, ok := r.find(name); ok && !seen[i] {
			seen[i] = true
			all = append(all, held{i, above})
		}
	}
	for _, name := range names {
		add(name, -1)
	}
	for k := 0; k < len(all); k++ {
		for _, name := range r.list[all[k].role].Includes {
			add(name, k)
		}
	}
	return all
}

// way returns the names from a role that is held directly down to the k-th of a
// closure.
func way(r *Roles, all []held, k int) (names []string) {
	for ; k >= 0; k = all[k].above {
		names = append(names, r.list[all[k].role].Name)
	}
	slices.Reverse(names)
	return names
}

// rolesAt returns the names of the roles that somebody has at an instant, in byte
// order, each once. ErrNotFound for those that do not exist, of temporary roles that
// are not in force too: a missing role may be the one that denies.
func (r *Roles) rolesAt(s Staff, at time.Time) ([]string, error) {
	names := slices.Clone(s.Roles)
	all := slices.Clone(s.Roles)
	for _, t := range s.Temporary {
		all = append(all, t.Role)
		if holds(t.From, t.Until, at) {
			names = append(names, t.Role)
		}
	}
	slices.Sort(all)
	var errs []error
	for _, name := range slices.Compact(all) {
		if _, ok := r.find(name); !ok {
			errs = append(errs, notFound(s.ID, "role", "does not exist:", name))
		}
	}
	slices.Sort(names)
	return slices.Compact(names), errors.Join(errs...)
}
