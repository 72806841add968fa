package sqlstore

import (
	"context"
	"database/sql"
	"math"
)

// Pending is an event that waits in the outbox.
type Pending struct {
	ID      int64
	Subject Subject
	Version int64
	Kind    string
	At      int64
	Data    sql.NullString
}

// Pending returns the n oldest events. Nothing remembers how far a reader came, so
// that an event with a lower number that is committed later is found all the same.
func (s *Store) Pending(ctx context.Context, n int) ([]Pending, error) {
	return Read(ctx, s, s.text("SELECT event, kind, id, version, event_kind, at, data FROM {outbox} WHERE tenant = $1 ORDER BY event LIMIT $2"),
		[]any{s.tenant, n}, n, func(rows *sql.Rows) (p Pending, err error) {
			return p, rows.Scan(&p.ID, &p.Subject.Kind, &p.Subject.ID, &p.Version, &p.Kind, &p.At, &p.Data)
		})
}

// Ack removes events from the outbox.
func (s *Store) Ack(ctx context.Context, ids []uint64) error {
	args := make([]any, 0, len(ids))
	for _, id := range ids {
		if id <= math.MaxInt64 {
			args = append(args, int64(id))
		}
	}
	return s.inTx(ctx, func(tx *sql.Tx) error {
		for lo, hi := range chunks(len(args), 64) {
			_, err := s.exec(ctx, tx, s.text("DELETE FROM {outbox} WHERE tenant = $1 AND event IN "+"("+placeholders("?", hi-lo, 1)+")"),
				append([]any{s.tenant}, args[lo:hi]...)...)
			if err != nil {
				return err
			}
		}
		return nil
	})
}
