package crm

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"log/slog"
	"time"

	"github.com/guanxi-go/guanxi/internal/attempt"
	"github.com/guanxi-go/guanxi/internal/clock"
	"github.com/guanxi-go/guanxi/internal/fault"
	"github.com/guanxi-go/guanxi/internal/limit"
)

// command is a call of a service on its way to a commit.
type command struct {
	name    string // as "owners.assign"
	actor   Actor
	subject Subject
	made    bool // the subject's id was made here, and is another the next time
	call    Call
	input   any // what else the command says, for its fingerprint
}

// draft is what a decision wants to have committed.
type draft struct {
	require []Expect
	changes []Change
}

// run decides and commits until it is done, or until there is an answer that no
// repetition changes. decide loads, decides and drafts; it is called once for each
// attempt, with the instant of the attempt. The result travels as the receipt of
// the commit, so it holds ids and codes only.
func run[R any](ctx context.Context, c *core, cmd command, decide func(ctx context.Context, now time.Time) (draft, R, error)) (R, error) {
	elapsed := clock.Stopwatch()
	var result R
	attempts, err := 0, cmd.validate()
	if err == nil {
		result, attempts, err = try(ctx, c, cmd, decide)
	}
	c.observe(ctx, Op{Name: cmd.name, Actor: cmd.actor.ID, Subject: cmd.subject, Write: true, Attempts: attempts, Duration: elapsed(), Err: err})
	return result, err
}

func (cmd command) validate() error {
	if !ValidID(cmd.actor.ID) {
		return &Error{Field: "actor", Reason: "is not 1 to 255 bytes of UTF-8 without NUL", Err: ErrInvalid}
	}
	if !limit.Text(cmd.call.Key, 0, MaxID) {
		return &Error{Field: "key", Reason: "is longer than 255 bytes, or no UTF-8 without NUL", Err: ErrInvalid}
	}
	if !limit.Text(cmd.call.Reason, 0, MaxText) {
		return &Error{Field: "reason", Reason: "is too long, or no UTF-8 without NUL", Err: ErrInvalid}
	}
	if !limit.IsInstant(Instant(cmd.call.At)) {
		return &Error{Field: "at", Reason: "is not in the years 1 to 9999", Err: ErrInvalid}
	}
	return nil
}

func try[R any](ctx context.Context, c *core, cmd command, decide func(context.Context, time.Time) (draft, R, error)) (result R, n int, err error) {
	scope, key := attempt.KeyOf(cmd.actor.ID, cmd.call.Key, c.opts.NewID)
	fingerprint, unwritten := cmd.fingerprint()
	return attempt.Run(ctx, &attempt.Loop[R]{
		Attempts: c.opts.Attempts, Key: key, Given: cmd.call.Key != "", Clock: c.opts.Clock, Known: known,
		Decide: func(now time.Time) (R, func() error, error) {
			now = Instant(now)
			if Instant(cmd.call.At).After(now) {
				var none R
				return none, nil, &Error{Subject: cmd.subject, Field: "at", Reason: "is to come", Err: ErrInvalid}
			}
			d, result, err := decide(ctx, now)
			if err == nil {
				err = unwritten
			}
			return result, func() error {
				receipt, err := json.Marshal(result)
				if err != nil {
					return attempt.Ended(err)
				}
				return c.store.Commit(ctx, Commit{Scope: scope, Key: key, Fingerprint: fingerprint, Receipt: receipt,
					Recorded: now, Require: d.require, Changes: d.changes})
			}, err
		},
		Recall: func() (R, error) { return receiptOf[R](ctx, c, scope, key, fingerprint) },
		Again: func(n int, err error) {
			if c.opts.Logger != nil {
				c.opts.Logger.DebugContext(ctx, "crm: trying again", slog.String("op", cmd.name), slog.Int("attempt", n), slog.Any("err", err))
			}
		},
	})
}

// known reports whether err is one of this library's answers, and not an error of
// the system.
func known(err error) bool {
	for _, sentinel := range []error{ErrInvalid, ErrNotFound, ErrConflict, ErrDuplicate, ErrKeyReused, ErrTaken,
		ErrUnsupported, ErrForbidden, ErrTransition, ErrIncomplete, ErrForgotten,
		fault.ErrInsufficientData, fault.ErrOverflow, fault.ErrCurrency, fault.ErrVersion} {
		if errors.Is(err, sentinel) {
			return true
		}
	}
	return false
}

// receiptOf returns what the commit with the key left.
func receiptOf[R any](ctx context.Context, c *core, scope, key string, fingerprint [32]byte) (result R, err error) {
	r, err := c.store.Receipt(ctx, scope, key)
	if err != nil {
		return result, err
	}
	if r.Fingerprint != fingerprint {
		return result, &Error{Field: "key", Reason: "stands on another command", Err: ErrKeyReused}
	}
	return result, json.Unmarshal(r.Data, &result)
}

// fingerprint is the same for the same command, whenever it is sent. There is none where
// the command cannot be written as JSON, as with an unknown number of an enumeration: that is
// the decision's to refuse, which names the field.
func (cmd command) fingerprint() ([32]byte, error) {
	subject := cmd.subject.String()
	if cmd.made {
		subject = ""
	}
	text, err := json.Marshal(struct {
		Name    string
		Subject string
		At      time.Time
		Reason  string
		Input   any
	}{cmd.name, subject, Instant(cmd.call.At), cmd.call.Reason, cmd.input})
	if err != nil {
		return [32]byte{}, &Error{Subject: cmd.subject, Field: "command", Reason: "cannot be written as JSON", Err: ErrInvalid}
	}
	return sha256.Sum256(text), nil
}

// told is what a command says, as the data of an entry; nothing is no data.
func told(v any) json.RawMessage {
	text, err := json.Marshal(v)
	if err != nil || v == nil {
		return nil
	}
	return text
}
