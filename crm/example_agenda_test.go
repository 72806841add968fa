package crm_test

import (
	"context"
	"fmt"
	"time"

	"github.com/guanxi-go/guanxi/crm"
	"github.com/guanxi-go/guanxi/crm/agenda"
	"github.com/guanxi-go/guanxi/crm/calendar"
	"github.com/guanxi-go/guanxi/crm/recurrence"
	"github.com/guanxi-go/guanxi/crm/reminder"
)

// Li is to call a customer every Monday, and puts today's call off.
func ExampleAgenda_Remind() {
	ctx, clock := context.Background(), &at{time.Date(2026, 1, 1, 8, 0, 0, 0, time.UTC)}
	c, err := crm.New(new(crm.Memory), crm.Options{Clock: clock})
	if err != nil {
		fmt.Println(err)
		return
	}
	mondays, _ := recurrence.Parse("FREQ=WEEKLY;BYDAY=MO")
	id, err := c.Agenda.Remind(ctx, boss, crm.NewReminder{Owner: li, Text: "call about the pump",
		Reminder: reminder.Reminder{Kind: reminder.Contact, Rule: mondays, Start: recurrence.Wall{Day: calendar.MustDate(2026, 1, 5), Clock: 9 * time.Hour}}})
	fmt.Println(err)

	// A program that runs every few minutes; here the next Monday has come.
	clock.Time = time.Date(2026, 1, 5, 9, 1, 0, 0, time.UTC)
	fired, err := c.Agenda.FireAll(ctx, boss, nil)
	fmt.Println(fired[0].Owner, fired[0].Kind, fired[0].Firings[0].IDs, err)
	again, err := c.Agenda.FireAll(ctx, boss, nil)
	fmt.Println(len(again), err)

	own := crm.Actor{ID: "li", Sees: boss.Sees}
	err = c.Agenda.Snooze(ctx, own, id, "2026-01-05T09:00:00", time.Date(2026, 1, 5, 14, 0, 0, 0, time.UTC), crm.Call{})
	r, failed := c.Agenda.Reminder(ctx, own, id)
	fmt.Println(r.State, r.Due.Format("15:04"), r.Text, err, failed)
	// Output:
	// <nil>
	// li contact [2026-01-05T09:00:00] <nil>
	// 0 <nil>
	// snoozed 14:00 call about the pump <nil> <nil>
}

// The time is taken, and the next hour is not.
func ExampleAgenda_Plan() {
	ctx, c := start()
	visit := func(id string, hour int) error {
		from := time.Date(2026, 1, 5, hour, 0, 0, 0, time.UTC)
		_, err := c.Agenda.Plan(ctx, boss, crm.NewAppointment{Path: li.Path, Text: "show the pump",
			Appointment: agenda.Appointment{ID: id, Kind: agenda.VisitOut, Staff: "li", Customer: "c1", From: from, To: from.Add(time.Hour)}})
		return err
	}
	fmt.Println(visit("v1", 10))
	fmt.Println(visit("v2", 10))
	fmt.Println(visit("v2", 11))
	morning := time.Date(2026, 1, 5, 0, 0, 0, 0, time.UTC)
	today, err := c.Agenda.Between(ctx, boss, "li", morning, morning.AddDate(0, 0, 1))
	for _, a := range today {
		fmt.Println(a.From.Format("15:04"), a.Kind, a.Customer, a.State)
	}
	fmt.Println(err)
	// Output:
	// <nil>
	// crm: appointment/v2: from: held by appointment/v1: the time is taken, or the way too long: taken
	// <nil>
	// 10:00 visit-out c1 planned
	// 11:00 visit-out c1 planned
	// <nil>
}
