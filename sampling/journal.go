package sampling

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/guanxi-go/guanxi/internal/attempt"
	"github.com/guanxi-go/guanxi/sampling/spotcheck"
)

// States of the records.
const (
	stateOpen   = "open"
	stateClosed = "closed"
	stateFrozen = "frozen"
	stateDrawn  = "drawn"
	stateMissed = "missed"
)

// kindFrozen is the entry in the journal of a round that says which roster stands.
const kindFrozen = "frozen"

// lineData is what an entry of a cycle's journal keeps beside what it is listed by.
type lineData struct {
	Round  int               `json:"round,omitzero"`
	Code   string            `json:"code,omitzero"`
	Pages  int               `json:"pages,omitzero"` // of the opening, or of the manifest
	Result *spotcheck.Result `json:"result,omitzero"`
	Roster spotcheck.Hash    `json:"roster,omitzero"`
}

// file is a cycle as it was loaded, at one version.
type file struct {
	head    Head
	journal []spotcheck.Entry
	state   *spotcheck.State
	rosters map[int]*spotcheck.Roster // by round, those that were read
}

// load reads a cycle. Entries that came after the head are left for the next
// attempt: what is decided is decided at one moment.
func (c *core) load(ctx context.Context, cycle string) (*file, error) {
	record, err := c.store.Record(ctx, cycleOf(cycle))
	if err != nil {
		return nil, err
	}
	f := &file{head: record.Head, state: &spotcheck.State{}}
	for line, err := range c.store.Entries(ctx, EntryFilter{Subject: cycleOf(cycle)}) {
		if err != nil {
			return nil, err
		}
		if line.Seq > f.head.Entries {
			break
		}
		e, err := c.entryOf(ctx, cycle, line)
		if err != nil {
			return nil, err
		}
		if err := f.state.Apply(e); err != nil {
			return nil, fmt.Errorf("sampling: entry %d of %v: %w", line.Seq, line.Subject, err)
		}
		f.journal = append(f.journal, e)
	}
	return f, nil
}

// entryOf is a stored line as package spotcheck has it.
func (c *core) entryOf(ctx context.Context, cycle string, line Entry) (spotcheck.Entry, error) {
	var data lineData
	e := spotcheck.Entry{At: line.At, Recorded: line.Recorded, Actor: line.Actor}
	err := errors.Join(e.Kind.UnmarshalText([]byte(line.Kind)), json.Unmarshal(line.Data, &data))
	if err != nil {
		return e, fmt.Errorf("sampling: entry %d of %v: %w", line.Seq, line.Subject, err)
	}
	e.Round, e.Code, e.Result, e.Roster = data.Round, data.Code, data.Result, data.Roster
	switch e.Kind {
	case spotcheck.Opened:
		e.Opening = new(spotcheck.Opening)
		return e, c.readDocument(ctx, cycle, openingName, data.Pages, e.Opening)
	case spotcheck.Drawn:
		e.Manifest = new(spotcheck.Manifest)
		return e, c.readDocument(ctx, cycle, manifestName(e.Round), data.Pages, e.Manifest)
	case spotcheck.Assessed:
		if e.Result == nil {
			return e, fmt.Errorf("sampling: entry %d of %v has no result", line.Seq, line.Subject)
		}
		e.Result.Note = line.Reason
	}
	return e, nil
}

// The names of the documents of a cycle.
const (
	openingName = "opening"
	closingName = "closing"
)

func manifestName(round int) string         { return fmt.Sprintf("%04d-manifest", round) }
func rosterName(round, freezing int) string { return fmt.Sprintf("%04d-roster-%d", round, freezing) }

// recordedAfter is when something is recorded: now, and never before what was
// recorded last.
func recordedAfter(now time.Time, head Head) time.Time {
	if now.Before(head.Recorded) {
		return head.Recorded
	}
	return now
}

// append drafts entries of a cycle: what they come to is tried on the state, which
// refuses what cannot follow, and the record says what is due next.
func (f *file) append(cmd *command, now time.Time, pages int, entries ...spotcheck.Entry) (Change, error) {
	cycle := cmd.cycle
	now = recordedAfter(now, f.head)
	change := Change{Subject: cycleOf(cycle), Expect: f.head.Version}
	for _, e := range entries {
		e.Actor, e.At, e.Recorded = cmd.actor.ID, cmd.at(now), now
		if err := f.state.Apply(e); err != nil {
			return Change{}, attempt.Ended(err)
		}
		line := Entry{Kind: e.Kind.String(), Actor: e.Actor, At: e.At, Recorded: e.Recorded, Reason: cmd.call.Reason}
		data := lineData{Round: e.Round, Code: e.Code, Pages: pages, Roster: e.Roster}
		if e.Result != nil {
			result := *e.Result
			line.Person, line.Reason, result.Note = result.Person, result.Note, ""
			data.Result = &result
		}
		text, err := json.Marshal(data)
		if err != nil {
			return Change{}, &Error{Subject: change.Subject, Field: "entry", Reason: "cannot be written as JSON", Err: ErrInvalid}
		}
		line.Data = text
		change.Writes = append(change.Writes, Append{line})
	}
	change.Writes = append(change.Writes, PutRecord{f.record(cycle)})
	return change, nil
}

// record is what a cycle is listed by.
func (f *file) record(cycle string) Record {
	r := Record{Cycle: cycle, State: stateOpen}
	if _, closed := f.state.Closed(); closed {
		r.State = stateClosed
		return r
	}
	rounds, next := f.state.Cycle().Rounds, f.state.Next()
	if next <= len(rounds) && rounds[next-1].From != 0 {
		r.Due = Instant(rounds[next-1].From.Start(time.UTC))
	}
	return r
}
