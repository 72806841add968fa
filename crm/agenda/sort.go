package agenda

import (
	"math/bits"
	"slices"
)

// sorter sorts entries. Appointments lie about evenly in time, so that as many buckets
// as there are entries, each an equal part of the time, leave little to be compared; where
// they do not, it costs what comparing costs.
type sorter struct {
	compare func(x, y entry) int
	ends    []int32
	spare   []entry
}

func (s *sorter) sort(page []entry) {
	n := len(page)
	if n < 64 {
		slices.SortFunc(page, s.compare)
		return
	}
	first, last := page[0].from, page[0].from
	for i := range page {
		first, last = min(first, page[i].from), max(last, page[i].from)
	}
	// The years 1 to 9999 are less than 2^63 microseconds.
	shift := max(0, bits.Len64(uint64(last-first))-bits.Len(uint(n)))
	bucket := func(e *entry) int { return int(uint64(e.from-first) >> shift) }

	s.ends = append(s.ends[:0], make([]int32, 1<<bits.Len(uint(n)))...)
	for i := range page {
		s.ends[bucket(&page[i])]++
	}
	var sum int32
	for i, count := range s.ends {
		s.ends[i] = sum // where the bucket begins; and ends, when it is filled
		sum += count
	}
	s.spare = append(s.spare[:0], page...)
	for i := range s.spare {
		e := &s.spare[i]
		end := &s.ends[bucket(e)]
		page[*end] = *e
		*end++
	}
	var begin int32
	for _, end := range s.ends {
		if end > begin+1 {
			slices.SortFunc(page[begin:end], s.compare)
		}
		begin = end
	}
}
