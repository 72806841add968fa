package reward_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/guanxi-go/guanxi/loyalty/reward"
)

var secret = []byte("0123456789abcdef-not-random")

func codes(t require.TestingT, purpose string, keys ...reward.Key) *reward.Codes {
	c, err := reward.NewCodes(purpose, keys...)
	require.NoError(t, err)
	return c
}

func signed(t require.TestingT, c *reward.Codes, id string) string {
	code, err := c.Sign(id)
	require.NoError(t, err)
	return code.Reveal()
}

func TestCodesRoundTrip(t *testing.T) {
	c := codes(t, "vouchers", reward.Key{ID: 15, Secret: secret})
	rapid.Check(t, func(t *rapid.T) {
		id := rapid.OneOf(rapid.StringMatching(`[A-Za-z0-9/_\-]{1,40}`), rapid.StringMatching(`[0-9]{1,22}`),
			rapid.StringMatching(`[券优惠é]{1,20}`)).Draw(t, "id")
		text := signed(t, c, id)
		got, err := c.Verify(text)
		require.NoError(t, err)
		require.Equal(t, id, got)
		require.NotContains(t, text, "I")
		require.NotContains(t, text, "U")
		// As people write it.
		plain := strings.ReplaceAll(text, "-", "")
		for _, form := range []string{strings.ToLower(text), plain, " " + strings.Join(strings.Split(plain, ""), "  ") + "\n",
			strings.ReplaceAll(strings.ReplaceAll(text, "1", "l"), "0", "O"), strings.ReplaceAll(text, "1", "I"),
			strings.ReplaceAll(text, "-", "—"), strings.Map(wide, text)} {
			got, err := c.Verify(form)
			require.NoError(t, err)
			require.Equal(t, id, got)
		}
	})
	for _, id := range []string{"0", "18446744073709551615", "18446744073709551616", "00", "+1", "-1", strings.Repeat("x", 255)} {
		got, err := c.Verify(signed(t, c, id))
		require.NoError(t, err)
		require.Equal(t, id, got)
	}
	require.Len(t, strings.ReplaceAll(signed(t, c, "123456"), "-", ""), 22)
	require.Len(t, strings.ReplaceAll(signed(t, c, "999999999"), "-", ""), 24)
}

func wide(r rune) rune { return r + '！' - '!' }

// Every single wrong symbol, and every two that have changed places, is found by the
// check symbol, before a key is asked; what passes it is not signed.
func TestCodesFindSlips(t *testing.T) {
	const symbols = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
	c := codes(t, "vouchers", reward.Key{ID: 3, Secret: secret})
	for _, id := range []string{"7", "123456", "999999999", "V-2026-1"} {
		text := []byte(strings.ReplaceAll(signed(t, c, id), "-", ""))
		for i := range text {
			was := text[i]
			for _, s := range []byte(symbols) {
				if text[i] = s; s != was {
					_, err := c.Verify(string(text))
					require.ErrorIs(t, err, reward.ErrMistyped)
				}
			}
			text[i] = was
			for j := range i {
				if text[i] != text[j] && i-j != 31 {
					text[i], text[j] = text[j], text[i]
					_, err := c.Verify(string(text))
					require.ErrorIs(t, err, reward.ErrMistyped)
					text[i], text[j] = text[j], text[i]
				}
			}
		}
	}
}

func TestCodesRefuseForgeries(t *testing.T) {
	old, new := reward.Key{ID: 1, Secret: secret}, reward.Key{ID: 2, Secret: []byte("another secret, as long as that")}
	before := codes(t, "vouchers", old)
	text := signed(t, before, "1001")

	rotated := codes(t, "vouchers", new, old)
	id, err := rotated.Verify(text)
	require.NoError(t, err)
	require.Equal(t, "1001", id)
	require.NotEqual(t, text, signed(t, rotated, "1001"))
	id, err = rotated.Verify(signed(t, rotated, "1001"))
	require.NoError(t, err)
	require.Equal(t, "1001", id)

	for name, c := range map[string]*reward.Codes{
		"retired key":     codes(t, "vouchers", new),
		"other secret":    codes(t, "vouchers", reward.Key{ID: 1, Secret: []byte("another secret, as long as that")}),
		"other purpose":   codes(t, "voucher", old),
		"the zero value":  {},
		"purpose is none": codes(t, "", old),
	} {
		_, err := c.Verify(text)
		typed := requireRefused(t, err, reward.ErrForged, "code")
		require.Empty(t, typed.ID, name)
	}
	// An altered id under a check symbol that fits: the chance is 2^-80.
	accepted := 0
	rng := rand.New(rand.NewPCG(1, 2))
	plain := []byte(strings.ReplaceAll(text, "-", ""))
	for range 1_000 {
		guess := append([]byte(nil), plain...)
		for k := 1 + rng.IntN(3); k > 0; k-- {
			guess[1+rng.IntN(len(guess)-2)] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"[rng.IntN(32)]
		}
		if string(guess) == string(plain) {
			continue
		}
		for _, s := range "0123456789ABCDEFGHJKMNPQRSTVWXYZ" {
			guess[len(guess)-1] = byte(s)
			if string(guess) == string(plain) {
				continue
			}
			_, err := before.Verify(string(guess))
			if err == nil {
				accepted++
			} else if errors.Is(err, reward.ErrForged) {
				break
			}
		}
	}
	require.Zero(t, accepted)
}

func TestCodesHardInputs(t *testing.T) {
	c := codes(t, "vouchers", reward.Key{ID: 3, Secret: secret})
	for _, text := range []string{"", " ", "-", "0", "U", "券", "\xff\xfe", "#", strings.Repeat("0", 17), strings.Repeat("0", 500),
		strings.Repeat(" ", 10_000), strings.Repeat("券", 10_000), "DROP TABLE"} {
		_, err := c.Verify(text)
		requireRefused(t, err, reward.ErrMistyped, "code")
	}
	_, err := c.Verify(strings.Repeat("0", 20)) // the check symbol fits, a number with a leading zero
	requireRefused(t, err, reward.ErrForged, "code")
	for _, id := range []string{"", "\x00", "\xff", strings.Repeat("x", 256)} {
		_, err := c.Sign(id)
		requireRefused(t, err, reward.ErrInvalid, "id")
	}
	_, err = (&reward.Codes{}).Sign("1")
	requireRefused(t, err, reward.ErrNotFound, "keys")
	_, err = reward.NewCodes("\x00")
	require.ErrorContains(t, err, "purpose")
	require.ErrorContains(t, err, "keys: are none")
	_, err = reward.NewCodes("", reward.Key{ID: 16, Secret: secret}, reward.Key{ID: 1, Secret: secret[:15]}, reward.Key{ID: 1, Secret: secret})
	require.ErrorIs(t, err, reward.ErrDuplicate)
	require.ErrorContains(t, err, "keys[0]: id is above 15")
	require.ErrorContains(t, err, "keys[1]: secret")
	own := append([]byte(nil), secret...)
	kept := codes(t, "vouchers", reward.Key{ID: 3, Secret: own})
	own[0]++
	require.Equal(t, signed(t, c, "1"), signed(t, kept, "1"), "the secrets are the value's own")
}

// Secrets and codes do not leave by printing, logging or marshalling.
func TestSecretsAreMasked(t *testing.T) {
	key := reward.Key{ID: 3, Secret: secret}
	c := codes(t, "vouchers", key)
	code, err := c.Sign("123456")
	require.NoError(t, err)
	batch, err := reward.VoucherTerms{Uses: 1}.IssueBatch([]string{"123456"}, c, by("s", on(1, 1, 0)))
	require.NoError(t, err)
	require.Equal(t, code, batch[0].Code)
	var out strings.Builder
	logger := slog.New(slog.NewJSONHandler(&out, nil))
	for _, v := range []any{key, &key, *c, c, code, &code, batch, batch[0]} {
		fmt.Fprintf(&out, "%v %+v %#v %s %q\n", v, v, v, v, v)
		logger.Info("m", "v", v)
		text, err := json.Marshal(v)
		require.NoError(t, err)
		out.Write(text)
	}
	require.NotContains(t, out.String(), string(secret[:6]))
	require.NotContains(t, out.String(), fmt.Sprint(secret[:6])[1:15])
	require.NotContains(t, out.String(), fmt.Sprintf("%x", secret[:6]))
	require.NotContains(t, out.String(), "MDEyMzQ1", "base 64")
	require.NotContains(t, out.String(), code.Reveal()[:5])
	require.NotContains(t, strings.ReplaceAll(out.String(), "-", ""), strings.ReplaceAll(code.Reveal(), "-", "")[5:12])
	require.True(t, reward.Code{}.IsZero())
	require.False(t, code.IsZero())
}

func TestIssueBatch(t *testing.T) {
	c := codes(t, "vouchers", reward.Key{ID: 3, Secret: secret})
	terms := reward.VoucherTerms{Uses: 1}
	act := by("s", on(1, 1, 0))
	ids := make([]string, 1000)
	for i := range ids {
		ids[i] = fmt.Sprint(i)
	}
	batch, err := terms.IssueBatch(ids, c, act)
	require.NoError(t, err)
	seen := map[string]bool{}
	for i, v := range batch {
		require.Equal(t, signed(t, c, ids[i]), v.Code.Reveal())
		require.False(t, seen[v.Code.Reveal()])
		seen[v.Code.Reveal()] = true
	}
	_, err = terms.IssueBatch([]string{"1", "2", "1"}, c, act)
	require.Equal(t, 2, requireRefused(t, err, reward.ErrDuplicate, "ids").Item)
	_, err = terms.IssueBatch([]string{"1", ""}, c, act)
	require.Equal(t, 1, requireRefused(t, err, reward.ErrInvalid, "ids").Item)
	for _, none := range []*reward.Codes{nil, {}} {
		_, err = terms.IssueBatch(ids, none, act)
		requireRefused(t, err, reward.ErrNotFound, "keys")
		_, err = none.Sign("1")
		requireRefused(t, err, reward.ErrNotFound, "keys")
		_, err = none.Verify(signed(t, c, "1"))
		require.ErrorIs(t, err, reward.ErrForged)
	}
	_, err = reward.VoucherTerms{}.IssueBatch(ids, c, act)
	requireRefused(t, err, reward.ErrInvalid, "uses")
}

func FuzzVerify(f *testing.F) {
	c := codes(f, "vouchers", reward.Key{ID: 3, Secret: secret}, reward.Key{ID: 0, Secret: secret})
	for _, id := range []string{"1", "123456", "V-1"} {
		f.Add(signed(f, c, id))
	}
	f.Add("")
	f.Add(strings.Repeat("0", 20))
	f.Fuzz(func(t *testing.T, text string) {
		id, err := c.Verify(text)
		if err != nil {
			require.True(t, errors.Is(err, reward.ErrMistyped) != errors.Is(err, reward.ErrForged), err)
			require.Empty(t, id)
			if len(text) > 5 {
				require.NotContains(t, err.Error(), text)
			}
			return
		}
		again, err := c.Verify(signed(t, c, id))
		require.NoError(t, err)
		require.Equal(t, id, again)
	})
}
