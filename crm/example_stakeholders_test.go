package crm_test

import (
	"fmt"
	"time"

	"github.com/guanxi-go/guanxi/crm"
	"github.com/guanxi-go/guanxi/crm/account"
	"github.com/guanxi-go/guanxi/crm/calendar"
	"github.com/guanxi-go/guanxi/crm/finding"
	"github.com/guanxi-go/guanxi/crm/owner"
	"github.com/guanxi-go/guanxi/crm/stage"
	"github.com/guanxi-go/guanxi/crm/timeline"
)

// Who decides at a customer, and who of ours is close to them.
func ExampleStakeholders_Map() {
	ctx, c := start()
	_, err := c.Customers.Register(ctx, boss, crm.Registration{ID: "acme", Profile: organisation("华信科技"), Owner: li})
	fmt.Println(err)
	_, err = c.Registries.Touchpoints.Put(ctx, boss, []timeline.Touchpoint{{Code: "office", En: "office", Zh: "办公室"}}, 0, crm.Call{})
	fmt.Println(err)

	for _, person := range []account.Stakeholder{
		{Customer: "acme", Contact: "c1", Roles: []account.Role{account.DecisionMaker}, Influence: 5, Attitude: account.Reserved,
			Preferences: []string{"figures before words"}, Concerns: []string{"delivery before the holidays"}},
		{Customer: "acme", Contact: "c2", Roles: []account.Role{account.PowerPerson}, Influence: 4, Attitude: account.Favourable},
	} {
		_, err = c.Stakeholders.Describe(ctx, boss, person, crm.Call{})
		fmt.Println(err)
	}
	for _, to := range []stage.Relationship{stage.Awareness, stage.Exploration} {
		_, err = c.Ties.Move(ctx, boss, crm.MoveTie{Customer: "acme", Ours: li, Theirs: "c1", To: to, Call: crm.Call{Reason: "saw the plant together"}})
		fmt.Println(err)
	}
	visit := timeline.Activity{Kind: timeline.KindContact, Contact: "c1", Touchpoint: "office", Channel: timeline.Visit,
		Direction: timeline.Outbound, Outcome: timeline.Reached, Text: "lunch"}
	_, err = c.Timeline.Record(ctx, crm.Actor{ID: "li", Sees: boss.Sees}, "acme", visit, crm.Call{})
	fmt.Println(err)

	m, err := c.Stakeholders.Map(ctx, boss, "acme", time.Time{}, account.Options{})
	fmt.Println(m.Power.Plain, m.People[0].Depth.Zh(), m.People[0].Active, err)
	for _, f := range m.Findings(calendar.MustDate(2026, 1, 1)) {
		fmt.Println(account.Catalogue().Render(f, finding.English))
	}
	// Output:
	// <nil>
	// <nil>
	// <nil>
	// <nil>
	// <nil>
	// <nil>
	// <nil>
	// 1/2 探测 [li] <nil>
	// 1 of 2 power people have no active tie to us: c2 <nil>
	// 1 of ours and 1 of theirs have active ties <nil>
}

// What worries the decision maker, until the person asks to be forgotten.
func ExampleStakeholders_Describe() {
	ctx, c := start()
	_, err := c.Customers.Register(ctx, boss, crm.Registration{ID: "acme", Profile: organisation("华信科技"), Owner: li})
	fmt.Println(err)
	_, err = c.Stakeholders.Describe(ctx, boss, account.Stakeholder{Customer: "acme", Contact: "c1", Roles: []account.Role{account.DecisionMaker},
		Influence: 5, Concerns: []string{"delivery before the holidays"}}, crm.Call{Reason: "talked to his deputy"})
	fmt.Println(err)
	show := func() {
		people, err := c.Stakeholders.Of(ctx, boss, "acme", time.Time{})
		for _, p := range people {
			fmt.Println(p.Contact, p.Roles, p.Influence, p.Concerns, err)
		}
	}
	show()
	_, err = c.Privacy.Forget(ctx, boss, "c1", crm.Erasure{Call: crm.Call{Reason: "asked to"}})
	fmt.Println(err)
	show()
	// Output:
	// <nil>
	// <nil>
	// c1 [decision-maker] 5 [delivery before the holidays] <nil>
	// <nil>
	// c1 [decision-maker] 5 [] <nil>
}

// The relationship of two people is gone step by step. When a colleague leaves, the
// next one is introduced, and begins where one begins.
func ExampleTies_Move() {
	ctx, c := start()
	_, err := c.Customers.Register(ctx, boss, crm.Registration{ID: "acme", Profile: organisation("华信科技"), Owner: li})
	fmt.Println(err)
	move := func(to stage.Relationship) {
		_, err := c.Ties.Move(ctx, boss, crm.MoveTie{Customer: "acme", Ours: li, Theirs: "c1", To: to})
		fmt.Println(err)
	}
	move(stage.Awareness)
	move(stage.Commitment)
	move(stage.Exploration)

	_, err = c.Owners.TransferAll(ctx, boss, "li", crm.Leaving{Terms: crm.Terms{Call: crm.Call{Reason: "leaves the company"}}, Takers: []owner.Staff{zhao}})
	fmt.Println(err)
	ties, err := c.Ties.Of(ctx, boss, "acme", time.Time{})
	for _, tie := range ties {
		fmt.Println(tie.Ours, tie.Theirs, tie.Depth.Zh(), err)
	}
	// Output:
	// <nil>
	// <nil>
	// stage: to: from awareness to commitment: is not in the table: no such transition
	// <nil>
	// <nil>
	// zhao c1 认知 <nil>
}
