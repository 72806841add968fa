package approval

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"strconv"
	"time"
)

// Genesis is the hash before the first entry of a journal: 64 zeros.
const Genesis = "0000000000000000000000000000000000000000000000000000000000000000"

// Verify returns the 0-based place of the first entry that is not as it was written,
// or does not follow from the one before it, and -1 where the trail is intact
// (审批轨迹校验). A reason that was cleared together with its salt is no fault; one that
// was changed is.
//
// A trail whose end was cut off is intact up to there: compare its last hash with one
// kept elsewhere.
func Verify(journal []Entry) int {
	head := Genesis
	var hash string
	var buffer []byte
	for n := range journal {
		e := &journal[n]
		hash, buffer = seal(buffer[:0], head, e)
		if e.Seq != n+1 || e.Hash != hash {
			return n
		}
		if (e.Reason != "" || e.Salt != "") && e.ReasonHash != reasonHash(e.Salt, e.Reason) {
			return n
		}
		head = e.Hash
	}
	return -1
}

// reasonHash keeps a reason provable after it was cleared. Without a salt that nobody
// can guess, whoever guesses the words can check his guess.
func reasonHash(salt, reason string) string {
	if reason == "" {
		return ""
	}
	sum := sha256.Sum256([]byte(strconv.Itoa(len(salt)) + ":" + salt + reason))
	return hex.EncodeToString(sum[:])
}

// seal returns the hash of an entry that follows on one with the hash before, and the
// buffer that it wrote to.
func seal(buffer []byte, before string, e *Entry) (string, []byte) {
	if buffer == nil {
		buffer = make([]byte, 0, 1024)
	}
	buffer = appendCanonical(append(buffer, before...), e)
	sum := sha256.Sum256(buffer)
	return hex.EncodeToString(sum[:]), buffer
}

// Canonical returns the form of an entry that its hash is over: JSON in UTF-8 without
// white space, strings escaped as encoding/json does without SetEscapeHTML, the
// members in byte order of their names, those that are empty left out, the instants of
// the entry as microseconds since 1970 in UTC, and without hash, reason and salt. Anybody
// can compute the hash from it: hex SHA-256 of the hash before, in hex, followed by
// these bytes.
func Canonical(e Entry) []byte { return appendCanonical(nil, &e) }

func appendCanonical(b []byte, e *Entry) []byte {
	w := canon{b: append(b, '{')}
	w.text("actor", e.Actor)
	w.instant("at", e.At)
	w.text("code", e.Code)
	w.text("document", e.Document)
	w.instant("due", e.Due)
	if e.Flow != nil {
		w.value("flow", e.Flow)
	}
	w.text("for", e.For)
	w.number("index", e.Index)
	w.text("kind", e.Kind.String())
	w.texts("people", e.People)
	if e.Plan != nil {
		w.value("plan", e.Plan)
	}
	w.text("reason_hash", e.ReasonHash)
	w.instant("recorded", e.Recorded)
	w.texts("related", e.Related)
	w.instant("remind", e.Remind)
	if e.Request != nil {
		w.value("request", e.Request)
	}
	if e.Resume {
		w.name("resume")
		w.b = append(w.b, "true"...)
	}
	w.seats(e.Seats)
	w.number("seq", e.Seq)
	w.text("status", e.Status.String())
	w.text("step", e.Step)
	w.text("target", e.Target)
	w.text("vote", e.Vote.String())
	return append(w.b, '}')
}

// canon writes members by hand: a decision seals two or three entries.
type canon struct{ b []byte }

func (w *canon) name(name string) {
	if w.b[len(w.b)-1] != '{' {
		w.b = append(w.b, ',')
	}
	w.b = append(w.b, '"')
	w.b = append(w.b, name...)
	w.b = append(w.b, '"', ':')
}

func (w *canon) text(name, value string) {
	if value != "" {
		w.name(name)
		w.quote(value)
	}
}

// quote writes a string as encoding/json does, ids and codes without asking it.
func (w *canon) quote(s string) {
	for i := range len(s) {
		if c := s[i]; c < ' ' || c >= 0x7f || c == '"' || c == '\\' {
			w.encode(s)
			return
		}
	}
	w.b = append(w.b, '"')
	w.b = append(w.b, s...)
	w.b = append(w.b, '"')
}

// encode writes v by encoding/json, without its escapes for HTML.
func (w *canon) encode(v any) {
	var text bytes.Buffer
	encoder := json.NewEncoder(&text)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(v); err != nil {
		w.b = append(w.b, "null"...) // only for an enumerator that no decision writes
		return
	}
	w.b = append(w.b, bytes.TrimSuffix(text.Bytes(), []byte("\n"))...)
}

func (w *canon) texts(name string, values []string) {
	if len(values) == 0 {
		return
	}
	w.name(name)
	w.b = append(w.b, '[')
	for i, v := range values {
		if i > 0 {
			w.b = append(w.b, ',')
		}
		w.quote(v)
	}
	w.b = append(w.b, ']')
}

func (w *canon) instant(name string, t time.Time) {
	if !t.IsZero() {
		w.name(name)
		w.b = strconv.AppendInt(w.b, t.UnixMicro(), 10)
	}
}

func (w *canon) number(name string, n int) {
	if n != 0 {
		w.name(name)
		w.b = strconv.AppendInt(w.b, int64(n), 10)
	}
}

func (w *canon) seats(seats []Seat) {
	if len(seats) == 0 {
		return
	}
	w.name("seats")
	w.b = append(w.b, '[')
	for i, s := range seats {
		if i > 0 {
			w.b = append(w.b, ',')
		}
		w.b = append(w.b, '{')
		if s.Delegated {
			w.name("delegated")
			w.b = append(w.b, "true"...)
		}
		w.text("for", s.For)
		w.text("person", s.Person)
		w.text("vote", s.Vote.String())
		w.b = append(w.b, '}')
	}
	w.b = append(w.b, ']')
}

// value writes a structure with its members in byte order: encoding/json writes the
// members of a map so, and those of a struct in the order of its fields.
func (w *canon) value(name string, v any) {
	w.name(name)
	plain := canon{}
	plain.encode(v)
	var members any
	decoder := json.NewDecoder(bytes.NewReader(plain.b))
	decoder.UseNumber()
	if err := decoder.Decode(&members); err != nil {
		members = nil
	}
	w.encode(members)
}
