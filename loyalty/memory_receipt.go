package loyalty

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"time"
)

// receiptKey is the pair under which a key stands in the receipts of a [Memory]: as
// itself, or as the 32 bytes that a service has written in 43 letters. No commit has
// the scope "".
func receiptKey(scope, key string) (packedScope, packedKey string) {
	if scope != callers || len(key) != base64.RawURLEncoding.EncodedLen(sha256.Size) {
		return scope, key
	}
	var sum [sha256.Size]byte
	letters := append(make([]byte, 0, 64), key...)
	if n, err := base64.RawURLEncoding.Strict().Decode(sum[:], letters); err != nil || n != len(sum) {
		return scope, key
	}
	return "", string(sum[:])
}

// What a [Memory] keeps of a key: the instant in microseconds; what the fingerprint is
// of, behind its length in a byte, or 0 and the fingerprint; and the receipt.
//
// To copy a short command is quicker than to hash it, and a fingerprint is seldom asked
// for. Of a command that gives a reason only the hash is kept, as of a long one: so
// there is nothing to erase.
const mostSaid = 96

// appendReceipt begins it with what a command says, or, where that is hashed already,
// with the fingerprint.
func appendReceipt(b []byte, recorded time.Time, said []byte, hashed bool) []byte {
	b = binary.LittleEndian.AppendUint64(b, uint64(recorded.UnixMicro()))
	if hashed {
		return append(append(b, 0), said...)
	}
	return append(append(b, byte(len(said))), said...)
}

// readReceipt reads it. Data shares memory with b.
func readReceipt(b []byte) (r Receipt) {
	r.Recorded = receiptRecorded(b)
	if n := int(b[8]); n > 0 {
		r.Fingerprint, r.Data = sha256.Sum256(b[9:9+n]), b[9+n:]
		return r
	}
	r.Data = b[9+copy(r.Fingerprint[:], b[9:]):]
	return r
}

func receiptRecorded(b []byte) time.Time {
	return fromMicros(int64(binary.LittleEndian.Uint64(b)))
}
