package party_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/guanxi-go/guanxi/crm/party"
)

// told returns the place and sentinel of each error, in order.
func told(err error) (list []string) {
	errs := []error{err}
	if many, ok := err.(interface{ Unwrap() []error }); ok {
		errs = many.Unwrap()
	}
	for _, err := range errs {
		var e *party.Error
		if errors.As(err, &e) {
			place := e.Field
			if e.ID != "" {
				place = e.ID + " " + place
			}
			if e.Position > 0 {
				place += fmt.Sprintf("@%d", e.Position)
			}
			for _, sentinel := range []error{party.ErrInvalid, party.ErrIncomplete, party.ErrDuplicate, party.ErrConflict, party.ErrNotFound, party.ErrOverflow, party.ErrCurrency} {
				if errors.Is(e, sentinel) {
					list = append(list, place+": "+sentinel.Error())
				}
			}
		}
	}
	return list
}

func TestPhones(t *testing.T) {
	for _, tt := range []struct{ raw, area, want string }{ // want: line value ext
		// scenario O-18
		{"+86 138-0013-8000", "", "mobile +8613800138000 "},
		{"008613800138000", "", "mobile +8613800138000 "},
		{"13800138000", "", "mobile +8613800138000 "},
		{"8613800138000", "", "mobile +8613800138000 "},
		{"010-65529988转8012", "", "landline +861065529988 8012"},
		{"(0755)26770000-123", "", "landline +8675526770000 123"},
		{"+86 (0)21 6888 1234", "", "landline +862168881234 "},
		{"400-810-8888", "", "400 4008108888 "},
		{"65529988", "", "local 65529988 "},
		{"12800138000", "", ""},

		{"１３８ ００１３ ８０００", "", "mobile +8613800138000 "},
		{"\u202d138\u200b00138000\u202c\u00a0", "", "mobile +8613800138000 "},
		{"013800138000", "", "mobile +8613800138000 "},
		{"(+86)13800138000", "", "mobile +8613800138000 "},
		{"（0086）13800138000", "", "mobile +8613800138000 "},
		{"+86 86 13800138000", "", ""},
		{"1380013800", "", ""},
		{"138001380000", "", ""},
		{"1380013xxxx", "", ""},
		{"13800138000-12", "", ""},
		{"13800138000转0123", "", "mobile +8613800138000 0123"},

		{"010-65529988", "", "landline +861065529988 "},
		{"01065529988", "", "landline +861065529988 "},
		{"+86-10-65529988-8012", "", "landline +861065529988 8012"},
		{"010－6552—9988", "", "landline +861065529988 "},
		{"010 6552 9988 分机：8012", "", "landline +861065529988 8012"},
		{"010-65529988 转分机 8012", "", "landline +861065529988 8012"},
		{"010-65529988 Ext. 8012", "", "landline +861065529988 8012"},
		{"010-65529988 extension 8012", "", "landline +861065529988 8012"},
		{"010-65529988x8012", "", "landline +861065529988 8012"},
		{"010-65529988#8012", "", "landline +861065529988 8012"},
		{"010-65529988轉8012", "", "landline +861065529988 8012"},
		{"010-65529988转", "", ""},
		{"010-65529988转总机", "", ""},
		{"010-65529988转123456789", "", ""},
		{"转8012", "", ""},
		{"0571-8765-4321", "", "landline +8657187654321 "},
		{"0571-8765-4321-9", "", "landline +8657187654321 9"},
		{"0755-2677000-1", "", "landline +867552677000 1"},
		{"010-6552998", "", ""},  // Beijing has eight digits
		{"010-15529988", "", ""}, // none begins with 1
		{"0400-8108888", "", ""},
		{"6552998", "", "local 6552998 "},
		{"65529988", "010", "landline +861065529988 "},
		{"6552998", "010", ""},
		{"6552998", "0310", "landline +863106552998 "},
		{"65529988转12", "010", "landline +861065529988 12"},
		{"13800138000", "010", "mobile +8613800138000 "},

		{"+864008108888", "", "400 4008108888 "},
		{"800 810 1234", "", "800 8008101234 "},
		{"400-810-8888转5", "", "400 4008108888 5"},
		{"4008108", "", "local 4008108 "},
		{"110", "", "service 110 "},
		{"12345", "", "service 12345 "},
		{"10086", "", "service 10086 "},
		{"95588", "", "service 95588 "},
		{"95013123", "", "service 95013123 "},
		{"96110", "", "service 96110 "},
		{"100", "", ""},
		{"1", "", ""},
		{"01012345", "", ""},

		{"+1 (212) 555-0123", "", "foreign +12125550123 "},
		{"001 212 555 0123", "", "foreign +12125550123 "},
		{"+44 (0)20 7946 0000", "", "foreign +442079460000 "},
		{"+852 2345 6789 ext 5", "", "foreign +85223456789 5"},
		{"+1234567890123456", "", ""},
		{"+0123456789", "", ""},
		{"+86", "", ""},
		{"+", "", ""},
		{"1 212 555 0123", "", ""},

		{"", "", ""},
		{"张伟 13800138000", "", ""},
		{"13800138000,", "", ""},
		{"1.38001E+10", "", ""},
		{"13800138000.0", "", ""},
		{"١٣٨٠٠١٣٨٠٠٠", "", ""},
		{strings.Repeat("1", 2000), "", ""},
		{"138\xff00138000", "", ""},
	} {
		got, err := party.NewIdentifier(party.Phone, tt.area, tt.raw)
		if tt.want == "" {
			require.ErrorIs(t, err, party.ErrInvalid, tt.raw)
			require.Zero(t, got, tt.raw)
			require.NotContains(t, err.Error(), "138")
			continue
		}
		require.NoError(t, err, tt.raw)
		require.Equal(t, tt.want, got.Line().String()+" "+got.Value+" "+got.Ext, tt.raw)
		require.NoError(t, got.Validate(), tt.raw)
	}
	for _, area := range []string{"10", "0", "010x", "0400", "0123456", "٠١٠", "1", "01"} {
		_, err := party.NewIdentifier(party.Phone, area, "65529988")
		require.Equal(t, []string{"scope: invalid"}, told(err), area)
	}
}

func TestParsePhones(t *testing.T) {
	phones, err := party.ParsePhones(" 13800138000/0755-26770000-12，13800138000;\n400-810-8888、 ", "")
	require.NoError(t, err)
	var got []string
	for _, p := range phones {
		got = append(got, p.Value+" "+p.Ext)
	}
	require.Equal(t, []string{"+8613800138000 ", "+8675526770000 12", "4008108888 "}, got)
	none, err := party.ParsePhones(" ; ", "")
	require.NoError(t, err)
	require.Empty(t, none)
	none, err = party.ParsePhones("010-65529988/89;13800138000;x", "")
	require.Equal(t, []string{"phone[1]: invalid", "phone[3]: invalid"}, told(err))
	require.Empty(t, none)
}

func TestCreditCodes(t *testing.T) {
	for raw, want := range map[string][]string{
		"91110105MA01ABCD5F": nil, // scenario O-18
		"９１１１０１０５ＭＡ０１ＡＢＣＤ５Ｆ": nil,
		"91110105ma01abcd5f":   nil,
		" 91110105 MA01ABCD5F": nil,
		"91350100M000100Y43":   nil, // an example that is often printed
		"91110105MA01ABCD5G":   {"credit-code@18: invalid"},
		"91110105MA01ABCD6J":   {"credit-code@17: invalid"},
		"9111O105MA01ABCD5F":   {"credit-code@5: invalid"},
		"9111O105MAI1ABCD5F":   {"credit-code@5: invalid", "credit-code@11: invalid"},
		"9111A105MA01ABCD5F":   {"credit-code@5: invalid"},
		"91110105MS01ABCD5F":   {"credit-code@10: invalid"},
		"91110105MA01ABCD5":    {"credit-code: invalid"},
		"91110105MA01ABCD5F1":  {"credit-code: invalid"},
		"91110105-MA01ABCD5F":  {"credit-code@9: invalid", "credit-code: invalid"},
		"九1110105MA01ABCD5F":   {"credit-code@1: invalid"},
		"":                     {"credit-code: invalid"},
	} {
		got, err := party.NewIdentifier(party.CreditCode, "", raw)
		require.Equal(t, want, told(err), raw)
		if want == nil {
			require.Len(t, got.Value, 18)
			require.True(t, got.Exclusive())
		}
	}
	_, err := party.NewIdentifier(party.CreditCode, "", "91110105MA01ABCD5G")
	require.EqualError(t, err, "party: credit-code: position 18: the check character would be F: invalid")
	_, err = party.NewIdentifier(party.CreditCode, "", "91110105MA0IABCD5F")
	require.EqualError(t, err, "party: credit-code: position 12: the letter I is never used, the digit 1 may be meant: invalid")
}

// creditCode writes a valid code by the text of the standards: powers and tables,
// without the weights of the code under test.
func creditCode(head, body string) string {
	const all, used = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ", "0123456789ABCDEFGHJKLMNPQRTUWXY"
	sum := 0
	for i, w := range []int{3, 7, 9, 10, 5, 8, 4, 2} {
		sum += w * strings.IndexByte(all, body[i])
	}
	inner := map[int]string{10: "X", 11: "0"}[11-sum%11]
	if inner == "" {
		inner = fmt.Sprint(11 - sum%11)
	}
	code := head + body + inner
	sum, power := 0, 1
	for i := range 17 {
		sum += power * strings.IndexByte(used, code[i])
		power = power * 3 % 31
	}
	return code + string(used[(31-sum%31)%31])
}

func TestCreditCodeCatchesSlips(t *testing.T) {
	const used = "0123456789ABCDEFGHJKLMNPQRTUWXY"
	rapid.Check(t, func(t *rapid.T) {
		code := creditCode(rapid.StringMatching(`[0-9A-HJY][0-9][1-6][0-9]{5}`).Draw(t, "head"), rapid.StringMatching(`[0-9A-HJ-NPQRTUWXY]{8}`).Draw(t, "body"))
		got, err := party.NewIdentifier(party.CreditCode, "", strings.ToLower(code))
		require.NoError(t, err)
		require.Equal(t, code, got.Value)

		i := rapid.IntRange(0, 17).Draw(t, "at")
		other := rapid.SampledFrom([]byte(used)).Draw(t, "other")
		if code[i] != other {
			wrong := []byte(code)
			wrong[i] = other
			_, err = party.NewIdentifier(party.CreditCode, "", string(wrong))
			require.ErrorIs(t, err, party.ErrInvalid, "one wrong character never passes")
		}
		if i > 0 && code[i-1] != code[i] {
			swapped := []byte(code)
			swapped[i-1], swapped[i] = swapped[i], swapped[i-1]
			_, err = party.NewIdentifier(party.CreditCode, "", string(swapped))
			require.ErrorIs(t, err, party.ErrInvalid, "two neighbours swapped never pass")
		}
	})
}

func TestEmails(t *testing.T) {
	longest := "a@" + strings.Repeat(strings.Repeat("b", 49)+".", 5) // and two bytes more
	for raw, want := range map[string]string{
		" Rune.Wang+CRM@Example.COM ":            "rune.wang+crm@example.com",
		"ｒｕｎｅ＠ｅｘａｍｐｌｅ．ｃｏｍ":                       "rune@example.com",
		"用户@例子.公司":                               "用户@例子.公司",
		"o'brien@ex-ample.co.uk":                 "o'brien@ex-ample.co.uk",
		"1@163.com":                              "1@163.com",
		"a@b@example.com":                        "",
		"example.com":                            "",
		"@example.com":                           "",
		"a@":                                     "",
		"a@localhost":                            "",
		"a@10.0.0.1":                             "",
		"a@example..com":                         "",
		"a@example.com.":                         "",
		"a@-example.com":                         "",
		"a@exam_ple.com":                         "",
		".a@example.com":                         "",
		"a..b@example.com":                       "",
		"a b@example.com":                        "",
		"\"a b\"@example.com":                    "",
		"王芳 <a@example.com>":                     "",
		"a@example.com;b@example.com":            "",
		strings.Repeat("a", 65) + "@example.com": "",
		strings.Repeat("a", 64) + "@" + strings.Repeat("b", 63) + ".com": strings.Repeat("a", 64) + "@" + strings.Repeat("b", 63) + ".com",
		"a@" + strings.Repeat("b", 64) + ".com":                          "",
		longest + "cn":                                                   longest + "cn",
		longest + "com":                                                  "",
		longest + "cn\u200b":                                             longest + "cn",
		"a@example.com\x00":                                              "",
		"a@example.com\xff\xfe":                                          "",
		"a@example.com\r\nBcc: b@x.com":                                  "",
	} {
		got, err := party.NewIdentifier(party.Email, "", raw)
		if want == "" {
			require.Equal(t, []string{"email: invalid"}, told(err), raw)
			continue
		}
		require.NoError(t, err, raw)
		require.Equal(t, want, got.Value)
		require.True(t, got.Exclusive())
		require.LessOrEqual(t, len(got.ClaimKey()), party.MaxClaimKey)
	}
}

func TestScopes(t *testing.T) {
	for _, kind := range []party.IdentifierKind{party.WeChatOpenID, party.WeChatUnionID, party.WeComExternalID, party.ExternalID} {
		_, err := party.NewIdentifier(kind, "", "oAbC-1_2")
		require.Equal(t, []string{"scope: incomplete"}, told(err))
		for _, scope := range []string{"a b", "应用", strings.Repeat("x", 65), "a\x1fb"} {
			_, err = party.NewIdentifier(kind, scope, "oAbC-1_2")
			require.Equal(t, []string{"scope: invalid"}, told(err))
		}
		got, err := party.NewIdentifier(kind, "wx12.3", " oAbC-1_2 ")
		require.NoError(t, err)
		require.Equal(t, party.Identifier{Kind: kind, Scope: "wx12.3", Value: "oAbC-1_2"}, got)
		require.True(t, got.Exclusive())
		_, err = party.NewIdentifier(kind, "wx12", " ")
		require.Equal(t, []string{kind.String() + ": invalid"}, told(err))
		for _, bad := range []string{"a\x1fb", "a\x00"} {
			_, err = party.NewIdentifier(kind, "wx12", bad)
			require.Error(t, err)
		}
	}
	for _, kind := range []party.IdentifierKind{party.Email, party.CreditCode} {
		_, err := party.NewIdentifier(kind, "x", "a@example.com")
		require.Equal(t, []string{"scope: invalid"}, told(err))
	}
	_, err := party.NewIdentifier(0, "", "x")
	require.Equal(t, []string{"kind: invalid"}, told(err))
	_, err = party.NewIdentifier(party.WeChatOpenID, "wx1", "o AbC")
	require.ErrorIs(t, err, party.ErrInvalid)
	got, err := party.NewIdentifier(party.ExternalID, "erp", "客户 7/上海")
	require.NoError(t, err)
	require.Equal(t, "客户 7/上海", got.Value)
}

func TestIdentifierValidate(t *testing.T) {
	for _, i := range []party.Identifier{
		{}, {Kind: 99, Value: "x"}, {Kind: party.Phone, Value: "13800138000"}, {Kind: party.Phone, Scope: "010", Value: "+861065529988"},
		{Kind: party.Phone, Value: "+861065529988转1"}, {Kind: party.Phone, Value: "+861065529988", Ext: "x"}, {Kind: party.Email, Value: "A@example.com"},
		{Kind: party.Email, Value: "a@example.com", Ext: "1"}, {Kind: party.CreditCode, Value: "91110105ma01abcd5f"}, {Kind: party.ExternalID, Scope: "erp", Value: " 1"},
	} {
		require.ErrorIs(t, i.Validate(), party.ErrInvalid, "%+v", i)
		require.Equal(t, "****", i.Masked(), "what is not in its normal form shows nothing")
	}
}

func TestExclusive(t *testing.T) {
	for raw, want := range map[string]bool{"13800138000": true, "13800138000转1": false, "010-65529988": false, "65529988": false,
		"4008108888": false, "8008101234": false, "95588": false, "+12125550123": false} {
		i, err := party.NewIdentifier(party.Phone, "", raw)
		require.NoError(t, err)
		require.Equal(t, want, i.Exclusive(), raw)
	}
	require.False(t, party.Identifier{}.Exclusive())
	require.False(t, party.Identifier{Kind: party.Phone, Value: "x"}.Exclusive())
}

func TestMasks(t *testing.T) {
	for _, tt := range []struct {
		kind         party.IdentifierKind
		scope, raw   string
		masked, dial string
	}{
		{party.Phone, "", "13800138000", "138****8000", "13800138000"},
		{party.Phone, "", "010-65529988转8012", "010****88", "01065529988"},
		{party.Phone, "", "0755-26770000", "0755****00", "075526770000"},
		{party.Phone, "", "65529988", "****88", "65529988"},
		{party.Phone, "", "4008108888", "4008108888", "4008108888"},
		{party.Phone, "", "+12125550123", "+****23", "+12125550123"},
		{party.Email, "", "rune@example.com", "r***@example.com", ""},
		{party.Email, "", "用户@例子.公司", "用***@例子.公司", ""},
		{party.CreditCode, "", "91110105MA01ABCD5F", "9111****CD5F", ""},
		{party.WeChatOpenID, "wx1", "o6_bmjrPTlm6_2sgVt7hMZOPfL2M", "****fL2M", ""},
		{party.ExternalID, "erp", "K-100234", "****34", ""},
		{party.ExternalID, "erp", "K-1", "****", ""},
	} {
		i, err := party.NewIdentifier(tt.kind, tt.scope, tt.raw)
		require.NoError(t, err)
		require.Equal(t, tt.masked, i.Masked())
		require.Equal(t, tt.dial, i.National())
		require.Equal(t, tt.kind == party.Phone, i.Line().Valid())

		var log strings.Builder
		slog.New(slog.NewTextHandler(&log, nil)).Info("x", "i", i)
		require.Contains(t, log.String(), "i.value="+strings.SplitN(tt.masked, "@", 2)[0])
		if tt.masked != tt.raw {
			require.NotContains(t, log.String(), i.Value)
		}
	}
	require.Equal(t, "", party.MaskName(""))
	require.Equal(t, "Z********", party.MaskName("Zhang Wei"))
}

func TestClaimKeys(t *testing.T) {
	i := party.Identifier{Kind: party.Phone, Value: "+861065529988", Ext: "8012"}
	require.Equal(t, "phone\x1f\x1f+861065529988\x1f8012", i.ClaimKey())
	long := party.Identifier{Kind: party.ExternalID, Scope: "erp", Value: strings.Repeat("客", 85)}
	require.NoError(t, long.Validate())
	require.Equal(t, "external\x1ferp\x1f\x1e", long.ClaimKey()[:14])
	require.Len(t, long.ClaimKey(), 14+64)
	other := long
	other.Value = strings.Repeat("客", 84) + "户"
	require.NotEqual(t, long.ClaimKey(), other.ClaimKey())
}

// Whatever is accepted is in its normal form, reads back as itself, and has a claim
// key as stated.
func requireNormal(t require.TestingT, i party.Identifier) {
	require.NoError(t, i.Validate())
	key := i.ClaimKey()
	require.LessOrEqual(t, len(key), party.MaxClaimKey)
	require.True(t, utf8.ValidString(key))
	require.NotContains(t, key, "\x00")
	require.NotEmpty(t, i.Masked())
	if i.Kind == party.Phone {
		require.True(t, i.Line().Valid())
		again, err := party.NewIdentifier(party.Phone, "", i.National())
		require.NoError(t, err)
		again.Ext = i.Ext
		require.Equal(t, i, again)
	}
	text, err := json.Marshal(i)
	require.NoError(t, err)
	var back party.Identifier
	require.NoError(t, json.Unmarshal(text, &back))
	require.Equal(t, i, back)
}

func TestWrittenAnyWay(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		type line struct{ digits, value string }
		drawn := rapid.OneOf(
			rapid.Map(rapid.StringMatching(`1[3-9][0-9]{9}`), func(s string) line { return line{s, "+86" + s} }),
			rapid.Map(rapid.StringMatching(`0(10|2[0-9])[2-8][0-9]{7}`), func(s string) line { return line{s, "+86" + s[1:]} }),
			rapid.Map(rapid.StringMatching(`0[3-79][1-9][0-9][2-8][0-9]{6,7}`), func(s string) line { return line{s, "+86" + s[1:]} }),
			rapid.Map(rapid.StringMatching(`[48]00[0-9]{7}`), func(s string) line { return line{s, s} }),
		).Draw(t, "number")
		var b strings.Builder
		b.WriteString(rapid.SampledFrom([]string{"", " ", "+86", "+86 ", "0086", "０086-"}).Draw(t, "prefix"))
		for _, r := range drawn.digits {
			if rapid.IntRange(0, 5).Draw(t, "wide") == 0 {
				r += '０' - '0'
			}
			b.WriteRune(r)
			b.WriteString(rapid.SampledFrom([]string{"", "", "", "", " ", ".", "\u200b"}).Draw(t, "gap"))
		}
		ext := rapid.StringMatching(`([1-9][0-9]{0,4})?`).Draw(t, "ext")
		if ext != "" {
			b.WriteString(rapid.SampledFrom([]string{"转", " 分机", " ext. ", "x", "#"}).Draw(t, "mark") + ext)
		}
		got, err := party.NewIdentifier(party.Phone, "", b.String())
		require.NoError(t, err, b.String())
		require.Equal(t, party.Identifier{Kind: party.Phone, Value: drawn.value, Ext: ext}, got, b.String())
		requireNormal(t, got)
	})
}

func FuzzParsePhones(f *testing.F) {
	for _, s := range []string{"010-65529988转8012", "+86 (0)21 6888 1234/13800138000", "0571-8765-4321-9", "（+86）138", "１２３x＃"} {
		f.Add(s, "")
		f.Add(s, "010")
	}
	f.Fuzz(func(t *testing.T, cell, area string) {
		phones, err := party.ParsePhones(cell, area)
		if err != nil {
			require.ErrorIs(t, err, party.ErrInvalid)
			require.Empty(t, phones)
		}
		for _, i := range phones {
			requireNormal(t, i)
		}
	})
}

func FuzzNewIdentifier(f *testing.F) {
	f.Add(uint8(party.Email), "", "İ@EXAMPLE.com")
	f.Add(uint8(party.CreditCode), "", "91110105ma01abcd5f")
	f.Add(uint8(party.WeChatOpenID), "wx1", "oAbC")
	f.Add(uint8(party.ExternalID), "erp", "客户 7")
	f.Fuzz(func(t *testing.T, kind uint8, scope, raw string) {
		i, err := party.NewIdentifier(party.IdentifierKind(kind), scope, raw)
		if err != nil {
			require.Zero(t, i)
			return
		}
		requireNormal(t, i)
	})
}

func FuzzCreditCode(f *testing.F) {
	f.Add("91110105MA01ABCD5F")
	f.Add("９1110105ma01abcd5ſ")
	f.Fuzz(func(t *testing.T, raw string) {
		i, err := party.NewIdentifier(party.CreditCode, "", raw)
		if err != nil {
			require.ErrorIs(t, err, party.ErrInvalid)
			return
		}
		require.Equal(t, creditCode(i.Value[:8], i.Value[8:16]), i.Value)
	})
}

func BenchmarkNewIdentifier(b *testing.B) {
	for name, tt := range map[string]struct {
		kind party.IdentifierKind
		raw  string
	}{
		"mobile":      {party.Phone, "138 0013 8000"},
		"landline":    {party.Phone, "010-65529988转8012"},
		"email":       {party.Email, "Rune@Example.com"},
		"credit-code": {party.CreditCode, "91110105MA01ABCD5F"},
	} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := party.NewIdentifier(tt.kind, "", tt.raw); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
