package points_test

import (
	"time"

	"github.com/guanxi-go/guanxi/loyalty/points"
)

// model is the plain account: it moves point by point and day by day, keeps every
// lot for ever and knows no entry. Days count from epoch; none is never.
type model struct {
	policy  points.Policy
	day     int
	lots    []*modelLot
	holds   []*modelHold
	debt    int64
	idle    int
	expired int64
	spent   map[uint64][]uint64 // by entry: the lot of each point not given back, in order
	given   map[uint64]*modelGift
}

type modelLot struct {
	id       uint64
	left     int64
	from, to int
	waits    bool
	lapsed   int64
}

type modelHold struct {
	id    uint64
	n     int64
	until int
}

// modelGift is what an earn gave and nobody took back.
type modelGift struct{ remaining int64 }

const none = 1 << 20

var epoch = time.Date(2025, 1, 1, 0, 0, 0, 0, time.UTC)

func midnight(day int) time.Time {
	if day == none {
		return time.Time{}
	}
	return epoch.AddDate(0, 0, day)
}

func newModel(p points.Policy) *model {
	return &model{policy: p, idle: none, spent: map[uint64][]uint64{}, given: map[uint64]*modelGift{}}
}

func (m *model) clone() *model {
	c := *m
	c.lots, c.holds = nil, nil
	for _, l := range m.lots {
		l := *l
		c.lots = append(c.lots, &l)
	}
	for _, h := range m.holds {
		h := *h
		c.holds = append(c.holds, &h)
	}
	c.spent, c.given = map[uint64][]uint64{}, map[uint64]*modelGift{}
	for k, v := range m.spent {
		c.spent[k] = append([]uint64(nil), v...)
	}
	for k, v := range m.given {
		v := *v
		c.given[k] = &v
	}
	return &c
}

// pass lets the days up to one come, one after the other.
func (m *model) pass(to int) {
	for m.day < to {
		m.day++
		m.bring()
	}
}

// bring does what the present day does.
func (m *model) bring() {
	for _, l := range m.lots {
		if l.to <= m.day || m.idle <= m.day {
			m.expired += l.left
			l.lapsed += l.left
			l.left = 0
		}
	}
	var open []*modelHold
	for _, h := range m.holds {
		if h.until > m.day {
			open = append(open, h)
		}
	}
	m.holds = open
	for m.debt > 0 && m.usable()-m.held() > 0 {
		m.pick(points.SoonestExpiring).left--
		m.debt--
	}
}

func (m *model) usable() (n int64) {
	for _, l := range m.lots {
		if !l.waits && l.from <= m.day {
			n += l.left
		}
	}
	return n
}

func (m *model) pending() (n int64) {
	for _, l := range m.lots {
		if l.waits || l.from > m.day {
			n += l.left
		}
	}
	return n
}

func (m *model) held() (n int64) {
	for _, h := range m.holds {
		n += h.n
	}
	return n
}

func (m *model) free() int64      { return m.usable() - m.held() - m.debt }
func (m *model) available() int64 { return max(0, m.free()) }
func (m *model) balance() int64   { return m.usable() + m.pending() - m.debt }

// pick returns the lot that the next point comes from.
func (m *model) pick(o points.Order) (best *modelLot) {
	for _, l := range m.lots {
		if l.waits || l.from > m.day || l.left == 0 {
			continue
		}
		key := func(l *modelLot) [3]int {
			if o == points.FIFO {
				return [3]int{l.from, int(l.id)}
			}
			return [3]int{l.to, l.from, int(l.id)}
		}
		if best == nil {
			best = l
			continue
		}
		a, b := key(l), key(best)
		for i := range a {
			if a[i] != b[i] {
				if a[i] < b[i] {
					best = l
				}
				break
			}
		}
	}
	return best
}

func (m *model) lot(id uint64) *modelLot {
	for _, l := range m.lots {
		if l.id == id {
			return l
		}
	}
	return nil
}

// touch restarts the count of inactivity.
func (m *model) touch(day int, active bool) {
	if m.policy.Inactivity == 0 || !active && m.idle != none && m.idle > day {
		return
	}
	y, mo, d := midnight(day).Date()
	month := int(mo) - 1 + m.policy.Inactivity
	y, month = y+month/12, month%12+1
	if last := time.Date(y, time.Month(month+1), 0, 0, 0, 0, 0, time.UTC).Day(); d > last {
		d = last
	}
	end := int(time.Date(y, time.Month(month), d+1, 0, 0, 0, 0, time.UTC).Sub(epoch) / (24 * time.Hour))
	if m.idle == none || end > m.idle {
		m.idle = end
	}
}

func (m *model) credit(id uint64, n int64, earned, from, to int, waits, active bool) {
	m.touch(earned, active)
	if n > 0 {
		m.lots = append(m.lots, &modelLot{id: id, left: n, from: from, to: to, waits: waits})
	}
	m.given[id] = &modelGift{remaining: n}
	m.bring()
}

func (m *model) take(id uint64, n int64) {
	for range n {
		l := m.pick(m.policy.Order)
		l.left--
		m.spent[id] = append(m.spent[id], l.id)
	}
}

func (m *model) burn(id uint64, n int64) {
	m.take(id, n)
	m.touch(m.day, true)
	m.bring()
}

// capturable is what a hold can still bring: older ones come first.
func (m *model) capturable(id uint64) int64 {
	left := m.usable()
	for _, h := range m.holds {
		if h.id == id {
			return min(max(left, 0), h.n)
		}
		left -= h.n
	}
	return -1
}

func (m *model) unhold(id uint64, n int64) {
	for i, h := range m.holds {
		if h.id == id {
			if h.n -= n; h.n == 0 {
				m.holds = append(m.holds[:i:i], m.holds[i+1:]...)
			}
			break
		}
	}
	m.bring()
}

func (m *model) refund(target uint64, n int64, day int) {
	for range n {
		stack := m.spent[target]
		m.lot(stack[len(stack)-1]).left++
		m.spent[target] = stack[:len(stack)-1]
	}
	m.touch(day, false)
	m.bring()
}

// clawback returns how many points of n are missing.
func (m *model) clawback(target uint64, n int64) (missing int64) {
	gift, own := m.given[target], m.lot(target)
	for range n {
		gift.remaining--
		switch {
		case own.left > 0:
			own.left--
		case own.lapsed > 0:
			own.lapsed--
		case m.free() > 0:
			m.pick(m.policy.Order).left--
		default:
			missing++
			if m.policy.Shortfall == points.Debt {
				m.debt++
			}
		}
	}
	m.bring()
	return missing
}
