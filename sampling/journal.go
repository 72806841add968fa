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

// file is a cycle as it was loaded, at one version. There are no notes in its state.
type file struct {
	head    Head
	state   *spotcheck.State
	rosters *rosters
}

// cycleBody is what the record of a cycle keeps.
type cycleBody struct {
	History spotcheck.Hash `json:"history"` // of the journal as far as the head
}

// load reads a cycle: the entries behind those that it was folded from before. Entries
// that came after the head are left for the next attempt: what is decided is decided at
// one moment.
func (c *core) load(ctx context.Context, cycle string) (*file, error) {
	kept := c.years.find(cycle) // before the record, so that it is ahead of it only where something was undone
	head, body, err := c.head(ctx, cycle)
	if err != nil {
		return nil, err
	}
	state := kept.state.Clone()
	err = c.fold(ctx, state, cycle, kept.entries, head)
	var refused *spotcheck.Error
	if kept.entries > 0 && (errors.As(err, &refused) || err == nil && state.History() != body.History) {
		kept = newYear(cycle)
		state = kept.state.Clone()
		err = c.fold(ctx, state, cycle, 0, head)
	}
	if err != nil {
		return nil, err
	}
	if state.History() != body.History {
		return nil, &Error{Subject: cycleOf(cycle), Field: "history", Reason: "is not that of the entries", Err: spotcheck.ErrTampered}
	}
	if kept.entries < head.Entries {
		c.years.keep(keptYear{cycle, head.Entries, state.Clone(), kept.rosters})
	}
	return &file{head: head, state: state, rosters: kept.rosters}, nil
}

// head returns how far a cycle has come.
func (c *core) head(ctx context.Context, cycle string) (Head, cycleBody, error) {
	var body cycleBody
	record, err := c.store.Record(ctx, cycleOf(cycle))
	if err == nil {
		err = json.Unmarshal(record.Body, &body)
	}
	return record.Head, body, err
}

// fold applies the entries of a cycle behind a number, up to its head.
func (c *core) fold(ctx context.Context, state *spotcheck.State, cycle string, after uint64, head Head) error {
	return c.entries(ctx, cycle, after, head, func(line Entry, e spotcheck.Entry) error {
		if e.Result != nil {
			e.Result.Note = ""
		}
		if err := state.Apply(e); err != nil {
			return fmt.Errorf("sampling: entry %d of %v: %w", line.Seq, line.Subject, err)
		}
		return nil
	})
}

// entries reads the entries of a cycle behind a number, up to its head.
func (c *core) entries(ctx context.Context, cycle string, after uint64, head Head, take func(Entry, spotcheck.Entry) error) error {
	if after >= head.Entries {
		return nil
	}
	filter := EntryFilter{Subject: cycleOf(cycle)}
	if after > 0 {
		filter.After = Position{filter.Subject, after}
	}
	for line, err := range c.store.Entries(ctx, filter) {
		if err != nil {
			return err
		}
		if line.Seq > head.Entries {
			break
		}
		e, err := c.entryOf(ctx, cycle, line)
		if err != nil {
			return err
		}
		if err := take(line, e); err != nil {
			return err
		}
	}
	return nil
}

// journal reads the entries of a cycle, with their notes.
func (c *core) journal(ctx context.Context, cycle string) ([]spotcheck.Entry, cycleBody, error) {
	head, body, err := c.head(ctx, cycle)
	if err != nil {
		return nil, body, err
	}
	all := make([]spotcheck.Entry, 0, head.Entries)
	err = c.entries(ctx, cycle, 0, head, func(_ Entry, e spotcheck.Entry) error {
		all = append(all, e)
		return nil
	})
	return all, body, err
}

// entryOf is a stored line as package spotcheck has it.
func (c *core) entryOf(ctx context.Context, cycle string, line Entry) (spotcheck.Entry, error) {
	var data lineData
	e := spotcheck.Entry{At: line.At, Recorded: line.Recorded, Actor: line.Actor}
	err := errors.Join(e.Kind.UnmarshalText([]byte(line.Kind)), data.decode(line.Data))
	if err != nil {
		return e, fmt.Errorf("sampling: entry %d of %v: %w", line.Seq, line.Subject, err)
	}
	e.Round, e.Code, e.Result, e.Roster = data.Round, data.Code, data.Result, data.Roster
	switch e.Kind {
	case spotcheck.Opened:
		e.Opening = new(spotcheck.Opening)
		text, err := c.document(ctx, cycle, openingName, data.Pages)
		if err == nil {
			err = json.Unmarshal(text, e.Opening)
		}
		return e, err
	case spotcheck.Drawn:
		text, err := c.document(ctx, cycle, manifestName(e.Round), data.Pages)
		if err == nil {
			e.Manifest, err = spotcheck.ParseManifest(text)
		}
		return e, err
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
	body, _ := json.Marshal(cycleBody{f.state.History()}) // a hash
	r := Record{Cycle: cycle, State: stateOpen, Body: body}
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
