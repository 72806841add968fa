package rule

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestCompileRefuses(t *testing.T) {
	for _, tt := range []struct {
		text   string
		column int
		path   string
		reason string
	}{
		{`{"attribute":"A","eq":1}`, 14, "/attribute", "no such attribute"},
		{`{"event":"E","count":{"ge":1}}`, 10, "/event", "no such kind of event"},
		{`{"event":"visit","sum":{"of":"a","ge":1}}`, 30, "/sum/of", "no such attribute"},
		{`{"event":"e","sum":{"of":"city","ge":1}}`, 26, "/sum/of", "only a number can be summed, and this is text"},
		{`{"event":"e","where":{"attribute":"amount","ge":1},"count":{"ge":1}}`, 35, "/where/attribute", "no such attribute"},
		{`{"event":"visit","where":{"attribute":"a","ge":1},"count":{"ge":1}}`, 39, "/where/attribute", "no such attribute"},
		{`{"segment":"a"}`, 12, "/segment", "no such segment"},

		{`{"attribute":"city","lt":"x"}`, 26, "/lt", "lt does not go with text: use eq, ne, in, contains, prefix, exists"},
		{`{"attribute":"city","between":["a","b"]}`, 31, "/between", "does not go with text"},
		{`{"attribute":"city","daysAgo":{"ge":1}}`, 31, "/daysAgo", "does not go with text"},
		{`{"attribute":"a","contains":"1"}`, 29, "/contains", "does not go with number"},
		{`{"attribute":"a","daysAgo":{"ge":1}}`, 28, "/daysAgo", "does not go with number"},
		{`{"attribute":"staff","gt":false}`, 27, "/gt", "does not go with bool"},
		{`{"attribute":"staff","in":[true]}`, 27, "/in", "does not go with bool"},
		{`{"attribute":"born","prefix":"2025"}`, 30, "/prefix", "does not go with day"},
		{`{"attribute":"tags","eq":"vip"}`, 26, "/eq", "does not go with tags: use contains, exists"},
		{`{"attribute":"tags","in":["vip"]}`, 26, "/in", "does not go with tags"},

		{`{"attribute":"city","eq":1}`, 26, "/eq", "the attribute is text: a string is needed here, not a number"},
		{`{"attribute":"city","in":["x",true]}`, 31, "/in/1", "not true or false"},
		{`{"attribute":"a","eq":"1"}`, 23, "/eq", "the attribute is number: a number is needed here, not a string"},
		{`{"attribute":"a","between":[1,"2"]}`, 31, "/between/1", "a number is needed"},
		{`{"attribute":"staff","eq":1}`, 27, "/eq", "true or false is needed here, not a number"},
		{`{"attribute":"born","ge":20250101}`, 26, "/ge", "the attribute is day: a string is needed"},
		{`{"attribute":"born","ge":"2025-1-1"}`, 26, "/ge", "a date YYYY-MM-DD"},
		{`{"attribute":"born","in":["2024-02-29","2025-02-29"]}`, 40, "/in/1", "a date YYYY-MM-DD"},
		{`{"attribute":"born","between":["2025-01-02","2025-01-01"]}`, 31, "/between", "lower value first"},

		{`{"attribute":"a","ge":0.5}`, 23, "/ge", "more digits after the point"},
		{`{"attribute":"price","in":[1,0.005]}`, 30, "/in/1", "more digits after the point"},
		{`{"attribute":"price","lt":99999999999999999}`, 27, "/lt", "out of range"},
		{`{"event":"e","sum":{"of":"price","ge":1e17}}`, 39, "/sum/ge", "out of range"},
	} {
		r, err := Parse([]byte(tt.text))
		require.NoError(t, err, tt.text)
		s, err := Compile(r, testSchema(t), nil)
		require.Nil(t, s)
		require.ErrorIs(t, err, ErrInvalid)
		list := Problems(err)
		require.Len(t, list, 1)
		require.Equal(t, []any{"", 1, tt.column, tt.path}, []any{list[0].Segment, list[0].Line, list[0].Column, list[0].Path}, err.Error())
		require.Contains(t, list[0].Reason, tt.reason)
	}
}

func TestCompileReportsAll(t *testing.T) {
	set, err := ParseSet([]byte(`{
		"a": {"all":[{"attribute":"x","eq":1},{"segment":"b"},{"segment":"gone"}]},
		"b": {"event":"e","where":{"attribute":"y","eq":1},"sum":{"of":"z","ge":1}}
	}`))
	require.NoError(t, err)
	_, err = Compile(set["a"], testSchema(t), set)
	var got []string
	for _, e := range Problems(err) {
		got = append(got, e.Segment+e.Path)
	}
	require.Equal(t, []string{"/a/all/0/attribute", "/a/all/2/segment", "b/b/where/attribute", "b/b/sum/of"}, got)

	_, err = CompileSet(set, testSchema(t))
	require.Len(t, Problems(err), 4, "those of b once, though a leads there too")

	for _, r := range []*Rule{nil, {}} {
		_, err = Compile(r, testSchema(t), nil)
		require.ErrorContains(t, err, "the rule is empty")
		_, err = CompileSet(Set{"a": r}, testSchema(t))
		require.ErrorContains(t, err, `segment "a": the rule is empty`)
		_, err = Compile(set["a"], testSchema(t), Set{"b": r})
		require.ErrorContains(t, err, "no such segment")
	}
	_, err = Compile(set["a"], nil, set)
	require.ErrorContains(t, err, "no schema")
}

// TestCompileSetStops at the number of problems that anybody reads.
func TestCompileSetStops(t *testing.T) {
	set := Set{}
	for i := range 100 {
		set[fmt.Sprint(i)] = mustParse(t, `{"any":[{"attribute":"x","eq":1},{"segment":"y"}]}`)
	}
	_, err := CompileSet(set, testSchema(t))
	require.Len(t, Problems(err), maxProblems)
}

func TestCycles(t *testing.T) {
	for _, tt := range []struct {
		set  string
		want []string
	}{
		{`{"a":{"segment":"a"}}`, []string{"a/a/segment a -> a"}},
		{`{"b":{"segment":"a"},"a":{"not":{"segment":"b"}}}`, []string{"b/b/segment a -> b -> a"}},
		{`{"c":{"segment":"b"},"b":{"segment":"a"},"a":{"segment":"c"}}`, []string{"b/b/segment a -> c -> b -> a"}},
		{`{"x":{"segment":"b"},"b":{"any":[{"segment":"c"},{"attribute":"a","eq":1}]},"c":{"all":[{"segment":"b"},{"segment":"c"}]}}`,
			[]string{"c/c/all/0/segment b -> c -> b", "c/c/all/1/segment c -> c"}},
		{`{"x":{"all":[{"segment":"y"},{"segment":"z"}]},"y":{"segment":"z"},"z":{"attribute":"a","eq":1}}`, nil},
	} {
		set, err := ParseSet([]byte(tt.set))
		require.NoError(t, err)
		_, err = CompileSet(set, testSchema(t))
		var got []string
		for _, e := range Problems(err) {
			got = append(got, e.Segment+e.Path+strings.TrimPrefix(e.Reason, "the segments lead in a circle:"))
		}
		require.Equal(t, tt.want, got)
	}
	// The rule that is compiled has no name, though it may be in the set too.
	set, err := ParseSet([]byte(`{"a":{"segment":"a"}}`))
	require.NoError(t, err)
	_, err = Compile(set["a"], testSchema(t), set)
	require.ErrorContains(t, err, `segment "a": line 1, column 17: /a/segment: the segments lead in a circle: a -> a`)
}

// chain returns a set in which each of n segments refers twice to the next: 2^n
// paths lead to the last.
func chain(t *testing.T, n int) Set {
	set := Set{}
	for i := range n {
		set[fmt.Sprint("s", i)] = mustParse(t, fmt.Sprintf(`{"any":[{"not":{"segment":"s%d"}},{"segment":"s%d"}]}`, i+1, i+1))
	}
	set[fmt.Sprint("s", n)] = mustParse(t, `{"attribute":"staff","eq":true}`)
	return set
}

func mustParse(t require.TestingT, text string) *Rule {
	r, err := Parse([]byte(text))
	require.NoError(t, err)
	return r
}

// TestManyPaths: references are not copied out, so neither a Match nor an
// Explanation grows with the number of paths.
func TestManyPaths(t *testing.T) {
	set := chain(t, MaxSegments-1)
	r := mustParse(t, `{"segment":"s0"}`)
	s, err := Compile(r, testSchema(t), set)
	require.NoError(t, err)
	truth, err := s.Decide(testRecord(t), testDay)
	require.NoError(t, err)
	require.Equal(t, Unknown, truth) // staff is missing, so that no part decides
	x, err := s.Explain(testRecord(t), testDay)
	require.NoError(t, err)
	require.Equal(t, Unknown, x.Truth)
	require.Less(t, len(x.String()), 1_000_000)

	_, err = Compile(r, testSchema(t), chain(t, MaxSegments))
	require.ErrorContains(t, err, "more than 256 segments")
}

func TestNewSchemaRefuses(t *testing.T) {
	_, err := NewSchema(
		[]Field{{"", TypeText, 0}, {"a", 0, 0}, {"b", TypeTags + 1, 0}, {"c", TypeNumber, 19}, {"d", TypeNumber, -1}, {"e", TypeDay, 1}, {"\xff", TypeDay, 0}, {"a\n", TypeDay, 0}},
		[]EventKind{{"k", []Field{{"x", TypeBool, 0}, {"x", TypeBool, 0}}}, {"k", nil}, {strings.Repeat("k", 256), nil}})
	var got []string
	for _, e := range Problems(err) {
		require.ErrorIs(t, e, ErrInvalid)
		got = append(got, e.Path)
	}
	require.Equal(t, []string{
		"/attributes/0/name", "/attributes/1/type", "/attributes/2/type", "/attributes/3/scale", "/attributes/4/scale", "/attributes/5/scale",
		"/attributes/6/name", "/attributes/7/name", "/events/0/attributes/1/name", "/events/1/name", "/events/2/name"}, got)
	_, err = NewSchema(nil, nil)
	require.NoError(t, err)
}

// TestSchemaKeepsNoSlice: what the caller does to its slices later is its own.
func TestSchemaKeepsNoSlice(t *testing.T) {
	fields := []Field{{"a", TypeNumber, 0}}
	kinds := []EventKind{{"e", []Field{{"x", TypeNumber, 0}}}}
	schema, err := NewSchema(fields, kinds)
	require.NoError(t, err)
	fields[0].Type, kinds[0].Attributes[0].Type, kinds[0].Name = TypeText, TypeText, "f"
	_, err = Compile(mustParse(t, `{"all":[{"attribute":"a","eq":1},{"event":"e","sum":{"of":"x","eq":1}}]}`), schema, nil)
	require.NoError(t, err)
}
