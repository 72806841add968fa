package crm_test

import (
	"context"
	"fmt"
	"time"

	"github.com/guanxi-go/guanxi/crm"
	"github.com/guanxi-go/guanxi/crm/calendar"
	"github.com/guanxi-go/guanxi/crm/care"
	"github.com/guanxi-go/guanxi/crm/finding"
	"github.com/guanxi-go/guanxi/crm/worklist"
)

// A card for the birthdays of the best customers, the day before: planned by night, done
// by day, and summed up.
func ExampleCare_Generate() {
	ctx, c := start()
	_, err := c.Registries.CarePlans.Put(ctx, boss, []care.Plan{
		{ID: "birthday-2026", Trigger: care.Birthday, Classes: []string{"A"}, LeadDays: 1, Task: "card", Budget: yuan(50)}}, 0, crm.Call{})
	fmt.Println(err)

	// What the host knows of its customers; here all have their birthday on 2 January.
	facts := func(_ context.Context, of crm.Customer, known *care.Customer) error {
		known.Class = map[string]string{"c1": "A", "c2": "A", "c3": "B"}[of.ID]
		known.Birthday = care.MonthDay{Month: time.January, Day: 2}
		known.ComplaintOpen = of.ID == "c2"
		return nil
	}
	made, err := c.Care.Generate(ctx, boss, crm.GenerateCare{Facts: facts})
	fmt.Println(len(made.Made), "made,", made.Skipped[0].Customer, made.Skipped[0].Reason, err)
	made, err = c.Care.Generate(ctx, boss, crm.GenerateCare{Facts: facts})
	fmt.Println(len(made.Made), "made", err)

	day, err := c.Worklists.Day(ctx, boss, "li", crm.DayOptions{})
	for _, task := range day.Tasks {
		for _, f := range day.Findings(task, time.UTC) {
			text, _ := worklist.Catalogue().Render(f, finding.English)
			fmt.Println(task.Customer, text)
		}
	}
	fmt.Println(err)

	err = c.Care.Done(ctx, boss, day.Tasks[0].Causes[0].Ref, crm.CareOutcome{Code: "pleased", Cost: yuan(48), Text: "she likes cats"})
	fmt.Println(err)
	reports, err := c.Care.Review(ctx, boss, "birthday-2026", calendar.MustDate(2026, 1, 5))
	for _, r := range reports {
		fmt.Println(r.Plan, r.Done, "of", r.Tasks, "done,", r.Late, "late, cost", r.Cost)
	}
	fmt.Println(err)
	// Output:
	// <nil>
	// 1 made, c2 complaint-open <nil>
	// 0 made <nil>
	// c1 due today: care planned for 2026-01-01
	// <nil>
	// <nil>
	// birthday-2026 1 of 1 done, 0 late, cost 48.00 CNY
	// <nil>
}
