package loyalty_test

import (
	"context"
	"fmt"
	"time"

	"github.com/guanxi-go/guanxi/loyalty"
	"github.com/guanxi-go/guanxi/loyalty/liability"
	"github.com/guanxi-go/guanxi/loyalty/points"
)

// A nightly job posts what time has done, page by page. It can be stopped, and goes
// on at the cursor; run twice, it finds nothing.
func ExampleDue_Run() {
	clock := &watch{}
	clock.put("2026-01-05T10:00:00Z")
	l, err := loyalty.New(new(loyalty.Memory), loyalty.Programme{Points: points.Policy{Expiry: points.Expiry{Rule: points.AfterMonths, N: 1}}}, loyalty.Options{Clock: clock})
	must(err)
	ctx, job := context.Background(), loyalty.Actor{ID: "nightly", Sees: loyalty.Everyone()}
	for _, m := range []string{"li", "mei", "wang"} {
		_, err = l.Members.Enrol(ctx, job, m, loyalty.Call{})
		must(err)
		_, err = l.Points.Earn(ctx, job, m, points.EarnCommand{Points: 10}, loyalty.Call{})
		must(err)
	}
	clock.put("2026-02-07T03:00:00Z")
	var report loyalty.DueReport
	for {
		report, err = l.Due.Run(ctx, job, loyalty.DueOptions{After: report.Cursor, Limit: 2})
		must(err)
		fmt.Printf("%d accounts, %d points expired, next %q\n", report.Accounts, report.Expired, report.Cursor)
		if report.Cursor == "" {
			break
		}
	}
	report, err = l.Due.Run(ctx, job, loyalty.DueOptions{})
	must(err)
	fmt.Println("once more:", report.Passed)
	for posting, err := range l.Points.Journal(ctx, job, "mei", loyalty.PostingFilter{}) {
		must(err)
		fmt.Println(posting.Entry.Kind, posting.Entry.Amount, posting.Entry.At.Format(time.DateOnly))
	}
	// Output:
	// 2 accounts, 20 points expired, next "account/mei"
	// 1 accounts, 10 points expired, next ""
	// once more: 0
	// earn 10 2026-01-05
	// expire -10 2026-02-06
}

// What the programme's own history says about how points end is the estimate for the
// accounts.
func ExampleReports_Observe() {
	clock := &watch{}
	clock.put("2026-01-05T10:00:00Z")
	l, err := loyalty.New(new(loyalty.Memory), loyalty.Programme{}, loyalty.Options{Clock: clock})
	must(err)
	ctx, office := context.Background(), loyalty.Actor{ID: "office", Sees: loyalty.Everyone()}
	for i := range 40 {
		m := fmt.Sprintf("m%02d", i)
		_, err = l.Members.Enrol(ctx, office, m, loyalty.Call{})
		must(err)
		_, err = l.Points.Earn(ctx, office, m, points.EarnCommand{Points: 100, ExpireAt: time.Date(2026, 4, 1, 0, 0, 0, 0, time.UTC)}, loyalty.Call{})
		must(err)
	}
	clock.put("2026-02-05T10:00:00Z")
	for i := range 30 {
		_, err = l.Points.Burn(ctx, office, fmt.Sprintf("m%02d", i), points.BurnCommand{Points: 80}, loyalty.Call{})
		must(err)
	}
	clock.put("2026-05-01T00:00:00Z")
	x, err := l.Reports.Observe(ctx, office, time.Time{}, time.Time{}, time.Time{}, liability.ExperienceOptions{})
	must(err)
	fmt.Printf("redeemed %.2f, expired %.2f\n", x.Lifetime.Redeemed.Value, x.Lifetime.Expired.Value)
	fmt.Println("of", x.Points, "points of January will be redeemed", x.Vintages[0].Estimate)
	// Output:
	// redeemed 0.60, expired 0.40
	// of 4000 points of January will be redeemed 2400
}
