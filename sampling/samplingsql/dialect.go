package samplingsql

import "github.com/guanxi-go/guanxi/internal/sqlstore"

// Dialect is the family of databases (方言). There is no default: the zero value is
// refused by [New].
type Dialect uint8

// The dialects.
const (
	SQLite     = Dialect(sqlstore.SQLite)     // 3.35 or later
	PostgreSQL = Dialect(sqlstore.PostgreSQL) // 12 or later
)

// String returns sqlite or postgres, and Dialect(n) for another number.
func (d Dialect) String() string { return sqlstore.Dialect(d).String() }

// Zh returns the name in Chinese.
func (d Dialect) Zh() string { return sqlstore.Dialect(d).Zh() }

// MarshalText writes String; another number is ErrInvalid.
func (d Dialect) MarshalText() ([]byte, error) {
	text, err := sqlstore.Dialect(d).MarshalText()
	return text, worded(err)
}

// UnmarshalText reads what MarshalText writes, so that the dialect can stand in a
// configuration.
func (d *Dialect) UnmarshalText(text []byte) error {
	return worded((*sqlstore.Dialect)(d).UnmarshalText(text))
}
