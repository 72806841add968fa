package crmsql

import (
	"context"
	"time"

	"github.com/guanxi-go/guanxi/crm"
	"github.com/guanxi-go/guanxi/crm/money"
	"github.com/guanxi-go/guanxi/internal/sqlstore"
)

// Holder implements [crm.Store].
func (s *Store) Holder(ctx context.Context, space, key string) (crm.Subject, error) {
	if err := askable(space, key); err != nil {
		return crm.Subject{}, err
	}
	holder, err := s.sql.Holder(ctx, sqlstore.Claim{Space: space, Key: key})
	return subjectOf(holder), worded(err)
}

// Receipt implements [crm.Store].
func (s *Store) Receipt(ctx context.Context, scope, key string) (crm.Receipt, error) {
	if err := askable(scope, key); err != nil {
		return crm.Receipt{}, err
	}
	found, err := s.sql.Receipt(ctx, scope, key)
	if err != nil {
		return crm.Receipt{}, worded(err)
	}
	r := crm.Receipt{Data: found.Data, Recorded: sqlstore.Instant(found.Recorded)}
	copy(r.Fingerprint[:], found.Fingerprint)
	return r, nil
}

// Pending implements [crm.Outbox].
func (s *Store) Pending(ctx context.Context, limit int) ([]crm.Event, error) {
	if limit < 1 {
		return nil, &crm.Error{Field: "limit", Reason: "is below 1", Err: crm.ErrInvalid}
	}
	pending, err := s.sql.Pending(ctx, limit)
	if err != nil {
		return nil, worded(err)
	}
	events := make([]crm.Event, len(pending))
	for i, p := range pending {
		events[i] = crm.Event{ID: uint64(p.ID), Subject: subjectOf(p.Subject), Version: uint64(p.Version),
			Kind: p.Kind, At: time.UnixMicro(p.At).UTC(), Data: sqlstore.Document(p.Data)}
	}
	return events, nil
}

// Ack implements [crm.Outbox].
func (s *Store) Ack(ctx context.Context, ids ...uint64) error { return worded(s.sql.Ack(ctx, ids)) }

// currencyText is the code of a currency, "" for none.
func currencyText(c money.Currency) string {
	if c == 0 {
		return ""
	}
	return c.String()
}
