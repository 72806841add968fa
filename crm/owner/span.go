package owner

import (
	"sort"
	"time"
)

// Span is a time during which one person, or nobody, looked after the customer
// (归属区间): from From on and before To.
type Span struct {
	Owner string    `json:"owner,omitzero"` // staff id; "" for nobody
	Path  string    `json:"path,omitzero"`  // of the owner's unit, or of the pool's
	Pool  string    `json:"pool,omitzero"`
	From  time.Time `json:"from"`
	To    time.Time `json:"to,omitzero"` // zero while it lasts
}

// Spans returns who had the customer and when, from the first entry on, by what
// was recorded at known or before; the zero known is everything recorded. The
// spans follow each other without gap or overlap, none is empty, the last is
// open, and neighbours differ in owner, unit or pool. Errors are those of [Fold].
func Spans(journal []Entry, known time.Time) ([]Span, error) {
	journal = recordedBy(journal, known)
	_, standing, err := fold(journal)
	if err != nil {
		return nil, err
	}
	var spans []Span
	var h Holding
	for _, i := range standing {
		h.apply(&journal[i])
		spans = appendSpan(spans, Span{Owner: h.Owner, Path: h.Path, Pool: h.Pool, From: journal[i].At})
	}
	return spans, nil
}

// appendSpan ends the last span where the next begins. An instant belongs to the
// last entry that takes effect at it.
func appendSpan(spans []Span, next Span) []Span {
	same := func(a, b Span) bool { return a.Owner == b.Owner && a.Path == b.Path && a.Pool == b.Pool }
	n := len(spans)
	if n > 0 && spans[n-1].From.Equal(next.From) {
		n--
		spans = spans[:n]
	}
	if n > 0 && same(spans[n-1], next) {
		spans[n-1].To = time.Time{}
		return spans
	}
	if n > 0 {
		spans[n-1].To = next.From
	}
	return append(spans, next)
}

// At returns the holding as it was at an instant, by what was recorded at known
// or before; the zero known is everything recorded. Before the first entry it is
// the zero Holding. Errors are those of [Fold].
func At(journal []Entry, at, known time.Time) (Holding, error) {
	journal = recordedBy(journal, known)
	_, standing, err := fold(journal)
	if err != nil {
		return Holding{}, err
	}
	n := sort.Search(len(standing), func(i int) bool { return journal[standing[i]].At.After(at) })
	return replay(journal, standing[:n]), nil
}

// recordedBy returns the entries recorded at known or before.
func recordedBy(journal []Entry, known time.Time) []Entry {
	if known.IsZero() {
		return journal
	}
	for i := range journal {
		if journal[i].Recorded.After(known) {
			return journal[:i]
		}
	}
	return journal
}

// Find returns the span in which an instant lies, of spans as [Spans] returns
// them, and false before the first.
func Find(spans []Span, at time.Time) (Span, bool) {
	n := sort.Search(len(spans), func(i int) bool { return spans[i].From.After(at) })
	if n == 0 {
		return Span{}, false
	}
	return spans[n-1], true
}
