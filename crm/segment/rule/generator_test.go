package rule

import (
	"bytes"
	"encoding/json"
	"maps"
	"math/big"
	"slices"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/guanxi-go/guanxi/crm/calendar"
)

// Random rules and customers, small enough that they meet.

type object = map[string]any

var (
	ageOps    = []string{"eq", "ne", "lt", "le", "gt", "ge", "between", "in"}
	cities    = []string{"上海", "上", "杭州", "", "x"}
	tagWords  = []string{"vip", "old", "上"}
	fieldsOps = map[string][]string{
		"a": append(ageOps, "exists"), "price": append(ageOps, "exists"),
		"city": {"eq", "ne", "in", "contains", "prefix", "exists"}, "staff": {"eq", "ne", "exists"},
		"born": append(ageOps, "daysAgo", "exists"), "tags": {"contains", "exists"},
	}
	fieldNames = slices.Sorted(maps.Keys(fieldsOps))
)

type generator struct {
	t        *rapid.T
	segments []string // that may be referred to
	noExists bool
}

func pick[T any](g *generator, list []T) T { return rapid.SampledFrom(list).Draw(g.t, "choice") }

func (g *generator) integer(lo, hi int) int { return rapid.IntRange(lo, hi).Draw(g.t, "integer") }

func (g *generator) condition(depth int, filter bool) object {
	forms := []string{"attribute", "attribute"}
	if !filter {
		forms = append(forms, "event", "event", "event")
	}
	if !filter && len(g.segments) > 0 {
		forms = append(forms, "segment")
	}
	if depth > 0 {
		forms = append(forms, "all", "any", "not")
	}
	switch form := pick(g, forms); form {
	case "all", "any":
		var parts []any
		for range g.integer(1, 3) {
			parts = append(parts, g.condition(depth-1, filter))
		}
		return object{form: parts}
	case "not":
		return object{form: g.condition(depth-1, filter)}
	case "segment":
		return object{form: pick(g, g.segments)}
	case "attribute":
		return g.attribute()
	}
	return g.event()
}

func (g *generator) attribute() object {
	name := pick(g, fieldNames)
	op := pick(g, fieldsOps[name])
	for op == "exists" && g.noExists {
		op = pick(g, fieldsOps[name])
	}
	c := object{"attribute": name}
	switch {
	case op == "exists":
		c[op] = rapid.Bool().Draw(g.t, "exists")
	case op == "daysAgo":
		c[op] = g.compare(pick(g, ageOps), func() any { return num(int64(g.integer(-3, 40)), 0) })
	case op == "contains" && name == "tags":
		c[op] = pick(g, tagWords)
	case op == "contains" || op == "prefix":
		c[op] = pick(g, []string{"上", "x", "海"})
	default:
		maps.Copy(c, g.compare(op, func() any { return g.literal(name) }))
	}
	return c
}

func (g *generator) literal(name string) any {
	switch name {
	case "a":
		return num(int64(g.integer(-2, 4)), 0)
	case "price":
		return num(int64(g.integer(-40, 40)), 2)
	case "city":
		return pick(g, cities)
	case "staff":
		return rapid.Bool().Draw(g.t, "staff")
	}
	return g.day().String()
}

func (g *generator) day() calendar.Day { return testDay + calendar.Day(g.integer(-70, 5)) }

func num(coefficient int64, scale int) json.Number {
	return json.Number(formatScaled(coefficient, scale))
}

// compare returns a comparison by op with what value draws, ordered for between.
func (g *generator) compare(op string, value func() any) object {
	switch op {
	case "between":
		a, b := value(), value()
		if order(valueOf(a), b) > 0 {
			a, b = b, a
		}
		return object{op: []any{a, b}}
	case "in":
		list := []any{value()}
		for range g.integer(0, 3) {
			list = append(list, value())
		}
		return object{op: list}
	}
	return object{op: value()}
}

// valueOf makes a literal comparable with another by order.
func valueOf(literal any) any {
	if n, ok := literal.(json.Number); ok {
		r, _ := new(big.Rat).SetString(string(n))
		return r
	}
	return literal // dates as text sort as they do as days
}

func (g *generator) event() object {
	c := object{"event": "e"}
	if rapid.Bool().Draw(g.t, "filtered") {
		c["where"] = g.condition(2, true)
	}
	switch pick(g, []string{"ever", "days", "months", "from", "before", "both"}) {
	case "days":
		c["within"] = object{"days": num(int64(g.integer(1, 70)), 0)}
	case "months":
		c["within"] = object{"months": num(int64(g.integer(1, 3)), 0)}
	case "from":
		c["within"] = object{"from": g.day().String()}
	case "before":
		c["within"] = object{"before": g.day().String()}
	case "both":
		from := g.day()
		c["within"] = object{"from": from.String(), "before": (from + calendar.Day(g.integer(1, 40))).String()}
	}
	measure, highest := pick(g, []string{"count", "firstDaysAgo", "lastDaysAgo", "sum"}), 40
	switch measure {
	case "sum":
		of := pick(g, []string{"a", "price"})
		test := g.compare(pick(g, ageOps), func() any { return g.literal(of) })
		test["of"] = of
		c["sum"] = test
		return c
	case "count":
		highest = 5
	}
	c[measure] = g.compare(pick(g, ageOps), func() any { return num(int64(g.integer(0, highest)), 0) })
	return c
}

// values draws attributes, each missing one time in three.
func (g *generator) values() Values {
	v := Values{}
	for _, name := range fieldNames {
		if g.integer(0, 2) > 0 {
			v[name] = g.value(name)
		}
	}
	return v
}

func (g *generator) value(name string) Value {
	switch name {
	case "a":
		return Int(int64(g.integer(-2, 4)))
	case "price":
		return Decimal(int64(g.integer(-40, 40)), 2)
	case "city":
		return Text(pick(g, cities))
	case "staff":
		return Bool(rapid.Bool().Draw(g.t, "staff"))
	case "born":
		return Day(g.day())
	}
	return Tags(rapid.SliceOfN(rapid.SampledFrom(tagWords), 0, 3).Draw(g.t, "tags")...)
}

func (g *generator) events() (list []Event) {
	for range g.integer(0, 6) {
		list = append(list, Event{"e", g.day(), g.values()})
	}
	return list
}

func (g *generator) record(attributes Values, events []Event) *Record {
	r, err := NewRecord(testSchema(g.t), attributes, events)
	require.NoError(g.t, err)
	return r
}

// rule draws a rule of up to two sub-segments and compiles it.
func (g *generator) rule() (object, map[string]any, *Segment) {
	set := object{}
	for _, name := range []string{"one", "two"} {
		set[name] = g.condition(2, false)
		g.segments = append(g.segments, name)
	}
	c := g.condition(3, false)
	compiled, err := ParseSet(encode(g.t, set))
	require.NoError(g.t, err)
	r, err := Parse(encode(g.t, c))
	require.NoError(g.t, err)
	s, err := Compile(r, testSchema(g.t), compiled)
	require.NoError(g.t, err)
	return c, set, s
}

func encode(t require.TestingT, c any) []byte {
	text, err := json.Marshal(c)
	require.NoError(t, err)
	return text
}

// decode reads JSON as the reference takes it.
func decode(t require.TestingT, text []byte) (c any) {
	d := json.NewDecoder(bytes.NewReader(text))
	d.UseNumber()
	require.NoError(t, d.Decode(&c))
	return c
}

func plain(v Values) map[string]any {
	m := map[string]any{}
	for name, v := range v {
		switch v.Type() {
		case TypeText:
			m[name] = v.text
		case TypeNumber:
			m[name], _ = new(big.Rat).SetString(v.String())
		case TypeBool:
			m[name] = v.num == 1
		case TypeDay:
			m[name] = dayTime(calendar.Day(v.num))
		case TypeTags:
			m[name] = v.tags
		}
	}
	return m
}

func plainPerson(attributes Values, events []Event) person {
	p := person{plain(attributes), map[string][]happening{}}
	for _, e := range events {
		p.events[e.Kind] = append(p.events[e.Kind], happening{dayTime(e.Day), plain(e.Values)})
	}
	return p
}
