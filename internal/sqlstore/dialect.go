package sqlstore

import (
	"errors"
	"strconv"

	"github.com/guanxi-go/guanxi/internal/fault"
)

// Dialect is the family of databases that a store speaks to.
type Dialect uint8

// The dialects.
const (
	SQLite     Dialect = iota + 1 // 3.35 or later, for RETURNING
	PostgreSQL                    // 12 or later
)

// String returns sqlite or postgres, the folder of the dialect's migrations, and
// Dialect(n) for another number.
func (d Dialect) String() string {
	switch d {
	case SQLite:
		return "sqlite"
	case PostgreSQL:
		return "postgres"
	}
	return "Dialect(" + strconv.Itoa(int(d)) + ")"
}

// Zh returns the name in Chinese.
func (d Dialect) Zh() string {
	switch d {
	case SQLite:
		return "SQLite 数据库"
	case PostgreSQL:
		return "PostgreSQL 数据库"
	}
	return d.String()
}

// MarshalText writes String; another number is fault.ErrInvalid.
func (d Dialect) MarshalText() ([]byte, error) {
	if !d.Valid() {
		return nil, &Error{Space: "dialect", Reason: "is none of the known ones", Err: fault.ErrInvalid}
	}
	return []byte(d.String()), nil
}

// UnmarshalText reads what MarshalText writes.
func (d *Dialect) UnmarshalText(text []byte) error {
	for _, known := range []Dialect{SQLite, PostgreSQL} {
		if known.String() == string(text) {
			*d = known
			return nil
		}
	}
	return &Error{Space: "dialect", Reason: "is neither sqlite nor postgres", Err: fault.ErrInvalid}
}

// Valid reports whether d is one of the dialects.
func (d Dialect) Valid() bool { return d == SQLite || d == PostgreSQL }

// stretches yields the bounds of stretches of n rows that one INSERT takes. In
// PostgreSQL a text serves any number of rows, and each statement is a round trip. In
// SQLite a text serves one number, and what many rows save is the call.
func (d Dialect) stretches(n int) func(yield func(lo, hi int) bool) {
	if d == SQLite {
		return chunks(n, 64)
	}
	return evenly(n, 512)
}

// orFail stands behind INSERT where the transaction is rolled back if it fails, so
// that SQLite need not keep the pages as they were before the statement.
func (d Dialect) orFail() string {
	if d == SQLite {
		return "OR FAIL "
	}
	return ""
}

// singly is stretches for statements that SQLite runs row by row.
func (d Dialect) singly(n int) func(yield func(lo, hi int) bool) {
	if d == SQLite {
		return evenly(n, 1)
	}
	return evenly(n, 512)
}

// contended reports whether a driver's error says that the database gave this
// transaction up for the sake of another: SQLITE_BUSY and SQLITE_LOCKED with their
// extended codes, serialization_failure and deadlock_detected.
func (d Dialect) contended(err error) bool {
	switch d {
	case PostgreSQL:
		var state interface{ SQLState() string }
		if errors.As(err, &state) {
			return state.SQLState() == "40001" || state.SQLState() == "40P01"
		}
	case SQLite:
		var code interface{ Code() int }
		if errors.As(err, &code) {
			return code.Code()&0xff == 5 || code.Code()&0xff == 6
		}
	}
	return false
}

// duplicate reports whether a driver's error says that a row is there already:
// unique_violation of PostgreSQL, SQLITE_CONSTRAINT with PRIMARYKEY or UNIQUE.
func (d Dialect) duplicate(err error) bool {
	if err == nil {
		return false
	}
	var state interface{ SQLState() string }
	var code interface{ Code() int }
	switch d {
	case PostgreSQL:
		return errors.As(err, &state) && state.SQLState() == "23505"
	case SQLite:
		return errors.As(err, &code) && (code.Code() == 19|6<<8 || code.Code() == 19|8<<8)
	}
	return false
}

// IndexedBy is what stands behind a table's name in a listing that is to use an
// index; "" for none. SQLite, which keeps no statistics unless it is told to, would
// else prefer the primary key; PostgreSQL chooses by itself.
func (d Dialect) IndexedBy(index string) string {
	if d == SQLite && index != "" {
		return " INDEXED BY " + index
	}
	return ""
}
