// Package samplingsql keeps spot checks (抽查) in SQLite or PostgreSQL: a
// [sampling.Store], [sampling.Outbox] and [sampling.Pruner] on a *sql.DB with the
// driver of your choice, or inside a transaction of yours.
//
//	db, err := sql.Open("pgx", dsn)
//	store, err := samplingsql.New(db, samplingsql.Options{Dialect: samplingsql.PostgreSQL})
//	err = store.Migrate(ctx) // creates the tables, or brings them up to date
//	s, err := sampling.New(store, sampling.Options{})
//
// In one transaction with your own rows, and with those of package crm/crmsql:
//
//	tx, err := db.BeginTx(ctx, nil)
//	inside, err := s.On(store.InTx(tx))
//	_, err = inside.Cycles.Record(ctx, inspector, "2026", 3, results, call) // after an error, roll back
//	err = tx.Commit()
//
// # Vocabulary
//
//   - dialect 方言: SQLite or PostgreSQL
//   - tenant 租户: one company of several in a database; every key starts with it
//   - migration 迁移: a script that brings the tables from one version to the next
//   - scrub 清除残留: removing what deleted rows left in the files
//
// # The tables
//
// They may be read by anybody; writing them behind the store's back breaks the
// versions. Every table begins with the column tenant. Instants are microseconds
// since 1970 in UTC in a BIGINT, NULL for none; texts are compared as bytes;
// documents are JSON in a text column. [Schema] has the statements.
//
//	sampling_records  kind id | version entries recorded; cycle state due body
//	sampling_entries  kind id seq | entry_kind person data actor at recorded reason
//	sampling_receipts scope commit_key | fingerprint receipt recorded
//	sampling_outbox   event | kind id version event_kind at data
//	sampling_schema   version (the only table without a tenant)
//
// The head of a subject is in its row; a record exists where state is not NULL.
// Personal is the reason of an entry; nothing else is. Listings are read in pages by
// key, and no connection is held between them. Records have indexes by cycle and by
// due, entries by subject and by person. A filter by anything else reads the tenant's
// rows once, in order.
//
// # SQLite
//
// 3.35 or later. Open it with a busy_timeout, so that writers wait for their turn:
// where it runs out, Commit is ErrConflict. And with journal_mode=WAL, so that
// readers and the writer do not wait for each other. With modernc.org/sqlite, in
// this order, for the switch to WAL waits too:
//
//	sql.Open("sqlite", "file:checks.db?_pragma=busy_timeout(5000)&_pragma=journal_mode(WAL)")
//
// A transaction of yours should begin with IMMEDIATE (_txlock=immediate): one that
// reads first and writes later is refused where another wrote in between.
//
// # PostgreSQL
//
// 12 or later. Transactions are READ COMMITTED; in one of yours it is the only
// level at which ErrConflict and ErrDuplicate leave the transaction usable. Reads go
// to the same server as commits: behind a pooler that sends SELECTs to a replica,
// what was committed may not be seen.
//
// # Erasure
//
// A commit replaces rows, and databases leave the old bytes where they were for a
// while. [Store.Scrub] removes them as far as SQL reaches: call it after erasures, or
// once a night. In SQLite nothing is left in the database file and its log. In
// PostgreSQL no statement sees the old rows; the bytes stay in the pages of the
// tables until new rows take their room, or until VACUUM FULL; in the write-ahead log
// until it is recycled; on replicas likewise. Backups, snapshots and the disk's own
// copies are beyond it.
//
// # Sources
//
// SQLite: "Isolation In SQLite", "Write-Ahead Logging", "WITHOUT ROWID" (sqlite.org).
// PostgreSQL 15 manual, 13.2.1 (READ COMMITTED), INSERT (ON CONFLICT), 25.1 (routine
// vacuuming).
package samplingsql
