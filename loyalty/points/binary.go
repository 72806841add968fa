package points

import (
	"encoding/binary"
	"hash/crc32"
	"math"
	"time"
)

// The saved form of a State. Numbers are varints of encoding/binary, signed ones
// zigzag; an instant is the microseconds since the year 1, 0 for none; a text is its
// length and its bytes:
//
//	"gxP" version                                     4 bytes
//	seq at recorded debt idle_at qp
//	issued adjusted moved refunded written_off burned expired reversed
//	number of lots, each: id points left activate_at expire_at unconfirmed (0 or 1)
//	number of holds, each: id points until ref
//	crc32                                             Castagnoli, of all before, 4 bytes, little-endian
//
// Equal states have one form, and every form is that of one state.
const (
	formMagic   = "gxP"
	formVersion = 1
)

// MarshalBinary returns the saved form of s, about 40 bytes and 25 for each lot. A
// State that breaks [State.Validate] is refused with its errors.
func (s State) MarshalBinary() ([]byte, error) {
	return s.AppendBinary(make([]byte, 0, 96+32*len(s.Lots)+32*len(s.Holds)))
}

// AppendBinary appends what MarshalBinary returns.
func (s State) AppendBinary(b []byte) ([]byte, error) {
	if err := s.Validate(); err != nil {
		return b, err
	}
	start := len(b)
	b = append(b, formMagic...)
	b = append(b, formVersion)
	b = binary.AppendUvarint(b, s.Seq)
	b = appendTime(b, s.At)
	b = appendTime(b, s.Recorded)
	b = binary.AppendUvarint(b, uint64(s.Debt))
	b = appendTime(b, s.IdleAt)
	b = binary.AppendVarint(b, s.QP)
	for _, n := range s.Totals.list() {
		b = binary.AppendVarint(b, *n)
	}
	b = binary.AppendUvarint(b, uint64(len(s.Lots)))
	for i := range s.Lots {
		l := &s.Lots[i]
		b = binary.AppendUvarint(b, l.ID)
		b = binary.AppendUvarint(b, uint64(l.Points))
		b = binary.AppendUvarint(b, uint64(l.Left))
		b = appendTime(b, l.ActivateAt)
		b = appendTime(b, l.ExpireAt)
		waits := byte(0)
		if l.Unconfirmed {
			waits = 1
		}
		b = append(b, waits)
	}
	b = binary.AppendUvarint(b, uint64(len(s.Holds)))
	for i := range s.Holds {
		h := &s.Holds[i]
		b = binary.AppendUvarint(b, h.ID)
		b = binary.AppendUvarint(b, uint64(h.Points))
		b = appendTime(b, h.Until)
		b = binary.AppendUvarint(b, uint64(len(h.Ref)))
		b = append(b, h.Ref...)
	}
	return binary.LittleEndian.AppendUint32(b, checksum(b[start:])), nil
}

// list names the totals in the order of the saved form.
func (t *Totals) list() [8]*int64 {
	return [8]*int64{&t.Issued, &t.Adjusted, &t.Moved, &t.Refunded, &t.WrittenOff, &t.Burned, &t.Expired, &t.Reversed}
}

func checksum(b []byte) uint32 { return crc32.Checksum(b, crc32.MakeTable(crc32.Castagnoli)) }

func appendTime(b []byte, t time.Time) []byte { return binary.AppendUvarint(b, uint64(micros(t))) }

// UnmarshalBinary reads what MarshalBinary writes. Bytes that are damaged, of
// another version, or of no valid state are ErrVersion; s then stays as it was.
// Memory stays in proportion to the bytes given.
func (s *State) UnmarshalBinary(data []byte) error {
	end := len(data) - 4
	if end < len(formMagic)+1 || string(data[:len(formMagic)]) != formMagic || data[len(formMagic)] != formVersion ||
		checksum(data[:end]) != binary.LittleEndian.Uint32(data[end:]) {
		return refuse(ErrVersion, "state", 0, "bytes that are no state of version 1, or damaged")
	}
	d := decoder{b: data[len(formMagic)+1 : end]}
	next := d.state()
	if d.bad || len(d.b) > 0 || next.Validate() != nil {
		return refuse(ErrVersion, "state", 0, "bytes of no state that an account can have")
	}
	*s = next
	return nil
}

func (d *decoder) state() (s State) {
	s.Seq, s.At, s.Recorded = d.number(math.MaxUint64), d.time(), d.time()
	s.Debt, s.IdleAt, s.QP = d.points(), d.time(), d.signed()
	for _, n := range s.Totals.list() {
		*n = d.signed()
	}
	if n := d.number(uint64(len(d.b))); n > 0 {
		s.Lots = make([]Lot, 0, min(n, uint64(len(d.b))/6+1))
		for ; n > 0 && !d.bad; n-- {
			s.Lots = append(s.Lots, Lot{ID: d.number(math.MaxUint64), Points: d.points(), Left: d.points(),
				ActivateAt: d.time(), ExpireAt: d.time(), Unconfirmed: d.number(1) == 1})
		}
	}
	if n := d.number(uint64(len(d.b))); n > 0 {
		s.Holds = make([]Hold, 0, min(n, uint64(len(d.b))/4+1))
		for ; n > 0 && !d.bad; n-- {
			s.Holds = append(s.Holds, Hold{ID: d.number(math.MaxUint64), Points: d.points(), Until: d.time(), Ref: d.text(maxText)})
		}
	}
	return s
}
