package approval

import (
	"log/slog"
	"time"
)

// Flow names the template with which an approval was drafted.
type Flow struct {
	Template string `json:"template"`
	Version  int    `json:"version"`
	Model    Model  `json:"model"`
}

// Entry is one line of the journal of an approval (审批记录). Lines are only appended;
// [Process.Decide] makes them, and each carries the hash of the one before: see
// [Verify].
//
// Reason is free text and may be personal: a store clears it, together with Salt,
// when a person is forgotten. No fold reads it, and the chain stays verifiable, for
// the hash is over ReasonHash. All other fields are ids, codes and instants that stay
// for ever.
type Entry struct {
	Seq      int       `json:"seq"` // from 1, without gaps
	Kind     Kind      `json:"kind"`
	Actor    string    `json:"actor"`    // id of who did it; a rule of the host has an id too
	At       time.Time `json:"at"`       // when it was so; never after Recorded
	Recorded time.Time `json:"recorded"` // when we learned it; never falls within a journal

	Step     string    `json:"step,omitzero"`     // id of the step concerned; "" for the approval as a whole
	Vote     Vote      `json:"vote,omitzero"`     // Voted
	For      string    `json:"for,omitzero"`      // Voted, Executed: id of whose seat it is, where the actor sits for somebody else; Replaced: who had the seat
	Document string    `json:"document,omitzero"` // Voted: id of what the step asks for, such as the minutes
	Target   string    `json:"target,omitzero"`   // Returned: id of the step; "" is the draft
	Resume   bool      `json:"resume,omitzero"`   // Returned: what lies between stands
	Status   Status    `json:"status,omitzero"`   // Ended
	People   []string  `json:"people,omitempty"`  // Notified, Chosen
	Seats    []Seat    `json:"seats,omitempty"`   // Entered, Escalated: all of the step; Seated, Delegated, Replaced: the new one
	Remind   time.Time `json:"remind,omitzero"`   // Entered, Escalated: when to remind
	Due      time.Time `json:"due,omitzero"`      // Entered, Escalated: when the time is up
	Index    int       `json:"index,omitzero"`    // Inserted: 0-based place of the new step
	Code     string    `json:"code,omitzero"`     // why, as a code: of the host, or by-hand, condition, empty, rejected, timeout
	Related  []string  `json:"related,omitempty"` // Submitted: ids of the requests that the split guard took together
	Flow     *Flow     `json:"flow,omitempty"`    // Drafted
	Request  *Request  `json:"request,omitempty"` // Drafted, Amended
	Plan     []Step    `json:"plan,omitempty"`    // Drafted, Inserted, and Submitted where the steps are others than before

	Reason     string `json:"reason,omitzero"`      // in somebody's words: personal
	Salt       string `json:"salt,omitzero"`        // of ReasonHash; cleared with Reason
	ReasonHash string `json:"reason_hash,omitzero"` // hex SHA-256 of Salt and Reason; "" where there is no reason
	Hash       string `json:"hash"`                 // hex SHA-256 of the hash before and the canonical form
}

// LogValue shows ids, codes and times, and not the reason.
func (e Entry) LogValue() slog.Value {
	return slog.GroupValue(slog.Int("seq", e.Seq), slog.String("kind", e.Kind.String()), slog.String("actor", e.Actor),
		slog.Time("at", e.At), slog.Time("recorded", e.Recorded), slog.String("step", e.Step), slog.String("code", e.Code))
}

// The codes that this package gives to entries.
const (
	CodeByHand    = "by-hand"   // somebody asked for it
	CodeCondition = "condition" // the step's condition does not hold
	CodeEmpty     = "empty"     // nobody is there to decide
	CodeRejected  = "rejected"  // the step was rejected
	CodeTimeout   = "timeout"   // the step's time was up
)
