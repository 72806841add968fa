package agenda_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/guanxi-go/guanxi/crm/agenda"
	"github.com/guanxi-go/guanxi/crm/finding"
	"github.com/guanxi-go/guanxi/internal/wording"
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
	for _, e := range wording.Parts[*agenda.Error](t, err) {
		require.True(t, strings.HasPrefix(e.Error(), "agenda: "))
		codes = append(codes, e.Code)
	}
	return codes
}

func TestEnumerations(t *testing.T) {
	wording.Enum(t, agenda.Call, agenda.Meeting, agenda.ErrInvalid)
	wording.Enum(t, agenda.Planned, agenda.Cancelled, agenda.ErrInvalid)
	wording.Enum(t, agenda.NoAnswer, agenda.Declined, agenda.ErrInvalid)
	wording.Enum(t, agenda.Overlap, agenda.Travel, agenda.ErrInvalid)
	wording.Enum(t, agenda.WasPlanned, agenda.WasCancelled, agenda.ErrInvalid)
	wording.Enum(t, agenda.Created, agenda.Attended, agenda.ErrInvalid)
}

func TestCatalogue(t *testing.T) {
	require.NoError(t, agenda.Catalogue().Validate())
	for code, text := range agenda.Catalogue() {
		require.True(t, wording.HasHan(text.Zh) && !wording.HasHan(text.En), code)
		if strings.Contains(text.En, "{other}") {
			continue // of findings
		}
		e := &agenda.Error{Code: code, Field: "to", Item: 3, ID: "x", Err: agenda.ErrInvalid}
		require.NotContains(t, e.Error(), "AGD-")
		require.True(t, wording.HasHan(e.Text(finding.Chinese)))
	}
	require.Equal(t, "AGD-NONE", (&agenda.Error{Code: "AGD-NONE"}).Text(finding.English))
}
