package purchase

import "iter"

// Batched puts the purchases of seq, for example the rows of a host's own
// database, into batches as [Reader.Batches] does: in their order, some thousand
// rows at a time, a new batch where the currency changes, columns overwritten by
// the next batch. An error of seq is passed on unchanged as the last pair, after
// the rows before it. Batched holds nothing against a rule; whatever takes the
// batches does. It can be ranged over as often as seq can.
func Batched[K ID](seq iter.Seq2[Purchase[K], error]) iter.Seq2[Batch[K], error] {
	return func(yield func(Batch[K], error) bool) {
		var b Batch[K]
		for p, err := range seq {
			if err != nil {
				if len(b.Days) == 0 || yield(b, nil) {
					yield(Batch[K]{}, err)
				}
				return
			}
			if n := len(b.Days); n == batchRows || n > 0 && p.Amount.Currency != b.Currency {
				if !yield(b, nil) {
					return
				}
				b.Customers, b.Days, b.Amounts = b.Customers[:0], b.Days[:0], b.Amounts[:0]
			}
			b.Currency = p.Amount.Currency
			b.Customers = append(b.Customers, p.Customer)
			b.Days = append(b.Days, p.Day)
			b.Amounts = append(b.Amounts, p.Amount.Minor)
		}
		if len(b.Days) > 0 {
			yield(b, nil)
		}
	}
}
