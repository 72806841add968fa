package earning_test

import (
	"math/big"
	"math/rand/v2"
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/guanxi-go/guanxi/crm/money"
	"github.com/guanxi-go/guanxi/loyalty/earning"
)

func drawDecimal(t *rapid.T, low, high int64, label string) decimal.Decimal {
	return decimal.New(rapid.Int64Range(low, high).Draw(t, label), -2)
}

var categories = []string{"coffee", "food", "gift"}

func drawLines(t *rapid.T) (l earning.Lines) {
	if rapid.Bool().Draw(t, "some lines") {
		l.Categories = rapid.SliceOfNDistinct(rapid.SampledFrom(categories), 1, 2, rapid.ID[string]).Draw(t, "categories")
	}
	if rapid.IntRange(0, 3).Draw(t, "not") == 0 {
		l.NotCategories = []string{"gift"}
	}
	return l
}

// drawProgramme has rules without groups, so that more money never earns less.
func drawProgramme(t *rapid.T) earning.Programme {
	p := programme()
	p.Stacking = rapid.SampledFrom([]earning.Stacking{earning.Multiply, earning.Additive, earning.BestOnly}).Draw(t, "stacking")
	p.Level = rapid.SampledFrom([]earning.Level{earning.ByOrder, earning.ByLine}).Draw(t, "level")
	if mode := money.Rounding(rapid.Uint8Range(0, 7).Draw(t, "rounding")); mode != money.Exact {
		p.Rounding = &mode
	}
	p.Include = earning.Include{Tax: rapid.Bool().Draw(t, "tax"), Shipping: rapid.Bool().Draw(t, "shipping"), PointsPaid: rapid.Bool().Draw(t, "paid")}
	for i := range rapid.IntRange(1, 4).Draw(t, "bases") {
		r := earning.Rule{ID: "b" + strconv.Itoa(i), Lines: drawLines(t), Flat: rapid.IntRange(0, 3).Draw(t, "flat") == 0,
			Kind:   rapid.SampledFrom([]earning.Kind{earning.PerMoney, earning.PerMoney, earning.PerUnit, earning.PerVisit, earning.Fixed}).Draw(t, "kind"),
			Points: drawDecimal(t, 1, 500, "points"), QP: drawDecimal(t, 0, 300, "qp")}
		if r.Kind == earning.PerMoney || r.Kind == earning.PerUnit {
			r.Per = drawDecimal(t, 1, 700, "per")
		}
		if rapid.Bool().Draw(t, "terms") {
			r.Terms = &earning.Terms{PendingDays: i % 2, Expiry: "short"}
		}
		r.When.MinSpend = drawDecimal(t, 0, 3000, "minimum")
		p.Rules = append(p.Rules, r)
	}
	for i := range rapid.IntRange(0, 3).Draw(t, "multipliers") {
		p.Rules = append(p.Rules, earning.Rule{ID: "m" + strconv.Itoa(i), Kind: earning.Multiplier, Lines: drawLines(t),
			Factor: drawDecimal(t, 100, 350, "factor"), Qualifying: rapid.Bool().Draw(t, "qualifying")})
	}
	return p
}

func drawOrder(t *rapid.T) earning.Order {
	o := earning.Order{Currency: money.CNY, Visits: rapid.Int64Range(0, 2).Draw(t, "visits")}
	var total int64
	for i := range rapid.IntRange(0, 5).Draw(t, "lines") {
		l := earning.Line{ID: "l" + strconv.Itoa(i), Amount: rapid.Int64Range(0, 50_00).Draw(t, "amount"),
			Units: rapid.Int64Range(0, 3).Draw(t, "units"), Shipping: rapid.IntRange(0, 6).Draw(t, "ship") == 0,
			Excluded: rapid.IntRange(0, 6).Draw(t, "excluded") == 0}
		l.Tax = l.Amount * 13 / 113
		l.Categories = rapid.SliceOfDistinct(rapid.SampledFrom(categories), rapid.ID[string]).Draw(t, "in")
		total += l.Amount
		o.Lines = append(o.Lines, l)
	}
	if rapid.Bool().Draw(t, "with points") {
		o.PointsPaid = rapid.Int64Range(0, total).Draw(t, "points paid")
	}
	return o
}

// plainly computes one measure of an order without caps, groups and conditions
// other than lines and minimum, in fractions, from the eligible amounts.
func plainly(p earning.Programme, o earning.Order, r earning.Result, qp bool) *big.Int {
	rat := func(d decimal.Decimal) *big.Rat { return d.Rat() }
	meant := func(l earning.Lines, i int) bool {
		line := o.Lines[i]
		if line.Excluded || line.Shipping && !p.Include.Shipping {
			return false
		}
		if slices.ContainsFunc(line.Categories, func(c string) bool { return slices.Contains(l.NotCategories, c) }) {
			return false
		}
		return len(l.Categories) == 0 || slices.ContainsFunc(line.Categories, func(c string) bool { return slices.Contains(l.Categories, c) })
	}
	applies := func(rule earning.Rule) bool {
		var sum int64
		found := len(rule.Lines.Categories)+len(rule.Lines.NotCategories) == 0
		for i := range o.Lines {
			if meant(rule.Lines, i) {
				found, sum = true, sum+r.Lines[i].Eligible
			}
		}
		return found && rat(rule.When.MinSpend).Cmp(big.NewRat(sum, 100)) <= 0
	}
	factor := func(works func(earning.Rule) bool) *big.Rat {
		one, f := big.NewRat(1, 1), big.NewRat(1, 1)
		for _, rule := range p.Rules {
			if rule.Kind != earning.Multiplier || !applies(rule) || !works(rule) || qp && !rule.Qualifying {
				continue
			}
			switch x := rat(rule.Factor); {
			case p.Stacking == earning.Multiply:
				f.Mul(f, x)
			case p.Stacking == earning.Additive:
				f.Add(f, x.Sub(x, one))
			case x.Cmp(f) > 0:
				f = x
			}
		}
		return f
	}
	mode := money.Floor
	if p.Rounding != nil {
		mode = *p.Rounding
	}
	total, points := new(big.Rat), new(big.Int)
	column := func(i int) {
		works := func(rule earning.Rule) bool {
			if i == len(o.Lines) {
				return len(rule.Lines.Categories)+len(rule.Lines.NotCategories) == 0
			}
			return meant(rule.Lines, i)
		}
		sum, f := new(big.Rat), factor(works)
		for _, rule := range p.Rules {
			per, given, n := big.NewRat(1, 1), rat(rule.Points), int64(0)
			if !rule.Per.IsZero() {
				per = rat(rule.Per)
			}
			if qp {
				given = rat(rule.QP)
			}
			switch ofOrder := i == len(o.Lines); {
			case rule.Kind == earning.Multiplier || !applies(rule):
				continue
			case ofOrder && rule.Kind == earning.PerVisit:
				n = o.Visits
			case ofOrder && rule.Kind == earning.Fixed:
				n = 1
			case !ofOrder && works(rule) && rule.Kind == earning.PerMoney:
				n = r.Lines[i].Eligible
				per.Mul(per, big.NewRat(100, 1))
			case !ofOrder && works(rule) && rule.Kind == earning.PerUnit && (r.Lines[i].Eligible > 0 || r.Lines[i].Amount == 0):
				n = o.Lines[i].Units
			}
			x := given.Mul(given, big.NewRat(n, 1))
			if x.Quo(x, per); !rule.Flat {
				x.Mul(x, f)
			}
			sum.Add(sum, x)
		}
		total.Add(total, sum)
		if p.Level == earning.ByLine {
			points.Add(points, roundRat(sum, mode))
		}
	}
	for i := range len(o.Lines) + 1 {
		column(i)
	}
	if p.Level == earning.ByLine {
		return points
	}
	return roundRat(total, mode)
}

func roundRat(x *big.Rat, mode money.Rounding) *big.Int {
	q, rem := new(big.Int).QuoRem(x.Num(), x.Denom(), new(big.Int))
	half := rem.Lsh(rem, 1).Cmp(x.Denom())
	if rem.Sign() > 0 && (mode == money.Up || mode == money.Ceiling || half > 0 && mode <= money.HalfDown ||
		half == 0 && (mode == money.HalfUp || mode == money.HalfEven && q.Bit(0) == 1)) {
		q.Add(q, big.NewInt(1))
	}
	return q
}

// TestAgainstPlain compares the tables of integers with fractions.
func TestAgainstPlain(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p, o := drawProgramme(t), drawOrder(t)
		r := earn(t, compile(t, p), o, at(noon))
		require.Equal(t, plainly(p, o, r, false).String(), strconv.FormatInt(r.Points, 10))
		require.Equal(t, plainly(p, o, r, true).String(), strconv.FormatInt(r.QP, 10))
	})
}

// TestEligible holds what earns to the cent.
func TestEligible(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		o := drawOrder(t)
		p := programme(perYuan())
		p.Include = earning.Include{Tax: true, Shipping: true}
		for i := range o.Lines {
			o.Lines[i].Excluded = false
		}
		r := earn(t, compile(t, p), o, at(noon))
		require.Equal(t, r.Whole.Amount-o.PointsPaid, r.Whole.Eligible)
	})
}

// TestPermutation: the order of the lines changes nothing but who of them gets a
// rounded point, or the last of a cap.
func TestPermutation(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p, o := drawProgramme(t), drawOrder(t)
		p.Caps = drawCaps(t, p)
		plan := compile(t, p)
		before := earn(t, plan, o, at(noon))
		r := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 0))
		r.Shuffle(len(o.Lines), func(i, j int) { o.Lines[i], o.Lines[j] = o.Lines[j], o.Lines[i] })
		after := earn(t, plan, o, at(noon))
		eligible := func(r earning.Result) map[string]int64 {
			m := map[string]int64{}
			for _, a := range r.Lines {
				m[a.ID] = a.Eligible
			}
			return m
		}
		require.Equal(t, eligible(before), eligible(after))
		before.Lines, after.Lines = nil, nil
		if p.Level == earning.ByOrder {
			before.Whole.Points, after.Whole.Points = 0, 0
			before.Whole.QP, after.Whole.QP = 0, 0
		}
		require.Equal(t, before, after)
	})
}

// TestMonotone: more money never earns less, nor does a cap on all rules change that.
func TestMonotone(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p, o := drawProgramme(t), drawOrder(t)
		o.PointsPaid = 0
		p.Caps = []earning.Cap{{ID: "all", Limit: rapid.Int64Range(0, 200).Draw(t, "limit")}}
		if len(o.Lines) == 0 {
			t.Skip("nothing to make dearer")
		}
		plan := compile(t, p)
		before := earn(t, plan, o, at(noon))
		l := &o.Lines[rapid.IntRange(0, len(o.Lines)-1).Draw(t, "line")]
		l.Amount += rapid.Int64Range(1, 3000).Draw(t, "more")
		after := earn(t, plan, o, at(noon))
		require.GreaterOrEqual(t, after.Points, before.Points)
		require.GreaterOrEqual(t, after.QP, before.QP)
	})
}

// drawCaps nests caps: on all rules, on the base rules, on the first of them.
func drawCaps(t *rapid.T, p earning.Programme) (caps []earning.Cap) {
	var base []string
	for _, r := range p.Rules {
		if r.Kind != earning.Multiplier {
			base = append(base, r.ID)
		}
	}
	for i, rules := range [][]string{nil, base, base[:1]} {
		for period := earning.InOrder; period <= earning.InCampaign; period++ {
			if rapid.IntRange(0, 2).Draw(t, "cap") > 0 {
				continue
			}
			caps = append(caps, earning.Cap{ID: period.String() + strconv.Itoa(i), Period: period, Rules: rules,
				Measure: earning.Measure(rapid.Uint8Range(0, 1).Draw(t, "measure")), Limit: rapid.Int64Range(0, 300).Draw(t, "limit")})
		}
	}
	return caps
}

// TestCapsHold runs a member's orders over months and counts by hand. Each rule
// has terms of its own, so that the grants tell what it got behind all caps.
func TestCapsHold(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := drawProgramme(t)
		for i := range p.Rules {
			p.Rules[i].Terms = &earning.Terms{Expiry: p.Rules[i].ID}
		}
		p.Caps = drawCaps(t, p)
		plan := compile(t, p)
		used := map[string]int64{}             // by cap and period, by hand
		stored := map[string]earning.Counter{} // as the host would
		now := noon
		for range rapid.IntRange(1, 12).Draw(t, "orders") {
			now = now.Add(time.Duration(rapid.Int64Range(0, 20*24).Draw(t, "hours")) * time.Hour)
			c := at(now)
			for _, n := range stored {
				c.Counters = append(c.Counters, n)
			}
			r := earn(t, plan, drawOrder(t), c)
			for _, n := range r.Counters {
				stored[n.Cap+n.Since.String()] = n
			}
			for i, k := range p.Caps {
				given := r.QP
				if k.Measure == earning.OfPoints {
					given = 0
					for _, g := range r.Grants {
						if k.Rules == nil || slices.Contains(k.Rules, g.Terms.Expiry) {
							given += g.Points
						}
					}
				} else if k.Rules != nil {
					continue
				}
				period := map[earning.Period]string{earning.InDay: "2006-01-02", earning.InMonth: "2006-01", earning.InCampaign: ""}[k.Period]
				at := k.ID + now.In(shanghai).Format(period)
				if k.Period == earning.InOrder {
					used[at] = 0
				}
				used[at] += given
				require.LessOrEqual(t, used[at], k.Limit)
				if k.Period != earning.InOrder {
					n := r.Counters[slices.IndexFunc(r.Counters, func(n earning.Counter) bool { return n.Cap == p.Caps[i].ID })]
					require.Equal(t, used[at], n.Used)
				}
			}
		}
	})
}
