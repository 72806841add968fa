package rule

import (
	"bytes"
	"encoding/json"
	"log/slog"
	"math"
	"math/big"
	"testing"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/guanxi-go/guanxi/crm/calendar"
)

func TestValueString(t *testing.T) {
	for want, v := range map[string]Value{
		"missing":               {},
		"上海":                    Text("上海"),
		"-7":                    Int(-7),
		"-0.05":                 Decimal(-5, 2),
		"12.30":                 Decimal(1230, 2),
		"-9.223372036854775808": Decimal(math.MinInt64, 18),
		"true":                  Bool(true),
		"false":                 Bool(false),
		"0001-01-01":            Day(calendar.MinDay),
		"a b":                   Tags("a", "b"),
		"":                      Tags(),
		"Type(255)":             Decimal(1, -1),
		"9223372036854775807":   Int(math.MaxInt64),
		"0.000000000000000001":  Decimal(1, MaxScale),
	} {
		require.Equal(t, want, v.String())
	}
	require.True(t, Day(0).Missing())
	require.Equal(t, TypeDay, Day(1).Type())
}

func TestDecimalOf(t *testing.T) {
	for _, tt := range []struct {
		text  string
		scale int
		want  string
	}{
		{"0", 0, "0"}, {"1.5", 2, "1.50"}, {"1.50", 1, "1.5"},
		{"-0.01", 2, "-0.01"}, {"15e1", 2, "150.00"}, {"9223372036854775807", 0, "9223372036854775807"},
		{"-92233720368547758.08", 2, "-92233720368547758.08"}, {"1000e-3", 0, "1"},
		{"9223372036854775808", 0, ""}, {"92233720368547758.08", 2, ""}, {"1.555", 2, ""},
		{"1", 19, ""}, {"1", -1, ""},
	} {
		got, err := DecimalOf(decimal.RequireFromString(tt.text), tt.scale)
		if tt.want == "" {
			require.ErrorIs(t, err, ErrInvalid, tt.text)
			require.True(t, got.Missing())
			continue
		}
		require.NoError(t, err, tt.text)
		require.Equal(t, tt.want, got.String())
	}
	// Exponents that would fill the memory if they were written out.
	for _, exponent := range []int32{1_000_000_000, -1_000_000_000} {
		got, err := DecimalOf(decimal.New(0, exponent), 2)
		require.NoError(t, err)
		require.Equal(t, "0.00", got.String())
		_, err = DecimalOf(decimal.New(7, exponent), 2)
		require.ErrorIs(t, err, ErrInvalid)
	}
}

func TestEnumerations(t *testing.T) {
	for _, tt := range []struct {
		truth  Truth
		en, zh string
	}{{False, "false", "假"}, {Unknown, "unknown", "未知"}, {True, "true", "真"}} {
		require.Equal(t, []string{tt.en, tt.zh}, []string{tt.truth.String(), tt.truth.Zh()})
		text, err := tt.truth.MarshalText()
		require.NoError(t, err)
		var back Truth
		require.NoError(t, back.UnmarshalText(text))
		require.Equal(t, tt.truth, back)
	}
	var truth Truth
	require.ErrorIs(t, truth.UnmarshalText([]byte("yes")), ErrInvalid)
	_, err := Truth(2).MarshalText()
	require.ErrorIs(t, err, ErrInvalid)
	require.Equal(t, "Truth(2)", Truth(2).Zh())

	text, err := json.Marshal([]Field{{"a", TypeText, 0}, {"b", TypeNumber, 2}, {"c", TypeBool, 0}, {"d", TypeDay, 0}, {"e", TypeTags, 0}})
	require.NoError(t, err)
	require.JSONEq(t, `[{"name":"a","type":"text"},{"name":"b","type":"number","scale":2},{"name":"c","type":"bool"},{"name":"d","type":"day"},{"name":"e","type":"tags"}]`, string(text))
	var fields []Field
	require.NoError(t, json.Unmarshal(text, &fields))
	require.Equal(t, TypeTags, fields[4].Type)
	require.Equal(t, []string{"文本", "标签", "Type(9)"}, []string{TypeText.Zh(), TypeTags.Zh(), Type(9).Zh()})
	var typ Type
	require.ErrorIs(t, typ.UnmarshalText([]byte("none")), ErrInvalid)
	_, err = Type(0).MarshalText()
	require.ErrorIs(t, err, ErrInvalid)
}

// TestLogsHoldNoValue: what is handed to slog does not show the customer.
func TestLogsHoldNoValue(t *testing.T) {
	var b bytes.Buffer
	log := slog.New(slog.NewTextHandler(&b, nil))
	x, err := mustCompile(t, `{"attribute":"city","eq":"上海"}`).Explain(testRecord(t), testDay)
	require.NoError(t, err)
	log.Info("x", "value", Text("上海"), "tags", Tags("上海"), "record", testRecord(t), "explanation", x,
		"event", Event{"e", testDay, Values{"city": Text("上海")}})
	require.NotContains(t, b.String(), "上海")
	require.Contains(t, b.String(), "value=[text]")
	require.Contains(t, b.String(), "record.events=4")
	require.Contains(t, b.String(), "explanation.truth=true")
}

// TestNumbers compares the reader of numbers with shopspring/decimal.
func TestNumbers(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.StringMatching(`-?(0|[1-9][0-9]{0,19})(\.[0-9]{1,20})?([eE][+-]?[0-9]{1,2})?`).Draw(t, "number")
		want := decimal.RequireFromString(text)
		got, ok := parseNumber(text)
		// In lowest terms: the digits without zeros at the ends, and the places after the point.
		c, places := want.Coefficient(), int(-want.Exponent())
		for c.Sign() != 0 {
			q, rest := new(big.Int).QuoRem(c, big.NewInt(10), new(big.Int))
			if rest.Sign() != 0 {
				break
			}
			c, places = q, places-1
		}
		if want.IsZero() {
			places = 0
		}
		integer := new(big.Int).Set(c)
		if places < 0 {
			integer.Mul(c, power10(int64(-places)))
			places = 0
		}
		fits := places <= 18 && integer.CmpAbs(power10(18)) < 0
		require.Equal(t, fits, ok, text)
		if ok {
			require.True(t, got.decimal().Equal(want), "%s: %v", text, got)
			require.Equal(t, places, got.scale)
			require.True(t, decimal.RequireFromString(got.String()).Equal(want))
		}
		for scale := range MaxScale + 1 {
			at, fine, in := got.at(scale)
			exact := got.decimal().Shift(int32(scale))
			require.Equal(t, exact.IsInteger(), fine)
			if fine {
				require.Equal(t, exact.Abs().LessThan(decimal.New(1, 18)), in)
			}
			if fine && in {
				require.True(t, exact.Equal(decimal.NewFromInt(at)))
			}
		}
	})
}

func TestInt128(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var got int128
		want := new(big.Int)
		edge := rapid.SampledFrom([]int64{math.MinInt64, math.MaxInt64, -1, 1})
		for _, n := range rapid.SliceOf(rapid.OneOf(rapid.Int64(), edge)).Draw(t, "numbers") {
			got = got.add(n)
			want.Add(want, big.NewInt(n))
		}
		switch {
		case want.IsInt64():
			require.Equal(t, want.Int64(), got.clamp())
		case want.Sign() < 0:
			require.Equal(t, int64(math.MinInt64), got.clamp())
		default:
			require.Equal(t, int64(math.MaxInt64), got.clamp())
		}
	})
}

// TestBetween compares the answer for an interval with that for each integer in it.
func TestBetween(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		small := rapid.Int64Range(-6, 6)
		op := rapid.SampledFrom([]operator{opEq, opNe, opLt, opLe, opGt, opGe, opBetween, opIn}).Draw(t, "op")
		n := rapid.SliceOfN(small, 2, 6).Draw(t, "numbers")
		if op == opBetween {
			n[0], n[1] = min(n[0], n[1]), max(n[0], n[1])
		}
		passes := func(x int64) bool {
			switch op {
			case opEq:
				return x == n[0]
			case opNe:
				return x != n[0]
			case opLt:
				return x < n[0]
			case opLe:
				return x <= n[0]
			case opGt:
				return x > n[0]
			case opGe:
				return x >= n[0]
			case opBetween:
				return n[0] <= x && x <= n[1]
			}
			for _, y := range n {
				if x == y {
					return true
				}
			}
			return false
		}
		var tested test
		tested.numbers(op, append([]int64(nil), n...))
		lo, hi := small.Draw(t, "lo"), small.Draw(t, "hi")
		lo, hi = min(lo, hi), max(lo, hi)
		want := truthOf(passes(lo))
		for x := lo; x <= hi; x++ {
			if truthOf(passes(x)) != want {
				want = Unknown
			}
			require.Equal(t, truthOf(passes(x)), tested.between(x, x))
		}
		require.Equal(t, want, tested.between(lo, hi))

		// Nothing changes before the next change.
		next, ok := tested.after(lo)
		for x := lo + 1; x <= 10; x++ {
			if !ok || x < next {
				require.Equal(t, passes(lo), passes(x))
			}
		}
		// The ends of int64 overflow nothing.
		require.Equal(t, tested.between(math.MinInt64, math.MinInt64) == True, op == opNe || op == opLt || op == opLe)
		require.Equal(t, tested.between(math.MaxInt64, math.MaxInt64) == True, op == opNe || op == opGt || op == opGe)
		require.NotEqual(t, True, tested.between(math.MinInt64, math.MaxInt64), "some pass and some do not")
	})
}
