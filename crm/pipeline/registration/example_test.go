package registration_test

import (
	"fmt"
	"time"

	"github.com/guanxi-go/guanxi/crm/money"
	"github.com/guanxi-go/guanxi/crm/pipeline/registration"
)

func Example() {
	zone := time.FixedZone("CST", 8*3600)
	policy := registration.Policy{Zone: zone}
	march := time.Date(2026, 3, 1, 10, 0, 0, 0, zone)

	submitted, err := policy.Submit(registration.Claim{Claimant: "s-7", Party: "c-9", Line: "pumps", Evidence: []string{"doc-1"}}, nil,
		registration.Act{Actor: "s-7", Recorded: march})
	if err != nil {
		fmt.Println(err)
		return
	}
	r, err := registration.Fold([]registration.Entry{submitted})
	if err != nil {
		fmt.Println(err)
		return
	}
	approved, err := policy.Approve(r, nil, registration.Act{Actor: "head", Recorded: march})
	if err != nil {
		fmt.Println(err)
		return
	}
	r, err = registration.Fold([]registration.Entry{submitted, approved})
	fmt.Println(r.State, r.Until.In(zone).Format("2006-01-02 15:04"), err)

	_, err = policy.Submit(registration.Claim{Claimant: "s-8", Party: "c-9", Line: "pumps"}, []registration.Registration{r},
		registration.Act{Actor: "s-8", Recorded: march.AddDate(0, 1, 0)})
	fmt.Println(err)
	// Output:
	// approved 2026-05-31 00:00 <nil>
	// registration: party: s-7 is protected until 2026-05-30T16:00:00Z: taken
}

func ExamplePolicy_Rule() {
	policy := registration.Policy{Zone: time.UTC}
	day := func(m time.Month, d int) time.Time { return time.Date(2026, m, d, 9, 0, 0, 0, time.UTC) }
	ruling, err := policy.Rule(registration.Conflict{Party: "c-9", Line: "pumps", Claimants: []registration.Claimant{
		{ID: "s-7", Acted: []time.Time{day(2, 1)}},
		{ID: "s-8", Owner: true, Acted: []time.Time{day(5, 20)}},
	}}, day(6, 1))
	fmt.Println(ruling.Winner, ruling.Rule, ruling.Rule.Zh(), err)

	// Two months later nobody has done anything lately: who acted first wins.
	ruling, err = policy.Rule(registration.Conflict{Party: "c-9", Line: "pumps", Claimants: []registration.Claimant{
		{ID: "s-7", Acted: []time.Time{day(2, 1)}},
		{ID: "s-8", Owner: true, Acted: []time.Time{day(5, 20)}},
	}}, day(8, 1))
	fmt.Println(ruling.Winner, ruling.Rule, err)
	// Output:
	// s-8 active-owner 现负责人有跟进 <nil>
	// s-7 earlier-action <nil>
}

func ExamplePolicy_Arbitrate() {
	policy := registration.Policy{Zone: time.UTC}
	june := time.Date(2026, 6, 1, 9, 0, 0, 0, time.UTC)
	open, err := policy.Rule(registration.Conflict{Party: "c-9", Line: "pumps",
		Claimants: []registration.Claimant{{ID: "s-7"}, {ID: "s-8"}}}, june)
	fmt.Println(open.Rule, err)
	done, err := policy.Arbitrate(open, "head", "s-8", []registration.Share{
		{Claimant: "s-7", Part: money.Ratio{Num: 1, Den: 4}}, {Claimant: "s-8", Part: money.Ratio{Num: 3, Den: 4}}})
	fmt.Println(done.Winner, done.Split[0].Claimant, done.Split[0].Part, err)
	// Output:
	// arbiter <nil>
	// s-8 s-7 1/4 <nil>
}
