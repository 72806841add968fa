package rule

import (
	"bytes"
	"encoding/json"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/guanxi-go/guanxi/crm/calendar"
)

// enough is how many random cases a share of them must rest on, so that chance
// alone cannot fail a test.
const enough = 1000

// TestAgainstReference: reader, compiler and kernel together answer as the
// reference does, and random rules reach all three answers.
func TestAgainstReference(t *testing.T) {
	seen := map[Truth]int{}
	rapid.Check(t, func(t *rapid.T) {
		g := &generator{t: t}
		c, set, s := g.rule()
		for range 5 {
			attributes, events := g.values(), g.events()
			record, asOf := g.record(attributes, events), g.day()
			got, err := s.Decide(record, asOf)
			require.NoError(t, err)
			who := oracle{decode(t, encode(t, set)).(object), plainPerson(attributes, events), dayTime(asOf)}
			require.Equal(t, who.condition(decode(t, encode(t, c)).(object), who.who.attributes), got, "%s", encode(t, c))
			seen[got]++

			x, err := s.Explain(record, asOf)
			require.NoError(t, err)
			require.Equal(t, got, x.Truth)
			require.NotEmpty(t, x.Reasons())
			for _, reason := range x.Reasons() {
				require.Empty(t, reason.Parts)
			}
		}
	})
	all := seen[False] + seen[Unknown] + seen[True]
	for _, truth := range []Truth{False, Unknown, True} {
		require.True(t, all < enough || seen[truth]*10 > all, "%v: %v", truth, seen)
	}
}

// TestRoundTrip: what is written reads back as the same rule, whoever wrote it.
func TestRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		g := &generator{t: t, segments: []string{"one", "two"}}
		text := encode(t, g.condition(4, false))
		r, err := Parse(text)
		require.NoError(t, err)
		again, err := Parse([]byte(r.String()))
		require.NoError(t, err)
		require.Equal(t, r.String(), again.String())
		require.Equal(t, decode(t, text), canonical(decode(t, []byte(r.String())), decode(t, text)))
		var indented bytes.Buffer
		require.NoError(t, json.Indent(&indented, text, "\t", "  "))
		spaced, err := Parse(indented.Bytes())
		require.NoError(t, err)
		require.Equal(t, r.String(), spaced.String())
	})
}

// canonical gives the numbers in got the wording that equal ones have in want.
func canonical(got, want any) any {
	switch got := got.(type) {
	case object:
		w, _ := want.(object)
		for key := range got {
			got[key] = canonical(got[key], w[key])
		}
	case []any:
		w, _ := want.([]any)
		for i := range min(len(got), len(w)) {
			got[i] = canonical(got[i], w[i])
		}
	case json.Number:
		if w, ok := want.(json.Number); ok && order(valueOf(got), w) == 0 {
			return w
		}
	}
	return got
}

func TestDeMorgan(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		g := &generator{t: t}
		a, b := g.condition(2, false), g.condition(2, false)
		record, asOf := g.record(g.values(), g.events()), g.day()
		truth := func(c object) Truth { return decide(t, string(encode(t, c)), record, asOf) }
		no := func(c object) object { return object{"not": c} }
		require.Equal(t, truth(no(object{"all": []any{a, b}})), truth(object{"any": []any{no(a), no(b)}}))
		require.Equal(t, truth(no(object{"any": []any{a, b}})), truth(object{"all": []any{no(a), no(b)}}))
		require.Equal(t, truth(a), truth(no(no(a))))
		require.Equal(t, truth(object{"all": []any{a, b}}), truth(object{"all": []any{b, a, b}}))
	})
}

// TestEventOrder: events have no order, and those of the as-of day and later do
// not exist yet.
func TestEventOrder(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		g := &generator{t: t}
		_, _, s := g.rule()
		attributes, events, asOf := g.values(), g.events(), g.day()
		want, err := s.Decide(g.record(attributes, events), asOf)
		require.NoError(t, err)
		events = slices.Clone(events)
		for range g.integer(0, 3) {
			events = append(events, Event{"e", asOf + calendar.Day(g.integer(0, 9)), g.values()})
		}
		seed := rapid.Uint64().Draw(t, "seed")
		rand.New(rand.NewPCG(seed, 1)).Shuffle(len(events), func(i, j int) { events[i], events[j] = events[j], events[i] })
		got, err := s.Decide(g.record(attributes, events), asOf)
		require.NoError(t, err)
		require.Equal(t, want, got)
	})
}

// TestEventsOutsideTheWindow change nothing.
func TestEventsOutsideTheWindow(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		g := &generator{t: t}
		c := g.event()
		days := g.integer(1, 60)
		c["within"] = object{"days": num(int64(days), 0)}
		attributes, events, asOf := g.values(), g.events(), g.day()
		text := string(encode(t, c))
		want := decide(t, text, g.record(attributes, events), asOf)
		for range g.integer(1, 3) {
			events = append(events, Event{"e", asOf - calendar.Day(days) - calendar.Day(g.integer(1, 400)), g.values()})
		}
		require.Equal(t, want, decide(t, text, g.record(attributes, events), asOf))
	})
}

// TestFillingInKeepsTheAnswer: without exists, an answer that is true or false
// stays what it is when data that were missing become known.
func TestFillingInKeepsTheAnswer(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		g := &generator{t: t, noExists: true}
		_, _, s := g.rule()
		attributes, events, asOf := g.values(), g.events(), g.day()
		before, err := s.Decide(g.record(attributes, events), asOf)
		require.NoError(t, err)
		fill := func(v Values) {
			for _, name := range fieldNames {
				if v[name].Missing() && rapid.Bool().Draw(t, "fill") {
					v[name] = g.value(name)
				}
			}
		}
		fill(attributes)
		for _, e := range events {
			fill(e.Values)
		}
		after, err := s.Decide(g.record(attributes, events), asOf)
		require.NoError(t, err)
		if before != Unknown {
			require.Equal(t, before, after)
		}
	})
}

// TestRecheck: the answer holds up to the day before the one that is named.
func TestRecheck(t *testing.T) {
	changed, early := 0, 0
	rapid.Check(t, func(t *rapid.T) {
		g := &generator{t: t}
		_, _, s := g.rule()
		record, asOf := g.record(g.values(), g.events()), g.day()
		next, err := s.Recheck(record, asOf)
		require.NoError(t, err)
		want, err := s.Decide(record, asOf)
		require.NoError(t, err)
		require.True(t, next == 0 || next > asOf)
		for day := asOf + 1; day < asOf+200; day++ {
			got, err := s.Decide(record, day)
			require.NoError(t, err)
			if day == next {
				if got != want {
					changed++
				} else {
					early++
				}
				break
			}
			require.Equal(t, want, got, "%v from %v, recheck on %v", day, asOf, next)
		}
	})
	if changed+early >= enough {
		require.Greater(t, changed, early/10, "the day is too often too early to be of use")
	}
}

// TestRecheckIsExact for one window: the count changes on the day that is named.
func TestRecheckIsExact(t *testing.T) {
	for _, tt := range []struct {
		within        string
		event, leaves string
	}{
		{`{"days":90}`, "2025-03-02", "2025-06-01"},
		{`{"days":1}`, "2025-03-02", "2025-03-04"},
		{`{"months":1}`, "2025-01-31", "2025-03-01"},
		{`{"months":1}`, "2025-01-28", "2025-03-01"},
		{`{"months":1}`, "2025-01-27", "2025-02-28"},
		{`{"months":1}`, "2025-02-28", "2025-04-01"},
		{`{"months":1}`, "2024-02-29", "2024-04-01"},
		{`{"months":12}`, "2024-02-29", "2025-03-01"},
		{`{"from":"2025-01-01"}`, "2025-03-02", ""},
		{`{"before":"2026-01-01"}`, "2025-03-02", ""},
		{`{"days":3652059}`, "2025-03-02", ""},
		{`{"months":119988}`, "2025-03-02", ""},
	} {
		day, err := calendar.ParseDay(tt.event)
		require.NoError(t, err)
		record, err := NewRecord(testSchema(t), nil, []Event{{"visit", day, nil}})
		require.NoError(t, err)
		s := mustCompile(t, `{"event":"visit","within":`+tt.within+`,"count":{"ge":1}}`)
		// Before the event, it is the day after it; then the day it leaves; then never.
		for _, step := range []struct {
			asOf calendar.Day
			want string
		}{{day - 5, (day + 1).String()}, {day, (day + 1).String()}, {day + 1, tt.leaves}} {
			got, err := s.Recheck(record, step.asOf)
			require.NoError(t, err)
			require.Equal(t, step.want, got.String(), "%s as of %v", tt.within, step.asOf)
		}
		if leaves, err := calendar.ParseDay(tt.leaves); err == nil {
			before, err := s.Match(record, leaves-1)
			require.NoError(t, err)
			after, err := s.Match(record, leaves)
			require.NoError(t, err)
			require.Equal(t, []bool{true, false}, []bool{before, after}, tt.within)
			got, err := s.Recheck(record, leaves)
			require.NoError(t, err)
			require.Zero(t, got)
		}
	}
}

// TestRecheckOfAges: the age of a day in the filter, and the first and the last
// age that an uncertain event can have.
func TestRecheckOfAges(t *testing.T) {
	at := func(asOf calendar.Day, condition string, want calendar.Day) {
		t.Helper()
		record, err := NewRecord(testSchema(t), Values{"born": Day(testDay + 20)}, []Event{
			{"e", testDay - 9, Values{"born": Day(testDay - 30), "a": Int(1)}},
			{"e", testDay - 5, nil},
		})
		require.NoError(t, err)
		got, err := mustCompile(t, condition).Recheck(record, asOf)
		require.NoError(t, err)
		require.Equal(t, want, got, condition)
	}
	at(testDay, `{"event":"e","where":{"attribute":"born","daysAgo":{"gt":40}},"count":{"ge":1}}`, testDay+11)
	at(testDay+11, `{"event":"e","where":{"attribute":"born","daysAgo":{"gt":40}},"count":{"ge":1}}`, 0)
	at(testDay, `{"event":"e","where":{"attribute":"born","daysAgo":{"in":[30,45]}},"count":{"ge":1}}`, testDay+1)
	at(testDay+1, `{"event":"e","where":{"attribute":"born","daysAgo":{"in":[30,45]}},"count":{"ge":1}}`, testDay+15)
	// 5 or 9 days ago: the bound is reached by the older one first.
	at(testDay, `{"event":"e","where":{"attribute":"a","eq":1},"lastDaysAgo":{"ge":20}}`, testDay+11)
	at(testDay+11, `{"event":"e","where":{"attribute":"a","eq":1},"lastDaysAgo":{"ge":20}}`, testDay+15)
	at(testDay+15, `{"event":"e","where":{"attribute":"a","eq":1},"lastDaysAgo":{"ge":20}}`, 0)
	at(testDay, `{"attribute":"born","daysAgo":{"between":[-7,0]}}`, testDay+13)
	at(testDay+13, `{"attribute":"born","daysAgo":{"between":[-7,0]}}`, testDay+21)
	at(testDay+21, `{"attribute":"born","daysAgo":{"between":[-7,0]}}`, 0)
	at(testDay, `{"attribute":"born","ge":"2024-01-01"}`, 0)
}
