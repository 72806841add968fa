package loyaltytest_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/guanxi-go/guanxi/loyalty"
)

// in makes a mutant that rewrites commits.
func in(fault, killedBy string, do func(b *bent, c loyalty.Commit) loyalty.Commit) mutant {
	return mutant{fault, killedBy, func() loyalty.Store { return &bent{in: do} }}
}

// rewrites makes a mutant that rewrites single writes.
func rewrites(fault, killedBy string, do func(b *bent, s loyalty.Subject, w loyalty.Write) loyalty.Write) mutant {
	return in(fault, killedBy, func(b *bent, c loyalty.Commit) loyalty.Commit {
		return writes(c, func(s loyalty.Subject, w loyalty.Write) loyalty.Write { return do(b, s, w) })
	})
}

func out(fault, killedBy string, do func(b *bent, c loyalty.Commit, err error) error) mutant {
	return mutant{fault, killedBy, func() loyalty.Store { return &bent{out: do} }}
}

func (b *bent) version(s loyalty.Subject) uint64 {
	head, _ := b.Memory.Head(context.Background(), s)
	return head.Version
}

// commitMutants are bent in Commit.
func commitMutants() []mutant {
	background := context.Background()
	return []mutant{
		in("ignores the version", "commit/stale-version", func(b *bent, c loyalty.Commit) loyalty.Commit {
			c = writes(c, func(_ loyalty.Subject, w loyalty.Write) loyalty.Write { return w })
			for i := range c.Changes {
				c.Changes[i].Expect = b.version(c.Changes[i].Subject)
			}
			return c
		}),
		in("takes an older version for good enough", "commit/stale-version", func(b *bent, c loyalty.Commit) loyalty.Commit {
			c = writes(c, func(_ loyalty.Subject, w loyalty.Write) loyalty.Write { return w })
			for i := range c.Changes {
				c.Changes[i].Expect = max(c.Changes[i].Expect, b.version(c.Changes[i].Subject))
			}
			return c
		}),
		in("ignores Require", "commit/require", func(_ *bent, c loyalty.Commit) loyalty.Commit { c.Require = nil; return c }),
		in("moves what is required", "commit/require", func(_ *bent, c loyalty.Commit) loyalty.Commit {
			for _, e := range c.Require {
				c.Changes = append(c.Changes[:len(c.Changes):len(c.Changes)], loyalty.Change{Subject: e.Subject, Expect: e.Version})
			}
			c.Require = nil
			return c
		}),
		in("ignores the key", "key/happens-once", func(_ *bent, c loyalty.Commit) loyalty.Commit { c.Scope, c.Key = "", ""; return c }),
		{"ignores the scope of a key", "key/of-its-scope", func() loyalty.Store {
			return &bent{key: func(_, key string) (string, string) {
				if key == "" {
					return "", ""
				}
				return "one", key
			}}
		}},
		{"joins scope and key", "key/of-its-scope", func() loyalty.Store {
			return &bent{key: func(scope, key string) (string, string) {
				if key == "" || len(scope+key) > 255 {
					return scope, key
				}
				return "one", scope + key
			}}
		}},
		in("remembers the key of a refused commit", "key/not-of-a-refused-commit", func(b *bent, c loyalty.Commit) loyalty.Commit {
			if c.Key != "" {
				_ = b.Memory.Commit(background, loyalty.Commit{Scope: "mutant", Key: c.Key, Changes: c.Changes, Require: c.Require})
			}
			return c
		}),
		{"conflict beats duplicate", "commit/duplicate-beats-conflict", func() loyalty.Store {
			return &bent{commit: func(b *bent, ctx context.Context, c loyalty.Commit) error {
				bare := c
				bare.Scope, bare.Key, bare.Changes = "", "", nil
				for _, change := range c.Changes {
					bare.Require = append(bare.Require, loyalty.Expect{Subject: change.Subject, Version: change.Expect})
				}
				if err := b.Memory.Commit(ctx, bare); errors.Is(err, loyalty.ErrConflict) {
					return err
				}
				return b.Memory.Commit(ctx, c)
			}}
		}},
		{"taken beats conflict", "commit/conflict-beats-taken", func() loyalty.Store {
			return &bent{commit: func(b *bent, ctx context.Context, c loyalty.Commit) error {
				if err := b.takenNow(c); err != nil {
					return err
				}
				return b.Memory.Commit(ctx, c)
			}}
		}},
		{"duplicate beats an unknown write", "commit/unknown-write", func() loyalty.Store {
			return &bent{commit: func(b *bent, ctx context.Context, c loyalty.Commit) error {
				if _, err := b.Memory.Receipt(ctx, c.Scope, c.Key); c.Key != "" && err == nil {
					return loyalty.ErrDuplicate
				}
				return b.Memory.Commit(ctx, c)
			}}
		}},
		{"commits half", "commit/all-or-nothing", func() loyalty.Store {
			return &bent{commit: func(b *bent, ctx context.Context, c loyalty.Commit) error {
				for _, change := range c.Changes {
					if err := b.Memory.Commit(ctx, loyalty.Commit{Changes: []loyalty.Change{change}}); err != nil {
						return err
					}
				}
				c.Changes = nil
				return b.Memory.Commit(ctx, c)
			}}
		}},
		out("keeps the releases of a commit that is taken", "commit/taken-leaves-releases-undone", func(b *bent, c loyalty.Commit, err error) error {
			if errors.Is(err, loyalty.ErrTaken) {
				_ = b.Memory.Commit(background, writes(c, func(_ loyalty.Subject, w loyalty.Write) loyalty.Write {
					if w, ok := w.(loyalty.Release); ok {
						return w
					}
					return nil
				}))
			}
			return err
		}),
		rewrites("drops an unknown write in silence", "commit/unknown-write", func(_ *bent, _ loyalty.Subject, w loyalty.Write) loyalty.Write {
			switch w.(type) {
			case loyalty.PutAccount, loyalty.PutRecord, loyalty.Append, loyalty.Claim, loyalty.Release, loyalty.Redact, loyalty.Emit:
				return w
			}
			return nil
		}),
		in("an empty change does not move the version", "version/change-without-writes", func(_ *bent, c loyalty.Commit) loyalty.Commit {
			var changes []loyalty.Change
			for _, change := range c.Changes {
				if len(change.Writes) > 0 {
					changes = append(changes, change)
				}
			}
			c.Changes = changes
			return c
		}),
		in("claims do not move the version", "version/guards-all", func(_ *bent, c loyalty.Commit) loyalty.Commit {
			var changes []loyalty.Change
			for _, change := range c.Changes {
				if len(change.Writes) == 1 {
					if _, ok := change.Writes[0].(loyalty.Claim); ok {
						continue
					}
				}
				changes = append(changes, change)
			}
			c.Changes = changes
			return c
		}),
		{"claims before it releases", "claim/swap", func() loyalty.Store {
			return &bent{commit: func(b *bent, ctx context.Context, c loyalty.Commit) error {
				if err := b.takenNow(c); err != nil {
					return err
				}
				return b.Memory.Commit(ctx, c)
			}}
		}},
		in("releases what another holds", "claim/release", func(b *bent, c loyalty.Commit) loyalty.Commit {
			changed := map[loyalty.Subject]bool{}
			for _, change := range c.Changes {
				changed[change.Subject] = true
			}
			for _, change := range c.Changes {
				for _, w := range change.Writes {
					w, ok := w.(loyalty.Release)
					if holder, err := b.Memory.Holder(background, w.Space, w.Key); ok && err == nil && !changed[holder] {
						changed[holder] = true
						c.Changes = append(c.Changes[:len(c.Changes):len(c.Changes)], loyalty.Change{Subject: holder, Expect: b.version(holder), Writes: []loyalty.Write{w}})
					}
				}
			}
			return c
		}),
		out("does not name the holder", "claim/one-holder", func(_ *bent, _ loyalty.Commit, err error) error {
			if errors.Is(err, loyalty.ErrTaken) {
				return loyalty.ErrTaken
			}
			return err
		}),
		out("does not name the subject in conflict", "commit/stale-version", func(_ *bent, _ loyalty.Commit, err error) error {
			if errors.Is(err, loyalty.ErrConflict) {
				return loyalty.ErrConflict
			}
			return err
		}),
		out("errors quote the key", "error/no-personal-data", func(_ *bent, c loyalty.Commit, err error) error {
			if errors.Is(err, loyalty.ErrTaken) {
				return fmt.Errorf("UNIQUE constraint failed: %v: %w", c.Changes, err)
			}
			return err
		}),
		{"one space for all claims", "claim/of-its-space", func() loyalty.Store {
			return &bent{claim: func(c loyalty.Claim) loyalty.Claim { c.Space = "one"; return c }}
		}},
		{"normalises the keys of claims", "claim/other-keys-are-others", func() loyalty.Store {
			return &bent{claim: func(c loyalty.Claim) loyalty.Claim { c.Key = strings.ReplaceAll(c.Key, "e\u0301", "é"); return c }}
		}},
		{"folds the keys of claims", "claim/other-keys-are-others", func() loyalty.Store {
			return &bent{claim: func(c loyalty.Claim) loyalty.Claim { c.Key = strings.ToLower(c.Key); return c }}
		}},
		rewrites("cuts keys of claims at 191 bytes", "claim/keys-are-bytes", func(_ *bent, _ loyalty.Subject, w loyalty.Write) loyalty.Write {
			if c, ok := w.(loyalty.Claim); ok && len(c.Key) > 191 {
				c.Key = c.Key[:189] // whole runes of one, three and four bytes
				return c
			}
			return w
		}),
		in("the first record of a change wins", "write/last-of-a-change-wins", func(_ *bent, c loyalty.Commit) loyalty.Commit {
			seen := map[loyalty.Subject]bool{}
			return writes(c, func(s loyalty.Subject, w loyalty.Write) loyalty.Write {
				if _, ok := w.(loyalty.PutRecord); ok {
					if seen[s] {
						return nil
					}
					seen[s] = true
				}
				return w
			})
		}),
		in("an append clears the record", "write/append-leaves-the-record", func(b *bent, c loyalty.Commit) loyalty.Commit {
			c = writes(c, func(_ loyalty.Subject, w loyalty.Write) loyalty.Write { return w })
			for i := range c.Changes {
				change := &c.Changes[i]
				if _, err := b.Memory.Record(background, change.Subject); err == nil {
					change.Writes = append([]loyalty.Write{loyalty.PutRecord{}}, change.Writes...)
				}
			}
			return c
		}),
		rewrites("truncates times to milliseconds", "instant/comes-back-equal", func(_ *bent, _ loyalty.Subject, w loyalty.Write) loyalty.Write {
			if r, ok := w.(loyalty.PutRecord); ok {
				r.Record.Due = r.Record.Due.Truncate(time.Millisecond)
				return r
			}
			return w
		}),
		rewrites("truncates times to seconds", "instant/comes-back-equal", func(_ *bent, _ loyalty.Subject, w loyalty.Write) loyalty.Write {
			if st, ok := w.(loyalty.PutAccount); ok {
				st.Standing.Tier.Until = st.Standing.Tier.Until.Truncate(time.Second)
				return st
			}
			return w
		}),
		rewrites("trims texts", "text/comes-back-byte-by-byte", func(_ *bent, _ loyalty.Subject, w loyalty.Write) loyalty.Write {
			if e, ok := w.(loyalty.Append); ok {
				e.Entry.Reason = strings.TrimSpace(e.Entry.Reason)
				return e
			}
			return w
		}),
		in("redacts what the same change appends", "erasure/redact-spares-the-same-change", func(_ *bent, c loyalty.Commit) loyalty.Commit {
			all := map[loyalty.Subject]bool{}
			for _, change := range c.Changes {
				for _, w := range change.Writes {
					if w == (loyalty.Redact{}) {
						all[change.Subject] = true
					}
				}
			}
			return writes(c, func(s loyalty.Subject, w loyalty.Write) loyalty.Write {
				if e, ok := w.(loyalty.Append); ok && all[s] {
					e.Entry.Reason = ""
					return e
				}
				return w
			})
		}),
		rewrites("redacts all where one is named", "erasure/redact-one", func(_ *bent, _ loyalty.Subject, w loyalty.Write) loyalty.Write {
			if _, ok := w.(loyalty.Redact); ok {
				return loyalty.Redact{}
			}
			return w
		}),
		out("commits, and then fails, each time and without the key", "key/happens-once", func(b *bent, c loyalty.Commit, err error) error {
			if err == nil && c.Key != "" {
				return errors.New("connection lost")
			}
			return err
		}),
		in("the last write wins", "account/several-at-once", func(b *bent, c loyalty.Commit) loyalty.Commit {
			c.Require = nil
			c = writes(c, func(_ loyalty.Subject, w loyalty.Write) loyalty.Write { return w })
			for i := range c.Changes {
				c.Changes[i].Expect = b.version(c.Changes[i].Subject)
			}
			return c
		}),
		{"commits and then looks at the context", "context/done-before-commit", func() loyalty.Store {
			return &bent{commit: func(b *bent, ctx context.Context, c loyalty.Commit) error {
				if err := b.Memory.Commit(context.WithoutCancel(ctx), c); err != nil {
					return err
				}
				return ctx.Err()
			}}
		}},
		{"merges a subject that stands twice", "invalid/every-fault", func() loyalty.Store { return &lenient{} }},
	}
}

// takenNow reports a claim that is held by another before any release.
func (b *bent) takenNow(c loyalty.Commit) error {
	for _, change := range c.Changes {
		for _, w := range change.Writes {
			if w, ok := w.(loyalty.Claim); ok {
				if holder, err := b.Memory.Holder(context.Background(), w.Space, w.Key); err == nil && holder != change.Subject {
					return &loyalty.Error{Subject: change.Subject, Holder: holder, Err: loyalty.ErrTaken}
				}
			}
		}
	}
	return nil
}

// lenient does not call Validate first.
type lenient struct{ loyalty.Memory }

func (l *lenient) Commit(ctx context.Context, c loyalty.Commit) error {
	seen := map[loyalty.Subject]bool{}
	var changes []loyalty.Change
	for _, change := range c.Changes {
		if !seen[change.Subject] {
			seen[change.Subject] = true
			changes = append(changes, change)
		}
	}
	c.Changes = changes
	return l.Memory.Commit(ctx, c)
}
