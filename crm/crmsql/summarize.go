package crmsql

import (
	"context"
	"database/sql"
	"fmt"
	"iter"
	"math"
	"math/big"
	"strconv"

	"github.com/guanxi-go/guanxi/crm"
	"github.com/guanxi-go/guanxi/crm/calendar"
	"github.com/guanxi-go/guanxi/crm/money"
	"github.com/guanxi-go/guanxi/crm/segment"
	"github.com/guanxi-go/guanxi/internal/sqlstore"
)

// Summarize implements [crm.Summarizer]: the database sums, in one statement and as
// of one moment, and sends one row for each customer and currency. Sums are exact at
// any size; one that leaves 64 bits comes in several aggregates, so that the summary
// says what it says of the purchases.
//
// The period is that of the filter and of opts together, so the summary tallies no
// rows outside of it. Under opts.Rates no sum can be converted: the purchases are
// read out, and each is an aggregate of its own. ErrUnsupported: opts.SameDay is
// SameDayMerge, for which take [segment.Summary.AddAll] and
// [purchase.Batched] over Purchases; and, under Rates, a refund that converts to
// nothing, which no aggregate can say.
//
// A server takes the work off its clients. In SQLite, which works in the process
// itself, summing saves memory, and costs more processor time than reading out.
//
// A connection is held until the loop ends: with a pool of one connection the loop
// body must not use the database.
func (p *Purchases) Summarize(ctx context.Context, filter crm.PurchaseFilter, opts segment.Options) iter.Seq2[segment.Aggregate[string], error] {
	f := within(filter, opts)
	if err := opts.Validate(); err != nil {
		return sqlstore.Failing[segment.Aggregate[string]](err)
	}
	if err := askable(f.Customer); err != nil {
		return sqlstore.Failing[segment.Aggregate[string]](err)
	}
	switch {
	case opts.SameDay == segment.SameDayMerge:
		return sqlstore.Failing[segment.Aggregate[string]](&crm.Error{Field: "same_day", Reason: "a sum does not say its days", Err: crm.ErrUnsupported})
	case opts.Rates != nil:
		return p.converted(ctx, f, opts)
	}
	return func(yield func(segment.Aggregate[string], error) bool) {
		if err := p.sum(ctx, f, opts, yield); err != nil {
			if ctx.Err() != nil {
				err = fmt.Errorf("crmsql: %w: %w", ctx.Err(), err)
			}
			yield(segment.Aggregate[string]{}, err)
		}
	}
}

// within narrows a filter to the period of the options.
func within(f crm.PurchaseFilter, opts segment.Options) crm.PurchaseFilter {
	f.From = max(f.From, opts.From)
	if f.Until == 0 || opts.Until != 0 && opts.Until < f.Until {
		f.Until = opts.Until
	}
	return f
}

// sum yields what the database has summed. It returns an error that is still to be
// yielded.
func (p *Purchases) sum(ctx context.Context, f crm.PurchaseFilter, opts segment.Options, yield func(segment.Aggregate[string], error) bool) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	text, args := p.source.grouped(f)
	rows, err := p.db.QueryContext(ctx, text, args...)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		g, err := p.source.scanGroup(rows)
		if err != nil {
			return err
		}
		if f.Customer != "" && g.customer != f.Customer {
			continue // the host's column compares otherwise than by bytes
		}
		for _, a := range g.aggregates(opts.Refunds) {
			if err := ctx.Err(); err != nil {
				return err
			}
			if !yield(a, nil) {
				return nil
			}
		}
	}
	return rows.Err()
}

// grouped is the statement that sums. The last column counts rows whose day or
// amount has not the form stated.
func (s *purchaseSource) grouped(f crm.PurchaseFilter) (string, []any) {
	clause, args := s.where(f).Text()
	return "SELECT customer, currency," +
		"\n  MIN(CASE WHEN amount >= 0 THEN day END), MAX(CASE WHEN amount >= 0 THEN day END)," +
		"\n  SUM(CASE WHEN amount >= 0 THEN 1 ELSE 0 END), " + s.sum("CASE WHEN amount >= 0 THEN amount END") + "," +
		"\n  MAX(CASE WHEN amount < 0 THEN day END)," +
		"\n  SUM(CASE WHEN amount < 0 THEN 1 ELSE 0 END), " + s.sum("CASE WHEN amount < 0 THEN amount END") + "," +
		"\n  SUM(CASE WHEN " + s.sound + " THEN 0 ELSE 1 END)" +
		"\nFROM (SELECT " + s.customer + s.byBytes + " AS customer, " + s.day + " AS day, " + s.amount + " AS amount, " + s.currency + " AS currency" +
		"\nFROM " + s.from + "\n" + clause + ") AS rows_of" +
		"\nGROUP BY " + s.grouping + ", currency", args
}

// side is what a customer bought, or gave back.
type side struct {
	n           int64
	sum         *big.Int // minor units
	first, last calendar.Day
}

// group is one row of the statement.
type group struct {
	customer        string
	currency        money.Currency
	bought, refunds side
}

func (s *purchaseSource) scanGroup(rows *sql.Rows) (g group, err error) {
	var customer, first, last, lastRefund any
	var currency sql.NullString
	var boughtHigh, boughtLow, refundHigh, refundLow string
	var broken int64
	err = rows.Scan(&customer, &currency, &first, &last, &g.bought.n, &boughtHigh, &boughtLow,
		&lastRefund, &g.refunds.n, &refundHigh, &refundLow, &broken)
	if err != nil {
		return g, err
	}
	if broken > 0 {
		return g, refused("amount", "or its day is NULL or not of the form that was stated")
	}
	if g.customer, err = customerOf(customer); err != nil {
		return g, err
	}
	if g.currency, err = s.currencyOf(currency); err != nil {
		return g, err
	}
	if g.bought.sum, err = joined(boughtHigh, boughtLow); err != nil {
		return g, err
	}
	if g.refunds.sum, err = joined(refundHigh, refundLow); err != nil {
		return g, err
	}
	if g.bought.n > 0 {
		if g.bought.first, err = dayOf(first); err != nil {
			return g, err
		}
		if g.bought.last, err = dayOf(last); err != nil {
			return g, err
		}
	}
	if g.refunds.n > 0 {
		g.refunds.last, err = dayOf(lastRefund)
	}
	return g, err
}

// joined is high * 2^32 + low.
func joined(high, low string) (*big.Int, error) {
	if high == "0" {
		if n, err := strconv.ParseInt(low, 10, 64); err == nil {
			return big.NewInt(n), nil
		}
	}
	h, isHigh := new(big.Int).SetString(high, 10)
	l, isLow := new(big.Int).SetString(low, 10)
	if !isHigh || !isLow {
		return nil, refused("amount", "sums up to no integer")
	}
	return h.Add(h.Lsh(h, 32), l), nil
}

// aggregates are the group under a policy: one, or where a figure leaves 64 bits
// several that sum up to it.
func (g group) aggregates(policy segment.Refunds) []segment.Aggregate[string] {
	value := g.bought.sum
	if policy == segment.RefundsNet {
		value = new(big.Int).Add(g.bought.sum, g.refunds.sum)
	}
	if value.IsInt64() && g.refunds.sum.IsInt64() {
		return []segment.Aggregate[string]{{
			Customer: g.customer, First: g.bought.first, Last: g.bought.last, Purchases: g.bought.n,
			Value:   money.Amount{Minor: value.Int64(), Currency: g.currency},
			Refunds: g.refunds.n, Refunded: g.refunds.sum.Int64(), LastRefund: g.refunds.last,
		}}
	}
	var all []segment.Aggregate[string]
	for part := range g.bought.parts(math.MaxInt64) {
		all = append(all, segment.Aggregate[string]{
			Customer: g.customer, First: part.first, Last: part.last, Purchases: part.n,
			Value: money.Amount{Minor: part.sum.Int64(), Currency: g.currency},
		})
	}
	for part := range g.refunds.parts(math.MinInt64) {
		a := segment.Aggregate[string]{
			Customer: g.customer, Refunds: part.n, Refunded: part.sum.Int64(), LastRefund: part.last,
			Value: money.Amount{Currency: g.currency},
		}
		if policy == segment.RefundsNet {
			a.Value.Minor = a.Refunded
		}
		all = append(all, a)
	}
	return all
}

// parts yields a side in pieces of at most the limit of 64 bits, each of one row but
// the last, which has the rest. There are enough rows, since each has at most the
// limit itself.
func (s side) parts(limit int64) iter.Seq[side] {
	return func(yield func(side) bool) {
		most, rest := big.NewInt(limit), new(big.Int).Set(s.sum)
		for n := s.n; n > 0; n-- {
			if rest.IsInt64() {
				yield(side{n, rest, s.first, s.last})
				return
			}
			if !yield(side{1, most, s.first, s.last}) {
				return
			}
			rest = new(big.Int).Sub(rest, most)
		}
	}
}

// converted yields each purchase in the currency of the options.
func (p *Purchases) converted(ctx context.Context, f crm.PurchaseFilter, opts segment.Options) iter.Seq2[segment.Aggregate[string], error] {
	return func(yield func(segment.Aggregate[string], error) bool) {
		for row, err := range p.Purchases(ctx, f) {
			var a segment.Aggregate[string]
			if err == nil {
				a, err = convert(row.Customer, row.Day, row.Amount, opts)
			}
			if !yield(a, err) || err != nil {
				return
			}
		}
	}
}

func convert(customer string, day calendar.Day, amount money.Amount, opts segment.Options) (segment.Aggregate[string], error) {
	to, err := money.Convert(amount, opts.Currency, day, opts.Rates, opts.Rounding)
	if amount.Currency == opts.Currency {
		to, err = amount, nil
	}
	if err != nil {
		return segment.Aggregate[string]{}, fmt.Errorf("crmsql: %w", err)
	}
	a := segment.Aggregate[string]{Customer: customer, Value: money.Amount{Currency: opts.Currency}}
	switch {
	case amount.Minor >= 0:
		a.First, a.Last, a.Purchases, a.Value.Minor = day, day, 1, to.Minor
	case to.Minor == 0:
		return segment.Aggregate[string]{}, &crm.Error{Field: "amount", Reason: "of a refund converts to nothing", Err: crm.ErrUnsupported}
	default:
		a.Refunds, a.Refunded, a.LastRefund = 1, to.Minor, day
		if opts.Refunds == segment.RefundsNet {
			a.Value.Minor = to.Minor
		}
	}
	return a, nil
}
