package sampling

import (
	"context"
	"log/slog"
	"slices"
	"time"

	"github.com/guanxi-go/guanxi/internal/attempt"
	"github.com/guanxi-go/guanxi/internal/clock"
)

// Sampling is the spot checks of an organisation over one [Store]. It holds no state
// of its own beside what it has read (see [Options].Cycles), and is safe for concurrent
// use if the store and the options are.
//
// A service method loads what it needs, decides by a pure function of package
// spotcheck, and commits under the versions that it read. It retries after
// ErrConflict and after errors of the system, always under the key of the command,
// so that nothing happens twice.
type Sampling struct {
	Cycles *Cycles // a year's spot checks: its rounds, its draws, its results 年度抽查

	core *core
}

// Options of a [Sampling]. The zero value is ready to use.
type Options struct {
	// Clock says what time it is; nil is the machine's. Instants are floored to
	// microseconds of UTC. A clock that has a method Wait(context.Context,
	// time.Duration) error is also asked to wait between attempts.
	Clock interface{ Now() time.Time }

	// NewID makes the keys of commands without one; nil makes 128 random bits as 32
	// hexadecimal digits.
	NewID func() string

	// Attempts is how often a command is tried in all when the store answers
	// ErrConflict or an error of the system; 0 is 10. On a store in a transaction of
	// the host it is always 1.
	Attempts int

	// Cycles is how many cycles are kept in memory as they were last seen, those asked
	// for last, so that a command costs what it touches and not what the year has grown
	// to; 0 is 2, this year's and the last one's, and below 0 it is none. Each takes some
	// 300 bytes for every check in it, and 200 for everybody on the roster once its
	// coverage was asked for: 50 MB for 100,000 staff and 125,000 checks. No
	// notes of inspectors are kept, and nothing that the hash of the journal in the store
	// does not confirm, so that any number of services and processes may share the store.
	Cycles int

	// Events puts an event into the outbox of the store with every command: only where
	// somebody reads and acknowledges them.
	Events bool

	// Observe is called after each operation; nil for nobody. It must not block.
	Observe func(ctx context.Context, op Op)

	// Logger is told of every attempt that failed and was tried again, at level
	// Debug; nil for silence.
	Logger *slog.Logger
}

// Op is one operation of a service, as [Options].Observe sees it, in ids and codes.
type Op struct {
	Name     string  // as "cycles.draw"
	Actor    string  // id
	Subject  Subject // what it was about
	Write    bool    // a command, not a read
	Attempts int     // 1 where the first was the last
	Duration time.Duration
	Err      error
}

// Actor is who asks, and whose results they see. What an actor may not see does not
// exist for them. The zero Sees sees nobody.
type Actor struct {
	ID   string // id of a colleague or a program
	Sees Sight
}

// Sight says of which departments an actor sees the people who were drawn, and their
// results (可见范围). Whoever sees all of them may also plan, draw and close.
type Sight struct {
	all         bool
	departments []string
}

// Everyone sees all departments: for who plans the checks, and for the auditor.
func Everyone() Sight { return Sight{all: true} }

// Only sees these departments: for who checks or heads them.
func Only(departments ...string) Sight { return Sight{departments: slices.Clone(departments)} }

// Allows reports whether the people of a department are seen.
func (s Sight) Allows(department string) bool {
	return s.all || slices.Contains(s.departments, department)
}

// Call is what every command has beside its own fields. The zero value is allowed.
type Call struct {
	// Key makes the command idempotent: sent again with the same key by the same
	// actor, it changes nothing and returns what the first one did. Another command
	// under a used key is ErrKeyReused. Up to [MaxID] bytes; only a hash is kept.
	Key string `json:"key,omitzero"`
	// At is when it was so, the effective time; zero for now. An instant to come is
	// ErrInvalid.
	At time.Time `json:"at,omitzero"`
	// Reason is why, in words, kept with the cycle or the round for as long as these
	// are: write nothing about a person into it. What is about a person belongs into
	// the note of a result, which Forget clears; so Assess takes notes and no reason,
	// and Forget keeps none.
	Reason string `json:"reason,omitzero"`
}

// New returns the services over a store.
func New(store Store, opts Options) (*Sampling, error) {
	if store == nil {
		return nil, &Error{Field: "store", Reason: "is nil", Err: ErrInvalid}
	}
	if opts.Attempts < 0 {
		return nil, &Error{Field: "attempts", Reason: "is below 0", Err: ErrInvalid}
	}
	if opts.Clock == nil {
		opts.Clock = clock.System{}
	}
	if opts.NewID == nil {
		opts.NewID = attempt.RandomID
	}
	if opts.Attempts == 0 {
		opts.Attempts = 10
	}
	if b, ok := store.(Borrowed); ok && b.Borrowed() {
		opts.Attempts = 1
	}
	if opts.Cycles == 0 {
		opts.Cycles = 2
	}
	c := &core{store: store, opts: opts, years: &years{most: opts.Cycles}}
	return &Sampling{Cycles: &Cycles{c}, core: c}, nil
}

// On returns the same services over another store, most often the one inside a
// transaction of the host. They share what is kept of cycles.
func (s *Sampling) On(store Store) (*Sampling, error) {
	opts := s.core.opts
	if b, ok := s.core.store.(Borrowed); ok && b.Borrowed() {
		opts.Attempts = 0
	}
	on, err := New(store, opts)
	if err == nil {
		on.core.years = s.core.years
	}
	return on, err
}

// core is what the services share.
type core struct {
	store Store
	opts  Options
	years *years
}

// observe reports the end of an operation.
func (c *core) observe(ctx context.Context, op Op) {
	if c.opts.Observe != nil {
		c.opts.Observe(ctx, op)
	}
}

// read runs a read and reports it.
func read[T any](ctx context.Context, c *core, name string, actor Actor, s Subject, do func() (T, error)) (T, error) {
	elapsed := clock.Stopwatch()
	result, err := do()
	c.observe(ctx, Op{Name: name, Actor: actor.ID, Subject: s, Attempts: 1, Duration: elapsed(), Err: err})
	return result, err
}
