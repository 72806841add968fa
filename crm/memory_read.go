package crm

import (
	"context"
	"iter"
	"maps"
	"slices"
	"strings"
)

// memoryPage is how many rows a listing of [Memory] copies under one lock.
const memoryPage = 256

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
		return m.customers.behind(filter.After, strings.Compare)
	}
	return listing(ctx, m, filter.Limit, ids, m.customer, filter.Match)
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
		return failing[Record](&Error{Field: "kind", Reason: "is required", Err: ErrInvalid})
	}
	ids := func() []string {
		m.mu.Lock()
		defer m.mu.Unlock()
		if keys := m.records[filter.Kind]; keys != nil {
			return keys.behind(filter.After, strings.Compare)
		}
		return nil
	}
	row := func(id string) (Record, bool) { return m.record(Subject{filter.Kind, id}) }
	return listing(ctx, m, filter.Limit, ids, row, filter.Match)
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
		return failing[Entry](&Error{Field: "filter", Reason: "needs a subject, a contact or a journal", Err: ErrInvalid})
	}
	positions := func() (all []Position) {
		m.mu.Lock()
		defer m.mu.Unlock()
		subjects := []Subject{filter.Subject}
		if filter.Subject == (Subject{}) {
			subjects = m.written.behind(Subject{}, Subject.Compare)
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
	return listing(ctx, m, filter.Limit, positions, row, filter.Match)
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

// listing yields the rows behind the keys that were there when it began, page by
// page, and holds no lock while the loop body runs.
func listing[K, T any](ctx context.Context, m *Memory, limit int, keys func() []K,
	row func(K) (T, bool), match func(T) bool) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		var none T
		if err := ctx.Err(); err != nil {
			yield(none, err)
			return
		}
		left := keys()
		page := make([]T, 0, min(len(left), memoryPage))
		for n := 0; len(left) > 0; {
			page = page[:0]
			m.mu.RLock()
			for len(left) > 0 && len(page) < memoryPage {
				if r, ok := row(left[0]); ok && match(r) {
					page = append(page, r)
				}
				left = left[1:]
			}
			m.mu.RUnlock()
			for _, r := range page {
				if err := ctx.Err(); err != nil {
					yield(none, err)
					return
				}
				if !yield(r, nil) {
					return
				}
				if n++; n == limit {
					return
				}
			}
		}
	}
}

func failing[T any](err error) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		var none T
		yield(none, err)
	}
}

// sortedKeys is a set that is added to and listed in order. Keys are distinct: the
// caller adds each once. It sorts when it is listed, so that many additions in a
// row cost what one sort costs.
type sortedKeys[K any] struct {
	keys   []K
	sorted int // so many at the front are in order
}

func (s *sortedKeys[K]) add(k K) { s.keys = append(s.keys, k) }

// behind returns a copy of the keys that come after k.
func (s *sortedKeys[K]) behind(k K, compare func(a, b K) int) []K {
	if s.sorted < len(s.keys) {
		slices.SortFunc(s.keys, compare)
		s.sorted = len(s.keys)
	}
	at, found := slices.BinarySearchFunc(s.keys, k, compare)
	if found {
		at++
	}
	return slices.Clone(s.keys[at:])
}
