package hosttables_test

import (
	"bytes"
	"database/sql"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
	_ "modernc.org/sqlite"

	"github.com/guanxi-go/guanxi/crm"
	"github.com/guanxi-go/guanxi/crm/crmtest"
	"github.com/guanxi-go/guanxi/crm/money"
	"github.com/guanxi-go/guanxi/crm/party"
	"github.com/guanxi-go/guanxi/crm/purchase"
	"github.com/guanxi-go/guanxi/examples/hosttables"
)

func TestStore(t *testing.T) {
	crmtest.TestStore(t, open, features())
}

func TestConcurrency(t *testing.T) {
	crmtest.TestConcurrency(t, open, features())
}

func TestPurchaseSource(t *testing.T) {
	open := func(t *testing.T, rows []purchase.Purchase[string]) crm.PurchaseSource {
		s := shop(t)
		s.buy(rows)
		return s
	}
	crmtest.TestPurchaseSource(t, open, crmtest.SourceFeatures{Parallel: true, NoSummarizer: true, Currency: money.CNY})
}

func features() crmtest.Features {
	return crmtest.Features{Parallel: true, ReadOnlyProfiles: true, Contains: contains,
		SeedProfile: func(t *testing.T, s crm.Store, id string, p party.Profile) party.Profile {
			return s.(*host).seed(t, id, p)
		},
		RemoveProfile: func(t *testing.T, s crm.Store, id string) {
			_, err := s.(*host).db.Exec("DELETE FROM users WHERE id IN (SELECT user_id FROM guanxi_customers WHERE id = $1)", id)
			require.NoError(t, err)
		}}
}

// hostTables are the tables that the company had before.
const hostTables = `
CREATE TABLE users (
    id INTEGER PRIMARY KEY, name TEXT, mobile TEXT, email TEXT, city TEXT, birthday TEXT, is_company INTEGER, dealer_id INTEGER
);
CREATE TABLE orders (
    id INTEGER PRIMARY KEY, user_id INTEGER, created TEXT, total TEXT, status TEXT
);
CREATE INDEX orders_user ON orders (user_id);`

// host is a shop: its own code and tables, with the store beside them.
type host struct {
	*hosttables.Store
	t    *testing.T
	db   *sql.DB
	path string
}

func open(t *testing.T) crm.Store { return shop(t) }

func shop(t *testing.T) *host {
	t.Helper()
	path := filepath.Join(t.TempDir(), "shop.db")
	db, err := sql.Open("sqlite", "file:"+path+"?_pragma=busy_timeout(20000)&_pragma=journal_mode(wal)&_pragma=synchronous(off)")
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, db.Close()) })
	h := &host{t: t, db: db, path: path}
	h.exec(hostTables)
	h.Store, err = hosttables.New(t.Context(), db)
	require.NoError(t, err)
	return h
}

// exec is the host's own code.
func (h *host) exec(query string, args ...any) {
	h.t.Helper()
	_, err := h.db.Exec(query, args...)
	require.NoError(h.t, err)
}

// user returns the number of the user who is this customer, after making one
// where there is none. The host gives the id; users who come otherwise have their
// number for one.
func (h *host) user(id string) (user int64) {
	h.t.Helper()
	tx, err := h.db.Begin()
	require.NoError(h.t, err)
	defer func() { _ = tx.Rollback() }()
	if tx.QueryRow("SELECT user_id FROM guanxi_customers WHERE id = $1", id).Scan(&user) == nil {
		_, err := tx.Exec("INSERT INTO users (id) VALUES ($1) ON CONFLICT DO NOTHING", user) // the row may be deleted
		require.NoError(h.t, err)
		require.NoError(h.t, tx.Commit())
		return user
	}
	// High numbers, lest the number of a new user is the id of another already.
	row := tx.QueryRow("INSERT INTO users (id) SELECT COALESCE(MAX(id), 1000000) + 1 FROM users RETURNING id")
	require.NoError(h.t, row.Scan(&user))
	_, err = tx.Exec("UPDATE guanxi_customers SET id = $1 WHERE user_id = $2", id, user)
	require.NoError(h.t, err)
	require.NoError(h.t, tx.Commit())
	return user
}

// seed writes what of a profile the table has columns for.
func (h *host) seed(t *testing.T, id string, p party.Profile) party.Profile {
	t.Helper()
	set := party.Profile{Type: p.Type, Name: p.Name, Region: p.Region}
	var mobile, email, company any
	for _, i := range p.Identifiers {
		switch {
		case i.Validate() != nil || i.Ext != "": // the column holds what people write, not that
		case i.Kind == party.Phone && mobile == nil:
			mobile = i.National()
			set.Identifiers = append([]party.Identifier{i}, set.Identifiers...)
		case i.Kind == party.Email && email == nil:
			email = i.Value
			set.Identifiers = append(set.Identifiers, i)
		}
	}
	if p.Type != 0 {
		company = p.Type == party.Organisation
	}
	_, err := h.db.Exec("UPDATE users SET name = $1, mobile = $2, email = $3, city = $4, is_company = $5 WHERE id = $6",
		p.Name, mobile, email, p.Region, company, h.user(id))
	require.NoError(t, err)
	return set
}

// buy writes orders, as the host's checkout does.
func (h *host) buy(rows []purchase.Purchase[string]) {
	h.t.Helper()
	users := map[string]int64{}
	for _, p := range rows {
		if users[p.Customer] == 0 {
			users[p.Customer] = h.user(p.Customer)
		}
	}
	tx, err := h.db.Begin()
	require.NoError(h.t, err)
	defer func() { _ = tx.Rollback() }()
	insert, err := tx.Prepare("INSERT INTO orders (user_id, created, total, status) VALUES ($1, $2, $3, $4)")
	require.NoError(h.t, err)
	for _, p := range rows {
		total, status := money.FormatMinor(p.Amount.Minor, 2), "paid"
		if total[0] == '-' {
			total, status = total[1:], "refund"
		}
		_, err := insert.Exec(users[p.Customer], p.Day.String()+" 23:59:59", total, status)
		require.NoError(h.t, err)
	}
	require.NoError(h.t, tx.Commit())
}

// contains searches the database and its log.
func contains(t *testing.T, s crm.Store, text string) bool {
	h := s.(*host)
	require.NoError(t, h.Scrub(t.Context()))
	for _, file := range []string{h.path, h.path + "-wal"} {
		bytesOf, err := os.ReadFile(file)
		require.NoError(t, err)
		if bytes.Contains(bytesOf, []byte(text)) {
			return true
		}
	}
	return false
}
