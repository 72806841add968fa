package crm

import (
	"context"
	"slices"
	"sync"
	"time"

	"github.com/guanxi-go/guanxi/internal/memory"
)

// Memory is a [Store], [Outbox] and [Pruner] in memory: for tests, examples and
// small tools. The zero value is an empty store. It must not be copied after first
// use.
type Memory struct {
	mu        sync.RWMutex
	subjects  map[Subject]*memorySubject
	customers memory.Keys[string]
	records   map[Kind]*memory.Keys[string]
	written   memory.Keys[Subject] // subjects that have entries
	owned     map[string]map[string]bool
	claims    map[Claim]Subject
	receipts  map[receiptKey]Receipt
	events    []Event
	lastEvent uint64
}

type receiptKey struct{ scope, key string }

type memorySubject struct {
	head     Head
	customer *Customer // profile and standing; nil where neither was written
	profiled bool      // a profile was written: the customer exists
	record   *Record
	entries  []Entry
}

// Commit implements [Store].
func (m *Memory) Commit(ctx context.Context, c Commit) error {
	if err := c.Validate(); err != nil {
		return err
	}
	for _, change := range c.Changes {
		for _, w := range change.Writes {
			if !memoryKnows(w) {
				return Unsupported(change.Subject, w)
			}
		}
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if err := m.admit(c); err != nil {
		return err
	}
	m.make()
	if c.Key != "" {
		m.receipts[receiptKey{c.Scope, c.Key}] = Receipt{c.Fingerprint, slices.Clone(c.Receipt), c.Recorded}
	}
	m.release(c)
	for _, change := range c.Changes {
		m.apply(change)
	}
	return nil
}

func memoryKnows(w Write) bool {
	switch w.(type) {
	case PutProfile, PutStanding, PutRecord, Append, Claim, Release, Redact, Emit:
		return true
	}
	return false
}

// make gives the zero value its maps.
func (m *Memory) make() {
	if m.subjects == nil {
		m.subjects, m.records = map[Subject]*memorySubject{}, map[Kind]*memory.Keys[string]{}
		m.owned = map[string]map[string]bool{}
		m.claims, m.receipts = map[Claim]Subject{}, map[receiptKey]Receipt{}
	}
}

// admit says whether c can be applied, and changes nothing.
func (m *Memory) admit(c Commit) error {
	if _, done := m.receipts[receiptKey{c.Scope, c.Key}]; done && c.Key != "" {
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
	released := map[Claim]Subject{}
	for s, w := range writesOf[Release](c) {
		if m.claims[Claim(w)] == s {
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

func (m *Memory) release(c Commit) {
	for s, w := range writesOf[Release](c) {
		if m.claims[Claim(w)] == s {
			delete(m.claims, Claim(w))
		}
	}
}

// writesOf yields the writes of one type with their subjects, in order.
func writesOf[W Write](c Commit) func(yield func(Subject, W) bool) {
	return func(yield func(Subject, W) bool) {
		for _, change := range c.Changes {
			for _, w := range change.Writes {
				if w, ok := w.(W); ok && !yield(change.Subject, w) {
					return
				}
			}
		}
	}
}

func (m *Memory) apply(change Change) {
	s := m.subjects[change.Subject]
	if s == nil {
		s = &memorySubject{}
		m.subjects[change.Subject] = s
	}
	s.head.Version++
	before := s.head.Entries
	for _, w := range change.Writes {
		switch w := w.(type) {
		case PutProfile:
			m.putProfile(change.Subject, s, w)
		case PutStanding:
			m.putStanding(change.Subject, s, w.Standing)
		case PutRecord:
			m.putRecord(change.Subject, s, w.Record)
		case Append:
			m.append(change.Subject, s, w.Entry)
		case Redact:
			s.redact(w.Seq, before)
		case Claim:
			m.claims[w] = change.Subject
		case Emit:
			m.lastEvent++
			event := w.Event.Clone()
			event.ID, event.Subject, event.Version = m.lastEvent, change.Subject, s.head.Version
			m.events = append(m.events, event)
		}
	}
}

func (m *Memory) putProfile(id Subject, s *memorySubject, w PutProfile) {
	if s.customer == nil {
		s.customer = &Customer{ID: id.ID}
	}
	if !s.profiled {
		s.profiled = true
		m.customers.Add(id.ID)
	}
	s.customer.Profile = w.Profile.Clone()
}

func (m *Memory) putStanding(id Subject, s *memorySubject, standing Standing) {
	if s.customer == nil {
		s.customer = &Customer{ID: id.ID}
	}
	owner := standing.Holding.Owner
	if before := s.customer.Standing.Holding.Owner; before != owner {
		delete(m.owned[before], id.ID)
	}
	if owner != "" {
		if m.owned[owner] == nil {
			m.owned[owner] = map[string]bool{}
		}
		m.owned[owner][id.ID] = true
	}
	s.customer.Standing = standing.Clone()
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

func (s *memorySubject) redact(seq, before uint64) {
	for i := range s.entries {
		if e := &s.entries[i]; e.Seq == seq || seq == 0 && e.Seq <= before {
			*e = e.Redacted()
		}
	}
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
