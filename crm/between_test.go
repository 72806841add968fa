package crm_test

import (
	"context"
	"iter"
	"testing"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"

	"github.com/guanxi-go/guanxi/crm"
	"github.com/guanxi-go/guanxi/crm/calendar"
	"github.com/guanxi-go/guanxi/crm/care"
	"github.com/guanxi-go/guanxi/crm/money"
	"github.com/guanxi-go/guanxi/crm/owner"
	"github.com/guanxi-go/guanxi/crm/pipeline/lead"
	"github.com/guanxi-go/guanxi/crm/pipeline/quote"
	"github.com/guanxi-go/guanxi/crm/receivable"
)

// meddled lets somebody else act between two reads.
type meddled struct {
	*crm.Memory
	before func(what string, s crm.Subject)
}

func (m *meddled) meet(what string, s crm.Subject) {
	if m.before != nil {
		m.before(what, s)
	}
}

func (m *meddled) Record(ctx context.Context, s crm.Subject) (crm.Record, error) {
	m.meet("record", s)
	return m.Memory.Record(ctx, s)
}
func (m *meddled) Customer(ctx context.Context, id string) (crm.Customer, error) {
	m.meet("customer", crm.Subject{Kind: crm.KindCustomer, ID: id})
	return m.Memory.Customer(ctx, id)
}
func (m *meddled) Head(ctx context.Context, s crm.Subject) (crm.Head, error) {
	m.meet("head", s)
	return m.Memory.Head(ctx, s)
}
func (m *meddled) Records(ctx context.Context, f crm.RecordFilter) iter.Seq2[crm.Record, error] {
	m.meet("records", crm.Subject{Kind: f.Kind})
	return m.Memory.Records(ctx, f)
}
func (m *meddled) Entries(ctx context.Context, f crm.EntryFilter) iter.Seq2[crm.Entry, error] {
	m.meet("entries "+string(f.Journal), f.Subject)
	return m.Memory.Entries(ctx, f)
}

// once meddles at the n-th read of a kind, and returns whether it did.
func (m *meddled) once(what string, kind crm.Kind, n int, do func()) *bool {
	did := false
	m.before = func(w string, s crm.Subject) {
		if w != what || s.Kind != kind {
			return
		}
		if n--; n == 0 {
			m.before = nil
			did = true
			do()
		}
	}
	return &did
}

// Who was forgotten is not written about, whoever gets the work.
func TestTransferForgotten(t *testing.T) {
	s := selling(t, crm.Options{})
	_, err := s.Privacy.Forget(s.ctx, boss, "c1", crm.Erasure{Call: crm.Call{Reason: "asked"}})
	require.NoError(t, err)
	_, err = s.Opportunities.Transfer(s.ctx, boss, "o1", zhao, crm.Terms{Call: crm.Call{Reason: "Zhang San asked"}})
	require.NoError(t, err)
	owners, err := s.Opportunities.Owners(s.ctx, boss, "o1")
	require.NoError(t, err)
	require.Empty(t, owners[len(owners)-1].Reason)
}

// The order is for what the opportunity comes to when it is won.
func TestWinSeesEdit(t *testing.T) {
	for n := 1; n <= 6; n++ {
		store := &meddled{Memory: new(crm.Memory)}
		s := newSceneOn(t, store, crm.Options{})
		s.register("c1", person(t, "张三", "13800138000"), li)
		s.open("o1", yuan(100))
		store.once("record", crm.KindOpportunity, n, func() {
			_, err := s.Opportunities.Edit(s.ctx, boss, "o1", crm.Call{}, func(e *crm.Expectation) error { e.Amount = yuan(70); return nil })
			require.NoError(t, err)
		})
		_, err := s.Opportunities.Win(s.ctx, boss, "o1", crm.Winning{Order: "so1", Met: ready})
		require.NoError(t, err)
		store.before = nil
		o, err := s.Orders.Get(s.ctx, boss, "so1")
		require.NoError(t, err)
		require.Equal(t, s.opportunity("o1").Amount, o.Amount, n)
	}
}

// Who looks after a new order is who has the customer by then.
func TestOrderSeesOwner(t *testing.T) {
	for n := 1; n <= 6; n++ {
		store := &meddled{Memory: new(crm.Memory)}
		s := newSceneOn(t, store, crm.Options{})
		s.register("c1", person(t, "张三", "13800138000"), li)
		did := store.once("customer", crm.KindCustomer, n, func() {
			_, err := s.Owners.Transfer(s.ctx, boss, "c1", zhao, crm.Terms{Call: crm.Call{Reason: "r"}})
			require.NoError(t, err)
		})
		_, err := s.Orders.Draft(s.ctx, boss, crm.NewOrder{ID: "so1", Customer: "c1", Amount: yuan(1)})
		require.NoError(t, err)
		o, err := s.Orders.Get(s.ctx, boss, "so1")
		require.NoError(t, err)
		if *did {
			require.Equal(t, "zhao", o.Owner, n)
		}
	}
}

// So is who collects.
func TestPlanSeesOwner(t *testing.T) {
	for n := 1; n <= 4; n++ {
		store := &meddled{Memory: new(crm.Memory)}
		s := newSceneOn(t, store, crm.Options{})
		s.register("c1", person(t, "张三", "13800138000"), li)
		did := store.once("head", crm.KindInstalment, n, func() {
			_, err := s.Owners.Transfer(s.ctx, boss, "c1", zhao, crm.Terms{Call: crm.Call{Reason: "r"}})
			require.NoError(t, err)
		})
		_, err := s.Receivables.Plan(s.ctx, boss, crm.PaymentPlan{Order: "so1", Customer: "c1", Price: cny(100), Terms: []receivable.Term{{Share: share(100), Due: date("2026-02-01")}}})
		require.NoError(t, err)
		i, err := s.Receivables.Get(s.ctx, boss, "so1/1")
		require.NoError(t, err)
		if *did {
			require.Equal(t, "zhao", i.Owner, n)
		}
	}
}

// What is recorded was so, at the latest by now.
func TestNothingToCome(t *testing.T) {
	soon := func(s *scene) crm.Call { return crm.Call{At: s.clock.now.AddDate(0, 1, 0), Reason: "r"} }
	lines := []quote.Line{{Quantity: decimal.NewFromInt(1), Price: decimal.NewFromInt(90)}}
	drafted := func(s *scene) {
		_, err := s.Quotes.Draft(s.ctx, boss, crm.NewQuote{ID: "q1", Opportunity: "o1", Lines: lines, Currency: money.CNY, ValidUntil: calendar.MustDate(2026, 1, 10)})
		require.NoError(t, err)
		_, err = s.Quotes.Send(s.ctx, boss, "q1", crm.Call{})
		require.NoError(t, err)
		_, err = s.Orders.Draft(s.ctx, boss, crm.NewOrder{ID: "so1", Customer: "c1", Amount: yuan(1)})
		require.NoError(t, err)
		_, err = s.Receivables.Plan(s.ctx, boss, crm.PaymentPlan{Order: "so9", Customer: "c1", Price: cny(100), Terms: []receivable.Term{{Share: share(100), Due: date("2026-01-20")}}})
		require.NoError(t, err)
	}
	for name, do := range map[string]func(s *scene) error{
		"draft quote": func(s *scene) error {
			_, err := s.Quotes.Draft(s.ctx, boss, crm.NewQuote{Call: soon(s), ID: "q2", Opportunity: "o1", Lines: lines, Currency: money.CNY})
			return err
		},
		"expire":  func(s *scene) error { _, err := s.Quotes.Expire(s.ctx, boss, "q1", soon(s)); return err },
		"decline": func(s *scene) error { _, err := s.Quotes.Decline(s.ctx, boss, "q1", soon(s)); return err },
		"draft order": func(s *scene) error {
			_, err := s.Orders.Draft(s.ctx, boss, crm.NewOrder{Call: soon(s), ID: "so2", Customer: "c1", Amount: yuan(1)})
			return err
		},
		"sign": func(s *scene) error {
			_, err := s.Orders.Sign(s.ctx, boss, "so1", crm.Signing{Call: soon(s)})
			return err
		},
		"cancel": func(s *scene) error { _, err := s.Orders.Cancel(s.ctx, boss, "so1", soon(s)); return err },
		"sign no day": func(s *scene) error {
			_, err := s.Orders.Sign(s.ctx, boss, "so1", crm.Signing{On: calendar.Day(-2000000000)})
			return err
		},
		"edit": func(s *scene) error {
			_, err := s.Opportunities.Edit(s.ctx, boss, "o1", soon(s), func(*crm.Expectation) error { return nil })
			return err
		},
		"remind":  func(s *scene) error { _, err := s.Receivables.Remind(s.ctx, boss, "so9/1", 1, soon(s)); return err },
		"promise": func(s *scene) error { return s.Receivables.Promise(s.ctx, boss, "so9/1", date("2026-03-01"), soon(s)) },
		"receive": func(s *scene) error {
			_, err := s.Receivables.Receive(s.ctx, boss, "c1", crm.Payment{Call: soon(s), Amount: cny(5)})
			return err
		},
		"care": func(s *scene) error {
			_, err := s.Registries.CarePlans.Put(s.ctx, boss, []care.Plan{cards()}, 0, crm.Call{})
			require.NoError(t, err)
			made := s.generate(crm.GenerateCare{Facts: bornOn(2)}).Made
			return s.Care.Done(s.ctx, boss, made[0], crm.CareOutcome{Call: soon(s)})
		},
		"event": func(s *scene) error {
			_, err := s.Events.Plan(s.ctx, boss, crm.NewEventSeries{Call: soon(s), Event: fridays("e1")})
			return err
		},
		"agenda": func(s *scene) error {
			_, err := s.Agenda.Remind(s.ctx, boss, crm.NewReminder{Call: soon(s), Owner: li, Reminder: atNine()})
			return err
		},
	} {
		t.Run(name, func(t *testing.T) {
			s := selling(t, crm.Options{})
			drafted(s)
			require.ErrorIs(t, do(s), crm.ErrInvalid)
		})
	}
}

// An account can be read while instalments are planned and paid.
func TestLedgerWhilePaying(t *testing.T) {
	store := &meddled{Memory: new(crm.Memory)}
	s := newSceneOn(t, store, crm.Options{})
	s.register("c1", person(t, "张三", "13800138000"), li)
	other, err := crm.New(store.Memory, crm.Options{Clock: s.clock})
	require.NoError(t, err)
	plan := func(order string) {
		_, err := other.Receivables.Plan(s.ctx, boss, crm.PaymentPlan{Order: order, Customer: "c1", Price: cny(100), Terms: []receivable.Term{{Share: share(100), Due: date("2026-01-20")}}})
		require.NoError(t, err)
	}
	plan("so1")
	for what, kind := range map[string]crm.Kind{"records": crm.KindInstalment, "entries account": crm.KindAccount} {
		for _, command := range []bool{false, true} {
			store.once(what, kind, 1, func() {
				plan("x" + what[:1] + map[bool]string{true: "c", false: "r"}[command])
				_, err = other.Receivables.Receive(s.ctx, boss, "c1", crm.Payment{Amount: cny(150)})
				require.NoError(t, err)
			})
			if command {
				_, err = s.Receivables.Prepay(s.ctx, boss, "c1", crm.Payment{Amount: cny(5)})
			} else {
				_, err = s.Receivables.Account(s.ctx, boss, "c1", money.CNY)
			}
			require.NoError(t, err, what)
		}
	}
}

// A reminder about a customer who is out of the host's table stops, and no other with it.
func TestRemindersOfNobody(t *testing.T) {
	hosted := &vanishing{Memory: new(crm.Memory)}
	clock := &at{day(0)}
	s := newSceneOn(t, hosted, crm.Options{Clock: clock})
	s.register("c1", person(t, "张三", "13800138000"), li)
	s.register("c2", person(t, "李四", "13900139000"), li)
	s.remind(crm.NewReminder{Reminder: atNine(), Customer: "c1"})
	s.remind(crm.NewReminder{Reminder: atNine(), Customer: "c2"})
	hosted.gone = "c1"
	clock.Time = hour(9, 5)
	fired, err := s.Agenda.FireAll(s.ctx, boss, nil)
	require.NoError(t, err)
	require.Len(t, fired, 1)
}

type vanishing struct {
	*crm.Memory
	gone string
}

func (v *vanishing) Customer(ctx context.Context, id string) (crm.Customer, error) {
	if id == v.gone {
		return crm.Customer{}, &crm.Error{Err: crm.ErrNotFound}
	}
	return v.Memory.Customer(ctx, id)
}

// What a lead becomes counts against its owner's capacity, also beside others.
func TestConvertCapacity(t *testing.T) {
	for n := 0; n <= 6; n++ {
		store := &meddled{Memory: new(crm.Memory)}
		s := leadScene(t, store, crm.Options{Ownership: owner.Policy{Capacity: 2}}, lead.Limit{})
		s.qualified("l1", "张三", "13800138000", li, "company", "华信科技")
		other, err := crm.New(store.Memory, crm.Options{Clock: s.clock, Ownership: owner.Policy{Capacity: 2}})
		require.NoError(t, err)
		store.once("record", crm.KindStaff, n, func() {
			_, err := other.Customers.Register(s.ctx, boss, crm.Registration{ID: "c9", Profile: person(t, "李四", ""), Owner: li})
			require.NoError(t, err)
		})
		_, err = s.Leads.Convert(s.ctx, boss, "l1", crm.ConvertLead{Opportunity: &crm.OpenOpportunity{Title: "a lathe"}})
		store.before = nil
		held := len(ids(t, s.Customers.List(s.ctx, boss, crm.CustomerFilter{Owner: "li"})))
		require.LessOrEqual(t, held, 2)
		if n == 0 {
			require.NoError(t, err)
		}
	}
}
