package loyalty

import (
	"cmp"
	"encoding/json"
	"fmt"
	"strconv"
	"time"

	"github.com/guanxi-go/guanxi/internal/limit"
	"github.com/guanxi-go/guanxi/loyalty/points"
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

// Write is one of [PutAccount], [PutRecord], [Append], [Claim], [Release], [Redact]
// and [Emit]. A store that meets a Write which it does not know refuses the commit
// with [ErrUnsupported]: the set grows with the library, and nothing may be dropped
// in silence.
type Write interface {
	// check reports what is wrong with the write in a change of s.
	check(s Subject) error
}

type (
	// PutAccount replaces standing and state of an account, and appends Entries to its
	// journal. State is what points.Apply makes of the state before and the entries,
	// which carry their numbers: the first is one more than the account has. The first
	// PutAccount makes the account exist.
	PutAccount struct {
		Standing Standing
		State    points.State
		Entries  []points.Entry
	}

	// PutRecord replaces the record of a subject that is no account. Subject and Head
	// of the record are not looked at: they are those of the change.
	PutRecord struct{ Record Record }

	// Append adds an entry to the journal of a subject that is no account. Subject and
	// Seq of the entry are not looked at: the store gives the entries of a subject the
	// numbers 1, 2, 3 in the order in which they are appended.
	Append struct{ Entry Entry }

	// Claim makes the subject the only holder of a key in a space: of a voucher's id, a
	// card, a device. Claiming what the subject holds already changes nothing.
	Claim struct{ Space, Key string }

	// Release gives a claim back. Releasing what the subject does not hold changes
	// nothing.
	Release struct{ Space, Key string }

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
// twice, two PutAccount of one change, entries of an account that are not numbered
// up to its state, a key without a scope, a claim made twice. Every store calls it
// first. It reads and changes nothing else, and accepts writes that it does not
// know.
func (c Commit) Validate() error {
	envelope := limit.Envelope{Scope: c.Scope, Key: c.Key, Receipt: c.Receipt, Recorded: c.Recorded, Subjects: len(c.Require) + len(c.Changes)}
	if err := limited(Subject{}, envelope.Refused()); err != nil {
		return err
	}
	return c.validateSubjects()
}

func (c Commit) validateSubjects() error {
	subjects, claims := distinct[Subject]{}, distinct[Claim]{}
	once := func(s Subject, n uint64) error {
		if err := cmp.Or(s.validate(), version(s, n)); err != nil {
			return err
		}
		if !subjects.add(s) {
			return &Error{Subject: s, Reason: "appears twice in a commit", Err: ErrInvalid}
		}
		return nil
	}
	for _, e := range c.Require {
		if err := once(e.Subject, e.Version); err != nil {
			return err
		}
	}
	writes := 0
	for i := range c.Changes {
		change := &c.Changes[i]
		if err := once(change.Subject, change.Expect); err != nil {
			return err
		}
		accounts := 0
		for _, w := range change.Writes {
			if err := checkWrite(change.Subject, w); err != nil {
				return err
			}
			switch w := w.(type) {
			case Claim:
				if !claims.add(w) {
					return &Error{Subject: change.Subject, Field: w.Space, Reason: "is claimed twice in a commit", Err: ErrInvalid}
				}
			case PutAccount:
				if accounts++; accounts > 1 {
					return &Error{Subject: change.Subject, Reason: "is put twice in a change", Err: ErrInvalid}
				}
				writes += len(w.Entries)
			}
		}
		if writes += len(change.Writes); writes > MaxWrites {
			return &Error{Field: "writes", Reason: "are more than " + strconv.Itoa(MaxWrites), Err: ErrInvalid}
		}
	}
	return nil
}

// distinct finds what comes twice; few by comparing, many by a map.
type distinct[T comparable] struct {
	few  [8]T
	n    int
	many map[T]bool
}

// add reports whether v is new.
func (d *distinct[T]) add(v T) bool {
	for i := range min(d.n, len(d.few)) {
		if d.few[i] == v {
			return false
		}
	}
	if d.n < len(d.few) {
		d.few[d.n] = v
		d.n++
		return true
	}
	if d.many == nil {
		d.many = map[T]bool{}
	}
	seen := d.many[v]
	d.many[v] = true
	return !seen
}

func version(s Subject, n uint64) error { return limited(s, limit.TooHigh(n)) }

func checkWrite(s Subject, w Write) error {
	switch w := w.(type) {
	case PutAccount, PutRecord, Append, Claim, Release, Redact, Emit:
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

func (w PutAccount) check(s Subject) error {
	st := &w.Standing
	if err := cmp.Or(ofAccount(s, true, "account"), id(s, "member", st.Member), short(s, "household", st.Household),
		short(s, "tier", st.Tier.Code), instants(s, st.Tier.Until, st.Due, w.State.At, w.State.Recorded)); err != nil {
		return err
	}
	if !st.Status.Valid() {
		return &Error{Subject: s, Field: "status", Reason: "is unknown", Err: ErrInvalid}
	}
	for i := range w.Entries {
		if e := &w.Entries[i]; e.Seq+uint64(len(w.Entries)-i-1) != w.State.Seq || e.Seq > MaxVersion {
			return &Error{Subject: s, Field: "entries", Reason: "are not numbered up to the state", Err: ErrInvalid}
		} else if err := e.Validate(); err != nil {
			return &Error{Subject: s, Field: "entries", Reason: "entry " + strconv.FormatUint(e.Seq, 10), Err: err}
		} else if !limit.Text(e.Reason, 0, MaxText) {
			return &Error{Subject: s, Field: "reason", Reason: "of an entry is longer than " + strconv.Itoa(MaxText) + " bytes, or no UTF-8 without NUL", Err: ErrInvalid}
		}
	}
	for i := range st.Counters {
		if err := short(s, "counters", st.Counters[i].Cap); err != nil {
			return err
		}
	}
	return nil
}

func (w PutRecord) check(s Subject) error {
	r := w.Record
	return cmp.Or(ofAccount(s, false, "record"), short(s, "member", r.Member), short(s, "ref", r.Ref),
		code(s, "state", r.State), instants(s, r.Due), document(s, "body", r.Body, MaxBody))
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
	return cmp.Or(ofAccount(s, false, "entry"), code(s, "kind", e.Kind), id(s, "actor", e.Actor), short(s, "member", e.Member), short(s, "ref", e.Ref),
		instants(s, e.At, e.Recorded), document(s, "data", e.Data, MaxText))
}

func (w Claim) check(s Subject) error   { return claimable(s, w.Space, w.Key) }
func (w Release) check(s Subject) error { return claimable(s, w.Space, w.Key) }
func (w Redact) check(s Subject) error  { return version(s, w.Seq) }

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

func ofAccount(s Subject, want bool, field string) error {
	if (s.Kind == KindAccount) != want {
		return &Error{Subject: s, Field: field, Reason: "does not belong to this kind of subject", Err: ErrInvalid}
	}
	return nil
}

func claimable(s Subject, space, key string) error { return limited(s, limit.NoClaim(space, key)) }

func id(s Subject, field, text string) error { return limited(s, limit.NoID(field, text)) }

func short(s Subject, field, text string) error {
	return limited(s, limit.TooLong(field, text, MaxID))
}

func code(s Subject, field, text string) error { return limited(s, limit.NoCode(field, text)) }

func document(s Subject, field string, body json.RawMessage, most int) error {
	return limited(s, limit.NoDocument(field, body, most))
}

func instants(s Subject, times ...time.Time) error { return limited(s, limit.NoInstant(times...)) }
