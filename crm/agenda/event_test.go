package agenda_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/guanxi-go/guanxi/crm/agenda"
	"github.com/guanxi-go/guanxi/crm/calendar"
	"github.com/guanxi-go/guanxi/crm/recurrence"
)

// weekly is a meeting every Monday at nine, of an hour.
func weekly(t require.TestingT) agenda.Event {
	rule, err := recurrence.Parse("FREQ=WEEKLY;BYDAY=MO")
	require.NoError(t, err)
	return agenda.Event{ID: "e1", Kind: agenda.Meeting, Organiser: "wang", Rule: rule, Length: time.Hour,
		Start:        recurrence.Wall{Day: calendar.MustDate(2026, 3, 2), Clock: 9 * time.Hour},
		Participants: []agenda.Participant{{ID: "li", Required: true}, {ID: "sun"}, {ID: "zhao"}}}
}

func after(t *testing.T, e agenda.Event, changes ...agenda.Change) agenda.Event {
	t.Helper()
	for i, c := range changes {
		c.Act = by("08:00")
		var err error
		e, err = e.With(c, time.UTC)
		require.NoError(t, err, i)
	}
	return e
}

// said writes a session as day, answers and what else is to be said.
func said(s agenda.Session) string {
	text := s.ID[8:10] + s.From.Format("@02 15:04")
	for _, p := range s.Participants {
		text += " " + p.ID + ":" + p.Answer.String()
	}
	if s.Cancelled {
		text += " cancelled"
	}
	return text
}

func TestSessions(t *testing.T) {
	made := agenda.Change{Kind: agenda.Created, Event: weekly(t)}
	e := after(t, agenda.Event{}, made,
		agenda.Change{Kind: agenda.Answered, Participant: "li", Answer: agenda.Accepted},
		agenda.Change{Kind: agenda.Answered, Participant: "li", Session: "2026-03-09T09:00:00", Answer: agenda.Declined},
		agenda.Change{Kind: agenda.Answered, Participant: "li", Session: "2026-03-09T09:00:00", Answer: agenda.Tentative},
		agenda.Change{Kind: agenda.Answered, Participant: "zhao", Session: "2026-03-02T09:00:00", Answer: agenda.Declined},
		agenda.Change{Kind: agenda.Removed, Participant: "sun", Session: "2026-03-09T09:00:00"},
		agenda.Change{Kind: agenda.Invited, Participant: "chen", Required: true},
		agenda.Change{Kind: agenda.SessionMoved, Session: "2026-03-16T09:00:00", From: at("03 09:00"), To: at("03 11:00")},
		agenda.Change{Kind: agenda.SessionMoved, Session: "2026-03-16T09:00:00", From: at("17 09:00"), To: at("17 11:00")},
		agenda.Change{Kind: agenda.SessionCancelled, Session: "2026-03-23T09:00:00"},
		agenda.Change{Kind: agenda.Ended, From: at("30 00:00")})
	sessions, err := e.Sessions(at("01 00:00"), at("31 00:00").AddDate(0, 1, 0), time.UTC)
	require.NoError(t, err)
	var got []string
	for _, s := range sessions {
		got = append(got, said(s))
	}
	require.Equal(t, []string{
		"02@02 09:00 chen:none li:accepted zhao:declined",
		"09@09 09:00 chen:none li:tentative zhao:none",
		"16@17 09:00 chen:none li:accepted zhao:none",
		"23@23 09:00 chen:none li:accepted zhao:none cancelled",
	}, got)
	require.Equal(t, []string{"chen", "li"}, sessions[1].Open())
	require.Equal(t, []string{"chen"}, sessions[0].Open())
	require.Equal(t, 1, sessions[0].Count(agenda.Declined))

	// An answer to all ends the answers to one.
	again := after(t, e, agenda.Change{Kind: agenda.Answered, Participant: "li", Answer: agenda.Declined})
	sessions, err = again.Sessions(at("09 09:59"), at("09 10:00"), time.UTC)
	require.NoError(t, err)
	require.Equal(t, "09@09 09:00 chen:none li:declined zhao:none", said(sessions[0]))

	// The journal comes to the same, in another zone at another time.
	shanghai := time.FixedZone("CST", 8*3600)
	there, err := agenda.FoldEvent([]agenda.Change{{Act: by("08:00"), Kind: agenda.Created, Event: weekly(t)}}, shanghai)
	require.NoError(t, err)
	sessions, err = there.Sessions(at("02 01:00"), at("02 02:00"), shanghai)
	require.NoError(t, err)
	require.Equal(t, "02@02 01:00 li:none sun:none zhao:none", said(sessions[0]))
	text, err := json.Marshal(e)
	require.NoError(t, err)
	var back agenda.Event
	require.NoError(t, json.Unmarshal(text, &back))
	require.Equal(t, e, back)
}

// Who was at a session is known once it has begun, can be said again, and stays when
// somebody is removed.
func TestAttendance(t *testing.T) {
	monday, next := "2026-03-02T09:00:00", "2026-03-09T09:00:00"
	attended := func(recorded, session string, present ...string) agenda.Change {
		return agenda.Change{Act: by(recorded), Kind: agenda.Attended, Session: session, Present: present}
	}
	e := weekly(t)
	_, err := e.With(attended("08:59", monday), time.UTC)
	require.Equal(t, []string{"AGD-FUTURE"}, codesOf(t, err))
	early := attended("10:00", monday)
	early.At = at("08:00")
	_, err = e.With(early, time.UTC)
	require.Equal(t, []string{"AGD-FUTURE"}, codesOf(t, err))
	_, err = e.With(attended("10:00", monday, "li", "li"), time.UTC)
	require.ErrorIs(t, err, agenda.ErrDuplicate)
	_, err = e.With(attended("10:00", monday, ""), time.UTC)
	require.ErrorIs(t, err, agenda.ErrInvalid)
	_, err = e.With(attended("10:00", "2026-03-03T09:00:00"), time.UTC)
	require.ErrorIs(t, err, agenda.ErrNotFound)

	for _, c := range []agenda.Change{attended("09:00", monday, "sun"), attended("10:00", monday, "zhao", "guest", "li"), attended("09 09:30", next)} {
		e, err = e.With(c, time.UTC)
		require.NoError(t, err)
	}
	e = after(t, e, agenda.Change{Kind: agenda.Removed, Participant: "zhao"})
	sessions, err := e.Sessions(at("01 00:00"), at("17 00:00"), time.UTC)
	require.NoError(t, err)
	var got []string
	for _, s := range sessions {
		got = append(got, fmt.Sprint(s.State(), s.Present, s.Absent()))
	}
	require.Equal(t, []string{"done [guest li zhao] [sun]", "missed [] [li sun]", "planned [] []"}, got)
	text, err := json.Marshal(e)
	require.NoError(t, err)
	var back agenda.Event
	require.NoError(t, json.Unmarshal(text, &back))
	require.Equal(t, e, back)

	// What is over does not change any more; when it was moved, it begins then.
	for _, c := range []agenda.Change{{Kind: agenda.SessionCancelled, Session: monday}, {Kind: agenda.SessionMoved, Session: monday, From: at("10 09:00"), To: at("10 10:00")},
		{Kind: agenda.Answered, Participant: "li", Session: monday, Answer: agenda.Declined}} {
		c.Act = by("11:00")
		_, err = e.With(c, time.UTC)
		require.ErrorIs(t, err, agenda.ErrTransition, c.Kind)
	}
	e = after(t, e, agenda.Change{Kind: agenda.SessionMoved, Session: "2026-03-16T09:00:00", From: at("18 09:00"), To: at("18 10:00")})
	_, err = e.With(attended("17 09:00", "2026-03-16T09:00:00"), time.UTC)
	require.Equal(t, []string{"AGD-FUTURE"}, codesOf(t, err))
	e = after(t, e, agenda.Change{Kind: agenda.SessionCancelled, Session: "2026-03-16T09:00:00"})
	sessions, err = e.Sessions(at("18 00:00"), at("19 00:00"), time.UTC)
	require.NoError(t, err)
	require.Equal(t, agenda.Cancelled, sessions[0].State())
	_, err = e.With(attended("19 09:00", "2026-03-16T09:00:00", "li"), time.UTC)
	require.ErrorIs(t, err, agenda.ErrTransition)

	e.Attended = []agenda.Attendance{{Session: monday, Present: []string{"li", ""}}}
	require.Equal(t, []string{"AGD-ID", "AGD-REPEATED"}, codesOf(t, e.Validate()))
}

func TestEventAppointments(t *testing.T) {
	e := after(t, weekly(t), agenda.Change{Kind: agenda.Answered, Participant: "zhao", Answer: agenda.Declined},
		agenda.Change{Kind: agenda.Invited, Participant: "c1", Customer: true}, // whose time is not ours
		agenda.Change{Kind: agenda.SessionCancelled, Session: "2026-03-09T09:00:00"})
	e.Attended = []agenda.Attendance{{Session: "2026-03-02T09:00:00", Present: []string{"li"}}}
	made, err := e.Appointments(at("01 00:00"), at("17 00:00"), time.UTC)
	require.NoError(t, err)
	var ids []string
	for _, a := range made {
		require.Equal(t, "e1", a.Ref)
		ids = append(ids, a.ID+" "+a.State.String())
	}
	require.Equal(t, []string{"e1|2026-03-02T09:00:00|wang done", "e1|2026-03-02T09:00:00|li done", "e1|2026-03-02T09:00:00|sun done",
		"e1|2026-03-16T09:00:00|wang planned", "e1|2026-03-16T09:00:00|li planned", "e1|2026-03-16T09:00:00|sun planned"}, ids)
	found, err := book(t, made...).Against(meeting("m", "16 09:30", "16 09:40"))
	require.NoError(t, err)
	require.Equal(t, []string{"overlap e1|2026-03-16T09:00:00|li-m 10m0s"}, texts(found))

	e = after(t, e, agenda.Change{Kind: agenda.Invited, Participant: "wang"}, agenda.Change{Kind: agenda.Answered, Participant: "wang", Answer: agenda.Declined})
	made, err = e.Appointments(at("16 00:00"), at("17 00:00"), time.UTC)
	require.NoError(t, err)
	require.Len(t, made, 2, "who organises may leave it to others")

	e.ID = strings.Repeat("e", 250)
	_, err = e.Appointments(at("01 00:00"), at("17 00:00"), time.UTC)
	require.ErrorIs(t, err, agenda.ErrInvalid)
}

func TestEventRefused(t *testing.T) {
	require.Equal(t, []string{"AGD-ID", "AGD-UNKNOWN", "AGD-ID", "AGD-LENGTH", "AGD-RULE"}, codesOf(t, agenda.Event{}.Validate()))
	e := weekly(t)
	e.Participants = []agenda.Participant{{ID: "li"}, {ID: "li"}, {ID: "", Answer: 9}}
	e.Answers = []agenda.SessionAnswer{{Participant: "zhao"}}
	e.Moved = []agenda.SessionTime{{}}
	require.Equal(t, []string{"AGD-REPEATED", "AGD-ID", "AGD-UNKNOWN", "AGD-REPEATED", "AGD-UNKNOWN", "AGD-NOT-INVITED", "AGD-ID", "AGD-LENGTH"}, codesOf(t, e.Validate()))

	e = after(t, weekly(t), agenda.Change{Kind: agenda.SessionCancelled, Session: "2026-03-09T09:00:00"}, agenda.Change{Kind: agenda.Ended, From: at("16 09:00")})
	for name, c := range map[string]struct {
		change agenda.Change
		want   error
		code   string
	}{
		"made twice":             {agenda.Change{Kind: agenda.Created, Event: weekly(t)}, agenda.ErrConflict, "AGD-JOURNAL"},
		"invited twice":          {agenda.Change{Kind: agenda.Invited, Participant: "li"}, agenda.ErrDuplicate, "AGD-REPEATED"},
		"nobody":                 {agenda.Change{Kind: agenda.Answered, Participant: "x"}, agenda.ErrNotFound, "AGD-NOT-INVITED"},
		"a cancelled session":    {agenda.Change{Kind: agenda.SessionMoved, Session: "2026-03-09T09:00:00", From: at("10 09:00"), To: at("10 10:00")}, agenda.ErrTransition, "AGD-STATE"},
		"after the end":          {agenda.Change{Kind: agenda.SessionCancelled, Session: "2026-03-16T09:00:00"}, agenda.ErrTransition, "AGD-STATE"},
		"a Tuesday":              {agenda.Change{Kind: agenda.SessionCancelled, Session: "2026-03-03T09:00:00"}, agenda.ErrNotFound, "AGD-NO-SESSION"},
		"no session":             {agenda.Change{Kind: agenda.Answered, Participant: "li", Session: "monday"}, agenda.ErrNotFound, "AGD-NO-SESSION"},
		"a session of no length": {agenda.Change{Kind: agenda.SessionMoved, Session: "2026-03-02T09:00:00", From: at("10 09:00"), To: at("10 09:00")}, agenda.ErrInvalid, "AGD-LENGTH"},
		"no kind":                {agenda.Change{}, agenda.ErrInvalid, "AGD-UNKNOWN"},
		"an end without time":    {agenda.Change{Kind: agenda.Ended}, agenda.ErrInvalid, "AGD-INSTANT"},
		"an unknown answer":      {agenda.Change{Kind: agenda.Answered, Participant: "li", Answer: 9}, agenda.ErrInvalid, "AGD-UNKNOWN"},
	} {
		t.Run(name, func(t *testing.T) {
			c.change.Act = by("08:00")
			before := fmt.Sprint(e)
			_, err := e.With(c.change, nil)
			require.ErrorIs(t, err, c.want)
			require.Equal(t, []string{c.code}, codesOf(t, err))
			require.Equal(t, before, fmt.Sprint(e))
		})
	}
	_, err := agenda.FoldEvent([]agenda.Change{{Kind: agenda.Ended}}, nil)
	require.Error(t, err)
	_, err = e.Sessions(at("10:00"), at("09:00"), time.UTC)
	require.Equal(t, []string{"AGD-WINDOW"}, codesOf(t, err))
	_, err = e.Sessions(at("09:00"), at("10:00"), nil)
	require.Equal(t, []string{"AGD-RULE"}, codesOf(t, err))
	_, err = agenda.Event{}.Appointments(at("09:00"), at("10:00"), time.UTC)
	require.ErrorIs(t, err, agenda.ErrInvalid)
}

// However a time is cut into windows, they show the same sessions.
func TestWindowsOfSessions(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		e := weekly(t)
		e.Length = time.Duration(rapid.IntRange(1, 300).Draw(t, "hours")) * time.Hour
		for i := range rapid.IntRange(0, 3).Draw(t, "moved") {
			begin := at("01 00:00").Add(time.Duration(rapid.IntRange(0, 2000).Draw(t, "to")) * time.Hour)
			e.Moved = append(e.Moved, agenda.SessionTime{Session: fmt.Sprintf("2026-03-%02dT09:00:00", 2+7*i), From: begin, To: begin.Add(time.Hour)})
		}
		from, until := at("01 00:00"), at("01 00:00").AddDate(0, 3, 0)
		whole, err := e.Sessions(from, until, time.UTC)
		require.NoError(t, err)
		seen := map[string]agenda.Session{}
		for begin := from; begin.Before(until); {
			end := begin.Add(time.Duration(rapid.IntRange(1, 500).Draw(t, "window")) * time.Hour)
			if end.After(until) {
				end = until
			}
			part, err := e.Sessions(begin, end, time.UTC)
			require.NoError(t, err)
			for _, s := range part {
				seen[s.ID] = s
			}
			begin = end
		}
		require.Len(t, seen, len(whole))
		for _, s := range whole {
			require.Equal(t, s, seen[s.ID])
		}
		require.True(t, slices.IsSortedFunc(whole, func(a, b agenda.Session) int { return a.From.Compare(b.From) }))
	})
}
