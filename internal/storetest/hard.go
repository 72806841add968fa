package storetest

import (
	"encoding/json"
	"math/rand/v2"
	"strings"
	"time"

	"github.com/guanxi-go/guanxi/internal/limit"
)

// The inputs on which stores have been seen to fail.

// HardIDs are ids that every store keeps, no two equal.
func HardIDs() []string {
	return []string{
		"0", "00", "a", "A", "é", "e\u0301", "ß", "ss", "ﬁ", "fi", "İ", "i", "ı", "\u00c5", "\u212b",
		"客户", "客戶", "客户 ", " 客户", "😀", "👨\u200d👩\u200d👧", "ａ", "\u200b", "\ufeffa", "\u202eabc",
		"%", "_", "a%", "a_", `\`, `\\`, `\0`, `%00`, "'", "''", `"`, "`", ";--", "$1", "?", ":id", "{}", "[1]", "null", "NULL", "true",
		"a b", "a  b", "a ", "a\t", "\t", " ", "  ", "\n", "\r\n", "\x01", "\x1f", "\x7f", "\u0080", "\u2028",
		"a/b", "a:b", "a\x1fb", "../a", "1e3", "1000", "-0", "+1", "0x10", "9223372036854775808",
		"\ufffd", "\uffff", "\U0010ffff", "\ud7ff", "\ue000",
		strings.Repeat("x", limit.ID), strings.Repeat("x", limit.ID-1), strings.Repeat("客", limit.ID/3),
		strings.Repeat("\U0010ffff", limit.ID/4), strings.Repeat(" ", limit.ID), strings.Repeat("%", limit.ID),
	}
}

// Lookalikes are ids that a store takes for one another if it folds case, trims,
// normalises or collates.
func Lookalikes() []string {
	return []string{"a", "A", "é", "e\u0301", "É", "a ", " a", "a\t", "ａ", "\u00c5", "\u212b", "ß", "ss", "SS", "i", "I", "İ", "ı", "ﬁ", "fi", "a\u200b", "客户", "客戶"}
}

// BrokenIDs are ids that no store accepts.
func BrokenIDs() []string {
	return []string{"", "\x00", "a\x00b", "a\x00", "\xff", "a\xc3", "\xed\xa0\x80", "\xf4\x90\x80\x80", "\xc0\xaf",
		strings.Repeat("x", limit.ID+1), strings.Repeat("客", limit.ID/3) + "x", strings.Repeat("x", 1<<20)}
}

// HardInstants are instants that every store keeps, no two equal.
func HardInstants() []time.Time {
	at := func(year int, month time.Month, day, hour, minute, second, micro int) time.Time {
		return time.Date(year, month, day, hour, minute, second, micro*1000, time.UTC)
	}
	return []time.Time{
		at(1, 1, 1, 0, 0, 0, 1), at(1, 1, 1, 0, 0, 1, 0), at(999, 12, 31, 23, 59, 59, 999999),
		at(1582, 10, 4, 23, 59, 59, 999999), at(1582, 10, 10, 12, 0, 0, 0), at(1582, 10, 15, 0, 0, 0, 0),
		at(1900, 2, 28, 23, 59, 59, 999999), at(1969, 12, 31, 23, 59, 59, 999999), at(1970, 1, 1, 0, 0, 0, 0), at(1970, 1, 1, 0, 0, 0, 1),
		at(2000, 2, 29, 12, 0, 0, 500000), at(2026, 3, 1, 8, 30, 59, 1), at(2026, 3, 1, 8, 30, 59, 999999),
		at(2038, 1, 19, 3, 14, 8, 0), at(2262, 4, 11, 23, 47, 16, 854776), at(9999, 12, 31, 23, 59, 59, 999999),
	}
}

// BrokenInstants are instants that no store accepts.
func BrokenInstants() []time.Time {
	shanghai := time.FixedZone("CST", 8*60*60)
	return []time.Time{
		time.Date(2026, 3, 1, 0, 0, 0, 1, time.UTC), time.Date(2026, 3, 1, 0, 0, 0, 999_999_999, time.UTC),
		time.Date(2026, 3, 1, 0, 0, 0, 0, shanghai), time.Date(10000, 1, 1, 0, 0, 0, 0, time.UTC), time.Date(0, 12, 31, 0, 0, 0, 0, time.UTC),
	}
}

// HardDocuments are JSON that every store keeps by value.
func HardDocuments() []string {
	return []string{
		`null`, `true`, `0`, `-0`, `""`, `[]`, `{}`, ` { "a" : 1 } `, `{"b":1,"a":[1,2,{"c":null}]}`,
		`"\u0000"`, `{"\u0000":"a\u0000b"}`, `"\u00e9\ud83d\ude00"`, `"é😀"`, `"e\u0301"`, `"\\u0000 \" \/ \b\f\n\r\t"`, `"\u2028\u2029<>&"`, `"\ufffd"`,
		`12345678901234567890123456789`, `9007199254740993`, `-9223372036854775808`, `18446744073709551615`, `0.1`, `1.10`, `1e2`, `1E-7`,
		`3.141592653589793238462643383279502884197`, strings.Repeat("9", 400) + "." + strings.Repeat("1", 400), `1e400`, `-1e-400`, `[0.30000000000000004]`,
		`{"a":{"a":{"a":{"a":{"a":[[[[[]]]]]}}}}}`, `{"":""}`, `{"键":"值","%":"_","'":"\""}`, `"%_\\'"`,
	}
}

// HardTexts are free texts that every store keeps byte by byte.
func HardTexts() []string {
	return []string{"", " ", "  both ends  ", "line\nline\r\nline\r", "\ttab", `\`, `'; DROP TABLE customers; --`, "\"", "é", "e\u0301",
		"王小明，您好！", "👨\u200d👩\u200d👧", "\ufeffBOM", "\ufffd\uffff\U0010ffff", "\x01\x02\x1f\x7f\u0080", "null", "{}", "\u202eright to left"}
}

// Shuffled is the numbers below n in an order that depends on the seed.
func Shuffled(n int, seed uint64) []int { return rand.New(rand.NewPCG(seed, 1)).Perm(n) }

// StringOf is a JSON string of n bytes, with two escapes in it.
func StringOf(n int) json.RawMessage {
	return json.RawMessage(`"\n` + strings.Repeat("x", n-6) + `\""`)
}

// Nested opens so many levels around a core.
func Nested(levels int, open, core, end string) string {
	return strings.Repeat(open, levels) + core + strings.Repeat(end, levels)
}

// Brief shortens what is printed of an id.
func Brief(id string) string { return id[:min(len(id), 20)] }
