package timeline

import (
	"encoding/hex"
	"log/slog"
	"time"

	"github.com/guanxi-go/guanxi/crm/money"
	"github.com/guanxi-go/guanxi/internal/enum"
)

// Deal is what a deal record states (成交记录). Nothing in it is personal.
type Deal struct {
	Number string       `json:"number"` // the host's number of the contract or order: an id
	Amount money.Amount `json:"amount"` // with its currency, not below zero
}

// Movement is what happened to prepaid money (预付款变动). The zero value is none.
type Movement uint8

const (
	Received Movement = iota + 1 // the customer paid in advance 收到
	Applied                      // it was set against what the deal costs 冲抵
	Refunded                     // it was paid back 退还
)

var movementNames = enum.New[Movement]("movement", unknown, enum.Names{
	{}, {"received", "收到"}, {"applied", "冲抵"}, {"refunded", "退还"},
})

// Movements returns the three movements.
func Movements() []Movement { return []Movement{Received, Applied, Refunded} }

// Valid reports whether m is one of the three.
func (m Movement) Valid() bool { return movementNames.Valid(m) }

// String returns the English code, "" for the zero value, and ? for a number that has none.
func (m Movement) String() string { return movementNames.Code(m) }

// Zh returns the Chinese name, "" for the zero value, and ? for a number that has none.
func (m Movement) Zh() string { return movementNames.Zh(m) }

// MarshalText writes the form of String; a number without a code is ErrInvalid.
func (m Movement) MarshalText() ([]byte, error) { return movementNames.Marshal(m) }

// UnmarshalText reads what MarshalText writes, and nothing else.
func (m *Movement) UnmarshalText(text []byte) error { return movementNames.Unmarshal(m, text) }

// PrepaymentMove is what a prepayment record states (预付款记录). Nothing in it is
// personal.
type PrepaymentMove struct {
	Deal     string       `json:"deal"` // Number of the deal that it is for, whether recorded yet or not
	Movement Movement     `json:"movement"`
	Amount   money.Amount `json:"amount"` // with its currency, above zero: Movement has the sign
}

// SHA256 is the digest of a file's bytes (FIPS 180-4), in text 64 lower-case
// hexadecimal digits. The zero value says that none is known, and is empty in text.
type SHA256 [32]byte

// IsZero reports whether no digest is known.
func (s SHA256) IsZero() bool { return s == SHA256{} }

// String returns the 64 digits, or "".
func (s SHA256) String() string {
	if s.IsZero() {
		return ""
	}
	return hex.EncodeToString(s[:])
}

// MarshalText writes the form of String.
func (s SHA256) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// UnmarshalText reads 64 hexadecimal digits in lower case, or nothing; anything
// else is ErrInvalid.
func (s *SHA256) UnmarshalText(text []byte) error {
	if len(text) == 0 {
		*s = SHA256{}
		return nil
	}
	var parsed SHA256
	if len(text) == 2*len(parsed) {
		_, err := hex.Decode(parsed[:], text)
		if err == nil && parsed.String() == string(text) {
			*s = parsed
			return nil
		}
	}
	return &Error{Field: "sha256", Reason: "is not 64 hexadecimal digits", Err: ErrInvalid}
}

// Document is what a document record states (上传资料记录). The file itself is kept
// by the host, who finds it by its digest.
type Document struct {
	Name      string `json:"name"`       // of the file; personal
	MediaType string `json:"media_type"` // such as application/pdf (RFC 6838)
	Size      int64  `json:"size"`       // bytes, from 0
	SHA256    SHA256 `json:"sha256"`     // of the bytes; personal: it leads to the file, and goes with it
}

// LogValue shows type and size, and nothing personal.
func (d Document) LogValue() slog.Value {
	return slog.GroupValue(slog.String("media_type", d.MediaType), slog.Int64("size", d.Size))
}

// Mailing is what a mailing record states (邮寄记录). Who sent it is the activity's
// Direction: Outbound from us, Inbound to us.
type Mailing struct {
	What      string    `json:"what"`               // contract, sample, invoice ...; personal
	Address   string    `json:"address,omitzero"`   // where it went; personal
	Carrier   string    `json:"carrier,omitzero"`   // code of the post or courier
	Tracking  string    `json:"tracking,omitzero"`  // number; personal: the carrier shows the address for it
	Sent      time.Time `json:"sent,omitzero"`      // handed to the carrier; zero where not known
	Delivered time.Time `json:"delivered,omitzero"` // received by whom it was for; zero where not known
}

// LogValue shows the carrier and the instants, and nothing personal.
func (m Mailing) LogValue() slog.Value {
	return slog.GroupValue(slog.String("carrier", m.Carrier), slog.Time("sent", m.Sent), slog.Time("delivered", m.Delivered))
}
