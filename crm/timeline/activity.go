package timeline

import (
	"cmp"
	"log/slog"
	"time"
)

// Activity is one thing that passed between us and a customer (行动). It is
// immutable: what was recorded wrongly is corrected by a further activity whose
// Corrects is the number of the wrong one and which replaces it as a whole.
//
// Personal, and returned by [Activity.Private], are Reason, Text, Document.Name,
// Document.SHA256, Mailing.What, Mailing.Address and Mailing.Tracking. All other
// fields are ids, codes, amounts, sizes and instants.
type Activity struct {
	Subject string `json:"subject"`      // id of the customer or lead whose journal it is in
	Seq     uint64 `json:"seq,omitzero"` // its number in that journal, from 1; 0 before it is recorded
	ID      string `json:"id,omitzero"`  // the host's own id of it, "" for none; not personal

	Kind       Kind      `json:"kind"`
	At         time.Time `json:"at"`                  // when it took place
	Recorded   time.Time `json:"recorded,omitzero"`   // when we learned it; zero before it is recorded
	Actor      string    `json:"actor"`               // id of the colleague, or system, that did it
	Contact    string    `json:"contact,omitzero"`    // customer id of the person dealt with; "" for the customer itself
	Touchpoint string    `json:"touchpoint,omitzero"` // code in the [Registry]
	Channel    Channel   `json:"channel,omitzero"`
	Direction  Direction `json:"direction,omitzero"`
	Outcome    Outcome   `json:"outcome,omitzero"`
	Next       time.Time `json:"next,omitzero"` // the follow-up that was agreed; zero for none

	Corrects  uint64 `json:"corrects,omitzero"`  // Seq of the earlier activity in the same journal that this replaces
	Retracted bool   `json:"retracted,omitzero"` // with Corrects: there was no such activity at all

	// The payload of the kind; those of the other kinds are zero.
	Deal       Deal           `json:"deal,omitzero"`
	Prepayment PrepaymentMove `json:"prepayment,omitzero"`
	Document   Document       `json:"document,omitzero"`
	Mailing    Mailing        `json:"mailing,omitzero"`

	Reason string `json:"reason,omitzero"` // why it is corrected, refused, ...; personal
	Text   string `json:"text,omitzero"`   // what was said; personal
}

// Compare orders activities by (At, Recorded, Subject, Seq). It is 0 only for two
// copies of one entry.
func Compare(a, b Activity) int { return compare(&a, &b) }

func compare(a, b *Activity) int {
	if c := a.At.Compare(b.At); c != 0 {
		return c
	}
	if c := a.Recorded.Compare(b.Recorded); c != 0 {
		return c
	}
	return cmp.Or(cmp.Compare(a.Subject, b.Subject), cmp.Compare(a.Seq, b.Seq))
}

// LogValue shows ids, codes and instants, and nothing personal.
func (a Activity) LogValue() slog.Value {
	return slog.GroupValue(slog.String("subject", a.Subject), slog.Uint64("seq", a.Seq),
		slog.String("kind", a.Kind.String()), slog.Time("at", a.At), slog.String("actor", a.Actor),
		slog.String("touchpoint", a.Touchpoint), slog.String("channel", a.Channel.String()),
		slog.String("direction", a.Direction.String()), slog.String("outcome", a.Outcome.String()))
}
