package care

import (
	"errors"
	"math/big"

	"github.com/guanxi-go/guanxi/crm/money"
	"github.com/guanxi-go/guanxi/internal/limit"
)

// Level is what the customers of a class get of what we have (服务等级).
type Level struct {
	Class   string      `json:"class"`
	Service string      `json:"service"` // code of the level of service
	Visits  int         `json:"visits"`  // a year, to each customer at least
	Budget  money.Ratio `json:"budget"`  // share of the budget for customers, 0 to 1
}

// Levels is the table of resources by class (分类资源配置表), from the best class down.
type Levels []Level

// Validate reports every problem, joined, each an *Error: no classes, one given twice,
// codes and numbers out of their rules, shares of the budget that do not sum to exactly
// 1.
func (l Levels) Validate() error {
	var bad problems
	bad.check(len(l) > 0, codeMissing, "levels", -1)
	seen, total, summed := map[string]bool{}, new(big.Rat), true
	for i, level := range l {
		bad.check(validID(level.Class), codeID, "levels.class", i)
		bad.check(limit.IsCode(level.Service), codeCode, "levels.service", i)
		bad.check(level.Visits >= 0, codeRange, "levels.visits", i)
		if seen[level.Class] {
			bad = append(bad, refuse(ErrDuplicate, codeRepeated, "levels.class", i, level.Class))
		}
		seen[level.Class] = true
		if !level.Budget.Valid() || level.Budget.Num < 0 || level.Budget.Num > level.Budget.Den {
			bad.check(false, codeRange, "levels.budget", i)
			summed = false
			continue
		}
		total.Add(total, big.NewRat(level.Budget.Num, level.Budget.Den))
	}
	bad.check(!summed || len(l) == 0 || total.Cmp(big.NewRat(1, 1)) == 0, codeShares, "levels.budget", -1)
	return bad.join()
}

// Of returns the level of a class, and false where the table has none.
func (l Levels) Of(class string) (Level, bool) {
	for _, level := range l {
		if level.Class == class {
			return level, true
		}
	}
	return Level{}, false
}

// Budgets shares an amount among the classes, to the last minor unit, in the order of
// the table.
//
// ErrInvalid: the table, or an amount below 0; ErrOverflow: shares without a common
// denominator that fits 64 bits.
func (l Levels) Budgets(total money.Amount) ([]money.Amount, error) {
	if err := l.Validate(); err != nil {
		return nil, err
	}
	if total.Minor < 0 {
		return nil, refuse(ErrInvalid, codeAmount, "total", -1, "")
	}
	common := big.NewInt(1)
	for _, level := range l {
		den := big.NewInt(level.Budget.Den)
		common.Div(new(big.Int).Mul(common, den), new(big.Int).GCD(nil, nil, common, den))
	}
	weights := make([]int64, len(l))
	for i, level := range l {
		weight := new(big.Int).Mul(big.NewInt(level.Budget.Num), new(big.Int).Div(common, big.NewInt(level.Budget.Den)))
		if !weight.IsInt64() {
			return nil, refuse(ErrOverflow, codeOverflow, "levels.budget", -1, "")
		}
		weights[i] = weight.Int64()
	}
	minors, err := money.Allocate(total.Minor, weights)
	if err != nil {
		return nil, refuse(errors.Join(ErrOverflow, err), codeOverflow, "levels.budget", -1, "")
	}
	parts := make([]money.Amount, len(l))
	for i, minor := range minors {
		parts[i] = money.Amount{Minor: minor, Currency: total.Currency}
	}
	return parts, nil
}
