// Package hosttables keeps customers in a database that a company has had for
// years: who they are stays in its own table users, what they bought in its own
// table orders, and guanxi adds what these have no place for (接入既有数据库). It is the
// model for a host whose tables guanxi reads and does not write.
//
//	db, err := sql.Open("sqlite", "file:shop.db?_pragma=busy_timeout(10000)")
//	store, err := hosttables.New(ctx, db)
//	customer, err := store.Customer(ctx, "1042") // user 1042, as the row is now
//
// # Tables
//
// The host's tables 原有数据表 are written by the host's own code at any time:
//
//	users   id, name, mobile, email, city, birthday, is_company, dealer_id
//	orders  id, user_id, created, total, status
//
// The side tables 附属表, side.sql, begin with guanxi_: versions, standings, records,
// journals, claims, receipts and events. Only [Store] writes them, but for
// guanxi_customers, which says which user is which customer.
//
// # Profiles
//
// A profile 档案 is made of the row at the moment of reading, and nothing in it is
// guessed. What cannot be read is left out, and [Store.Findings] says so.
//
// The library cannot write profiles: a commit with a PutProfile that differs from
// the row is refused with [crm.ErrUnsupported]. A profile is changed by the host's
// code, in users; the next read shows it.
//
// The version does not move with the host's own writes, and no claim moves either.
// A host that changes a mobile number and wants it to stay unique commits, after its
// own write, a change that releases the old number and claims the new one. What a
// service decided on the profile before the host's write, it decided on the old one.
//
// # Erasure
//
// The host erases its own rows; the store erases what was redacted, released and
// replaced in the side tables, and zeroes it in the file (PRAGMA secure_delete).
// Where the database has a write-ahead log, [Store.Scrub] empties it.
package hosttables
