package loyalty

import (
	"context"
	"time"

	"github.com/guanxi-go/guanxi/loyalty/points"
)

// memoryPosting is a commit of one posting, in parts: what a [Memory] is asked most
// often.
type memoryPosting struct {
	at      *memoryAccount // where the account was found
	account *Account       // what it comes to; its Head is as it was read
	entries []points.Entry

	scope, key  string
	fingerprint *[32]byte
	receipt     []byte
	recorded    time.Time
}

// commit is the whole of it, as [Memory.Commit] takes it.
func (p *memoryPosting) commit() Commit {
	a := p.account
	return Commit{Scope: p.scope, Key: p.key, Fingerprint: *p.fingerprint, Receipt: p.receipt, Recorded: p.recorded,
		Changes: []Change{{Subject: Subject{KindAccount, a.ID}, Expect: a.Head.Version,
			Writes: []Write{PutAccount{Standing: a.Standing, State: a.State, Entries: p.entries}}}}}
}

// limited reports whether the posting is within the limits that a service does not
// look at; all else in it a service has asked already.
func (p *memoryPosting) limited() bool {
	return p.account.Head.Version <= MaxVersion && p.account.State.Seq <= MaxVersion && len(p.entries) < MaxWrites
}

// post is Commit of p.commit(), which a service has made of an account that exists, and
// of what was checked. It copies what it keeps.
func (m *Memory) post(ctx context.Context, p *memoryPosting) error {
	if !p.limited() {
		return m.Commit(ctx, p.commit()) // which says what is wrong
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	free, done := m.receipts.Seek(p.scope, p.key)
	if done {
		return &Error{Field: "key", Reason: "was committed before", Err: ErrDuplicate}
	}
	a := p.at
	if a.version != p.account.Head.Version {
		return &Error{Subject: Subject{KindAccount, p.account.ID}, Reason: "moved", Err: ErrConflict}
	}
	m.room = appendReceipt(m.room[:0], p.recorded, p.fingerprint, p.receipt)
	m.receipts.Put(free, p.scope, p.key, m.room)
	if len(p.entries) > 0 && a.entries == 0 {
		m.posted.Add(p.account.ID)
	}
	a.version++
	a.put(&p.account.Standing, &p.account.State, p.entries)
	return nil
}
