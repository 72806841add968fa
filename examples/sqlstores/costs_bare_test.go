package main

import (
	"database/sql"
	"math/rand/v2"
	"os"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/guanxi-go/guanxi/crm/crmsql"
	"github.com/guanxi-go/guanxi/loyalty/loyaltysql"
)

// bare writes into the tables of loyaltysql what a batch of postings writes, and
// nothing else: no decision, no encoding, nothing decoded, the fewest columns of an
// account, the simplest statements. It is what the database takes for these
// tables and indexes, and below what no adapter of them comes.
type bare struct {
	db       *sql.DB
	postgres bool
	ids      []string
	random   *rand.Rand
	key      int

	load, move, receipt, posting *sql.Stmt // prepared once
}

const bareRows = 100 // rows of one statement in SQLite

func newBare(t *testing.T, e engine, db *sql.DB, ids []string) *bare {
	b := &bare{db: db, postgres: e.dialect == crmsql.PostgreSQL, ids: ids, random: rand.New(rand.NewPCG(1, 2))}
	prepare := func(sqlite, postgres string) *sql.Stmt {
		text := sqlite
		if b.postgres {
			text = postgres
		}
		stmt, err := db.Prepare(text)
		require.NoError(t, err)
		return stmt
	}
	rows := func(n int) string {
		one := "(?" + strings.Repeat(", ?", n-1) + ")"
		return one + strings.Repeat(", "+one, bareRows-1)
	}
	b.load = prepare("SELECT id, version, points FROM loyalty_accounts WHERE tenant = '' AND id IN (?"+strings.Repeat(", ?", bareRows-1)+")",
		"SELECT f.* FROM unnest($1::text[]) AS v(id) CROSS JOIN LATERAL (SELECT id, version, points FROM loyalty_accounts AS a WHERE a.tenant = '' AND a.id = v.id OFFSET 0) AS f")
	b.move = prepare("UPDATE loyalty_accounts SET version = ?, entries = ?, recorded = ?, balance = ?, points = ? WHERE tenant = '' AND id = ? AND version = ?",
		`INSERT INTO loyalty_accounts AS a (tenant, id, version, entries, recorded, balance, points)
SELECT '', * FROM unnest($1::text[], $2::bigint[], $3::bigint[], $4::bigint[], $5::bigint[], $6::bytea[])
ON CONFLICT (tenant, id) DO UPDATE SET version = excluded.version, entries = excluded.entries, recorded = excluded.recorded,
    balance = excluded.balance, points = excluded.points WHERE a.version = excluded.version - 1`)
	b.receipt = prepare("INSERT INTO loyalty_receipts (tenant, scope, commit_key, fingerprint, receipt, recorded) VALUES "+rows(6),
		"INSERT INTO loyalty_receipts (tenant, scope, commit_key, fingerprint, receipt, recorded)\nSELECT '', 'import', * FROM unnest($1::text[], $2::bytea[], $3::bytea[], $4::bigint[])")
	b.posting = prepare("INSERT INTO loyalty_postings (tenant, id, seq, entry_kind, amount, qp, ref, actor, code, at, recorded, entry) VALUES "+rows(12),
		`INSERT INTO loyalty_postings (tenant, id, seq, entry_kind, amount, qp, ref, actor, code, at, recorded, entry)
SELECT '', * FROM unnest($1::text[], $2::bigint[], $3::text[], $4::bigint[], $5::bigint[], $6::text[], $7::text[], $8::text[], $9::bigint[], $10::bigint[], $11::bytea[])`)
	return b
}

// batch does what one batch of 1000 postings to accounts of their own takes.
func (b *bare) batch(t *testing.T) {
	var ids []string
	for _, i := range b.random.Perm(len(b.ids))[:1000] {
		ids = append(ids, b.ids[i])
	}
	found := b.accounts(t, ids)
	require.Len(t, found, 1000)
	tx, err := b.db.Begin()
	require.NoError(t, err)
	if b.postgres {
		b.writeArrays(t, tx, found)
	} else {
		b.writeRows(t, tx, found)
	}
	require.NoError(t, tx.Commit())
	b.key += len(found)
}

// bareAccount is what is read of an account.
type bareAccount struct {
	id      string
	version int64
	points  []byte
}

func (b *bare) accounts(t *testing.T, ids []string) (found []bareAccount) {
	ask := func(args ...any) {
		rows, err := b.load.Query(args...)
		require.NoError(t, err)
		defer rows.Close()
		for rows.Next() {
			var a bareAccount
			if err := rows.Scan(&a.id, &a.version, &a.points); err != nil {
				require.NoError(t, err)
			}
			found = append(found, a)
		}
		require.NoError(t, rows.Err())
	}
	if b.postgres {
		ask(ids)
		return found
	}
	for lo := 0; lo < len(ids); lo += bareRows {
		args := make([]any, bareRows)
		for i := range args {
			args[i] = ids[lo+i]
		}
		ask(args...)
	}
	return found
}

// The bytes that a fingerprint, a receipt and a posting have in TestLoyaltyCosts.
var (
	bareFingerprint = make([]byte, 32)
	bareReceipt     = make([]byte, 21)
	bareEntry       = make([]byte, 40)
)

const bareInstant = int64(1_790_000_000_000_000)

func (b *bare) writeRows(t *testing.T, tx *sql.Tx, found []bareAccount) {
	move, receipt, posting := tx.Stmt(b.move), tx.Stmt(b.receipt), tx.Stmt(b.posting)
	for _, a := range found {
		if _, err := move.Exec(a.version+1, a.version, bareInstant, int64(b.key), a.points, a.id, a.version); err != nil {
			require.NoError(t, err)
		}
	}
	for lo := 0; lo < len(found); lo += bareRows {
		var receipts, postings []any
		for i, a := range found[lo : lo+bareRows] {
			key := strconv.Itoa(b.key + lo + i)
			receipts = append(receipts, "", "import", "sale-"+key, bareFingerprint, bareReceipt, bareInstant)
			postings = append(postings, "", a.id, a.version, "earn", int64(50), int64(0), "order-"+key, till.ID, "", bareInstant, bareInstant, bareEntry)
		}
		_, err := receipt.Exec(receipts...)
		require.NoError(t, err)
		_, err = posting.Exec(postings...)
		require.NoError(t, err)
	}
}

func (b *bare) writeArrays(t *testing.T, tx *sql.Tx, found []bareAccount) {
	n := len(found)
	ids, keys, refs, kinds, actors, codes := make([]string, n), make([]string, n), make([]string, n), make([]string, n), make([]string, n), make([]string, n)
	next, seqs, at, amounts, qps := make([]int64, n), make([]int64, n), make([]int64, n), make([]int64, n), make([]int64, n)
	points, prints, receipts, entries := make([][]byte, n), make([][]byte, n), make([][]byte, n), make([][]byte, n)
	for i, a := range found {
		key := strconv.Itoa(b.key + i)
		ids[i], keys[i], refs[i], kinds[i], actors[i] = a.id, "sale-"+key, "order-"+key, "earn", till.ID
		next[i], seqs[i], at[i], amounts[i] = a.version+1, a.version, bareInstant, 50
		points[i], prints[i], receipts[i], entries[i] = a.points, bareFingerprint, bareReceipt, bareEntry
	}
	for _, s := range []struct {
		stmt *sql.Stmt
		args []any
	}{
		{b.move, []any{ids, next, seqs, at, amounts, points}},
		{b.receipt, []any{keys, prints, receipts, at}},
		{b.posting, []any{ids, seqs, kinds, amounts, qps, refs, actors, codes, at, at, entries}},
	} {
		result, err := tx.Stmt(s.stmt).Exec(s.args...)
		require.NoError(t, err)
		moved, err := result.RowsAffected()
		require.NoError(t, err)
		require.EqualValues(t, n, moved)
	}
}

// TestLoyaltyBatchCosts prints what a posting of a batch costs beside the bare
// statements, in the same run and on as many rows: the one figure that the machine and
// the driver say little about. At full size it is held.
func TestLoyaltyBatchCosts(t *testing.T) {
	rounds, n, full := 3, 4000, os.Getenv("GUANXI_FULL") != ""
	switch {
	case testing.Short():
		rounds, n = 1, 1000
	case full:
		rounds, n = 8, 20_000
	}
	onEach(t, func(t *testing.T, e engine) {
		var whole, least float64
		open := func() (*posters, *sql.DB) {
			store, db := e.points(t, e.dsn(t), loyaltysql.Options{})
			return newPosters(t, store, 10_000), db
		}
		p, _ := open()
		q, db := open()
		b := newBare(t, e, db, q.ids)
		for round := range rounds {
			for _, side := range []struct {
				least *float64
				do    func()
			}{{&whole, func() { p.batch(t, n) }}, {&least, func() {
				for range n / 1000 {
					b.batch(t)
				}
			}}} {
				client, server := cost(t, side.do)
				if us := (client + server).Seconds() * 1e6 / float64(n); round == 0 || us < *side.least {
					*side.least = us
				}
			}
		}
		t.Logf("a posting of a batch of 1000: %.1f us, where the bare statements take %.1f: %.2f times", whole, least, whole/least)
		if full {
			require.Less(t, whole, 1.6*least)
		}
	})
}
