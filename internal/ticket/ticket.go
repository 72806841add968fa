// Package ticket answers in which order a seed draws a list of names, whatever
// the order of the list: every name gets a ticket that only it and the seed
// decide, and the smallest tickets are drawn. Whoever has the seed can check it,
// nobody without the seed can foresee it.
//
// A ticket is the first 16 bytes of HMAC-SHA-256(seed, fields), each field
// preceded by its length in bytes as four bytes, big-endian, so that no two lists
// of fields make the same message. It is a permanent random number (Ohlsson 1995)
// that can be verified; Rivest's consistent sampler of election audits, with one
// plain hash, is the same idea.
package ticket

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/binary"
	"hash"
)

// A Ticket is compared as bytes; names of equal tickets are ordered by their bytes.
type Ticket [16]byte

// Compare orders tickets as bytes.
func (t Ticket) Compare(u Ticket) int { return bytes.Compare(t[:], u[:]) }

// High returns the first eight bytes, which decide the order but once in 2^64.
func (t Ticket) High() uint64 { return binary.BigEndian.Uint64(t[:]) }

// Uniform returns the ticket as a number in [0, 1), a multiple of 2^-53.
func (t Ticket) Uniform() float64 { return float64(t.High()>>11) * 0x1p-53 }

// A Drum makes the tickets of one seed for names under the same leading fields. It
// is not safe for concurrent use.
type Drum struct {
	mac    hash.Hash
	prefix []byte
	buffer []byte
	sum    [sha256.Size]byte
}

// NewDrum returns the drum of a seed and the fields that every name shares.
func NewDrum(seed []byte, fields ...string) *Drum {
	d := &Drum{mac: hmac.New(sha256.New, seed)}
	for _, f := range fields {
		d.prefix = appendField(d.prefix, f)
	}
	return d
}

// Of returns the ticket of a name.
func (d *Drum) Of(name string) Ticket {
	d.mac.Reset()
	d.buffer = appendField(append(d.buffer[:0], d.prefix...), name)
	d.mac.Write(d.buffer)
	return Ticket(d.mac.Sum(d.sum[:0])[:16])
}

func appendField(b []byte, field string) []byte {
	b = binary.BigEndian.AppendUint32(b, uint32(len(field)))
	return append(b, field...)
}
