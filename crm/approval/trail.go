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
	for n := range journal {
		e := &journal[n]
		if e.Seq != n+1 || e.Hash != seal(head, e, new(stamp)) {
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

// seal returns the hash of an entry that follows on one with the hash before. What it
// hashes is written on the stack unless an entry is unusually long.
func seal(before string, e *Entry, clock *stamp) string {
	var room [512]byte
	sum := sha256.Sum256(appendCanonical(append(room[:0], before...), e, clock))
	var text [2 * sha256.Size]byte
	hex.Encode(text[:], sum[:])
	return string(text[:])
}

// Canonical returns the form of an entry that its hash is over: JSON in UTF-8 without
// white space, strings escaped as encoding/json does without SetEscapeHTML, the
// members in byte order of their names, those that are empty left out, the instants of
// the entry as microseconds since 1970 in UTC, and without hash, reason and salt. Anybody
// can compute the hash from it: hex SHA-256 of the hash before, in hex, followed by
// these bytes.
func Canonical(e Entry) []byte { return appendCanonical(nil, &e, new(stamp)) }

func appendCanonical(b []byte, e *Entry, clock *stamp) []byte {
	w := append(canon(b), '{')
	w = w.text(`"actor":`, e.Actor)
	w = w.instant(`"at":`, e.At, clock)
	w = w.text(`"code":`, e.Code)
	w = w.text(`"document":`, e.Document)
	w = w.instant(`"due":`, e.Due, clock)
	if e.Flow != nil {
		w = w.value(`"flow":`, e.Flow)
	}
	w = w.text(`"for":`, e.For)
	w = w.number(`"index":`, e.Index)
	w = w.text(`"kind":`, e.Kind.String())
	w = w.texts(`"people":`, e.People)
	if e.Plan != nil {
		w = w.value(`"plan":`, e.Plan)
	}
	w = w.text(`"reason_hash":`, e.ReasonHash)
	w = w.instant(`"recorded":`, e.Recorded, clock)
	w = w.texts(`"related":`, e.Related)
	w = w.instant(`"remind":`, e.Remind, clock)
	if e.Request != nil {
		w = w.value(`"request":`, e.Request)
	}
	if e.Resume {
		w = append(w.name(`"resume":`), "true"...)
	}
	w = w.seats(e.Seats)
	w = w.number(`"seq":`, e.Seq)
	w = w.text(`"status":`, e.Status.String())
	w = w.text(`"step":`, e.Step)
	w = w.text(`"target":`, e.Target)
	w = w.text(`"vote":`, e.Vote.String())
	return append(w, '}')
}

// canon writes members by hand: a decision seals up to four entries. Each method
// returns the bytes with what it appended, so that they can stay on the stack.
type canon []byte

// name writes the name of a member, given with its quotes and colon.
func (w canon) name(name string) canon {
	if w[len(w)-1] != '{' {
		w = append(w, ',')
	}
	return append(w, name...)
}

func (w canon) text(name, value string) canon {
	if value == "" {
		return w
	}
	return w.member(name, value)
}

// member writes a string as encoding/json does, ids and codes without asking it.
func (w canon) member(name, value string) canon { return w.name(name).quote(value) }

func (w canon) quote(s string) canon {
	for i := range len(s) {
		if c := s[i]; c < ' ' || c >= 0x7f || c == '"' || c == '\\' {
			return w.encode(s)
		}
	}
	w = append(w, '"')
	w = append(w, s...)
	return append(w, '"')
}

// encode writes v by encoding/json, without its escapes for HTML.
func (w canon) encode(v any) canon {
	var text bytes.Buffer
	encoder := json.NewEncoder(&text)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(v); err != nil {
		return append(w, "null"...) // only for an enumerator that no decision writes
	}
	return append(w, bytes.TrimSuffix(text.Bytes(), []byte("\n"))...)
}

func (w canon) texts(name string, values []string) canon {
	if len(values) == 0 {
		return w
	}
	w = append(w.name(name), '[')
	for i, v := range values {
		if i > 0 {
			w = append(w, ',')
		}
		w = w.quote(v)
	}
	return append(w, ']')
}

func (w canon) instant(name string, t time.Time, clock *stamp) canon {
	if t.IsZero() {
		return w
	}
	return clock.append(w.name(name), t.UnixMicro())
}

// stamp remembers how the first number given to it is written: the entries of a decision
// have one instant, each twice.
type stamp struct {
	micro  int64
	length int
	digits [20]byte
}

func (s *stamp) append(b []byte, micro int64) []byte {
	if s.length == 0 {
		s.micro, s.length = micro, len(strconv.AppendInt(s.digits[:0], micro, 10))
	}
	if micro == s.micro {
		return append(b, s.digits[:s.length]...)
	}
	return strconv.AppendInt(b, micro, 10)
}

func (w canon) number(name string, n int) canon {
	if n == 0 {
		return w
	}
	return strconv.AppendInt(w.name(name), int64(n), 10)
}

func (w canon) seats(seats []Seat) canon {
	if len(seats) == 0 {
		return w
	}
	w = append(w.name(`"seats":`), '[')
	for i, s := range seats {
		if i > 0 {
			w = append(w, ',')
		}
		w = append(w, '{')
		if s.Delegated {
			w = append(w.name(`"delegated":`), "true"...)
		}
		w = w.text(`"for":`, s.For)
		w = w.text(`"person":`, s.Person)
		w = w.text(`"vote":`, s.Vote.String())
		w = append(w, '}')
	}
	return append(w, ']')
}

// value writes a structure with its members in byte order: encoding/json writes the
// members of a map so, and those of a struct in the order of its fields.
func (w canon) value(name string, v any) canon {
	plain := canon(nil).encode(v)
	var members any
	decoder := json.NewDecoder(bytes.NewReader(plain))
	decoder.UseNumber()
	if err := decoder.Decode(&members); err != nil {
		members = nil
	}
	return w.name(name).encode(members)
}
