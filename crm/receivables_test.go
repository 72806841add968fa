package crm_test

import (
	"encoding/json"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/guanxi-go/guanxi/crm"
	"github.com/guanxi-go/guanxi/crm/access"
	"github.com/guanxi-go/guanxi/crm/calendar"
	"github.com/guanxi-go/guanxi/crm/money"
	"github.com/guanxi-go/guanxi/crm/owner"
	"github.com/guanxi-go/guanxi/crm/receivable"
	"github.com/guanxi-go/guanxi/crm/stage"
)

// set is a clock that stands where it was put; any number of goroutines may ask it.
type set struct {
	mu  sync.Mutex
	now time.Time
}

func (c *set) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *set) to(d calendar.Day, minute int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = d.At(minute, shanghai)
}

var shanghai = time.FixedZone("Asia/Shanghai", 8*3600)

func date(text string) calendar.Day {
	d, err := calendar.ParseDay(text)
	if err != nil {
		panic(err)
	}
	return d
}

func cny(fen int64) money.Amount { return money.Amount{Minor: fen, Currency: money.CNY} }

func share(percent int64) money.Ratio { return money.Ratio{Num: percent, Den: 100} }

// office is eight hours from Monday to Friday, with the tables of the State Council.
func office(t require.TestingT) *calendar.Calendar {
	plan := calendar.MustPlan("09:00-12:00", "13:00-18:00")
	days := calendar.Week(plan, time.Monday, time.Tuesday, time.Wednesday, time.Thursday, time.Friday)
	c, err := calendar.Compile(calendar.Spec{ID: "office", Loc: shanghai, Years: calendar.China(),
		Patterns: []calendar.Pattern{{From: date("2025-01-01"), Cycle: days, Anchor: date("2025-01-06")}},
		From:     date("2025-01-01"), To: date("2027-12-31")})
	require.NoError(t, err)
	return c
}

// till is a scene whose clock stands on a day of the office, at nine.
func till(t *testing.T, on string) (*scene, *set) {
	clock := &set{now: date(on).At(9*60, shanghai)}
	s := newScene(t, crm.Options{Clock: clock, Calendar: office(t)})
	s.register("acme", organisation("华信"), li)
	return s, clock
}

func (s *scene) plan(order, customer string, parts ...receivable.Term) {
	s.t.Helper()
	_, err := s.Receivables.Plan(s.ctx, boss, crm.PaymentPlan{Order: order, Customer: customer, Price: cny(10_000_001), Terms: parts})
	require.NoError(s.t, err)
}

// owing plans orders of one instalment each, due a day after each other.
func (s *scene) owing(customer, first string, minor ...int64) {
	s.t.Helper()
	for n, m := range minor {
		_, err := s.Receivables.Plan(s.ctx, boss, crm.PaymentPlan{Order: fmt.Sprintf("SO-%d", n+1), Customer: customer, Price: cny(m),
			Terms: []receivable.Term{{Share: share(100), Due: date(first) + calendar.Day(n)}}})
		require.NoError(s.t, err)
	}
}

func (s *scene) outstanding(customer string) (minor []int64, states []string) {
	for i, err := range s.Receivables.By(s.ctx, boss, customer) {
		require.NoError(s.t, err)
		minor, states = append(minor, i.Outstanding), append(states, i.State)
	}
	return minor, states
}

// The values of scenario O-23, through the service.
func TestReceivablesO23(t *testing.T) {
	s, _ := till(t, "2026-11-21")
	s.plan("SO-9", "acme", receivable.Term{Share: share(30), Event: receivable.Signing}, receivable.Term{Share: share(30), Event: receivable.Shipment, Days: 10},
		receivable.Term{Share: share(35), Due: date("2026-12-01")}, receivable.Term{Share: share(5), Event: receivable.WarrantyEnd})
	minor, states := s.outstanding("acme")
	require.Equal(t, []int64{3_000_000, 3_000_000, 3_500_000, 500_001}, minor)
	require.Equal(t, []string{crm.InstalmentWaiting, crm.InstalmentWaiting, crm.InstalmentOpen, crm.InstalmentWaiting}, states)
	changed, err := s.Receivables.Event(s.ctx, boss, "SO-9", receivable.Shipment, date("2026-11-25"), crm.Call{})
	require.NoError(t, err)
	require.Equal(t, []string{"SO-9/2"}, changed)
	changed, err = s.Receivables.Event(s.ctx, boss, "SO-9", receivable.Shipment, date("2026-11-25"), crm.Call{})
	require.NoError(t, err)
	require.Empty(t, changed, "told twice")
	i, err := s.Receivables.Get(s.ctx, boss, "SO-9/2")
	require.NoError(t, err)
	require.Equal(t, date("2026-12-05"), i.Due)
	r, err := s.store.Record(s.ctx, crm.Subject{Kind: crm.KindInstalment, ID: "SO-9/2"})
	require.NoError(t, err)
	require.True(t, r.Due.Equal(date("2026-12-05").Start(shanghai)))
	_, err = s.Receivables.Event(s.ctx, boss, "SO-9", receivable.Acceptance, date("2026-11-25"), crm.Call{})
	require.ErrorIs(t, err, crm.ErrNotFound)
	_, err = s.Receivables.Plan(s.ctx, boss, crm.PaymentPlan{Order: "SO-9", Customer: "acme", Price: cny(1), Terms: []receivable.Term{{Share: share(100), Due: date("2026-12-01")}}})
	require.ErrorIs(t, err, crm.ErrDuplicate)

	s.register("beta", organisation("天达"), li)
	s.owing("beta", "2026-10-01", 70000, 50000, 30000)
	over := crm.Payment{ID: "R0", Amount: cny(80000), By: receivable.Allocation{Explicit: []receivable.Line{{Instalment: "SO-1/1", Minor: 70100}}}}
	_, err = s.Receivables.Receive(s.ctx, boss, "beta", over)
	var typed *receivable.Error
	require.ErrorAs(t, err, &typed)
	require.ErrorIs(t, err, receivable.ErrOverAllocation)
	require.Equal(t, int64(70000), typed.Left)
	_, err = s.Receivables.Receive(s.ctx, boss, "beta", crm.Payment{Amount: money.Amount{Minor: 5, Currency: money.USD}, By: receivable.Allocation{Explicit: []receivable.Line{{Instalment: "SO-1/1", Minor: 5}}}})
	require.ErrorIs(t, err, crm.ErrNotFound, "another currency is another account")

	proportional, err := s.Receivables.Receive(s.ctx, boss, "beta", crm.Payment{ID: "R1", Amount: cny(100000), By: receivable.Allocation{Method: receivable.Proportional}})
	require.NoError(t, err)
	require.Equal(t, []receivable.Line{{Instalment: "SO-1/1", Minor: 46667}, {Instalment: "SO-2/1", Minor: 33333}, {Instalment: "SO-3/1", Minor: 20000}}, proportional.Entry.Lines)
	_, err = s.Receivables.Reverse(s.ctx, boss, "beta", crm.Payment{Target: "R1", Amount: cny(0)})
	require.NoError(t, err)
	_, err = s.Receivables.Receive(s.ctx, boss, "beta", crm.Payment{ID: "R1", Amount: cny(5)})
	require.ErrorIs(t, err, crm.ErrDuplicate, "a line of the bank counts once")
	oldest, err := s.Receivables.Receive(s.ctx, boss, "beta", crm.Payment{ID: "R2", Amount: cny(100000)})
	require.NoError(t, err)
	require.Equal(t, []receivable.Line{{Instalment: "SO-1/1", Minor: 70000}, {Instalment: "SO-2/1", Minor: 30000}}, oldest.Entry.Lines)
	_, err = s.Receivables.Reverse(s.ctx, boss, "beta", crm.Payment{Target: "R2", Amount: cny(0)})
	require.NoError(t, err)
	all, err := s.Receivables.Receive(s.ctx, boss, "beta", crm.Payment{Call: crm.Call{Key: "k"}, ID: "R3", Amount: cny(160000)})
	require.NoError(t, err)
	require.Equal(t, int64(10000), all.Prepaid)
	again, err := s.Receivables.Receive(s.ctx, boss, "beta", crm.Payment{Call: crm.Call{Key: "k"}, ID: "R3", Amount: cny(160000)})
	require.NoError(t, err)
	require.Equal(t, all, again, "the same key is the same payment")
	minor, states = s.outstanding("beta")
	require.Equal(t, []int64{0, 0, 0}, minor)
	require.Equal(t, []string{crm.InstalmentPaid, crm.InstalmentPaid, crm.InstalmentPaid}, states)
	_, err = s.Receivables.Refund(s.ctx, boss, "beta", crm.Payment{ID: "F1", Amount: cny(4000)})
	require.NoError(t, err)
	_, err = s.Receivables.Reverse(s.ctx, boss, "beta", crm.Payment{Target: "R3", Amount: cny(0)})
	require.ErrorIs(t, err, crm.ErrConflict, "what was left over is spent")
	_, err = s.Receivables.Reverse(s.ctx, boss, "beta", crm.Payment{Target: "F1", Amount: cny(0)})
	require.NoError(t, err)
	undone, err := s.Receivables.Reverse(s.ctx, boss, "beta", crm.Payment{Target: "R3", Amount: cny(0)})
	require.NoError(t, err)
	require.Zero(t, undone.Prepaid)
	minor, _ = s.outstanding("beta")
	require.Equal(t, []int64{70000, 50000, 30000}, minor)

	_, err = s.Receivables.Prepay(s.ctx, boss, "beta", crm.Payment{Amount: cny(500)})
	require.NoError(t, err)
	used, err := s.Receivables.Apply(s.ctx, boss, "beta", crm.Payment{Amount: cny(400)})
	require.NoError(t, err)
	require.Equal(t, int64(100), used.Prepaid)
	gone, err := s.Receivables.WriteOff(s.ctx, boss, "beta", crm.Payment{Amount: cny(30000), Ref: "approval-3",
		By: receivable.Allocation{Explicit: []receivable.Line{{Instalment: "SO-3/1", Minor: 30000}}}})
	require.NoError(t, err)
	require.Equal(t, int64(119600), gone.Outstanding)
	journal, err := s.Receivables.Payments(s.ctx, boss, "beta", money.CNY)
	require.NoError(t, err)
	require.Len(t, journal, 11)
	s.verified()
}

// Prepaid money is a column, and net it is set off against what its customer owes in its
// currency; nothing is paid by that.
func TestReceivablesNet(t *testing.T) {
	s, _ := till(t, "2026-11-21")
	s.register("beta", organisation("贝塔"), zhao)
	s.owing("acme", "2026-11-18", 100, 200, 300, 400) // three, two and one day late, and due today
	_, err := s.Receivables.Plan(s.ctx, boss, crm.PaymentPlan{Order: "SO-usd", Customer: "acme", Price: money.Amount{Minor: 50, Currency: money.USD},
		Terms: []receivable.Term{{Share: share(100), Due: date("2026-11-01")}}})
	require.NoError(t, err)
	for _, p := range []struct {
		customer string
		amount   money.Amount
	}{{"acme", cny(650)}, {"beta", cny(900)}, {"beta", money.Amount{Minor: 70, Currency: money.USD}}} {
		_, err := s.Receivables.Prepay(s.ctx, boss, p.customer, crm.Payment{Amount: p.amount})
		require.NoError(t, err)
	}
	type row struct{ overdue, notDue, prepaid, setOff int64 }
	aged := func(actor crm.Actor, net bool) (rows map[string]row) {
		t.Helper()
		list, err := s.Receivables.Ageing(s.ctx, actor, 0, crm.AgeingOptions{Net: net})
		require.NoError(t, err)
		rows = map[string]row{}
		for _, a := range list {
			for _, of := range append(a.Customers, a.Total) {
				rows[a.Currency.String()+"/"+of.Customer] = row{of.Overdue().Minor, of.Buckets[receivable.NotDue].Minor, of.Prepaid, of.SetOff}
			}
		}
		return rows
	}
	gross := map[string]row{"CNY/acme": {600, 400, 650, 0}, "CNY/beta": {0, 0, 900, 0}, "CNY/": {600, 400, 1550, 0},
		"USD/acme": {50, 0, 0, 0}, "USD/beta": {0, 0, 70, 0}, "USD/": {50, 0, 70, 0}}
	require.Equal(t, gross, aged(boss, false))
	require.Equal(t, map[string]row{"CNY/acme": {0, 350, 0, 650}, "CNY/beta": {0, 0, 900, 0}, "CNY/": {0, 350, 900, 650},
		"USD/acme": {50, 0, 0, 0}, "USD/beta": {0, 0, 70, 0}, "USD/": {50, 0, 70, 0}}, aged(boss, true))
	require.Equal(t, map[string]row{"CNY/beta": {0, 0, 900, 0}, "CNY/": {0, 0, 900, 0}, "USD/beta": {0, 0, 70, 0}, "USD/": {0, 0, 70, 0}},
		aged(crm.Actor{ID: "zhao", Sees: access.Scope{Owner: "zhao"}}, true))
	require.Equal(t, gross, aged(boss, false), "a report pays nothing")
	s.verified()
}

// The values of scenario O-24, through the service.
func TestReceivablesO24(t *testing.T) {
	s, _ := till(t, "2026-11-21")
	for n, due := range []string{"2026-11-21", "2026-11-20", "2026-10-22", "2026-10-21", "2026-08-22", "2025-11-26", "2025-11-25"} {
		_, err := s.Receivables.Plan(s.ctx, boss, crm.PaymentPlan{Order: fmt.Sprint("A-", n), Customer: "acme", Price: cny(1 << n),
			Terms: []receivable.Term{{Share: share(100), Due: date(due)}}})
		require.NoError(t, err)
	}
	_, err := s.Receivables.Prepay(s.ctx, boss, "acme", crm.Payment{Amount: cny(7)})
	require.NoError(t, err)
	aged, err := s.Receivables.Ageing(s.ctx, boss, 0, crm.AgeingOptions{})
	require.NoError(t, err)
	require.Len(t, aged, 1)
	var sums []int64
	for _, b := range aged[0].Total.Buckets {
		sums = append(sums, b.Minor)
	}
	require.Equal(t, []int64{1, 2 + 4, 8, 0, 16, 32, 64}, sums)
	require.Equal(t, int64(127), aged[0].Total.Total.Minor)
	require.Equal(t, int64(7), aged[0].Total.Prepaid)
	nobody, err := s.Receivables.Ageing(s.ctx, crm.Actor{ID: "x"}, 0, crm.AgeingOptions{})
	require.NoError(t, err)
	require.Empty(t, nobody)

	s, clock := till(t, "2026-01-05")
	_, err = s.Receivables.Plan(s.ctx, boss, crm.PaymentPlan{Order: "D", Customer: "acme", Price: cny(100), Terms: []receivable.Term{{Share: share(100), Due: date("2026-01-31")}}})
	require.NoError(t, err)
	var fired []string
	for d := date("2026-01-05"); d <= date("2026-04-10"); d++ {
		clock.to(d, 9*60)
		for dun, err := range s.Receivables.Dunning(s.ctx, boss, "li", 0) {
			require.NoError(t, err)
			for range 2 {
				done, err := s.Receivables.Remind(s.ctx, boss, dun.ID, dun.Firing.Step, crm.Call{})
				require.NoError(t, err)
				if done.Sent {
					fired = append(fired, d.String()+" "+done.To.String())
				}
			}
		}
	}
	require.Equal(t, []string{"2026-01-26 owner", "2026-02-02 owner", "2026-02-24 owner", "2026-03-02 manager", "2026-04-01 legal"}, fired)
	_, err = s.Receivables.Remind(s.ctx, boss, "D/1", 6, crm.Call{})
	require.ErrorIs(t, err, crm.ErrTransition)
	kinds := map[string]int{}
	events, err := s.store.(crm.Outbox).Pending(s.ctx, 100)
	require.NoError(t, err)
	for _, e := range events {
		kinds[e.Kind]++
	}
	for n := 1; n <= 5; n++ {
		require.Equal(t, 1, kinds[fmt.Sprint("dunning.", n)], "each once, though it was asked for twice")
	}

	s, clock = till(t, "2026-02-19")
	_, err = s.Receivables.Plan(s.ctx, boss, crm.PaymentPlan{Order: "D", Customer: "acme", Price: cny(100), Terms: []receivable.Term{{Share: share(100), Due: date("2026-01-31")}}})
	require.NoError(t, err)
	_, err = s.Receivables.Remind(s.ctx, boss, "D/1", 2, crm.Call{})
	require.NoError(t, err)
	clock.to(date("2026-02-20"), 600)
	require.NoError(t, s.Receivables.Promise(s.ctx, boss, "D/1", date("2026-02-26"), crm.Call{}))
	require.ErrorIs(t, s.Receivables.Promise(s.ctx, boss, "D/1", date("2026-02-19"), crm.Call{}), crm.ErrInvalid)
	due := func(on string) (steps []int) {
		for dun, err := range s.Receivables.Dunning(s.ctx, boss, "", date(on)) {
			require.NoError(t, err)
			steps = append(steps, dun.Firing.Step)
		}
		return steps
	}
	require.Empty(t, due("2026-02-26"))
	require.Equal(t, []int{3}, due("2026-02-27"))
	require.ErrorIs(t, s.Receivables.Dispute(s.ctx, boss, "D/1", 101, crm.Call{}), receivable.ErrOverAllocation)
	require.NoError(t, s.Receivables.Dispute(s.ctx, boss, "D/1", 100, crm.Call{}))
	require.Empty(t, due("2026-02-27"), "what is disputed is not asked for")
	_, states := s.outstanding("acme")
	require.Equal(t, []string{crm.InstalmentDisputed}, states)
	_, err = s.Receivables.Receive(s.ctx, boss, "acme", crm.Payment{Amount: cny(60)})
	require.NoError(t, err)
	i, err := s.Receivables.Get(s.ctx, boss, "D/1")
	require.NoError(t, err)
	require.Equal(t, int64(40), i.Disputed, "no more than is outstanding")
	require.NoError(t, s.Receivables.Dispute(s.ctx, boss, "D/1", 0, crm.Call{}))
	require.Equal(t, []int{3}, due("2026-02-27"))
	s.verified()
}

// A customer who is late goes into collection and comes back, by the command and by
// nothing else.
func TestCollection(t *testing.T) {
	s, clock := till(t, "2026-11-02")
	_, err := s.Stages.Category.Move(s.ctx, boss, "acme", crm.Move[stage.SalesCategory]{To: stage.SalesClosed})
	require.NoError(t, err)
	s.owing("acme", "2026-11-10", 500, 300)
	category := func() stage.SalesCategory { return s.get("acme").Standing.Category.State }
	clock.to(date("2026-11-10"), 23*60+59)
	done, err := s.Receivables.Collect(s.ctx, boss, "acme", crm.Call{})
	require.NoError(t, err)
	require.Equal(t, crm.Collected{Category: stage.SalesClosed}, done, "on its day it is on time")
	_, err = s.Stages.Category.Move(s.ctx, boss, "acme", crm.Move[stage.SalesCategory]{To: stage.SalesInCollection})
	require.Error(t, err, "nobody comes into collection without a receivable that is overdue")
	clock.to(date("2026-11-11"), 0)
	before := s.get("acme").Standing
	moved, err := s.Receivables.CollectAll(s.ctx, boss, crm.Call{})
	require.NoError(t, err)
	require.Equal(t, 1, moved)
	require.Equal(t, stage.SalesInCollection, category())
	after := s.get("acme").Standing
	after.Category = before.Category
	require.Equal(t, before, after, "nothing else about the customer moves")
	moved, err = s.Receivables.CollectAll(s.ctx, boss, crm.Call{})
	require.NoError(t, err)
	require.Zero(t, moved)
	_, err = s.Receivables.Receive(s.ctx, boss, "acme", crm.Payment{Amount: cny(500)})
	require.NoError(t, err)
	require.Equal(t, stage.SalesInCollection, category(), "a payment moves no category")
	done, err = s.Receivables.Collect(s.ctx, boss, "acme", crm.Call{Reason: "paid"})
	require.NoError(t, err)
	require.Equal(t, crm.Collected{Category: stage.SalesClosed, Moved: true}, done)
	s.register("beta", organisation("天达"), li)
	done, err = s.Receivables.Collect(s.ctx, boss, "beta", crm.Call{})
	require.NoError(t, err)
	require.Equal(t, crm.Collected{}, done, "who is in no category stays in none")
	s.verified()
}

// The colleague who collects leaves: nothing stays behind, and who left gets nothing.
func TestReceivablesOfALeaver(t *testing.T) {
	s, _ := till(t, "2026-11-02")
	s.owing("acme", "2026-11-10", 500, 300)
	_, err := s.Owners.TransferAll(s.ctx, boss, "li", crm.Leaving{Terms: crm.Terms{Call: crm.Call{Reason: "leaves"}}, Takers: []owner.Staff{zhao}})
	require.NoError(t, err)
	for i, err := range s.Receivables.By(s.ctx, boss, "acme") {
		require.NoError(t, err)
		require.Equal(t, "zhao", i.Owner)
		require.Equal(t, "sales/west/", i.Path)
	}
	_, err = s.Receivables.Plan(s.ctx, boss, crm.PaymentPlan{Order: "N", Customer: "acme", Price: cny(1), Collector: li,
		Terms: []receivable.Term{{Share: share(100), Due: date("2026-12-01")}}})
	require.ErrorIs(t, err, crm.ErrForbidden)
	seller := crm.Actor{ID: "zhao", Sees: access.Scope{Owner: "zhao"}}
	_, err = s.Receivables.Get(s.ctx, seller, "SO-1/1")
	require.NoError(t, err)
	other := crm.Actor{ID: "sun", Sees: access.Scope{Owner: "sun"}}
	_, err = s.Receivables.Get(s.ctx, other, "SO-1/1")
	require.ErrorIs(t, err, crm.ErrNotFound)
	require.ErrorIs(t, s.Receivables.Dispute(s.ctx, other, "SO-1/1", 1, crm.Call{}), crm.ErrNotFound)
	_, err = s.Receivables.Receive(s.ctx, other, "acme", crm.Payment{Amount: cny(1)})
	require.ErrorIs(t, err, crm.ErrNotFound)
	s.verified()
}

// A person is forgotten: the reasons go, the money stays, and more can come in.
func TestReceivablesOfWhoIsForgotten(t *testing.T) {
	s, _ := till(t, "2026-11-02")
	s.register("zhang", person(t, "张伟", "13800138000"), li)
	s.owing("zhang", "2026-11-10", 500)
	require.NoError(t, s.Receivables.Promise(s.ctx, boss, "SO-1/1", date("2026-11-05"), crm.Call{Reason: "张伟 rang"}))
	_, err := s.Receivables.Receive(s.ctx, boss, "zhang", crm.Payment{Amount: cny(100), Call: crm.Call{Reason: "from 张伟"}})
	require.NoError(t, err)
	_, err = s.Privacy.Forget(s.ctx, boss, "zhang", crm.Erasure{Call: crm.Call{Reason: "asked"}})
	require.NoError(t, err)
	_, err = s.Receivables.Receive(s.ctx, boss, "zhang", crm.Payment{Amount: cny(400), Call: crm.Call{Reason: "from 张伟 again"}})
	require.NoError(t, err)
	a, err := s.Receivables.Account(s.ctx, boss, "zhang", money.CNY)
	require.NoError(t, err)
	require.Zero(t, a.Outstanding())
	for _, j := range []crm.Journal{crm.JournalAccount, crm.JournalInstalment} {
		for e, err := range s.store.Entries(s.ctx, crm.EntryFilter{Journal: j}) {
			require.NoError(t, err)
			text, err := json.Marshal(e)
			require.NoError(t, err)
			require.NotContains(t, string(text), "张伟")
		}
	}
	_, err = s.Receivables.Plan(s.ctx, boss, crm.PaymentPlan{Order: "N", Customer: "zhang", Price: cny(1), Terms: []receivable.Term{{Share: share(100), Due: date("2026-12-01")}}})
	require.ErrorIs(t, err, crm.ErrForgotten)
}

// Whatever is paid and undone in whatever order: of each payment, what is allocated and
// what is left over sum to it, and what is outstanding and prepaid is what was planned
// less what came in.
func TestPaymentsSum(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		s, _ := till(t, "2026-11-02")
		parts := rapid.SliceOfN(rapid.Int64Range(1, 1000), 1, 5).Draw(rt, "parts")
		s.owing("acme", "2026-11-10", parts...)
		var planned, in, out, given int64 // out: refunded; given: written off
		for _, p := range parts {
			planned += p
		}
		var entries []receivable.Entry
		for n := range rapid.IntRange(1, 12).Draw(rt, "payments") {
			p := crm.Payment{ID: fmt.Sprint(n), Amount: cny(rapid.Int64Range(1, 1500).Draw(rt, "minor"))}
			if rapid.Bool().Draw(rt, "proportional") {
				p.By.Method = receivable.Proportional
			}
			var done crm.Posted
			var err error
			switch rapid.IntRange(0, 5).Draw(rt, "kind") {
			case 0:
				done, err = s.Receivables.Prepay(s.ctx, boss, "acme", p)
			case 1:
				done, err = s.Receivables.Apply(s.ctx, boss, "acme", p)
			case 2:
				done, err = s.Receivables.Refund(s.ctx, boss, "acme", p)
			case 3:
				done, err = s.Receivables.WriteOff(s.ctx, boss, "acme", p)
			case 4:
				if len(entries) == 0 {
					continue
				}
				p.Target = rapid.SampledFrom(entries).Draw(rt, "target").ID
				if rapid.Bool().Draw(rt, "whole") {
					p.Amount.Minor = 0
				}
				done, err = s.Receivables.Reverse(s.ctx, boss, "acme", p)
			default:
				done, err = s.Receivables.Receive(s.ctx, boss, "acme", p)
				require.NoError(rt, err)
				require.Equal(rt, p.Amount.Minor, done.Entry.Minor)
			}
			if err != nil {
				continue // refused, which changes nothing
			}
			sum := done.Entry.Surplus
			for _, l := range done.Entry.Lines {
				sum += l.Minor
			}
			require.Equal(rt, done.Entry.Minor, sum, "allocated + surplus = payment")
			kind, sign := done.Entry.Kind, int64(1)
			if kind == receivable.Reversal {
				sign = -1
				for _, e := range entries {
					if e.ID == done.Entry.Target {
						kind = e.Kind
					}
				}
			}
			switch kind {
			case receivable.Receipt, receivable.Prepayment:
				in += sign * done.Entry.Minor
			case receivable.Refund:
				out += sign * done.Entry.Minor
			case receivable.WriteOff:
				given += sign * done.Entry.Minor
			}
			entries = append(entries, done.Entry)
			require.Equal(rt, planned-given+done.Prepaid, in-out+done.Outstanding, "nothing is lost, nothing is made")
		}
		a, err := s.Receivables.Account(s.ctx, boss, "acme", money.CNY)
		require.NoError(rt, err)
		minor, _ := s.outstanding("acme")
		var sum int64
		for _, m := range minor {
			require.GreaterOrEqual(rt, m, int64(0))
			sum += m
		}
		require.Equal(rt, a.Outstanding(), sum, "the records are what the journal comes to")
		s.verified()
	})
}

// Eight cashiers book at once; nothing is lost, nothing counts twice.
func TestPaymentsAtOnce(t *testing.T) {
	s, _ := till(t, "2026-11-02")
	s.owing("acme", "2026-11-10", 3000, 3000, 3000)
	const cashiers = 8
	each := 10
	if testing.Short() {
		each = 2
	}
	var wait sync.WaitGroup
	errs := make([]error, cashiers)
	for n := range cashiers {
		wait.Go(func() {
			for k := range each {
				p := crm.Payment{ID: fmt.Sprintf("%d-%d", n, k), Amount: cny(int64(100 + n)), Call: crm.Call{Key: fmt.Sprint(k)}}
				actor := crm.Actor{ID: fmt.Sprint("cashier-", n), Sees: access.Everything()}
				for range 2 { // each is sent twice
					for tries := 0; tries < 200; tries++ {
						if _, errs[n] = s.Receivables.Receive(s.ctx, actor, "acme", p); errs[n] == nil {
							break
						}
					}
				}
			}
		})
	}
	wait.Wait()
	var paid int64
	for n := range cashiers {
		require.NoError(t, errs[n])
		paid += int64(each * (100 + n))
	}
	a, err := s.Receivables.Account(s.ctx, boss, "acme", money.CNY)
	require.NoError(t, err)
	require.Equal(t, paid, 9000-a.Outstanding()+a.Prepaid())
	journal, err := s.Receivables.Payments(s.ctx, boss, "acme", money.CNY)
	require.NoError(t, err)
	require.Len(t, journal, cashiers*each, "each once")
	minor, _ := s.outstanding("acme")
	require.Equal(t, a.Outstanding(), minor[0]+minor[1]+minor[2])
	s.verified()
}
