package survival

import (
	"math"
	"slices"

	"github.com/guanxi-go/guanxi/internal/numeric"
)

// LogRankOptions are the choices of [LogRank]. The zero value asks for the
// log-rank test without strata.
type LogRankOptions struct {
	// Rho is the exponent of the weight S(t-)^rho that an event at t has, S the
	// Kaplan-Meier curve of its stratum: 0 is the log-rank test, equal weights;
	// 1 is Peto and Peto's modification of Gehan's Wilcoxon test, which looks
	// more at early times. Finite and not negative.
	Rho float64
	// Strata labels the stratum (分层) of each observation; nil is one stratum.
	// Groups are compared within strata only.
	Strata []string
}

// LogRankTest is the result of [LogRank].
type LogRankTest struct {
	Rho float64 `json:"rho"`
	// Groups in ascending order of their labels.
	Groups []LogRankGroup `json:"groups"`
	// Strata in ascending order of their labels; one without a label if none
	// were given.
	Strata []LogRankStratum `json:"strata"`
	// Variance is the covariance matrix of Observed - Expected, by group.
	Variance [][]float64 `json:"variance"`
	// ChiSquared is the statistic, DF its degrees of freedom, and P the
	// probability of at least ChiSquared if the groups do not differ, accurate
	// also where it is tiny.
	ChiSquared float64 `json:"chi_squared"`
	DF         int     `json:"df"`
	P          float64 `json:"p"`
}

// LogRankGroup is one group of a [LogRankTest], over all strata.
type LogRankGroup struct {
	Label string `json:"label"`
	// Rows is the number of observations.
	Rows int `json:"rows"`
	// Observed is the weighted number of events, and Expected what it would be
	// if the hazards of all groups were equal.
	Observed float64 `json:"observed"`
	Expected float64 `json:"expected"`
}

// LogRankStratum is one stratum of a [LogRankTest]; Observed and Expected are
// indexed like Groups.
type LogRankStratum struct {
	Label    string    `json:"label"`
	Rows     int       `json:"rows"`
	Observed []float64 `json:"observed"`
	Expected []float64 `json:"expected"`
}

// LogRank tests whether two or more groups have the same hazard of the event at
// all times (对数秩检验), with the G-rho family of weights. group labels the group
// of each observation. Left truncation is allowed: a subject counts in the risk
// sets after its entry. The result does not depend on the order of the rows.
//
// A group adds a degree of freedom where it is compared: groups of which no two
// are at risk at the same event are separate tests, whose statistics and
// degrees of freedom add up. So a group that nobody expects an event of drops
// out, as in R's survdiff, and a group that is at risk only alone does too,
// where survdiff stops at a singular matrix.
//
// Errors: ErrInvalid for the first row that breaks the rule of [Observation] or
// has an empty label, for labels that are not as many as the observations, and
// for Rho out of range. ErrInsufficientData without observations, with fewer
// than two groups, without events, or if no two groups are ever compared.
//
// Source: Mantel 1966, Cancer Chemotherapy Reports 50:163-170; Harrington and
// Fleming 1982, Biometrika 69:553-566; results as R's survival::survdiff 3.5-3,
// and for left truncation the score test of coxph(ties = "exact"), which is the
// same statistic.
func LogRank[T Time](obs []Observation[T], group []string, opts LogRankOptions) (*LogRankTest, error) {
	if !(opts.Rho >= 0) || math.IsInf(opts.Rho, 1) {
		return nil, invalid("rho", "is not finite and at least 0")
	}
	if len(obs) == 0 {
		return nil, insufficient("observations", "are none")
	}
	events := 0
	limit := maxTime[T]()
	for i, o := range obs {
		if !validSpell(o.Entry, o.Time, limit) {
			return nil, explainSpell(i, o.Entry, o.Time)
		}
		events += eventIndex(o.Event)
	}
	groups, err := encode("group", group, len(obs))
	if err != nil {
		return nil, err
	}
	strata := labels{names: []string{""}, of: make([]int, len(obs))}
	if opts.Strata != nil {
		if strata, err = encode("stratum", opts.Strata, len(obs)); err != nil {
			return nil, err
		}
	}
	if len(groups.names) < 2 {
		return nil, insufficient("group", "is the same for all observations")
	}
	if events == 0 {
		return nil, insufficient("observations", "end without any event")
	}

	lr := newLogRank(groups.names, strata.names, opts.Rho)
	lr.count(groupRows(obs, groups.of, strata.of))
	test := lr.test()
	if test.DF == 0 {
		return nil, insufficient("group", "is never at risk together with another at an event")
	}
	test.P = numeric.ChiSquaredTail(test.ChiSquared, test.DF)
	return test, nil
}

// labels are the distinct labels of a column in ascending order, and for each
// row the index of its own.
type labels struct {
	names []string
	of    []int
}

func encode(field string, column []string, rows int) (labels, error) {
	if len(column) != rows {
		return labels{}, invalid(field, "has %d labels for %d observations", len(column), rows)
	}
	seen := map[string]int{}
	for row, label := range column {
		if label == "" {
			return labels{}, invalidRow(row, field, "is empty")
		}
		seen[label] = 0
	}
	l := labels{names: make([]string, 0, len(seen)), of: make([]int, rows)}
	for label := range seen {
		l.names = append(l.names, label)
	}
	slices.Sort(l.names)
	for i, label := range l.names {
		seen[label] = i
	}
	for row, label := range column {
		l.of[row] = seen[label]
	}
	return l, nil
}

// logRank accumulates a test.
type logRank struct {
	rho      float64
	groups   []LogRankGroup
	strata   []LogRankStratum
	variance [][]float64
	// linked joins groups that were compared at some event: linked[g] leads to
	// the smallest group of its set.
	linked []int
}

func newLogRank(groups, strata []string, rho float64) *logRank {
	lr := &logRank{
		rho:      rho,
		groups:   make([]LogRankGroup, len(groups)),
		strata:   make([]LogRankStratum, len(strata)),
		variance: make([][]float64, len(groups)),
		linked:   make([]int, len(groups)),
	}
	for g, label := range groups {
		lr.groups[g].Label = label
		lr.variance[g] = make([]float64, len(groups))
		lr.linked[g] = g
	}
	for s, label := range strata {
		lr.strata[s] = LogRankStratum{
			Label: label, Observed: make([]float64, len(groups)), Expected: make([]float64, len(groups)),
		}
	}
	return lr
}

// test adds up the strata and solves for the statistic.
func (lr *logRank) test() *LogRankTest {
	t := &LogRankTest{Rho: lr.rho, Groups: lr.groups, Strata: lr.strata, Variance: lr.variance}
	for g := range t.Groups {
		var observed, expected numeric.Sum
		for s := range t.Strata {
			observed.Add(t.Strata[s].Observed[g])
			expected.Add(t.Strata[s].Expected[g])
		}
		t.Groups[g].Observed, t.Groups[g].Expected = observed.Value(), expected.Value()
	}
	compared := make([][]int, len(lr.linked))
	for g := range lr.linked {
		root := lr.root(g)
		compared[root] = append(compared[root], g)
	}
	for _, groups := range compared {
		if len(groups) > 1 {
			t.ChiSquared += lr.quadratic(groups)
			t.DF += len(groups) - 1
		}
	}
	return t
}

// quadratic returns d'V⁻d for groups that were compared, d = observed - expected
// and V⁻ a generalised inverse of their covariance matrix. Their d add up to
// zero and so do the rows of V: minus V is the matrix of a graph whose edges
// weigh how much two groups were compared. Groups are eliminated one by one, and
// each pivot is taken as the sum of the edges that are left instead of as a
// difference on the diagonal, so that nothing cancels (Grassmann, Taksar and
// Heyman 1985, Operations Research 33:1107-1116).
func (lr *logRank) quadratic(groups []int) float64 {
	edge := make([][]float64, len(groups))
	d := make([]float64, len(groups))
	for i, g := range groups {
		d[i] = lr.groups[g].Observed - lr.groups[g].Expected
		for _, h := range groups {
			edge[i] = append(edge[i], -lr.variance[g][h])
		}
	}
	sum := 0.0
	for i := range len(groups) - 1 {
		pivot := 0.0
		for j := i + 1; j < len(groups); j++ {
			pivot += edge[i][j]
		}
		sum += d[i] * d[i] / pivot
		for j := i + 1; j < len(groups); j++ {
			f := edge[j][i] / pivot
			d[j] += f * d[i]
			for k := i + 1; k < len(groups); k++ {
				if k != j {
					edge[j][k] += f * edge[i][k]
				}
			}
		}
	}
	return sum
}

func (lr *logRank) root(g int) int {
	for lr.linked[g] != g {
		g = lr.linked[g]
	}
	return g
}

func (lr *logRank) link(g, h int) {
	g, h = lr.root(g), lr.root(h)
	lr.linked[max(g, h)] = min(g, h)
}
