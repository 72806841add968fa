package timeline_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/guanxi-go/guanxi/crm/timeline"
)

// activities makes n of a thousand customers, a tenth of them corrections.
func activities(n int) []timeline.Activity {
	list := make([]timeline.Activity, n)
	for i := range list {
		list[i] = contact()
		a := &list[i]
		a.Subject, a.Seq = fmt.Sprintf("C-%03d", i%1000), uint64(i/1000+1)
		a.At = start.Add(time.Duration(i*7919%n) * time.Minute)
		a.Recorded = start.Add(time.Duration(n+i) * time.Minute)
		a.Outcome = timeline.Outcomes()[i%7]
		a.Direction = timeline.Directions()[i%3]
		if a.Seq > 1 && i%10 == 0 {
			a.Corrects = a.Seq - 1
		}
	}
	return list
}

func size() int {
	if testing.Short() {
		return 10_000
	}
	return 200_000
}

// A customer's journal as a store returns it, and everybody's in the order of time.
func BenchmarkNew(b *testing.B) {
	everybody := activities(size())
	journal := activities(1000)
	for i := range journal {
		a := &journal[i]
		a.Subject, a.Seq, a.At = "C-1", uint64(i+1), start.Add(time.Duration(i)*time.Minute)
		if i%10 == 9 {
			a.Corrects = a.Seq - 1
		}
	}
	for name, list := range map[string][]timeline.Activity{"journal": journal, "everybody": everybody} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := timeline.New(list, timeline.Options{}); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(len(list)), "ns/activity")
		})
	}
}

func BenchmarkFolds(b *testing.B) {
	list := activities(size())
	tl, err := timeline.New(list, timeline.Options{})
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		if tl.LastContact().Any().IsZero() || tl.Count().Total == 0 || len(tl.FollowUps()) > 1000 || len(tl.Responses()) == 0 {
			b.Fatal("nothing found")
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(len(list)), "ns/activity")
}
