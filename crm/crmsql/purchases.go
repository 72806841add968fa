package crmsql

import (
	"context"
	"database/sql"
	"iter"
	"strconv"
	"strings"
	"time"

	"github.com/guanxi-go/guanxi/crm"
	"github.com/guanxi-go/guanxi/crm/calendar"
	"github.com/guanxi-go/guanxi/crm/money"
	"github.com/guanxi-go/guanxi/crm/purchase"
	"github.com/guanxi-go/guanxi/internal/sqlstore"
)

// Purchases reads the purchases (消费记录) of a host from its own table or query. It
// is a [crm.PurchaseSource] and a [crm.Summarizer]; make one with [NewPurchases]. It
// writes nothing, and any number of goroutines may use it.
type Purchases struct {
	sql    *sqlstore.Store
	db     *sql.DB
	source purchaseSource
}

// NewPurchases returns the purchases that config describes. It reads nothing: a
// table or column that is not there is the database's error at the first reading.
// ErrInvalid: the config, or there is no db.
func NewPurchases(db *sql.DB, config PurchasesConfig) (*Purchases, error) {
	source, err := config.source()
	if err != nil {
		return nil, err
	}
	page := config.PageSize
	if page == 0 {
		page = 1000
	}
	s, err := sqlstore.New(db, sqlstore.Domain{Name: "crmsql"}, sqlstore.Options{Dialect: sqlstore.Dialect(config.Dialect), PageSize: page})
	if err != nil {
		return nil, worded(err)
	}
	return &Purchases{s, db, source}, nil
}

// purchaseRow is a purchase and the key of its row.
type purchaseRow struct {
	key any
	purchase.Purchase[string]
}

// Purchases implements [crm.PurchaseSource]: in order of the key, page by page, and
// no connection is held while the loop body runs. A row without a key, customer, day
// or amount, or with one of another form than stated, ends it with ErrInvalid: let
// the Query leave such rows out.
func (p *Purchases) Purchases(ctx context.Context, filter crm.PurchaseFilter) iter.Seq2[purchase.Purchase[string], error] {
	f := filter
	if err := askable(f.Customer); err != nil {
		return sqlstore.Failing[purchase.Purchase[string]](err)
	}
	var last any // key
	next := func(n int) ([]purchaseRow, bool, error) {
		where := p.source.where(f)
		if last != nil {
			where.And(p.source.key+" > ?", last)
		}
		clause, args := where.Limit(p.source.key, n)
		text := "SELECT " + strings.Join([]string{p.source.key, p.source.customer, p.source.day, p.source.amount, p.source.currency}, ", ") +
			"\nFROM " + p.source.from + "\n" + clause
		page, err := sqlstore.Read(ctx, p.sql, text, args, n, p.scan)
		if len(page) > 0 {
			last = page[len(page)-1].key
		}
		return page, len(page) == n, worded(err)
	}
	rows := sqlstore.List(ctx, p.sql, 0, func(r purchaseRow) bool { return f.Match(r.Customer, r.Day) }, next)
	return func(yield func(purchase.Purchase[string], error) bool) {
		for r, err := range rows {
			if !yield(r.Purchase, err) {
				return
			}
		}
	}
}

func (p *Purchases) scan(rows *sql.Rows) (r purchaseRow, err error) {
	var customer, day, amount any
	var currency sql.NullString
	if err := rows.Scan(&r.key, &customer, &day, &amount, &currency); err != nil {
		return r, err
	}
	if r.key == nil {
		return r, refused("key", "is NULL")
	}
	if r.Customer, err = customerOf(customer); err != nil {
		return r, err
	}
	if r.Day, err = dayOf(day); err != nil {
		return r, err
	}
	if r.Amount.Minor, err = minorOf(amount); err != nil {
		return r, err
	}
	r.Amount.Currency, err = p.source.currencyOf(currency)
	return r, err
}

func refused(field, reason string) error {
	return &crm.Error{Field: field, Reason: "of a purchase " + reason, Err: crm.ErrInvalid}
}

func customerOf(v any) (string, error) {
	switch v := v.(type) {
	case string:
		return v, nil
	case []byte:
		return string(v), nil
	case int64:
		return strconv.FormatInt(v, 10), nil
	case nil:
		return "", refused("customer", "is NULL")
	}
	return "", refused("customer", "is neither a text nor an integer")
}

func dayOf(v any) (calendar.Day, error) {
	switch v := v.(type) {
	case string:
		if day, ok := calendar.ParseISO(v); ok {
			return day, nil
		}
	case []byte:
		if day, ok := calendar.ParseISO(v); ok {
			return day, nil
		}
	case int64:
		if day := calendar.Day(v); int64(day) == v && day.Valid() {
			return day, nil
		}
	case time.Time:
		// A date comes as its midnight. What has a time of day is no civil day
		// before a zone is named.
		if day := calendar.DayOf(v, v.Location()); day.Valid() && v.Equal(day.Start(v.Location())) {
			return day, nil
		}
	case nil:
		return 0, refused("day", "is NULL")
	}
	return 0, refused("day", "is no civil day in the form that was stated")
}

func minorOf(v any) (int64, error) {
	switch v := v.(type) {
	case int64:
		return v, nil
	case string: // NUMERIC
		if n, err := money.ParseMinor(v, 0); err == nil {
			return n, nil
		}
	case []byte:
		if n, err := money.ParseMinor(v, 0); err == nil {
			return n, nil
		}
	case nil:
		return 0, refused("amount", "is NULL")
	}
	return 0, refused("amount", "is no whole number of minor units that fits 64 bits")
}

var (
	_ crm.PurchaseSource = (*Purchases)(nil)
	_ crm.Summarizer     = (*Purchases)(nil)
)
