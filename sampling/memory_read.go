package sampling

import (
	"context"
	"iter"
	"strings"

	"github.com/guanxi-go/guanxi/internal/memory"
)

// Record implements [Store].
func (m *Memory) Record(ctx context.Context, s Subject) (Record, error) {
	if err := ctx.Err(); err != nil {
		return Record{}, err
	}
	m.mu.RLock()
	defer m.mu.RUnlock()
	r, ok := m.record(s)
	if !ok {
		return Record{}, &Error{Subject: s, Err: ErrNotFound}
	}
	return r, nil
}

// record returns a copy. The caller holds the lock.
func (m *Memory) record(id Subject) (Record, bool) {
	s := m.subjects[id]
	if s == nil || s.record == nil {
		return Record{}, false
	}
	r := s.record.Clone()
	r.Head = s.head
	return r, true
}

// Records implements [Store].
func (m *Memory) Records(ctx context.Context, filter RecordFilter) iter.Seq2[Record, error] {
	if filter.Kind == "" {
		return memory.Failing[Record](&Error{Field: "kind", Reason: "is required", Err: ErrInvalid})
	}
	ids := func() []string {
		m.mu.Lock()
		defer m.mu.Unlock()
		if keys := m.records[filter.Kind]; keys != nil {
			return keys.Behind(filter.After, strings.Compare)
		}
		return nil
	}
	row := func(id string) (Record, bool) { return m.record(Subject{filter.Kind, id}) }
	return memory.Listing(ctx, &m.mu, filter.Limit, ids, row, filter.Match)
}

// Head implements [Store].
func (m *Memory) Head(ctx context.Context, s Subject) (Head, error) {
	if err := ctx.Err(); err != nil {
		return Head{}, err
	}
	m.mu.RLock()
	defer m.mu.RUnlock()
	return m.head(s), nil
}

// Entries implements [Store].
func (m *Memory) Entries(ctx context.Context, filter EntryFilter) iter.Seq2[Entry, error] {
	if filter.Subject == (Subject{}) && filter.Of == "" && filter.Person == "" {
		return memory.Failing[Entry](&Error{Field: "filter", Reason: "needs a subject, a kind or a person", Err: ErrInvalid})
	}
	positions := func() (all []Position) {
		m.mu.Lock()
		defer m.mu.Unlock()
		subjects := []Subject{filter.Subject}
		if filter.Subject == (Subject{}) {
			subjects = m.written.Behind(Subject{}, Subject.Compare)
		}
		for _, s := range subjects {
			if have := m.subjects[s]; have != nil {
				behind := uint64(0)
				if filter.After.Subject == s {
					behind = min(filter.After.Seq, have.head.Entries)
				}
				for i := range have.entries[behind:] {
					e := &have.entries[behind+uint64(i)]
					if (filter.Person == "" || e.Person == filter.Person) && filter.Match(*e) {
						all = append(all, e.Position())
					}
				}
			}
		}
		return all
	}
	row := func(p Position) (Entry, bool) { return m.subjects[p.Subject].entries[p.Seq-1].Clone(), true }
	return memory.Listing(ctx, &m.mu, filter.Limit, positions, row, filter.Match)
}

// Receipt implements [Store].
func (m *Memory) Receipt(ctx context.Context, scope, key string) (Receipt, error) {
	if err := ctx.Err(); err != nil {
		return Receipt{}, err
	}
	m.mu.RLock()
	defer m.mu.RUnlock()
	r, ok := m.receipts[memoryKey{scope, key}]
	if !ok {
		return Receipt{}, &Error{Field: "key", Reason: "was never committed", Err: ErrNotFound}
	}
	return r.Clone(), nil
}
