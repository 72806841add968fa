package privacy

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
)

// MinKey is the least number of bytes of a tombstone's key.
const MinKey = 32

// Tombstone returns what is kept of an identifier after its owner was forgotten
// (墓碑): HMAC-SHA-256 (RFC 2104, FIPS 198-1) of claimKey under key, in 64 lower-case
// hexadecimal digits. An import computes it of each identifier that it brings and
// leaves out those whose tombstone is there, so that nobody comes back by an old
// file. Without the key nobody can try telephone numbers against it; so the key is
// kept apart from the data and for as long as the tombstones.
//
// claimKey is the identifier in the one normalised form under which it was claimed,
// with its kind: "phone:+8613800138000". ErrInvalid where it is empty or the key is
// shorter than [MinKey].
func Tombstone(key []byte, claimKey string) (string, error) {
	if len(key) < MinKey {
		return "", invalid("", "key", "is shorter than 32 bytes")
	}
	if claimKey == "" {
		return "", invalid("", "claim_key", "is empty")
	}
	mac := hmac.New(sha256.New, key)
	mac.Write([]byte(claimKey))
	return hex.EncodeToString(mac.Sum(nil)), nil
}
