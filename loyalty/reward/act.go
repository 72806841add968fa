package reward

import (
	"log/slog"
	"time"
)

// Act says who does something, when and why (操作). Every entry of a journal of
// this package holds one. Actor and Recorded are always needed.
//
// Reason is free text and may be personal: a store clears it when a person is
// forgotten, and no fold reads it. All else are ids, codes and instants that stay
// for ever.
type Act struct {
	Actor    string    `json:"actor"`           // id of who does it; a rule of the host has an id too
	At       time.Time `json:"at,omitzero"`     // when it takes effect, never after Recorded; zero is Recorded
	Recorded time.Time `json:"recorded"`        // when we learn it: now
	Code     string    `json:"code,omitzero"`   // the reason as a code of the host's list
	Ref      string    `json:"ref,omitzero"`    // id of the order, delivery, purchase or case behind it
	Reason   string    `json:"reason,omitzero"` // the reason in words: personal
}

// LogValue shows ids and times, and not the reason.
func (a Act) LogValue() slog.Value {
	return slog.GroupValue(slog.String("actor", a.Actor), slog.Time("at", a.At), slog.Time("recorded", a.Recorded),
		slog.String("code", a.Code), slog.String("ref", a.Ref))
}

// settled is the act with its effective time.
func (a Act) settled() Act {
	if a.At.IsZero() {
		a.At = a.Recorded
	}
	return a
}

func (a *Act) check(p *problems) {
	p.check(validID(a.Actor), "actor", -1, notID)
	p.check(validText(a.Code), "code", -1, notID)
	p.check(validText(a.Ref), "ref", -1, notID)
	p.check(!a.At.IsZero(), "at", -1, "is missing")
	p.check(!a.Recorded.Before(a.At), "recorded", -1, "is before at: nothing is recorded before it is so")
}

// follows refuses an act that comes before the last one of its journal.
func (a *Act) follows(lastAt, lastRecorded time.Time) error {
	switch {
	case a.Recorded.Before(lastRecorded):
		return refuse(ErrConflict, "recorded", "is before that of the last entry")
	case a.At.Before(lastAt):
		return refuse(ErrConflict, "at", "is before that of the last entry")
	}
	return nil
}
