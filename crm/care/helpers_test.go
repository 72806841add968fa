package care_test

import (
	"encoding"
	"fmt"
	"strings"
	"testing"
	"time"
	"unicode"

	"github.com/stretchr/testify/require"

	"github.com/guanxi-go/guanxi/crm/calendar"
	"github.com/guanxi-go/guanxi/crm/care"
	"github.com/guanxi-go/guanxi/crm/finding"
	"github.com/guanxi-go/guanxi/crm/money"
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
	all := []error{err}
	if joined, ok := err.(interface{ Unwrap() []error }); ok {
		all = joined.Unwrap()
	}
	for _, one := range all {
		var e *care.Error
		require.ErrorAs(t, one, &e)
		require.True(t, strings.HasPrefix(one.Error(), "care: "))
		codes = append(codes, e.Code)
	}
	return codes
}

func hasHan(s string) bool {
	return strings.ContainsFunc(s, func(r rune) bool { return unicode.Is(unicode.Han, r) })
}

type enum[T any] interface {
	*T
	fmt.Stringer
	Zh() string
	Valid() bool
	encoding.TextMarshaler
	encoding.TextUnmarshaler
}

// checkEnum holds an enumeration of the numbers from first to last to its rules.
func checkEnum[T ~uint8, P enum[T]](t *testing.T, first, last T) {
	t.Helper()
	for v := T(0); v <= last; v++ {
		text, err := P(&v).MarshalText()
		require.NoError(t, err)
		require.Equal(t, P(&v).String(), string(text))
		require.Equal(t, v >= first, P(&v).Valid())
		require.Equal(t, v >= first, hasHan(P(&v).Zh()))
		var back T
		require.NoError(t, P(&back).UnmarshalText(text))
		require.Equal(t, v, back)
	}
	bad := last + 1
	_, err := P(&bad).MarshalText()
	require.ErrorIs(t, err, care.ErrInvalid)
	require.Equal(t, "??", P(&bad).String()+P(&bad).Zh())
	require.False(t, P(&bad).Valid())
	require.ErrorIs(t, P(&bad).UnmarshalText([]byte("nonsense")), care.ErrInvalid)
	require.Equal(t, last+1, bad)
}

func TestEnumerations(t *testing.T) {
	checkEnum(t, care.Birthday, care.Festival)
	checkEnum(t, care.February28, care.March1)
	checkEnum(t, care.OptedOut, care.NotWorked)
	checkEnum(t, care.Done, care.Dropped)
}

func TestCatalogue(t *testing.T) {
	require.NoError(t, care.Catalogue().Validate())
	for code, text := range care.Catalogue() {
		require.True(t, hasHan(text.Zh) && !hasHan(text.En), code)
		if strings.Contains(text.En, "{count}") || strings.Contains(text.En, "{cost}") || strings.Contains(text.En, "{class}") {
			continue // of findings
		}
		e := &care.Error{Code: code, Field: "days", Item: 3, Err: care.ErrInvalid}
		require.NotContains(t, e.Error(), "CARE-")
		require.True(t, hasHan(e.Text(finding.Chinese)))
	}
	require.Equal(t, "CARE-NONE", (&care.Error{Code: "CARE-NONE"}).Text(finding.English))
}
