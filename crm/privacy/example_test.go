package privacy_test

import (
	"encoding/json"
	"fmt"
	"time"

	"github.com/guanxi-go/guanxi/crm/calendar"
	"github.com/guanxi-go/guanxi/crm/finding"
	"github.com/guanxi-go/guanxi/crm/money"
	"github.com/guanxi-go/guanxi/crm/privacy"
	"github.com/guanxi-go/guanxi/crm/timeline"
)

func september(day, hour int) time.Time { return time.Date(2026, 9, day, hour, 0, 0, 0, time.UTC) }

// journal is what a store returns of one person.
func journal() []privacy.Consent {
	return []privacy.Consent{
		{Purpose: "marketing", Basis: privacy.ByConsent, Action: privacy.Given, Notice: 1, At: september(1, 10), Recorded: september(1, 10), Actor: "s-1"},
		{Purpose: "marketing", Basis: privacy.ByConsent, Action: privacy.Withdrawn, At: september(20, 12), Recorded: september(21, 9), Actor: "s-1"},
	}
}

func Example() {
	q := privacy.Question{Purpose: "marketing", Channel: timeline.SMS, At: september(10, 0), Age: privacy.FourteenUp, Notice: 1}
	fmt.Println(privacy.Permitted(journal(), q))

	q.At = september(20, 12)
	answer := privacy.Permitted(journal(), q)
	fmt.Println(answer.Allowed, answer.Reasons[0].Zh())

	q.Known = september(20, 12) // the withdrawal was recorded the day after
	fmt.Println(privacy.Permitted(journal(), q).Allowed)
	// Output:
	// {true [the person agreed (PIPL art. 13)]}
	// false 已撤回或已终止（个人信息保护法第15条）
	// true
}

// Sensitive data need a consent of their own, children a guardian's, and a notice
// that changed in what matters a new one.
func ExamplePermitted() {
	q := privacy.Question{
		Purpose: "marketing", At: september(10, 0), Notice: 2,
		Categories: []privacy.Category{privacy.Health}, Age: privacy.UnderFourteen,
	}
	entries := []privacy.Consent{{
		Purpose: "marketing", Basis: privacy.ByConsent, Action: privacy.Given, Notice: 1, At: september(1, 10),
		Categories: []privacy.Category{privacy.Health, privacy.Minor}, Actor: "s-1",
	}}
	for _, reason := range privacy.Permitted(entries, q).Reasons {
		fmt.Println(reason.Code.Article(), reason)
	}
	// Output:
	// 14 the notice has changed: ask again (PIPL art. 14)
	// 29 sensitive data need a separate consent: health (PIPL art. 29)
	// 29 sensitive data need a separate consent: minor (PIPL art. 29)
	// 31 under fourteen a guardian has to agree (PIPL art. 31)
}

func ExampleMerge() {
	other := []privacy.Consent{{Party: "C-9", Purpose: "marketing", Basis: privacy.ByConsent, Action: privacy.Given, Notice: 1, At: september(25, 10), Actor: "s-2"}}
	one, err := privacy.Merge(journal(), other, privacy.Merging{Party: "C-1", At: september(28, 9), Actor: "s-3"})
	if err != nil {
		fmt.Println(err)
		return
	}
	last := one[len(one)-1]
	fmt.Println(len(one), last.Action, last.Purpose, last.Categories)
	q := privacy.Question{Purpose: "marketing", At: september(28, 9), Age: privacy.FourteenUp}
	fmt.Println(privacy.Permitted(one, q).Allowed)
	// Output:
	// 4 withdrawn marketing [basic transaction behaviour preference]
	// false
}

func ExampleNewRegistry() {
	r, err := privacy.NewRegistry([]privacy.Purpose{{
		Code: "marketing", En: "offers", Zh: "营销", Bases: []privacy.Basis{privacy.ByConsent},
		Notices: []privacy.Notice{
			{Version: 1, From: september(1, 0)},
			{Version: 2, From: september(5, 0), Editorial: true},
			{Version: 3, From: september(9, 0)},
		},
	}})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, day := range []int{8, 9} {
		answer, err := r.Permitted(journal(), privacy.Question{Purpose: "marketing", At: september(day, 0), Age: privacy.FourteenUp})
		fmt.Println(answer.Allowed, answer.Reasons[0].Code, err)
	}
	_, err = r.Permitted(journal(), privacy.Question{Purpose: "resale", At: september(9, 0)})
	fmt.Println(err)
	// Output:
	// true on-consent <nil>
	// false notice-changed <nil>
	// privacy: purpose: is not in the registry: not found
}

func ExampleDue() {
	rule := privacy.Retention{Months: 6, Then: privacy.Anonymise}
	facts := privacy.Facts{
		Ended: time.Date(2026, 8, 31, 15, 0, 0, 0, time.UTC),
		Holds: []privacy.Hold{{ID: "case-4", From: september(1, 0), Until: time.Date(2027, 6, 1, 0, 0, 0, 0, time.UTC)}},
	}
	for _, month := range []time.Month{time.February, time.March, time.June} {
		fate, err := privacy.Due(rule, facts, time.Date(2027, month, 1, 0, 0, 0, 0, time.UTC), nil)
		fmt.Println(fate.Standing, fate.Then, fate.Due.Format(time.DateOnly), fate.Holds, err)
	}
	// Output:
	// kept anonymise 2027-06-01 [case-4] <nil>
	// held anonymise 2027-06-01 [case-4] <nil>
	// over anonymise 2027-06-01 [] <nil>
}

func ExampleRequests() {
	steps := []privacy.RequestStep{
		{Request: "r-1", Kind: privacy.Access, State: privacy.RequestReceived, At: september(28, 9), Actor: "s-1"},
		{Request: "r-1", State: privacy.RequestVerified, At: september(29, 9), Actor: "s-1", Evidence: "scan-7"},
	}
	list, err := privacy.Requests(steps, time.Time{}, time.Time{})
	if err != nil {
		fmt.Println(err)
		return
	}
	// The first week of October is free, the 10th of October 2026 is worked.
	closed := privacy.NonWorkingDays{From: calendar.MustDate(2026, 9, 1), Through: calendar.MustDate(2026, 10, 31)}
	for _, d := range []int{1, 2, 3, 4, 5, 6, 7, 11, 17, 18, 24, 25, 31} {
		closed.Days = append(closed.Days, calendar.MustDate(2026, 10, d))
	}
	deadline, err := privacy.Deadline(list[0].Received, privacy.AnswerDays, closed.Add, nil)
	fmt.Println(list[0].State, deadline.Format(time.DateOnly), list[0].Overdue(deadline, deadline), err)
	// Output: verified 2026-10-24 true <nil>
}

func ExampleNewCopy() {
	profile, err := privacy.SectionOf("profile", []map[string]string{{"name": "张三", "city": "上海"}})
	if err != nil {
		fmt.Println(err)
		return
	}
	consents, err := privacy.SectionOf("consents", []privacy.Consent{})
	if err != nil {
		fmt.Println(err)
		return
	}
	c, err := privacy.NewCopy(privacy.CopyHead{Party: "C-1", AsOf: september(1, 0)}, profile, consents)
	fmt.Println(string(c.JSON), err)
	fmt.Println(c.SHA256[:16], c.Counts)
	// Output:
	// {"as_of":"2026-09-01T00:00:00Z","party":"C-1","sections":[{"count":0,"items":[],"name":"consents"},{"count":1,"items":[{"city":"上海","name":"张三"}],"name":"profile"}],"version":1} <nil>
	// 4e04c0456d9b6014 map[consents:0 profile:1]
}

func ExampleDecision() {
	d := privacy.Decision{
		ID: "d-1", Party: "C-1", At: september(1, 0), Model: "churn", Version: "3", Score: 0.82, HumanContact: "s-17",
		Contributions: []privacy.Contribution{
			{Input: "age", En: "age of the contract", Zh: "合同年限", Value: -0.02},
			{Input: "silent", En: "days since the last purchase", Zh: "距上次消费天数", Value: 0.31},
			{Input: "cases", En: "open complaints", Zh: "未结投诉", Value: 0.12},
			{Input: "visits", En: "visits", Zh: "到访次数", Value: 0.01},
		},
		Personalised: privacy.Treatment{Action: "call", Price: money.Amount{Minor: 9900, Currency: money.CNY}},
		Standard:     privacy.Treatment{Action: "none", Price: money.Amount{Minor: 12900, Currency: money.CNY}},
		OptedOut:     true,
	}
	for _, lang := range []finding.Language{finding.English, finding.Chinese} {
		text, err := d.Explain(lang, 2)
		fmt.Println(text, err)
	}
	fmt.Println(d.Treatment().Action, d.Treatment().Price)
	// Output:
	// The score 0.820 was computed by the model churn 3. What moved it most: days since the last purchase (+0.310), open complaints (+0.120), 2 further inputs (-0.010). You have refused automated decisions: you get the action and the price that anybody gets. To have it explained or changed by a person, ask s-17. <nil>
	// 评分 0.820，由模型 churn 3 计算得出。影响最大的因素：距上次消费天数（+0.310）、未结投诉（+0.120）、2 项其他因素（-0.010）。您已拒绝自动化决策：适用面向所有人的方案和价格。如需人工说明或更正，请联系 s-17。 <nil>
	// none 129.00 CNY
}

func ExamplePlanErasure() {
	h := privacy.Holdings{
		Party:       "C-1",
		Identifiers: []privacy.Identifier{{Holder: "C-1", Key: "phone:+8613800138000"}},
		Entries:     []privacy.EntryRef{{Subject: "C-1", Journal: "timeline", Seq: 7, Personal: true}, {Subject: "C-1", Journal: "timeline", Seq: 8}},
		Redirects:   []string{"C-9"},
	}
	opts := privacy.ErasureOptions{Key: []byte("guanxi-test-key-guanxi-test-key-"), Token: "forgotten-5f0c27b1a9", At: september(1, 0)}
	plan, err := privacy.PlanErasure(h, opts)
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, s := range plan.Steps {
		fmt.Printf("%s %s %d %.20q\n", s.Kind, s.Subject, s.Seq, s.Ref)
	}
	h.Holds = []privacy.Hold{{ID: "case-4"}}
	_, err = privacy.PlanErasure(h, opts)
	fmt.Println(err)
	// Output:
	// blank-record C-1 0 ""
	// clear-entry C-1 7 ""
	// put-tombstone C-1 0 "60a9715a5585653c9962"
	// release-claim C-1 0 "phone:+8613800138000"
	// remove-redirect C-1 0 "C-9"
	// privacy: C-1: holds: stand against it: case-4: conflict
}

func ExampleTombstone() {
	key := []byte("guanxi-test-key-guanxi-test-key-") // at least 32 random bytes, kept apart from the data
	digest, err := privacy.Tombstone(key, "phone:+8613800138000")
	fmt.Println(digest, err)
	_, err = privacy.Tombstone(key[:31], "phone:+8613800138000")
	fmt.Println(err)
	// Output:
	// 60a9715a5585653c9962301a97b583557ae557fa8cd1ad082f643d32c1f0047a <nil>
	// privacy: key: is shorter than 32 bytes: invalid
}

func ExampleSearch() {
	row, err := json.Marshal(map[string]string{"name": "LI Lei", "text": "call <Li Lei>"})
	if err != nil {
		fmt.Println(err)
		return
	}
	hits, err := privacy.Search(append(row, "; \\u5f20\\u4E09; \x20\x5f\x09\x4e"...), []string{"li lei", "张三"})
	for _, h := range hits {
		fmt.Println(h.Text, h.Offset, h.Form)
	}
	fmt.Println(err)
	// Output:
	// 0 9 utf-8
	// 0 36 utf-8
	// 1 52 json-escaped
	// 1 66 utf-16le
	// <nil>
}
