// Salesday replays a month of a small company that sells pumps: who was captured,
// followed up, forgotten, won and collected, and who left (销售一月).
//
//	go run ./examples/salesday
//	go run ./examples/salesday -zh
//
// The month is month.json, which is embedded: dated events, each somebody's command,
// with a clock that follows them. On some days it prints what a colleague has to do,
// what the manager looks at once a week, and what was found, each finding with its code
// and its sentence in the language that was asked for.
//
// Where to look: setup.go has what a company decides once, leads.go to leaving.go the
// commands as a host gives them, day.go, week.go and found.go what is read. All people,
// companies and numbers are invented.
package main

import (
	"bufio"
	"context"
	"flag"
	"fmt"
	"io"
	"os"

	"github.com/guanxi-go/guanxi/crm/finding"
)

func main() {
	if err := run(os.Args[1:], os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "salesday:", err)
		os.Exit(1)
	}
}

func run(args []string, out io.Writer) error {
	flags := flag.NewFlagSet("salesday", flag.ContinueOnError)
	zh := flags.Bool("zh", false, "write Chinese 用中文输出")
	if err := flags.Parse(args); err != nil {
		return err
	}
	if flags.NArg() > 0 {
		return fmt.Errorf("unexpected argument %q", flags.Arg(0))
	}
	in := finding.English
	if *zh {
		in = finding.Chinese
	}
	month, err := readMonth(embedded)
	if err != nil {
		return err
	}
	w := bufio.NewWriter(out)
	if _, err := play(context.Background(), month, in, w); err != nil {
		return err
	}
	return w.Flush()
}
