package purchase

import (
	"bytes"
	"fmt"
	"log/slog"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/guanxi-go/guanxi/crm/money"
	"github.com/guanxi-go/guanxi/internal/wording"
)

func TestRefusedOptions(t *testing.T) {
	for name, o := range map[string]Options{
		"Date":            {Customer: "x", Date: "x"},
		"Amount":          {Customer: "amount"},
		"Currency":        {Currency: "date"},
		"Comma":           {Comma: ':'},
		"DefaultCurrency": {DefaultCurrency: 7},
		"Digits":          {Digits: new(-1)},
		"Bad":             {Bad: 2},
	} {
		_, err := collectText[int64](head+"1,2025-01-01,1\n", o)
		at{0, 0, "Options." + name, "", ErrInvalid, ""}.require(t, err)
	}
	for _, o := range []Options{
		{Digits: new(money.MaxDigits + 1)},
		{Digits: new(2), Currency: "currency"},
		{Digits: new(2), DefaultCurrency: money.CNY},
	} {
		_, err := collectText[int64](head+"1,2025-01-01,1\n", o)
		at{0, 0, "Options.Digits", "", ErrInvalid, ""}.require(t, err)
	}
	for _, comma := range []rune{'\n', '\r', '"', ' ', 0xfffd, -1, ',' + 256, '，'} {
		_, err := collectText[int64](head+"1,2025-01-01,1\n", Options{Comma: comma})
		at{0, 0, "Options.Comma", "", ErrInvalid, ""}.require(t, err)
	}
}

func TestCommas(t *testing.T) {
	for _, comma := range []string{",", ";", "\t", "|"} {
		text := strings.ReplaceAll("customer\x00date\x00amount\n\"a,;\t|\"\x002025-01-01\x001\nb\x002025-01-01\x002\n", "\x00", comma)
		rows, err := collectText[string](text, Options{Comma: rune(comma[0])})
		require.NoError(t, err)
		require.Len(t, rows, 2)
		require.Equal(t, "a,;\t|", rows[0].Customer)
	}
}

func TestPolicyText(t *testing.T) {
	require.Equal(t, []string{"stop停止", "skip跳过"}, wording.Enum(t, Stop, Skip, ErrInvalid))
}

// Neither the text of an error nor a log shows what may be about a person.
func TestErrorsKeepSecrets(t *testing.T) {
	const secret = "13800138000"
	const wide = "customer,phone,date,amount\n"
	for _, text := range []string{
		wide + secret + " ,x,2025-01-01,1\n",
		wide + "\"" + secret + "\"x,x,2025-01-01,1\n",
		wide + "1," + secret + "\xff,2025-01-01,1\n",
		wide + "1," + secret + "\",2025-01-01,1\n",
		wide + "1,x,2025-01-01,1," + secret + "\n",
		"customer,date,amount,phone\n1,2025\"01,1," + secret + "\n",     // the value runs on
		"customer,date,amount,phone\n1,2025-01-01,\"1," + secret + "\n", // so does this one
		secret + ",2025-01-01,1\n",
		"customer," + secret + "\xff\n",
		"\"" + secret + ",2025-01-01,1\n",
	} {
		_, err := collectText[string](text, Options{})
		require.Error(t, err)
		require.NotContains(t, err.Error(), secret)
		require.NotContains(t, fmt.Sprintf("%v %s %q", err, err, err), secret)
		var b bytes.Buffer
		slog.New(slog.NewJSONHandler(&b, nil)).Error("import", "err", err)
		slog.New(slog.NewTextHandler(&b, nil)).Error("import", "err", err)
		require.NotContains(t, b.String(), secret)
		require.Contains(t, b.String(), `"reason":`)
	}
}

func TestErrorText(t *testing.T) {
	_, err := collectText[string](head+"\"a\n\",2025-01-01,x"+strings.Repeat("张", 60)+"\n", Options{})
	at{2, 3, "amount", "x" + strings.Repeat("张", 60), ErrInvalid, ""}.require(t, err)
	require.EqualError(t, err, "purchase: line 2 (field on line 3), column \"amount\", value \"x"+strings.Repeat("张", 39)+"…\": unexpected byte at byte 0: invalid")

	var b bytes.Buffer
	slog.New(slog.NewTextHandler(&b, nil)).Error("import", "err", err)
	require.Contains(t, b.String(), "err.line=2 err.field_line=3 err.column=amount err.value=")
	require.Contains(t, b.String(), "err.reason=\"unexpected byte at byte 0\" err.error=invalid")

	_, err = collectText[string](head+strings.Repeat("张", 1000)+",2025-01-01,1\n", Options{})
	require.EqualError(t, err, "purchase: line 2, column \"customer\", value of more than 1020 bytes: longer than 255 bytes: length invalid")
	var of *Error
	require.ErrorAs(t, err, &of)
	require.Equal(t, strings.Repeat("张", 341), of.Value) // whole runes in 1024 bytes

	_, err = collectText[string]("a,b\n", Options{})
	require.ErrorAs(t, err, &of)
	require.Equal(t, []string{"a", "b"}, of.Columns)
	require.EqualError(t, err, "purchase: line 1, column \"customer\": no such column; the log has 2: \"a\" \"b\": header invalid")

	_, err = collectText[string]("", Options{})
	require.EqualError(t, err, "purchase: an empty log: insufficient data")
	_, err = collectText[string]("", Options{Comma: ' '})
	require.EqualError(t, err, "purchase: Options.Comma: ' ' is none of ',' ';' '\\t' '|': invalid")
	require.Equal(t, "purchase: x", (&Error{Reason: "x"}).Error())
	require.Equal(t, "[reason=x]", (&Error{Reason: "x"}).LogValue().String())

	_, err = collectText[string](strings.Repeat("c,", 100)+"d\n", Options{})
	require.Less(t, len(err.Error()), 400)
}
