package money_test

import (
	"errors"
	"math"
	"math/rand/v2"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/guanxi-go/guanxi/crm/money"
)

func TestParseMinor(t *testing.T) {
	for _, c := range []struct {
		text   string
		digits int
		want   int64
	}{
		{"0", 2, 0}, {"12", 2, 1200}, {"12.3", 2, 1230}, {"12.34", 2, 1234}, {"29.33", 2, 2933},
		{"29.330", 2, 2933}, {"29.3300000000000000000000000000", 2, 2933},
		{".5", 2, 50}, {"5.", 2, 500}, {"-.5", 2, -50}, {"+5.", 2, 500}, {"-0", 2, 0}, {"-0.00", 2, 0},
		{"0012.30", 2, 1230}, {strings.Repeat("0", 40) + "7", 2, 700},
		{"7", 0, 7}, {"7.", 0, 7}, {"7.000", 0, 7}, {"1.234", 3, 1234}, {"1.2345", 4, 12345},
		{"92233720368547758.07", 2, math.MaxInt64}, {"-92233720368547758.08", 2, math.MinInt64},
		{"9223372036854775807", 0, math.MaxInt64}, {"-9223372036854775808", 0, math.MinInt64},
		{"9.223372036854775807", 18, math.MaxInt64}, {"-9.223372036854775808000", 18, math.MinInt64},
	} {
		got, err := money.ParseMinor(c.text, c.digits)
		require.NoError(t, err, c.text)
		require.Equal(t, c.want, got, c.text)
		got, err = money.ParseMinor([]byte(c.text), c.digits)
		require.NoError(t, err, c.text)
		require.Equal(t, c.want, got, c.text)
	}
}

func TestParseMinorRefuses(t *testing.T) {
	for _, c := range []struct {
		text   string
		digits int
		want   error
		says   string
	}{
		{"", 2, money.ErrInvalid, "has no digit"},
		{"-", 2, money.ErrInvalid, "has no digit"},
		{".", 2, money.ErrInvalid, "has no digit"},
		{"+.", 2, money.ErrInvalid, "has no digit"},
		{"29.331", 2, money.ErrInvalid, "more fraction digits than the minor unit has at byte 5"},
		{"29.3301", 2, money.ErrInvalid, "more fraction digits than the minor unit has at byte 6"},
		{"0.5", 0, money.ErrInvalid, "more fraction digits than the minor unit has at byte 2"},
		{"1,234.50", 2, money.ErrInvalid, "thousands separator at byte 1"},
		{"1'234", 2, money.ErrInvalid, "thousands separator at byte 1"},
		{"1_234", 2, money.ErrInvalid, "thousands separator at byte 1"},
		{"1 234", 2, money.ErrInvalid, "white space at byte 1"},
		{" 1", 2, money.ErrInvalid, "white space at byte 0"},
		{"1\r", 2, money.ErrInvalid, "white space at byte 1"},
		{"1e3", 2, money.ErrInvalid, "exponent at byte 1"},
		{"1.5E-1", 2, money.ErrInvalid, "exponent at byte 3"},
		{"NaN", 2, money.ErrInvalid, "unexpected byte at byte 0"},
		{"-Inf", 2, money.ErrInvalid, "unexpected byte at byte 1"},
		{"0x10", 2, money.ErrInvalid, "unexpected byte at byte 1"},
		{"--1", 2, money.ErrInvalid, "unexpected byte at byte 1"},
		{"+-1", 2, money.ErrInvalid, "unexpected byte at byte 1"},
		{"1-", 2, money.ErrInvalid, "unexpected byte at byte 1"},
		{".-5", 2, money.ErrInvalid, "unexpected byte at byte 1"},
		{"1.2.3", 2, money.ErrInvalid, "unexpected byte at byte 3"},
		{"1.20.0", 2, money.ErrInvalid, "unexpected byte at byte 4"},
		{"１２.３０", 2, money.ErrInvalid, "character outside ASCII at byte 0"},
		{"12．30", 2, money.ErrInvalid, "character outside ASCII at byte 2"},
		{"−5", 2, money.ErrInvalid, "character outside ASCII at byte 0"},
		{"¥5", 2, money.ErrInvalid, "character outside ASCII at byte 0"},
		{"5\x00", 2, money.ErrInvalid, "unexpected byte at byte 1"},
		{strings.Repeat("9", 40) + "x", 2, money.ErrInvalid, "unexpected byte at byte 40"},
		{"1", -1, money.ErrInvalid, "outside 0 to 18"},
		{"1", 19, money.ErrInvalid, "outside 0 to 18"},
		{"92233720368547758.08", 2, money.ErrOverflow, ""},
		{"-92233720368547758.09", 2, money.ErrOverflow, ""},
		{"92233720368547759", 2, money.ErrOverflow, ""},
		{"9223372036854775808", 0, money.ErrOverflow, ""},
		{"18446744073709551615", 0, money.ErrOverflow, ""},
		{"18446744073709551616", 0, money.ErrOverflow, ""}, // 2^64 wraps to 0
		{"184467440737095516.16", 2, money.ErrOverflow, ""},
		{"-18446744073709551617", 0, money.ErrOverflow, ""},
		{"184467440737095516160", 0, money.ErrOverflow, ""},
		{strings.Repeat("9", 100), 2, money.ErrOverflow, ""},
		{"10", 18, money.ErrOverflow, ""},
		{"18446744073709551616", 18, money.ErrOverflow, ""},
	} {
		_, err := money.ParseMinor(c.text, c.digits)
		requireError(t, err, c.want)
		require.ErrorContains(t, err, c.says, c.text)
		if len(c.text) > 8 {
			require.NotContains(t, err.Error(), c.text, "an error does not repeat the field")
		}
	}
}

func TestParseMinorDoesNotAllocate(t *testing.T) {
	text, raw := "-1234567.8900", []byte("29.330")
	require.Zero(t, testing.AllocsPerRun(100, func() {
		a, err := money.ParseMinor(text, 2)
		b, err2 := money.ParseMinor(raw, 2)
		if a != -123456789 || b != 2933 || err != nil || err2 != nil {
			panic("wrong")
		}
	}))
	buf := make([]byte, 0, 64)
	require.Zero(t, testing.AllocsPerRun(100, func() { buf = money.AppendMinor(buf[:0], -123456789, 2) }))
}

func TestFormatMinor(t *testing.T) {
	for _, c := range []struct {
		minor  int64
		digits int
		want   string
	}{
		{0, 2, "0.00"}, {5, 2, "0.05"}, {-5, 2, "-0.05"}, {50, 2, "0.50"}, {100, 2, "1.00"}, {123456, 2, "1234.56"},
		{7, 0, "7"}, {-7, 0, "-7"}, {7, -3, "7"}, {1234, 3, "1.234"}, {1, 18, "0.000000000000000001"},
		{1, 20, "0.00000000000000000001"}, {12345, 6, "0.012345"},
		{math.MinInt64, 2, "-92233720368547758.08"}, {math.MinInt64, 0, "-9223372036854775808"},
		{math.MinInt64, 18, "-9.223372036854775808"}, {math.MinInt64, 19, "-0.9223372036854775808"},
		{math.MaxInt64, 2, "92233720368547758.07"},
	} {
		require.Equal(t, c.want, money.FormatMinor(c.minor, c.digits))
	}
	require.Equal(t, "a=0.05", string(money.AppendMinor([]byte("a="), 5, 2)))
}

func TestMinorRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		minor, digits := edge().Draw(t, "minor"), rapid.IntRange(0, money.MaxDigits).Draw(t, "digits")
		text := money.FormatMinor(minor, digits)
		require.Equal(t, decimal.New(minor, int32(-digits)).StringFixed(int32(digits)), text)
		back, err := money.ParseMinor(text, digits)
		require.NoError(t, err)
		require.Equal(t, minor, back)
	})
}

var decimalNumber = regexp.MustCompile(`^[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)$`)

// refParseMinor is ParseMinor on decimals of any size.
func refParseMinor(text string, digits int) (int64, error) {
	if digits < 0 || digits > money.MaxDigits || !decimalNumber.MatchString(text) {
		return 0, money.ErrInvalid
	}
	d, err := decimal.NewFromString(text)
	if err != nil {
		return 0, err
	}
	scaled := d.Shift(int32(digits))
	whole := scaled.Truncate(0)
	switch i := whole.BigInt(); {
	case !whole.Equal(scaled):
		return 0, money.ErrInvalid
	case !i.IsInt64():
		return 0, money.ErrOverflow
	default:
		return i.Int64(), nil
	}
}

func requireAsReference(t require.TestingT, text string, digits int) {
	want, wantErr := refParseMinor(text, digits)
	got, err := money.ParseMinor(text, digits)
	got2, err2 := money.ParseMinor([]byte(text), digits)
	require.Equal(t, err, err2)
	require.Equal(t, got, got2)
	if wantErr != nil {
		requireError(t, err, wantErr)
		return
	}
	require.NoError(t, err, "%q", text)
	require.Equal(t, want, got, "%q", text)
}

func TestParseMinorAgainstReference(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.StringMatching(`[+-]?[0-9]{0,21}(\.[0-9]{0,6}0{0,15})?`).Draw(t, "text")
		requireAsReference(t, text, rapid.IntRange(-1, money.MaxDigits+1).Draw(t, "digits"))
	})
}

func FuzzParseMinor(f *testing.F) {
	for _, s := range []string{"", "0", "-0.50", "29.330", "1,2", "1e5", "NaN", "9223372036854775807",
		"-9223372036854775808", "18446744073709551616", "1.-5", ".-5", "１", "5.", ".5", "+", "."} {
		f.Add(s, 2)
		f.Add(s, 0)
	}
	f.Fuzz(func(t *testing.T, text string, digits int) {
		if len(text) > 10_000 {
			return // the reference is quadratic
		}
		requireAsReference(t, text, digits)
	})
}

// The amounts of a purchase log: 1 to 7 digits before the point, two after.
func benchTexts() []string {
	rng := rand.New(rand.NewPCG(1, 2))
	texts := make([]string, 4096)
	for i := range texts {
		texts[i] = money.FormatMinor(rng.Int64N([]int64{1e3, 1e4, 1e5, 1e6, 1e9}[i%5]), 2)
	}
	return texts
}

func BenchmarkParseMinor(b *testing.B) {
	texts := benchTexts()
	b.Run("string", func(b *testing.B) {
		b.ReportAllocs()
		for i := range b.N {
			if _, err := money.ParseMinor(texts[i%len(texts)], 2); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("bytes", func(b *testing.B) {
		raw := make([][]byte, len(texts))
		for i, s := range texts {
			raw[i] = []byte(s)
		}
		b.ReportAllocs()
		for i := range b.N {
			if _, err := money.ParseMinor(raw[i%len(raw)], 2); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("peer=strconv.ParseFloat", func(b *testing.B) {
		b.ReportAllocs()
		for i := range b.N {
			if _, err := strconv.ParseFloat(texts[i%len(texts)], 64); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("peer=decimal.NewFromString", func(b *testing.B) {
		b.ReportAllocs()
		for i := range b.N {
			if _, err := decimal.NewFromString(texts[i%len(texts)]); err != nil {
				b.Fatal(err)
			}
		}
	})
}

func BenchmarkAppendMinor(b *testing.B) {
	b.ReportAllocs()
	buf := make([]byte, 0, 32)
	for i := range b.N {
		buf = money.AppendMinor(buf[:0], int64(i)*7919, 2)
	}
}

func TestErrorsAreDistinct(t *testing.T) {
	_, err := money.ParseMinor("x", 2)
	require.False(t, errors.Is(err, money.ErrOverflow) || errors.Is(err, money.ErrCurrency))
	_, err = money.ParseMinor(strings.Repeat("9", 30), 2)
	require.False(t, errors.Is(err, money.ErrInvalid) || errors.Is(err, money.ErrCurrency))
}
