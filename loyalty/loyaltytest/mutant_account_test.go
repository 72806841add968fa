package loyaltytest_test

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"iter"
	"slices"
	"time"

	"github.com/guanxi-go/guanxi/loyalty"
	"github.com/guanxi-go/guanxi/loyalty/points"
)

// reads makes a mutant that spoils accounts as they are read.
func reads(fault, killedBy string, do func(a *loyalty.Account)) mutant {
	return mutant{fault, killedBy, func() loyalty.Store {
		return &bent{account: func(_ *bent, a loyalty.Account, err error) (loyalty.Account, error) {
			if err == nil {
				do(&a)
			}
			return a, err
		}}
	}}
}

// puts makes a mutant that spoils accounts as they are put.
func puts(fault, killedBy string, do func(b *bent, s loyalty.Subject, w *loyalty.PutAccount)) mutant {
	return rewrites(fault, killedBy, func(b *bent, s loyalty.Subject, w loyalty.Write) loyalty.Write {
		if put, ok := w.(loyalty.PutAccount); ok {
			put.State, put.Standing = put.State.Clone(), put.Standing.Clone()
			do(b, s, &put)
			return put
		}
		return w
	})
}

// posts makes a mutant that spoils postings as they are listed.
func posts(fault, killedBy string, do func(p *loyalty.Posting)) mutant {
	return mutant{fault, killedBy, func() loyalty.Store {
		return &bent{posting: func(_ *bent, p loyalty.Posting) loyalty.Posting { do(&p); return p }}
	}}
}

// accountMutants are bent in what accounts and postings are.
func accountMutants() []mutant {
	lists := func(fault, killedBy string, do func(all []loyalty.Posting, f loyalty.PostingFilter) []loyalty.Posting) mutant {
		return mutant{fault, killedBy, func() loyalty.Store {
			return &bent{postings: func(b *bent, ctx context.Context, f loyalty.PostingFilter) iter.Seq2[loyalty.Posting, error] {
				return func(yield func(loyalty.Posting, error) bool) {
					var all []loyalty.Posting
					for p := range b.Memory.Postings(context.WithoutCancel(ctx), loyalty.PostingFilter{}) {
						all = append(all, p)
					}
					for _, p := range do(all, f) {
						if !yield(p, nil) {
							return
						}
					}
				}
			}}
		}}
	}
	due := func(fault, killedBy string, do func(b *bent, ctx context.Context, f loyalty.AccountFilter) iter.Seq2[loyalty.Account, error]) mutant {
		return mutant{fault, killedBy, func() loyalty.Store { return &bent{accounts: do} }}
	}
	return []mutant{
		puts("drops the update of a lot", "account/entry-by-entry", func(b *bent, s loyalty.Subject, w *loyalty.PutAccount) {
			for i := range w.State.Lots {
				l := &w.State.Lots[i]
				l.Left = remember(b, fmt.Sprint(s, l.ID), l.Left)
			}
		}),
		reads("loses a lot that lives for ever", "account/comes-back-whole", func(a *loyalty.Account) {
			a.State.Lots = slices.DeleteFunc(a.State.Lots, func(l points.Lot) bool { return l.ExpireAt.IsZero() })
		}),
		reads("keeps for ever as the end of time", "account/comes-back-whole", func(a *loyalty.Account) {
			for i := range a.State.Lots {
				if a.State.Lots[i].ExpireAt.IsZero() {
					a.State.Lots[i].ExpireAt = time.Date(9999, 12, 31, 23, 59, 59, 999999000, time.UTC)
				}
			}
		}),
		reads("does not know who is unconfirmed", "account/comes-back-whole", func(a *loyalty.Account) {
			for i := range a.State.Lots {
				a.State.Lots[i].Unconfirmed = false
			}
		}),
		reads("keeps points as floats", "account/comes-back-whole", func(a *loyalty.Account) {
			if n := a.State.Totals.Issued; n < 1<<63-1 || float64(n) != float64(1<<63) {
				a.State.Totals.Issued = int64(float64(n))
			} else {
				a.State.Totals.Issued = 1<<63 - 1024
			}
		}),
		reads("loses the debt", "account/comes-back-whole", func(a *loyalty.Account) { a.State.Debt = 0 }),
		reads("loses what a hold is for", "account/comes-back-whole", func(a *loyalty.Account) {
			for i := range a.State.Holds {
				a.State.Holds[i].Ref = ""
			}
		}),
		reads("keeps one counter", "account/comes-back-whole", func(a *loyalty.Account) {
			a.Standing.Counters = a.Standing.Counters[:min(1, len(a.Standing.Counters))]
		}),
		reads("loses the day of a counter", "account/comes-back-whole", func(a *loyalty.Account) {
			for i := range a.Standing.Counters {
				a.Standing.Counters[i].Since = 0
			}
		}),
		reads("forgets that a tier is stale", "account/comes-back-whole", func(a *loyalty.Account) { a.Standing.Tier.Stale = false }),
		reads("truncates the ends of lots to seconds", "account/comes-back-whole", func(a *loyalty.Account) {
			for i := range a.State.Lots {
				a.State.Lots[i].ExpireAt = a.State.Lots[i].ExpireAt.Truncate(time.Second)
			}
		}),
		reads("lots come by number", "account/lots-in-order", func(a *loyalty.Account) {
			slices.SortFunc(a.State.Lots, func(x, y points.Lot) int { return cmp.Compare(x.ID, y.ID) })
		}),
		reads("lots come by expiry only", "account/lots-in-order", func(a *loyalty.Account) {
			slices.SortFunc(a.State.Lots, func(x, y points.Lot) int {
				return cmp.Or(cmp.Compare(x.ExpireAt.UnixMicro(), y.ExpireAt.UnixMicro()), cmp.Compare(x.ID, y.ID))
			})
		}),
		puts("keeps lots that are gone", "account/lots-go", func(b *bent, s loyalty.Subject, w *loyalty.PutAccount) {
			if len(w.State.Lots) == 0 {
				a, _ := b.Memory.Account(context.Background(), s.ID)
				w.State.Lots = a.State.Lots
			}
		}),
		reads("keeps 500 lots", "limit/lots-and-postings", func(a *loyalty.Account) { a.State.Lots = a.State.Lots[:min(500, len(a.State.Lots))] }),
		puts("keeps 500 entries of a commit", "limit/lots-and-postings", func(_ *bent, _ loyalty.Subject, w *loyalty.PutAccount) {
			if len(w.Entries) > 500 {
				w.State.Seq, w.Entries = w.Entries[499].Seq, w.Entries[:500]
			}
		}),
		in("a claim makes an account", "account/first-put-makes-it", func(b *bent, c loyalty.Commit) loyalty.Commit {
			c = writes(c, func(_ loyalty.Subject, w loyalty.Write) loyalty.Write { return w })
			for i := range c.Changes {
				change := &c.Changes[i]
				if _, err := b.Memory.Account(context.Background(), change.Subject.ID); err != nil && change.Subject.Kind == loyalty.KindAccount && change.Expect == 0 {
					change.Writes = append(change.Writes, loyalty.PutAccount{Standing: loyalty.Standing{Member: "m", Status: loyalty.Open}})
				}
			}
			return c
		}),
		puts("numbers the entries anew", "account/entries-follow", func(b *bent, s loyalty.Subject, w *loyalty.PutAccount) {
			head, _ := b.Memory.Head(context.Background(), s)
			w.Entries = slices.Clone(w.Entries)
			for i := range w.Entries {
				w.Entries[i].Seq = head.Entries + uint64(i) + 1
			}
			w.State.Seq = head.Entries + uint64(len(w.Entries))
		}),
		{"applies the first account of two", "account/several-at-once", func() loyalty.Store {
			return &bent{commit: func(b *bent, ctx context.Context, c loyalty.Commit) error {
				err := b.Memory.Commit(ctx, c)
				if errors.Is(err, loyalty.ErrConflict) && len(c.Changes) == 2 {
					_ = b.Memory.Commit(ctx, loyalty.Commit{Changes: c.Changes[:1]})
				}
				return err
			}}
		}},
		{"applies the second account of two", "account/several-at-once", func() loyalty.Store {
			return &bent{commit: func(b *bent, ctx context.Context, c loyalty.Commit) error {
				err := b.Memory.Commit(ctx, c)
				if errors.Is(err, loyalty.ErrConflict) && len(c.Changes) == 2 {
					_ = b.Memory.Commit(ctx, loyalty.Commit{Changes: c.Changes[1:]})
				}
				return err
			}}
		}},
		posts("loses what an entry used", "account/comes-back-whole", func(p *loyalty.Posting) { p.Entry.Uses = nil }),
		posts("truncates the instants of postings to milliseconds", "instant/comes-back-equal", func(p *loyalty.Posting) { p.Entry.At = p.Entry.At.Truncate(time.Millisecond) }),
		posts("loses the code of an entry", "account/comes-back-whole", func(p *loyalty.Posting) { p.Entry.Code = "" }),
		lists("lists postings by time", "order/postings-by-account-and-number", func(all []loyalty.Posting, f loyalty.PostingFilter) []loyalty.Posting {
			slices.SortStableFunc(all, func(x, y loyalty.Posting) int { return x.Entry.Recorded.Compare(y.Entry.Recorded) })
			return keptPostings(all, f)
		}),
		lists("takes a place for its number", "order/postings-by-account-and-number", func(all []loyalty.Posting, f loyalty.PostingFilter) []loyalty.Posting {
			all = slices.DeleteFunc(all, func(p loyalty.Posting) bool { return p.Entry.Seq <= f.After.Seq })
			return keptPostings(all, f)
		}),
		lists("drops the last page of postings", "page/long-journal", func(all []loyalty.Posting, f loyalty.PostingFilter) []loyalty.Posting {
			all = keptPostings(all, f)
			return all[:min(1000, len(all))]
		}),
		lists("a posting recorded at the end is before it", "filter/postings", func(all []loyalty.Posting, f loyalty.PostingFilter) []loyalty.Posting {
			if !f.RecordedUntil.IsZero() {
				f.RecordedUntil = f.RecordedUntil.Add(time.Microsecond)
			}
			return keptPostings(all, f)
		}),
		lists("recorded from is recorded after", "filter/postings", func(all []loyalty.Posting, f loyalty.PostingFilter) []loyalty.Posting {
			if !f.RecordedFrom.IsZero() {
				f.RecordedFrom = f.RecordedFrom.Add(time.Microsecond)
			}
			return keptPostings(all, f)
		}),
		lists("ignores Qualifying", "filter/postings", func(all []loyalty.Posting, f loyalty.PostingFilter) []loyalty.Posting {
			f.Qualifying = false
			return keptPostings(all, f)
		}),
		posts("keeps the reasons of redacted postings", "erasure/postings", func(p *loyalty.Posting) {
			if p.Entry.Reason == "" && p.Entry.Ref != "" {
				p.Entry.Reason = "loyaltytest-secret"
			}
		}),
		in("a Redact looks at no account", "erasure/postings", func(_ *bent, c loyalty.Commit) loyalty.Commit {
			return writes(c, func(s loyalty.Subject, w loyalty.Write) loyalty.Write {
				if _, ok := w.(loyalty.Redact); ok && s.Kind == loyalty.KindAccount {
					return nil
				}
				return w
			})
		}),
		due("Due skips its last page", "due/pages", func(b *bent, ctx context.Context, f loyalty.AccountFilter) iter.Seq2[loyalty.Account, error] {
			return func(yield func(loyalty.Account, error) bool) {
				var page []loyalty.Account
				for a, err := range b.Memory.Accounts(ctx, f) {
					if err != nil {
						yield(a, err)
						return
					}
					if page = append(page, a); len(page) == 100 || len(page) == f.Limit {
						for _, a := range page {
							if !yield(a, nil) {
								return
							}
						}
						page = page[:0]
					}
				}
			}
		}),
		due("Due pages by the number of rows", "due/posted-while-listing", func(b *bent, ctx context.Context, f loyalty.AccountFilter) iter.Seq2[loyalty.Account, error] {
			return func(yield func(loyalty.Account, error) bool) {
				for offset := 0; ; offset += 50 {
					n := 0
					for a, err := range b.Memory.Accounts(ctx, f) {
						if n++; n <= offset {
							continue
						}
						if n > offset+50 {
							break
						}
						if !yield(a, err) {
							return
						}
					}
					if n <= offset+50 {
						return
					}
				}
			}
		}),
		due("an account that is never due is due at once", "due/nothing-is-due", func(b *bent, ctx context.Context, f loyalty.AccountFilter) iter.Seq2[loyalty.Account, error] {
			return func(yield func(loyalty.Account, error) bool) {
				for a, err := range b.Memory.Accounts(ctx, loyalty.AccountFilter{}) {
					if (a.Standing.Due.IsZero() || f.Match(a)) && !yield(a, err) {
						return
					}
				}
			}
		}),
		due("no ids are all ids", "filter/accounts", func(b *bent, ctx context.Context, f loyalty.AccountFilter) iter.Seq2[loyalty.Account, error] {
			if len(f.IDs) == 0 {
				f.IDs = nil
			}
			return b.Memory.Accounts(ctx, f)
		}),
		due("ids come as they were asked", "filter/accounts", func(b *bent, ctx context.Context, f loyalty.AccountFilter) iter.Seq2[loyalty.Account, error] {
			return func(yield func(loyalty.Account, error) bool) {
				for _, id := range f.IDs {
					if a, err := b.Memory.Account(ctx, id); err == nil && f.Match(a) && !yield(a, nil) {
						return
					}
				}
			}
		}),
		due("ignores the status", "filter/accounts", func(b *bent, ctx context.Context, f loyalty.AccountFilter) iter.Seq2[loyalty.Account, error] {
			f.Status = 0
			return b.Memory.Accounts(ctx, f)
		}),
		due("ignores the household", "filter/accounts-as-they-move", func(b *bent, ctx context.Context, f loyalty.AccountFilter) iter.Seq2[loyalty.Account, error] {
			f.Household = ""
			return b.Memory.Accounts(ctx, f)
		}),
		{"ends halfway when it is cancelled", "concurrency/cancelled-while-committing", func() loyalty.Store {
			return &bent{commit: func(b *bent, ctx context.Context, c loyalty.Commit) error {
				for _, change := range c.Changes {
					if err := b.Memory.Commit(ctx, loyalty.Commit{Changes: []loyalty.Change{change}}); err != nil {
						return err
					}
					time.Sleep(200 * time.Microsecond)
				}
				c.Changes = nil
				return b.Memory.Commit(ctx, c)
			}}
		}},
		{"is cancelled after the commit, and forgets the key", "concurrency/cancelled-while-committing", func() loyalty.Store {
			return &bent{commit: func(b *bent, ctx context.Context, c loyalty.Commit) error {
				key := c
				c.Scope, c.Key = "", ""
				if err := b.Memory.Commit(ctx, c); err != nil {
					return err
				}
				time.Sleep(200 * time.Microsecond)
				return b.Memory.Commit(ctx, loyalty.Commit{Scope: key.Scope, Key: key.Key})
			}}
		}},
		{"forgets a row that was not flushed", "reopen/nothing-is-lost", func() loyalty.Store { return new(forgetful) }},
	}
}

// keptPostings are the rows that the filter lets through, as many as it wants.
func keptPostings(all []loyalty.Posting, f loyalty.PostingFilter) (rows []loyalty.Posting) {
	for _, p := range all {
		if f.Match(p) && (f.Limit <= 0 || len(rows) < f.Limit) {
			rows = append(rows, p)
		}
	}
	return rows
}

// forgetful keeps on disk all commits but the last.
type forgetful struct {
	loyalty.Memory
	log []loyalty.Commit
}

func (f *forgetful) Commit(ctx context.Context, c loyalty.Commit) error {
	err := f.Memory.Commit(ctx, c)
	if err == nil {
		f.log = append(f.log, c)
	}
	return err
}

func (f *forgetful) reopened() loyalty.Store {
	again := new(forgetful)
	for _, c := range f.log[:len(f.log)-1] {
		_ = again.Commit(context.Background(), c)
	}
	return again
}

// batchMutants are bent in CommitBatch alone.
func batchMutants() []mutant {
	batch := func(fault, killedBy string, do func(b *bent, ctx context.Context, commits []loyalty.Commit) []error) mutant {
		return mutant{fault, killedBy, func() loyalty.Store { return &bent{batch: do} }}
	}
	memory := func(b *bent, ctx context.Context, commits []loyalty.Commit) []error {
		return b.Memory.CommitBatch(ctx, commits)
	}
	return []mutant{
		{"forgets its batches", "batch/each-its-own", func() loyalty.Store { return struct{ loyalty.Store }{new(loyalty.Memory)} }},
		batch("stops at the first that is refused", "batch/each-its-own", func(b *bent, ctx context.Context, commits []loyalty.Commit) []error {
			errs := make([]error, len(commits))
			for i, c := range commits {
				if errs[i] = b.Commit(ctx, c); errs[i] != nil {
					for j := i; j < len(errs); j++ {
						errs[j] = errs[i]
					}
					break
				}
			}
			return errs
		}),
		batch("applies a batch whole or not at all", "batch/each-its-own", func(b *bent, ctx context.Context, commits []loyalty.Commit) []error {
			for _, c := range commits {
				if err := c.Validate(); err != nil {
					return slices.Repeat([]error{err}, len(commits))
				}
			}
			return memory(b, ctx, commits)
		}),
		batch("leaves half of a refused commit", "batch/each-its-own", func(b *bent, ctx context.Context, commits []loyalty.Commit) []error {
			errs := memory(b, ctx, commits)
			for i, err := range errs {
				if errors.Is(err, loyalty.ErrConflict) {
					_ = b.Memory.Commit(ctx, loyalty.Commit{Changes: commits[i].Changes[:1]})
				}
			}
			return errs
		}),
		batch("answers in another order", "batch/each-its-own", func(b *bent, ctx context.Context, commits []loyalty.Commit) []error {
			errs := memory(b, ctx, commits)
			slices.SortStableFunc(errs, func(x, y error) int {
				return cmp.Compare(fmt.Sprint(x), fmt.Sprint(y))
			})
			return errs
		}),
		batch("looks for a key before the batch only", "batch/key-again", func(b *bent, ctx context.Context, commits []loyalty.Commit) []error {
			seen := map[string]bool{}
			commits = slices.Clone(commits)
			for i := range commits {
				if _, err := b.Memory.Receipt(ctx, commits[i].Scope, commits[i].Key); err != nil && seen[commits[i].Key] {
					commits[i].Scope, commits[i].Key = "", ""
				}
				seen[commits[i].Key] = true
			}
			return memory(b, ctx, commits)
		}),
		batch("remembers the keys of a batch that are refused", "batch/key-again", func(b *bent, ctx context.Context, commits []loyalty.Commit) []error {
			errs := memory(b, ctx, commits)
			seen := map[string]bool{}
			for i, c := range commits {
				if seen[c.Key] && errs[i] == nil {
					errs[i] = &loyalty.Error{Err: loyalty.ErrDuplicate}
				}
				seen[c.Key] = true
			}
			return errs
		}),
		batch("checks all versions first", "batch/versions-that-follow", func(b *bent, ctx context.Context, commits []loyalty.Commit) []error {
			errs := make([]error, len(commits))
			for i, c := range commits {
				for _, change := range c.Changes {
					if b.version(change.Subject) != change.Expect {
						errs[i] = &loyalty.Error{Subject: change.Subject, Err: loyalty.ErrConflict}
					}
				}
			}
			for i, c := range commits {
				if errs[i] == nil {
					errs[i] = b.Memory.Commit(ctx, c)
				}
			}
			return errs
		}),
		batch("the last change of an account wins", "batch/versions-that-follow", func(b *bent, ctx context.Context, commits []loyalty.Commit) []error {
			last := map[loyalty.Subject]int{}
			for i, c := range commits {
				for _, change := range c.Changes {
					last[change.Subject] = i
				}
			}
			errs := make([]error, len(commits))
			for i, c := range commits {
				if len(c.Changes) > 0 && last[c.Changes[0].Subject] != i {
					continue
				}
				c = writes(c, func(_ loyalty.Subject, w loyalty.Write) loyalty.Write { return w })
				for j := range c.Changes {
					c.Changes[j].Expect = b.version(c.Changes[j].Subject)
				}
				errs[i] = b.Memory.Commit(ctx, c)
			}
			return errs
		}),
		batch("takes 500 commits", "batch/many", func(b *bent, ctx context.Context, commits []loyalty.Commit) []error {
			return memory(b, ctx, commits[:min(500, len(commits))])
		}),
		batch("does not look at the context of a batch", "batch/done-before", func(b *bent, ctx context.Context, commits []loyalty.Commit) []error {
			return memory(b, context.WithoutCancel(ctx), commits)
		}),
		{"keeps the memory of a batch", "batch/events-and-memory", func() loyalty.Store {
			return &bent{
				batch: func(b *bent, ctx context.Context, commits []loyalty.Commit) []error {
					for _, c := range commits {
						for _, change := range c.Changes {
							for _, w := range change.Writes {
								if w, ok := w.(loyalty.PutAccount); ok {
									remember(b, change.Subject.ID, w.State.Lots)
								}
							}
						}
					}
					return memory(b, ctx, commits)
				},
				account: func(b *bent, a loyalty.Account, err error) (loyalty.Account, error) {
					a.State.Lots = remember(b, a.ID, a.State.Lots)
					return a, err
				},
			}
		}},
		batch("a batch emits in another order", "batch/events-and-memory", func(b *bent, ctx context.Context, commits []loyalty.Commit) []error {
			errs := memory(b, ctx, commits)
			b.pending = func(_ *bent, events []loyalty.Event) []loyalty.Event { slices.Reverse(events); return events }
			return errs
		}),
	}
}
