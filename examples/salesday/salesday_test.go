package main

import (
	"bytes"
	"encoding/json"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/guanxi-go/guanxi/crm"
	"github.com/guanxi-go/guanxi/crm/access"
	"github.com/guanxi-go/guanxi/crm/cadence"
	"github.com/guanxi-go/guanxi/crm/calendar"
	"github.com/guanxi-go/guanxi/crm/finding"
	"github.com/guanxi-go/guanxi/crm/money"
	"github.com/guanxi-go/guanxi/crm/owner"
	"github.com/guanxi-go/guanxi/crm/pipeline"
	"github.com/guanxi-go/guanxi/crm/stage"
)

var auditor = crm.Actor{ID: "auditor", Sees: access.Everything()}

func output(t *testing.T, args ...string) string {
	t.Helper()
	var b bytes.Buffer
	require.NoError(t, run(args, &b))
	return b.String()
}

// TestGolden: the files are what the two commands of the package comment print.
func TestGolden(t *testing.T) {
	for name, args := range map[string][]string{"en.txt": nil, "zh.txt": {"-zh"}} {
		want, err := os.ReadFile(filepath.Join("testdata", name))
		require.NoError(t, err)
		require.Equal(t, string(want), output(t, args...))
	}
}

// TestLanguages: both languages tell the same, line by line and code by code, and the
// findings that the story is about are there.
func TestLanguages(t *testing.T) {
	en, zh := output(t), output(t, "-zh")
	require.Equal(t, bytes.Count([]byte(en), []byte("\n")), bytes.Count([]byte(zh), []byte("\n")))
	code := regexp.MustCompile(`(?m)^ +([A-Z]{3}-[A-Z0-9-]+)  `)
	codes := func(text string) (list []string) {
		for _, m := range code.FindAllStringSubmatch(text, -1) {
			list = append(list, m[1])
		}
		return list
	}
	require.Equal(t, codes(en), codes(zh))
	for _, c := range []string{"CAD-L1", "CAD-L2", "CAD-A1", "CAD-EMPTY", "PIP-STUCK", "PIP-SILENT", "PIP-OVERDUE", "PIP-FLOOR", "RCV-OVERDUE", "RCV-DUNNING",
		"DAY-APPOINTMENT", "DAY-NEW-LEAD", "DAY-FOLLOW-UP", "DAY-WAITING", "DAY-COLLECT", "DAY-CLOSE", "DAY-STUCK", "DAY-SILENT"} {
		require.Contains(t, codes(en), c)
	}
	require.NoError(t, texts.Validate())
	require.NotRegexp(t, `\p{Han}`, en)
}

func played(t *testing.T) *replay {
	t.Helper()
	m, err := readMonth(embedded)
	require.NoError(t, err)
	r, err := play(t.Context(), m, finding.English, io.Discard)
	require.NoError(t, err)
	return r
}

// TestVerify: the journals come to what the records say.
func TestVerify(t *testing.T) {
	r := played(t)
	read, found, err := r.Verify(t.Context())
	require.NoError(t, err)
	require.Greater(t, read, 10)
	require.Empty(t, found)
}

// TestNothingLeft: the leaver has nothing and gets nothing, and the handover is done.
func TestNothingLeft(t *testing.T) {
	r := played(t)
	has, err := r.Handovers.Inventory(t.Context(), auditor, "meng")
	require.NoError(t, err)
	for _, of := range has {
		require.Empty(t, of.Things, of.Matter)
	}
	for seat, err := range r.Approvals.Waiting(t.Context(), auditor, "meng", r.now.Time) {
		require.NoError(t, err)
		t.Error("waits:", seat.Approval)
	}
	day, err := r.Worklists.Day(t.Context(), auditor, "meng", crm.DayOptions{Ahead: 365})
	require.NoError(t, err)
	require.Empty(t, day.Tasks)
	require.Empty(t, day.Diary)
	_, err = r.Leads.Transfer(t.Context(), auditor, "L-3", owner.Staff{ID: "meng", Active: true}, crm.Terms{Code: "back"})
	require.ErrorIs(t, err, crm.ErrForbidden)

	h, err := r.Handovers.Get(t.Context(), auditor, "H-1")
	require.NoError(t, err)
	require.False(t, h.CompletedAt.IsZero())
	require.Empty(t, h.Missing())
	require.Equal(t, []string{"bai", "qiu", "song"}, h.Takers)
	for _, p := range h.Progress {
		require.Equal(t, p.Before, p.Given, p.Matter)
	}
	// Who has what belongs to a customer has the customer.
	for o, err := range r.Opportunities.List(t.Context(), auditor, crm.OpportunityFilter{}) {
		require.NoError(t, err)
		c, err := r.Customers.Get(t.Context(), auditor, o.Customer)
		require.NoError(t, err)
		require.Equal(t, c.Standing.Holding.Owner, o.Holding.Owner, o.ID)
	}
}

// TestCollected: the order was paid to the last fen, in three instalments, and the
// customer is out of collection.
func TestCollected(t *testing.T) {
	r := played(t)
	customer := r.customer("L-1")
	order, err := r.Orders.Get(t.Context(), auditor, "SO-1")
	require.NoError(t, err)
	require.Equal(t, pipeline.OrderCompleted, order.State)
	payments, err := r.Receivables.Payments(t.Context(), auditor, customer, money.CNY)
	require.NoError(t, err)
	require.Len(t, payments, 3)
	var paid int64
	by := map[string]int64{}
	for _, p := range payments {
		paid += p.Minor
		for _, line := range p.Lines {
			by[line.Instalment] += line.Minor
		}
	}
	require.Equal(t, order.Amount, money.Amount{Minor: paid, Currency: money.CNY})
	n := 0
	for i, err := range r.Receivables.Of(t.Context(), auditor, "SO-1") {
		require.NoError(t, err)
		require.Zero(t, i.Outstanding)
		require.Equal(t, i.Minor, by[i.ID])
		n++
	}
	require.Equal(t, 3, n)
	account, err := r.Receivables.Account(t.Context(), auditor, customer, money.CNY)
	require.NoError(t, err)
	require.Zero(t, account.Outstanding())
	require.Zero(t, account.Prepaid())

	second, err := r.Receivables.Get(t.Context(), auditor, "SO-1/2")
	require.NoError(t, err)
	require.Equal(t, 2, second.Fired)
	require.Len(t, second.Promises, 1)
	var categories []stage.SalesCategory
	history, err := r.Stages.Category.History(t.Context(), auditor, customer)
	require.NoError(t, err)
	for _, e := range history {
		categories = append(categories, e.To)
	}
	require.Equal(t, []stage.SalesCategory{stage.SalesClosed, stage.SalesInCollection, stage.SalesClosed}, categories)
}

// TestLeads: a second form made no second lead, a recycled lead has one next owner, and
// the ruling gave the lead away.
func TestLeads(t *testing.T) {
	r := played(t)
	var ids []string
	for l, err := range r.Leads.List(t.Context(), auditor, crm.LeadFilter{}) {
		require.NoError(t, err)
		ids = append(ids, l.ID)
	}
	require.Equal(t, []string{"L-1", "L-2", "L-3", "L-4"}, ids)
	owners := func(id string) (list []string) {
		journal, err := r.Leads.Owners(t.Context(), auditor, id)
		require.NoError(t, err)
		for _, e := range journal {
			list = append(list, e.Kind.String()+" "+e.To+e.Pool)
		}
		return list
	}
	require.Equal(t, []string{"assigned bai", "released public", "claimed qiu"}, owners("L-2"))
	require.Equal(t, []string{"assigned meng", "transferred qiu"}, owners("L-3"))
	require.Equal(t, []string{"assigned qiu"}, owners("L-4"))
	_, err := r.Leads.Claim(t.Context(), auditor, "L-2", r.house.staff("bai"), crm.Terms{})
	require.ErrorIs(t, err, crm.ErrTaken)
}

// TestTravel: two log-ins in the first week of the trip were enough, one in the second
// was not.
func TestTravel(t *testing.T) {
	r := played(t)
	for monday, met := range map[calendar.Day]int64{calendar.MustDate(2026, 3, 9): 1, calendar.MustDate(2026, 3, 16): 0} {
		report, err := r.Cadence.Check(t.Context(), auditor, monday.Start(shanghai), (monday + 7).Start(shanghai))
		require.NoError(t, err)
		line, ok := report.Line("sales", cadence.RuleTravel)
		require.True(t, ok)
		require.Equal(t, []int64{1, met, 1 - met}, []int64{line.Owed, line.Met, line.Missed})
	}
}

// TestApproval: a discount over the limit of the head of sales is for the general
// manager alone, and the leaver's seat went to his successor.
func TestApproval(t *testing.T) {
	r := played(t)
	voters := func(id string) (list []string) {
		a, err := r.Approvals.Get(t.Context(), auditor, id)
		require.NoError(t, err)
		for _, p := range a.Instance.Places {
			for _, s := range p.Seats {
				list = append(list, s.Person)
			}
		}
		return list
	}
	require.Equal(t, []string{"lu"}, voters("R-1"))
	require.Equal(t, []string{"song"}, voters("R-2"))
}

func TestRefused(t *testing.T) {
	require.ErrorContains(t, run([]string{"x"}, io.Discard), "unexpected argument")
	require.Error(t, run([]string{"-de"}, io.Discard))
	for line, says := range map[string]string{
		`{"at":"2026-03-02 09:00","who":"bai","do":"sing"}`:                             "nobody knows how",
		`{"at":"2026-03-02 09:00","who":"bai","do":"claim","led":"L-1"}`:                "unknown field",
		`{"at":"2026-03-02","who":"bai","do":"claim","lead":"L-1"}`:                     "cannot parse",
		`{"at":"2026-01-02 09:00","who":"bai","do":"claim","lead":"L-1"}`:               "something later",
		`{"at":"2026-03-02 09:00","who":"nobody","do":"claim","lead":"L-1"}`:            "nobody is called",
		`{"at":"2026-03-02 09:00","who":"bai","do":"claim","lead":"L-1"}`:               "not found",
		`{"at":"2026-03-02 09:00","who":"bai","do":"open","amount":"1.001"}`:            "more fraction digits",
		`{"at":"2026-03-02 09:00","who":"bai","do":"move","met":["thought of a need"]}`: "proof",
	} {
		m, err := readMonth(embedded)
		require.NoError(t, err)
		m.Events = []json.RawMessage{json.RawMessage(line)}
		_, err = play(t.Context(), m, finding.English, io.Discard)
		require.ErrorContains(t, err, says, line)
	}
}
