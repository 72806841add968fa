package earning

import (
	"log/slog"
	"time"

	"github.com/guanxi-go/guanxi/crm/calendar"
	"github.com/guanxi-go/guanxi/crm/money"
)

// Order is a purchase that is to earn points (订单). Its amounts are minor units,
// at least 0 and after all discounts: what came off the whole order, too, has
// been taken off its lines by the host. A refund is no order but a
// [Result.Return].
type Order struct {
	Currency money.Currency `json:"currency,omitzero"` // the programme's
	Channel  string         `json:"channel,omitzero"`  // where it was placed: "store", "app", ...
	Lines    []Line         `json:"lines,omitempty"`
	// PointsPaid is the money's worth of the part paid with points, at most the sum
	// of the lines' amounts (积分抵扣). Unless the programme includes it, it is shared
	// out over all lines and their taxes in proportion to the money, to the minor
	// unit by largest remainder and then by the lines' ids, and does not earn.
	PointsPaid int64 `json:"points_paid,omitzero"`
	// Visits is how many visits the order stands for: 1 where it opens one, 0 for
	// another order of the same visit (到店次数).
	Visits int64 `json:"visits,omitzero"`
}

// Line is one line of an order (订单行).
type Line struct {
	ID         string   `json:"id"`                   // unique in the order; returns name it
	SKU        string   `json:"sku,omitzero"`         // 商品编码
	Categories []string `json:"categories,omitempty"` // all that it belongs to 类目
	Amount     int64    `json:"amount"`               // what it costs, tax included 金额
	Tax        int64    `json:"tax,omitzero"`         // the tax in Amount 税额
	Units      int64    `json:"units,omitzero"`       // how many 件数
	Shipping   bool     `json:"shipping,omitzero"`    // it is a charge for delivery, not goods 运费
	Excluded   bool     `json:"excluded,omitzero"`    // it earns nothing, whatever the rules say: a gift card 不计积分
}

// Context is what has to be known about the member and the moment (场景).
// BirthMonth is personal data; the rest are ids, codes and counts.
type Context struct {
	At            time.Time      `json:"at"` // when it was bought; needed
	Zone          *time.Location `json:"-"`  // in which days and hours are told; nil is UTC
	Tier          string         `json:"tier,omitzero"`
	Segments      []string       `json:"segments,omitempty"`
	BirthMonth    time.Month     `json:"birth_month,omitzero"` // 1 to 12; 0 is unknown, and no birthday 出生月份
	FirstPurchase bool           `json:"first_purchase,omitzero"`
	// Counters are the member's, for the caps of the programme. One that is missing
	// counts as 0, those of other caps and periods are ignored, two for one cap in
	// the present period are ErrInvalid.
	Counters []Counter `json:"counters,omitempty"`
}

// LogValue shows all but the month of birth.
func (c Context) LogValue() slog.Value {
	return slog.GroupValue(slog.Time("at", c.At), slog.String("tier", c.Tier), slog.Any("segments", c.Segments),
		slog.Bool("first_purchase", c.FirstPurchase), slog.Int("counters", len(c.Counters)))
}

// Counter is how much of a cap a member has used in a period (计数器). The host
// stores it under the member, Cap and Since, and writes [Result].Counters back in
// the commit that posts the points, so that of two orders at once one is
// computed again.
type Counter struct {
	Cap   string       `json:"cap"`            // its id
	Since calendar.Day `json:"since,omitzero"` // the first day of the period in the programme's zone; none for a campaign
	Used  int64        `json:"used"`           // at least 0
}

// Validate reports everything wrong with the order alone, joined: an id that is
// none or comes twice, amounts below 0 (ErrInvalidAmount), a tax above its
// amount, more paid with points than the order costs, a sum of amounts beyond
// int64 (ErrOverflow).
func (o Order) Validate() error {
	p := problems{item: -1}
	o.validate(&p)
	return p.join()
}

// total returns the sum of all amounts, which is sound where p stays empty.
func (o *Order) validate(p *problems) (total int64) {
	p.check(o.Currency.Valid(), "currency", "is not three upper-case letters")
	p.check(validText(o.Channel), "channel", notID)
	p.notBelowZero(o.PointsPaid, "points_paid")
	p.notBelowZero(o.Visits, "visits")
	for i := range o.Lines {
		l := &o.Lines[i]
		p.at(i, l.ID)
		p.check(validID(l.ID), "id", notID)
		p.notBelowZero(l.Amount, "amount")
		p.notBelowZero(l.Units, "units")
		p.notBelowZero(l.Tax, "tax")
		p.check(l.Tax <= max(0, l.Amount), "tax", "is more than the amount")
		if total += max(0, l.Amount); total < 0 {
			p.add(ErrOverflow, "amount", "the sum does not fit")
			total = 0
		}
	}
	if i := o.repeated(); i >= 0 {
		p.at(i, o.Lines[i].ID)
		p.check(false, "id", "comes twice")
	}
	p.at(-1, "")
	p.check(len(p.errs) > 0 || o.PointsPaid <= total, "points_paid", "is more than the order costs")
	return total
}

func (p *problems) notBelowZero(n int64, field string) {
	if n < 0 {
		p.add(ErrInvalidAmount, field, "is below zero")
	}
}

// repeated returns the place of a line whose id an earlier one has, else -1.
// Few lines are compared one by one, which allocates nothing.
func (o *Order) repeated() int {
	if len(o.Lines) <= 24 {
		for i := range o.Lines {
			for j := range i {
				if o.Lines[i].ID == o.Lines[j].ID {
					return i
				}
			}
		}
		return -1
	}
	seen := make(map[string]bool, len(o.Lines))
	for i := range o.Lines {
		if seen[o.Lines[i].ID] {
			return i
		}
		seen[o.Lines[i].ID] = true
	}
	return -1
}

// local returns At as the clocks of the zone show it. A table never holds it: a
// time.Time there would move the table to the heap.
func (c *Context) local() time.Time {
	if c.Zone == nil {
		return c.At.UTC()
	}
	return c.At.In(c.Zone)
}

// validate looks at the context alone.
func (c *Context) validate(p *problems) {
	p.check(!c.At.IsZero(), "at", "is missing")
	p.check(c.BirthMonth >= 0 && c.BirthMonth <= 12, "birth_month", "is not 0 to 12")
	for i := range c.Counters {
		n := &c.Counters[i]
		p.at(i, n.Cap)
		p.notBelowZero(n.Used, "counters")
	}
	p.at(-1, "")
}
