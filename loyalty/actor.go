package loyalty

import (
	"slices"
	"time"
)

// Actor is who asks, and whose accounts they see. What an actor may not see does
// not exist for them: reads and commands return ErrNotFound. The zero Sees sees
// nothing.
type Actor struct {
	ID   string // id of a member, a colleague or a program
	Sees Sight
}

// Sight says whose accounts, vouchers and redemptions an actor sees (可见范围).
type Sight struct {
	all     bool
	members []string
}

// Everyone sees all members: for a till, a back office, a nightly job.
func Everyone() Sight { return Sight{all: true} }

// Only sees these members: for a member's own application.
func Only(members ...string) Sight { return Sight{members: slices.Clone(members)} }

// Allows reports whether what belongs to a member is seen.
func (s Sight) Allows(member string) bool { return s.all || slices.Contains(s.members, member) }

// Call is what every command has beside its own fields. The zero value is allowed.
type Call struct {
	// Key makes the command idempotent: sent again with the same key by the same
	// actor, it changes nothing and returns what the first one did. Another command
	// under a used key is ErrKeyReused. Up to [MaxID] bytes; only a hash is kept. Only
	// what was done is remembered: a command that was refused is decided anew.
	Key string `json:"key,omitzero"`
	// NotAfter is until when the command may be decided, that instant included; zero is
	// without limit. Behind it the command is ErrTooLate, so that a copy of a refused
	// command, stuck somewhere, does not succeed much later. A repeat of what was done
	// in time still gets its answer.
	NotAfter time.Time `json:"not_after,omitzero"`
	// At is when it was so, the effective time; zero for now.
	At time.Time `json:"at,omitzero"`
	// Ref is the id of the order, campaign or case behind it.
	Ref string `json:"ref,omitzero"`
	// Code is why, as a code of the host's list.
	Code string `json:"code,omitzero"`
	// Device is a keyed hash, made by the host, of the device that the command came
	// from, for [Options].Screen; "" where there is none. It is never the device's own
	// number. Of a command that is sent again, it may be another.
	Device string `json:"device,omitzero"`
	// Reason is why, in words. It may be personal, and is cleared when the member is
	// forgotten.
	Reason string `json:"reason,omitzero"`
}
