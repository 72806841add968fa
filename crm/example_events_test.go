package crm_test

import (
	"context"
	"fmt"
	"time"

	"github.com/guanxi-go/guanxi/crm"
	"github.com/guanxi-go/guanxi/crm/agenda"
	"github.com/guanxi-go/guanxi/crm/calendar"
	"github.com/guanxi-go/guanxi/crm/party"
	"github.com/guanxi-go/guanxi/crm/recurrence"
)

// An open day on the first Thursday of each month: two colleagues and a customer are
// invited and answer, one session is put off, and in the end it is known who was there.
func ExampleEvents_Plan() {
	ctx, clock := context.Background(), &at{time.Date(2026, 1, 1, 8, 0, 0, 0, time.UTC)}
	c, err := crm.New(new(crm.Memory), crm.Options{Clock: clock})
	fmt.Println(err)
	_, err = c.Customers.Register(ctx, boss, crm.Registration{ID: "c1", Profile: party.Profile{Type: party.Organisation, Name: "华信"}, Owner: li})
	fmt.Println(err)
	thursdays, _ := recurrence.Parse("FREQ=MONTHLY;BYDAY=1TH")
	id, err := c.Events.Plan(ctx, boss, crm.NewEventSeries{Path: "sales/", Text: "open day at the works", Event: agenda.Event{
		Kind: agenda.Meeting, Organiser: "wang", Rule: thursdays, Length: 2 * time.Hour,
		Start: recurrence.Wall{Day: calendar.MustDate(2026, 1, 1), Clock: 9 * time.Hour},
		Participants: []agenda.Participant{
			{ID: "li", Required: true}, {ID: "zhao"}, {ID: "c1", Customer: true}}}})
	fmt.Println(err)

	// Each answers for themselves; what a customer said, a colleague records.
	fmt.Println(c.Events.Answer(ctx, crm.Actor{ID: "li"}, id, crm.Reply{Answer: agenda.Accepted}))
	fmt.Println(c.Events.Answer(ctx, crm.Actor{ID: "zhao"}, id, crm.Reply{Answer: agenda.Declined, Session: "2026-01-01T09:00:00"}))
	fmt.Println(c.Events.Answer(ctx, boss, id, crm.Reply{Answer: agenda.Accepted, Participant: "c1"}))
	fmt.Println(c.Events.Move(ctx, boss, id, "2026-02-05T09:00:00", time.Date(2026, 2, 6, 13, 0, 0, 0, time.UTC), time.Date(2026, 2, 6, 15, 0, 0, 0, time.UTC), crm.Call{}))

	clock.Time = time.Date(2026, 1, 1, 12, 0, 0, 0, time.UTC)
	fmt.Println(c.Events.Attend(ctx, boss, id, "2026-01-01T09:00:00", []string{"li", "c1"}, crm.Call{}))

	sessions, err := c.Events.Sessions(ctx, boss, id, time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC), time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC))
	for _, s := range sessions {
		fmt.Println(s.From.Format("2006-01-02 15:04"), s.State(), s.Count(agenda.Accepted), "accepted; there:", s.Present)
	}
	fmt.Println(err)
	// Output:
	// <nil>
	// <nil>
	// <nil>
	// <nil>
	// <nil>
	// <nil>
	// <nil>
	// <nil>
	// 2026-01-01 09:00 done 2 accepted; there: [c1 li]
	// 2026-02-06 13:00 planned 2 accepted; there: []
	// <nil>
}
