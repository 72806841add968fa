package crmtest_test

import (
	"context"
	"errors"
	"fmt"
	"math"
	"strings"
	"time"

	"github.com/guanxi-go/guanxi/crm"
	"github.com/guanxi-go/guanxi/crm/party"
)

// in makes a mutant that rewrites commits.
func in(fault, killedBy string, do func(b *bent, c crm.Commit) crm.Commit) mutant {
	return mutant{fault, killedBy, func() crm.Store { return &bent{in: do} }}
}

// rewrites makes a mutant that rewrites single writes.
func rewrites(fault, killedBy string, do func(b *bent, s crm.Subject, w crm.Write) crm.Write) mutant {
	return in(fault, killedBy, func(b *bent, c crm.Commit) crm.Commit {
		return writes(c, func(s crm.Subject, w crm.Write) crm.Write { return do(b, s, w) })
	})
}

func out(fault, killedBy string, do func(b *bent, c crm.Commit, err error) error) mutant {
	return mutant{fault, killedBy, func() crm.Store { return &bent{out: do} }}
}

func (b *bent) version(s crm.Subject) uint64 {
	head, _ := b.Memory.Head(context.Background(), s)
	return head.Version
}

// commitMutants are bent in Commit.
func commitMutants() []mutant {
	background := context.Background()
	return []mutant{
		in("ignores the version", "commit/stale-version", func(b *bent, c crm.Commit) crm.Commit {
			c = writes(c, func(_ crm.Subject, w crm.Write) crm.Write { return w })
			for i := range c.Changes {
				c.Changes[i].Expect = b.version(c.Changes[i].Subject)
			}
			return c
		}),
		in("takes an older version for good enough", "commit/stale-version", func(b *bent, c crm.Commit) crm.Commit {
			c = writes(c, func(_ crm.Subject, w crm.Write) crm.Write { return w })
			for i := range c.Changes {
				c.Changes[i].Expect = max(c.Changes[i].Expect, b.version(c.Changes[i].Subject))
			}
			return c
		}),
		in("ignores Require", "commit/require", func(_ *bent, c crm.Commit) crm.Commit { c.Require = nil; return c }),
		in("moves what is required", "commit/require", func(_ *bent, c crm.Commit) crm.Commit {
			for _, e := range c.Require {
				c.Changes = append(c.Changes[:len(c.Changes):len(c.Changes)], crm.Change{Subject: e.Subject, Expect: e.Version})
			}
			c.Require = nil
			return c
		}),
		in("ignores the key", "key/happens-once", func(_ *bent, c crm.Commit) crm.Commit { c.Scope, c.Key = "", ""; return c }),
		{"ignores the scope of a key", "key/of-its-scope", func() crm.Store {
			return &bent{key: func(_, key string) (string, string) {
				if key == "" {
					return "", ""
				}
				return "one", key
			}}
		}},
		{"joins scope and key", "key/of-its-scope", func() crm.Store {
			return &bent{key: func(scope, key string) (string, string) {
				if key == "" || len(scope+key) > 255 {
					return scope, key
				}
				return "one", scope + key
			}}
		}},
		in("remembers the key of a refused commit", "key/not-of-a-refused-commit", func(b *bent, c crm.Commit) crm.Commit {
			if c.Key != "" {
				_ = b.Memory.Commit(background, crm.Commit{Scope: "mutant", Key: c.Key, Changes: c.Changes, Require: c.Require})
			}
			return c
		}),
		{"conflict beats duplicate", "commit/duplicate-beats-conflict", func() crm.Store {
			return &bent{commit: func(b *bent, ctx context.Context, c crm.Commit) error {
				bare := c
				bare.Scope, bare.Key, bare.Changes = "", "", nil
				for _, change := range c.Changes {
					bare.Require = append(bare.Require, crm.Expect{Subject: change.Subject, Version: change.Expect})
				}
				if err := b.Memory.Commit(ctx, bare); errors.Is(err, crm.ErrConflict) {
					return err
				}
				return b.Memory.Commit(ctx, c)
			}}
		}},
		{"taken beats conflict", "commit/conflict-beats-taken", func() crm.Store {
			return &bent{commit: func(b *bent, ctx context.Context, c crm.Commit) error {
				if err := b.takenNow(c); err != nil {
					return err
				}
				return b.Memory.Commit(ctx, c)
			}}
		}},
		{"duplicate beats an unknown write", "commit/unknown-write", func() crm.Store {
			return &bent{commit: func(b *bent, ctx context.Context, c crm.Commit) error {
				if _, err := b.Memory.Receipt(ctx, c.Scope, c.Key); c.Key != "" && err == nil {
					return crm.ErrDuplicate
				}
				return b.Memory.Commit(ctx, c)
			}}
		}},
		{"commits half", "commit/all-or-nothing", func() crm.Store {
			return &bent{commit: func(b *bent, ctx context.Context, c crm.Commit) error {
				for _, change := range c.Changes {
					if err := b.Memory.Commit(ctx, crm.Commit{Changes: []crm.Change{change}}); err != nil {
						return err
					}
				}
				c.Changes = nil
				return b.Memory.Commit(ctx, c)
			}}
		}},
		out("keeps the releases of a commit that is taken", "commit/taken-leaves-releases-undone", func(b *bent, c crm.Commit, err error) error {
			if errors.Is(err, crm.ErrTaken) {
				_ = b.Memory.Commit(background, writes(c, func(_ crm.Subject, w crm.Write) crm.Write {
					if w, ok := w.(crm.Release); ok {
						return w
					}
					return nil
				}))
			}
			return err
		}),
		rewrites("drops an unknown write in silence", "commit/unknown-write", func(_ *bent, _ crm.Subject, w crm.Write) crm.Write {
			switch w.(type) {
			case crm.PutProfile, crm.PutStanding, crm.PutRecord, crm.Append, crm.Claim, crm.Release, crm.Redact, crm.Emit:
				return w
			}
			return nil
		}),
		in("an empty change does not move the version", "version/change-without-writes", func(_ *bent, c crm.Commit) crm.Commit {
			var changes []crm.Change
			for _, change := range c.Changes {
				if len(change.Writes) > 0 {
					changes = append(changes, change)
				}
			}
			c.Changes = changes
			return c
		}),
		in("claims do not move the version", "version/guards-all", func(_ *bent, c crm.Commit) crm.Commit {
			var changes []crm.Change
			for _, change := range c.Changes {
				if len(change.Writes) == 1 {
					if _, ok := change.Writes[0].(crm.Claim); ok {
						continue
					}
				}
				changes = append(changes, change)
			}
			c.Changes = changes
			return c
		}),
		{"claims before it releases", "claim/swap", func() crm.Store {
			return &bent{commit: func(b *bent, ctx context.Context, c crm.Commit) error {
				if err := b.takenNow(c); err != nil {
					return err
				}
				return b.Memory.Commit(ctx, c)
			}}
		}},
		in("releases what another holds", "claim/release", func(b *bent, c crm.Commit) crm.Commit {
			changed := map[crm.Subject]bool{}
			for _, change := range c.Changes {
				changed[change.Subject] = true
			}
			for _, change := range c.Changes {
				for _, w := range change.Writes {
					w, ok := w.(crm.Release)
					if holder, err := b.Memory.Holder(background, w.Space, w.Key); ok && err == nil && !changed[holder] {
						changed[holder] = true
						c.Changes = append(c.Changes[:len(c.Changes):len(c.Changes)], crm.Change{Subject: holder, Expect: b.version(holder), Writes: []crm.Write{w}})
					}
				}
			}
			return c
		}),
		out("does not name the holder", "claim/one-holder", func(_ *bent, _ crm.Commit, err error) error {
			if errors.Is(err, crm.ErrTaken) {
				return crm.ErrTaken
			}
			return err
		}),
		out("does not name the subject in conflict", "commit/stale-version", func(_ *bent, _ crm.Commit, err error) error {
			if errors.Is(err, crm.ErrConflict) {
				return crm.ErrConflict
			}
			return err
		}),
		out("errors quote the key", "error/no-personal-data", func(_ *bent, c crm.Commit, err error) error {
			if errors.Is(err, crm.ErrTaken) {
				return fmt.Errorf("UNIQUE constraint failed: %v: %w", c.Changes, err)
			}
			return err
		}),
		{"one space for all claims", "claim/of-its-space", func() crm.Store {
			return &bent{claim: func(c crm.Claim) crm.Claim { c.Space = "one"; return c }}
		}},
		{"normalises the keys of claims", "claim/other-keys-are-others", func() crm.Store {
			return &bent{claim: func(c crm.Claim) crm.Claim { c.Key = strings.ReplaceAll(c.Key, "e\u0301", "é"); return c }}
		}},
		{"folds the keys of claims", "claim/other-keys-are-others", func() crm.Store {
			return &bent{claim: func(c crm.Claim) crm.Claim { c.Key = strings.ToLower(c.Key); return c }}
		}},
		rewrites("cuts keys of claims at 191 bytes", "claim/keys-are-bytes", func(_ *bent, _ crm.Subject, w crm.Write) crm.Write {
			if c, ok := w.(crm.Claim); ok && len(c.Key) > 191 {
				c.Key = c.Key[:189] // whole runes of one, three and four bytes
				return c
			}
			return w
		}),
		in("the first record of a change wins", "write/last-of-a-change-wins", func(_ *bent, c crm.Commit) crm.Commit {
			seen := map[crm.Subject]bool{}
			return writes(c, func(s crm.Subject, w crm.Write) crm.Write {
				if _, ok := w.(crm.PutRecord); ok {
					if seen[s] {
						return nil
					}
					seen[s] = true
				}
				return w
			})
		}),
		in("an append clears the record", "write/append-leaves-the-record", func(b *bent, c crm.Commit) crm.Commit {
			c = writes(c, func(_ crm.Subject, w crm.Write) crm.Write { return w })
			for i := range c.Changes {
				change := &c.Changes[i]
				if _, err := b.Memory.Record(background, change.Subject); err == nil {
					change.Writes = append([]crm.Write{crm.PutRecord{}}, change.Writes...)
				}
			}
			return c
		}),
		in("a standing makes a customer", "write/first-profile-makes-the-customer", func(b *bent, c crm.Commit) crm.Commit {
			c = writes(c, func(_ crm.Subject, w crm.Write) crm.Write { return w })
			for i := range c.Changes {
				change := &c.Changes[i]
				if _, err := b.Memory.Customer(background, change.Subject.ID); err != nil && change.Subject.Kind == crm.KindCustomer {
					change.Writes = append([]crm.Write{crm.PutProfile{}}, change.Writes...)
				}
			}
			return c
		}),
		in("a profile replaces the standing", "write/profile-and-standing", func(_ *bent, c crm.Commit) crm.Commit {
			c = writes(c, func(_ crm.Subject, w crm.Write) crm.Write { return w })
			for i := range c.Changes {
				for _, w := range c.Changes[i].Writes {
					if _, ok := w.(crm.PutProfile); ok {
						c.Changes[i].Writes = append([]crm.Write{crm.PutStanding{}}, c.Changes[i].Writes...)
						break
					}
				}
			}
			return c
		}),
		rewrites("keeps no custom fields", "write/profile-and-standing", func(_ *bent, _ crm.Subject, w crm.Write) crm.Write {
			if p, ok := w.(crm.PutProfile); ok {
				p.Profile.Custom = party.Profile{}.Custom
				return p
			}
			return w
		}),
		rewrites("truncates times to milliseconds", "instant/comes-back-equal", func(_ *bent, _ crm.Subject, w crm.Write) crm.Write {
			if r, ok := w.(crm.PutRecord); ok {
				r.Record.Due = r.Record.Due.Truncate(time.Millisecond)
				return r
			}
			return w
		}),
		rewrites("truncates times to seconds", "instant/comes-back-equal", func(_ *bent, _ crm.Subject, w crm.Write) crm.Write {
			if st, ok := w.(crm.PutStanding); ok {
				st.Standing.Holding.LastRecorded = st.Standing.Holding.LastRecorded.Truncate(time.Second)
				return st
			}
			return w
		}),
		rewrites("keeps amounts as floats", "amount/every-integer", func(_ *bent, _ crm.Subject, w crm.Write) crm.Write {
			if e, ok := w.(crm.Append); ok && e.Entry.Amount < math.MaxInt64/2 {
				e.Entry.Amount = int64(float64(e.Entry.Amount))
				return e
			}
			return w
		}),
		rewrites("trims texts", "text/comes-back-byte-by-byte", func(_ *bent, _ crm.Subject, w crm.Write) crm.Write {
			if e, ok := w.(crm.Append); ok {
				e.Entry.Text = strings.TrimSpace(e.Entry.Text)
				return e
			}
			return w
		}),
		in("redacts what the same change appends", "erasure/redact-spares-the-same-change", func(_ *bent, c crm.Commit) crm.Commit {
			all := map[crm.Subject]bool{}
			for _, change := range c.Changes {
				for _, w := range change.Writes {
					if w == (crm.Redact{}) {
						all[change.Subject] = true
					}
				}
			}
			return writes(c, func(s crm.Subject, w crm.Write) crm.Write {
				if e, ok := w.(crm.Append); ok && all[s] {
					e.Entry = e.Entry.Redacted()
					return e
				}
				return w
			})
		}),
		rewrites("redacts all where one is named", "erasure/redact-one", func(_ *bent, _ crm.Subject, w crm.Write) crm.Write {
			if _, ok := w.(crm.Redact); ok {
				return crm.Redact{}
			}
			return w
		}),
		{"commits and then looks at the context", "context/done-before-commit", func() crm.Store {
			return &bent{commit: func(b *bent, ctx context.Context, c crm.Commit) error {
				if err := b.Memory.Commit(context.WithoutCancel(ctx), c); err != nil {
					return err
				}
				return ctx.Err()
			}}
		}},
		{"merges a subject that stands twice", "invalid/every-fault", func() crm.Store { return &lenient{} }},
	}
}

// takenNow reports a claim that is held by another before any release.
func (b *bent) takenNow(c crm.Commit) error {
	for _, change := range c.Changes {
		for _, w := range change.Writes {
			if w, ok := w.(crm.Claim); ok {
				if holder, err := b.Memory.Holder(context.Background(), w.Space, w.Key); err == nil && holder != change.Subject {
					return &crm.Error{Subject: change.Subject, Holder: holder, Err: crm.ErrTaken}
				}
			}
		}
	}
	return nil
}

// lenient does not call Validate first.
type lenient struct{ crm.Memory }

func (l *lenient) Commit(ctx context.Context, c crm.Commit) error {
	seen := map[crm.Subject]bool{}
	var changes []crm.Change
	for _, change := range c.Changes {
		if !seen[change.Subject] {
			seen[change.Subject] = true
			changes = append(changes, change)
		}
	}
	c.Changes = changes
	return l.Memory.Commit(ctx, c)
}
