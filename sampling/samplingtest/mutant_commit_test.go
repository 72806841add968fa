package samplingtest_test

import (
	"context"
	"errors"
	"strings"
	"time"

	"github.com/guanxi-go/guanxi/sampling"
)

// in makes a mutant that rewrites commits.
func in(fault, killedBy string, do func(b *bent, c sampling.Commit) sampling.Commit) mutant {
	return mutant{fault, killedBy, func() sampling.Store { return &bent{in: do} }}
}

// rewrites makes a mutant that rewrites single writes.
func rewrites(fault, killedBy string, do func(b *bent, s sampling.Subject, w sampling.Write) sampling.Write) mutant {
	return in(fault, killedBy, func(b *bent, c sampling.Commit) sampling.Commit {
		return writes(c, func(s sampling.Subject, w sampling.Write) sampling.Write { return do(b, s, w) })
	})
}

func out(fault, killedBy string, do func(b *bent, c sampling.Commit, err error) error) mutant {
	return mutant{fault, killedBy, func() sampling.Store { return &bent{out: do} }}
}

func (b *bent) version(s sampling.Subject) uint64 {
	head, _ := b.Memory.Head(context.Background(), s)
	return head.Version
}

// commitMutants are bent in Commit.
func commitMutants() []mutant {
	background := context.Background()
	return []mutant{
		in("ignores the version", "commit/stale-version", func(b *bent, c sampling.Commit) sampling.Commit {
			c = writes(c, func(_ sampling.Subject, w sampling.Write) sampling.Write { return w })
			for i := range c.Changes {
				c.Changes[i].Expect = b.version(c.Changes[i].Subject)
			}
			return c
		}),
		in("takes an older version for good enough", "commit/stale-version", func(b *bent, c sampling.Commit) sampling.Commit {
			c = writes(c, func(_ sampling.Subject, w sampling.Write) sampling.Write { return w })
			for i := range c.Changes {
				c.Changes[i].Expect = max(c.Changes[i].Expect, b.version(c.Changes[i].Subject))
			}
			return c
		}),
		in("ignores Require", "commit/require", func(_ *bent, c sampling.Commit) sampling.Commit { c.Require = nil; return c }),
		in("moves what is required", "commit/require", func(_ *bent, c sampling.Commit) sampling.Commit {
			for _, e := range c.Require {
				c.Changes = append(c.Changes[:len(c.Changes):len(c.Changes)], sampling.Change{Subject: e.Subject, Expect: e.Version})
			}
			c.Require = nil
			return c
		}),
		in("ignores the key", "key/happens-once", func(_ *bent, c sampling.Commit) sampling.Commit { c.Scope, c.Key = "", ""; return c }),
		{"ignores the scope of a key", "key/of-its-scope", func() sampling.Store {
			return &bent{key: func(_, key string) (string, string) {
				if key == "" {
					return "", ""
				}
				return "one", key
			}}
		}},
		{"joins scope and key", "key/of-its-scope", func() sampling.Store {
			return &bent{key: func(scope, key string) (string, string) {
				if key == "" || len(scope+key) > 255 {
					return scope, key
				}
				return "one", scope + key
			}}
		}},
		in("remembers the key of a refused commit", "key/not-of-a-refused-commit", func(b *bent, c sampling.Commit) sampling.Commit {
			if c.Key != "" {
				_ = b.Memory.Commit(background, sampling.Commit{Scope: "mutant", Key: c.Key, Changes: c.Changes, Require: c.Require})
			}
			return c
		}),
		{"conflict beats duplicate", "commit/duplicate-beats-conflict", func() sampling.Store {
			return &bent{commit: func(b *bent, ctx context.Context, c sampling.Commit) error {
				bare := c
				bare.Scope, bare.Key, bare.Changes = "", "", nil
				for _, change := range c.Changes {
					bare.Require = append(bare.Require, sampling.Expect{Subject: change.Subject, Version: change.Expect})
				}
				if err := b.Memory.Commit(ctx, bare); errors.Is(err, sampling.ErrConflict) {
					return err
				}
				return b.Memory.Commit(ctx, c)
			}}
		}},
		{"duplicate beats an unknown write", "commit/unknown-write", func() sampling.Store {
			return &bent{commit: func(b *bent, ctx context.Context, c sampling.Commit) error {
				if _, err := b.Memory.Receipt(ctx, c.Scope, c.Key); c.Key != "" && err == nil {
					return sampling.ErrDuplicate
				}
				return b.Memory.Commit(ctx, c)
			}}
		}},
		{"commits half", "commit/all-or-nothing", func() sampling.Store {
			return &bent{commit: func(b *bent, ctx context.Context, c sampling.Commit) error {
				for _, change := range c.Changes {
					if err := b.Memory.Commit(ctx, sampling.Commit{Changes: []sampling.Change{change}}); err != nil {
						return err
					}
				}
				c.Changes = nil
				return b.Memory.Commit(ctx, c)
			}}
		}},
		rewrites("drops an unknown write in silence", "commit/unknown-write", func(_ *bent, _ sampling.Subject, w sampling.Write) sampling.Write {
			switch w.(type) {
			case sampling.PutRecord, sampling.Append, sampling.Redact, sampling.Emit:
				return w
			}
			return nil
		}),
		in("an empty change does not move the version", "version/change-without-writes", func(_ *bent, c sampling.Commit) sampling.Commit {
			var changes []sampling.Change
			for _, change := range c.Changes {
				if len(change.Writes) > 0 {
					changes = append(changes, change)
				}
			}
			c.Changes = changes
			return c
		}),
		out("does not name the subject in conflict", "commit/stale-version", func(_ *bent, _ sampling.Commit, err error) error {
			if errors.Is(err, sampling.ErrConflict) {
				return sampling.ErrConflict
			}
			return err
		}),
		in("the first record of a change wins", "write/last-of-a-change-wins", func(_ *bent, c sampling.Commit) sampling.Commit {
			seen := map[sampling.Subject]bool{}
			return writes(c, func(s sampling.Subject, w sampling.Write) sampling.Write {
				if _, ok := w.(sampling.PutRecord); ok {
					if seen[s] {
						return nil
					}
					seen[s] = true
				}
				return w
			})
		}),
		in("an append clears the record", "write/append-leaves-the-record", func(b *bent, c sampling.Commit) sampling.Commit {
			c = writes(c, func(_ sampling.Subject, w sampling.Write) sampling.Write { return w })
			for i := range c.Changes {
				change := &c.Changes[i]
				if _, err := b.Memory.Record(background, change.Subject); err == nil {
					change.Writes = append([]sampling.Write{sampling.PutRecord{}}, change.Writes...)
				}
			}
			return c
		}),
		rewrites("truncates times to milliseconds", "instant/comes-back-equal", func(_ *bent, _ sampling.Subject, w sampling.Write) sampling.Write {
			if r, ok := w.(sampling.PutRecord); ok {
				r.Record.Due = r.Record.Due.Truncate(time.Millisecond)
				return r
			}
			return w
		}),
		rewrites("trims texts", "text/comes-back-byte-by-byte", func(_ *bent, _ sampling.Subject, w sampling.Write) sampling.Write {
			if e, ok := w.(sampling.Append); ok {
				e.Entry.Reason = strings.TrimSpace(e.Entry.Reason)
				return e
			}
			return w
		}),
		in("redacts what the same change appends", "erasure/redact-spares-the-same-change", func(_ *bent, c sampling.Commit) sampling.Commit {
			all := map[sampling.Subject]bool{}
			for _, change := range c.Changes {
				for _, w := range change.Writes {
					if w == (sampling.Redact{}) {
						all[change.Subject] = true
					}
				}
			}
			return writes(c, func(s sampling.Subject, w sampling.Write) sampling.Write {
				if e, ok := w.(sampling.Append); ok && all[s] {
					e.Entry.Reason = ""
					return e
				}
				return w
			})
		}),
		rewrites("redacts all where one is named", "erasure/redact-one", func(_ *bent, _ sampling.Subject, w sampling.Write) sampling.Write {
			if _, ok := w.(sampling.Redact); ok {
				return sampling.Redact{}
			}
			return w
		}),
		out("commits, and then fails, each time and without the key", "key/happens-once", func(b *bent, c sampling.Commit, err error) error {
			if err == nil && c.Key != "" {
				return errors.New("connection lost")
			}
			return err
		}),
		{"commits and then looks at the context", "context/done-before-commit", func() sampling.Store {
			return &bent{commit: func(b *bent, ctx context.Context, c sampling.Commit) error {
				if err := b.Memory.Commit(context.WithoutCancel(ctx), c); err != nil {
					return err
				}
				return ctx.Err()
			}}
		}},
		{"merges a subject that stands twice", "invalid/every-fault", func() sampling.Store { return &lenient{} }},
	}
}

// lenient does not call Validate first.
type lenient struct{ sampling.Memory }

func (l *lenient) Commit(ctx context.Context, c sampling.Commit) error {
	seen := map[sampling.Subject]bool{}
	var changes []sampling.Change
	for _, change := range c.Changes {
		if !seen[change.Subject] {
			seen[change.Subject] = true
			changes = append(changes, change)
		}
	}
	c.Changes = changes
	return l.Memory.Commit(ctx, c)
}
