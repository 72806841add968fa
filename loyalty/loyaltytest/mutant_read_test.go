package loyaltytest_test

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

	"github.com/guanxi-go/guanxi/loyalty"
)

// readMutants are bent in reads of single things.
func readMutants() []mutant {
	return []mutant{
		{"returns a body that it keeps", "sharing/what-is-returned", func() loyalty.Store {
			return &bent{record: func(b *bent, r loyalty.Record) loyalty.Record {
				return remember(b, fmt.Sprint(r.Subject, r.Head.Version), r)
			}}
		}},
		{"returns an account that it keeps", "sharing/what-is-returned", func() loyalty.Store {
			return &bent{account: func(b *bent, a loyalty.Account, err error) (loyalty.Account, error) {
				if err != nil {
					return a, err
				}
				return remember(b, fmt.Sprint(a.ID, a.Head.Version), a), nil
			}}
		}},
		{"returns a receipt that it keeps", "sharing/what-is-returned", func() loyalty.Store {
			return &bent{receipt: func(b *bent, key string, r loyalty.Receipt) loyalty.Receipt { return remember(b, key, r) }}
		}},
		{"keeps the memory of a commit", "sharing/what-was-committed", func() loyalty.Store {
			return &bent{
				in: func(b *bent, c loyalty.Commit) loyalty.Commit {
					return writes(c, func(s loyalty.Subject, w loyalty.Write) loyalty.Write {
						if r, ok := w.(loyalty.PutRecord); ok {
							remember(b, "body "+s.String(), r.Record.Body)
						}
						return w
					})
				},
				record: func(b *bent, r loyalty.Record) loyalty.Record {
					r.Body = remember(b, "body "+r.Subject.String(), r.Body)
					return r
				},
			}
		}},
		{"keeps no instant as 1970", "instant/comes-back-equal", func() loyalty.Store {
			return &bent{record: func(_ *bent, r loyalty.Record) loyalty.Record {
				if r.Due.IsZero() {
					r.Due = time.Unix(0, 0).UTC()
				}
				return r
			}}
		}},
		{"takes 1970 for no instant", "instant/comes-back-equal", func() loyalty.Store {
			return &bent{entry: func(_ *bent, e loyalty.Entry) loyalty.Entry {
				if e.At.Equal(time.Unix(0, 0)) {
					e.At = time.Time{}
				}
				return e
			}}
		}},
		{"returns instants in another zone", "instant/comes-back-equal", func() loyalty.Store {
			return &bent{record: func(_ *bent, r loyalty.Record) loyalty.Record {
				if !r.Due.IsZero() {
					r.Due = r.Due.In(time.FixedZone("", 0))
				}
				return r
			}}
		}},
		{"reads JSON into floats", "json/comes-back-as-the-same-value", func() loyalty.Store {
			return &bent{record: func(_ *bent, r loyalty.Record) loyalty.Record {
				var v any
				if json.Unmarshal(r.Body, &v) == nil {
					r.Body, _ = json.Marshal(v)
				}
				return r
			}}
		}},
		{"no body comes back as null", "json/comes-back-as-the-same-value", func() loyalty.Store {
			return &bent{record: func(_ *bent, r loyalty.Record) loyalty.Record {
				if len(r.Body) == 0 {
					r.Body = json.RawMessage("null")
				}
				return r
			}}
		}},
		{"numbers entries from 0", "entries/numbered-as-appended", func() loyalty.Store {
			return &bent{entries: func(b *bent, ctx context.Context, f loyalty.EntryFilter) iter.Seq2[loyalty.Entry, error] {
				return func(yield func(loyalty.Entry, error) bool) {
					for e, err := range b.Memory.Entries(ctx, f) {
						e.Seq--
						if !yield(e, err) {
							return
						}
					}
				}
			}}
		}},
		{"the head in a record lags", "head/same-in-the-record", func() loyalty.Store {
			return &bent{record: func(b *bent, r loyalty.Record) loyalty.Record {
				if r.Head.Version > 1 {
					r.Head.Version--
				}
				return r
			}}
		}},
		{"a receipt has the later fingerprint", "key/receipt", func() loyalty.Store {
			var last loyalty.Commit
			return &bent{
				in:      func(_ *bent, c loyalty.Commit) loyalty.Commit { last = c; return c },
				receipt: func(_ *bent, _ string, r loyalty.Receipt) loyalty.Receipt { r.Fingerprint = last.Fingerprint; return r },
			}
		}},
		{"an account that is not there is empty", "error/nothing-there", func() loyalty.Store {
			return &bent{account: func(_ *bent, a loyalty.Account, err error) (loyalty.Account, error) {
				if errors.Is(err, loyalty.ErrNotFound) {
					return a, nil
				}
				return a, err
			}}
		}},
		{"does not look at the context", "context/done-before", func() loyalty.Store { return &bent{ctx: context.WithoutCancel} }},
		{"folds the case of ids", "id/lookalikes-are-others", func() loyalty.Store { return &bent{id: strings.ToLower} }},
		{"trims ids", "id/lookalikes-are-others", func() loyalty.Store { return &bent{id: strings.TrimSpace} }},
		{"normalises ids", "id/lookalikes-are-others", func() loyalty.Store {
			return &bent{id: func(id string) string { return strings.ReplaceAll(id, "e\u0301", "é") }}
		}},
	}
}

// records makes a mutant that is bent in the listing of records.
func listsRecords(fault, killedBy string, do func(rows []loyalty.Record, f loyalty.RecordFilter) []loyalty.Record) mutant {
	return mutant{fault, killedBy, func() loyalty.Store {
		return &bent{records: func(b *bent, ctx context.Context, f loyalty.RecordFilter) iter.Seq2[loyalty.Record, error] {
			return func(yield func(loyalty.Record, error) bool) {
				var all []loyalty.Record
				for r, err := range b.Memory.Records(ctx, loyalty.RecordFilter{Kind: f.Kind}) {
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
func kept(rows []loyalty.Record, f loyalty.RecordFilter) (all []loyalty.Record) {
	for _, r := range rows {
		if f.Match(r) && (f.Limit <= 0 || len(all) < f.Limit) {
			all = append(all, r)
		}
	}
	return all
}

// listMutants are bent in listings.
func listMutants() []mutant {
	return []mutant{
		listsRecords("lists without regard to case", "order/records-by-id", func(rows []loyalty.Record, f loyalty.RecordFilter) []loyalty.Record {
			rows = kept(rows, f)
			slices.SortStableFunc(rows, func(a, b loyalty.Record) int {
				return cmp.Compare(strings.ToLower(a.Subject.ID), strings.ToLower(b.Subject.ID))
			})
			return rows
		}),
		listsRecords("drops the last page", "page/every-row-once", func(rows []loyalty.Record, f loyalty.RecordFilter) []loyalty.Record {
			rows = kept(rows, f)
			if len(rows) > 1000 {
				rows = rows[:1000]
			}
			return rows
		}),
		listsRecords("yields the last row of a page twice", "page/every-row-once", func(rows []loyalty.Record, f loyalty.RecordFilter) (all []loyalty.Record) {
			for i, r := range kept(rows, f) {
				if all = append(all, r); i%256 == 255 {
					all = append(all, r)
				}
			}
			return all
		}),
		listsRecords("skips the first row of a page", "page/every-row-once", func(rows []loyalty.Record, f loyalty.RecordFilter) (all []loyalty.Record) {
			for i, r := range kept(rows, f) {
				if i%512 != 511 {
					all = append(all, r)
				}
			}
			return all
		}),
		listsRecords("ignores Limit", "order/limit", func(rows []loyalty.Record, f loyalty.RecordFilter) []loyalty.Record {
			f.Limit = 0
			return kept(rows, f)
		}),
		listsRecords("a limit below zero yields nothing", "order/limit", func(rows []loyalty.Record, f loyalty.RecordFilter) []loyalty.Record {
			if f.Limit < 0 {
				return nil
			}
			return kept(rows, f)
		}),
		listsRecords("counts rows before it filters", "order/limit", func(rows []loyalty.Record, f loyalty.RecordFilter) []loyalty.Record {
			if f.Limit > 0 && f.Limit < len(rows) {
				rows = rows[:f.Limit]
			}
			return kept(rows, f)
		}),
		listsRecords("After is inclusive", "order/after-what-is-not-there", func(rows []loyalty.Record, f loyalty.RecordFilter) (all []loyalty.Record) {
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
		listsRecords("After needs a row that is there", "order/after-what-is-not-there", func(rows []loyalty.Record, f loyalty.RecordFilter) []loyalty.Record {
			if f.After != "" && !slices.ContainsFunc(rows, func(r loyalty.Record) bool { return r.Subject.ID == f.After }) {
				f.After = ""
			}
			return kept(rows, f)
		}),
		listsRecords("due at the instant is due before it", "filter/records", func(rows []loyalty.Record, f loyalty.RecordFilter) []loyalty.Record {
			if !f.DueBefore.IsZero() {
				f.DueBefore = f.DueBefore.Add(time.Microsecond)
			}
			return kept(rows, f)
		}),
		{"pages by the number of rows", "page/accounts-that-move-while-listing", func() loyalty.Store {
			return &bent{accounts: func(b *bent, ctx context.Context, f loyalty.AccountFilter) iter.Seq2[loyalty.Account, error] {
				return func(yield func(loyalty.Account, error) bool) {
					for offset := 0; ; offset += 100 {
						i, n := 0, 0
						for c, err := range b.Memory.Accounts(ctx, f) {
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
			}}
		}},
		{"a listing does not look at the context", "context/done-in-a-listing", func() loyalty.Store {
			return &bent{records: func(b *bent, ctx context.Context, f loyalty.RecordFilter) iter.Seq2[loyalty.Record, error] {
				return b.Memory.Records(context.WithoutCancel(ctx), f)
			}}
		}},
		{"an error is not the last pair", "order/error-is-the-last-pair", func() loyalty.Store {
			return &bent{entries: func(b *bent, ctx context.Context, f loyalty.EntryFilter) iter.Seq2[loyalty.Entry, error] {
				return func(yield func(loyalty.Entry, error) bool) {
					for e, err := range b.Memory.Entries(ctx, f) {
						if !yield(e, err) || err != nil && !yield(e, nil) {
							return
						}
					}
				}
			}}
		}},
		{"finds entries of a member only without a subject", "filter/entries", func() loyalty.Store {
			return &bent{entries: func(b *bent, ctx context.Context, f loyalty.EntryFilter) iter.Seq2[loyalty.Entry, error] {
				if f.Subject != (loyalty.Subject{}) {
					f.Member = ""
				}
				return b.Memory.Entries(ctx, f)
			}}
		}},
	}
}
