package score

import (
	"math"
	"math/big"
	"sort"
)

// Isotonic turns a score into a probability that never falls as the score rises
// (保序校准). It is plain data with stable JSON; [FitIsotonic] makes it.
type Isotonic struct {
	Steps []Step `json:"steps"` // by rising score
}

// Step is the scores from From to To, which get one probability.
type Step struct {
	From float64 `json:"from"`
	To   float64 `json:"to"`
	Won  int64   `json:"won"`
	Of   int64   `json:"of"`
}

// FitIsotonic learns the probabilities by pooling adjacent violators (Ayer, Brunk,
// Ewing, Reid and Silverman 1955, Annals of Mathematical Statistics 26:641-647): cases
// with equal scores are one, and neighbours are pooled until the shares never fall.
// Shares are compared as exact fractions. Errors as for [AUC].
func FitIsotonic(cases []Case) (*Isotonic, error) {
	if _, _, err := check(cases, false); err != nil {
		return nil, err
	}
	var steps []Step
	for t := range ties(cases) {
		steps = append(steps, Step{t.score, t.score, int64(t.won), int64(t.won + t.lost)})
		for n := len(steps); n > 1 && !steps[n-2].below(steps[n-1]); n = len(steps) {
			a, b := steps[n-2], steps[n-1]
			steps = append(steps[:n-2], Step{a.From, b.To, a.Won + b.Won, a.Of + b.Of})
		}
	}
	return &Isotonic{steps}, nil
}

// below reports whether the share of s is less than that of t.
func (s Step) below(t Step) bool {
	return new(big.Int).Mul(big.NewInt(s.Won), big.NewInt(t.Of)).Cmp(new(big.Int).Mul(big.NewInt(t.Won), big.NewInt(s.Of))) < 0
}

// P returns the share of the step.
func (s Step) P() float64 { return float64(s.Won) / float64(s.Of) }

// P returns the probability of a score: that of its step, between two steps on the line
// from the one to the other, and beyond the ends that of the last one. ErrInvalid: the
// score is no number.
func (m *Isotonic) P(score float64) (float64, error) {
	if math.IsNaN(score) || len(m.Steps) == 0 {
		return 0, refuse(ErrInvalid, codeNumber, "score")
	}
	i := sort.Search(len(m.Steps), func(i int) bool { return m.Steps[i].To >= score })
	switch {
	case i == len(m.Steps):
		return m.Steps[i-1].P(), nil
	case i == 0 || score >= m.Steps[i].From:
		return m.Steps[i].P(), nil
	}
	a, b := m.Steps[i-1], m.Steps[i]
	return a.P() + (b.P()-a.P())*((score-a.To)/(b.From-a.To)), nil
}

// Platt turns a score into a probability by a logistic curve (Platt 校准): the logit is
// A + B·score. It is plain data with stable JSON; [FitPlatt] makes it.
type Platt struct {
	A float64 `json:"a"`
	B float64 `json:"b"`
}

// FitPlatt learns the curve by maximum likelihood with Platt's targets, (W+1)/(W+2) for
// each of W won cases and 1/(L+2) for each of L lost ones, which keep it finite also
// where the score separates them. Give it logits rather than probabilities. Errors as for
// [AUC], and ErrInsufficientData where all scores are equal; ErrNotConverged.
func FitPlatt(cases []Case) (*Platt, error) {
	won, lost, err := check(cases, false)
	if err != nil {
		return nil, err
	}
	// The curve is looked for over scores brought to mean 0 and standard deviation 1.
	n, mean, sd := float64(len(cases)), 0.0, 0.0
	for _, c := range cases {
		mean += c.Score / n
	}
	for _, c := range cases {
		sd += (c.Score - mean) * (c.Score - mean) / n
	}
	if sd = math.Sqrt(sd); !(sd > 1e-12*math.Abs(mean)) || math.IsInf(sd, 0) {
		return nil, refuse(ErrInsufficientData, codeCollinear, "cases")
	}
	high, low := float64(won+1)/float64(won+2), 1/float64(lost+2)
	f := plattFit{cases: cases, mean: mean, sd: sd, high: high, low: low}
	a, b := math.Log(float64(won+1)/float64(lost+1)), 0.0
	for range 100 {
		da, db, gain, ok := f.step(a, b)
		if !ok {
			break
		}
		size, now := 1.0, f.loss(a, b)
		if gain < 1e-11*max(1, now) {
			a, b = f.finish(a+da, b+db)
			break
		}
		for size > 1e-10 && f.loss(a+size*da, b+size*db) >= now {
			size /= 2
		}
		if size <= 1e-10 {
			break // nothing more is gained in float64
		}
		a, b = a+size*da, b+size*db
	}
	if ga, gb, _, _, _ := f.derive(a, b); math.Abs(ga) > 1e-6*n || math.Abs(gb) > 1e-6*n {
		return nil, refuse(ErrNotConverged, codeSteps, "cases")
	}
	return &Platt{A: a - b*mean/sd, B: b / sd}, nil
}

type plattFit struct {
	cases     []Case
	mean, sd  float64
	high, low float64
}

// step returns Newton's step from a place and twice what it can gain; ok is false where
// there is none.
func (f *plattFit) step(a, b float64) (da, db, gain float64, ok bool) {
	ga, gb, haa, hab, hbb := f.derive(a, b)
	det := haa*hbb - hab*hab
	if !(det > 0) {
		return 0, 0, 0, false
	}
	da, db = (hbb*ga-hab*gb)/det, (haa*gb-hab*ga)/det
	return da, db, ga*da + gb*db, true
}

// finish takes one more step, whole, where its gain is lost in the rounding of the loss:
// it gives the digits that are left.
func (f *plattFit) finish(a, b float64) (float64, float64) {
	da, db, _, _ := f.step(a, b)
	return a + da, b + db
}

func (f *plattFit) target(c Case) float64 {
	if c.Won {
		return f.high
	}
	return f.low
}

// loss returns the negative log-likelihood.
func (f *plattFit) loss(a, b float64) float64 {
	sum := 0.0
	for _, c := range f.cases {
		z := a + b*(c.Score-f.mean)/f.sd
		sum += softplus(z) - f.target(c)*z
	}
	return sum
}

// derive returns the gradient of the log-likelihood, and its negative second
// derivatives.
func (f *plattFit) derive(a, b float64) (ga, gb, haa, hab, hbb float64) {
	for _, c := range f.cases {
		x := (c.Score - f.mean) / f.sd
		z := a + b*x
		p := Sigmoid(z)
		w := p * Sigmoid(-z)
		ga, gb = ga+f.target(c)-p, gb+(f.target(c)-p)*x
		haa, hab, hbb = haa+w, hab+w*x, hbb+w*x*x
	}
	return ga, gb, haa, hab, hbb
}

// P returns the probability of a score. ErrInvalid: the score is no number.
func (m *Platt) P(score float64) (float64, error) {
	if math.IsNaN(score) {
		return 0, refuse(ErrInvalid, codeNumber, "score")
	}
	return Sigmoid(m.A + m.B*score), nil
}
