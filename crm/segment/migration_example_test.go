package segment_test

import (
	"encoding/json"
	"fmt"
	"maps"

	"github.com/guanxi-go/guanxi/crm/segment"
	"github.com/guanxi-go/guanxi/crm/stage"
)

// Who moved on the ladder between two dates.
func ExampleMigrationBetween() {
	before := map[string]stage.Rung{
		"Chen": stage.RungOneTime, "Li": stage.RungRepeat, "Sun": stage.RungOneTime,
		"Wang": stage.RungLoyal, "Zhao": stage.RungRepeat,
	}
	after := map[string]stage.Rung{
		"Chen": stage.RungOneTime, "Li": stage.RungLoyal, "Ma": stage.RungOneTime,
		"Wang": stage.RungRepeat, "Zhao": stage.RungRepeat,
	}
	m, moves, err := segment.MigrationBetween(stage.Rungs(), maps.All(before), maps.All(after))
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, move := range moves {
		fmt.Printf("%-4s %-7s (%s -> %s)\n", move.ID, move.Kind, move.From, move.To)
	}
	fmt.Println("repeat to loyal:", m.Count(stage.RungRepeat, stage.RungLoyal))
	// Output:
	// Li   up      (repeat -> loyal)
	// Ma   entered ( -> one-time)
	// Sun  left    (one-time -> )
	// Wang down    (loyal -> repeat)
	// repeat to loyal: 1
}

// tierMigration is a migration between three tiers: 100 bronze, 60 silver and 20 gold
// customers at the first date.
func tierMigration() *segment.Migration[string] {
	m, err := segment.NewMigration([]string{"bronze", "silver", "gold"})
	if err != nil {
		panic(err)
	}
	for _, c := range []struct {
		from, to string
		n        int
	}{
		{"bronze", "bronze", 70}, {"bronze", "silver", 18}, {"bronze", "gold", 2},
		{"silver", "bronze", 12}, {"silver", "silver", 36}, {"silver", "gold", 12},
		{"gold", "silver", 4}, {"gold", "gold", 16},
	} {
		for range c.n {
			if err := m.Add(c.from, c.to); err != nil {
				panic(err)
			}
		}
	}
	for range 10 {
		if err := m.AddLeft("bronze"); err != nil {
			panic(err)
		}
	}
	return m
}

func ExampleMigration_Rows() {
	rows, err := tierMigration().Rows(0.95)
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, r := range rows {
		fmt.Printf("%-6s %3d, left %2d:", r.From, r.Before, r.Left)
		for _, p := range r.To {
			fmt.Printf("  %.3f [%.3f %.3f]", p.Share, p.Low, p.High)
		}
		fmt.Printf("  up %.2f down %.2f\n", r.Flow.Up.Share, r.Flow.Down.Share)
	}
	// Output:
	// bronze 100, left 10:  0.778 [0.682 0.851]  0.200 [0.130 0.294]  0.022 [0.006 0.077]  up 0.22 down 0.00
	// silver  60, left  0:  0.200 [0.118 0.318]  0.600 [0.474 0.714]  0.200 [0.118 0.318]  up 0.20 down 0.20
	// gold    20, left  0:  0.000 [0.000 0.161]  0.200 [0.081 0.416]  0.800 [0.584 0.919]  up 0.00 down 0.20
}

func ExampleMigration_Flow() {
	f, err := tierMigration().Flow(0.95)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("up %d of %d, stayed %d, down %d\n", f.Up.Count, f.Up.Of, f.Stayed.Count, f.Down.Count)
	fmt.Printf("up %.3f [%.3f %.3f]\n", f.Up.Share, f.Up.Low, f.Up.High)
	// Output:
	// up 32 of 170, stayed 122, down 16
	// up 0.188 [0.137 0.254]
}

func ExampleMigration_SteadyState() {
	share, err := tierMigration().SteadyState()
	fmt.Printf("%.4f %v\n", share, err)
	// Output: [0.3000 0.3333 0.3667] <nil>
}

func ExampleMigration_ExpectedTime() {
	ways, err := tierMigration().ExpectedTime("gold")
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, w := range ways {
		fmt.Printf("%s: %s, %.2f quarters\n", w.From, w.Reach, w.Periods)
	}
	// Output:
	// bronze: certain, 12.27 quarters
	// silver: certain, 8.64 quarters
	// gold: certain, 0.00 quarters
}

func ExampleMigration_Forecast() {
	m := tierMigration()
	now := make([]float64, 3)
	for i, n := range m.After() {
		now[i] = float64(n)
	}
	later, err := m.Forecast(now, 4)
	fmt.Printf("now %.0f, in a year %.1f %v\n", now, later, err)
	// Output: now [82 58 30], in a year [62.6 56.7 50.7] <nil>
}

func ExampleMigration_ClosedGroups() {
	m, err := segment.NewMigration([]string{"trial", "customer", "lost"})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, move := range [][2]string{{"trial", "customer"}, {"trial", "lost"}, {"customer", "customer"}, {"lost", "lost"}} {
		if err := m.Add(move[0], move[1]); err != nil {
			fmt.Println(err)
			return
		}
	}
	groups, err := m.ClosedGroups()
	fmt.Println(groups, err)
	_, err = m.SteadyState()
	fmt.Println(err)
	// Output:
	// [[customer] [lost]] <nil>
	// segment: states: 2 groups of them are never left again: invalid
}

// States as small integers are counted fastest; -1 is a customer who was not there.
func ExampleMigrationOfCodes() {
	lastYear := []int8{0, 0, 1, 2, 2, -1}
	thisYear := []int8{0, 1, 1, 2, -1, 0}
	m, err := segment.MigrationOfCodes([]string{"bronze", "silver", "gold"}, lastYear, thisYear)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(m.Before(), m.After(), "entered", m.Entered(), "left", m.Left())
	// Output: [2 1 2] [2 2 1] entered [1 0 0] left [0 0 1]
}

// Matrices of shards are merged, and saved as JSON.
func ExampleMigration_Merge() {
	total := tierMigration()
	if err := total.Merge(tierMigration()); err != nil {
		fmt.Println(err)
		return
	}
	text, err := json.Marshal(total)
	fmt.Println(string(text), err)
	// Output: {"version":1,"states":["bronze","silver","gold"],"counts":[[140,36,4],[24,72,24],[0,8,32]],"entered":[0,0,0],"left":[20,0,0]} <nil>
}
