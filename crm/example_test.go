package crm_test

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/guanxi-go/guanxi/crm"
	"github.com/guanxi-go/guanxi/crm/access"
	"github.com/guanxi-go/guanxi/crm/owner"
	"github.com/guanxi-go/guanxi/crm/party"
	"github.com/guanxi-go/guanxi/crm/stage"
	"github.com/guanxi-go/guanxi/crm/timeline"
)

// ticking is a clock that goes on by a minute each time it is asked.
type ticking struct{ now time.Time }

func (c *ticking) Now() time.Time {
	c.now = c.now.Add(time.Minute)
	return c.now
}

func newYear() *ticking { return &ticking{time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)} }

// A customer is registered, given to a colleague, called, and moved on by a stage.
func Example() {
	ctx := context.Background()
	c, err := crm.New(new(crm.Memory), crm.Options{Clock: newYear()})
	if err != nil {
		panic(err)
	}
	boss := crm.Actor{ID: "wang", Sees: access.Everything()}
	li := owner.Staff{ID: "li", Path: "sales/east/", Active: true}

	mobile, err := party.NewIdentifier(party.Phone, "", "138 0013 8000")
	if err != nil {
		panic(err)
	}
	zhang := party.Profile{Type: party.Person, Kind: party.KindConsumer, Name: "张伟", Identifiers: []party.Identifier{mobile}}
	id, err := c.Customers.Register(ctx, boss, crm.Registration{ID: "c1", Profile: zhang, Owner: li})
	if err != nil {
		panic(err)
	}
	_, err = c.Customers.Register(ctx, boss, crm.Registration{ID: "c2", Profile: zhang})
	fmt.Println(errors.Is(err, crm.ErrTaken), err)

	hotline := timeline.Touchpoint{Code: "hotline", En: "hotline", Zh: "热线电话", Channel: timeline.Phone}
	if _, err := c.Registries.Touchpoints.Put(ctx, boss, []timeline.Touchpoint{hotline}, 0, crm.Call{}); err != nil {
		panic(err)
	}
	_, err = c.Timeline.Record(ctx, boss, id, timeline.Activity{Kind: timeline.KindContact, Touchpoint: "hotline", Channel: timeline.Phone,
		Direction: timeline.Outbound, Outcome: timeline.Reached, Text: "wants an offer by Friday"}, crm.Call{})
	if err != nil {
		panic(err)
	}
	for _, to := range []stage.Relationship{stage.Awareness, stage.Exploration} {
		if _, err := c.Stages.Relationship.Move(ctx, boss, id, crm.Move[stage.Relationship]{To: to}); err != nil {
			panic(err)
		}
	}

	got, err := c.Customers.Find(ctx, crm.Actor{ID: "li", Sees: access.Scope{Owner: "li"}}, mobile)
	if err != nil {
		panic(err)
	}
	fmt.Println(got.ID, got.Standing.Holding.Owner, got.Standing.Relationship.State.Zh(), got.Standing.LastContact.Format(time.TimeOnly))

	_, err = c.Customers.Get(ctx, crm.Actor{ID: "zhao", Sees: access.Scope{Owner: "zhao"}}, id)
	fmt.Println(err)
	// Output:
	// true crm: customer/c2: identifier: held by customer/c1: taken
	// c1 li 探测 00:04:00
	// crm: customer/c1: not found
}
