package loyalty

import (
	"encoding/binary"
	"slices"

	"github.com/guanxi-go/guanxi/internal/fault"
	"github.com/guanxi-go/guanxi/loyalty/points"
)

// Posted is what a command did to one account (入账结果).
type Posted struct {
	Account string `json:"account"`
	// Seq is the number of the command's own entry, or of the first of several. First
	// and Last are those of all that were posted with it: what was due before, debt that
	// was paid behind it. All are 0 where nothing was posted.
	Seq   uint64 `json:"seq"`
	First uint64 `json:"first"`
	Last  uint64 `json:"last"`

	Amount    int64 `json:"amount"`    // of the command's own entries: points by which the balance changed
	Balance   int64 `json:"balance"`   // behind the last of them
	Available int64 `json:"available"` // what can be spent then

	// Review is the id of the review that the command waits for (see [Reviews]); "" where
	// it was let through.
	Review string `json:"review,omitzero"`

	// Replayed says that an earlier command with the same key did it, and this one
	// nothing.
	Replayed bool `json:"-"`
}

func (p *Posted) replay() { p.Replayed = true }

// posted describes entries that were folded into a. The command's own are those of
// the kinds named which have an actor: what time does beside it has none.
func posted(a *Account, entries []points.Entry, kinds ...points.Kind) Posted {
	p := Posted{Account: a.ID, Balance: points.Balance(a.State), Available: points.Available(a.State, a.State.Recorded)}
	if len(entries) == 0 {
		return p
	}
	p.First, p.Last = entries[0].Seq, a.State.Seq
	for i := range entries {
		if e := &entries[i]; e.Actor != "" && slices.Contains(kinds, e.Kind) {
			if p.Seq == 0 {
				p.Seq = e.Seq
			}
			p.Amount += e.Amount
		}
	}
	return p
}

// appendBinary writes the receipt of a posting: account and review, each behind its
// length, and six numbers, all as varints.
func (p *Posted) appendBinary(b []byte) []byte {
	if b == nil {
		b = make([]byte, 0, 32+len(p.Account)+len(p.Review))
	}
	b = appendText(appendText(b, p.Account), p.Review)
	b = binary.AppendUvarint(binary.AppendUvarint(binary.AppendUvarint(b, p.Seq), p.First), p.Last)
	return binary.AppendVarint(binary.AppendVarint(binary.AppendVarint(b, p.Amount), p.Balance), p.Available)
}

func (p *Posted) unmarshalBinary(b []byte) error {
	var back Posted
	bad := false
	number := func() uint64 {
		v, n := binary.Uvarint(b)
		if n <= 0 {
			bad, b = true, nil
			return 0
		}
		b = b[n:]
		return v
	}
	for _, text := range [...]*string{&back.Account, &back.Review} {
		n := number()
		if n > uint64(len(b)) {
			bad, n = true, 0
		}
		*text, b = string(b[:n]), b[n:]
	}
	for _, n := range [...]*uint64{&back.Seq, &back.First, &back.Last} {
		*n = number()
	}
	for _, n := range [...]*int64{&back.Amount, &back.Balance, &back.Available} {
		v := number()
		*n = int64(v>>1) ^ -int64(v&1)
	}
	if bad || len(b) > 0 {
		return &Error{Field: "receipt", Reason: "is damaged", Err: fault.ErrVersion}
	}
	*p = back
	return nil
}
