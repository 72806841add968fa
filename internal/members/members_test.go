package members_test

import (
	"encoding/json"
	"errors"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/require"

	"github.com/guanxi-go/guanxi/internal/members"
)

func all(object string) (names, values []string, err error) {
	err = members.Each([]byte(object), func(name, value []byte) error {
		names, values = append(names, string(name)), append(values, string(value))
		return nil
	})
	return names, values, err
}

func TestEach(t *testing.T) {
	for object, want := range map[string][2][]string{
		`{}`: {}, " {\n} ": {},
		`{"a":1}`: {{"a"}, {"1"}},
		` { "a" : null , "b" : [ {"c":1} , 2 ] } `: {{"a", "b"}, {"null", `[ {"c":1} , 2 ]`}},
		`{"a":"}\"{,","":{"a":{}}}`:                {{"a", ""}, {`"}\"{,"`, `{"a":{}}`}},
		`{"a\"b":true,"客":"户\\"}`:                  {{`a"b`, "客"}, {"true", `"户\\"`}},
	} {
		names, values, err := all(object)
		require.NoError(t, err, object)
		require.Equal(t, want, [2][]string{names, values}, object)
	}
	for _, object := range []string{"", " ", "[]", "1", "null", "{", `{"`, `{"a`, `{"a"`, `{"a":`, `{"a":1`, `{"a":1,`, `{"a":[`, `{"a":"\`, `{a:1}`, `{"a";1}`, `{"\`} {
		_, _, err := all(object)
		require.Error(t, err, object)
	}
}

func TestEachStops(t *testing.T) {
	boom := errors.New("boom")
	n := 0
	err := members.Each([]byte(`{"a":1,"b":2}`), func(_, _ []byte) error {
		n++
		return boom
	})
	require.Equal(t, boom, err)
	require.Equal(t, 1, n)
}

func TestElements(t *testing.T) {
	elements := func(array string) (values []string, err error) {
		err = members.Elements([]byte(array), func(value []byte) error {
			values = append(values, string(value))
			return nil
		})
		return values, err
	}
	for array, want := range map[string][]string{
		`[]`: nil, " [ ] ": nil, `[1]`: {"1"},
		` [ {"a":[1,2]} , "],[" , null ] `: {`{"a":[1,2]}`, `"],["`, "null"},
	} {
		values, err := elements(array)
		require.NoError(t, err, array)
		require.Equal(t, want, values, array)
	}
	for _, array := range []string{"", " ", "{}", "1", "null", "[", "[1", "[1,", `["`} {
		_, err := elements(array)
		require.Error(t, err, array)
	}
	boom := errors.New("boom")
	require.Equal(t, boom, members.Elements([]byte(`[1,2]`), func([]byte) error { return boom }))
}

// FuzzElements does for arrays what FuzzEach does for objects.
func FuzzElements(f *testing.F) {
	f.Add(`[1,{"b":{"c":[1,"}"]}}]`)
	f.Add(` [ "\"" , [] ] `)
	f.Add(`["`)
	f.Fuzz(func(t *testing.T, array string) {
		got := []string{}
		err := members.Elements([]byte(array), func(value []byte) error {
			got = append(got, string(value))
			return nil
		})
		var want []json.RawMessage
		if !json.Valid([]byte(array)) {
			return
		}
		if json.Unmarshal([]byte(array), &want) != nil || want == nil {
			require.Error(t, err)
			return
		}
		require.NoError(t, err)
		require.Len(t, got, len(want))
		for i, value := range want {
			require.Equal(t, string(value), got[i])
		}
	})
}

// FuzzText holds texts against encoding/json.
func FuzzText(f *testing.F) {
	for _, text := range []string{`""`, `"a"`, `"\""`, `"\\\"客"`, `"a\u0062\n\"c"`, `"\`, `"\"`, `"`, `1`} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, quoted string) {
		got, err := members.Text([]byte(quoted))
		var want string
		if !json.Valid([]byte(quoted)) || !utf8.ValidString(quoted) || quoted[0] != '"' || quoted[len(quoted)-1] != '"' {
			return
		}
		require.NoError(t, json.Unmarshal([]byte(quoted), &want))
		require.NoError(t, err)
		require.Equal(t, want, string(got))
	})
}

// FuzzEach holds what is JSON against encoding/json; of what is none it asks only that
// reading it ends.
func FuzzEach(f *testing.F) {
	f.Add(`{"a":1,"b":{"c":[1,"}"]}}`)
	f.Add(` { "a\u0062" : "\"" } `)
	f.Add(`{"a":1,"a":2}`)
	f.Add(`{"`)
	f.Fuzz(func(t *testing.T, object string) {
		got := map[string]string{}
		err := members.Each([]byte(object), func(name, value []byte) error {
			got[string(name)] = string(value)
			return nil
		})
		if !json.Valid([]byte(object)) || !utf8.ValidString(object) { // what is no UTF-8, encoding/json reads as something else
			return
		}
		var want map[string]json.RawMessage
		if json.Unmarshal([]byte(object), &want) != nil || want == nil {
			require.Error(t, err)
			return
		}
		require.NoError(t, err)
		require.Len(t, got, len(want))
		for name, value := range want {
			require.Equal(t, string(value), got[name])
		}
	})
}
