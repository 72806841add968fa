package main

import (
	"bytes"
	"fmt"
	"go/ast"
	"go/doc"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/require"
)

// families gives the number of rows of each family of requirements.
var families = []struct {
	name string
	rows int
}{{"A", 25}, {"B", 12}, {"C", 24}, {"D", 34}, {"E", 31}, {"F", 27}, {"G", 17}, {"H", 16}, {"I", 22}, {"J", 19}, {"K", 39}, {"L", 30}, {"M", 12}, {"P", 42}}

func wantIDs() (ids []string) {
	for _, f := range families {
		for i := 1; i <= f.rows; i++ {
			ids = append(ids, fmt.Sprint(f.name, i))
		}
	}
	return ids
}

func TestTable(t *testing.T) {
	rows, err := readRows(bytes.NewReader(table))
	require.NoError(t, err)
	require.Empty(t, problems(rows, wantIDs(), readNames(t, os.DirFS("../.."))))
}

// TestTableAgainstDocuments holds the identifiers against the requirements
// themselves, and the words against theirs.
func TestTableAgainstDocuments(t *testing.T) {
	dir := os.Getenv("GUANXI_REFERENCE")
	if dir == "" {
		t.Skip("GUANXI_REFERENCE does not name the folder with requirements.md")
	}
	text, err := os.ReadFile(filepath.Join(dir, "requirements.md"))
	require.NoError(t, err)
	rows, err := readRows(bytes.NewReader(table))
	require.NoError(t, err)
	found := regexp.MustCompile(`(?m)^\| ([A-MP]\d+) \| [^|]* \| ([^|]*) \| ([^|]*) \|`).FindAllStringSubmatch(string(text), -1)
	require.Len(t, found, len(rows))
	for i, m := range found {
		require.Equal(t, m[1], rows[i].id)
		require.NotEqual(t, strings.TrimSpace(m[2]), rows[i].what)
		require.NotEqual(t, strings.TrimSpace(m[3]), rows[i].what)
	}
}

// problems says what is wrong with a table, given the identifiers that it must
// have in order and the names that are there to be called.
func problems(rows []row, ids []string, there map[string]bool) (found []string) {
	report := func(r row, format string, args ...any) {
		found = append(found, r.id+": "+fmt.Sprintf(format, args...))
	}
	for i, r := range rows {
		if i >= len(ids) || r.id != ids[i] {
			report(r, "out of place")
			break
		}
		if r.what == "" {
			report(r, "says nothing")
		}
		if r.answer != "host" && len(r.home) == 0 {
			report(r, "has no home")
		}
		for _, name := range slices.Concat(r.symbols, r.tests) {
			if !there[name] {
				report(r, "%s is not there", name)
			}
		}
		for _, name := range r.symbols {
			pkg, _, _ := strings.Cut(name, ".")
			if strings.HasPrefix(pkg, "internal/") || !slices.Contains(r.home, pkg) {
				report(r, "%s is not in a public home of the row", name)
			}
		}
		answered := len(r.symbols) > 0 && len(r.tests) > 0
		empty := len(r.symbols) == 0 && len(r.tests) == 0
		switch {
		case !slices.Contains(answers, r.answer):
			report(r, "%q is no answer", r.answer)
		case (r.answer == "answered" || r.answer == "part") && !answered:
			report(r, "an answer names a symbol and a test")
		case (r.answer == "planned" || r.answer == "host") && !empty:
			report(r, "names what answers a row without an answer")
		case (r.answer == "part" || r.answer == "host") && r.note == "":
			report(r, "%s without the reason", r.answer)
		}
	}
	if len(rows) < len(ids) {
		found = append(found, ids[len(rows)]+": missing")
	}
	return found
}

func TestProblems(t *testing.T) {
	names := map[string]bool{"crm/a.F": true, "crm/a.TestF": true, "internal/b.F": true}
	good := row{"A1", "what", []string{"crm/a"}, "answered", []string{"crm/a.F"}, []string{"crm/a.TestF"}, ""}
	require.Empty(t, problems([]row{good}, []string{"A1"}, names))
	for want, spoil := range map[string]func(*row){
		"A9: out of place":                        func(r *row) { r.id = "A9" },
		"A1: says nothing":                        func(r *row) { r.what = "" },
		"A1: has no home":                         func(r *row) { *r = row{id: "A1", what: "what", answer: "planned"} },
		"A1: crm/a.G is not there":                func(r *row) { r.symbols = []string{"crm/a.F", "crm/a.G"} },
		"A1: crm/a.TestG is not there":            func(r *row) { r.tests = []string{"crm/a.TestG"} },
		"A1: internal/b.F is not in a public":     func(r *row) { r.symbols = []string{"internal/b.F"} },
		"A1: crm/a.F is not in a public home":     func(r *row) { r.home = []string{"crm"} },
		`A1: "done" is no answer`:                 func(r *row) { r.answer = "done" },
		"A1: an answer names a symbol and a test": func(r *row) { r.tests = nil },
		"A1: names what answers a row without":    func(r *row) { r.answer = "planned" },
		"A1: part without the reason":             func(r *row) { r.answer = "part" },
		"A1: host without the reason":             func(r *row) { *r = row{id: "A1", what: "what", answer: "host"} },
	} {
		bad := good
		spoil(&bad)
		require.Contains(t, strings.Join(problems([]row{bad}, []string{"A1"}, names), "\n"), want)
	}
	require.Equal(t, []string{"A1: out of place"}, problems([]row{good}, nil, names))
	require.Equal(t, []string{"A2: missing"}, problems([]row{good}, []string{"A1", "A2"}, names))
}

func TestPrint(t *testing.T) {
	rows := []row{
		{"A1", "first", []string{"crm/a"}, "answered", []string{"crm/a.F"}, []string{"crm/a.TestF"}, ""},
		{"B1", "second", []string{"crm/b", "crm/c"}, "planned", nil, nil, ""},
	}
	var out bytes.Buffer
	require.NoError(t, printCounts(&out, rows))
	require.Equal(t, "     answered  part  planned  host\nA    1         0     0        0\nB    0         0     1        0\nall  1         0     1        0\n", out.String())
	out.Reset()
	require.NoError(t, printRows(&out, rows, []string{"B1", "A1"}))
	require.Equal(t, "B1  second: planned\n    home     crm/b, crm/c\nA1  first: answered\n    home     crm/a\n    symbols  crm/a.F\n    tests    crm/a.TestF\n", out.String())
	require.ErrorContains(t, printRows(&out, rows, []string{"Z9"}), `no row "Z9"`)
}

func TestReadNames(t *testing.T) {
	text := map[string]string{
		"a/a.go": "package a\n\ntype T[E any] struct{ F, g E }\n\ntype u int\n\nfunc (t *T[E]) M() {}\n\nfunc (u) N() {}\n\nfunc (T[E]) n() {}\n\nfunc G() {}\n\nfunc g() {}\n\nconst C, c = 1, 2\n",
		"a/a_test.go": "package a_test\n\nfunc TestA(t *testing.T) {}\n\nfunc helper() {}\n\n" +
			"func ExampleG() {\n\t// Output: 1\n}\n\nfunc ExampleT_M() {}\n",
	}
	module := fstest.MapFS{}
	for name, text := range text {
		module[name] = &fstest.MapFile{Data: []byte(text)}
	}
	require.Equal(t, map[string]bool{"a.T": true, "a.T.F": true, "a.T.M": true, "a.G": true, "a.C": true, "a.TestA": true, "a.ExampleG": true},
		readNames(t, module))
}

// readNames collects what programs of others can call, crm/segment.Type.Method,
// and the tests, fuzz targets and runnable examples of a module.
func readNames(t *testing.T, module fs.FS) map[string]bool {
	there := map[string]bool{}
	tests := map[string][]*ast.File{}
	require.NoError(t, fs.WalkDir(module, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || path.Ext(name) != ".go" || strings.Contains(name, "testdata/") {
			return err
		}
		text, err := fs.ReadFile(module, name)
		if err != nil {
			return err
		}
		file, err := parser.ParseFile(token.NewFileSet(), name, text, parser.ParseComments)
		if err != nil {
			return err
		}
		dir := path.Dir(name)
		if strings.HasSuffix(name, "_test.go") {
			tests[dir] = append(tests[dir], file)
			for _, decl := range file.Decls {
				if fn, ok := decl.(*ast.FuncDecl); ok && (strings.HasPrefix(fn.Name.Name, "Test") || strings.HasPrefix(fn.Name.Name, "Fuzz") || strings.HasPrefix(fn.Name.Name, "Benchmark")) {
					there[dir+"."+fn.Name.Name] = true
				}
			}
			return nil
		}
		ast.FileExports(file)
		for _, decl := range file.Decls {
			for _, name := range declared(decl) {
				there[dir+"."+name] = true
			}
		}
		return nil
	}))
	for dir, files := range tests {
		for _, e := range doc.Examples(files...) {
			if e.Output != "" || e.EmptyOutput {
				there[dir+".Example"+e.Name] = true
			}
		}
	}
	return there
}

// declared returns the names that a declaration gives: of functions, methods
// behind their type, types with their fields, constants and variables.
func declared(decl ast.Decl) (names []string) {
	switch decl := decl.(type) {
	case *ast.FuncDecl:
		name := decl.Name.Name
		if decl.Recv != nil {
			of := decl.Recv.List[0].Type
			if star, ok := of.(*ast.StarExpr); ok {
				of = star.X
			}
			if index, ok := of.(*ast.IndexExpr); ok {
				of = index.X
			}
			receiver, _ := of.(*ast.Ident)
			if receiver == nil || !receiver.IsExported() {
				return nil
			}
			name = receiver.Name + "." + name
		}
		names = append(names, name)
	case *ast.GenDecl:
		for _, spec := range decl.Specs {
			switch spec := spec.(type) {
			case *ast.TypeSpec:
				names = append(names, spec.Name.Name)
				if s, ok := spec.Type.(*ast.StructType); ok {
					for _, field := range s.Fields.List {
						for _, id := range field.Names {
							names = append(names, spec.Name.Name+"."+id.Name)
						}
					}
				}
			case *ast.ValueSpec:
				for _, id := range spec.Names {
					names = append(names, id.Name)
				}
			}
		}
	}
	return names
}
