package sampling

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"time"

	"github.com/guanxi-go/guanxi/sampling/spotcheck"
)

// heldRound is the record of a round as it was loaded.
type heldRound struct {
	cycle   string
	subject Subject
	head    Head
	body    roundBody
}

// roundBody is what the record of a round keeps.
type roundBody struct {
	Round    int            `json:"round"`
	Freezing int            `json:"freezing"` // how often a roster was frozen
	Pages    int            `json:"pages"`    // of the roster that stands
	Roster   spotcheck.Hash `json:"roster"`
}

// round loads a round; one that was never frozen has the zero body.
func (c *core) round(ctx context.Context, cycle string, number int) (heldRound, error) {
	s := roundOf(cycle, number)
	record, err := c.store.Record(ctx, s)
	if errors.Is(err, ErrNotFound) {
		return heldRound{cycle: cycle, subject: s, body: roundBody{Round: number}}, nil
	}
	held := heldRound{cycle: cycle, subject: s, head: record.Head}
	if err == nil {
		err = json.Unmarshal(record.Body, &held.body)
	}
	return held, err
}

// freeze drafts that a roster stands.
func (h heldRound) freeze(cmd *command, now time.Time, body roundBody) (Change, error) {
	now = recordedAfter(now, h.head)
	text, err := json.Marshal(body)
	return Change{Subject: h.subject, Expect: h.head.Version, Writes: []Write{
		PutRecord{Record{Cycle: cmd.cycle, State: stateFrozen, Body: text}},
		Append{Entry{Kind: kindFrozen, Data: text, Actor: cmd.actor.ID, At: cmd.at(now), Recorded: now, Reason: cmd.call.Reason}},
	}}, err
}

// settle drafts that a round is over.
func (h heldRound) settle(state string) Change {
	text, _ := json.Marshal(h.body) // numbers and a hash
	return Change{Subject: h.subject, Expect: h.head.Version, Writes: []Write{PutRecord{Record{Cycle: h.cycle, State: state, Body: text}}}}
}

// frozen reads the roster that stands for a round.
func (c *core) frozen(ctx context.Context, cycle string, held heldRound) (*spotcheck.Roster, error) {
	if held.body.Freezing == 0 {
		return nil, &Error{Subject: held.subject, Reason: "has no frozen roster", Err: ErrTransition}
	}
	return c.roster(ctx, cycle, held.document())
}

func peopleOf(roster *spotcheck.Roster) []spotcheck.Person { return slices.Collect(roster.People()) }
