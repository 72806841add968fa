package horvitz

import "github.com/guanxi-go/guanxi/internal/enum"

// An Estimator is a formula for the variance of a Horvitz-Thompson estimate. In the
// formulas e = y/p, n is the size of the sample, and sums go over its units.
type Estimator uint8

// The estimators. The first two need joint probabilities π; the others are for
// designs of fixed size and high entropy, such as Sampford's, conditional Poisson and
// systematic sampling in random order, except Poisson's, which is for that design.
const (
	// SenYatesGrundy: ½ΣΣ (p_k·p_l-π)/π·(e_k-e_l)², for fixed size. Unbiased where
	// every pair of the population can come together.
	SenYatesGrundy Estimator = iota
	// HorvitzThompson: ΣΣ (π-p_k·p_l)/π·e_k·e_l, for any size. Unbiased under the same
	// condition, less stable, and sometimes negative where the size is fixed.
	HorvitzThompson
	// Deville1: Σ c(e-ē)² with c = (1-p)/(1-Σa²), a = (1-p)/Σ(1-p) and ē = Σa·e.
	// Deville 1999; "Deville 2" in Matei and Tillé 2005.
	Deville1
	// Deville2: the same with c = (1-p)·n/(n-1), which is also Hájek's of 1964.
	Deville2
	// Deville3: as Deville1, with ē = Σe/n.
	Deville3
	// Brewer: Σ (1/c-p)(e-Σe/n)² with c = (n-1)/(n-p). Brewer and Donadio 2003.
	Brewer
	// Poisson: Σ (1-p)e², for units drawn independently.
	Poisson
)

var estimators = enum.New[Estimator]("estimator", unknown, enum.Names{
	{"sen-yates-grundy", "森-耶茨-格伦迪方差估计"},
	{"horvitz-thompson", "霍维茨-汤普森方差估计"},
	{"deville-1", "德维尔方差估计一"},
	{"deville-2", "德维尔方差估计二"},
	{"deville-3", "德维尔方差估计三"},
	{"brewer", "布鲁尔方差估计"},
	{"poisson", "泊松抽样方差估计"},
})

// String returns the name, such as "sen-yates-grundy", and ? for a value that is none.
func (e Estimator) String() string { return estimators.Code(e) }

// Zh returns the Chinese name, such as 森-耶茨-格伦迪方差估计.
func (e Estimator) Zh() string { return estimators.Zh(e) }

// MarshalText returns the name; a value that is none is ErrInvalid.
func (e Estimator) MarshalText() ([]byte, error) { return estimators.Marshal(e) }

// UnmarshalText reads a name; an unknown one is ErrInvalid.
func (e *Estimator) UnmarshalText(text []byte) error { return estimators.Unmarshal(e, text) }
