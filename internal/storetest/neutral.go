package storetest

import (
	"cmp"
	"context"
	"encoding/json"
	"iter"
	"time"

	"github.com/guanxi-go/guanxi/internal/limit"
)

// The neutral form: what the stores of all domains keep alike. A domain's adapter
// brings its own types into it and back, and every case that is written once is
// written over it.

// Sizes that every domain has.
const (
	MaxID       = limit.ID
	MaxCode     = limit.Code
	MaxText     = 1 << 16
	MaxBody     = 1 << 20
	MaxReceipt  = 1 << 16
	MaxChanges  = 1000
	MaxWrites   = 10000
	MaxEventLen = 1 << 12
	MaxDepth    = limit.Depth
	MaxVersion  = 1 << 53
)

// Store is a domain's store in the neutral form.
type Store interface {
	Record(ctx context.Context, s Subject) (Record, error)
	Records(ctx context.Context, f RecordFilter) iter.Seq2[Record, error]
	Head(ctx context.Context, s Subject) (Head, error)
	Entries(ctx context.Context, f EntryFilter) iter.Seq2[Entry, error]
	Receipt(ctx context.Context, scope, key string) (Receipt, error)
	Holder(ctx context.Context, space, key string) (Subject, error) // where the domain has claims
	Commit(ctx context.Context, c Commit) error

	Outbox() Outbox // nil where the store offers none
	Pruner() Pruner // nil where the store offers none
	// Look is all that can be read, but for its head, of a subject that the domain keeps
	// apart; nil for any other.
	Look(ctx context.Context, s Subject) any
}

// Outbox is a store's outbox.
type Outbox interface {
	Pending(ctx context.Context, limit int) ([]Event, error)
	Ack(ctx context.Context, ids ...uint64) error
}

// Pruner is a store that forgets keys.
type Pruner interface {
	Prune(ctx context.Context, before time.Time) (int, error)
}

// Subject is whatever has a version.
type Subject struct{ Kind, ID string }

func (s Subject) String() string { return s.Kind + "/" + s.ID }

// Compare orders subjects by kind, then by id, as bytes.
func (s Subject) Compare(o Subject) int {
	return cmp.Or(cmp.Compare(s.Kind, o.Kind), cmp.Compare(s.ID, o.ID))
}

// Head is how far a subject has come.
type Head struct {
	Version  uint64
	Entries  uint64
	Recorded time.Time
}

// Record is what is kept of a subject.
type Record struct {
	Subject Subject
	Head    Head

	Group string // the id that the domain lists its records by
	State string
	Due   time.Time
	Body  json.RawMessage
	Rest  any // the domain's further fields: its own record with none of the above; nil for none
}

// Entry is a line of a subject's journal.
type Entry struct {
	Subject Subject
	Seq     uint64
	Kind    string

	Party    string // the id of a person that the domain lists its entries by
	Data     json.RawMessage
	Actor    string
	At       time.Time
	Recorded time.Time
	Reason   string
	Rest     any // the domain's further fields: its own entry with none of the above; nil for none
}

// Position returns where e stands in a listing.
func (e Entry) Position() Position { return Position{e.Subject, e.Seq} }

// Position is a subject and the number of an entry.
type Position struct {
	Subject Subject
	Seq     uint64
}

// Compare orders positions by subject, then by number.
func (p Position) Compare(o Position) int {
	return cmp.Or(p.Subject.Compare(o.Subject), cmp.Compare(p.Seq, o.Seq))
}

// Receipt is what a repeat of a committed key gets back.
type Receipt struct {
	Fingerprint [32]byte
	Data        []byte
	Recorded    time.Time
}

// Event tells other systems that something happened to a subject.
type Event struct {
	ID      uint64
	Subject Subject
	Version uint64
	Kind    string
	At      time.Time
	Data    json.RawMessage
}

// Commit is everything that one command changes.
type Commit struct {
	Scope, Key  string
	Fingerprint [32]byte
	Receipt     []byte
	Recorded    time.Time
	Require     []Expect
	Changes     []Change
}

// Expect is a subject and the version at which it was read.
type Expect struct {
	Subject Subject
	Version uint64
}

// Change is what happens to one subject.
type Change struct {
	Subject Subject
	Expect  uint64
	Writes  []Write
}

// Write is one of [PutRecord], [Append], [Claim], [Release], [Redact], [Emit] and
// [Own].
type Write any

type (
	PutRecord struct{ Record Record }
	Append    struct{ Entry Entry }
	Claim     struct{ Space, Key string }
	Release   struct{ Space, Key string }
	Redact    struct{ Seq uint64 }
	Emit      struct{ Event Event }
	// Own is a write of the domain's own type, or nil.
	Own struct{ Write any }
)

// RecordFilter narrows Records to one kind, and further by every other field that is
// not zero.
type RecordFilter struct {
	Kind      string
	After     string
	Limit     int
	Group     string
	State     string
	DueBefore time.Time
}

// Match reports whether the filter lets r through.
func (f RecordFilter) Match(r Record) bool {
	return r.Subject.Kind == f.Kind &&
		(f.After == "" || r.Subject.ID > f.After) &&
		(f.Group == "" || r.Group == f.Group) &&
		(f.State == "" || r.State == f.State) &&
		(f.DueBefore.IsZero() || !r.Due.IsZero() && r.Due.Before(f.DueBefore))
}

// EntryFilter narrows Entries.
type EntryFilter struct {
	Subject       Subject
	Of            string // entries of subjects of this kind
	Party         string
	After         Position
	Limit         int
	RecordedUntil time.Time
}

// Match reports whether the filter lets e through.
func (f EntryFilter) Match(e Entry) bool {
	return (f.Subject == (Subject{}) || e.Subject == f.Subject) &&
		(f.Of == "" || e.Subject.Kind == f.Of) &&
		(f.Party == "" || e.Party == f.Party) &&
		(f.After == (Position{}) || e.Position().Compare(f.After) > 0) &&
		(f.RecordedUntil.IsZero() || e.Recorded.Before(f.RecordedUntil))
}

// Rest is v, or nil where it holds nothing.
func Rest[T any](v T) any {
	if Dump(v) == "{ }" {
		return nil
	}
	return v
}

// Listed brings the rows of a listing into another form; an error comes with a zero
// row only where it did before.
func Listed[A, B any](rows iter.Seq2[A, error], into func(A) B) iter.Seq2[B, error] {
	return func(yield func(B, error) bool) {
		var none A
		for row, err := range rows {
			var b B
			if err == nil || Dump(row) != Dump(none) {
				b = into(row)
			}
			if !yield(b, err) {
				return
			}
		}
	}
}

// Converted brings every element of a list into another form; nil stays nil.
func Converted[A, B any](list []A, into func(A) B) []B {
	if list == nil {
		return nil
	}
	all := make([]B, len(list))
	for i, a := range list {
		all[i] = into(a)
	}
	return all
}
