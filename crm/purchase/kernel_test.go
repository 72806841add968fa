package purchase

import (
	"bytes"
	"encoding/csv"
	"io"
	"math/rand/v2"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"testing/iotest"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/guanxi-go/guanxi/crm/calendar"
	"github.com/guanxi-go/guanxi/crm/money"
)

// The plain reference: encoding/csv, package time, decimal, strconv and regular
// expressions, for logs with the columns customer, date, amount and, where
// wanted, currency. It says which rows there are before the first that is
// refused, and whether there is one.

var (
	plainDate   = regexp.MustCompile(`^\d{4}-\d\d-\d\d$`)
	clockDate   = regexp.MustCompile(`^(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d)(:\d\d(\.\d+)?)?$`)
	plainAmount = regexp.MustCompile(`^[+-]?(\d+\.?\d*|\.\d+)$`)
	plainCode   = regexp.MustCompile(`^[A-Z]{3}$`)
)

func referenceDate(text string) (calendar.Day, bool) {
	layout := time.DateOnly
	if m := clockDate.FindStringSubmatch(text); m != nil {
		text, layout = m[1]+" "+m[2], "2006-01-02 15:04"
		if m[3] != "" {
			text, layout = text+m[3][:3], time.DateTime
		}
	} else if !plainDate.MatchString(text) {
		return 0, false
	}
	t, err := time.Parse(layout, text)
	if err != nil || t.Year() < 1 {
		return 0, false
	}
	return calendar.Day(t.Truncate(24*time.Hour).Unix()/86400 + 719163), true // 1970-01-01
}

func referenceAmount(text string, digits int) (int64, bool) {
	if !plainAmount.MatchString(text) {
		return 0, false
	}
	d, err := decimal.NewFromString(strings.TrimSuffix(text, "."))
	if err != nil {
		return 0, false
	}
	minor := d.Shift(int32(digits))
	if !minor.IsInteger() || !minor.BigInt().IsInt64() {
		return 0, false
	}
	return minor.BigInt().Int64(), true
}

func referenceID[K ID](text string) (id K, ok bool) {
	switch id := any(&id).(type) {
	case *int64:
		n, err := strconv.ParseInt(text, 10, 64)
		*id, ok = n, err == nil && strconv.FormatInt(n, 10) == text
	case *string:
		*id, ok = text, text != "" && len(text) <= 255 && strings.TrimFunc(text, unicode.IsSpace) == text
	}
	return id, ok
}

func plainRows[K ID](log []byte, o Options) (rows []Purchase[K], ok bool) {
	r := csv.NewReader(bytes.NewReader(bytes.TrimPrefix(log, []byte("\ufeff"))))
	if o.Comma != 0 {
		r.Comma = o.Comma
	}
	header, err := r.Read()
	if err != nil || !decent(header) {
		return nil, false
	}
	at := map[string]int{}
	for i, name := range header {
		if _, twice := at[name]; twice && name != "" {
			return nil, false
		}
		at[name] = i
	}
	for _, name := range []string{"customer", "date", "amount", o.Currency} {
		if _, ok := at[name]; !ok && name != "" {
			return nil, false
		}
	}
	for {
		rec, err := r.Read()
		if err == io.EOF {
			return rows, len(rows) > 0
		}
		if err != nil || !decent(rec) {
			return rows, false
		}
		p := Purchase[K]{}
		digits := 2
		if o.Currency != "" {
			code := rec[at[o.Currency]]
			if !plainCode.MatchString(code) {
				return rows, false
			}
			p.Amount.Currency = money.MustCurrency(code)
			digits = p.Amount.Currency.Digits()
		}
		var ok1, ok2, ok3 bool
		p.Customer, ok1 = referenceID[K](rec[at["customer"]])
		p.Day, ok2 = referenceDate(rec[at["date"]])
		p.Amount.Minor, ok3 = referenceAmount(rec[at["amount"]], digits)
		if !ok1 || !ok2 || !ok3 {
			return rows, false
		}
		rows = append(rows, p)
	}
}

func decent(record []string) bool {
	for _, text := range record {
		if !utf8.ValidString(text) || strings.ContainsRune(text, 0) {
			return false
		}
	}
	return true
}

// unix undoes, for a comparison with encoding/csv, what that does to CRLF in
// quotes.
func unix[K ID](rows []Purchase[K]) []Purchase[K] {
	for i := range rows {
		if id, ok := any(&rows[i].Customer).(*string); ok {
			*id = strings.ReplaceAll(*id, "\r\n", "\n")
		}
	}
	return rows
}

// same holds the reader against the reference, and against itself where the log
// arrives in other pieces and the buffer is another.
func same[K ID](t require.TestingT, log []byte, o Options, seed uint64) {
	want, ok := plainRows[K](log, o)
	got, _, err := collectBuffered[K](bytes.NewReader(log), o, 4096)
	require.Equal(t, ok, err == nil, "%v", err)
	require.Equal(t, want, unix(got))

	rng := rand.New(rand.NewPCG(seed, 0))
	for _, o.Bad = range []Policy{Stop, Skip} {
		rows, skipped, whole := collectBuffered[K](bytes.NewReader(log), o, 32+2*len(log))
		for _, r := range []io.Reader{
			iotest.OneByteReader(bytes.NewReader(log)),
			iotest.HalfReader(bytes.NewReader(log)),
			iotest.DataErrReader(bytes.NewReader(log)),
			&pieces{bytes.NewReader(log), rng},
		} {
			// A buffer that some records do not fit has to move and grow.
			again, left, err := collectBuffered[K](r, o, 8+rng.IntN(200))
			require.Equal(t, rows, again)
			require.Equal(t, skipped, left)
			require.Equal(t, whole, err)
		}
		var of *Error
		if whole != nil {
			require.ErrorAs(t, whole, &of)
			require.NotEmpty(t, of.Reason)
		}
	}
}

// pieces reads as much at a time as a random number says, nothing included.
type pieces struct {
	r   io.Reader
	rng *rand.Rand
}

func (p *pieces) Read(b []byte) (int, error) {
	return p.r.Read(b[:min(len(b), p.rng.IntN(20))])
}

// genLog draws logs with a few faults in them.
func genLog(fault float64) *rapid.Generator[[]byte] {
	return rapid.Custom(func(t *rapid.T) []byte {
		comma := ","
		flip := func(p float64) bool { return rapid.Float64Range(0, 1).Draw(t, "p") < p }
		pick := func(good, bad []string) string {
			if flip(fault) {
				return rapid.SampledFrom(bad).Draw(t, "bad")
			}
			return rapid.SampledFrom(good).Draw(t, "good")
		}
		columns := rapid.Permutation([]string{"customer", "date", "amount", "currency", "备注", ""}).Draw(t, "columns")
		lineEnd := func() string { return rapid.SampledFrom([]string{"\n", "\n", "\r\n"}).Draw(t, "end") }
		var b bytes.Buffer
		if flip(0.3) {
			b.WriteString("\ufeff")
		}
		b.WriteString(strings.Join(columns, comma) + lineEnd())
		for range rapid.IntRange(0, 12).Draw(t, "rows") {
			var fields []string
			for _, column := range columns {
				var f string
				switch column {
				case "customer":
					f = pick([]string{"1", "17", "-3", "123456", "9223372036854775807"}, []string{"", "007", "a", "张伟", " 1", "1 ", "+1", "9223372036854775808", strings.Repeat("7", 256)})
				case "date":
					f = pick([]string{"2025-03-01", "1997-12-31", "0001-01-01", "9999-12-31", "2024-02-29", "2025-03-01T23:59", "2025-03-01 00:00:00.25"}, []string{"", "2025-02-29", "2025-3-1", "2025-03-01 ", "2025-03-01T24:00", "0000-01-01", "2025-03-01 1:00"})
				case "amount":
					f = pick([]string{"1", "29.73", "-0.01", "+5.", ".5", "0", "1.500"}, []string{"", "1e3", "NaN", "1.0050", "92233720368547758.08", "1 ", "-"})
				case "currency":
					f = pick([]string{"CNY", "CNY", "CNY", "JPY", "BHD"}, []string{"", "cny", "CN", "¥"})
				default:
					f = pick([]string{"", "x", "加急", "a\"b", "a\nb", "a\r\nb", "a,b"}, []string{"\xff", "a\x00", "\xe5\xbc"})
				}
				switch {
				case flip(fault / 4):
					f = "\"" + f // a stray quote
				case strings.ContainsAny(f, "\",\r\n") && !flip(fault/4) || flip(0.2):
					f = "\"" + strings.ReplaceAll(f, "\"", "\"\"") + "\""
				}
				fields = append(fields, f)
			}
			if flip(fault / 4) {
				fields = fields[1:]
			}
			b.WriteString(strings.Join(fields, comma) + lineEnd())
			if flip(0.1) {
				b.WriteString(lineEnd())
			}
		}
		log := b.Bytes()
		if flip(0.3) {
			log = bytes.TrimRight(log, "\r\n")
		}
		return log
	})
}

func TestReaderAgainstEncodingCSV(t *testing.T) {
	for _, fault := range []float64{0, 0.02, 0.3} {
		rapid.Check(t, func(t *rapid.T) {
			log := genLog(fault).Draw(t, "log")
			seed := rapid.Uint64().Draw(t, "seed")
			for _, o := range []Options{{}, {Currency: "currency"}} {
				same[int64](t, log, o, seed)
				same[string](t, log, o, seed)
			}
		})
	}
}

func FuzzReader(f *testing.F) {
	for _, text := range []string{
		head + "1,2025-01-01,1.00\n2,2025-02-29,1\n",
		"\ufeff客户,\"customer\",date,amount\r\n张伟,7,2025-03-01T10:00,-.5\r\n",
		"amount,date,customer,currency\n1,2025-01-01,\"a\"\"b\n\",CNY\n\n1,2025-01-01,1,JPY",
		head + "1,2025-01-01,\"1\"\r",
		head + "1,2025-01-01,1\"\n\"1\",\"2025-01-01\",\"1\n",
	} {
		f.Add([]byte(text), uint64(1))
	}
	f.Fuzz(func(t *testing.T, log []byte, seed uint64) {
		o := Options{Comma: []rune{',', ';', '\t', '|'}[seed%4]}
		same[int64](t, log, o, seed)
		same[string](t, log, o, seed)
		o.Currency = "currency"
		same[string](t, log, o, seed)
	})
}

// slowly reads a log as Reader does, but for scan.
func slowly(log string, o Options) (rows []Purchase[int64], skipped Skipped, err error) {
	r := NewReader[int64](strings.NewReader(log), o)
	p, err := r.start()
	for err == nil {
		for err == nil && p.look() {
			p.safe = p.pos
			fits, bad := p.record()
			if !fits {
				break
			}
			if bad != nil && p.skip && !bad.fatal {
				p.skipped.add(bad)
			} else if bad != nil {
				err = bad
			}
		}
		for i, id := range p.numbers {
			rows = append(rows, Purchase[int64]{id, p.days[i], money.Amount{Minor: p.amounts[i], Currency: p.currency}})
		}
		p.read = len(rows) > 0
		if p.reset(); err == nil && p.pos == p.end && p.done {
			err = p.finish()
		}
	}
	if err == io.EOF {
		err = nil
	}
	return rows, r.Skipped(), err
}

// TestKernel holds scan against record over logs of many windows.
func TestKernel(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		columns := rapid.Permutation([]string{"customer", "date", "amount", "a", "b", "c", "d"}).Draw(t, "columns")
		width := rapid.IntRange(0, 60).Draw(t, "width")
		rows := rapid.IntRange(1, 900).Draw(t, "rows")
		oneIn := rapid.IntRange(1, 2000).Draw(t, "one fault in")
		buffer := rapid.SampledFrom([]int{100, 1000, lookAhead, 20_000, firstBuffer}).Draw(t, "buffer")
		quoted := rapid.SampledFrom([]int{0, 1, 50, 100}).Draw(t, "quoted")
		end := rapid.SampledFrom([]string{"\n", "\r\n"}).Draw(t, "end")
		rng := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 0))
		var log strings.Builder
		log.WriteString(strings.Join(columns, ",") + end)
		for range rows {
			for i, column := range columns {
				if i > 0 && rng.IntN(oneIn*len(columns)) == 0 {
					log.WriteString(end) // two short lines with as many fields as one row
				} else if i > 0 {
					log.WriteByte(',')
				}
				text := ""
				switch column {
				case "customer":
					text = strconv.FormatInt(rng.Int64()>>rng.IntN(63)-9, 10)
				case "date":
					text = (calendar.MinDay + calendar.Day(rng.IntN(int(calendar.MaxDay)))).String()
				case "amount":
					text = money.FormatMinor(rng.Int64()>>rng.IntN(64), 2)
				default:
					text = strings.Repeat("é", rng.IntN(width+1))
				}
				if rng.IntN(100) < quoted {
					text = "\"" + text + []string{"", "", "", "\"\"", ",", end}[rng.IntN(6)*min(1, width)] + "\""
				}
				if rng.IntN(oneIn*len(columns)) == 0 {
					text += []string{",", "\xff", "\x00", "x\"", "\"x", end}[rng.IntN(6)]
				}
				log.WriteString(text)
			}
			log.WriteString(end)
		}
		for _, policy := range []Policy{Stop, Skip} {
			want, wantSkipped, wantErr := slowly(log.String(), Options{Bad: policy})
			got, gotSkipped, gotErr := collectBuffered[int64](strings.NewReader(log.String()), Options{Bad: policy}, buffer)
			require.Equal(t, wantErr, gotErr)
			require.Equal(t, wantSkipped, gotSkipped)
			require.Equal(t, want, got)
		}
	})
}

func TestInOrder(t *testing.T) {
	want := regexp.MustCompile(`^([^"]*|"([^"]|"")*")$`)
	rapid.Check(t, func(t *rapid.T) {
		f := rapid.StringOf(rapid.SampledFrom([]rune(`""a`))).Draw(t, "field")
		require.Equal(t, want.MatchString(f), inOrder([]byte(f)))
	})
}

func TestDiffer(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := rapid.SampledFrom([]byte{',', '\n', '"', '|'}).Draw(t, "byte")
		b := rapid.SliceOfN(rapid.SampledFrom([]byte{c, c, c - 1, c + 1, c | 0x80, c ^ 1, 0, 1, 0x80, 0xff}), 8, 8).Draw(t, "word")
		var word, want uint64
		for i, x := range b {
			word |= uint64(x) << (8 * i)
			if x != c {
				want |= 0x80 << (8 * i)
			}
		}
		require.Equal(t, want, differ(word, uint64(c)*ones))
	})
}

func TestMark(t *testing.T) {
	var w window
	rapid.Check(t, func(t *rapid.T) {
		b := rapid.SliceOfN(rapid.SampledFrom([]byte(";\nxx\"")), 0, 100).Draw(t, "text")
		if rapid.Bool().Draw(t, "full") {
			b = bytes.Repeat([]byte(";"), lookAhead-rapid.IntRange(0, 9).Draw(t, "less"))
		}
		want, quoted, inside := []uint16{0}, false, false
		for i, c := range b {
			switch {
			case c == '"':
				quoted, inside = true, !inside
			case c != 'x' && !inside:
				want = append(want, uint16(i+1))
			}
		}
		w.mark(b, ';')
		require.Equal(t, want, w.marks)
		require.Equal(t, quoted, w.quoted)
	})
}
