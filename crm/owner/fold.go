package owner

import (
	"cmp"
	"errors"
	"slices"
	"time"
)

// Holding is who looks after a customer at an instant (归属). The zero value is a
// customer whom nobody ever had. It holds ids and instants, nothing personal.
type Holding struct {
	Owner string    `json:"owner,omitzero"` // staff id; "" for nobody
	Path  string    `json:"path,omitzero"`  // of the owner's unit, or of the pool's
	Pool  string    `json:"pool,omitzero"`  // where it lies, if nobody owns it and it was put there
	Since time.Time `json:"since,omitzero"` // since when owner, unit and pool are as they are

	ProtectedUntil time.Time `json:"protected_until,omitzero"` // nobody else may claim it before; zero for no protection
	Claimants      []string  `json:"claimants,omitempty"`      // who disputes it, in the order of their entries; empty for no dispute
	Losses         []Loss    `json:"losses,omitempty"`         // who lost it to a pool, by staff id, the last time each

	LastAt       time.Time `json:"last_at,omitzero"`       // effective time of the last entry
	LastRecorded time.Time `json:"last_recorded,omitzero"` // its recorded time
}

// Loss says that somebody released the customer, or lost it to a rule.
type Loss struct {
	Staff string    `json:"staff"`
	Path  string    `json:"path,omitzero"` // of the unit in which the person owned it
	At    time.Time `json:"at"`
}

// Disputed reports whether a dispute is open.
func (h Holding) Disputed() bool { return len(h.Claimants) > 0 }

// Protected reports whether the owner's protection runs at an instant: it ends
// just before ProtectedUntil.
func (h Holding) Protected(at time.Time) bool { return h.Owner != "" && at.Before(h.ProtectedUntil) }

// Fold returns what a customer's journal, in its order, comes to. An empty
// journal is the zero Holding.
//
// Errors name the entry by Item: ErrInvalid where it breaks a rule of
// [Entry.Validate]; ErrConflict where its recorded time falls below that of the
// one before, or its effective time does and it is no correction; ErrTransition
// where it does not follow from what was before it (another owner in From, a
// transfer of what nobody owns, a ruling without a dispute, ...).
//
// A [Corrected] entry replaces what the journal says about the time from its At
// on, and leaves the time before as it was. From is the owner just before At.
func Fold(journal []Entry) (Holding, error) {
	h, _, err := fold(journal)
	return h, err
}

// fold also returns the indexes of the entries that no correction replaced; their
// effective times do not fall.
func fold(journal []Entry) (h Holding, standing []int, err error) {
	standing = make([]int, 0, len(journal))
	for i := range journal {
		e := &journal[i]
		if err := e.validate(); err != nil {
			return Holding{}, nil, placed("entries", i, err)
		}
		if e.Recorded.Before(h.LastRecorded) {
			return Holding{}, nil, refuseItem(ErrConflict, "entries", i, "recorded before the entry that it follows")
		}
		if e.Kind == Corrected {
			keep := len(standing)
			for keep > 0 && !journal[standing[keep-1]].At.Before(e.At) {
				keep--
			}
			standing = standing[:keep]
			h = replay(journal, standing)
		}
		if reason := h.refuses(e); reason != "" {
			return Holding{}, nil, refuseItem(ErrTransition, "entries", i, reason)
		}
		if e.At.Before(h.LastAt) {
			return Holding{}, nil, refuseItem(ErrConflict, "entries", i, "takes effect before the entry that it follows")
		}
		h.apply(e)
		standing = append(standing, i)
	}
	return h, standing, nil
}

// placed says in which line of a list the first of the errors of a line was found.
func placed(field string, i int, err error) error {
	var first *Error
	if errors.As(err, &first) {
		return refuseItem(first.Err, field, i, first.Field+" "+first.Reason)
	}
	return err
}

// replay applies entries that were found to follow from each other.
func replay(journal []Entry, standing []int) (h Holding) {
	for _, i := range standing {
		h.apply(&journal[i])
	}
	return h
}

// refuses says why e cannot follow on h; "" if it can.
func (h *Holding) refuses(e *Entry) string {
	claims := slices.Contains(h.Claimants, e.To)
	switch {
	case e.From != h.Owner:
		return "from is not the owner before it"
	case h.Disputed() && e.Kind != Disputed && e.Kind != Resolved && e.Kind != Corrected:
		return "a dispute is open"
	case e.Kind == Assigned && h.Owner != "":
		return "somebody has it"
	case e.Kind == Transferred && h.Owner == "":
		return "nobody has it"
	case e.Kind == Transferred && e.To == h.Owner && e.Path == h.Path:
		return "it stays where it is"
	case e.Kind == Claimed && e.To == h.Owner:
		return "the claimant has it"
	case e.Kind == Disputed && (e.To == h.Owner || claims):
		return "the claimant has it, or has disputed it"
	case e.Kind == Resolved && !h.Disputed():
		return "no dispute is open"
	case e.Kind == Resolved && e.To != "" && e.To != h.Owner && !claims:
		return "the winner is neither the owner nor a claimant"
	}
	return ""
}

// apply adds e, which follows on h.
func (h *Holding) apply(e *Entry) {
	h.LastAt, h.LastRecorded = e.At, e.Recorded
	switch e.Kind {
	case Disputed:
		h.Claimants = append(slices.Clone(h.Claimants), e.To)
		return
	case Protected:
		h.ProtectedUntil = e.Until
		return
	case Released:
		if h.Owner != "" {
			h.lose(e.At)
		}
	}
	if e.To != h.Owner || e.Path != h.Path || e.Pool != h.Pool || h.Since.IsZero() {
		h.Since = e.At
	}
	h.Owner, h.Path, h.Pool, h.ProtectedUntil, h.Claimants = e.To, e.Path, e.Pool, e.Until, nil
}

// lose records that the owner lost the customer, without touching a slice that
// another Holding may share.
func (h *Holding) lose(at time.Time) {
	loss := Loss{Staff: h.Owner, Path: h.Path, At: at}
	i, found := slices.BinarySearchFunc(h.Losses, h.Owner, func(l Loss, id string) int { return cmp.Compare(l.Staff, id) })
	losses := slices.Clone(h.Losses)
	if found {
		losses[i] = loss
	} else {
		losses = slices.Insert(losses, i, loss)
	}
	h.Losses = losses
}
