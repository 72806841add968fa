package care_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/guanxi-go/guanxi/crm/calendar"
	"github.com/guanxi-go/guanxi/crm/care"
	"github.com/guanxi-go/guanxi/crm/finding"
	"github.com/guanxi-go/guanxi/crm/money"
	"github.com/guanxi-go/guanxi/internal/wording"
)

func day(s string) calendar.Day {
	d, err := calendar.ParseDay(s)
	if err != nil {
		panic(err)
	}
	return d
}

func yuan(n int64) money.Amount { return money.Amount{Minor: n * 100, Currency: money.CNY} }

// office is Monday to Friday with the holidays of China in 2025 and 2026.
func office(t require.TestingT) *calendar.Calendar {
	cal, err := calendar.Compile(calendar.Spec{
		Loc: time.FixedZone("CST", 8*3600), Patterns: []calendar.Pattern{{Cycle: calendar.Week(calendar.MustPlan("09:00-18:00"))}},
		Years: calendar.China(), From: day("2023-01-01"), To: day("2029-12-31")})
	require.NoError(t, err)
	return cal
}

// codesOf returns the codes of all errors that are joined in err.
func codesOf(t *testing.T, err error) (codes []string) {
	t.Helper()
	require.Error(t, err)
	for _, e := range wording.Parts[*care.Error](t, err) {
		require.True(t, strings.HasPrefix(e.Error(), "care: "))
		codes = append(codes, e.Code)
	}
	return codes
}

// fieldsOf returns the fields of all errors that are joined in err.
func fieldsOf(t *testing.T, err error) (fields []string) {
	t.Helper()
	for _, e := range wording.Parts[*care.Error](t, err) {
		fields = append(fields, e.Field)
	}
	return fields
}

func TestEnumerations(t *testing.T) {
	wording.Enum(t, care.Birthday, care.Festival, care.ErrInvalid)
	wording.Enum(t, care.February28, care.March1, care.ErrInvalid)
	wording.Enum(t, care.OptedOut, care.NotWorked, care.ErrInvalid)
	wording.Enum(t, care.Done, care.Dropped, care.ErrInvalid)
}

func TestCatalogue(t *testing.T) {
	require.NoError(t, care.Catalogue().Validate())
	for code, text := range care.Catalogue() {
		require.True(t, wording.HasHan(text.Zh) && !wording.HasHan(text.En), code)
		if strings.Contains(text.En, "{count}") || strings.Contains(text.En, "{cost}") || strings.Contains(text.En, "{class}") {
			continue // of findings
		}
		e := &care.Error{Code: code, Field: "days", Item: 3, Err: care.ErrInvalid}
		require.NotContains(t, e.Error(), "CARE-")
		require.True(t, wording.HasHan(e.Text(finding.Chinese)))
	}
	require.Equal(t, "CARE-NONE", (&care.Error{Code: "CARE-NONE"}).Text(finding.English))
}
