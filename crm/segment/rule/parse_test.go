package rule

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// one is a condition that is well-formed, to build others around it.
const one = `{"attribute":"a","eq":1}`

// nested returns all of all of … one, depth times all.
func nested(depth int) string {
	return strings.Repeat(`{"all":[`, depth) + one + strings.Repeat(`]}`, depth)
}

// TestParseRefuses is the table of hard inputs: each is refused, at its place.
func TestParseRefuses(t *testing.T) {
	for _, tt := range []struct {
		name, text   string
		line, column int
		path, reason string
	}{
		// Syntax.
		{"nothing", ``, 1, 1, "", "a value is missing"},
		{"white space", " \n\t", 2, 2, "", "a value is missing"},
		{"a mark alone", "\uFEFF", 1, 1, "", "a value is missing"},
		{"two marks", "\uFEFF\uFEFF" + one, 1, 1, "", "no value of JSON"},
		{"a mark inside", `{"all":` + "\uFEFF" + `[]}`, 1, 8, "/all", "no value of JSON"},
		{"UTF-16", "\xff\xfe{\x00}\x00", 1, 1, "", "no value of JSON"},
		{"trailing data", one + ` {}`, 1, 26, "", "more after the end"},
		{"trailing comma in a list", `{"all":[` + one + `,]}`, 1, 34, "/all/1", "no value of JSON"},
		{"trailing comma in an object", `{"attribute":"a",}`, 1, 18, "", "a key in quotes"},
		{"a comment", `{"all":[] // nothing` + "\n}", 1, 11, "", "a comma or }"},
		{"single quotes", `{'all':[]}`, 1, 2, "", "a key in quotes"},
		{"no colon", `{"all" []}`, 1, 8, "/all", "a colon"},
		{"no comma", `{"all":[` + one + one + `]}`, 1, 33, "/all", "a comma or ]"},
		{"no end of a list", `{"all":[` + one, 1, 33, "/all", "a comma or ]"},
		{"no end of a string", `{"attribute":"a`, 1, 16, "/attribute", "no end"},
		{"no end of an escape", `{"attribute":"a\`, 1, 16, "/attribute", "no end"},
		{"NaN", `{"attribute":"a","eq":NaN}`, 1, 23, "/eq", "no value of JSON"},
		{"Infinity", `{"attribute":"a","eq":-Infinity}`, 1, 24, "/eq", "a digit is missing"},
		{"plus", `{"attribute":"a","eq":+1}`, 1, 23, "/eq", "no value of JSON"},
		{"leading zero", `{"attribute":"a","eq":01}`, 1, 25, "/eq", "begin with 0"},
		{"point without a digit", `{"attribute":"a","eq":1.}`, 1, 25, "/eq", "after the point"},
		{"exponent without a digit", `{"attribute":"a","eq":1e+}`, 1, 26, "/eq", "exponent"},
		{"hexadecimal", `{"attribute":"a","eq":0x1}`, 1, 24, "", "a comma or }"},
		{"a control character", "{\"attribute\":\"a\nb\"}", 1, 16, "/attribute", "control character"},
		{"invalid UTF-8", "{\"attribute\":\"上\xe4\xb8\"}", 1, 16, "/attribute", "invalid UTF-8"},
		{"invalid UTF-8 in a key", "{\"\xff\":1}", 1, 3, "", "invalid UTF-8"},
		{"a surrogate in UTF-8", "{\"attribute\":\"\xed\xa0\x80\"}", 1, 15, "/attribute", "invalid UTF-8"},
		{"overlong UTF-8", "{\"attribute\":\"\xc0\xaf\"}", 1, 15, "/attribute", "invalid UTF-8"},
		{"an unknown escape", `{"attribute":"\x41"}`, 1, 15, "/attribute", `after \`},
		{"a short escape", `{"attribute":"\u12"}`, 1, 15, "/attribute", `after \`},
		{"a sign in an escape", `{"attribute":"\u+123"}`, 1, 15, "/attribute", `after \`},
		{"a high surrogate alone", `{"attribute":"\ud83d"}`, 1, 15, "/attribute", "surrogate"},
		{"a high surrogate and a letter", `{"attribute":"\ud83dA"}`, 1, 15, "/attribute", "surrogate"},
		{"two high surrogates", `{"attribute":"\ud83d\ud83d"}`, 1, 15, "/attribute", "surrogate"},
		{"a low surrogate first", `{"attribute":"\ude00\ud83d"}`, 1, 15, "/attribute", "surrogate"},
		{"too deep", nested(64), 1, 1 + 64*8, strings.Repeat("/all/0", 64), "nested deeper than 128"},
		{"much too deep", strings.Repeat("[", MaxSize), 1, 129, strings.Repeat("/0", 128), "nested deeper than 128"},

		// Keys.
		{"a duplicate key", `{"all":[` + one + `],"all":[` + one + `]}`, 1, 35, "/all", "twice"},
		{"a duplicate key by an escape", `{"attribute":"a","eq":1,"\u0065q":1}`, 1, 25, "/eq", "twice"},
		{"an unknown key", `{"attribute":"a","eq":1,"a/~b":2}`, 1, 25, "/a~1~0b", "no key here"},
		{"an unknown key in not", `{"not":` + one + `,"eq":1}`, 1, 33, "/eq", "no key here"},
		{"an unknown key in an event", `{"event":"e","count":{"ge":1},"days":3}`, 1, 31, "/days", "no key here"},
		{"a head in a measure", `{"event":"e","count":{"ge":1,"all":[]}}`, 1, 30, "/count/all", "no key here"},
		{"of in count", `{"event":"e","count":{"ge":1,"of":"x"}}`, 1, 30, "/count/of", "no key here"},
		{"another case", `{"attribute":"a","EQ":1}`, 1, 18, "/EQ", "no key here"},
		{"two heads", `{"any":[` + one + `],"not":` + one + `}`, 1, 35, "/not", "any already"},
		{"no head", `{"eq":1}`, 1, 1, "", "needs one of all"},
		{"an empty object", `{}`, 1, 1, "", "needs one of all"},

		// Kinds.
		{"an array", `[]`, 1, 1, "", "an object is needed here, not an array"},
		{"null", `null`, 1, 1, "", "not null"},
		{"all of an object", `{"all":{}}`, 1, 8, "/all", "an array is needed"},
		{"all of nothing", `{"all":[]}`, 1, 8, "/all", "says nothing"},
		{"any of nothing", `{"not":{"any":[ ]}}`, 1, 15, "/not/any", "says nothing"},
		{"all of a string", `{"all":["a"]}`, 1, 9, "/all/0", "an object is needed here, not a string"},
		{"not of an array", `{"not":[]}`, 1, 8, "/not", "an object is needed"},
		{"a name that is a number", `{"attribute":1,"eq":1}`, 1, 14, "/attribute", "a string is needed here, not a number"},
		{"an empty name", `{"segment":""}`, 1, 12, "/segment", "empty"},
		{"an overlong name", `{"segment":"` + strings.Repeat("上", 86) + `"}`, 1, 12, "/segment", "longer than 255 bytes"},
		{"NUL in a name", `{"segment":"a\u0000"}`, 1, 12, "/segment", "control character"},

		// Comparisons.
		{"no operator", `{"attribute":"a"}`, 1, 1, "", "an operator is missing"},
		{"two operators", `{"attribute":"a","ge":1,"le":2}`, 1, 25, "/le", "ge already"},
		{"compared with null", `{"attribute":"a","eq":null}`, 1, 23, "/eq", "exists asks"},
		{"compared with an array", `{"attribute":"a","eq":[1]}`, 1, 23, "/eq", "not an array"},
		{"in nothing", `{"attribute":"a","in":[]}`, 1, 23, "/in", "never true"},
		{"in no list", `{"attribute":"a","in":"上海"}`, 1, 23, "/in", "an array is needed"},
		{"in a nested list", `{"attribute":"a","in":[1,[2]]}`, 1, 26, "/in/1", "not an array"},
		{"between one", `{"attribute":"a","between":[1]}`, 1, 28, "/between", "two values"},
		{"between, the higher first", `{"attribute":"a","between":[1.5,1.49]}`, 1, 28, "/between", "lower value first"},
		{"contains nothing", `{"attribute":"a","contains":""}`, 1, 29, "/contains", "empty text"},
		{"prefix of a number", `{"attribute":"a","prefix":1}`, 1, 27, "/prefix", "a string is needed"},
		{"exists by a word", `{"attribute":"a","exists":"yes"}`, 1, 27, "/exists", "true or false is needed"},
		{"daysAgo of a number", `{"attribute":"a","daysAgo":3}`, 1, 28, "/daysAgo", "an object is needed"},
		{"daysAgo of daysAgo", `{"attribute":"a","daysAgo":{"daysAgo":{"eq":1}}}`, 1, 29, "/daysAgo/daysAgo", "does not compare numbers"},
		{"daysAgo of half a day", `{"attribute":"a","daysAgo":{"ge":0.5}}`, 1, 34, "/daysAgo/ge", "whole number"},
		{"daysAgo of a text", `{"attribute":"a","daysAgo":{"in":[1,"2"]}}`, 1, 37, "/daysAgo/in/1", "a number is needed here, not a string"},

		// Numbers.
		{"19 digits", `{"attribute":"a","eq":1234567890123456789}`, 1, 23, "/eq", "out of range"},
		{"19 digits around the point", `{"attribute":"a","eq":1.234567890123456789}`, 1, 23, "/eq", "out of range"},
		{"10^18", `{"attribute":"a","eq":1e18}`, 1, 23, "/eq", "out of range"},
		{"19 places", `{"attribute":"a","eq":-1e-19}`, 1, 23, "/eq", "out of range"},
		{"a huge exponent", `{"attribute":"a","eq":1e400}`, 1, 23, "/eq", "out of range"},
		{"an exponent beyond int64", `{"attribute":"a","eq":1e-99999999999999999999}`, 1, 23, "/eq", "out of range"},
		{"a long number", `{"attribute":"a","eq":` + strings.Repeat("9", 100_000) + `}`, 1, 23, "/eq", "out of range"},

		// Events.
		{"no measure", `{"event":"e"}`, 1, 1, "", "one of count, sum"},
		{"two measures", `{"event":"e","count":{"ge":1},"lastDaysAgo":{"le":3}}`, 1, 31, "/lastDaysAgo", "count already"},
		{"a negative count", `{"event":"e","count":{"ge":-1}}`, 1, 28, "/count/ge", "from 0 to 2147483647"},
		{"a count of a half", `{"event":"e","count":{"ge":0.5}}`, 1, 28, "/count/ge", "whole number"},
		{"a huge count", `{"event":"e","count":{"ge":2147483648}}`, 1, 28, "/count/ge", "whole number"},
		{"a count as a number", `{"event":"e","count":3}`, 1, 22, "/count", "an object is needed"},
		{"a count that exists", `{"event":"e","count":{"exists":true}}`, 1, 23, "/count/exists", "does not compare numbers"},
		{"a count from more to less", `{"event":"e","count":{"between":[3,2]}}`, 1, 33, "/count/between", "lower value first"},
		{"a sum of nothing", `{"event":"e","sum":{"ge":1}}`, 1, 20, "/sum", "sum needs of"},
		{"a sum of a number", `{"event":"e","sum":{"of":1,"ge":1}}`, 1, 26, "/sum/of", "a string is needed"},
		{"an event in a filter", `{"event":"e","where":{"all":[{"event":"e","count":{"ge":1}}]},"count":{"ge":1}}`, 1, 31, "/where/all/0/event", "another event"},
		{"a segment in a filter", `{"event":"e","where":{"segment":"s"},"count":{"ge":1}}`, 1, 23, "/where/segment", "another segment"},

		// Windows.
		{"a window of 0 days", `{"event":"e","within":{"days":0},"count":{"ge":1}}`, 1, 31, "/within/days", "from 1 to 3652059"},
		{"a window by a text", `{"event":"e","within":{"days":"7"},"count":{"ge":1}}`, 1, 31, "/within/days", "a number is needed here, not a string"},
		{"a negative window", `{"event":"e","within":{"months":-1},"count":{"ge":1}}`, 1, 33, "/within/months", "from 1 to 119988"},
		{"a huge window", `{"event":"e","within":{"days":1e9},"count":{"ge":1}}`, 1, 31, "/within/days", "from 1 to 3652059"},
		{"days and months", `{"event":"e","within":{"days":1,"months":1},"count":{"ge":1}}`, 1, 23, "/within", "days, or months"},
		{"an empty window", `{"event":"e","within":{},"count":{"ge":1}}`, 1, 23, "/within", "a window needs"},
		{"a window by a word", `{"event":"e","within":"ever","count":{"ge":1}}`, 1, 23, "/within", "an object is needed"},
		{"a window of weeks", `{"event":"e","within":{"weeks":1},"count":{"ge":1}}`, 1, 24, "/within/weeks", "no key here"},
		{"no date", `{"event":"e","within":{"from":"2025-02-29"},"count":{"ge":1}}`, 1, 31, "/within/from", "YYYY-MM-DD"},
		{"an instant", `{"event":"e","within":{"from":"2025-02-28T00:00:00Z"},"count":{"ge":1}}`, 1, 31, "/within/from", "YYYY-MM-DD"},
		{"before not after from", `{"event":"e","within":{"from":"2025-01-01","before":"2025-01-01"},"count":{"ge":1}}`, 1, 53, "/within/before", "the window is empty"},

		// Places: columns count code points, lines end with \n, a mark has no column.
		{"after Chinese", `{"attribute":"上海","eq":}`, 1, 24, "/eq", "no value of JSON"},
		{"after CRLF", "{\r\n\t\"attribute\": \"a\",\r\n\t\"eq\": nil\r\n}", 3, 8, "/eq", "no value of JSON"},
		{"after a mark", "\uFEFF{\"all\":[]}", 1, 8, "/all", "says nothing"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			r, err := Parse([]byte(tt.text))
			require.Nil(t, r)
			require.ErrorIs(t, err, ErrInvalid)
			first := Problems(err)[0]
			require.Equal(t, []any{tt.line, tt.column, tt.path}, []any{first.Line, first.Column, first.Path}, err.Error())
			require.Contains(t, first.Reason, tt.reason)
			require.Equal(t, tt.column, 1+len([]rune(strings.TrimPrefix(lastLine(tt.text[:first.Offset]), "\uFEFF"))))
			require.True(t, strings.HasPrefix(err.Error(), "rule: line "))
		})
	}
}

func lastLine(s string) string { return s[strings.LastIndexByte(s, '\n')+1:] }

func TestParseRefusesLongText(t *testing.T) {
	_, err := Parse([]byte(one + strings.Repeat(" ", MaxSize)))
	require.ErrorIs(t, err, ErrInvalid)
	require.ErrorContains(t, err, "longer than 1048576 bytes")
	_, err = Parse([]byte(one + strings.Repeat(" ", MaxSize-len(one))))
	require.NoError(t, err)
}

// TestParseAccepts has the hard inputs that are rules, with the one form in
// which they are written.
func TestParseAccepts(t *testing.T) {
	for _, tt := range []struct{ text, want string }{
		{"\uFEFF" + one, one},
		{"\r\n\t {\n\"eq\" : 1 , \"attribute\":\"a\"} \n", one},
		{nested(63), nested(63)},
		{`{"attribute":"\u0061\/\"\\\b\f\n\r\t","exists":true}`, ``},
		{`{"attribute":"\u4e0a\u6D77","eq":"\ud83d\ude00\u0000\u001f\u007f"}`, `{"attribute":"上海","eq":"😀\u0000\u001f` + "\x7f" + `"}`},
		{`{"attribute":"a","in":[1.50,15e-1,-0.0,-0,0e99999999999,1E+2,1e17,999999999999999999]}`, `{"attribute":"a","in":[1.5,1.5,0,0,0,100,100000000000000000,999999999999999999]}`},
		{`{"attribute":"a","eq":0.000000000000000001}`, `{"attribute":"a","eq":0.000000000000000001}`},
		{`{"attribute":"a","eq":-123.4500e1}`, `{"attribute":"a","eq":-1234.5}`},
		{`{"attribute":"a","eq":1` + strings.Repeat("0", 50_000) + `e-50000}`, one},
		{`{"attribute":"a","eq":0.` + strings.Repeat("0", 50_000) + `1e50001}`, one},
		{`{"attribute":"a","eq":1.` + strings.Repeat("0", 50_000) + `}`, one},
		{`{"attribute":"a","between":[1,1.0]}`, `{"attribute":"a","between":[1,1]}`},
		{`{"count":{"in":[0,2147483647]},"event":"e","where":` + one + `,"within":{"before":"2025-03-01","from":"2025-02-28"}}`,
			`{"event":"e","where":` + one + `,"within":{"from":"2025-02-28","before":"2025-03-01"},"count":{"in":[0,2147483647]}}`},
		{`{"event":"e","within":{"before":"9999-12-31"},"sum":{"le":-0.5,"of":"x"}}`, `{"event":"e","within":{"before":"9999-12-31"},"sum":{"of":"x","le":-0.5}}`},
		{`{"event":"e","within":{"days":3652059},"firstDaysAgo":{"gt":0}}`, `{"event":"e","within":{"days":3652059},"firstDaysAgo":{"gt":0}}`},
		{`{"event":"e","within":{"months":119988},"lastDaysAgo":{"ne":1e3}}`, `{"event":"e","within":{"months":119988},"lastDaysAgo":{"ne":1000}}`},
		{`{"attribute":"d","daysAgo":{"between":[-3652059,7]}}`, `{"attribute":"d","daysAgo":{"between":[-3652059,7]}}`},
		{`{"attribute":"a\"\\b","eq":"\"\\\/"}`, `{"attribute":"a\"\\b","eq":"\"\\/"}`},
		{`{"attribute":"all","eq":false}`, `{"attribute":"all","eq":false}`},
	} {
		r, err := Parse([]byte(tt.text))
		if tt.want == "" { // only the name is refused
			require.ErrorContains(t, err, "control character")
			continue
		}
		require.NoError(t, err)
		require.Equal(t, tt.want, r.String())
		again, err := Parse([]byte(tt.want))
		require.NoError(t, err)
		require.Equal(t, tt.want, again.String())
		require.True(t, json.Valid([]byte(tt.want)))
	}
}

// TestParseReportsAll: everything but syntax is reported at once, in order.
func TestParseReportsAll(t *testing.T) {
	_, err := Parse([]byte(`{"any": [
		{"all": []},
		{"attribute": "", "eq": null, "x": 1},
		{"event": "e", "within": {"days": 0}, "count": {"ge": -1}, "count": {"le": "2"}},
		{"segment": 7, "segment": "a"}
	]}`))
	var lines []int
	for _, e := range Problems(err) {
		require.ErrorIs(t, e, ErrInvalid)
		lines = append(lines, e.Line)
	}
	require.Equal(t, []int{2, 3, 3, 3, 4, 4, 4, 5, 5}, lines, err.Error())

	_, err = Parse([]byte(`{"all":[` + strings.Repeat(`{},`, 100_000) + `{}]}`))
	require.Len(t, Problems(err), maxProblems)
	_, err = Parse([]byte(`{` + strings.Repeat(`"a":1,`, 100_000) + `"a":1}`))
	require.Len(t, Problems(err), maxProblems)
}

// TestErrorsKeepValues: a rule may hold a telephone number, a message may not.
func TestErrorsKeepValues(t *testing.T) {
	_, err := Parse([]byte(`{"attribute":"phone","eq":13812345678.5e99}`))
	require.NotContains(t, err.Error(), "138")
	r, err := Parse([]byte(`{"attribute":"born","eq":"13812345678"}`))
	require.NoError(t, err)
	_, err = Compile(r, testSchema(t), nil)
	require.NotContains(t, err.Error(), "138")
}

func TestParseSet(t *testing.T) {
	set, err := ParseSet([]byte(`{"a":` + one + `,"客户":{"segment":"a"}}`))
	require.NoError(t, err)
	text, err := json.Marshal(set)
	require.NoError(t, err)
	again, err := ParseSet(text)
	require.NoError(t, err)
	require.Equal(t, fmt.Sprint(set), fmt.Sprint(again))
	require.Equal(t, []string{"a"}, set["客户"].Segments())
	require.Empty(t, mustParse(t, `{"event":"e","where":`+one+`,"count":{"ge":1}}`).Segments())

	set, err = ParseSet([]byte(`{}`))
	require.NoError(t, err)
	require.Empty(t, set)

	_, err = ParseSet([]byte("{\"a\":" + one + ",\n\"\":{},\"a\":" + one + ",\"b\":[]}"))
	var got []string
	for _, e := range Problems(err) {
		got = append(got, fmt.Sprintf("%d %d %s", e.Line, e.Column, e.Path))
	}
	require.Equal(t, []string{"2 1 /", "2 4 /", "2 7 /a", "2 40 /b"}, got)
	_, err = ParseSet([]byte(`[]`))
	require.ErrorContains(t, err, "an object is needed")
}

func TestZeroRule(t *testing.T) {
	var r Rule
	require.Empty(t, r.String())
	require.Empty(t, r.Segments())
	_, err := json.Marshal(&r)
	require.ErrorIs(t, err, ErrInvalid)
	require.ErrorIs(t, json.Unmarshal([]byte(`{"all":[]}`), &r), ErrInvalid)
	require.Empty(t, r.String(), "a failed read leaves the rule as it was")
}

func TestProblems(t *testing.T) {
	require.Nil(t, Problems(nil))
	require.Nil(t, Problems(fmt.Errorf("another")))
	_, err := Parse([]byte(`{}`))
	require.Len(t, Problems(fmt.Errorf("reading: %w", err)), 1)
	_, two := Parse([]byte(`{"all":[{},{}]}`))
	require.Len(t, Problems(fmt.Errorf("reading: %w", two)), 2)
	var e *Error
	require.ErrorAs(t, err, &e)
	text, err := json.Marshal(e)
	require.NoError(t, err)
	require.JSONEq(t, `{"path":"","offset":0,"line":1,"column":1,"reason":"a condition needs one of all, any, not, attribute, event and segment"}`, string(text))
}

// FuzzParse: no input panics; what is accepted is JSON to encoding/json too, and
// is written in a form that reads back as itself.
func FuzzParse(f *testing.F) {
	f.Add([]byte(one))
	f.Add([]byte(nested(3)))
	f.Add([]byte(`{"event":"e","where":{"not":` + one + `},"within":{"days":7},"sum":{"of":"x","between":[-1.5,2e3]}}`))
	f.Add([]byte(`{"any":[{"segment":"a"},{"attribute":"上海","daysAgo":{"in":[1,2]}},{"attribute":"\ud83d\ude00","prefix":"\u0000"}]}`))
	f.Add([]byte("\uFEFF{\"event\":\"e\",\"within\":{\"from\":\"2025-01-01\"},\"lastDaysAgo\":{\"lt\":1}}"))
	f.Fuzz(func(t *testing.T, data []byte) {
		r, err := Parse(data)
		set, setErr := ParseSet(data)
		if err != nil {
			for _, e := range Problems(err) {
				require.ErrorIs(t, e, ErrInvalid)
				require.True(t, e.Line > 0 && e.Column > 0 && e.Offset <= len(data))
			}
			require.NotEmpty(t, Problems(err))
		}
		if setErr == nil && len(set) > 0 {
			require.True(t, json.Valid([]byte(strings.TrimPrefix(string(data), "\uFEFF"))))
			_, _ = CompileSet(set, testSchema(t))
		}
		if err != nil {
			return
		}
		require.True(t, json.Valid([]byte(strings.TrimPrefix(string(data), "\uFEFF"))))
		text := r.String()
		require.True(t, json.Valid([]byte(text)))
		again, err := Parse([]byte(text))
		require.NoError(t, err)
		require.Equal(t, text, again.String())
		if s, err := Compile(r, testSchema(t), Set{"a": r}); err == nil {
			asOf := testDay
			want, err := s.Decide(testRecord(t), asOf)
			require.NoError(t, err)
			x, err := s.Explain(testRecord(t), asOf)
			require.NoError(t, err)
			require.Equal(t, want, x.Truth)
			_, err = s.Recheck(testRecord(t), asOf)
			require.NoError(t, err)
		}
	})
}
