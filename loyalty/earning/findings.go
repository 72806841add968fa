package earning

import (
	"strconv"

	"github.com/shopspring/decimal"

	"github.com/guanxi-go/guanxi/crm/calendar"
	"github.com/guanxi-go/guanxi/crm/finding"
	"github.com/guanxi-go/guanxi/crm/money"
)

// Catalogue returns the sentences of this package's findings.
func Catalogue() finding.Catalogue {
	return finding.Catalogue{
		"EARN-GAVE":       {En: "rule {rule} gave {points} points and {qp} qualifying points", Zh: "规则 {rule} 给予 {points} 积分、{qp} 定级积分"},
		"EARN-MULTIPLIED": {En: "rule {rule}, times {factor}, added {points} points and {qp} qualifying points", Zh: "规则 {rule}（{factor} 倍）增加 {points} 积分、{qp} 定级积分"},
		"EARN-CAPPED":     {En: "limit {cap} reached: {points} points and {qp} qualifying points less", Zh: "已达上限 {cap}：少得 {points} 积分、{qp} 定级积分"},
		"EARN-REFUSED":    {En: "rule {rule} does not apply: {why}", Zh: "规则 {rule} 不适用：{why}"},
	}
}

// Finding words a step for people, about a subject such as the order's id. A cap
// is a Notice, the rest is Info.
func (s Step) Finding(subject string, asOf calendar.Day) finding.Finding {
	f := finding.Finding{Code: "EARN-GAVE", Subject: subject, AsOf: asOf}
	rule, points, qp := "rule", s.Points, s.QP
	switch s.Kind {
	case Multiplied:
		f.Code = "EARN-MULTIPLIED"
	case Capped:
		f.Code, f.Severity = "EARN-CAPPED", finding.Notice
		rule, points, qp = "cap", -points, -qp
	}
	f.Params = []finding.Param{finding.Str(rule, s.ID), finding.Int("points", points), finding.Int("qp", qp)}
	if s.Kind == Multiplied {
		f.Params = append(f.Params, finding.Str("factor", decimalText(s.Factor)))
	}
	return f
}

// decimalText writes a factor as it was configured: 3/2 is 1.5.
func decimalText(r money.Ratio) string {
	d, err := r.Decimal(money.MaxDigits)
	if err != nil || !d.Mul(decimal.NewFromInt(r.Den)).Equal(decimal.NewFromInt(r.Num)) {
		return strconv.FormatInt(r.Num, 10) + "/" + strconv.FormatInt(r.Den, 10)
	}
	return d.String()
}

// Findings words the explanation, step by step.
func (r Result) Findings(subject string, asOf calendar.Day) []finding.Finding {
	found := make([]finding.Finding, len(r.Explanation))
	for i, s := range r.Explanation {
		found[i] = s.Finding(subject, asOf)
	}
	return found
}

// Refused says that a rule gave an order nothing, and why.
type Refused struct {
	Rule string  `json:"rule"` // its id
	Why  Refusal `json:"why"`
}

// Finding words the refusal for people; it is Info.
func (r Refused) Finding(subject string, asOf calendar.Day) finding.Finding {
	return finding.Finding{Code: "EARN-REFUSED", Subject: subject, AsOf: asOf,
		Params: []finding.Param{finding.Str("rule", r.Rule), finding.Term("why", r.Why)}}
}

// Refusals lists the rules that do not apply to an order, base rules first, each
// with the first condition that does not hold: the answer to "why no double points
// for me" (为何没有). A rule that applies and only came second in its group, or below
// the best multiplier, is not among them. It has the errors of [Plan.Earn] about
// its input.
func (p *Plan) Refusals(o Order, c Context) ([]Refused, error) {
	var b buffers
	w, err := p.open(&b, &o, &c)
	if err != nil {
		return nil, err
	}
	var refused []Refused
	for i := range p.rules {
		if why := p.refusal(&w, &p.rules[i]); why != 0 {
			refused = append(refused, Refused{p.rules[i].id, why})
		}
	}
	return refused, nil
}
