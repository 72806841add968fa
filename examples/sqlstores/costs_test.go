package main

import (
	"database/sql"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/guanxi-go/guanxi/crm"
	"github.com/guanxi-go/guanxi/crm/crmsql"
	"github.com/guanxi-go/guanxi/crm/money"
	"github.com/guanxi-go/guanxi/crm/owner"
	"github.com/guanxi-go/guanxi/crm/party"
	"github.com/guanxi-go/guanxi/crm/purchase"
	"github.com/guanxi-go/guanxi/crm/segment"
	"github.com/guanxi-go/guanxi/internal/cputime"
)

// serverCPU is the processor time that the throwaway server and its processes have
// used, those that have ended included.
func serverCPU(t testing.TB) time.Duration {
	t.Helper()
	if theCluster.pid == 0 {
		return 0
	}
	stats, err := filepath.Glob("/proc/[0-9]*/stat")
	require.NoError(t, err)
	const ticks = 100 // of a second: USER_HZ, which is 100 on every Linux
	var total time.Duration
	for _, stat := range stats {
		text, err := os.ReadFile(stat)
		if err != nil {
			continue // the process has ended
		}
		_, fields, ok := strings.Cut(string(text), ") ") // behind the name, which may hold spaces
		if !ok {
			continue
		}
		f := strings.Fields(fields)
		number := func(i int) int {
			n, err := strconv.Atoi(f[i])
			require.NoError(t, err)
			return n
		}
		of, parent := strings.Split(stat, "/")[2], number(1)
		used := number(11) + number(12) // user and system
		switch {
		case of == strconv.Itoa(theCluster.pid):
			used += number(13) + number(14) // of children that have ended
		case parent != theCluster.pid:
			continue
		}
		total += time.Duration(used) * time.Second / ticks
	}
	return total
}

// cost runs do and returns the processor time of client and server.
func cost(t testing.TB, do func()) (client, server time.Duration) {
	t.Helper()
	client, server = cputime.Now(), serverCPU(t)
	do()
	return cputime.Now() - client, serverCPU(t) - server
}

// each is a processor time by the piece, in microseconds.
func each(client, server time.Duration, n int) string {
	us := func(d time.Duration) float64 { return d.Seconds() * 1e6 / float64(n) }
	return fmt.Sprintf("%6.1f us, %.1f in the client and %.1f in the server", us(client+server), us(client), us(server))
}

// TestCosts prints what the work costs in processor time, and holds that a server
// that sums takes work off its clients. In SQLite client and server are one process;
// a PostgreSQL server of others is not measured.
func TestCosts(t *testing.T) {
	commits, customers, purchases := 4000, 10_000, 200_000
	switch {
	case testing.Short():
		commits, customers, purchases = 200, 2000, 20_000
	case os.Getenv("GUANXI_FULL") != "":
		customers, purchases = 100_000, 1_000_000
	}
	t.Run("memory", func(t *testing.T) { storeCosts(t, &crm.Memory{}, commits, customers) })
	var bytes []byte
	onEach(t, func(t *testing.T, e engine) {
		store, db := e.fresh(t, crmsql.Options{})
		storeCosts(t, store, commits, customers)
		summary := purchaseCosts(t, e, db, purchases)
		if bytes != nil {
			require.Equal(t, bytes, summary, "one summary, whichever database summed it")
		}
		bytes = summary
	})
}

func storeCosts(t *testing.T, store crm.Store, commits, customers int) {
	ctx := t.Context()
	holding := crm.Standing{Holding: owner.Holding{Owner: "staff-1", Path: "/hq/north/"}}
	commit := func(n int, prefix string) {
		for i := range n {
			c := keyed(prefix+strconv.Itoa(i), change(person("one"), uint64(i), crm.PutStanding{Standing: holding}, note("1", "说了什么")))
			if prefix == "b" {
				c.Changes[0].Expect += uint64(n)
			}
			require.NoError(t, store.Commit(ctx, c))
		}
	}
	commit(commits, "a")
	client, server := cost(t, func() { commit(commits, "b") })
	t.Logf("a commit of one change, a standing and an entry, with a key: %s", each(client, server, commits))

	client, server = cost(t, func() {
		for lo := 0; lo < customers; lo += 500 {
			var c crm.Commit
			for i := lo; i < lo+500; i++ {
				c.Changes = append(c.Changes, crm.Change{Subject: person(fmt.Sprintf("c%07d", i)), Writes: []crm.Write{
					crm.PutProfile{Profile: party.Profile{Name: fmt.Sprint("客户", i), Tags: []string{"a", "b"}}}, crm.PutStanding{Standing: holding},
				}})
			}
			require.NoError(t, store.Commit(ctx, c))
		}
	})
	t.Logf("a new customer, of 500 in a commit: %s", each(client, server, customers))

	n := 0
	client, server = cost(t, func() {
		for c, err := range store.Customers(ctx, crm.CustomerFilter{Owner: "staff-1"}) {
			require.NoError(t, err)
			require.NotEmpty(t, c.Profile.Name)
			n++
		}
	})
	require.Equal(t, customers, n)
	t.Logf("a customer of %d listed by owner: %s", n, each(client, server, n))
}

// purchaseCosts returns the summary of n purchases.
func purchaseCosts(t *testing.T, e engine, db *sql.DB, n int) []byte {
	make := map[crmsql.Dialect]string{
		crmsql.SQLite: `INSERT INTO orders WITH RECURSIVE s(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM s WHERE i < %d)
			SELECT i, 'customer-' || (i * 7919 %% 50021), date('2024-01-01', '+' || (i * 31 %% 700) || ' days'), i * 104729 %% 1000003 - 50000, 'CNY' FROM s`,
		crmsql.PostgreSQL: `INSERT INTO orders SELECT i, 'customer-' || (i * 7919 %% 50021), date '2024-01-01' + CAST(i * 31 %% 700 AS INT),
			i * 104729 %% 1000003 - 50000, 'CNY' FROM generate_series(1, %d::bigint) AS i`,
	}
	_, err := db.Exec(hostTables[0].create[e.dialect])
	require.NoError(t, err)
	_, err = db.Exec(fmt.Sprintf(make[e.dialect], n))
	require.NoError(t, err)
	_, err = db.Exec("ANALYZE orders")
	require.NoError(t, err)
	source, err := crmsql.NewPurchases(db, crmsql.PurchasesConfig{Dialect: e.dialect, Table: "orders", DefaultCurrency: money.CNY})
	require.NoError(t, err)
	var byRows, bySums segment.Summary[string]
	client, server := cost(t, func() {
		require.NoError(t, byRows.AddAll(purchase.Batched(source.Purchases(t.Context(), crm.PurchaseFilter{}))))
	})
	t.Logf("a purchase of %d read out: %s", n, each(client, server, n))
	summing, summed := cost(t, func() {
		for a, err := range source.Summarize(t.Context(), crm.PurchaseFilter{}, segment.Options{}) {
			require.NoError(t, err)
			require.NoError(t, bySums.AddAggregate(a))
		}
	})
	t.Logf("a purchase of %d summed by the database, for %d customers: %s", n, bySums.Len(), each(summing, summed, n))
	want, err := byRows.MarshalBinary()
	require.NoError(t, err)
	have, err := bySums.MarshalBinary()
	require.NoError(t, err)
	require.Equal(t, want, have)
	if e.dialect == crmsql.PostgreSQL && os.Getenv("GUANXI_FULL") != "" { // on less, noise decides
		require.Less(t, summing, client/2)
	}
	return have
}
