package field_test

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/guanxi-go/guanxi/crm/calendar"
	"github.com/guanxi-go/guanxi/crm/field"
)

// told returns the field, part and sentinel of each error, in order.
func told(err error) (list []string) {
	errs := []error{err}
	if many, ok := err.(interface{ Unwrap() []error }); ok {
		errs = many.Unwrap()
	}
	for _, err := range errs {
		var e *field.Error
		if errors.As(err, &e) {
			list = append(list, e.Field+"/"+e.Part+"/"+e.Err.Error())
		}
	}
	return list
}

func options(codes ...string) (list []field.Option) {
	for _, code := range codes {
		list = append(list, field.Option{Code: code})
	}
	return list
}

func version(n int, fields ...field.Field) field.Schema {
	return field.Schema{Version: n, Fields: fields}
}

func TestSchemaValidate(t *testing.T) {
	require.NoError(t, field.Schema{}.Validate())
	for name, tt := range map[string]struct {
		def  field.Field
		want []string
	}{
		"no type":              {field.Field{Code: "a"}, []string{"a/type/invalid"}},
		"code":                 {field.Field{Code: "A", Type: field.TypeInt}, []string{"/code/invalid"}},
		"long code":            {field.Field{Code: strings.Repeat("a", 64), Type: field.TypeInt}, []string{"/code/invalid"}},
		"pattern":              {field.Field{Code: "a", Type: field.TypeText, Pattern: "("}, []string{"a/pattern/invalid"}},
		"pattern out of group": {field.Field{Code: "a", Type: field.TypeText, Pattern: "a)(b"}, []string{"a/pattern/invalid"}},
		"pattern of an int":    {field.Field{Code: "a", Type: field.TypeInt, Pattern: "1"}, []string{"a/pattern/invalid"}},
		"runes":                {field.Field{Code: "a", Type: field.TypeText, MaxRunes: 10_001}, []string{"a/max_runes/invalid"}},
		"negative runes":       {field.Field{Code: "a", Type: field.TypeText, MaxRunes: -1}, []string{"a/max_runes/invalid"}},
		"unique choice":        {field.Field{Code: "a", Type: field.TypeBool, Unique: true}, []string{"a/unique/invalid"}},
		"unique long text":     {field.Field{Code: "a", Type: field.TypeText, Unique: true}, []string{"a/max_runes/invalid"}},
		"min of another type":  {field.Field{Code: "a", Type: field.TypeInt, Min: field.Bool(true)}, []string{"a/min/invalid"}},
		"bounds of a text":     {field.Field{Code: "a", Type: field.TypeText, Min: field.Text("a"), Max: field.Text("b")}, []string{"a/min/invalid", "a/max/invalid"}},
		"min above max":        {field.Field{Code: "a", Type: field.TypeInt, Min: field.Int(2), Max: field.Int(1)}, []string{"a/min/invalid"}},
		"no option":            {field.Field{Code: "a", Type: field.TypeEnum}, []string{"a/options/incomplete"}},
		"all retired":          {field.Field{Code: "a", Type: field.TypeMulti, Options: []field.Option{{Code: "x", Retired: true}}}, []string{"a/options/incomplete"}},
		"options":              {field.Field{Code: "a", Type: field.TypeEnum, Options: options("x", "x", "y,z")}, []string{"a/options/duplicate", "a/options/invalid"}},
		"options of an int":    {field.Field{Code: "a", Type: field.TypeInt, Options: options("x")}, []string{"a/options/invalid"}},
		"ref":                  {field.Field{Code: "a", Type: field.TypeRef}, []string{"a/ref_kind/incomplete"}},
		"kind of an int":       {field.Field{Code: "a", Type: field.TypeInt, RefKind: "staff"}, []string{"a/ref_kind/invalid"}},
		"label":                {field.Field{Code: "a", Type: field.TypeInt, Zh: "\xff"}, []string{"a/label/invalid"}},
	} {
		require.Equal(t, tt.want, told(version(1, tt.def).Validate()), name)
		_, err := version(1, tt.def).Compile()
		require.Equal(t, tt.want, told(err), name)
	}
	a := field.Field{Code: "a", Type: field.TypeInt}
	require.Equal(t, []string{"a/code/duplicate"}, told(version(1, a, a).Validate()))
	require.Equal(t, []string{"/version/invalid"}, told(version(0, a).Validate()))
	require.Equal(t, []string{"/version/invalid"}, told(version(-1).Validate()))

	_, ok := version(1, a).Field("b")
	require.False(t, ok)
}

func TestSchemaJSON(t *testing.T) {
	s := version(2, field.Field{Code: "grade", Zh: "等级", Type: field.TypeEnum, Options: []field.Option{{Code: "gold"}, {Code: "old", Retired: true}}},
		field.Field{Code: "n", Type: field.TypeInt, Required: true, Min: field.Int(0)})
	text, err := json.Marshal(s)
	require.NoError(t, err)
	require.JSONEq(t, `{"version":2,"fields":[{"code":"grade","zh":"等级","type":"enum","options":[{"code":"gold"},{"code":"old","retired":true}]},
		{"code":"n","type":"int","required":true,"min":{"int":0}}]}`, string(text))
	var back field.Schema
	require.NoError(t, json.Unmarshal(text, &back))
	require.Equal(t, s, back)
}

func TestCheck(t *testing.T) {
	day := calendar.MustDate(2026, 1, 31)
	c, err := version(1,
		field.Field{Code: "tax", Type: field.TypeText, Pattern: "[0-9]{3}|none", MaxRunes: 4},
		field.Field{Code: "name", Type: field.TypeText, Required: true, MaxRunes: 2},
		field.Field{Code: "rate", Type: field.TypeDecimal, Min: value(t, field.TypeDecimal, "-0.5"), Max: value(t, field.TypeDecimal, "10")},
		field.Field{Code: "since", Type: field.TypeDate, Max: field.Date(day)},
		field.Field{Code: "grade", Type: field.TypeEnum, Options: []field.Option{{Code: "gold"}, {Code: "old", Retired: true}}},
		field.Field{Code: "likes", Type: field.TypeMulti, Required: true, Options: options("tea", "go")},
		field.Field{Code: "boss", Type: field.TypeRef, RefKind: "staff"},
	).Compile()
	require.NoError(t, err)
	good := func() field.Values {
		return field.Values{"name": field.Text("张伟"), "likes": field.Multi("tea"), "tax": field.Text("123"), "rate": value(t, field.TypeDecimal, "9.99"),
			"since": field.Date(day), "grade": field.Enum("gold"), "boss": field.Ref("S1")}
	}
	require.NoError(t, c.Check(good()))
	for _, tt := range []struct {
		code  string
		value field.Value
		want  string
	}{
		{"name", field.Value{}, "name//incomplete"},
		{"name", field.Text(" \t"), "name//incomplete"},
		{"name", field.Text("欧阳娜"), "name//invalid"},
		{"name", field.Int(1), "name//invalid"},
		{"name", field.Text("\x00"), "name//invalid"},
		{"likes", field.Multi(), "likes//incomplete"},
		{"likes", field.Multi("tea", "beer"), "likes//invalid"},
		{"tax", field.Text("none\n"), "tax//invalid"},
		{"tax", field.Text("1234"), "tax//invalid"},
		{"tax", field.Text(""), ""},
		{"tax", field.Text("none"), ""},
		{"rate", value(t, field.TypeDecimal, "10.0"), ""},
		{"rate", value(t, field.TypeDecimal, "10.01"), "rate//invalid"},
		{"rate", value(t, field.TypeDecimal, "-0.50"), ""},
		{"rate", value(t, field.TypeDecimal, "-0.51"), "rate//invalid"},
		{"since", field.Date(day + 1), "since//invalid"},
		{"since", field.Value{}, "since//invalid"},
		{"grade", field.Enum("silver"), "grade//invalid"},
		{"grade", field.Enum("old"), ""},
		{"boss", field.Ref(""), "boss//invalid"},
		{"fax", field.Text("65529988"), "fax//invalid"},
		{"王芳", field.Text("65529988"), "//invalid"},
	} {
		values := good()
		values[tt.code] = tt.value
		if tt.want == "" {
			require.NoError(t, c.Check(values), tt.code)
			continue
		}
		err := c.Check(values)
		require.Equal(t, []string{tt.want}, told(err), tt.code)
		for _, secret := range []string{"65529988", "王芳", "欧阳", "beer", "1234"} {
			require.NotContains(t, err.Error(), secret)
		}
	}
	require.Equal(t, []string{"likes//incomplete", "name//incomplete"}, told(c.Check(nil)))
}

func TestRetiredOptionIsNotChosenAnew(t *testing.T) {
	c, err := version(1, field.Field{Code: "likes", Type: field.TypeMulti, Options: []field.Option{{Code: "tea"}, {Code: "old", Retired: true}}}).Compile()
	require.NoError(t, err)
	had, has := field.Values{"likes": field.Multi("old")}, field.Values{"likes": field.Multi("old", "tea")}
	require.NoError(t, c.CheckChange(had, has))
	require.Equal(t, []string{"likes//invalid"}, told(c.CheckChange(field.Values{"likes": field.Multi("tea")}, has)))
	require.Equal(t, []string{"likes//invalid"}, told(c.CheckChange(nil, has)))
}

func TestCompiledIsApartFromItsSchema(t *testing.T) {
	s := version(1, field.Field{Code: "a", Type: field.TypeEnum, Options: options("x")})
	c, err := s.Compile()
	require.NoError(t, err)
	s.Fields[0].Options[0].Code = "y"
	require.NoError(t, c.Check(field.Values{"a": field.Enum("x")}))
}

func TestClaimsFit(t *testing.T) {
	code := strings.Repeat("a", field.MaxCode)
	c, err := version(1, field.Field{Code: code, Type: field.TypeText, Unique: true, MaxRunes: field.MaxUniqueRunes},
		field.Field{Code: "b", Type: field.TypeInt, Unique: true}, field.Field{Code: "c", Type: field.TypeInt}).Compile()
	require.NoError(t, err)
	keys := c.Claims(field.Values{code: field.Text(strings.Repeat("𠀀", field.MaxUniqueRunes)), "b": field.Int(1), "c": field.Int(1)})
	require.Len(t, keys, 2)
	require.LessOrEqual(t, len(keys[0]), 255)
	require.Equal(t, "b\x1f1", keys[1])
	require.Empty(t, c.Claims(field.Values{code: field.Text("")}))
}

func TestRecord(t *testing.T) {
	c, err := version(2, field.Field{Code: "hobby", Type: field.TypeText}, field.Field{Code: "phone2", Type: field.TypeText, Personal: true},
		field.Field{Code: "children", Type: field.TypeInt, Personal: true}, field.Field{Code: "staff", Type: field.TypeInt}).Compile()
	require.NoError(t, err)
	values := field.Values{"hobby": field.Text("养鸟"), "phone2": field.Text("65529988"), "children": field.Int(2), "staff": field.Int(120)}
	r, err := c.Record(field.Record{}, values)
	require.NoError(t, err)
	require.NoError(t, r.Validate())
	require.Equal(t, []string{"children", "phone2"}, r.Personal)
	require.Equal(t, []string{"65529988"}, r.Strings())
	require.Equal(t, field.Record{Version: 2, Values: field.Values{"staff": field.Int(120)}}, r.Erased(), "a free text goes whatever its definition says")
	require.True(t, field.Record{}.Erased().Equal(field.Record{}))

	clone := r.Clone()
	require.True(t, clone.Equal(r))
	clone.Values["staff"], clone.Personal[0] = field.Int(1), "x"
	values["staff"] = field.Int(7)
	require.Equal(t, field.Int(120), r.Values["staff"])
	require.Equal(t, "children", r.Personal[0])
	require.False(t, clone.Equal(r))
	require.True(t, field.Record{Values: field.Values{}}.IsZero())
	require.False(t, r.IsZero())

	text, err := json.Marshal(r)
	require.NoError(t, err)
	var back field.Record
	require.NoError(t, json.Unmarshal(text, &back))
	require.True(t, back.Equal(r))

	_, err = c.Record(field.Record{Version: 1, Values: values}, values)
	require.ErrorIs(t, err, field.ErrConflict)
	_, err = c.Record(field.Record{Version: 1}, field.Values{"staff": field.Text("x")})
	require.ErrorIs(t, err, field.ErrInvalid)

	require.Equal(t, []string{"/version/invalid", "/code/invalid", "b//invalid", "z/personal/invalid", "/personal/invalid"},
		told(field.Record{Values: field.Values{"B": field.Int(1), "b": {}}, Personal: []string{"z", "B"}}.Validate()))
}

func value(t testing.TB, kind field.Type, text string) field.Value {
	t.Helper()
	v, err := field.Parse(kind, text)
	require.NoError(t, err)
	return v
}
