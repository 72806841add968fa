package loyaltysql

import (
	"strconv"

	"github.com/guanxi-go/guanxi/internal/sqlstore"
	"github.com/guanxi-go/guanxi/loyalty"
)

// Dialect is the family of databases (方言). There is no default: the zero value is
// refused by [New].
type Dialect uint8

// The dialects.
const (
	SQLite     = Dialect(sqlstore.SQLite)     // 3.35 or later
	PostgreSQL = Dialect(sqlstore.PostgreSQL) // 12 or later
)

// String returns sqlite or postgres, and Dialect(n) for another number.
func (d Dialect) String() string {
	if !sqlstore.Dialect(d).Valid() {
		return "Dialect(" + strconv.Itoa(int(d)) + ")"
	}
	return sqlstore.Dialect(d).String()
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

// MarshalText writes String; another number is ErrInvalid.
func (d Dialect) MarshalText() ([]byte, error) {
	if !sqlstore.Dialect(d).Valid() {
		return nil, &loyalty.Error{Field: "dialect", Reason: "is none of the known ones", Err: loyalty.ErrInvalid}
	}
	return []byte(d.String()), nil
}

// UnmarshalText reads what MarshalText writes, so that the dialect can stand in a
// configuration.
func (d *Dialect) UnmarshalText(text []byte) error {
	for _, known := range []Dialect{SQLite, PostgreSQL} {
		if known.String() == string(text) {
			*d = known
			return nil
		}
	}
	return &loyalty.Error{Field: "dialect", Reason: "is neither sqlite nor postgres", Err: loyalty.ErrInvalid}
}
