package crm_test

import (
	"context"
	"errors"
	"fmt"

	"github.com/guanxi-go/guanxi/crm"
	"github.com/guanxi-go/guanxi/crm/access"
	"github.com/guanxi-go/guanxi/crm/calendar"
	"github.com/guanxi-go/guanxi/crm/money"
	"github.com/guanxi-go/guanxi/crm/owner"
	"github.com/guanxi-go/guanxi/crm/party"
	"github.com/guanxi-go/guanxi/crm/privacy"
	"github.com/guanxi-go/guanxi/crm/segment"
	"github.com/guanxi-go/guanxi/crm/stage"
	"github.com/guanxi-go/guanxi/crm/timeline"
)

// start returns a CRM in memory with three customers of li's.
func start() (context.Context, *crm.CRM) {
	ctx := context.Background()
	c, err := crm.New(new(crm.Memory), crm.Options{Clock: newYear(), ErasureKey: secret})
	if err != nil {
		panic(err)
	}
	for _, id := range []string{"c1", "c2", "c3"} {
		p := party.Profile{Type: party.Person, Name: "张 " + id}
		if _, err := c.Customers.Register(ctx, boss, crm.Registration{ID: id, Profile: p, Owner: li}); err != nil {
			panic(err)
		}
	}
	return ctx, c
}

// A colleague leaves. Everything goes to two others, and nothing comes after.
func ExampleOwners_TransferAll() {
	ctx, c := start()
	done, err := c.Owners.TransferAll(ctx, boss, "li", crm.Leaving{
		Terms: crm.Terms{Call: crm.Call{Reason: "leaves the company"}}, Takers: []owner.Staff{zhao, sun}})
	fmt.Println(done.Before.Count, err)
	for _, g := range done.Given {
		fmt.Println(g.Staff, g.Tally.Count)
	}
	_, err = c.Customers.Register(ctx, boss, crm.Registration{ID: "c4", Profile: party.Profile{Type: party.Person, Name: "李娜"}, Owner: li})
	fmt.Println(err)
	// Output:
	// 3 <nil>
	// sun 2
	// zhao 1
	// crm: staff/li: has left: forbidden
}

// What a leaver has, counted for the handover.
func ExampleHandovers_Inventory() {
	ctx, c := start()
	step := func(decide func(owner.Handover, owner.Act) (owner.Step, error)) owner.Handover {
		h, err := c.Handovers.Do(ctx, boss, "h1", crm.Terms{}, decide)
		if err != nil {
			panic(err)
		}
		return h
	}
	step(func(_ owner.Handover, act owner.Act) (owner.Step, error) {
		return owner.OpenHandover("li", "wang", act)
	})
	has, err := c.Handovers.Inventory(ctx, boss, "li")
	for _, of := range has {
		step(func(h owner.Handover, act owner.Act) (owner.Step, error) {
			return h.Count(of.Matter, len(of.Things), act)
		})
		if len(of.Things) > 0 {
			fmt.Println(of.Matter, len(of.Things), "from", of.Things[0].Subject, err)
		}
	}
	// Output:
	// customers 3 from customer/c1 <nil>
}

// The same key is the same command, however often it is sent.
func ExampleCall() {
	ctx, c := start()
	send := func() (owner.Entry, error) {
		return c.Owners.Transfer(ctx, boss, "c1", zhao, crm.Terms{Call: crm.Call{Key: "form 17", Reason: "moved"}})
	}
	first, err := send()
	fmt.Println(first.To, first.Recorded.Minute(), err)
	again, err := send()
	fmt.Println(again.To, again.Recorded.Minute(), err)
	_, err = c.Owners.Transfer(ctx, boss, "c2", zhao, crm.Terms{Call: crm.Call{Key: "form 17", Reason: "moved"}})
	fmt.Println(err)
	// Output:
	// zhao 4 <nil>
	// zhao 4 <nil>
	// crm: key: stands on another command: key reused
}

// Three facts, three machines: each is moved by its own table.
func ExampleTrack_Move() {
	ctx, c := start()
	_, err := c.Stages.Relationship.Move(ctx, boss, "c1", crm.Move[stage.Relationship]{To: stage.Awareness})
	fmt.Println(err)
	_, err = c.Stages.Relationship.Move(ctx, boss, "c1", crm.Move[stage.Relationship]{To: stage.Commitment})
	fmt.Println(errors.Is(err, crm.ErrTransition))
	_, err = c.Stages.Relationship.Move(ctx, boss, "c1", crm.Move[stage.Relationship]{To: stage.Commitment, Forced: true,
		Call: crm.Call{Reason: "a framework contract was signed"}})
	fmt.Println(err)
	got, err := c.Customers.Get(ctx, boss, "c1")
	fmt.Println(got.Standing.Relationship.State.Zh(), got.Standing.Ladder.State == 0, err)
	// Output:
	// <nil>
	// true
	// <nil>
	// 承诺 true <nil>
}

// Two customers swap their telephone numbers in one commit.
func ExampleCustomers_Edit() {
	ctx, c := start()
	for id, number := range map[string]string{"c1": "13800138000", "c2": "13900139000"} {
		mobile, err := party.NewIdentifier(party.Phone, "", number)
		if err != nil {
			panic(err)
		}
		err = c.Customers.Edit(ctx, boss, []string{id}, crm.Call{}, func(p []*party.Profile) error {
			p[0].Identifiers = []party.Identifier{mobile}
			return nil
		})
		if err != nil {
			panic(err)
		}
	}
	err := c.Customers.Edit(ctx, boss, []string{"c1", "c2"}, crm.Call{Reason: "mixed up"}, func(p []*party.Profile) error {
		p[0].Identifiers, p[1].Identifiers = p[1].Identifiers, p[0].Identifiers
		return nil
	})
	got, _ := c.Customers.Get(ctx, boss, "c1")
	fmt.Println(got.Profile.Identifiers[0].Masked(), err)
	// Output: 139****9000 <nil>
}

// Somebody asks to be forgotten: what was said goes, what was counted stays.
func ExamplePrivacy_Forget() {
	ctx, c := start()
	office := []timeline.Touchpoint{{Code: "office", En: "office", Zh: "办公室"}}
	if _, err := c.Registries.Touchpoints.Put(ctx, boss, office, 0, crm.Call{}); err != nil {
		panic(err)
	}
	deal := timeline.Activity{Kind: timeline.KindDeal, Touchpoint: "office", Text: "wants it in blue",
		Deal: timeline.Deal{Number: "D1", Amount: money.Amount{Minor: 99900, Currency: money.CNY}}}
	if _, err := c.Timeline.Record(ctx, boss, "c1", deal, crm.Call{}); err != nil {
		panic(err)
	}
	_, err := c.Privacy.Forget(ctx, boss, "c1", crm.Erasure{Call: crm.Call{Reason: "asked for it"}})
	fmt.Println(err)
	got, _ := c.Customers.Get(ctx, boss, "c1")
	line, _ := c.Timeline.Of(ctx, boss, "c1")
	for a := range line.All() {
		fmt.Printf("%s %q %v\n", got.Profile.Name, a.Text, a.Deal.Amount)
	}
	_, found, err := c.Verify(ctx)
	fmt.Println(len(found), err)
	// Output:
	// <nil>
	// c1 "" 999.00 CNY
	// 0 <nil>
}

// May we send offers by telephone? Who asks learns why, or why not.
func ExampleConsents_Permitted() {
	ctx, c := start()
	question := privacy.Question{Purpose: "offers", Channel: timeline.Phone, Age: privacy.FourteenUp}
	answer, err := c.Consents.Permitted(ctx, boss, "c1", question)
	fmt.Println(answer.Allowed, answer.Reasons[0], err)
	_, err = c.Consents.Record(ctx, boss, "c1", privacy.Consent{Purpose: "offers", Basis: privacy.ByConsent, Action: privacy.Given}, crm.Call{})
	fmt.Println(err)
	answer, err = c.Consents.Permitted(ctx, boss, "c1", question)
	fmt.Println(answer.Allowed, err)
	// Output:
	// false nothing was given for this purpose (PIPL art. 13) <nil>
	// <nil>
	// true <nil>
}

// A sales person sees their own customers, a manager those of the units below.
func ExampleActor() {
	ctx, c := start()
	_, err := c.Owners.Transfer(ctx, boss, "c3", zhao, crm.Terms{Call: crm.Call{Reason: "moved"}})
	fmt.Println(err)
	for _, actor := range []crm.Actor{
		{ID: "li", Sees: access.Scope{Owner: "li"}},
		{ID: "head-west", Sees: access.Scope{Units: []access.Range{{From: "sales/west/", To: "sales/west0"}}}},
		{ID: "visitor"},
	} {
		fmt.Print(actor.ID, ":")
		for customer, err := range c.Customers.List(ctx, actor, crm.CustomerFilter{}) {
			if err != nil {
				panic(err)
			}
			fmt.Print(" ", customer.ID)
		}
		fmt.Println()
	}
	// Output:
	// <nil>
	// li: c1 c2
	// head-west: c3
	// visitor:
}

// Purchases of any source become the summary that RFM is made of.
func ExampleSummarize() {
	d := calendar.MustDate(2026, 3, 1)
	log := bought{{Customer: "c1", Day: d, Amount: money.Amount{Minor: 1000, Currency: money.CNY}},
		{Customer: "c1", Day: d + 30, Amount: money.Amount{Minor: 2500, Currency: money.CNY}}}
	sum, err := crm.Summarize(context.Background(), log, crm.PurchaseFilter{From: d}, segment.Options{})
	if err != nil {
		panic(err)
	}
	totals, err := sum.Totals()
	fmt.Println(totals.Customers, totals.Purchases, totals.Value, err)
	// Output: 1 2 35.00 CNY <nil>
}
