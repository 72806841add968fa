package field_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"

	"github.com/shopspring/decimal"

	"github.com/guanxi-go/guanxi/crm/calendar"
	"github.com/guanxi-go/guanxi/crm/field"
)

func Example() {
	schema := field.Schema{Version: 1, Fields: []field.Field{
		{Code: "grade", Zh: "等级", Type: field.TypeEnum, Required: true,
			Options: []field.Option{{Code: "gold", Zh: "金"}, {Code: "silver", Zh: "银"}}},
		{Code: "birthday", Zh: "生日", Type: field.TypeDate, Personal: true},
		{Code: "staff", Zh: "人数", Type: field.TypeInt, Min: field.Int(0)},
	}}
	checker, err := schema.Compile()
	fmt.Println(checker.Version(), err)

	birthday, _ := calendar.ParseDay("1990-02-28")
	fmt.Println(checker.Check(field.Values{"grade": field.Enum("gold"), "birthday": field.Date(birthday)}))
	fmt.Println(checker.Check(field.Values{"staff": field.Int(-3), "fax": field.Text("010-65529988")}))
	// Output:
	// 1 <nil>
	// <nil>
	// field: fax: is not a field of this version: invalid
	// field: grade: is required: incomplete
	// field: staff: is below the smallest value allowed: invalid
}

func ExamplePlan() {
	old := field.Schema{Version: 1, Fields: []field.Field{
		{Code: "size", Type: field.TypeText},
		{Code: "fax", Type: field.TypeText},
		{Code: "trade", Type: field.TypeText},
	}}
	next := field.Schema{Version: 2, Fields: []field.Field{
		{Code: "staff", Type: field.TypeInt},
		{Code: "trade", Type: field.TypeEnum, Options: []field.Option{{Code: "food"}, {Code: "other"}}},
		{Code: "vat", Type: field.TypeBool, Required: true},
	}}
	_, err := field.Plan(old, next, field.Rename("size", "staff"))
	fmt.Println(err)

	m, err := field.Plan(old, next,
		field.Rename("size", "staff"), field.Convert("size", nil),
		field.Convert("trade", map[string][]string{"餐饮": {"food"}, "食品": {"food"}}),
		field.Drop("fax"),
		field.Default("vat", field.Bool(false)))
	fmt.Println(m.From(), m.To(), err)

	values, dropped, err := m.Apply(field.Values{
		"size": field.Text("120"), "fax": field.Text("65529988"), "trade": field.Text("食品")})
	text, _ := json.Marshal(values)
	fmt.Println(string(text), len(dropped), err)

	_, _, err = m.Apply(field.Values{"size": field.Text("about 120")})
	fmt.Println(err)
	// Output:
	// field: size: type: is another: it needs a convert: incomplete
	// field: fax: is gone: it needs a rename or a drop: incomplete
	// field: trade: type: is another: it needs a convert: incomplete
	// field: vat: default: is missing: records may lack the required value: incomplete
	// 1 2 <nil>
	// {"staff":{"int":120},"trade":{"enum":"food"},"vat":{"bool":false}} 1 <nil>
	// field: size: has a value that is no int and is not in the map: invalid
}

func ExampleMigration_DryRun() {
	old := field.Schema{Version: 1, Fields: []field.Field{{Code: "staff", Type: field.TypeText}}}
	next := field.Schema{Version: 2, Fields: []field.Field{{Code: "staff", Type: field.TypeInt}}}
	m, _ := field.Plan(old, next, field.Convert("staff", nil))

	records := map[string]field.Values{
		"C1": {"staff": field.Text("120")},
		"C2": {"staff": field.Text("some")},
		"C3": {},
	}
	run := m.DryRun(maps.All(records))
	fmt.Println(run.Records, run.Failed, run.Failing)
	fmt.Printf("%+v\n", run.Fields)
	// Output:
	// 3 1 [C2]
	// [{Version:1 Field:staff Carried:0 Converted:1 Defaulted:0 Dropped:0 Failed:1}]
}

func ExampleSplit() {
	schema := func(version int, trades ...string) field.Schema {
		options := func(codes ...string) (list []field.Option) {
			for _, code := range codes {
				list = append(list, field.Option{Code: code})
			}
			return list
		}
		return field.Schema{Version: version, Fields: []field.Field{
			{Code: "trade", Type: field.TypeEnum, Options: options(trades...)},
			{Code: "channel", Type: field.TypeEnum, Options: options("shop", "web")},
		}}
	}
	m, err := field.Plan(schema(1, "food", "it"), schema(2, "retail", "e-food", "it"),
		field.Split("trade", "food", "channel", map[string][]string{"shop": {"retail"}, "web": {"e-food"}}))
	fmt.Println(err)
	values, _, err := m.Apply(field.Values{"trade": field.Enum("food"), "channel": field.Enum("web")})
	fmt.Println(values["trade"], err)
	_, _, err = m.Apply(field.Values{"trade": field.Enum("food")})
	fmt.Println(err)
	// Output:
	// <nil>
	// e-food <nil>
	// field: trade: has an option to be split, and the field that decides does not say into which: invalid
}

func ExampleValue() {
	price := field.Decimal(decimal.RequireFromString("12.50"))
	list := []field.Value{field.Text("金牌"), field.Int(42), price, field.Bool(true), field.Multi("b", "a", "b")}
	for _, v := range list {
		text, _ := json.Marshal(v)
		fmt.Println(v.Type().Zh(), v, string(text))
	}
	same, err := field.Parse(field.TypeDecimal, "12.5")
	fmt.Println(same == price, err)
	// Output:
	// 文本 金牌 {"text":"金牌"}
	// 整数 42 {"int":42}
	// 小数 12.5 {"decimal":"12.5"}
	// 是否 true {"bool":true}
	// 多选 a,b {"multi":["a","b"]}
	// true <nil>
}

func ExampleParse() {
	n, err := field.Parse(field.TypeInt, "42")
	fmt.Println(n, err)
	_, err = field.Parse(field.TypeInt, "042")
	fmt.Println(err, errors.Is(err, field.ErrInvalid))
	// Output:
	// 42 <nil>
	// field: is no int value: invalid true
}

func ExampleChecker_Record() {
	checker, _ := field.Schema{Version: 3, Fields: []field.Field{
		{Code: "children", Type: field.TypeInt, Personal: true},
		{Code: "hobby", Type: field.TypeText, Personal: true},
		{Code: "grade", Type: field.TypeEnum, Options: []field.Option{{Code: "gold"}}},
	}}.Compile()
	record, err := checker.Record(field.Record{}, field.Values{
		"children": field.Int(2), "hobby": field.Text("养鸟"), "grade": field.Enum("gold")})
	fmt.Println(record.Version, record.Personal, record.Strings(), err)

	left, _ := json.Marshal(record.Erased())
	fmt.Println(string(left))
	// Output:
	// 3 [children hobby] [养鸟] <nil>
	// {"version":3,"values":{"grade":{"enum":"gold"}}}
}

func ExampleChecker_Claims() {
	checker, _ := field.Schema{Version: 1, Fields: []field.Field{
		{Code: "erp_no", Type: field.TypeText, Unique: true, MaxRunes: 12},
		{Code: "manager", Type: field.TypeRef, RefKind: "staff"},
	}}.Compile()
	values := field.Values{"erp_no": field.Text("K-1007"), "manager": field.Ref("S12")}
	fmt.Printf("%q\n", checker.Claims(values))
	fmt.Println(checker.References(values))
	// Output:
	// ["erp_no\x1fK-1007"]
	// [{manager staff S12}]
}

func ExampleTypes() {
	var names []string
	for _, t := range field.Types() {
		names = append(names, t.String()+t.Zh())
	}
	fmt.Println(slices.Compact(names))
	// Output: [text文本 int整数 decimal小数 date日期 bool是否 enum单选 multi多选 ref引用]
}
