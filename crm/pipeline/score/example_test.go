package score_test

import (
	"errors"
	"fmt"
	"time"

	"github.com/guanxi-go/guanxi/crm/finding"
	"github.com/guanxi-go/guanxi/crm/pipeline/score"
)

func Example() {
	t, err := score.NewTraining("source")
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, c := range []struct {
		source    string
		won, lost int
	}{{"referral", 20, 20}, {"fair", 12, 88}, {"", 8, 52}} { // 52 lost leads came from we know not where
		for i := range c.won + c.lost {
			if err := t.Add([]string{c.source}, i < c.won); err != nil {
				fmt.Println(err)
				return
			}
		}
	}
	model, err := t.Fit(score.BayesOptions{})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, source := range []string{"referral", "fair", ""} {
		s, err := model.Score([]string{source})
		fmt.Printf("%q: %.2f, source adds %+.2f, %v\n", source, s.P, s.Contributions[0].Logit, err)
	}
	// Output:
	// "referral": 0.45, source adds +1.17, <nil>
	// "fair": 0.11, source adds -0.72, <nil>
	// "": 0.20, source adds +0.00, <nil>
}

func ExampleCard_Score() {
	card := score.Card{Zone: time.UTC, Rules: []score.Rule{
		{ID: "retail", Attribute: "industry", In: []string{"retail"}, Points: 30},
		{ID: "mails", Signal: "opened-mail", Points: 5, Cap: 20, Days: 30},
	}}
	march := func(day int) time.Time { return time.Date(2026, 3, day, 10, 0, 0, 0, time.UTC) }
	p, err := card.Score(score.Facts{
		Attributes: map[string]string{"industry": "retail"},
		Signals:    []score.Signal{{Code: "opened-mail", At: march(1)}, {Code: "opened-mail", At: march(20)}},
	}, march(31))
	fmt.Println(p.Score, err)
	for _, part := range p.Parts {
		fmt.Println(part.Rule, part.Points)
	}
	// Output:
	// 40 <nil>
	// retail 30
	// mails 10
}

// closed are a hundred leads to whom a score gave a probability.
func closed() []score.Case {
	cases := make([]score.Case, 100)
	for i := range cases {
		cases[i] = score.Case{Score: float64(i/10)/10 + 0.05, Won: i%10 < i/20} // it promises twice what comes
	}
	return cases
}

func ExampleReliability() {
	bins, err := score.Reliability(closed(), 2)
	for _, b := range bins {
		fmt.Printf("said %.2f, won %d of %d: between %.2f and %.2f\n", b.Said, b.Won, b.Of, b.Low, b.High)
	}
	fmt.Println(err)
	// Output:
	// said 0.25, won 4 of 50: between 0.03 and 0.19
	// said 0.75, won 16 of 50: between 0.21 and 0.46
	// <nil>
}

func ExampleBrier() {
	b, err := score.Brier(closed())
	fmt.Printf("%.4f %v\n", b, err)
	// Output: 0.2525 <nil>
}

func ExampleAUC() {
	auc, err := score.AUC(closed())
	fmt.Printf("%.3f %v\n", auc, err)
	// Output: 0.750 <nil>
}

func ExampleTopLift() {
	top, err := score.TopLift(closed(), 20)
	fmt.Println(top.Found, top.Lift, err)
	// Output: 8 2 <nil>
}

func ExampleFitIsotonic() {
	m, err := score.FitIsotonic(closed())
	if err != nil {
		fmt.Println(err)
		return
	}
	p, err := m.P(0.95)
	fmt.Println(p, err)
	// Output: 0.4 <nil>
}

func ExampleFitPlatt() {
	m, err := score.FitPlatt(closed())
	if err != nil {
		fmt.Println(err)
		return
	}
	p, err := m.P(0.95)
	fmt.Printf("%.2f %v\n", p, err)
	// Output: 0.46 <nil>
}

func ExampleFitLogistic() {
	var examples []score.Example
	for i := range 200 {
		employees := float64(i % 20)
		examples = append(examples, score.Example{X: []float64{employees}, Won: i*7919%100 < int(2*employees)})
	}
	m, err := score.FitLogistic([]string{"employees"}, examples, score.LogisticOptions{})
	if err != nil {
		fmt.Println(err)
		return
	}
	s, err := m.Score([]float64{19})
	fmt.Printf("%.2f %v\n", s.P, err)

	for i := range examples {
		examples[i].Won = examples[i].X[0] > 9
	}
	_, err = score.FitLogistic([]string{"employees"}, examples, score.LogisticOptions{})
	var e *score.Error
	fmt.Println(errors.As(err, &e), e.Code, e.Text(finding.Chinese))
	// Output:
	// 0.53 <nil>
	// true SCO-SEPARATED 特征可将转化与流失完全分离，系数趋于无穷；可设置岭罚
}
