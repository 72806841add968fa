package draw

import (
	"iter"
	"math"
	"slices"
	"sort"
	"strconv"
)

// maxUnits is the largest number of units in a frame.
const maxUnits = math.MaxInt32

// Columns are what a frame may know about each unit beside its id: each is absent
// (nil) or has one value for every unit.
type Columns struct {
	// Stratum is the label of the unit's stratum (层), 1 to 255 bytes of UTF-8
	// without NUL.
	Stratum []string `json:"stratum,omitzero"`
	// Cluster is the label of the unit's cluster (群, primary sampling unit), of the
	// same form. Where there are strata too, a cluster lies in one of them: labels
	// such as "team 1" that every department has must be made distinct before.
	Cluster []string `json:"cluster,omitzero"`
	// Size is the measure of size for unequal probabilities (规模): finite and not
	// negative. A unit of size 0 is never drawn by a design that goes by size.
	Size []float64 `json:"size,omitzero"`
}

// A Frame is the list of units from which samples are drawn (抽样框), made by [NewFrame]
// or [Numbered]; any other, and nil, is ErrInvalid in whatever takes one. It does not
// change, so any number of goroutines may draw from it, and its hashes say later
// whether a draw was made from this list.
type Frame struct {
	n        int
	ids      []string // nil where units are numbered
	order    []int32  // rows by id; nil where the rows are in that order
	strata   *column
	clusters *column
	sizes    []float64
	hash     Hash
	set      Hash
}

// NewFrame returns the frame of the units with these ids, in this order. An id is 1
// to 255 bytes of UTF-8 without NUL and compared as bytes. The slices are copied;
// strata and clusters are interned once, here.
//
// Errors name the row: ErrDuplicate for an id that was there before, ErrInvalid for
// anything else that breaks a rule of ids or [Columns]. No units at all are a frame,
// from which nothing can be drawn.
func NewFrame(ids []string, columns Columns) (*Frame, error) {
	if len(ids) > maxUnits {
		return nil, invalid("ids", "are more than %d", maxUnits)
	}
	for i, id := range ids {
		if !validID(id) {
			return nil, invalidRow(i, "ids", notID)
		}
	}
	f := &Frame{n: len(ids), ids: slices.Clone(ids)}
	if f.ids == nil {
		f.ids = []string{}
	}
	f.order = orderByID(f.ids)
	if row := f.duplicate(); row >= 0 {
		return nil, &Error{Field: "ids", Row: row, ID: f.ids[row], Reason: "has an id that was there before", Err: ErrDuplicate}
	}
	return f.with(columns)
}

// Numbered returns a frame of n units whose ids are their rows, "0" to n-1, without
// keeping these texts; 0 <= n <= 2^31-1. Ten million units cost nothing.
func Numbered(n int, columns Columns) (*Frame, error) {
	if n < 0 || n > maxUnits {
		return nil, invalid("n", "is %d and must be 0 to %d", n, maxUnits)
	}
	return (&Frame{n: n}).with(columns)
}

func (f *Frame) with(columns Columns) (*Frame, error) {
	var err error
	if f.strata, err = intern("stratum", columns.Stratum, f.n); err != nil {
		return nil, err
	}
	if f.clusters, err = intern("cluster", columns.Cluster, f.n); err != nil {
		return nil, err
	}
	if err := f.checkNested(); err != nil {
		return nil, err
	}
	if columns.Size != nil && len(columns.Size) != f.n {
		return nil, invalid("size", "has %d values for %d units", len(columns.Size), f.n)
	}
	for i, x := range columns.Size {
		if !(x >= 0) || math.IsInf(x, 1) {
			return nil, invalidRow(i, "size", "must be finite and not negative")
		}
	}
	f.sizes = slices.Clone(columns.Size)
	f.hash = f.digest(nil)
	f.set = f.hash
	if f.order != nil {
		f.set = f.digest(f.order)
	}
	return f, nil
}

// check refuses a frame that neither constructor has made.
func (f *Frame) check() error {
	if f == nil || f.hash == (Hash{}) {
		return invalid("frame", "is missing: draw.NewFrame or draw.Numbered")
	}
	return nil
}

// checkNested refuses a cluster that lies in two strata.
func (f *Frame) checkNested() error {
	if f.strata == nil || f.clusters == nil {
		return nil
	}
	in := make([]int32, len(f.clusters.labels))
	for i := range in {
		in[i] = -1
	}
	for row, c := range f.clusters.codes {
		s := f.strata.codes[row]
		if in[c] >= 0 && in[c] != s {
			return &Error{Field: "cluster", Row: row, Cluster: f.clusters.labels[c], Stratum: f.strata.labels[s],
				Reason: "lies in another stratum too: labels must be distinct over strata", Err: ErrInvalid}
		}
		in[c] = s
	}
	return nil
}

// duplicate returns the first row whose id an earlier row has, -1 where there is none.
func (f *Frame) duplicate() int {
	first := -1
	at := func(i int) int {
		if f.order == nil {
			return i
		}
		return int(f.order[i])
	}
	for i := 1; i < f.n; i++ {
		// Rows of one id stand together in the order of rows.
		if row := at(i); f.ids[row] == f.ids[at(i-1)] && (first < 0 || row < first) {
			first = row
		}
	}
	return first
}

// Len returns N, the number of units.
func (f *Frame) Len() int { return f.n }

// ID returns the id of a row, 0 <= row < Len.
func (f *Frame) ID(row int) string {
	if f.ids == nil {
		if row < 0 || row >= f.n {
			return ""
		}
		return strconv.Itoa(row)
	}
	return f.ids[row]
}

// Row returns the row of an id, or ErrNotFound.
func (f *Frame) Row(id string) (int, error) {
	missing := &Error{Field: "id", Row: -1, Reason: "is not in the frame", Err: ErrNotFound}
	if validID(id) {
		missing.ID = id
	}
	if f.ids == nil {
		row, err := strconv.Atoi(id)
		if err != nil || row < 0 || row >= f.n || strconv.Itoa(row) != id {
			return 0, missing
		}
		return row, nil
	}
	at := func(i int) int {
		if f.order == nil {
			return i
		}
		return int(f.order[i])
	}
	i := sort.Search(f.n, func(i int) bool { return f.ids[at(i)] >= id })
	if i == f.n || f.ids[at(i)] != id {
		return 0, missing
	}
	return at(i), nil
}

// Stratum returns the label of a row's stratum, "" where the frame has no strata.
func (f *Frame) Stratum(row int) string { return f.strata.label(row) }

// Cluster returns the label of a row's cluster, "" where the frame has no clusters.
func (f *Frame) Cluster(row int) string { return f.clusters.label(row) }

// Size returns the measure of size of a row, 0 where the frame has none.
func (f *Frame) Size(row int) float64 {
	if f.sizes == nil {
		return 0
	}
	return f.sizes[row]
}

// Strata yields each stratum and its number of units, in byte order of the labels.
func (f *Frame) Strata() iter.Seq2[string, int] { return f.strata.groups() }

// Clusters yields each cluster and its number of units, in byte order of the labels.
func (f *Frame) Clusters() iter.Seq2[string, int] { return f.clusters.groups() }

// Hash returns the SHA-256 of ids and columns in the order of the rows: equal for
// frames that are equal, and different for any other.
func (f *Frame) Hash() Hash { return f.hash }

// SetHash returns the SHA-256 of the same content with the rows in byte order of
// their ids: equal for frames that differ only in the order of their rows. Numbered
// units stay in the order of their numbers.
func (f *Frame) SetHash() Hash { return f.set }
