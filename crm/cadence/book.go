package cadence

import (
	"cmp"
	"errors"
	"math"
	"slices"
	"time"

	"github.com/guanxi-go/guanxi/crm/approval"
	"github.com/guanxi-go/guanxi/crm/group"
	"github.com/guanxi-go/guanxi/internal/limit"
)

// Unit is a company, branch or department (组织单元).
type Unit struct {
	ID     string `json:"id"`
	Parent string `json:"parent,omitempty"` // of which it is a part; "" for a root
	Head   string `json:"head,omitempty"`   // id of who runs it, and hears of what nobody looks after
}

// Book is the tree of units with the policies that were published (制度汇编). It says
// which one binds a unit at an instant: of those published on the unit, or else on
// the nearest unit above it, the one that began last. A Book does not change, and any
// number of goroutines may use it at once.
type Book struct {
	units    []Unit // from the roots down
	parents  []int32
	index    map[string]int32
	policies []Policy
	editions []approval.Edition
	lines    [][]inForce // by unit: what binds it from when on, its own and those above
}

// inForce says that from an instant on a policy binds, -1 for none.
type inForce struct {
	from   int64 // microseconds since 1970
	policy int32
}

// NewBook returns the book of an organisation. Of the policies those count that are
// Published or Superseded; others may be among them. All faults are reported at once,
// joined; each is an [*Error]:
//
//   - ErrInvalid: an id that is none, a cycle of units, a policy that is not valid
//   - ErrDuplicate: a unit given twice, a version of a policy given twice
//   - ErrNotFound: the unit of a policy, or the unit above one, that is not there
func NewBook(units []Unit, policies []Policy) (*Book, error) {
	b := &Book{index: make(map[string]int32, len(units))}
	var found problems
	found = append(found, b.lay(units)...)
	for _, p := range policies {
		if p.State != Published && p.State != Superseded {
			continue
		}
		found.add(p.Validate())
		if _, ok := b.index[p.Unit]; !ok && len(found) == 0 {
			found.add(refuseID(ErrNotFound, codeNoUnit, "policies", p.Unit))
		}
		b.policies = append(b.policies, p)
	}
	slices.SortStableFunc(b.policies, func(a, b Policy) int {
		return cmp.Or(cmp.Compare(a.Edition.Policy, b.Edition.Policy), cmp.Compare(a.Edition.Version, b.Edition.Version))
	})
	for i, p := range b.policies {
		b.editions = append(b.editions, p.Edition)
		if i > 0 && b.editions[i-1].Policy == p.Edition.Policy && b.editions[i-1].Version == p.Edition.Version {
			found.add(refuseID(ErrDuplicate, codeRepeated, "policies", p.Edition.Policy))
		}
	}
	if err := found.join(); err != nil {
		return nil, err
	}
	b.lines = make([][]inForce, len(b.units))
	for u := range b.units { // parents come first
		b.lines[u] = b.line(int32(u))
	}
	return b, nil
}

// lay takes the units over from the roots down.
func (b *Book) lay(units []Unit) (found problems) {
	groups, heads := make([]group.Group, 0, len(units)), make(map[string]string, len(units))
	for _, u := range units {
		groups = append(groups, group.Group{ID: u.ID, Parent: u.Parent})
		heads[u.ID] = u.Head
		found.checkID(limit.Text(u.Head, 0, limit.ID), codeID, "units.head", u.ID)
	}
	tree, err := group.NewTree(groups)
	if err != nil {
		return append(found, treeErrors(err)...)
	}
	for n := range tree.All() {
		parent := int32(-1)
		if up, ok := n.Parent(); ok {
			parent = b.index[up.ID()]
		}
		b.index[n.ID()] = int32(len(b.units))
		b.units = append(b.units, Unit{ID: n.ID(), Parent: n.Group().Parent, Head: heads[n.ID()]})
		b.parents = append(b.parents, parent)
	}
	return found
}

// treeErrors says what is wrong with the tree in the words of this package.
func treeErrors(err error) (errs []error) {
	if joined, ok := err.(interface{ Unwrap() []error }); ok {
		for _, e := range joined.Unwrap() {
			errs = append(errs, treeErrors(e)...)
		}
		return errs
	}
	var e *group.Error
	if !errors.As(err, &e) {
		return []error{err}
	}
	code := codeTree
	switch {
	case errors.Is(err, ErrDuplicate):
		code = codeRepeated
	case errors.Is(err, ErrNotFound):
		code = codeNoUnit
	}
	return []error{refuseID(e.Err, code, "units", e.ID, e.Others...)}
}

// line returns what binds a unit over time: what binds the unit above until it has a
// policy of its own.
func (b *Book) line(u int32) []inForce {
	var own []inForce
	for i, p := range b.policies {
		if b.index[p.Unit] == u {
			own = append(own, inForce{p.Edition.From.UnixMicro(), int32(i)})
		}
	}
	slices.SortStableFunc(own, func(x, y inForce) int { return cmp.Compare(x.from, y.from) })
	until := int64(math.MaxInt64)
	if len(own) > 0 {
		until = own[0].from
	}
	line := []inForce{{math.MinInt64, -1}}
	if up := b.parents[u]; up >= 0 {
		line = slices.Clone(b.lines[up])
	}
	for n, l := range line {
		if l.from >= until {
			line = line[:n]
			break
		}
	}
	return append(line, own...)
}

// Units returns the units from the roots down, siblings in byte order of id.
func (b *Book) Units() []Unit { return slices.Clone(b.units) }

// At returns the policy that binds a unit at an instant, and false where none does or
// there is no such unit.
func (b *Book) At(unit string, at time.Time) (Policy, bool) {
	u, ok := b.index[unit]
	if !ok {
		return Policy{}, false
	}
	if i := bindingAt(b.lines[u], at.UnixMicro()); i >= 0 {
		return b.policies[i], true
	}
	return Policy{}, false
}

// bindingAt returns the policy of a line at an instant, or -1.
func bindingAt(line []inForce, at int64) int32 {
	for i := len(line) - 1; i >= 0; i-- {
		if line[i].from <= at {
			return line[i].policy
		}
	}
	return -1
}

// StateAt returns the state of a published version at an instant: Published until the
// next version of the policy is in force, Superseded from then on. ErrNotFound: it is
// not in the book.
func (b *Book) StateAt(policy string, version int, at time.Time) (State, error) {
	if !slices.ContainsFunc(b.editions, func(e approval.Edition) bool { return e.Policy == policy && e.Version == version }) {
		return 0, refuseID(ErrNotFound, codeNoPolicy, "policy", policy)
	}
	if now, err := approval.VersionAt(b.editions, policy, at); err == nil && now.Version > version {
		return Superseded, nil
	}
	return Published, nil
}

// Publishing says what publishing may do that it does not by default.
type Publishing struct {
	AllowRetroactive bool // a policy may be in force before it was signed
}

// Publish returns an approved and signed policy as Published, or everything that keeps
// it from being published, joined (发布校验). The book stays as it is: make a new one.
//
//   - the errors of [approval.Gate.Check] with both bodies: columns that are not
//     stated and bodies that did not approve (ErrIncomplete), a version that is not the
//     last one plus 1, what was changed after signing (Field "sign"), in force before
//     it was signed (ErrInvalid), bodies out of order (ErrTransition)
//   - ErrTransition: it is not Approved
//   - ErrInvalid with Items: a rule that is looser than those of the unit above, now
//     or as they are published to become (Field "looser"); another unit than the
//     version before
//   - ErrNotFound: its unit is not in the book
func (b *Book) Publish(p Policy, how Publishing) (Policy, error) {
	var found problems
	found.add(p.Validate())
	if p.State != Approved {
		found.add(refuseID(ErrTransition, codeState, "state", p.State.String()))
	}
	gate := approval.Gate{Bodies: Bodies(), AllowRetroactive: how.AllowRetroactive}
	if err := gate.Check(b.editions, p.Edition, p.Text()); err != nil {
		found = append(found, parts(err)...)
	}
	if u, ok := b.index[p.Unit]; ok {
		found.add(b.looser(p, u))
	} else {
		found.add(refuseID(ErrNotFound, codeNoUnit, "unit", p.Unit))
	}
	for _, before := range b.policies {
		if before.Edition.Policy == p.Edition.Policy && before.Unit != p.Unit {
			found.add(refuseID(ErrInvalid, codeMoved, "unit", p.Unit))
			break
		}
	}
	if err := found.join(); err != nil {
		return p, err
	}
	p.State = Published
	return p, nil
}

// looser reports where p is looser than what binds the unit above from p's beginning
// on.
func (b *Book) looser(p Policy, u int32) error {
	up := b.parents[u]
	if up < 0 {
		return nil
	}
	line, from := b.lines[up], p.Edition.From.UnixMicro()
	binding := []int32{bindingAt(line, from)}
	for _, l := range line {
		if l.from > from {
			binding = append(binding, l.policy)
		}
	}
	var fields []string
	for _, i := range binding {
		if i >= 0 {
			fields = append(fields, p.Rules.Looser(b.policies[i].Rules)...)
		}
	}
	if fields == nil {
		return nil
	}
	slices.Sort(fields)
	return refuseID(ErrInvalid, codeTooLoose, "looser", p.Unit, slices.Compact(fields)...)
}

// Looser returns a CAD-LOOSER about each unit whose own policy is looser at an instant
// than what binds the unit above it, as happens when that becomes stricter later.
func (b *Book) Looser(at time.Time, zone *time.Location) ([]Finding, error) {
	if zone == nil {
		return nil, refuse(ErrInvalid, codeMissing, "zone")
	}
	var list []Finding
	for u, unit := range b.units {
		own, up := bindingAt(b.lines[u], at.UnixMicro()), b.parents[u]
		if own < 0 || up < 0 || b.policies[own].Unit != unit.ID {
			continue
		}
		above := bindingAt(b.lines[up], at.UnixMicro())
		if above < 0 {
			continue
		}
		if fields := b.policies[own].Rules.Looser(b.policies[above].Rules); fields != nil {
			from := max(b.policies[own].Edition.From.UnixMicro(), b.policies[above].Edition.From.UnixMicro())
			f := Finding{Code: foundLooser, Subject: unit.ID, Owner: unit.Head, Unit: unit.ID, Fields: fields,
				Policy: b.policies[own].Edition.Policy, Version: b.policies[own].Edition.Version,
				DueAt: time.UnixMicro(from).In(zone), FoundAt: time.UnixMicro(from).In(zone)}
			f.seal(zone, f.DueAt.UTC().Format(time.RFC3339))
			list = append(list, f)
		}
	}
	slices.SortFunc(list, compareFindings)
	return list, nil
}

func parts(err error) []error {
	if joined, ok := err.(interface{ Unwrap() []error }); ok {
		return joined.Unwrap()
	}
	return []error{err}
}
