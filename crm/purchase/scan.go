package purchase

import "bytes"

// scan is the fast kernel: it decodes the rows of the window from pos on,
// straight from the buffer.
//
// It stops before a record that is empty, ragged, has a fault in its quotes or
// doubled quotes in a column that is read, has a field that is refused or belongs
// into the next batch. So it has no errors of its own: record takes such a record
// again and says what is wrong. TestKernel compares the two.
func (p *parser) scan() {
	if !p.reach(p.pos) {
		return
	}
	text, columns := p.buf[p.begin:p.safe], len(p.columns)
	for p.next+columns < len(p.marks) {
		marks := p.marks[p.next : p.next+columns+1]
		begin, end := int(marks[0]), int(marks[columns])
		for _, m := range marks[1:columns] {
			if text[m-1] == '\n' {
				return
			}
		}
		if text[end-1] != '\n' {
			return
		}
		field := func(i int) []byte {
			f := text[marks[i] : marks[i+1]-1]
			if i == columns-1 && len(f) > 0 && f[len(f)-1] == '\r' {
				f = f[:len(f)-1]
			}
			return f
		}
		lines := 1
		if p.quoted {
			for i := range columns {
				if !inOrder(field(i)) {
					return
				}
			}
			lines = bytes.Count(text[begin:end], newline)
		}
		var cells [roles][]byte
		for r, at := range p.at {
			if at < 0 {
				continue
			}
			f := field(at)
			if p.quoted && len(f) > 0 && f[0] == '"' {
				if f = f[1 : len(f)-1]; bytes.IndexByte(f, '"') >= 0 {
					return
				}
			}
			cells[r] = f
		}
		fits, err := p.row(&cells)
		if !fits || err != nil {
			return
		}
		p.pos = p.begin + end
		p.next += columns
		p.line += lines
	}
}

// inOrder reports whether the quotes of a field are: none, or one at either end
// and doubled ones between them.
func inOrder(f []byte) bool {
	if len(f) == 0 || f[0] != '"' {
		return bytes.IndexByte(f, '"') < 0
	}
	if len(f) < 2 || f[len(f)-1] != '"' {
		return false
	}
	for f = f[1 : len(f)-1]; ; {
		i := bytes.IndexByte(f, '"')
		if i < 0 {
			return true
		}
		if i+1 == len(f) || f[i+1] != '"' {
			return false
		}
		f = f[i+2:]
	}
}
