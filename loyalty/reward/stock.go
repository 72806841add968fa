package reward

import (
	"cmp"
	"math"
	"slices"
	"time"

	"github.com/guanxi-go/guanxi/internal/enum"
)

// StockEntry is one line of a reward's stock journal (库存流水). Lines are only
// appended; the decisions of [Stock] and [Redemption] make them. Act.Reason is
// personal, all else is not.
type StockEntry struct {
	Kind StockKind `json:"kind"`
	N    int64     `json:"n"`             // pieces, 1 or more
	Hold string    `json:"hold,omitzero"` // id of the hold that is made, issued from or released: that of the redemption; "" where free pieces move
	Act  Act       `json:"act"`
}

// StockKind says what a [StockEntry] records (库存变动). The zero value is none.
type StockKind uint8

const (
	Received   StockKind = iota + 1 // came in: free 入库
	Reserved                        // free pieces are held for a redemption 预留
	Issued                          // free or held pieces went out 出库
	Released                        // held pieces are free again 释放
	Restocked                       // issued pieces came back: free 退回
	WrittenOff                      // free pieces are lost, broken or out of date 报损
)

var stockKinds = enum.New[StockKind]("kind", unknown, enum.Names{{}, {"received", "入库"}, {"reserved", "预留"}, {"issued", "出库"}, {"released", "释放"},
	{"restocked", "退回"}, {"written-off", "报损"}})

// String returns the code, "" for none and ? for a number that is no kind.
func (k StockKind) String() string { return stockKinds.Code(k) }

// Zh returns the Chinese name, "" for none and ? for a number that is no kind.
func (k StockKind) Zh() string { return stockKinds.Zh(k) }

// MarshalText writes the form of String; a number that is no kind is ErrInvalid.
func (k StockKind) MarshalText() ([]byte, error) { return stockKinds.Marshal(k) }

// UnmarshalText reads what MarshalText writes, and nothing else.
func (k *StockKind) UnmarshalText(text []byte) error { return stockKinds.Unmarshal(k, text) }

// Validate reports every rule that e breaks on its own, joined; each is an
// [*Error]. What it needs of the entries before it is [FoldStock]'s business.
func (e StockEntry) Validate() error {
	var p problems
	p.check(stockKinds.Valid(e.Kind), "kind", -1, "unknown")
	p.check(e.N > 0, "n", -1, "is not above 0")
	p.check(validText(e.Hold), "hold", -1, notID)
	needs := e.Kind == Reserved || e.Kind == Released
	p.check(!needs || e.Hold != "", "hold", -1, "is missing")
	p.check(needs || e.Kind == Issued || e.Hold == "", "hold", -1, "names a hold that is not concerned")
	e.Act.check(&p)
	return p.join()
}

// Stock is what a stock journal comes to (库存). The zero value is an empty stock.
// No count is ever below 0, and
//
//	received + restocked = free + held + issued (ever) + written off
//
// holds at every entry.
type Stock struct {
	Free       int64  `json:"free"`            // pieces that can be reserved or issued
	Held       int64  `json:"held"`            // pieces in Holds
	Out        int64  `json:"out"`             // pieces issued and not come back
	WrittenOff int64  `json:"written_off"`     // pieces lost
	Holds      []Hold `json:"holds,omitempty"` // open reservations, in byte order of their ids

	LastAt       time.Time `json:"last_at,omitzero"`       // effective time of the last entry
	LastRecorded time.Time `json:"last_recorded,omitzero"` // its recorded time
}

// Hold is a reservation of pieces (预留).
type Hold struct {
	ID string    `json:"id"` // of the redemption
	N  int64     `json:"n"`  // pieces still held
	At time.Time `json:"at"` // since when
}

// FoldStock returns what a stock journal, in its order, comes to. An empty journal
// is the zero Stock. Errors name the entry by Item: ErrInvalid where it breaks a
// rule of [StockEntry.Validate]; ErrConflict where its times fall below those of
// the entry before; and those of [Stock.With].
func FoldStock(journal []StockEntry) (Stock, error) {
	var s Stock
	for i := range journal {
		if err := s.take(&journal[i]); err != nil {
			return Stock{}, placed("entries", i, err)
		}
	}
	return s, nil
}

// With returns the stock after one more entry, and leaves s as it is.
// ErrOutOfStock: too few pieces are free. ErrDuplicate: the hold is open already.
// ErrNotFound: no such hold. ErrOverReversal: more would come back than is out, or
// leave a hold than it has. ErrOverflow: more pieces than 64 bits count. The
// others are those of FoldStock.
func (s Stock) With(e StockEntry) (Stock, error) {
	s.Holds = slices.Clone(s.Holds)
	if err := s.take(&e); err != nil {
		return Stock{}, err
	}
	return s, nil
}

// take applies an entry, or leaves s as it is.
func (s *Stock) take(e *StockEntry) error {
	if err := e.Validate(); err != nil {
		return err
	}
	if err := e.Act.follows(s.LastAt, s.LastRecorded); err != nil {
		return err
	}
	at, found := slices.BinarySearchFunc(s.Holds, e.Hold, func(h Hold, id string) int { return cmp.Compare(h.ID, id) })
	fromHold := e.Kind == Released || e.Kind == Issued && e.Hold != ""
	switch {
	case fromHold && !found:
		return refuseID(ErrNotFound, "hold", e.Hold, "no such reservation")
	case fromHold && e.N > s.Holds[at].N:
		return exceeds(ErrOverReversal, "hold", e.Hold, e.N, s.Holds[at].N, "does not have so many pieces")
	case e.Kind == Reserved && found:
		return refuseID(ErrDuplicate, "hold", e.Hold, "is open already")
	case (e.Kind == Reserved || e.Kind == WrittenOff || e.Kind == Issued && !fromHold) && e.N > s.Free:
		return exceeds(ErrOutOfStock, "stock", "", e.N, s.Free, "too few pieces are free")
	case e.Kind == Restocked && e.N > s.Out:
		return exceeds(ErrOverReversal, "stock", "", e.N, s.Out, "fewer pieces are out")
	case e.Kind == Received && e.N > math.MaxInt64-s.Free-s.Held-s.Out-s.WrittenOff:
		return refuse(ErrOverflow, "n", "does not fit 64 bits with the pieces before it")
	}
	switch e.Kind {
	case Received:
		s.Free += e.N
	case Reserved:
		s.Free, s.Held = s.Free-e.N, s.Held+e.N
		s.Holds = slices.Insert(s.Holds, at, Hold{e.Hold, e.N, e.Act.At})
	case Issued:
		if fromHold {
			s.Held -= e.N
		} else {
			s.Free -= e.N
		}
		s.Out += e.N
	case Released:
		s.Held, s.Free = s.Held-e.N, s.Free+e.N
	case Restocked:
		s.Out, s.Free = s.Out-e.N, s.Free+e.N
	case WrittenOff:
		s.Free, s.WrittenOff = s.Free-e.N, s.WrittenOff+e.N
	}
	if fromHold {
		if s.Holds[at].N -= e.N; s.Holds[at].N == 0 {
			s.Holds = slices.Delete(s.Holds, at, at+1)
		}
	}
	s.LastAt, s.LastRecorded = e.Act.At, e.Act.Recorded
	return nil
}

// decide makes the entry and asks whether it can follow.
func (s Stock) decide(kind StockKind, hold string, n int64, act Act) (StockEntry, error) {
	e := StockEntry{Kind: kind, N: n, Hold: hold, Act: act.settled()}
	if _, err := s.With(e); err != nil {
		return StockEntry{}, err
	}
	return e, nil
}

// The decisions return the entry to append and change nothing themselves; their
// errors are those of [Stock.With].

// Receive takes n pieces into the stock (入库).
func (s Stock) Receive(n int64, act Act) (StockEntry, error) { return s.decide(Received, "", n, act) }

// Reserve holds n free pieces under an id of its own (预留): ErrOutOfStock,
// ErrDuplicate.
func (s Stock) Reserve(hold string, n int64, act Act) (StockEntry, error) {
	return s.decide(Reserved, hold, n, act)
}

// Issue gives out n pieces of a hold, or of the free ones where hold is "" (出库).
func (s Stock) Issue(hold string, n int64, act Act) (StockEntry, error) {
	return s.decide(Issued, hold, n, act)
}

// Release makes n pieces of a hold free again (释放).
func (s Stock) Release(hold string, n int64, act Act) (StockEntry, error) {
	return s.decide(Released, hold, n, act)
}

// Restock takes back n pieces that were issued (退回). Which redemption they are of,
// and that nothing comes back twice, is [Redemption.Return]'s business.
func (s Stock) Restock(n int64, act Act) (StockEntry, error) {
	return s.decide(Restocked, "", n, act)
}

// WriteOff takes n free pieces out of the stock that nobody gets (报损). Held pieces
// are released first.
func (s Stock) WriteOff(n int64, act Act) (StockEntry, error) {
	return s.decide(WrittenOff, "", n, act)
}
