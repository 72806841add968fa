package sqlstore

import (
	"cmp"
	"sync"
	"time"
)

// Subject is whatever has a version.
type Subject struct{ Kind, ID string }

func (s Subject) compare(o Subject) int {
	return cmp.Or(cmp.Compare(s.Kind, o.Kind), cmp.Compare(s.ID, o.ID))
}

// Commit is what a domain's commit comes to in tables. It has passed the domain's
// validation: no subject and no claim appears twice.
type Commit struct {
	Scope, Key  string // both empty for none
	Fingerprint []byte
	Receipt     []byte
	Recorded    time.Time

	Require []Expect
	Changes []Change
}

// Expect is a subject and the version at which it was read.
type Expect struct {
	Subject Subject
	Version uint64
}

// Change is what happens to one subject.
type Change struct {
	Subject  Subject
	Expect   uint64
	Values   []any  // what replaces the columns of the subject's family; nil where they stay
	Rows     []Row  // at most one a table
	Sets     []Set  // at most one a table
	First    uint64 // what the first of Entries is numbered; 0 where the store says
	Entries  []Entry
	Redacts  []Redact
	Claims   []Claim
	Releases []Claim
	Events   []Event
}

// Row replaces the columns of one row of a domain's table.
type Row struct {
	Table  *Table
	Values []any // of the table's keys, then of its columns
}

// Table names a table of the domain, the columns that identify a row beside the
// tenant, and the columns that are replaced. Two Tables of one name may replace
// different columns.
type Table struct {
	Name    string
	Keys    []string
	Columns []string

	once     sync.Once
	replaced rows
}

// Set replaces the values that a table holds for one id: rows of tenant, id and the
// column, all of them its key.
type Set struct {
	Table   string
	Column  string
	ID      string
	Members []string // each once
}

// Entry is appended to the subject's journals. The store gives it its number.
type Entry struct {
	Recorded time.Time
	Values   []any // of Family.Entry
}

// Redact sets the columns Family.Cleared to NULL in entry Seq, or where Seq is 0 in
// all entries that the subject had before the change. Behind is how many entries
// of the change it comes after: of those it may clear one by its number.
type Redact struct {
	Seq    uint64
	Behind int
}

// Claim is a key of a space.
type Claim struct{ Space, Key string }

// Event is put into the outbox.
type Event struct {
	Kind string
	At   time.Time
	Data any // text or nil
}
