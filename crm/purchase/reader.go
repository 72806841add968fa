package purchase

import (
	"errors"
	"io"
	"iter"

	"github.com/guanxi-go/guanxi/crm/money"
)

// Reader reads a purchase log (消费日志) once, from the header to the end. Its
// memory is bounded whatever the log: about half a megabyte, or some megabytes
// where records come near [MaxRecord]. It is not for concurrent use.
type Reader[K ID] struct {
	r       io.Reader
	options Options
	buffer  int     // its first size
	p       *parser // nil before All or Batches is ranged over
	started bool
	ids     []K // of the batch
}

// NewReader returns a reader of the log r. A refused option is the error that
// All or Batches yields. Nothing is read before that.
//
// With K = int64 an id is a decimal integer as it is usually written: an
// optional minus, no plus, no leading zero ("007" is a text and needs a
// Reader[string]). With K = string it is an [ID] without white space at its ends.
func NewReader[K ID](r io.Reader, o Options) *Reader[K] {
	return &Reader[K]{r: r, options: o, buffer: firstBuffer}
}

// All returns the purchases in the order of the log. It is single use: what All
// or Batches has begun to read cannot be read again. An error comes once, as the
// last pair beside a zero Purchase, after the rows before it; it is an [*Error].
//
// A log without rows is ErrInsufficientData. Where every nanosecond of a row
// counts, take [Reader.Batches].
func (r *Reader[K]) All() iter.Seq2[Purchase[K], error] {
	return func(yield func(Purchase[K], error) bool) {
		for b, err := range r.Batches() {
			if err != nil {
				yield(Purchase[K]{}, err)
				return
			}
			for i, id := range b.Customers {
				if !yield(Purchase[K]{id, b.Days[i], money.Amount{Minor: b.Amounts[i], Currency: b.Currency}}, nil) {
					return
				}
			}
		}
	}
}

// Batches returns the purchases in the order of the log, some thousand rows at a
// time; a change of currency starts a new batch. Its rules are those of All, and
// beside an error the batch is zero.
//
// The columns of a batch are overwritten by the next: copy what has to last. Text
// ids last by themselves, but share the memory of the ids of their batch:
// strings.Clone those of which a few are kept.
func (r *Reader[K]) Batches() iter.Seq2[Batch[K], error] {
	return func(yield func(Batch[K], error) bool) {
		p, err := r.start()
		for err == nil {
			err = p.batch()
			if len(p.days) > 0 {
				p.read = true
				if !yield(Batch[K]{r.customers(), p.days, p.amounts, p.currency}, nil) {
					return
				}
			}
		}
		if !errors.Is(err, io.EOF) {
			yield(Batch[K]{}, err)
		}
	}
}

// start checks the options and reads the header.
func (r *Reader[K]) start() (*parser, error) {
	switch {
	case r.started:
		return nil, refuse(-1, ErrInvalid, "a Reader is read once")
	case r.r == nil:
		return nil, refuse(-1, ErrInvalid, "no io.Reader")
	}
	r.started = true
	s, err := r.options.settings()
	if err != nil {
		return nil, err
	}
	_, text := any(r.ids).([]string)
	r.p = &parser{settings: s, source: newSource(r.r, r.buffer), rows: rows{text: text}}
	return r.p, r.p.header()
}

// customers returns the ids of the batch. Those that are texts are copied in one
// allocation.
func (r *Reader[K]) customers() []K {
	switch ids := any(&r.ids).(type) {
	case *[]int64:
		*ids = r.p.numbers
	case *[]string:
		text := string(r.p.ids)
		begin := int32(0)
		*ids = (*ids)[:0]
		for _, end := range r.p.ends {
			*ids = append(*ids, text[begin:end])
			begin = end
		}
	}
	return r.ids
}

// MaxListed is how many of the skipped rows [Skipped] lists.
const MaxListed = 100

// Skipped says what a [Reader] left out under [Skip].
type Skipped struct {
	Rows   int      // all of them
	Errors []*Error // of the first MaxListed, in the order of the log
}

func (s *Skipped) add(err *Error) {
	s.Rows++
	if len(s.Errors) < MaxListed {
		s.Errors = append(s.Errors, err)
	}
}

// Skipped returns what was left out so far; all of it once All or Batches has
// come to its end.
func (r *Reader[K]) Skipped() Skipped {
	if r.p == nil {
		return Skipped{}
	}
	s := r.p.skipped
	s.Errors = append([]*Error(nil), s.Errors...)
	return s
}
