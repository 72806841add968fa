package loyalty

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"log/slog"
	"time"

	"github.com/guanxi-go/guanxi/internal/attempt"
	"github.com/guanxi-go/guanxi/internal/clock"
	"github.com/guanxi-go/guanxi/internal/limit"
	"github.com/guanxi-go/guanxi/loyalty/points"
)

// command is a call of a service on its way to a commit.
type command struct {
	name    string // as "points.earn"
	actor   Actor
	subject Subject
	made    bool // the subject's id was made here, and is another the next time
	call    Call
	input   any      // what else the command says, for its fingerprint
	queue   []string // accounts that it changes, whose turn it waits for
}

// draft is what a decision wants to have committed.
type draft struct {
	require []Expect
	changes []Change
}

// outcome is a result that travels as the receipt of its commit: ids, codes and
// numbers only.
type outcome[R any] interface {
	*R
	// replay marks a result that an earlier commit left.
	replay()
}

// run decides and commits until it is done, or until there is an answer that no
// repetition changes. decide loads, decides and drafts; it is called once for each
// attempt, with the instant of the attempt.
func run[R any, P outcome[R]](ctx context.Context, c *core, cmd *command, decide func(ctx context.Context, now time.Time) (draft, R, error)) (R, error) {
	j := &job[R, P]{ctx: ctx, core: c, cmd: cmd, decide: decide}
	err := j.run(j)
	return j.result, err
}

// job is a command while it runs.
type job[R any, P outcome[R]] struct {
	ctx    context.Context
	core   *core
	cmd    *command
	decide func(ctx context.Context, now time.Time) (draft, R, error)

	scope, key  string // to commit under
	fingerprint [32]byte
	unwritten   error     // why there is no fingerprint; of a decision that would be committed all the same
	now         time.Time // of the attempt
	draft       draft
	result      R
}

// run repeats c, which is j, or has it in it, until there is an answer.
func (j *job[R, P]) run(c attempt.Command) error {
	if j.core.opts.Observe == nil {
		_, err := j.try(c)
		return err
	}
	elapsed := clock.Stopwatch()
	n, err := j.try(c)
	cmd := j.cmd
	j.core.opts.Observe(j.ctx, Op{Name: cmd.name, Actor: cmd.actor.ID, Subject: cmd.subject, Write: true, Attempts: n, Duration: elapsed(), Err: err})
	return err
}

func (j *job[R, P]) try(c attempt.Command) (n int, err error) {
	if err := j.prepare(); err != nil {
		return 0, err
	}
	turns, err := j.core.queues.enter(j.ctx, j.cmd.queue)
	if err != nil {
		return 0, err
	}
	defer turns.leave()
	rules := attempt.Rules{Attempts: j.core.opts.Attempts, Key: j.key, Given: j.cmd.call.Key != "", Clock: j.core.opts.Clock}
	n, err = attempt.Repeat(j.ctx, rules, c)
	if err != nil {
		var none R
		j.result = none
	}
	return n, err
}

// prepare checks the command, and says under what it is committed.
func (j *job[R, P]) prepare() error {
	if err := j.cmd.validate(); err != nil {
		return err
	}
	j.scope, j.key = j.cmd.keys(j.core)
	j.fingerprint, j.unwritten = j.cmd.fingerprint()
	return nil
}

// begin begins an attempt.
func (j *job[R, P]) begin(now time.Time) error {
	j.now = Instant(now)
	if late := j.cmd.call.NotAfter; !late.IsZero() && j.now.After(late) {
		return &Error{Subject: j.cmd.subject, Field: "not_after", Reason: "is over", Err: ErrTooLate}
	}
	return nil
}

// commit is what the draft comes to. What cannot be written as JSON, as an unknown number
// of an enumeration, is the decision's to refuse, which names the field.
func (j *job[R, P]) commit() (Commit, error) {
	if j.unwritten != nil {
		return Commit{}, j.unwritten
	}
	receipt, err := written(&j.result)
	if err != nil {
		return Commit{}, attempt.Ended(err)
	}
	return Commit{Scope: j.scope, Key: j.key, Fingerprint: j.fingerprint, Receipt: receipt,
		Recorded: j.now, Require: j.draft.require, Changes: j.draft.changes}, nil
}

// Decide implements [attempt.Command], as all that follows.
func (j *job[R, P]) Decide(now time.Time) (err error) {
	if err := j.begin(now); err != nil {
		return err
	}
	j.draft, j.result, err = j.decide(j.ctx, j.now)
	return err
}

func (j *job[R, P]) Commit() error {
	c, err := j.commit()
	if err != nil {
		return err
	}
	return j.core.store.Commit(j.ctx, c)
}

func (j *job[R, P]) Recall() error {
	var none R
	j.result = none
	r, err := j.core.store.Receipt(j.ctx, j.scope, j.key)
	if err != nil {
		return err
	}
	if r.Fingerprint != j.fingerprint {
		return &Error{Field: "key", Reason: "stands on another command", Err: ErrKeyReused}
	}
	err = readBack(r.Data, &j.result)
	P(&j.result).replay()
	return err
}

func (j *job[R, P]) Known(err error) bool { return known(err) }

func (j *job[R, P]) Again(n int, err error) {
	if j.core.opts.Logger != nil {
		j.core.opts.Logger.DebugContext(j.ctx, "loyalty: trying again", slog.String("op", j.cmd.name), slog.Int("attempt", n), slog.Any("err", err))
	}
}

func (cmd *command) validate() error {
	refuse := func(field, reason string) error { return &Error{Field: field, Reason: reason, Err: ErrInvalid} }
	const text = "is longer than 255 bytes, or no UTF-8 without NUL"
	switch call := &cmd.call; {
	case !ValidID(cmd.actor.ID):
		return refuse("actor", "is not 1 to 255 bytes of UTF-8 without NUL")
	case !limit.Text(call.Key, 0, MaxID):
		return refuse("key", text)
	case !limit.Text(call.Ref, 0, MaxID):
		return refuse("ref", text)
	case !limit.Text(call.Code, 0, MaxID):
		return refuse("code", text)
	case !limit.Text(call.Reason, 0, MaxText):
		return refuse("reason", "is too long, or no UTF-8 without NUL")
	case !limit.IsInstant(Instant(call.At)):
		return refuse("at", "is not in the years 1 to 9999")
	}
	return nil
}

// written is a result as a receipt: the short form of a [Posted], JSON of all
// others.
func written(result any) ([]byte, error) {
	if p, ok := result.(*Posted); ok {
		return p.appendBinary(nil), nil
	}
	return json.Marshal(result)
}

func readBack(data []byte, result any) error {
	if p, ok := result.(*Posted); ok {
		return p.unmarshalBinary(data)
	}
	return json.Unmarshal(data, result)
}

// callers is the scope of the keys that callers chose.
const callers = "caller"

// keys returns the scope and the key to commit under: a hash, so that nothing which
// the caller put into the key stays in the store. A command without a key gets one
// of its own, so that it is not applied twice when an attempt ends in doubt.
func (cmd *command) keys(c *core) (scope, key string) {
	if cmd.call.Key == "" {
		return "once", c.opts.NewID()
	}
	sum := cmd.hashedKey()
	return callers, base64.RawURLEncoding.EncodeToString(sum[:])
}

// hashedKey is the hash of the key that the caller gave, and of whose it is.
func (cmd *command) hashedKey() [32]byte {
	room := make([]byte, 0, 128)
	return sha256.Sum256(append(append(append(room, cmd.actor.ID...), 0), cmd.call.Key...))
}

// fingerprint is the same for the same command, whenever it is sent.
func (cmd *command) fingerprint() ([32]byte, error) {
	b, err := cmd.said(make([]byte, 0, 256))
	if err != nil {
		return [32]byte{}, err
	}
	return sha256.Sum256(b), nil
}

// said appends what the command says, which its fingerprint is a hash of.
func (cmd *command) said(b []byte) ([]byte, error) {
	b = cmd.about(b)
	if n, ok := cmd.number(); ok {
		return binary.AppendVarint(b, int64(n)), nil
	}
	j, err := json.Marshal(cmd.input)
	if err != nil {
		return b, &Error{Subject: cmd.subject, Field: "command", Reason: "cannot be written as JSON", Err: ErrInvalid}
	}
	return append(b, j...), nil
}

// about appends what the command says beside its input.
func (cmd *command) about(b []byte) []byte {
	var kind, id string
	if !cmd.made {
		kind, id = string(cmd.subject.Kind), cmd.subject.ID
	}
	b = appendText(appendText(appendText(b, cmd.name), kind), id)
	b = appendText(appendText(appendText(b, cmd.call.Ref), cmd.call.Code), cmd.call.Reason)
	if cmd.call.At.IsZero() {
		return append(b, 0)
	}
	return binary.AppendVarint(append(b, 1), Instant(cmd.call.At).UnixMicro())
}

// appendText appends a text behind its length.
func appendText(b []byte, text string) []byte {
	if text == "" {
		return append(b, 0)
	}
	return append(binary.AppendUvarint(b, uint64(len(text))), text...)
}

// amount is the input of a command that says nothing but a number of points.
type amount int64

// number is the amount that is all the command says, as it is of those that come most
// often.
func (cmd *command) number() (n amount, ok bool) {
	switch input := cmd.input.(type) {
	case amount:
		return input, true
	case *points.BurnCommand:
		return amount(input.Points), true
	case *points.EarnCommand:
		return amount(input.Points), *input == points.EarnCommand{Points: input.Points}
	}
	return 0, false
}

// act is what the entries of the command say of who does it, when and why.
func (cmd *command) act() points.Act {
	return points.Act{Actor: cmd.actor.ID, Ref: cmd.call.Ref, Code: cmd.call.Code, Reason: cmd.call.Reason, At: cmd.call.At}
}
