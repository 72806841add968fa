package score

import (
	"hash/maphash"
	"math"
	"math/big"
	"slices"
	"strings"
)

// The least that a score is learned from.
const (
	MinClosed = 30 // closed leads
	MinClass  = 5  // won ones, and lost ones
)

// MaxValues is the largest number of distinct values of a field.
const MaxValues = 1 << 16

// Training counts closed leads by their values (训练样本). It keeps counts only, so a
// million leads take the room of their distinct values; several can count at the same
// time and be merged. Make one by [NewTraining].
type Training struct {
	fields []column
	won    int64
	lost   int64
}

// column counts the values of one field.
type column struct {
	name   string
	seed   maphash.Seed
	slots  []int32 // hash table with linear probing: place in values plus 1; 0 is free
	values []string
	counts [][2]int64 // lost and won, by value
	now    int32      // place of the value of the present row
}

// find returns the place of a value, or -1 and the slot where it belongs. A table of its
// own is twice as fast here as a map, and counting is nothing else.
func (f *column) find(v string) (at int32, slot uint64) {
	mask := uint64(len(f.slots) - 1)
	for slot = maphash.String(f.seed, v) & mask; ; slot = (slot + 1) & mask {
		at = f.slots[slot] - 1
		if at < 0 || f.values[at] == v {
			return at, slot
		}
	}
}

// add makes room for a new value, whose slot find has returned.
func (f *column) add(v string, slot uint64) int32 {
	at := int32(len(f.values))
	f.values, f.counts = append(f.values, v), append(f.counts, [2]int64{})
	f.slots[slot] = at + 1
	if 2*len(f.values) > len(f.slots) {
		f.slots = make([]int32, 2*len(f.slots))
		for i, v := range f.values {
			_, slot := f.find(v)
			f.slots[slot] = int32(i) + 1
		}
	}
	return at
}

// NewTraining returns an empty count over some fields. ErrInvalid: no field, or a name
// that is none; ErrDuplicate: a name given twice.
func NewTraining(fields ...string) (*Training, error) {
	if len(fields) == 0 {
		return nil, refuse(ErrInvalid, codeMissing, "fields")
	}
	t := &Training{fields: make([]column, len(fields))}
	for i, name := range fields {
		if !validID(name) {
			return nil, &Error{Code: codeID, Field: "fields", Item: i, Err: ErrInvalid}
		}
		if slices.Contains(fields[:i], name) {
			return nil, &Error{Code: codeRepeated, Field: "fields", Item: i, ID: name, Err: ErrDuplicate}
		}
		t.fields[i] = column{name: name, seed: maphash.MakeSeed(), slots: make([]int32, 32)}
	}
	return t, nil
}

// Add counts one closed lead: its values in the order of the fields, "" for one that is
// missing, and whether it was won. On an error nothing is counted: ErrInvalid for
// another number of values, for a value of more than 255 bytes or no UTF-8, and for a
// field with more than [MaxValues] values.
func (t *Training) Add(values []string, won bool) error {
	if len(values) != len(t.fields) {
		return refuse(ErrInvalid, codeLength, "values")
	}
	for i, v := range values {
		f := &t.fields[i]
		if v == "" {
			continue
		}
		at, slot := f.find(v)
		if at >= 0 {
			f.now = at
			continue
		}
		if !validID(v) {
			return &Error{Code: codeID, Field: "values", Item: i, ID: f.name, Err: ErrInvalid}
		}
		if len(f.values) == MaxValues {
			return &Error{Code: codeMany, Field: "values", Item: i, ID: f.name, Err: ErrInvalid}
		}
		f.now = f.add(strings.Clone(v), slot) // not the row that it was cut from
	}
	class := 0
	if won {
		class, t.won = 1, t.won+1
	} else {
		t.lost++
	}
	for i, v := range values {
		if v != "" {
			t.fields[i].counts[t.fields[i].now][class]++
		}
	}
	return nil
}

// Merge adds what another count over the same fields has counted, which stays as it
// is. ErrInvalid for other fields and for a field with too many values; then t is not
// to be used any more.
func (t *Training) Merge(o *Training) error {
	if len(o.fields) != len(t.fields) {
		return refuse(ErrInvalid, codeLength, "fields")
	}
	for i := range o.fields {
		from, f := &o.fields[i], &t.fields[i]
		if from.name != f.name {
			return &Error{Code: codeLength, Field: "fields", Item: i, ID: f.name, Err: ErrInvalid}
		}
		for k, v := range from.values {
			at, slot := f.find(v)
			if at < 0 {
				if len(f.values) == MaxValues {
					return &Error{Code: codeMany, Field: "values", Item: i, ID: f.name, Err: ErrInvalid}
				}
				at = f.add(v, slot)
			}
			f.counts[at][0] += from.counts[k][0]
			f.counts[at][1] += from.counts[k][1]
		}
	}
	t.won, t.lost = t.won+o.won, t.lost+o.lost
	return nil
}

// Counted returns how many closed leads were counted.
func (t *Training) Counted() (won, lost int64) { return t.won, t.lost }

// BayesOptions are how counts become probabilities. The zero value is the default.
type BayesOptions struct {
	// Laplace above 0 adds so many leads of every value to each class instead of the
	// pooled share (拉普拉斯平滑). It draws all values of a field to equal shares, so a rare
	// value of the larger class seems to speak for the smaller one; it is here for
	// comparison with other systems. At most 1,000.
	Laplace float64 `json:"laplace,omitzero"`
}

// Bayes is a naive Bayes score (朴素贝叶斯评分). It is plain data with stable JSON.
type Bayes struct {
	Won    int64        `json:"won"`
	Lost   int64        `json:"lost"`
	Prior  float64      `json:"prior"` // the logit of a lead of which nothing is known: ln (Won+1)/(Lost+1)
	Fields []BayesField `json:"fields"`
}

// BayesField is what a field adds to the logit, by value.
type BayesField struct {
	Name   string       `json:"name"`
	Won    int64        `json:"won"`    // won leads of which the value is known
	Lost   int64        `json:"lost"`   // lost ones
	Values []BayesValue `json:"values"` // in byte order
}

// BayesValue is a value of a field.
type BayesValue struct {
	Value string  `json:"value"`
	Won   int64   `json:"won"`
	Lost  int64   `json:"lost"`
	Logit float64 `json:"logit"` // what it adds
}

// Fit makes the score of what was counted. With W won and L lost leads the logit of a
// lead with values v is
//
//	ln((W+1)/(L+1)) + sum over fields of ln(P(v|won)/P(v|lost))
//	P(v|c) = (n + K q)/(N + K)
//
// where n leads of class c have the value, N a known one, K is the number of distinct
// values of the field and q the share of v among all known ones. So a value that was
// never won is drawn towards saying nothing, and one that is as frequent among the won
// as among the lost adds exactly 0, whatever its number. A value that is missing or was
// never seen adds 0.
//
// ErrInsufficientData: fewer than [MinClosed] leads, or [MinClass] of a class.
// ErrInvalid: an option out of its range.
func (t *Training) Fit(opts BayesOptions) (*Bayes, error) {
	if !(opts.Laplace >= 0 && opts.Laplace <= 1000) {
		return nil, refuse(ErrInvalid, codeRange, "laplace")
	}
	if t.won+t.lost < MinClosed || min(t.won, t.lost) < MinClass {
		return nil, refuse(ErrInsufficientData, codeFew, "training")
	}
	model := &Bayes{Won: t.won, Lost: t.lost, Prior: logRatio(big.NewInt(t.won+1), big.NewInt(t.lost+1)), Fields: make([]BayesField, len(t.fields))}
	for i := range t.fields {
		model.Fields[i] = t.fields[i].fit(opts)
	}
	return model, nil
}

func (f *column) fit(opts BayesOptions) BayesField {
	out := BayesField{Name: f.name, Values: []BayesValue{}}
	distinct := int64(0)
	for _, c := range f.counts {
		out.Lost, out.Won = out.Lost+c[0], out.Won+c[1]
		if c != [2]int64{} {
			distinct++
		}
	}
	for k, v := range f.values {
		lost, won := f.counts[k][0], f.counts[k][1]
		if lost+won == 0 {
			continue // seen in a row that was refused
		}
		b := BayesValue{Value: v, Won: won, Lost: lost}
		if a := opts.Laplace; a > 0 {
			b.Logit = math.Log((float64(won)+a)/(float64(out.Won)+a*float64(distinct))) -
				math.Log((float64(lost)+a)/(float64(out.Lost)+a*float64(distinct)))
		} else {
			// Both probabilities times the known ones of the field are fractions of integers.
			known, all := out.Won+out.Lost, won+lost
			num := products(won, known, distinct, all, out.Lost+distinct)
			den := products(lost, known, distinct, all, out.Won+distinct)
			b.Logit = logRatio(num, den)
		}
		out.Values = append(out.Values, b)
	}
	slices.SortFunc(out.Values, func(a, b BayesValue) int { return strings.Compare(a.Value, b.Value) })
	return out
}

// products returns (a·b + c·d)·e.
func products(a, b, c, d, e int64) *big.Int {
	ab := new(big.Int).Mul(big.NewInt(a), big.NewInt(b))
	cd := new(big.Int).Mul(big.NewInt(c), big.NewInt(d))
	return ab.Add(ab, cd).Mul(ab, big.NewInt(e))
}

// logRatio returns ln(num/den) of two positive integers, exactly 0 where they are
// equal and without loss where they nearly are.
func logRatio(num, den *big.Int) float64 {
	excess, _ := new(big.Rat).SetFrac(new(big.Int).Sub(num, den), den).Float64()
	if excess > -0.5 && excess < 1 {
		return math.Log1p(excess)
	}
	ratio, _ := new(big.Rat).SetFrac(num, den).Float64()
	return math.Log(ratio)
}

// Score is what a learned score says of a lead (评分结果).
type Score struct {
	P             float64        `json:"p"`     // the probability that it is won
	Logit         float64        `json:"logit"` // ln P/(1-P): Base and the contributions
	Base          float64        `json:"base"`
	Contributions []Contribution `json:"contributions"` // one for each field, in order
}

// Contribution is what one field adds to the logit.
type Contribution struct {
	Field string  `json:"field"`
	Logit float64 `json:"logit"`
	Known bool    `json:"known"` // the value was given, and seen before
}

// Score returns the score of a lead with these values, in the order of the fields; ""
// is missing. ErrInvalid: another number of values.
func (m *Bayes) Score(values []string) (Score, error) {
	if len(values) != len(m.Fields) {
		return Score{}, refuse(ErrInvalid, codeLength, "values")
	}
	out := Score{Logit: m.Prior, Base: m.Prior, Contributions: make([]Contribution, len(values))}
	for i, v := range values {
		f := &m.Fields[i]
		c := Contribution{Field: f.Name}
		at, found := slices.BinarySearchFunc(f.Values, v, func(b BayesValue, v string) int { return strings.Compare(b.Value, v) })
		if v != "" && found {
			c.Logit, c.Known = f.Values[at].Logit, true
		}
		out.Logit += c.Logit
		out.Contributions[i] = c
	}
	out.P = Sigmoid(out.Logit)
	return out, nil
}

// Sigmoid returns the probability of a logit, 1/(1+e^-x), with the relative accuracy of
// float64 also where it is tiny.
func Sigmoid(x float64) float64 {
	if x >= 0 {
		return 1 / (1 + math.Exp(-x))
	}
	e := math.Exp(x)
	return e / (1 + e)
}
