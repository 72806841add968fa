package storetest

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"iter"
	"slices"
	"strings"
	"time"
)

// readMutants are bent in reads of single things.
func readMutants() []mutant {
	return []mutant{
		{fault: "returns a body that it keeps", killedBy: "sharing/what-is-returned", open: func() *bent {
			return &bent{record: func(b *bent, r Record) Record {
				return remember(b, fmt.Sprint(r.Subject, r.Head.Version), r)
			}}
		}},
		{fault: "returns a receipt that it keeps", killedBy: "sharing/what-is-returned", open: func() *bent {
			return &bent{receipt: func(b *bent, key string, r Receipt) Receipt { return remember(b, key, r) }}
		}},
		{fault: "keeps the memory of a commit", killedBy: "sharing/what-was-committed", open: func() *bent {
			return &bent{
				in: func(b *bent, c Commit) Commit {
					return writes(c, func(s Subject, w Write) Write {
						if r, ok := w.(PutRecord); ok {
							remember(b, "body "+s.String(), r.Record.Body)
						}
						return w
					})
				},
				record: func(b *bent, r Record) Record {
					r.Body = remember(b, "body "+r.Subject.String(), r.Body)
					return r
				},
			}
		}},
		{fault: "keeps no instant as 1970", killedBy: "instant/comes-back-equal", open: func() *bent {
			return &bent{record: func(_ *bent, r Record) Record {
				if r.Due.IsZero() {
					r.Due = time.Unix(0, 0).UTC()
				}
				return r
			}}
		}},
		{fault: "takes 1970 for no instant", killedBy: "instant/comes-back-equal", open: func() *bent {
			return &bent{entry: func(_ *bent, e Entry) Entry {
				if e.At.Equal(time.Unix(0, 0)) {
					e.At = time.Time{}
				}
				return e
			}}
		}},
		{fault: "returns instants in another zone", killedBy: "instant/comes-back-equal", open: func() *bent {
			return &bent{record: func(_ *bent, r Record) Record {
				if !r.Due.IsZero() {
					r.Due = r.Due.In(time.FixedZone("", 0))
				}
				return r
			}}
		}},
		{fault: "reads JSON into floats", killedBy: "json/comes-back-as-the-same-value", open: func() *bent {
			return &bent{record: func(_ *bent, r Record) Record {
				var v any
				if json.Unmarshal(r.Body, &v) == nil {
					r.Body, _ = json.Marshal(v)
				}
				return r
			}}
		}},
		{fault: "no body comes back as null", killedBy: "json/comes-back-as-the-same-value", open: func() *bent {
			return &bent{record: func(_ *bent, r Record) Record {
				if len(r.Body) == 0 {
					r.Body = json.RawMessage("null")
				}
				return r
			}}
		}},
		{fault: "numbers entries from 0", killedBy: "entries/numbered-as-appended", open: func() *bent {
			return &bent{entries: func(b *bent, ctx context.Context, f EntryFilter) iter.Seq2[Entry, error] {
				return func(yield func(Entry, error) bool) {
					for e, err := range b.Store.Entries(ctx, f) {
						e.Seq--
						if !yield(e, err) {
							return
						}
					}
				}
			}}
		}},
		{fault: "the head in a record lags", killedBy: "head/same-in-the-record", open: func() *bent {
			return &bent{record: func(b *bent, r Record) Record {
				if r.Head.Version > 1 {
					r.Head.Version--
				}
				return r
			}}
		}},
		{fault: "a receipt has the later fingerprint", killedBy: "key/receipt", open: func() *bent {
			var last Commit
			return &bent{
				in: func(_ *bent, c Commit) Commit { last = c; return c },
				receipt: func(_ *bent, _ string, r Receipt) Receipt {
					r.Fingerprint = last.Fingerprint
					return r
				},
			}
		}},
		{fault: "does not look at the context", killedBy: "context/done-before", open: func() *bent { return &bent{ctx: context.WithoutCancel} }},
		{fault: "folds the case of ids", killedBy: "id/lookalikes-are-others", open: func() *bent { return &bent{id: strings.ToLower} }},
		{fault: "trims ids", killedBy: "id/lookalikes-are-others", open: func() *bent { return &bent{id: strings.TrimSpace} }},
		{fault: "normalises ids", killedBy: "id/lookalikes-are-others", open: func() *bent {
			return &bent{id: func(id string) string { return strings.ReplaceAll(id, "e\u0301", "é") }}
		}},
	}
}

// records makes a mutant that is bent in the listing of records.
func listsRecords(fault, killedBy string, do func(rows []Record, f RecordFilter) []Record) mutant {
	return mutant{fault: fault, killedBy: killedBy, open: func() *bent {
		return &bent{records: func(b *bent, ctx context.Context, f RecordFilter) iter.Seq2[Record, error] {
			return func(yield func(Record, error) bool) {
				var all []Record
				for r, err := range b.Store.Records(ctx, RecordFilter{Kind: f.Kind}) {
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

// matching are the rows that the filter lets through, as many as it wants.
func matching(rows []Record, f RecordFilter) (all []Record) {
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
		listsRecords("lists without regard to case", "order/records-by-id", func(rows []Record, f RecordFilter) []Record {
			rows = matching(rows, f)
			slices.SortStableFunc(rows, func(a, b Record) int {
				return cmp.Compare(strings.ToLower(a.Subject.ID), strings.ToLower(b.Subject.ID))
			})
			return rows
		}),
		listsRecords("drops the last page", "page/every-row-once", func(rows []Record, f RecordFilter) []Record {
			rows = matching(rows, f)
			if len(rows) > 1000 {
				rows = rows[:1000]
			}
			return rows
		}),
		listsRecords("yields the last row of a page twice", "page/every-row-once", func(rows []Record, f RecordFilter) (all []Record) {
			for i, r := range matching(rows, f) {
				if all = append(all, r); i%256 == 255 {
					all = append(all, r)
				}
			}
			return all
		}),
		listsRecords("skips the first row of a page", "page/every-row-once", func(rows []Record, f RecordFilter) (all []Record) {
			for i, r := range matching(rows, f) {
				if i%512 != 511 {
					all = append(all, r)
				}
			}
			return all
		}),
		listsRecords("ignores Limit", "order/limit", func(rows []Record, f RecordFilter) []Record {
			f.Limit = 0
			return matching(rows, f)
		}),
		listsRecords("a limit below zero yields nothing", "order/limit", func(rows []Record, f RecordFilter) []Record {
			if f.Limit < 0 {
				return nil
			}
			return matching(rows, f)
		}),
		listsRecords("counts rows before it filters", "order/limit", func(rows []Record, f RecordFilter) []Record {
			if f.Limit > 0 && f.Limit < len(rows) {
				rows = rows[:f.Limit]
			}
			return matching(rows, f)
		}),
		listsRecords("After is inclusive", "order/after-what-is-not-there", func(rows []Record, f RecordFilter) (all []Record) {
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
		listsRecords("After needs a row that is there", "order/after-what-is-not-there", func(rows []Record, f RecordFilter) []Record {
			if f.After != "" && !slices.ContainsFunc(rows, func(r Record) bool { return r.Subject.ID == f.After }) {
				f.After = ""
			}
			return matching(rows, f)
		}),
		listsRecords("due at the instant is due before it", "filter/records", func(rows []Record, f RecordFilter) []Record {
			if !f.DueBefore.IsZero() {
				f.DueBefore = f.DueBefore.Add(time.Microsecond)
			}
			return matching(rows, f)
		}),
		{fault: "pages by the number of rows", killedBy: "page/moves-while-listing", open: func() *bent {
			return &bent{records: func(b *bent, ctx context.Context, f RecordFilter) iter.Seq2[Record, error] {
				return func(yield func(Record, error) bool) {
					for offset := 0; ; offset += 100 {
						i, n := 0, 0
						for c, err := range b.Store.Records(ctx, f) {
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
		{fault: "a listing does not look at the context", killedBy: "context/done-in-a-listing", open: func() *bent {
			return &bent{records: func(b *bent, ctx context.Context, f RecordFilter) iter.Seq2[Record, error] {
				return b.Store.Records(context.WithoutCancel(ctx), f)
			}}
		}},
		{fault: "an error is not the last pair", killedBy: "order/error-is-the-last-pair", open: func() *bent {
			return &bent{entries: func(b *bent, ctx context.Context, f EntryFilter) iter.Seq2[Entry, error] {
				return func(yield func(Entry, error) bool) {
					for e, err := range b.Store.Entries(ctx, f) {
						if !yield(e, err) || err != nil && !yield(e, nil) {
							return
						}
					}
				}
			}}
		}},
		{fault: "finds entries of a party only without a subject", killedBy: "filter/entries", open: func() *bent {
			return &bent{entries: func(b *bent, ctx context.Context, f EntryFilter) iter.Seq2[Entry, error] {
				if f.Subject != (Subject{}) {
					f.Party = ""
				}
				return b.Store.Entries(ctx, f)
			}}
		}},
	}
}
