package pipeline

import (
	"math"
	"math/big"

	"github.com/guanxi-go/guanxi/crm/money"
	"github.com/guanxi-go/guanxi/crm/pipeline/results"
)

// Outcome is an opportunity that was closed in the training window (结案样本).
type Outcome struct {
	Reached string `json:"reached"` // id of the furthest open stage that it was in
	Won     bool   `json:"won"`
}

// Reached counts the closed opportunities that reached a stage or one beyond it.
type Reached struct {
	Stage string `json:"stage"` // id of an open stage
	Won   int64  `json:"won"`
	Of    int64  `json:"of"`
}

// WinRate returns the share of the closed opportunities that reached the stage which was won
// (阶段赢单率), with its interval, and false where none did.
func (r Reached) WinRate() (results.Rate, bool) {
	if r.Of > math.MaxInt32 || r.Won < 0 || r.Won > r.Of { // more than a company closes, or no counts
		return results.Rate{}, false
	}
	return results.RateOf(int(r.Won), int(r.Of))
}

// Probability is the probability that an opportunity in a stage will be won
// (阶段赢率).
type Probability struct {
	Stage string `json:"stage"`
	Won   int64  `json:"won"` // of the closed opportunities that reached the stage
	Of    int64  `json:"of"`
	// Blended is history and prior together, Used that made to rise with the stages:
	// what a forecast goes by. Both are exact and in lowest terms.
	Blended money.Ratio `json:"blended"`
	Used    money.Ratio `json:"used"`
}

// WinRate returns [Reached].WinRate of the counts behind p: how far chance may have moved
// what was learned. Blended and Used know the prior and the other stages besides, and may lie
// outside the interval.
func (p Probability) WinRate() (results.Rate, bool) {
	return Reached{Stage: p.Stage, Won: p.Won, Of: p.Of}.WinRate()
}

// ProbabilityOptions are how much a prior weighs. The zero value is the default.
type ProbabilityOptions struct {
	// Weight is with how many closed opportunities the configured prior weighs, at
	// least 1; 0 is 10.
	Weight int64 `json:"weight,omitzero"`
}

// Count counts, for each open stage in order, how many outcomes reached it or a stage
// beyond. ErrInvalid, with the place in outcomes, for a stage that is not open.
func (f *Funnel) Count(outcomes []Outcome) ([]Reached, error) {
	open := f.open()
	at := map[string]int{}
	counts := make([]Reached, len(open))
	for i, s := range open {
		at[s.ID], counts[i].Stage = i, s.ID
	}
	for k, o := range outcomes {
		i, ok := at[o.Reached]
		if !ok {
			return nil, refuseItem(ErrInvalid, "outcomes", k, codeNoStage)
		}
		counts[i].Of++
		if o.Won {
			counts[i].Won++
		}
	}
	for i := len(counts) - 2; i >= 0; i-- {
		counts[i].Won += counts[i+1].Won
		counts[i].Of += counts[i+1].Of
	}
	return counts, nil
}

// Probabilities returns the probability of each open stage, in order, from the counts
// of [Funnel.Count], which has one line for each. With w of n won, the prior m and its
// weight k it is (w + k m)/(n + k); without history that is m. Where a later stage
// would get less than an earlier one, neighbours are pooled with weights n+k until
// the probabilities never fall (pool adjacent violators: Ayer, Brunk, Ewing, Reid and
// Silverman 1955, Annals of Mathematical Statistics 26:641-647).
//
// ErrInvalid: a line that is not of the stage in its place, counts below 0 or more won
// than closed, a negative weight. ErrOverflow: a ratio that 64 bits do not hold.
func (f *Funnel) Probabilities(counts []Reached, opts ProbabilityOptions) ([]Probability, error) {
	open := f.open()
	k := opts.Weight
	if k == 0 {
		k = 10
	}
	switch {
	case k < 0 || k > maxCount:
		return nil, refuse(ErrInvalid, "weight", codeRange)
	case len(counts) != len(open):
		return nil, refuse(ErrInvalid, "counts", codeCounts)
	}
	list := make([]Probability, len(open))
	var blocks []block
	for i, s := range open {
		c := counts[i]
		if c.Stage != s.ID || c.Won < 0 || c.Won > c.Of || c.Of > maxCount {
			return nil, refuseItem(ErrInvalid, "counts", i, codeCounts)
		}
		b := block{wins: new(big.Rat).Add(rat(c.Won, 1), new(big.Rat).Mul(rat(k, 1), rat(s.Prior.Num, s.Prior.Den))),
			of: rat(c.Of+k, 1), stages: 1}
		blended, err := b.ratio()
		if err != nil {
			return nil, err
		}
		list[i] = Probability{Stage: s.ID, Won: c.Won, Of: c.Of, Blended: blended}
		blocks = pooled(append(blocks, b))
	}
	i := 0
	for _, b := range blocks {
		used, err := b.ratio()
		if err != nil {
			return nil, err
		}
		for range b.stages {
			list[i].Used = used
			i++
		}
	}
	return list, nil
}

// maxCount keeps sums of counts far from overflow.
const maxCount = 1 << 40

// block is neighbouring stages with one probability, wins/of.
type block struct {
	wins, of *big.Rat
	stages   int
}

// pooled joins the last block with those before it that have more.
func pooled(b []block) []block {
	for n := len(b); n > 1; n = len(b) {
		last, before := b[n-1], b[n-2]
		if last.share().Cmp(before.share()) >= 0 {
			break
		}
		b = append(b[:n-2], block{new(big.Rat).Add(before.wins, last.wins), new(big.Rat).Add(before.of, last.of),
			before.stages + last.stages})
	}
	return b
}

func (b block) share() *big.Rat { return new(big.Rat).Quo(b.wins, b.of) }

func (b block) ratio() (money.Ratio, error) {
	r := b.share()
	if !r.Num().IsInt64() || !r.Denom().IsInt64() {
		return money.Ratio{}, refuse(ErrOverflow, "probability", codeOverflow)
	}
	return money.Ratio{Num: r.Num().Int64(), Den: r.Denom().Int64()}, nil
}

func rat(num, den int64) *big.Rat { return big.NewRat(num, den) }

// open returns the open stages in order.
func (f *Funnel) open() (list []Stage) {
	for _, s := range f.process.Stages {
		if s.Type == Open {
			list = append(list, s)
		}
	}
	return list
}
