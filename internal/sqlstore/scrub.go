package sqlstore

import (
	"context"
	"database/sql"

	"github.com/guanxi-go/guanxi/internal/fault"
)

// Scrub removes what deleted and replaced rows left in the files of the database,
// as far as SQL reaches:
//
//   - SQLite: VACUUM writes the database anew without free pages, and the log is
//     emptied into it and truncated before and after. It needs a moment without
//     other readers and writers, else fault.ErrConflict, and room for a second copy.
//   - PostgreSQL: VACUUM of the domain's tables. Dead rows are gone for every
//     statement unless a transaction that still runs could see them; their bytes
//     stay in the pages until new rows take the room.
func (s *Store) Scrub(ctx context.Context) error {
	if s.tx != nil {
		return &Error{Reason: "a transaction cannot be scrubbed from inside", Err: fault.ErrUnsupported}
	}
	if s.dialect == PostgreSQL {
		for _, table := range s.domain.Tables {
			if _, err := s.db.ExecContext(ctx, "VACUUM "+s.table(table)); err != nil {
				return s.fail(ctx, err)
			}
		}
		return nil
	}
	conn, err := s.db.Conn(ctx) // one connection: each has its own lock on the log
	if err != nil {
		return s.fail(ctx, err)
	}
	defer conn.Close()
	if err := s.truncateLog(ctx, conn); err != nil {
		return err
	}
	if _, err := conn.ExecContext(ctx, "VACUUM"); err != nil {
		return s.fail(ctx, err)
	}
	return s.truncateLog(ctx, conn)
}

// truncateLog moves the whole write-ahead log into the database file.
func (s *Store) truncateLog(ctx context.Context, conn *sql.Conn) error {
	var busy, pages, moved int
	if err := conn.QueryRowContext(ctx, "PRAGMA wal_checkpoint(TRUNCATE)").Scan(&busy, &pages, &moved); err != nil {
		return s.fail(ctx, err)
	}
	if busy != 0 {
		return &Error{Reason: "somebody reads or writes the log: scrub again later", Err: fault.ErrConflict}
	}
	return nil
}
