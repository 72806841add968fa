package segment_test

import (
	"bufio"
	"encoding/csv"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"testing"
	"time"

	"github.com/guanxi-go/guanxi/crm/money"
	"github.com/guanxi-go/guanxi/crm/purchase"
	"github.com/guanxi-go/guanxi/crm/segment"
)

// logFile writes a generated log as CSV, with ids behind prefix.
func logFile(b *testing.B, prefix string) string {
	b.Helper()
	log := generate(benchRows(b))
	path := filepath.Join(b.TempDir(), "log.csv")
	f, err := os.Create(path)
	if err != nil {
		b.Fatal(err)
	}
	w := bufio.NewWriterSize(f, 1<<20)
	line := []byte("customer,date,amount\n")
	for i, id := range log.Customers {
		_, _ = w.Write(line)
		line = append(strconv.AppendInt(append(line[:0], prefix...), id, 10), ',')
		line = append(log.Days[i].AppendTo(line), ',')
		line = append(money.AppendMinor(line, log.Amounts[i], 2), '\n')
	}
	_, _ = w.Write(line)
	if err := w.Flush(); err != nil {
		b.Fatal(err)
	}
	if err := f.Close(); err != nil {
		b.Fatal(err)
	}
	return path
}

// scoreFile is the job: a log read, summed and scored.
func scoreFile[K purchase.ID](path string) (int, error) {
	f, err := os.Open(path)
	if err != nil {
		return 0, err
	}
	defer f.Close()
	var s segment.Summary[K]
	if err := s.AddAll(purchase.NewReader[K](f, purchase.Options{}).Batches()); err != nil {
		return 0, err
	}
	r, err := s.RFM(0, segment.Scoring{})
	if err != nil {
		return 0, err
	}
	return r.Len(), nil
}

// plainFile is what the standard library offers: encoding/csv, time.Parse,
// strconv, and one map; no scores.
func plainFile[K purchase.ID](path string, id func(string) (K, error)) (int, error) {
	f, err := os.Open(path)
	if err != nil {
		return 0, err
	}
	defer f.Close()
	type customer struct {
		first, last time.Time
		purchases   int
		value       float64
	}
	m := make(map[K]*customer)
	r := csv.NewReader(bufio.NewReaderSize(f, 1<<20))
	r.ReuseRecord = true
	if _, err := r.Read(); err != nil {
		return 0, err
	}
	for {
		rec, err := r.Read()
		if err == io.EOF {
			return len(m), nil
		}
		if err != nil {
			return 0, err
		}
		k, err := id(rec[0])
		if err != nil {
			return 0, err
		}
		d, err := time.Parse(time.DateOnly, rec[1])
		if err != nil {
			return 0, err
		}
		v, err := strconv.ParseFloat(rec[2], 64)
		if err != nil {
			return 0, err
		}
		c := m[k]
		if c == nil {
			c = &customer{first: d, last: d}
			m[k] = c
		}
		if d.Before(c.first) {
			c.first = d
		}
		if d.After(c.last) {
			c.last = d
		}
		c.purchases++
		c.value += v
	}
}

func benchmarkCSV[K purchase.ID](b *testing.B, path, kind string, id func(string) (K, error)) {
	var n, m int
	var err1, err2 error
	against(b, func() { n, err1 = scoreFile[K](path) }, func() { m, err2 = plainFile(path, id) })
	if err1 != nil || err2 != nil || n != m {
		b.Fatalf("%d customers (%v), the plain loop finds %d (%v)", n, err1, m, err2)
	}
	b.ReportMetric(peakOf(b, path, kind), "peak-MB")
}

func BenchmarkRFMFromCSVInt(b *testing.B) {
	path := logFile(b, "")
	benchmarkCSV(b, path, "int", func(s string) (int64, error) { return strconv.ParseInt(s, 10, 64) })
}

func BenchmarkRFMFromCSVText(b *testing.B) {
	path := logFile(b, "C")
	benchmarkCSV(b, path, "text", func(s string) (string, error) { return s, nil })
}

const peakLog = "GUANXI_TEST_PEAK_LOG"

// peakOf does the job in a process of its own and returns its peak memory in MB.
func peakOf(b *testing.B, path, kind string) float64 {
	b.Helper()
	cmd := exec.Command(os.Args[0], "-test.run=^TestPeakOfOneJob$", "-test.v")
	cmd.Env = append(os.Environ(), peakLog+"="+path, peakLog+"_KIND="+kind)
	out, err := cmd.CombinedOutput()
	if err != nil {
		b.Fatalf("%v: %s", err, out)
	}
	found := regexp.MustCompile(`VmHWM:\s+(\d+) kB`).FindSubmatch(out)
	if found == nil {
		return 0 // not Linux
	}
	kb, err := strconv.ParseFloat(string(found[1]), 64)
	if err != nil {
		b.Fatal(err)
	}
	return kb * 1024 / 1e6
}

// TestPeakOfOneJob is the process that peakOf measures; by itself it does the job
// on a log of three rows.
func TestPeakOfOneJob(t *testing.T) {
	path := os.Getenv(peakLog)
	if path == "" {
		path = filepath.Join(t.TempDir(), "log.csv")
		if err := os.WriteFile(path, []byte("customer,date,amount\n1,2026-01-02,3.00\n2,2026-01-03,4\n1,2026-01-04,0.50\n"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	job := scoreFile[int64]
	if os.Getenv(peakLog+"_KIND") == "text" {
		job = scoreFile[string]
	}
	n, err := job(path)
	if err != nil || n < 2 {
		t.Fatalf("%d customers: %v", n, err)
	}
	// The peak of this program: getrusage would count that of the process that forked it.
	status, err := os.ReadFile("/proc/self/status")
	if err == nil {
		t.Logf("%d customers\n%s", n, status)
	}
}
