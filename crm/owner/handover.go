package owner

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"github.com/guanxi-go/guanxi/crm/money"
)

// Handover is how far a leaver's handover has come (离职交接). It is a fold of its
// journal ([FoldHandover]); its methods decide the next step. It holds ids, codes,
// amounts and instants, nothing personal. The zero value is not opened yet.
//
// It is complete when all of this is done, in any order up to the signatures:
//
//   - the leaver's exports are frozen
//   - each of the eleven matters is counted, zero too
//   - each open promise, receivable and key account is listed
//   - as many are handed over as were counted, what is listed one by one
//   - the taker of each key account was introduced to it in person
//   - giver, every taker and manager signed, all of them different people, each once
//
// A change of what is handed over voids the signatures given before it.
type Handover struct {
	Leaver  string    `json:"leaver"`          // the giver 移交人
	Manager string    `json:"manager"`         // who supervises it 监交人
	Deputy  string    `json:"deputy,omitzero"` // signs in the leaver's place; "" where the leaver does 代签人
	Notice  time.Time `json:"notice"`          // when notice was given

	FrozenAt      time.Time      `json:"frozen_at,omitzero"` // when exports were stopped; zero for not yet
	Progress      []Progress     `json:"progress,omitempty"` // of the matters counted, in their order
	Things        []Thing        `json:"things,omitempty"`   // what is listed, by matter and id
	Introductions []Introduction `json:"introductions,omitempty"`
	Takers        []string       `json:"takers,omitempty"`     // who got something, in byte order 接收人
	Signatures    []Signature    `json:"signatures,omitempty"` // in their order

	CompletedAt  time.Time `json:"completed_at,omitzero"`
	CancelledAt  time.Time `json:"cancelled_at,omitzero"`
	LastRecorded time.Time `json:"last_recorded,omitzero"`
}

// Progress is one matter's balance: Before has to be the sum of what is given.
type Progress struct {
	Matter Matter   `json:"matter"`
	Before int      `json:"before"`           // as counted
	Given  int      `json:"given"`            // handed over so far
	Takers []string `json:"takers,omitempty"` // who got some of it, in byte order
}

// Thing is one promise, receivable or key account, and who takes it.
type Thing struct {
	Matter Matter       `json:"matter"` // Customers for a key account
	Ref    string       `json:"ref"`
	Amount money.Amount `json:"amount,omitzero"`
	Taker  string       `json:"taker,omitzero"` // "" until it is handed over
}

// Introduction says that a taker was introduced to a key account in person.
type Introduction struct {
	Ref   string    `json:"ref"`
	Taker string    `json:"taker"`
	At    time.Time `json:"at"`
}

// Signature is who signed, and when.
type Signature struct {
	By string    `json:"by"`
	At time.Time `json:"at"`
}

// ExportsFrozen reports whether the leaver may not export anything at an instant:
// from his notice on, whether or not somebody has recorded the freeze, and for
// good unless the handover was cancelled. The guard of exports asks it.
func (h Handover) ExportsFrozen(at time.Time) bool {
	if h.Notice.IsZero() || at.Before(h.Notice) {
		return false
	}
	return h.CancelledAt.IsZero() || at.Before(h.CancelledAt)
}

// Exposed returns how long after the notice the freeze was carried out, and false
// until it was: exports of that time want a look.
func (h Handover) Exposed() (time.Duration, bool) {
	return h.FrozenAt.Sub(h.Notice), !h.FrozenAt.IsZero()
}

// Done reports whether nothing more can happen: completed or cancelled.
func (h Handover) Done() bool { return !h.CompletedAt.IsZero() || !h.CancelledAt.IsZero() }

// FoldHandover returns what the steps of one handover, in their order, come to.
// Errors name the step by Item and are those of the method that makes such a step.
func FoldHandover(steps []Step) (Handover, error) {
	var h Handover
	for i := range steps {
		if err := h.check(&steps[i]); err != nil {
			return Handover{}, placed("steps", i, err)
		}
		h.apply(&steps[i])
	}
	return h, nil
}

// signers returns who has to sign: giver, takers, manager.
func (h *Handover) signers() []string {
	signers := append([]string{cmp.Or(h.Deputy, h.Leaver)}, h.Takers...)
	return append(signers, h.Manager)
}

func (h *Handover) progress(m Matter) *Progress {
	i := slices.IndexFunc(h.Progress, func(p Progress) bool { return p.Matter == m })
	if i < 0 {
		return nil
	}
	return &h.Progress[i]
}

func (h *Handover) thing(m Matter, ref string) *Thing {
	i := slices.IndexFunc(h.Things, func(t Thing) bool { return t.Matter == m && t.Ref == ref })
	if i < 0 {
		return nil
	}
	return &h.Things[i]
}

// listed returns how many things of a matter are listed, and how many of them
// handed over.
func (h *Handover) listed(m Matter) (n, handed int) {
	for _, t := range h.Things {
		if t.Matter == m {
			n++
			if t.Taker != "" {
				handed++
			}
		}
	}
	return n, handed
}

// apply adds a step that follows on h.
func (h *Handover) apply(s *Step) {
	h.LastRecorded = s.Recorded
	switch s.Kind {
	case Opened:
		h.Leaver, h.Manager, h.Notice = s.From, s.To, s.At
	case Deputised:
		h.Deputy = s.To
	case Frozen:
		h.FrozenAt = s.At
	case Counted:
		h.count(s)
	case Listed:
		h.Things = append(h.Things, Thing{Matter: s.Matter, Ref: s.Ref, Amount: s.Amount})
		slices.SortFunc(h.Things, func(a, b Thing) int {
			return cmp.Or(cmp.Compare(a.Matter, b.Matter), strings.Compare(a.Ref, b.Ref))
		})
	case Handed:
		p := h.progress(s.Matter)
		p.Given += s.Count
		p.Takers = insert(p.Takers, s.To)
		if t := h.thing(s.Matter, s.Ref); t != nil {
			t.Taker = s.To
		}
		h.Takers = insert(h.Takers, s.To)
	case Introduced:
		h.Introductions = slices.DeleteFunc(h.Introductions, func(n Introduction) bool { return n.Ref == s.Ref })
		h.Introductions = append(h.Introductions, Introduction{s.Ref, s.To, s.At})
		slices.SortFunc(h.Introductions, func(a, b Introduction) int { return strings.Compare(a.Ref, b.Ref) })
	case Signed:
		h.Signatures = append(h.Signatures, Signature{s.Actor, s.At})
		return
	case Completed:
		h.CompletedAt = s.At
		return
	case Cancelled:
		h.CancelledAt = s.At
		return
	}
	h.Signatures = nil
}

// count begins a matter, or begins it anew.
func (h *Handover) count(s *Step) {
	h.Things = slices.DeleteFunc(h.Things, func(t Thing) bool { return t.Matter == s.Matter })
	h.Progress = slices.DeleteFunc(h.Progress, func(p Progress) bool { return p.Matter == s.Matter })
	h.Progress = append(h.Progress, Progress{Matter: s.Matter, Before: s.Count})
	slices.SortFunc(h.Progress, func(a, b Progress) int { return cmp.Compare(a.Matter, b.Matter) })
	h.Takers = nil
	for _, p := range h.Progress {
		for _, id := range p.Takers {
			h.Takers = insert(h.Takers, id)
		}
	}
}

// insert adds an id to a sorted set.
func insert(ids []string, id string) []string {
	i, found := slices.BinarySearch(ids, id)
	if found {
		return ids
	}
	return slices.Insert(ids, i, id)
}
