package sqlstore

import "errors"

// Dialect is the family of databases that a store speaks to.
type Dialect uint8

// The dialects.
const (
	SQLite     Dialect = iota + 1 // 3.35 or later, for RETURNING
	PostgreSQL                    // 12 or later
)

// String returns sqlite or postgres: the folder of the dialect's migrations.
func (d Dialect) String() string {
	switch d {
	case SQLite:
		return "sqlite"
	case PostgreSQL:
		return "postgres"
	}
	return "unknown"
}

// Valid reports whether d is one of the dialects.
func (d Dialect) Valid() bool { return d == SQLite || d == PostgreSQL }

// rowsPerStatement is how many rows one INSERT holds at most. In SQLite a
// statement costs no round trip, and prepared ones of a single row are cheapest.
func (d Dialect) rowsPerStatement() int {
	if d == PostgreSQL {
		return 64
	}
	return 1
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

// IndexedBy is what stands behind a table's name in a listing that is to use an
// index; "" for none. SQLite, which keeps no statistics unless it is told to, would
// else prefer the primary key; PostgreSQL chooses by itself.
func (d Dialect) IndexedBy(index string) string {
	if d == SQLite && index != "" {
		return " INDEXED BY " + index
	}
	return ""
}
