package access

import "github.com/guanxi-go/guanxi/internal/numeric"

// negativeBinomial is the law of the reads in a window: its mean, and its size r,
// with variance mean + mean²/r.
type negativeBinomial struct{ mean, size float64 }

// tail returns the probability of x or more (Abramowitz and Stegun 26.5.26). It is
// computed as a tail where x lies above the mean, so that small ones keep their
// relative accuracy.
func (l negativeBinomial) tail(x int64) float64 {
	if x <= 0 {
		return 1
	}
	k, all := float64(x), l.mean+l.size
	p, q := l.mean/all, l.size/all
	if k > l.mean {
		return numeric.IncompleteBeta(k, l.size, p, q, q*(k-l.mean))
	}
	return 1 - numeric.IncompleteBeta(l.size, k, q, p, q*(l.mean-k))
}
