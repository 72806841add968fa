package privacy_test

import (
	"encoding/json"
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/guanxi-go/guanxi/crm/calendar"
	"github.com/guanxi-go/guanxi/crm/finding"
	"github.com/guanxi-go/guanxi/crm/money"
	"github.com/guanxi-go/guanxi/crm/privacy"
)

func decision() privacy.Decision {
	return privacy.Decision{ID: "d-1", Party: "C-1", At: start, Model: "churn", Version: "3", Score: -0.0001, HumanContact: "s-17",
		Contributions: []privacy.Contribution{{Input: "b", En: "b", Zh: "乙", Value: 0.5}, {Input: "a", En: "a", Zh: "甲", Value: -0.5}, {Input: "c", En: "c", Zh: "丙", Value: 1}},
		Personalised:  privacy.Treatment{Action: "call", Price: money.Amount{Minor: 2, Currency: money.CNY}},
		Standard:      privacy.Treatment{Action: "none", Price: money.Amount{Minor: 1, Currency: money.CNY}}}
}

func TestDecision(t *testing.T) {
	d := decision()
	require.NoError(t, d.Validate())
	var inputs []string
	for _, c := range d.Top(9) {
		inputs = append(inputs, c.Input)
	}
	require.Equal(t, []string{"c", "a", "b"}, inputs, "the greatest first, equal ones by input")
	require.Empty(t, d.Top(-1))
	require.Equal(t, "b", d.Contributions[0].Input, "the caller's order stays")

	text, err := d.Explain(finding.English, 3)
	require.NoError(t, err)
	require.Equal(t, "The score 0.000 was computed by the model churn 3. What moved it most: c (+1.000), a (-0.500), b (+0.500)."+
		" You may refuse a decision that is made by a program alone. To have it explained or changed by a person, ask s-17.", text)

	found := d.Findings(asOf)
	require.Len(t, found, 1)
	require.NoError(t, found[0].Validate())
	text, err = privacy.Catalogue().Render(found[0], finding.Chinese)
	require.NoError(t, err)
	require.Equal(t, "自动化决策 d-1：价格 0.02 元 高于标准价格 0.01 元", text)
	require.Equal(t, d.Personalised, d.Treatment())
	d.OptedOut = true
	require.Equal(t, d.Standard, d.Treatment())
	require.Empty(t, d.Findings(asOf), "who opted out pays the standard price")

	_, err = d.Explain(finding.English, 0)
	require.ErrorIs(t, err, privacy.ErrInvalid)
	_, err = d.Explain(finding.Language(2), 1)
	require.ErrorIs(t, err, privacy.ErrInvalid)
	_, err = privacy.Decision{}.Explain(finding.English, 1)
	require.Equal(t, []string{"id", "party", "human_contact", "model", "version", "at", "contributions", "personalised", "standard"}, fields(t, err))

	d.Score, d.Personalised.Price.Currency = math.NaN(), money.USD
	d.Contributions[0].Value, d.Contributions[1].Input, d.Contributions[2].Zh = math.Inf(1), "b", ""
	require.Equal(t, []string{"score", "contributions", "contributions", "contributions", "personalised"}, fields(t, d.Validate()))

	d = decision()
	out, err := json.Marshal(d)
	require.NoError(t, err)
	var back privacy.Decision
	require.NoError(t, json.Unmarshal(out, &back))
	require.Equal(t, d, back)
}

// naiveReading compares with exact fractions in floats of small numbers.
func naiveReading(reads []privacy.Reads, asOf calendar.Day) map[string]bool {
	recent, base := map[string]float64{}, map[string]float64{}
	for _, r := range reads {
		switch age := asOf.Sub(r.Day); {
		case age >= 0 && age < 5:
			recent[r.Actor] += float64(r.Records)
		case age >= 5 && age < 15:
			base[r.Actor] += float64(r.Records)
			recent[r.Actor] += 0
		default:
			recent[r.Actor] += 0
		}
	}
	found := map[string]bool{}
	for actor, n := range recent {
		less := 0
		for _, m := range recent {
			if 2*m < n { // factor 2
				less++
			}
		}
		// Above twice the lower median: at least as many are below half as the median's rank.
		if n >= 10 && n > base[actor] && less >= (len(recent)+1)/2 {
			found[actor] = true
		}
	}
	return found
}

func TestUnusualReading(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var reads []privacy.Reads
		for range rapid.IntRange(0, 30).Draw(t, "n") {
			reads = append(reads, privacy.Reads{
				Actor: fmt.Sprintf("s-%d", rapid.IntRange(1, 4).Draw(t, "actor")),
				Day:   asOf - calendar.Day(rapid.IntRange(-1, 16).Draw(t, "age")), Records: rapid.Int64Range(0, 20).Draw(t, "records"),
			})
		}
		opts := privacy.ReadingOptions{Recent: 5, Base: 10, Factor: 2, Least: 10}
		found, err := privacy.UnusualReading(reads, asOf, opts)
		require.NoError(t, err)
		want := naiveReading(reads, asOf)
		require.Len(t, found, len(want))
		for i, f := range found {
			require.True(t, want[f.Subject])
			require.NoError(t, f.Validate())
			require.True(t, i == 0 || finding.Compare(found[i-1], f) < 0)
		}
		rng := rand.New(rand.NewPCG(1, 2))
		rng.Shuffle(len(reads), func(i, j int) { reads[i], reads[j] = reads[j], reads[i] })
		again, err := privacy.UnusualReading(reads, asOf, opts)
		require.NoError(t, err)
		require.Equal(t, found, again)
	})
}

func TestUnusualReadingHard(t *testing.T) {
	huge := []privacy.Reads{{Actor: "s-1", Day: asOf, Records: 1e9}, {Actor: "s-2", Day: asOf, Records: 1}}
	found, err := privacy.UnusualReading(huge, asOf, privacy.ReadingOptions{Recent: 36500, Base: 36500, Factor: 1000})
	require.NoError(t, err)
	require.Len(t, found, 1)
	text, err := privacy.Catalogue().Render(found[0], finding.Chinese)
	require.NoError(t, err)
	require.Equal(t, "36500 天内查阅 1000000000 条客户资料，通常约 1 条", text)
	alone, err := privacy.UnusualReading(huge[:1], asOf, privacy.ReadingOptions{})
	require.NoError(t, err)
	require.Empty(t, alone, "one person alone is the median")

	for _, opts := range []privacy.ReadingOptions{{Recent: -1}, {Base: -1}, {Factor: -1}, {Least: -1}, {Recent: 36501}, {Base: 36501}, {Factor: 1001}} {
		_, err := privacy.UnusualReading(nil, asOf, opts)
		require.ErrorIs(t, err, privacy.ErrInvalid)
	}
	for _, r := range []privacy.Reads{{Day: asOf}, {Actor: "s-1"}, {Actor: "s-1", Day: asOf, Records: -1}, {Actor: "s-1", Day: asOf, Records: 1e9 + 1}} {
		_, err := privacy.UnusualReading([]privacy.Reads{r}, asOf, privacy.ReadingOptions{})
		require.Equal(t, []string{"reads"}, fields(t, err))
	}
	_, err = privacy.UnusualReading(nil, 0, privacy.ReadingOptions{})
	require.ErrorIs(t, err, privacy.ErrInvalid)
	require.NoError(t, privacy.Catalogue().Validate())
}
