package lead_test

import (
	"errors"
	"fmt"
	"time"

	"github.com/guanxi-go/guanxi/crm/finding"
	"github.com/guanxi-go/guanxi/crm/pipeline/lead"
	"github.com/guanxi-go/guanxi/crm/stage"
	"github.com/guanxi-go/guanxi/crm/timeline"
)

func Example() {
	form := lead.Form{ID: "website", Version: 1, En: "Ask for a call", Zh: "预约回电", Source: "website", Touchpoint: "website", Channel: timeline.Web,
		Fields: []lead.Field{
			{Name: "name", Kind: lead.PersonName, Required: true},
			{Name: "mobile", Kind: lead.Phone, Required: true},
		},
		Purposes: []lead.Purpose{{Code: "contact", Required: true, Versions: []int{1}}},
		Limit:    lead.Limit{Tries: 5, Per: time.Minute, Burst: 1},
	}
	now := time.Date(2026, 3, 1, 9, 0, 0, 0, time.UTC)
	submission := lead.Submission{Form: "website", Version: 1, Origin: "device-7", Values: map[string]string{"mobile": "+86 138-0013"}}

	_, throttle, err := form.Capture(submission, lead.Throttle{}, now)
	for _, wrong := range err.(interface{ Unwrap() []error }).Unwrap() {
		var e *lead.Error
		fmt.Println(errors.As(wrong, &e), e.Text(finding.English))
	}
	submission.Values = map[string]string{"name": "张三", "mobile": "+86 138-0013-8000"}
	submission.Consents = []lead.Tick{{Purpose: "contact", Version: 1}}
	_, throttle, err = form.Capture(submission, throttle, now.Add(5*time.Second))
	fmt.Println(err)
	data, _, err := form.Capture(submission, throttle, now.Add(12*time.Second))
	fmt.Println(data.Identifiers[0].Masked(), err)
	// Output:
	// true name is missing
	// true mobile cannot be read
	// true the consent to contact is missing
	// lead: limit: too many tries; the next one in 7s: throttled: forbidden
	// 138****8000 <nil>
}

func ExampleSettle() {
	s, err := lead.Settle([]lead.Match{{ID: "lead-4", Code: "name"}, {Customer: true, ID: "c-9", Certain: true, Code: "phone"}})
	fmt.Println(s.Outcome, s.To.ID, err)
	s, err = lead.Settle([]lead.Match{{ID: "lead-4", Code: "name"}})
	fmt.Println(s.Outcome, s.Possible[0].ID, err)
	// Output:
	// attached c-9 <nil>
	// created lead-4 <nil>
}

func ExampleData_Convert() {
	data := lead.Data{Person: "张三", Company: "华信科技", Source: "fair-2026"}
	c, err := data.Convert(lead.Plan{})
	fmt.Println(c.Customer.Type, c.Person.Type, c.Contact, c.Role, err)
	_, err = data.Convert(lead.Plan{Customer: "c-9", Alone: true})
	fmt.Println(err)
	// Output:
	// organisation person true other <nil>
	// <nil>
}

func ExampleMachine() {
	m := lead.Machine()
	now := time.Date(2026, 3, 1, 9, 0, 0, 0, time.UTC)
	var journal []stage.Entry[lead.State]
	for _, to := range []lead.State{lead.New, lead.Assigned, lead.Converted} {
		e, err := m.Decide(journal, stage.Command[lead.State]{To: to, Now: now, Actor: "s-7"})
		fmt.Println(e.To, err)
		if err == nil {
			journal = append(journal, e)
		}
	}
	// Output:
	// new <nil>
	// assigned <nil>
	//  stage: to: from assigned to converted: is not in the table: no such transition
}
