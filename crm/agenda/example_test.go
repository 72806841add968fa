package agenda_test

import (
	"fmt"
	"time"

	"github.com/guanxi-go/guanxi/crm/agenda"
	"github.com/guanxi-go/guanxi/crm/calendar"
	"github.com/guanxi-go/guanxi/crm/recurrence"
)

func clock(hour, minute int) time.Time { return time.Date(2026, 3, 2, hour, minute, 0, 0, time.UTC) }

// Li wants to visit a customer at half past ten. The way takes forty minutes, and there
// is a call until ten.
func Example() {
	book, err := agenda.NewBook([]agenda.Appointment{
		{ID: "call", Kind: agenda.Call, Staff: "li", From: clock(9, 30), To: clock(10, 0)},
		{ID: "lunch", Kind: agenda.VisitIn, Staff: "li", From: clock(12, 0), To: clock(13, 0)},
	})
	fmt.Println(err)
	visit := agenda.Appointment{ID: "visit", Kind: agenda.VisitOut, Staff: "li", From: clock(10, 30), To: clock(11, 0), TravelMinutes: 40}
	conflicts, err := book.Against(visit)
	for _, c := range conflicts {
		fmt.Println(c.Kind, c.Kind.Zh(), c.First, c.Second, c.Short, err)
	}
	visit.From, visit.To = clock(10, 40), clock(11, 20)
	conflicts, err = book.Against(visit)
	fmt.Println(len(conflicts), err)
	for _, a := range book.Between("li", clock(9, 45), clock(12, 0)) {
		fmt.Println(a.ID, a.State)
	}
	// Output:
	// <nil>
	// travel 路程时间不足 call visit 10m0s <nil>
	// 0 <nil>
	// call planned
}

// An appointment is moved, and takes place.
func ExampleAppointment_Finish() {
	act := func(hour int) agenda.Act { return agenda.Act{Actor: "li", Recorded: clock(hour, 0)} }
	planned, err := agenda.Plan(agenda.Appointment{ID: "v1", Kind: agenda.VisitIn, Staff: "li", From: clock(9, 0), To: clock(10, 0)}, act(8))
	visit, _ := agenda.Fold([]agenda.Entry{planned})
	moved, err2 := visit.Move(clock(14, 0), clock(15, 0), act(8))
	visit, _ = visit.With(moved)
	done, err3 := visit.Finish("interested", act(15))
	visit, _ = visit.With(done)
	fmt.Println(visit.From.Format("15:04"), visit.State, visit.State.Zh(), done.Outcome, err, err2, err3)
	// Output: 14:00 done 已完成 interested <nil> <nil> <nil>
}

// A meeting every Monday; li comes always, but not on the ninth.
func ExampleEvent_Sessions() {
	mondays, _ := recurrence.Parse("FREQ=WEEKLY;BYDAY=MO")
	act := agenda.Act{Actor: "wang", Recorded: clock(8, 0)}
	weekly, err := agenda.FoldEvent([]agenda.Change{
		{Act: act, Kind: agenda.Created, Event: agenda.Event{ID: "sales", Kind: agenda.Meeting, Organiser: "wang", Rule: mondays, Length: time.Hour,
			Start:        recurrence.Wall{Day: calendar.MustDate(2026, 3, 2), Clock: 9 * time.Hour},
			Participants: []agenda.Participant{{ID: "li", Required: true}, {ID: "zhao"}}}},
		{Act: act, Kind: agenda.Answered, Participant: "li", Answer: agenda.Accepted},
		{Act: act, Kind: agenda.Answered, Participant: "li", Session: "2026-03-09T09:00:00", Answer: agenda.Declined},
	}, time.UTC)
	fmt.Println(err)
	sessions, err := weekly.Sessions(clock(0, 0), clock(0, 0).AddDate(0, 0, 14), time.UTC)
	fmt.Println(err)
	for _, s := range sessions {
		fmt.Println(s.ID, s.Count(agenda.Accepted), "accepted; still needed:", s.Open())
	}
	// Output:
	// <nil>
	// <nil>
	// 2026-03-02T09:00:00 1 accepted; still needed: []
	// 2026-03-09T09:00:00 0 accepted; still needed: [li]
}
