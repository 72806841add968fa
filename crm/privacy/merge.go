package privacy

import (
	"cmp"
	"errors"
	"slices"
	"time"

	"github.com/guanxi-go/guanxi/crm/timeline"
	"github.com/guanxi-go/guanxi/internal/limit"
)

// Merging is the act by which two records turn out to be one person (合并).
type Merging struct {
	Party    string    `json:"party,omitzero"` // id of the record that stays
	At       time.Time `json:"at"`
	Recorded time.Time `json:"recorded,omitzero"`
	Actor    string    `json:"actor"`
	Reason   string    `json:"reason,omitzero"` // personal
}

// Merge returns the consent journal of two persons who are one: all entries of both,
// each once, ordered by (At, Recorded) and then by their other fields, and further
// withdrawals at m.At, with a Seq of 0, wherever one of the two has withdrawn what the
// other has given. So withdrawn consent wins, whichever came first, and a consent
// given after the merger counts again. Contract, legal duty and emergency of either
// person stay as they are.
//
// What one of them withdrew for every channel and then gave again for some of them
// is withdrawn for all where the other had given it: the journal cannot say "without
// any channel" alone, and refusing too much is the safe side.
//
// Merge(a, b) equals Merge(b, a), Merge(a, a) and Merge(a, nil) are a in order.
// Entries keep their Party and Seq; what is asked about a time before m.At is
// answered by the journals of the two. ErrInvalid where m has no At or no Actor.
func Merge(a, b []Consent, m Merging) ([]Consent, error) {
	v := checks{code: limit.Shown(m.Party)}
	v.must(!m.At.IsZero(), "at", "is missing")
	v.must(limit.Text(m.Actor, 1, limit.ID), "actor", "is not an id")
	v.must(m.Party == "" || limit.Text(m.Party, 1, limit.ID), "party", "is not an id")
	if err := errors.Join(v.errs...); err != nil {
		return nil, err
	}
	all := slices.Concat(a, b)
	slices.SortFunc(all, compareConsents)
	all = slices.CompactFunc(all, equalConsents)

	lost := slices.Concat(lostTo(a, b, all, m.At), lostTo(b, a, all, m.At))
	slices.SortFunc(lost, cell.compare)
	for _, w := range withdrawals(slices.Compact(lost)) {
		w.Party, w.At, w.Recorded, w.Actor, w.Reason = m.Party, m.At, m.Recorded, m.Actor, m.Reason
		all = append(all, w)
	}
	slices.SortFunc(all, compareConsents)
	return all, nil
}

func equalConsents(a, b Consent) bool { return compareConsents(a, b) == 0 }

// cell is the smallest thing that can be given or withdrawn.
type cell struct {
	basis    Basis
	purpose  string
	category Category
	channel  timeline.Channel
}

func (c cell) compare(o cell) int {
	return cmp.Or(cmp.Compare(c.basis, o.basis), cmp.Compare(c.purpose, o.purpose),
		cmp.Compare(c.category, o.category), cmp.Compare(c.channel, o.channel))
}

// lostTo returns the cells that x alone has withdrawn by an instant and that y's own
// entries keep alive in the journal of both.
func lostTo(x, y, all []Consent, at time.Time) (lost []cell) {
	channels := append([]timeline.Channel{0}, timeline.Channels()...)
	for i := range y {
		g := &y[i]
		if g.Action != Given || !g.Basis.Refusable() || g.At.After(at) ||
			slices.ContainsFunc(x, func(c Consent) bool { return equalConsents(c, *g) }) {
			continue
		}
		for _, cat := range Categories() {
			for _, channel := range channels {
				c := cell{g.Basis, g.Purpose, cat, channel}
				if g.reaches(channel) && g.covers(cat) && c.withdrawn(x, at) && !c.ended(g, all, at) {
					lost = append(lost, c)
				}
			}
		}
	}
	return lost
}

// ended reports whether a withdrawal by an instant ends, in the cell, what was given.
func (c cell) ended(given *Consent, entries []Consent, at time.Time) bool {
	return slices.ContainsFunc(entries, func(w Consent) bool { return !w.At.After(at) && w.ends(given, c.channel, c.category) })
}

// withdrawn reports whether the last word of entries on the cell, by an instant, is a
// withdrawal.
func (c cell) withdrawn(entries []Consent, at time.Time) bool {
	if !c.ended(&Consent{Basis: c.basis, Purpose: c.purpose}, entries, at) {
		return false
	}
	return !slices.ContainsFunc(entries, func(g Consent) bool {
		return g.Action == Given && g.Basis == c.basis && g.Purpose == c.purpose && !g.At.After(at) &&
			g.reaches(c.channel) && g.covers(c.category) && !c.ended(&g, entries, at)
	})
}

// withdrawals words sorted cells as entries, one for each basis, purpose and channel.
func withdrawals(cells []cell) (list []Consent) {
	for _, c := range cells {
		every := c
		every.channel = 0
		if _, ok := slices.BinarySearchFunc(cells, every, cell.compare); ok && c.channel != 0 {
			continue // the withdrawal for every channel says it
		}
		i := slices.IndexFunc(list, func(w Consent) bool {
			return w.Basis == c.basis && w.Purpose == c.purpose && w.Channel == c.channel
		})
		if i < 0 {
			i = len(list)
			list = append(list, Consent{Basis: c.basis, Purpose: c.purpose, Channel: c.channel, Action: Withdrawn})
		}
		list[i].Categories = append(list[i].Categories, c.category)
	}
	return list
}
