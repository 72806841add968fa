package spotcheck

import (
	"bytes"
	"errors"
)

// Verify recomputes a round (核验): whether this manifest is what the rules, the roster
// and the journal before it lead to with its seed, byte for byte. The seed is held
// against the commitment in the journal's opening.
//
// History is the journal up to the draw, without the entry of the manifest itself. The
// error is ErrTampered with the first Field that differs, and with the place in it and
// the person where it is a list; or that of [Fold], [Draw]. What Verify cannot see is
// whether roster and public number are the true ones: compare both with their source.
// ErrInvalid: there is no manifest; ErrNotFound: there is no roster.
func Verify(m *Manifest, roster *Roster, history []Entry) error {
	s, err := Fold(history)
	if err != nil {
		return err
	}
	return verify(m, roster, s)
}

// VerifyCycle verifies every round of a journal (全年核验), and that the entries follow
// each other. The rosters may come in any order. An error of a round has its number as
// Round; ErrNotFound: its roster is missing. An entry that cannot follow those before
// it has its place as Item, as with [Fold].
func VerifyCycle(journal []Entry, rosters ...*Roster) error {
	byHash := make(map[Hash]*Roster, len(rosters))
	for _, r := range rosters {
		if r != nil {
			byHash[r.hash] = r
		}
	}
	s := &State{}
	for i, e := range journal {
		if e.Kind == Drawn && e.Manifest != nil {
			r := byHash[e.Manifest.Roster]
			if r == nil {
				return ofRound(e.Round, refuse(ErrNotFound, "roster", codeNoRoster))
			}
			if err := verify(e.Manifest, r, s); err != nil {
				return ofRound(e.Round, err)
			}
		}
		if err := s.Apply(e); err != nil {
			return placed("entries", i, err)
		}
	}
	return nil
}

// ofRound says in which round an error was found.
func ofRound(round int, err error) error {
	var first *Error
	if !errors.As(err, &first) {
		return err
	}
	e := *first
	e.Round = round
	return &e
}

func verify(m *Manifest, roster *Roster, s *State) error {
	if m == nil {
		return refuse(ErrInvalid, "manifest", codeEntry)
	}
	if roster == nil {
		return refuse(ErrNotFound, "roster", codeNoRoster)
	}
	if m.Roster != roster.hash {
		return refuse(ErrTampered, "roster", codeDiffers)
	}
	want, err := Draw(s, m.Round, roster, m.Seed)
	if err != nil {
		return err
	}
	if err := m.differs(want); err != nil {
		return err
	}
	got, err := m.Canonical()
	if err != nil {
		return err
	}
	if again, err := want.Canonical(); err != nil || !bytes.Equal(got, again) {
		return refuse(ErrTampered, "manifest", codeDiffers)
	}
	return nil
}

// differs names the first difference.
func (m *Manifest) differs(want *Manifest) error {
	switch {
	case m.Algorithm != want.Algorithm:
		return refuse(ErrTampered, "algorithm", codeDiffers)
	case m.Cycle != want.Cycle, m.Rules != want.Rules:
		return refuse(ErrTampered, "rules", codeDiffers)
	case m.Kind != want.Kind:
		return refuse(ErrTampered, "kind", codeDiffers)
	case m.Previous != want.Previous:
		return refuse(ErrTampered, "previous", codeDiffers)
	case m.History != want.History:
		return refuse(ErrTampered, "history", codeDiffers)
	case m.Check != want.Check:
		return refuse(ErrTampered, "check", codeDiffers)
	}
	for _, list := range []struct {
		field     string
		got, want []Pick
	}{{"drawn", m.Drawn, want.Drawn}, {"undrawn", m.Undrawn, want.Undrawn}} {
		for i, d := range list.got {
			if i >= len(list.want) || d != list.want[i] {
				id := ""
				if validID(d.Person) {
					id = d.Person
				}
				return &Error{Code: codeDiffers, Field: list.field, Item: i, ID: id, Err: ErrTampered}
			}
		}
		if len(list.got) < len(list.want) {
			return refuseItem(ErrTampered, list.field, len(list.got), codeDiffers)
		}
	}
	if m.Counts != want.Counts {
		return refuse(ErrTampered, "counts", codeDiffers)
	}
	return nil
}
