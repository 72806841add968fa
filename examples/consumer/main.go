// Command consumer is the least program that imports package crm: a module of its
// own, whose test holds what an importing program takes along.
package main

import (
	"context"
	"fmt"
	"log"

	"github.com/guanxi-go/guanxi/crm"
	"github.com/guanxi-go/guanxi/crm/access"
	"github.com/guanxi-go/guanxi/crm/party"
)

func main() {
	c, err := crm.New(new(crm.Memory), crm.Options{})
	if err != nil {
		log.Fatal(err)
	}
	me := crm.Actor{ID: "me", Sees: access.Everything()}
	acme := party.Profile{Type: party.Organisation, Name: "北京华信科技有限公司"}
	id, err := c.Customers.Register(context.Background(), me, crm.Registration{ID: "acme", Profile: acme})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println("registered", id)
}
