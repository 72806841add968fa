package guanxi_test

import (
	"cmp"
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
	"io/fs"
	"maps"
	"os"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/require"
)

// This file holds the rules of the house (CONTRIBUTING.md) against every Go
// file of the module. It parses the source and asks neither git nor the network.

const modulePath = "github.com/guanxi-go/guanxi"

// arrows names the domains and, for each, the other domains it may import.
var arrows = map[string][]string{
	"sampling":     {},
	"crm":          {},
	"satisfaction": {"sampling"},
	"loyalty":      {"crm"},
	"employee":     {"sampling", "satisfaction"},
}

// leaves may be imported by any domain, and import leaves only.
var leaves = []string{"crm/stage", "crm/calendar", "crm/money", "crm/survival", "crm/finding"}

// The modules from outside the standard library, and the packages that only
// tests may add.
var (
	productionModules = []string{"github.com/shopspring/decimal", "gonum.org/v1/gonum", "golang.org/x/exp", "golang.org/x/text"}
	testPackages      = []string{"github.com/stretchr/testify/require", "pgregory.net/rapid"}
)

// impure names what a pure package does not import, with the reason. A name
// stands for the packages below it too.
var impure = map[string]string{
	"context":      "nothing in it blocks or is cancelled",
	"database/sql": "stores belong to the domain's root and its sql adapter",
	"log":          "results and errors are returned, not logged",
	"net":          "no I/O",
	"os":           "no environment, no files",
	"plugin":       "no I/O",
	"reflect":      "types are known when it is compiled",
	"syscall":      "no I/O",
	"testing":      "test code is not production code",
	"unsafe":       "safe on every architecture",
}

// pureDespite names packages below an impure one that touch nothing themselves.
var pureDespite = []string{"log/slog", "net/netip", "net/url"}

type kind int

const (
	pure    kind = iota // decisions and mathematics
	root                // a domain's services over its Store
	adapter             // <domain>sql and internal/sqlstore
	suite               // <domain>test, what any adapter runs, and internal/storetest
	shell               // internal/attempt, internal/memory: what the roots share around their decisions
	meter               // internal/cputime, internal/reference, internal/wording: what tests measure and compare with
	timer               // internal/clock: the one place that asks what time it is
	example             // programs
	house               // the module's own folder: the map, no code
)

func kindOf(dir string) kind {
	domain, rest, nested := strings.Cut(dir, "/")
	_, isDomain := arrows[domain]
	switch {
	case dir == ".":
		return house
	case domain == "examples":
		return example
	case dir == "internal/cputime", dir == "internal/reference", dir == "internal/wording":
		return meter
	case dir == "internal/clock":
		return timer
	case dir == "internal/sqlstore", isDomain && rest == domain+"sql":
		return adapter
	case dir == "internal/attempt", dir == "internal/memory":
		return shell
	case dir == "internal/storetest", isDomain && rest == domain+"test":
		return suite
	case isDomain && !nested:
		return root
	}
	return pure
}

// A source is one parsed file, a unit the files of one folder.
type source struct {
	name   string // below the module's root, with slashes
	test   bool
	lines  int
	syntax *ast.File
}

type unit struct {
	dir   string
	kind  kind
	files []source
	fset  *token.FileSet
}

// production returns the files that are compiled into programs of others.
func (u *unit) production() (files []source) {
	for _, f := range u.files {
		if !f.test {
			files = append(files, f)
		}
	}
	return files
}

// public reports whether programs of others import the package.
func (u *unit) public() bool {
	return (u.kind == pure || u.kind == root) && !strings.HasPrefix(u.dir, "internal/")
}

// readUnits parses the Go files of a module, without the modules nested in it.
func readUnits(module fs.FS) (units []*unit, err error) {
	byDir := map[string]*unit{}
	fset := token.NewFileSet()
	err = fs.WalkDir(module, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() {
			base := path.Base(name)
			if name != "." && (base == "testdata" || base[0] == '.' || base[0] == '_') {
				return fs.SkipDir
			}
			if _, err := fs.Stat(module, path.Join(name, "go.mod")); err == nil && name != "." {
				return fs.SkipDir
			}
			return nil
		}
		if path.Ext(name) != ".go" {
			return nil
		}
		text, err := fs.ReadFile(module, name)
		if err != nil {
			return err
		}
		syntax, err := parser.ParseFile(fset, name, text, parser.ParseComments|parser.SkipObjectResolution)
		if err != nil {
			return err
		}
		dir := path.Dir(name)
		if byDir[dir] == nil {
			byDir[dir] = &unit{dir: dir, kind: kindOf(dir), fset: fset}
		}
		byDir[dir].files = append(byDir[dir].files, source{
			name: name, test: strings.HasSuffix(name, "_test.go"), lines: strings.Count(string(text), "\n"), syntax: syntax})
		return nil
	})
	return slices.SortedFunc(maps.Values(byDir), func(a, b *unit) int { return cmp.Compare(a.dir, b.dir) }), err
}

// resolve finds what the names in production code mean. Imported packages are
// empty, so that nothing outside the module is needed: names from them stay
// unknown, but the package in front of the dot is found.
func (u *unit) resolve() (*types.Package, *types.Info) {
	info := &types.Info{Defs: map[*ast.Ident]types.Object{}, Uses: map[*ast.Ident]types.Object{}, Selections: map[*ast.SelectorExpr]*types.Selection{}}
	var files []*ast.File
	for _, f := range u.production() {
		files = append(files, f.syntax)
	}
	conf := types.Config{Importer: emptyImporter{}, Error: func(error) {}}
	p, _ := conf.Check(u.dir, u.fset, files, info)
	return p, info
}

type emptyImporter struct{}

var majorVersion = regexp.MustCompile(`^v[0-9]+$`)

func (emptyImporter) Import(p string) (*types.Package, error) {
	name := path.Base(p)
	if majorVersion.MatchString(name) {
		name = path.Base(path.Dir(p))
	}
	pkg := types.NewPackage(p, name)
	pkg.MarkComplete()
	return pkg, nil
}

// A report takes one breach of a rule; pos may be token.NoPos.
type report func(pos token.Pos, format string, args ...any)

var rules = map[string]func(*unit, report){
	"arrows":  checkArrows,
	"imports": checkImports,
	"calls":   checkCalls,
	"state":   checkState,
	"shape":   checkShape,
	"docs":    checkDocs,
}

// breaches applies one rule to a module and returns what breaks it, sorted.
func breaches(t *testing.T, module fs.FS, rule string) (found []string) {
	t.Helper()
	units, err := readUnits(module)
	require.NoError(t, err)
	for _, u := range units {
		rules[rule](u, func(pos token.Pos, format string, args ...any) {
			where := u.dir
			if pos.IsValid() {
				where = u.fset.Position(pos).String()
			}
			found = append(found, where+": "+fmt.Sprintf(format, args...))
		})
	}
	slices.Sort(found)
	return found
}

func TestRulesOfTheHouse(t *testing.T) {
	for rule := range rules {
		t.Run(rule, func(t *testing.T) {
			require.Empty(t, breaches(t, os.DirFS("."), rule))
		})
	}
}

// eachImport calls f for every import of a file with its path unquoted.
func (f source) eachImport(do func(spec *ast.ImportSpec, name string)) {
	for _, spec := range f.syntax.Imports {
		name, _ := strconv.Unquote(spec.Path.Value)
		do(spec, name)
	}
}

func within(name, tree string) bool { return name == tree || strings.HasPrefix(name, tree+"/") }

func withinAny(name string, trees []string) bool {
	return slices.ContainsFunc(trees, func(tree string) bool { return within(name, tree) })
}

func checkArrows(u *unit, report report) {
	for _, f := range u.production() {
		f.eachImport(func(spec *ast.ImportSpec, name string) {
			if !within(name, modulePath) {
				return
			}
			to := cmp.Or(strings.TrimPrefix(strings.TrimPrefix(name, modulePath), "/"), ".")
			if err := arrow(u.dir, to); err != nil {
				report(spec.Pos(), "%s imports %s: %v", u.dir, to, err)
			}
		})
	}
}

// arrow says why production code in one folder may not import another.
func arrow(from, to string) error {
	fromKind, toKind := kindOf(from), kindOf(to)
	fromDomain, _, _ := strings.Cut(from, "/")
	toDomain, _, _ := strings.Cut(to, "/")
	switch {
	case fromKind == house || toKind == house:
		return errors.New("the root is a map and neither imports nor is imported")
	case toKind == example:
		return errors.New("nothing imports an example")
	case toKind == meter:
		return errors.New("only tests measure")
	case toKind == timer && fromKind == pure:
		return errors.New("a pure package takes the instant as a parameter")
	case fromKind == example:
		return nil
	case toDomain == "internal":
		if toKind == adapter && fromKind != adapter {
			return errors.New("internal/sqlstore is for the sql adapters")
		}
		if toKind == suite && fromKind != suite {
			return errors.New("internal/storetest is for the conformance suites")
		}
		if toKind == shell && fromKind == pure {
			return errors.New("a pure package decides once and stores nothing")
		}
		return nil
	case fromDomain == "internal":
		return errors.New("what the domains share knows no domain")
	case slices.Contains(leaves, from) && !slices.Contains(leaves, to):
		return errors.New("a leaf imports only leaves")
	case toKind == suite || toKind == adapter:
		return errors.New("a conformance suite or sql adapter is for the host")
	case toKind == root && fromKind == pure:
		return errors.New("a root imports pure packages, never the reverse")
	case slices.Contains(leaves, to), fromDomain == toDomain, slices.Contains(arrows[fromDomain], toDomain):
		return nil
	}
	return fmt.Errorf("no arrow from %s to %s", fromDomain, toDomain)
}

func checkImports(u *unit, report report) {
	for _, f := range u.files {
		f.eachImport(func(spec *ast.ImportSpec, name string) {
			first, _, _ := strings.Cut(name, "/")
			std := !strings.Contains(first, ".")
			switch {
			case spec.Name != nil && spec.Name.Name == ".":
				report(spec.Pos(), "dot import of %s hides where a name comes from", name)
			case name == "math/rand" || name == "C":
				report(spec.Pos(), "%s: use math/rand/v2, and no C", name)
			case std && !f.test && u.kind == pure && !withinAny(name, pureDespite):
				for tree, why := range impure {
					if within(name, tree) {
						report(spec.Pos(), "a pure package imports %s: %s", name, why)
					}
				}
			case std || within(name, modulePath):
			case !f.test && u.kind == suite:
				report(spec.Pos(), "a conformance suite imports %s: the standard library only, for hosts run it", name)
			case !f.test && withinAny(name, []string{"golang.org/x/exp/stats", "golang.org/x/exp/rand"}):
				report(spec.Pos(), "%s: its sums are naive, its source global: a cross-check in tests only", name)
			case !withinAny(name, productionModules) && (!f.test || !withinAny(name, testPackages)):
				report(spec.Pos(), "%s is not among the dependencies", name)
			}
		})
	}
}

func TestRequirements(t *testing.T) {
	text, err := os.ReadFile("go.mod")
	require.NoError(t, err)
	direct := regexp.MustCompile(`(?m)^(?:require)?\s+(\S+) v\S+$`).FindAllSubmatch(text, -1)
	require.NotEmpty(t, direct)
	for _, m := range direct {
		module := string(m[1])
		require.True(t, slices.ContainsFunc(slices.Concat(productionModules, testPackages), func(p string) bool { return within(p, module) }),
			"go.mod requires %s", module)
	}
}

// clean is a module that keeps every rule; each case of TestRulesBite spoils it.
func clean() fstest.MapFS {
	module := fstest.MapFS{}
	for name, text := range map[string]string{
		"doc.go":                       "// Package guanxi maps.\npackage guanxi\n",
		"house_test.go":                "package guanxi_test\n",
		"crm/calendar/doc.go":          "// Package calendar 日历.\npackage calendar\n",
		"crm/calendar/day_test.go":     "package calendar_test\n\nfunc ExampleDay() {\n\t// Output: 1\n}\n",
		"loyalty/clv/doc.go":           "// Package clv 客户终身价值.\npackage clv\n",
		"loyalty/clv/clv_test.go":      "package clv\n\nimport _ \"os\"\nimport _ \"pgregory.net/rapid\"\n\nfunc Example() {\n\t// Output: 1\n}\n",
		"loyalty/clv/a.go":             "package clv\n\nimport \"math/rand/v2\"\nimport _ \"" + modulePath + "/crm/calendar\"\n\nvar table = []int{1}\n\n// Draw draws.\nfunc Draw(r *rand.Rand) int {\n\ttable := r.IntN(2)\n\ttable++\n\treturn table\n}\n",
		"examples/hello/main.go":       "// Hello says so.\npackage main\n\nimport \"os\"\nimport \"fmt\"\n\nfunc main() { fmt.Println(os.Args) }\n",
		"examples/hello/main_test.go":  "package main\n",
		"examples/nested/go.mod":       "module nested\n",
		"examples/nested/main.go":      "package main\n\nimport _ \"modernc.org/sqlite\"\n",
		"loyalty/clv/testdata/skip.go": "not Go",
	} {
		module[name] = &fstest.MapFile{Data: []byte(text)}
	}
	return module
}

func TestRulesBite(t *testing.T) {
	module := func(dir string) string { return "import _ \"" + modulePath + "/" + dir + "\"\n" }
	tests := map[string][]struct{ name, text, want string }{
		"arrows": {
			{"crm/segment/a.go", module("loyalty/clv"), "no arrow from crm to loyalty"},
			{"sampling/draw/a.go", module("crm/segment"), "no arrow from sampling to crm"},
			{"satisfaction/score/a.go", module("crm/segment"), "no arrow from satisfaction to crm"},
			{"employee/turnover/a.go", module("loyalty/clv"), "no arrow from employee to loyalty"},
			{"crm/money/a.go", module("crm/segment"), "a leaf imports only leaves"},
			{"crm/segment/a.go", module("crm"), "never the reverse"},
			{"loyalty/clv/b.go", module("crm"), "never the reverse"},
			{"crm/segment/a.go", module("crm/crmsql"), "for the host"},
			{"crm/segment/a.go", module("internal/sqlstore"), "for the sql adapters"},
			{"crm/segment/a.go", module("internal/storetest"), "for the conformance suites"},
			{"crm/segment/a.go", module("internal/cputime"), "only tests measure"},
			{"crm/segment/a.go", module("internal/clock"), "takes the instant as a parameter"},
			{"crm/segment/a.go", module("internal/attempt"), "decides once"},
			{"internal/numeric/a.go", module("crm/money"), "knows no domain"},
			{"crm/segment/a.go", module("examples/hello"), "nothing imports an example"},
			{"crm/segment/a.go", "import _ \"" + modulePath + "\"\n", "the root is a map"},
		},
		"imports": {
			{"crm/segment/a.go", "import _ \"context\"\n", "imports context"},
			{"crm/segment/a.go", "import _ \"database/sql/driver\"\n", "imports database/sql/driver"},
			{"crm/segment/a.go", "import _ \"log\"\n", "imports log"},
			{"crm/segment/a.go", "import _ \"net/http\"\n", "imports net/http"},
			{"crm/segment/a.go", "import _ \"os\"\n", "imports os"},
			{"internal/numeric/a.go", "import _ \"os/exec\"\n", "imports os/exec"},
			{"crm/segment/a.go", "import _ \"reflect\"\n", "imports reflect"},
			{"crm/segment/a.go", "import _ \"testing\"\n", "imports testing"},
			{"crm/segment/a.go", "import _ \"unsafe\"\n", "imports unsafe"},
			{"crm/segment/a.go", "import _ \"math/rand\"\n", "use math/rand/v2"},
			{"crm/segment/a.go", "import . \"math\"\n", "dot import"},
			{"crm/segment/a.go", "import _ \"github.com/stretchr/testify/require\"\n", "not among the dependencies"},
			{"crm/segment/a.go", "import _ \"pgregory.net/rapid\"\n", "not among the dependencies"},
			{"crm/segment/a_test.go", "import _ \"github.com/stretchr/testify/assert\"\n", "not among the dependencies"},
			{"examples/hello/a.go", "import _ \"modernc.org/sqlite\"\n", "not among the dependencies"},
			{"crm/segment/a.go", "import _ \"golang.org/x/exp/stats\"\n", "in tests only"},
			{"crm/crmtest/a.go", "import _ \"github.com/shopspring/decimal\"\n", "the standard library only"},
		},
		"calls": {
			{"crm/segment/a.go", "import \"time\"\nvar _ = time.Now()\n", "time.Now reads"},
			{"crm/a.go", "import clock \"time\"\nfunc f(t clock.Time) clock.Duration { return clock.Since(t) }\n", "time.Since reads"},
			{"crm/segment/a.go", "import \"time\"\nvar _ = time.Local\n", "time.Local depends"},
			{"crm/segment/a.go", "import \"math/rand/v2\"\nvar _ = rand.IntN(2)\n", "rand.IntN draws"},
			{"crm/segment/a.go", "import \"fmt\"\nfunc f() { fmt.Println() }\n", "fmt.Println writes"},
			{"crm/segment/a.go", "func f() { println() }\n", "println writes"},
			{"crm/segment/a.go", "func init() {}\n", "init: work at start-up"},
		},
		"state": {
			{"crm/segment/a.go", "var n int\nfunc f() { n = 1 }\n", "n changes after"},
			{"crm/segment/a.go", "var n int\nfunc f() { n++ }\n", "n changes after"},
			{"crm/segment/a.go", "var m = map[int]int{}\nfunc f() { m[1] += 2 }\n", "m changes after"},
			{"crm/segment/a.go", "var m = map[int]int{}\nfunc f() { clear(m) }\n", "m changes after"},
			{"crm/segment/a.go", "var s struct{ n []int }\nfunc f() { (s.n)[0] = 2 }\n", "s changes after"},
			{"crm/segment/a.go", "var n int\nfunc f() { for n = range 3 {} }\n", "n changes after"},
			{"crm/segment/a.go", "var n int\nfunc f() *int { return &n }\n", "n changes after"},
			{"crm/segment/a.go", "type c int\nfunc (x *c) up() { *x++ }\nvar n c\nfunc f() { n.up() }\n", "n changes after"},
			{"crm/segment/a.go", "import \"sync\"\nvar p = sync.Pool{}\n", "p is shared state"},
			{"crm/segment/a.go", "import \"sync/atomic\"\nvar n atomic.Int64\n", "n is shared state"},
			{"crm/segment/a.go", "var Default = 3\n", "Default can be set by anybody"},
		},
		"shape": {
			{"crm/segment/a.go", "", "no package comment"},
			{"crm/segment/a.go", "", "no test file"},
			{"crm/segment/a.go", "", "no Example with Output"},
			{"crm/segment/a_test.go", "func ExampleA() {}\n", "no Example with Output"},
			{"crm/calendar/long.go", strings.Repeat("\n", maxLines+1), "over 500: is it one idea?"},
			{"code.go", "var _ = 1\n", "the root is a map"},
		},
		"docs": {
			{"crm/segment/a.go", "func F() {}\n", "F has no comment"},
			{"crm/segment/a.go", "// T is.\ntype T int\nfunc (T) M() {}\n", "T.M has no comment"},
			{"crm/segment/a.go", "type T int\n", "T has no comment"},
			{"crm/segment/a.go", "const (\n\tA = 1\n)\n", "A has no comment"},
		},
	}
	for rule := range rules {
		t.Run(rule, func(t *testing.T) {
			require.Empty(t, breaches(t, clean(), rule))
			require.NotEmpty(t, tests[rule], "no case shows that the rule bites")
			for _, tt := range tests[rule] {
				spoiled := clean()
				spoiled[tt.name] = &fstest.MapFile{Data: []byte("package " + path.Base(path.Dir("guanxi/"+tt.name)) + "\n\n" + tt.text)}
				require.Contains(t, strings.Join(breaches(t, spoiled, rule), "\n"), tt.want, tt.name)
			}
		})
	}
	t.Run("comment without Chinese", func(t *testing.T) {
		spoiled := clean()
		spoiled["crm/calendar/doc.go"].Data = []byte("// Package calendar.\npackage calendar\n")
		require.Len(t, breaches(t, spoiled, "shape"), 1)
	})
}
