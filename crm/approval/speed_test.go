package approval_test

import (
	"crypto/sha256"
	"encoding/hex"
	"os"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/guanxi-go/guanxi/crm/approval"
	"github.com/guanxi-go/guanxi/internal/cputime"
)

// A decision takes no more than 5 us of processor time, the best of ten rounds, its
// hashes included. It is judged where GUANXI_FULL is set: on a machine that others
// share it takes up to three times as long as on an idle one.
func TestDecisionsAreFast(t *testing.T) {
	office, board, last := chain(t), chain(t), chain(t)
	board.do(approval.Approve, "secretary", minutes)
	last.do(approval.Approve, "secretary", minutes)
	cast(last, "AAA")
	rounds := 2_000
	if testing.Short() {
		rounds = 200
	}
	for _, tt := range []struct {
		name string
		r    *run
		c    approval.Command
	}{
		{"a vote", board, command(approval.Approve, "v1")},
		{"a vote that enters the board", office, command(approval.Approve, "secretary", minutes)},
		{"a vote that approves", last, command(approval.Approve, "v4")},
	} {
		best := time.Hour
		for range 10 {
			before := cputime.Now()
			for range rounds {
				if _, err := tt.r.process.Decide(tt.r.i, tt.c, tt.r.env); err != nil {
					t.Fatal(err)
				}
			}
			best = min(best, (cputime.Now()-before)/time.Duration(rounds))
		}
		t.Logf("%s: %v of processor time", tt.name, best)
		if os.Getenv("GUANXI_FULL") != "" {
			require.LessOrEqual(t, best, 5*time.Microsecond, tt.name)
		}
	}
}

// TestTrailByHand computes the hashes as the comment of Canonical says, and pins one,
// so that what is stored today can be verified for ever.
func TestTrailByHand(t *testing.T) {
	r := chain(t)
	r.do(approval.Approve, "secretary", minutes, func(c *approval.Command) { c.Reason, c.Salt = "因为", "s" })
	cast(r, "AAAA")
	r.do(approval.Execute, "bo")
	before := approval.Genesis
	for _, e := range r.journal {
		sum := sha256.Sum256(append([]byte(before), approval.Canonical(e)...))
		require.Equal(t, hex.EncodeToString(sum[:]), e.Hash)
		before = e.Hash
	}
	require.Equal(t, "841da7ed8c6afeaa6094bad50bf3c571467e9af9cd003898ac2f270acd08630c", before)
}
