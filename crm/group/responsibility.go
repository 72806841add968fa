package group

import (
	"cmp"
	"errors"
	"slices"
	"strings"
	"time"

	"github.com/shopspring/decimal"

	"github.com/guanxi-go/guanxi/internal/limit"
)

// Responsibility is one row of the table (顾客群体责任部门划分表): a department, or
// a person in it, has a role for a customer group during a time. Its JSON names are
// stable; nothing in it is personal data but the opaque id of a member of staff.
type Responsibility struct {
	Group      string    `json:"group"`              // id
	Department string    `json:"department"`         // id
	Person     string    `json:"person,omitempty"`   // id of a member of staff; "" for the department as such
	Role       Role      `json:"role"`               // required
	Services   []string  `json:"services,omitempty"` // what is done for the group 服务内容
	Goals      []Goal    `json:"goals,omitempty"`    // 相关管理目标
	From       time.Time `json:"from,omitzero"`      // first instant; zero: since ever
	Until      time.Time `json:"until,omitzero"`     // first instant after; zero: open
}

// Goal is a figure that the service has to reach (管理目标).
type Goal struct {
	Metric string          `json:"metric"`         // what is measured, not empty: "complaints closed in 5 days"
	Target decimal.Decimal `json:"target"`         // the figure
	Unit   string          `json:"unit,omitempty"` // of Target: "%", "CNY"
	Period Period          `json:"period"`         // how often it has to be reached
}

// ValidAt reports whether the row holds at an instant.
func (r Responsibility) ValidAt(at time.Time) bool { return holds(r.From, r.Until, at) }

// Validate reports everything wrong with r, joined; each is an [*Error] that wraps
// ErrInvalid: an id of another form than stated at [Group], no role, an interval
// that is empty or runs backward, a goal without a metric or a period.
func (r Responsibility) Validate() error {
	var errs []error
	check := func(broken bool, field, reason string) {
		if broken {
			errs = append(errs, invalid(limit.Shown(r.Group), field, reason))
		}
	}
	check(!validID(r.Group), "group", badID)
	check(!validID(r.Department), "department", badID)
	check(r.Person != "" && !validID(r.Person), "person", badID)
	check(!r.Role.Valid(), "role", "is missing or unknown")
	check(backward(r.From, r.Until), "interval", "is empty or runs backward")
	for _, g := range r.Goals {
		check(g.Metric == "", "goals", "has one without a metric")
		check(!g.Period.Valid(), "goals", "has one without a period")
	}
	return errors.Join(errs...)
}

func (r Responsibility) clone() Responsibility {
	r.Services, r.Goals = slices.Clone(r.Services), slices.Clone(r.Goals)
	return r
}

// Table says who serves which customer group, and since when (顾客群体责任表). It
// does not change and may be shared between goroutines; the zero Table is empty.
type Table struct {
	rows []Responsibility // by identity, then From
}

// NewTable makes a table; the order of the rows does not matter. It reports all
// faults at once, joined; each is an [*Error]: what [Responsibility.Validate] finds,
// and ErrDuplicate where two rows of one group, department, person and role overlap
// in time. Whether each group has its department is not a matter of the rows: see
// [Table.Check].
func NewTable(rows []Responsibility) (*Table, error) {
	t := &Table{rows: make([]Responsibility, 0, len(rows))}
	var errs []error
	for _, r := range rows {
		errs = append(errs, r.Validate())
		t.rows = append(t.rows, r.clone())
	}
	slices.SortStableFunc(t.rows, func(a, b Responsibility) int { return cmp.Or(identity(a, b), a.From.Compare(b.From)) })
	for i, r := range t.rows {
		if i > 0 && identity(t.rows[i-1], r) == 0 && holds(t.rows[i-1].From, t.rows[i-1].Until, r.From) {
			errs = append(errs, &Error{ID: limit.Shown(r.Group), Field: "interval", Reason: "overlaps another row of the same department, person and role", Err: ErrDuplicate})
		}
	}
	if err := errors.Join(errs...); err != nil {
		return nil, err
	}
	return t, nil
}

func identity(a, b Responsibility) int {
	return cmp.Or(strings.Compare(a.Group, b.Group), cmp.Compare(a.Role, b.Role),
		strings.Compare(a.Department, b.Department), strings.Compare(a.Person, b.Person))
}

// Rows returns all rows by group, role, department, person and From.
func (t *Table) Rows() []Responsibility { return t.where(func(Responsibility) bool { return true }) }

// AsOf returns the rows that hold at an instant, in the order of [Table.Rows].
func (t *Table) AsOf(at time.Time) []Responsibility {
	return t.where(func(r Responsibility) bool { return r.ValidAt(at) })
}

// Of returns the rows of one group that hold at an instant, in the order of
// [Table.Rows]: the accountable ones first.
func (t *Table) Of(group string, at time.Time) []Responsibility {
	return t.where(func(r Responsibility) bool { return r.Group == group && r.ValidAt(at) })
}

func (t *Table) where(keep func(Responsibility) bool) (rows []Responsibility) {
	for _, r := range t.rows {
		if keep(r) {
			rows = append(rows, r.clone())
		}
	}
	return rows
}

// Accountable returns the one department that answers for a group at an instant. It
// is ErrNotFound where there is none, and ErrConflict where there are several, with
// the departments in Others of the [*Error]. Several persons of one department are
// one department.
func (t *Table) Accountable(group string, at time.Time) (department string, err error) {
	var departments []string
	for _, r := range t.of(group) {
		if r.Role == Accountable && r.ValidAt(at) {
			departments = append(departments, r.Department)
		}
	}
	switch departments = slices.Compact(departments); len(departments) {
	case 0:
		return "", &Error{ID: group, Field: "department", Reason: "nobody is accountable", Err: ErrNotFound}
	case 1:
		return departments[0], nil
	}
	return "", &Error{ID: group, Field: "department", Others: departments, Reason: "several are accountable:", Err: ErrConflict}
}

// of returns the stretch of rows of one group, without copying.
func (t *Table) of(group string) []Responsibility {
	by := func(r Responsibility, id string) int { return strings.Compare(r.Group, id) }
	i, _ := slices.BinarySearchFunc(t.rows, group, by)
	rest := t.rows[i:]
	n := slices.IndexFunc(rest, func(r Responsibility) bool { return r.Group != group })
	if n < 0 {
		n = len(rest)
	}
	return rest[:n]
}
