package crm_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/guanxi-go/guanxi/crm"
	"github.com/guanxi-go/guanxi/crm/agenda"
	"github.com/guanxi-go/guanxi/crm/calendar"
	"github.com/guanxi-go/guanxi/crm/care"
	"github.com/guanxi-go/guanxi/crm/money"
	"github.com/guanxi-go/guanxi/crm/owner"
	"github.com/guanxi-go/guanxi/crm/pipeline/lead"
	"github.com/guanxi-go/guanxi/crm/receivable"
	"github.com/guanxi-go/guanxi/crm/recurrence"
	"github.com/guanxi-go/guanxi/crm/reminder"
	"github.com/guanxi-go/guanxi/crm/stage"
)

// overtaken lets something happen behind the reads of the next command, before its
// commit.
type overtaken struct {
	*crm.Memory
	meanwhile func()
}

func (o *overtaken) Commit(ctx context.Context, c crm.Commit) error {
	if do := o.meanwhile; do != nil {
		o.meanwhile = nil
		do()
	}
	return o.Memory.Commit(ctx, c)
}

// A colleague who leaves between the reads of a command and its commit gets nothing by
// it: whatever can be given to somebody moves the guard.
func TestNothingIsGivenToWhoLeaves(t *testing.T) {
	mondays, err := recurrence.Parse("FREQ=WEEKLY;BYDAY=MO")
	require.NoError(t, err)
	from := time.Date(2026, 2, 2, 9, 0, 0, 0, time.UTC)
	terms := crm.Terms{Code: "given"}
	for name, give := range map[string]func(s *scene) error{
		"customer": func(s *scene) error {
			_, err := s.Customers.Register(s.ctx, boss, crm.Registration{ID: "c9", Profile: organisation("华信"), Owner: li})
			return err
		},
		"customer transferred": func(s *scene) error {
			_, err := s.Owners.Transfer(s.ctx, boss, "c2", li, terms)
			return err
		},
		"lead captured": func(s *scene) error {
			_, err := s.Leads.Capture(s.ctx, boss, crm.CaptureLead{ID: "l9", Submission: asks("", "13700137000"), Owner: li})
			return err
		},
		"lead assigned": func(s *scene) error {
			_, err := s.Leads.Assign(s.ctx, boss, "l-free", li, terms)
			return err
		},
		"lead claimed": func(s *scene) error {
			_, err := s.Leads.Claim(s.ctx, boss, "l-pool", li, terms)
			return err
		},
		"lead transferred": func(s *scene) error {
			_, err := s.Leads.Transfer(s.ctx, boss, "l-zhao", li, terms)
			return err
		},
		"lead routed": func(s *scene) error {
			router, err := owner.TeamRouter(owner.RoundRobin, "li")
			require.NoError(t, err)
			_, err = s.Leads.Route(s.ctx, boss, crm.RouteLeads{Terms: terms, Router: router, Leads: []string{"l-free"}, Staff: []owner.Staff{li}})
			return err
		},
		"lead converted": func(s *scene) error {
			_, err := s.Leads.Convert(s.ctx, boss, "l-ripe", crm.ConvertLead{Owner: li, Opportunity: &crm.OpenOpportunity{}})
			return err
		},
		"opportunity opened": func(s *scene) error {
			_, err := s.Opportunities.Open(s.ctx, boss, crm.OpenOpportunity{ID: "o9", Customer: "c2", Owner: li})
			return err
		},
		"opportunity transferred": func(s *scene) error {
			_, err := s.Opportunities.Transfer(s.ctx, boss, "o2", li, terms)
			return err
		},
		"quote": func(s *scene) error {
			_, err := s.Quotes.Draft(s.ctx, boss, crm.NewQuote{Opportunity: "o1", Lines: quoteLines(100), Currency: money.CNY})
			return err
		},
		"order": func(s *scene) error {
			_, err := s.Orders.Draft(s.ctx, boss, crm.NewOrder{Opportunity: "o1", Amount: yuan(100)})
			return err
		},
		"order signed": func(s *scene) error {
			_, err := s.Opportunities.Win(s.ctx, boss, "o1", crm.Winning{Order: "so9", Met: ready, Terms: []receivable.Term{{Share: share(100), Due: calendar.MustDate(2026, 3, 1)}}})
			return err
		},
		"payment plan": func(s *scene) error {
			_, err := s.Receivables.Plan(s.ctx, boss, crm.PaymentPlan{Order: "so8", Customer: "c2", Price: yuan(1), Collector: li,
				Terms: []receivable.Term{{Share: share(100), Due: calendar.MustDate(2026, 3, 1)}}})
			return err
		},
		"reminder": func(s *scene) error {
			_, err := s.Agenda.Remind(s.ctx, boss, crm.NewReminder{Owner: li, Reminder: reminder.Reminder{Kind: reminder.Contact, Rule: mondays,
				Start: recurrence.Wall{Day: calendar.MustDate(2026, 2, 2), Clock: 9 * time.Hour}}})
			return err
		},
		"care": func(s *scene) error {
			_, err := s.Care.Generate(s.ctx, boss, crm.GenerateCare{Facts: bornOn(2)})
			return err
		},
		"event": func(s *scene) error {
			_, err := s.Events.Plan(s.ctx, boss, crm.NewEventSeries{Event: fridays("", agenda.Participant{ID: "zhao"}), Path: li.Path})
			return err
		},
		"tie": func(s *scene) error {
			_, err := s.Ties.Move(s.ctx, boss, crm.MoveTie{Customer: "c2", Ours: li, Theirs: "c1", To: stage.Awareness})
			return err
		},
		"appointment": func(s *scene) error {
			_, err := s.Agenda.Plan(s.ctx, boss, crm.NewAppointment{Path: li.Path, Appointment: agenda.Appointment{Kind: agenda.Call, Staff: "li", From: from, To: from.Add(time.Hour)}})
			return err
		},
	} {
		t.Run(name, func(t *testing.T) {
			store := &overtaken{Memory: new(crm.Memory)}
			s := leadScene(t, store, crm.Options{}, lead.Limit{})
			s.register("c1", person(t, "张三", "13800138000"), li)
			s.register("c2", organisation("华信"), zhao)
			s.open("o1", yuan(100))
			_, err := s.Registries.CarePlans.Put(s.ctx, boss, []care.Plan{cards()}, 0, crm.Call{})
			require.NoError(t, err)
			_, err = s.Opportunities.Open(s.ctx, boss, crm.OpenOpportunity{ID: "o2", Customer: "c2", Owner: zhao})
			require.NoError(t, err)
			s.capture("l-free", "", "13700137001", owner.Staff{})
			s.capture("l-zhao", "", "13700137002", zhao)
			s.capture("l-pool", "", "13700137003", zhao)
			_, err = s.Leads.Release(s.ctx, boss, "l-pool", "west", "sales/west/", terms)
			require.NoError(t, err)
			s.qualified("l-ripe", "李四", "13700137004", zhao)
			colleague, err := crm.New(store.Memory, crm.Options{Clock: s.clock})
			require.NoError(t, err)

			left := false
			store.meanwhile = func() {
				left = true
				_, err := colleague.Owners.TransferAll(s.ctx, boss, "li", crm.Leaving{Terms: crm.Terms{Code: "leaves"}, Takers: []owner.Staff{sun}})
				require.NoError(t, err)
			}
			err = give(s)
			require.True(t, left, "the command was committed")
			if err != nil {
				require.ErrorIs(t, err, crm.ErrForbidden)
			}
			for _, c := range ids(t, s.Customers.List(s.ctx, boss, crm.CustomerFilter{Owner: "li"})) {
				require.Fail(t, "li has customer "+c)
			}
			for _, kind := range []crm.Kind{crm.KindLead, crm.KindOpportunity, crm.KindQuote, crm.KindOrder, crm.KindInstalment,
				crm.KindReminder, crm.KindAppointment, crm.KindCareTask, crm.KindEvent, crm.KindTie} {
				for r, err := range store.Records(s.ctx, crm.RecordFilter{Kind: kind, Owner: "li"}) {
					require.NoError(t, err)
					require.Fail(t, "li has "+r.Subject.String())
				}
			}
			s.verified()
		})
	}
}
