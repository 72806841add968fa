package agenda_test

import (
	"encoding"
	"fmt"
	"strings"
	"testing"
	"time"
	"unicode"

	"github.com/stretchr/testify/require"

	"github.com/guanxi-go/guanxi/crm/agenda"
	"github.com/guanxi-go/guanxi/crm/finding"
)

// at reads an instant of 2026-03-02 or, with a day in front, of March.
func at(text string) time.Time {
	if !strings.Contains(text, " ") {
		text = "02 " + text
	}
	t, err := time.Parse("2006-01-02 15:04", "2026-03-"+text)
	if err != nil {
		panic(err)
	}
	return t
}

func by(text string) agenda.Act { return agenda.Act{Actor: "li", Recorded: at(text)} }

// meeting is an appointment of li's.
func meeting(id, from, to string) agenda.Appointment {
	return agenda.Appointment{ID: id, Kind: agenda.Meeting, Staff: "li", From: at(from), To: at(to)}
}

func visit(id, from, to string, minutes int) agenda.Appointment {
	a := meeting(id, from, to)
	a.Kind, a.TravelMinutes = agenda.VisitOut, minutes
	return a
}

// codesOf returns the codes of all errors that are joined in err.
func codesOf(t *testing.T, err error) (codes []string) {
	t.Helper()
	require.Error(t, err)
	all := []error{err}
	for len(all) > 0 {
		one := all[0]
		all = all[1:]
		if joined, ok := one.(interface{ Unwrap() []error }); ok {
			all = append(joined.Unwrap(), all...)
			continue
		}
		var e *agenda.Error
		require.ErrorAs(t, one, &e)
		require.True(t, strings.HasPrefix(one.Error(), "agenda: "))
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
	require.ErrorIs(t, err, agenda.ErrInvalid)
	require.Equal(t, "??", P(&bad).String()+P(&bad).Zh())
	require.False(t, P(&bad).Valid())
	require.ErrorIs(t, P(&bad).UnmarshalText([]byte("nonsense")), agenda.ErrInvalid)
	require.Equal(t, last+1, bad)
}

func TestEnumerations(t *testing.T) {
	checkEnum(t, agenda.Call, agenda.Meeting)
	checkEnum(t, agenda.Planned, agenda.Cancelled)
	checkEnum(t, agenda.NoAnswer, agenda.Declined)
	checkEnum(t, agenda.Overlap, agenda.Travel)
	checkEnum(t, agenda.WasPlanned, agenda.WasCancelled)
	checkEnum(t, agenda.Created, agenda.Ended)
}

func TestCatalogue(t *testing.T) {
	require.NoError(t, agenda.Catalogue().Validate())
	for code, text := range agenda.Catalogue() {
		require.True(t, hasHan(text.Zh) && !hasHan(text.En), code)
		if strings.Contains(text.En, "{other}") {
			continue // of findings
		}
		e := &agenda.Error{Code: code, Field: "to", Item: 3, ID: "x", Err: agenda.ErrInvalid}
		require.NotContains(t, e.Error(), "AGD-")
		require.True(t, hasHan(e.Text(finding.Chinese)))
	}
	require.Equal(t, "AGD-NONE", (&agenda.Error{Code: "AGD-NONE"}).Text(finding.English))
}
