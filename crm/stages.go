package crm

import (
	"context"
	"encoding/json"
	"slices"
	"time"

	"github.com/guanxi-go/guanxi/crm/stage"
	"github.com/guanxi-go/guanxi/internal/limit"
)

// Stages holds the three facts about where a customer stands. They are three
// machines with a journal each, and a change of one never moves another.
type Stages struct {
	Relationship *Track[stage.Relationship]  // 关系阶段: awareness to dissolution
	Ladder       *Track[stage.Rung]          // 顾客梯级: target to seed
	Category     *Track[stage.SalesCategory] // 销售分类: core to in collection
}

// Machines are the tables that the three facts move by. A nil one is the
// ready-made table of package stage.
type Machines struct {
	Relationship *stage.Machine[stage.Relationship]
	Ladder       *stage.Machine[stage.Rung]
	Category     *stage.Machine[stage.SalesCategory]
	// Tie is what the relationships of two people move by: one of ours, one of
	// theirs; nil is that of Relationship's ready-made table. It knows awareness and
	// dissolution.
	Tie *stage.Machine[stage.Relationship]
}

func newStages(c *core) *Stages {
	m := c.opts.Machines
	if m.Relationship == nil {
		m.Relationship = stage.RelationshipMachine()
	}
	if m.Ladder == nil {
		m.Ladder = stage.LadderMachine()
	}
	if m.Category == nil {
		m.Category = stage.SalesMachine()
	}
	return &Stages{
		Relationship: &Track[stage.Relationship]{c, m.Relationship, JournalRelationship,
			func(s *Standing) *Placed[stage.Relationship] { return &s.Relationship }},
		Ladder: &Track[stage.Rung]{c, m.Ladder, JournalLadder,
			func(s *Standing) *Placed[stage.Rung] { return &s.Ladder }},
		Category: &Track[stage.SalesCategory]{c, m.Category, JournalCategory,
			func(s *Standing) *Placed[stage.SalesCategory] { return &s.Category }},
	}
}

// Track follows customers through the states of one machine.
type Track[S comparable] struct {
	core    *core
	machine *stage.Machine[S]
	journal Journal
	place   func(*Standing) *Placed[S] // where the standing keeps it; nil where it does not
}

// NewTrack follows customers through the states of a machine of the host's own,
// such as a consumer chain, in a journal of its own name. Where it stands is asked
// of the track, and not part of [Standing].
func NewTrack[S comparable](c *CRM, machine *stage.Machine[S], journal Journal) (*Track[S], error) {
	if machine == nil {
		return nil, &Error{Field: "machine", Reason: "is nil", Err: ErrInvalid}
	}
	if !limit.IsCode(string(journal)) {
		return nil, &Error{Field: "journal", Reason: "is no code", Err: ErrInvalid}
	}
	if slices.Contains(append(workJournals(), JournalRelationship, JournalLadder, JournalCategory, JournalGroup, JournalContact,
		JournalTimeline, JournalConsent, JournalHandover, JournalProfile, JournalRecord), journal) {
		return nil, &Error{Field: "journal", Reason: "is one of the library's own", Err: ErrInvalid}
	}
	return &Track[S]{c.core, machine, journal, nil}, nil
}

// Move is a command of [Track]: that a customer is in a state from an instant on.
// What its fields mean is said at [stage.Command].
type Move[S comparable] struct {
	Call
	To       S
	Forced   bool
	Imported bool
	Corrects int                     // number in the track's own journal, from 1; 0 for none
	Guard    func(name string) error // answers for the guards of the table
}

// Machine returns the table.
func (t *Track[S]) Machine() *stage.Machine[S] { return t.machine }

// Move moves a customer to a state, or corrects an earlier entry, and returns the
// new entry, without the reason.
//
// Errors: those of [stage.Machine.Decide], ErrTransition above all; ErrNotFound.
func (t *Track[S]) Move(ctx context.Context, actor Actor, customer string, move Move[S]) (stage.Entry[S], error) {
	cmd := command{name: string(t.journal) + ".move", actor: actor, subject: Subject{KindCustomer, customer}, call: move.Call,
		input: []any{t.machine.Code(move.To), move.Forced, move.Imported, move.Corrects}}
	row, err := run(ctx, t.core, cmd, func(ctx context.Context, now time.Time) (draft, Entry, error) {
		c, err := t.core.living(ctx, actor, customer)
		if err != nil {
			return draft{}, Entry{}, err
		}
		history, err := t.history(ctx, cmd.subject, c.Head.Entries)
		if err != nil {
			return draft{}, Entry{}, err
		}
		entry, err := t.machine.Decide(history, stage.Command[S]{To: move.To, Now: later(now, c.Head.Recorded), Actor: actor.ID,
			At: Instant(move.At), Reason: move.Reason, Forced: move.Forced, Imported: move.Imported, Corrects: move.Corrects, Guard: move.Guard})
		if err != nil {
			return draft{}, Entry{}, err
		}
		row := t.row(entry)
		writes := []Write{Append{row}, Emit{Event{Kind: string(t.journal) + ".moved", At: row.Recorded}}}
		if t.place != nil {
			standing := c.Standing.Clone()
			state, since, _ := t.machine.As(append(history, entry), time.Time{}, time.Time{})
			*t.place(&standing) = Placed[S]{state, since}
			writes = append(writes, PutStanding{standing})
		}
		return draft{changes: []Change{{cmd.subject, c.Head.Version, writes}}}, row.Redacted(), nil
	})
	if err != nil {
		return stage.Entry[S]{}, err
	}
	return t.entry(row)
}

// History returns the entries of a customer in the order in which they were
// recorded. [stage.Machine.Spells] and the statistics of package stage take it.
func (t *Track[S]) History(ctx context.Context, actor Actor, customer string) ([]stage.Entry[S], error) {
	s := Subject{KindCustomer, customer}
	return read(ctx, t.core, string(t.journal)+".history", actor, s, func() ([]stage.Entry[S], error) {
		if _, err := t.core.customer(ctx, actor, customer); err != nil {
			return nil, err
		}
		return t.history(ctx, s, MaxVersion)
	})
}

// AsOf returns where a customer stood at an instant, given what was known at
// another; the zero time leaves either open. ok is false where the customer was in
// no state.
func (t *Track[S]) AsOf(ctx context.Context, actor Actor, customer string, effective, known time.Time) (state S, since time.Time, ok bool, err error) {
	history, err := t.History(ctx, actor, customer)
	if err != nil {
		return state, since, false, err
	}
	state, since, ok = t.machine.As(history, effective, known)
	return state, since, ok, nil
}

// history returns the track's entries up to a number among all of the subject. A
// command asks up to the head that it decides on: one that was appended meanwhile makes
// a conflict, and no refusal.
func (t *Track[S]) history(ctx context.Context, s Subject, until uint64) ([]stage.Entry[S], error) {
	var history []stage.Entry[S]
	for row, err := range t.core.store.Entries(ctx, EntryFilter{Subject: s, Journal: t.journal}) {
		if err != nil {
			return nil, err
		}
		if row.Seq > until {
			break
		}
		entry, err := t.entry(row)
		if err != nil {
			return nil, err
		}
		history = append(history, entry)
	}
	return history, nil
}

// marks are the parts of a stage entry that have no field in an [Entry].
type marks struct {
	Forced   bool `json:"forced,omitzero"`
	Imported bool `json:"imported,omitzero"`
	Corrects int  `json:"corrects,omitzero"`
}

func (t *Track[S]) row(e stage.Entry[S]) Entry {
	row := Entry{Journal: t.journal, Kind: "moved", From: t.machine.Code(e.From), To: t.machine.Code(e.To),
		Actor: e.Actor, At: e.At, Recorded: e.Recorded, Reason: e.Reason}
	if m := (marks{e.Forced, e.Imported, e.Corrects}); m != (marks{}) {
		row.Data, _ = json.Marshal(m)
	}
	return row
}

func (t *Track[S]) entry(row Entry) (stage.Entry[S], error) {
	e := stage.Entry[S]{At: row.At, Recorded: row.Recorded, Actor: row.Actor, Reason: row.Reason}
	var m marks
	if len(row.Data) > 0 {
		if err := json.Unmarshal(row.Data, &m); err != nil {
			return e, &Error{Subject: row.Subject, Field: "data", Reason: "of a stage entry", Err: ErrInvalid}
		}
	}
	e.Forced, e.Imported, e.Corrects = m.Forced, m.Imported, m.Corrects
	for _, part := range []struct {
		code  string
		state *S
	}{{row.From, &e.From}, {row.To, &e.To}} {
		if part.code == "" {
			continue
		}
		state, err := t.machine.Parse(part.code)
		if err != nil {
			return e, &Error{Subject: row.Subject, Field: string(t.journal), Reason: "holds a state that the machine does not know", Err: err}
		}
		*part.state = state
	}
	return e, nil
}

// later returns the later of two instants: what is recorded now is never recorded
// before the subject's last entry.
func later(now, last time.Time) time.Time {
	if last.After(now) {
		return last
	}
	return now
}
