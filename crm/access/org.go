package access

import (
	"cmp"
	"errors"
	"slices"
	"strings"
	"time"

	"github.com/guanxi-go/guanxi/crm/group"
	"github.com/guanxi-go/guanxi/internal/limit"
)

// MaxPath is the greatest length of a unit path in bytes, so that it can be a key of
// every store.
const MaxPath = 255

// Org is an organisation: its units as a tree, and who works in them. It does not
// change and may be shared between goroutines.
type Org struct {
	units   *group.Tree
	paths   map[string]string // by unit
	ordered []string          // paths in byte order
	staff   []Staff           // by id
}

// NewOrg builds an organisation; the order of units and staff does not matter. It
// reports all faults at once, joined; each is an [*Error] that names the unit or the
// member of staff:
//
//   - ErrInvalid: an id of another form than stated at [Unit], a cycle among units
//     (Others has it, from its least id back to it), a path of more than [MaxPath]
//     bytes, and what [Staff.Validate] finds
//   - ErrDuplicate: an id given more than once
//   - ErrNotFound: a parent, or the unit of a member of staff, that is not among the
//     units, in Others
func NewOrg(units []Unit, staff []Staff) (*Org, error) {
	o := &Org{paths: make(map[string]string, len(units))}
	var errs []error
	groups := make([]group.Group, 0, len(units))
	for _, u := range units {
		if strings.Contains(u.ID, "/") {
			errs = append(errs, invalid(limit.Shown(u.ID), "unit", "has a / in its id"))
		}
		groups = append(groups, group.Group{ID: u.ID, Parent: u.Parent, Name: u.Name, Zh: u.Zh})
	}
	var err error
	if o.units, err = group.NewTree(groups); err != nil {
		errs = append(errs, unitErrors(err)...)
	}
	errs = append(errs, o.layPaths()...)
	errs = append(errs, o.employ(staff, err == nil)...)
	if err := errors.Join(errs...); err != nil {
		return nil, err
	}
	return o, nil
}

// unitErrors says what is wrong with the tree in the words of this package.
func unitErrors(err error) (errs []error) {
	if joined, ok := err.(interface{ Unwrap() []error }); ok {
		for _, e := range joined.Unwrap() {
			errs = append(errs, unitErrors(e)...)
		}
		return errs
	}
	var e *group.Error
	if !errors.As(err, &e) {
		return []error{err}
	}
	field := e.Field
	if field == "id" {
		field = "unit"
	}
	return []error{&Error{ID: e.ID, Field: field, Others: e.Others, Reason: e.Reason, Err: e.Err}}
}

// layPaths computes the path of each unit; parents come before their parts.
func (o *Org) layPaths() (errs []error) {
	for n := range o.units.All() {
		path := n.ID() + "/"
		if parent, ok := n.Parent(); ok {
			path = o.paths[parent.ID()] + path
		}
		if len(path) > MaxPath {
			errs = append(errs, invalid(n.ID(), "path", "is longer than 255 bytes"))
			path = "" // parts are judged by what they add
		}
		o.paths[n.ID()] = path
		o.ordered = append(o.ordered, path)
	}
	slices.Sort(o.ordered)
	return errs
}

// employ takes the staff in; their units are checked where units are known.
func (o *Org) employ(staff []Staff, unitsKnown bool) (errs []error) {
	for _, s := range staff {
		s.Units, s.Roles, s.Temporary = slices.Clone(s.Units), slices.Clone(s.Roles), slices.Clone(s.Temporary)
		o.staff = append(o.staff, s)
	}
	slices.SortStableFunc(o.staff, func(a, b Staff) int { return strings.Compare(a.ID, b.ID) })
	for i, s := range o.staff {
		errs = append(errs, s.Validate())
		if i > 0 && s.ID == o.staff[i-1].ID && (i == 1 || s.ID != o.staff[i-2].ID) {
			errs = append(errs, duplicate(limit.Shown(s.ID), "staff"))
		}
		for _, unit := range s.Units {
			if _, ok := o.paths[unit]; !ok && unitsKnown && validID(unit) {
				errs = append(errs, notFound(limit.Shown(s.ID), "unit", "does not exist:", unit))
			}
		}
	}
	return errs
}

// Unit returns a unit, and false where there is none of this id.
func (o *Org) Unit(id string) (Unit, bool) {
	n, ok := o.units.Node(id)
	if !ok {
		return Unit{}, false
	}
	g := n.Group()
	return Unit{ID: g.ID, Parent: g.Parent, Name: g.Name, Zh: g.Zh}, true
}

// Units returns the units from the roots down, siblings in byte order of id.
func (o *Org) Units() []Unit {
	units := make([]Unit, 0, o.units.Len())
	for n := range o.units.All() {
		u, _ := o.Unit(n.ID())
		units = append(units, u)
	}
	return units
}

// Path returns the path of a unit: the ids of the units from the root down to it,
// each ended by a slash, such as "group/east/sales/". Rows are stored with the path
// of their unit. False where there is no such unit.
func (o *Org) Path(unit string) (string, bool) {
	path, ok := o.paths[unit]
	return path, ok
}

// UnitAt returns the unit that has a path, and false where none has it, such as
// after units have been moved.
func (o *Org) UnitAt(path string) (string, bool) {
	id := strings.TrimSuffix(path, "/")
	id = id[strings.LastIndexByte(id, '/')+1:]
	known, ok := o.paths[id]
	return id, ok && known == path
}

// Team returns the range of paths that has the unit itself and no other, and false
// where there is no such unit.
func (o *Org) Team(unit string) (Range, bool) {
	path, ok := o.paths[unit]
	return Range{path, path + "\x01"}, ok // a path goes on with an id, whose bytes are not NUL
}

// Subtree returns the range of paths that has the unit and all below it, and false
// where there is no such unit.
func (o *Org) Subtree(unit string) (Range, bool) {
	path, ok := o.paths[unit]
	if !ok {
		return Range{}, false
	}
	return Range{path, path[:len(path)-1] + "0"}, true // '0' follows '/'
}

// In returns the ids of the units whose path a scope sees, in byte order of path,
// leaving aside rows that it sees because of their owner.
func (o *Org) In(s Scope) (units []string) {
	for _, path := range o.ordered {
		if s.Allows("", path) {
			id, _ := o.UnitAt(path)
			units = append(units, id)
		}
	}
	return units
}

// Staff returns a member of staff, and false where there is none of this id.
func (o *Org) Staff(id string) (Staff, bool) {
	i, ok := o.find(id)
	if !ok {
		return Staff{}, false
	}
	s := o.staff[i]
	s.Units, s.Roles, s.Temporary = slices.Clone(s.Units), slices.Clone(s.Roles), slices.Clone(s.Temporary)
	return s, true
}

func (o *Org) find(id string) (int, bool) {
	return slices.BinarySearchFunc(o.staff, id, func(s Staff, id string) int { return cmp.Compare(s.ID, id) })
}

// Members returns the ids of those who work in a unit itself at an instant, in byte
// order.
func (o *Org) Members(unit string, at time.Time) (staff []string) {
	for _, s := range o.staff {
		if s.ActiveAt(at) && slices.Contains(s.Units, unit) {
			staff = append(staff, s.ID)
		}
	}
	return staff
}
