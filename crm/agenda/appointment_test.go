package agenda_test

import (
	"encoding/json"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/guanxi-go/guanxi/crm/agenda"
)

func TestAppointmentRefused(t *testing.T) {
	for name, c := range map[string]struct {
		change func(*agenda.Appointment)
		codes  []string
	}{
		"nothing":            {func(a *agenda.Appointment) { *a = agenda.Appointment{} }, []string{"AGD-ID", "AGD-UNKNOWN", "AGD-ID", "AGD-INSTANT", "AGD-LENGTH"}},
		"no length":          {func(a *agenda.Appointment) { a.To = a.From }, []string{"AGD-LENGTH"}},
		"ends before":        {func(a *agenda.Appointment) { a.To = a.From.Add(-time.Hour) }, []string{"AGD-LENGTH"}},
		"over a year":        {func(a *agenda.Appointment) { a.To = a.From.AddDate(0, 0, 367) }, []string{"AGD-LENGTH"}},
		"nanoseconds":        {func(a *agenda.Appointment) { a.To = a.To.Add(1) }, []string{"AGD-INSTANT"}},
		"a way to a meeting": {func(a *agenda.Appointment) { a.TravelMinutes = 5 }, []string{"AGD-TRAVEL-MINUTES"}},
		"a way of two days":  {func(a *agenda.Appointment) { a.Kind, a.TravelMinutes = agenda.VisitOut, 1441 }, []string{"AGD-TRAVEL-MINUTES"}},
		"a way back in time": {func(a *agenda.Appointment) { a.Kind, a.TravelMinutes = agenda.VisitOut, -1 }, []string{"AGD-TRAVEL-MINUTES"}},
		"ids":                {func(a *agenda.Appointment) { a.Customer, a.Ref, a.State = "\xff", "\x00", 9 }, []string{"AGD-UNKNOWN", "AGD-ID", "AGD-ID"}},
	} {
		t.Run(name, func(t *testing.T) {
			a := meeting("m1", "09:00", "10:00")
			require.NoError(t, a.Validate())
			c.change(&a)
			require.Equal(t, c.codes, codesOf(t, a.Validate()))
			_, err := agenda.NewBook([]agenda.Appointment{a})
			require.ErrorIs(t, err, agenda.ErrInvalid)
			require.Equal(t, c.codes, codesOf(t, err))
			_, err = agenda.Plan(a, by("08:00"))
			require.ErrorIs(t, err, agenda.ErrInvalid)
		})
	}
	_, err := agenda.NewBook([]agenda.Appointment{meeting("m1", "09:00", "10:00"), meeting("m2", "09:00", "10:00"), meeting("m1", "11:00", "12:00")})
	require.ErrorIs(t, err, agenda.ErrDuplicate)
	require.Equal(t, []string{"AGD-REPEATED"}, codesOf(t, err))
}

func TestLifeOfAnAppointment(t *testing.T) {
	planned, err := agenda.Plan(meeting("m1", "09:00", "10:00"), by("08:00"))
	require.NoError(t, err)
	a, err := agenda.Fold([]agenda.Entry{planned})
	require.NoError(t, err)
	moved, err := a.Move(at("11:00"), at("12:00"), by("08:10"))
	require.NoError(t, err)
	a, err = agenda.Fold([]agenda.Entry{planned, moved})
	require.NoError(t, err)
	require.Equal(t, meeting("m1", "11:00", "12:00"), a)

	for name, decide := range map[string]func(agenda.Act) (agenda.Entry, error){
		"done":      func(by agenda.Act) (agenda.Entry, error) { return a.Finish("agreed", by) },
		"missed":    func(by agenda.Act) (agenda.Entry, error) { return a.Miss(by) },
		"cancelled": func(by agenda.Act) (agenda.Entry, error) { return a.Cancel(by) },
	} {
		t.Run(name, func(t *testing.T) {
			_, err := decide(by("10:59"))
			if name == "cancelled" {
				require.NoError(t, err)
			} else {
				require.Equal(t, []string{"AGD-FUTURE"}, codesOf(t, err))
			}
			e, err := decide(by("12:30"))
			require.NoError(t, err)
			require.Equal(t, at("12:30"), e.At)
			after, err := agenda.Fold([]agenda.Entry{planned, moved, e})
			require.NoError(t, err)
			require.Equal(t, name, after.State.String())
			require.Equal(t, name == "done", after.Busy())
			for _, err := range []error{
				second(after.Move(at("13:00"), at("14:00"), by("12:40"))), second(after.Finish("", by("12:40"))), second(after.Miss(by("12:40"))), second(after.Cancel(by("12:40"))),
			} {
				require.ErrorIs(t, err, agenda.ErrTransition)
			}
			_, err = after.With(e)
			require.ErrorIs(t, err, agenda.ErrConflict)
		})
	}

	_, err = a.Move(at("12:00"), at("12:00"), by("08:20"))
	require.Equal(t, []string{"AGD-LENGTH"}, codesOf(t, err))
	_, err = a.Finish("Agreed!", by("12:30"))
	require.Equal(t, []string{"AGD-CODE"}, codesOf(t, err))
	_, err = agenda.Plan(agenda.Appointment{}, agenda.Act{})
	require.Equal(t, []string{"AGD-ID"}, codesOf(t, err))
	done := meeting("m1", "09:00", "10:00")
	done.State = agenda.Done
	_, err = agenda.Plan(done, by("08:00"))
	require.Error(t, err)
	for code, act := range map[string]agenda.Act{"AGD-INSTANT": {Actor: "a"}, "AGD-TEXT": {Actor: "a", Recorded: at("09:00"), Reason: "\xff"}, "AGD-FUTURE": {Actor: "a", Recorded: at("09:00"), At: at("09:01")}} {
		_, err := a.Cancel(act)
		require.Equal(t, []string{code}, codesOf(t, err))
	}
	_, err = (agenda.Appointment{}).Cancel(by("09:00"))
	require.ErrorIs(t, err, agenda.ErrTransition)
	_, err = agenda.Fold([]agenda.Entry{{Act: by("09:00")}})
	require.ErrorIs(t, err, agenda.ErrInvalid)
	_, err = agenda.Fold([]agenda.Entry{moved})
	require.ErrorIs(t, err, agenda.ErrConflict)
}

func second(_ agenda.Entry, err error) error { return err }

func TestEntryJSONAndLog(t *testing.T) {
	act := by("08:00")
	act.Reason = "张总生日"
	e, err := agenda.Plan(visit("m1", "09:00", "10:00", 30), act)
	require.NoError(t, err)
	text, err := json.Marshal(e)
	require.NoError(t, err)
	var back agenda.Entry
	require.NoError(t, json.Unmarshal(text, &back))
	require.Equal(t, e, back)
	var b strings.Builder
	slog.New(slog.NewTextHandler(&b, nil)).Info("x", "entry", e, "change", agenda.Change{Act: act, Session: "s1"})
	require.Contains(t, b.String(), "m1")
	require.Contains(t, b.String(), "s1")
	require.NotContains(t, b.String(), "张")
}
