package draw_test

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/guanxi-go/guanxi/sampling/draw"
)

// seed stands for 32 bytes thrown in public.
func seed(text string) draw.Seed { return sha256.Sum256([]byte(text)) }

// customers is a frame of 12 customers in two classes, in any order.
func customers() *draw.Frame {
	ids := []string{"C07", "C01", "C12", "C03", "C05", "C10", "C02", "C09", "C04", "C11", "C08", "C06"}
	classes := []string{"core", "core", "other", "other", "other", "core", "other", "other", "other", "core", "other", "other"}
	frame, err := draw.NewFrame(ids, draw.Columns{Stratum: classes})
	if err != nil {
		panic(err)
	}
	return frame
}

// A survey asks half of the core customers and a quarter of the others; every answer
// stands for as many customers as its weight says.
func Example() {
	frame := customers()
	sample, err := draw.Stratified(frame, map[string]int{"core": 2, "other": 2}, draw.Seeded(seed("survey 2026")))
	if err != nil {
		fmt.Println(err)
		return
	}
	ids, _ := sample.IDs(frame)
	for i, weight := range sample.Weights() {
		fmt.Println(ids[i], frame.Stratum(sample.Units[i]), weight)
	}
	fmt.Println(sample.Design, sample.Seed.String()[:8], sample.Frame.String()[:8])
	// Output:
	// C07 core 2
	// C01 core 2
	// C04 other 4
	// C06 other 4
	// stratified de443930 bf5f47a6
}

// A size belongs to the label of its stratum, and mistakes are named by it.
func ExampleStratified() {
	_, err := draw.Stratified(customers(), map[string]int{"core": 5, "Other": 2}, draw.Seeded(seed("survey 2026")))
	fmt.Println(err)
	var wrong *draw.Error
	if errors.As(err, &wrong) {
		fmt.Println(wrong.Stratum, "has", wrong.Have)
	}
	// Output:
	// draw: stratum core: sizes asks for more units than it has (want 5, have 4): more than there are: invalid
	// draw: stratum other: sizes does not have it: say 0 to leave it out: invalid
	// draw: stratum Other: sizes has a stratum that is not in the frame: not found
	// core has 4
}

func ExampleSimple() {
	frame, _ := draw.Numbered(10_000_000, draw.Columns{})
	sample, err := draw.Simple(frame, 5, draw.Seeded(seed("1")), draw.Options{})
	fmt.Println(sample.Units, sample.Probabilities[0], err)

	_, err = draw.Simple(frame, 10_000_001, draw.Seeded(seed("1")), draw.Options{})
	fmt.Println(err)
	// Output:
	// [1897116 2056369 3881514 4062153 9227424] 5e-07 <nil>
	// draw: n is more than the frame has (want 10000001, have 10000000): more than there are: invalid
}

func ExampleWithReplacement() {
	frame, _ := draw.Numbered(6, draw.Columns{})
	sample, err := draw.WithReplacement(frame, 10, draw.Seeded(seed("dice")), draw.Options{Order: draw.OrderDrawn})
	fmt.Println(sample.Units, err)
	// Output:
	// [4 0 4 2 1 2 3 3 4 2] <nil>
}

// 9 of 77: the interval is 8 and five ninths, and still there are nine.
func ExampleSystematic() {
	frame, _ := draw.Numbered(77, draw.Columns{})
	sample, err := draw.Systematic(frame, 9, draw.Seeded(seed("1")), draw.SystematicOptions{})
	fmt.Println(sample.Units, err)
	// Output:
	// [2 11 19 28 36 45 53 62 70] <nil>
}

// Two of four teams, and in each of them two people.
func ExampleCluster() {
	teams := strings.Fields("red blue red green blue red gold green gold blue")
	frame, _ := draw.Numbered(len(teams), draw.Columns{Cluster: teams})
	sample, err := draw.Cluster(frame, 2, draw.Seeded(seed("teams")), draw.ClusterOptions{Units: 2})
	if err != nil {
		fmt.Println(err)
		return
	}
	for i, row := range sample.Units {
		fmt.Printf("%d %s %.3f = %.3f * %.3f\n", row, frame.Cluster(row), sample.Probabilities[i], sample.Stages[0][i], sample.Stages[1][i])
	}
	// Output:
	// 1 blue 0.333 = 0.500 * 0.667
	// 3 green 0.500 = 0.500 * 1.000
	// 7 green 0.500 = 0.500 * 1.000
	// 9 blue 0.333 = 0.500 * 0.667
}

func ExampleStratifiedCluster() {
	frame, _ := draw.Numbered(8, draw.Columns{
		Stratum: strings.Fields("north north north south south south south south"),
		Cluster: strings.Fields("A B A C C D E E"),
	})
	sample, err := draw.StratifiedCluster(frame, map[string]int{"north": 1, "south": 2}, draw.Seeded(seed("shops")), draw.ClusterOptions{})
	for i, row := range sample.Units {
		fmt.Printf("%d %s %s %.3f\n", row, frame.Stratum(row), frame.Cluster(row), sample.Probabilities[i])
	}
	fmt.Println(err)
	// Output:
	// 0 north A 0.500
	// 2 north A 0.500
	// 5 south D 0.667
	// 6 south E 0.667
	// 7 south E 0.667
	// <nil>
}

// One letter in a hundred gets a slip with questions.
func ExampleBernoulli() {
	frame, _ := draw.Numbered(500, draw.Columns{})
	sample, err := draw.Bernoulli(frame, .01, draw.Seeded(seed("letters")))
	fmt.Println(sample.Units, sample.Weights()[0], err)
	// Output:
	// [58 90 148 206 242 335] 100 <nil>
}

// The drawing is announced with the hash of the frame, then the seed is thrown in
// public. Whoever has list and seed draws again; their list may have another order.
func ExampleTickets() {
	frame := customers()
	public := seed("4 7 1 3 3 6 2 9 0 5")
	sample, _ := draw.Tickets(frame, 3, public, draw.TicketOptions{Label: "visits 2026"})
	announced, _ := sample.IDs(frame)
	fmt.Println(announced)

	auditor, _ := draw.NewFrame(
		strings.Fields("C01 C02 C03 C04 C05 C06 C07 C08 C09 C10 C11 C12"),
		draw.Columns{Stratum: strings.Fields("core other other other other other core other other core core other")})
	fmt.Println("same customers:", auditor.SetHash() == sample.FrameSet)
	again, _ := draw.Tickets(auditor, 3, public, draw.TicketOptions{Label: "visits 2026"})
	verified, _ := again.IDs(auditor)
	fmt.Println("same draw:", slices.Equal(announced, verified))

	announced[1] = "C04" // a friend instead
	fmt.Println("after the swap:", slices.Equal(announced, verified))
	// Output:
	// [C11 C01 C03]
	// same customers: true
	// same draw: true
	// after the swap: false
}

// Departments are drawn by the tickets of their people.
func ExampleStratifiedTickets() {
	frame := customers()
	sample, err := draw.StratifiedTickets(frame, map[string]int{"core": 1, "other": 3}, seed("2026"), draw.TicketOptions{})
	ids, _ := sample.IDs(frame)
	fmt.Println(ids, sample.Probabilities, err)
	// Output:
	// [C05 C08 C06 C01] [0.375 0.375 0.375 0.25] <nil>
}

// Two surveys of one year are kept apart by their starts, so that nobody is asked
// twice; next year's first survey keeps this year's customers by the same start.
func ExampleOverlap() {
	frame := customers()
	draws := func(n int, start float64) []string {
		sample, _ := draw.Tickets(frame, n, seed("2026"), draw.TicketOptions{Start: start})
		ids, _ := sample.IDs(frame)
		return ids
	}
	fmt.Println(draw.Overlap(draws(3, 0), draws(3, .5)), draw.Overlap(draws(3, 0), draws(5, 0)))
	// Output: 0 3
}

// The more a customer buys, the likelier the question; and who was asked with a
// smaller probability is asked with a larger one too.
func ExamplePoissonTickets() {
	frame, _ := draw.NewFrame([]string{"a", "b", "c", "d", "e"}, draw.Columns{})
	for _, p := range [][]float64{{.2, .2, .4, .6, .1}, {.3, .2, .6, .9, .1}} {
		sample, err := draw.PoissonTickets(frame, p, seed("4"), draw.TicketOptions{})
		ids, _ := sample.IDs(frame)
		fmt.Println(ids, sample.Probabilities, err)
	}
	// Output:
	// [c d] [0.4 0.6] <nil>
	// [c d] [0.6 0.9] <nil>
}

func ExampleExpectedOverlap() {
	frame, _ := draw.Numbered(3, draw.Columns{})
	p := []float64{.2, .3, .5}
	same, _ := draw.ExpectedOverlap(frame, p, 0, p, 0)
	apart, _ := draw.ExpectedOverlap(frame, p, 0, p, .4)
	fmt.Printf("%.1f %.1f\n", same, apart)
	// Output: 1.0 0.1
}

func ExamplePermanentNumbers() {
	frame, _ := draw.NewFrame([]string{"a", "b", "c"}, draw.Columns{})
	numbers, err := draw.PermanentNumbers(frame, seed("4"), draw.TicketOptions{})
	fmt.Printf("%.4f %v\n", numbers, err)
	// Output:
	// [0.7131 0.3091 0.3777] <nil>
}

// Visitors are counted at the door only when they have all gone.
func ExampleReservoir() {
	visitors := func(yield func(string) bool) {
		for i := range 1000 {
			if !yield(fmt.Sprintf("visitor %d", i+1)) {
				return
			}
		}
	}
	sample, err := draw.Reservoir(visitors, 3, draw.Seeded(seed("door")))
	fmt.Println(sample.Items, sample.Seen, sample.Probability, err)
	// Output:
	// [visitor 510 visitor 942 visitor 268] 1000 0.003 <nil>
}

// Each worker draws from its own part; merged, it is one draw from everything.
func ExampleSampler_Merge() {
	east, _ := draw.NewSampler[string](3, draw.Seeded(seed("east")))
	west, _ := draw.NewSampler[string](3, draw.Seeded(seed("west")))
	for i := range 100 {
		east.Add(fmt.Sprint("E", i))
		west.Add(fmt.Sprint("W", i))
	}
	err := east.Merge(west)
	sample := east.Sample()
	fmt.Println(sample.Items, sample.Seen, sample.Probability, err)
	// Output:
	// [E12 E13 W83] 200 0.015 <nil>
}

// Complaints to read aloud, the dear ones more likely.
func ExampleWeightedReservoir() {
	complaints := func(yield func(string, float64) bool) {
		for i, amount := range []float64{120, 15, 900, 60, 0, 300} {
			if !yield(fmt.Sprint("complaint ", i), amount) {
				return
			}
		}
	}
	sample, err := draw.WeightedReservoir(complaints, 2, draw.Seeded(seed("meeting")))
	fmt.Println(sample.Items, sample.Positions, err)
	// Output:
	// [complaint 2 complaint 0] [2 0] <nil>
}

// A monthly panel: three months in, three out, three in. Every month asks 6 groups of
// 20 customers, of whom two thirds are asked in the month after too.
func ExampleNewPanel() {
	frame, _ := draw.Numbered(1000, draw.Columns{})
	rotation, _ := draw.ParseRotation("3-3-3")
	panel, err := draw.NewPanel(frame, rotation, 20, seed("panel"), draw.TicketOptions{})
	if err != nil {
		fmt.Println(err)
		return
	}
	month, _ := panel.Wave(0)
	for lag := 1; lag <= 6; lag++ {
		later, _ := panel.Wave(lag)
		both := 0
		for _, row := range later.Sample.Units {
			if slices.Contains(month.Sample.Units, row) {
				both++
			}
		}
		share, _ := rotation.Overlap(lag)
		fmt.Println("after", lag, "months:", both, "of", month.Sample.Len(), "=", share.RatString())
	}
	fmt.Println("fresh customers for", panel.Periods(), "months")
	// Output:
	// after 1 months: 80 of 120 = 2/3
	// after 2 months: 40 of 120 = 1/3
	// after 3 months: 0 of 120 = 0
	// after 4 months: 20 of 120 = 1/6
	// after 5 months: 40 of 120 = 1/3
	// after 6 months: 60 of 120 = 1/2
	// fresh customers for 42 months
}

func ExampleRotation_Overlap() {
	cps := draw.Rotation{4, 8, 4}
	for _, lag := range []int{1, 2, 3, 4, 12} {
		share, err := cps.Overlap(lag)
		fmt.Println(cps, lag, share.RatString(), err)
	}
	// Output:
	// 4-8-4 1 3/4 <nil>
	// 4-8-4 2 1/2 <nil>
	// 4-8-4 3 1/4 <nil>
	// 4-8-4 4 0 <nil>
	// 4-8-4 12 1/2 <nil>
}

// Satisfaction was measured twice among 5000 customers, 400 each time. Asking the
// same people measures the change better; asking others measures the sum better.
func ExampleChange_Variance() {
	change := draw.Change{N: 5000, N1: 400, N2: 400, S11: 4, S22: 4, S12: 2.8}
	for _, overlap := range []int{0, 200, 400} {
		change.Overlap = overlap
		variance, err := change.Variance()
		fmt.Printf("%d %.5f %v\n", overlap, variance, err)
	}
	// Output:
	// 0 0.01952 <nil>
	// 200 0.01252 <nil>
	// 400 0.00552 <nil>
}

func ExampleNewFrame() {
	_, err := draw.NewFrame([]string{"E1", "E2", "E1"}, draw.Columns{})
	fmt.Println(err, errors.Is(err, draw.ErrDuplicate))
	frame, _ := draw.NewFrame([]string{"E1", "E2"}, draw.Columns{Stratum: []string{"sales", "stores"}})
	fmt.Println(frame.Len(), frame.Stratum(1), frame.Hash().String()[:16])
	for label, units := range frame.Strata() {
		fmt.Println(label, units)
	}
	// Output:
	// draw: row 2: ids has an id that was there before: E1: duplicate true
	// 2 stores 3ba12013d738b265
	// sales 1
	// stores 1
}
