package crm

import (
	"context"
	"iter"
	"maps"
	"slices"
	"strings"

	"github.com/guanxi-go/guanxi/internal/memory"
)

// Customer implements [Store].
func (m *Memory) Customer(ctx context.Context, id string) (Customer, error) {
	if err := ctx.Err(); err != nil {
		return Customer{}, err
	}
	m.mu.RLock()
	defer m.mu.RUnlock()
	c, ok := m.customer(id)
	if !ok {
		return Customer{}, &Error{Subject: Subject{KindCustomer, id}, Err: ErrNotFound}
	}
	return c, nil
}

// customer returns a copy. The caller holds the lock.
func (m *Memory) customer(id string) (Customer, bool) {
	s := m.subjects[Subject{KindCustomer, id}]
	if s == nil || !s.profiled {
		return Customer{}, false
	}
	c := s.customer.Clone()
	c.Head = s.head
	return c, true
}

// Customers implements [Store].
func (m *Memory) Customers(ctx context.Context, filter CustomerFilter) iter.Seq2[Customer, error] {
	ids := func() []string {
		if filter.Owner != "" {
			m.mu.RLock()
			defer m.mu.RUnlock()
			return slices.Sorted(maps.Keys(m.owned[filter.Owner]))
		}
		m.mu.Lock()
		defer m.mu.Unlock()
		return m.customers.Behind(filter.After, strings.Compare)
	}
	return memory.Listing(ctx, &m.mu, filter.Limit, ids, m.customer, filter.Match)
}

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
	if filter.Subject == (Subject{}) && filter.Contact == "" && filter.Journal == "" {
		return memory.Failing[Entry](&Error{Field: "filter", Reason: "needs a subject, a contact or a journal", Err: ErrInvalid})
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
				for _, e := range have.entries {
					if filter.Match(e) {
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

// Holder implements [Store].
func (m *Memory) Holder(ctx context.Context, space, key string) (Subject, error) {
	if err := ctx.Err(); err != nil {
		return Subject{}, err
	}
	m.mu.RLock()
	defer m.mu.RUnlock()
	s, held := m.claims[Claim{space, key}]
	if !held {
		return Subject{}, &Error{Field: "claim", Reason: "is held by nobody", Err: ErrNotFound}
	}
	return s, nil
}

// Receipt implements [Store].
func (m *Memory) Receipt(ctx context.Context, scope, key string) (Receipt, error) {
	if err := ctx.Err(); err != nil {
		return Receipt{}, err
	}
	m.mu.RLock()
	defer m.mu.RUnlock()
	r, ok := m.receipts[receiptKey{scope, key}]
	if !ok {
		return Receipt{}, &Error{Field: "key", Reason: "was never committed", Err: ErrNotFound}
	}
	return r.Clone(), nil
}
