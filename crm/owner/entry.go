package owner

import (
	"log/slog"
	"time"
)

// Entry is one line of a customer's ownership journal (归属记录). Lines are only
// appended; the decisions of a [Policy] make them.
//
// Reason is free text and may be personal: a store clears it when a person is
// forgotten, and no fold reads it. All other fields are ids, codes and instants
// that stay for ever.
type Entry struct {
	Kind Kind   `json:"kind"`
	From string `json:"from,omitzero"` // staff id of the owner before; "" for nobody
	To   string `json:"to,omitzero"`   // staff id of the owner after, or of the claimant where Disputed; "" for nobody
	Path string `json:"path,omitzero"` // of the unit of To, or of the pool's unit where To is nobody
	Pool string `json:"pool,omitzero"` // id of the pool where it lies from now on; only where To is nobody

	At       time.Time `json:"at"`       // when it was so: the effective time; never after Recorded
	Recorded time.Time `json:"recorded"` // when we learned it; never falls within a journal

	Until time.Time `json:"until,omitzero"` // end of To's protection; zero for none

	Actor    string `json:"actor"`             // id of who did it
	Approver string `json:"approver,omitzero"` // id of who approved it; never the actor
	Code     string `json:"code,omitzero"`     // the reason as a code of the host's list, or of this package's
	Ref      string `json:"ref,omitzero"`      // id of the plan, registration, approval or case behind it
	Reason   string `json:"reason,omitzero"`   // the reason in somebody's words: personal
}

// Validate reports everything wrong with the entry on its own, joined; each is
// an [*Error]. What it needs of the entries before it is [Fold]'s business.
func (e Entry) Validate() error { return e.validate() }

// validate is Validate without a copy of the entry.
func (e *Entry) validate() error {
	var p problems
	p.check(e.Kind.Valid(), "kind", -1, "unknown")
	p.check(validID(e.Actor), "actor", -1, notID)
	p.check(validText(e.From), "from", -1, notID)
	p.check(validText(e.To), "to", -1, notID)
	p.check(validText(e.Path), "path", -1, notID)
	p.check(validText(e.Pool), "pool", -1, notID)
	p.check(validText(e.Approver), "approver", -1, notID)
	p.check(validText(e.Code), "code", -1, notID)
	p.check(validText(e.Ref), "ref", -1, notID)
	p.check(!e.At.IsZero(), "at", -1, "is missing")
	p.check(!e.Recorded.Before(e.At), "recorded", -1, "is before at: nothing is recorded before it is so")
	p.check(e.Approver == "" || e.Approver != e.Actor, "approver", -1, "is the actor")
	p.check(e.Until.IsZero() || e.Until.After(e.At), "until", -1, "is not after at")
	p.check(e.Until.IsZero() || e.To != "" && e.Kind != Disputed, "until", -1, "protects nobody")
	p.check(e.To != "" || e.Kind == Released || e.Kind == Resolved || e.Kind == Corrected, "to", -1, "is missing")
	p.check(e.To == "" || e.Pool == "", "pool", -1, "an owned customer lies in no pool")
	p.check(e.Kind != Released || e.To == "" && e.Pool != "", "pool", -1, "a release names a pool and no owner")
	p.check(e.Kind != Protected || e.From == e.To, "to", -1, "protection does not change the owner")
	return p.join()
}

// LogValue shows ids, kind and times, and not the reason.
func (e Entry) LogValue() slog.Value {
	return slog.GroupValue(slog.String("kind", e.Kind.String()), slog.String("from", e.From), slog.String("to", e.To),
		slog.Time("at", e.At), slog.Time("recorded", e.Recorded), slog.String("actor", e.Actor))
}
