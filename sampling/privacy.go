package sampling

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"time"
)

// Forgotten is what Forget did.
type Forgotten struct {
	Cycles int `json:"cycles"` // in which the person was checked
	Notes  int `json:"notes"`  // results whose notes were cleared
}

// Forget clears the notes of all results of a person, in every cycle, one commit for
// each (删除个人信息). Scores, grades and draws stay, under the id that the host gave the person,
// so that every round still verifies: what the id stands for, the host forgets. It
// may be sent again after an error. ErrForbidden: the actor does not see everyone.
func (y *Cycles) Forget(ctx context.Context, actor Actor, person string, call Call) (Forgotten, error) {
	var total Forgotten
	if !actor.Sees.all {
		return total, &Error{Field: "person", Reason: "is forgotten by those who see everyone", Err: ErrForbidden}
	}
	if !ValidID(person) {
		return total, &Error{Field: "person", Reason: "is not 1 to 255 bytes of UTF-8 without NUL", Err: ErrInvalid}
	}
	seen := map[Subject]bool{}
	var cycles []Subject
	for line, err := range y.core.store.Entries(ctx, EntryFilter{Person: person, Of: KindCycle}) {
		if err != nil {
			return total, err
		}
		if !seen[line.Subject] {
			cycles = append(cycles, line.Subject)
		}
		seen[line.Subject] = true
	}
	for _, s := range cycles {
		cleared, err := y.forget(ctx, actor, s.ID, person, call)
		if err != nil {
			return total, err
		}
		total.Cycles, total.Notes = total.Cycles+1, total.Notes+cleared.Notes
	}
	return total, nil
}

// forget clears the notes of one cycle.
func (y *Cycles) forget(ctx context.Context, actor Actor, cycle, person string, call Call) (Forgotten, error) {
	if call.Key != "" { // one key for each commit
		sum := sha256.Sum256([]byte(call.Key + "\x00" + cycle))
		call.Key = hex.EncodeToString(sum[:])
	}
	cmd := y.command("cycles.forget", actor, cycle, call, person)
	return run(ctx, y.core, cmd, func(now time.Time) (draft, Forgotten, error) {
		head, err := y.core.store.Head(ctx, cycleOf(cycle))
		if err != nil {
			return draft{}, Forgotten{}, err
		}
		change := Change{Subject: cycleOf(cycle), Expect: head.Version}
		for line, err := range y.core.store.Entries(ctx, EntryFilter{Subject: cycleOf(cycle), Person: person}) {
			if err != nil {
				return draft{}, Forgotten{}, err
			}
			if line.Reason != "" {
				change.Writes = append(change.Writes, Redact{Seq: line.Seq})
			}
		}
		if len(change.Writes) >= MaxWrites {
			return draft{}, Forgotten{}, errors.New("sampling: a person has more results in a cycle than a commit has writes")
		}
		notes := len(change.Writes)
		return y.core.draft(&cmd, now, change), Forgotten{1, notes}, nil
	})
}
