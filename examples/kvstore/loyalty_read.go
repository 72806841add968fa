package kvstore

import (
	"context"
	"encoding"
	"errors"
	"iter"
	"slices"

	"github.com/guanxi-go/guanxi/loyalty"
	"github.com/guanxi-go/guanxi/loyalty/points"
)

// where is the place of a subject in the order of listings.
func where(s loyalty.Subject) string { return join(string(s.Kind), s.ID) }

// Account implements [loyalty.AccountReader].
func (l *Loyalty) Account(ctx context.Context, id string) (loyalty.Account, error) {
	what := &loyalty.Error{Subject: loyalty.Subject{Kind: loyalty.KindAccount, ID: id}, Err: loyalty.ErrNotFound}
	return find(ctx, l.kv, what, func(t *step) (loyalty.Account, bool) { return t.account(id) })
}

// Record implements [loyalty.RecordReader].
func (l *Loyalty) Record(ctx context.Context, of loyalty.Subject) (loyalty.Record, error) {
	what := &loyalty.Error{Subject: of, Err: loyalty.ErrNotFound}
	return find(ctx, l.kv, what, func(t *step) (loyalty.Record, bool) { return t.loyaltyRecord(of) })
}

// Head implements [loyalty.JournalReader].
func (l *Loyalty) Head(ctx context.Context, of loyalty.Subject) (loyalty.Head, error) {
	return run(ctx, l.kv, l.kv.db.View, func(t *step) loyalty.Head { return t.reached(of) })
}

// Holder implements [loyalty.ClaimReader]. Its error does not show the key.
func (l *Loyalty) Holder(ctx context.Context, space, key string) (loyalty.Subject, error) {
	what := &loyalty.Error{Field: "claim", Err: loyalty.ErrNotFound}
	return find(ctx, l.kv, what, at[loyalty.Subject]("claim", space, key))
}

// Receipt implements [loyalty.ClaimReader].
func (l *Loyalty) Receipt(ctx context.Context, scope, key string) (loyalty.Receipt, error) {
	what := &loyalty.Error{Field: "key", Err: loyalty.ErrNotFound}
	return find(ctx, l.kv, what, at[loyalty.Receipt]("receipt", scope, key))
}

// account reads standing, state and head at one moment.
func (t *step) account(id string) (a loyalty.Account, ok bool) {
	a.ID = id
	if a.Standing, ok = get[loyalty.Standing](t, join("standing", id)); ok {
		t.getBinary(join("state", id), &a.State)
		a.Head = t.reached(loyalty.Subject{Kind: loyalty.KindAccount, ID: id})
	}
	return a, ok
}

func (t *step) loyaltyRecord(of loyalty.Subject) (r loyalty.Record, ok bool) {
	r, ok = get[loyalty.Record](t, join("record", where(of)))
	r.Head = t.reached(of)
	return r, ok
}

// reached is how far a subject has come.
func (t *step) reached(of loyalty.Subject) loyalty.Head {
	head, _ := get[loyalty.Head](t, join("head", where(of)))
	return head
}

func (t *step) holder(c loyalty.Claim) (loyalty.Subject, bool) {
	return get[loyalty.Subject](t, join("claim", c.Space, c.Key))
}

func getEntry(t *step, key string) (e points.Entry, ok bool) { return e, t.getBinary(key, &e) }

// getBinary reads the value under a key, and reports whether there is one.
func (t *step) getBinary(key string, value encoding.BinaryUnmarshaler) bool {
	data := t.Get([]byte(key))
	if data != nil {
		t.fail(value.UnmarshalBinary(data))
	}
	return data != nil
}

// Accounts implements [loyalty.AccountReader]. A listing by ids, by member or by
// household reads no other accounts, and one of what is due none to which time
// does nothing.
func (l *Loyalty) Accounts(ctx context.Context, f loyalty.AccountFilter) iter.Seq2[loyalty.Account, error] {
	if f.IDs != nil {
		return l.accountsOf(ctx, f)
	}
	over := walk{base: join("standing", ""), from: join(f.After, "")}
	switch {
	case f.Member != "":
		over.base = join("by-member", f.Member, "")
	case f.Household != "":
		over.base = join("by-household", f.Household, "")
	case !f.DueBefore.IsZero():
		over.base = join("due", whether(true), "")
	}
	return list(ctx, l.kv, over, f.Limit, func(t *step, id string) (loyalty.Account, bool) {
		a, ok := t.account(id)
		return a, ok && f.Match(a)
	})
}

// accountsOf lists those whose ids are given.
func (l *Loyalty) accountsOf(ctx context.Context, f loyalty.AccountFilter) iter.Seq2[loyalty.Account, error] {
	return func(yield func(loyalty.Account, error) bool) {
		n := 0
		for _, id := range slices.Compact(slices.Sorted(slices.Values(f.IDs))) {
			a, err := l.Account(ctx, id)
			switch {
			case err != nil && !errors.Is(err, loyalty.ErrNotFound):
				yield(loyalty.Account{}, err)
				return
			case err == nil && f.Match(a):
				if n++; !yield(a, nil) || n == f.Limit {
					return
				}
			}
		}
	}
}

// Postings implements [loyalty.JournalReader]. A listing by account, or else by
// reference, reads no others.
func (l *Loyalty) Postings(ctx context.Context, f loyalty.PostingFilter) iter.Seq2[loyalty.Posting, error] {
	over := walk{base: join("posting", ""), from: join(f.After.Account, number(f.After.Seq), "")}
	switch {
	case f.Account != "":
		over.within = join(f.Account, "")
	case f.Ref != "":
		over.base = join("by-ref", f.Ref, "")
	}
	return list(ctx, l.kv, over, f.Limit, func(t *step, place string) (loyalty.Posting, bool) {
		e, ok := getEntry(t, join("posting", place))
		p := loyalty.Posting{Account: place[:len(place)-9], Entry: e} // before a NUL and eight bytes
		return p, ok && f.Match(p)
	})
}

// Records implements [loyalty.RecordReader]. A listing by member or by reference
// reads no other records, and one of what is due none to which time does nothing.
func (l *Loyalty) Records(ctx context.Context, f loyalty.RecordFilter) iter.Seq2[loyalty.Record, error] {
	over := walk{base: join("record", string(f.Kind), ""), from: join(f.After, "")}
	switch {
	case f.Kind == "":
		over.err = &loyalty.Error{Field: "kind", Reason: "is required", Err: loyalty.ErrInvalid}
	case f.Member != "":
		over.base = join("record-by-member", f.Member, string(f.Kind), "")
	case f.Ref != "":
		over.base = join("record-by-ref", f.Ref, string(f.Kind), "")
	case !f.DueBefore.IsZero():
		over.base = join("record-due", whether(true), string(f.Kind), "")
	}
	return list(ctx, l.kv, over, f.Limit, func(t *step, id string) (loyalty.Record, bool) {
		r, ok := t.loyaltyRecord(loyalty.Subject{Kind: f.Kind, ID: id})
		return r, ok && f.Match(r)
	})
}

// Entries implements [loyalty.JournalReader]. A listing reads the entries of the
// subject, else those of the member, else those of the kind.
func (l *Loyalty) Entries(ctx context.Context, f loyalty.EntryFilter) iter.Seq2[loyalty.Entry, error] {
	over := walk{base: join("entry", ""), from: join(where(f.After.Subject), number(f.After.Seq), "")}
	switch {
	case f.Subject != (loyalty.Subject{}):
		over.within = join(where(f.Subject), "")
	case f.Member != "":
		over.base = join("entry-by-member", f.Member, "")
	case f.Of != "":
		over.within = join(string(f.Of), "")
	default:
		over.err = &loyalty.Error{Field: "subject", Reason: "or kind or member is required", Err: loyalty.ErrInvalid}
	}
	return list(ctx, l.kv, over, f.Limit, func(t *step, place string) (loyalty.Entry, bool) {
		e, ok := get[loyalty.Entry](t, join("entry", place))
		return e, ok && f.Match(e)
	})
}
