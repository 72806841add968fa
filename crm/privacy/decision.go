package privacy

import (
	"cmp"
	"errors"
	"log/slog"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/guanxi-go/guanxi/crm/calendar"
	"github.com/guanxi-go/guanxi/crm/finding"
	"github.com/guanxi-go/guanxi/crm/money"
	"github.com/guanxi-go/guanxi/internal/limit"
)

// Treatment is what a person gets: an action, and a price where one is quoted.
type Treatment struct {
	Action string       `json:"action"` // code
	Price  money.Amount `json:"price,omitzero"`
}

// Contribution is how far one input moved a score, in the units of the score, up or
// down: a coefficient times a deviation, a Shapley value. Texts are of the input, not
// of the person: "days since the last purchase".
type Contribution struct {
	Input string  `json:"input"` // code
	En    string  `json:"en"`
	Zh    string  `json:"zh"`
	Value float64 `json:"value"` // finite
}

// Decision is the record of a decision about a person that a model made or prepared
// (自动化决策), PIPL article 24: transparent, explained on request, with somebody to
// talk to, and open to refusal. Nothing in it is personal beyond ids, codes and
// numbers.
type Decision struct {
	ID      string    `json:"id"`
	Party   string    `json:"party"` // customer id of the person
	At      time.Time `json:"at"`
	Model   string    `json:"model"` // code
	Version string    `json:"version"`
	Score   float64   `json:"score"` // finite; what the model answered

	Contributions []Contribution `json:"contributions"` // in any order

	// HumanContact is the staff id of who explains the decision and can change it.
	HumanContact string `json:"human_contact"`

	// OptedOut: the person refused to be treated by automated decision alone.
	OptedOut bool `json:"opted_out,omitzero"`

	Personalised Treatment `json:"personalised"` // what the model proposes for this person
	Standard     Treatment `json:"standard"`     // what anybody gets, not aimed at personal traits
}

// LogValue shows ids and codes, and no score.
func (d Decision) LogValue() slog.Value {
	return slog.GroupValue(slog.String("id", d.ID), slog.String("party", d.Party), slog.Time("at", d.At),
		slog.String("model", d.Model), slog.String("version", d.Version), slog.Bool("opted_out", d.OptedOut))
}

// Validate reports every rule that d breaks, joined; each is an [*Error] that wraps
// ErrInvalid. ID, Party and HumanContact are ids, Model and Version and the actions
// codes; At is stated; numbers are finite; there is a contribution, no input twice,
// each with its texts; and the two prices are in one currency.
func (d Decision) Validate() error {
	v := checks{code: limit.Shown(d.ID)}
	v.must(limit.Text(d.ID, 1, limit.ID), "id", "is not an id")
	v.must(limit.Text(d.Party, 1, limit.ID), "party", "is not an id")
	v.must(limit.Text(d.HumanContact, 1, limit.ID), "human_contact", "is not an id")
	v.must(limit.Text(d.Model, 1, limit.Code), "model", "is not a code")
	v.must(limit.Text(d.Version, 1, limit.Code), "version", "is not a code")
	v.must(!d.At.IsZero(), "at", "is missing")
	v.must(finite(d.Score), "score", "is not finite")
	v.must(len(d.Contributions) > 0, "contributions", "are missing")
	for i, c := range d.Contributions {
		twice := slices.ContainsFunc(d.Contributions[:i], func(o Contribution) bool { return o.Input == c.Input })
		v.must(limit.Text(c.Input, 1, limit.Code) && !twice, "contributions", "have an input that is no code, or there twice")
		v.must(c.En != "" && c.Zh != "" && utf8.ValidString(c.En) && utf8.ValidString(c.Zh), "contributions", "have an input without its texts")
		v.must(finite(c.Value), "contributions", "are not finite")
	}
	v.must(limit.Text(d.Personalised.Action, 1, limit.Code), "personalised", "is not a code")
	v.must(limit.Text(d.Standard.Action, 1, limit.Code), "standard", "is not a code")
	v.must(d.Personalised.Price.Currency == d.Standard.Price.Currency, "personalised", "has a price in another currency")
	return errors.Join(v.errs...)
}

func finite(x float64) bool { return !math.IsNaN(x) && !math.IsInf(x, 0) }

// Treatment returns what the person gets: whoever opted out leaves the personalised
// action and price alike and gets the standard ones.
func (d Decision) Treatment() Treatment {
	if d.OptedOut {
		return d.Standard
	}
	return d.Personalised
}

// Top returns the n contributions of the greatest absolute value, the greatest first,
// equal ones in the byte order of their inputs; all where there are no more than n.
func (d Decision) Top(n int) []Contribution {
	sorted := slices.Clone(d.Contributions)
	slices.SortFunc(sorted, func(a, b Contribution) int {
		return cmp.Or(cmp.Compare(math.Abs(b.Value), math.Abs(a.Value)), cmp.Compare(a.Input, b.Input))
	})
	return sorted[:min(max(n, 0), len(sorted))]
}

// Explain words the decision for the person, with its n greatest contributions
// rounded to three decimals, and the others as one sum. ErrInvalid for what
// [Decision.Validate] says, n below 1, and an unknown language.
func (d Decision) Explain(lang finding.Language, n int) (string, error) {
	if err := d.Validate(); err != nil {
		return "", err
	}
	if n < 1 || lang > finding.Chinese {
		return "", invalid(d.ID, "n", "is below 1, or the language unknown")
	}
	w := explanations[lang]
	var b strings.Builder
	b.WriteString(w.score + number(d.Score, false) + w.model + d.Model + " " + d.Version + w.why)
	top := d.Top(n)
	for i, c := range top {
		if i > 0 {
			b.WriteString(w.comma)
		}
		text := c.En
		if lang == finding.Chinese {
			text = c.Zh
		}
		b.WriteString(text + w.open + number(c.Value, true) + w.end)
	}
	if rest := len(d.Contributions) - len(top); rest > 0 {
		sum := 0.0
		for _, c := range d.Top(len(d.Contributions))[n:] {
			sum += c.Value
		}
		b.WriteString(w.comma + strconv.Itoa(rest) + w.others + w.open + number(sum, true) + w.end)
	}
	b.WriteString(w.stop)
	if d.OptedOut {
		b.WriteString(w.out)
	} else {
		b.WriteString(w.in)
	}
	b.WriteString(w.human + d.HumanContact + w.stop)
	return b.String(), nil
}

// number writes a value with three decimals, and its sign where that is the point.
func number(x float64, signed bool) string {
	s := strconv.FormatFloat(x, 'f', 3, 64)
	if s == "-0.000" {
		s = "0.000"
	}
	if signed && x > 0 && s != "0.000" {
		s = "+" + s
	}
	return s
}

// explanations are the pieces of the text, by language.
var explanations = [...]struct {
	score, model, why, comma, open, end, others, stop, out, in, human string
}{
	finding.English: {
		"The score ", " was computed by the model ", ". What moved it most: ", ", ", " (", ")", " further inputs", ".",
		" You have refused automated decisions: you get the action and the price that anybody gets.",
		" You may refuse a decision that is made by a program alone.",
		" To have it explained or changed by a person, ask ",
	},
	finding.Chinese: {
		"评分 ", "，由模型 ", " 计算得出。影响最大的因素：", "、", "（", "）", " 项其他因素", "。",
		"您已拒绝自动化决策：适用面向所有人的方案和价格。",
		"您有权拒绝仅通过自动化决策的方式作出决定。",
		"如需人工说明或更正，请联系 ",
	},
}

const codePrice = "PRV-PRICE-ABOVE"

// Findings returns what somebody should look at, as of a day: PRV-PRICE-ABOVE, a
// warning about the party, where the price that applies is above the standard one,
// because article 24 forbids to treat people unreasonably differently in price.
func (d Decision) Findings(asOf calendar.Day) []finding.Finding {
	price := d.Treatment().Price
	if price.Currency != d.Standard.Price.Currency || price.Minor <= d.Standard.Price.Minor {
		return nil
	}
	return []finding.Finding{{Code: codePrice, Severity: finding.Warning, Subject: d.Party, AsOf: asOf, Params: []finding.Param{
		finding.Str("decision", d.ID), finding.Term("price", price), finding.Term("standard", d.Standard.Price),
	}}}
}
