package spotcheck

import (
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"time"
)

// Canonical returns the one form of a manifest that is hashed and published: JSON
// without spaces, fields in the order of the type, nothing escaped that JSON lets
// stand, no line end. ErrInvalid: an enumeration has none of its values.
func (m *Manifest) Canonical() ([]byte, error) {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(m); err != nil {
		return nil, refuse(ErrInvalid, "manifest", codeUnknown)
	}
	return bytes.TrimSuffix(b.Bytes(), []byte("\n")), nil
}

// Hash returns the SHA-256 of the canonical form; the next manifest names it as its
// Previous.
func (m *Manifest) Hash() (Hash, error) {
	data, err := m.Canonical()
	return sha256.Sum256(data), err
}

// ParseManifest reads a canonical form and nothing else: a space, a field or a digit
// that could be written otherwise is [ErrTampered], for the hash covers bytes.
func ParseManifest(data []byte) (*Manifest, error) {
	m := &Manifest{}
	if err := json.Unmarshal(data, m); err != nil {
		return nil, refuse(ErrTampered, "manifest", codeNotCanonical)
	}
	again, err := m.Canonical()
	if err != nil || !bytes.Equal(again, data) {
		return nil, refuse(ErrTampered, "manifest", codeNotCanonical)
	}
	return m, nil
}

// Entry returns the journal's entry of a manifest: by whom it was drawn, and when, in
// UTC microseconds.
func (m *Manifest) Entry(actor string, at time.Time) Entry {
	return Entry{Kind: Drawn, Round: m.Round, Manifest: m, Actor: actor, At: at, Recorded: at}
}
