package group

import (
	"cmp"
	"errors"
	"slices"
	"strings"
	"time"

	"github.com/guanxi-go/guanxi/internal/limit"
)

// Placement says that a customer belongs to a group for a time (归属). A customer
// may be in several groups at once, also of one branch. Its JSON names are stable;
// nothing in it is personal data.
type Placement struct {
	Customer string    `json:"customer"`       // id
	Group    string    `json:"group"`          // id
	From     time.Time `json:"from,omitzero"`  // first instant; zero: since ever
	Until    time.Time `json:"until,omitzero"` // first instant after; zero: open
}

// ValidAt reports whether the placement holds at an instant.
func (p Placement) ValidAt(at time.Time) bool { return holds(p.From, p.Until, at) }

// Validate reports everything wrong with p, joined; each is an [*Error] that wraps
// ErrInvalid: an id of another form than stated at [Group], an interval that is
// empty or runs backward.
func (p Placement) Validate() error {
	var errs []error
	if !validID(p.Customer) {
		errs = append(errs, invalid("", "customer", badID))
	}
	if !validID(p.Group) {
		errs = append(errs, invalid("", "group", badID))
	}
	if backward(p.From, p.Until) {
		errs = append(errs, invalid(limit.Shown(p.Customer), "interval", "is empty or runs backward"))
	}
	return errors.Join(errs...)
}

// placed is a customer in the group at an index of the tree.
type placed struct {
	customer string
	at       int
}

// placedAt returns the placements that hold at an instant, each pair of customer
// and group once, by customer and then in preorder. All placements are checked,
// those that do not hold too; an unknown group is named once.
func (t *Tree) placedAt(placements []Placement, at time.Time) ([]placed, error) {
	list := make([]placed, 0, len(placements))
	var errs []error
	var unknown []string
	for _, p := range placements {
		if err := p.Validate(); err != nil {
			errs = append(errs, err)
			continue
		}
		n, ok := t.Node(p.Group)
		if !ok {
			unknown = append(unknown, p.Group)
		} else if p.ValidAt(at) {
			list = append(list, placed{p.Customer, n.i})
		}
	}
	slices.Sort(unknown)
	for _, id := range slices.Compact(unknown) {
		errs = append(errs, unknownGroup(id))
	}
	if err := errors.Join(errs...); err != nil {
		return nil, err
	}
	slices.SortFunc(list, func(a, b placed) int {
		return cmp.Or(strings.Compare(a.customer, b.customer), cmp.Compare(a.at, b.at))
	})
	return slices.Compact(list), nil
}
