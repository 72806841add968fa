package purchase

import (
	"bytes"
	"unicode/utf8"
)

// field is one field of a record that split has read.
type field struct {
	text []byte // without quotes; valid until the next record
	line int    // on which it starts, counted from the record's first
}

// record is what split has read.
type record struct {
	fields  []field // the first limit of them
	limit   int
	count   int    // of all fields
	size    int    // bytes, the line break included
	lines   int    // physical lines
	scratch []byte // texts from which doubled quotes were taken out
}

// take reads the record at pos, quoted or not, as RFC 4180 has it, and moves pos
// and line behind it. An error that is not fatal leaves them behind the record
// too. Empty lines are read as a record without fields.
func (p *parser) take() *Error {
	start := p.line
	for {
		complete, err := p.rec.split(p.buf[p.pos:p.end], p.comma)
		switch {
		case complete:
			if err == nil || !err.fatal {
				p.pos += p.rec.size
				p.line += p.rec.lines
			}
		case p.fill():
			continue
		case p.err != nil:
			return p.broken()
		case !p.done:
			err = refuseLength()
		}
		return p.place(err, start)
	}
}

// split takes the record at the start of b apart. It reports false where b ends
// before the record does; the error it then returns is that of a log that ends
// there too.
func (r *record) split(b []byte, comma byte) (complete bool, err *Error) {
	r.fields, r.scratch, r.count = r.fields[:0], r.scratch[:0], 0
	i, line := 0, 0
	for {
		f, begin, fault := field{line: line}, i, ""
		if i < len(b) && b[i] == '"' {
			begin++
			f.text, i, fault = r.quoted(b, begin, comma)
			if i < 0 {
				err = r.refuse(f, bytes.TrimSuffix(b[begin:], newline), ErrQuote, "quoted field without its closing quote")
				err.fatal = true
				return false, err
			}
			line += bytes.Count(b[begin:i], newline)
		} else {
			f.text, i, fault = unquoted(b, begin, comma)
			if i < 0 {
				return false, nil
			}
		}
		if fault != "" {
			// The record ends with its line, if it has not begun on another.
			end := i + bytes.IndexByte(b[i:], '\n')
			if end < i {
				return false, nil
			}
			err = r.refuse(f, bytes.TrimSuffix(b[begin:end], carriageReturn), ErrQuote, fault)
			err.fatal = line > 0
			r.size, r.lines = end+1, line+1
			return true, r.limited(b, err)
		}
		if r.count < r.limit {
			r.fields = append(r.fields, f)
		}
		r.count++
		if b[i] == '\n' {
			r.size, r.lines = i+1, line+1
			if i == 0 || i == 1 && b[0] == '\r' {
				r.count = 0
			}
			return true, r.limited(b, r.encoded())
		}
		i++
	}
}

var newline, carriageReturn = []byte{'\n'}, []byte{'\r'}

// unquoted reads the field that starts at b[i] and returns its text and the
// index of the separator after it, -1 where b ends before that. A quote inside
// is a fault: it may be text, or the writer's quotes are not those of RFC 4180.
func unquoted(b []byte, i int, comma byte) (text []byte, after int, fault string) {
	for j, c := range b[i:] {
		switch c {
		case '"':
			return nil, i + j, "quote inside a field that does not start with one"
		case comma:
			return b[i : i+j], i + j, ""
		case '\n':
			return bytes.TrimSuffix(b[i:i+j], carriageReturn), i + j, ""
		}
	}
	return nil, -1, ""
}

// quoted reads the field whose text starts at b[i], after the opening quote, and
// returns the text and the index of the separator after the closing quote, -1
// where b ends before that is certain.
func (r *record) quoted(b []byte, i int, comma byte) (text []byte, after int, fault string) {
	begin, kept := i, len(r.scratch)
	for {
		n := bytes.IndexByte(b[i:], '"')
		if n < 0 || i+n+1 == len(b) {
			return nil, -1, ""
		}
		i += n + 1
		if b[i] != '"' {
			break
		}
		r.scratch = append(r.scratch, b[begin:i]...)
		i++
		begin = i
	}
	text = b[begin : i-1]
	if len(r.scratch) > kept {
		r.scratch = append(r.scratch, text...)
		text = r.scratch[kept:]
	}
	if b[i] == '\r' {
		if i+1 == len(b) {
			return nil, -1, ""
		}
		if b[i+1] == '\n' {
			i++
		}
	}
	if b[i] != comma && b[i] != '\n' {
		return nil, i, "text after the closing quote"
	}
	return text, i, ""
}

// refuse is an error about the field that is being read.
func (r *record) refuse(f field, text []byte, sentinel error, reason string) *Error {
	err := refuse(r.count, sentinel, "%s", reason)
	err.FieldLine = f.line
	err.Value = keep(text)
	return err
}

// encoded says which field is not valid UTF-8 or has a NUL.
func (r *record) encoded() *Error {
	for i, f := range r.fields {
		reason := ""
		switch {
		case !utf8.Valid(f.text):
			reason = "not valid UTF-8; a log in GB18030 or UTF-16 has to be converted"
		case bytes.IndexByte(f.text, 0) >= 0:
			reason = "has a NUL"
		default:
			continue
		}
		r.count = i
		return r.refuse(f, f.text, ErrEncoding, reason)
	}
	return nil
}

// limited returns err, or ErrTooLong in its place for a record over MaxRecord.
func (r *record) limited(b []byte, err *Error) *Error {
	if len(bytes.TrimSuffix(b[:r.size-1], carriageReturn)) > MaxRecord {
		return refuseLength()
	}
	return err
}

func refuseLength() *Error {
	err := refuse(-1, ErrTooLong, "record longer than %d bytes", MaxRecord)
	err.fatal = true
	return err
}
