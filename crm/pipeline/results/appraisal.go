package results

import (
	"cmp"
	"slices"

	"github.com/shopspring/decimal"
)

// Measure is something that people are appraised by, and how much it counts (考核指标).
type Measure struct {
	ID     string          `json:"id"`
	Weight decimal.Decimal `json:"weight"` // 0 or more; those of all measures sum to 1 exactly
}

// Achieved is what somebody reached of a measure's target (完成情况).
type Achieved struct {
	Staff   string          `json:"staff"`
	Measure string          `json:"measure"` // id
	Target  decimal.Decimal `json:"target"`  // above 0
	Actual  decimal.Decimal `json:"actual"`
}

// AppraisalOptions are the choices of [Appraisal]. The zero value is the default.
type AppraisalOptions struct {
	// Cap is the most that one measure may count, as a multiple of its target: with 1.2 somebody
	// who sells twice the target has 1.2 for it. 0 is 1.
	Cap decimal.Decimal
}

// Part is one measure in somebody's appraisal.
type Part struct {
	Measure string          `json:"measure"`
	Weight  decimal.Decimal `json:"weight"`
	// Ratio is what was achieved by the target, not below 0 nor above the cap, rounded once to 18
	// digits; absent where there is no figure.
	Ratio decimal.NullDecimal `json:"ratio"`
}

// AppraisalRow is somebody's appraisal (考核得分).
type AppraisalRow struct {
	Staff string `json:"staff"`
	Parts []Part `json:"parts"` // as the measures are ordered
	// Score is the sum of weight times ratio, 1 being all targets met; absent where a measure
	// that counts has no figure, for it is neither 0 nor left out.
	Score decimal.NullDecimal `json:"score"`
}

// Appraisal scores people by weighted measures (业务考核), in byte order of id. [Rank] makes a
// leaderboard of the scores.
//
// [ErrInvalid]: a measure or figure without id, weights that are below 0 or do not sum to 1, a
// figure of another measure or with a target not above 0, a cap below 0. [ErrDuplicate]: a
// measure given twice, or two figures of one person and measure.
func Appraisal(measures []Measure, figures []Achieved, opts AppraisalOptions) ([]AppraisalRow, error) {
	place, err := placesOf(measures)
	if err != nil {
		return nil, err
	}
	limit := opts.Cap
	switch limit.Sign() {
	case -1:
		return nil, refuse(ErrInvalid, codeAmount, "cap", -1)
	case 0:
		limit = decimal.NewFromInt(1)
	}
	people := map[string]*AppraisalRow{}
	for i, f := range figures {
		k, known := place[f.Measure]
		switch {
		case f.Staff == "":
			return nil, refuse(ErrInvalid, codeID, "figures", i)
		case !known:
			return nil, refuse(ErrInvalid, codeMeasure, "figures", i)
		case f.Target.Sign() <= 0:
			return nil, refuse(ErrInvalid, codeTarget, "figures", i)
		}
		p := people[f.Staff]
		if p == nil {
			p = &AppraisalRow{Staff: f.Staff}
			for _, m := range measures {
				p.Parts = append(p.Parts, Part{Measure: m.ID, Weight: m.Weight})
			}
			people[f.Staff] = p
		}
		if p.Parts[k].Ratio.Valid {
			return nil, refuse(ErrDuplicate, codeRepeated, "figures", i)
		}
		ratio := decimal.Max(decimal.Zero, decimal.Min(limit, f.Actual.DivRound(f.Target, 18)))
		p.Parts[k].Ratio = decimal.NewNullDecimal(ratio)
	}
	list := make([]AppraisalRow, 0, len(people))
	for _, p := range people {
		p.Score = score(p.Parts)
		list = append(list, *p)
	}
	slices.SortFunc(list, func(a, b AppraisalRow) int { return cmp.Compare(a.Staff, b.Staff) })
	return list, nil
}

// placesOf checks the measures and returns their places by id.
func placesOf(measures []Measure) (map[string]int, error) {
	place := make(map[string]int, len(measures))
	sum := decimal.Zero
	for i, m := range measures {
		if m.ID == "" {
			return nil, refuse(ErrInvalid, codeID, "measures", i)
		}
		if _, twice := place[m.ID]; twice {
			return nil, refuse(ErrDuplicate, codeRepeated, "measures", i)
		}
		if m.Weight.Sign() < 0 {
			return nil, refuse(ErrInvalid, codeWeights, "measures", i)
		}
		place[m.ID], sum = i, sum.Add(m.Weight)
	}
	if !sum.Equal(decimal.NewFromInt(1)) {
		return nil, refuse(ErrInvalid, codeWeights, "measures", -1)
	}
	return place, nil
}

func score(parts []Part) decimal.NullDecimal {
	sum := decimal.Zero
	for _, p := range parts {
		switch {
		case p.Ratio.Valid:
			sum = sum.Add(p.Weight.Mul(p.Ratio.Decimal))
		case !p.Weight.IsZero():
			return decimal.NullDecimal{}
		}
	}
	return decimal.NewNullDecimal(sum)
}
