package survival_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/guanxi-go/guanxi/crm/calendar"
	"github.com/guanxi-go/guanxi/crm/survival"
)

// How likely is a second purchase within 30 days? Customers who have not bought
// again yet are censored at the last day that is known of them.
func Example() {
	asOf := calendar.MustDate(2026, time.March, 31)
	customers := []struct{ first, second calendar.Day }{
		{calendar.MustDate(2026, time.January, 5), calendar.MustDate(2026, time.January, 25)},
		{calendar.MustDate(2026, time.January, 9), 0},
		{calendar.MustDate(2026, time.January, 20), calendar.MustDate(2026, time.March, 6)},
		{calendar.MustDate(2026, time.February, 2), calendar.MustDate(2026, time.February, 12)},
		{calendar.MustDate(2026, time.February, 17), 0},
		{calendar.MustDate(2026, time.March, 15), 0},
	}
	var obs []survival.Observation[calendar.Day]
	for _, c := range customers {
		if c.second.IsZero() {
			obs = append(obs, survival.Observation[calendar.Day]{Time: asOf - c.first})
		} else {
			obs = append(obs, survival.Observation[calendar.Day]{Time: c.second - c.first, Event: true})
		}
	}
	curve, err := survival.KaplanMeier(obs, survival.Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	s, ok := curve.At(30)
	repeat := s.Complement()
	fmt.Printf("within 30 days: %.3f (%.3f to %.3f) %v\n", repeat.Value, repeat.Lower.Value, repeat.Upper.Value, ok)
	fmt.Println("half have bought again after", curve.Median().Time, "days")
	_, ok = curve.At(365)
	fmt.Println("known after a year:", ok)
	// Output:
	// within 30 days: 0.375 (0.000 to 0.680) true
	// half have bought again after 45 days
	// known after a year: false
}

func ExampleKaplanMeier() {
	obs := []survival.Observation[int]{
		{Time: 6, Event: true}, {Time: 6, Event: true}, {Time: 6}, {Time: 7, Event: true},
		{Time: 10, Event: true}, {Time: 13}, {Time: 16, Event: true}, {Time: 22, Event: true},
	}
	curve, err := survival.KaplanMeier(obs, survival.Options{Limits: survival.LogLogLimits, Level: 0.9})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, p := range curve.Points {
		s := p.Survival
		fmt.Printf("%2g: %d at risk, %d events, S = %.3f", p.Time, p.AtRisk, p.Events, s.Value)
		if s.Lower.OK { // where S is 0 there are none
			fmt.Printf(" (%.3f to %.3f)", s.Lower.Value, s.Upper.Value)
		}
		fmt.Println()
	}
	// Output:
	//  6: 8 at risk, 2 events, S = 0.750 (0.397 to 0.914)
	//  7: 5 at risk, 1 events, S = 0.600 (0.258 to 0.825)
	// 10: 4 at risk, 1 events, S = 0.450 (0.151 to 0.714)
	// 13: 3 at risk, 0 events, S = 0.450 (0.151 to 0.714)
	// 16: 2 at risk, 1 events, S = 0.225 (0.025 to 0.547)
	// 22: 1 at risk, 1 events, S = 0.000
}

// Left truncation: an employee who was already there when the window opened is
// at risk only from the tenure that he or she had then.
func ExampleKaplanMeier_leftTruncation() {
	obs := []survival.Observation[int]{
		{Entry: 0, Time: 200, Event: true},
		{Entry: 0, Time: 700},
		{Entry: 400, Time: 900, Event: true},
		{Entry: 500, Time: 1300, Event: true},
		{Entry: 650, Time: 1500},
	}
	curve, err := survival.KaplanMeier(obs, survival.Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	s, _ := curve.At(1000)
	fmt.Printf("S(1000) = %.3f\n", s.Value)
	t, thin := curve.ThinUntil(3)
	fmt.Println("events among fewer than three:", thin, "until", t)
	rest, err := curve.Conditional(t)
	if err != nil {
		fmt.Println(err)
		return
	}
	s, _ = rest.At(1000)
	fmt.Printf("S(1000 | T > %g) = %.3f\n", rest.Start, s.Value)
	// Output:
	// S(1000) = 0.333
	// events among fewer than three: true until 200
	// S(1000 | T > 200) = 0.667
}

func ExampleKaplanMeier_badRow() {
	_, err := survival.KaplanMeier([]survival.Observation[int]{
		{Time: 30, Event: true},
		{Entry: 90, Time: 60},
	}, survival.Options{})
	var bad *survival.Error
	if errors.As(err, &bad) {
		fmt.Println(bad.Row, bad.Field, errors.Is(err, survival.ErrInvalid))
	}
	fmt.Println(err)
	// Output:
	// 1 time true
	// survival: row 1: time is not after entry: invalid
}

func ExampleFlemingHarrington() {
	obs := []survival.Observation[float64]{{Time: 0.5, Event: true}, {Time: 1.5, Event: true}, {Time: 4}}
	curve, err := survival.FlemingHarrington(obs, survival.Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, p := range curve.Points {
		fmt.Printf("%.1f: H = %.4f, S = %.4f\n", p.Time, p.CumHazard, p.Survival.Value)
	}
	// Output:
	// 0.5: H = 0.3333, S = 0.7165
	// 1.5: H = 0.8333, S = 0.4346
	// 4.0: H = 0.8333, S = 0.4346
}

func ExampleCurve_Quantile() {
	obs := []survival.Observation[int]{
		{Time: 2, Event: true}, {Time: 3, Event: true}, {Time: 5, Event: true}, {Time: 8, Event: true},
		{Time: 9}, {Time: 9}, {Time: 12, Event: true}, {Time: 15},
	}
	curve, err := survival.KaplanMeier(obs, survival.Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, p := range []float64{0.25, 0.5, 0.9} {
		q, err := curve.Quantile(p)
		fmt.Println(p, q.Time, q.Lower, q.Upper, err)
	}
	// Output:
	// 0.25 4 2 absent <nil>
	// 0.5 10 5 absent <nil>
	// 0.9 absent 12 absent <nil>
}

func ExampleCurve_RestrictedMean() {
	obs := []survival.Observation[int]{{Time: 10, Event: true}, {Time: 20, Event: true}, {Time: 30}, {Time: 40, Event: true}}
	curve, err := survival.KaplanMeier(obs, survival.Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	mean, stdErr, err := curve.RestrictedMean(30)
	fmt.Printf("of the first 30 days %.1f without the event (s.e. %.2f) %v\n", mean, stdErr, err)
	// Output: of the first 30 days 22.5 without the event (s.e. 4.15) <nil>
}

func ExampleAalenJohansen() {
	const resigned, dismissed = 1, 2
	obs := []survival.CompetingObservation[int]{
		{Time: 90, Cause: dismissed}, {Time: 200, Cause: resigned}, {Time: 250},
		{Time: 400, Cause: resigned}, {Entry: 100, Time: 420}, {Entry: 300, Time: 500, Cause: resigned},
	}
	in, err := survival.AalenJohansen(obs, 2, survival.Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	for state, name := range []string{"still here", "resigned", "dismissed"} {
		p, _ := in.At(365, state)
		fmt.Printf("%-10s %.4f (s.e. %.4f)\n", name, p.Value, p.StdErr.Value)
	}
	// Output:
	// still here 0.5625 (s.e. 0.2199)
	// resigned   0.1875 (s.e. 0.1754)
	// dismissed  0.2500 (s.e. 0.2165)
}

func ExampleLogRank() {
	obs := []survival.Observation[int]{
		{Time: 6, Event: true}, {Time: 7}, {Time: 10, Event: true}, {Time: 15, Event: true}, {Time: 19},
		{Time: 1, Event: true}, {Time: 2, Event: true}, {Time: 3, Event: true}, {Time: 3, Event: true}, {Time: 8},
	}
	group := []string{"called", "called", "called", "called", "called", "not", "not", "not", "not", "not"}
	test, err := survival.LogRank(obs, group, survival.LogRankOptions{})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, g := range test.Groups {
		fmt.Printf("%-6s %d rows, %g observed, %.3f expected\n", g.Label, g.Rows, g.Observed, g.Expected)
	}
	fmt.Printf("chi-squared %.3f on %d degree of freedom, p = %.4f\n", test.ChiSquared, test.DF, test.P)
	// Output:
	// called 5 rows, 3 observed, 5.139 expected
	// not    5 rows, 4 observed, 1.861 expected
	// chi-squared 4.409 on 1 degree of freedom, p = 0.0357
}

// Curves and tests are plain data with stable JSON; what is absent is null.
func ExampleCurve_json() {
	curve, err := survival.KaplanMeier([]survival.Observation[int]{{Time: 4, Event: true}}, survival.Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	text, err := json.Marshal(curve.Points)
	fmt.Println(string(text), err)
	// Output: [{"time":4,"at_risk":1,"events":1,"censored":0,"survival":{"value":0,"std_err":null,"lower":null,"upper":null},"cum_hazard":1,"cum_hazard_std_err":1}] <nil>
}
