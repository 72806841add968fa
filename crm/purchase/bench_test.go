package purchase

import (
	"encoding/csv"
	"io"
	"math/rand/v2"
	"strconv"
	"testing"
	"time"

	"github.com/guanxi-go/guanxi/crm/calendar"
)

// repeated is a log of n rows, made by repeating a block of whole rows.
type repeated struct {
	head, block []byte
	blocks, at  int
}

func (r *repeated) Read(b []byte) (int, error) {
	if len(r.head) > 0 {
		n := copy(b, r.head)
		r.head = r.head[n:]
		return n, nil
	}
	if r.blocks == 0 {
		return 0, io.EOF
	}
	n := copy(b, r.block[r.at:])
	if r.at += n; r.at == len(r.block) {
		r.at = 0
		r.blocks--
	}
	return n, nil
}

const blockRows = 50_000

func logOf(blocks int) *repeated {
	rng := rand.New(rand.NewPCG(1, 2))
	var b []byte
	first := calendar.MustDate(2023, time.January, 1)
	for range blockRows {
		b = strconv.AppendInt(b, rng.Int64N(1_000_000), 10)
		b = append(b, ',')
		b = (first + calendar.Day(rng.IntN(730))).AppendTo(b)
		b = append(b, ',')
		b = strconv.AppendInt(b, 1+rng.Int64N(120), 10)
		b = append(b, '.', byte('0'+rng.IntN(10)), byte('0'+rng.IntN(10)), '\n')
	}
	return &repeated{head: []byte("customer,date,amount\n"), block: b, blocks: blocks}
}

func blocksFor(b *testing.B) int {
	if testing.Short() {
		return 2
	}
	return 200
}

func report(b *testing.B, blocks int) {
	rows := float64(blocks * blockRows * b.N)
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/rows, "ns/row")
}

func benchmarkReader[K ID](b *testing.B) {
	blocks := blocksFor(b)
	b.ReportAllocs()
	for b.Loop() {
		rows := 0
		for batch, err := range NewReader[K](logOf(blocks), Options{}).Batches() {
			if err != nil {
				b.Fatal(err)
			}
			rows += len(batch.Days)
		}
		if rows != blocks*blockRows {
			b.Fatal(rows)
		}
	}
	report(b, blocks)
}

func BenchmarkReaderNumbers(b *testing.B) { benchmarkReader[int64](b) }
func BenchmarkReaderTexts(b *testing.B)   { benchmarkReader[string](b) }

func BenchmarkEncodingCSV(b *testing.B) {
	blocks := blocksFor(b)
	b.ReportAllocs()
	for b.Loop() {
		r := csv.NewReader(logOf(blocks))
		r.ReuseRecord = true
		r.Read()
		for {
			rec, err := r.Read()
			if err == io.EOF {
				break
			}
			if _, err := strconv.ParseInt(rec[0], 10, 64); err != nil {
				b.Fatal(err)
			}
			if _, err := time.Parse(time.DateOnly, rec[1]); err != nil {
				b.Fatal(err)
			}
			if _, err := strconv.ParseFloat(rec[2], 64); err != nil {
				b.Fatal(err)
			}
		}
	}
	report(b, blocks)
}
