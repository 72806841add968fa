package purchase

import (
	"fmt"
	"strconv"
	"strings"
)

// maxColumns is as many as a sheet of Excel has.
const maxColumns = 16384

// find locates the columns of the options among those of the header.
func (p *parser) find(columns []string) *Error {
	places := make(map[string]int, len(columns))
	twice := -1
	for i, name := range columns {
		if _, ok := places[name]; ok && name != "" && twice < 0 {
			twice = i
		}
		places[name] = i
	}
	for r, name := range p.names {
		p.at[r] = -1
		if name == "" {
			continue
		}
		at, ok := places[name]
		if !ok {
			err := refuse(-1, ErrHeader, "no such column; %s", list(columns))
			err.Column = name
			return err
		}
		p.at[r] = at
	}
	if twice >= 0 {
		err := refuse(-1, ErrHeader, "two columns have this name; %s", list(columns))
		err.Column = columns[twice]
		return err
	}
	return nil
}

// list names the columns for the text of an error, unless they may be a row of
// data in a log without a header, or one line that another system has broken.
func list(columns []string) string {
	var b strings.Builder
	fmt.Fprintf(&b, "the log has %d:", len(columns))
	for i, name := range columns {
		switch {
		case strings.ContainsAny(name, "\r\n"):
			return "a name in the first line has a line break; lines have to end in LF or CRLF"
		case name != "" && isDigit(name[0]):
			return "the first line looks like a row and not like a header"
		case i == maxShown:
			b.WriteString(" …")
		case i < maxShown:
			b.WriteByte(' ')
			b.WriteString(strconv.Quote(cut(name)))
		}
	}
	return b.String()
}

// nameOf is the name of a column in errors.
func (p *parser) nameOf(i int) string {
	if i < len(p.columns) && p.columns[i] != "" {
		return p.columns[i]
	}
	return "column " + strconv.Itoa(i+1)
}
