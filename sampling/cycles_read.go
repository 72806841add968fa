package sampling

import (
	"context"
	"iter"
	"slices"
	"strconv"
	"time"

	"github.com/guanxi-go/guanxi/internal/memory"
	"github.com/guanxi-go/guanxi/sampling/spotcheck"
)

// CycleFilter narrows [Cycles.List]. The zero filter lists every cycle.
type CycleFilter struct {
	Open      bool      // only cycles that are not closed
	DueBefore time.Time // only cycles whose next round can be held before this instant
	After     string    // only ids greater than this one
	Limit     int       // 0 for no limit
}

// CycleLine is a cycle in a list.
type CycleLine struct {
	ID   string
	Open bool
	Due  time.Time // first instant, in UTC, of the next round's first day; zero where it has none
}

// List lists cycles by id. ErrForbidden: the actor does not see everyone.
func (y *Cycles) List(ctx context.Context, actor Actor, filter CycleFilter) iter.Seq2[CycleLine, error] {
	if !actor.Sees.all {
		return memory.Failing[CycleLine](&Error{Field: "cycles", Reason: "are listed by those who see everyone", Err: ErrForbidden})
	}
	f := RecordFilter{Kind: KindCycle, After: filter.After, Limit: filter.Limit, DueBefore: filter.DueBefore}
	if filter.Open {
		f.State = stateOpen
	}
	return func(yield func(CycleLine, error) bool) {
		for r, err := range y.core.store.Records(ctx, f) {
			if !yield(CycleLine{r.Subject.ID, r.State == stateOpen, r.Due}, err) {
				return
			}
		}
	}
}

// State returns what a cycle has come to: its rounds, who was checked and with which
// result. It is the caller's, who may apply entries to it. The notes of results are not
// in it: [Cycles.Checks] and [Cycles.Journal] have them. ErrForbidden: the actor does not see everyone.
func (y *Cycles) State(ctx context.Context, actor Actor, cycle string) (*spotcheck.State, error) {
	return read(ctx, y.core, "cycles.state", actor, cycleOf(cycle), func() (*spotcheck.State, error) {
		f, err := y.whole(ctx, actor, cycle)
		if err != nil {
			return nil, err
		}
		return f.state, nil
	})
}

// Journal returns the entries of a cycle, from which anybody can verify its rounds, with
// the rosters: for the auditor. The notes of results are in it. ErrForbidden: the actor
// does not see everyone.
func (y *Cycles) Journal(ctx context.Context, actor Actor, cycle string) ([]spotcheck.Entry, error) {
	return read(ctx, y.core, "cycles.journal", actor, cycleOf(cycle), func() ([]spotcheck.Entry, error) {
		if err := overseer(actor, cycle); err != nil {
			return nil, err
		}
		journal, _, err := y.core.journal(ctx, cycle)
		return journal, err
	})
}

// Manifest returns the list of a round that was drawn. ErrNotFound: it was not.
// ErrForbidden: the actor does not see everyone; [Cycles.Picks] shows them theirs.
func (y *Cycles) Manifest(ctx context.Context, actor Actor, cycle string, round int) (*spotcheck.Manifest, error) {
	return read(ctx, y.core, "cycles.manifest", actor, roundOf(cycle, round), func() (*spotcheck.Manifest, error) {
		f, err := y.whole(ctx, actor, cycle)
		if err != nil {
			return nil, err
		}
		manifest, err := f.manifest(cycle, round)
		if err != nil {
			return nil, err
		}
		own := *manifest
		own.Departments, own.Drawn, own.Undrawn = slices.Clone(own.Departments), slices.Clone(own.Drawn), slices.Clone(own.Undrawn)
		return &own, nil
	})
}

// Picks returns who of the departments that the actor sees was drawn in a round, in the
// order of the manifest. ErrNotFound: the round was not drawn.
func (y *Cycles) Picks(ctx context.Context, actor Actor, cycle string, round int) ([]spotcheck.Pick, error) {
	return read(ctx, y.core, "cycles.picks", actor, roundOf(cycle, round), func() ([]spotcheck.Pick, error) {
		f, err := y.core.load(ctx, cycle)
		if err != nil {
			return nil, err
		}
		manifest, err := f.manifest(cycle, round)
		if err != nil {
			return nil, err
		}
		if actor.Sees.all {
			return slices.Clone(manifest.Drawn), nil
		}
		roster, err := y.rosterOf(ctx, f, cycle, round)
		if err != nil {
			return nil, err
		}
		var seen []spotcheck.Pick
		for _, p := range manifest.Drawn {
			if line, _ := roster.Find(p.Person); actor.Sees.Allows(line.Department) {
				seen = append(seen, p)
			}
		}
		return seen, nil
	})
}

// Checks returns the checks of a person in a cycle, with their results and notes.
// ErrNotFound: the person was never drawn, nor carried from the cycle before, or is of a
// department that the actor does not see.
func (y *Cycles) Checks(ctx context.Context, actor Actor, cycle, person string) (spotcheck.Standing, error) {
	return read(ctx, y.core, "cycles.checks", actor, cycleOf(cycle), func() (spotcheck.Standing, error) {
		f, err := y.core.load(ctx, cycle)
		if err != nil {
			return spotcheck.Standing{}, err
		}
		seen, err := y.sees(ctx, f, cycle, actor, person)
		if err != nil {
			return spotcheck.Standing{}, err
		}
		if !seen {
			return spotcheck.Standing{}, &Error{Subject: cycleOf(cycle), Field: "person", Reason: "was not drawn", Err: ErrNotFound}
		}
		return y.core.annotated(ctx, f, cycle, person)
	})
}

// annotated returns what is known of a person, with the notes of the results.
func (c *core) annotated(ctx context.Context, f *file, cycle, person string) (spotcheck.Standing, error) {
	standing, _ := f.state.Person(person)
	notes := map[int]string{} // by round
	for line, err := range c.store.Entries(ctx, EntryFilter{Subject: cycleOf(cycle), Person: person}) {
		if err != nil {
			return spotcheck.Standing{}, err
		}
		if line.Seq > f.head.Entries {
			break
		}
		var data lineData
		if err := data.decode(line.Data); err != nil {
			return spotcheck.Standing{}, err
		}
		notes[data.Round] = line.Reason // a later result of a round replaces the earlier one
	}
	standing.Checks = slices.Clone(standing.Checks)
	for i := range standing.Checks {
		check := &standing.Checks[i]
		check.Result.Note = notes[check.Round]
	}
	return standing, nil
}

// Roster returns the roster that stands for a round; of round 0, the closing roster.
// ErrNotFound: none was frozen. ErrForbidden: the actor does not see everyone.
func (y *Cycles) Roster(ctx context.Context, actor Actor, cycle string, round int) (*spotcheck.Roster, error) {
	return read(ctx, y.core, "cycles.roster", actor, roundOf(cycle, round), func() (*spotcheck.Roster, error) {
		if err := overseer(actor, cycle); err != nil {
			return nil, err
		}
		if round == 0 {
			document, err := y.closing(ctx, cycle)
			if err != nil {
				return nil, err
			}
			return y.core.roster(ctx, cycle, document)
		}
		held, err := y.core.round(ctx, cycle, round)
		if err != nil {
			return nil, err
		}
		if held.body.Freezing == 0 {
			return nil, &Error{Subject: held.subject, Reason: "has no frozen roster", Err: ErrNotFound}
		}
		return y.core.frozen(ctx, cycle, held)
	})
}

// Coverage counts whom a cycle has reached, on its closing roster and on those of its
// rounds; while it is open, on the roster frozen last. ErrNotFound: none was
// frozen. ErrForbidden: the actor does not see everyone.
func (y *Cycles) Coverage(ctx context.Context, actor Actor, cycle string) (spotcheck.Coverage, error) {
	return read(ctx, y.core, "cycles.coverage", actor, cycleOf(cycle), func() (spotcheck.Coverage, error) {
		f, err := y.whole(ctx, actor, cycle)
		if err != nil {
			return spotcheck.Coverage{}, err
		}
		s, err := y.staff(ctx, f, cycle)
		if err != nil {
			return spotcheck.Coverage{}, err
		}
		return f.state.Coverage(s.last, s.earlier), nil
	})
}

// Verify recomputes every round of a cycle from its journal and its rosters, as an
// auditor would with copies of them: [spotcheck.VerifyCycle]. It reads all of them, and
// holds the hash that the record of the cycle has of its journal against them, by which
// commands know what they have read before. ErrForbidden: the actor does not see
// everyone.
func (y *Cycles) Verify(ctx context.Context, actor Actor, cycle string) error {
	_, err := read(ctx, y.core, "cycles.verify", actor, cycleOf(cycle), func() (struct{}, error) {
		return struct{}{}, y.verify(ctx, actor, cycle)
	})
	return err
}

func (y *Cycles) verify(ctx context.Context, actor Actor, cycle string) error {
	if err := overseer(actor, cycle); err != nil {
		return err
	}
	journal, body, err := y.core.journal(ctx, cycle)
	if err != nil {
		return err
	}
	frozen, err := y.frozen(ctx, cycle)
	if err != nil {
		return err
	}
	var rosters []*spotcheck.Roster
	for _, document := range frozen {
		roster, err := y.core.roster(ctx, cycle, document)
		if err != nil {
			return err
		}
		rosters = append(rosters, roster)
	}
	if err := spotcheck.VerifyCycle(journal, rosters...); err != nil {
		return err
	}
	state, err := spotcheck.Fold(journal)
	if err == nil && state.History() != body.History {
		return &Error{Subject: cycleOf(cycle), Field: "history", Reason: "is not that of the entries", Err: spotcheck.ErrTampered}
	}
	return err
}

// manifest returns the manifest of a round.
func (f *file) manifest(cycle string, round int) (*spotcheck.Manifest, error) {
	for r := range f.state.Rounds() {
		if r.Number == round && r.Manifest != nil {
			return r.Manifest, nil
		}
	}
	return nil, &Error{Subject: cycleOf(cycle), Field: "round", Reason: strconv.Itoa(round) + " was not drawn", Err: ErrNotFound}
}

// whole loads a cycle for an actor who sees everyone.
func (y *Cycles) whole(ctx context.Context, actor Actor, cycle string) (*file, error) {
	if err := overseer(actor, cycle); err != nil {
		return nil, err
	}
	return y.core.load(ctx, cycle)
}

func overseer(actor Actor, cycle string) error {
	if !actor.Sees.all {
		return &Error{Subject: cycleOf(cycle), Reason: "is shown whole to those who see everyone", Err: ErrForbidden}
	}
	return nil
}
