package score

import (
	"cmp"
	"math"
	"slices"

	"github.com/guanxi-go/guanxi/internal/numeric"
)

// Case is what a score said of a lead, and what became of it (检验样本).
type Case struct {
	Score float64 `json:"score"`
	Won   bool    `json:"won"`
}

// check holds cases against what every measure asks: enough of them, and finite
// scores. Scores that are probabilities lie in 0 to 1.
func check(cases []Case, probabilities bool) (won, lost int, err error) {
	for i, c := range cases {
		if math.IsNaN(c.Score) || math.IsInf(c.Score, 0) {
			return 0, 0, &Error{Code: codeNumber, Field: "cases", Item: i, Err: ErrInvalid}
		}
		if probabilities && (c.Score < 0 || c.Score > 1) {
			return 0, 0, &Error{Code: codeRange, Field: "cases", Item: i, Err: ErrInvalid}
		}
		if c.Won {
			won++
		}
	}
	lost = len(cases) - won
	if len(cases) < MinClosed || min(won, lost) < MinClass {
		return won, lost, refuse(ErrInsufficientData, codeFew, "cases")
	}
	return won, lost, nil
}

// Bin is the cases whose probability lies in [From, To), the last bin with To.
type Bin struct {
	From float64 `json:"from"`
	To   float64 `json:"to"`
	Of   int     `json:"of"`   // cases
	Won  int     `json:"won"`  // of them
	Said float64 `json:"said"` // mean of what was said
	// Low and High are the 95 percent interval of the share that was won (Wilson). What
	// was said should lie within.
	Low  float64 `json:"low"`
	High float64 `json:"high"`
}

// Reliability puts cases into so many bins of equal width, 2 to 1,000, and returns
// those that are not empty (可靠性分箱). ErrInvalid: a probability outside 0 to 1, another
// number of bins; ErrInsufficientData as for [Training.Fit].
func Reliability(cases []Case, bins int) ([]Bin, error) {
	if bins < 2 || bins > 1000 {
		return nil, refuse(ErrInvalid, codeRange, "bins")
	}
	if _, _, err := check(cases, true); err != nil {
		return nil, err
	}
	said, list := make([]numeric.Sum, bins), make([]Bin, bins)
	for _, c := range cases {
		k := binOf(c.Score, bins)
		list[k].Of++
		said[k].Add(c.Score)
		if c.Won {
			list[k].Won++
		}
	}
	full := list[:0]
	for k, b := range list {
		if b.Of == 0 {
			continue
		}
		b.From, b.To, b.Said = float64(k)/float64(bins), float64(k+1)/float64(bins), said[k].Value()/float64(b.Of)
		b.Low, b.High, _ = numeric.WilsonInterval(b.Won, b.Of, 0.95) // of at least one, at a level that is one
		full = append(full, b)
	}
	return full, nil
}

// binOf returns the place of the bin that holds p by the limits that [Reliability] states.
// The product alone is off by one at some of them: 0.29 times 100 is below 29.
func binOf(p float64, bins int) int {
	k := min(int(p*float64(bins)), bins-1)
	switch {
	case k+1 < bins && p >= float64(k+1)/float64(bins):
		return k + 1
	case p < float64(k)/float64(bins):
		return k - 1
	}
	return k
}

// Brier returns the mean of (p - won)², 0 for a score that is always right (Brier
// 分数). To say the share of won ones of every lead gives share·(1-share): a score has to
// be below that. Errors as for [Reliability].
func Brier(cases []Case) (float64, error) {
	if _, _, err := check(cases, true); err != nil {
		return 0, err
	}
	var sum numeric.Sum
	for _, c := range cases {
		miss := c.Score
		if c.Won {
			miss = 1 - c.Score
		}
		sum.Add(miss * miss)
	}
	return sum.Value() / float64(len(cases)), nil
}

// AUC returns how often a won lead has a greater score than a lost one, over all pairs;
// a tie counts one half (ROC 曲线下面积). 1/2 is a score that says nothing. It is exact up to
// one rounding. ErrInvalid: a score that is not finite; ErrInsufficientData as for
// [Training.Fit].
func AUC(cases []Case) (float64, error) {
	won, lost, err := check(cases, false)
	if err != nil {
		return 0, err
	}
	half, below := int64(0), int64(0) // twice the pairs in order, with a tie as 1; lost ones with a lesser score
	for tie := range ties(cases) {
		half += int64(tie.won) * (2*below + int64(tie.lost))
		below += int64(tie.lost)
	}
	return float64(half) / float64(2*int64(won)*int64(lost)), nil
}

// tie is the cases of one score.
type tie struct {
	score     float64
	won, lost int
}

// ties yields the cases by rising score.
func ties(cases []Case) func(func(tie) bool) {
	sorted := slices.SortedFunc(slices.Values(cases), func(a, b Case) int { return cmp.Compare(a.Score, b.Score) })
	return func(yield func(tie) bool) {
		for i := 0; i < len(sorted); {
			t := tie{score: sorted[i].Score}
			for ; i < len(sorted) && sorted[i].Score == t.score; i++ {
				if sorted[i].Won {
					t.won++
				} else {
					t.lost++
				}
			}
			if !yield(t) {
				return
			}
		}
	}
}

// Top is how the best of a list did.
type Top struct {
	K   int `json:"k"`
	All int `json:"all"` // cases
	Won int `json:"won"` // of all
	// Found is how many of the best K were won; where cases of one score lie on both
	// sides of the cut, what is expected if chance decides who of them is in.
	Found float64 `json:"found"`
	Lift  float64 `json:"lift"` // Found/K against Won/All
}

// TopLift returns how much richer in won ones the k cases with the greatest scores are
// than the average (前 k 提升度). ErrInvalid: k below 1 or above the number of cases; the
// others as for [AUC].
func TopLift(cases []Case, k int) (Top, error) {
	won, _, err := check(cases, false)
	if err != nil {
		return Top{}, err
	}
	if k < 1 || k > len(cases) {
		return Top{}, refuse(ErrInvalid, codeRange, "k")
	}
	out := Top{K: k, All: len(cases), Won: won}
	var groups []tie
	for t := range ties(cases) {
		groups = append(groups, t)
	}
	left := k
	for i := len(groups) - 1; left > 0; i-- {
		t := groups[i]
		n := t.won + t.lost
		if n <= left {
			out.Found += float64(t.won)
			left -= n
			continue
		}
		out.Found += float64(t.won) * float64(left) / float64(n)
		left = 0
	}
	out.Lift = out.Found * float64(out.All) / (float64(k) * float64(won))
	return out, nil
}
