package crm_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/guanxi-go/guanxi/crm"
	"github.com/guanxi-go/guanxi/crm/agenda"
	"github.com/guanxi-go/guanxi/crm/calendar"
	"github.com/guanxi-go/guanxi/crm/care"
	"github.com/guanxi-go/guanxi/crm/owner"
	"github.com/guanxi-go/guanxi/crm/pipeline/lead"
	"github.com/guanxi-go/guanxi/crm/receivable"
	"github.com/guanxi-go/guanxi/crm/reminder"
	"github.com/guanxi-go/guanxi/crm/stage"
)

// busyScene is a scene in which li, and for some of it zhao, has all kinds of work about c1.
func busyScene(t *testing.T) *scene {
	clock := &at{hour(12, 0)}
	s := leadScene(t, new(crm.Memory), crm.Options{Clock: clock}, lead.Limit{})
	ok := func(_ any, err error) { t.Helper(); require.NoError(t, err) }
	s.register("c1", organisation("华信"), li)
	s.register("c2", person(t, "张三", "13800138000"), zhao)
	for id, of := range map[string]owner.Staff{"r-li": li, "r-zhao": zhao} {
		ok(s.Agenda.Remind(s.ctx, boss, crm.NewReminder{Reminder: withID(id), Owner: of, Customer: "c1"}))
	}
	for id, from := range map[string]int{"v-was": 9, "v-comes": 15} {
		a := visitAt(id, from, from+1)
		a.Customer = "c1"
		ok(s.Agenda.Plan(s.ctx, boss, crm.NewAppointment{Appointment: a, Path: li.Path}))
	}
	require.NoError(t, s.Agenda.Finish(s.ctx, boss, "v-was", "", crm.Call{}))
	ok(s.Events.Plan(s.ctx, boss, crm.NewEventSeries{Event: agenda.Event{ID: "e1", Kind: agenda.Meeting, Organiser: "li",
		Start: fridays("").Start, Length: time.Hour}, Path: li.Path, Customer: "c1"}))
	ok(s.Registries.CarePlans.Put(s.ctx, boss, []care.Plan{cards()}, 0, crm.Call{}))
	ok(s.Care.Generate(s.ctx, boss, crm.GenerateCare{Facts: bornOn(3)}))
	ok(s.Opportunities.Open(s.ctx, boss, crm.OpenOpportunity{ID: "o1", Customer: "c1", Owner: li}))
	ok(s.Orders.Draft(s.ctx, boss, crm.NewOrder{ID: "so-o1", Opportunity: "o1", Amount: yuan(1)}))
	ok(s.Orders.Draft(s.ctx, boss, crm.NewOrder{ID: "so-c1", Customer: "c1", Amount: yuan(1)}))
	ok(s.Receivables.Plan(s.ctx, boss, crm.PaymentPlan{Order: "so-9", Customer: "c1", Price: yuan(1),
		Terms: []receivable.Term{{Share: share(100), Due: calendar.MustDate(2026, 3, 1)}}}))
	ok(s.Ties.Move(s.ctx, boss, crm.MoveTie{Customer: "c1", Ours: li, Theirs: "c2", To: stage.Awareness}))
	return s
}

// owners returns who has which work about c1.
func (s *scene) owners() map[string]string {
	s.t.Helper()
	found := map[string]string{}
	for _, kind := range []crm.Kind{crm.KindReminder, crm.KindAppointment, crm.KindEvent, crm.KindCareTask, crm.KindOpportunity, crm.KindOrder, crm.KindInstalment, crm.KindTie} {
		for r, err := range s.store.Records(s.ctx, crm.RecordFilter{Kind: kind, Customer: "c1"}) {
			require.NoError(s.t, err)
			name := string(kind)
			switch kind {
			case crm.KindReminder, crm.KindAppointment, crm.KindOrder:
				name = r.Subject.ID
			}
			found[name] = r.Owner
		}
	}
	return found
}

// A customer who is transferred takes along what the former owner has to do for them, as one
// of a leaver does; who stays keeps their opportunities and those whom they know.
func TestWorkGoesAlong(t *testing.T) {
	along := []string{"r-li", "v-comes", "event", "care-task", "so-c1", "instalment"}
	want := map[string]string{"r-zhao": "zhao", "v-was": "li", "opportunity": "li", "so-o1": "li", "tie": "li"}
	for _, name := range along {
		want[name] = "li"
	}
	s := busyScene(t)
	require.Equal(t, want, s.owners())
	_, err := s.Owners.Transfer(s.ctx, boss, "c1", sun, why("moved to the west"))
	require.NoError(t, err)
	for _, name := range along {
		want[name] = "sun"
	}
	require.Equal(t, want, s.owners())
	s.verified()

	_, err = s.Owners.Dispute(s.ctx, boss, "c1", zhao, why("met them first"))
	require.NoError(t, err)
	_, err = s.Owners.Resolve(s.ctx, boss, "c1", zhao, why("so it was"))
	require.NoError(t, err)
	for _, name := range along {
		want[name] = "zhao"
	}
	require.Equal(t, want, s.owners())
	s.verified()

	s = busyScene(t)
	_, err = s.Owners.TransferAll(s.ctx, boss, "li", crm.Leaving{Terms: why("left"), Takers: []owner.Staff{sun}})
	require.NoError(t, err)
	left := s.owners()
	for _, name := range along {
		require.Equal(t, "sun", left[name], name)
	}
	require.Equal(t, []string{"zhao", "li"}, []string{left["r-zhao"], left["v-was"]})
	s.verified()
}

// More work than one commit takes goes along too. A command that is sent again takes nothing
// along that came after it.
func TestMuchWorkGoesAlong(t *testing.T) {
	s, clock := newDiary(t, crm.Options{})
	const n = 450 // more than two commits
	for i := range n {
		s.remind(crm.NewReminder{Reminder: withID(fmt.Sprintf("r%03d", i)), Customer: "c1"})
	}
	terms := why("moved")
	terms.Key = "form 17"
	count := func(staff string) (n int) {
		for _, err := range s.store.Records(s.ctx, crm.RecordFilter{Kind: crm.KindReminder, Owner: staff}) {
			require.NoError(t, err)
			n++
		}
		return n
	}
	for range 2 {
		_, err := s.Owners.Transfer(s.ctx, boss, "c1", zhao, terms)
		require.NoError(t, err)
		require.Equal(t, n, count("zhao"))
		clock.Time = hour(9, 0)
		s.remind(crm.NewReminder{Customer: "c1", Reminder: atNine()})
	}
	require.Equal(t, 2, count("li"), "given to li since")
	s.verified()
}

func withID(id string) reminder.Reminder {
	r := atNine()
	r.ID = id
	return r
}
