package peers_test

import (
	"context"
	"testing"
	"time"

	"github.com/looplab/fsm"

	"github.com/guanxi-go/guanxi/crm/stage"
	"github.com/guanxi-go/guanxi/internal/cputime"
)

// path is the work: what a customer's relationship goes through, with the reasons
// that the table asks for; then comes the next customer.
var path = []struct {
	to     stage.Relationship
	reason string
}{
	{stage.Awareness, ""}, {stage.Exploration, ""}, {stage.Expansion, ""}, {stage.Commitment, ""},
	{stage.Dissolution, "moved away"}, {stage.Exploration, "came back"}, {stage.Expansion, ""}, {stage.Commitment, ""},
}

// decide makes n transitions by crm/stage: each is decided over the journal of the
// customer, with actor, instants and reason checked, and appended to it.
func decide(tb testing.TB, n int) {
	m := stage.RelationshipMachine()
	cmd := stage.Command[stage.Relationship]{Actor: "u1", Now: time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)}
	journal := make([]stage.Entry[stage.Relationship], 0, len(path))
	for range n {
		if len(journal) == len(path) {
			journal = journal[:0]
			cmd.Now = cmd.Now.Add(time.Second)
		}
		next := &path[len(journal)]
		cmd.To, cmd.Reason = next.to, next.reason
		var err error
		if journal, err = m.Append(journal, cmd); err != nil {
			tb.Fatal(err)
		}
	}
}

// fire makes n transitions by looplab/fsm, which keeps the present state and
// nothing else. Starting over with the next customer is one transition more.
func fire(tb testing.TB, n int) {
	events := make(fsm.Events, len(path))
	for i, p := range path {
		from := path[(i+len(path)-1)%len(path)].to
		events[i] = fsm.EventDesc{Name: from.String() + " to " + p.to.String(), Src: []string{from.String()}, Dst: p.to.String()}
	}
	m := fsm.NewFSM(path[len(path)-1].to.String(), events, fsm.Callbacks{})
	ctx := context.Background()
	next := 0
	for range n {
		if err := m.Event(ctx, events[next].Name); err != nil {
			tb.Fatal(err)
		}
		if next++; next == len(events) {
			next = 0
		}
	}
}

func BenchmarkTransition(b *testing.B) {
	for _, side := range []struct {
		name string
		make func(testing.TB, int)
	}{{"stage", decide}, {"looplab-fsm", fire}} {
		b.Run(side.name, func(b *testing.B) {
			b.ReportAllocs()
			before := cputime.Now()
			side.make(b, b.N)
			b.ReportMetric(float64((cputime.Now()-before).Nanoseconds())/float64(b.N), "cpu-ns/op")
		})
	}
}
