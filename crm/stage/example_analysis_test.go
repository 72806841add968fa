package stage_test

import (
	"fmt"
	"time"

	"github.com/guanxi-go/guanxi/crm/stage"
)

// cohort makes 24 subjects that begin in January: the first twelve try each other
// out after some days, eight of these expand, four dissolve.
func cohort() *stage.Histories[stage.Relationship] {
	m := stage.RelationshipMachine()
	h := stage.NewHistories(m)
	for i := range 24 {
		moves := []stage.Command[stage.Relationship]{{To: stage.Awareness, Now: date(1, 1+i)}}
		if i < 12 {
			moves = append(moves, stage.Command[stage.Relationship]{To: stage.Exploration, Now: date(1, 11+2*i)})
		}
		if i < 8 {
			moves = append(moves, stage.Command[stage.Relationship]{To: stage.Expansion, Now: date(3, 1+i)})
		} else if i < 12 {
			moves = append(moves, stage.Command[stage.Relationship]{To: stage.Dissolution, Now: date(4, 1), Reason: "no fit"})
		}
		var journal []stage.Entry[stage.Relationship]
		var err error
		for _, cmd := range moves {
			cmd.Actor = "u-17"
			if journal, err = m.Append(journal, cmd); err != nil {
				fmt.Println(err)
			}
		}
		if err := h.Add(fmt.Sprintf("C-%02d", i), journal); err != nil {
			fmt.Println(err)
		}
	}
	return h
}

func ExampleHistories_Occupancy() {
	o, err := cohort().Occupancy(date(3, 15), stage.Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, s := range o.States {
		fmt.Printf("%-11s %2d  %.2f [%.2f, %.2f]\n", s.State, s.Subjects, s.Share.Share, s.Share.Low, s.Share.High)
	}
	// Output:
	// awareness   12  0.50 [0.31, 0.69]
	// exploration  4  0.17 [0.07, 0.36]
	// expansion    8  0.33 [0.18, 0.53]
	// commitment   0  0.00 [0.00, 0.14]
	// dissolution  0  0.00 [0.00, 0.14]
}

func ExampleHistories_Funnel() {
	path := []stage.Relationship{stage.Awareness, stage.Exploration, stage.Expansion}
	steps, err := cohort().Funnel(path, 30*24*time.Hour, date(2, 16), stage.Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, s := range steps {
		fmt.Printf("%s -> %s: %d entered, %d immature", s.From, s.To, s.Entered, s.Immature)
		if s.Mature != nil {
			fmt.Printf(", %d of %d [%.2f, %.2f]", s.Mature.Count, s.Mature.Of, s.Mature.Low, s.Mature.High)
		}
		fmt.Println()
	}
	// Output:
	// awareness -> exploration: 24 entered, 7 immature, 12 of 17 [0.47, 0.87]
	// exploration -> expansion: 12 entered, 8 immature, 0 of 4 [0.00, 0.49]
}

func ExampleHistories_Moves() {
	moves, err := cohort().Moves(date(5, 1), stage.Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	rows, err := moves.Rows(0.95)
	for _, r := range rows {
		if r.To == nil {
			fmt.Println(r.From, "was never left")
			continue
		}
		fmt.Println(r.From, r.Total, r.To[2].Count, r.To[4].Count)
	}
	fmt.Println(err)
	// Output:
	// awareness 12 0 0
	// exploration 12 8 4
	// expansion was never left
	// commitment was never left
	// dissolution was never left
	// <nil>
}

func ExampleHistories_Periods() {
	months := []time.Time{date(2, 1), date(3, 1), date(4, 1), date(5, 1)}
	steps, err := cohort().Periods(months, time.Time{})
	if err != nil {
		fmt.Println(err)
		return
	}
	passages, err := steps.ExpectedTime(stage.Expansion)
	for _, p := range passages[:2] {
		fmt.Printf("%s: %s, %.2f, %.1f months\n", p.From, p.Reach, p.Probability, p.Steps)
	}
	later, _ := steps.Forecast([]float64{100, 0, 0, 0, 0}, 2)
	fmt.Printf("%.1f %v\n", later, err)
	// Output:
	// awareness: possible, 0.67, 38.8 months
	// exploration: possible, 0.67, 1.8 months
	// [94.7 3.9 1.0 0.0 0.5] <nil>
}

func ExampleHistories_Dwell() {
	d, err := cohort().Dwell(stage.Exploration, date(6, 1), stage.Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	s, ok := d.Curve.At(45)
	fmt.Printf("%d exits; %.2f are still there after 45 days %v\n", d.Exits, s.Value, ok)
	rate, ok := d.Rate()
	fmt.Printf("%.4f a day %v\n", rate, ok)
	// Output:
	// 12 exits; 0.67 are still there after 45 days true
	// 0.0197 a day true
}

func ExampleHistories_Exits() {
	e, err := cohort().Exits(stage.Exploration, date(6, 1), stage.Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	for k, to := range e.To {
		p, ok := e.Incidence.At(60, k+1)
		fmt.Printf("%s within 60 days: %.2f %v\n", to, p.Value, ok)
	}
	// Output:
	// awareness within 60 days: 0.00 true
	// expansion within 60 days: 0.67 true
	// dissolution within 60 days: 0.17 true
}

func ExampleHistories_Stuck() {
	found, err := cohort().Stuck([]stage.StuckRule[stage.Relationship]{
		{State: stage.Awareness, Quantile: 0.75, Limit: 135 * 24 * time.Hour},
	}, date(6, 1), stage.Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	s := found[0]
	fmt.Printf("by %s, over %.0f days: %d, not yet %d\n", s.Source, s.Limit, len(s.Subjects), s.Within)
	fmt.Println(s.Subjects[0].ID, s.Subjects[0].Days)
	// Output:
	// by policy, over 135 days: 4, not yet 8
	// C-12 139
}

func ExampleHistories_All() {
	for id, journal := range cohort().All() {
		if id == "C-08" {
			for _, e := range journal {
				fmt.Println(id, e.At.Format(time.DateOnly), e.To)
			}
		}
	}
	// Output:
	// C-08 2026-01-09 awareness
	// C-08 2026-01-27 exploration
	// C-08 2026-04-01 dissolution
}
