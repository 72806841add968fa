package loyalty

import (
	"context"
	"strings"
	"sync"
	"time"

	"github.com/guanxi-go/guanxi/internal/memory"
)

// Memory is a [Store], [BatchCommitter], [Outbox] and [Pruner] in memory: for tests,
// examples and tools, up to millions of accounts. The zero value is an empty store. It
// must not be copied after first use.
type Memory struct {
	mu        sync.RWMutex
	accounts  memoryTable
	subjects  map[Subject]*memorySubject
	ids       memory.Keys[string] // of accounts that exist
	posted    memory.Keys[string] // of accounts that have postings
	records   map[Kind]*memory.Keys[string]
	written   memory.Keys[Subject] // subjects that have entries
	claims    map[Claim]Subject
	receipts  memory.Packed
	events    []Event
	lastEvent uint64

	room []byte // for a receipt on its way into receipts
}

// memorySubject is whatever is no account.
type memorySubject struct {
	head    Head
	record  *Record
	entries []Entry
}

// Commit implements [Store].
func (m *Memory) Commit(ctx context.Context, c Commit) error {
	if err := admissible(c); err != nil {
		return err
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.commit(&c)
}

// CommitBatch implements [BatchCommitter].
func (m *Memory) CommitBatch(ctx context.Context, commits []Commit) []error {
	errs := make([]error, len(commits))
	for i, c := range commits {
		errs[i] = admissible(c)
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	for i := range commits {
		if errs[i] == nil {
			if errs[i] = ctx.Err(); errs[i] == nil {
				errs[i] = m.commit(&commits[i])
			}
		}
	}
	return errs
}

// admissible reports what is refused before anything is read.
func admissible(c Commit) error {
	if err := c.Validate(); err != nil {
		return err
	}
	for i := range c.Changes {
		for _, w := range c.Changes[i].Writes {
			switch w.(type) {
			case PutAccount, PutRecord, Append, Claim, Release, Redact, Emit:
			default:
				return Unsupported(c.Changes[i].Subject, w)
			}
		}
	}
	return nil
}

// commit applies c or refuses it. The caller holds the lock.
func (m *Memory) commit(c *Commit) error {
	if err := m.admit(c); err != nil {
		return err
	}
	m.make()
	if c.Key != "" {
		scope, key := receiptKey(c.Scope, c.Key)
		m.room = append(appendReceipt(m.room[:0], c.Recorded, &c.Fingerprint), c.Receipt...)
		m.receipts.Add(scope, key, m.room)
	}
	for s, w := range writesOf[Release](c) {
		if m.claims[Claim(w)] == s {
			delete(m.claims, Claim(w))
		}
	}
	for i := range c.Changes {
		m.apply(&c.Changes[i])
	}
	return nil
}

// make gives the zero value its maps.
func (m *Memory) make() {
	if m.subjects == nil {
		m.subjects = map[Subject]*memorySubject{}
		m.records = map[Kind]*memory.Keys[string]{}
		m.claims = map[Claim]Subject{}
	}
}

// admit says whether c can be applied, and changes nothing.
func (m *Memory) admit(c *Commit) error {
	if c.Key != "" {
		if _, done := m.receipts.Get(receiptKey(c.Scope, c.Key)); done {
			return committedBefore()
		}
	}
	for _, e := range c.Require {
		if m.head(e.Subject).Version != e.Version {
			return &Error{Subject: e.Subject, Reason: "moved", Err: ErrConflict}
		}
	}
	claims := false
	for i := range c.Changes {
		change := &c.Changes[i]
		head := m.head(change.Subject)
		if head.Version != change.Expect {
			return &Error{Subject: change.Subject, Reason: "moved", Err: ErrConflict}
		}
		for _, w := range change.Writes {
			switch w := w.(type) {
			case PutAccount:
				if len(w.Entries) > 0 && w.Entries[0].Seq != head.Entries+1 {
					return &Error{Subject: change.Subject, Field: "entries", Reason: "do not follow", Err: ErrConflict}
				}
			case Claim:
				claims = true
			}
		}
	}
	if claims {
		return m.admitClaims(c)
	}
	return nil
}

func committedBefore() error {
	return &Error{Field: "key", Reason: "was committed before", Err: ErrDuplicate}
}

func (m *Memory) admitClaims(c *Commit) error {
	var released map[Claim]Subject
	for s, w := range writesOf[Release](c) {
		if m.claims[Claim(w)] == s {
			if released == nil {
				released = map[Claim]Subject{}
			}
			released[Claim(w)] = s
		}
	}
	for s, w := range writesOf[Claim](c) {
		holder, held := m.claims[w]
		if held && holder != s && released[w] != holder {
			return &Error{Subject: s, Field: w.Space, Holder: holder, Err: ErrTaken}
		}
	}
	return nil
}

// writesOf yields the writes of one type with their subjects, in order.
func writesOf[W Write](c *Commit) func(yield func(Subject, W) bool) {
	return func(yield func(Subject, W) bool) {
		for i := range c.Changes {
			for _, w := range c.Changes[i].Writes {
				if w, ok := w.(W); ok && !yield(c.Changes[i].Subject, w) {
					return
				}
			}
		}
	}
}

func (m *Memory) apply(change *Change) {
	if change.Subject.Kind == KindAccount {
		m.applyAccount(change)
		return
	}
	s := change.Subject
	have := m.subjects[s]
	if have == nil {
		s = Subject{Kind(strings.Clone(string(s.Kind))), strings.Clone(s.ID)}
		have = &memorySubject{}
		m.subjects[s] = have
	}
	have.head.Version++
	before := have.head.Entries
	for _, w := range change.Writes {
		switch w := w.(type) {
		case PutRecord:
			m.putRecord(s, have, w.Record)
		case Append:
			m.append(s, have, w.Entry)
		case Redact:
			for i := range have.entries {
				if e := &have.entries[i]; e.Seq == w.Seq || w.Seq == 0 && e.Seq <= before {
					e.Reason = ""
				}
			}
		default:
			m.applyShared(s, have.head.Version, w)
		}
	}
}

func (m *Memory) applyAccount(change *Change) {
	id := change.Subject.ID
	a := m.accounts.get(id)
	if a == nil {
		id = strings.Clone(id)
		a = newMemoryAccount()
		m.accounts.add(id, a)
	}
	a.version++
	before := a.entries
	for _, w := range change.Writes {
		switch w := w.(type) {
		case PutAccount:
			if !a.exists {
				a.exists = true
				m.ids.Add(id)
			}
			if len(w.Entries) > 0 && a.entries == 0 {
				m.posted.Add(id)
			}
			a.put(&w.Standing, &w.State, w.Entries)
		case Redact:
			a.journal.redact(w.Seq, before)
		default:
			m.applyShared(change.Subject, a.version, w)
		}
	}
}

// applyShared applies what any subject may have. Releases were made before.
func (m *Memory) applyShared(s Subject, version uint64, w Write) {
	switch w := w.(type) {
	case Claim:
		m.claims[w] = s
	case Emit:
		m.lastEvent++
		event := w.Event.Clone()
		event.ID, event.Subject, event.Version = m.lastEvent, s, version
		m.events = append(m.events, event)
	}
}

func (m *Memory) putRecord(id Subject, s *memorySubject, r Record) {
	if s.record == nil {
		if m.records[id.Kind] == nil {
			m.records[id.Kind] = &memory.Keys[string]{}
		}
		m.records[id.Kind].Add(id.ID)
	}
	r = r.Clone()
	r.Subject, r.Head = id, Head{}
	s.record = &r
}

func (m *Memory) append(id Subject, s *memorySubject, e Entry) {
	if len(s.entries) == 0 {
		m.written.Add(id)
	}
	s.head.Entries++
	s.head.Recorded = e.Recorded
	e = e.Clone()
	e.Subject, e.Seq = id, s.head.Entries
	s.entries = append(s.entries, e)
}

func (m *Memory) head(s Subject) Head {
	if s.Kind == KindAccount {
		if a := m.accounts.get(s.ID); a != nil {
			return a.head()
		}
		return Head{}
	}
	if have := m.subjects[s]; have != nil {
		return have.head
	}
	return Head{}
}

// Pending implements [Outbox].
func (m *Memory) Pending(ctx context.Context, limit int) ([]Event, error) {
	if limit < 1 {
		return nil, &Error{Field: "limit", Reason: "is below 1", Err: ErrInvalid}
	}
	return memory.Pending(ctx, &m.mu, &m.events, limit)
}

// Ack implements [Outbox].
func (m *Memory) Ack(ctx context.Context, ids ...uint64) error {
	return memory.Ack(ctx, &m.mu, &m.events, func(e Event) uint64 { return e.ID }, ids)
}

// Prune implements [Pruner].
func (m *Memory) Prune(ctx context.Context, before time.Time) (int, error) {
	if err := ctx.Err(); err != nil {
		return 0, err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.receipts.Keep(func(value []byte) bool {
		recorded := receiptRecorded(value)
		return recorded.IsZero() || !recorded.Before(before)
	}), nil
}
