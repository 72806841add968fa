package crm

import (
	"cmp"
	"encoding/json"
	"fmt"
	"strconv"
	"time"

	"github.com/guanxi-go/guanxi/crm/owner"
	"github.com/guanxi-go/guanxi/crm/party"
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
	// Receipt is what a repeat of the key gets back: ids and codes, up to
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

// Write is one of [PutProfile], [PutStanding], [PutRecord], [Append], [Claim],
// [Release], [Redact] and [Emit]. A store that meets a Write which it does not
// know refuses the commit with [ErrUnsupported]: the set grows with the library,
// and nothing may be dropped in silence.
type Write interface {
	// check reports what is wrong with the write in a change of s.
	check(s Subject) error
}

type (
	// PutProfile replaces the profile of a customer. The first one makes the
	// customer exist.
	PutProfile struct{ Profile party.Profile }

	// PutStanding replaces the standing of a customer.
	PutStanding struct{ Standing Standing }

	// PutRecord replaces the record of a subject that is no customer. Subject and
	// Head of the record are not looked at: they are those of the change.
	PutRecord struct{ Record Record }

	// Append adds an entry to a journal of the subject. Subject and Seq of the
	// entry are not looked at: the store gives the entries of a subject the
	// numbers 1, 2, 3 in the order in which they are appended.
	Append struct{ Entry Entry }

	// Claim makes the subject the only holder of a key in a space: of a telephone
	// number, a credit code, a voucher. Claiming what the subject holds already
	// changes nothing.
	Claim struct{ Space, Key string }

	// Release gives a claim back. Releasing what the subject does not hold changes
	// nothing.
	Release struct{ Space, Key string }

	// Redact clears Reason, Text and Private of the subject's entry Seq, or, where
	// Seq is 0, of all entries that the subject had before the change. An entry
	// that the change appended before it is cleared by its Seq; an entry that does
	// not exist is passed over.
	Redact struct{ Seq uint64 }

	// Emit puts an event into the outbox. ID, Subject and Version of the event are
	// not looked at: the store gives them.
	Emit struct{ Event Event }
)

// Validate reports what no store may accept, as [ErrInvalid] with the subject and
// the field: ids, codes and instants out of their limits, a subject that appears
// twice, a key without a scope, a claim made twice. Every store calls it first. It
// reads and changes nothing else, and accepts writes that it does not know.
func (c Commit) Validate() error {
	envelope := limit.Envelope{Scope: c.Scope, Key: c.Key, Receipt: c.Receipt, Recorded: c.Recorded, Subjects: len(c.Require) + len(c.Changes)}
	if err := limited(Subject{}, envelope.Refused()); err != nil {
		return err
	}
	return c.validateSubjects()
}

func (c Commit) validateSubjects() error {
	seen := make(map[Subject]bool, len(c.Require)+len(c.Changes))
	once := func(s Subject) error {
		if err := s.validate(); err != nil {
			return err
		}
		if seen[s] {
			return &Error{Subject: s, Reason: "appears twice in a commit", Err: ErrInvalid}
		}
		seen[s] = true
		return nil
	}
	for _, e := range c.Require {
		if err := cmp.Or(once(e.Subject), version(e.Subject, e.Version)); err != nil {
			return err
		}
	}
	writes, claims := 0, map[Claim]bool{}
	for _, change := range c.Changes {
		if err := cmp.Or(once(change.Subject), version(change.Subject, change.Expect)); err != nil {
			return err
		}
		if writes += len(change.Writes); writes > MaxWrites {
			return &Error{Field: "writes", Reason: "are more than " + strconv.Itoa(MaxWrites), Err: ErrInvalid}
		}
		for _, w := range change.Writes {
			if err := checkWrite(change.Subject, w); err != nil {
				return err
			}
			if claim, ok := w.(Claim); ok {
				if claims[claim] {
					return &Error{Subject: change.Subject, Field: claim.Space, Reason: "is claimed twice in a commit", Err: ErrInvalid}
				}
				claims[claim] = true
			}
		}
	}
	return nil
}

func version(s Subject, n uint64) error { return limited(s, limit.TooHigh(n)) }

func checkWrite(s Subject, w Write) error {
	switch w := w.(type) {
	case PutProfile, PutStanding, PutRecord, Append, Claim, Release, Redact, Emit:
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

func (w PutProfile) check(s Subject) error {
	return cmp.Or(ofCustomer(s, true, "profile"), short(s, "parent", w.Profile.Parent))
}

func (w PutStanding) check(s Subject) error {
	st, h := &w.Standing, &w.Standing.Holding
	return cmp.Or(ofCustomer(s, true, "standing"),
		short(s, "owner", h.Owner), short(s, "path", h.Path), short(s, "pool", h.Pool), shorts(s, "groups", st.Groups),
		instants(s, h.Since, h.ProtectedUntil, h.LastAt, h.LastRecorded, st.Relationship.Since, st.Ladder.Since,
			st.Category.Since, st.Registered, st.LastContact, st.NextDue, st.Forgotten),
		shorts(s, "claimants", h.Claimants), losses(s, h.Losses), states(s, st))
}

func (w PutRecord) check(s Subject) error {
	r := w.Record
	return cmp.Or(ofCustomer(s, false, "record"),
		short(s, "customer", r.Customer), short(s, "ref", r.Ref), short(s, "owner", r.Owner), short(s, "path", r.Path),
		short(s, "state", r.State), instants(s, r.Due), document(s, "body", r.Body, MaxBody))
}

func (w Append) check(s Subject) error {
	e := w.Entry
	if !limit.IsCode(string(e.Journal)) || !limit.IsCode(e.Kind) {
		return &Error{Subject: s, Field: "journal", Reason: "and kind of an entry are codes", Err: ErrInvalid}
	}
	if e.At.IsZero() || e.Recorded.IsZero() {
		return &Error{Subject: s, Field: "recorded", Reason: "and at of an entry are instants", Err: ErrInvalid}
	}
	if !ValidID(e.Actor) {
		return &Error{Subject: s, Field: "actor", Reason: "of an entry is an id", Err: ErrInvalid}
	}
	return cmp.Or(short(s, "from", e.From), short(s, "to", e.To), short(s, "contact", e.Contact), short(s, "ref", e.Ref),
		instants(s, e.At, e.Recorded), document(s, "data", e.Data, MaxText), document(s, "private", e.Private, MaxText),
		long(s, "reason", e.Reason), long(s, "text", e.Text))
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

func ofCustomer(s Subject, want bool, field string) error {
	if (s.Kind == KindCustomer) != want {
		return &Error{Subject: s, Field: field, Reason: "does not belong to this kind of subject", Err: ErrInvalid}
	}
	return nil
}

func claimable(s Subject, space, key string) error { return limited(s, limit.NoClaim(space, key)) }

func short(s Subject, field, text string) error {
	return limited(s, limit.TooLong(field, text, MaxID))
}

func shorts(s Subject, field string, texts []string) error {
	for _, text := range texts {
		if err := short(s, field, text); err != nil {
			return err
		}
	}
	return nil
}

func long(s Subject, field, text string) error {
	return limited(s, limit.TooLong(field, text, MaxText))
}

func losses(s Subject, losses []owner.Loss) error {
	for _, l := range losses {
		if err := cmp.Or(short(s, "losses", l.Staff), short(s, "losses", l.Path), instants(s, l.At)); err != nil {
			return err
		}
	}
	return nil
}

func states(s Subject, st *Standing) error {
	if r, l, c := st.Relationship.State, st.Ladder.State, st.Category.State; r != 0 && !r.Valid() || l != 0 && !l.Valid() || c != 0 && !c.Valid() {
		return &Error{Subject: s, Field: "state", Reason: "is unknown", Err: ErrInvalid}
	}
	return nil
}

func document(s Subject, field string, body json.RawMessage, most int) error {
	return limited(s, limit.NoDocument(field, body, most))
}

func instants(s Subject, times ...time.Time) error { return limited(s, limit.NoInstant(times...)) }
