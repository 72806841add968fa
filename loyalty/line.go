package loyalty

import (
	"encoding/json"
	"errors"
	"strconv"
	"time"

	"github.com/guanxi-go/guanxi/internal/attempt"
	"github.com/guanxi-go/guanxi/loyalty/reward"
)

// at is the effective instant of the command.
func (cmd *command) at(now time.Time) time.Time {
	if at := Instant(cmd.call.At); !at.IsZero() {
		return at
	}
	return now
}

// entry is a line of a journal that says what the command did.
func (cmd *command) entry(kind, member string, now time.Time) Entry {
	return Entry{Kind: kind, Member: member, Ref: cmd.call.Ref, Actor: cmd.actor.ID, At: cmd.at(now), Recorded: now, Reason: cmd.call.Reason}
}

// line is entry behind the last one of a journal, with what it says besides.
func (cmd *command) line(kind, member string, head Head, f fact, now time.Time) (Entry, error) {
	e := cmd.entry(kind, member, later(now, head.Recorded))
	if cmd.call.At.IsZero() {
		e.At = e.Recorded
	}
	if e.At.After(e.Recorded) {
		return Entry{}, &Error{Subject: cmd.subject, Field: "at", Reason: "is in the future", Err: ErrInvalid}
	}
	var err error
	if f.Member != "" || f.Household != "" || len(f.Accounts)+len(f.Merged) > 0 {
		e.Data, err = json.Marshal(f)
	}
	return e, err
}

// appended is a line with the event that makes it known.
func (c *core) appended(noun string, e Entry) []Write {
	if !c.opts.Events {
		return []Write{Append{e}}
	}
	return []Write{Append{e}, Emit{Event{Kind: noun + "." + e.Kind, At: e.Recorded}}}
}

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

// rewardLine is an entry of package reward as a line of a journal. The entry itself, typed,
// is the line's Data; its reason has been cleared there, and stands in the line alone.
func rewardLine(kind, member string, act reward.Act, typed any, reason string) (Entry, error) {
	data, err := json.Marshal(typed)
	return Entry{Kind: kind, Member: member, Ref: act.Ref, Data: data, Actor: act.Actor, At: act.At, Recorded: act.Recorded, Reason: reason}, err
}

// dataOf reads what the Data of a line says.
func dataOf[T any](e Entry) (T, error) {
	var data, none T
	if json.Unmarshal(e.Data, &data) != nil {
		return none, &Error{Subject: e.Subject, Field: "data", Reason: "of entry " + strconv.FormatUint(e.Seq, 10) + " cannot be read", Err: ErrInvalid}
	}
	return data, nil
}

// rewardLines reads the entries of package reward in a journal.
func rewardLines[E any](journal []Entry) ([]E, error) {
	list := make([]E, len(journal))
	for i, e := range journal {
		var err error
		if list[i], err = dataOf[E](e); err != nil {
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
