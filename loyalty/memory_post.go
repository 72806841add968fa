package loyalty

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"time"

	"github.com/guanxi-go/guanxi/internal/limit"
	"github.com/guanxi-go/guanxi/loyalty/points"
)

// plainPosting is an earn or a burn that says nothing but how many points, where the
// store is a [Memory]: what is asked most often. Where the account has nothing but
// points, and nothing is due, held or owed, what the rules come to is a few sums. They
// are made where the account is kept, under the lock of the store, so that nothing is
// copied and nothing moves in between.
type plainPosting struct {
	command
	kind   points.Kind
	points int64
	now    time.Time
}

// postPlain posts it as [Points].Earn and Burn do, to the last byte in the store. Where
// there is more to it than sums, nothing has happened and done is false.
func (c *core) postPlain(ctx context.Context, p *plainPosting) (result Posted, done bool, err error) {
	call := &p.call
	if !call.At.IsZero() || c.opts.Observe != nil || c.opts.Events || c.screened() ||
		c.programme.Points.Inactivity != 0 || p.validate() != nil {
		return Posted{}, false, nil
	}
	var scope, key string // as receipts has them
	if call.Key == "" {
		if scope, key = p.keys(c); !limit.Text(key, 1, MaxID) {
			return Posted{}, false, nil
		}
	} else {
		sum := p.hashedKey()
		key = string(sum[:])
	}
	turn, err := c.queues.enterOne(ctx, p.subject.ID)
	if err != nil {
		return Posted{}, true, err
	}
	defer turn.leave()
	p.now = Instant(c.opts.Clock.Now())
	if ctx.Err() != nil || p.now.IsZero() || !limit.IsInstant(p.now) || !call.NotAfter.IsZero() && p.now.After(call.NotAfter) {
		return Posted{}, false, nil
	}
	return c.memory.post(p, scope, key, &c.programme.Points)
}

// hashed is the fingerprint.
func (p *plainPosting) hashed() [32]byte {
	return sha256.Sum256(binary.AppendVarint(p.about(make([]byte, 0, 256)), p.points))
}

// post is [Memory.Account], the decision and [Memory.Commit] in one.
func (m *Memory) post(p *plainPosting, scope, key string, policy *points.Policy) (result Posted, done bool, err error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	free, known := m.receipts.Seek(scope, key)
	a := m.accounts.get(p.subject.ID)
	if known || a == nil || !a.exists || !p.actor.Sees.Allows(a.member) {
		return Posted{}, false, nil
	}
	at := max(p.now.UnixMicro(), a.folded)
	if !a.isPlain(at) {
		return Posted{}, false, nil
	}
	e := points.Entry{Seq: a.seq + 1, Kind: p.kind, Actor: p.actor.ID, Ref: p.call.Ref, Code: p.call.Code, Reason: p.call.Reason}
	e.At = fromMicros(at)
	e.Recorded = e.At
	var room [8]points.Use
	var available int64
	if p.kind == points.KindEarn {
		e.Amount, e.Lot, e.ActivateAt = p.points, e.Seq, e.At
		e.ExpireAt, available, done = a.earn(e.At, p.points, policy)
	} else {
		e.Amount = -p.points
		e.Uses, available, done, err = a.burn(at, p.points, policy.Order, room[:0])
	}
	if !done || err != nil {
		return Posted{}, done, err
	}
	a.posted(&e, at)
	if e.Seq == 1 {
		m.posted.Add(p.subject.ID)
	}
	result = Posted{Account: p.subject.ID, Seq: e.Seq, First: e.Seq, Last: e.Seq, Amount: e.Amount,
		Balance: a.totals.Balance(), Available: available}
	if p.call.Reason == "" {
		m.room = p.appendReceipt(m.room[:0], &result)
	} else {
		fingerprint := p.hashed()
		m.room = result.appendBinary(appendReceipt(m.room[:0], p.now, &fingerprint))
	}
	m.receipts.Put(free, scope, key, m.room)
	return result, true, nil
}
