package main

import (
	"bytes"
	"encoding/json"
	"flag"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"

	"github.com/guanxi-go/guanxi/crm/purchase"
	"github.com/guanxi-go/guanxi/crm/segment"
)

var update = flag.Bool("update", false, "rewrite the golden file")

func output(t *testing.T, args ...string) string {
	t.Helper()
	var b bytes.Buffer
	require.NoError(t, run(args, &b))
	return b.String()
}

func TestSampleReport(t *testing.T) {
	got := output(t)
	golden := filepath.Join("testdata", "sample.txt")
	if *update {
		require.NoError(t, os.WriteFile(golden, []byte(got), 0o600))
	}
	want, err := os.ReadFile(golden)
	require.NoError(t, err)
	require.Equal(t, string(want), got)
}

// parsed is the documented part of the JSON form, read back by an independent
// description.
type parsed struct {
	Customers, Purchases int
	Total                string
	First, Last, AsOf    string
	Segments             []struct {
		Name, Value string
		Customers   int
	}
	Ladder []struct {
		Rung      string
		Customers int
	}
	Top20 *float64 `json:"top20_share"`
	Gini  *float64
}

func parse(t *testing.T, text string) parsed {
	t.Helper()
	var p parsed
	require.NoError(t, json.Unmarshal([]byte(text), &p))
	return p
}

// partitions checks that segments and rungs hold every customer and all value once.
func partitions(t *testing.T, p parsed) {
	t.Helper()
	n, value := 0, decimal.Zero
	for _, s := range p.Segments {
		n += s.Customers
		value = value.Add(decimal.RequireFromString(s.Value))
	}
	require.Equal(t, p.Customers, n)
	require.True(t, value.Equal(decimal.RequireFromString(p.Total)), "%s is not %s", value, p.Total)
	n = 0
	for _, r := range p.Ladder {
		n += r.Customers
	}
	require.Equal(t, p.Customers, n)
}

// TestCDNOW holds the report against the sums of the public CDNOW sample, made
// anew from its text.
func TestCDNOW(t *testing.T) {
	root := os.Getenv("GUANXI_REFERENCE")
	if root == "" {
		t.Skip("GUANXI_REFERENCE is not set: the CDNOW sample is not at hand")
	}
	path := filepath.Join(root, "data", "purchases", "cdnow_sample_transactions.csv")
	text, err := os.ReadFile(path)
	require.NoError(t, err)
	lines := strings.Split(strings.TrimSpace(string(text)), "\n")
	sum := decimal.Zero
	customers := map[string]bool{}
	for _, line := range lines[1:] {
		f := strings.Split(strings.TrimSpace(line), ",")
		sum = sum.Add(decimal.RequireFromString(f[2]))
		customers[f[0]] = true
	}
	p := parse(t, output(t, "-purchases", path, "-json"))
	require.Equal(t, 2357, p.Customers)
	require.Len(t, customers, p.Customers)
	require.Equal(t, len(lines)-1, p.Purchases)
	require.True(t, sum.Equal(decimal.RequireFromString(p.Total)), "%s is not %s", p.Total, sum)
	require.Equal(t, []string{"1997-01-01", "1998-06-30", "1998-07-01"}, []string{p.First, p.Last, p.AsOf})
	require.NotNil(t, p.Top20)
	require.NotNil(t, p.Gini)
	partitions(t, p)

	// The order of the rows does not matter.
	rng := rand.New(rand.NewPCG(1, 2))
	rng.Shuffle(len(lines)-1, func(i, j int) { lines[i+1], lines[j+1] = lines[j+1], lines[i+1] })
	shuffled := filepath.Join(t.TempDir(), "shuffled.csv")
	require.NoError(t, os.WriteFile(shuffled, []byte(strings.Join(lines, "\r\n")), 0o600))
	require.Equal(t, output(t, "-purchases", path, "-json"), output(t, "-purchases", shuffled, "-json"))
}

func write(t *testing.T, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "log.csv")
	require.NoError(t, os.WriteFile(path, []byte(text), 0o600))
	return path
}

func TestOtherColumnsAndDecimals(t *testing.T) {
	path := write(t, "\ufeff金额,日期,备注,客户\r\n1.2345,2026-01-05,\"a, b\",张\r\n-0.0005,2026-01-09,,张\r\n7,2026-01-06,,李\r\n-3,2026-01-20,,王\r\n")
	p := parse(t, output(t, "-purchases", path, "-customer", "客户", "-date", "日期", "-amount", "金额", "-json"))
	require.Equal(t, 3, p.Customers)
	require.Equal(t, 2, p.Purchases)
	require.Equal(t, "5.234", p.Total)
	require.Equal(t, "2026-01-21", p.AsOf, "the day after the last row, a refund")
	require.Nil(t, p.Gini, "undefined where a value is negative")
	require.Equal(t, "No Purchase", p.Segments[len(p.Segments)-1].Name)
	partitions(t, p)
}

func TestAsOfLooksBack(t *testing.T) {
	path := write(t, "customer,date,amount\na,2026-01-05,1\nb,2026-02-05,2\n")
	p := parse(t, output(t, "-purchases", path, "-asof", "2026-02-05", "-json"))
	require.Equal(t, 1, p.Customers)
	require.Equal(t, "1.00", p.Total)
	partitions(t, p)
}

func TestAcceptedInputs(t *testing.T) {
	for name, text := range map[string]string{
		"one customer":     "customer,date,amount\na,2026-01-05,1\n",
		"identical rows":   "customer,date,amount\na,2026-01-05,1\na,2026-01-05,1\n",
		"all amounts zero": "customer,date,amount\na,2026-01-05,0\nb,2026-01-05,0.00\n",
		"all alike":        "customer,date,amount\na,2026-01-05,5\nb,2026-01-05,5\nc,2026-01-05,5\n",
	} {
		t.Run(name, func(t *testing.T) {
			path := write(t, text)
			partitions(t, parse(t, output(t, "-purchases", path, "-json")))
			require.NotEmpty(t, output(t, "-purchases", path))
		})
	}
}

func TestRefusedInputs(t *testing.T) {
	for name, c := range map[string]struct {
		text string
		args []string
		want error
		says string
	}{
		"empty file":   {"", nil, purchase.ErrInsufficientData, ""},
		"header only":  {"customer,date,amount\n", nil, purchase.ErrInsufficientData, ""},
		"NaN":          {"customer,date,amount\na,2026-01-05,1\na,2026-01-05,NaN\n", nil, purchase.ErrInvalid, `line 3, column "amount"`},
		"infinity":     {"customer,date,amount\na,2026-01-05,Inf\n", nil, purchase.ErrInvalid, `line 2, column "amount"`},
		"overflow":     {"customer,date,amount\na,2026-01-05,9000000000000\na,2026-01-05,9000000000000\n", nil, segment.ErrOverflow, ""},
		"not UTF-8":    {"customer,date,amount\n\xff,2026-01-05,1\n", nil, purchase.ErrInvalid, "line 2"},
		"long id":      {"customer,date,amount\n" + strings.Repeat("x", 256) + ",2026-01-05,1\n", nil, purchase.ErrInvalid, `line 2, column "customer"`},
		"no such day":  {"customer,date,amount\na,2025-02-29,1\n", nil, purchase.ErrInvalid, `line 2, column "date"`},
		"as-of before": {"customer,date,amount\na,2026-01-05,1\n", []string{"-asof", "2026-01-05"}, segment.ErrInsufficientData, ""},
		"no column":    {"customer,date,paid\na,2026-01-05,1\n", nil, purchase.ErrInvalid, "amount"},
	} {
		t.Run(name, func(t *testing.T) {
			var b bytes.Buffer
			err := run(append([]string{"-purchases", write(t, c.text), "-json"}, c.args...), &b)
			require.ErrorIs(t, err, c.want)
			require.ErrorContains(t, err, c.says)
			require.Empty(t, b.String(), "an error prints no half report")
		})
	}
	require.Error(t, run([]string{"-asof", "tomorrow"}, &bytes.Buffer{}))
	require.Error(t, run([]string{"-currency", "yuan"}, &bytes.Buffer{}))
	require.Error(t, run([]string{"stray"}, &bytes.Buffer{}))
	require.ErrorIs(t, run([]string{"-purchases", "no such file"}, &bytes.Buffer{}), os.ErrNotExist)
}
