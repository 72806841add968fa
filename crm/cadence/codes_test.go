package cadence_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/guanxi-go/guanxi/crm/cadence"
	"github.com/guanxi-go/guanxi/crm/finding"
	"github.com/guanxi-go/guanxi/internal/wording"
)

// TestEveryCodeHasItsTexts walks the source: each code that the package can give has
// an English and a Chinese sentence, is used, and every sentence has its code.
func TestEveryCodeHasItsTexts(t *testing.T) {
	catalogue := cadence.Catalogue()
	require.NoError(t, catalogue.Validate())
	text := func(code string) (en, zh string) { return catalogue[code].En, catalogue[code].Zh }
	require.Greater(t, len(wording.Codes(t, "CAD-", len(catalogue), text)), 30)
}

// Each code reads in both languages, as a finding or as an error.
func TestTexts(t *testing.T) {
	for code := range cadence.Catalogue() {
		f := cadence.Finding{Code: code, Subject: "r-1", Owner: "li", Due: day("2026-03-31"), Fields: []string{"purpose", "note"}}
		e := &cadence.Error{Code: code, Field: "f", ID: "x", Items: []string{"a", "b"}, Item: -1, Err: cadence.ErrInvalid}
		en, zh := f.Text(finding.English), f.Text(finding.Chinese)
		if en == code { // the sentence of an error
			en, zh = e.Text(finding.English), e.Text(finding.Chinese)
		}
		require.NotContains(t, en, "CAD-")
		require.True(t, wording.HasHan(zh), zh)
	}
	require.Equal(t, "CAD-NONE", (&cadence.Error{Code: "CAD-NONE"}).Text(finding.Chinese))
	require.Equal(t, "cadence: idle.days: idle.days is out of its range: invalid", cadence.Rules{Idle: cadence.IdleRule{Days: 400}}.Validate().Error())
}

func TestEnumerations(t *testing.T) {
	wording.Enum(t, cadence.Draft, cadence.Superseded, cadence.ErrInvalid)
	wording.Enum(t, cadence.LocalDay, cadence.WorkingHours, cadence.ErrInvalid)
	wording.Enum(t, cadence.CalendarDays, cadence.StrictDays, cadence.ErrInvalid)
	wording.Enum(t, cadence.Both, cadence.Rolling, cadence.ErrInvalid)
	wording.Enum(t, cadence.Leave, cadence.Travel, cadence.ErrInvalid)
	wording.Enum(t, cadence.NoAccount, cadence.AtOffice, cadence.ErrInvalid)
	wording.Enum(t, cadence.Lead, cadence.Opportunity, cadence.ErrInvalid)
	wording.Enum(t, cadence.General, cadence.Meeting, cadence.ErrInvalid)
	wording.Enum(t, cadence.RuleLogin, cadence.RuleEvidence, cadence.ErrInvalid)
	wording.Enum(t, cadence.Proposed, cadence.Reversed, cadence.ErrInvalid)
}
