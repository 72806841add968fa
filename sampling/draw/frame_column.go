package draw

import (
	"cmp"
	"crypto/sha256"
	"encoding/binary"
	"iter"
	"math"
	"slices"
)

// A column is a column of labels, each kept once: codes index labels, which are in
// byte order, so that codes do not depend on the order of the rows.
type column struct {
	labels []string
	codes  []int32
	counts []int
}

func intern(field string, values []string, n int) (*column, error) {
	if values == nil {
		return nil, nil
	}
	if len(values) != n {
		return nil, invalid(field, "has %d values for %d units", len(values), n)
	}
	c := &column{codes: make([]int32, n)}
	seen := map[string]int32{}
	for i, v := range values {
		if i > 0 && v == values[i-1] {
			c.codes[i] = c.codes[i-1]
			continue
		}
		code, ok := seen[v]
		if !ok {
			if !validID(v) {
				return nil, invalidRow(i, field, notID)
			}
			code = int32(len(c.labels))
			seen[v] = code
			c.labels = append(c.labels, v)
		}
		c.codes[i] = code
	}
	slices.Sort(c.labels)
	place := make([]int32, len(c.labels))
	for i, label := range c.labels {
		place[seen[label]] = int32(i)
	}
	c.counts = make([]int, len(c.labels))
	for i, code := range c.codes {
		c.codes[i] = place[code]
		c.counts[place[code]]++
	}
	return c, nil
}

// code returns the code of a label, or false.
func (c *column) code(label string) (int, bool) { return slices.BinarySearch(c.labels, label) }

func (c *column) label(row int) string {
	if c == nil {
		return ""
	}
	return c.labels[c.codes[row]]
}

// sizes returns the number of rows by code, nil without a column.
func (c *column) sizes() []int {
	if c == nil {
		return nil
	}
	return c.counts
}

func (c *column) groups() iter.Seq2[string, int] {
	return func(yield func(string, int) bool) {
		if c == nil {
			return
		}
		for i, label := range c.labels {
			if !yield(label, c.counts[i]) {
				return
			}
		}
	}
}

// grouped returns the rows by code, within a code by row, and where each code
// begins, with the end of the last: a counting sort.
func (c *column) grouped() (rows, begin []int32) {
	begin = make([]int32, len(c.labels)+1)
	for i, count := range c.counts {
		begin[i+1] = begin[i] + int32(count)
	}
	next := slices.Clone(begin)
	rows = make([]int32, len(c.codes))
	for row, code := range c.codes {
		rows[next[code]] = int32(row)
		next[code]++
	}
	return rows, begin
}

// orderByID returns the rows by id, equal ids by row; nil where the rows are in that
// order already.
func orderByID(ids []string) []int32 {
	if slices.IsSorted(ids) {
		return nil
	}
	// Eight bytes after what all ids have in common decide almost every comparison
	// without following a pointer.
	common := ids[0]
	for _, id := range ids {
		k := 0
		for k < len(common) && k < len(id) && common[k] == id[k] {
			k++
		}
		common = common[:k]
	}
	keys := make([]keyed, len(ids))
	for i, id := range ids {
		var head [8]byte
		copy(head[:], id[len(common):])
		keys[i] = keyed{binary.BigEndian.Uint64(head[:]), int32(i)}
	}
	sortKeyed(keys, func(a, b int32) int { return cmp.Or(cmp.Compare(ids[a], ids[b]), cmp.Compare(a, b)) })
	order := make([]int32, len(ids))
	for i, k := range keys {
		order[i] = k.row
	}
	return order
}

// digest is the SHA-256 of the frame's content, column by column, with the rows in
// an order, nil being their own. Texts and lists are preceded by their length, so
// that no two contents make the same message.
func (f *Frame) digest(order []int32) (h Hash) {
	sum := sha256.New()
	buffer := make([]byte, 0, 1<<16)
	flush := func() {
		if len(buffer) > 1<<16-512 {
			sum.Write(buffer)
			buffer = buffer[:0]
		}
	}
	text := func(s string) {
		buffer = binary.BigEndian.AppendUint32(buffer, uint32(len(s)))
		buffer = append(buffer, s...)
		flush()
	}
	each := func(do func(row int)) {
		for i := range f.n {
			if order != nil {
				i = int(order[i])
			}
			do(i)
			flush()
		}
	}
	text("guanxi/frame/v1")
	buffer = binary.BigEndian.AppendUint64(buffer, uint64(f.n))
	if f.ids != nil {
		text("ids")
		each(func(row int) { text(f.ids[row]) })
	}
	for _, c := range []struct {
		name string
		*column
	}{{"stratum", f.strata}, {"cluster", f.clusters}} {
		if c.column == nil {
			continue
		}
		text(c.name)
		buffer = binary.BigEndian.AppendUint32(buffer, uint32(len(c.labels)))
		for _, label := range c.labels {
			text(label)
		}
		each(func(row int) { buffer = binary.BigEndian.AppendUint32(buffer, uint32(c.codes[row])) })
	}
	if f.sizes != nil {
		text("size")
		each(func(row int) {
			// Adding zero makes -0 and 0 one.
			buffer = binary.BigEndian.AppendUint64(buffer, math.Float64bits(f.sizes[row]+0))
		})
	}
	sum.Write(buffer)
	return Hash(sum.Sum(nil))
}
