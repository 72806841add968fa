package purchase

import (
	"bytes"
	"io"
)

// parser turns the bytes of a log into batches of rows.
type parser struct {
	settings
	source
	rows
	rec     record
	columns []string   // the names in the header
	at      [roles]int // the columns' places, -1 for none
	skipped Skipped
	read    bool // a row was read
}

// batch reads rows until the batch is full. At the end of the log it returns
// io.EOF, and the batch may have rows then as beside any other error.
func (p *parser) batch() error {
	p.reset()
	for {
		p.scan()
		if p.pos >= p.safe {
			if !p.look() {
				return p.finish()
			}
			if p.pos < p.safe {
				continue
			}
		}
		fits, err := p.record()
		switch {
		case !fits:
			return nil
		case err == nil:
		case p.skip && !err.fatal:
			p.skipped.add(err)
		default:
			return err
		}
	}
}

// record reads the record at pos into the batch, unless it does not fit: then
// pos stays before it.
func (p *parser) record() (fits bool, err *Error) {
	if err := p.take(); err != nil {
		return true, err
	}
	r := &p.rec
	line := p.line - r.lines
	if r.count == 0 { // an empty line, which has nothing to lose
		return true, nil
	}
	if r.count != len(p.columns) {
		return true, p.place(refuse(-1, ErrFieldCount, "%d fields, and the header has %d", r.count, len(p.columns)), line)
	}
	var cells [roles][]byte
	for role, at := range p.at {
		if at >= 0 {
			cells[role] = r.fields[at].text
		}
	}
	fits, err = p.row(&cells)
	if err != nil {
		f := r.fields[err.field]
		err.FieldLine = f.line
		err.Value = keep(f.text)
	}
	if !fits {
		p.pos -= r.size
		p.line -= r.lines
	}
	return fits, p.place(err, line)
}

// finish says why there are no more rows.
func (p *parser) finish() error {
	switch {
	case p.err != nil:
		return p.broken()
	case p.skipped.Rows > 0 && !p.read && len(p.days) == 0:
		return refuse(-1, ErrInsufficientData, "no row that can be read, %d skipped", p.skipped.Rows)
	case !p.read && len(p.days) == 0:
		return refuse(-1, ErrInsufficientData, "a header and no row")
	}
	return io.EOF
}

// broken is the error of the underlying reader at the line that starts at pos.
func (p *parser) broken() *Error {
	err := refuse(-1, p.err, "cannot be read to its end")
	err.fatal = true
	return p.place(err, p.line)
}

// place adds to an error which record it is about and what the column is called.
func (p *parser) place(err *Error, line int) *Error {
	if err == nil {
		return nil
	}
	err.Line = line
	err.FieldLine += line
	if err.field >= 0 {
		err.Column = p.nameOf(err.field)
		// After a fault in the quotes the value runs on into other columns.
		for _, r := range []role{date, amount, currency} {
			err.shown = err.shown || p.columns != nil && p.at[r] == err.field && err.Err != ErrQuote
		}
		err.field = -1
	}
	return err
}

var byteOrderMark = []byte("\ufeff")

// header reads the first record and finds the columns in it.
func (p *parser) header() error {
	p.rec.limit = maxColumns
	p.fill()
	if bytes.HasPrefix(p.buf[:p.end], byteOrderMark) {
		p.pos = len(byteOrderMark)
	}
	for p.rec.count == 0 {
		if !p.look() {
			if p.err != nil {
				return p.finish()
			}
			return refuse(-1, ErrInsufficientData, "an empty log")
		}
		if err := p.take(); err != nil {
			return err
		}
	}
	line := p.line - p.rec.lines
	if p.rec.count > maxColumns {
		return p.place(refuse(-1, ErrTooLong, "more than %d columns", maxColumns), line)
	}
	columns := make([]string, p.rec.count)
	for i, f := range p.rec.fields {
		columns[i] = string(f.text)
	}
	if err := p.find(columns); err != nil {
		err.Columns = columns
		return p.place(err, line)
	}
	p.columns = columns
	p.rec.limit = len(columns)
	return nil
}
