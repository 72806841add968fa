package kvstore_test

import (
	"context"
	"fmt"
	"log"
	"os"
	"path/filepath"
	"time"

	"go.etcd.io/bbolt"

	"github.com/guanxi-go/guanxi/crm"
	"github.com/guanxi-go/guanxi/crm/party"
	"github.com/guanxi-go/guanxi/examples/kvstore"
)

func Example() {
	folder, err := os.MkdirTemp("", "kvstore")
	if err != nil {
		log.Fatal(err)
	}
	defer func() { _ = os.RemoveAll(folder) }()
	db, err := bbolt.Open(filepath.Join(folder, "customers.db"), 0o600, nil)
	if err != nil {
		log.Fatal(err)
	}
	defer func() { _ = db.Close() }()

	ctx := context.Background()
	store, err := kvstore.New(db, "shop-1")
	if err != nil {
		log.Fatal(err)
	}
	at := time.Date(2026, 3, 1, 9, 30, 0, 0, time.UTC)
	commit := crm.Commit{Scope: "register", Key: "form-17", Recorded: at, Changes: []crm.Change{{
		Subject: crm.Subject{Kind: crm.KindCustomer, ID: "c-1"},
		Writes: []crm.Write{
			crm.PutProfile{Profile: party.Profile{Name: "李雷"}},
			crm.Claim{Space: "phone", Key: "+8613800000000"},
			crm.Append{Entry: crm.Entry{Journal: crm.JournalProfile, Kind: "registered", Actor: "ann", At: at, Recorded: at}},
		},
	}}}
	fmt.Println(store.Commit(ctx, commit))
	fmt.Println(store.Commit(ctx, commit))

	customer, err := store.Customer(ctx, "c-1")
	fmt.Println(customer.Profile.Name, customer.Head.Version, customer.Head.Entries, err)
	holder, err := store.Holder(ctx, "phone", "+8613800000000")
	fmt.Println(holder, err)
	// Output:
	// <nil>
	// kvstore: crm: key: duplicate
	// 李雷 1 1 <nil>
	// customer/c-1 <nil>
}
