// Package sqlstore holds what the SQL adapters of all domains share: versions that
// are compared and moved, claims, idempotency keys, journals, the outbox, paged
// listings and migrations. It imports no driver and knows no domain: an adapter
// such as crm/crmsql turns its domain's commit into a [Commit] of this package,
// which is tables, columns and values, and turns an [Error] back.
//
// # Statements
//
// Data are read and changed by one SQL text for SQLite and PostgreSQL, with
// placeholders $1, $2 that appear in ascending order. Only the definitions of
// tables differ by [Dialect]: texts are compared as bytes, which SQLite does by
// itself and PostgreSQL where a column is COLLATE "C".
//
// Where many rows come together, a statement of PostgreSQL takes one array for each
// column, so that one text serves any number and is one round trip: a slice where the
// driver takes slices, as pgx does, else the array as a text. In SQLite, which has no
// round trips, it takes some rows at a time. Of many rows, what they have in
// common is handed over once, in SQLite as ?1, ?2. What is read or replaced by a list
// of keys is looked up key by key inside the statement, never by a join: the planner of
// PostgreSQL without fresh statistics would read whole tables.
//
// # Families
//
// A [Family] says where subjects have their heads and journals. Its table of heads
// may hold what else a subject has to be read and written with, so that one
// conditional UPDATE compares the version, raises it, and replaces the rest.
//
// # Commit
//
// A commit takes its locks in one order, so that two of them never wait for each
// other in a circle: the key, the subjects by kind and id, the claims by space and
// key.
//
//  1. The key is inserted ON CONFLICT DO NOTHING. No row: [fault.ErrDuplicate].
//  2. Each subject is moved by a conditional statement that returns the row only
//     where the version was the expected one. No row: [fault.ErrConflict]. Subjects
//     that are only required are moved by nothing, which locks them all the same.
//  3. Claims are released, then made ON CONFLICT DO NOTHING. A claim without a row
//     is looked up: another holder is [fault.ErrTaken].
//  4. Rows, entries and events are written. The locks of step 2 keep everybody else
//     away from them, and an event takes its number behind its subject's lock, so
//     that the order of numbers is the order of versions.
//
// A domain may put its most common commit into one statement of its own; see
// [Store.Once]. Many commits at once go another way, see [Store.CommitBatch]: subjects
// first, then keys, then claims. Where all of them only replace and append to subjects
// that exist, each another, nothing is looked up: the statements that write say whether
// all was as expected, and where it was not, all is undone and done with looking up.
// Where it meets a single commit under the same key, the
// database ends one of the two, and it is tried again.
//
// At READ COMMITTED, PostgreSQL's default, no statement fails because of another
// transaction, so a borrowed transaction stays usable after each of the three
// answers. In SQLite the first statement of a commit is one that writes, so that
// the transaction waits for its turn at the start and is never refused half-way.
package sqlstore
