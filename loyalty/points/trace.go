package points

import (
	"cmp"
	"slices"
)

// Link says that points of one entry were covered by points of another (积分溯源).
type Link struct {
	Debit  uint64 `json:"debit"`           // number of the entry that took the points
	Credit uint64 `json:"credit,omitzero"` // number of the entry that had brought them; 0 where they are still owed
	Points int64  `json:"points"`          // at least 1
}

// Trace says for every debit of a journal which credits it consumed, net of what
// was refunded. The links of a debit add up to what it took, less refunds. Debt is
// covered oldest first: by the lots that paid it, the write-off that forgave it, or
// the transfer that carried it away.
//
// Links come by Debit, and for one debit in the order in which they came about. The
// errors are those of [Replay]: entries is a whole journal.
func Trace(entries []Entry) ([]Link, error) {
	if _, err := Replay(entries); err != nil {
		return nil, err
	}
	var t tracer
	for i := range entries {
		t.add(&entries[i])
	}
	for _, o := range t.owed {
		t.link(o.Debit, 0, o.Points)
	}
	t.links = slices.DeleteFunc(t.links, func(l Link) bool { return l.Points == 0 })
	slices.SortStableFunc(t.links, func(a, b Link) int { return cmp.Compare(a.Debit, b.Debit) })
	return t.links, nil
}

type tracer struct {
	links []Link
	first map[uint64]int // place of the first link of a debit; its further ones follow
	owed  []Link         // debts by age
}

func (t *tracer) add(e *Entry) {
	switch e.Kind {
	case KindRefund:
		for _, u := range e.Uses {
			t.link(e.Target, u.Lot, -u.Points)
		}
	case KindSettle:
		for _, u := range e.Uses {
			t.cover(u.Lot, u.Points)
		}
	default:
		for _, u := range e.Uses {
			t.link(e.Seq, u.Lot, u.Points)
		}
		if owed := e.moved() - e.Amount; owed > 0 {
			t.owed = append(t.owed, Link{Debit: e.Seq, Points: owed})
		} else if owed < 0 {
			t.cover(e.Seq, -owed)
		}
	}
}

// cover pays the oldest debts.
func (t *tracer) cover(credit uint64, points int64) {
	for points > 0 && len(t.owed) > 0 {
		o := &t.owed[0]
		n := min(points, o.Points)
		t.link(o.Debit, credit, n)
		points -= n
		if o.Points -= n; o.Points == 0 {
			t.owed = t.owed[1:]
		}
	}
}

func (t *tracer) link(debit, credit uint64, points int64) {
	if t.first == nil {
		t.first = map[uint64]int{}
	}
	from, known := t.first[debit]
	if !known {
		from = len(t.links)
		t.first[debit] = from
	}
	for i := from; i < len(t.links); i++ {
		if l := &t.links[i]; l.Debit == debit && l.Credit == credit {
			l.Points += points
			return
		}
	}
	t.links = append(t.links, Link{debit, credit, points})
}
