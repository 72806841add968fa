package group

import (
	"errors"
	"slices"
	"strings"

	"github.com/guanxi-go/guanxi/crm/calendar"
	"github.com/guanxi-go/guanxi/crm/finding"
	"github.com/guanxi-go/guanxi/internal/limit"
)

// Register is what exists, for the check of the outputs.
type Register struct {
	Tree        *Tree    // the customer groups
	Departments []string // ids of all departments
	// Known reports whether a customer or a colleague exists; nil takes them for
	// known.
	Known func(Recipient) bool
}

func (r Register) knows(departments map[string]bool, to Recipient) bool {
	switch to.Kind {
	case ToGroup:
		_, ok := r.Tree.Node(to.ID)
		return ok
	case ToDepartment:
		return departments[to.ID]
	}
	return r.Known == nil || r.Known(to)
}

// CheckOutputs finds what is missing in the departments' lists of outputs, in the
// order of [finding.Compare]; [Catalogue] has the sentences, day dates them.
//
//   - GRP-NO-OUTPUT (warning): a department that lists none
//   - GRP-NO-RECIPIENT (warning): an output that nobody receives, or only the
//     department that makes it: either a customer was forgotten, or the work is not
//     needed
//   - GRP-OWN-RECIPIENT (notice): a department that names itself
//   - GRP-NO-KIND (notice): an output without its kind
//   - GRP-UNKNOWN-DEPARTMENT, GRP-UNKNOWN-RECIPIENT (warning): one that does not
//     exist; an unknown recipient still counts as one
//
// Errors are those of [Output.Validate], and ErrDuplicate for an id given more than
// once, joined.
func CheckOutputs(outputs []Output, register Register, day calendar.Day) ([]finding.Finding, error) {
	if err := validOutputs(outputs); err != nil {
		return nil, err
	}
	departments := setOf(register.Departments)
	idle := setOf(register.Departments)
	found := findings{day: day}
	for _, o := range outputs {
		delete(idle, o.Department)
		if !departments[o.Department] {
			found.add("GRP-UNKNOWN-DEPARTMENT", finding.Warning, o.Department, finding.Str("of", o.ID))
		}
		if o.Kind == 0 {
			found.add("GRP-NO-KIND", finding.Notice, o.ID, finding.Str("department", o.Department))
		}
		received := false
		for _, to := range o.Recipients {
			if to == (Recipient{ToDepartment, o.Department}) {
				found.add("GRP-OWN-RECIPIENT", finding.Notice, o.ID, finding.Str("department", o.Department))
				continue
			}
			received = true
			if !register.knows(departments, to) {
				found.add("GRP-UNKNOWN-RECIPIENT", finding.Warning, o.ID, finding.Term("kind", to.Kind), finding.Str("recipient", to.ID))
			}
		}
		if !received {
			found.add("GRP-NO-RECIPIENT", finding.Warning, o.ID, finding.Str("department", o.Department))
		}
	}
	for id := range idle {
		found.add("GRP-NO-OUTPUT", finding.Warning, id)
	}
	return found.sorted(), nil
}

func validOutputs(outputs []Output) error {
	sorted := slices.SortedStableFunc(slices.Values(outputs), func(a, b Output) int { return strings.Compare(a.ID, b.ID) })
	var errs []error
	for i, o := range sorted {
		errs = append(errs, o.Validate())
		if i > 0 && o.ID == sorted[i-1].ID && (i == 1 || o.ID != sorted[i-2].ID) {
			errs = append(errs, &Error{ID: limit.Shown(o.ID), Field: "id", Reason: "is given twice", Err: ErrDuplicate})
		}
	}
	return errors.Join(errs...)
}
