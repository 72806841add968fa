package earning

import (
	"slices"
	"strings"

	"github.com/guanxi-go/guanxi/crm/money"
)

// work is one order under a plan, as a table: a row for each rule that applies,
// in the order of the explanation, a column for each line and a last one for
// what belongs to no line.
type work struct {
	order    *Order
	context  *Context
	width    int
	earns    []bool      // by line: it is not excluded
	eligible []int64     // by line: minor units that earn
	rows     []int       // places in Plan.rules
	base     int         // how many rows are base rules
	takes    []bool      // by cell: the rule works there
	exact    []wide      // by cell: what the rule adds there, over one denominator
	cells    [2][]int64  // by measure and cell: the same in whole points
	given    [2][]int64  // by measure and row: whole points before caps
	caps     []allowance // by cap of the plan
}

// buffers keep the table of a small order off the heap.
type buffers struct {
	earns    [16]bool
	eligible [16]int64
	rows     [16]int
	takes    [64]bool
	exact    [64]wide
	cells    [2][64]int64
	given    [2][16]int64
	caps     [8]allowance
}

func sized[T any](small []T, n int) []T {
	if n <= len(small) {
		return small[:n]
	}
	return make([]T, n)
}

// open checks an order and its context and says which rules work where. The
// slices are set here and not in methods of work, which keeps b off the heap.
func (p *Plan) open(b *buffers, o *Order, x *Context) (work, error) {
	w := work{order: o, context: x, width: len(o.Lines) + 1}
	total, err := p.check(o, x)
	if err != nil {
		return w, err
	}
	w.earns = sized(b.earns[:], len(o.Lines))
	w.eligible = sized(b.eligible[:], len(o.Lines))
	if err := p.eligible(&w, total); err != nil {
		return w, err
	}
	w.rows = sized(b.rows[:], len(p.rules))[:0]
	for i := range p.rules {
		if p.refusal(&w, &p.rules[i]) != 0 {
			continue
		}
		if w.rows = append(w.rows, i); i < p.base {
			w.base++
		}
	}
	n := len(w.rows) * w.width
	w.takes = sized(b.takes[:], n)
	w.exact = sized(b.exact[:], n)
	w.cells = [2][]int64{sized(b.cells[OfPoints][:], n), sized(b.cells[OfQP][:], n)}
	w.given = [2][]int64{sized(b.given[OfPoints][:], len(w.rows)), sized(b.given[OfQP][:], len(w.rows))}
	w.caps = sized(b.caps[:], len(p.caps))
	p.place(&w)
	return w, nil
}

// check returns the sum of the order's amounts, or all that is wrong.
func (p *Plan) check(o *Order, x *Context) (int64, error) {
	faults := problems{item: -1}
	total := o.validate(&faults)
	x.validate(&faults)
	if o.Currency != p.currency {
		faults.add(ErrCurrency, "currency", "is not that of the programme")
	}
	zone := "UTC"
	if x.Zone != nil {
		zone = x.Zone.String()
	}
	faults.check(p.zone == "" || zone == p.zone, "zone", "is not that of the programme")
	return total, faults.join()
}

// eligible finds the lines that may earn and how much of each.
func (p *Plan) eligible(w *work, total int64) error {
	var paid []int64 // with points: the net part of each line, and its tax
	if w.order.PointsPaid > 0 && !p.include.PointsPaid {
		var err error
		if paid, err = w.order.paid(); err != nil {
			return err
		}
	}
	for i := range w.order.Lines {
		l := &w.order.Lines[i]
		if l.Excluded || l.Shipping && !p.include.Shipping || !p.exclude.all() && p.exclude.match(l) {
			continue
		}
		w.earns[i] = true
		net, tax := l.Amount-l.Tax, l.Tax
		if paid != nil {
			net, tax = net-paid[2*i], tax-paid[2*i+1]
		}
		if w.eligible[i] = net; p.include.Tax {
			w.eligible[i] += tax
		}
	}
	return nil
}

// paid shares what was paid with points over the net parts and the taxes of all
// lines. The lines stand in the order of their ids, so that it does not matter
// who gets the last minor unit in which order they were given.
func (o *Order) paid() ([]int64, error) {
	order := make([]int, len(o.Lines))
	for i := range order {
		order[i] = i
	}
	slices.SortFunc(order, func(i, j int) int { return strings.Compare(o.Lines[i].ID, o.Lines[j].ID) })
	weights := make([]int64, 0, 2*len(order))
	for _, i := range order {
		weights = append(weights, o.Lines[i].Amount-o.Lines[i].Tax, o.Lines[i].Tax)
	}
	parts, err := money.Allocate(o.PointsPaid, weights)
	if err != nil {
		return nil, refuse(sentinel(err), "points_paid", -1, "", "cannot be shared out")
	}
	out := make([]int64, len(parts))
	for k, i := range order {
		out[2*i], out[2*i+1] = parts[2*k], parts[2*k+1]
	}
	return out, nil
}

// refusal says why a rule does not apply to the order, none where it does.
func (p *Plan) refusal(w *work, r *rule) Refusal {
	if why := r.when.refusal(w.order, w.context); why != 0 {
		return why
	}
	if r.anyLine && r.when.minimum == 0 {
		return 0
	}
	found, sum := false, int64(0)
	for i := range w.order.Lines {
		if w.earns[i] && (r.anyLine || r.lines.match(&w.order.Lines[i])) {
			found, sum = true, sum+w.eligible[i]
		}
	}
	switch {
	case !r.anyLine && !found:
		return NoLine
	case sum < r.when.minimum:
		return BelowMinimum
	}
	return 0
}

// place fills takes. Of the rules of one group the first takes a column.
func (p *Plan) place(w *work) {
	for row, at := range w.rows {
		r, first := &p.rules[at], 0
		if row >= w.base {
			first = w.base
		}
		for col := range w.width {
			took := r.group != "" && p.taken(w, r.group, first, row, col)
			w.takes[row*w.width+col] = !took && w.reaches(r, col)
		}
	}
}

// taken reports whether a row from first to before row, of the group, has taken
// the column.
func (p *Plan) taken(w *work, group string, first, row, col int) bool {
	for k := first; k < row; k++ {
		if w.takes[k*w.width+col] && p.rules[w.rows[k]].group == group {
			return true
		}
	}
	return false
}

// reaches reports whether a rule works on a column.
func (w *work) reaches(r *rule, col int) bool {
	ofOrder := r.kind == PerVisit || r.kind == Fixed
	if col == w.width-1 {
		return ofOrder || r.kind == Multiplier && r.anyLine
	}
	return !ofOrder && w.earns[col] && (r.anyLine || r.lines.match(&w.order.Lines[col]))
}

// count returns what a base rule counts in a column that it takes.
func (w *work) count(r *rule, col int) uint64 {
	switch r.kind {
	case PerMoney:
		return uint64(w.eligible[col])
	case PerUnit:
		if w.eligible[col] == 0 && w.order.Lines[col].Amount > 0 {
			return 0 // all of it was paid with points, or is tax
		}
		return uint64(w.order.Lines[col].Units)
	case PerVisit:
		return uint64(w.order.Visits)
	}
	return 1 // Fixed
}
