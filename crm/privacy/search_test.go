package privacy_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"unicode/utf16"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/guanxi-go/guanxi/crm/privacy"
)

// units writes s in UTF-16.
func units(s string, little bool) []byte {
	var b []byte
	for _, u := range utf16.Encode([]rune(s)) {
		if little {
			b = append(b, byte(u), byte(u>>8))
		} else {
			b = append(b, byte(u>>8), byte(u))
		}
	}
	return b
}

// escaped writes s with every rune as \uXXXX.
func escaped(s, backslash, verb string) string {
	var b strings.Builder
	for _, u := range utf16.Encode([]rune(s)) {
		b.WriteString(backslash + "u" + fmt.Sprintf(verb, u))
	}
	return b.String()
}

func TestSearchForms(t *testing.T) {
	inner, err := json.Marshal(map[string]string{"name": `O"Neil <x>`})
	require.NoError(t, err)
	outer, err := json.Marshal(string(inner))
	require.NoError(t, err)
	tests := []struct {
		name, haystack, text string
		form                 privacy.Form
		offset               int
	}{
		{"as it is", "x张三x", "张三", privacy.UTF8, 1},
		{"in another case", "x ÉCOLE Ünal", "école ünal", privacy.UTF8, 2},
		{"Kelvin sign", "273 \u212a", "273 k", privacy.UTF8, 0},
		{"long s", "Meſſe", "MESSE", privacy.UTF8, 0},
		{"escaped", escaped("张三", `\`, "%04x"), "张三", privacy.JSONEscaped, 0},
		{"escaped, upper case", escaped("张三", `\`, "%04X"), "张三", privacy.JSONEscaped, 0},
		{"escaped twice", "x" + escaped("张三", `\\`, "%04x"), "张三", privacy.JSONEscaped, 1},
		{"escaped in part", `张` + escaped("三", `\`, "%04x"), "张三", privacy.JSONEscaped, 0},
		{"escaped beyond the plane", escaped("𠮷野", `\`, "%04x"), "𠮷野", privacy.JSONEscaped, 0},
		{"escaped beyond the plane twice", escaped("𠮷野", `\\\`, "%04x"), "𠮷野", privacy.JSONEscaped, 0},
		{"escaped letters in another case", escaped("LI LEI", `\`, "%04x"), "Li Lei", privacy.JSONEscaped, 0},
		{"quotes and brackets", string(inner), `o"neil <X>`, privacy.JSONEscaped, 9},
		{"JSON in JSON", string(outer), `o"neil <X>`, privacy.JSONEscaped, 13},
		{"escapes of one letter", `a\/b\tc\nd\re\ff\bg`, "a/b\tc\nd\re\ff\bg", privacy.JSONEscaped, 0},
		{"little endian", "\x00" + string(units("张三", true)), "张三", privacy.UTF16LE, 1},
		{"big endian", "\x01\x02" + string(units("张三", false)), "张三", privacy.UTF16BE, 2},
		{"digits, little endian", "x" + string(units("13800138000", true)), "13800138000", privacy.UTF16LE, 1},
		{"beyond the plane, little endian", string(units("𠮷", true)), "𠮷", privacy.UTF16LE, 0},
		{"beyond the plane, big endian", string(units("𠮷", false)), "𠮷", privacy.UTF16BE, 0},
		{"among broken bytes", "\xff\xe5张三\xe5", "张三", privacy.UTF8, 2},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			hits, err := privacy.Search([]byte(tt.haystack), []string{tt.text})
			require.NoError(t, err)
			require.Equal(t, []privacy.Hit{{Offset: tt.offset, Form: tt.form}}, hits)
		})
	}
}

func TestSearchFindsNothingElse(t *testing.T) {
	for _, haystack := range []string{"", "张", "张 三", "三张", `\u5f20`, `\u5f20\u4e0`, `\u5f20\u4e0g`, `\ud842\u5f20`, `\`, `\u`, `\ud842\`, `\ud842\udfb`, `\x5f`, "\x20\x5f\x09", "\x5f\x20\x4e", string(units("张四", true))} {
		hits, err := privacy.Search([]byte(haystack), []string{"张三", "𠮷"})
		require.NoError(t, err)
		require.Empty(t, hits, "%q", haystack)
	}
	hits, err := privacy.Search([]byte("aaa"), []string{"aa", "A"})
	require.NoError(t, err)
	require.Equal(t, []privacy.Hit{{0, 0, privacy.UTF8}, {1, 0, privacy.UTF8}, {0, 1, privacy.UTF8}, {1, 1, privacy.UTF8}, {1, 2, privacy.UTF8}}, hits)
	hits, err = privacy.Search([]byte("x"), nil)
	require.NoError(t, err)
	require.Empty(t, hits)
	for _, texts := range [][]string{{"a", ""}, {"a", "\xff"}} {
		_, err := privacy.Search(nil, texts)
		require.Equal(t, []string{"texts[1]"}, fields(t, err))
	}
}

// A text that is put anywhere into any bytes, in any of the forms, is found there.
func FuzzSearch(f *testing.F) {
	f.Add("张三", []byte("前\\后\\"), []byte{0xff, 0x5c}, uint8(1))
	f.Add("Li Lei", []byte{}, []byte{}, uint8(3))
	f.Add(`\`, []byte("0"), []byte("0"), uint8('%'))
	f.Fuzz(func(t *testing.T, text string, before, after []byte, form uint8) {
		if _, err := privacy.Search(nil, []string{text}); err != nil {
			return
		}
		var middle []byte
		want := privacy.Form(form%4) + privacy.UTF8
		switch want {
		case privacy.UTF8:
			middle = []byte(text)
		case privacy.JSONEscaped:
			if strings.Contains(text, `\`) {
				return // found as it is, not escaped, says the comment of Search
			}
			middle = []byte(escaped(text, `\`, "%04x"))
			if len(before) > 0 && before[len(before)-1] == '\\' {
				before = append(before, ' ')
			}
		case privacy.UTF16LE:
			middle = units(text, true)
		case privacy.UTF16BE:
			middle = units(text, false)
		}
		haystack := append(append(append([]byte{}, before...), middle...), after...)
		hits, err := privacy.Search(haystack, []string{text})
		require.NoError(t, err)
		require.Contains(t, hits, privacy.Hit{Offset: len(before), Form: want})
	})
}

// In UTF-8 and without letters that have a case, the answer is that of strings.Index.
func TestSearchAgainstStrings(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		haystack := strings.Join(rapid.SliceOf(rapid.SampledFrom([]string{"张", "三", "1", "2", " "})).Draw(t, "haystack"), "")
		text := strings.Join(rapid.SliceOfN(rapid.SampledFrom([]string{"张", "三", "1", "2"}), 1, 3).Draw(t, "text"), "")
		hits, err := privacy.Search([]byte(haystack), []string{text})
		require.NoError(t, err)
		var got []int
		for _, h := range hits {
			require.Equal(t, privacy.UTF8, h.Form)
			got = append(got, h.Offset)
		}
		var want []int
		for i := range haystack {
			if strings.HasPrefix(haystack[i:], text) {
				want = append(want, i)
			}
		}
		require.Equal(t, want, got)
	})
}

func BenchmarkSearch(b *testing.B) {
	size := 16 << 20
	if testing.Short() {
		size = 1 << 20
	}
	haystack := []byte(strings.Repeat(`{"id":"C-1","name":"李四光","phone":"13900139000","text":"\u5f20\u56db \u0000"}`+"\x00\x00\x01", size/80))
	texts := []string{"张三", "13800138000", "zhangsan@example.com"}
	b.SetBytes(int64(len(haystack)))
	b.ReportAllocs()
	for b.Loop() {
		hits, err := privacy.Search(haystack, texts)
		if err != nil || len(hits) > 0 {
			b.Fatal(hits, err)
		}
	}
}

func BenchmarkPermitted(b *testing.B) {
	var entries []privacy.Consent
	for i := range 20 {
		entries = append(entries, privacy.Consent{Purpose: []string{"marketing", "delivery"}[i%2], Basis: privacy.ByConsent, Action: privacy.Action(i/2%2 + 1), Notice: 1, At: hour(i), Actor: "s-1"})
	}
	entries = append(entries, privacy.Consent{Purpose: "marketing", Basis: privacy.ByConsent, Action: privacy.Given, Notice: 1, At: hour(30), Actor: "s-1"})
	q := privacy.Question{Purpose: "marketing", At: hour(40), Age: privacy.FourteenUp, Notice: 1}
	b.ReportAllocs()
	for b.Loop() {
		if !privacy.Permitted(entries, q).Allowed {
			b.Fatal("not allowed")
		}
	}
}
