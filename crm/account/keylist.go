package account

import (
	"cmp"
	"errors"
	"slices"
	"strings"

	"github.com/guanxi-go/guanxi/crm/calendar"
	"github.com/guanxi-go/guanxi/crm/finding"
	"github.com/guanxi-go/guanxi/crm/money"
	"github.com/guanxi-go/guanxi/crm/segment"
)

// KeyRule says who comes on the list of key accounts, and who stays on it. The zero
// value is the ready-made rule: in by 70 % of the value, out beyond 80 %.
type KeyRule struct {
	Enter money.Ratio `json:"enter,omitzero"` // who is in the smallest top set that holds this share of the value comes on; none is 70/100
	Stay  money.Ratio `json:"stay,omitzero"`  // who is in that of this share stays on; at least Enter; none is 80/100
	// MinStrategic is how many strategic points make a key account whatever the value;
	// 0: points play no part.
	MinStrategic int64 `json:"min_strategic,omitzero"`
}

// Validate reports every problem of the rule, joined: a share outside (0, 1], Stay
// below Enter, points below 0.
func (r KeyRule) Validate() error {
	r = r.full()
	p := problems{item: -1}
	one := money.Ratio{Num: 1, Den: 1}
	share := func(s money.Ratio) bool {
		above, err := s.Cmp(one)
		return err == nil && s.Num > 0 && above <= 0
	}
	p.check(share(r.Enter), "enter", "is no share above 0 and up to 1")
	p.check(share(r.Stay), "stay", "is no share above 0 and up to 1")
	if order, err := r.Stay.Cmp(r.Enter); err == nil {
		p.check(order >= 0, "stay", "is below enter")
	}
	p.check(r.MinStrategic >= 0, "min_strategic", "is below 0")
	return p.join()
}

func (r KeyRule) full() KeyRule {
	r.Enter = cmp.Or(r.Enter, money.Ratio{Num: 70, Den: 100})
	r.Stay = cmp.Or(r.Stay, money.Ratio{Num: 80, Den: 100})
	return r
}

// KeyAccount is a customer on the list of key accounts (大客户), and why.
type KeyAccount struct {
	Customer  string `json:"customer"`
	Value     int64  `json:"value"`     // the candidate's, in minor units
	Strategic int64  `json:"strategic"` // the candidate's points
	// Reason is why it would come on the list today; none of one that only stays on.
	Reason segment.KeyReason `json:"reason"`
}

// KeyList is what becomes of the list of key accounts (大客户名单).
type KeyList struct {
	Accounts []KeyAccount `json:"accounts,omitempty"` // by value from the greatest down, then by id
	Entered  []string     `json:"entered,omitempty"`  // who came on, by id
	Left     []string     `json:"left,omitempty"`     // who went off, by id
}

// KeyAccounts reviews the list of key accounts: who is in the smallest top set that
// holds the share Enter of the value of all candidates comes on, those of equal value
// at its end included, and who has the strategic points. Who is on the list stays on
// until he is outside the set of the greater share Stay, so that no account goes in
// and out with every small change. Somebody listed who is no candidate goes off.
//
// ErrInvalid: the rule, an id. ErrDuplicate: a candidate twice. The errors of
// [segment.TopHolders], ErrInsufficientData and ErrOverflow, where shares of the value
// cannot be had.
func KeyAccounts(candidates []segment.Candidate[string], listed []string, rule KeyRule) (KeyList, error) {
	if err := errors.Join(rule.Validate(), checkCandidates(candidates)); err != nil {
		return KeyList{}, err
	}
	rule = rule.full()
	values := make([]int64, len(candidates))
	for i, c := range candidates {
		values[i] = c.Value
	}
	enter, err := segment.TopHolders(values, rule.Enter)
	if err != nil {
		return KeyList{}, err
	}
	stay, err := segment.TopHolders(values, rule.Stay)
	if err != nil {
		return KeyList{}, err
	}
	left := map[string]bool{}
	for _, id := range listed {
		left[id] = true
	}
	var list KeyList
	for _, c := range candidates {
		reason := segment.KeyNone
		if enter.Contains(c.Value) {
			reason = segment.KeyByValue
		}
		if rule.MinStrategic > 0 && c.Strategic >= rule.MinStrategic {
			reason |= segment.KeyByStrategy // with KeyByValue it makes KeyByBoth
		}
		was := left[c.Customer]
		if reason == segment.KeyNone && !(was && stay.Contains(c.Value)) {
			continue
		}
		list.Accounts = append(list.Accounts, KeyAccount{c.Customer, c.Value, c.Strategic, reason})
		if delete(left, c.Customer); !was {
			list.Entered = append(list.Entered, c.Customer)
		}
	}
	for id := range left {
		list.Left = append(list.Left, id)
	}
	slices.Sort(list.Entered)
	slices.Sort(list.Left)
	slices.SortFunc(list.Accounts, func(a, b KeyAccount) int {
		return cmp.Or(cmp.Compare(b.Value, a.Value), strings.Compare(a.Customer, b.Customer))
	})
	return list, nil
}

func checkCandidates(candidates []segment.Candidate[string]) error {
	var errs []error
	seen := make(map[string]bool, len(candidates))
	for i, c := range candidates {
		p := problems{list: "candidates", item: i}
		p.check(validID(c.Customer), "customer", notID)
		errs = append(errs, p.errs...)
		if seen[c.Customer] {
			errs = append(errs, refuse(ErrDuplicate, "candidates", i, "a customer twice"))
		}
		seen[c.Customer] = true
	}
	return errors.Join(errs...)
}

// KeyFindings returns what a key account lacks: an owner (ACC-KEY-NO-OWNER) and a plan
// (ACC-KEY-NO-PLAN). Both are ids, "" for none.
func KeyFindings(customer, owner, plan string, asOf calendar.Day) (found []finding.Finding) {
	for _, lack := range []struct{ id, code string }{{owner, "ACC-KEY-NO-OWNER"}, {plan, "ACC-KEY-NO-PLAN"}} {
		if lack.id == "" {
			found = append(found, finding.Finding{Code: lack.code, Severity: finding.Warning, Subject: customer, AsOf: asOf})
		}
	}
	return found
}
