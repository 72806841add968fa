package sampling

import (
	"context"
	"slices"
	"strconv"
	"time"

	"github.com/guanxi-go/guanxi/internal/fault"
	"github.com/guanxi-go/guanxi/sampling/spotcheck"
)

// MaxResults is how many results one command records.
const MaxResults = 5000

// Assess records what checks of the latest round found (录入考核结果), all of them or none; a
// later result of a person replaces the earlier one. Round is 0 for remedial results.
// ErrNotFound: somebody was not drawn, or is of a department that the actor does not
// see. ErrInvalid: there are more than [MaxResults], or none, or somebody twice; or a
// reason, which belongs into the notes of the results.
func (y *Cycles) Assess(ctx context.Context, actor Actor, cycle string, round int, results []spotcheck.Result, call Call) (Assessed, error) {
	cmd := y.command("cycles.assess", actor, cycle, call, assessing{round, results})
	if call.Reason != "" {
		return Assessed{}, &Error{Subject: cycleOf(cycle), Field: "reason", Reason: "belongs into the notes of the results", Err: ErrInvalid}
	}
	if err := admitResults(cycle, results); err != nil {
		return Assessed{}, err
	}
	return run(ctx, y.core, cmd, func(now time.Time) (draft, Assessed, error) {
		f, err := y.core.load(ctx, cycle)
		if err != nil {
			return draft{}, Assessed{}, err
		}
		entries := make([]spotcheck.Entry, len(results))
		for i := range results {
			entries[i] = spotcheck.Entry{Kind: spotcheck.Assessed, Round: round, Result: &results[i]}
		}
		if err := y.visible(ctx, f, cycle, actor, results); err != nil {
			return draft{}, Assessed{}, err
		}
		change, err := f.append(&cmd, now, 0, entries...)
		return y.core.draft(&cmd, now, change), Assessed{cycle, round, len(results), f.state.Pending()}, err
	})
}

type assessing struct {
	Round   int
	Results []spotcheck.Result
}

func admitResults(cycle string, results []spotcheck.Result) error {
	if len(results) < 1 || len(results) > MaxResults {
		return &Error{Subject: cycleOf(cycle), Field: "results", Reason: "are not 1 to " + strconv.Itoa(MaxResults), Err: ErrInvalid}
	}
	seen := make(map[string]bool, len(results))
	for i, r := range results {
		if seen[r.Person] {
			return &Error{Subject: cycleOf(cycle), Field: fault.Place("results", i), Reason: "is of a person who has one before", Err: ErrInvalid}
		}
		seen[r.Person] = true
	}
	return nil
}

// visible refuses results of people whom the actor does not see, in the words of
// those who were not drawn.
func (y *Cycles) visible(ctx context.Context, f *file, cycle string, actor Actor, results []spotcheck.Result) error {
	for i, r := range results {
		seen, err := y.sees(ctx, f, cycle, actor, r.Person)
		if err != nil {
			return err
		}
		if !seen {
			return &Error{Subject: cycleOf(cycle), Field: fault.Place("results", i), Reason: "is of nobody who was drawn", Err: ErrNotFound}
		}
	}
	return nil
}

// sees reports whether a person was drawn, or carried from the cycle before, whom the
// actor sees: by the department on the roster that the person was drawn from last, of
// somebody who never was on that of the latest round that was drawn.
func (y *Cycles) sees(ctx context.Context, f *file, cycle string, actor Actor, person string) (bool, error) {
	standing, known := f.state.Person(person)
	if !known || actor.Sees.all {
		return known, nil
	}
	round := 0
	if n := len(standing.Checks); n > 0 {
		round = standing.Checks[n-1].Round
	} else {
		for r := range f.state.Rounds() {
			if r.Manifest != nil {
				round = r.Number
			}
		}
	}
	if round == 0 {
		return false, nil
	}
	roster, err := y.rosterOf(ctx, f, cycle, round)
	if err != nil {
		return false, err
	}
	line, listed := roster.Find(person)
	return listed && actor.Sees.Allows(line.Department), nil
}

// rosterOf returns, of the roster of a round that was drawn, the lines of everybody who was
// drawn in it or carried.
func (y *Cycles) rosterOf(ctx context.Context, f *file, cycle string, round int) (*spotcheck.Roster, error) {
	if roster := f.rosters.ofDrawn(round); roster != nil {
		return roster, nil
	}
	manifest, err := f.manifest(cycle, round)
	if err != nil {
		return nil, err
	}
	held, err := y.core.round(ctx, cycle, round)
	if err != nil {
		return nil, err
	}
	all, err := y.core.frozen(ctx, cycle, held)
	if err != nil {
		return nil, err
	}
	ids := slices.Clone(f.state.Opening().Carried)
	for _, p := range manifest.Drawn {
		ids = append(ids, p.Person)
	}
	slices.Sort(ids)
	var lines []spotcheck.Person
	for _, id := range slices.Compact(ids) {
		if line, listed := all.Find(id); listed {
			lines = append(lines, line)
		}
	}
	roster, err := spotcheck.NewRoster(lines)
	if err == nil {
		f.rosters.keepDrawn(round, roster)
	}
	return roster, err
}
