package limit

import (
	"encoding/json"
	"strconv"
	"time"
)

// The limits of a commit and of what it holds, which the contracts of all domains
// have.
const (
	Long    = 1 << 16 // bytes of a free text, of an entry's data and of a receipt
	Body    = 1 << 20 // bytes of a record's body
	Event   = 1 << 12 // bytes of an event's data
	Changes = 1000    // subjects changed or required by one commit
	Writes  = 10000   // writes of one commit
	Version = 1 << 53 // a version, and the number of an entry
)

// Refusal is what is wrong with a field, in words that follow its name. A nil one is
// nothing.
type Refusal struct{ Field, Reason string }

// Envelope is of a commit what does not depend on the domain.
type Envelope struct {
	Scope, Key string
	Receipt    []byte
	Recorded   time.Time
	Subjects   int // that are changed or required
}

// Refused returns what no store may accept of the envelope.
func (e Envelope) Refused() *Refusal {
	switch {
	case (e.Scope == "") != (e.Key == ""):
		return &Refusal{"key", "and scope go together"}
	case !Text(e.Scope, 0, ID) || !Text(e.Key, 0, ID):
		return &Refusal{"key", "or scope " + tooLong(ID)}
	case len(e.Receipt) > Long:
		return &Refusal{"receipt", "is longer than " + strconv.Itoa(Long) + " bytes"}
	case !IsInstant(e.Recorded):
		return &Refusal{"recorded", "is no whole microsecond in UTC"}
	case e.Subjects > Changes:
		return &Refusal{"changes", "and require have more than " + strconv.Itoa(Changes) + " subjects"}
	}
	return nil
}

// NoSubject refuses a kind or an id that no subject has.
func NoSubject(kind, id string) *Refusal {
	if !IsCode(kind) {
		return &Refusal{"kind", "is not 1 to " + strconv.Itoa(Code) + " lower-case letters, digits, '-', '.' or '_'"}
	}
	if !Text(id, 1, ID) {
		return &Refusal{"id", "of a " + kind + " " + noID()}
	}
	return nil
}

// NoID refuses a text that is no id.
func NoID(field, text string) *Refusal {
	if Text(text, 1, ID) {
		return nil
	}
	return &Refusal{field, noID()}
}

func noID() string { return "is not 1 to " + strconv.Itoa(ID) + " bytes of UTF-8 without NUL" }

// TooLong refuses a text of more than most bytes, or one that is no UTF-8.
func TooLong(field, text string, most int) *Refusal {
	if Text(text, 0, most) {
		return nil
	}
	return &Refusal{field, tooLong(most)}
}

func tooLong(most int) string {
	return "is longer than " + strconv.Itoa(most) + " bytes, or no UTF-8 without NUL"
}

// NoCode refuses a text that is there and no code.
func NoCode(field, text string) *Refusal {
	if text == "" || IsCode(text) {
		return nil
	}
	return &Refusal{field, "is no code"}
}

// NoDocument refuses a document that is there and no JSON within the limits. It may
// not be nested so deeply that it could be written inside another document and not
// be read again.
func NoDocument(field string, body json.RawMessage, most int) *Refusal {
	if Document(body, most) {
		return nil
	}
	return &Refusal{field, "is no JSON of at most " + strconv.Itoa(most) + " bytes and " + strconv.Itoa(Depth) + " levels"}
}

// NoInstant refuses times that are no whole microseconds.
func NoInstant(times ...time.Time) *Refusal {
	for _, t := range times {
		if !IsInstant(t) {
			return &Refusal{"time", "is no whole microsecond in UTC of the years 1 to 9999"}
		}
	}
	return nil
}

// TooHigh refuses a version, or a number of an entry, that a store need not reach.
func TooHigh(version uint64) *Refusal {
	if version <= Version {
		return nil
	}
	return &Refusal{"version", "is beyond 2^53"}
}

// NoClaim refuses a claim whose space is no code or whose key no id.
func NoClaim(space, key string) *Refusal {
	if IsCode(space) && Text(key, 1, ID) {
		return nil
	}
	return &Refusal{"claim", "has a code for its space and a key of 1 to " + strconv.Itoa(ID) + " bytes"}
}

// NoEvent refuses an event without a kind or an instant, and data out of their
// limits.
func NoEvent(kind string, at time.Time, data json.RawMessage) *Refusal {
	if !IsCode(kind) || at.IsZero() {
		return &Refusal{"event", "has a code for its kind and an instant"}
	}
	if r := NoInstant(at); r != nil {
		return r
	}
	return NoDocument("data", data, Event)
}
