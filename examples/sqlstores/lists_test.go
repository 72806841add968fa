package main

import (
	"os"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/guanxi-go/guanxi/crm"
	"github.com/guanxi-go/guanxi/crm/access"
	"github.com/guanxi-go/guanxi/crm/crmsql"
	"github.com/guanxi-go/guanxi/internal/cputime"
)

// fill puts n records of a company with 1,000 colleagues straight into the tables:
// half leads, of which every tenth lies in one of 50 pools, 3 in 10 opportunities, 2
// in 10 instalments. The days on which something is due are spread over two years.
const fill = `
WITH RECURSIVE numbers(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM numbers WHERE i + 1 < %n),
things(i, id, kind, pooled, due) AS (
    SELECT i, 'r' || SUBSTR('00000000' || i, LENGTH('00000000' || i) - 7),
           CASE WHEN i % 10 < 5 THEN 'lead' WHEN i % 10 < 8 THEN 'opportunity' ELSE 'instalment' END,
           i % 50 = 0, CASE WHEN i % 7 = 0 THEN NULL ELSE %from + (i % 730 * 7919 % 730) * 86400000000 END
    FROM numbers)
INSERT INTO crm_records (tenant, kind, id, customer, ref, owner, path, state, due, body)
SELECT 't', kind, id, 'c' || (i % 5000), CASE WHEN pooled THEN 'pool' || (i / 50 % 50) ELSE '' END,
       CASE WHEN pooled THEN '' ELSE 's' || (i / 10 % 1000) END, '/u' || (i / 10 % 40) || '/',
       CASE WHEN i % 10 < 5 THEN 'working' WHEN i % 10 < 8 THEN 'stage-' || (i / 10 % 9) ELSE 'open' END, due, '{}'
FROM things`

// TestDailyLists: the lists that people open every day come by an index.
func TestDailyLists(t *testing.T) {
	n, from := "100000", time.Date(2025, 11, 22, 0, 0, 0, 0, time.UTC)
	switch {
	case os.Getenv("GUANXI_FULL") != "":
		n = "1000000"
	case testing.Short():
		n = "50000"
	}
	today := from.AddDate(0, 0, 60)
	onEach(t, func(t *testing.T, e engine) {
		db, asked := e.spied(t, e.dsn(t))
		store, err := crmsql.New(db, crmsql.Options{Dialect: e.dialect, Tenant: "t"})
		require.NoError(t, err)
		require.NoError(t, store.Migrate(t.Context()))
		text := strings.NewReplacer("%n", n, "%from", strconv.FormatInt(from.UnixMicro(), 10)).Replace(fill)
		_, err = db.Exec(text)
		require.NoError(t, err)
		_, err = db.Exec("INSERT INTO crm_subjects (tenant, kind, id, version, entries) SELECT tenant, kind, id, 1, 0 FROM crm_records")
		require.NoError(t, err)
		_, err = db.Exec("ANALYZE")
		require.NoError(t, err)

		scope := access.Scope{Units: []access.Range{{From: "/u7/", To: "/u70"}}}
		for name, c := range map[string]struct {
			filter crm.RecordFilter
			index  string
		}{
			"due today of a salesperson":   {crm.RecordFilter{Kind: crm.KindLead, Owner: "s7", DueBefore: today}, "crm_records_owner"},
			"all of a salesperson":         {crm.RecordFilter{Kind: crm.KindOpportunity, Owner: "s7"}, "crm_records_owner"},
			"pool":                         {crm.RecordFilter{Kind: crm.KindLead, Ref: "pool7"}, "crm_records_ref"},
			"to be recycled":               {crm.RecordFilter{Kind: crm.KindLead, DueBefore: today}, "crm_records_due"},
			"in a stage, to see who stuck": {crm.RecordFilter{Kind: crm.KindOpportunity, State: "stage-3", Visible: &scope}, "crm_records_"},
			"overdue, to be aged":          {crm.RecordFilter{Kind: crm.KindInstalment, State: "open", DueBefore: today}, "crm_records_due"},
			"open, to be aged":             {crm.RecordFilter{Kind: crm.KindInstalment, State: "open", Customer: "c78"}, "crm_records_customer"},
		} {
			t.Run(name, func(t *testing.T) {
				before, rows := cputime.Now(), 0
				for r, err := range store.Records(t.Context(), c.filter) {
					require.NoError(t, err)
					require.True(t, c.filter.Match(r))
					rows++
				}
				require.NotZero(t, rows)
				t.Logf("%s: %d rows, %v in this process", name, rows, cputime.Now()-before)
				text, args := asked.last(t)
				plan := e.plan(t, db, text, args)
				t.Log(plan)
				require.Contains(t, plan, c.index)
				require.NotContains(t, plan, "Seq Scan")
				require.NotContains(t, plan, "SCAN")
				if e.dialect == crmsql.SQLite { // searched by more than tenant and kind
					require.Regexp(t, c.index+`\w* \(tenant=\? AND kind=\? AND \w+[=<>]`, plan)
				}
			})
		}
	})
}
