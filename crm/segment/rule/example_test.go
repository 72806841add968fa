package rule_test

import (
	"encoding/json"
	"fmt"
	"log"
	"time"

	"github.com/shopspring/decimal"

	"github.com/guanxi-go/guanxi/crm/calendar"
	"github.com/guanxi-go/guanxi/crm/segment/rule"
)

// shop is the schema of the examples.
func shop() *rule.Schema {
	schema, err := rule.NewSchema([]rule.Field{
		{Name: "city", Type: rule.TypeText},
		{Name: "staff", Type: rule.TypeBool},
		{Name: "joined", Type: rule.TypeDay},
		{Name: "tags", Type: rule.TypeTags},
	}, []rule.EventKind{{
		Name: "purchase",
		Attributes: []rule.Field{
			{Name: "amount", Type: rule.TypeNumber, Scale: 2},
			{Name: "channel", Type: rule.TypeText},
		},
	}})
	if err != nil {
		log.Fatal(err)
	}
	return schema
}

// wang bought three times, the last time in March.
func wang() *rule.Record {
	purchase := func(month time.Month, day int, fen int64) rule.Event {
		return rule.Event{Kind: "purchase", Day: calendar.MustDate(2025, month, day), Values: rule.Values{
			"amount":  rule.Decimal(fen, 2),
			"channel": rule.Text("微信"),
		}}
	}
	record, err := rule.NewRecord(shop(),
		rule.Values{"city": rule.Text("上海"), "staff": rule.Bool(false), "tags": rule.Tags("vip")},
		[]rule.Event{purchase(3, 2, 9900), purchase(1, 5, 12000), purchase(2, 11, 4550)})
	if err != nil {
		log.Fatal(err)
	}
	return record
}

// Whom to win back: three purchases or more, none in the last 90 days.
func Example() {
	winBack, err := rule.Parse([]byte(`{"all": [
		{"attribute": "city", "in": ["上海", "杭州"]},
		{"event": "purchase", "count": {"ge": 3}},
		{"event": "purchase", "within": {"days": 90}, "count": {"eq": 0}},
		{"not": {"attribute": "staff", "eq": true}}
	]}`))
	if err != nil {
		log.Fatal(err)
	}
	segment, err := rule.Compile(winBack, shop(), nil)
	if err != nil {
		log.Fatal(err)
	}
	for _, month := range []time.Month{time.May, time.June} {
		asOf := calendar.MustDate(2025, month, 1)
		selected, err := segment.Match(wang(), asOf)
		fmt.Println(asOf, selected, err)
	}
	// Output:
	// 2025-05-01 false <nil>
	// 2025-06-01 true <nil>
}

func ExampleParse() {
	r, err := rule.Parse([]byte(`{"count": {"ge": 3.0}, "event": "purchase"}`))
	fmt.Println(r, err)

	_, err = rule.Parse([]byte(`{"any": [
  {"attribute": "city", "eq": "上海", "ne": "杭州"},
  {"event": "purchase", "count": {"ge": -1}}
]}`))
	for _, problem := range rule.Problems(err) {
		fmt.Println(problem.Line, problem.Column, problem.Path, problem.Reason)
	}
	// Output:
	// {"event":"purchase","count":{"ge":3}} <nil>
	// 2 37 /any/0/ne a comparison has one operator, and here is eq already
	// 3 41 /any/1/count/ge a whole number from 0 to 2147483647 is needed
}

func ExampleParseSet() {
	set, err := rule.ParseSet([]byte(`{
		"vip":   {"attribute": "tags", "contains": "vip"},
		"inner": {"any": [{"segment": "vip"}, {"attribute": "staff", "eq": true}]}
	}`))
	fmt.Println(set["inner"], set["inner"].Segments(), err)
	// Output:
	// {"any":[{"segment":"vip"},{"attribute":"staff","eq":true}]} [vip] <nil>
}

func ExampleCompile() {
	r, err := rule.Parse([]byte(`{"all": [
  {"attribute": "ctiy", "eq": "上海"},
  {"attribute": "joined", "ge": "2025-02-29"},
  {"event": "purchase", "sum": {"of": "amount", "ge": 99.995}}
]}`))
	if err != nil {
		log.Fatal(err)
	}
	_, err = rule.Compile(r, shop(), nil)
	fmt.Println(err)
	// Output:
	// rule: line 2, column 17: /all/0/attribute: there is no such attribute: invalid
	// rule: line 3, column 33: /all/1/ge: the attribute is a day: a date YYYY-MM-DD is needed: invalid
	// rule: line 4, column 55: /all/2/sum/ge: the number has more digits after the point than the attribute: invalid
}

func ExampleCompileSet() {
	set, err := rule.ParseSet([]byte(`{
		"vip":    {"attribute": "tags", "contains": "vip"},
		"active": {"event": "purchase", "within": {"months": 2}, "count": {"ge": 1}},
		"care":   {"all": [{"segment": "vip"}, {"not": {"segment": "active"}}]}
	}`))
	if err != nil {
		log.Fatal(err)
	}
	segments, err := rule.CompileSet(set, shop())
	if err != nil {
		log.Fatal(err)
	}
	for _, name := range []string{"vip", "active", "care"} {
		selected, err := segments[name].Match(wang(), calendar.MustDate(2025, time.May, 3))
		fmt.Println(name, selected, err)
	}
	// Output:
	// vip true <nil>
	// active false <nil>
	// care true <nil>
}

// A segment that leads back to itself.
func ExampleCompileSet_circle() {
	set, err := rule.ParseSet([]byte(`{
  "loyal": {"segment": "vip"},
  "vip":   {"any": [{"attribute": "tags", "contains": "vip"}, {"segment": "loyal"}]}
}`))
	if err != nil {
		log.Fatal(err)
	}
	_, err = rule.CompileSet(set, shop())
	fmt.Println(err)
	// Output:
	// rule: segment "vip": line 3, column 75: /vip/any/1/segment: the segments lead in a circle: loyal -> vip -> loyal: invalid
}

// compiled compiles a rule of the examples.
func compiled(text string) *rule.Segment {
	r, err := rule.Parse([]byte(text))
	if err != nil {
		log.Fatal(err)
	}
	s, err := rule.Compile(r, shop(), nil)
	if err != nil {
		log.Fatal(err)
	}
	return s
}

// A filter chooses the events that are measured.
func ExampleSegment_Match() {
	s := compiled(`{
		"event":  "purchase",
		"where":  {"attribute": "channel", "eq": "微信"},
		"within": {"months": 3},
		"sum":    {"of": "amount", "ge": 144.5}
	}`)
	fmt.Println(s.Match(wang(), calendar.MustDate(2025, time.April, 30))) // 99.00 + 45.50 since 30 January
	fmt.Println(s.Match(wang(), calendar.MustDate(2025, time.May, 12)))   // 99.00 since 12 February
	// Output:
	// true <nil>
	// false <nil>
}

// When Wang joined is missing: neither the condition nor its negation is true.
func ExampleSegment_Decide() {
	asOf := calendar.MustDate(2025, time.May, 1)
	fmt.Println(compiled(`{"attribute": "joined", "daysAgo": {"gt": 365}}`).Decide(wang(), asOf))
	fmt.Println(compiled(`{"not": {"attribute": "joined", "daysAgo": {"gt": 365}}}`).Decide(wang(), asOf))
	fmt.Println(compiled(`{"attribute": "joined", "exists": false}`).Decide(wang(), asOf))
	// Output:
	// unknown <nil>
	// unknown <nil>
	// true <nil>
}

func ExampleSegment_Explain() {
	s := compiled(`{"all": [
		{"attribute": "tags", "contains": "vip"},
		{"event": "purchase", "count": {"ge": 3}},
		{"any": [
			{"event": "purchase", "lastDaysAgo": {"gt": 180}},
			{"attribute": "joined", "lt": "2020-01-01"}
		]}
	]}`)
	why, err := s.Explain(wang(), calendar.MustDate(2025, time.May, 1))
	if err != nil {
		log.Fatal(err)
	}
	fmt.Print(why)
	for _, reason := range why.Reasons() {
		fmt.Println(reason.Truth, reason.Path)
	}
	// Output:
	// unknown all
	//   true {"attribute":"tags","contains":"vip"}: vip
	//   true {"event":"purchase","count":{"ge":3}}: 3
	//   unknown any
	//     false {"event":"purchase","lastDaysAgo":{"gt":180}}: 60
	//     unknown {"attribute":"joined","lt":"2020-01-01"}: missing
	// unknown /all/2/any/1
}

// The last purchase was on 2 March: it is in the last 90 days up to 31 May.
func ExampleSegment_Recheck() {
	s := compiled(`{"event": "purchase", "within": {"days": 90}, "count": {"eq": 0}}`)
	day := calendar.MustDate(2025, time.May, 20)
	for day != 0 {
		selected, err := s.Match(wang(), day)
		if err != nil {
			log.Fatal(err)
		}
		fmt.Println(day, selected)
		if day, err = s.Recheck(wang(), day); err != nil {
			log.Fatal(err)
		}
	}
	// Output:
	// 2025-05-20 false
	// 2025-06-01 true
}

// An order as the host has it, and the customer over it: no copy is made.
type order struct {
	day   calendar.Day
	cents int64
}

type customer struct {
	city   string
	orders []order
}

func (c customer) Attribute(i int) rule.Value {
	if c.city == "" {
		return rule.Value{}
	}
	return rule.Text(c.city)
}

func (c customer) EventCount(k int) int                  { return len(c.orders) }
func (c customer) EventDay(k, n int) calendar.Day        { return c.orders[n].day }
func (c customer) EventAttribute(k, n, i int) rule.Value { return rule.Decimal(c.orders[n].cents, 2) }

func ExampleSubject() {
	schema, err := rule.NewSchema(
		[]rule.Field{{Name: "city", Type: rule.TypeText}},
		[]rule.EventKind{{Name: "order", Attributes: []rule.Field{{Name: "amount", Type: rule.TypeNumber, Scale: 2}}}})
	if err != nil {
		log.Fatal(err)
	}
	r, err := rule.Parse([]byte(`{"event": "order", "sum": {"of": "amount", "ge": 100}}`))
	if err != nil {
		log.Fatal(err)
	}
	s, err := rule.Compile(r, schema, nil)
	if err != nil {
		log.Fatal(err)
	}
	li := customer{city: "杭州", orders: []order{{calendar.MustDate(2025, 4, 1), 6000}, {calendar.MustDate(2025, 3, 1), 4000}}}
	fmt.Println(s.Match(li, calendar.MustDate(2025, time.May, 1)))
	// Output:
	// true <nil>
}

func ExampleNewSchema() {
	_, err := rule.NewSchema([]rule.Field{
		{Name: "city", Type: rule.TypeText},
		{Name: "city", Type: rule.TypeText, Scale: 2},
	}, nil)
	fmt.Println(err)
	// Output:
	// rule: /attributes/1/name: this name stands twice: invalid
	// rule: /attributes/1/scale: the scale of a number is 0 to 18, of any other type 0: invalid
}

func ExampleNewRecord() {
	_, err := rule.NewRecord(shop(),
		rule.Values{"ctiy": rule.Text("上海")},
		[]rule.Event{{Kind: "purchase", Day: calendar.MustDate(2025, 3, 2), Values: rule.Values{"amount": rule.Int(99)}}})
	fmt.Println(err)
	// Output:
	// rule: /attributes/ctiy: the schema has no such attribute: invalid
	// rule: /events/0/amount: the value has 0 digits after the point, the schema says 2: invalid
}

func ExampleDecimalOf() {
	price := decimal.RequireFromString("99.5")
	fmt.Println(rule.DecimalOf(price, 2))
	_, err := rule.DecimalOf(price, 0)
	fmt.Println(err)
	// Output:
	// 99.50 <nil>
	// rule: the number has more digits after the point than its scale: invalid
}

// Rules are stored with the host's own settings.
func ExampleRule_UnmarshalJSON() {
	var campaign struct {
		Name   string     `json:"name"`
		Target *rule.Rule `json:"target"`
	}
	err := json.Unmarshal([]byte(`{"name": "618", "target": {"attribute": "city", "eq": "上海"}}`), &campaign)
	fmt.Println(campaign.Name, campaign.Target, err)
	// Output:
	// 618 {"attribute":"city","eq":"上海"} <nil>
}
