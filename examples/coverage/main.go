// Coverage prints which part of the library answers which requirement of the
// source documents, from coverage.csv beside it.
//
//	go run ./examples/coverage          how many rows are answered, by family
//	go run ./examples/coverage A22 P36  what answers these rows
//
// A row is "answered"; answered in "part", with a note that says what is
// missing; "planned", for the package under home; or left to the "host" program,
// with the reason in the note. The test beside this program checks that the
// symbols and tests that the table names are there.
package main

import (
	"bytes"
	_ "embed"
	"encoding/csv"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"text/tabwriter"
)

//go:embed coverage.csv
var table []byte

type row struct {
	id      string
	what    string   // a few words of ours
	home    []string // packages
	answer  string   // one of answers
	symbols []string // crm/segment.Name or crm/segment.Type.Method
	tests   []string // crm/segment.ExampleName, crm/segment.TestName
	note    string
}

var (
	header  = []string{"id", "what", "home", "answer", "symbols", "tests", "note"}
	answers = []string{"answered", "part", "planned", "host"}
)

func main() {
	rows, err := readRows(bytes.NewReader(table))
	if err == nil && len(os.Args) > 1 {
		err = printRows(os.Stdout, rows, os.Args[1:])
	} else if err == nil {
		err = printCounts(os.Stdout, rows)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "coverage:", err)
		os.Exit(1)
	}
}

func readRows(r io.Reader) ([]row, error) {
	records, err := csv.NewReader(r).ReadAll()
	if err != nil {
		return nil, err
	}
	if len(records) == 0 || !slices.Equal(records[0], header) {
		return nil, fmt.Errorf("the header is not %s", strings.Join(header, ","))
	}
	var rows []row
	for _, c := range records[1:] {
		rows = append(rows, row{c[0], c[1], strings.Fields(c[2]), c[3], strings.Fields(c[4]), strings.Fields(c[5]), c[6]})
	}
	return rows, nil
}

func printCounts(w io.Writer, rows []row) error {
	const total = "all"
	counts := map[string]map[string]int{total: {}}
	var families []string
	for _, r := range rows {
		family := r.id[:1]
		if counts[family] == nil {
			counts[family] = map[string]int{}
			families = append(families, family)
		}
		counts[family][r.answer]++
		counts[total][r.answer]++
	}
	tw := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintf(tw, "\t%s\n", strings.Join(answers, "\t"))
	for _, family := range append(families, total) {
		fmt.Fprint(tw, family)
		for _, answer := range answers {
			fmt.Fprintf(tw, "\t%d", counts[family][answer])
		}
		fmt.Fprintln(tw)
	}
	return tw.Flush()
}

func printRows(w io.Writer, rows []row, ids []string) error {
	for _, id := range ids {
		i := slices.IndexFunc(rows, func(r row) bool { return r.id == id })
		if i < 0 {
			return fmt.Errorf("no row %q", id)
		}
		r := rows[i]
		fmt.Fprintf(w, "%s  %s: %s\n", r.id, r.what, r.answer)
		for _, line := range []struct{ title, text string }{
			{"home", strings.Join(r.home, ", ")},
			{"symbols", strings.Join(r.symbols, ", ")},
			{"tests", strings.Join(r.tests, ", ")},
			{"note", r.note},
		} {
			if line.text != "" {
				fmt.Fprintf(w, "    %-8s %s\n", line.title, line.text)
			}
		}
	}
	return nil
}
