package bid

import (
	"cmp"
	"slices"

	"github.com/guanxi-go/guanxi/crm/money"
)

// Need is something that the customer of an opportunity needs (客户需求).
type Need struct {
	ID       string   `json:"id"`
	Strength Strength `json:"strength"`
	Source   Source   `json:"source"`
	Contact  string   `json:"contact,omitzero"` // id of who told us; "" where nobody did
}

// Validate reports every problem of the need, joined, each an ErrInvalid.
func (n Need) Validate() error {
	var bad problems
	n.check(&bad, "need", -1)
	return bad.join()
}

func (n Need) check(bad *problems, field string, item int) {
	bad.check(validID(n.ID), codeID, field, item)
	bad.check(n.Strength.Valid() && n.Source.Valid(), codeUnknown, field, item)
	bad.check(n.Contact == "" || validID(n.Contact), codeID, field, item)
}

// Cover says how far a solution covers a need.
type Cover struct {
	Need   string `json:"need"` // id
	Degree Degree `json:"degree"`
}

// Solution is what we offer for the needs of an opportunity (解决方案).
type Solution struct {
	ID     string       `json:"id"`
	Covers []Cover      `json:"covers,omitempty"` // a need that is not in it is not covered
	Price  money.Amount `json:"price,omitzero"`
}

// Validate reports every problem of the solution, joined, each an ErrInvalid: ids that
// break the rules, a need answered twice, an unknown degree, a price below 0.
func (s Solution) Validate() error {
	var bad problems
	bad.check(validID(s.ID), codeID, "solution", -1)
	bad.check(validAmount(s.Price), codeAmount, "price", -1)
	seen := map[string]bool{}
	for i, c := range s.Covers {
		bad.check(validID(c.Need), codeID, "covers", i)
		bad.check(!seen[c.Need], codeRepeated, "covers", i)
		bad.check(c.Degree.Valid(), codeUnknown, "covers", i)
		seen[c.Need] = true
	}
	return bad.join()
}

// Coverage returns the share of the needs that the solution covers (需求覆盖率), each
// weighing 1, 2 or 3 by its strength and counting half where it is covered partly, and
// the needs that are not covered fully, the strongest first, then by id. Without needs
// the share is the zero Ratio, which is absent.
//
// ErrInvalid for a need or solution that Validate refuses, ErrDuplicate for a need given
// twice, ErrNotFound for a need that the solution answers and that is not there.
func (s Solution) Coverage(needs []Need) (share money.Ratio, missing []Need, err error) {
	if err := s.Validate(); err != nil {
		return share, nil, err
	}
	var bad problems
	known := map[string]bool{}
	for i, n := range needs {
		n.check(&bad, "needs", i)
		if known[n.ID] {
			bad = append(bad, refuse(ErrDuplicate, codeRepeated, "needs", i))
		}
		known[n.ID] = true
	}
	degree := map[string]Degree{}
	for i, c := range s.Covers {
		degree[c.Need] = c.Degree
		if !known[c.Need] {
			bad = append(bad, refuse(ErrNotFound, codeNoNeed, "covers", i))
		}
	}
	if err := bad.join(); err != nil || len(needs) == 0 {
		return share, nil, err
	}
	for _, n := range needs {
		d := max(degree[n.ID], Not)
		share.Num += int64(n.Strength) * int64(d-Not)
		share.Den += int64(n.Strength) * int64(Fully-Not)
		if d != Fully {
			missing = append(missing, n)
		}
	}
	slices.SortFunc(missing, func(a, b Need) int { return cmp.Or(cmp.Compare(b.Strength, a.Strength), cmp.Compare(a.ID, b.ID)) })
	return share.Reduce(), missing, nil
}

// Competitor is somebody else who offers in an opportunity (竞争对手).
type Competitor struct {
	ID         string       `json:"id"`
	Strengths  []string     `json:"strengths,omitempty"`  // codes of the host's list
	Weaknesses []string     `json:"weaknesses,omitempty"` // codes of the host's list
	Price      money.Amount `json:"price,omitzero"`       // what they ask, where that is known
}

// Validate reports every problem of the competitor, joined, each an ErrInvalid: ids that
// break the rules, a code given twice or as strength and weakness, a price below 0.
func (c Competitor) Validate() error {
	var bad problems
	bad.check(validID(c.ID), codeID, "competitor", -1)
	bad.check(validAmount(c.Price), codeAmount, "price", -1)
	seen := map[string]bool{}
	for i, code := range slices.Concat(c.Strengths, c.Weaknesses) {
		field, item := "strengths", i
		if i >= len(c.Strengths) {
			field, item = "weaknesses", i-len(c.Strengths)
		}
		bad.check(validID(code), codeID, field, item)
		bad.check(!seen[code], codeRepeated, field, item)
		seen[code] = true
	}
	return bad.join()
}

// Gap returns by what share of our price the competitor's is higher; below 0 it is lower
// (价差率). It is the zero Ratio, which is absent, where theirs is not known or ours is 0.
// ErrCurrency: the prices are of two currencies. ErrInvalid: one is below 0.
func (c Competitor) Gap(ours money.Amount) (money.Ratio, error) {
	switch {
	case !validAmount(ours) || !validAmount(c.Price):
		return money.Ratio{}, refuse(ErrInvalid, codeAmount, "price", -1)
	case c.Price == (money.Amount{}) || ours.Minor == 0:
		return money.Ratio{}, nil
	case c.Price.Currency != ours.Currency:
		return money.Ratio{}, refuse(ErrCurrency, codeCurrency, "price", -1)
	}
	return money.Ratio{Num: c.Price.Minor - ours.Minor, Den: ours.Minor}.Reduce(), nil
}

// validAmount reports whether an amount is absent, or above or at 0 with a currency.
func validAmount(a money.Amount) bool {
	return a == (money.Amount{}) || a.Minor >= 0 && !a.Currency.IsZero() && a.Currency.Valid()
}
