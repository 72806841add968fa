package finding

import (
	"cmp"
	"errors"
	"slices"
	"strconv"

	"github.com/guanxi-go/guanxi/crm/calendar"
)

// Finding is one coded fact that people read. Its JSON names are stable.
type Finding struct {
	Code     string       `json:"code"`             // what was found; see the package comment for the form
	Severity Severity     `json:"severity"`         // how grave it is
	Subject  string       `json:"subject"`          // opaque id of the customer, case, unit ... concerned; "" where it is about the whole
	AsOf     calendar.Day `json:"asof"`             // the day up to which the facts were known
	Params   []Param      `json:"params,omitempty"` // the facts themselves, by name
}

// Param is one named fact of a finding.
type Param struct {
	Name  string `json:"name"`         // lower-case ASCII letters, digits and _, beginning with a letter
	Value string `json:"value"`        // as English texts show it
	Zh    string `json:"zh,omitempty"` // as Chinese texts show it; "" where that is Value
}

// Str returns a parameter that reads the same in both languages: an id, a
// decimal number, a code.
func Str(name, value string) Param { return Param{Name: name, Value: value} }

// Int returns a count.
func Int(name string, n int64) Param { return Str(name, strconv.FormatInt(n, 10)) }

// Day returns a date, YYYY-MM-DD in both languages.
func Day(name string, d calendar.Day) Param { return Str(name, d.String()) }

// Bilingual is what knows its text in both languages: the enumerations of this
// library, and amounts of money.
type Bilingual interface {
	String() string
	Zh() string
}

// Term returns a parameter that each language words in its own way.
func Term(name string, value Bilingual) Param {
	p := Param{Name: name, Value: value.String(), Zh: value.Zh()}
	if p.Zh == p.Value {
		p.Zh = ""
	}
	return p
}

// Param returns the parameter of that name.
func (f Finding) Param(name string) (Param, bool) {
	i := slices.IndexFunc(f.Params, func(p Param) bool { return p.Name == name })
	if i < 0 {
		return Param{}, false
	}
	return f.Params[i], true
}

// Validate reports every rule that f breaks, joined; each is an [*Error]: a code
// or a parameter name of another form than stated, an unknown severity, no day,
// a subject of more than 255 bytes, two parameters of one name.
func (f Finding) Validate() error {
	var errs []error
	check := func(broken bool, field, name, reason string) {
		if broken {
			errs = append(errs, invalid(f.Code, field, name, reason))
		}
	}
	check(!validCode(f.Code), "code", "", "is not of the form SEG-SILENT")
	check(!f.Severity.Valid(), "severity", "", "unknown")
	check(!f.AsOf.Valid(), "asof", "", "is no day")
	check(len(f.Subject) > 255, "subject", "", "longer than 255 bytes")
	for i, p := range f.Params {
		twice := slices.ContainsFunc(f.Params[:i], func(q Param) bool { return q.Name == p.Name })
		check(!validName(p.Name), "params", p.Name, "is not a name")
		check(twice, "params", p.Name, "given twice")
	}
	return errors.Join(errs...)
}

// Compare orders findings for people: by day, the gravest first, then by subject,
// code and parameters. It is 0 only for findings that are equal, so that sorting
// by it gives one result whatever the order before.
func Compare(a, b Finding) int {
	return cmp.Or(
		cmp.Compare(a.AsOf, b.AsOf),
		cmp.Compare(b.Severity, a.Severity),
		cmp.Compare(a.Subject, b.Subject),
		cmp.Compare(a.Code, b.Code),
		slices.CompareFunc(a.Params, b.Params, func(p, q Param) int {
			return cmp.Or(cmp.Compare(p.Name, q.Name), cmp.Compare(p.Value, q.Value), cmp.Compare(p.Zh, q.Zh))
		}),
	)
}

// validCode reports whether code is groups of A-Z and 0-9 joined by single - or
// _, beginning with a letter, of 64 bytes at most.
func validCode(code string) bool {
	char := byte('-')
	for i := range len(code) {
		before := char
		char = code[i]
		letter := 'A' <= char && char <= 'Z'
		joint := (char == '-' || char == '_') && before != '-' && before != '_'
		if !letter && (i == 0 || !joint && (char < '0' || char > '9')) {
			return false
		}
	}
	return char != '-' && char != '_' && len(code) <= 64
}

// validName reports whether name can be a parameter's and a placeholder's.
func validName(name string) bool {
	for i, c := range []byte(name) {
		if ('a' > c || c > 'z') && (i == 0 || c != '_' && ('0' > c || c > '9')) {
			return false
		}
	}
	return name != ""
}
