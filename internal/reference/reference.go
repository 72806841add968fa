// Package reference reads the reference values and data sets that tests compare
// with and that are not part of the project: other people's data, and what their
// programs made of them. They lie in the folder that GUANXI_REFERENCE names; a
// test that needs one is skipped, and says so, where the variable is unset.
package reference

import (
	"encoding/csv"
	"encoding/json"
	"os"
	"path/filepath"
	"strconv"
	"testing"
)

// Folder is the variable that names the folder.
const Folder = "GUANXI_REFERENCE"

// Read returns the bytes of a file, whose path is below the folder.
func Read(t testing.TB, path string) []byte {
	t.Helper()
	root := os.Getenv(Folder)
	if root == "" {
		t.Skip(Folder, "is not set: the reference data are not part of the project")
	}
	data, err := os.ReadFile(filepath.Join(root, path))
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// JSON decodes a file into the value that into points to.
func JSON(t testing.TB, path string, into any) {
	t.Helper()
	if err := json.Unmarshal(Read(t, path), into); err != nil {
		t.Fatal(path, err)
	}
}

// A List is a list of JSON in which R left a single element unboxed.
type List[T any] []T

// UnmarshalJSON reads a list or a single element.
func (l *List[T]) UnmarshalJSON(data []byte) error {
	if len(data) > 0 && data[0] == '[' {
		return json.Unmarshal(data, (*[]T)(l))
	}
	var one T
	if err := json.Unmarshal(data, &one); err != nil {
		return err
	}
	*l = List[T]{one}
	return nil
}

// A Table is a CSV file whose first line names its columns.
type Table struct {
	t      testing.TB
	column map[string]int
	rows   [][]string
}

// CSV reads a table below the folder.
func CSV(t testing.TB, path string) Table {
	t.Helper()
	Read(t, path)
	return File(t, filepath.Join(os.Getenv(Folder), path))
}

// File reads a table of the project, such as one in testdata.
func File(t testing.TB, path string) Table {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil || len(rows) == 0 {
		t.Fatal(path, err, len(rows), "lines")
	}
	tb := Table{t: t, column: make(map[string]int, len(rows[0])), rows: rows[1:]}
	for i, name := range rows[0] {
		tb.column[name] = i
	}
	return tb
}

// Len returns the number of rows below the names.
func (tb Table) Len() int { return len(tb.rows) }

// Strings returns a column as it stands.
func (tb Table) Strings(name string) []string {
	tb.t.Helper()
	i, ok := tb.column[name]
	if !ok {
		tb.t.Fatal("no column", name)
	}
	column := make([]string, len(tb.rows))
	for row := range tb.rows {
		column[row] = tb.rows[row][i]
	}
	return column
}

// Floats returns a column of numbers; missing is what stands for NA and "".
func (tb Table) Floats(name string, missing float64) []float64 {
	tb.t.Helper()
	column := make([]float64, len(tb.rows))
	for row, text := range tb.Strings(name) {
		if text == "" || text == "NA" {
			column[row] = missing
			continue
		}
		x, err := strconv.ParseFloat(text, 64)
		if err != nil {
			tb.t.Fatal(name, "row", row, err)
		}
		column[row] = x
	}
	return column
}
