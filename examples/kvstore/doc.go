// Package kvstore keeps customers, and the points of their programme, in a bbolt
// file: it is the model for writing a [crm.Store] and a [loyalty.Store] over a
// key-value store (键值存储适配器). It asks of the database no more
// than keys in byte order, a cursor, and transactions that read and write.
//
//	db, err := bbolt.Open("customers.db", 0o600, nil)
//	store, err := kvstore.New(db, "shop-1")
//	err = store.Commit(ctx, crm.Commit{Changes: ...})
//	programme, err := kvstore.NewLoyalty(db, "shop-1")
//	err = programme.Commit(ctx, loyalty.Commit{Changes: ...})
//
// # Keys
//
// Every tenant (租户) has a bucket. A key is the parts named here with a NUL between
// them, which no id and no code can hold: so the order of the bytes is the order of
// the parts, and "ann" never runs into "anna". Numbers are eight bytes, the most
// significant first. Values are JSON.
//
//	head, kind, id            version, number of entries, time of the last one
//	profile, id               a customer's profile 档案: who has one exists
//	standing, id              a customer's standing
//	record, kind, id          every other subject's record
//	entry, kind, id, number   the lines of all journals 流水
//	claim, space, key         the subject that holds it
//	receipt, scope, key       what the commit with this key left 回执
//	event, number             an event that is not acknowledged 待发事件
//
// The keys of the indexes 索引 have no value. Each ends in the place that its row has
// in the listing, so that what is found comes in the listing's order:
//
//	by-owner, staff id, kind, id               customers and records; "" for nobody's
//	by-customer, customer id, kind, id         records
//	by-contact, customer id, kind, id, number  entries
//	by-journal, code, kind, id, number         entries
//	by-age, instant, scope, key                receipts, for Prune
//
// A listing that none of these narrows goes over all rows of its kind.
//
// # Keys of the programme
//
// A [Loyalty] has a bucket of its own, with head, record, entry, claim, receipt and
// event as above, and for accounts
//
//	standing, id              what an account has beside its points: who has one exists
//	state, id                 lots, holds and sums, as points.State saves itself
//	posting, id, number       the lines of its journal 积分流水, as points.Entry saves itself
//
// Its indexes:
//
//	by-member, member id, id; by-household, household id, id     accounts
//	due, yes, id                                                 accounts to which time will do something
//	by-ref, reference, id, number                                postings
//	record-by-member, record-by-ref, record-due                  records: value, kind, id
//	entry-by-member, member id, kind, id, number                 entries
//
// # Transactions
//
// bbolt has one writer at a time. So a commit is: look at the receipt, the versions
// and the holders, and write, all in one transaction beside which nobody writes.
// A listing looks at some keys in a transaction of its own, ends it, and only then
// hands the rows to the loop: an open read transaction would keep every page that
// is freed meanwhile, and a loop body that commits could wait for itself.
//
// # Erased bytes
//
// What is overwritten or deleted is gone for every method at once, but bbolt leaves
// its bytes in free pages until they are used again. [Store.Compact] writes a file
// that has none of them.
package kvstore
