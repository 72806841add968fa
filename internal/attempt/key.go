package attempt

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
)

// KeyOf returns the scope and the key under which a command is committed: of what
// its caller gave, a hash, so that nothing of it stays in the store. A command without
// a key gets one of its own, so that it is not applied twice when an attempt ends in
// doubt.
func KeyOf(actor, given string, newID func() string) (scope, key string) {
	if given == "" {
		return "once", newID()
	}
	sum := sha256.Sum256([]byte(actor + "\x00" + given))
	return "caller", hex.EncodeToString(sum[:])
}

// RandomID returns 128 random bits as 32 hexadecimal digits.
func RandomID() string {
	var b [16]byte
	rand.Read(b[:]) // never fails, says its comment
	return hex.EncodeToString(b[:])
}
