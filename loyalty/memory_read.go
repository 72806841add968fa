package loyalty

import (
	"bytes"
	"context"
	"iter"
	"slices"
	"strings"

	"github.com/guanxi-go/guanxi/internal/memory"
	"github.com/guanxi-go/guanxi/loyalty/points"
)

// Account implements [Store].
func (m *Memory) Account(ctx context.Context, id string) (Account, error) {
	if err := ctx.Err(); err != nil {
		return Account{}, err
	}
	m.mu.RLock()
	defer m.mu.RUnlock()
	a := m.accounts.get(id)
	if a == nil || !a.exists {
		return Account{}, &Error{Subject: Subject{KindAccount, id}, Err: ErrNotFound}
	}
	copied := Account{ID: id}
	a.copyTo(&copied)
	return copied, nil
}

// Accounts implements [Store].
func (m *Memory) Accounts(ctx context.Context, filter AccountFilter) iter.Seq2[Account, error] {
	wanted := filter.IDs
	filter.IDs = nil // those that are listed need not be looked for again
	ids := func() []string {
		if wanted != nil {
			return slices.Compact(slices.Sorted(slices.Values(wanted)))
		}
		m.mu.Lock()
		defer m.mu.Unlock()
		return m.ids.Behind(filter.After, strings.Compare)
	}
	row := func(id string) (Account, bool) {
		// A copy is made only of what the filter lets through.
		a := m.accounts.get(id)
		if a == nil || !a.exists || !filter.Match(Account{ID: id, Standing: a.standing()}) {
			return Account{}, false
		}
		copied := Account{ID: id}
		a.copyTo(&copied)
		return copied, true
	}
	return memory.Listing(ctx, &m.mu, filter.Limit, ids, row, func(Account) bool { return true })
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

// Postings implements [Store].
func (m *Memory) Postings(ctx context.Context, filter PostingFilter) iter.Seq2[Posting, error] {
	return func(yield func(Posting, error) bool) {
		if err := ctx.Err(); err != nil {
			yield(Posting{}, err)
			return
		}
		n := 0
		for _, id := range m.postedTo(filter) {
			seq := uint64(0)
			if id == filter.After.Account {
				seq = filter.After.Seq
			}
			for e := range m.journalOf(id, seq) {
				p := Posting{id, e}
				if !filter.Match(p) {
					continue
				}
				if err := ctx.Err(); err != nil {
					yield(Posting{}, err)
					return
				}
				if !yield(p, nil) {
					return
				}
				if n++; n == filter.Limit {
					return
				}
			}
		}
	}
}

// postedTo lists the accounts whose postings the filter may let through.
func (m *Memory) postedTo(filter PostingFilter) []string {
	if filter.Account != "" {
		if filter.Account < filter.After.Account {
			return nil
		}
		return []string{filter.Account}
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	ids := m.posted.Behind("", strings.Compare)
	first, _ := slices.BinarySearch(ids, filter.After.Account)
	return ids[first:]
}

// journalOf yields the entries that an account has now behind number seq, without a
// lock. It looks again from time to time for what was redacted meanwhile.
func (m *Memory) journalOf(id string, seq uint64) iter.Seq[points.Entry] {
	const page = 256
	return func(yield func(points.Entry) bool) {
		var last uint64
		var read memoryJournal
		var at memoryPlace
		for first := true; first || seq < last; first = false {
			m.mu.RLock()
			a := m.accounts.get(id)
			if a == nil {
				m.mu.RUnlock()
				return
			}
			journal, entries := a.journal, a.entries
			m.mu.RUnlock()
			if first {
				last = entries
			}
			if first || read.edition != journal.edition {
				at = journal.behind(seq)
			}
			read = journal
			for n := 0; n < page && seq < last; n++ {
				e, behind, ok := read.next(at)
				if !ok || !yield(e) {
					return
				}
				seq, at = e.Seq, behind
			}
		}
	}
}

// Entries implements [Store].
func (m *Memory) Entries(ctx context.Context, filter EntryFilter) iter.Seq2[Entry, error] {
	if filter.Subject == (Subject{}) && filter.Of == "" && filter.Member == "" {
		return memory.Failing[Entry](&Error{Field: "filter", Reason: "needs a subject, a kind or a member", Err: ErrInvalid})
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
	value, ok := m.receipts.Get(receiptKey(scope, key))
	if !ok {
		return Receipt{}, &Error{Field: "key", Reason: "was never committed", Err: ErrNotFound}
	}
	r := readReceipt(value)
	r.Data = bytes.Clone(r.Data)
	return r, nil
}
