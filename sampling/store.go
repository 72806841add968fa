package sampling

import (
	"context"
	"iter"
)

// Store is where the spot checks of one tenant are held. Your application implements
// it over the database that it has; [Memory] holds it in memory, package
// sampling/samplingsql in SQLite and PostgreSQL. A store has no business rule: it
// keeps what it is given, or refuses it for one of the reasons below. Package
// sampling/samplingtest holds a case for every sentence of this text. Whoever has
// written a store of package crm or loyalty has written all of this one.
//
// # Vocabulary
//
// A subject is whatever has a version: a year's cycle, one of its rounds, a page of
// a long document, told apart by its [Kind]. A subject has
//
//   - a version, which is 0 before the first change and rises by one with each;
//   - a record, the [Record];
//   - a journal of entries, each an [Entry], numbered 1, 2, 3.
//
// One version guards all of these. The version, the number of entries and the
// recorded time of the last entry are the subject's [Head].
//
// A [Commit] is what changes a store. It names the subjects that it changes, each
// with the version at which it was read; the subjects that it only read, and that
// must not have moved; and perhaps a key, under which it happens once.
//
// # Commit
//
// Commit applies all of a commit or nothing. In this order, the first that holds
// is the answer:
//
//   - [ErrInvalid]: [Commit].Validate finds a fault. [ErrUnsupported]: a [Write] is
//     of a type that the store does not know; writes are passed by value. Both before
//     anything is read.
//   - [ErrDuplicate]: the commit has a key, and a commit with the same scope and key
//     was applied before. Receipt returns what that one left.
//   - [ErrConflict]: a subject of Require or Changes is not at the version expected.
//     The *[Error] names one such subject.
//   - nil: every write is applied, the version of each changed subject has risen by
//     one, its entries have their numbers, and the key is remembered.
//
// Any other error is the system's, or ctx.Err(). After it the commit may have been
// applied or not; who sends it again with the same key learns which, and nothing
// happens twice. Without a key, a commit that was applied is refused with
// ErrConflict when it is sent again, because its versions have moved.
//
// A change without writes moves the version all the same: so a guard is moved.
// Within a change, writes are applied in order, and a later record replaces the
// earlier one. A change that puts no record leaves the record as it is.
//
// The first PutRecord makes a subject's record exist. What a subject has besides
// (version, entries) may be there before.
//
// # Concurrency
//
// All methods may be called at the same time from any number of goroutines and,
// where the database is shared, processes. Of two commits that expect the same
// version of a subject, and of which at least one changes it, at most one is
// applied; the other is refused with ErrConflict, also where it only requires the
// subject. A database that finds two commits entangled may refuse one of them with
// ErrConflict although nothing moved: it has applied nothing, and is tried again. A
// store may wait for another commit to end, but not for its caller: the loop body of
// a listing may call the store, Commit included, and no lock or connection is held
// while it runs.
//
// Versions do not see what is not there yet: a rule over a listing, such as all
// rounds of a cycle, needs a guard, a subject which every commit that joins
// the listing changes and the rule requires. Services see to it, not the store.
//
// # Consistency
//
// When Commit has returned nil, every later read of every method, from whatever
// goroutine, sees it whole. A read that runs beside a commit sees all of it or nothing
// in each row; a Record and the Head in it are of the same moment. A listing that spans
// pages is no snapshot: a row that was there when the listing began, and is not moved
// out of the filter by a commit meanwhile, is yielded exactly once, and no row twice.
//
// What is returned belongs to the caller, and what was committed to the store: no
// slice or map is shared, in either direction. An empty slice may come back nil.
//
// # Context
//
// A done context ends every method soon with ctx.Err(), or with an error that
// wraps it; a listing ends before its next row. A context that is done before Commit
// is called changes nothing.
//
// # Errors
//
// Errors answer errors.Is. Record and Receipt return ErrNotFound where there is
// nothing; Head returns the zero Head for a subject that was never
// written, and no error; a listing without rows yields nothing, and no error. A
// method whose argument breaks a limit returns ErrInvalid or finds nothing. The
// sentinels come in an *[Error], which an adapter may wrap: with Subject for
// ErrConflict and ErrUnsupported. No error holds the reason of an entry, and those of
// Receipt do not repeat the key.
//
// # Order
//
// Listings are in byte order: records by id, entries by subject (kind, then id) and
// number. After resumes behind a
// place in this order, whether or not something is there. A listing is single use;
// an error comes once, as the last pair, with a zero value. A filter's zero field
// does not narrow; every row yielded passes the filter's Match. Limit counts the
// rows that are yielded, behind Match and not in a query before it; below zero it is
// as 0, no limit.
//
// # Limits
//
// Ids are UTF-8 without NUL, of 1 to [MaxID] bytes, case-sensitive, and compared as
// bytes: "a" is not "A", "é" as one rune is not "é" as two, and trailing spaces count.
// Every store keeps texts of [MaxText] bytes, bodies of [MaxBody] bytes, and commits of
// [MaxChanges] subjects and [MaxWrites] writes. Instants are whole microseconds in UTC
// of the years 1 to 9999, or the zero time for none, and come back equal by ==. JSON
// comes back as the same value, perhaps spaced or ordered otherwise: numbers keep all
// their digits, and the escape \u0000 stands for a character like others. Empty JSON is
// none, and comes back nil or empty. Versions and numbers of entries reach at least
// 2^53; a commit with a greater one is ErrInvalid, and behind a greater one a listing
// finds nothing more of that subject.
//
// # Erasure
//
// After a Redact the cleared reasons are nowhere in the store. Where the database
// keeps old pages or a log, the adapter's own comment says how they are scrubbed.
// What is left of a subject keeps its version, its entries' codes, and its place in
// every listing.
type Store interface {
	RecordReader
	JournalReader
	ReceiptReader
	Committer
}

// RecordReader is the part of a [Store] that reads records.
type RecordReader interface {
	// Record returns the record of the subject, or ErrNotFound.
	Record(ctx context.Context, s Subject) (Record, error)
	// Records lists the records of one kind by id. A filter without a kind is
	// ErrInvalid.
	Records(ctx context.Context, filter RecordFilter) iter.Seq2[Record, error]
}

// JournalReader is the part of a [Store] that reads heads and journals.
type JournalReader interface {
	// Head returns how far the subject has come, the zero Head for one that was
	// never written.
	Head(ctx context.Context, s Subject) (Head, error)
	// Entries lists entries by subject and number. A filter without subject, kind and
	// person is ErrInvalid.
	Entries(ctx context.Context, filter EntryFilter) iter.Seq2[Entry, error]
}

// ReceiptReader is the part of a [Store] that reads receipts.
type ReceiptReader interface {
	// Receipt returns what the commit with this key left, or ErrNotFound.
	Receipt(ctx context.Context, scope, key string) (Receipt, error)
}

// Committer is the part of a [Store] that changes it.
type Committer interface {
	// Commit applies all of c or nothing; see [Store].
	Commit(ctx context.Context, c Commit) error
}
