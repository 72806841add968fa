package timeline

import (
	"slices"

	"github.com/guanxi-go/guanxi/crm/calendar"
	"github.com/guanxi-go/guanxi/crm/finding"
)

// The codes of what this package finds.
const (
	codeOverdrawn  = "TML-PREPAID-OVERDRAWN"
	codeDealTwice  = "TML-DEAL-TWICE"
	codeIDTwice    = "TML-ID-TWICE"
	codeUnknown    = "TML-TOUCHPOINT-UNKNOWN"
	codeUnused     = "TML-TOUCHPOINT-UNUSED"
	codeNotInForce = "TML-TOUCHPOINT-INACTIVE"
)

// Catalogue returns the sentences for the findings of this package.
func Catalogue() finding.Catalogue {
	return finding.Catalogue{
		codeOverdrawn:  {En: "{received} were received in advance, more was used: balance {balance}", Zh: "预收 {received}，使用超出：余额 {balance}"},
		codeDealTwice:  {En: "deal {deal} is recorded {times} times", Zh: "成交 {deal} 记录了 {times} 次"},
		codeIDTwice:    {En: "the activity with the outside id {id} is recorded {times} times", Zh: "外部编号 {id} 的行动记录了 {times} 次"},
		codeUnknown:    {En: "{times} activities name a touchpoint that is not in the registry", Zh: "{times} 条行动所用的接触点未登记"},
		codeUnused:     {En: "in force and not used", Zh: "有效但未被使用"},
		codeNotInForce: {En: "{times} activities name it while it was not in force", Zh: "{times} 条行动在其无效期间使用"},
	}
}

// Doubles finds what is probably recorded twice, and so counted twice, as of a day
// and in the order of [finding.Compare], all of severity warning:
//
//   - TML-DEAL-TWICE about a subject: deal records of one number, whichever
//     journals they are in; the subject is that of the first;
//   - TML-ID-TWICE about a subject: activities in one journal that have the same
//     ID and do not correct each other, as a channel leaves them that delivers a
//     message again.
func (t *Timeline) Doubles(asOf calendar.Day) []finding.Finding {
	type key struct{ subject, id string }
	deals, ids := map[key]int{}, map[key]int{}
	holder := map[string]string{} // of a deal's number, the subject of the first
	for _, a := range t.all {
		if a.Kind == KindDeal {
			if _, ok := holder[a.Deal.Number]; !ok {
				holder[a.Deal.Number] = a.Subject
			}
			deals[key{holder[a.Deal.Number], a.Deal.Number}]++
		}
		if a.ID != "" {
			ids[key{a.Subject, a.ID}]++
		}
	}
	var found []finding.Finding
	add := func(counts map[key]int, code, name string) {
		for k, n := range counts {
			if n > 1 {
				found = append(found, finding.Finding{
					Code: code, Severity: finding.Warning, Subject: k.subject, AsOf: asOf,
					Params: []finding.Param{finding.Str(name, k.id), finding.Int("times", int64(n))},
				})
			}
		}
	}
	add(deals, codeDealTwice, "deal")
	add(ids, codeIDTwice, "id")
	slices.SortFunc(found, finding.Compare)
	return found
}
