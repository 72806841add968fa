package loyalty

import (
	"context"
	"encoding/json"
	"errors"
	"time"

	"github.com/guanxi-go/guanxi/internal/attempt"
	"github.com/guanxi-go/guanxi/loyalty/reward"
)

// rewardAct is what an entry of package reward says of who does it, when and why. It
// is recorded now, or with the last entry of its journal where that is later: clocks
// go backwards, journals do not.
func (cmd *command) rewardAct(now time.Time, last time.Time) (reward.Act, error) {
	if Instant(cmd.call.At).After(now) {
		return reward.Act{}, &Error{Subject: cmd.subject, Field: "at", Reason: "is in the future", Err: ErrInvalid}
	}
	recorded := later(now, last)
	at := Instant(cmd.call.At)
	if at.IsZero() {
		at = recorded
	}
	return reward.Act{Actor: cmd.actor.ID, At: at, Recorded: recorded, Code: cmd.call.Code, Ref: cmd.call.Ref, Reason: cmd.call.Reason}, nil
}

// line is an entry of package reward as a line of a journal. The entry itself, typed,
// is the line's Data; its reason has been cleared there, and stands in the line alone.
func line(kind, member string, act reward.Act, typed any, reason string) (Entry, error) {
	data, err := json.Marshal(typed)
	return Entry{Kind: kind, Member: member, Ref: act.Ref, Data: data, Actor: act.Actor, At: act.At, Recorded: act.Recorded, Reason: reason}, err
}

// appended is a line with the event that makes it known.
func (c *core) appended(noun string, e Entry) []Write {
	if !c.opts.Events {
		return []Write{Append{e}}
	}
	return []Write{Append{e}, Emit{Event{Kind: noun + "." + e.Kind, At: e.Recorded}}}
}

// typedLine reads the typed entry in a line.
func typedLine[E any](e Entry) (typed E, err error) {
	if json.Unmarshal(e.Data, &typed) != nil {
		return typed, &Error{Subject: e.Subject, Field: "data", Reason: "of an entry cannot be read", Err: ErrInvalid}
	}
	return typed, nil
}

// typedLines reads the typed entries of a journal.
func typedLines[E any](journal []Entry) ([]E, error) {
	list := make([]E, len(journal))
	for i, e := range journal {
		var err error
		if list[i], err = typedLine[E](e); err != nil {
			return nil, err
		}
	}
	return list, nil
}

// settled ends a command whose entry would take effect before one that is there:
// that is a conflict which trying again does not end.
func settled(err error) error {
	if errors.Is(err, ErrConflict) {
		return attempt.Ended(err)
	}
	return err
}

// vacant refuses an id that is taken. Of two commands that both find it free, the
// version lets one commit.
func (c *core) vacant(ctx context.Context, s Subject) error {
	head, err := c.store.Head(ctx, s)
	if err == nil && head.Version > 0 {
		err = &Error{Subject: s, Reason: "is there", Err: ErrDuplicate}
	}
	return err
}
