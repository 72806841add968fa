package crm_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/guanxi-go/guanxi/crm"
	"github.com/guanxi-go/guanxi/crm/owner"
	"github.com/guanxi-go/guanxi/crm/party"
	"github.com/guanxi-go/guanxi/crm/stage"
)

func benchCRM(b *testing.B) *crm.CRM {
	b.Helper()
	c, err := crm.New(new(crm.Memory), crm.Options{})
	require.NoError(b, err)
	b.ReportAllocs()
	return c
}

func BenchmarkRegister(b *testing.B) {
	c := benchCRM(b)
	i := 0
	for b.Loop() {
		i++
		_, err := c.Customers.Register(b.Context(), boss, crm.Registration{ID: fmt.Sprint(i),
			Profile: party.Profile{Type: party.Person, Name: "张伟"}, Owner: li})
		if err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkMoveStage(b *testing.B) {
	c := benchCRM(b)
	_, err := c.Customers.Register(b.Context(), boss, crm.Registration{ID: "c", Profile: party.Profile{Type: party.Person, Name: "张伟"}})
	require.NoError(b, err)
	i := 0
	for b.Loop() {
		// A new customer every ten moves, so that journals stay as long as they are.
		id := fmt.Sprint("c", i/10)
		if i%10 == 0 {
			if _, err := c.Customers.Register(b.Context(), boss, crm.Registration{ID: id, Profile: party.Profile{Type: party.Person, Name: "张伟"}}); err != nil {
				b.Fatal(err)
			}
		}
		i++
		to := []stage.Relationship{stage.Awareness, stage.Exploration}[i%2]
		if _, err := c.Stages.Relationship.Move(b.Context(), boss, id, crm.Move[stage.Relationship]{To: to, Forced: true, Call: crm.Call{Reason: "r"}}); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkListOwn lists all of one colleague's customers out of three colleagues'.
func BenchmarkListOwn(b *testing.B) {
	n := 100_000
	if testing.Short() {
		n = 1000
	}
	c := benchCRM(b)
	for i := range n * 3 {
		_, err := c.Customers.Register(b.Context(), boss, crm.Registration{ID: fmt.Sprint(i),
			Profile: party.Profile{Type: party.Person, Name: "张伟"}, Owner: []owner.Staff{li, zhao, sun}[i%3]})
		require.NoError(b, err)
	}
	for b.Loop() {
		got := 0
		for _, err := range c.Customers.List(b.Context(), boss, crm.CustomerFilter{Owner: "li"}) {
			if err != nil {
				b.Fatal(err)
			}
			got++
		}
		if got != n {
			b.Fatal(got)
		}
	}
	b.ReportMetric(float64(n), "rows/op")
}
