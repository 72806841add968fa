package cluster

import (
	"math"
	"math/bits"
	"slices"
)

// points are the distinct rows of a table in canonical order, each with the
// number of rows that carry it. Customers with equal features always share a
// cluster, so one weighted point serves for all of them; and because the order
// depends on the values only, so does everything computed from it: the rows of
// the table may come in any order.
type points struct {
	dims   int
	raw    []float64 // len(weight) x dims, original units; nil in a subset
	z      []float64 // len(weight) x dims, standardised
	weight []float64 // rows per point, whole numbers
	rows   int       // sum of weight
	of     []int32   // point of each row of the table; nil in a subset
	box    float64   // diagonal of the bounding box of z: no distance is larger
}

func (p *points) len() int { return len(p.weight) }

func (p *points) at(i int) []float64 { return p.z[i*p.dims : (i+1)*p.dims : (i+1)*p.dims] }

// collect orders the rows of data canonically and merges equal ones.
func collect(data Data) *points {
	dims, n := len(data.Features), data.Rows()
	row := func(k rowKey) []float64 { return data.Values[k.row()*dims:][:dims] }
	keys := canonicalOrder(n, row)

	p := &points{dims: dims, rows: n, of: make([]int32, n)}
	p.raw = make([]float64, 0, len(data.Values))
	p.weight = make([]float64, 0, n)
	for i, key := range keys {
		r := row(key)
		if i > 0 && key.hash() == keys[i-1].hash() && slices.Equal(r, row(keys[i-1])) {
			p.weight[len(p.weight)-1]++
		} else {
			for _, x := range r {
				p.raw = append(p.raw, x+0) // -0 becomes 0
			}
			p.weight = append(p.weight, 1)
		}
		p.of[key.row()] = int32(len(p.weight) - 1)
	}
	return p
}

// rowKey is the hash of a row in the upper and its number in the lower 32 bits.
type rowKey uint64

func (k rowKey) hash() uint32 { return uint32(k >> 32) }
func (k rowKey) row() int     { return int(uint32(k)) }

// canonicalOrder sorts the rows by a fixed hash of their values, and rows with
// equal hashes by the values. Sorting by a hash takes three counting passes
// however the features are distributed, where comparing rows would take longer
// than the clustering itself.
func canonicalOrder(n int, row func(rowKey) []float64) []rowKey {
	keys, buffer := make([]rowKey, n), make([]rowKey, n)
	for i := range keys {
		keys[i] = rowKey(hashRow(row(rowKey(i)))&^math.MaxUint32 | uint64(i))
	}
	for _, shift := range [...]int{32, 43, 54} {
		radixPass(keys, buffer, shift)
		keys, buffer = buffer, keys
	}
	compare := func(a, b rowKey) int { return slices.Compare(row(a), row(b)) }
	for lo := 0; lo < n; {
		hi := lo + 1
		for hi < n && keys[hi].hash() == keys[lo].hash() {
			hi++
		}
		if hi-lo > 1 {
			slices.SortFunc(keys[lo:hi], compare)
		}
		lo = hi
	}
	return keys
}

// radixPass is one stable counting sort by 11 bits from shift.
func radixPass(from, to []rowKey, shift int) {
	const digits = 1 << 11
	var next [digits]int
	for _, k := range from {
		next[k>>shift%digits]++
	}
	total := 0
	for d, count := range next {
		next[d] = total
		total += count
	}
	for _, k := range from {
		d := k >> shift % digits
		to[next[d]] = k
		next[d]++
	}
}

// hashRow mixes the values by the 64x64-bit multiplication of wyhash (Wang Yi
// 2019). The hash is part of the result's definition: it must not change between
// versions, or the same seed would give other starting centers.
func hashRow(row []float64) uint64 {
	h := uint64(0x9e3779b97f4a7c15)
	for _, x := range row {
		hi, lo := bits.Mul64(h^math.Float64bits(x+0), 0xa0761d6478bd642f) // -0 hashes as 0
		h = (hi ^ lo) * 0xe7037ed1a0b428db
	}
	return h ^ h>>32
}
