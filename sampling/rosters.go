package sampling

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/guanxi-go/guanxi/sampling/spotcheck"
)

// rosterDocument is where a roster is kept, and which one it is.
type rosterDocument struct {
	name  string
	pages int
	hash  spotcheck.Hash
}

func (h heldRound) document() rosterDocument {
	return rosterDocument{rosterName(h.body.Round, h.body.Freezing), h.body.Pages, h.body.Roster}
}

// roster reads a roster, and holds it against its hash.
func (c *core) roster(ctx context.Context, cycle string, d rosterDocument) (*spotcheck.Roster, error) {
	text, err := c.document(ctx, cycle, d.name, d.pages)
	if err != nil {
		return nil, err
	}
	people, err := decodePeople(text)
	if err != nil {
		return nil, fmt.Errorf("sampling: %s of cycle %s: %w", d.name, cycle, err)
	}
	roster, err := spotcheck.NewRoster(people)
	if err != nil {
		return nil, fmt.Errorf("sampling: %s of cycle %s: %w", d.name, cycle, err)
	}
	if roster.Hash() != d.hash {
		return nil, &Error{Subject: cycleOf(cycle), Field: d.name, Reason: "is not the one that was frozen", Err: spotcheck.ErrTampered}
	}
	return roster, nil
}

// frozen returns where the rosters are that stand for the rounds, in their order, and the
// closing one.
func (y *Cycles) frozen(ctx context.Context, cycle string) ([]rosterDocument, error) {
	var all []rosterDocument
	for r, err := range y.core.store.Records(ctx, RecordFilter{Kind: KindRound, Cycle: cycle}) {
		if err != nil {
			return nil, err
		}
		held := heldRound{}
		if err := json.Unmarshal(r.Body, &held.body); err != nil {
			return nil, err
		}
		if held.body.Freezing > 0 {
			all = append(all, held.document())
		}
	}
	closing, err := y.closing(ctx, cycle)
	if errors.Is(err, ErrNotFound) {
		return all, nil
	}
	return append(all, closing), err
}

// closing returns where the closing roster is: the last entry says it.
func (y *Cycles) closing(ctx context.Context, cycle string) (rosterDocument, error) {
	head, err := y.core.store.Head(ctx, cycleOf(cycle))
	if err != nil {
		return rosterDocument{}, err
	}
	filter := EntryFilter{Subject: cycleOf(cycle)}
	if head.Entries > 1 {
		filter.After = Position{filter.Subject, head.Entries - 1}
	}
	for line, err := range y.core.store.Entries(ctx, filter) {
		if err != nil {
			return rosterDocument{}, err
		}
		if line.Kind != spotcheck.Closed.String() {
			continue
		}
		var data lineData
		if err := data.decode(line.Data); err != nil {
			return rosterDocument{}, err
		}
		return rosterDocument{closingName, data.Pages, data.Roster}, nil
	}
	return rosterDocument{}, &Error{Subject: cycleOf(cycle), Reason: "is not closed", Err: ErrNotFound}
}

// staff returns the roster that was frozen last, and everybody who was on one before it.
// Of what is kept of the cycle it reads no roster again.
func (y *Cycles) staff(ctx context.Context, f *file, cycle string) (staff, error) {
	documents, err := y.frozen(ctx, cycle)
	if err != nil {
		return staff{}, err
	}
	if len(documents) == 0 {
		return staff{}, &Error{Subject: cycleOf(cycle), Reason: "has no frozen roster", Err: ErrNotFound}
	}
	hashes := make([]spotcheck.Hash, len(documents))
	for i, d := range documents {
		hashes[i] = d.hash
	}
	s := f.rosters.ofStaff()
	if slices.Equal(s.hashes, hashes) {
		return s, nil
	}
	if n := len(s.hashes); n == 0 || n > len(hashes) || !slices.Equal(s.hashes, hashes[:n]) {
		s = staff{} // a roster was frozen once more
	}
	earlier, last := s.everybody(), (*spotcheck.Roster)(nil)
	for _, d := range documents[len(s.hashes):] {
		if last != nil {
			earlier = union(earlier, peopleOf(last))
		}
		if last, err = y.core.roster(ctx, cycle, d); err != nil {
			return staff{}, err
		}
	}
	all, err := spotcheck.NewRoster(earlier)
	if err != nil {
		return staff{}, err
	}
	s = staff{hashes, all, last}
	f.rosters.keepStaff(s)
	return s, nil
}

// everybody returns who is on one of the rosters, in byte order of ids.
func (s staff) everybody() []spotcheck.Person {
	if s.last == nil {
		return nil
	}
	return union(peopleOf(s.earlier), peopleOf(s.last))
}

// union merges two lists in byte order of ids; of somebody who is in both it takes the
// line of the first.
func union(a, b []spotcheck.Person) []spotcheck.Person {
	all := make([]spotcheck.Person, 0, max(len(a), len(b)))
	for len(a) > 0 && len(b) > 0 {
		switch strings.Compare(a[0].ID, b[0].ID) {
		case -1:
			all, a = append(all, a[0]), a[1:]
		case 1:
			all, b = append(all, b[0]), b[1:]
		default:
			all, a, b = append(all, a[0]), a[1:], b[1:]
		}
	}
	return append(append(all, a...), b...)
}
