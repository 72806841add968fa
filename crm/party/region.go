package party

import (
	"maps"
	"math"
	"slices"
	"strings"
)

// Region is one line of a table of regions (行政区划): the host's, of whatever depth
// and coding. GB/T 2260 codes are one choice, since they are published with their
// parents; nothing is read out of the code itself, because a county can move.
type Region struct {
	Code   string `json:"code"`            // 1 to 255 bytes
	Parent string `json:"parent,omitzero"` // code of the region around it; "" at the top
	Name   string `json:"name"`
}

// Regions is a tree of regions. It is made by [NewRegions], does not change, and may
// be used by several goroutines. The zero value has none.
type Regions struct {
	rows     []Region // in byte order of the code
	at       map[string]int
	parent   []int // index in rows; -1 at the top
	children [][]int
	depth    []int // regions in the order of descent: parents before children
}

// NewRegions makes the tree of rows in any order. Every fault is reported, joined, in
// byte order of the code (Error.ID): ErrInvalid for a code or a name of another form
// and for regions that lie within each other in a circle (once per circle, under its
// least code), ErrDuplicate for a code that is there twice, ErrNotFound for a parent
// that is not there.
func NewRegions(rows []Region) (*Regions, error) {
	r := &Regions{rows: slices.Clone(rows), at: make(map[string]int, len(rows))}
	slices.SortStableFunc(r.rows, func(a, b Region) int { return strings.Compare(a.Code, b.Code) })
	var f faults
	refuse := func(i int, field, reason string, err error) {
		e := &Error{ID: r.rows[i].Code, Field: field, Reason: reason, Err: err}
		if !validID(e.ID) {
			e.ID = ""
		}
		f = append(f, e)
	}
	for i, row := range r.rows {
		if !validID(row.Code) {
			refuse(i, "region", "has no code of 1 to 255 bytes", ErrInvalid)
		}
		if !validText(row.Name) {
			refuse(i, "name", "is no line of text", ErrInvalid)
		}
		if _, twice := r.at[row.Code]; twice {
			refuse(i, "region", "is there twice", ErrDuplicate)
			continue
		}
		r.at[row.Code] = i
	}
	r.parent, r.children = make([]int, len(r.rows)), make([][]int, len(r.rows))
	for i, row := range r.rows {
		up, ok := r.at[row.Parent]
		switch {
		case row.Parent == "":
			r.parent[i] = -1
		case !ok:
			r.parent[i] = -1
			refuse(i, "parent", "is not there", ErrNotFound)
		default:
			r.parent[i] = up
			r.children[up] = append(r.children[up], i)
		}
	}
	r.descend()
	for _, i := range r.circles() {
		refuse(i, "parent", "leads back to the region itself", ErrInvalid)
	}
	if len(f) > 0 {
		slices.SortStableFunc(f, func(a, b *Error) int { return strings.Compare(a.ID, b.ID) })
		return nil, f.join()
	}
	return r, nil
}

// descend lists the regions from the top downwards. Those in a circle are never
// reached.
func (r *Regions) descend() {
	for i, up := range r.parent {
		if up < 0 {
			r.depth = append(r.depth, i)
		}
	}
	for at := 0; at < len(r.depth); at++ {
		r.depth = append(r.depth, r.children[r.depth[at]]...)
	}
}

// circles returns the first region of each circle.
func (r *Regions) circles() (first []int) {
	seen := make([]int, len(r.rows)) // 0 not yet, i+1 on the way from i
	for _, i := range r.depth {
		seen[i] = -1
	}
	for i := range r.rows {
		at := i
		for ; seen[at] == 0; at = r.parent[at] {
			seen[at] = i + 1
		}
		if seen[at] != i+1 {
			continue
		}
		least := at
		for next := r.parent[at]; next != at; next = r.parent[next] {
			least = min(least, next)
		}
		first = append(first, least)
	}
	return first
}

// Len returns the number of regions.
func (r *Regions) Len() int { return len(r.rows) }

// Region returns the line of a code.
func (r *Regions) Region(code string) (Region, bool) {
	i, ok := r.at[code]
	if !ok {
		return Region{}, false
	}
	return r.rows[i], true
}

// Path returns the regions from the top down to the code, itself included: 广东省, 深圳市,
// 南山区. A code that is not there is ErrNotFound.
func (r *Regions) Path(code string) ([]Region, error) {
	i, ok := r.at[code]
	if !ok {
		return nil, &Error{Field: "region", Reason: "is not in the tree", Err: ErrNotFound}
	}
	var path []Region
	for ; i >= 0; i = r.parent[i] {
		path = append(path, r.rows[i])
	}
	slices.Reverse(path)
	return path, nil
}

// Within reports whether the region of a code is, or lies in, another. It is false
// where either is not there.
func (r *Regions) Within(code, around string) bool {
	target, ok := r.at[around]
	i, known := r.at[code]
	if !ok || !known {
		return false
	}
	for i >= 0 && i != target {
		i = r.parent[i]
	}
	return i == target
}

// Children returns the regions right below a code, those at the top for "", in byte
// order of the code.
func (r *Regions) Children(code string) []Region {
	if code == "" {
		return r.childrenOfTop()
	}
	i, ok := r.at[code]
	if !ok {
		return nil
	}
	list := make([]Region, 0, len(r.children[i]))
	for _, child := range r.children[i] {
		list = append(list, r.rows[child])
	}
	return list
}

func (r *Regions) childrenOfTop() (list []Region) {
	for i, up := range r.parent {
		if up < 0 {
			list = append(list, r.rows[i])
		}
	}
	return list
}

// RegionCount is how many of something are in a region.
type RegionCount struct {
	Region
	Own   int64 `json:"own"`   // with the region's own code
	Total int64 `json:"total"` // with its code or one below it
}

// RollUp sums counts by code up the tree and returns, in byte order of the code, the
// regions with a count of their own or below them. The sum of the totals at the top
// is the sum of the counts. ErrNotFound for a count without a region, ErrInvalid for
// a negative one, ErrOverflow for a total beyond 64 bits; every code at fault is
// reported.
func (r *Regions) RollUp(counts map[string]int64) ([]RegionCount, error) {
	var f faults
	own, total, touched := make([]int64, len(r.rows)), make([]int64, len(r.rows)), make([]bool, len(r.rows))
	for _, code := range slices.Sorted(maps.Keys(counts)) {
		i, ok := r.at[code]
		switch {
		case !ok:
			f = append(f, &Error{Field: "region", Reason: "of a count is not in the tree", Err: ErrNotFound})
			if validID(code) {
				f[len(f)-1].ID = code
			}
		case counts[code] < 0:
			f = append(f, &Error{ID: code, Field: "count", Reason: "is negative", Err: ErrInvalid})
		default:
			own[i], total[i], touched[i] = counts[code], counts[code], true
		}
	}
	for _, i := range slices.Backward(r.depth) {
		up := r.parent[i]
		if up < 0 || !touched[i] {
			continue
		}
		if total[up] > math.MaxInt64-total[i] {
			f = append(f, &Error{ID: r.rows[up].Code, Field: "count", Reason: "of the region and those in it", Err: ErrOverflow})
			continue
		}
		total[up], touched[up] = total[up]+total[i], true
	}
	if len(f) > 0 {
		return nil, f.join()
	}
	var list []RegionCount
	for i, row := range r.rows {
		if touched[i] {
			list = append(list, RegionCount{Region: row, Own: own[i], Total: total[i]})
		}
	}
	return list, nil
}
