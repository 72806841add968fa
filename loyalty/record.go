package loyalty

import (
	"bytes"
	"encoding/json"
	"log/slog"
	"slices"
	"time"

	"github.com/guanxi-go/guanxi/loyalty/earning"
	"github.com/guanxi-go/guanxi/loyalty/points"
)

// Account is an account of points (积分账户): what its journal comes to, whose it is,
// and what the programme keeps beside it so that a posting reads one thing only.
type Account struct {
	ID       string       `json:"id"`
	Head     Head         `json:"head"` // Entries is State.Seq, Recorded is State.Recorded
	Standing Standing     `json:"standing"`
	State    points.State `json:"state"`
}

// Standing is what an account has beside its points. The services compute it; a
// store only keeps and indexes it. It holds ids, codes and instants, nothing
// personal.
type Standing struct {
	Member    string    `json:"member"`             // id of the member whose account it is
	Household string    `json:"household,omitzero"` // id of the household that it is pooled in
	Status    Status    `json:"status"`             // what may be done with it
	Tier      Tier      `json:"tier,omitzero"`      // the member's tier, as far as it was computed
	Due       time.Time `json:"due,omitzero"`       // when time next does something to the account; zero for never

	// Counters are how much of the caps of the earning rules is used.
	Counters []earning.Counter `json:"counters,omitempty"`
}

// Tier is the last computed tier of a member. What it is at any instant is a pure
// function of the history (see package tier); this is kept so that earning and
// listing need not ask for the history each time.
type Tier struct {
	Code  string    `json:"code,omitzero"`
	Until time.Time `json:"until,omitzero"` // from when it may be another by time alone; zero for never
	Stale bool      `json:"stale,omitzero"` // something happened since that may have changed it
}

// Clone returns a copy that shares no memory with a.
func (a Account) Clone() Account {
	a.Standing, a.State = a.Standing.Clone(), a.State.Clone()
	return a
}

// Clone returns a copy that shares no memory with s.
func (s Standing) Clone() Standing {
	s.Counters = slices.Clone(s.Counters)
	return s
}

// Posting is one line of an account's journal with its account (积分流水). It is never
// changed, but for [Redact], which clears its Reason.
type Posting struct {
	Account string       `json:"account"`
	Entry   points.Entry `json:"entry"`
}

// Place returns where p stands in a listing.
func (p Posting) Place() Place { return Place{p.Account, p.Entry.Seq} }

// Clone returns a copy that shares no memory with p.
func (p Posting) Clone() Posting {
	p.Entry = p.Entry.Clone()
	return p
}

// Record is what the library keeps of any subject that is not an account: a
// member, a household, the stock of a reward, a voucher. The fields above Body are
// what records are listed by; Body is JSON that only the service understands which
// wrote it. Nothing in a record is personal.
type Record struct {
	Subject Subject `json:"subject"`
	Head    Head    `json:"head"`

	Member string    `json:"member,omitzero"` // id of the member it belongs to
	Ref    string    `json:"ref,omitzero"`    // id or code of another thing that it is about
	State  string    `json:"state,omitzero"`  // code
	Due    time.Time `json:"due,omitzero"`    // when time next does something to it; zero for never

	Body json.RawMessage `json:"body,omitzero"`
}

// Clone returns a copy that shares no memory with r.
func (r Record) Clone() Record {
	r.Body = bytes.Clone(r.Body)
	return r
}

// Entry is one line of the journal of a subject that is not an account. It is
// never changed, but for [Redact], which clears Reason: free text, which may be
// personal. All else are ids, codes and instants, and stay for ever.
type Entry struct {
	Subject Subject `json:"subject"`
	Seq     uint64  `json:"seq"` // within the subject, from 1, without gaps; given by the store
	Kind    string  `json:"kind"`

	Member string          `json:"member,omitzero"` // id of the member whom it concerns
	Ref    string          `json:"ref,omitzero"`    // id of the order, campaign or case behind it
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
