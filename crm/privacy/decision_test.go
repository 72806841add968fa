package privacy_test

import (
	"encoding/json"
	"math"
	"testing"

	"github.com/stretchr/testify/require"

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
