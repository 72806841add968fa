package loyaltytest

import (
	"encoding/json"
	"fmt"
	"time"

	"github.com/guanxi-go/guanxi/crm/calendar"
	"github.com/guanxi-go/guanxi/crm/money"
	"github.com/guanxi-go/guanxi/loyalty"
	"github.com/guanxi-go/guanxi/loyalty/earning"
	"github.com/guanxi-go/guanxi/loyalty/liability"
	"github.com/guanxi-go/guanxi/loyalty/points"
	"github.com/guanxi-go/guanxi/loyalty/reward"
	"github.com/guanxi-go/guanxi/loyalty/tier"
)

// perYuan gives a point, and a qualifying point, for each yuan.
const perYuan = `{"id": "base", "kind": "per-money", "points": "1", "qp": "1"}`

func times(id, factor string) string {
	return fmt.Sprintf(`{"id": %q, "kind": "multiplier", "factor": %q}`, id, factor)
}

// compiled is a programme with earning rules, each as JSON.
func compiled(p earning.Programme, rules ...string) (loyalty.Programme, error) {
	p.Version, p.Currency = 1, money.CNY
	for _, text := range rules {
		var r earning.Rule
		if err := json.Unmarshal([]byte(text), &r); err != nil {
			return loyalty.Programme{}, err
		}
		p.Rules = append(p.Rules, r)
	}
	plan, err := earning.Compile(p)
	return loyalty.Programme{Earning: plan}, err
}

func (s *hardCase) rules(p earning.Programme, rules ...string) loyalty.Programme {
	s.Helper()
	programme, err := compiled(p, rules...)
	s.must(err)
	return programme
}

func order(fen ...int64) earning.Order {
	o := earning.Order{Currency: money.CNY}
	for i, amount := range fen {
		o.Lines = append(o.Lines, earning.Line{ID: fmt.Sprint("line ", i), Amount: amount})
	}
	return o
}

func (s *hardCase) buy(id, ref string, p loyalty.Purchase) loyalty.OrderEarned {
	s.Helper()
	o, err := s.l.Orders.Earn(s.Context(), till(), id, p, loyalty.Call{Key: ref, Ref: ref})
	s.must(err)
	return o
}

func partlyPaid(s *hardCase) {
	s.begin(s.rules(earning.Programme{}, perYuan), "2025-01-01T00:00:00Z", "m")
	s.earn("m", points.EarnCommand{Points: 3000, ExpireAt: s.instant("2026-01-01T00:00:00Z")}, "e1")
	s.earn("m", points.EarnCommand{Points: 2000}, "e2")
	before := s.account("m").State
	bought := order(100_00)
	bought.PointsPaid = 40_00
	o := s.buy("m", "order", loyalty.Purchase{Order: bought, Burn: 4000})
	s.equal("points earned", o.Points, int64(60))
	s.has("m", 1060, 1060, 0)
	s.equal("qualifying points", s.account("m").State.QP, int64(60))
	_, err := s.l.Orders.Return(s.Context(), till(), "order", loyalty.Return{All: true}, loyalty.Call{Key: "return"})
	s.must(err)
	after := s.account("m").State
	s.equal("lots", fmt.Sprint(after.Lots), fmt.Sprint(before.Lots))
	s.equal("qualifying points", after.QP, before.QP)
	s.refused("m", earning.ErrInvalid, func() error {
		_, err := s.l.Orders.Return(s.Context(), till(), "order", loyalty.Return{Lines: []earning.Return{{Line: "line 0", Amount: 1}}}, loyalty.Call{Key: "again"})
		return err
	})
}

func roundedMultiplier(s *hardCase) {
	for mode, want := range map[money.Rounding][4]int64{
		money.HalfEven: {2, 4, 8, 10}, money.HalfUp: {2, 5, 8, 11}, money.Floor: {1, 4, 7, 10}, money.Ceiling: {2, 5, 8, 11},
	} {
		s.begin(s.rules(earning.Programme{Rounding: &mode}, perYuan, times("tier", "1.5")), "2025-01-01T00:00:00Z", "m")
		for i, fen := range []int64{1_00, 3_00, 5_00, 7_00} {
			s.equal(fmt.Sprint(mode, " of ", fen), s.buy("m", fmt.Sprint("order ", i), loyalty.Purchase{Order: order(fen)}).Points, want[i])
		}
	}
}

func roundingLevel(s *hardCase) {
	for _, c := range []struct {
		level earning.Level
		mode  *money.Rounding
		want  int64
	}{
		{earning.ByLine, new(money.HalfUp), 3}, {earning.ByLine, new(money.HalfEven), 0},
		{earning.ByOrder, new(money.HalfUp), 2}, {earning.ByOrder, new(money.HalfEven), 2}, {earning.ByOrder, new(money.Floor), 1},
		{earning.ByOrder, nil, 1},
	} {
		s.begin(s.rules(earning.Programme{Level: c.level, Rounding: c.mode}, perYuan), "2025-01-01T00:00:00Z", "m")
		s.equal("points", s.buy("m", "order", loyalty.Purchase{Order: order(50, 50, 50)}).Points, c.want)
	}
}

func stacking(s *hardCase) {
	for how, want := range map[earning.Stacking]int64{earning.Multiply: 300, earning.Additive: 250, earning.BestOnly: 200} {
		gold := `{"id": "gold", "kind": "multiplier", "factor": "1.5", "when": {"tiers": ["gold"]}}`
		p := s.rules(earning.Programme{Stacking: how}, perYuan, gold, times("promo", "2"))
		p.Tiers = s.tiers("UTC", metals())
		s.begin(p, "2025-01-01T00:00:00Z", "m")
		_, err := s.l.Tiers.Place(s.Context(), till(), "m", "gold", loyalty.Call{Key: "place"})
		s.must(err)
		s.equal("points", s.buy("m", "order", loyalty.Purchase{Order: order(100_00)}).Points, want)
	}
}

// metals are the tiers of the specification.
func metals() tier.Policy {
	need := func(n int64) tier.Totals { return tier.Totals{Points: n} }
	return tier.Policy{Version: 1, Tiers: []tier.Tier{
		{Code: "base"}, {Code: "silver", Need: need(500)}, {Code: "gold", Need: need(1000)}, {Code: "platinum", Need: need(3000)},
	}}
}

func (s *hardCase) tiers(zone string, p tier.Policy) *tier.Programme {
	s.Helper()
	programme, err := tier.New(s.zone(zone), p)
	s.must(err)
	return programme
}

// qualify earns qualifying points at an instant, which the clock goes to.
func (s *hardCase) qualify(id, at string, qp int64) {
	s.Helper()
	s.at(at)
	s.earn(id, points.EarnCommand{QP: qp}, "qualify "+at)
}

func (s *hardCase) standing(id, at string) tier.Standing {
	s.Helper()
	st, err := s.l.Tiers.Standing(s.Context(), till(), id, s.instant(at))
	s.must(err)
	return st
}

// tier holds the tier at an instant, and that the due work brings the account there.
func (s *hardCase) tier(id, at, want string) tier.Standing {
	s.Helper()
	st := s.standing(id, at)
	s.equal("the tier at "+at, st.Tier, want)
	if s.watch.Now().Before(s.instant(at)) {
		s.at(at)
	}
	s.due()
	if s.watch.Now().Equal(s.instant(at)) {
		s.equal("the tier of the account", s.account(id).Standing.Tier.Code, want)
	}
	return st
}

func rollingWindow(s *hardCase) {
	for qp, want := range map[int64]string{400: "gold", 399: "silver"} {
		p := metals()
		p.Window.Kind = tier.Rolling
		s.begin(loyalty.Programme{Tiers: s.tiers("Asia/Shanghai", p)}, "2024-01-01T00:00:00Z", "m")
		s.qualify("m", "2024-02-29T12:00:00+08:00", 600)
		s.qualify("m", "2025-02-28T12:00:00+08:00", qp)
		st := s.tier("m", "2025-02-28T12:00:00+08:00", want)
		s.equal("the window", st.From, s.instant("2024-02-28T12:00:00+08:00").UTC())
		s.equal("its points", st.Totals.Points, 600+qp)
		st = s.tier("m", "2025-03-01T00:00:00+08:00", "base")
		s.equal("the window", st.From, s.instant("2024-03-01T00:00:00+08:00").UTC())
		s.equal("its points", st.Totals.Points, qp)
	}
}

func leapDay(s *hardCase) {
	p := metals()
	p.Window.Kind = tier.Anniversary
	s.begin(loyalty.Programme{Tiers: s.tiers("Asia/Shanghai", p)}, "2024-02-29T00:00:00+08:00", "m")
	_, err := s.l.Tiers.Place(s.Context(), till(), "m", "gold", loyalty.Call{Key: "place"})
	s.must(err)
	s.qualify("m", "2024-05-01T00:00:00+08:00", 400)
	s.qualify("m", "2025-02-27T23:59:59+08:00", 500)
	s.tier("m", "2025-02-27T15:59:59.999999Z", "gold")
	s.tier("m", "2025-02-27T16:00:00Z", "silver")
	s.qualify("m", "2025-02-28T00:00:00+08:00", 500)
	st := s.standing("m", "2025-02-28T00:00:00+08:00")
	s.equal("points of the next year", st.Totals.Points, int64(500))
	for at, end := range map[string]string{
		"2024-06-01": "2025-02-28", "2025-06-01": "2026-02-28", "2026-06-01": "2027-02-28", "2027-06-01": "2028-02-29", "2028-06-01": "2029-02-28",
	} {
		st := s.standing("m", at+"T00:00:00Z")
		s.equal("the anniversary behind "+at, st.To, s.instant(end+"T00:00:00+08:00").UTC())
	}
}

func softLanding(s *hardCase) {
	for want, change := range map[string]func(*tier.Policy){
		"gold":   func(p *tier.Policy) { p.Downgrade = tier.OneStep },
		"base":   func(p *tier.Policy) { p.Downgrade = tier.ToBalance },
		"silver": func(p *tier.Policy) { p.Floors = []tier.Floor{{Tier: "silver", Need: tier.Totals{Points: 3000}}} },
	} {
		p := metals()
		change(&p)
		s.begin(loyalty.Programme{Tiers: s.tiers("UTC", p)}, "2024-01-01T00:00:00Z", "m")
		s.qualify("m", "2024-06-01T00:00:00Z", 3000)
		s.qualify("m", "2025-06-01T00:00:00Z", 300)
		s.tier("m", "2025-12-31T23:59:59Z", "platinum")
		s.tier("m", "2026-01-01T00:00:00Z", want)
	}
}

func lifetimeTier(s *hardCase) {
	p := metals()
	p.Floors = []tier.Floor{{Tier: "gold", Need: tier.Totals{Points: 10_000}}}
	s.begin(loyalty.Programme{Tiers: s.tiers("UTC", p)}, "2024-01-01T00:00:00Z", "m")
	s.qualify("m", "2024-06-01T00:00:00Z", 9_900)
	s.at("2024-06-02T00:00:00Z")
	last := s.earn("m", points.EarnCommand{Points: 100, QP: 100}, "last")
	s.tier("m", "2026-01-01T00:00:00Z", "gold")
	s.tier("m", "2027-01-01T00:00:00Z", "gold")
	s.at("2027-06-01T00:00:00Z")
	_, err := s.l.Points.Clawback(s.Context(), till(), "m", loyalty.Reversal{Target: last.Seq, Points: 50}, loyalty.Call{Key: "return"})
	s.must(err)
	st := s.standing("m", "2027-06-01T00:00:00Z")
	s.equal("lifetime points", st.Lifetime.Points, int64(9_950))
	s.equal("the floor", st.Floor, "")
	s.tier("m", "2027-12-31T23:59:59Z", "gold")
	s.tier("m", "2028-01-01T00:00:00Z", "base")
}

func lastPiece(s *hardCase) {
	mug := reward.Reward{Code: "mug", En: "mug", Zh: "马克杯", Cost: 500, Stock: reward.Limited}
	var members []string
	for i := range 32 {
		members = append(members, fmt.Sprint("m", i))
	}
	s.begin(loyalty.Programme{Rewards: []reward.Reward{mug}}, "2025-01-01T00:00:00Z", members...)
	for _, m := range members {
		s.earn(m, points.EarnCommand{Points: 500}, "e "+m)
	}
	_, err := s.l.Rewards.Receive(s.Context(), till(), "mug", 1, loyalty.Call{Key: "delivery"})
	s.must(err)
	got := s.together(32, reward.ErrOutOfStock, func(i int) error {
		_, err := s.l.Rewards.Redeem(s.Context(), till(), members[i], loyalty.RedemptionRequest{Reward: "mug", N: 1}, loyalty.Call{Key: "redeem " + members[i]})
		return err
	})
	s.equal("redemptions", got, 1)
	stock, err := s.l.Rewards.Stock(s.Context(), till(), "mug")
	s.must(err)
	s.equal("pieces left", stock.Free, int64(0))
	kept := 0
	for _, m := range members {
		if points.Available(s.account(m).State, s.watch.Now()) == 500 {
			kept++
		}
	}
	s.equal("members who kept their points", kept, 31)
}

// contractLiability needs no store: it is the arithmetic of package liability, on the
// points that an account really has.
func contractLiability(s *hardCase) {
	s.begin(loyalty.Programme{}, "2025-01-01T00:00:00Z", "m")
	s.earn("m", points.EarnCommand{Points: 10_000}, "sales")
	s.at("2026-06-01T00:00:00Z")
	s.burn("m", 4_500, "year 2")
	s.at("2027-06-01T00:00:00Z")
	s.burn("m", 4_000, "year 3")
	redeemed := func(year int) int64 {
		from, until := time.Date(year, 1, 1, 0, 0, 0, 0, time.UTC), time.Date(year+1, 1, 1, 0, 0, 0, 0, time.UTC)
		p, err := s.l.Points.Statement(s.Context(), till(), "m", from, until)
		s.must(err)
		return p.Debits
	}
	for third, want := range map[int64][3]int64{9_900: {7_591_87, 3_489_77, 1_250_43}, 9_200: {8_169_52, 4_067_42, 672_78}} {
		checkLiability(s, redeemed(2026), redeemed(2027), third, want)
	}
}

func checkLiability(s *hardCase, second, third, estimate int64, want [3]int64) {
	s.Helper()
	cny := func(fen int64) money.Amount { return money.Amount{Minor: fen, Currency: money.CNY} }
	sale := liability.Sale{Price: cny(100_000_00), Products: cny(100_000_00), Issued: 10_000, Expected: 9_700, PointValue: money.Ratio{Num: 100, Den: 1}}
	split, err := sale.Split(liability.Options{})
	s.must(err)
	s.equal("allocated to points", split.Points, cny(8_842_30))
	s.equal("allocated to products", split.Products, cny(91_157_70))
	end := func(year int) calendar.Day { return s.day(year, time.December, 31) }
	rows, err := liability.Recognise([]liability.Period{
		{End: end(2025), Deferred: split.Points, Issued: 10_000, Estimate: 9_700},
		{End: end(2026), Redeemed: second, Estimate: 9_700},
		{End: end(2027), Redeemed: third, Estimate: estimate},
	}, liability.Options{})
	s.must(err)
	s.equal("revenue of year 2", rows[1].Revenue, cny(4_102_10))
	s.equal("revenue so far", rows[2].Recognised, cny(want[0]))
	s.equal("revenue of year 3", rows[2].Revenue, cny(want[1]))
	s.equal("liability", rows[2].Closing, cny(want[2]))
}
