package sampling

import (
	"bytes"
	"encoding/json"
	"log/slog"
	"slices"
	"time"
)

// Record is what the library keeps of a subject. The fields above Body are what
// records are listed by; Body is JSON that only the service understands which wrote
// it. A record holds ids, codes and numbers, nothing personal: of people, the ids
// that the host gave them.
type Record struct {
	Subject Subject `json:"subject"`
	Head    Head    `json:"head"`

	Cycle string    `json:"cycle,omitzero"` // id of the cycle that it belongs to
	State string    `json:"state,omitzero"` // code
	Due   time.Time `json:"due,omitzero"`   // when time next asks for something; zero for never

	Body json.RawMessage `json:"body,omitzero"`
}

// Clone returns a copy that shares no memory with r.
func (r Record) Clone() Record {
	r.Body = bytes.Clone(r.Body)
	return r
}

// Entry is one line of a subject's journal. It is never changed, but for [Redact],
// which clears Reason: free text, which may be personal. All else are ids, codes,
// numbers and instants, and stay for ever.
type Entry struct {
	Subject Subject `json:"subject"`
	Seq     uint64  `json:"seq"` // within the subject, from 1, without gaps; given by the store
	Kind    string  `json:"kind"`

	Person string          `json:"person,omitzero"` // id of the person whom it concerns
	Data   json.RawMessage `json:"data,omitzero"`   // further codes and numbers

	Actor    string    `json:"actor"`    // id of who did or learned it
	At       time.Time `json:"at"`       // when it was so: the effective time
	Recorded time.Time `json:"recorded"` // when we learned it

	Reason string `json:"reason,omitzero"`
}

// Position returns where e stands in a listing.
func (e Entry) Position() Position { return Position{e.Subject, e.Seq} }

// LogValue shows which entry it is, and nothing that may be personal.
func (e Entry) LogValue() slog.Value {
	return slog.GroupValue(slog.String("subject", e.Subject.String()), slog.Uint64("seq", e.Seq), slog.String("kind", e.Kind))
}

// Clone returns a copy that shares no memory with e.
func (e Entry) Clone() Entry {
	e.Data = bytes.Clone(e.Data)
	return e
}

// Receipt is what a repeat of a committed key gets back.
type Receipt struct {
	Fingerprint [32]byte
	Data        []byte
	Recorded    time.Time // of the commit
}

// Clone returns a copy that shares no memory with r.
func (r Receipt) Clone() Receipt {
	r.Data = slices.Clone(r.Data)
	return r
}

// Event tells other systems that something happened to a subject. It holds ids,
// codes and numbers only, so that nothing personal leaves through it or stays
// behind in it.
type Event struct {
	ID      uint64          `json:"id"` // given by the store, for Ack: above 0, and never given twice
	Subject Subject         `json:"subject"`
	Version uint64          `json:"version"` // of the subject, with this change
	Kind    string          `json:"kind"`    // code
	At      time.Time       `json:"at"`
	Data    json.RawMessage `json:"data,omitzero"`
}

// Clone returns a copy that shares no memory with e.
func (e Event) Clone() Event {
	e.Data = bytes.Clone(e.Data)
	return e
}
