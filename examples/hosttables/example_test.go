package hosttables_test

import (
	"context"
	"database/sql"
	"fmt"
	"log"
	"os"
	"path/filepath"

	"github.com/guanxi-go/guanxi/crm"
	"github.com/guanxi-go/guanxi/crm/calendar"
	"github.com/guanxi-go/guanxi/crm/finding"
	"github.com/guanxi-go/guanxi/examples/hosttables"
)

func Example() {
	folder, err := os.MkdirTemp("", "hosttables")
	if err != nil {
		log.Fatal(err)
	}
	defer func() { _ = os.RemoveAll(folder) }()
	db, err := sql.Open("sqlite", "file:"+filepath.Join(folder, "shop.db")+"?_pragma=busy_timeout(10000)")
	if err != nil {
		log.Fatal(err)
	}
	defer func() { _ = db.Close() }()
	if _, err := db.Exec(hostTables); err != nil { // they have been there for years
		log.Fatal(err)
	}

	ctx := context.Background()
	store, err := hosttables.New(ctx, db)
	if err != nil {
		log.Fatal(err)
	}
	// The host's own code goes on as it did.
	_, err = db.Exec(`INSERT INTO users (id, name, mobile, is_company, birthday) VALUES (1042, '李雷', '138 0013 8000', 0, '0000-00-00'), (1043, '韩梅梅', '无', 0, '');
		INSERT INTO orders (user_id, created, total, status) VALUES (1042, '2025-03-01 23:59:59', '12.30', 'paid')`)
	if err != nil {
		log.Fatal(err)
	}

	customer, err := store.Customer(ctx, "1042")
	fmt.Println(customer.Profile.Identifiers[0].Value, customer.Head.Version, err)
	for bought, err := range store.Purchases(ctx, crm.PurchaseFilter{}) {
		fmt.Println(bought.Customer, bought.Day, bought.Amount, err)
	}
	for f, err := range store.Findings(ctx, calendar.MustDate(2025, 3, 2)) {
		text, _ := hosttables.Catalogue().Render(f, finding.English)
		fmt.Println(f.Subject, text, err)
	}
	// Output:
	// +8613800138000 0 <nil>
	// 1042 2025-03-01 12.30 CNY <nil>
	// 1043 mobile cannot be read and is not in the profile <nil>
}
