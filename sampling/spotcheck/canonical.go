package spotcheck

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"strings"
	"time"
	"unicode/utf8"
)

// The lists of people stand at the end of a manifest. They are nearly all of it and are
// written and read here one by one; what stands before them is encoding/json's.
const (
	listsOfNobody = `"drawn":null,"undrawn":null}`
	beginLists    = `"drawn":[`
)

// Canonical returns the one form of a manifest that is hashed and published: JSON
// without spaces, fields in the order of the type, nothing escaped that JSON lets
// stand, no line end. ErrInvalid: an enumeration has none of its values.
func (m *Manifest) Canonical() ([]byte, error) {
	head := *m
	head.Drawn, head.Undrawn = nil, nil
	text, err := canonical(head)
	if err != nil {
		return nil, refuse(ErrInvalid, "manifest", codeUnknown)
	}
	text = append(make([]byte, 0, len(text)+96*(len(m.Drawn)+len(m.Undrawn))), bytes.TrimSuffix(text, []byte(listsOfNobody))...)
	text, err = appendPicks(append(text, `"drawn":`...), m.Drawn)
	if err == nil {
		text, err = appendPicks(append(text, `,"undrawn":`...), m.Undrawn)
	}
	if err != nil {
		return nil, refuse(ErrInvalid, "manifest", codeUnknown)
	}
	return append(text, '}'), nil
}

// canonical returns the JSON of anything in the form that is hashed.
func canonical(v any) ([]byte, error) {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	err := enc.Encode(v)
	return bytes.TrimSuffix(b.Bytes(), []byte("\n")), err
}

func appendPicks(text []byte, picks []Pick) ([]byte, error) {
	if picks == nil {
		return append(text, "null"...), nil
	}
	text = append(text, '[')
	for i, p := range picks {
		if i > 0 {
			text = append(text, ',')
		}
		text = appendQuoted(append(text, `{"person":`...), p.Person)
		if p.Department != "" {
			text = appendQuoted(append(text, `,"department":`...), p.Department)
		}
		reason, err := p.Reason.MarshalText()
		if err != nil {
			return nil, err
		}
		text = append(append(text, `,"reason":"`...), reason...)
		text = hex.AppendEncode(append(text, `","ticket":"`...), p.Ticket[:])
		text = append(text, `"}`...)
	}
	return append(text, ']'), nil
}

// appendQuoted appends a text as encoding/json writes it.
func appendQuoted(text []byte, s string) []byte {
	if !stands(s) {
		quoted, _ := canonical(s) // a text has a JSON form
		return append(text, quoted...)
	}
	return append(append(append(text, '"'), s...), '"')
}

// stands reports whether JSON lets a text stand as it is.
func stands(s string) bool {
	ascii := true
	for i := range len(s) {
		c := s[i]
		if c < ' ' || c == '"' || c == '\\' {
			return false
		}
		ascii = ascii && c < utf8.RuneSelf
	}
	return ascii || utf8.ValidString(s) && !strings.Contains(s, "\u2028") && !strings.Contains(s, "\u2029")
}

// Hash returns the SHA-256 of the canonical form; the next manifest names it as its
// Previous.
func (m *Manifest) Hash() (Hash, error) {
	data, err := m.Canonical()
	return sha256.Sum256(data), err
}

// ParseManifest reads a canonical form and nothing else: a space, a field or a digit
// that could be written otherwise is [ErrTampered], for the hash covers bytes.
func ParseManifest(data []byte) (*Manifest, error) {
	m, ok := readManifest(data)
	if !ok {
		return nil, refuse(ErrTampered, "manifest", codeNotCanonical)
	}
	again, err := m.Canonical()
	if err != nil || !bytes.Equal(again, data) {
		return nil, refuse(ErrTampered, "manifest", codeNotCanonical)
	}
	return m, nil
}

// readManifest reads a canonical form, and perhaps what is none: who compares what it
// writes again finds out.
func readManifest(data []byte) (*Manifest, bool) {
	m, head := &Manifest{}, data
	at := bytes.Index(data, []byte(beginLists)) // not inside a text, where quotes are escaped
	if at >= 0 {
		head = append(append(make([]byte, 0, at+len(listsOfNobody)), data[:at]...), listsOfNobody...)
	}
	if err := json.Unmarshal(head, m); err != nil || at < 0 {
		return m, err == nil
	}
	r := reader{rest: data[at:], departments: map[string]string{}}
	m.Drawn = r.picks(`"drawn":`)
	m.Undrawn = r.picks(`,"undrawn":`)
	r.expect("}")
	return m, !r.failed && len(r.rest) == 0
}

// reader reads the lists of a canonical form. When something else comes than it expects,
// it has failed and reads no further.
type reader struct {
	rest        []byte
	failed      bool
	departments map[string]string // each once in memory
}

// next reports whether a text comes next, and takes it.
func (r *reader) next(text string) bool {
	if r.failed || len(r.rest) < len(text) || string(r.rest[:len(text)]) != text {
		return false
	}
	r.rest = r.rest[len(text):]
	return true
}

func (r *reader) expect(text string) {
	if !r.next(text) {
		r.failed = true
	}
}

func (r *reader) picks(name string) []Pick {
	r.expect(name)
	if r.next("null") {
		return nil
	}
	r.expect("[")
	picks := make([]Pick, 0, bytes.Count(r.rest, []byte("},"))+1)
	if r.next("]") {
		return picks
	}
	for !r.failed {
		picks = append(picks, r.pick())
		if !r.next(",") {
			r.expect("]")
			break
		}
	}
	return picks
}

func (r *reader) pick() (p Pick) {
	r.expect(`{"person":`)
	p.Person = string(r.text())
	if r.next(`,"department":`) {
		name := r.text()
		department, known := r.departments[string(name)]
		if !known {
			department = string(name)
			r.departments[department] = department
		}
		p.Department = department
	}
	r.expect(`,"reason":`)
	reason := p.Reason.UnmarshalText(r.text())
	r.expect(`,"ticket":`)
	ticket := p.Ticket.UnmarshalText(r.text())
	r.expect("}")
	r.failed = r.failed || reason != nil || ticket != nil
	return p
}

// text reads a JSON string, and returns what it says; it may share memory with rest.
func (r *reader) text() []byte {
	if r.failed || len(r.rest) == 0 || r.rest[0] != '"' {
		r.failed = true
		return nil
	}
	escaped, end := false, 1
	for ; end < len(r.rest) && r.rest[end] != '"'; end++ {
		if r.rest[end] == '\\' {
			escaped = true
			end++
		}
	}
	if end >= len(r.rest) {
		r.failed = true
		return nil
	}
	quoted := r.rest[:end+1]
	r.rest = r.rest[end+1:]
	if !escaped {
		return quoted[1:end]
	}
	var text string
	r.failed = json.Unmarshal(quoted, &text) != nil
	return []byte(text)
}

// Entry returns the journal's entry of a manifest: by whom it was drawn, and when, in
// UTC microseconds.
func (m *Manifest) Entry(actor string, at time.Time) Entry {
	return Entry{Kind: Drawn, Round: m.Round, Manifest: m, Actor: actor, At: at, Recorded: at}
}
