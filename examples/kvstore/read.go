package kvstore

import (
	"context"
	"iter"

	"github.com/guanxi-go/guanxi/crm"
	"github.com/guanxi-go/guanxi/crm/party"
)

// Customer implements [crm.CustomerReader].
func (s *Store) Customer(ctx context.Context, id string) (crm.Customer, error) {
	return find(ctx, s, missing(crm.Error{Subject: crm.Subject{Kind: crm.KindCustomer, ID: id}}), func(t *step) (crm.Customer, bool) { return t.customer(id) })
}

// Record implements [crm.RecordReader].
func (s *Store) Record(ctx context.Context, of crm.Subject) (crm.Record, error) {
	return find(ctx, s, missing(crm.Error{Subject: of}), func(t *step) (crm.Record, bool) { return t.record(of) })
}

// Head implements [crm.JournalReader].
func (s *Store) Head(ctx context.Context, of crm.Subject) (crm.Head, error) {
	return run(ctx, s, s.db.View, func(t *step) crm.Head { return t.head(of) })
}

// Holder implements [crm.ClaimReader]. Its error does not show the key, which may
// be a telephone number.
func (s *Store) Holder(ctx context.Context, space, key string) (crm.Subject, error) {
	return find(ctx, s, missing(crm.Error{Field: "claim"}), at[crm.Subject]("claim", space, key))
}

// Receipt implements [crm.ClaimReader].
func (s *Store) Receipt(ctx context.Context, scope, key string) (crm.Receipt, error) {
	return find(ctx, s, missing(crm.Error{Field: "key"}), at[crm.Receipt]("receipt", scope, key))
}

// missing says what is not there.
func missing(what crm.Error) error {
	what.Err = crm.ErrNotFound
	return &what
}

// find reads one thing, or fails where it is not there.
func find[T any](ctx context.Context, s *Store, missing error, read func(*step) (T, bool)) (T, error) {
	return run(ctx, s, s.db.View, func(t *step) T {
		found, ok := read(t)
		if !ok {
			t.fail(missing)
		}
		return found
	})
}

// at reads what is kept under a key.
func at[T any](key ...string) func(*step) (T, bool) {
	return func(t *step) (T, bool) { return get[T](t, join(key...)) }
}

// customer reads profile, standing and head at one moment. Standing and head may be
// there before the profile that makes the customer exist.
func (t *step) customer(id string) (c crm.Customer, ok bool) {
	c.ID = id
	c.Profile, ok = get[party.Profile](t, join("profile", id))
	c.Standing, _ = get[crm.Standing](t, join("standing", id))
	c.Head = t.head(crm.Subject{Kind: crm.KindCustomer, ID: id})
	return c, ok
}

func (t *step) record(of crm.Subject) (r crm.Record, ok bool) {
	r, ok = get[crm.Record](t, join("record", place(of)))
	r.Head = t.head(of)
	return r, ok
}

func (t *step) head(of crm.Subject) crm.Head {
	head, _ := get[crm.Head](t, join("head", place(of)))
	return head
}

// Customers implements [crm.CustomerReader]. A listing by owner, or of those whom
// nobody owns, reads no other customers.
func (s *Store) Customers(ctx context.Context, f crm.CustomerFilter) iter.Seq2[crm.Customer, error] {
	over := walk{base: join("profile", ""), from: join(f.After, "")}
	if f.Owner != "" || f.Unowned {
		over.base = join("by-owner", f.Owner, string(crm.KindCustomer), "")
	}
	return list(ctx, s, over, f.Limit, func(t *step, id string) (crm.Customer, bool) {
		c, ok := t.customer(id)
		return c, ok && f.Match(c)
	})
}

// Records implements [crm.RecordReader]. A listing by customer or by owner reads no
// other records.
func (s *Store) Records(ctx context.Context, f crm.RecordFilter) iter.Seq2[crm.Record, error] {
	over := walk{base: join("record", string(f.Kind), ""), from: join(f.After, "")}
	switch {
	case f.Kind == "":
		over.err = &crm.Error{Field: "kind", Reason: "is required", Err: crm.ErrInvalid}
	case f.Customer != "":
		over.base = join("by-customer", f.Customer, string(f.Kind), "")
	case f.Owner != "":
		over.base = join("by-owner", f.Owner, string(f.Kind), "")
	}
	return list(ctx, s, over, f.Limit, func(t *step, id string) (crm.Record, bool) {
		r, ok := t.record(crm.Subject{Kind: f.Kind, ID: id})
		return r, ok && f.Match(r)
	})
}

// Entries implements [crm.JournalReader]. A listing reads the entries of the
// subject, else those of the contact, else those of the journal.
func (s *Store) Entries(ctx context.Context, f crm.EntryFilter) iter.Seq2[crm.Entry, error] {
	over := walk{base: join("entry", ""), from: join(place(f.After.Subject), number(f.After.Seq), "")}
	switch {
	case f.Subject != (crm.Subject{}):
		over.within = join(place(f.Subject), "")
	case f.Contact != "":
		over.base = join("by-contact", f.Contact, "")
	case f.Journal != "":
		over.base = join("by-journal", string(f.Journal), "")
	default:
		over.err = &crm.Error{Field: "subject", Reason: "or contact or journal is required", Err: crm.ErrInvalid}
	}
	return list(ctx, s, over, f.Limit, func(t *step, place string) (crm.Entry, bool) {
		e, ok := get[crm.Entry](t, join("entry", place))
		return e, ok && f.Match(e)
	})
}

// walk says what a listing goes over: the keys that begin with base and within.
// Behind base, a key is the place of its row in the order of the listing, and from
// is where to begin: a place and a NUL is the first one behind that place.
type walk struct {
	base, within, from string
	err                error
}

// page is how many keys a listing looks at in one transaction.
const page = 64

// list yields the rows that read lets pass, a page at a time. No transaction is
// open while the loop body runs.
func list[T any](ctx context.Context, s *Store, over walk, limit int, read func(*step, string) (T, bool)) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		from, yielded, more, err := over.from, 0, true, over.err
		for more && err == nil {
			var rows []T
			rows, err = run(ctx, s, s.db.View, func(t *step) (rows []T) {
				found := t.keys(over.base+max(over.within, from), end(over.base+over.within), page)
				for _, key := range found {
					place := key[len(over.base):]
					if row, ok := read(t, place); ok {
						rows = append(rows, row)
					}
					from = join(place, "")
				}
				more = len(found) == page
				return rows
			})
			for i := 0; i < len(rows) && err == nil; i++ {
				if yielded++; !yield(rows[i], nil) || yielded == limit {
					return
				}
				err = ctx.Err() // the loop body may have ended it
			}
		}
		if err != nil {
			yield(*new(T), err)
		}
	}
}
