package crm

import (
	"context"
	"encoding/json"
	"errors"
	"time"

	"github.com/guanxi-go/guanxi/internal/attempt"
)

// Table is one of the lists of definitions that a company keeps (定义表): its
// touchpoints, customer groups, purposes. It is read and replaced as a whole, up to
// [MaxBody] bytes of JSON, and its journal says who changed it when and why.
//
// Who may change definitions is the host's rule: the actor's Sees is not asked.
type Table[T any] struct {
	core  *core
	name  string
	check func(rows []T) error // whether the rows make a whole
}

func (t *Table[T]) subject() Subject { return Subject{KindRegistry, t.name} }

// Get returns the rows and their version; no rows and version 0 before the first
// Put.
func (t *Table[T]) Get(ctx context.Context) (rows []T, version uint64, err error) {
	r, err := t.core.record(ctx, t.subject())
	if err != nil {
		return nil, 0, err
	}
	if len(r.Body) > 0 {
		if err := json.Unmarshal(r.Body, &rows); err != nil {
			return nil, 0, &Error{Subject: r.Subject, Field: "body", Reason: "cannot be read", Err: errors.Join(ErrInvalid, err)}
		}
	}
	return rows, r.Head.Version, nil
}

// Put replaces the rows that were read at a version, and returns the new version.
// ErrConflict: somebody else replaced them meanwhile. Rows that do not make a whole
// are refused with the error of the package that they are from.
func (t *Table[T]) Put(ctx context.Context, actor Actor, rows []T, version uint64, call Call) (uint64, error) {
	cmd := command{name: t.name + ".put", actor: actor, subject: t.subject(), call: call, input: []any{rows, version}}
	return run(ctx, t.core, cmd, func(ctx context.Context, now time.Time) (draft, uint64, error) {
		if err := t.check(rows); err != nil {
			return draft{}, 0, err
		}
		head, err := t.core.store.Head(ctx, cmd.subject)
		if err != nil {
			return draft{}, 0, err
		}
		if head.Version != version {
			return draft{}, 0, attempt.Ended(&Error{Subject: cmd.subject, Field: "version", Reason: "is another by now", Err: ErrConflict})
		}
		body, err := json.Marshal(rows)
		if err != nil {
			return draft{}, 0, &Error{Subject: cmd.subject, Field: "rows", Reason: "cannot be written as JSON", Err: ErrInvalid}
		}
		now = later(now, head.Recorded)
		return draft{changes: []Change{{cmd.subject, version, []Write{
			PutRecord{Record{Body: body}},
			Append{Entry{Journal: JournalRecord, Kind: "put", Actor: actor.ID, At: effective(call, now), Recorded: now, Reason: call.Reason}},
			Emit{Event{Kind: "table.put", At: now}},
		}}}}, version + 1, nil
	})
}

// effective returns when a command's fact was so.
func effective(call Call, now time.Time) time.Time {
	if call.At.IsZero() {
		return now
	}
	return Instant(call.At)
}
