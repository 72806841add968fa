package crmsql

import (
	"cmp"
	"database/sql"
	"errors"
	"strings"
	"unicode/utf8"

	"github.com/guanxi-go/guanxi/crm"
	"github.com/guanxi-go/guanxi/crm/calendar"
	"github.com/guanxi-go/guanxi/crm/money"
	"github.com/guanxi-go/guanxi/internal/enum"
	"github.com/guanxi-go/guanxi/internal/sqlstore"
)

// PurchasesConfig says where the host keeps its purchases. Dialect and one of Table
// and Query are required. Names are those that the database has: PostgreSQL folds
// a name that is not quoted to lower case when the table is created.
//
//	crmsql.PurchasesConfig{Dialect: crmsql.PostgreSQL, DefaultCurrency: money.CNY,
//		Query: `SELECT id, user_id::text AS customer, (paid_at AT TIME ZONE 'Asia/Shanghai')::date AS day,
//			(total * 100)::bigint AS amount FROM orders WHERE state = 'paid'`}
type PurchasesConfig struct {
	Dialect Dialect

	// Table is the name of a table or view, with or without its schema:
	// "orders", "shop.orders".
	Table string
	// Query is a SELECT in place of a table. It goes into the statements as it is:
	// never put anything into it that came from outside.
	Query string

	// The columns. Key is unique, never NULL, and has an index: by it the rows are
	// read in pages.
	Key      string // "id" where empty
	Customer string // text or integer: the id of a customer; "customer" where empty
	Day      string // of the form Days; "day" where empty
	Amount   string // whole minor units, refunds negative; "amount" where empty
	Currency string // ISO 4217 code; empty where the table has no such column

	// Days is the form of the column Day.
	Days DayForm
	// DefaultCurrency is that of rows that state none: of all where there is no
	// column, and of those where it is NULL or empty.
	DefaultCurrency money.Currency

	// PageSize is how many purchases are read at a time; 0 for 1000.
	PageSize int
}

// DayForm is how a column holds civil days (日期形式).
type DayForm uint8

const (
	// DayNative is what the dialect has for days: DATE in PostgreSQL, the text
	// YYYY-MM-DD in SQLite. It is the default.
	DayNative DayForm = iota
	// DayText is the text YYYY-MM-DD.
	DayText
	// DayNumber is the integer of [calendar.Day].
	DayNumber
)

var dayForms = enum.New[DayForm]("days", noForm, enum.Names{{"native", "数据库日期"}, {"text", "文本日期"}, {"number", "日序数"}})

func noForm(field string) error {
	return &crm.Error{Field: field, Reason: "is none of the forms", Err: crm.ErrInvalid}
}

// String returns native, text or number, and ? for another value.
func (f DayForm) String() string { return dayForms.Code(f) }

// Zh returns 数据库日期, 文本日期 or 日序数.
func (f DayForm) Zh() string { return dayForms.Zh(f) }

// MarshalText writes String; another value is ErrInvalid.
func (f DayForm) MarshalText() ([]byte, error) { return dayForms.Marshal(f) }

// UnmarshalText reads what MarshalText writes.
func (f *DayForm) UnmarshalText(text []byte) error { return dayForms.Unmarshal(f, text) }

// Validate reports every problem of the config, joined.
func (c PurchasesConfig) Validate() error {
	var problems []error
	check := func(bad bool, field, reason string) {
		if bad {
			problems = append(problems, &crm.Error{Field: field, Reason: reason, Err: crm.ErrInvalid})
		}
	}
	check(!sqlstore.Dialect(c.Dialect).Valid(), "dialect", "is none of the known ones")
	check((c.Table == "") == (c.Query == ""), "table", "or query is given, and not both")
	for _, part := range strings.Split(c.Table, ".") {
		check(c.Table != "" && !identifier(part), "table", "is no name, or a schema and a name, of at most 63 bytes each")
	}
	check(strings.ContainsRune(c.Query, 0) || !utf8.ValidString(c.Query), "query", "is no UTF-8 without NUL")
	for _, column := range []struct{ field, name string }{
		{"key", c.Key}, {"customer", c.Customer}, {"day", c.Day}, {"amount", c.Amount}, {"currency", c.Currency},
	} {
		check(column.name != "" && !identifier(column.name), column.field, "is no name of at most 63 bytes")
	}
	check(!dayForms.Valid(c.Days), "days", "is none of the forms")
	check(!c.DefaultCurrency.Valid(), "default_currency", "is not three upper-case letters")
	check(c.PageSize < 0, "page_size", "is negative")
	return errors.Join(problems...)
}

func identifier(name string) bool {
	return name != "" && len(name) <= 63 && utf8.ValidString(name) && !strings.ContainsRune(name, 0)
}

func quoted(name string) string { return `"` + strings.ReplaceAll(name, `"`, `""`) + `"` }

// purchaseSource is the config as expressions of SQL.
type purchaseSource struct {
	from, key, customer, day, amount, currency string

	asked    string // the day that a placeholder stands for
	dayValue func(calendar.Day) any
	sound    string // a row whose day and amount have the form stated
	byBytes  string // behind a customer that is compared by its bytes
	grouping string // such customers as they are grouped
	sum      func(amounts string) string

	stated money.Currency
}

// source turns the config into expressions. Columns are qualified: SQLite takes a
// quoted name that is no column for a text, but not a qualified one.
func (c PurchasesConfig) source() (purchaseSource, error) {
	if err := c.Validate(); err != nil {
		return purchaseSource{}, err
	}
	column := func(name, otherwise string) string { return "p." + quoted(cmp.Or(name, otherwise)) }
	s := purchaseSource{
		from: "(" + c.Query + "\n) AS p",
		key:  column(c.Key, "id"), customer: column(c.Customer, "customer"),
		day: column(c.Day, "day"), amount: column(c.Amount, "amount"), currency: "''", stated: c.DefaultCurrency,
	}
	if c.Table != "" {
		parts := strings.Split(c.Table, ".")
		for i := range parts {
			parts[i] = quoted(parts[i])
		}
		s.from = strings.Join(parts, ".") + " AS p"
	}
	s.asked, s.dayValue = "?", func(d calendar.Day) any { return d.String() }
	if c.Days == DayNumber {
		s.dayValue = func(d calendar.Day) any { return int64(d) }
	}
	if c.Dialect == SQLite {
		s.sqlite(c)
	} else {
		s.postgres(c)
	}
	if c.Currency != "" {
		s.currency = "COALESCE(NULLIF(CAST(" + column(c.Currency, "") + " AS TEXT), ''), '" + currencyText(c.DefaultCurrency) + "')"
	}
	return s, nil
}

// sqlite: columns hold what was put in, whatever their type says, and SUM of
// integers fails where it leaves 64 bits. So the types are looked at in each row,
// and sums are taken in two halves of 32 bits.
func (s *purchaseSource) sqlite(c PurchasesConfig) {
	s.byBytes, s.grouping = " COLLATE BINARY", "customer COLLATE BINARY"
	s.sound = "typeof(amount) = 'integer' AND typeof(day) = 'text' AND day GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]'"
	if c.Days == DayNumber {
		s.sound = "typeof(amount) = 'integer' AND typeof(day) = 'integer'"
	}
	s.sum = func(amounts string) string {
		return "COALESCE(SUM((" + amounts + ") / 4294967296), 0), COALESCE(SUM((" + amounts + ") % 4294967296), 0)"
	}
}

// postgres: SUM of BIGINT is a NUMERIC, which is exact. The remainder refuses a
// floating-point column, and finds fractions in a NUMERIC one.
func (s *purchaseSource) postgres(c PurchasesConfig) {
	s.byBytes, s.grouping = ` COLLATE "C"`, "customer"
	s.customer = "CAST(" + s.customer + " AS TEXT)"
	s.sound = "amount % 1 = 0 AND isfinite(day)"
	switch c.Days {
	case DayNative:
		s.asked = "CAST(? AS DATE)"
	case DayText:
		s.sound = "amount % 1 = 0 AND day ~ '^[0-9]{4}-[0-9]{2}-[0-9]{2}$'"
	case DayNumber:
		s.sound = "amount % 1 = 0 AND day % 1 = 0"
	}
	s.sum = func(amounts string) string { return "0, CAST(COALESCE(SUM(" + amounts + "), 0) AS TEXT)" }
}

// where narrows to a filter, as far as the database compares: Match has the last
// word.
func (s *purchaseSource) where(f crm.PurchaseFilter) *sqlstore.Condition {
	where := &sqlstore.Condition{}
	where.And("1 = 1")
	if f.Customer != "" {
		where.And(s.customer+" = ?", f.Customer)
	}
	if f.From != 0 {
		where.And(s.day+" >= "+s.asked, s.dayValue(f.From))
	}
	if f.Until != 0 {
		where.And(s.day+" < "+s.asked, s.dayValue(f.Until))
	}
	return where
}

// currencyOf is the currency of a row or a group.
func (s *purchaseSource) currencyOf(text sql.NullString) (money.Currency, error) {
	if text.String == "" {
		return s.stated, nil
	}
	c, err := money.ParseCurrency(text.String)
	if err != nil {
		return 0, refused("currency", "is not three upper-case letters")
	}
	return c, nil
}
