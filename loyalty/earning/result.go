package earning

import (
	"slices"

	"github.com/guanxi-go/guanxi/crm/money"
)

// Result is what an order earned, as a record: a return is computed from it and
// from nothing else (积分明细). It holds ids, counts and minor units, and nothing
// personal.
type Result struct {
	Version int   `json:"version"` // of the programme
	Points  int64 `json:"points"`  // to post, at least 0
	QP      int64 `json:"qp"`      // qualifying points, at least 0
	// Lines are the order's, in its order. Their points and those of Whole sum to
	// Points, and so with QP.
	Lines []Award `json:"lines,omitempty"`
	// Whole is what visits and fixed points gave, to no line. Its ID is "", its
	// Amount that of all lines and its Units the visits, at least 1.
	Whole Award `json:"whole"`
	// Grants split Points by their terms, in the order in which the rules gave them:
	// the ledger posts a lot for each. There is none without points.
	Grants []Grant `json:"grants,omitempty"`
	// Explanation sums to Points and QP: every rule that worked on something, base
	// rules first, each with what it added, and then the caps with what they took.
	Explanation []Step `json:"explanation,omitempty"`
	// Counters are those of the caps per day, month and campaign after the order, in
	// the order of Programme.Caps, for the host to store.
	Counters []Counter `json:"counters,omitempty"`
}

// Award is what a line earned.
type Award struct {
	ID       string `json:"id,omitzero"`
	Amount   int64  `json:"amount"`         // of the line, in minor units
	Units    int64  `json:"units,omitzero"` // of the line
	Eligible int64  `json:"eligible"`       // what of Amount could earn, in minor units
	Points   int64  `json:"points"`
	QP       int64  `json:"qp,omitzero"`
}

// Grant is points under one set of terms.
type Grant struct {
	Points int64 `json:"points"` // above 0
	Terms  Terms `json:"terms,omitzero"`
}

// Step is one line of the explanation: what a rule gave, or a cap took.
type Step struct {
	Kind   StepKind    `json:"kind"`
	ID     string      `json:"id"`              // of the rule, or of the cap
	Factor money.Ratio `json:"factor,omitzero"` // of a multiplier
	Points int64       `json:"points"`          // below 0 where a cap took them
	QP     int64       `json:"qp,omitzero"`
}

// Earn computes what an order earns, with everything that has to be recorded. An
// order that earns nothing is a Result of 0 points and no error.
//
// ErrInvalid, all faults joined: an order that does not validate, no instant, the
// wrong zone, a counter below 0 or twice. ErrCurrency: another currency than the
// programme's. ErrOverflow: points or qualifying points before caps beyond
// int64, an exact sum beyond 128 bits, or factors at work whose common
// denominator with the rates is beyond 62 bits.
func (p *Plan) Earn(o Order, c Context) (Result, error) {
	var b buffers
	w, err := p.open(&b, &o, &c)
	if err == nil {
		err = p.compute(&w)
	}
	if err != nil {
		return Result{}, err
	}
	return p.result(&w), nil
}

// Preview returns Points and QP of what [Plan.Earn] returns, without the record:
// for baskets and shop windows (预览). Where the rules that apply and the order are
// small (up to 16 lines, a programme of 16 rules and 8 caps, and at most 64 of
// applying rules times lines plus one) and nothing was paid with points, it does not allocate.
func (p *Plan) Preview(o Order, c Context) (points, qp int64, err error) {
	var b buffers
	w, err := p.open(&b, &o, &c)
	if err == nil {
		err = p.compute(&w)
	}
	if err != nil {
		return 0, 0, err
	}
	return w.total(OfPoints), w.total(OfQP), nil
}

func (p *Plan) compute(w *work) error {
	for m := range w.cells {
		if !p.gives[m] {
			continue
		}
		if err := p.run(w, Measure(m)); err != nil {
			return err
		}
		for row := range w.rows {
			w.given[m][row] = w.row(Measure(m), row)
		}
	}
	if len(p.caps) == 0 {
		return nil
	}
	if err := p.openCaps(w); err != nil {
		return err
	}
	p.limit(w)
	return nil
}

func (p *Plan) result(w *work) Result {
	o := w.order
	r := Result{Version: p.version, Points: w.total(OfPoints), QP: w.total(OfQP), Whole: Award{Units: max(1, o.Visits)}}
	if len(o.Lines) > 0 {
		r.Lines = make([]Award, len(o.Lines))
	}
	for i := range o.Lines {
		l := &o.Lines[i]
		r.Lines[i] = Award{l.ID, l.Amount, l.Units, w.eligible[i], w.column(OfPoints, i), w.column(OfQP, i)}
		r.Whole.Amount += l.Amount
		r.Whole.Eligible += w.eligible[i]
	}
	r.Whole.Points, r.Whole.QP = w.column(OfPoints, w.width-1), w.column(OfQP, w.width-1)
	p.explain(w, &r)
	p.grant(w, &r)
	for k := range p.caps {
		if c, a := &p.caps[k], &w.caps[k]; c.Period != InOrder {
			r.Counters = append(r.Counters, Counter{c.ID, a.since, a.used + max(0, c.Limit-a.used) - a.room})
		}
	}
	return r
}

// explain lists the rules that took a column, and the caps that took points.
func (p *Plan) explain(w *work, r *Result) {
	if len(w.rows) > 0 {
		r.Explanation = make([]Step, 0, len(w.rows)+len(p.caps))
	}
	for row, at := range w.rows {
		if !slices.Contains(w.takes[row*w.width:(row+1)*w.width], true) {
			continue
		}
		s := Step{Kind: Gave, ID: p.rules[at].id, Points: w.given[OfPoints][row], QP: w.given[OfQP][row]}
		if row >= w.base {
			s.Kind, s.Factor = Multiplied, p.rules[at].factor
		}
		r.Explanation = append(r.Explanation, s)
	}
	if len(r.Explanation) == 0 {
		r.Explanation = nil
	}
	for k := range p.caps {
		s := Step{Kind: Capped, ID: p.caps[k].ID}
		if cut := w.caps[k].cut; cut == 0 {
			continue
		} else if p.caps[k].Measure == OfQP {
			s.QP = -cut
		} else {
			s.Points = -cut
		}
		r.Explanation = append(r.Explanation, s)
	}
}

// grant adds up what is left of the rows' points by terms.
func (p *Plan) grant(w *work, r *Result) {
	for row, at := range w.rows {
		points, terms := w.row(OfPoints, row), p.rules[at].terms
		if points == 0 {
			continue
		}
		i := slices.IndexFunc(r.Grants, func(g Grant) bool { return g.Terms == terms })
		if i < 0 {
			i, r.Grants = len(r.Grants), append(r.Grants, Grant{Terms: terms})
		}
		r.Grants[i].Points += points
	}
}
