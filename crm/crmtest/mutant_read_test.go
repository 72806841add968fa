package crmtest_test

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"slices"
	"strings"
	"time"

	"github.com/guanxi-go/guanxi/crm"
	"github.com/guanxi-go/guanxi/crm/access"
)

// readMutants are bent in reads of single things.
func readMutants() []mutant {
	return []mutant{
		{"returns a body that it keeps", "sharing/what-is-returned", func() crm.Store {
			return &bent{record: func(b *bent, r crm.Record) crm.Record {
				return remember(b, fmt.Sprint(r.Subject, r.Head.Version), r)
			}}
		}},
		{"returns a profile that it keeps", "sharing/what-is-returned", func() crm.Store {
			return &bent{customer: func(b *bent, c crm.Customer, err error) (crm.Customer, error) {
				if err != nil {
					return c, err
				}
				return remember(b, fmt.Sprint(c.ID, c.Head.Version), c), nil
			}}
		}},
		{"returns a receipt that it keeps", "sharing/what-is-returned", func() crm.Store {
			return &bent{receipt: func(b *bent, key string, r crm.Receipt) crm.Receipt { return remember(b, key, r) }}
		}},
		{"keeps the memory of a commit", "sharing/what-was-committed", func() crm.Store {
			return &bent{
				in: func(b *bent, c crm.Commit) crm.Commit {
					return writes(c, func(s crm.Subject, w crm.Write) crm.Write {
						if r, ok := w.(crm.PutRecord); ok {
							remember(b, "body "+s.String(), r.Record.Body)
						}
						return w
					})
				},
				record: func(b *bent, r crm.Record) crm.Record {
					r.Body = remember(b, "body "+r.Subject.String(), r.Body)
					return r
				},
			}
		}},
		{"keeps no instant as 1970", "instant/comes-back-equal", func() crm.Store {
			return &bent{record: func(_ *bent, r crm.Record) crm.Record {
				if r.Due.IsZero() {
					r.Due = time.Unix(0, 0).UTC()
				}
				return r
			}}
		}},
		{"takes 1970 for no instant", "instant/comes-back-equal", func() crm.Store {
			return &bent{entry: func(_ *bent, e crm.Entry) crm.Entry {
				if e.At.Equal(time.Unix(0, 0)) {
					e.At = time.Time{}
				}
				return e
			}}
		}},
		{"returns instants in another zone", "instant/comes-back-equal", func() crm.Store {
			return &bent{record: func(_ *bent, r crm.Record) crm.Record {
				if !r.Due.IsZero() {
					r.Due = r.Due.In(time.FixedZone("", 0))
				}
				return r
			}}
		}},
		{"reads JSON into floats", "json/comes-back-as-the-same-value", func() crm.Store {
			return &bent{record: func(_ *bent, r crm.Record) crm.Record {
				var v any
				if json.Unmarshal(r.Body, &v) == nil {
					r.Body, _ = json.Marshal(v)
				}
				return r
			}}
		}},
		{"no body comes back as null", "json/comes-back-as-the-same-value", func() crm.Store {
			return &bent{record: func(_ *bent, r crm.Record) crm.Record {
				if len(r.Body) == 0 {
					r.Body = json.RawMessage("null")
				}
				return r
			}}
		}},
		{"numbers the entries of each journal", "entries/numbered-over-all-journals", func() crm.Store {
			return &bent{entries: func(b *bent, ctx context.Context, f crm.EntryFilter) iter.Seq2[crm.Entry, error] {
				return func(yield func(crm.Entry, error) bool) {
					seq := map[crm.Journal]uint64{}
					for e, err := range b.Memory.Entries(ctx, f) {
						seq[e.Journal]++
						e.Seq = seq[e.Journal]
						if !yield(e, err) {
							return
						}
					}
				}
			}}
		}},
		{"the head in a record lags", "head/same-in-the-record", func() crm.Store {
			return &bent{record: func(b *bent, r crm.Record) crm.Record {
				if r.Head.Version > 1 {
					r.Head.Version--
				}
				return r
			}}
		}},
		{"a Redact forgets Private", "erasure/redact-all", func() crm.Store {
			return &bent{
				in: func(b *bent, c crm.Commit) crm.Commit {
					return writes(c, func(s crm.Subject, w crm.Write) crm.Write {
						if e, ok := w.(crm.Append); ok {
							remember(b, s.String()+e.Entry.Kind, slices.Clone(e.Entry.Private))
						}
						return w
					})
				},
				entry: func(b *bent, e crm.Entry) crm.Entry {
					e.Private = remember(b, e.Subject.String()+e.Kind, e.Private)
					return e
				},
			}
		}},
		{"a receipt has the later fingerprint", "key/receipt", func() crm.Store {
			var last crm.Commit
			return &bent{
				in:      func(_ *bent, c crm.Commit) crm.Commit { last = c; return c },
				receipt: func(_ *bent, _ string, r crm.Receipt) crm.Receipt { r.Fingerprint = last.Fingerprint; return r },
			}
		}},
		{"a customer who is not there is empty", "error/nothing-there", func() crm.Store {
			return &bent{customer: func(_ *bent, c crm.Customer, err error) (crm.Customer, error) {
				if errors.Is(err, crm.ErrNotFound) {
					return c, nil
				}
				return c, err
			}}
		}},
		{"does not look at the context", "context/done-before", func() crm.Store { return &bent{ctx: context.WithoutCancel} }},
		{"folds the case of ids", "id/lookalikes-are-others", func() crm.Store { return &bent{id: strings.ToLower} }},
		{"trims ids", "id/lookalikes-are-others", func() crm.Store { return &bent{id: strings.TrimSpace} }},
		{"normalises ids", "id/lookalikes-are-others", func() crm.Store {
			return &bent{id: func(id string) string { return strings.ReplaceAll(id, "e\u0301", "é") }}
		}},
	}
}

// records makes a mutant that is bent in the listing of records.
func listsRecords(fault, killedBy string, do func(rows []crm.Record, f crm.RecordFilter) []crm.Record) mutant {
	return mutant{fault, killedBy, func() crm.Store {
		return &bent{records: func(b *bent, ctx context.Context, f crm.RecordFilter) iter.Seq2[crm.Record, error] {
			return func(yield func(crm.Record, error) bool) {
				var all []crm.Record
				for r, err := range b.Memory.Records(ctx, crm.RecordFilter{Kind: f.Kind}) {
					if err != nil {
						yield(r, err)
						return
					}
					all = append(all, r)
				}
				for _, r := range do(all, f) {
					if !yield(r, nil) {
						return
					}
				}
			}
		}}
	}}
}

// kept are the rows that the filter lets through, as many as it wants.
func kept(rows []crm.Record, f crm.RecordFilter) (all []crm.Record) {
	for _, r := range rows {
		if f.Match(r) && (f.Limit <= 0 || len(all) < f.Limit) {
			all = append(all, r)
		}
	}
	return all
}

// listMutants are bent in listings.
func listMutants() []mutant {
	byOwner := func(do func(b *bent, ctx context.Context, f crm.CustomerFilter) iter.Seq2[crm.Customer, error]) func() crm.Store {
		return func() crm.Store { return &bent{customers: do} }
	}
	return []mutant{
		listsRecords("lists without regard to case", "order/records-by-id", func(rows []crm.Record, f crm.RecordFilter) []crm.Record {
			rows = kept(rows, f)
			slices.SortStableFunc(rows, func(a, b crm.Record) int {
				return cmp.Compare(strings.ToLower(a.Subject.ID), strings.ToLower(b.Subject.ID))
			})
			return rows
		}),
		listsRecords("drops the last page", "page/every-row-once", func(rows []crm.Record, f crm.RecordFilter) []crm.Record {
			rows = kept(rows, f)
			if len(rows) > 1000 {
				rows = rows[:1000]
			}
			return rows
		}),
		listsRecords("yields the last row of a page twice", "page/every-row-once", func(rows []crm.Record, f crm.RecordFilter) (all []crm.Record) {
			for i, r := range kept(rows, f) {
				if all = append(all, r); i%256 == 255 {
					all = append(all, r)
				}
			}
			return all
		}),
		listsRecords("skips the first row of a page", "page/every-row-once", func(rows []crm.Record, f crm.RecordFilter) (all []crm.Record) {
			for i, r := range kept(rows, f) {
				if i%512 != 511 {
					all = append(all, r)
				}
			}
			return all
		}),
		listsRecords("ignores Limit", "order/limit", func(rows []crm.Record, f crm.RecordFilter) []crm.Record { f.Limit = 0; return kept(rows, f) }),
		listsRecords("a limit below zero yields nothing", "order/limit", func(rows []crm.Record, f crm.RecordFilter) []crm.Record {
			if f.Limit < 0 {
				return nil
			}
			return kept(rows, f)
		}),
		listsRecords("counts rows before it filters", "order/limit", func(rows []crm.Record, f crm.RecordFilter) []crm.Record {
			if f.Limit > 0 && f.Limit < len(rows) {
				rows = rows[:f.Limit]
			}
			return kept(rows, f)
		}),
		listsRecords("After is inclusive", "order/after-what-is-not-there", func(rows []crm.Record, f crm.RecordFilter) (all []crm.Record) {
			for _, r := range rows {
				if same := f.After; r.Subject.ID == same {
					f.After = ""
				}
				if f.Match(r) {
					all = append(all, r)
				}
			}
			return all
		}),
		listsRecords("After needs a row that is there", "order/after-what-is-not-there", func(rows []crm.Record, f crm.RecordFilter) []crm.Record {
			if f.After != "" && !slices.ContainsFunc(rows, func(r crm.Record) bool { return r.Subject.ID == f.After }) {
				f.After = ""
			}
			return kept(rows, f)
		}),
		listsRecords("due at the instant is due before it", "filter/records", func(rows []crm.Record, f crm.RecordFilter) []crm.Record {
			if !f.DueBefore.IsZero() {
				f.DueBefore = f.DueBefore.Add(time.Microsecond)
			}
			return kept(rows, f)
		}),
		{"ignores Visible", "filter/customers", byOwner(func(b *bent, ctx context.Context, f crm.CustomerFilter) iter.Seq2[crm.Customer, error] {
			f.Visible = nil
			return b.Memory.Customers(ctx, f)
		})},
		{"a scope that sees nothing sees everything", "filter/customers", byOwner(func(b *bent, ctx context.Context, f crm.CustomerFilter) iter.Seq2[crm.Customer, error] {
			if f.Visible != nil && f.Visible.IsZero() {
				everything := access.Everything()
				f.Visible = &everything
			}
			return b.Memory.Customers(ctx, f)
		})},
		{"ignores Unowned where an owner is given", "filter/customers", byOwner(func(b *bent, ctx context.Context, f crm.CustomerFilter) iter.Seq2[crm.Customer, error] {
			f.Unowned = f.Unowned && f.Owner == ""
			return b.Memory.Customers(ctx, f)
		})},
		{"pages by the number of rows", "page/customers-handed-over-while-listing", byOwner(func(b *bent, ctx context.Context, f crm.CustomerFilter) iter.Seq2[crm.Customer, error] {
			return func(yield func(crm.Customer, error) bool) {
				for offset := 0; ; offset += 100 {
					i, n := 0, 0
					for c, err := range b.Memory.Customers(ctx, f) {
						if i++; i <= offset {
							continue
						}
						if n++; n > 100 {
							break
						}
						if !yield(c, err) {
							return
						}
					}
					if n <= 100 {
						return
					}
				}
			}
		})},
		{"a listing does not look at the context", "context/done-in-a-listing", func() crm.Store {
			return &bent{records: func(b *bent, ctx context.Context, f crm.RecordFilter) iter.Seq2[crm.Record, error] {
				return b.Memory.Records(context.WithoutCancel(ctx), f)
			}}
		}},
		{"an error is not the last pair", "order/error-is-the-last-pair", func() crm.Store {
			return &bent{entries: func(b *bent, ctx context.Context, f crm.EntryFilter) iter.Seq2[crm.Entry, error] {
				return func(yield func(crm.Entry, error) bool) {
					for e, err := range b.Memory.Entries(ctx, f) {
						if !yield(e, err) || err != nil && !yield(e, nil) {
							return
						}
					}
				}
			}}
		}},
		{"finds entries of one journal only by subject", "filter/entries", func() crm.Store {
			return &bent{entries: func(b *bent, ctx context.Context, f crm.EntryFilter) iter.Seq2[crm.Entry, error] {
				if f.Subject != (crm.Subject{}) {
					f.Contact = ""
				}
				return b.Memory.Entries(ctx, f)
			}}
		}},
	}
}
