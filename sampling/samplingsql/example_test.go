package samplingsql_test

import (
	"fmt"
	"io/fs"

	"github.com/guanxi-go/guanxi/sampling/samplingsql"
)

// The programs in examples/sqlstores show New, Migrate and InTx with drivers; this
// package imports none.
func ExampleSchema() {
	names, err := fs.Glob(samplingsql.Schema(), "*/*.sql")
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(names)
	// Output: [postgres/0001.sql sqlite/0001.sql]
}
