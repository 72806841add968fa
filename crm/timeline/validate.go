package timeline

import (
	"errors"
	"time"
	"unicode/utf8"

	"github.com/guanxi-go/guanxi/internal/limit"
)

const maxText = 1 << 16 // bytes of a text

// Validate reports every rule that a breaks, joined, before it is recorded; each
// is an [*Error] that wraps ErrInvalid.
//
//   - Subject and Actor are ids: valid UTF-8 without NUL of 1 to 255 bytes; ID,
//     Contact and the number of a deal too where they are not empty. Touchpoint and
//     Carrier are such texts of at most 64 bytes; texts have at most 65536.
//   - Kind and At are stated, and every enumerator is known. Next, if stated, is
//     after At; Recorded and Seq need not be given yet.
//   - A touchpoint is named. A contact states channel and direction, a mailing
//     direction inbound or outbound.
//   - The payload is of the kind, and complete: a deal has a number and an amount
//     not below zero in a stated currency, a prepayment a deal, a movement and an
//     amount above zero, a document a name, a media type, a size and a digest, a
//     mailing says what it is, and is not delivered before it is sent.
//   - A correction has a reason and refers to an earlier number. A retraction is a
//     correction and has no touchpoint, outcome, follow-up or payload.
//
// Whether the touchpoint is known is [Registry.Check]'s question, whether the
// corrected activity is there [New]'s. A redacted activity lacks what is personal
// and is not valid: it was, when it was recorded.
func (a Activity) Validate() error {
	v := validator{subject: a.Subject, seq: a.Seq}
	v.must(limit.Text(a.Subject, 1, limit.ID), "subject", "is not an id")
	v.must(limit.Text(a.Actor, 1, limit.ID), "actor", "is not an id")
	v.must(a.ID == "" || limit.Text(a.ID, 1, limit.ID), "id", "is not an id")
	v.must(a.Contact == "" || limit.Text(a.Contact, 1, limit.ID), "contact", "is not an id")
	v.must(a.Kind.Valid(), "kind", "unknown")
	v.must(a.Channel == 0 || a.Channel.Valid(), "channel", "unknown")
	v.must(a.Direction == 0 || a.Direction.Valid(), "direction", "unknown")
	v.must(a.Outcome.Valid(), "outcome", "unknown")
	v.must(!a.At.IsZero(), "at", "is missing")
	v.must(a.Next.IsZero() || a.Next.After(a.At), "next", "is not after at")
	v.text(a.Reason, "reason")
	v.text(a.Text, "text")
	if a.Corrects != 0 || a.Retracted {
		v.must(a.Corrects != 0, "corrects", "is missing")
		v.must(a.Seq == 0 || a.Corrects < a.Seq, "corrects", "is not earlier")
		v.must(a.Reason != "", "reason", "is missing")
	}
	if a.Retracted {
		v.must(a.Touchpoint == "" && a.Outcome == 0 && a.Next.IsZero(), "retracted", "states something all the same")
		v.payload(a, 0)
		return v.err()
	}
	v.must(limit.Text(a.Touchpoint, 1, limit.Code), "touchpoint", "is not a code")
	v.must(a.Kind != KindContact || a.Channel != 0, "channel", "is missing")
	v.must(a.Kind != KindContact || a.Direction != 0, "direction", "is missing")
	v.must(a.Kind != KindMailing || a.Direction == Inbound || a.Direction == Outbound, "direction", "is neither inbound nor outbound")
	v.payload(a, a.Kind)
	return v.err()
}

// validator collects the errors of one entry.
type validator struct {
	subject string
	seq     uint64
	errs    []error
}

func (v *validator) must(ok bool, field, reason string) {
	if !ok {
		v.errs = append(v.errs, &Error{Subject: v.id(), Seq: v.seq, Field: field, Reason: reason, Err: ErrInvalid})
	}
}

// id is the subject where that is fit to be shown: a wrong column may hold a name.
func (v *validator) id() string {
	if !limit.Text(v.subject, 1, limit.ID) {
		return ""
	}
	return v.subject
}

func (v *validator) text(s, field string) {
	v.must(len(s) <= maxText && utf8.ValidString(s), field, "is longer than 65536 bytes, or not UTF-8")
}

func (v *validator) err() error { return errors.Join(v.errs...) }

// payload checks the payload of one kind, and that those of all others are zero.
func (v *validator) payload(a Activity, kind Kind) {
	if d := a.Deal; kind == KindDeal {
		v.must(limit.Text(d.Number, 1, limit.ID), "deal.number", "is not an id")
		v.must(d.Amount.Currency != 0 && d.Amount.Currency.Valid(), "deal.amount", "has no currency")
		v.must(d.Amount.Minor >= 0, "deal.amount", "is below zero")
	} else {
		v.must(d == Deal{}, "deal", "belongs to another kind")
	}
	if p := a.Prepayment; kind == KindPrepayment {
		v.must(limit.Text(p.Deal, 1, limit.ID), "prepayment.deal", "is not an id")
		v.must(p.Movement.Valid(), "prepayment.movement", "unknown")
		v.must(p.Amount.Currency != 0 && p.Amount.Currency.Valid(), "prepayment.amount", "has no currency")
		v.must(p.Amount.Minor > 0, "prepayment.amount", "is not above zero")
	} else {
		v.must(p == PrepaymentMove{}, "prepayment", "belongs to another kind")
	}
	if d := a.Document; kind == KindDocument {
		v.must(d.Name != "", "document.name", "is missing")
		v.text(d.Name, "document.name")
		v.must(validMediaType(d.MediaType), "document.media_type", "is not type/subtype")
		v.must(d.Size >= 0, "document.size", "is below zero")
		v.must(!d.SHA256.IsZero(), "document.sha256", "is missing")
	} else {
		v.must(d == Document{}, "document", "belongs to another kind")
	}
	if m := a.Mailing; kind == KindMailing {
		v.mailing(m)
	} else {
		v.must(m == Mailing{}, "mailing", "belongs to another kind")
	}
}

func (v *validator) mailing(m Mailing) {
	v.must(m.What != "", "mailing.what", "is missing")
	v.text(m.What, "mailing.what")
	v.text(m.Address, "mailing.address")
	v.text(m.Tracking, "mailing.tracking")
	v.must(m.Carrier == "" || limit.Text(m.Carrier, 1, limit.Code), "mailing.carrier", "is not a code")
	v.must(m.Delivered.IsZero() || notBefore(m.Delivered, m.Sent), "mailing.delivered", "is before sent")
}

// notBefore holds for an open start too.
func notBefore(t, start time.Time) bool { return start.IsZero() || !t.Before(start) }

// validMediaType reports whether s is type/subtype in the characters of RFC 6838,
// section 4.2, without parameters.
func validMediaType(s string) bool {
	slash := 0
	for i := range len(s) {
		c := s[i]
		alnum := 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9'
		first := i == 0 || s[i-1] == '/'
		switch {
		case alnum:
		case c == '/' && i > 0 && i < len(s)-1 && slash == 0:
			slash = i
		case first:
			return false
		case c != '!' && c != '#' && c != '$' && c != '&' && c != '-' && c != '^' && c != '_' && c != '.' && c != '+':
			return false
		}
	}
	return slash > 0 && len(s) <= 255
}
