package hosttables

import (
	"context"
	"math"
	"time"

	"github.com/guanxi-go/guanxi/crm"
)

// Pending implements [crm.Outbox], in the order of the commits.
func (s *Store) Pending(ctx context.Context, limit int) ([]crm.Event, error) {
	if limit < 1 {
		return nil, &crm.Error{Field: "limit", Reason: "is below 1", Err: crm.ErrInvalid}
	}
	var events []crm.Event
	t := s.view(ctx)
	t.all("SELECT id, body FROM guanxi_events ORDER BY id LIMIT $1", []any{limit}, func(scan scanner) {
		var id uint64
		var body string
		var e crm.Event
		scan(&id, &body)
		t.decode(body, &e)
		e.ID = id
		events = append(events, e)
	})
	return found(t, events, true, crm.Error{})
}

// Ack implements [crm.Outbox].
func (s *Store) Ack(ctx context.Context, ids ...uint64) error {
	return s.update(ctx, func(t *step) {
		for _, id := range ids {
			if id <= math.MaxInt64 { // no event is above what SQLite counts to
				t.exec("DELETE FROM guanxi_events WHERE id = $1", id)
			}
		}
	})
}

// Prune implements [crm.Pruner].
func (s *Store) Prune(ctx context.Context, before time.Time) (pruned int, err error) {
	bound := micros(before.Add(time.Microsecond - 1)) // the first microsecond that is not before
	err = s.update(ctx, func(t *step) {
		pruned = t.exec("DELETE FROM guanxi_receipts WHERE recorded < $1", bound)
	})
	if err != nil {
		return 0, err
	}
	return pruned, nil
}
