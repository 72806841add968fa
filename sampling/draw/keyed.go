package draw

import (
	"cmp"
	"slices"
)

// A keyed is a row under a number that decides its place.
type keyed struct {
	key uint64
	row int32
}

// sortKeyed sorts by key, and rows of one key by tie. Long lists are sorted by radix,
// least significant digit first, without the digits that all keys share.
func sortKeyed(list []keyed, tie func(a, b int32) int) {
	if len(list) < 1<<11 {
		slices.SortFunc(list, func(a, b keyed) int {
			if a.key != b.key {
				return cmp.Compare(a.key, b.key)
			}
			return tie(a.row, b.row)
		})
		return
	}
	radixSort(list)
	for i := 0; i < len(list); {
		end := i + 1
		for end < len(list) && list[end].key == list[i].key {
			end++
		}
		if end > i+1 {
			slices.SortFunc(list[i:end], func(a, b keyed) int { return tie(a.row, b.row) })
		}
		i = end
	}
}

func radixSort(list []keyed) {
	const width, digits = 11, 6
	var counts [digits][1 << width]int32
	for _, k := range list {
		for d := range digits {
			counts[d][k.key>>(d*width)&(1<<width-1)]++
		}
	}
	from, to := list, make([]keyed, len(list))
	for d := range digits {
		count := &counts[d]
		if count[list[0].key>>(d*width)&(1<<width-1)] == int32(len(list)) {
			continue
		}
		at := int32(0)
		for i, n := range count {
			count[i] = at
			at += n
		}
		for _, k := range from {
			digit := k.key >> (d * width) & (1<<width - 1)
			to[count[digit]] = k
			count[digit]++
		}
		from, to = to, from
	}
	if &from[0] != &list[0] {
		copy(list, from)
	}
}
