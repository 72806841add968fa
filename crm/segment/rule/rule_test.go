package rule

import (
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/guanxi-go/guanxi/crm/calendar"
)

// The schema of the tests has an attribute of each type and one kind of event
// with the same, and is small enough that random rules hit random customers.
func testSchema(t require.TestingT) *Schema {
	fields := []Field{
		{Name: "a", Type: TypeNumber},
		{Name: "price", Type: TypeNumber, Scale: 2},
		{Name: "city", Type: TypeText},
		{Name: "staff", Type: TypeBool},
		{Name: "born", Type: TypeDay},
		{Name: "tags", Type: TypeTags},
	}
	s, err := NewSchema(fields, []EventKind{{Name: "e", Attributes: fields}, {Name: "visit"}})
	require.NoError(t, err)
	return s
}

const testDay = calendar.Day(739_000) // 2024-04-24

// testRecord is a customer with something of everything, and with gaps.
func testRecord(t require.TestingT) *Record {
	r, err := NewRecord(testSchema(t),
		Values{"a": Int(3), "price": Decimal(-150, 2), "city": Text("上海"), "born": Day(testDay - 10_000), "tags": Tags("vip", "old")},
		[]Event{
			{"e", testDay - 1, Values{"a": Int(1), "city": Text("上海")}},
			{"e", testDay - 40, Values{"price": Decimal(1, 2), "staff": Bool(true)}},
			{"visit", testDay - 3, nil},
			{"e", testDay, Values{"a": Int(100)}},
		})
	require.NoError(t, err)
	return r
}

func mustCompile(t require.TestingT, text string) *Segment {
	r, err := Parse([]byte(text))
	require.NoError(t, err)
	s, err := Compile(r, testSchema(t), nil)
	require.NoError(t, err)
	return s
}

func decide(t require.TestingT, text string, subject Subject, asOf calendar.Day) Truth {
	truth, err := mustCompile(t, text).Decide(subject, asOf)
	require.NoError(t, err)
	return truth
}

// TestTruthTables spells out Kleene's tables through the language.
func TestTruthTables(t *testing.T) {
	word := map[Truth]string{
		True:    `{"attribute":"a","eq":3}`,
		False:   `{"attribute":"a","eq":4}`,
		Unknown: `{"attribute":"staff","eq":true}`,
	}
	const f, u, y = False, Unknown, True
	record := testRecord(t)
	for _, tt := range []struct{ a, b, all, any Truth }{
		{y, y, y, y}, {y, u, u, y}, {y, f, f, y},
		{u, y, u, y}, {u, u, u, u}, {u, f, f, u},
		{f, y, f, y}, {f, u, f, u}, {f, f, f, f},
	} {
		require.Equal(t, tt.a, decide(t, word[tt.a], record, testDay))
		require.Equal(t, tt.all, decide(t, `{"all":[`+word[tt.a]+`,`+word[tt.b]+`]}`, record, testDay), "%v all %v", tt.a, tt.b)
		require.Equal(t, tt.any, decide(t, `{"any":[`+word[tt.a]+`,`+word[tt.b]+`]}`, record, testDay), "%v any %v", tt.a, tt.b)
	}
	for a, not := range map[Truth]Truth{y: f, u: u, f: y} {
		require.Equal(t, not, decide(t, `{"not":`+word[a]+`}`, record, testDay))
	}
	selected, err := mustCompile(t, word[Unknown]).Match(record, testDay)
	require.NoError(t, err)
	require.False(t, selected)
}

// TestMissing: on a missing attribute every comparison and its negation are
// unknown, except exists.
func TestMissing(t *testing.T) {
	var nobody Record
	for _, condition := range []string{
		`{"attribute":"a","eq":1}`, `{"attribute":"a","ne":1}`, `{"attribute":"a","lt":1}`, `{"attribute":"a","le":1}`,
		`{"attribute":"a","gt":1}`, `{"attribute":"a","ge":1}`, `{"attribute":"a","between":[1,2]}`, `{"attribute":"a","in":[1,2]}`,
		`{"attribute":"price","ne":0.01}`, `{"attribute":"staff","eq":false}`, `{"attribute":"staff","ne":false}`,
		`{"attribute":"city","eq":"x"}`, `{"attribute":"city","ne":"x"}`, `{"attribute":"city","in":["x"]}`,
		`{"attribute":"city","contains":"x"}`, `{"attribute":"city","prefix":"x"}`, `{"attribute":"tags","contains":"x"}`,
		`{"attribute":"born","lt":"2025-01-01"}`, `{"attribute":"born","daysAgo":{"ge":0}}`,
		`{"event":"e","lastDaysAgo":{"ge":0}}`, `{"event":"e","firstDaysAgo":{"ge":0}}`,
	} {
		require.Equal(t, Unknown, decide(t, condition, &nobody, testDay), condition)
		require.Equal(t, Unknown, decide(t, `{"not":`+condition+`}`, &nobody, testDay), condition)
	}
	require.Equal(t, False, decide(t, `{"attribute":"a","exists":true}`, &nobody, testDay))
	require.Equal(t, True, decide(t, `{"attribute":"a","exists":false}`, &nobody, testDay))
	require.Equal(t, True, decide(t, `{"event":"e","count":{"eq":0}}`, &nobody, testDay))
	require.Equal(t, True, decide(t, `{"event":"e","sum":{"of":"price","eq":0}}`, &nobody, testDay))

	// Empty is not missing.
	empty, err := NewRecord(testSchema(t), Values{"city": Text(""), "tags": Tags(), "a": Value{}}, nil)
	require.NoError(t, err)
	require.Equal(t, True, decide(t, `{"attribute":"city","eq":""}`, empty, testDay))
	require.Equal(t, True, decide(t, `{"attribute":"tags","exists":true}`, empty, testDay))
	require.Equal(t, False, decide(t, `{"attribute":"tags","contains":"x"}`, empty, testDay))
	require.Equal(t, True, decide(t, `{"attribute":"a","exists":false}`, empty, testDay))
}

func TestComparisons(t *testing.T) {
	record := testRecord(t)
	for condition, want := range map[string]Truth{
		`{"attribute":"a","eq":3.0}`:                                 True,
		`{"attribute":"a","ne":3}`:                                   False,
		`{"attribute":"a","lt":3}`:                                   False,
		`{"attribute":"a","le":3}`:                                   True,
		`{"attribute":"a","gt":3}`:                                   False,
		`{"attribute":"a","ge":3}`:                                   True,
		`{"attribute":"a","between":[3,3]}`:                          True,
		`{"attribute":"a","between":[-1,2]}`:                         False,
		`{"attribute":"a","in":[5,3,3,1]}`:                           True,
		`{"attribute":"a","in":[5,1]}`:                               False,
		`{"attribute":"price","eq":-1.5}`:                            True,
		`{"attribute":"price","lt":-1.49}`:                           True,
		`{"attribute":"price","lt":-1.5}`:                            False,
		`{"attribute":"city","eq":"上海"}`:                             True,
		`{"attribute":"city","ne":"上海市"}`:                            True,
		`{"attribute":"city","prefix":"上"}`:                          True,
		`{"attribute":"city","prefix":"海"}`:                          False,
		`{"attribute":"city","contains":"海"}`:                        True,
		`{"attribute":"city","in":["杭州","上海","上海"]}`:                 True,
		`{"attribute":"city","in":["杭州","上"]}`:                       False,
		`{"attribute":"tags","contains":"old"}`:                      True,
		`{"attribute":"tags","contains":"ol"}`:                       False,
		`{"attribute":"born","daysAgo":{"eq":10000}}`:                True,
		`{"attribute":"born","daysAgo":{"lt":10000}}`:                False,
		`{"attribute":"born","between":["1996-12-07","1996-12-07"]}`: True,
		`{"attribute":"born","gt":"1996-12-07"}`:                     False,
		`{"attribute":"born","in":["1996-12-07"]}`:                   True,
	} {
		require.Equal(t, want, decide(t, condition, record, testDay), condition)
		require.Equal(t, -want, decide(t, `{"not":`+condition+`}`, record, testDay), condition)
	}
	// The ends of int64 are ordinary values.
	for _, n := range []int64{-1 << 63, 1<<63 - 1} {
		r, err := NewRecord(testSchema(t), Values{"a": Int(n)}, nil)
		require.NoError(t, err)
		require.Equal(t, truthOf(n > 0), decide(t, `{"attribute":"a","gt":999999999999999999}`, r, testDay))
		require.Equal(t, truthOf(n < 0), decide(t, `{"attribute":"a","lt":-999999999999999999}`, r, testDay))
	}
}

// TestWindows states the ends of every window, and that the as-of day itself is
// never in one.
func TestWindows(t *testing.T) {
	on := func(year int, month time.Month, day int) calendar.Day { return calendar.MustDate(year, month, day) }
	for _, tt := range []struct {
		within      string
		asOf        calendar.Day
		first, last calendar.Day // in the window
	}{
		{`{"days":1}`, on(2025, 3, 1), on(2025, 2, 28), on(2025, 2, 28)},
		{`{"days":7}`, on(2025, 1, 8), on(2025, 1, 1), on(2025, 1, 7)},
		{`{"months":1}`, on(2025, 3, 31), on(2025, 2, 28), on(2025, 3, 30)},
		{`{"months":1}`, on(2024, 3, 31), on(2024, 2, 29), on(2024, 3, 30)},
		{`{"months":1}`, on(2025, 3, 28), on(2025, 2, 28), on(2025, 3, 27)},
		{`{"months":12}`, on(2024, 2, 29), on(2023, 2, 28), on(2024, 2, 28)},
		{`{"months":119988}`, on(2024, 2, 29), calendar.MinDay, on(2024, 2, 28)},
		{`{"days":3652059}`, on(2024, 2, 29), calendar.MinDay, on(2024, 2, 28)},
		{`{"from":"2025-01-01","before":"2025-04-01"}`, on(2025, 6, 1), on(2025, 1, 1), on(2025, 3, 31)},
		{`{"from":"2025-01-01","before":"2025-04-01"}`, on(2025, 2, 1), on(2025, 1, 1), on(2025, 1, 31)},
		{`{"from":"2025-01-01"}`, on(2025, 2, 1), on(2025, 1, 1), on(2025, 1, 31)},
		{`{"before":"2025-01-01"}`, on(2025, 2, 1), calendar.MinDay, on(2024, 12, 31)},
		{``, on(2025, 2, 1), calendar.MinDay, on(2025, 1, 31)},
		{``, calendar.MaxDay, calendar.MinDay, calendar.MaxDay - 1},
	} {
		within := ""
		if tt.within != "" {
			within = `,"within":` + tt.within
		}
		s := mustCompile(t, `{"event":"visit"`+within+`,"count":{"eq":1}}`)
		for day, want := range map[calendar.Day]bool{tt.first - 1: false, tt.first: true, tt.last: true, tt.last + 1: false} {
			if !day.Valid() {
				continue
			}
			r, err := NewRecord(testSchema(t), nil, []Event{{"visit", day, nil}})
			require.NoError(t, err)
			got, err := s.Match(r, tt.asOf)
			require.NoError(t, err)
			require.Equal(t, want, got, "%s as of %v: %v", tt.within, tt.asOf, day)
		}
	}
	// As of the first day there is nothing before.
	require.Equal(t, True, decide(t, `{"event":"visit","within":{"months":3},"count":{"eq":0}}`, testRecord(t), calendar.MinDay))
}

// TestEvents: filters, measures, and what a gap in the data makes of them.
func TestEvents(t *testing.T) {
	fen := func(n int64) Value { return Decimal(n, 2) }
	record, err := NewRecord(testSchema(t), nil, []Event{
		{"e", testDay - 9, Values{"price": fen(10), "city": Text("x")}},
		{"e", testDay - 5, Values{"price": fen(20)}},  // which city is not known
		{"e", testDay - 3, Values{"price": fen(-40)}}, // here neither
		{"e", testDay - 2, Values{"price": fen(500), "city": Text("y")}},
		{"e", testDay - 1, Values{"city": Text("z")}},
	})
	require.NoError(t, err)
	const x = `"where":{"attribute":"city","eq":"x"},`
	for rest, want := range map[string]Truth{
		// One event is sure, two are possible.
		x + `"count":{"ge":1}`:                                         True,
		x + `"count":{"ge":2}`:                                         Unknown,
		x + `"count":{"ge":4}`:                                         False,
		x + `"count":{"eq":2}`:                                         Unknown,
		x + `"count":{"eq":0}`:                                         False,
		x + `"count":{"ne":0}`:                                         True,
		x + `"count":{"in":[1,2]}`:                                     Unknown,
		x + `"count":{"in":[3,1,2,7]}`:                                 True,
		x + `"count":{"in":[0,4]}`:                                     False,
		x + `"within":{"days":5},"count":{"le":2}`:                     True,
		x + `"within":{"days":1},"count":{"eq":0}`:                     True,
		`"where":{"attribute":"city","exists":false},"count":{"eq":2}`: True,
		// Their sum lies between -0.30 and 0.30.
		x + `"sum":{"of":"price","between":[-0.3,0.3]}`: True,
		x + `"sum":{"of":"price","gt":-0.3}`:            Unknown,
		x + `"sum":{"of":"price","le":0.29}`:            Unknown,
		x + `"sum":{"of":"price","gt":0.3}`:             False,
		x + `"sum":{"of":"price","lt":-0.3}`:            False,
		// A price is missing.
		`"sum":{"of":"price","lt":1000000}`:                                                  Unknown,
		`"where":{"attribute":"city","eq":"z"},"sum":{"of":"price","lt":1000000}`:            Unknown,
		`"where":{"attribute":"price","exists":true},"sum":{"of":"price","eq":4.9}`:          True,
		`"within":{"from":"0001-01-01","before":"2024-04-23"},"sum":{"of":"price","eq":4.9}`: True,
		// The first sure one is 9 days old; the last is 9, 5 or 3.
		x + `"firstDaysAgo":{"eq":9}`: True,
		x + `"lastDaysAgo":{"le":9}`:  True,
		x + `"lastDaysAgo":{"ge":3}`:  True,
		x + `"lastDaysAgo":{"ge":4}`:  Unknown,
		x + `"lastDaysAgo":{"lt":3}`:  False,
		`"where":{"attribute":"city","ne":"x"},"firstDaysAgo":{"between":[2,5]}`: True,
		`"where":{"attribute":"city","ne":"x"},"firstDaysAgo":{"eq":2}`:          Unknown,
		`"where":{"attribute":"city","eq":"w"},"lastDaysAgo":{"lt":3000000}`:     Unknown,
		`"lastDaysAgo":{"eq":1}`:                      True,
		`"firstDaysAgo":{"eq":9}`:                     True,
		`"within":{"days":8},"firstDaysAgo":{"eq":5}`: True,
		// Filters nest, and days in events have an age.
		`"where":{"not":{"any":[{"attribute":"city","in":["x","y"]},{"attribute":"price","lt":0}]}},"count":{"between":[0,2]}`: True,
	} {
		require.Equal(t, want, decide(t, `{"event":"e",`+rest+`}`, record, testDay), rest)
	}
}

// TestSumNeverOverflows: sums of what fills int64 are compared exactly.
func TestSumNeverOverflows(t *testing.T) {
	const most, least = 1<<63 - 1, -1 << 63
	sum := func(numbers ...int64) Subject {
		var events []Event
		for _, n := range numbers {
			events = append(events, Event{"e", testDay - 1, Values{"a": Int(n)}})
		}
		r, err := NewRecord(testSchema(t), nil, events)
		require.NoError(t, err)
		return r
	}
	const large, small = `{"event":"e","sum":{"of":"a","gt":999999999999999999}}`, `{"event":"e","sum":{"of":"a","lt":-999999999999999999}}`
	require.Equal(t, True, decide(t, large, sum(most, most, most), testDay))
	require.Equal(t, False, decide(t, small, sum(most, most, most), testDay))
	require.Equal(t, True, decide(t, small, sum(least, least, least), testDay))
	require.Equal(t, True, decide(t, `{"event":"e","sum":{"of":"a","eq":7}}`, sum(most, most, least, least, 9), testDay))
}

func TestNewRecordRefuses(t *testing.T) {
	_, err := NewRecord(nil, nil, nil)
	require.ErrorContains(t, err, "no schema")
	_, err = NewRecord(testSchema(t),
		Values{"a": Text("x"), "price": Int(1), "b/c": Int(1), "born": Day(-1)},
		[]Event{{"f", testDay, nil}, {"e", 0, nil}, {"e", calendar.MaxDay + 1, Values{"city": Bool(true), "x": Value{}}}, {"visit", testDay, Values{"a": Int(1)}}})
	var got []string
	for _, e := range Problems(err) {
		require.ErrorIs(t, e, ErrInvalid)
		got = append(got, e.Path)
	}
	require.Equal(t, []string{"/attributes/a", "/attributes/b~1c", "/attributes/born", "/attributes/price",
		"/events/0/kind", "/events/1/day", "/events/2/day", "/events/2/city", "/events/2/x", "/events/3/a"}, got)
}

// TestRecordOfAnotherSchema: an answer may be unknown or an error, never a panic.
func TestRecordOfAnotherSchema(t *testing.T) {
	small, err := NewSchema(nil, []EventKind{{"e", nil}})
	require.NoError(t, err)
	record, err := NewRecord(small, nil, []Event{{"e", testDay - 1, nil}})
	require.NoError(t, err)
	require.Equal(t, Unknown, decide(t, `{"event":"e","where":{"attribute":"tags","contains":"x"},"count":{"ge":1}}`, record, testDay))
	require.Equal(t, Unknown, decide(t, `{"attribute":"tags","contains":"x"}`, record, testDay))
	require.Equal(t, True, decide(t, `{"event":"visit","count":{"eq":0}}`, record, testDay))
}

// liar breaks the contract of a Subject in one way after another.
type liar struct {
	*Record
	attribute Value
	day       calendar.Day
}

func (l liar) Attribute(int) Value              { return l.attribute }
func (l liar) EventCount(int) int               { return 1 }
func (l liar) EventDay(int, int) calendar.Day   { return l.day }
func (l liar) EventAttribute(_, _, _ int) Value { return l.attribute }

func TestSubjectContract(t *testing.T) {
	s := mustCompile(t, "{\"all\":[\n{\"attribute\":\"price\",\"ge\":1},{\"event\":\"e\",\"where\":{\"attribute\":\"price\",\"le\":3},\"sum\":{\"of\":\"a\",\"ge\":1}}]}")
	for _, tt := range []struct {
		subject liar
		want    string
	}{
		{liar{attribute: Text("x"), day: testDay - 1}, "line 2, column 14: /all/0/attribute: the subject breaks its contract: the value is text, the schema says number: invalid"},
		{liar{attribute: Int(1), day: testDay - 1}, "the value has 0 digits after the point, the schema says 2"},
		{liar{attribute: Decimal(1, 19), day: testDay - 1}, "a scale out of range"},
		{liar{attribute: Day(-5), day: testDay - 1}, "no day from the years 1 to 9999"},
		{liar{attribute: Decimal(200, 2), day: testDay - 1}, "/all/1/event: the subject breaks its contract: the value has 2 digits"},
		{liar{attribute: Decimal(200, 2)}, "an event has no valid day"},
		{liar{attribute: Decimal(200, 2), day: -3}, "an event has no valid day"},
		{liar{attribute: Decimal(200, 2), day: calendar.MaxDay + 1}, "an event has no valid day"},
	} {
		truth, err := s.Decide(tt.subject, testDay)
		require.ErrorContains(t, err, tt.want)
		require.ErrorIs(t, err, ErrInvalid)
		require.Equal(t, Unknown, truth)
		_, err = s.Explain(tt.subject, testDay)
		require.ErrorContains(t, err, tt.want)
	}
	for _, bad := range []Subject{liar{attribute: Text("x"), day: testDay - 1}, liar{attribute: Decimal(200, 2)}} {
		_, err := s.Recheck(bad, testDay)
		require.ErrorIs(t, err, ErrInvalid)
	}
	for _, asOf := range []calendar.Day{0, -1, calendar.MaxDay + 1} {
		_, err := s.Match(testRecord(t), asOf)
		require.ErrorContains(t, err, "as-of day")
	}
	_, err := s.Match(nil, testDay)
	require.ErrorContains(t, err, "no subject")
	_, err = new(Segment).Match(testRecord(t), testDay)
	require.ErrorContains(t, err, "not compiled")
	_, err = (*Segment)(nil).Explain(testRecord(t), testDay)
	require.ErrorContains(t, err, "not compiled")
	_, err = new(Segment).Recheck(testRecord(t), testDay)
	require.ErrorContains(t, err, "not compiled")
}

func TestMatchAllocatesNothing(t *testing.T) {
	set, err := ParseSet([]byte(`{
		"vip": {"any":[{"attribute":"tags","contains":"vip"},{"attribute":"city","in":["上海","杭州"]}]},
		"main": {"all":[{"segment":"vip"},{"event":"e","where":{"attribute":"city","ne":"x"},"within":{"months":2},"count":{"le":4}},
			{"not":{"event":"e","where":{"attribute":"price","exists":true},"sum":{"of":"price","ge":4.5}}},{"attribute":"born","daysAgo":{"ge":365}},{"segment":"vip"}]}}`))
	require.NoError(t, err)
	all, err := CompileSet(set, testSchema(t))
	require.NoError(t, err)
	record := testRecord(t)
	require.Zero(t, testing.AllocsPerRun(100, func() {
		if ok, err := all["main"].Match(record, testDay); !ok || err != nil {
			t.Error(ok, err)
		}
	}))
}

// TestSharedSegment lets goroutines use one Segment; the race detector watches.
func TestSharedSegment(t *testing.T) {
	s := mustCompile(t, `{"event":"e","where":{"attribute":"city","in":["上海","x"]},"within":{"months":3},"lastDaysAgo":{"le":9}}`)
	var wait sync.WaitGroup
	for range 4 {
		wait.Go(func() {
			record := testRecord(t)
			for range 100 {
				ok, err := s.Match(record, testDay)
				if !ok || err != nil {
					t.Error(ok, err)
				}
			}
		})
	}
	wait.Wait()
}
