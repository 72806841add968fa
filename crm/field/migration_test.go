package field_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/guanxi-go/guanxi/crm/field"
)

func def(code string, kind field.Type, codes ...string) field.Field {
	d := field.Field{Code: code, Type: kind, Options: options(codes...)}
	if kind == field.TypeRef {
		d.RefKind = "staff"
	}
	return d
}

func required(d field.Field) field.Field {
	d.Required = true
	return d
}

const (
	text  = field.TypeText
	whole = field.TypeInt
	enum  = field.TypeEnum
	multi = field.TypeMulti
)

func TestPlanWantsSteps(t *testing.T) {
	to := func(pairs ...string) map[string][]string {
		m := map[string][]string{}
		for i := 0; i < len(pairs); i += 2 {
			m[pairs[i]] = append(m[pairs[i]], pairs[i+1])
		}
		return m
	}
	for name, tt := range map[string]struct {
		old, next field.Field
		steps     []field.Step
		want      []string
	}{
		"same":                   {def("a", text), def("a", text), nil, nil},
		"gone":                   {def("a", text), def("b", text), nil, []string{"a//incomplete"}},
		"dropped":                {def("a", text), def("b", text), []field.Step{field.Drop("a")}, nil},
		"renamed":                {def("a", text), def("b", text), []field.Step{field.Rename("a", "b")}, nil},
		"renamed to nothing":     {def("a", text), def("b", text), []field.Step{field.Rename("a", "c")}, []string{"a/rename/invalid"}},
		"renamed and dropped":    {def("a", text), def("b", text), []field.Step{field.Rename("a", "b"), field.Drop("a")}, []string{"a/drop/invalid"}},
		"renamed twice":          {def("a", text), def("b", text), []field.Step{field.Rename("a", "c"), field.Rename("a", "b")}, []string{"a/rename/duplicate"}},
		"step for no field":      {def("a", text), def("a", text), []field.Step{field.Drop("b")}, []string{"b/drop/invalid"}},
		"no step":                {def("a", text), def("a", text), []field.Step{{Field: "a"}}, []string{"a//invalid"}},
		"unknown step":           {def("a", text), def("a", text), []field.Step{{Op: 9, Field: "a"}}, []string{"a/?/invalid"}},
		"type":                   {def("a", text), def("a", whole), nil, []string{"a/type/incomplete"}},
		"type converted":         {def("a", text), def("a", whole), []field.Step{field.Convert("a", nil)}, nil},
		"no line in the table":   {def("a", field.TypeDate), def("a", whole), []field.Step{field.Convert("a", nil)}, []string{"a/convert/invalid"}},
		"map for it":             {def("a", field.TypeBool), def("a", whole), []field.Step{field.Convert("a", to("true", "1", "false", "0"))}, nil},
		"map of no value":        {def("a", whole), def("a", text), []field.Step{field.Convert("a", to("007", "x"))}, []string{"a/convert/invalid"}},
		"map to no value":        {def("a", text), def("a", whole), []field.Step{field.Convert("a", to("x", "007"))}, []string{"a/convert/invalid"}},
		"map to two values":      {def("a", text), def("a", whole), []field.Step{field.Convert("a", to("x", "1", "x", "2"))}, []string{"a/convert/invalid"}},
		"map to no option":       {def("a", text), def("a", enum, "x"), []field.Step{field.Convert("a", to("x", "y"))}, []string{"a/convert/invalid"}},
		"option gone":            {def("a", enum, "x", "y"), def("a", enum, "x"), nil, []string{"a/options/incomplete"}},
		"option merged":          {def("a", enum, "x", "y"), def("a", enum, "x"), []field.Step{field.Convert("a", to("y", "x"))}, nil},
		"option of no field":     {def("a", enum, "x"), def("a", enum, "x"), []field.Step{field.Convert("a", to("z", "x"))}, []string{"a/convert/invalid"}},
		"set in a map of sets":   {def("a", multi, "x", "y"), def("a", multi, "x"), []field.Step{field.Convert("a", to("x,y", "x"))}, []string{"a/convert/invalid", "a/options/incomplete"}},
		"set in a map":           {def("a", multi, "x", "y"), def("a", enum, "x", "y"), []field.Step{field.Convert("a", to("x,y", "x"))}, nil},
		"required":               {def("a", text), required(def("a", text)), nil, []string{"a/default/incomplete"}},
		"required before":        {required(def("a", text)), required(def("a", text)), nil, nil},
		"required, default":      {def("a", text), required(def("a", text)), []field.Step{field.Default("a", field.Text("-"))}, nil},
		"default of no type":     {def("a", text), required(def("a", text)), []field.Step{field.Default("a", field.Int(1))}, []string{"a/default/invalid"}},
		"default without value":  {def("a", text), def("a", text), []field.Step{field.Default("a", field.Text(" "))}, []string{"a/default/invalid"}},
		"split of no option":     {def("a", enum, "x"), def("a", enum, "x"), []field.Step{field.Split("a", "y", "a", to("x", "x"))}, []string{"a/split/invalid"}},
		"split by no enum":       {def("a", enum, "x"), def("a", enum, "x"), []field.Step{field.Split("a", "x", "b", to("x", "x"))}, []string{"a/split/invalid"}},
		"split twice":            {def("a", enum, "x"), def("a", enum, "x"), []field.Step{field.Split("a", "x", "a", to("x", "x")), field.Split("a", "x", "a", to("x", "x"))}, []string{"a/split/duplicate"}},
		"split and mapped":       {def("a", enum, "x"), def("a", enum, "x"), []field.Step{field.Split("a", "x", "a", to("x", "x")), field.Convert("a", to("x", "x"))}, []string{"a/split/duplicate"}},
		"split by no option":     {def("a", enum, "x"), def("a", enum, "x"), []field.Step{field.Split("a", "x", "a", to("z", "x"))}, []string{"a/split/invalid"}},
		"split beside a drop":    {def("a", enum, "x"), def("b", enum, "x"), []field.Step{field.Split("a", "x", "a", to("x", "x")), field.Drop("a")}, []string{"a/drop/invalid"}},
		"split of a text":        {def("a", text), def("a", text), []field.Step{field.Split("a", "x", "a", to("x", "x"))}, []string{"a/split/invalid"}},
		"schema that is not one": {def("a", text), def("a", enum), nil, []string{"a/options/incomplete"}},
	} {
		m, err := field.Plan(version(3, tt.old), version(4, tt.next), tt.steps...)
		require.Equal(t, tt.want, told(err), name)
		if err == nil {
			require.Equal(t, [2]int{3, 4}, [2]int{m.From(), m.To()}, name)
		}
		steps, err := json.Marshal(tt.steps)
		if !slices.ContainsFunc(tt.steps, func(s field.Step) bool { return s.Op > field.OpDefault }) {
			require.NoError(t, err)
			var back []field.Step
			require.NoError(t, json.Unmarshal(steps, &back))
			require.Equal(t, tt.steps, back, "steps are kept as data")
		}
	}
	_, err := field.Plan(version(3), version(5))
	require.Equal(t, []string{"/version/conflict"}, told(err))
	_, err = field.Plan(version(0, def("a", text)), version(1))
	require.Equal(t, []string{"/version/invalid"}, told(err))
	_, err = field.Plan(version(1, def("a", text), def("b", text)), version(2, def("b", text)), field.Rename("a", "b"))
	require.Equal(t, []string{"b/rename/duplicate"}, told(err))
}

func TestConvertValues(t *testing.T) {
	x := []string{"x", "y"}
	for _, tt := range []struct {
		old, next field.Field
		convert   map[string][]string
		in        string
		want      string // "!" for an error, "-" for no value
	}{
		{def("a", text), def("a", whole), nil, "42", "42"},
		{def("a", text), def("a", whole), nil, "007", "!"},
		{def("a", text), def("a", whole), nil, "", "-"},
		{def("a", text), def("a", whole), nil, "  ", "-"},
		{def("a", text), def("a", whole), map[string][]string{"007": {"7"}, "": {"0"}}, "007", "7"},
		{def("a", text), def("a", whole), map[string][]string{"007": {"7"}, "": {"0"}}, "", "0"},
		{def("a", text), def("a", field.TypeDecimal), nil, "1.50", "1.5"},
		{def("a", text), def("a", field.TypeDate), nil, "2026-02-30", "!"},
		{def("a", text), def("a", field.TypeBool), map[string][]string{"是": {"true"}}, "是", "true"},
		{def("a", text), def("a", enum, x...), nil, "x", "x"},
		{def("a", text), def("a", enum, x...), nil, "z", "!"},
		{def("a", text), def("a", multi, x...), nil, "y,x", "x,y"},
		{def("a", text), def("a", multi, x...), nil, "y,z", "!"},
		{def("a", text), def("a", field.TypeRef), nil, "S1", "S1"},
		{def("a", whole), def("a", field.TypeDecimal), nil, "-7", "-7"},
		{def("a", whole), def("a", text), nil, "-7", "-7"},
		{def("a", field.TypeDecimal), def("a", whole), nil, "7.00", "7"},
		{def("a", field.TypeDecimal), def("a", whole), nil, "7.5", "!"},
		{def("a", field.TypeDecimal), def("a", whole), nil, "9223372036854775808", "!"},
		{def("a", enum, x...), def("a", multi, x...), nil, "x", "x"},
		{def("a", enum, x...), def("a", multi, x...), map[string][]string{"x": {"x", "y"}, "y": {}}, "x", "x,y"},
		{def("a", enum, x...), def("a", multi, x...), map[string][]string{"x": {"x", "y"}, "y": {}}, "y", ""},
		{def("a", enum, x...), def("a", text), map[string][]string{"x": {"金"}}, "x", "金"},
		{def("a", multi, x...), def("a", enum, x...), nil, "y", "y"},
		{def("a", multi, x...), def("a", enum, x...), nil, "x,y", "!"},
		{def("a", multi, x...), def("a", enum, x...), nil, "", "-"},
		{def("a", multi, x...), def("a", enum, x...), map[string][]string{"": {"y"}}, "", "y"},
		{def("a", multi, x...), def("a", text), nil, "x,y", "x,y"},
		{def("a", multi, x...), def("a", multi, "p", "q", "y"), map[string][]string{"x": {"p", "q"}}, "x,y", "p,q,y"},
		{def("a", multi, x...), def("a", multi, "p"), map[string][]string{"x": {"p"}, "y": {"p"}}, "x,y", "p"},
		{def("a", field.TypeBool), def("a", enum, x...), map[string][]string{"true": {"x"}}, "true", "x"},
		{def("a", field.TypeBool), def("a", enum, x...), map[string][]string{"true": {"x"}}, "false", "!"},
		{def("a", field.TypeDate), def("a", text), nil, "2026-01-31", "2026-01-31"},
	} {
		name := fmt.Sprintf("%v to %v %v: %q", tt.old.Type, tt.next.Type, tt.convert, tt.in)
		m, err := field.Plan(version(1, tt.old), version(2, tt.next), field.Convert("a", tt.convert))
		require.NoError(t, err, name)
		out, dropped, err := m.Apply(field.Values{"a": value(t, tt.old.Type, tt.in)})
		require.Empty(t, dropped)
		switch tt.want {
		case "!":
			require.Equal(t, []string{"a//invalid"}, told(err), name)
			require.Nil(t, out, name)
		case "-":
			require.NoError(t, err, name)
			require.Empty(t, out, name)
		default:
			require.NoError(t, err, name)
			require.Equal(t, field.Values{"a": value(t, tt.next.Type, tt.want)}, out, name)
		}
	}
}

func TestApply(t *testing.T) {
	t.Run("two fields swap their codes", func(t *testing.T) {
		m, err := field.Plan(version(1, def("a", text), def("b", whole)), version(2, def("a", whole), def("b", text)),
			field.Rename("a", "b"), field.Rename("b", "a"))
		require.NoError(t, err)
		in := field.Values{"a": field.Text("x"), "b": field.Int(1)}
		out, _, err := m.Apply(in)
		require.NoError(t, err)
		require.Equal(t, field.Values{"a": field.Int(1), "b": field.Text("x")}, out)
		require.Equal(t, field.Values{"a": field.Text("x"), "b": field.Int(1)}, in, "what was given stays")
	})
	t.Run("a dropped code is used for something else", func(t *testing.T) {
		m, err := field.Plan(version(1, def("a", text)), version(2, required(def("a", whole))), field.Drop("a"), field.Default("a", field.Int(0)))
		require.NoError(t, err)
		out, dropped, err := m.Apply(field.Values{"a": field.Text("x")})
		require.NoError(t, err)
		require.Equal(t, field.Values{"a": field.Int(0)}, out)
		require.Equal(t, []field.Dropped{{Version: 1, Field: "a", Value: field.Text("x")}}, dropped)
	})
	t.Run("narrower bounds are an error of the new version", func(t *testing.T) {
		narrow := def("b", whole)
		narrow.Max = field.Int(9)
		m, err := field.Plan(version(1, def("a", whole)), version(2, narrow), field.Rename("a", "b"))
		require.NoError(t, err)
		_, _, err = m.Apply(field.Values{"a": field.Int(10)})
		require.Equal(t, []string{"b//invalid"}, told(err))
	})
	t.Run("values that never obeyed the old version", func(t *testing.T) {
		m, err := field.Plan(version(1, def("a", whole)), version(2, def("a", whole)))
		require.NoError(t, err)
		_, _, err = m.Apply(field.Values{"a": field.Text("x"), "b": field.Int(1), "13800138000": field.Int(1)})
		require.Equal(t, []string{"//invalid", "a//invalid", "b//invalid"}, told(err))
		require.NotContains(t, err.Error(), "138")
		require.NotContains(t, fmt.Sprintf("%+v", m.DryRun(maps.All(map[string]field.Values{"C1": {"13800138000": field.Int(1)}}))), "138")
	})
	t.Run("from no fields at all", func(t *testing.T) {
		m, err := field.Plan(field.Schema{}, version(1, required(def("a", whole))), field.Default("a", field.Int(3)))
		require.NoError(t, err)
		r, _, err := m.Record(field.Record{})
		require.NoError(t, err)
		require.Equal(t, field.Record{Version: 1, Values: field.Values{"a": field.Int(3)}}, r)
	})
	t.Run("a required value that is empty", func(t *testing.T) {
		m, err := field.Plan(version(1, required(def("a", text))), version(2, required(def("a", text))))
		require.NoError(t, err)
		_, _, err = m.Apply(field.Values{"a": field.Text("")})
		require.Equal(t, []string{"a//incomplete"}, told(err))
	})
}

func TestMigrateRecord(t *testing.T) {
	old, next := version(1, def("a", text), def("b", text)), version(2, def("a", text), def("b", text))
	old.Fields[0].Personal, next.Fields[1].Personal = true, true
	m, err := field.Plan(old, next)
	require.NoError(t, err)
	c, err := old.Compile()
	require.NoError(t, err)
	r, err := c.Record(field.Record{}, field.Values{"a": field.Text("x"), "b": field.Text("y")})
	require.NoError(t, err)
	out, _, err := m.Record(r)
	require.NoError(t, err)
	require.Equal(t, field.Record{Version: 2, Values: r.Values, Personal: []string{"b"}}, out)
	_, _, err = m.Record(out)
	require.ErrorIs(t, err, field.ErrConflict)
	same, _, err := field.Migration{}.Record(r)
	require.NoError(t, err)
	require.True(t, same.Equal(r))
}

// Migrations drawn at random: joining them is applying one after the other, the
// order of the steps does not matter, the input stays, and every value given is in
// the result, handed back as dropped, or in the error.
func TestMigrationsCompose(t *testing.T) {
	types := []field.Type{text, whole, field.TypeDecimal, field.TypeDate}
	rapid.Check(t, func(t *rapid.T) {
		draw := func(n int) field.Schema {
			s := version(n)
			for i := range rapid.IntRange(1, 4).Draw(t, "fields") {
				s.Fields = append(s.Fields, def(string(rune('a'+i)), rapid.SampledFrom(types).Draw(t, "type")))
			}
			return s
		}
		plan := func(old, next field.Schema) (field.Migration, int) {
			var steps []field.Step
			drops := 0
			for _, d := range old.Fields {
				to, ok := next.Field(d.Code)
				switch {
				case !ok, d.Type != to.Type && d.Type != text && to.Type != text:
					steps, drops = append(steps, field.Drop(d.Code)), drops+1
				case d.Type != to.Type:
					steps = append(steps, field.Convert(d.Code, nil))
				}
			}
			m, err := field.Plan(old, next, steps...)
			require.NoError(t, err)
			slices.Reverse(steps)
			back, err := field.Plan(old, next, steps...)
			require.NoError(t, err)
			require.Equal(t, m, back)
			return m, drops
		}
		s1, s2, s3 := draw(1), draw(2), draw(3)
		first, drops := plan(s1, s2)
		second, _ := plan(s2, s3)
		both, err := first.Then(second)
		require.NoError(t, err)

		in := field.Values{}
		for _, d := range s1.Fields {
			in[d.Code] = drawValue(t, d.Type)
			if s, ok := in[d.Code].Text(); ok && (strings.TrimSpace(s) == "" || rapid.Bool().Draw(t, "number")) {
				in[d.Code] = field.Text("12")
			}
		}
		given := maps.Clone(in)
		mid, gone1, err1 := first.Apply(in)
		require.Equal(t, given, in)
		if err1 == nil {
			require.Len(t, gone1, drops)
			require.Len(t, mid, len(in)-drops)
		}
		end, gone2, err2 := second.Apply(mid)
		all, gone, err := both.Apply(in)
		require.Equal(t, err1 == nil && err2 == nil, err == nil)
		if err == nil {
			require.Equal(t, end, all)
			require.Equal(t, append(gone1, gone2...), gone)
		}
	})
}

func TestThen(t *testing.T) {
	m12, err := field.Plan(version(1), version(2))
	require.NoError(t, err)
	m23, err := field.Plan(version(2), version(3))
	require.NoError(t, err)
	both, err := m12.Then(m23)
	require.NoError(t, err)
	require.Equal(t, [2]int{1, 3}, [2]int{both.From(), both.To()})
	_, err = m23.Then(m12)
	require.ErrorIs(t, err, field.ErrConflict)
	same, err := field.Migration{}.Then(m12)
	require.NoError(t, err)
	require.Equal(t, m12, same)
	same, err = m12.Then(field.Migration{})
	require.NoError(t, err)
	require.Equal(t, m12, same)
	require.Zero(t, field.Migration{}.From()+field.Migration{}.To())
}

func TestDryRun(t *testing.T) {
	old := version(1, def("a", text), def("b", text), def("c", text), def("k", whole))
	limited := def("k", whole)
	limited.Max = field.Int(5)
	next := version(2, def("a", whole), def("b", text), required(def("d", whole)), limited)
	m, err := field.Plan(old, next, field.Convert("a", nil), field.Drop("c"), field.Default("d", field.Int(0)))
	require.NoError(t, err)
	type row struct {
		id     string
		values field.Values
	}
	var rows []row
	for i := range 300 {
		v := field.Values{"a": field.Text("1"), "b": field.Text("x"), "c": field.Text("y"), "k": field.Int(int64(i % 3 * 3))}
		if i%3 == 1 {
			v["a"] = field.Text("one")
		}
		rows = append(rows, row{fmt.Sprintf("C%03d", i), v})
	}
	run := func() field.DryRun {
		return m.DryRun(func(yield func(string, field.Values) bool) {
			for _, r := range rows {
				if !yield(r.id, r.values) {
					return
				}
			}
		})
	}
	got := run()
	require.Equal(t, 300, got.Records)
	require.Equal(t, 200, got.Failed)
	require.Len(t, got.Failing, field.MaxFailing)
	require.Equal(t, []string{"C001", "C002", "C004"}, got.Failing[:3])
	require.Equal(t, []field.FieldCount{
		{Version: 1, Field: "a", Converted: 200, Failed: 100},
		{Version: 1, Field: "b", Carried: 300},
		{Version: 1, Field: "c", Dropped: 300},
		{Version: 1, Field: "k", Carried: 300},
		{Version: 2, Field: "d", Defaulted: 300},
		{Version: 2, Field: "k", Failed: 100},
	}, got.Fields)
	slices.Reverse(rows)
	require.Equal(t, got, run(), "the order of the records does not matter")
}

func BenchmarkCheck(b *testing.B) {
	var fields []field.Field
	values := field.Values{}
	for i := range 10 {
		code := fmt.Sprintf("f%d", i)
		fields = append(fields, def(code, whole), required(def(code+"t", text)), def(code+"e", enum, "x", "y"))
		values[code], values[code+"t"], values[code+"e"] = field.Int(1), field.Text("上海市"), field.Enum("y")
	}
	c, err := version(1, fields...).Compile()
	require.NoError(b, err)
	b.ReportAllocs()
	for b.Loop() {
		if err := c.Check(values); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkApply(b *testing.B) {
	m, err := field.Plan(version(1, def("a", text), def("b", enum, "x"), def("c", whole)), version(2, def("n", whole), def("b", multi, "x"), def("c", whole)),
		field.Rename("a", "n"), field.Convert("a", nil), field.Convert("b", nil))
	require.NoError(b, err)
	values := field.Values{"a": field.Text("12"), "b": field.Enum("x"), "c": field.Int(1)}
	b.ReportAllocs()
	for b.Loop() {
		if _, _, err := m.Apply(values); err != nil {
			b.Fatal(err)
		}
	}
}
