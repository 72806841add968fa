package estimate

import (
	"encoding/binary"
	"math"

	"github.com/guanxi-go/guanxi/internal/numeric"
)

// accumulatorVersion is the first byte of the format.
const accumulatorVersion = 1

// MarshalBinary returns the accumulator as bytes, with a version in front. The
// same rows give the same bytes in whatever order they came, as far as the last
// of 32 digits allows. The error is [ErrInvalid] for the zero Accumulator.
func (a *Accumulator) MarshalBinary() ([]byte, error) {
	if a.strata == nil {
		return nil, invalid("accumulator", "was not made by NewAccumulator")
	}
	b := []byte{accumulatorVersion, byte(a.o.Lonely), 0}
	if a.o.Nested {
		b[2] = 1
	}
	b = binary.AppendUvarint(b, uint64(a.variables))
	b = binary.AppendUvarint(b, uint64(a.rows))
	b = appendWide(b, a.weight)
	for _, x := range a.squares {
		b = appendWide(b, x)
	}
	b = binary.AppendUvarint(b, uint64(len(a.strata)))
	for _, label := range labels(a.strata) {
		s := a.strata[label]
		b = appendText(b, label)
		b = binary.LittleEndian.AppendUint64(b, math.Float64bits(s.population))
		b = binary.AppendUvarint(b, uint64(len(s.clusters)))
		for _, cluster := range labels(s.clusters) {
			c := s.clusters[cluster]
			b = appendText(b, cluster)
			b = binary.AppendUvarint(b, uint64(c.rows))
			b = appendWide(b, c.weight)
			for _, x := range c.values {
				b = appendWide(b, x)
			}
		}
	}
	return b, nil
}

func appendText(b []byte, s string) []byte {
	return append(binary.AppendUvarint(b, uint64(len(s))), s...)
}

func appendWide(b []byte, x numeric.DoubleDouble) []byte {
	high := x.Float()
	b = binary.LittleEndian.AppendUint64(b, math.Float64bits(high))
	return binary.LittleEndian.AppendUint64(b, math.Float64bits(x.Sub(numeric.Wide(high)).Float()))
}

// UnmarshalBinary reads what MarshalBinary wrote and replaces the accumulator. The
// error is [ErrVersion] for another version and for damaged bytes, and nothing is
// changed then.
func (a *Accumulator) UnmarshalBinary(data []byte) error {
	r := reader{data: data}
	if r.byte() != accumulatorVersion {
		return damaged("has another version")
	}
	o := AccumulatorOptions{Lonely: LonelyPSU(r.byte())}
	nested := r.byte()
	o.Nested = nested == 1
	variables := r.count(maxVariables)
	if r.failed || nested > 1 || variables < 1 || !lonelyNames.Valid(o.Lonely) {
		return damaged("is damaged")
	}
	out := emptyAccumulator(variables, o)
	out.rows = r.number()
	out.weight = r.wide()
	for k := range out.squares {
		out.squares[k] = r.wide()
	}
	rows, before := int64(0), ""
	for h, n := 0, r.count(len(data)); h < n && !r.failed; h++ {
		label := r.text()
		s := &stratumSums{population: r.float(), clusters: map[string]*clusterSums{}}
		if h > 0 && label <= before || !(s.population >= 0) {
			return damaged("is damaged")
		}
		before = label
		out.strata[label] = s
		rows += r.clusters(out, s, label)
	}
	if r.failed || len(r.data) > 0 || rows != out.rows || len(out.strata) == 0 && out.rows > 0 {
		return damaged("is damaged")
	}
	*a = *out
	return nil
}

// clusters reads the clusters of a stratum and returns their rows.
func (r *reader) clusters(out *Accumulator, s *stratumSums, stratum string) (rows int64) {
	before := ""
	for i, n := 0, r.count(len(r.data)); i < n && !r.failed; i++ {
		cluster := r.text()
		c := &clusterSums{rows: r.number(), weight: r.wide()}
		if r.failed || i > 0 && cluster <= before || len(r.data) < 16*out.variables {
			r.failed = true
			return 0
		}
		before = cluster
		c.values = make([]numeric.DoubleDouble, out.variables)
		for k := range c.values {
			c.values[k] = r.wide()
		}
		if out.home != nil {
			if _, ok := out.home[cluster]; ok {
				r.failed = true
			}
			out.home[cluster] = stratum
		}
		s.clusters[cluster] = c
		rows += c.rows
		if rows < 0 {
			r.failed = true
		}
	}
	if len(s.clusters) == 0 {
		r.failed = true
	}
	return rows
}

func damaged(reason string) error {
	return &Error{Row: -1, Field: "accumulator", Reason: reason, Err: ErrVersion}
}

// A reader takes values from the front of bytes.
type reader struct {
	data   []byte
	failed bool
}

func (r *reader) take(n int) []byte {
	if n < 0 || n > len(r.data) {
		r.failed, r.data = true, nil
		return nil
	}
	out := r.data[:n]
	r.data = r.data[n:]
	return out
}

func (r *reader) byte() byte {
	if b := r.take(1); b != nil {
		return b[0]
	}
	return 0
}

// number reads a number that is not negative.
func (r *reader) number() int64 {
	x, n := binary.Uvarint(r.data)
	if n <= 0 || x > math.MaxInt64 {
		r.failed, r.data = true, nil
		return 0
	}
	r.data = r.data[n:]
	return int64(x)
}

// count reads a number up to a limit.
func (r *reader) count(limit int) int {
	x := r.number()
	if x > int64(limit) {
		r.failed, r.data = true, nil
		return 0
	}
	return int(x)
}

func (r *reader) text() string { return string(r.take(r.count(len(r.data)))) }

// float reads a number that is finite.
func (r *reader) float() float64 {
	b := r.take(8)
	if b == nil {
		return 0
	}
	x := math.Float64frombits(binary.LittleEndian.Uint64(b))
	if math.IsNaN(x) || math.IsInf(x, 0) {
		r.failed = true
		return 0
	}
	return x
}

func (r *reader) wide() numeric.DoubleDouble {
	high := r.float()
	return numeric.Wide(high).Add(numeric.Wide(r.float()))
}
