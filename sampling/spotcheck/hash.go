package spotcheck

import (
	"crypto/sha256"
	"encoding/hex"

	"github.com/guanxi-go/guanxi/internal/ticket"
)

// Hash is a SHA-256 (摘要). As text, and so in JSON, it is 64 lower-case hexadecimal
// digits; the zero value is none.
type Hash [sha256.Size]byte

// IsZero reports whether h is none.
func (h Hash) IsZero() bool { return h == Hash{} }

// String returns the hexadecimal digits.
func (h Hash) String() string { return hex.EncodeToString(h[:]) }

// MarshalText writes the form of String.
func (h Hash) MarshalText() ([]byte, error) { return hex.AppendEncode(nil, h[:]), nil }

// UnmarshalText reads what MarshalText writes, and nothing else.
func (h *Hash) UnmarshalText(text []byte) error { return unhex(h[:], text, "hash") }

// Ticket is what orders people in a draw (抽签号): the first 16 bytes of
// HMAC-SHA-256(seed, fields), smallest first. As text it is 32 lower-case hexadecimal
// digits.
type Ticket [len(ticket.Ticket{})]byte

// String returns the hexadecimal digits.
func (t Ticket) String() string { return hex.EncodeToString(t[:]) }

// MarshalText writes the form of String.
func (t Ticket) MarshalText() ([]byte, error) { return hex.AppendEncode(nil, t[:]), nil }

// UnmarshalText reads what MarshalText writes, and nothing else.
func (t *Ticket) UnmarshalText(text []byte) error { return unhex(t[:], text, "ticket") }

func unhex(to, text []byte, field string) error {
	if !ticket.ReadHex(to, text) {
		return refuse(ErrInvalid, field, codeHex)
	}
	return nil
}
