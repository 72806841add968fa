package loyaltysql

import (
	"context"
	"time"

	"github.com/guanxi-go/guanxi/internal/sqlstore"
	"github.com/guanxi-go/guanxi/loyalty"
)

// Holder implements [loyalty.Store].
func (s *Store) Holder(ctx context.Context, space, key string) (loyalty.Subject, error) {
	if err := askable(space, key); err != nil {
		return loyalty.Subject{}, err
	}
	holder, err := s.sql.Holder(ctx, sqlstore.Claim{Space: space, Key: key})
	return subjectOf(holder), worded(err)
}

// Receipt implements [loyalty.Store].
func (s *Store) Receipt(ctx context.Context, scope, key string) (loyalty.Receipt, error) {
	if err := askable(scope, key); err != nil {
		return loyalty.Receipt{}, err
	}
	found, err := s.sql.Receipt(ctx, scope, key)
	if err != nil {
		return loyalty.Receipt{}, worded(err)
	}
	r := loyalty.Receipt{Data: found.Data, Recorded: sqlstore.Instant(found.Recorded)}
	copy(r.Fingerprint[:], found.Fingerprint)
	return r, nil
}

// Pending implements [loyalty.Outbox].
func (s *Store) Pending(ctx context.Context, limit int) ([]loyalty.Event, error) {
	if limit < 1 {
		return nil, &loyalty.Error{Field: "limit", Reason: "is below 1", Err: loyalty.ErrInvalid}
	}
	pending, err := s.sql.Pending(ctx, limit)
	if err != nil {
		return nil, worded(err)
	}
	events := make([]loyalty.Event, len(pending))
	for i, p := range pending {
		events[i] = loyalty.Event{ID: uint64(p.ID), Subject: subjectOf(p.Subject), Version: uint64(p.Version),
			Kind: p.Kind, At: time.UnixMicro(p.At).UTC(), Data: sqlstore.Document(p.Data)}
	}
	return events, nil
}

// Ack implements [loyalty.Outbox].
func (s *Store) Ack(ctx context.Context, ids ...uint64) error { return worded(s.sql.Ack(ctx, ids)) }
