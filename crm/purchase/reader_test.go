package purchase

import (
	"bytes"
	"errors"
	"io"
	"math"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/stretchr/testify/require"

	"github.com/guanxi-go/guanxi/crm/calendar"
	"github.com/guanxi-go/guanxi/crm/money"
)

// collect reads a log to its end.
func collect[K ID](r io.Reader, o Options) (rows []Purchase[K], skipped Skipped, err error) {
	return collectBuffered[K](r, o, firstBuffer)
}

func collectBuffered[K ID](r io.Reader, o Options, buffer int) (rows []Purchase[K], skipped Skipped, err error) {
	reader := NewReader[K](r, o)
	reader.buffer = buffer
	for p, e := range reader.All() {
		if e != nil {
			err = e
			continue
		}
		rows = append(rows, p)
	}
	return rows, reader.Skipped(), err
}

func collectText[K ID](text string, o Options) ([]Purchase[K], error) {
	rows, _, err := collect[K](strings.NewReader(text), o)
	return rows, err
}

// at is what a test states of an Error.
type at struct {
	line, fieldLine int
	column, value   string
	err             error
	reason          string // a part of it
}

func (want at) require(t *testing.T, err error) {
	t.Helper()
	var got *Error
	require.ErrorAs(t, err, &got)
	require.ErrorIs(t, err, want.err)
	if want.fieldLine == 0 {
		want.fieldLine = want.line
	}
	require.Equal(t, want.line, got.Line, "line: %v", err)
	require.Equal(t, want.fieldLine, got.FieldLine, "line of the field: %v", err)
	require.Equal(t, want.column, got.Column, "column: %v", err)
	require.Equal(t, want.value, got.Value, "value: %v", err)
	require.Contains(t, got.Reason, want.reason)
	require.True(t, strings.HasPrefix(err.Error(), "purchase: "), err.Error())
}

const head = "customer,date,amount\n"

func TestHardInputs(t *testing.T) {
	long := strings.Repeat("x", MaxID+1)
	tests := []struct {
		name, text string
		at         at
	}{
		{"empty", "", at{err: ErrInsufficientData}},
		{"byte order mark only", "\ufeff", at{err: ErrInsufficientData}},
		{"empty lines only", "\n\r\n\n", at{err: ErrInsufficientData}},
		{"header only", head, at{err: ErrInsufficientData}},
		{"header without line break", "customer,date,amount", at{err: ErrInsufficientData}},
		{"header and empty lines", head + "\n\r\n", at{err: ErrInsufficientData}},

		{"missing column", "customer,date,value\n1,2025-01-01,1\n", at{1, 0, "amount", "", ErrHeader, `the log has 3: "customer" "date" "value"`}},
		{"header in another case", "Customer,date,amount\n", at{1, 0, "customer", "", ErrHeader, "no such column"}},
		{"header with a space", "customer, date,amount\n", at{1, 0, "date", "", ErrHeader, "no such column"}},
		{"two columns of one name", "customer,date,amount,date\n", at{1, 0, "date", "", ErrHeader, "two columns"}},
		{"two unread columns of one name", "customer,x,date,x,amount\n", at{1, 0, "x", "", ErrHeader, "two columns"}},
		{"no header", "1,1997-01-01,29.33\n", at{1, 0, "customer", "", ErrHeader, "looks like a row"}},
		{"other separator", "customer;date;amount\n", at{1, 0, "customer", "", ErrHeader, "the log has 1:"}},
		{"lines end in CR", "customer,date,amount\r1,2025-01-01,1\r", at{1, 0, "amount", "", ErrHeader, "LF or CRLF"}},
		{"header after empty lines", "\n\ncustomer,date\n", at{3, 0, "amount", "", ErrHeader, "no such column"}},
		{"UTF-16", "\xff\xfec\x00u\x00\n", at{1, 0, "column 1", "\xff\xfec\x00u\x00", ErrEncoding, "UTF-16"}},
		{"GB18030 header", "\xbf\xcd\xbb\xa7,date,amount\n", at{1, 0, "column 1", "\xbf\xcd\xbb\xa7", ErrEncoding, "GB18030"}},

		{"too few fields", head + "1,2025-01-01\n", at{2, 0, "", "", ErrFieldCount, "2 fields, and the header has 3"}},
		{"a row on two lines", head + "1,2025-01-01\n1\n", at{2, 0, "", "", ErrFieldCount, "2 fields"}},
		{"too many fields", head + "1,2025-01-01,1.00,\n", at{2, 0, "", "", ErrFieldCount, "4 fields"}},
		{"spaces instead of a row", head + "  \n", at{2, 0, "", "", ErrFieldCount, "1 fields"}},
		{"bare quote", head + "1,2025-01-01,1\"00\n", at{2, 0, "amount", "1\"00", ErrQuote, "quote inside"}},
		{"space before a quote", head + "1, \"2025-01-01\",1\n", at{2, 0, "date", " \"2025-01-01\",1", ErrQuote, "quote inside"}},
		{"text after a quote", head + "\"1\"2,2025-01-01,1\r\n", at{2, 0, "customer", "1\"2,2025-01-01,1", ErrQuote, "after the closing"}},
		{"CR after a quote", head + "1,2025-01-01,\"1\"\rx\n", at{2, 0, "amount", "1\"\rx", ErrQuote, "after the closing"}},
		{"quote not closed", head + "1,2025-01-01,\"1\n2,2025-01-01,1\n", at{2, 0, "amount", "1\n2,2025-01-01,1", ErrQuote, "without its closing"}},
		{"quote at the end", head + "1,2025-01-01,\"", at{2, 0, "amount", "", ErrQuote, "without its closing"}},

		{"not UTF-8", head + "\xd5\xc5\xce\xb0,2025-01-01,1\n", at{2, 0, "customer", "\xd5\xc5\xce\xb0", ErrEncoding, "not valid UTF-8"}},
		{"surrogate", head + "1,2025-01-01,\xed\xa0\x80\n", at{2, 0, "amount", "\xed\xa0\x80", ErrEncoding, "not valid UTF-8"}},
		{"rune cut by a separator", head + "\xe5\xbc,2025-01-01,1\n", at{2, 0, "customer", "\xe5\xbc", ErrEncoding, "not valid UTF-8"}},
		{"NUL", head + "1,2025-01-01,1\x00\n", at{2, 0, "amount", "1\x00", ErrEncoding, "NUL"}},
		{"NUL in quotes", head + "\"a\x00\",2025-01-01,1\n", at{2, 0, "customer", "a\x00", ErrEncoding, "NUL"}},

		{"no id", head + ",2025-01-01,1\n", at{2, 0, "customer", "", ErrInvalid, "is empty"}},
		{"quoted no id", head + "\"\",2025-01-01,1\n", at{2, 0, "customer", "", ErrInvalid, "is empty"}},
		{"long id", head + long + ",2025-01-01,1\n", at{2, 0, "customer", long, ErrTooLong, "longer than 255"}},
		{"id with a space before", head + " a,2025-01-01,1\n", at{2, 0, "customer", " a", ErrInvalid, "white space"}},
		{"id with a tab behind", head + "a\t,2025-01-01,1\n", at{2, 0, "customer", "a\t", ErrInvalid, "white space"}},
		{"id with a full-width space", head + "张伟\u3000,2025-01-01,1\n", at{2, 0, "customer", "张伟\u3000", ErrInvalid, "white space"}},
		{"id with a CR", head + "\"a\r\",2025-01-01,1\n", at{2, 0, "customer", "a\r", ErrInvalid, "white space"}},

		{"no date", head + "1,,1\n", at{2, 0, "date", "", ErrInvalid, "is empty"}},
		{"29 February", head + "1,2025-02-29,1\n", at{2, 0, "date", "2025-02-29", ErrInvalid, "no such date"}},
		{"year 0", head + "1,0000-01-01,1\n", at{2, 0, "date", "0000-01-01", ErrInvalid, "no such date"}},
		{"American date", head + "1,03/01/2025,1\n", at{2, 0, "date", "03/01/2025", ErrInvalid, "YYYY-MM-DD"}},
		{"date with a space", head + "1,2025-03-01 ,1\n", at{2, 0, "date", "2025-03-01 ", ErrInvalid, "no time of day"}},
		{"space and date", head + "1, 2025-03-01,1\n", at{2, 0, "date", " 2025-03-01", ErrInvalid, "YYYY-MM-DD"}},
		{"instant", head + "1,2025-03-01T10:00:00Z,1\n", at{2, 0, "date", "2025-03-01T10:00:00Z", ErrZone, "Options.Location"}},

		{"no amount", head + "1,2025-01-01,\n", at{2, 0, "amount", "", ErrInvalid, "is empty"}},
		{"no amount, CRLF", head + "1,2025-01-01,\r\n", at{2, 0, "amount", "", ErrInvalid, "is empty"}},
		{"NaN", head + "1,2025-01-01,NaN\n", at{2, 0, "amount", "NaN", ErrInvalid, "unexpected byte"}},
		{"Inf", head + "1,2025-01-01,-Inf\n", at{2, 0, "amount", "-Inf", ErrInvalid, "unexpected byte"}},
		{"exponent", head + "1,2025-01-01,1e3\n", at{2, 0, "amount", "1e3", ErrInvalid, "exponent"}},
		{"digits lost", head + "1,2025-01-01,1.005\n", at{2, 0, "amount", "1.005", ErrInvalid, "more fraction digits"}},
		{"decimal comma", head + "1,2025-01-01,\"1,50\"\n", at{2, 0, "amount", "1,50", ErrInvalid, "thousands separator"}},
		{"space", head + "1,2025-01-01, 1\n", at{2, 0, "amount", " 1", ErrInvalid, "white space"}},
		{"full-width digits", head + "1,2025-01-01,\uff11\uff12\n", at{2, 0, "amount", "\uff11\uff12", ErrInvalid, "outside ASCII"}},
		{"sign of the yuan", head + "1,2025-01-01,¥12\n", at{2, 0, "amount", "¥12", ErrInvalid, "outside ASCII"}},
		{"overflow", head + "1,2025-01-01,92233720368547758.08\n", at{2, 0, "amount", "92233720368547758.08", ErrOverflow, "64 bits"}},

		{"first of several", head + "1,2025-01-01,1\n\n2,x,1\n3,y,1\n", at{4, 0, "date", "x", ErrInvalid, ""}},
		{"line breaks in quotes count", head + "\"a\nb\",2025-01-01,1\n2,x,1\n", at{4, 0, "date", "x", ErrInvalid, ""}},
		{"field on another line", head + "\"a\r\nb\n\",x,1\n", at{2, 4, "date", "x", ErrInvalid, "YYYY"}},
		{"fault on another line", head + "\"a\nb\",2025-01-01,1\"2\n", at{2, 3, "amount", "1\"2", ErrQuote, "quote inside"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := collectText[string](tt.text, Options{})
			tt.at.require(t, err)
		})
	}
}

func TestHardNumbers(t *testing.T) {
	for id, reason := range map[string]string{
		"":                                       "is empty",
		"-":                                      "not a decimal integer",
		"+7":                                     "not a decimal integer",
		"007":                                    "leading zeros",
		"00":                                     "leading zeros",
		"-0":                                     "minus zero",
		"-07":                                    "leading zeros",
		"7.0":                                    "not a decimal integer",
		"1e3":                                    "not a decimal integer",
		"0x1F":                                   "not a decimal integer",
		"1_000":                                  "not a decimal integer",
		" 7":                                     "not a decimal integer",
		"7 ":                                     "not a decimal integer",
		"\uff17":                                 "not a decimal integer",
		"C7":                                     "not a decimal integer",
		"9223372036854775808":                    "does not fit",
		"-9223372036854775809":                   "does not fit",
		"18446744073709551616":                   "does not fit",
		"18446744073709551623":                   "does not fit",
		"99999999999999999999999999999999999999": "does not fit",
	} {
		_, err := collectText[int64](head+id+",2025-01-01,1\n", Options{})
		at{2, 0, "customer", id, ErrInvalid, reason}.require(t, err)
	}
	for text, want := range map[string]int64{
		"0": 0, "7": 7, "-7": -7, "1000000": 1_000_000,
		"9223372036854775807": math.MaxInt64, "-9223372036854775808": math.MinInt64,
	} {
		rows, err := collectText[int64](head+text+",2025-01-01,1\n", Options{})
		require.NoError(t, err)
		require.Equal(t, want, rows[0].Customer)
	}
}

func TestAcceptedForms(t *testing.T) {
	day := calendar.MustDate(2025, 1, 1)
	want := []Purchase[string]{{"a", day, money.Amount{Minor: 100}}, {"b", day + 1, money.Amount{Minor: -250}}, {"a", day, money.Amount{}}}
	for name, text := range map[string]string{
		"plain":                head + "a,2025-01-01,1.00\nb,2025-01-02,-2.5\na,2025-01-01,0\n",
		"no last line break":   head + "a,2025-01-01,1.00\nb,2025-01-02,-2.5\na,2025-01-01,0",
		"CRLF":                 "customer,date,amount\r\na,2025-01-01,1.00\r\nb,2025-01-02,-2.5\r\na,2025-01-01,0\r\n",
		"CRLF, last CR only":   "customer,date,amount\r\na,2025-01-01,1.00\r\nb,2025-01-02,-2.5\r\na,2025-01-01,0\r",
		"mixed line ends":      "customer,date,amount\r\na,2025-01-01,1.00\nb,2025-01-02,-2.5\r\na,2025-01-01,0\n",
		"byte order mark":      "\ufeff" + head + "a,2025-01-01,1.00\nb,2025-01-02,-2.5\na,2025-01-01,0\n",
		"mark before a quote":  "\ufeff\"customer\",date,amount\na,2025-01-01,1.00\nb,2025-01-02,-2.5\na,2025-01-01,0\n",
		"quotes":               "\"customer\",\"date\",\"amount\"\n\"a\",\"2025-01-01\",\"1.00\"\n\"b\",2025-01-02,\"-2.5\"\r\na,2025-01-01,\"0\"",
		"empty lines":          "\n" + head + "\na,2025-01-01,1.00\n\r\n\nb,2025-01-02,-2.5\na,2025-01-01,0\n\n\n",
		"order of the columns": "amount,customer,date\n1.00,a,2025-01-01\n-2.5,b,2025-01-02\n0,a,2025-01-01\n",
		"other columns":        ",customer,备注,date,amount,\nx,a,\"1\n2\",2025-01-01,1.00,\n,b,\"say \"\"hi\"\"\",2025-01-02,-2.5,y\n,a,,2025-01-01,0,\n",
		"times of day":         head + "a,2025-01-01T23:59,1.00\nb,2025-01-02 00:00:00.000,-2.5\na,2025-01-01 12:30:00,0\n",
		"signs, zeros, points": head + "a,2025-01-01,+01.\nb,2025-01-02,-2.500\na,2025-01-01,-.0\n",
	} {
		rows, err := collectText[string](text, Options{})
		require.NoError(t, err, name)
		require.Equal(t, want, rows, name)
	}
}

func TestTextIDsAreKeptAsTheyAre(t *testing.T) {
	for field, want := range map[string]string{
		"007":                    "007",
		"a b":                    "a b",
		"\"a,b\"":                "a,b",
		"\"a\"\"b\"":             "a\"b",
		"\"\"\"\"":               "\"",
		"\"a\r\nb\"":             "a\r\nb", // encoding/csv makes it a\nb
		"a\rb":                   "a\rb",
		"张伟":                     "张伟",
		"\ufeffa":                "\ufeffa",
		strings.Repeat("é", 127): strings.Repeat("é", 127),
		strings.Repeat("x", 255): strings.Repeat("x", 255),
		"\"" + "é" + "\"":        "é",
		"\u00e9 is not e\u0301":  "\u00e9 is not e\u0301",
		"\U0001F600":             "\U0001F600",
	} {
		rows, err := collectText[string](head+"x,2025-01-01,1\n"+field+",2025-01-01,1\n", Options{})
		require.NoError(t, err, field)
		require.Equal(t, want, rows[1].Customer)
	}
}

func TestCurrencies(t *testing.T) {
	const text = "customer,date,amount,currency\n1,2025-01-01,1.5,CNY\n2,2025-01-01,150,JPY\n3,2025-01-01,1.505,BHD\n"
	rows, err := collectText[int64](text, Options{Currency: "currency"})
	require.NoError(t, err)
	require.Equal(t, []money.Amount{{Minor: 150, Currency: money.CNY}, {Minor: 150, Currency: money.JPY}, {Minor: 1505, Currency: money.MustCurrency("BHD")}},
		[]money.Amount{rows[0].Amount, rows[1].Amount, rows[2].Amount})

	_, err = collectText[int64](text+"4,2025-01-01,1.5,JPY\n", Options{Currency: "currency"})
	at{5, 0, "amount", "1.5", ErrInvalid, "more fraction digits"}.require(t, err)
	_, err = collectText[int64](text+"4,2025-01-01,1.5,cny\n", Options{Currency: "currency"})
	at{5, 0, "currency", "cny", ErrInvalid, "upper-case"}.require(t, err)
	_, err = collectText[int64](text+"4,2025-01-01,1.5,\n", Options{Currency: "currency"})
	at{5, 0, "currency", "", ErrCurrency, "is empty"}.require(t, err)

	rows, err = collectText[int64](text+"4,2025-01-01,1.5,\n", Options{Currency: "currency", DefaultCurrency: money.USD})
	require.NoError(t, err)
	require.Equal(t, money.Amount{Minor: 150, Currency: money.USD}, rows[3].Amount)

	rows, err = collectText[int64](head+"1,2025-01-01,12\n", Options{DefaultCurrency: money.JPY})
	require.NoError(t, err)
	require.Equal(t, money.Amount{Minor: 12, Currency: money.JPY}, rows[0].Amount)

	for digits, want := range map[int]int64{0: 12, 3: 12_000, 17: 12e17} {
		rows, err = collectText[int64](head+"1,2025-01-01,12\n", Options{Digits: new(digits)})
		require.NoError(t, err)
		require.Equal(t, money.Amount{Minor: want}, rows[0].Amount)
	}
	_, err = collectText[int64](head+"1,2025-01-01,12\n", Options{Digits: new(18)})
	at{2, 0, "amount", "12", ErrOverflow, "64 bits"}.require(t, err)
}

func TestBatchesSplit(t *testing.T) {
	var text strings.Builder
	text.WriteString("customer,date,amount,currency\n")
	var want []int
	for _, run := range []struct {
		code string
		rows int
	}{{"CNY", 1}, {"JPY", batchRows}, {"CNY", batchRows + 1}, {"USD", 2}} {
		text.WriteString(strings.Repeat("张伟,2025-01-01,1,"+run.code+"\n", run.rows))
		for n := run.rows; n > 0; n -= batchRows {
			want = append(want, min(n, batchRows))
		}
	}
	var sizes []int
	for b, err := range NewReader[string](strings.NewReader(text.String()), Options{Currency: "currency"}).Batches() {
		require.NoError(t, err)
		require.Len(t, b.Customers, len(b.Days))
		require.Len(t, b.Amounts, len(b.Days))
		sizes = append(sizes, len(b.Days))
	}
	require.Equal(t, want, sizes)
}

// Long ids close a batch before its rows are full.
func TestBatchesBoundText(t *testing.T) {
	const rows = 5000
	text := head + strings.Repeat(strings.Repeat("é", 127)+",2025-01-01,1\n", rows)
	n := 0
	for b, err := range NewReader[string](strings.NewReader(text), Options{}).Batches() {
		require.NoError(t, err)
		require.LessOrEqual(t, len(b.Days)*254, batchText)
		n += len(b.Days)
	}
	require.Equal(t, rows, n)
}

// The strings of a batch outlive it; its columns do not.
func TestBatchesReuseColumns(t *testing.T) {
	text := head + strings.Repeat("a,2025-01-01,1\n", batchRows) + strings.Repeat("b,2025-01-02,2\n", batchRows)
	var kept string
	var first *calendar.Day
	for b, err := range NewReader[string](strings.NewReader(text), Options{}).Batches() {
		require.NoError(t, err)
		if first == nil {
			kept, first = b.Customers[0], &b.Days[0]
			continue
		}
		require.Same(t, first, &b.Days[0])
	}
	require.Equal(t, "a", kept)
}

func TestRowsBeforeAnErrorComeFirst(t *testing.T) {
	rows, err := collectText[int64](head+"1,2025-01-01,1\n2,2025-01-01,1\n3,x,1\n4,2025-01-01,1\n", Options{})
	require.Len(t, rows, 2)
	at{4, 0, "date", "x", ErrInvalid, ""}.require(t, err)
}

func TestSingleUse(t *testing.T) {
	r := NewReader[int64](strings.NewReader(head+"1,2025-01-01,1\n2,2025-01-01,1\n"), Options{})
	for _, err := range r.All() {
		require.NoError(t, err)
		break
	}
	n := 0
	for _, err := range r.Batches() {
		require.ErrorIs(t, err, ErrInvalid)
		require.ErrorContains(t, err, "read once")
		n++
	}
	require.Equal(t, 1, n)
	_, _, err := collect[int64](nil, Options{})
	require.ErrorIs(t, err, ErrInvalid)
}

var errDisk = errors.New("disk on fire")

func TestErrorsOfTheReader(t *testing.T) {
	broken := func(text string) io.Reader {
		return io.MultiReader(strings.NewReader(text), iotest.ErrReader(errDisk))
	}
	for _, tt := range []struct {
		text string
		line int
		rows int
	}{
		{"", 1, 0},
		{"customer,da", 1, 0},
		{head, 2, 0},
		{head + "1,2025-01-01,1\n2,2025-01-01,100\n", 4, 2},
		{head + "1,2025-01-01,1\n2,2025-01-01,1", 3, 1}, // 1 may be the start of 100
		{head + "1,2025-01-01,1\n\"2\n\n", 3, 1},
	} {
		for _, policy := range []Policy{Stop, Skip} {
			rows, _, err := collect[int64](broken(tt.text), Options{Bad: policy})
			require.Len(t, rows, tt.rows, tt.text)
			require.NotErrorIs(t, err, ErrInvalid)
			at{tt.line, 0, "", "", errDisk, "cannot be read"}.require(t, err)
		}
	}
	_, _, err := collect[int64](iotest.TimeoutReader(iotest.OneByteReader(strings.NewReader(head))), Options{})
	require.ErrorIs(t, err, iotest.ErrTimeout)
	_, _, err = collect[int64](idle{}, Options{})
	require.ErrorIs(t, err, io.ErrNoProgress)
	_, _, err = collect[int64](liar{}, Options{})
	require.ErrorIs(t, err, io.ErrNoProgress)
}

type idle struct{}

func (idle) Read([]byte) (int, error) { return 0, nil }

type liar struct{}

func (liar) Read(b []byte) (int, error) { return len(b) + 1, nil }

func TestSkip(t *testing.T) {
	text := head +
		"1,2025-01-01,1\n" +
		"2,2025-02-30,1\n" + // 3
		"x,2025-01-01,1\n" +
		"3,2025-01-01\n" +
		"\n" +
		"4,2025-01-01,1\"2\n" + // 7
		"5,2025-01-01,\"1\"2\n" +
		"6,2025-01-01,\xff\n" +
		"7,2025-01-01,\"1\n\"\n" + // 10 and 11
		"8,2025-01-01,1\n"
	rows, skipped, err := collect[int64](strings.NewReader(text), Options{Bad: Skip})
	require.NoError(t, err)
	require.Len(t, rows, 2)
	require.Equal(t, int64(8), rows[1].Customer)
	require.Equal(t, 7, skipped.Rows)
	for i, want := range []at{
		{3, 0, "date", "2025-02-30", ErrInvalid, "no such date"},
		{4, 0, "customer", "x", ErrInvalid, "not a decimal"},
		{5, 0, "", "", ErrFieldCount, "2 fields"},
		{7, 0, "amount", "1\"2", ErrQuote, "quote inside"},
		{8, 0, "amount", "1\"2", ErrQuote, "after the closing"},
		{9, 0, "amount", "\xff", ErrEncoding, "not valid"},
		{10, 0, "amount", "1\n", ErrInvalid, "white space"},
	} {
		want.require(t, skipped.Errors[i])
	}
}

// Where the quotes leave open which lines are rows, Skip stops too.
func TestSkipStops(t *testing.T) {
	for text, want := range map[string]at{
		head + "1,2025-01-01,\"1\n2,2025-01-01,2\n":                     {2, 0, "amount", "1\n2,2025-01-01,2", ErrQuote, "without"},
		head + "1,2025-01-01,\"1\n2,2025-01-01,\"2\"\n3,2025-01-01,1\n": {2, 0, "amount", "1\n2,2025-01-01,\"2\"", ErrQuote, "after"},
		head + "\"1\n\",2025-01-01,1\"2\n3,2025-01-01,1\n":              {2, 3, "amount", "1\"2", ErrQuote, "inside"},
		"customer,date\n1,2025-01-01\n":                                 {1, 0, "amount", "", ErrHeader, ""},
	} {
		_, skipped, err := collect[int64](strings.NewReader(text), Options{Bad: Skip})
		want.require(t, err)
		require.Zero(t, skipped.Rows)
	}
	_, _, err := collect[int64](strings.NewReader(head+"x,2025-01-01,1\n"), Options{Bad: Skip})
	require.ErrorIs(t, err, ErrInsufficientData)
	require.ErrorContains(t, err, "1 skipped")
}

func TestSkipCountsAll(t *testing.T) {
	const good, bad = 3 * batchRows, 5 * MaxListed
	text := head + strings.Repeat("1,2025-01-01,1\n", good) + strings.Repeat("1,2025-01-01,\n", bad) + strings.Repeat("1,2025-01-01,1\n", good)
	rows, skipped, err := collect[int64](strings.NewReader(text), Options{Bad: Skip})
	require.NoError(t, err)
	require.Len(t, rows, 2*good)
	require.Equal(t, bad, skipped.Rows)
	require.Len(t, skipped.Errors, MaxListed)
	require.Equal(t, good+2, skipped.Errors[0].Line)
	require.Equal(t, good+1+MaxListed, skipped.Errors[MaxListed-1].Line)
}

// Records of just MaxRecord bytes are read wherever they lie, one byte more is
// not.
func TestLongRecords(t *testing.T) {
	const short = "1,2025-01-01,1,x"
	for _, lead := range []int{0, 1, 20_000, 30_000} {
		for _, end := range []string{"", "\n", "\r\n", "\n2,2025-01-01,1,y\n"} {
			for _, quoted := range []bool{false, true} {
				for _, extra := range []int{0, 1} {
					note := strings.Repeat("n", MaxRecord+extra-len("1,2025-01-01,1,"))
					if quoted {
						note = "\"" + strings.Repeat("n", MaxRecord+extra-len("1,2025-01-01,1,\"\"")) + "\""
					}
					text := "customer,date,amount,note\n" + strings.Repeat(short+"\n", lead) + "1,2025-01-01,1," + note + end
					rows, err := collectText[int64](text, Options{Bad: Skip})
					require.GreaterOrEqual(t, len(rows), lead)
					if extra == 0 {
						require.NoError(t, err)
						require.Len(t, rows, 1+lead+strings.Count(end, "y"))
					} else {
						at{lead + 2, 0, "", "", ErrTooLong, "1048576"}.require(t, err)
					}
				}
			}
		}
	}
	// A quote that is never closed ends at the limit, not at the end of the log.
	_, err := collectText[int64]("customer,date,amount\n1,2025-01-01,\"1\n"+strings.Repeat("1,2025-01-01,1\n", 200_000), Options{})
	at{2, 0, "", "", ErrTooLong, ""}.require(t, err)

	wide := strings.Repeat(",", maxColumns-3) + "customer,date,amount\n"
	rows, err := collectText[int64](wide+strings.Repeat(",", maxColumns-3)+"1,2025-01-01,1\n", Options{})
	require.NoError(t, err)
	require.Len(t, rows, 1)
	_, err = collectText[int64](","+wide, Options{})
	at{1, 0, "", "", ErrTooLong, "columns"}.require(t, err)
	_, err = collectText[int64](head+strings.Repeat(",", MaxRecord)+"\n", Options{})
	at{2, 0, "", "", ErrFieldCount, "1048577 fields"}.require(t, err)
}

func TestAllocations(t *testing.T) {
	const batches = 20
	row := "123456,1997-01-18,29.73\n"
	log := func(n int) []byte { return []byte(head + strings.Repeat(row, n*batchRows)) }
	small, large := log(1), log(1+batches)
	numbers := func(log []byte) float64 {
		return testing.AllocsPerRun(3, func() {
			for _, err := range NewReader[int64](bytes.NewReader(log), Options{}).Batches() {
				require.NoError(t, err)
			}
		})
	}
	texts := func(log []byte) float64 {
		return testing.AllocsPerRun(3, func() {
			for _, err := range NewReader[string](bytes.NewReader(log), Options{}).Batches() {
				require.NoError(t, err)
			}
		})
	}
	require.InDelta(t, 0, numbers(large)-numbers(small), 0.5)
	require.InDelta(t, batches, texts(large)-texts(small), 0.5)
}

func TestBatched(t *testing.T) {
	day := calendar.MustDate(2025, 1, 1)
	rows := func(n int, c money.Currency) (list []Purchase[int64]) {
		for i := range n {
			list = append(list, Purchase[int64]{int64(i), day + calendar.Day(i), money.Amount{Minor: int64(-i), Currency: c}})
		}
		return list
	}
	source := func(rows []Purchase[int64], err error) func(func(Purchase[int64], error) bool) {
		return func(yield func(Purchase[int64], error) bool) {
			for _, p := range rows {
				if !yield(p, nil) {
					return
				}
			}
			if err != nil {
				yield(Purchase[int64]{}, err)
			}
		}
	}
	list := append(append(rows(2*batchRows+1, 0), rows(3, money.CNY)...), rows(2, money.JPY)...)
	for _, fails := range []error{nil, errDisk} {
		var back []Purchase[int64]
		var sizes []int
		var got error
		for b, err := range Batched(source(list, fails)) {
			if err != nil {
				require.NoError(t, got)
				got = err
				continue
			}
			sizes = append(sizes, len(b.Days))
			for i := range b.Days {
				back = append(back, Purchase[int64]{b.Customers[i], b.Days[i], money.Amount{Minor: b.Amounts[i], Currency: b.Currency}})
			}
		}
		require.Equal(t, fails, got)
		require.Equal(t, list, back)
		require.Equal(t, []int{batchRows, batchRows, 1, 3, 2}, sizes)
	}
	for range Batched(source(nil, nil)) {
		t.Fatal("a batch without rows")
	}
	for stop := 1; stop < 6; stop++ { // leaving early, also at the batch before the error
		n := 0
		for range Batched(source(list, errDisk)) {
			if n++; n == stop {
				break
			}
		}
		require.Equal(t, stop, n)
	}
}
