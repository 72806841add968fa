// Package loyaltysql keeps a points programme (会员积分) in SQLite or PostgreSQL: a
// [loyalty.Store], [loyalty.BatchCommitter], [loyalty.Outbox] and [loyalty.Pruner] on
// a *sql.DB with the driver of your choice, or inside a transaction of yours.
//
//	db, err := sql.Open("pgx", dsn)
//	store, err := loyaltysql.New(db, loyaltysql.Options{Dialect: loyaltysql.PostgreSQL})
//	err = store.Migrate(ctx) // creates the tables, or brings them up to date
//	l, err := loyalty.New(store, programme, loyalty.Options{})
//
// In one transaction with your own rows, and with those of package crm/crmsql:
//
//	tx, err := db.BeginTx(ctx, nil)
//	_, err = tx.ExecContext(ctx, "UPDATE orders SET ...")
//	inside, err := l.On(store.InTx(tx))
//	_, err = inside.Points.Earn(ctx, till, "m-1", points.EarnCommand{Points: 60}, call) // after an error, roll back
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
//	loyalty_accounts  id | version entries recorded; member household status tier
//	                  tier_until tier_stale due counters balance debt qp points
//	loyalty_postings  id seq | entry_kind amount qp ref actor code at recorded reason
//	                  entry
//	loyalty_records   kind id | version entries recorded; member ref state due body
//	loyalty_entries   kind id seq | entry_kind member ref data actor at recorded
//	                  reason
//	loyalty_claims    space claim_key | kind id
//	loyalty_receipts  scope commit_key | fingerprint receipt recorded
//	loyalty_outbox    event | kind id version event_kind at data
//	loyalty_schema    version (the only table without a tenant)
//
// Accounts and their postings, the entries of their journals, have tables of their
// own; what concerns all other kinds of subjects stands in records and entries. The
// head of a subject is in its row, so that a posting reads one row and changes one.
// An account exists where points is not NULL, a record where state is not.
//
// The column points is the saved form of a points.State, and entry that of a
// points.Entry without its reason: they are read and written by the million, at a
// tenth of what JSON takes. The columns beside them repeat what accounts and postings
// are listed by, and what is asked of the table without this library: what an
// account owes and has, who posted how much, when and for which order. Personal are
// reason and claim_key; nothing else is.
//
// Listings are read in pages by key, and no connection is held between them.
// Accounts have indexes by member, household and due; postings by account and by ref;
// records by member, ref and due; entries by subject and by member. In SQLite a
// listing by due reads the whole index of what is ever due, once, in the order of
// ids. A filter by anything else reads the tenant's rows once, in order.
//
// # Speed
//
// One posting to an account that exists, under a key, is one statement: in
// PostgreSQL three parts of which one feeds the others, in SQLite an INSERT into the
// view loyalty_post, whose trigger does the work. Where the account moved, or the key
// is there, it applies nothing, and the general steps say why. CommitBatch writes
// postings to accounts that exist without looking anything up, those of a table
// together; where an account moved or a key is there, or with other commits among
// them, it first looks up and locks all its rows together.
//
// # SQLite
//
// 3.35 or later. Open it with a busy_timeout, so that writers wait for their turn:
// where it runs out, Commit is ErrConflict. And with journal_mode=WAL, so that
// readers and the writer do not wait for each other. With modernc.org/sqlite, in
// this order, for the switch to WAL waits too:
//
//	sql.Open("sqlite", "file:shop.db?_pragma=busy_timeout(5000)&_pragma=journal_mode(WAL)")
//
// Where postings come in batches, a cache that holds the pages they touch and a log
// that is copied into the file less often take a third off, and more the larger the
// tables are: append _pragma=cache_size(-32768) and _pragma=wal_autocheckpoint(8000),
// both 32 MB.
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
// SQLite: "Isolation In SQLite", "Write-Ahead Logging", "CREATE TRIGGER" (INSTEAD
// OF), "WITHOUT ROWID" (sqlite.org). PostgreSQL 15 manual, 7.8.4 (data-modifying
// statements in WITH), 13.2.1 (READ COMMITTED), INSERT (ON CONFLICT), 25.1 (routine
// vacuuming), and src/backend/access/heap/README.HOT for the room left in a page.
package loyaltysql
