package sampling

import (
	"strings"
	"time"

	"github.com/guanxi-go/guanxi/internal/limit"
)

// Limits that every [Store] and every service holds. They are those of package crm.
const (
	MaxID       = limit.ID      // bytes of an id
	MaxCode     = limit.Code    // bytes of a code: a kind, a record's state
	MaxText     = limit.Long    // bytes of an entry's reason and data
	MaxBody     = limit.Body    // bytes of a record's body
	MaxReceipt  = limit.Long    // bytes
	MaxChanges  = limit.Changes // subjects changed or required by one commit
	MaxWrites   = limit.Writes  // writes of one commit
	MaxEventLen = limit.Event   // bytes of an event's data
	MaxDepth    = limit.Depth   // levels to which JSON is nested
	MaxVersion  = limit.Version // a version, and the number of an entry
)

// Kind says what sort of thing a subject is. Every kind is kept alike, as a [Record]
// and a journal, so a new kind asks nothing of a store.
type Kind string

const (
	KindCycle Kind = "cycle" // a year's spot checks 年度抽查
	KindRound Kind = "round" // one of its rounds, with the results of those checked 抽查轮次
	KindPage  Kind = "page"  // a stretch of a document that is longer than a record's body
)

// Subject is whatever has a version: its record and its journal are guarded by one
// number. Subjects are ordered by kind, then by id, both as bytes.
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
	Entries  uint64    `json:"entries,omitzero"`  // how many entries its journal has
	Recorded time.Time `json:"recorded,omitzero"` // of the last entry; zero for none
}

// ValidID reports whether text can be an id: 1 to [MaxID] bytes of UTF-8 without
// NUL. Ids are case-sensitive and compared as bytes. An id outlives the person it
// stands for: never make one of a name, a telephone number or an address.
func ValidID(text string) bool { return limit.Text(text, 1, MaxID) }

// Instant floors t to the microsecond in UTC, which is what a store keeps. The
// zero time stays the zero time and means none.
func Instant(t time.Time) time.Time { return limit.Instant(t) }

func (s Subject) validate() error {
	if r := limit.NoSubject(string(s.Kind), s.ID); r != nil {
		return &Error{Field: r.Field, Reason: r.Reason, Err: ErrInvalid}
	}
	return nil
}
