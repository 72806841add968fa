package points

import (
	"encoding/binary"
	"math"
	"time"
)

// The saved form of an Entry, written as that of a State, but instants other than
// recorded by their distance, zigzag and plus 1, from the entry's at; 0 for none:
//
//	version                                           1 byte
//	fields                                            which of those below follow, 2 bytes, little-endian
//	kind seq recorded amount
//	at                                                microseconds before recorded; not there where the same
//	held                                              where kind is hold, capture or release
//	hold                                              where kind is capture or release
//	target                                            where kind is refund or clawback
//	lot                                               where kind is confirm
//	qp actor ref code reason                          each not there where 0 or empty, as all below
//	number of uses, each: lot points rest activate_at expire_at place
//	activate_at expire_at until idle_at lapsed peer peer_lot
//
// rest is the points of the lot without those used. Unconfirmed is one of the fields
// and nothing follows. lot and hold of the kinds that make one are seq.
//
// Equal entries have one form, and every form is that of one valid entry. It ends
// where it ends, without a length: forms follow each other in a journal. It has no
// check sum, for a journal is more than its entries: numbers without gaps, lots that
// hold what is used. [Replay] finds what is damaged in that, and a saved State, which
// has a check sum, says what the sums must come to.
const entryVersion = 1

// The fields of an entry that its form may leave out.
const (
	hasAt = 1 << iota
	hasQP
	hasActor
	hasRef
	hasCode
	hasReason
	hasUses
	hasActivateAt
	hasExpireAt
	hasUnconfirmed
	hasUntil
	hasIdleAt
	hasLapsed
	hasPeer
	hasPeerLot
	pastFields
)

// MarshalBinary returns the saved form of e, about 45 bytes for an earn with an
// order and an end, and 20 more for each use. An Entry that breaks [Entry.Validate] is
// refused with its errors.
//
// Reason is in it: who keeps what is personal apart leaves it out of e before.
func (e Entry) MarshalBinary() ([]byte, error) {
	size := 64 + len(e.Actor) + len(e.Ref) + len(e.Code) + len(e.Reason) + len(e.Peer) + 32*len(e.Uses)
	return e.AppendBinary(make([]byte, 0, size))
}

// AppendBinary appends what MarshalBinary returns. Forms may be appended to each
// other, and read again with [DecodeEntry].
func (e Entry) AppendBinary(b []byte) ([]byte, error) {
	var p problems
	if e.check(&p); len(p) > 0 {
		return b, p.join()
	}
	return e.AppendValid(b), nil
}

// AppendValid is AppendBinary for an entry that [Entry.Validate] finds nothing wrong
// with, as those are which a decision or [DecodeEntry] returned: it does not ask again.
// Of any other, what it appends means nothing.
func (e *Entry) AppendValid(b []byte) []byte {
	start, has := len(b), uint16(0)
	b = append(b, entryVersion, 0, 0, byte(e.Kind))
	b = binary.AppendUvarint(b, e.Seq)
	b = appendTime(b, e.Recorded)
	b = binary.AppendVarint(b, e.Amount)
	at := micros(e.At)
	if before := micros(e.Recorded) - at; before > 0 {
		has |= hasAt
		b = binary.AppendUvarint(b, uint64(before))
	}
	b = e.appendKind(b)
	if e.QP != 0 {
		has |= hasQP
		b = binary.AppendVarint(b, e.QP)
	}
	b = appendText(b, e.Actor, hasActor, &has)
	b = appendText(b, e.Ref, hasRef, &has)
	b = appendText(b, e.Code, hasCode, &has)
	b = appendText(b, e.Reason, hasReason, &has)
	if len(e.Uses) > 0 {
		has |= hasUses
		b = appendUses(b, e.Uses, at)
	}
	b = e.appendTerms(b, at, &has)
	binary.LittleEndian.PutUint16(b[start+1:], has)
	return b
}

// appendKind writes what entries of the kind have and no others.
func (e *Entry) appendKind(b []byte) []byte {
	switch e.Kind {
	case KindHold:
		return binary.AppendVarint(b, e.Held)
	case KindCapture, KindRelease:
		return binary.AppendUvarint(binary.AppendVarint(b, e.Held), e.Hold)
	case KindRefund, KindClawback:
		return binary.AppendUvarint(b, e.Target)
	case KindConfirm:
		return binary.AppendUvarint(b, e.Lot)
	}
	return b
}

func appendUses(b []byte, uses []Use, at int64) []byte {
	b = binary.AppendUvarint(b, uint64(len(uses)))
	for i := range uses {
		u := &uses[i]
		b = binary.AppendUvarint(b, u.Lot)
		b = binary.AppendUvarint(b, uint64(u.Points))
		b = binary.AppendUvarint(b, uint64(u.Size-u.Points))
		b = appendNear(b, u.ActivateAt, at)
		b = appendNear(b, u.ExpireAt, at)
		b = binary.AppendUvarint(b, uint64(u.Place))
	}
	return b
}

// appendTerms writes what the entry says of its lot or hold, and of other accounts.
func (e *Entry) appendTerms(b []byte, at int64, has *uint16) []byte {
	b = appendInstant(b, e.ActivateAt, at, hasActivateAt, has)
	b = appendInstant(b, e.ExpireAt, at, hasExpireAt, has)
	if e.Unconfirmed {
		*has |= hasUnconfirmed
	}
	b = appendInstant(b, e.Until, at, hasUntil, has)
	b = appendInstant(b, e.IdleAt, at, hasIdleAt, has)
	if e.Lapsed > 0 {
		*has |= hasLapsed
		b = binary.AppendUvarint(b, uint64(e.Lapsed))
	}
	b = appendText(b, e.Peer, hasPeer, has)
	if e.PeerLot > 0 {
		*has |= hasPeerLot
		b = binary.AppendUvarint(b, e.PeerLot)
	}
	return b
}

func appendText(b []byte, text string, field uint16, has *uint16) []byte {
	if text == "" {
		return b
	}
	*has |= field
	return append(binary.AppendUvarint(b, uint64(len(text))), text...)
}

func appendInstant(b []byte, t time.Time, at int64, field uint16, has *uint16) []byte {
	if t.IsZero() {
		return b
	}
	*has |= field
	return appendNear(b, t, at)
}

// appendNear writes an instant by its distance from another: 0 for none, or the
// zigzag of the microseconds plus 1.
func appendNear(b []byte, t time.Time, from int64) []byte {
	if t.IsZero() {
		return append(b, 0)
	}
	return binary.AppendUvarint(b, zigzag(micros(t)-from)+1)
}

// UnmarshalBinary reads one form as MarshalBinary writes it, and nothing after it.
// The errors are those of [DecodeEntry]; after one e is as it was.
func (e *Entry) UnmarshalBinary(data []byte) error {
	next, rest, err := DecodeEntry(data)
	if err == nil && len(rest) > 0 {
		err = refuse(ErrVersion, "entry", 0, "bytes after it")
	}
	if err != nil {
		return err
	}
	*e = next
	return nil
}

// DecodeEntry reads the first of the forms that follow each other in data, and
// returns what is behind it. A journal is read while rest is not empty.
//
// Bytes that are cut off, of another version, or of no valid entry are ErrVersion;
// rest then is data. Memory stays in proportion to the form.
func DecodeEntry(data []byte) (e Entry, rest []byte, err error) {
	if len(data) < 3 || data[0] != entryVersion {
		return Entry{}, data, refuse(ErrVersion, "entry", 0, "bytes that are no entry of version 1")
	}
	d := decoder{b: data[3:]}
	d.entry(&e, binary.LittleEndian.Uint16(data[1:]))
	var p problems
	if !d.bad {
		e.check(&p)
	}
	if d.bad || len(p) > 0 {
		return Entry{}, data, refuse(ErrVersion, "entry", 0, "bytes of no entry that an account can have")
	}
	return e, d.b, nil
}

func (d *decoder) entry(e *Entry, has uint16) {
	d.bad = has >= pastFields
	e.Kind, e.Seq = Kind(d.number(math.MaxUint8)), d.number(math.MaxUint64)
	recorded := int64(d.number(maxMicros))
	at := recorded
	e.Amount = d.signed()
	if has&hasAt != 0 {
		at -= int64(d.some(uint64(recorded)))
	}
	e.At, e.Recorded = instant(at), instant(recorded)
	d.kind(e)
	if has&hasQP != 0 {
		e.QP = d.signed()
		d.bad = d.bad || e.QP == 0
	}
	if has&hasActor != 0 {
		e.Actor = d.someText(maxText)
	}
	if has&hasRef != 0 {
		e.Ref = d.someText(maxText)
	}
	if has&hasCode != 0 {
		e.Code = d.someText(maxText)
	}
	if has&hasReason != 0 {
		e.Reason = d.someText(math.MaxInt)
	}
	if has&hasUses != 0 {
		e.Uses = d.uses(at)
	}
	d.terms(e, at, has)
}

// kind reads what entries of the kind have and no others.
func (d *decoder) kind(e *Entry) {
	if e.makesLot() {
		e.Lot = e.Seq
	}
	switch e.Kind {
	case KindHold:
		e.Held, e.Hold = d.signed(), e.Seq
	case KindCapture, KindRelease:
		e.Held, e.Hold = d.signed(), d.number(math.MaxUint64)
	case KindRefund, KindClawback:
		e.Target = d.number(math.MaxUint64)
	case KindConfirm:
		e.Lot = d.number(math.MaxUint64)
	}
}

func (d *decoder) uses(at int64) []Use {
	n := d.some(math.MaxUint64)
	uses := make([]Use, 0, min(n, 16)) // more is not trusted before it is read
	for ; n > 0 && !d.bad; n-- {
		u := Use{Lot: d.some(math.MaxUint64), Points: int64(d.some(math.MaxInt64))}
		u.Size = u.Points + int64(d.number(uint64(math.MaxInt64-u.Points)))
		u.ActivateAt, u.ExpireAt = d.near(at), d.near(at)
		u.Place = int(d.number(math.MaxInt))
		uses = append(uses, u)
	}
	return uses
}

func (d *decoder) terms(e *Entry, at int64, has uint16) {
	if has&hasActivateAt != 0 {
		e.ActivateAt = d.someNear(at)
	}
	if has&hasExpireAt != 0 {
		e.ExpireAt = d.someNear(at)
	}
	e.Unconfirmed = has&hasUnconfirmed != 0
	if has&hasUntil != 0 {
		e.Until = d.someNear(at)
	}
	if has&hasIdleAt != 0 {
		e.IdleAt = d.someNear(at)
	}
	if has&hasLapsed != 0 {
		e.Lapsed = int64(d.some(math.MaxInt64))
	}
	if has&hasPeer != 0 {
		e.Peer = d.someText(maxText)
	}
	if has&hasPeerLot != 0 {
		e.PeerLot = d.some(math.MaxUint64)
	}
}
