package draw

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"math/bits"
	"math/rand/v2"
)

// A Seed is 32 bytes from which a draw can be repeated. Whoever knows it before the
// draw can foresee the draw; take it from crypto/rand, from dice thrown in public,
// or from the chain of a spot check. As text it is 64 lower-case hexadecimal digits.
type Seed [32]byte

// String returns the seed as 64 hexadecimal digits.
func (s Seed) String() string { return hex.EncodeToString(s[:]) }

// MarshalText returns the seed as 64 hexadecimal digits.
func (s Seed) MarshalText() ([]byte, error) { return hex.AppendEncode(nil, s[:]), nil }

// UnmarshalText reads what MarshalText writes; anything else is ErrInvalid.
func (s *Seed) UnmarshalText(text []byte) error { return unmarshalHex(s[:], "seed", text) }

// A Source is where a draw takes its random numbers from: [Seeded] or [From]. The
// zero Source is ErrInvalid in every draw.
type Source struct {
	rng    *rand.Rand
	seed   Seed
	seeded bool
}

// Seeded returns a source that makes a draw repeatable: the same seed, design and
// frame give the same sample in every version of Go, and the sample records the seed.
// The stream is that of ChaCha8 (math/rand/v2, C2SP chacha8rand) under the key
// HMAC-SHA-256(seed, "guanxi/draw/v1/", design, frame hash), so draws of different
// designs or from different frames under one seed are unrelated; two draws of one
// design from one frame under one seed are the same draw.
//
// Other kinds of machines give the same sample too where a draw needs integers only.
// Where it needs logarithms or sums of probabilities, as [Bernoulli], reservoirs and
// unequal probabilities do, processors that round these otherwise may once in
// billions of units decide differently. [Tickets] never do.
func Seeded(seed Seed) Source { return Source{seed: seed, seeded: true} }

// From returns a source that goes on with the caller's random numbers, as a
// simulation wants it. The sample records that no seed is known. A *rand.Rand must
// not be used by two goroutines at once.
//
// What is drawn is as random as its numbers. A source that is none, such as one that
// gives the same number for ever, gets a sample too, or an error of the design, but
// never a draw without end: rejection stops where real random numbers come to once in
// 2^64 times.
func From(rng *rand.Rand) Source { return Source{rng: rng} }

// open returns the random numbers of one draw.
func (s Source) open(design Design, frame Hash) (*rand.Rand, error) {
	switch {
	case s.seeded:
		mac := hmac.New(sha256.New, s.seed[:])
		mac.Write([]byte("guanxi/draw/v1/" + design.String()))
		mac.Write(frame[:])
		return rand.New(rand.NewChaCha8([32]byte(mac.Sum(nil)))), nil
	case s.rng != nil:
		return s.rng, nil
	}
	return nil, invalid("source", "is missing: draw.Seeded or draw.From")
}

// record returns the seed for the sample's record, nil where it is not known.
func (s Source) record() *Seed {
	if !s.seeded {
		return nil
	}
	seed := s.seed
	return &seed
}

// below returns a number uniform in 0..n-1 for n > 0 (Lemire 2019, ACM TOMACS
// 29(1):3). It is written out here because the bounded numbers of math/rand/v2 are
// not part of the specification of a stream, and those of a recorded draw must be.
func below(rng *rand.Rand, n uint64) uint64 {
	hi, lo := bits.Mul64(rng.Uint64(), n)
	if lo < n {
		least := -n % n
		for tries := 1; lo < least && tries < maxRejections; tries++ {
			hi, lo = bits.Mul64(rng.Uint64(), n)
		}
	}
	return hi
}

// maxRejections ends what a source that repeats itself never would. A random number is
// rejected with probability below 1/2, so a real one comes to this once in 2^64 times.
const maxRejections = 64

// unit returns a number uniform in [0, 1), a multiple of 2^-53.
func unit(rng *rand.Rand) float64 { return float64(rng.Uint64()>>11) * 0x1p-53 }

// open01 returns a number uniform in (0, 1): an odd multiple of 2^-53.
func open01(rng *rand.Rand) float64 { return (float64(rng.Uint64()>>12) + 0.5) * 0x1p-52 }

// shuffle permutes by Fisher and Yates from the front, so that its first k places
// hold a random sample of k in random order.
func shuffle[T any](rng *rand.Rand, list []T, k int) {
	for i := range min(k, len(list)-1) {
		j := i + int(below(rng, uint64(len(list)-i)))
		list[i], list[j] = list[j], list[i]
	}
}
