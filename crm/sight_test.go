package crm_test

import (
	"context"
	"errors"
	"iter"
	"reflect"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/guanxi-go/guanxi/crm"
	"github.com/guanxi-go/guanxi/crm/access"
	"github.com/guanxi-go/guanxi/crm/account"
	"github.com/guanxi-go/guanxi/crm/agenda"
	"github.com/guanxi-go/guanxi/crm/approval"
	"github.com/guanxi-go/guanxi/crm/calendar"
	"github.com/guanxi-go/guanxi/crm/group"
	"github.com/guanxi-go/guanxi/crm/money"
	"github.com/guanxi-go/guanxi/crm/owner"
	"github.com/guanxi-go/guanxi/crm/party"
	"github.com/guanxi-go/guanxi/crm/pipeline"
	"github.com/guanxi-go/guanxi/crm/pipeline/bid"
	"github.com/guanxi-go/guanxi/crm/pipeline/lead"
	"github.com/guanxi-go/guanxi/crm/pipeline/quote"
	"github.com/guanxi-go/guanxi/crm/privacy"
	"github.com/guanxi-go/guanxi/crm/purchase"
	"github.com/guanxi-go/guanxi/crm/receivable"
	"github.com/guanxi-go/guanxi/crm/reminder"
	"github.com/guanxi-go/guanxi/crm/segment"
	"github.com/guanxi-go/guanxi/crm/stage"
	"github.com/guanxi-go/guanxi/crm/timeline"
	"github.com/shopspring/decimal"
)

// one counts a thing that was read, rows a listing, len_ a list.
func one[T any](_ T, err error) (int, error) { return 1, err }

func rows[T any](list iter.Seq2[T, error]) (n int, err error) {
	for _, err := range list {
		if err != nil {
			return n, err
		}
		n++
	}
	return n, nil
}

func count[T any](list []T, err error) (int, error) { return len(list), err }

func activities(t *timeline.Timeline, err error) (int, error) {
	if err != nil {
		return 0, err
	}
	return t.Len(), nil
}

// reads are all exported methods of the services that take an actor and are no command:
// commands take a Call, by itself or within their own parameters.
func reads(c *crm.CRM) (names []string) {
	takesCall := func(in reflect.Type) bool {
		if in.Kind() != reflect.Struct {
			return false
		}
		f, ok := in.FieldByName("Call")
		return in == reflect.TypeFor[crm.Call]() || ok && f.Type == reflect.TypeFor[crm.Call]()
	}
	var walk func(prefix string, services reflect.Type)
	walk = func(prefix string, services reflect.Type) {
		for i := range services.NumField() {
			field := services.Field(i)
			if !field.IsExported() {
				continue
			}
			for j := range field.Type.NumMethod() {
				m := field.Type.Method(j)
				if m.Type.NumIn() < 3 || m.Type.In(2) != reflect.TypeFor[crm.Actor]() {
					continue
				}
				command := false
				for k := 3; k < m.Type.NumIn(); k++ {
					command = command || takesCall(m.Type.In(k))
				}
				if !command {
					names = append(names, prefix+field.Name+"."+m.Name)
				}
			}
			if field.Type == reflect.TypeFor[*crm.Stages]() {
				walk("Stages.", field.Type.Elem())
			}
		}
	}
	walk("", reflect.TypeOf(c).Elem())
	slices.Sort(names)
	return names
}

// TestSight: what everybody's reader finds by any method of any service, a colleague of
// another unit does not, and who sees nothing does not either.
func TestSight(t *testing.T) {
	s, now := whole(t)
	today := calendar.DayOf(now, shanghai)
	later := now.AddDate(0, 1, 0)
	ctx := s.ctx
	rules := punished(t, new(crm.Memory), crm.Options{})
	_, err := rules.Penalties.Propose(ctx, boss, january, crm.Call{})
	require.NoError(t, err)
	var fine string
	for _, p := range rules.fines(boss, crm.PenaltyFilter{}) {
		fine = p.ID
	}
	c1 := crm.Subject{Kind: crm.KindCustomer, ID: "c1"}
	mobile := person(t, "张三", "13800138000").Identifiers[0]
	tries := map[string]func(crm.Actor) (int, error){
		"Customers.Find":       func(a crm.Actor) (int, error) { return one(s.Customers.Find(ctx, a, mobile)) },
		"Customers.Get":        func(a crm.Actor) (int, error) { return one(s.Customers.Get(ctx, a, "c1")) },
		"Customers.History":    func(a crm.Actor) (int, error) { return rows(s.Customers.History(ctx, a, "c1")) },
		"Customers.List":       func(a crm.Actor) (int, error) { return rows(s.Customers.List(ctx, a, crm.CustomerFilter{})) },
		"Customers.Placements": func(a crm.Actor) (int, error) { return count(s.Customers.Placements(ctx, a, "c1")) },

		"Contacts.Of":          func(a crm.Actor) (int, error) { return count(s.Contacts.Of(ctx, a, "acme")) },
		"Stakeholders.History": func(a crm.Actor) (int, error) { return rows(s.Stakeholders.History(ctx, a, "acme", "c2")) },
		"Stakeholders.Map": func(a crm.Actor) (int, error) {
			m, err := s.Stakeholders.Map(ctx, a, "acme", time.Time{}, account.Options{})
			return len(m.People), err
		},
		"Stakeholders.Of":    func(a crm.Actor) (int, error) { return count(s.Stakeholders.Of(ctx, a, "acme", time.Time{})) },
		"Stakeholders.Views": func(a crm.Actor) (int, error) { return count(s.Stakeholders.Views(ctx, a, "acme", "c2")) },
		"Ties.History":       func(a crm.Actor) (int, error) { return count(s.Ties.History(ctx, a, "acme", "sun", "c2")) },
		"Ties.Of":            func(a crm.Actor) (int, error) { return count(s.Ties.Of(ctx, a, "acme", time.Time{})) },
		"Ties.OfStaff":       func(a crm.Actor) (int, error) { return count(s.Ties.OfStaff(ctx, a, "sun")) },
		"KeyAccounts.List":   func(a crm.Actor) (int, error) { return rows(s.KeyAccounts.List(ctx, a)) },
		"KeyAccounts.History": func(a crm.Actor) (int, error) {
			return rows(s.KeyAccounts.History(ctx, a, "acme"))
		},

		"Owners.AsOf":    func(a crm.Actor) (int, error) { return one(s.Owners.AsOf(ctx, a, "c1", now, now)) },
		"Owners.History": func(a crm.Actor) (int, error) { return count(s.Owners.History(ctx, a, "c1")) },
		"Handovers.Get":  func(a crm.Actor) (int, error) { return one(s.Handovers.Get(ctx, a, "h1")) },
		"Handovers.List": func(a crm.Actor) (int, error) { return rows(s.Handovers.List(ctx, a, "")) },
		"Handovers.Inventory": func(a crm.Actor) (n int, err error) {
			list, err := s.Handovers.Inventory(ctx, a, "sun")
			for _, of := range list {
				n += len(of.Things)
			}
			return n, err
		},

		"Stages.Relationship.AsOf": func(a crm.Actor) (int, error) {
			_, _, _, err := s.Stages.Relationship.AsOf(ctx, a, "c1", now, now)
			return 1, err
		},
		"Stages.Ladder.AsOf": func(a crm.Actor) (int, error) {
			_, _, _, err := s.Stages.Ladder.AsOf(ctx, a, "c1", now, now)
			return 1, err
		},
		"Stages.Category.AsOf": func(a crm.Actor) (int, error) {
			_, _, _, err := s.Stages.Category.AsOf(ctx, a, "c1", now, now)
			return 1, err
		},
		"Stages.Relationship.History": func(a crm.Actor) (int, error) { return count(s.Stages.Relationship.History(ctx, a, "c1")) },
		"Stages.Ladder.History":       func(a crm.Actor) (int, error) { return count(s.Stages.Ladder.History(ctx, a, "c1")) },
		"Stages.Category.History":     func(a crm.Actor) (int, error) { return count(s.Stages.Category.History(ctx, a, "c1")) },

		"Timeline.Of":   func(a crm.Actor) (int, error) { return activities(s.Timeline.Of(ctx, a, "c1")) },
		"Timeline.With": func(a crm.Actor) (int, error) { return rows(s.Timeline.With(ctx, a, "c2")) },
		"Consents.Of":   func(a crm.Actor) (int, error) { return count(s.Consents.Of(ctx, a, "c1")) },
		"Consents.Permitted": func(a crm.Actor) (int, error) {
			return one(s.Consents.Permitted(ctx, a, "c1", privacy.Question{Purpose: "contact"}))
		},
		"Privacy.Copy": func(a crm.Actor) (int, error) { return one(s.Privacy.Copy(ctx, a, "c1", "")) },
		"Actions.Of":   func(a crm.Actor) (int, error) { return count(s.Actions.Of(ctx, a, c1)) },
		"Overview.Of":  func(a crm.Actor) (int, error) { return one(s.Overview.Of(ctx, a, "c1")) },
		"Overview.Purchases": func(a crm.Actor) (int, error) {
			sum, err := s.Overview.Purchases(ctx, a, crm.PurchaseFilter{}, segment.Options{})
			if err != nil {
				return 0, err
			}
			return sum.Len(), nil
		},

		"Leads.Best":     func(a crm.Actor) (int, error) { return count(s.Leads.Best(ctx, a, crm.LeadFilter{}, 9)) },
		"Leads.Get":      func(a crm.Actor) (int, error) { return one(s.Leads.Get(ctx, a, "l9")) },
		"Leads.History":  func(a crm.Actor) (int, error) { return rows(s.Leads.History(ctx, a, "l9")) },
		"Leads.List":     func(a crm.Actor) (int, error) { return rows(s.Leads.List(ctx, a, crm.LeadFilter{})) },
		"Leads.Owners":   func(a crm.Actor) (int, error) { return count(s.Leads.Owners(ctx, a, "l9")) },
		"Leads.Show":     func(a crm.Actor) (int, error) { return one(s.Leads.Show(ctx, a, "l9")) },
		"Leads.Timeline": func(a crm.Actor) (int, error) { return activities(s.Leads.Timeline(ctx, a, "l9")) },
		"Registrations.Get": func(a crm.Actor) (int, error) {
			return one(s.Registrations.Get(ctx, a, "g2"))
		},
		"Registrations.List": func(a crm.Actor) (int, error) {
			return rows(s.Registrations.List(ctx, a, crm.RegistrationFilter{}))
		},
		"Registrations.Ruling": func(a crm.Actor) (int, error) { return one(s.Registrations.Ruling(ctx, a, "ru1")) },

		"Opportunities.Forecast": func(a crm.Actor) (int, error) {
			f, err := s.Opportunities.Forecast(ctx, a, crm.OpportunityFilter{}, today, crm.ForecastOptions{})
			if err != nil {
				return 0, err
			}
			return f.Total.Deals + f.Overdue.Deals + f.LeftOut, nil
		},
		"Opportunities.Get":     func(a crm.Actor) (int, error) { return one(s.Opportunities.Get(ctx, a, "o9")) },
		"Opportunities.History": func(a crm.Actor) (int, error) { return rows(s.Opportunities.History(ctx, a, "o9")) },
		"Opportunities.List":    func(a crm.Actor) (int, error) { return rows(s.Opportunities.List(ctx, a, crm.OpportunityFilter{})) },
		"Opportunities.Owners":  func(a crm.Actor) (int, error) { return count(s.Opportunities.Owners(ctx, a, "o9")) },
		"Opportunities.Stuck": func(a crm.Actor) (int, error) {
			return count(s.Opportunities.Stuck(ctx, a, crm.OpportunityFilter{}, later.AddDate(1, 0, 0), pipeline.StuckOptions{}))
		},
		"Opportunities.Title": func(a crm.Actor) (int, error) { return one(s.Opportunities.Title(ctx, a, "o9")) },
		"Quotes.Due":          func(a crm.Actor) (int, error) { return rows(s.Quotes.Due(ctx, a, later.AddDate(1, 0, 0))) },
		"Quotes.Get":          func(a crm.Actor) (int, error) { return one(s.Quotes.Get(ctx, a, "q9")) },
		"Quotes.History":      func(a crm.Actor) (int, error) { return rows(s.Quotes.History(ctx, a, "q9")) },
		"Quotes.Rounds":       func(a crm.Actor) (int, error) { return count(s.Quotes.Rounds(ctx, a, "c1")) },
		"Bids.Allotted":       func(a crm.Actor) (int, error) { return count(s.Bids.Allotted(ctx, a, "b9")) },
		"Bids.Get":            func(a crm.Actor) (int, error) { return one(s.Bids.Get(ctx, a, "b9")) },
		"Bids.History":        func(a crm.Actor) (int, error) { return rows(s.Bids.History(ctx, a, "b9")) },
		"Bids.List":           func(a crm.Actor) (int, error) { return rows(s.Bids.List(ctx, a, crm.BidFilter{})) },
		"Bids.Responses":      func(a crm.Actor) (int, error) { return count(s.Bids.Responses(ctx, a, "sun")) },
		"Bids.Watch":          func(a crm.Actor) (int, error) { return count(s.Bids.Watch(ctx, a, later, bid.Options{})) },
		"Orders.Get":          func(a crm.Actor) (int, error) { return one(s.Orders.Get(ctx, a, "so2")) },
		"Orders.History":      func(a crm.Actor) (int, error) { return rows(s.Orders.History(ctx, a, "so2")) },
		"Orders.List":         func(a crm.Actor) (int, error) { return rows(s.Orders.List(ctx, a, crm.OrderFilter{})) },

		"Receivables.Account": func(a crm.Actor) (int, error) { return one(s.Receivables.Account(ctx, a, "c1", money.CNY)) },
		"Receivables.Ageing":  func(a crm.Actor) (int, error) { return count(s.Receivables.Ageing(ctx, a, today, crm.AgeingOptions{})) },
		"Receivables.By":      func(a crm.Actor) (int, error) { return rows(s.Receivables.By(ctx, a, "c1")) },
		"Receivables.Dunning": func(a crm.Actor) (int, error) { return rows(s.Receivables.Dunning(ctx, a, "", today+60)) },
		"Receivables.Get":     func(a crm.Actor) (int, error) { return one(s.Receivables.Get(ctx, a, "so3/1")) },
		"Receivables.Of":      func(a crm.Actor) (int, error) { return rows(s.Receivables.Of(ctx, a, "so3")) },
		"Receivables.Payments": func(a crm.Actor) (int, error) {
			return count(s.Receivables.Payments(ctx, a, "c1", money.CNY))
		},

		"Approvals.Due":     func(a crm.Actor) (int, error) { return rows(s.Approvals.Due(ctx, a, later)) },
		"Approvals.Get":     func(a crm.Actor) (int, error) { return one(s.Approvals.Get(ctx, a, "ap9")) },
		"Approvals.List":    func(a crm.Actor) (int, error) { return rows(s.Approvals.List(ctx, a, crm.RecordFilter{})) },
		"Approvals.Trail":   func(a crm.Actor) (int, error) { return count(s.Approvals.Trail(ctx, a, "ap9")) },
		"Approvals.Waiting": func(a crm.Actor) (int, error) { return rows(s.Approvals.Waiting(ctx, a, "v1", time.Time{})) },

		"Agenda.Appointment": func(a crm.Actor) (int, error) { return one(s.Agenda.Appointment(ctx, a, "v9")) },
		"Agenda.Between": func(a crm.Actor) (int, error) {
			return count(s.Agenda.Between(ctx, a, "sun", now.AddDate(0, -1, 0), later))
		},
		"Agenda.Due":      func(a crm.Actor) (int, error) { return count(s.Agenda.Due(ctx, a, "sun", later)) },
		"Agenda.FireAll":  func(a crm.Actor) (int, error) { return count(s.Agenda.FireAll(ctx, a, nil)) },
		"Agenda.Reminder": func(a crm.Actor) (int, error) { return one(s.Agenda.Reminder(ctx, a, "r9")) },
		"Care.Generate": func(a crm.Actor) (int, error) {
			made, err := s.Care.Generate(ctx, a, crm.GenerateCare{Ahead: 30})
			return len(made.Made) + len(made.Skipped) + made.Lacking + made.Unowned, err
		},
		"Care.Get":        func(a crm.Actor) (int, error) { return one(s.Care.Get(ctx, a, s.task)) },
		"Care.List":       func(a crm.Actor) (int, error) { return rows(s.Care.List(ctx, a, crm.CareFilter{})) },
		"Care.Review":     func(a crm.Actor) (int, error) { return count(s.Care.Review(ctx, a, "", today)) },
		"Events.Between":  func(a crm.Actor) (int, error) { return count(s.Events.Between(ctx, a, "sun", now, later)) },
		"Events.Changes":  func(a crm.Actor) (int, error) { return count(s.Events.Changes(ctx, a, "e9")) },
		"Events.Get":      func(a crm.Actor) (int, error) { return one(s.Events.Get(ctx, a, "e9")) },
		"Events.List":     func(a crm.Actor) (int, error) { return rows(s.Events.List(ctx, a, crm.EventFilter{})) },
		"Events.Sessions": func(a crm.Actor) (int, error) { return count(s.Events.Sessions(ctx, a, "e9", now, later)) },

		"Cadence.Check": func(a crm.Actor) (int, error) {
			r, err := rules.Cadence.Check(ctx, a, time.Time{}, time.Time{})
			return len(r.Findings) + len(r.Owners) + len(r.Lines), err
		},
		"Penalties.Get":     func(a crm.Actor) (int, error) { return one(rules.Penalties.Get(ctx, a, fine)) },
		"Penalties.History": func(a crm.Actor) (int, error) { return rows(rules.Penalties.History(ctx, a, fine)) },
		"Penalties.List":    func(a crm.Actor) (int, error) { return rows(rules.Penalties.List(ctx, a, crm.PenaltyFilter{})) },
		"Worklists.Day": func(a crm.Actor) (int, error) {
			d, err := s.Worklists.Day(ctx, a, "sun", crm.DayOptions{Ahead: 30})
			return len(d.Diary) + len(d.Tasks), err
		},
		"Worklists.Week": func(a crm.Actor) (int, error) {
			w, err := s.Worklists.Week(ctx, a, crm.WeekOptions{})
			if err != nil {
				return 0, err
			}
			n := len(w.Money) + len(w.Stalled) + len(w.Pools) + len(w.Conflicts) + len(w.Waiting)
			w, err = rules.Worklists.Week(ctx, a, crm.WeekOptions{})
			if err != nil {
				return 0, err
			}
			return n + len(w.Rules.Findings) + len(w.Rules.Owners) + len(w.Rules.Lines), nil
		},
	}
	// What is about the house and no row: its rules of use, who may approve what, and how
	// long a stage usually takes.
	others := []string{"Cadence.Policies", "Approvals.Who", "Opportunities.StuckDays"}
	for _, name := range reads(s.CRM) {
		require.True(t, tries[name] != nil || slices.Contains(others, name), "%s is not tried", name)
	}
	org, err := access.NewOrg([]access.Unit{{ID: "sales"}, {ID: "north", Parent: "sales"}}, nil)
	require.NoError(t, err)
	north, ok := org.Subtree("north")
	require.True(t, ok)
	strangers := []crm.Actor{{ID: "far", Sees: access.Scope{Owner: "far", Units: []access.Range{north}}}, {ID: "nobody"}}
	for name, try := range tries {
		t.Run(name, func(t *testing.T) {
			for _, stranger := range strangers {
				n, err := try(stranger)
				if err == nil {
					require.Zero(t, n, "%s is shown something", stranger.ID)
				} else {
					require.True(t, errors.Is(err, crm.ErrNotFound) || errors.Is(err, crm.ErrForbidden), "%s: %v", stranger.ID, err)
				}
			}
			n, err := try(boss)
			require.NoError(t, err)
			require.NotZero(t, n, "there is nothing to be seen")
		})
	}
}

// filled is a scene with something of everything.
type filled struct {
	*scene
	task string // id of a task of care
}

// whole is a scene after all daily work, with something open of each sort.
func whole(t *testing.T) (filled, time.Time) {
	ok := func(err error) {
		t.Helper()
		require.NoError(t, err)
	}
	store := new(crm.Memory)
	clock := &set{now: date("2026-09-18").At(9*60, shanghai)}
	s := leadScene(t, store, crm.Options{Clock: clock, Calendar: office(t), Approvals: crm.ApprovalOptions{People: approval.Staff{}},
		Purchases: crm.OrderPurchases{Store: store}}, lead.Limit{})
	s.register("c1", person(t, "张三", "13800138000"), li)
	s.register("c2", person(t, "李四", "13900139000"), li)
	worked(t, s, clock)
	all := filled{scene: s}

	_, err := s.Registries.Groups.Put(s.ctx, boss, group.Standard(), 0, crm.Call{})
	ok(err)
	ok(s.Customers.Place(s.ctx, boss, "c1", group.Standard()[len(group.Standard())-1].ID, crm.Call{}))
	_, err = s.Contacts.Link(s.ctx, boss, party.Contact{ID: "k1", Organisation: "acme", Person: "c2", Role: party.ContactPurchasing}, crm.Call{})
	ok(err)
	_, err = s.Stakeholders.Describe(s.ctx, boss, account.Stakeholder{Customer: "acme", Contact: "c2", Influence: 3}, crm.Call{})
	ok(err)
	_, err = s.Ties.Move(s.ctx, boss, crm.MoveTie{Customer: "acme", Ours: sun, Theirs: "c2", To: stage.Awareness})
	ok(err)
	_, err = s.KeyAccounts.Review(s.ctx, boss, crm.ReviewKeyAccounts{Candidates: []segment.Candidate[string]{{Customer: "acme", Value: 9}, {Customer: "c1", Value: 1}}})
	ok(err)
	_, err = s.Handovers.Do(s.ctx, boss, "h1", crm.Terms{}, func(_ owner.Handover, act owner.Act) (owner.Step, error) {
		return owner.OpenHandover("zhao", "wang", act)
	})
	ok(err)
	_, err = s.Stages.Relationship.Move(s.ctx, boss, "c1", crm.Move[stage.Relationship]{To: stage.Awareness})
	ok(err)
	_, err = s.Stages.Ladder.Move(s.ctx, boss, "c1", crm.Move[stage.Rung]{To: stage.RungTarget})
	ok(err)
	spoke := call("hello")
	spoke.Contact = "c2"
	_, err = s.Timeline.Record(s.ctx, boss, "acme", spoke, crm.Call{})
	ok(err)
	_, err = s.Timeline.Record(s.ctx, boss, "c1", call("hello"), crm.Call{})
	ok(err)

	s.capture("l9", "王五", "13600136000", sun)
	s.cards(card(1, 30))
	_, err = s.Leads.Score(s.ctx, boss, "l9", crm.Call{})
	ok(err)
	_, err = s.Leads.Record(s.ctx, boss, "l9", call("hello"), crm.Call{})
	ok(err)
	_, err = s.Opportunities.Open(s.ctx, boss, crm.OpenOpportunity{ID: "o9", Customer: "c1", Title: "lathe", Owner: sun,
		Expectation: crm.Expectation{Amount: yuan(100), Close: date("2026-12-01")}})
	ok(err)
	_, err = s.Quotes.Draft(s.ctx, boss, crm.NewQuote{ID: "q9", Opportunity: "o9", Currency: money.CNY, ValidUntil: date("2026-10-31"), Lines: []quote.Line{{Quantity: decimal.NewFromInt(1), Price: decimal.NewFromInt(90)}}})
	ok(err)
	_, err = s.Quotes.Send(s.ctx, boss, "q9", crm.Call{})
	ok(err)
	_, err = s.Bids.Open(s.ctx, boss, crm.NewBid{ID: "b9", Opportunity: "o9", Deadline: clock.Now().AddDate(0, 0, 7), Requirements: []bid.Requirement{{ID: "3.1"}}})
	ok(err)
	_, err = s.Bids.Assign(s.ctx, boss, "b9", crm.Allotment{Requirements: []string{"3.1"}, To: sun})
	ok(err)
	_, err = s.Receivables.Plan(s.ctx, boss, crm.PaymentPlan{Order: "so9", Customer: "c1", Price: cny(1000), Terms: []receivable.Term{{Share: share(100), Due: date("2026-08-01")}}})
	ok(err)
	step := everyone("all", 2)
	step.Timeout = &approval.Timeout{After: 8 * time.Hour}
	s.start(as("ann"), crm.Proposal{ID: "ap9", Flow: flow(approval.Fixed, step), Request: spend(10)})

	_, err = s.Agenda.Remind(s.ctx, boss, crm.NewReminder{Owner: sun, Reminder: func() reminder.Reminder { r := atNine(); r.ID = "r9"; return r }()})
	ok(err)
	_, err = s.Agenda.Plan(s.ctx, boss, crm.NewAppointment{Path: sun.Path, Appointment: agenda.Appointment{ID: "v9", Kind: agenda.VisitOut, Staff: "sun", Customer: "c1",
		From: clock.Now().Add(time.Hour), To: clock.Now().Add(2 * time.Hour)}})
	ok(err)
	_, err = s.Events.Plan(s.ctx, boss, crm.NewEventSeries{Customer: "c1", Path: sun.Path, Event: func() agenda.Event { e := fridays("e9"); e.Organiser = "sun"; return e }()})
	ok(err)
	ok(s.Events.Invite(s.ctx, boss, "e9", []agenda.Participant{{ID: "li"}}, crm.Call{}))
	for c, err := range s.Care.List(s.ctx, boss, crm.CareFilter{}) {
		ok(err)
		all.task = c.ID
	}
	plans, version, err := s.Registries.CarePlans.Get(s.ctx)
	ok(err)
	plans[0].Days = append(plans[0].Days, date("2026-10-01"))
	_, err = s.Registries.CarePlans.Put(s.ctx, boss, plans, version, crm.Call{})
	ok(err)
	clock.to(date("2026-09-21"), 18*60)
	return all, clock.Now()
}

// TestSightOfHandovers: a handover is there for who takes part, and a stranger does not
// come to see it by a step either.
func TestSightOfHandovers(t *testing.T) {
	s := newScene(t, crm.Options{})
	do := func(actor string, decide func(owner.Handover, owner.Act) (owner.Step, error)) error {
		_, err := s.Handovers.Do(s.ctx, only(actor), "h1", crm.Terms{Call: crm.Call{Reason: "ill"}, Approver: "boss"}, decide)
		return err
	}
	require.NoError(t, do("hr", func(_ owner.Handover, act owner.Act) (owner.Step, error) {
		return owner.OpenHandover("li", "wang", act)
	}))
	sees := func(actor string) bool {
		n, err := rows(s.Handovers.List(s.ctx, only(actor), crm.HandoverOpen))
		require.NoError(t, err)
		_, err = s.Handovers.Get(s.ctx, only(actor), "h1")
		if n == 0 {
			require.ErrorIs(t, err, crm.ErrNotFound)
			require.ErrorIs(t, do(actor, func(owner.Handover, owner.Act) (owner.Step, error) {
				return owner.Step{}, errors.New("shown")
			}), crm.ErrNotFound)
			return false
		}
		require.NoError(t, err)
		return true
	}
	for _, who := range []string{"hr", "li", "wang"} {
		require.True(t, sees(who), who)
	}
	require.False(t, sees("zhao"))
	require.False(t, sees("sun"))
	require.NoError(t, do("wang", func(h owner.Handover, act owner.Act) (owner.Step, error) { return h.Deputise("sun", act) }))
	require.NoError(t, do("wang", func(h owner.Handover, act owner.Act) (owner.Step, error) { return h.Count(owner.Tasks, 1, act) }))
	require.NoError(t, do("wang", func(h owner.Handover, act owner.Act) (owner.Step, error) {
		return h.Hand(owner.Tasks, "", 1, "zhao", act)
	}))
	require.True(t, sees("zhao"), "a taker")
	require.True(t, sees("sun"), "the deputy")
	require.False(t, sees("far"))
}

// summing sums up where the purchases are, each as a row of its own.
type summing struct{ bought }

func (s summing) Summarize(ctx context.Context, f crm.PurchaseFilter, _ segment.Options) iter.Seq2[segment.Aggregate[string], error] {
	return func(yield func(segment.Aggregate[string], error) bool) {
		for p, err := range s.Purchases(ctx, f) {
			if !yield(segment.Aggregate[string]{Customer: p.Customer, First: p.Day, Last: p.Day, Purchases: 1, Value: p.Amount}, err) {
				return
			}
		}
	}
}

// TestSightOfPurchases: a colleague sums up the purchases of their own customers, also
// where the sums come from the source.
func TestSightOfPurchases(t *testing.T) {
	var kept bought
	for _, who := range []string{"c1", "c1", "c2", "guest"} {
		kept = append(kept, purchase.Purchase[string]{Customer: who, Day: january, Amount: yuan(10)})
	}
	for name, source := range map[string]crm.PurchaseSource{"read out": kept, "summed": summing{kept}} {
		s := newScene(t, crm.Options{Purchases: source})
		s.register("c1", person(t, "张三", ""), li)
		s.register("c2", person(t, "李四", ""), zhao)
		for _, c := range []struct {
			actor    crm.Actor
			customer string
			value    int64 // yuan
		}{{boss, "", 40}, {boss, "guest", 10}, {as("li"), "", 20}, {as("li"), "c1", 20}, {as("li"), "c2", 0}, {as("li"), "guest", 0}, {as("far"), "", 0}} {
			sum, err := s.Overview.Purchases(s.ctx, c.actor, crm.PurchaseFilter{Customer: c.customer}, segment.Options{})
			require.NoError(t, err)
			var got int64
			if sum.Len() > 0 {
				rfm, err := sum.RFM(0, segment.Scoring{})
				require.NoError(t, err)
				for row := range rfm.All() {
					got += row.Value
				}
			}
			require.Equal(t, c.value*100, got, "%s: %s %s", name, c.actor.ID, c.customer)
		}
	}
}
