package loyalty

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"time"

	"github.com/guanxi-go/guanxi/loyalty/points"
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

// What a [Memory] keeps of a key: the instant in microseconds, and a byte that says what
// follows. After keptWhole that is the fingerprint and the receipt; after the others,
// which are of plain postings, the numbers that both are made of, where somebody asks.
// Of a command that gives a reason only a hash is kept, so that there is nothing to erase.
const (
	keptWhole = iota
	keptEarn
	keptBurn
)

// appendReceipt writes a receipt whole, but for its data.
func appendReceipt(b []byte, recorded time.Time, fingerprint *[32]byte) []byte {
	b = binary.LittleEndian.AppendUint64(b, uint64(recorded.UnixMicro()))
	return append(append(b, keptWhole), fingerprint[:]...)
}

// appendReceipt writes what the receipt and the fingerprint of the posting are made of.
func (p *plainPosting) appendReceipt(b []byte, result *Posted) []byte {
	b = binary.LittleEndian.AppendUint64(b, uint64(p.now.UnixMicro()))
	if p.kind == points.KindEarn {
		b = append(b, keptEarn)
	} else {
		b = append(b, keptBurn)
	}
	b = appendText(appendText(appendText(b, p.subject.ID), p.call.Ref), p.call.Code)
	b = binary.AppendUvarint(binary.AppendUvarint(b, result.Seq), uint64(p.points))
	return binary.AppendUvarint(binary.AppendVarint(b, result.Balance), uint64(result.Available))
}

// readReceipt reads what either has written. Data may share memory with b.
func readReceipt(b []byte) (r Receipt) {
	r.Recorded = receiptRecorded(b)
	kept, b := b[8], b[9:]
	if kept == keptWhole {
		r.Data = b[copy(r.Fingerprint[:], b):]
		return r
	}
	number := func() uint64 {
		v, n := binary.Uvarint(b)
		b = b[n:]
		return v
	}
	text := func() string {
		n := number()
		t := string(b[:n])
		b = b[n:]
		return t
	}
	p := plainPosting{command: command{name: "points.earn", subject: Subject{KindAccount, text()}, call: Call{Ref: text(), Code: text()}}}
	seq := number()
	p.points = int64(number())
	balance := number()
	result := Posted{Account: p.subject.ID, Seq: seq, First: seq, Last: seq, Amount: p.points,
		Balance: int64(balance>>1) ^ -int64(balance&1), Available: int64(number())}
	if kept == keptBurn {
		p.name, result.Amount = "points.burn", -p.points
	}
	r.Fingerprint, r.Data = p.hashed(), result.appendBinary(nil)
	return r
}

func receiptRecorded(b []byte) time.Time {
	return fromMicros(int64(binary.LittleEndian.Uint64(b)))
}
