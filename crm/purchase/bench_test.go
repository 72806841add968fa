package purchase

import (
	"encoding/csv"
	"io"
	"math/rand/v2"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/guanxi-go/guanxi/crm/calendar"
	"github.com/guanxi-go/guanxi/internal/cputime"
)

// repeated is a long log of few bytes: a header and a block of rows, again and
// again.
type repeated struct {
	head, block string
	blocks      int
	rest        string
}

func (r repeated) reader() io.Reader {
	r.rest = r.head
	return &r
}

func (r *repeated) Read(b []byte) (int, error) {
	if r.rest == "" {
		if r.blocks == 0 {
			return 0, io.EOF
		}
		r.rest = r.block
		r.blocks--
	}
	n := copy(b, r.rest)
	r.rest = r.rest[n:]
	return n, nil
}

const blockRows = 50_000

// logOf makes a log whose rows are customer, date and amount of a million
// customers and two years, as row puts them together.
func logOf(b *testing.B, head string, row func(id, day, amount string) string) repeated {
	rng := rand.New(rand.NewPCG(1, 2))
	first := calendar.MustDate(2023, time.January, 1)
	var block strings.Builder
	for range blockRows {
		amount := strconv.Itoa(1+rng.IntN(120)) + "." + strconv.Itoa(100 + rng.IntN(100))[1:]
		block.WriteString(row(strconv.Itoa(rng.IntN(1_000_000)), (first + calendar.Day(rng.IntN(730))).String(), amount))
		block.WriteByte('\n')
	}
	blocks := 200 // ten million rows
	if testing.Short() {
		blocks = 2
	}
	return repeated{head: head, block: block.String(), blocks: blocks}
}

func plainRow(id, day, amount string) string { return id + "," + day + "," + amount }

func BenchmarkReader(b *testing.B) {
	const wide = "单号,customer,姓名,date,门店,amount,备注\n"
	logs := []struct {
		name, head string
		row        func(id, day, amount string) string
	}{
		{"plain", head, plainRow},
		{"quoted", head, func(id, day, amount string) string { return `"` + id + `","` + day + `","` + amount + `"` }},
		{"wide", wide, func(id, day, amount string) string {
			return "D" + id + "," + id + ",张伟," + day + ",上海南京西路店," + amount + ",周五前送到"
		}},
	}
	for _, log := range logs {
		b.Run(log.name+"/numbers", func(b *testing.B) { benchmarkReader[int64](b, logOf(b, log.head, log.row)) })
		b.Run(log.name+"/texts", func(b *testing.B) { benchmarkReader[string](b, logOf(b, log.head, log.row)) })
	}
}

// benchmarkReader reports the processor time a row takes, and its ratio to what the same
// row takes with encoding/csv, strconv and package time.
func benchmarkReader[K ID](b *testing.B, log repeated) {
	rows := log.blocks * blockRows
	b.ReportAllocs()
	begin := cputime.Now()
	for b.Loop() {
		n := 0
		for batch, err := range NewReader[K](log.reader(), Options{}).Batches() {
			if err != nil {
				b.Fatal(err)
			}
			n += len(batch.Days)
		}
		if n != rows {
			b.Fatal(n)
		}
	}
	ours := float64(cputime.Now()-begin) / float64(b.N)
	begin = cputime.Now()
	if n := readWithEncodingCSV(b, log.reader()); n != rows {
		b.Fatal(n)
	}
	theirs := float64(cputime.Now() - begin)
	b.ReportMetric(ours/float64(rows), "cpu-ns/row")
	b.ReportMetric(ours/theirs, "of-encoding/csv")
}

func readWithEncodingCSV(b *testing.B, r io.Reader) (rows int) {
	in := csv.NewReader(r)
	in.ReuseRecord = true
	header, err := in.Read()
	if err != nil {
		b.Fatal(err)
	}
	at := map[string]int{}
	for i, name := range header {
		at[name] = i
	}
	customer, date, amount := at["customer"], at["date"], at["amount"]
	for {
		rec, err := in.Read()
		if err == io.EOF {
			return rows
		}
		if err != nil {
			b.Fatal(err)
		}
		if _, err := strconv.ParseInt(rec[customer], 10, 64); err != nil {
			b.Fatal(err)
		}
		if _, err := time.Parse(time.DateOnly, rec[date]); err != nil {
			b.Fatal(err)
		}
		if _, err := strconv.ParseFloat(rec[amount], 64); err != nil {
			b.Fatal(err)
		}
		rows++
	}
}

func BenchmarkBatched(b *testing.B) {
	var list []Purchase[int64]
	for p, err := range NewReader[int64](logOf(b, head, plainRow).reader(), Options{}).All() {
		if err != nil {
			b.Fatal(err)
		}
		if list = append(list, p); len(list) == blockRows {
			break
		}
	}
	b.ReportAllocs()
	for b.Loop() {
		for range Batched(func(yield func(Purchase[int64], error) bool) {
			for _, p := range list {
				if !yield(p, nil) {
					return
				}
			}
		}) {
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*blockRows), "ns/row")
}
