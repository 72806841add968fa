package storetest

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/guanxi-go/guanxi/internal/fault"
)

// in makes a mutant that rewrites commits.
func in(fault, killedBy string, do func(b *bent, c Commit) Commit) mutant {
	return mutant{fault: fault, killedBy: killedBy, open: func() *bent { return &bent{in: do} }}
}

// rewrites makes a mutant that rewrites single writes.
func rewrites(fault, killedBy string, do func(b *bent, s Subject, w Write) Write) mutant {
	return in(fault, killedBy, func(b *bent, c Commit) Commit {
		return writes(c, func(s Subject, w Write) Write { return do(b, s, w) })
	})
}

func out(fault, killedBy string, do func(b *bent, c Commit, err error) error) mutant {
	return mutant{fault: fault, killedBy: killedBy, open: func() *bent { return &bent{out: do} }}
}

func (b *bent) version(s Subject) uint64 {
	head, _ := b.Store.Head(context.Background(), s)
	return head.Version
}

// commitMutants are bent in Commit.
func commitMutants() []mutant {
	background := context.Background()
	return []mutant{
		in("ignores the version", "commit/stale-version", func(b *bent, c Commit) Commit {
			c = writes(c, func(_ Subject, w Write) Write { return w })
			for i := range c.Changes {
				c.Changes[i].Expect = b.version(c.Changes[i].Subject)
			}
			return c
		}),
		in("takes an older version for good enough", "commit/stale-version", func(b *bent, c Commit) Commit {
			c = writes(c, func(_ Subject, w Write) Write { return w })
			for i := range c.Changes {
				c.Changes[i].Expect = max(c.Changes[i].Expect, b.version(c.Changes[i].Subject))
			}
			return c
		}),
		in("ignores Require", "commit/require", func(_ *bent, c Commit) Commit { c.Require = nil; return c }),
		in("moves what is required", "commit/require", func(_ *bent, c Commit) Commit {
			for _, e := range c.Require {
				c.Changes = append(c.Changes[:len(c.Changes):len(c.Changes)], Change{Subject: e.Subject, Expect: e.Version})
			}
			c.Require = nil
			return c
		}),
		in("ignores the key", "key/happens-once", func(_ *bent, c Commit) Commit { c.Scope, c.Key = "", ""; return c }),
		{fault: "ignores the scope of a key", killedBy: "key/of-its-scope", open: func() *bent {
			return &bent{key: func(_, key string) (string, string) {
				if key == "" {
					return "", ""
				}
				return "one", key
			}}
		}},
		{fault: "joins scope and key", killedBy: "key/of-its-scope", open: func() *bent {
			return &bent{key: func(scope, key string) (string, string) {
				if key == "" || len(scope+key) > 255 {
					return scope, key
				}
				return "one", scope + key
			}}
		}},
		in("remembers the key of a refused commit", "key/not-of-a-refused-commit", func(b *bent, c Commit) Commit {
			if c.Key != "" {
				_ = b.Store.Commit(background, Commit{Scope: "mutant", Key: c.Key, Changes: c.Changes, Require: c.Require})
			}
			return c
		}),
		{fault: "conflict beats duplicate", killedBy: "commit/duplicate-beats-conflict", open: func() *bent {
			return &bent{commit: func(b *bent, ctx context.Context, c Commit) error {
				bare := c
				bare.Scope, bare.Key, bare.Changes = "", "", nil
				for _, change := range c.Changes {
					bare.Require = append(bare.Require, Expect{Subject: change.Subject, Version: change.Expect})
				}
				if err := b.Store.Commit(ctx, bare); errors.Is(err, fault.ErrConflict) {
					return err
				}
				return b.Store.Commit(ctx, c)
			}}
		}},
		{fault: "taken beats conflict", killedBy: "commit/conflict-beats-taken", open: func() *bent {
			return &bent{commit: func(b *bent, ctx context.Context, c Commit) error {
				if err := b.takenNow(c); err != nil {
					return err
				}
				return b.Store.Commit(ctx, c)
			}}
		}},
		{fault: "duplicate beats an unknown write", killedBy: "commit/unknown-write", open: func() *bent {
			return &bent{commit: func(b *bent, ctx context.Context, c Commit) error {
				if _, err := b.Store.Receipt(ctx, c.Scope, c.Key); c.Key != "" && err == nil {
					return fault.ErrDuplicate
				}
				return b.Store.Commit(ctx, c)
			}}
		}},
		{fault: "commits half", killedBy: "commit/all-or-nothing", open: func() *bent {
			return &bent{commit: func(b *bent, ctx context.Context, c Commit) error {
				for _, change := range c.Changes {
					if err := b.Store.Commit(ctx, Commit{Changes: []Change{change}}); err != nil {
						return err
					}
				}
				c.Changes = nil
				return b.Store.Commit(ctx, c)
			}}
		}},
		out("keeps the releases of a commit that is taken", "commit/taken-leaves-releases-undone", func(b *bent, c Commit, err error) error {
			if errors.Is(err, fault.ErrTaken) {
				_ = b.Store.Commit(background, writes(c, func(_ Subject, w Write) Write {
					if w, ok := w.(Release); ok {
						return w
					}
					return nil
				}))
			}
			return err
		}),
		rewrites("drops an unknown write in silence", "commit/unknown-write", func(_ *bent, _ Subject, w Write) Write {
			if _, ok := w.(Own); ok {
				return nil
			}
			return w
		}),
		in("an empty change does not move the version", "version/change-without-writes", func(_ *bent, c Commit) Commit {
			var changes []Change
			for _, change := range c.Changes {
				if len(change.Writes) > 0 {
					changes = append(changes, change)
				}
			}
			c.Changes = changes
			return c
		}),
		ofClaims(in("claims do not move the version", "version/guards-all", func(_ *bent, c Commit) Commit {
			var changes []Change
			for _, change := range c.Changes {
				if len(change.Writes) == 1 {
					if _, ok := change.Writes[0].(Claim); ok {
						continue
					}
				}
				changes = append(changes, change)
			}
			c.Changes = changes
			return c
		})),
		{fault: "claims before it releases", killedBy: "claim/swap", open: func() *bent {
			return &bent{commit: func(b *bent, ctx context.Context, c Commit) error {
				if err := b.takenNow(c); err != nil {
					return err
				}
				return b.Store.Commit(ctx, c)
			}}
		}},
		in("releases what another holds", "claim/release", func(b *bent, c Commit) Commit {
			changed := map[Subject]bool{}
			for _, change := range c.Changes {
				changed[change.Subject] = true
			}
			for _, change := range c.Changes {
				for _, w := range change.Writes {
					w, ok := w.(Release)
					if holder, err := b.Store.Holder(background, w.Space, w.Key); ok && err == nil && !changed[holder] {
						changed[holder] = true
						c.Changes = append(c.Changes[:len(c.Changes):len(c.Changes)], Change{Subject: holder, Expect: b.version(holder), Writes: []Write{w}})
					}
				}
			}
			return c
		}),
		out("does not name the holder", "claim/one-holder", func(_ *bent, _ Commit, err error) error {
			if errors.Is(err, fault.ErrTaken) {
				return fault.ErrTaken
			}
			return err
		}),
		out("does not name the subject in conflict", "commit/stale-version", func(_ *bent, _ Commit, err error) error {
			if errors.Is(err, fault.ErrConflict) {
				return fault.ErrConflict
			}
			return err
		}),
		ofClaims(out("errors quote the key", "error/no-personal-data", func(_ *bent, c Commit, err error) error {
			if errors.Is(err, fault.ErrTaken) {
				return fmt.Errorf("UNIQUE constraint failed: %v: %w", c.Changes, err)
			}
			return err
		})),
		{fault: "one space for all claims", killedBy: "claim/of-its-space", open: func() *bent {
			return &bent{claim: func(c Claim) Claim { c.Space = "one"; return c }}
		}},
		{fault: "normalises the keys of claims", killedBy: "claim/other-keys-are-others", open: func() *bent {
			return &bent{claim: func(c Claim) Claim { c.Key = strings.ReplaceAll(c.Key, "e\u0301", "é"); return c }}
		}},
		{fault: "folds the keys of claims", killedBy: "claim/other-keys-are-others", open: func() *bent {
			return &bent{claim: func(c Claim) Claim { c.Key = strings.ToLower(c.Key); return c }}
		}},
		rewrites("cuts keys of claims at 191 bytes", "claim/keys-are-bytes", func(_ *bent, _ Subject, w Write) Write {
			if c, ok := w.(Claim); ok && len(c.Key) > 191 {
				c.Key = c.Key[:189] // whole runes of one, three and four bytes
				return c
			}
			return w
		}),
		in("the first record of a change wins", "write/last-of-a-change-wins", func(_ *bent, c Commit) Commit {
			seen := map[Subject]bool{}
			return writes(c, func(s Subject, w Write) Write {
				if _, ok := w.(PutRecord); ok {
					if seen[s] {
						return nil
					}
					seen[s] = true
				}
				return w
			})
		}),
		in("an append clears the record", "write/append-leaves-the-record", func(b *bent, c Commit) Commit {
			c = writes(c, func(_ Subject, w Write) Write { return w })
			for i := range c.Changes {
				change := &c.Changes[i]
				if _, err := b.Store.Record(background, change.Subject); err == nil {
					change.Writes = append([]Write{PutRecord{}}, change.Writes...)
				}
			}
			return c
		}),
		rewrites("truncates times to milliseconds", "instant/comes-back-equal", func(_ *bent, _ Subject, w Write) Write {
			if r, ok := w.(PutRecord); ok {
				r.Record.Due = r.Record.Due.Truncate(time.Millisecond)
				return r
			}
			return w
		}),
		rewrites("trims texts", "text/comes-back-byte-by-byte", func(_ *bent, _ Subject, w Write) Write {
			if e, ok := w.(Append); ok {
				e.Entry.Reason = strings.TrimSpace(e.Entry.Reason)
				return e
			}
			return w
		}),
		in("redacts what the same change appends", "erasure/redact-spares-the-same-change", func(_ *bent, c Commit) Commit {
			all := map[Subject]bool{}
			for _, change := range c.Changes {
				for _, w := range change.Writes {
					if w == (Redact{}) {
						all[change.Subject] = true
					}
				}
			}
			return writes(c, func(s Subject, w Write) Write {
				if e, ok := w.(Append); ok && all[s] {
					e.Entry.Reason = ""
					return e
				}
				return w
			})
		}),
		rewrites("redacts all where one is named", "erasure/redact-one", func(_ *bent, _ Subject, w Write) Write {
			if _, ok := w.(Redact); ok {
				return Redact{}
			}
			return w
		}),
		out("commits, and then fails, each time and without the key", "key/happens-once", func(b *bent, c Commit, err error) error {
			if err == nil && c.Key != "" {
				return errors.New("connection lost")
			}
			return err
		}),
		{fault: "commits and then looks at the context", killedBy: "context/done-before-commit", open: func() *bent {
			return &bent{commit: func(b *bent, ctx context.Context, c Commit) error {
				if err := b.Store.Commit(context.WithoutCancel(ctx), c); err != nil {
					return err
				}
				return ctx.Err()
			}}
		}},
		{fault: "merges a subject that stands twice", killedBy: "invalid/every-fault", open: func() *bent { return &bent{raw: lenient} }},
	}
}

// takenNow reports a claim that is held by another before any release.
func (b *bent) takenNow(c Commit) error {
	for _, change := range c.Changes {
		for _, w := range change.Writes {
			if w, ok := w.(Claim); ok {
				if holder, err := b.Store.Holder(context.Background(), w.Space, w.Key); err == nil && holder != change.Subject {
					return b.Contract.Error(Error{Subject: change.Subject, Holder: holder}, fault.ErrTaken)
				}
			}
		}
	}
	return nil
}

// lenient does not call Validate first.
func lenient(b *bent, ctx context.Context, c Commit) error {
	seen := map[Subject]bool{}
	var changes []Change
	for _, change := range c.Changes {
		if !seen[change.Subject] {
			seen[change.Subject] = true
			changes = append(changes, change)
		}
	}
	c.Changes = changes
	return b.Store.Commit(ctx, c)
}
