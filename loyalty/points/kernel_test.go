package points

import (
	"math"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// anyTime draws times of any year, zone and fraction of a second.
func anyTime(t *rapid.T, name string) time.Time {
	s := rapid.OneOf(rapid.Int64Range(-1e12, 1e12), rapid.Int64Range(firstSecond-2, firstSecond+2),
		rapid.Int64Range(lastSecond-2, lastSecond+2), rapid.Int64Range(1.7e9, 1.7e9+3)).Draw(t, name)
	n := rapid.OneOf(rapid.Int64Range(0, 1e9-1), rapid.Map(rapid.Int64Range(0, 1e6-1), func(n int64) int64 { return n * 1000 }), rapid.Just(int64(0))).Draw(t, name)
	at := time.Unix(s, n).UTC()
	switch rapid.IntRange(0, 5).Draw(t, name) {
	case 0:
		return time.Time{}
	case 1:
		return at.In(time.FixedZone("CST", 8*3600))
	}
	return at
}

// TestInstants holds the fast forms of questions about instants to those of package
// time.
func TestInstants(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a, b := anyTime(t, "a"), anyTime(t, "b")
		floored := a.UTC().Truncate(time.Microsecond)
		require.Equal(t, floored, floor(a))
		year := a.UTC().Year()
		require.Equal(t, a == floored && year >= 1 && year <= 9999, kept(a))
		require.Equal(t, a == time.Time{}, none(a))
		clock := time.Now() // with the reading of a monotonic clock
		require.Equal(t, clock.UTC().Truncate(time.Microsecond), floor(clock))

		c := floor(b)
		if !kept(c) {
			return
		}
		require.Equal(t, c, instant(micros(c)))
		require.Equal(t, c.IsZero(), micros(c) == 0)
		// Any time stands to a kept one as its number does, floored.
		require.Equal(t, c.After(a), micros(c) > microsOf(a))
		l := Lot{ActivateAt: c, ExpireAt: c.Add(time.Duration(rapid.Int64Range(1, 1e6).Draw(t, "life")) * time.Microsecond), Unconfirmed: rapid.IntRange(0, 4).Draw(t, "waits") == 0}
		if rapid.Bool().Draw(t, "for ever") {
			l.ExpireAt = time.Time{}
		}
		if kept(l.ExpireAt) {
			want := !l.Unconfirmed && !l.ActivateAt.After(a) && (l.ExpireAt.IsZero() || l.ExpireAt.After(a))
			require.Equal(t, want, l.usable(microsOf(a)))
		}
	})
}

// TestTexts holds validText to its plain form, with anything anywhere in a text of any
// length.
func TestTexts(t *testing.T) {
	for n := range 40 {
		text := strings.Repeat("7", n)
		require.True(t, validText(text) && plainASCII(text))
		for place := range n + 1 {
			for _, what := range []string{"\x00", "\x01", "\x7f", "\x80", "\xff", "分", "\u0080", strings.Repeat("a", 255-n), strings.Repeat("a", 256-n)} {
				s := text[:place] + what + text[place:]
				require.Equal(t, len(s) <= maxText && utf8.ValidString(s) && !strings.Contains(s, "\x00"), validText(s), "%q", s)
				require.Equal(t, !strings.ContainsFunc(s, func(r rune) bool { return r < 1 || r > 127 }), plainASCII(s), "%q", s)
			}
		}
	}
}

// TestLots holds what the lots are asked and told to plain forms of it.
func TestLots(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		day := func(name string) time.Time {
			return time.Date(2026, 1, 1+rapid.IntRange(0, 8).Draw(t, name), 0, 0, 0, 0, time.UTC)
		}
		var s State
		var plain []Lot
		for i := range rapid.IntRange(0, 40).Draw(t, "lots") {
			n := rapid.Int64Range(1, 20).Draw(t, "points")
			l := Lot{ID: uint64(i + 1), Points: n, Left: n, ActivateAt: day("from"), Unconfirmed: rapid.IntRange(0, 5).Draw(t, "waits") == 0}
			if rapid.Bool().Draw(t, "ends") {
				l.ExpireAt = l.ActivateAt.AddDate(0, 0, rapid.IntRange(1, 8).Draw(t, "to"))
			}
			s.insert(l)
			plain = append(plain, l)
		}
		order := func(o Order) {
			slices.SortFunc(plain, func(a, b Lot) int { return o.compare(&a, &b) })
		}
		order(SoonestExpiring)
		require.True(t, slices.Equal(plain, s.Lots))

		now := day("now")
		s.Debt = rapid.Int64Range(0, 9).Draw(t, "debt")
		s.Holds = []Hold{{ID: 99, Points: rapid.Int64Range(1, math.MaxInt64).Draw(t, "held")}}
		if rapid.Bool().Draw(t, "few held") {
			s.Holds[0].Points = rapid.Int64Range(1, 9).Draw(t, "held")
		}
		free, enough := s.free(now), rapid.OneOf(rapid.Int64Range(0, 300), rapid.Just(int64(math.MaxInt64))).Draw(t, "enough")
		require.Equal(t, free >= enough, s.freeUpTo(now, enough) >= enough)
		if free < enough {
			require.Equal(t, free, s.freeUpTo(now, enough))
		}

		o := Order(rapid.IntRange(0, 1).Draw(t, "order"))
		order(o)
		n := rapid.Int64Range(0, s.usable(now, math.MaxInt64)).Draw(t, "take")
		var want []Use
		for i, left := 0, n; left > 0; i++ {
			if l := &plain[i]; l.usable(micros(now)) {
				want = append(want, l.use(min(left, l.Left)))
				left -= min(left, l.Left)
			}
		}
		uses := o.take(nil, s.Lots, now, n, 0)
		require.Equal(t, want, uses)
		require.True(t, o != SoonestExpiring || o.sorted(s.Lots))
		require.Equal(t, slices.EqualFunc(plain, s.Lots, func(a, b Lot) bool { return a.ID == b.ID }), o.sorted(s.Lots))

		require.NoError(t, s.consume(&Entry{Uses: uses}))
		for _, u := range want {
			i := slices.IndexFunc(plain, func(l Lot) bool { return l.ID == u.Lot })
			plain[i].Left -= u.Points
		}
		order(SoonestExpiring)
		plain = slices.DeleteFunc(plain, func(l Lot) bool { return l.Left == 0 })
		require.True(t, slices.Equal(plain, s.Lots))
	})
}

// TestSound: an earn or a burn, which the decision does not check again, is valid
// whatever the command asks for.
func TestSound(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		// One in some draws is at the limits, so that most commands are taken.
		rarely := func(name string) bool { return rapid.IntRange(0, 9).Draw(t, name) == 0 }
		number := func(name string) int64 {
			if rarely(name) {
				return rapid.OneOf(rapid.SampledFrom([]int64{-1, 0, math.MaxInt64, math.MinInt64}), rapid.Int64()).Draw(t, name)
			}
			return rapid.Int64Range(1, 60).Draw(t, name)
		}
		text := func(name string) string {
			if rarely(name) {
				return rapid.SampledFrom([]string{"a\x00", "\xff", strings.Repeat("x", 256)}).Draw(t, name)
			}
			return rapid.SampledFrom([]string{"", "a-1", "订单"}).Draw(t, name)
		}
		now := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
		near := func(name string) time.Time {
			if rapid.IntRange(0, 3).Draw(t, name) == 0 {
				return anyTime(t, name)
			}
			return now.Add(time.Duration(rapid.Int64Range(-1e9, 1e14).Draw(t, name)))
		}
		var s State
		for range rapid.IntRange(1, 12).Draw(t, "commands") {
			p := Policy{Order: Order(rapid.IntRange(0, 1).Draw(t, "order")), Inactivity: rapid.SampledFrom([]int{0, 0, 0, 1, 1200, -1}).Draw(t, "inactivity")}
			p.Expiry = Expiry{Rule: ExpiryRule(rapid.IntRange(0, 2).Draw(t, "rule")), N: rapid.SampledFrom([]int{0, 1, 1200}).Draw(t, "n")}
			act := Act{Actor: text("actor"), Ref: text("ref"), Reason: text("reason")}
			if rarely("at") {
				act.At = near("at")
			}
			var entries []Entry
			var err error
			if rapid.Bool().Draw(t, "burn") {
				entries, err = p.Burn(s, BurnCommand{Act: act, Points: number("points")}, now)
			} else {
				cmd := EarnCommand{Act: act, Points: number("points"), QP: number("qp"), Confirm: rapid.Bool().Draw(t, "confirm")}
				if rapid.Bool().Draw(t, "activates") {
					cmd.ActivateAt = near("activate")
				}
				if rapid.Bool().Draw(t, "expires") {
					cmd.ExpireAt = near("expire")
				}
				entries, err = p.Earn(s, cmd, now)
			}
			if err != nil {
				require.Nil(t, entries)
				continue
			}
			for _, e := range entries {
				require.NoError(t, e.Validate())
			}
			require.NoError(t, s.Fold(entries...))
			require.NoError(t, s.Validate())
			now = now.Add(time.Duration(rapid.Int64Range(0, 1e14).Draw(t, "passes")))
		}
	})
}
