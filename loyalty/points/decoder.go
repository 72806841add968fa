package points

import (
	"encoding/binary"
	"math"
	"time"
)

// decoder reads saved forms; after the first fault it answers zeros.
type decoder struct {
	b   []byte
	bad bool
}

// number reads a number up to a limit, in its shortest form only.
func (d *decoder) number(limit uint64) uint64 {
	if d.bad {
		return 0
	}
	if len(d.b) > 0 && d.b[0] < 0x80 && uint64(d.b[0]) <= limit {
		v := uint64(d.b[0]) // most are small
		d.b = d.b[1:]
		return v
	}
	v, n := binary.Uvarint(d.b)
	// The last byte of a varint is zero only where a shorter form exists.
	if n <= 0 || v > limit || n > 1 && d.b[n-1] == 0 {
		d.bad = true
		return 0
	}
	d.b = d.b[n:]
	return v
}

// some is number for what is written only where it is not 0.
func (d *decoder) some(limit uint64) uint64 {
	v := d.number(limit)
	d.bad = d.bad || v == 0
	return v
}

func (d *decoder) points() int64 { return int64(d.number(math.MaxInt64)) }

func (d *decoder) signed() int64 { return unzigzag(d.number(math.MaxUint64)) }

func (d *decoder) time() time.Time { return instant(int64(d.number(maxMicros))) }

// near reads what appendNear wrote.
func (d *decoder) near(from int64) time.Time {
	v := d.number(math.MaxUint64)
	if v == 0 {
		return time.Time{}
	}
	n := unzigzag(v - 1)
	if n < -from || n > maxMicros-from {
		d.bad = true
		return time.Time{}
	}
	// The zero time has a form of its own.
	d.bad = d.bad || n == -from
	return instant(from + n)
}

// someNear is near for an instant that is written only where there is one.
func (d *decoder) someNear(from int64) time.Time {
	t := d.near(from)
	d.bad = d.bad || t.IsZero()
	return t
}

func (d *decoder) text(limit int) string {
	n := d.number(uint64(limit))
	if d.bad || n > uint64(len(d.b)) {
		d.bad = true
		return ""
	}
	text := string(d.b[:n])
	d.b = d.b[n:]
	return text
}

// someText is text for one that is written only where it is not empty.
func (d *decoder) someText(limit int) string {
	text := d.text(limit)
	d.bad = d.bad || text == ""
	return text
}

func zigzag(n int64) uint64 { return uint64(n)<<1 ^ uint64(n>>63) }

func unzigzag(v uint64) int64 { return int64(v>>1) ^ -int64(v&1) }
