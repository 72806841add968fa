package owner

import (
	"cmp"
	"math/big"
	"slices"
	"strings"

	"github.com/shopspring/decimal"

	"github.com/guanxi-go/guanxi/crm/money"
)

// Stake is one customer's value and who of ours is close to it.
type Stake struct {
	Customer string       `json:"customer"`
	Owner    string       `json:"owner,omitzero"`   // staff id; "" for nobody
	Active   []string     `json:"active,omitempty"` // staff ids of those with an active relation to it, in any order
	Value    money.Amount `json:"value"`            // such as a year's revenue; not below 0
}

// KeyPerson is what depends on one colleague (关键人依赖).
type KeyPerson struct {
	Staff     string      `json:"staff"`
	Customers int         `json:"customers"`      // that he owns
	Value     int64       `json:"value"`          // of those, in minor units
	Share     money.Ratio `json:"share,omitzero"` // of the value of all owned customers, in lowest terms; absent where that is 0
	SoleCount int         `json:"sole_count"`     // customers with whom only he is active, whoever owns them
	SoleValue int64       `json:"sole_value"`     // of those: what goes with him
}

// Dependency is how much a company's value hangs on single people.
type Dependency struct {
	Currency money.Currency `json:"currency,omitzero"`
	Total    int64          `json:"total"` // value of the owned customers, in minor units
	// People are those who own customers or are alone active with one: by falling
	// value, then by falling sole value, then by id.
	People []KeyPerson `json:"people"`

	// HHI is the sum of the squared shares (赫芬达尔指数), 1/n to 1, rounded once to
	// 18 digits; absent where Total is 0.
	HHI decimal.NullDecimal `json:"hhi"`
	// Effective is 1/HHI: how many equal owners would be as concentrated
	// (等效人数), rounded once to 18 digits; absent where Total is 0.
	Effective decimal.NullDecimal `json:"effective"`

	UnownedCount   int   `json:"unowned_count"` // customers without an owner; they are in no share
	UnownedValue   int64 `json:"unowned_value"`
	UntendedCount  int   `json:"untended_count"` // customers with whom nobody is active
	UntendedValue  int64 `json:"untended_value"`
	SoleTotalCount int   `json:"sole_total_count"` // customers with whom one person alone is active
	SoleTotalValue int64 `json:"sole_total_value"`
}

// ratioDigits is to how many digits the index and the number are rounded.
const ratioDigits = 18

// KeyPersonDependency measures what a company would risk if people left
// (关键人依赖度): each owner's share of the value, how concentrated the shares are,
// and the value of customers with whom a single person is active. Sums and shares
// are exact.
//
// HHI is the index of Hirschman (1945) and Herfindahl (1950); its reciprocal is
// the numbers equivalent of Adelman, Comment on the "H" concentration measure,
// Review of Economics and Statistics 51 (1969).
//
// ErrInvalid: a value below 0 or without currency, an id that breaks the rules.
// ErrDuplicate: a customer given twice. ErrCurrency: two currencies. ErrOverflow:
// the values sum to more than int64 holds.
func KeyPersonDependency(stakes []Stake) (Dependency, error) {
	d := Dependency{}
	all, err := checkStakes(stakes)
	if err != nil {
		return d, err
	}
	d.Currency = all.Currency
	people := map[string]*KeyPerson{}
	person := func(id string) *KeyPerson {
		if people[id] == nil {
			people[id] = &KeyPerson{Staff: id}
		}
		return people[id]
	}
	for i := range stakes {
		s := &stakes[i]
		if s.Owner == "" {
			d.UnownedCount++
			d.UnownedValue += s.Value.Minor
		} else {
			p := person(s.Owner)
			p.Customers++
			p.Value += s.Value.Minor
			d.Total += s.Value.Minor
		}
		switch sole, n := distinct(s.Active); n {
		case 0:
			d.UntendedCount++
			d.UntendedValue += s.Value.Minor
		case 1:
			p := person(sole)
			p.SoleCount++
			p.SoleValue += s.Value.Minor
			d.SoleTotalCount++
			d.SoleTotalValue += s.Value.Minor
		}
	}
	for _, id := range sortedKeys(people) {
		d.People = append(d.People, *people[id])
	}
	d.concentrate()
	return d, nil
}

// checkStakes returns the sum of all values, owned or not.
func checkStakes(stakes []Stake) (sum money.Amount, err error) {
	seen := make(map[string]bool, len(stakes))
	for i := range stakes {
		s := &stakes[i]
		valid := validID(s.Customer) && validText(s.Owner) && !slices.ContainsFunc(s.Active, func(id string) bool { return !validID(id) })
		switch {
		case !valid:
			return sum, refuseItem(ErrInvalid, "stakes", i, "an id "+notID)
		case seen[s.Customer]:
			return sum, refuseItem(ErrDuplicate, "stakes", i, "a customer given twice")
		case s.Value.Minor < 0 || s.Value.Minor > 0 && s.Value.Currency.IsZero():
			return sum, refuseItem(ErrInvalid, "stakes", i, "a value below 0 or without currency")
		}
		seen[s.Customer] = true
		if s.Value.Currency.IsZero() {
			continue
		}
		if sum, err = sum.Add(s.Value); err != nil {
			return sum, moneyError(err)
		}
	}
	return sum, nil
}

// distinct returns how many ids there are, counted up to 2, and the first.
func distinct(ids []string) (first string, n int) {
	if len(ids) == 0 {
		return "", 0
	}
	if slices.ContainsFunc(ids, func(id string) bool { return id != ids[0] }) {
		return ids[0], 2
	}
	return ids[0], 1
}

// concentrate orders the people and computes what needs the total.
func (d *Dependency) concentrate() {
	slices.SortFunc(d.People, func(a, b KeyPerson) int {
		return cmp.Or(cmp.Compare(b.Value, a.Value), cmp.Compare(b.SoleValue, a.SoleValue), strings.Compare(a.Staff, b.Staff))
	})
	if d.Total == 0 {
		return
	}
	squares := new(big.Int)
	for i := range d.People {
		p := &d.People[i]
		p.Share = money.Ratio{Num: p.Value, Den: d.Total}.Reduce()
		v := big.NewInt(p.Value)
		squares.Add(squares, v.Mul(v, v))
	}
	total := big.NewInt(d.Total)
	squareOfTotal := decimal.NewFromBigInt(total.Mul(total, total), 0)
	sumOfSquares := decimal.NewFromBigInt(squares, 0)
	d.HHI = decimal.NewNullDecimal(sumOfSquares.DivRound(squareOfTotal, ratioDigits))
	d.Effective = decimal.NewNullDecimal(squareOfTotal.DivRound(sumOfSquares, ratioDigits))
}
