package purchase

import (
	"bytes"
	"io"
	"unicode/utf8"
)

// MaxRecord is the length in bytes of the longest record, its quotes and
// separators included and the line break at its end not.
const MaxRecord = 1 << 20

const (
	firstBuffer = 256 << 10
	// lastBuffer holds the longest record, its line break, and the LF that ends a
	// log without one.
	lastBuffer = MaxRecord + len("\r\n") + len("\n")
)

// source is what was read of the log and not decoded yet: buf[pos:end].
type source struct {
	r      io.Reader
	buf    []byte
	pos    int
	end    int
	window     // into buf
	line   int // the physical line that starts at pos, from 1
	done   bool
	err    error // why r gives no more, where that is not io.EOF
}

func newSource(r io.Reader, size int) source {
	return source{r: r, buf: make([]byte, size), line: 1}
}

// fill makes room and reads until the buffer is full or the log at its end, so
// that what is decoded from one buffer does not depend on how r cuts it up. It
// reports false where that brought nothing.
func (s *source) fill() bool {
	if s.done {
		return false
	}
	s.safe = 0 // the window has been used up
	if s.pos > 0 {
		copy(s.buf, s.buf[s.pos:s.end])
		s.end -= s.pos
		s.pos = 0
	} else if s.end == len(s.buf)-1 && len(s.buf) < lastBuffer {
		larger := make([]byte, min(2*len(s.buf), lastBuffer))
		copy(larger, s.buf)
		s.buf = larger
	}
	before := s.end
	for idle := 0; s.end < len(s.buf)-1 && !s.done; {
		n, err := s.r.Read(s.buf[s.end : len(s.buf)-1])
		switch idle++; {
		case n < 0 || n > len(s.buf)-1-s.end:
			n, err = 0, io.ErrNoProgress
		case n > 0:
			idle = 0
		case err == nil && idle == 100: // as package bufio gives up
			err = io.ErrNoProgress
		}
		s.end += n
		s.done = err != nil
		if err != io.EOF {
			s.err = err
		}
	}
	if s.done && s.err == nil && s.end > 0 && s.buf[s.end-1] != '\n' {
		s.buf[s.end] = '\n'
		s.end++
	}
	return s.end > before
}

// look makes a window of what follows pos. It is empty where the next line is for
// record to read: it is longer than lookAhead, or has a fault in its encoding. look
// reports false at the end of the log.
func (p *parser) look() bool {
	for {
		b := p.buf[p.pos:min(p.end, p.pos+lookAhead)]
		if n := bytes.LastIndexByte(b, '\n') + 1; n > 0 {
			p.cover(b[:cleanLines(b[:n])], p.comma, p.pos)
			return true
		}
		if len(b) == lookAhead {
			p.cover(nil, p.comma, p.pos)
			return true
		}
		if !p.fill() {
			return false
		}
	}
}

// cleanLines is the length of the lines at the start of b that are valid UTF-8
// without NUL.
func cleanLines(b []byte) int {
	n := len(b)
	if i := bytes.IndexByte(b, 0); i >= 0 {
		n = i
	}
	if !utf8.Valid(b[:n]) {
		n = validPrefix(b[:n])
	}
	return bytes.LastIndexByte(b[:n], '\n') + 1
}

// validPrefix is the length of the valid UTF-8 at the start of b.
func validPrefix(b []byte) int {
	n := 0
	for n < len(b) {
		r, size := utf8.DecodeRune(b[n:])
		if r == utf8.RuneError && size == 1 {
			break
		}
		n += size
	}
	return n
}
