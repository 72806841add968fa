package segment

import "github.com/guanxi-go/guanxi/internal/numeric"

// Rate is a proportion with its counts: Num of Den (比率). The zero value, and any
// other with Den 0, is absent: there was nothing to take a proportion of.
type Rate struct {
	Num int `json:"num"`
	Den int `json:"den"`
}

// Value returns Num/Den, and false where the rate is absent.
func (r Rate) Value() (float64, bool) {
	if r.Den <= 0 {
		return 0, false
	}
	return float64(r.Num) / float64(r.Den), true
}

// Interval returns the score interval of the proportion at a confidence level
// between 0 and 1, 0 being 0.95, and false where the rate is absent, no
// proportion, or the level out of range.
//
// Source: Wilson 1927, JASA 22:209-212.
func (r Rate) Interval(level float64) (lower, upper float64, ok bool) {
	if level == 0 {
		level = 0.95
	}
	lower, upper, err := numeric.WilsonInterval(r.Num, r.Den, level)
	return lower, upper, err == nil
}
