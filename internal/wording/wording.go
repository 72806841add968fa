// Package wording answers, in tests, whether what a package names and says can be read
// in English and in Chinese: its enumerations, its codes, its errors. It knows no domain,
// so that every package can be held to the same rules.
package wording

import (
	"encoding"
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"unicode"
)

// HasHan reports whether a text has a Chinese character.
func HasHan(text string) bool {
	return strings.ContainsFunc(text, func(r rune) bool { return unicode.Is(unicode.Han, r) })
}

// An Enumeration is what every enumeration can do. Most also say whether a value is Valid.
type Enumeration[T any] interface {
	*T
	fmt.Stringer
	Zh() string
	encoding.TextMarshaler
	encoding.TextUnmarshaler
}

// code is the form of a code: in small letters, or in capitals where a standard has it so.
var code = regexp.MustCompile(`^([a-z0-9]+(-[a-z0-9]+)*|[A-Z0-9]+(-[A-Z0-9]+)*)?$`)

// Enum holds an enumeration of the numbers from first to last to the rules of the house:
// each has a code of its own that is read back, and a Chinese name of its own; none, below
// first, has neither and is not valid; all else is refused as invalid, and leaves a value
// as it was. It returns code and Chinese name of each from first on in one text, for
// tests of what may never change.
func Enum[T ~uint8 | ~int, P Enumeration[T]](t testing.TB, first, last T, invalid error) (names []string) {
	t.Helper()
	seen := map[string]bool{}
	for v := T(0); v <= last; v++ {
		text, err := P(&v).MarshalText()
		en, zh, there := P(&v).String(), P(&v).Zh(), v >= first
		if err != nil || string(text) != en || !code.MatchString(en) || seen[en] || there && seen[zh] {
			t.Errorf("%T(%d) is written as %q, %v, and called %q and %q", v, v, text, err, en, zh)
		}
		seen[en], seen[zh] = true, true
		if there {
			names = append(names, en+zh)
		}
		if there != (en != "") || there != HasHan(zh) || !there && zh != "" || !valid(P(&v), there) {
			t.Errorf("%T(%d) is called %q and %q, or valid where it is not", v, v, en, zh)
		}
		var back T
		if err := P(&back).UnmarshalText(text); err != nil || back != v {
			t.Errorf("%T(%d) is read back as %d, %v", v, v, back, err)
		}
	}
	for _, v := range []T{last + 1, T(0) - 1} {
		if _, err := P(&v).MarshalText(); !errors.Is(err, invalid) || P(&v).String()+P(&v).Zh() != "??" || !valid(P(&v), false) {
			t.Errorf("%T(%d), which is none, is called %q and %q, %v", v, v, P(&v).String(), P(&v).Zh(), err)
		}
	}
	for _, text := range []string{"?", "Assigned", "nonsense", " "} {
		v := last
		if err := P(&v).UnmarshalText([]byte(text)); !errors.Is(err, invalid) || v != last {
			t.Errorf("%q is read as %T(%d), %v", text, v, v, err)
		}
	}
	return names
}

// valid reports whether a value that says whether it is valid says so rightly.
func valid(value any, want bool) bool {
	v, says := value.(interface{ Valid() bool })
	return !says || v.Valid() == want
}

// Codes walks the source of the package under test: each code with a prefix that is
// declared in it has an English and a Chinese sentence, is given somewhere, and there are
// no more sentences than codes. It returns the codes.
func Codes(t testing.TB, prefix string, sentences int, text func(code string) (en, zh string)) (codes []string) {
	t.Helper()
	names, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	declared, uses := map[string]string{}, map[string]int{}
	form := regexp.MustCompile("^" + prefix + "[A-Z0-9-]+$")
	look := func(n ast.Node) bool {
		if spec, ok := n.(*ast.ValueSpec); ok && len(spec.Values) == 1 {
			if lit, ok := spec.Values[0].(*ast.BasicLit); ok && lit.Kind == token.STRING {
				if text, _ := strconv.Unquote(lit.Value); form.MatchString(text) {
					declared[spec.Names[0].Name] = text
				}
			}
		}
		if id, ok := n.(*ast.Ident); ok {
			uses[id.Name]++
		}
		return true
	}
	for _, name := range names {
		if !strings.HasSuffix(name, "_test.go") {
			file, err := parser.ParseFile(token.NewFileSet(), name, nil, 0)
			if err != nil {
				t.Fatal(err)
			}
			ast.Inspect(file, look)
		}
	}
	if len(declared) == 0 || len(declared) != sentences {
		t.Errorf("%d codes are declared, and %d have sentences", len(declared), sentences)
	}
	for name, code := range declared {
		if en, zh := text(code); en == "" || HasHan(en) || !HasHan(zh) {
			t.Errorf("%s reads %q and %q", code, en, zh)
		}
		if uses[name] < 3 { // declared, worded, given
			t.Errorf("%s is given by nothing", code)
		}
		codes = append(codes, code)
	}
	return codes
}

// Parts returns the errors that are joined in err, also those joined in them, each as
// the type that the package promises.
func Parts[E error](t testing.TB, err error) (parts []E) {
	t.Helper()
	if joined, ok := err.(interface{ Unwrap() []error }); ok {
		for _, one := range joined.Unwrap() {
			parts = append(parts, Parts[E](t, one)...)
		}
		return parts
	}
	var e E
	if !errors.As(err, &e) {
		t.Fatalf("%v is no %T", err, e)
	}
	return append(parts, e)
}
