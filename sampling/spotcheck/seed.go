package spotcheck

import "crypto/sha256"

// Seed decides the tickets of one round (种子). Where the cycle was opened with a
// commitment, it comes from [Chain.Seed]; [KeySeed] is for cycles without one, which
// cannot be audited against whoever chose the key.
type Seed struct {
	Key    Hash   `json:"key"`             // what the tickets are keyed with
	Link   Hash   `json:"link,omitzero"`   // s_t of the chain, which is made public with the draw
	Public string `json:"public,omitzero"` // the public number of the round, such as a closing index; 1 to 255 bytes where there is a Link
}

// KeySeed returns the seed that uses key as it is.
func KeySeed(key [32]byte) Seed { return Seed{Key: key} }

// Chain keeps the secrets of a cycle (哈希链): s_K is random, s_{t-1} = SHA-256(s_t).
// The commitment s_0 is published before the first round; round t reveals s_t, which
// anybody can hash back to s_0, and which says nothing of s_{t+1}.
//
// A chain is as secret as the draws to come: keep it apart from the journal.
type Chain struct {
	links []Hash // s_0 ... s_K
}

// NewChain returns the chain of so many rounds that ends in secret, 32 bytes of good
// randomness. ErrInvalid: rounds is not from 1 to 400.
func NewChain(secret [32]byte, rounds int) (*Chain, error) {
	if rounds < 1 || rounds > maxRounds {
		return nil, refuse(ErrInvalid, "rounds", codeRounds)
	}
	c := &Chain{links: make([]Hash, rounds+1)}
	c.links[rounds] = secret
	for t := rounds; t > 0; t-- {
		c.links[t-1] = sha256.Sum256(c.links[t][:])
	}
	return c, nil
}

// Commitment returns s_0, to be published with the opening of the cycle.
func (c *Chain) Commitment() Hash { return c.links[0] }

// Seed returns the seed of round t, 1 to the number of rounds: SHA-256(s_t || public).
// Public is a text that nobody could know when the commitment was published and that
// everybody can look up later, so that whoever made the chain could not choose the
// draw. ErrInvalid: no such round, or a public text that is not 1 to 255 bytes.
func (c *Chain) Seed(t int, public string) (Seed, error) {
	if t < 1 || t >= len(c.links) {
		return Seed{}, refuse(ErrInvalid, "round", codeRounds)
	}
	if !validID(public) {
		return Seed{}, refuse(ErrInvalid, "public", codeText)
	}
	return Seed{Key: mix(c.links[t], public), Link: c.links[t], Public: public}, nil
}

// String and GoString keep the secrets out of logs.
func (c Chain) String() string { return "chain of " + c.links[0].String() }

// GoString is String.
func (c Chain) GoString() string { return c.String() }

func mix(link Hash, public string) Hash {
	return sha256.Sum256(append(link[:], public...))
}

// verify holds a seed against the commitment s_0 of the cycle.
func (s Seed) verify(commitment Hash, round int) error {
	if commitment.IsZero() {
		if !s.Link.IsZero() || s.Public != "" {
			return refuse(ErrInvalid, "seed", codeNoCommitment)
		}
		return nil
	}
	if s.Link.IsZero() || !validID(s.Public) {
		return refuse(ErrInvalid, "seed", codeNoLink)
	}
	link := s.Link
	for range round {
		link = sha256.Sum256(link[:])
	}
	if link != commitment {
		return refuse(ErrTampered, "seed.link", codeLink)
	}
	if s.Key != mix(s.Link, s.Public) {
		return refuse(ErrTampered, "seed.key", codeKey)
	}
	return nil
}
