package reward

import (
	"crypto/hmac"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/binary"
	"hash"
	"log/slog"
	"math/bits"
	"slices"
	"strconv"
	"strings"

	"github.com/guanxi-go/guanxi/internal/limit"
)

// Key is a secret for voucher codes (密钥). Printing it shows its number only.
type Key struct {
	ID uint8 // its number in the codes, 0 to 15
	// Secret is 16 to 1024 bytes of a good source of random bytes, such as
	// crypto/rand; 32 are usual. Anybody who has it can make codes.
	Secret []byte
}

// String returns the key's number, never the secret.
func (k Key) String() string { return "reward.Key(" + strconv.Itoa(int(k.ID)) + ")" }

// GoString is String, for %#v.
func (k Key) GoString() string { return k.String() }

// LogValue shows the number, never the secret.
func (k Key) LogValue() slog.Value { return slog.StringValue(k.String()) }

// MarshalText writes the form of String: a secret is not stored with other data.
func (k Key) MarshalText() ([]byte, error) { return []byte(k.String()), nil }

// Codes signs voucher ids and recognises what it has signed (签名券码). It does not
// change once made and serves several goroutines at once; the zero value has no key,
// signs nothing and recognises nothing.
//
// A code is the key's number, the voucher's id, 80 bits of
// HMAC-SHA-256(secret, purpose, key number, id) and a check symbol, in Crockford's
// base 32. An id that is a decimal number below 2^64 without leading zeros takes
// one symbol for five bits: the voucher 123456 has a code of 22 symbols, a billion
// of them 24. Any other id takes eight symbols for five bytes. The id can be read in
// the code, so it should not say anything secret.
//
// Codes are not stored: the id in them leads to the voucher. Whoever guesses, for
// whatever id, is right with a chance of 2^-80 in each attempt, about 8·10^-25: a
// million attempts a second for a year succeed with a chance of 3·10^-11. Hosts
// should still limit attempts, because each costs them a look-up if it succeeds and
// a hash if it does not.
type Codes struct {
	purpose string
	keys    []Key // by rising number; the secrets are this value's own
	signing uint8
}

// NewCodes makes the codes of one purpose, such as "tenant-7/vouchers": codes of one
// purpose are not codes of another, even under the same key. The first of the keys
// signs; the others recognise what they signed before (密钥轮换). To rotate, put a new
// key in front, and drop the old one when the last voucher under it has ended.
//
// ErrInvalid: no keys, a number above 15, a secret shorter than 16 or longer than
// 1024 bytes, a purpose of more than 255 bytes or with NUL. ErrDuplicate: two keys
// with one number.
func NewCodes(purpose string, keys ...Key) (*Codes, error) {
	var p problems
	p.check(validText(purpose), "purpose", -1, "must be at most 255 bytes of UTF-8 without NUL")
	p.check(len(keys) > 0, "keys", -1, "are none")
	for i, k := range keys {
		p.check(k.ID <= 15, "keys", i, "id is above 15")
		p.check(len(k.Secret) >= 16 && len(k.Secret) <= 1024, "keys", i, "secret is not of 16 to 1024 bytes")
		if slices.ContainsFunc(keys[:i], func(o Key) bool { return o.ID == k.ID }) {
			p = append(p, refuseItem(ErrDuplicate, "keys", i, "has the number of another"))
		}
	}
	if err := p.join(); err != nil {
		return nil, err
	}
	c := &Codes{purpose: purpose, signing: keys[0].ID}
	for _, k := range keys {
		c.keys = append(c.keys, Key{k.ID, slices.Clone(k.Secret)})
	}
	return c, nil
}

// String returns the purpose, never a secret.
func (c Codes) String() string { return "reward.Codes(" + c.purpose + ")" }

// GoString is String, for %#v.
func (c Codes) GoString() string { return c.String() }

// LogValue shows the purpose, never a secret.
func (c Codes) LogValue() slog.Value { return slog.StringValue(c.String()) }

const (
	macSymbols = 16 // 80 bits
	macBytes   = 10
	group      = 5  // symbols between hyphens
	textID     = 16 // bit of the first symbol: the id is text, not a number
	// maxSymbols is the length of the longest code: that of an id of 255 bytes.
	maxSymbols = 1 + (limit.ID*8+4)/5 + macSymbols + 1
)

// Sign returns the one code of an id under the signing key. ErrInvalid: id is no id;
// ErrNotFound: there is no key.
func (c *Codes) Sign(id string) (Code, error) {
	if !validID(id) {
		return Code{}, refuse(ErrInvalid, "id", notID)
	}
	mac := c.signer()
	if mac == nil {
		return Code{}, refuse(ErrNotFound, "keys", "there is none to sign with")
	}
	return c.sign(mac, id), nil
}

// signer returns a hash keyed to sign, nil where there is no key.
func (c *Codes) signer() hash.Hash {
	if c == nil {
		return nil
	}
	return c.mac(c.signing)
}

// mac returns a keyed hash, nil where there is no such key.
func (c *Codes) mac(key uint8) hash.Hash {
	if c == nil {
		return nil
	}
	for _, k := range c.keys {
		if k.ID == key {
			return hmac.New(sha256.New, k.Secret)
		}
	}
	return nil
}

func (c *Codes) sign(mac hash.Hash, id string) Code {
	values := make([]byte, 0, 32)
	if n, ok := number(id); ok {
		values = append(values, c.signing)
		for shift := (bits.Len64(n)+4)/5*5 - 5; shift >= 0; shift -= 5 {
			values = append(values, byte(n>>shift)&31)
		}
	} else {
		values = pack(append(values, c.signing|textID), []byte(id))
	}
	values = pack(values, c.tag(mac, c.signing, id))
	values = append(values, checkSymbol(values))
	return Code{text: spell(values)}
}

// tag returns the 80 bits; every part is preceded by its length or of a fixed one.
func (c *Codes) tag(mac hash.Hash, key uint8, id string) []byte {
	mac.Reset()
	buf := make([]byte, 0, 128)
	buf = append(buf, "guanxi voucher 1\x00"...)
	buf = binary.BigEndian.AppendUint32(buf, uint32(len(c.purpose)))
	buf = append(buf, c.purpose...)
	buf = append(buf, key)
	buf = append(buf, id...)
	mac.Write(buf)
	return mac.Sum(buf[:0])[:macBytes]
}

// number returns an id that is a decimal number in its only form.
func number(id string) (uint64, bool) {
	n, err := strconv.ParseUint(id, 10, 64)
	return n, err == nil && (id[0] != '0' || id == "0") && id[0] != '+'
}

func spell(values []byte) string {
	text := make([]byte, 0, len(values)+len(values)/group)
	for i, v := range values {
		if i > 0 && i%group == 0 {
			text = append(text, '-')
		}
		text = append(text, symbols[v])
	}
	return string(text)
}

// Verify returns the id in a code that a person has typed or a scanner has read. It
// takes either case, half and full width, I and L for 1, O for 0, and spaces,
// hyphens, dots and underscores anywhere.
//
// ErrMistyped comes first, before any key is used: another symbol, a wrong length,
// or a check symbol that does not fit. It finds every single wrong symbol, every two
// symbols that have changed places less than 31 apart, and any other slip with a
// chance of 31 in 32. ErrForged: well-formed, but not signed by one of the keys for
// this purpose. Signatures are compared in constant time. No error repeats any part
// of the text.
func (c *Codes) Verify(text string) (id string, err error) {
	values, err := parse(text)
	if err != nil {
		return "", err
	}
	body := values[:len(values)-1-macSymbols]
	key := body[0] &^ textID
	if id, err = idOf(body); err != nil {
		return "", err
	}
	mac := c.mac(key)
	if mac == nil {
		return "", refuse(ErrForged, "code", "names a key that we do not have")
	}
	var sent [macSymbols]byte
	if subtle.ConstantTimeCompare(pack(sent[:0], c.tag(mac, key, id)), values[len(body):len(values)-1]) != 1 {
		return "", refuse(ErrForged, "code", "its signature does not fit")
	}
	return id, nil
}

// parse reads the symbols of a text and holds them against their check symbol.
func parse(text string) ([]byte, error) {
	if len(text) > 8*maxSymbols {
		return nil, refuse(ErrMistyped, "code", "is too long")
	}
	values := make([]byte, 0, 40)
	for _, r := range text {
		v, skip := symbolOf(r)
		switch {
		case skip:
		case v == noSymbol:
			return nil, refuse(ErrMistyped, "code", "has a symbol that no code has")
		case len(values) == maxSymbols:
			return nil, refuse(ErrMistyped, "code", "is too long")
		default:
			values = append(values, v)
		}
	}
	switch last := len(values) - 1; {
	case last < 1+macSymbols:
		return nil, refuse(ErrMistyped, "code", "is too short")
	case checkSymbol(values[:last]) != values[last]:
		return nil, refuse(ErrMistyped, "code", "its check symbol does not fit")
	}
	return values, nil
}

// idOf reads the id from the symbols before the signature. What Sign does not write
// is refused, so that no voucher has two codes under one key.
func idOf(body []byte) (string, error) {
	forged := refuse(ErrForged, "code", "is not of a form that we write")
	head, rest := body[0], body[1:]
	if head&textID != 0 {
		data, ok := unpack(rest)
		id := string(data)
		if _, numeric := number(id); !ok || !validID(id) || numeric {
			return "", forged
		}
		return id, nil
	}
	var n uint64
	for i, v := range rest {
		if i == 0 && v == 0 || n>>59 != 0 {
			return "", forged
		}
		n = n<<5 | uint64(v)
	}
	return strconv.FormatUint(n, 10), nil
}

// Code is a signed voucher code (券码): whoever shows it gets what it is for. So it is
// masked wherever it is printed, logged or marshalled, and [Code.Reveal] is the only
// way to the text.
type Code struct{ text string }

// Reveal returns the code in groups of five symbols, such as "03RJ0-…", to be sent to
// who gets the voucher, and to nobody and nowhere else.
func (c Code) Reveal() string { return c.text }

// IsZero reports whether there is no code.
func (c Code) IsZero() bool { return c.text == "" }

// String returns a mask.
func (c Code) String() string { return strings.Repeat("*", min(len(c.text), 5)) }

// GoString is String, for %#v.
func (c Code) GoString() string { return c.String() }

// LogValue shows the mask.
func (c Code) LogValue() slog.Value { return slog.StringValue(c.String()) }

// MarshalText writes the mask.
func (c Code) MarshalText() ([]byte, error) { return []byte(c.String()), nil }
