package hosttables

import (
	"context"
	"database/sql"
	"fmt"
	"iter"
	"strconv"
	"strings"

	"github.com/guanxi-go/guanxi/crm"
	"github.com/guanxi-go/guanxi/crm/calendar"
	"github.com/guanxi-go/guanxi/crm/money"
	"github.com/guanxi-go/guanxi/crm/purchase"
)

// Purchases implements [crm.PurchaseSource] over orders: a paid order is a
// purchase on the civil day of its created column, which is local time; a row with
// the status refund is one of a negative amount; unpaid and cancelled orders are
// none. Orders of nobody, and of users who are no customers, are left out.
//
// A row that cannot be read so, or that has another status, ends the rows with
// [crm.ErrInvalid], which names the order: left out in silence it would make every
// sum wrong. A row with an unreadable date counts for every period.
func (s *Store) Purchases(ctx context.Context, f crm.PurchaseFilter) iter.Seq2[purchase.Purchase[string], error] {
	q := query{from: "SELECT o.id, l.id, o.created, o.total, o.status FROM orders o JOIN guanxi_customers l ON l.user_id = o.user_id",
		place: "o.id > ?", order: "o.id"}
	q.where("COALESCE(o.status, '') NOT IN ('unpaid', ?)", "cancelled", true)
	q.where("l.id = ?", f.Customer, f.Customer != "")
	match := func(p purchase.Purchase[string]) bool { return f.Match(p.Customer, p.Day) }
	return list(ctx, s, 0, firstOrder, match, func(t *step, after int64) (rows []purchase.Purchase[string], last int64) {
		t.all(q.text(), q.behind(after), func(scan scanner) {
			var p purchase.Purchase[string]
			var created, total, status sql.NullString
			scan(&last, &p.Customer, &created, &total, &status)
			p.Day = t.day(last, created.String)
			p.Amount = t.amount(last, total.String, status.String)
			rows = append(rows, p)
		})
		return rows, last
	})
}

const firstOrder = -1 << 63 // no order of an old table has this number

// day reads the date of a local time: the day on which the clocks of the shop
// showed it.
func (t *step) day(order int64, created string) calendar.Day {
	date := created[:min(len(created), len("2006-01-02"))]
	day, err := calendar.ParseDay(date)
	if err != nil {
		t.refuse(order, "created", "is no date")
	}
	return day
}

// amount reads yuan with at most two decimals and no sign.
func (t *step) amount(order int64, total, status string) money.Amount {
	sign := ""
	switch status {
	case "paid":
	case "refund":
		sign = "-"
	default:
		t.refuse(order, "status", "is unknown")
	}
	amount, err := money.ParseAmount(sign+total, money.CNY)
	if err != nil || strings.HasPrefix(total, "-") || strings.HasPrefix(total, "+") {
		t.refuse(order, "total", "is no amount of yuan and fen without a sign")
	}
	return amount
}

func (t *step) refuse(order int64, column, reason string) {
	t.fail(&crm.Error{Field: "orders." + column, Reason: "of order " + strconv.FormatInt(order, 10) + " " + reason,
		Err: fmt.Errorf("a row that cannot be counted is %w", crm.ErrInvalid)})
}
