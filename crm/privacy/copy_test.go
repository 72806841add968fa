package privacy_test

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/guanxi-go/guanxi/crm/privacy"
)

var head = privacy.CopyHead{Party: "C-1", Request: "r-1", AsOf: start}

func raw(name string, items ...string) privacy.Section {
	s := privacy.Section{Name: name}
	for _, item := range items {
		s.Items = append(s.Items, json.RawMessage(item))
	}
	return s
}

func TestCopyIsCanonical(t *testing.T) {
	want, err := privacy.NewCopy(head, raw("a", `{"b":1,"a":[1.0,{"y":null,"x":true}]}`), raw("b"))
	require.NoError(t, err)
	same, err := privacy.NewCopy(head, raw("b"), raw("a", " {\"a\" : [ 1.0, {\"x\":true,\n\"y\":null}],\t\"b\":1} "))
	require.NoError(t, err)
	require.Equal(t, want, same, "neither spaces nor the order of members and sections matter")
	require.Equal(t, map[string]int{"a": 1, "b": 0}, want.Counts)
	sum := sha256.Sum256(want.JSON)
	require.Equal(t, hex.EncodeToString(sum[:]), want.SHA256)
	require.True(t, json.Valid(want.JSON))

	other, err := privacy.NewCopy(head, raw("b"), raw("a", `{"b":1,"a":[1,{"y":null,"x":true}]}`))
	require.NoError(t, err)
	require.NotEqual(t, want.SHA256, other.SHA256, "a number stands as it is written")

	exact, err := privacy.NewCopy(head, raw("a", `{"n":12345678901234567890.10,"t":"<&> \u5f20 \u2028"}`))
	require.NoError(t, err)
	require.Contains(t, string(exact.JSON), `{"n":12345678901234567890.10,"t":"<&> 张 \u2028"}`)
}

func TestCopyRefuses(t *testing.T) {
	deep := strings.Repeat("[", 9999) + strings.Repeat("]", 9999)
	for name, tt := range map[string]struct {
		head     privacy.CopyHead
		sections []privacy.Section
		want     error
	}{
		"no head":       {privacy.CopyHead{}, nil, privacy.ErrInvalid},
		"no name":       {head, []privacy.Section{raw("")}, privacy.ErrInvalid},
		"twice":         {head, []privacy.Section{raw("a"), raw("a", "1")}, privacy.ErrDuplicate},
		"no JSON":       {head, []privacy.Section{raw("a", "{")}, privacy.ErrInvalid},
		"two values":    {head, []privacy.Section{raw("a", "1 2")}, privacy.ErrInvalid},
		"empty":         {head, []privacy.Section{raw("a", "")}, privacy.ErrInvalid},
		"not UTF-8":     {head, []privacy.Section{raw("a", "\"\xff\"")}, privacy.ErrInvalid},
		"member twice":  {head, []privacy.Section{raw("a", `{"x":[{"a":1,"a":2}]}`)}, privacy.ErrInvalid},
		"too deep":      {head, []privacy.Section{raw("a", deep)}, privacy.ErrInvalid},
		"no such year":  {privacy.CopyHead{Party: "C-1", AsOf: time.Date(10000, 1, 1, 0, 0, 0, 0, time.UTC)}, nil, privacy.ErrInvalid},
		"deep in items": {head, []privacy.Section{raw("a", "1", `{"a":{"b":1,"b":1}}`)}, privacy.ErrInvalid},
	} {
		_, err := privacy.NewCopy(tt.head, tt.sections...)
		require.ErrorIs(t, err, tt.want, name)
		var typed *privacy.Error
		require.ErrorAs(t, err, &typed)
	}
	_, err := privacy.SectionOf("a", []float64{math.NaN()})
	require.ErrorIs(t, err, privacy.ErrInvalid)
}

// Whatever the bytes, building a copy answers; its document says what the item said,
// and made an item again it stays as it is.
func FuzzNewCopy(f *testing.F) {
	for _, s := range []string{`{"a":1}`, `[1,"\ud800",{"b":{},"a":[]}]`, `{"a":1,"a":2}`, "1e400", "-0", `"\u0000"`, "{", "\xff"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, item string) {
		c, err := privacy.NewCopy(head, raw("a", item))
		if err != nil {
			require.ErrorIs(t, err, privacy.ErrInvalid)
			return
		}
		var document struct {
			Sections []struct{ Items []json.RawMessage }
		}
		require.NoError(t, json.Unmarshal(c.JSON, &document))
		got := document.Sections[0].Items[0]
		again, err := privacy.NewCopy(head, privacy.Section{Name: "a", Items: document.Sections[0].Items})
		require.NoError(t, err)
		require.Equal(t, c, again)
		decode := func(text []byte) (v any) {
			dec := json.NewDecoder(strings.NewReader(string(text)))
			dec.UseNumber()
			require.NoError(t, dec.Decode(&v))
			return v
		}
		require.Equal(t, fmt.Sprint(decode([]byte(item))), fmt.Sprint(decode(got)))
	})
}
