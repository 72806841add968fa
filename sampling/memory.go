package sampling

import (
	"context"
	"slices"
	"sync"
	"time"

	"github.com/guanxi-go/guanxi/internal/memory"
)

// Memory is a [Store], [Outbox] and [Pruner] in memory: for tests, examples and small
// tools. The zero value is an empty store. It must not be copied after first use.
type Memory struct {
	mu        sync.RWMutex
	subjects  map[Subject]*memorySubject
	records   map[Kind]*memory.Keys[string]
	written   memory.Keys[Subject] // subjects that have entries
	receipts  map[memoryKey]Receipt
	events    []Event
	lastEvent uint64
}

type memorySubject struct {
	head    Head
	record  *Record
	entries []Entry
}

type memoryKey struct{ scope, key string }

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
	if err := m.admit(c); err != nil {
		return err
	}
	if m.subjects == nil {
		m.subjects = map[Subject]*memorySubject{}
		m.records = map[Kind]*memory.Keys[string]{}
		m.receipts = map[memoryKey]Receipt{}
	}
	if c.Key != "" {
		m.receipts[memoryKey{c.Scope, c.Key}] = Receipt{c.Fingerprint, slices.Clone(c.Receipt), c.Recorded}
	}
	for _, change := range c.Changes {
		m.apply(change)
	}
	return nil
}

// admissible reports what is refused before anything is read.
func admissible(c Commit) error {
	if err := c.Validate(); err != nil {
		return err
	}
	for _, change := range c.Changes {
		for _, w := range change.Writes {
			switch w.(type) {
			case PutRecord, Append, Redact, Emit:
			default:
				return Unsupported(change.Subject, w)
			}
		}
	}
	return nil
}

// admit says whether c can be applied, and changes nothing.
func (m *Memory) admit(c Commit) error {
	if _, done := m.receipts[memoryKey{c.Scope, c.Key}]; done {
		return &Error{Field: "key", Reason: "was committed before", Err: ErrDuplicate}
	}
	for _, e := range c.Require {
		if m.head(e.Subject).Version != e.Version {
			return &Error{Subject: e.Subject, Reason: "moved", Err: ErrConflict}
		}
	}
	for _, change := range c.Changes {
		if m.head(change.Subject).Version != change.Expect {
			return &Error{Subject: change.Subject, Reason: "moved", Err: ErrConflict}
		}
	}
	return nil
}

func (m *Memory) apply(change Change) {
	s := change.Subject
	have := m.subjects[s]
	if have == nil {
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
		case Emit:
			m.lastEvent++
			event := w.Event.Clone()
			event.ID, event.Subject, event.Version = m.lastEvent, s, have.head.Version
			m.events = append(m.events, event)
		}
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
	return memory.Prune(ctx, &m.mu, m.receipts, func(r Receipt) time.Time { return r.Recorded }, before)
}
