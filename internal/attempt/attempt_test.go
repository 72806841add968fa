package attempt_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/guanxi-go/guanxi/internal/attempt"
	"github.com/guanxi-go/guanxi/internal/fault"
)

var (
	errSystem  = errors.New("the line is dead")
	errRefused = errors.New("refused")
)

type stopped struct{ waits []time.Duration }

func (*stopped) Now() time.Time { return time.Unix(1, 0) }

func (c *stopped) Wait(ctx context.Context, d time.Duration) error {
	c.waits = append(c.waits, d)
	return ctx.Err()
}

// TestRun plays what commits answer, one after another, and what is found under the
// key once there is a doubt.
func TestRun(t *testing.T) {
	for name, c := range map[string]struct {
		given   bool
		decided []error // by each attempt; nil commits
		commits []error
		kept    bool // the key is found
		kind    error
		want    string
		err     error
		n       int
	}{
		"at once":                            {commits: []error{nil}, want: "new", n: 1},
		"a conflict is tried again":          {commits: []error{fault.ErrConflict, nil}, want: "new", n: 2},
		"a refusal is not":                   {decided: []error{errRefused}, err: errRefused, n: 1},
		"a refusal may be the own trace":     {given: true, decided: []error{errRefused}, kept: true, want: "kept", n: 1},
		"a key that the caller did not give": {decided: []error{errRefused}, kept: true, err: errRefused, n: 1},
		"applied in doubt":                   {commits: []error{errSystem, fault.ErrDuplicate}, kept: true, want: "kept", n: 2},
		"refused after doubt":                {decided: []error{nil, errRefused}, commits: []error{errSystem}, kept: true, want: "kept", n: 2},
		"not applied in doubt":               {commits: []error{errSystem, nil}, want: "new", n: 2},
		"never":                              {commits: []error{errSystem, errSystem, errSystem}, err: errSystem, n: 3},
		"ended":                              {decided: []error{attempt.Ended(fault.ErrConflict)}, err: fault.ErrConflict, n: 1},
		"another command's key":              {commits: []error{fault.ErrDuplicate}, given: true, kind: fault.ErrKeyReused, err: fault.ErrKeyReused, n: 1},
		"the look-up fails and comes back":   {commits: []error{fault.ErrDuplicate, nil}, given: true, kind: errSystem, want: "new", n: 2},
	} {
		t.Run(name, func(t *testing.T) {
			tries, commits := 0, 0
			l := &attempt.Loop[string]{Attempts: 3, Key: "k", Given: c.given, Clock: &stopped{},
				Decide: func(time.Time) (string, func() error, error) {
					tries++
					if tries <= len(c.decided) && c.decided[tries-1] != nil {
						return "", nil, c.decided[tries-1]
					}
					return "new", func() error { commits++; return c.commits[commits-1] }, nil
				},
				Recall: func() (string, error) {
					switch {
					case c.kind != nil:
						return "", c.kind
					case c.kept:
						return "kept", nil
					}
					return "", fault.ErrNotFound
				},
				Known: func(err error) bool {
					return errors.Is(err, errRefused) || errors.Is(err, fault.ErrConflict) || errors.Is(err, fault.ErrDuplicate) || errors.Is(err, fault.ErrKeyReused)
				},
			}
			got, n, err := attempt.Run(t.Context(), l)
			require.ErrorIs(t, err, c.err)
			require.Equal(t, c.want, got)
			require.Equal(t, c.n, n)
		})
	}
}

func TestRunEndsWithTheContext(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	clock := &stopped{}
	_, n, err := attempt.Run(ctx, &attempt.Loop[int]{Attempts: 9, Key: "k", Clock: clock,
		Decide: func(time.Time) (int, func() error, error) {
			return 0, func() error {
				if len(clock.waits) == 2 {
					cancel()
				}
				return errSystem
			}, nil
		},
		Recall: func() (int, error) { return 0, fault.ErrNotFound },
		Known:  func(error) bool { return false },
	})
	require.ErrorIs(t, err, errSystem)
	require.Equal(t, 3, n)
	require.Less(t, clock.waits[0], clock.waits[1])
}
