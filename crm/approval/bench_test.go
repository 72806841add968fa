package approval_test

import (
	"testing"

	"github.com/guanxi-go/guanxi/crm/approval"
	"github.com/guanxi-go/guanxi/internal/cputime"
)

func decide(b *testing.B, r *run, c approval.Command) {
	b.Helper()
	b.ReportAllocs()
	start := cputime.Now()
	for b.Loop() {
		if _, err := r.process.Decide(r.i, c, r.env); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(cputime.Now()-start)/float64(b.N), "cpu-ns/op")
}

// A decision that leaves the step open, one that passes it on to the next, and the
// last one of the chain of the documents.
func BenchmarkDecide(b *testing.B) {
	b.Run("vote", func(b *testing.B) {
		r := chain(b)
		r.do(approval.Approve, "secretary", minutes)
		decide(b, r, command(approval.Approve, "v1"))
	})
	b.Run("vote that enters the board", func(b *testing.B) {
		decide(b, chain(b), command(approval.Approve, "secretary", minutes))
	})
	b.Run("vote that approves", func(b *testing.B) {
		r := chain(b)
		r.do(approval.Approve, "secretary", minutes)
		cast(r, "AAA")
		decide(b, r, command(approval.Approve, "v4"))
	})
}

func BenchmarkResolve(b *testing.B) {
	g := guide(b)
	q := approval.Query{Matter: "expense", Amount: cny("80000"), At: tick(0)}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := g.Resolve(q); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkFold(b *testing.B) {
	r := chain(b)
	r.do(approval.Approve, "secretary", minutes)
	cast(r, "AAAA")
	b.ReportAllocs()
	for b.Loop() {
		i, err := approval.Fold(r.journal)
		if err != nil {
			b.Fatal(err)
		}
		if i.Status != approval.Approved {
			b.Fatal(i.Status)
		}
	}
}
