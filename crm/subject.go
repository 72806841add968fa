package crm

import (
	"crypto/sha256"
	"encoding/hex"
	"strings"
	"time"

	"github.com/guanxi-go/guanxi/internal/limit"
)

// Limits that every [Store] and every service holds. They are those of the
// weakest store that is worth supporting.
const (
	MaxID       = limit.ID      // bytes of an id, a journal's or a record's reference, a claim's key
	MaxCode     = limit.Code    // bytes of a code: a kind, a journal, a claim's space
	MaxText     = limit.Long    // bytes of an entry's reason, text, private and data part
	MaxBody     = limit.Body    // bytes of a record's body
	MaxReceipt  = limit.Long    // bytes
	MaxChanges  = limit.Changes // subjects changed or required by one commit
	MaxWrites   = limit.Writes  // writes of one commit
	MaxEventLen = limit.Event   // bytes of an event's data
	MaxDepth    = limit.Depth   // levels to which JSON is nested
	MaxVersion  = limit.Version // a version, and the number of an entry
)

// Kind says what sort of thing a subject is. A store treats only KindCustomer
// apart; every other kind is kept as a [Record], so a new kind asks nothing of a
// store.
type Kind string

const (
	KindCustomer Kind = "customer" // a customer in the widest sense 客户
	KindStaff    Kind = "staff"    // the guard of all that a colleague looks after 员工
	KindContact  Kind = "contact"  // a person's place in an organisation 联系人
	KindRegistry Kind = "registry" // one of the tables that the host keeps: groups, fields, touchpoints
	KindHandover Kind = "handover" // what a leaver hands over 交接
)

// Subject is whatever has a version: its record and all its journals are guarded
// by one number. Subjects are ordered by kind, then by id, both as bytes.
type Subject struct {
	Kind Kind   `json:"kind"`
	ID   string `json:"id"`
}

// String writes the kind, a slash and the id.
func (s Subject) String() string { return string(s.Kind) + "/" + s.ID }

// Compare orders subjects by kind, then by id, as bytes.
func (s Subject) Compare(o Subject) int {
	if c := strings.Compare(string(s.Kind), string(o.Kind)); c != 0 {
		return c
	}
	return strings.Compare(s.ID, o.ID)
}

// Head is how far a subject has come. A subject that was never written has the
// zero Head.
type Head struct {
	Version  uint64    `json:"version"`           // how many changes the subject has seen
	Entries  uint64    `json:"entries,omitzero"`  // how many entries were appended, over all its journals
	Recorded time.Time `json:"recorded,omitzero"` // of the last entry; zero for none
}

// ValidID reports whether text can be an id: 1 to [MaxID] bytes of UTF-8 without
// NUL. Ids are case-sensitive and compared as bytes. An id outlives the person it
// stands for: never make one of a name, a telephone number or an address.
func ValidID(text string) bool { return limit.Text(text, 1, MaxID) }

// digest stands for several ids where one is asked for: together they may be longer
// than an id can be.
func digest(ids ...string) string {
	sum := sha256.Sum256([]byte(strings.Join(ids, "\x00")))
	return hex.EncodeToString(sum[:])
}

func (s Subject) validate() error {
	if r := limit.NoSubject(string(s.Kind), s.ID); r != nil {
		return &Error{Field: r.Field, Reason: r.Reason, Err: ErrInvalid}
	}
	return nil
}

// Instant floors t to the microsecond in UTC, which is what a store keeps. The
// zero time stays the zero time and means none.
func Instant(t time.Time) time.Time { return limit.Instant(t) }
