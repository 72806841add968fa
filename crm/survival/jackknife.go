package survival

import (
	"math"

	"github.com/guanxi-go/guanxi/internal/numeric"
)

// jackknife carries the Aalen-Johansen estimates through time together with the
// sums over all rows of their squared influences, without touching the rows.
//
// The influence of a row is the derivative of an estimate by the row's weight.
// With Y at risk, d events of which d_k of cause k, and S the probability of no
// event just before t, let u be the row's influence on log S and v its influence
// on the incidence F_k. At t, for a row at risk,
//
//	v += S·(d_k/Y)·(u - 1/Y)    and, if it has an event of cause k now, + S/Y
//	u += d / (Y·(Y-d))          and, if it has an event now, - 1/(Y-d)
//
// and for a row that has left, v += S·(d_k/Y)·u. Both rules are linear, so the
// sums of u, u², v, u·v and v² over all rows at risk, and over all that have
// left, follow from themselves in O(causes). A row that leaves is moved from one
// set of sums to the other; its own u and v follow from the running values at
// its entry. The variance of F_k is the sum of v² and that of S is S² times the
// sum of u².
//
// Where F_k nears 1 all v near 0, and a sum of squares that was once large would
// be left with a rounding error of 1e-16, its root with one of 1e-8. So the sums
// are double-double. The factors of the two rules need not be: they are off by
// the same for every row.
type jackknife struct {
	survival  float64
	product   productLimit
	incidence []float64

	atRisk, left moments

	// trail holds the running values before the first time and after each.
	trail []running

	// Of the latest time, for the rows that leave at it.
	before  float64 // S just before
	risk    float64 // Y
	through float64 // Y - d
	over    bool    // S was 0 already: nothing has influence any more
}

type wide = numeric.DoubleDouble

// moments are sums over a set of rows.
type moments struct {
	rows      float64
	u, uu     wide
	v, uv, vv []wide // by cause
}

// running are sums over the events so far, from whose differences a row's own
// influence is taken.
type running struct {
	c    wide   // of d/(Y(Y-d)): u of a row at risk all the time
	f, g []wide // by cause: F_k, and the sum of S·(d_k/Y)·(c - 1/Y), c as just before
}

func newMoments(causes int) moments {
	w := make([]wide, 3*causes)
	return moments{v: w[:causes], uv: w[causes : 2*causes], vv: w[2*causes:]}
}

func newJackknife(causes, times int) *jackknife {
	j := &jackknife{
		survival: 1, product: productLimit{survival: 1}, incidence: make([]float64, causes),
		atRisk: newMoments(causes), left: newMoments(causes),
		trail: make([]running, times+1),
	}
	w := make([]wide, (times+1)*2*causes)
	for i := range j.trail {
		j.trail[i].f, w = w[:causes], w[causes:]
		j.trail[i].g, w = w[:causes], w[causes:]
	}
	return j
}

// step moves to the time with index i, at which rows enter and then events
// happen, events[k] of cause k+1.
func (j *jackknife) step(i, entered int, events []int) {
	now := &j.trail[i+1]
	now.c = j.trail[i].c
	copy(now.f, j.trail[i].f)
	copy(now.g, j.trail[i].g)

	j.over = j.survival == 0
	j.atRisk.rows += float64(entered)
	total := 0
	for _, d := range events {
		total += d
	}
	y, d, s := j.atRisk.rows, float64(total), j.survival
	j.before, j.risk, j.through = s, y, y-d
	if total == 0 || j.over {
		return
	}
	for k := range events {
		if events[k] == 0 {
			continue
		}
		a := s * float64(events[k]) / y
		j.atRisk.shiftV(k, a, 1/y)
		j.left.shiftV(k, a, 0)
		now.f[k] = now.f[k].Add(numeric.Wide(a))
		now.g[k] = now.g[k].Add(now.c.Sub(numeric.Wide(1 / y)).Times(a))
		j.incidence[k] = now.f[k].Float()
	}
	if j.through > 0 {
		c := d / (y * j.through)
		j.atRisk.shiftU(c)
		now.c = now.c.Add(numeric.Wide(c))
	}
	j.survival = j.product.after(riskSet{atRisk: int(y), events: total})
	if j.survival == 0 {
		j.settle()
	}
}

// settle makes the incidence exactly 1 where one cause alone ended the risk set:
// its steps may add up to the float beside, which would have limits.
func (j *jackknife) settle() {
	only := -1
	for k, f := range j.incidence {
		if f > 0 {
			if only >= 0 {
				return
			}
			only = k
		}
	}
	if only >= 0 {
		j.incidence[only] = 1
	}
}

// shiftV applies v += a·(u - b) to every row.
func (m *moments) shiftV(k int, a, b float64) {
	uB := m.u.Sub(numeric.Wide(m.rows).Times(b)) // sum of u-b
	uuB := m.uu.Sub(m.u.Times(b))                // sum of u(u-b)
	uvB := m.uv[k].Sub(m.v[k].Times(b))          // sum of v(u-b)
	bb := uuB.Sub(uB.Times(b))                   // sum of (u-b)²
	m.vv[k] = m.vv[k].Add(uvB.Times(2).Add(bb.Times(a)).Times(a))
	m.uv[k] = m.uv[k].Add(uuB.Times(a))
	m.v[k] = m.v[k].Add(uB.Times(a))
}

// shiftU applies u += c to every row.
func (m *moments) shiftU(c float64) {
	for k := range m.uv {
		m.uv[k] = m.uv[k].Add(m.v[k].Times(c))
	}
	rows := numeric.Wide(m.rows).Times(c)
	m.uu = m.uu.Add(m.u.Times(2).Add(rows).Times(c))
	m.u = m.u.Add(rows)
}

// leave takes out of the risk set of time index i, that of the latest step, as
// many rows that are at risk since time index start: censored for cause 0, else
// with an event of that cause.
func (j *jackknife) leave(i, start, cause, rows int) {
	n := float64(rows)
	j.atRisk.rows -= n
	if j.over {
		return
	}
	then, now := &j.trail[start], &j.trail[i+1]
	u := now.c.Sub(then.c)
	after := u // with the row's own event
	if cause > 0 && j.through > 0 {
		after = after.Sub(numeric.Wide(1 / j.through))
	}
	for k := range now.f {
		v := now.g[k].Sub(then.g[k]).Sub(then.c.Mul(now.f[k].Sub(then.f[k])))
		vn := v.Times(-n)
		j.atRisk.v[k] = j.atRisk.v[k].Add(vn)
		j.atRisk.uv[k] = j.atRisk.uv[k].Add(vn.Mul(u))
		j.atRisk.vv[k] = j.atRisk.vv[k].Add(vn.Mul(v))
		if k == cause-1 {
			v = v.Add(numeric.Wide(j.before / j.risk))
		}
		vn = v.Times(n)
		j.left.uv[k] = j.left.uv[k].Add(vn.Mul(after))
		j.left.vv[k] = j.left.vv[k].Add(vn.Mul(v))
	}
	j.atRisk.u = j.atRisk.u.Sub(u.Times(n))
	j.atRisk.uu = j.atRisk.uu.Sub(u.Times(n).Mul(u))
	j.left.uu = j.left.uu.Add(after.Times(n).Mul(after))
}

// state returns the probability of a state after the latest time, 0 for no
// event and k for cause k, and its standard error.
func (j *jackknife) state(k int) (p, stdErr float64) {
	if k == 0 {
		return j.survival, j.survival * rootOf(j.atRisk.uu.Add(j.left.uu))
	}
	return j.incidence[k-1], rootOf(j.atRisk.vv[k-1].Add(j.left.vv[k-1]))
}

// rootOf is the square root of a sum of squares, which rounding may have left a
// little below zero.
func rootOf(x wide) float64 { return math.Sqrt(max(x.Float(), 0)) }
