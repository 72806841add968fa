// Package crmsql keeps customers and everything about them (客户关系) in SQLite or
// PostgreSQL: a [crm.Store], [crm.Outbox] and [crm.Pruner] on a *sql.DB with the
// driver of your choice, or inside a transaction of yours.
//
//	db, err := sql.Open("pgx", dsn)
//	store, err := crmsql.New(db, crmsql.Options{Dialect: crmsql.PostgreSQL})
//	err = store.Migrate(ctx) // creates the tables, or brings them up to date
//
// In one transaction with your own rows:
//
//	tx, err := db.BeginTx(ctx, nil)
//	_, err = tx.ExecContext(ctx, "UPDATE orders SET ...")
//	err = store.InTx(tx).Commit(ctx, commit) // after an error, roll back
//	err = tx.Commit()
//
// [Purchases] reads the host's own order table, and sums it where it lies.
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
//	crm_subjects   kind id | version entries recorded
//	crm_customers  id | profile standing; out of these, to list by: parent, owner
//	               path pool relationship ladder category next_due
//	crm_groups     id customer_group
//	crm_records    kind id | customer ref owner path state due body
//	crm_entries    kind id seq | journal entry_kind from_code to_code contact ref
//	               amount currency data actor at recorded, reason text private
//	crm_claims     space claim_key | kind id
//	crm_receipts   scope commit_key | fingerprint receipt recorded
//	crm_outbox     event | kind id version event_kind at data
//	crm_schema     version (the only table without a tenant)
//
// A customer exists where the profile is not NULL. Personal are profile and body,
// claim_key, and reason, text and private; nothing else is.
//
// Listings are read in pages by key, and no connection is held between them.
// Customers have indexes by owner, pool, group and parent; records by customer, ref,
// owner, state and due; entries by subject and by contact. In PostgreSQL customers also
// have them by path and by next_due, records by path. A filter by anything else reads
// the tenant's rows once, in order.
//
// # SQLite
//
// 3.35 or later. Open it with a busy_timeout, so that writers wait for their turn:
// where it runs out, Commit is ErrConflict. And with journal_mode=WAL, so that
// readers and the writer do not wait for each other. With modernc.org/sqlite, in
// this order, for the switch to WAL waits too:
//
//	sql.Open("sqlite", "file:crm.db?_pragma=busy_timeout(5000)&_pragma=journal_mode(WAL)")
//
// A transaction of yours should begin with IMMEDIATE (_txlock=immediate): one that
// reads first and writes later is refused where another wrote in between.
//
// # PostgreSQL
//
// 12 or later. Transactions are READ COMMITTED; in one of yours it is the only
// level at which ErrConflict, ErrTaken and ErrDuplicate leave the transaction
// usable. Reads go to the same server as commits: behind a pooler that sends
// SELECTs to a replica, what was committed may not be seen.
//
// # Erasure
//
// A commit deletes and replaces rows, and databases leave the old bytes where they
// were for a while. [Store.Scrub] removes them as far as SQL reaches: call it after
// erasures, or once a night.
//
//   - In SQLite nothing is left in the database file and its log.
//   - In PostgreSQL no statement sees the old rows. The bytes stay in the pages of
//     the tables until new rows take their room, or until VACUUM FULL; in the
//     write-ahead log until it is recycled; on replicas likewise.
//   - Backups, snapshots and the disk's own copies are beyond it.
//
// # Sources
//
// SQLite: "Isolation In SQLite", "Write-Ahead Logging", "WITHOUT ROWID"
// (sqlite.org). PostgreSQL 15 manual, 13.2.1 (READ COMMITTED), INSERT (ON CONFLICT),
// 25.1 (routine vacuuming).
package crmsql
