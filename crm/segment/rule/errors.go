package rule

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/guanxi-go/guanxi/internal/fault"
)

// ErrInvalid is in the chain of every error of this package: a text that is no
// rule, a rule that does not fit its schema, a subject that does not keep to it.
var ErrInvalid = fault.ErrInvalid

// Error is one problem, and wraps [ErrInvalid]. Where a function finds several
// it returns them joined: [Problems] lists them.
//
// An Error repeats names and keys of the rule and the schema, and never a value
// of the rule or of a customer.
type Error struct {
	Segment string `json:"segment,omitempty"` // the rule of the [Set] that the problem is in, "" for the rule or data given themselves
	Path    string `json:"path"`              // JSON Pointer (RFC 6901) to what is wrong: "/all/1/count/ge", "" for the whole
	Offset  int    `json:"offset"`            // byte in the text of the rule, from 0
	Line    int    `json:"line,omitempty"`    // line of the text, from 1; 0 where what is wrong is no text of a rule
	Column  int    `json:"column,omitempty"`  // column in code points (not bytes: 上海 is two) from 1; a leading byte order mark has none
	Reason  string `json:"reason"`            // what is wrong, in English
	Err     error  `json:"-"`                 // the sentinel
}

func (e *Error) Error() string {
	var b strings.Builder
	b.WriteString("rule: ")
	if e.Segment != "" {
		b.WriteString("segment " + strconv.Quote(e.Segment) + ": ")
	}
	if e.Line > 0 {
		fmt.Fprintf(&b, "line %d, column %d: ", e.Line, e.Column)
	}
	if e.Path != "" {
		b.WriteString(e.Path + ": ")
	}
	b.WriteString(e.Reason)
	b.WriteString(fault.Cause(e.Err))
	return b.String()
}

// Unwrap returns Err, for errors.Is.
func (e *Error) Unwrap() error { return e.Err }

// Problems lists the problems in an error of this package, in the order of the
// rule's text: to show them all in an editor. It looks into errors that wrap
// them, and is nil where there is none.
func Problems(err error) []*Error {
	switch x := any(err).(type) { // layer by layer, which errors.As does not show
	case *Error:
		return []*Error{x}
	case interface{ Unwrap() error }:
		return Problems(x.Unwrap())
	case interface{ Unwrap() []error }:
		var list []*Error
		for _, each := range x.Unwrap() {
			list = append(list, Problems(each)...)
		}
		return list
	}
	return nil
}

// maxProblems bounds what one call reports: finding a position reads the text
// from its start, and nobody reads the hundredth message.
const maxProblems = 32

// problems collects what is wrong.
type problems struct {
	list []*Error
}

func (p *problems) full() bool { return len(p.list) >= maxProblems }

func (p *problems) add(e *Error) {
	if !p.full() {
		p.list = append(p.list, e)
	}
}

// err returns the problems in order, or nil.
func (p *problems) err() error {
	slices.SortStableFunc(p.list, func(a, b *Error) int {
		return cmp.Or(strings.Compare(a.Segment, b.Segment), cmp.Compare(a.Offset, b.Offset))
	})
	switch len(p.list) {
	case 0:
		return nil
	case 1:
		return p.list[0]
	}
	list := make([]error, len(p.list))
	for i, e := range p.list {
		list[i] = e
	}
	return errors.Join(list...)
}
