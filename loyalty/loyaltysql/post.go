package loyaltysql

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"github.com/guanxi-go/guanxi/internal/sqlstore"
	"github.com/guanxi-go/guanxi/loyalty"
)

// isPost reports whether a commit is what most commits are: one posting to an
// account that exists, under a key. Such a one is a single statement.
func isPost(c *loyalty.Commit) bool {
	if c.Key == "" || len(c.Require) > 0 || len(c.Changes) != 1 || c.Changes[0].Expect == 0 || len(c.Changes[0].Writes) != 1 {
		return false
	}
	w, ok := c.Changes[0].Writes[0].(loyalty.PutAccount)
	return ok && len(w.Entries) == 1
}

// post applies such a commit, or nothing: then the steps of any commit say why.
//
// In PostgreSQL parts of a statement see what was there before it, and what the
// others return. So the account is moved where it has the version expected and the
// key is not there; the rest follows from that row. Who commits the key at the same
// time through another account makes the statement fail whole.
func (s *Store) post(ctx context.Context, c *sqlstore.Commit) (bool, error) {
	change := &c.Changes[0]
	args := make([]any, 0, 32)
	args = append(args, s.sql.Tenant(), change.Subject.ID, sqlstore.Number(change.Expect+1), sqlstore.Number(change.First),
		sqlstore.Micros(change.Entries[0].Recorded))
	args = append(args, change.Values...)
	args = append(args, c.Scope, c.Key, c.Fingerprint, c.Receipt, sqlstore.Micros(c.Recorded))
	args = append(args, change.Entries[0].Values...)
	text := postSQLite
	if s.sql.Dialect() == sqlstore.PostgreSQL {
		text = postPostgres
	}
	return s.sql.Once(ctx, text, args...)
}

// The arguments of both statements, in this order.
var (
	postAccount = append([]string{"tenant", "id", "version", "entries", "recorded"}, accountColumns...)
	postReceipt = []string{"scope", "commit_key", "fingerprint", "receipt", "committed"}

	postSQLite   = writePostSQLite()
	postPostgres = writePostPostgres()
)

// writePostSQLite inserts into the view whose trigger does the work. It has the
// recorded time of the entry among the account's columns.
func writePostSQLite() string {
	n := len(postAccount) + len(postReceipt) + len(postingColumns)
	marks := make([]string, n)
	for i := range marks {
		marks[i] = "$" + strconv.Itoa(i+1)
	}
	return "INSERT OR ROLLBACK INTO loyalty_post VALUES (" + strings.Join(marks, ", ") + ")"
}

func writePostPostgres() string {
	next := 0
	mark := func(column string) string {
		next++
		return "$" + strconv.Itoa(next) + "::" + typeOf(column)
	}
	var set []string
	for _, column := range postAccount {
		if value := mark(column); next > 2 {
			set = append(set, column+" = "+value)
		}
	}
	var receipt, entry []string
	for _, column := range postReceipt {
		receipt = append(receipt, mark(column))
	}
	for _, column := range postingColumns {
		entry = append(entry, mark(column))
	}
	return `WITH a AS (
UPDATE loyalty_accounts SET ` + strings.Join(set, ", ") + `
WHERE tenant = $1::text AND id = $2::text AND version = $3::bigint - 1 AND entries = $4::bigint - 1
  AND NOT EXISTS (SELECT 1 FROM loyalty_receipts AS r WHERE r.tenant = $1::text AND r.scope = ` + receipt[0] + ` AND r.commit_key = ` + receipt[1] + `)
RETURNING 1), k AS (
INSERT INTO loyalty_receipts (tenant, scope, commit_key, fingerprint, receipt, recorded)
SELECT $1::text, ` + strings.Join(receipt, ", ") + ` FROM a)
INSERT INTO loyalty_postings (tenant, id, seq, ` + strings.Join(postingColumns, ", ") + `)
SELECT $1::text, $2::text, $4::bigint, ` + strings.Join(entry, ", ") + ` FROM a`
}

func typeOf(column string) string {
	d := domain()
	switch {
	case slices.Contains(d.Bytes, column) || column == "fingerprint" || column == "receipt":
		return "bytea"
	case slices.Contains(d.Numbers, column) || slices.Contains([]string{"version", "entries", "recorded", "committed", "at"}, column):
		return "bigint"
	}
	return "text"
}
