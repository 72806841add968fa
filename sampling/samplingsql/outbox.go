package samplingsql

import (
	"context"
	"time"

	"github.com/guanxi-go/guanxi/internal/sqlstore"
	"github.com/guanxi-go/guanxi/sampling"
)

// Receipt implements [sampling.Store].
func (s *Store) Receipt(ctx context.Context, scope, key string) (sampling.Receipt, error) {
	if err := askable(scope, key); err != nil {
		return sampling.Receipt{}, err
	}
	found, err := s.sql.Receipt(ctx, scope, key)
	if err != nil {
		return sampling.Receipt{}, worded(err)
	}
	r := sampling.Receipt{Data: found.Data, Recorded: sqlstore.Instant(found.Recorded)}
	copy(r.Fingerprint[:], found.Fingerprint)
	return r, nil
}

// Pending implements [sampling.Outbox].
func (s *Store) Pending(ctx context.Context, limit int) ([]sampling.Event, error) {
	if limit < 1 {
		return nil, &sampling.Error{Field: "limit", Reason: "is below 1", Err: sampling.ErrInvalid}
	}
	pending, err := s.sql.Pending(ctx, limit)
	if err != nil {
		return nil, worded(err)
	}
	events := make([]sampling.Event, len(pending))
	for i, p := range pending {
		events[i] = sampling.Event{ID: uint64(p.ID), Subject: subjectOf(p.Subject), Version: uint64(p.Version),
			Kind: p.Kind, At: time.UnixMicro(p.At).UTC(), Data: sqlstore.Document(p.Data)}
	}
	return events, nil
}

// Ack implements [sampling.Outbox].
func (s *Store) Ack(ctx context.Context, ids ...uint64) error { return worded(s.sql.Ack(ctx, ids)) }
