package field_test

import (
	"encoding/json"
	"log/slog"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/guanxi-go/guanxi/crm/calendar"
	"github.com/guanxi-go/guanxi/crm/field"
	"github.com/guanxi-go/guanxi/internal/wording"
)

func TestValueHoldsItsTypeAlone(t *testing.T) {
	day := calendar.MustDate(2026, 1, 31)
	values := []field.Value{field.Text("a"), field.Int(-7), field.Decimal(decimal.New(15, -1)), field.Date(day),
		field.Bool(true), field.Enum("gold"), field.Multi("b", "a"), field.Ref("C7")}
	for i, v := range values {
		require.Equal(t, field.Types()[i], v.Type())
		require.True(t, v.Valid())
		require.False(t, v.IsZero())
		_, isText := v.Text()
		_, isInt := v.Int()
		_, isDecimal := v.Decimal()
		_, isDate := v.Date()
		_, isBool := v.Bool()
		_, isEnum := v.Enum()
		_, isMulti := v.Multi()
		_, isRef := v.Ref()
		is := []bool{isText, isInt, isDecimal, isDate, isBool, isEnum, isMulti, isRef}
		want := make([]bool, 8)
		want[i] = true
		require.Equal(t, want, is)
	}
	text, _ := values[0].Text()
	n, _ := values[1].Int()
	d, _ := values[2].Decimal()
	got, _ := values[3].Date()
	yes, _ := values[4].Bool()
	option, _ := values[5].Enum()
	options, _ := values[6].Multi()
	id, _ := values[7].Ref()
	require.Equal(t, []any{"a", int64(-7), "1.5", day, true, "gold", []string{"a", "b"}, "C7"},
		[]any{text, n, d.String(), got, yes, option, options, id})

	options[0] = "z"
	again, _ := values[6].Multi()
	require.Equal(t, []string{"a", "b"}, again, "a caller's change stays the caller's")
}

func TestValuesThatAreNot(t *testing.T) {
	long := strings.Repeat("长", field.MaxRunes)
	for name, tt := range map[string]struct {
		value field.Value
		valid bool
	}{
		"none":                   {field.Value{}, false},
		"text with NUL":          {field.Text("a\x00b"), false},
		"text not UTF-8":         {field.Text("a\xff"), false},
		"longest text":           {field.Text(long), true},
		"longer":                 {field.Text(long + "x"), false},
		"empty text":             {field.Text(""), true},
		"no day":                 {field.Date(0), false},
		"last day":               {field.Date(calendar.MaxDay), true},
		"option with a comma":    {field.Enum("a,b"), false},
		"option in Chinese":      {field.Enum("金"), false},
		"option of 64 bytes":     {field.Enum(strings.Repeat("x", 64)), false},
		"no option":              {field.Enum(""), false},
		"none chosen":            {field.Multi(), true},
		"one bad option":         {field.Multi("a", ""), false},
		"no id":                  {field.Ref(""), false},
		"id of 256 bytes":        {field.Ref(strings.Repeat("x", 256)), false},
		"id of 255 bytes":        {field.Ref(strings.Repeat("x", 255)), true},
		"38 digits":              {field.Decimal(decimal.RequireFromString(strings.Repeat("9", 38))), true},
		"39 digits":              {field.Decimal(decimal.RequireFromString(strings.Repeat("9", 39))), false},
		"zeros at the end":       {field.Decimal(decimal.RequireFromString("1." + strings.Repeat("0", 60))), true},
		"huge exponent":          {field.Decimal(decimal.New(1, math.MaxInt32)), false},
		"tiny exponent":          {field.Decimal(decimal.New(1, math.MinInt32)), false},
		"nothing, huge exponent": {field.Decimal(decimal.New(0, math.MaxInt32)), true},
	} {
		require.Equal(t, tt.valid, tt.value.Valid(), name)
		if !tt.valid {
			require.Equal(t, "", tt.value.String(), name)
		}
		_, err := json.Marshal(tt.value)
		require.Equal(t, tt.valid || tt.value.IsZero(), err == nil, name)
	}
	_, ok := field.Text("a\x00").Text()
	require.False(t, ok)
	_, ok = field.Date(0).Date()
	require.False(t, ok)
}

func TestEqualValues(t *testing.T) {
	require.Equal(t, field.Multi("a", "b"), field.Multi("b", "a", "b"))
	for _, text := range []string{"1.5", "1.50", "1.500"} {
		v, err := field.Parse(field.TypeDecimal, text)
		require.NoError(t, err)
		require.Equal(t, field.Decimal(decimal.New(15, -1)), v)
	}
	zero, err := field.Parse(field.TypeDecimal, "-0.00")
	require.NoError(t, err)
	require.Equal(t, field.Decimal(decimal.Zero), zero)
	require.Equal(t, "1000", field.Decimal(decimal.New(1, 3)).String())
}

func TestParseIsStrict(t *testing.T) {
	for kind, texts := range map[field.Type][]string{
		field.TypeText:    {"\x00", "\xff"},
		field.TypeInt:     {"", "007", "+7", "-0", " 7", "1,000", "1.0", "1e3", "７", "9223372036854775808", "一"},
		field.TypeDecimal: {"", ".5", "5.", "01.5", "+1", "1e3", "1,5", "NaN", "Inf", "--1", "-", "1.2.3", strings.Repeat("9", 39)},
		field.TypeDate:    {"", "2026-02-30", "2026-1-1", "20260131", "0000-01-01"},
		field.TypeBool:    {"", "True", "1", "是", "yes"},
		field.TypeEnum:    {"", "金", "a b", "a,b"},
		field.TypeMulti:   {",", "a,", "a,,b", " "},
		field.TypeRef:     {"", "\x00"},
		0:                 {"", "x"},
		9:                 {"x"},
	} {
		for _, text := range texts {
			v, err := field.Parse(kind, text)
			require.ErrorIs(t, err, field.ErrInvalid, "%v %q", kind, text)
			require.True(t, v.IsZero())
			if len(text) > 2 {
				require.NotContains(t, err.Error(), text)
			}
		}
	}
	v, err := field.Parse(field.TypeMulti, "b,a")
	require.NoError(t, err)
	require.Equal(t, field.Multi("a", "b"), v)
}

// drawValue draws a valid value of a type.
func drawValue(t *rapid.T, kind field.Type) field.Value {
	code := rapid.StringMatching(`[A-Za-z0-9._-]{1,8}`)
	switch kind {
	case field.TypeText:
		return field.Text(strings.ReplaceAll(rapid.StringN(0, 40, -1).Draw(t, "text"), "\x00", ""))
	case field.TypeInt:
		return field.Int(rapid.Int64().Draw(t, "int"))
	case field.TypeDecimal:
		return field.Decimal(decimal.New(rapid.Int64().Draw(t, "coefficient"), rapid.Int32Range(-19, 19).Draw(t, "exponent")))
	case field.TypeDate:
		return field.Date(calendar.Day(rapid.Int32Range(int32(calendar.MinDay), int32(calendar.MaxDay)).Draw(t, "day")))
	case field.TypeBool:
		return field.Bool(rapid.Bool().Draw(t, "bool"))
	case field.TypeEnum:
		return field.Enum(code.Draw(t, "option"))
	case field.TypeMulti:
		return field.Multi(rapid.SliceOfN(code, 0, 4).Draw(t, "options")...)
	}
	return field.Ref(rapid.StringMatching(`[A-Z][0-9]{1,6}`).Draw(t, "id"))
}

func TestValueReadsWhatItWrites(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		v := drawValue(t, rapid.SampledFrom(field.Types()).Draw(t, "type"))
		require.True(t, v.Valid())
		parsed, err := field.Parse(v.Type(), v.String())
		require.NoError(t, err)
		require.Equal(t, v, parsed)

		text, err := json.Marshal(v)
		require.NoError(t, err)
		var back field.Value
		require.NoError(t, json.Unmarshal(text, &back))
		require.Equal(t, v, back)
		again, err := json.Marshal(back)
		require.NoError(t, err)
		require.Equal(t, string(text), string(again))
	})
}

func TestValueJSONRefuses(t *testing.T) {
	for _, text := range []string{
		``, `{}`, `[]`, `1`, `"x"`, `{"int":1,"int":1}`, `{"int":1,"text":"x"}`, `{"INT":1}`, `{"":1}`, `{"float":1}`,
		`{"int":1.0}`, `{"int":1e3}`, `{"int":"1"}`, `{"int":9223372036854775808}`, `{"int":null}`,
		`{"decimal":1.5}`, `{"decimal":"1e3"}`, `{"bool":"true"}`, `{"bool":1}`, `{"date":"2026-02-30"}`, `{"date":""}`,
		`{"enum":""}`, `{"multi":null}`, `{"multi":"a"}`, `{"multi":[1]}`, `{"multi":["a,b"]}`, `{"text":null}`, `{"text":1}`,
		`{"text":"\u0000"}`, "{\"text\":\"\xff\"}", `{"ref":""}`,
	} {
		v := field.Int(1)
		err := v.UnmarshalJSON([]byte(text))
		require.ErrorIs(t, err, field.ErrInvalid, text)
		require.Equal(t, field.Int(1), v, "a refused text leaves the value")
	}
	v := field.Int(1)
	require.NoError(t, json.Unmarshal([]byte(`null`), &v))
	require.True(t, v.IsZero())
	text, err := json.Marshal(field.Multi())
	require.NoError(t, err)
	require.Equal(t, `{"multi":[]}`, string(text))
	require.NoError(t, json.Unmarshal(text, &v))
	require.Equal(t, field.Multi(), v)
}

func TestLogsShowNoValue(t *testing.T) {
	var log strings.Builder
	logger := slog.New(slog.NewTextHandler(&log, nil))
	logger.Info("x", "value", field.Text("13800138000"), "values", field.Values{"fax": field.Text("65529988"), "王芳": field.Int(1)},
		"record", field.Record{Version: 1, Values: field.Values{"birthday": field.Date(calendar.MustDate(1990, 2, 28))}})
	for _, secret := range []string{"13800138000", "65529988", "1990", "王芳"} {
		require.NotContains(t, log.String(), secret)
	}
	require.Contains(t, log.String(), "record.version=1 record.values.birthday=date")
}

func TestEnumerations(t *testing.T) {
	require.Len(t, wording.Enum(t, field.TypeText, field.TypeRef, field.ErrInvalid), len(field.Types()))
	require.Equal(t, []string{"rename改名", "convert转换", "split拆分", "drop删除", "default默认值"},
		wording.Enum(t, field.OpRename, field.OpDefault, field.ErrInvalid))
	types := field.Types()
	types[0] = 0
	require.False(t, slices.Contains(field.Types(), 0))
}

func FuzzValueJSON(f *testing.F) {
	for _, s := range []string{`{"int":42}`, `{"decimal":"1.50"}`, `{"multi":["b","a"]}`, `{"text":"\ud800"}`, `null`, ` {"bool":true} `, `{"int":-0}`} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		var v field.Value
		if json.Unmarshal(data, &v) != nil || v.IsZero() {
			return
		}
		require.True(t, v.Valid())
		text, err := json.Marshal(v)
		require.NoError(t, err)
		var back field.Value
		require.NoError(t, json.Unmarshal(text, &back))
		require.Equal(t, v, back)
	})
}

func FuzzParse(f *testing.F) {
	f.Add(uint8(3), "1.50")
	f.Add(uint8(2), "-0")
	f.Add(uint8(7), "b,a,,")
	f.Fuzz(func(t *testing.T, kind uint8, text string) {
		v, err := field.Parse(field.Type(kind), text)
		if err != nil {
			require.ErrorIs(t, err, field.ErrInvalid)
			return
		}
		again, err := field.Parse(v.Type(), v.String())
		require.NoError(t, err)
		require.Equal(t, v, again)
	})
}
