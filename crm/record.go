package crm

import (
	"bytes"
	"encoding/json"
	"log/slog"
	"slices"
	"time"

	"github.com/guanxi-go/guanxi/crm/money"
	"github.com/guanxi-go/guanxi/crm/owner"
	"github.com/guanxi-go/guanxi/crm/party"
	"github.com/guanxi-go/guanxi/crm/stage"
)

// Customer is anybody who receives what we make (客户): a person or an
// organisation, outside or inside the house, paying or not.
type Customer struct {
	ID       string        `json:"id"`
	Head     Head          `json:"head"`
	Profile  party.Profile `json:"profile"`  // who they are; personal data
	Standing Standing      `json:"standing"` // where the relationship stands; ids and codes only
}

// LogValue shows the id and the version, and nothing personal.
func (c Customer) LogValue() slog.Value {
	return slog.GroupValue(slog.String("id", c.ID), slog.Uint64("version", c.Head.Version))
}

// Standing is what the journals of a customer come to, kept beside the profile so
// that customers can be listed by it. The services compute it; a store only keeps
// and indexes it. It holds ids, codes and instants, nothing personal.
type Standing struct {
	Holding owner.Holding `json:"holding,omitzero"` // who looks after the customer 负责人

	Relationship Placed[stage.Relationship]  `json:"relationship,omitzero"` // 关系阶段
	Ladder       Placed[stage.Rung]          `json:"ladder,omitzero"`       // 顾客梯级
	Category     Placed[stage.SalesCategory] `json:"category,omitzero"`     // 销售分类

	Groups      []string  `json:"groups,omitempty"`      // customer groups it is placed in, sorted 顾客群体
	Registered  time.Time `json:"registered,omitzero"`   // when the customer was first recorded
	LastContact time.Time `json:"last_contact,omitzero"` // of the timeline's contacts, the latest
	NextDue     time.Time `json:"next_due,omitzero"`     // of the follow-ups agreed, the next
	Forgotten   time.Time `json:"forgotten,omitzero"`    // when the person was erased
}

// Placed is a state and since when it holds. The zero value says that none is
// known.
type Placed[S comparable] struct {
	State S         `json:"state,omitzero"`
	Since time.Time `json:"since,omitzero"`
}

// Clone returns a copy that shares no memory with c.
func (c Customer) Clone() Customer {
	c.Profile, c.Standing = c.Profile.Clone(), c.Standing.Clone()
	return c
}

// Clone returns a copy that shares no memory with s.
func (s Standing) Clone() Standing {
	s.Groups = slices.Clone(s.Groups)
	s.Holding.Claimants, s.Holding.Losses = slices.Clone(s.Holding.Claimants), slices.Clone(s.Holding.Losses)
	return s
}

// Record is what the library keeps of any subject that is not a customer: the
// guard of a colleague, a contact, a table of definitions, a handover. The fields
// above Body are what records are listed by; Body is JSON that only the service
// understands which wrote it.
type Record struct {
	Subject Subject `json:"subject"`
	Head    Head    `json:"head"`

	Customer string    `json:"customer,omitzero"` // id of the customer it belongs to
	Ref      string    `json:"ref,omitzero"`      // id of another thing that it is about
	Owner    string    `json:"owner,omitzero"`    // staff id
	Path     string    `json:"path,omitzero"`     // of the owner's unit
	State    string    `json:"state,omitzero"`    // code
	Due      time.Time `json:"due,omitzero"`

	Body json.RawMessage `json:"body,omitzero"`
}

// LogValue shows the subject and the version, and nothing of the body.
func (r Record) LogValue() slog.Value {
	return slog.GroupValue(slog.String("subject", r.Subject.String()), slog.Uint64("version", r.Head.Version))
}

// Clone returns a copy that shares no memory with r.
func (r Record) Clone() Record {
	r.Body = bytes.Clone(r.Body)
	return r
}

// Journal names one of the journals of a subject. All journals of a subject are
// numbered together.
type Journal string

const (
	JournalOwner        Journal = "owner"        // who looks after the customer
	JournalRelationship Journal = "relationship" // 关系阶段
	JournalLadder       Journal = "ladder"       // 顾客梯级
	JournalCategory     Journal = "category"     // 销售分类
	JournalGroup        Journal = "group"        // customer groups it is placed in 顾客群体
	JournalContact      Journal = "contact"      // who speaks for the organisation 联系人
	JournalTimeline     Journal = "timeline"     // what passed between us 行动记录
	JournalConsent      Journal = "consent"      // what the person agreed to 同意
	JournalHandover     Journal = "handover"     // what a leaver hands over 离职交接
	JournalProfile      Journal = "profile"      // that the profile was changed, and by whom
	JournalRecord       Journal = "record"       // that a record was changed, and by whom
)

// Entry is one line of a journal. It is never changed, but for [Redact], which
// clears the three fields that may hold something personal: Reason, Text and
// Private. All others hold ids, codes, amounts and instants, and stay for ever.
type Entry struct {
	Subject Subject `json:"subject"`
	Seq     uint64  `json:"seq"` // within the subject, from 1, without gaps; given by the store
	Journal Journal `json:"journal"`
	Kind    string  `json:"kind"` // code of what happened

	From     string          `json:"from,omitzero"`     // code or id before
	To       string          `json:"to,omitzero"`       // code or id after
	Contact  string          `json:"contact,omitzero"`  // id of the customer, a person, who was dealt with
	Ref      string          `json:"ref,omitzero"`      // id of another thing that it is about
	Amount   int64           `json:"amount,omitzero"`   // minor units of Currency
	Currency money.Currency  `json:"currency,omitzero"` // none where there is no amount
	Data     json.RawMessage `json:"data,omitzero"`     // further codes

	Actor    string    `json:"actor"`    // id of who did or learned it
	At       time.Time `json:"at"`       // when it was so: the effective time
	Recorded time.Time `json:"recorded"` // when we learned it: the services see to it that it is never before the subject's last entry

	Reason  string          `json:"reason,omitzero"`
	Text    string          `json:"text,omitzero"`
	Private json.RawMessage `json:"private,omitzero"`
}

// LogValue shows which entry it is, and nothing that may be personal.
func (e Entry) LogValue() slog.Value {
	return slog.GroupValue(slog.String("subject", e.Subject.String()), slog.Uint64("seq", e.Seq),
		slog.String("journal", string(e.Journal)), slog.String("kind", e.Kind))
}

// Clone returns a copy that shares no memory with e.
func (e Entry) Clone() Entry {
	e.Data, e.Private = bytes.Clone(e.Data), bytes.Clone(e.Private)
	return e
}

// Redacted returns the entry without its reason, text and private part.
func (e Entry) Redacted() Entry {
	e.Reason, e.Text, e.Private = "", "", nil
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

// Event tells other systems that something happened to a subject. It holds ids
// and codes only, so that nothing personal leaves through it or stays behind in
// it.
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
