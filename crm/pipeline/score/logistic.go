package score

import (
	"math"
	"slices"

	"gonum.org/v1/gonum/mat"
)

// Example is a closed lead as numbers (样本): one for each feature, and what became of
// it.
type Example struct {
	X   []float64 `json:"x"`
	Won bool      `json:"won"`
}

// LogisticOptions are how coefficients are looked for. The zero value is the default.
type LogisticOptions struct {
	// Ridge is the price on large coefficients (岭罚): half of Ridge times the sum of the
	// squares of the coefficients, each times the standard deviation of its feature, is
	// taken from the log-likelihood. The intercept is free. 0 is maximum likelihood.
	Ridge float64 `json:"ridge,omitzero"`
	// Steps is the largest number of Newton steps; 0 is 50.
	Steps int `json:"steps,omitzero"`
}

// Logistic is a logistic regression (逻辑回归评分). It is plain data with stable JSON.
type Logistic struct {
	Won          int64         `json:"won"`
	Lost         int64         `json:"lost"`
	Intercept    float64       `json:"intercept"` // the logit where all features are at their mean
	Coefficients []Coefficient `json:"coefficients"`
	Deviance     float64       `json:"deviance"`      // -2 times the log-likelihood of the training data
	NullDeviance float64       `json:"null_deviance"` // the same without any feature
	Steps        int           `json:"steps"`         // of Newton's method
}

// Coefficient is what one more of a feature adds to the logit.
type Coefficient struct {
	Feature string  `json:"feature"`
	Value   float64 `json:"value"`
	// StdErr is the standard error by the inverse of the observed information; with a
	// ridge that of the penalised estimate, which is smaller.
	StdErr float64 `json:"std_err"`
	Mean   float64 `json:"mean"` // of the feature in the training data
}

// FitLogistic learns a logistic regression by Newton's method, which is iteratively
// reweighted least squares, with halved steps where one goes too far. Features are
// centred and scaled inside; a code with k values is given as k-1 features of 0 and 1.
//
// Errors: ErrInvalid for no feature, a name that is none, an example with another
// number of values or one that is not finite, an option out of its range; ErrDuplicate
// for a name given twice; ErrInsufficientData below [MinClosed] and [MinClass], and,
// with the feature in ID, for one that is constant or a combination of those before it
// where there is no ridge; ErrNotConverged with the code SCO-SEPARATED where a
// combination of the features separates the won from the lost, so that coefficients
// grow without end (give a ridge), and with SCO-STEPS where the steps ran out.
func FitLogistic(features []string, examples []Example, opts LogisticOptions) (*Logistic, error) {
	if opts.Steps == 0 {
		opts.Steps = 50
	}
	if !(opts.Ridge >= 0) || math.IsInf(opts.Ridge, 0) || opts.Steps < 0 {
		return nil, refuse(ErrInvalid, codeRange, "options")
	}
	f := &fitting{opts: opts, features: features, n: len(examples), p: len(features)}
	if err := f.load(examples); err != nil {
		return nil, err
	}
	if opts.Ridge == 0 {
		if err := f.independent(); err != nil {
			return nil, err
		}
	}
	if err := f.newton(); err != nil {
		return nil, err
	}
	return f.model()
}

// fitting is one run of FitLogistic. Columns are centred and scaled to a standard
// deviation of 1; the intercept is the last coefficient.
type fitting struct {
	opts     LogisticOptions
	features []string
	n, p     int

	x     []float64 // n rows of p
	won   []bool
	wins  int64
	mean  []float64
	scale []float64

	beta  []float64 // p, and the intercept
	eta   []float64 // n
	score []float64 // gradient of the penalised log-likelihood
	info  *mat.SymDense
	chol  mat.Cholesky
	logL  float64 // penalised
	steps int
}

func (f *fitting) load(examples []Example) error {
	if f.p == 0 {
		return refuse(ErrInvalid, codeMissing, "features")
	}
	for i, name := range f.features {
		if !validID(name) {
			return &Error{Code: codeID, Field: "features", Item: i, Err: ErrInvalid}
		}
		if slices.Contains(f.features[:i], name) {
			return &Error{Code: codeRepeated, Field: "features", Item: i, ID: name, Err: ErrDuplicate}
		}
	}
	f.x, f.won = make([]float64, 0, f.n*f.p), make([]bool, f.n)
	for i, e := range examples {
		if len(e.X) != f.p {
			return &Error{Code: codeLength, Field: "examples", Item: i, Err: ErrInvalid}
		}
		for j, v := range e.X {
			if math.IsNaN(v) || math.Abs(v) > 1e150 {
				return &Error{Code: codeNumber, Field: "examples", Item: i, ID: f.features[j], Err: ErrInvalid}
			}
		}
		f.x = append(f.x, e.X...)
		if f.won[i] = e.Won; e.Won {
			f.wins++
		}
	}
	if f.n < MinClosed || min(f.wins, int64(f.n)-f.wins) < MinClass {
		return refuse(ErrInsufficientData, codeFew, "examples")
	}
	f.standardise()
	return nil
}

func (f *fitting) standardise() {
	f.mean, f.scale = make([]float64, f.p), make([]float64, f.p)
	for j := range f.p {
		for i := range f.n {
			f.mean[j] += f.x[i*f.p+j] / float64(f.n)
		}
		sum, most := 0.0, 0.0
		for i := range f.n {
			v := f.x[i*f.p+j]
			most = max(most, math.Abs(v))
			f.x[i*f.p+j] = v - f.mean[j]
			sum += (v - f.mean[j]) * (v - f.mean[j]) / float64(f.n)
		}
		if f.scale[j] = math.Sqrt(sum); f.scale[j] <= 1e-12*most {
			f.scale[j] = 0 // constant but for rounding
		}
		for i := range f.n {
			if f.scale[j] > 0 {
				f.x[i*f.p+j] /= f.scale[j]
			} else {
				f.x[i*f.p+j] = 0
			}
		}
	}
}

// independent refuses a feature that is a combination of those before it: by a
// Cholesky decomposition of the correlations, whose pivot is then 0.
func (f *fitting) independent() error {
	l := make([]float64, f.p*f.p)
	for j := range f.p {
		for k := range j + 1 {
			dot := 0.0
			for i := range f.n {
				dot += f.x[i*f.p+j] * f.x[i*f.p+k]
			}
			dot /= float64(f.n)
			for m := range k {
				dot -= l[j*f.p+m] * l[k*f.p+m]
			}
			if k < j {
				l[j*f.p+k] = dot / l[k*f.p+k]
				continue
			}
			if dot < 1e-10 {
				return refuseID(ErrInsufficientData, codeCollinear, "features", f.features[j])
			}
			l[j*f.p+j] = math.Sqrt(dot)
		}
	}
	return nil
}

// newton climbs to the greatest penalised likelihood.
func (f *fitting) newton() error {
	q := f.p + 1
	f.beta, f.eta, f.score = make([]float64, q), make([]float64, f.n), make([]float64, q)
	f.beta[f.p] = math.Log(float64(f.wins) / float64(int64(f.n)-f.wins))
	f.logL = f.likelihood(f.beta)
	for f.steps = 0; ; f.steps++ {
		f.derive()
		if !f.chol.Factorize(f.info) {
			return f.failed()
		}
		step := mat.NewVecDense(q, nil)
		if err := f.chol.SolveVecTo(step, mat.NewVecDense(q, f.score)); err != nil {
			return f.failed()
		}
		if f.separates(step.RawVector().Data) {
			return refuse(ErrNotConverged, codeSeparated, "features")
		}
		// Newton's decrement is twice what the step can still gain.
		if mat.Dot(step, mat.NewVecDense(q, f.score)) < 1e-11*max(1, math.Abs(f.logL)) {
			return f.finish(step)
		}
		if f.steps == f.opts.Steps {
			return refuse(ErrNotConverged, codeSteps, "features")
		}
		if !f.advance(step.RawVector().Data) {
			return refuse(ErrNotConverged, codeSteps, "features")
		}
	}
}

// finish takes a step whose gain is lost in the rounding of the likelihood, and one more,
// both whole: they give the digits that are left. The information, of which the standard
// errors are made, is then that of the coefficients themselves.
func (f *fitting) finish(step *mat.VecDense) error {
	for range 2 {
		for j, d := range step.RawVector().Data {
			f.beta[j] += d
		}
		f.logL = f.likelihood(f.beta)
		f.derive()
		if !f.chol.Factorize(f.info) {
			return f.failed()
		}
		if err := f.chol.SolveVecTo(step, mat.NewVecDense(len(f.score), f.score)); err != nil {
			return f.failed()
		}
	}
	return nil
}

// failed says why the information could not be inverted: fitted probabilities of 0 and 1
// leave none.
func (f *fitting) failed() error {
	if f.perfect(f.beta) {
		return refuse(ErrNotConverged, codeSeparated, "features")
	}
	return refuse(ErrNotConverged, codeSteps, "features")
}

// advance takes a step, halved until it gains something.
func (f *fitting) advance(step []float64) bool {
	next := make([]float64, len(step))
	for size := 1.0; size > 1e-10; size /= 2 {
		for j := range next {
			next[j] = f.beta[j] + size*step[j]
		}
		if logL := f.likelihood(next); logL > f.logL {
			copy(f.beta, next)
			f.logL = logL
			return true
		}
	}
	return false
}

// likelihood returns the penalised log-likelihood, and leaves the logits in eta.
func (f *fitting) likelihood(beta []float64) float64 {
	logL := 0.0
	for i := range f.n {
		f.eta[i] = f.logit(beta, i)
		signed := f.eta[i]
		if f.won[i] {
			signed = -signed
		}
		logL -= softplus(signed)
	}
	for j := range f.p {
		logL -= f.opts.Ridge / 2 * beta[j] * beta[j]
	}
	return logL
}

func (f *fitting) logit(beta []float64, i int) float64 {
	eta := beta[f.p]
	for j, v := range f.x[i*f.p : (i+1)*f.p] {
		eta += beta[j] * v
	}
	return eta
}

// softplus returns ln(1+e^x).
func softplus(x float64) float64 { return max(x, 0) + math.Log1p(math.Exp(-math.Abs(x))) }

// derive computes the gradient and the observed information at beta.
func (f *fitting) derive() {
	q := f.p + 1
	clear(f.score)
	info := make([]float64, q*q)
	for i := range f.n {
		row, p := f.x[i*f.p:(i+1)*f.p], Sigmoid(f.eta[i])
		residual, weight := -p, p*Sigmoid(-f.eta[i])
		if f.won[i] {
			residual = Sigmoid(-f.eta[i])
		}
		for j, v := range row {
			f.score[j] += residual * v
			for k, u := range row[:j+1] {
				info[k*q+j] += weight * v * u
			}
			info[j*q+f.p] += weight * v
		}
		f.score[f.p] += residual
		info[f.p*q+f.p] += weight
	}
	for j := range f.p {
		f.score[j] -= f.opts.Ridge * f.beta[j]
		info[j*q+j] += f.opts.Ridge
	}
	f.info = mat.NewSymDense(q, info)
}

// separates reports whether coefficients grow without end. That is so where they never
// err, or where the next step moves no example to the wrong side and some to the right
// one, while fitted probabilities already are as good as 0 or 1: every multiple of such
// a step is better still (Albert and Anderson 1984).
func (f *fitting) separates(step []float64) bool {
	if f.opts.Ridge > 0 {
		return false
	}
	if f.perfect(f.beta) {
		return true
	}
	most, wrong, far := 0.0, 0.0, 0.0
	for i := range f.n {
		move := f.logit(step, i)
		if !f.won[i] {
			move = -move
		}
		most, wrong, far = max(most, move), min(wrong, move), max(far, math.Abs(f.eta[i]))
	}
	return far > 12 && most > 0.5 && -wrong < 1e-3*most
}

// perfect reports whether every won example lies above 0 and every lost one below.
func (f *fitting) perfect(beta []float64) bool {
	for i := range f.n {
		if eta := f.logit(beta, i); f.won[i] != (eta > 0) || eta == 0 {
			return false
		}
	}
	return true
}

func (f *fitting) model() (*Logistic, error) {
	var inverse mat.SymDense
	if err := f.chol.InverseTo(&inverse); err != nil {
		return nil, f.failed()
	}
	m := &Logistic{Won: f.wins, Lost: int64(f.n) - f.wins, Intercept: f.beta[f.p], Steps: f.steps}
	for j, name := range f.features {
		c := Coefficient{Feature: name, Mean: f.mean[j]}
		if f.scale[j] > 0 {
			c.Value, c.StdErr = f.beta[j]/f.scale[j], math.Sqrt(inverse.At(j, j))/f.scale[j]
		}
		m.Coefficients = append(m.Coefficients, c)
		f.logL += f.opts.Ridge / 2 * f.beta[j] * f.beta[j]
	}
	won, lost, all := float64(m.Won), float64(m.Lost), float64(f.n)
	m.Deviance, m.NullDeviance = -2*f.logL, -2*(won*math.Log(won/all)+lost*math.Log(lost/all))
	return m, nil
}

// Score returns the score of a lead with these features, in their order. What a feature
// contributes counts from its mean in the training data. ErrInvalid: another number of
// values, or one that is not finite.
func (m *Logistic) Score(x []float64) (Score, error) {
	if len(x) != len(m.Coefficients) {
		return Score{}, refuse(ErrInvalid, codeLength, "values")
	}
	out := Score{Logit: m.Intercept, Base: m.Intercept, Contributions: make([]Contribution, len(x))}
	for j, c := range m.Coefficients {
		if math.IsNaN(x[j]) || math.IsInf(x[j], 0) {
			return Score{}, &Error{Code: codeNumber, Field: "values", Item: j, ID: c.Feature, Err: ErrInvalid}
		}
		out.Contributions[j] = Contribution{Field: c.Feature, Logit: c.Value * (x[j] - c.Mean), Known: true}
		out.Logit += out.Contributions[j].Logit
	}
	out.P = Sigmoid(out.Logit)
	return out, nil
}
