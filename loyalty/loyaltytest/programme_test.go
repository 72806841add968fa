package loyaltytest

import (
	"context"
	"flag"
	"fmt"
	"os"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/guanxi-go/guanxi/loyalty"
	"github.com/guanxi-go/guanxi/loyalty/points"
)

// checks sets how many cases rapid draws.
func checks(t *testing.T, full int) {
	t.Helper()
	n := full / 200
	switch {
	case os.Getenv("GUANXI_FULL") != "":
		n = full
	case testing.Short():
		n = full / 1000
	}
	before := flag.Lookup("rapid.checks").Value.String()
	require.NoError(t, flag.Set("rapid.checks", fmt.Sprint(n)))
	t.Cleanup(func() { _ = flag.Set("rapid.checks", before) })
}

func below(t *rapid.T) func(n int) int {
	return func(n int) int { return rapid.IntRange(0, n-1).Draw(t, "") }
}

// TestProgrammes plays random programmes through the services, each step on its own
// instant, and holds the invariants after every step: what was refused changed
// nothing (I7), what was done answers the same again and changes nothing (I6), the
// past stays as it was answered (I10), and all that check holds. 100,000 of them where
// GUANXI_FULL is set.
func TestProgrammes(t *testing.T) {
	checks(t, 100_000)
	rapid.Check(t, func(t *rapid.T) {
		draw := below(t)
		programme, err := programmeOf(draw)
		require.NoError(t, err)
		policy := programme.Points
		var store loyalty.Memory
		watch := &hands{now: begins()}
		l, err := loyalty.New(&store, programme, loyalty.Options{Clock: watch})
		require.NoError(t, err)
		p := &player{draw: draw, name: "p", members: enrolThree(t, l), household: "h", start: begins()}
		var past []memory
		before := readLedger(t, &store, policy)
		for range 4 + draw(16) {
			watch.put(watch.Now().Add(time.Microsecond + time.Duration(draw(100))*time.Hour))
			c := p.next()
			call := loyalty.Call{Key: c.name, Ref: c.name}
			a, err := c.send(context.Background(), l, call)
			after := readLedger(t, &store, policy)
			switch {
			case err != nil:
				require.Equal(t, before.accounts, after.accounts, "I7: %s was refused with %v", c.what, err)
			case c.what != "due":
				again, err := c.send(context.Background(), l, call)
				require.NoError(t, err)
				require.True(t, again.replayed, c.what)
				require.Equal(t, a.text(), again.text())
				require.Equal(t, after.accounts, readLedger(t, &store, policy).accounts, "I6: %s, sent again", c.what)
			}
			if err == nil && c.keep != nil {
				c.keep(p, a)
			}
			after.check()
			after.once()
			after.stock()
			for _, m := range past {
				after.recall(m)
			}
			account := &after.accounts[draw(len(after.accounts))]
			if len(after.journals[account.ID]) > 0 {
				past = append(past, after.remember(account, begins().Add(time.Duration(draw(2000))*time.Hour)))
			}
			before = after
		}
		audit, err := l.Verify(context.Background())
		require.NoError(t, err)
		require.Empty(t, audit.Found)
		require.Zero(t, audit.Moved.Sign())
	})
}

// TestAccountsCommute holds I12: commands on different accounts come to the same,
// however those of one account stand between those of the other.
func TestAccountsCommute(t *testing.T) {
	checks(t, 10_000)
	rapid.Check(t, func(t *rapid.T) {
		draw := below(t)
		policy := policyOf(draw)
		type step struct {
			account string
			at      time.Time
			burn    bool
			n       int64
		}
		var steps []step
		at := map[string]time.Time{"a": begins(), "b": begins()}
		for range 2 + draw(12) {
			s := step{account: []string{"a", "b"}[draw(2)], burn: draw(3) == 0, n: int64(1 + draw(100))}
			at[s.account] = at[s.account].Add(time.Duration(1+draw(200)) * time.Hour)
			s.at = at[s.account]
			steps = append(steps, s)
		}
		play := func(order []step) (states []points.State) {
			var store loyalty.Memory
			watch := &hands{now: begins()}
			l, err := loyalty.New(&store, loyalty.Programme{Points: policy}, loyalty.Options{Clock: watch})
			require.NoError(t, err)
			for _, m := range []string{"a", "b"} {
				_, err := l.Members.Enrol(context.Background(), till(), m, loyalty.Call{})
				require.NoError(t, err)
			}
			for _, s := range order {
				watch.put(s.at)
				if s.burn {
					_, _ = l.Points.Burn(context.Background(), till(), s.account, points.BurnCommand{Points: s.n}, loyalty.Call{})
				} else {
					_, err := l.Points.Earn(context.Background(), till(), s.account, points.EarnCommand{Points: s.n}, loyalty.Call{})
					require.NoError(t, err)
				}
			}
			for _, m := range []string{"a", "b"} {
				a, err := store.Account(context.Background(), m)
				require.NoError(t, err)
				states = append(states, a.State)
			}
			return states
		}
		var apart []step
		for _, account := range []string{"a", "b"} {
			for _, s := range steps {
				if s.account == account {
					apart = append(apart, s)
				}
			}
		}
		require.Equal(t, play(apart), play(steps))
	})
}
