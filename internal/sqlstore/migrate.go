package sqlstore

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"hash/fnv"
	"io/fs"
	"path"
	"strings"
	"time"

	"github.com/guanxi-go/guanxi/internal/clock"
	"github.com/guanxi-go/guanxi/internal/fault"
)

// Migrations returns the scripts of the dialect in order: the first makes version 1
// of the schema, each further one the next version out of the last. A script that
// was released is never changed.
func (s *Store) Migrations() ([]string, error) {
	names, err := fs.Glob(s.domain.Schema, path.Join(s.dialect.String(), "*.sql")) // sorted
	if err != nil {
		return nil, err
	}
	scripts := make([]string, len(names))
	for i, name := range names {
		if want := fmt.Sprintf("%s/%04d.sql", s.dialect, i+1); name != want {
			return nil, fmt.Errorf("%s: migration %s stands where %s is due", s.domain.Name, name, want)
		}
		text, err := fs.ReadFile(s.domain.Schema, name)
		if err != nil {
			return nil, err
		}
		scripts[i] = string(text)
	}
	return scripts, nil
}

// Migrate brings the schema to the version of this program, in one transaction.
// Where several processes start at once, one does it and the others wait. A schema
// that is newer than the program is fault.ErrVersion, and is left as it is.
func (s *Store) Migrate(ctx context.Context) error {
	if s.tx != nil {
		return &Error{Reason: "migrations take a transaction of their own", Err: fault.ErrUnsupported}
	}
	scripts, err := s.Migrations()
	if err != nil {
		return err
	}
	for range patience {
		if err = s.migrate(ctx, scripts); !errors.Is(err, fault.ErrConflict) {
			return err
		}
		if err := clock.Wait(ctx, pause); err != nil {
			return err
		}
	}
	return err
}

// Several processes that open a new SQLite file at once refuse each other at times
// without waiting for the busy_timeout: so where one switches to the write-ahead log.
const (
	patience = 40
	pause    = 25 * time.Millisecond
)

func (s *Store) migrate(ctx context.Context, scripts []string) error {
	if s.dialect == SQLite {
		// Before the transaction, whose first statement has to be one that writes:
		// this one only reads where the table is there.
		if _, err := s.db.ExecContext(ctx, s.text(versionTable)); err != nil {
			return s.fail(ctx, err)
		}
	}
	return s.inTx(ctx, func(tx *sql.Tx) error {
		if err := s.lockSchema(ctx, tx); err != nil {
			return err
		}
		version, err := s.version(ctx, tx)
		if err != nil {
			return err
		}
		if version > len(scripts) {
			return s.newer(version, len(scripts))
		}
		for i := version; i < len(scripts); i++ {
			if err := run(ctx, tx, scripts[i]); err != nil {
				return fmt.Errorf("migration %d: %w", i+1, err)
			}
			if _, err := tx.ExecContext(ctx, s.text("INSERT INTO {schema} (version) VALUES ($1)"), i+1); err != nil {
				return err
			}
		}
		return nil
	})
}

// Check returns nil where the schema has the version of this program, and
// fault.ErrVersion where it is older, newer or missing.
func (s *Store) Check(ctx context.Context) error {
	scripts, err := s.Migrations()
	if err != nil {
		return err
	}
	version, err := s.version(ctx, s.tx)
	switch {
	case ctx.Err() != nil:
		return s.fail(ctx, err)
	case err != nil:
		return &Error{Reason: "there is no schema: migrate first", Err: errors.Join(fault.ErrVersion, err)}
	case version > len(scripts):
		return s.newer(version, len(scripts))
	case version < len(scripts):
		return &Error{Reason: fmt.Sprintf("the schema has version %d, this program %d: migrate first", version, len(scripts)), Err: fault.ErrVersion}
	}
	return nil
}

func (s *Store) newer(version, known int) error {
	return &Error{Reason: fmt.Sprintf("the schema has version %d, and this program knows %d: it is too old", version, known), Err: fault.ErrVersion}
}

const versionTable = "CREATE TABLE IF NOT EXISTS {schema} (version BIGINT NOT NULL PRIMARY KEY)"

// lockSchema makes every other migration of the domain wait for the transaction.
func (s *Store) lockSchema(ctx context.Context, tx *sql.Tx) error {
	if s.dialect == SQLite {
		_, err := tx.ExecContext(ctx, s.text("DELETE FROM {schema} WHERE version < 1"))
		return err
	}
	name := fnv.New64a()
	name.Write([]byte("github.com/guanxi-go/guanxi/" + s.domain.Name))
	if _, err := tx.ExecContext(ctx, "SELECT pg_advisory_xact_lock($1)", int64(name.Sum64())); err != nil {
		return err
	}
	_, err := tx.ExecContext(ctx, s.text(versionTable))
	return err
}

// version returns the version of the schema, 0 for none.
func (s *Store) version(ctx context.Context, tx *sql.Tx) (version int, err error) {
	text := s.text("SELECT COALESCE(MAX(version), 0) FROM {schema}")
	if tx != nil {
		return version, tx.QueryRowContext(ctx, text).Scan(&version)
	}
	return version, s.db.QueryRowContext(ctx, text).Scan(&version)
}

// run executes the statements of a script one by one: not every driver takes
// several at once.
func run(ctx context.Context, tx *sql.Tx, script string) error {
	for _, statement := range Statements(script) {
		if _, err := tx.ExecContext(ctx, statement); err != nil {
			return err
		}
	}
	return nil
}

// Statements returns the statements of a script. Each ends with a semicolon at the
// end of a line, behind which no indented line follows: those of a trigger are
// indented, its END included.
func Statements(script string) (all []string) {
	var next strings.Builder
	lines := strings.SplitAfter(script, "\n")
	for i, line := range lines {
		next.WriteString(line)
		ends := strings.HasSuffix(line, ";\n") && (i+1 == len(lines) || !strings.HasPrefix(lines[i+1], " "))
		if ends || i+1 == len(lines) {
			if strings.TrimSpace(next.String()) != "" {
				all = append(all, next.String())
			}
			next.Reset()
		}
	}
	return all
}
