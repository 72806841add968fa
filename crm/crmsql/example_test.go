package crmsql_test

import (
	"errors"
	"fmt"
	"io/fs"

	"github.com/guanxi-go/guanxi/crm"
	"github.com/guanxi-go/guanxi/crm/crmsql"
	"github.com/guanxi-go/guanxi/crm/money"
)

// The program in examples/sqlstores shows New, Migrate, InTx and Summarize with
// drivers; this package imports none.
func ExampleSchema() {
	names, err := fs.Glob(crmsql.Schema(), "*/*.sql")
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(names)
	// Output: [postgres/0001.sql postgres/0002.sql sqlite/0001.sql sqlite/0002.sql]
}

func ExamplePurchasesConfig_Validate() {
	config := crmsql.PurchasesConfig{
		Dialect: crmsql.PostgreSQL,
		Query: `SELECT id, user_id::text AS customer, (paid_at AT TIME ZONE 'Asia/Shanghai')::date AS day,
			(total * 100)::bigint AS amount FROM orders WHERE state = 'paid'`,
		DefaultCurrency: money.CNY,
	}
	fmt.Println(config.Validate())
	config.Table = "shop.orders"
	fmt.Println(config.Validate())
	fmt.Println(errors.Is(config.Validate(), crm.ErrInvalid))
	// Output:
	// <nil>
	// crm: table: or query is given, and not both: invalid
	// true
}
