package sampling

import (
	"cmp"
	"encoding/json"
	"fmt"
	"strconv"
	"time"

	"github.com/guanxi-go/guanxi/internal/limit"
)

// Commit is everything that one command changes. A [Store] applies all of it or
// nothing.
type Commit struct {
	// Scope and Key name the command, so that it happens once however often it is
	// sent, for as long as the store remembers the key (see [Pruner]). Both are empty,
	// and nothing is remembered, or neither is. A service gives a hash of what its
	// caller gave.
	Scope, Key string
	// Fingerprint is of the command behind the key: the same key with another
	// fingerprint is a mistake of the caller, which the service finds.
	Fingerprint [32]byte
	// Receipt is what a repeat of the key gets back: ids, codes and numbers, up to
	// [MaxReceipt] bytes.
	Receipt []byte
	// Recorded is the instant of the decision. The age of the key counts from it.
	Recorded time.Time

	// Require names subjects that were read, must not have moved, and are not
	// changed.
	Require []Expect
	// Changes are applied in order. A subject appears once, in Require or here.
	Changes []Change
}

// Expect is a subject and the version at which it was read; 0 for a subject that
// must not exist.
type Expect struct {
	Subject Subject
	Version uint64
}

// Change is what happens to one subject. Its version rises from Expect to
// Expect+1, even where Writes is empty: so a guard is moved.
type Change struct {
	Subject Subject
	Expect  uint64
	Writes  []Write
}

// Write is one of [PutRecord], [Append], [Redact] and [Emit]. A store that meets a
// Write which it does not know refuses the commit with [ErrUnsupported]: the set
// grows with the library, and nothing may be dropped in silence.
type Write interface {
	// check reports what is wrong with the write in a change of s.
	check(s Subject) error
}

type (
	// PutRecord replaces the record of the subject. Subject and Head of the record are
	// not looked at: they are those of the change. The first PutRecord makes the record
	// exist.
	PutRecord struct{ Record Record }

	// Append adds an entry to the journal of the subject. Subject and Seq of the entry
	// are not looked at: the store gives the entries of a subject the numbers 1, 2, 3
	// in the order in which they are appended.
	Append struct{ Entry Entry }

	// Redact clears Reason of the subject's entry Seq, or, where Seq is 0, of all
	// entries that the subject had before the change. An entry that the change
	// appended before it is cleared by its Seq; an entry that does not exist is passed
	// over.
	Redact struct{ Seq uint64 }

	// Emit puts an event into the outbox. ID, Subject and Version of the event are
	// not looked at: the store gives them.
	Emit struct{ Event Event }
)

// Validate reports what no store may accept, as [ErrInvalid] with the subject and
// the field: ids, codes and instants out of their limits, a subject that appears
// twice, a key without a scope. Every store calls it first. It reads and changes
// nothing else, and accepts writes that it does not know.
func (c Commit) Validate() error {
	envelope := limit.Envelope{Scope: c.Scope, Key: c.Key, Receipt: c.Receipt, Recorded: c.Recorded, Subjects: len(c.Require) + len(c.Changes)}
	if err := limited(Subject{}, envelope.Refused()); err != nil {
		return err
	}
	return c.validateSubjects()
}

func (c Commit) validateSubjects() error {
	seen := make(map[Subject]bool, len(c.Require)+len(c.Changes))
	once := func(s Subject, n uint64) error {
		if err := cmp.Or(s.validate(), version(s, n)); err != nil {
			return err
		}
		if seen[s] {
			return &Error{Subject: s, Reason: "appears twice in a commit", Err: ErrInvalid}
		}
		seen[s] = true
		return nil
	}
	for _, e := range c.Require {
		if err := once(e.Subject, e.Version); err != nil {
			return err
		}
	}
	writes := 0
	for _, change := range c.Changes {
		if err := once(change.Subject, change.Expect); err != nil {
			return err
		}
		for _, w := range change.Writes {
			if err := checkWrite(change.Subject, w); err != nil {
				return err
			}
		}
		if writes += len(change.Writes); writes > MaxWrites {
			return &Error{Field: "writes", Reason: "are more than " + strconv.Itoa(MaxWrites), Err: ErrInvalid}
		}
	}
	return nil
}

func version(s Subject, n uint64) error { return limited(s, limit.TooHigh(n)) }

func checkWrite(s Subject, w Write) error {
	switch w := w.(type) {
	case PutRecord, Append, Redact, Emit:
		return w.check(s)
	case nil:
		return &Error{Subject: s, Field: "writes", Reason: "hold a nil", Err: ErrInvalid}
	default:
		return nil // the store says whether it knows it
	}
}

// Unsupported is the error for a write that a store does not know. Adapters
// return it from the default of their switch.
func Unsupported(s Subject, w Write) error {
	return &Error{Subject: s, Field: "writes", Reason: fmt.Sprintf("%T is not known to this store", w), Err: ErrUnsupported}
}

func (w PutRecord) check(s Subject) error {
	r := w.Record
	return cmp.Or(short(s, "cycle", r.Cycle), code(s, "state", r.State), instants(s, r.Due), document(s, "body", r.Body, MaxBody))
}

func (w Append) check(s Subject) error {
	e := w.Entry
	if e.At.IsZero() || e.Recorded.IsZero() {
		return &Error{Subject: s, Field: "recorded", Reason: "and at of an entry are instants", Err: ErrInvalid}
	}
	if !limit.Text(e.Reason, 0, MaxText) {
		return &Error{Subject: s, Field: "reason", Reason: "is longer than " + strconv.Itoa(MaxText) + " bytes, or no UTF-8 without NUL", Err: ErrInvalid}
	}
	if e.Kind == "" {
		return &Error{Subject: s, Field: "kind", Reason: "of an entry is missing", Err: ErrInvalid}
	}
	return cmp.Or(code(s, "kind", e.Kind), id(s, "actor", e.Actor), short(s, "person", e.Person),
		instants(s, e.At, e.Recorded), document(s, "data", e.Data, MaxText))
}

func (w Redact) check(s Subject) error { return version(s, w.Seq) }

func (w Emit) check(s Subject) error {
	return limited(s, limit.NoEvent(w.Event.Kind, w.Event.At, w.Event.Data))
}

// limited is nil, or says of which subject a limit was broken.
func limited(s Subject, r *limit.Refusal) error {
	if r == nil {
		return nil
	}
	return &Error{Subject: s, Field: r.Field, Reason: r.Reason, Err: ErrInvalid}
}

func id(s Subject, field, text string) error { return limited(s, limit.NoID(field, text)) }

func short(s Subject, field, text string) error {
	return limited(s, limit.TooLong(field, text, MaxID))
}

func code(s Subject, field, text string) error { return limited(s, limit.NoCode(field, text)) }

func document(s Subject, field string, body json.RawMessage, most int) error {
	return limited(s, limit.NoDocument(field, body, most))
}

func instants(s Subject, times ...time.Time) error { return limited(s, limit.NoInstant(times...)) }
