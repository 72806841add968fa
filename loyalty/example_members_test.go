package loyalty_test

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/guanxi-go/guanxi/loyalty"
	"github.com/guanxi-go/guanxi/loyalty/points"
)

// A member from enrolment to the last day.
func ExampleMembers() {
	ctx := context.Background()
	l, err := loyalty.New(new(loyalty.Memory), loyalty.Programme{}, loyalty.Options{})
	if err != nil {
		panic(err)
	}
	office := loyalty.Actor{ID: "office", Sees: loyalty.Everyone()}
	l.Members.Enrol(ctx, office, "m-1", loyalty.Call{})
	l.Members.OpenAccount(ctx, office, "m-1", "m-1-business", loyalty.Call{})
	l.Points.Earn(ctx, office, "m-1", points.EarnCommand{Points: 80}, loyalty.Call{})

	l.Members.Freeze(ctx, office, "m-1", loyalty.Call{Reason: "the card was lost"})
	_, err = l.Points.Burn(ctx, office, "m-1", points.BurnCommand{Points: 10}, loyalty.Call{})
	fmt.Println(err, errors.Is(err, loyalty.ErrFrozen))
	l.Members.Thaw(ctx, office, "m-1", loyalty.Call{})

	_, err = l.Members.Close(ctx, office, "m-1", loyalty.Closing{}, loyalty.Call{})
	fmt.Println(err)
	closed, err := l.Members.Close(ctx, office, "m-1", loyalty.Closing{Forfeit: true}, loyalty.Call{})
	fmt.Println(closed.Status, closed.Accounts, closed.Forfeited, err)
	for m, err := range l.Members.List(ctx, office, loyalty.MemberFilter{State: "closed"}) {
		fmt.Println(m.ID, err)
	}
	// Output:
	// loyalty: account/m-1: account frozen: forbidden true
	// loyalty: account/m-1: has points, holds or debt left: no such transition
	// closed [m-1 m-1-business] 80 <nil>
	// m-1 <nil>
}

// Two members turn out to be one person: everything goes on as the second.
func ExampleMembers_Merge() {
	ctx := context.Background()
	l, err := loyalty.New(new(loyalty.Memory), loyalty.Programme{}, loyalty.Options{})
	if err != nil {
		panic(err)
	}
	till := loyalty.Actor{ID: "till", Sees: loyalty.Everyone()}
	for _, id := range []string{"web-7", "card-7"} {
		l.Members.Enrol(ctx, till, id, loyalty.Call{})
		l.Points.Earn(ctx, till, id, points.EarnCommand{Points: 50}, loyalty.Call{})
	}
	merged, err := l.Members.Merge(ctx, till, "web-7", "card-7", loyalty.Call{Key: "merge-7"})
	fmt.Println(merged.Points, "points to", merged.Into, err)
	available, err := l.Points.Available(ctx, till, "card-7")
	fmt.Println(available, err)

	_, err = l.Members.Freeze(ctx, till, "web-7", loyalty.Call{})
	var e *loyalty.Error
	fmt.Println(errors.Is(err, loyalty.ErrMerged), errors.As(err, &e) && e.Holder.ID == "card-7")
	old, err := l.Members.Get(ctx, till, "web-7")
	fmt.Println(old.Into, err)
	// Output:
	// 50 points to card-7 <nil>
	// 100 <nil>
	// true true
	// card-7 <nil>
}

// A member asks what is kept, and then to be forgotten.
func ExampleMembers_Forget() {
	ctx := context.Background()
	l, err := loyalty.New(new(loyalty.Memory), loyalty.Programme{}, loyalty.Options{})
	if err != nil {
		panic(err)
	}
	office := loyalty.Actor{ID: "office", Sees: loyalty.Everyone()}
	l.Members.Enrol(ctx, office, "m-1", loyalty.Call{})
	l.Points.Earn(ctx, office, "m-1", points.EarnCommand{Points: 80}, loyalty.Call{Reason: "for the trouble with the twins' birthday"})
	copied, err := l.Members.Copy(ctx, office, "m-1", "request-12")
	fmt.Println(copied.Counts, err)

	done, err := l.Members.Forget(ctx, office, "m-1", loyalty.Erasure{Forfeit: true}, loyalty.Call{})
	fmt.Println(done.Forfeited, "points lapsed,", done.Redacted, "reason cleared", err)
	for p := range l.Points.Journal(ctx, office, "m-1", loyalty.PostingFilter{}) {
		fmt.Printf("%v %d %q\n", p.Entry.Kind, p.Entry.Amount, p.Entry.Reason)
	}
	_, err = l.Points.Earn(ctx, office, "m-1", points.EarnCommand{Points: 1}, loyalty.Call{})
	fmt.Println(errors.Is(err, loyalty.ErrForgotten))
	// Output:
	// map[accounts:1 entries:1 member:1 postings:1 records:0] <nil>
	// 80 points lapsed, 1 reason cleared <nil>
	// earn 80 ""
	// expire -80 ""
	// true
}

// A family spends its points together. Whoever belongs to it sees their own name, and
// how many they are.
func ExampleHouseholds() {
	ctx := context.Background()
	family := loyalty.Programme{Households: loyalty.HouseholdPolicy{MaxMembers: 2}}
	l, err := loyalty.New(new(loyalty.Memory), family, loyalty.Options{})
	if err != nil {
		panic(err)
	}
	till := loyalty.Actor{ID: "till", Sees: loyalty.Everyone()}
	for _, id := range []string{"an", "bo", "cai"} {
		l.Members.Enrol(ctx, till, id, loyalty.Call{})
		l.Points.Earn(ctx, till, id, points.EarnCommand{Points: 60}, loyalty.Call{})
	}
	l.Households.Create(ctx, till, "home", "an", loyalty.Call{})
	l.Households.Join(ctx, till, "home", "bo", loyalty.Call{})
	_, err = l.Households.Join(ctx, till, "home", "cai", loyalty.Call{})
	fmt.Println(err)
	spent, err := l.Households.Burn(ctx, till, "home", points.BurnCommand{Points: 100}, loyalty.Call{})
	fmt.Println(spent.Points, "from", len(spent.Parts), "accounts", err)

	bo := loyalty.Actor{ID: "bo", Sees: loyalty.Only("bo")}
	home, err := l.Households.Get(ctx, bo, "home")
	fmt.Println(home.Members, "of", home.Size, err)
	left, err := l.Households.Leave(ctx, bo, "home", "bo", loyalty.Call{})
	fmt.Println(left.Size, err)
	for home, err := range l.Households.List(ctx, till, loyalty.HouseholdFilter{}) {
		fmt.Println(home.ID, home.Members, err)
	}
	// Output:
	// loyalty: household/home: members: are as many as there may be: forbidden
	// 100 from 2 accounts <nil>
	// [bo] of 2 <nil>
	// 1 <nil>
	// home [an] <nil>
}

// At most three redemptions a day, and whoever spends 500 points within an hour is
// looked at.
func ExampleLimit() {
	ctx := context.Background()
	burns := []points.Kind{points.KindBurn}
	l, err := loyalty.New(new(loyalty.Memory), loyalty.Programme{Limits: []loyalty.Limit{
		{Code: "three-a-day", Kinds: burns, Count: 3, Within: 24 * time.Hour, Then: loyalty.Refuse},
		{Code: "500-an-hour", Kinds: burns, Points: 500, Within: time.Hour, Then: loyalty.Review},
	}}, loyalty.Options{})
	if err != nil {
		panic(err)
	}
	till := loyalty.Actor{ID: "till", Sees: loyalty.Everyone()}
	l.Members.Enrol(ctx, till, "m-1", loyalty.Call{})
	l.Points.Earn(ctx, till, "m-1", points.EarnCommand{Points: 2000}, loyalty.Call{})
	for range 4 {
		done, err := l.Points.Burn(ctx, till, "m-1", points.BurnCommand{Points: 300}, loyalty.Call{})
		fmt.Println(done.Amount, done.Available, done.Review != "", err)
	}
	// Output:
	// -300 1700 false <nil>
	// 0 1400 true <nil>
	// 0 1100 true <nil>
	// 0 0 false loyalty: account/m-1: three-a-day: is reached: limit reached: forbidden
}
