package privacy_test

import (
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/guanxi-go/guanxi/crm/privacy"
	"github.com/guanxi-go/guanxi/crm/timeline"
)

var merging = privacy.Merging{Party: "C-1", At: hour(7), Recorded: hour(7), Actor: "s-1"}

func merge(t require.TestingT, a, b []privacy.Consent) []privacy.Consent {
	list, err := privacy.Merge(a, b, merging)
	require.NoError(t, err)
	return list
}

// lastWord reports whether the last thing that entries say on one category of a
// question is that consent ended.
func lastWord(entries []privacy.Consent, q privacy.Question) bool {
	var withdrawn, given time.Time
	for _, e := range entries {
		if e.Basis != privacy.ByConsent || e.At.After(q.At) || e.Channel != 0 && e.Channel != q.Channel {
			continue
		}
		named := slices.Contains(e.Categories, q.Categories[0])
		switch {
		case e.Action == privacy.Withdrawn && (e.Purpose == "" || e.Purpose == q.Purpose) && (named || len(e.Categories) == 0):
			withdrawn = latest(withdrawn, e.At)
		case e.Action == privacy.Given && e.Purpose == q.Purpose && (named || len(e.Categories) == 0 && !q.Categories[0].Sensitive()):
			given = latest(given, e.At)
		}
	}
	return !withdrawn.IsZero() && !given.After(withdrawn)
}

func latest(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}

func TestMergeLaws(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a, b, c := drawConsents(t), drawConsents(t), drawConsents(t)
		for i := range b {
			b[i].Party = "C-2"
		}
		for i := range c {
			c[i].Party = "C-3"
		}
		ab := merge(t, a, b)
		require.Equal(t, ab, merge(t, b, a))
		alone := merge(t, a, nil)
		require.ElementsMatch(t, a, alone)
		require.Equal(t, alone, merge(t, a, a))
		require.Equal(t, ab, merge(t, ab, b), "merging the same person again adds nothing")
		for _, e := range slices.Concat(a, b) {
			require.Contains(t, ab, e, "nothing is lost")
		}

		q := drawQuestion(t)
		q.At, q.Age = merging.At, privacy.FourteenUp
		q.Categories = []privacy.Category{rapid.SampledFrom(someCategories).Draw(t, "category")}
		q.Bases = []privacy.Basis{privacy.ByConsent}
		one := privacy.Permitted(ab, q).Allowed
		inA, inB := privacy.Permitted(a, q).Allowed, privacy.Permitted(b, q).Allowed
		if lastWord(a, q) || lastWord(b, q) {
			require.False(t, one, "withdrawn consent wins")
		}
		require.False(t, one && !inA && !inB, "a merger permits nothing new")
		withdrawn := func(l []privacy.Consent) bool {
			return slices.ContainsFunc(l, func(e privacy.Consent) bool { return e.Action == privacy.Withdrawn })
		}
		if inA && !withdrawn(b) && !withdrawn(a) {
			require.True(t, one, "what nobody withdrew stays")
		}
		for _, abc := range [][]privacy.Consent{merge(t, ab, c), merge(t, a, merge(t, b, c)), merge(t, merge(t, a, c), b)} {
			if lastWord(a, q) || lastWord(b, q) || lastWord(c, q) {
				require.False(t, privacy.Permitted(abc, q).Allowed, "in whatever order three are merged")
			}
		}

		// Consent to what is merged counts again.
		again := append(ab, privacy.Consent{Purpose: q.Purpose, Basis: privacy.ByConsent, Action: privacy.Given, Notice: 2, Separate: true,
			Categories: q.Categories, At: merging.At.Add(1), Actor: "s-1"})
		q.At = q.At.Add(1)
		require.True(t, privacy.Permitted(again, q).Allowed)
	})
}

// Scenario O-22: sms given by one, withdrawn by the other, in either order of time.
func TestMergeHard(t *testing.T) {
	sms := func(party string, action privacy.Action, at int) privacy.Consent {
		return privacy.Consent{Party: party, Purpose: "p", Channel: timeline.SMS, Basis: privacy.ByConsent, Action: action, At: hour(at), Actor: "s-1"}
	}
	ask := func(list []privacy.Consent, channel timeline.Channel) bool {
		return privacy.Permitted(list, privacy.Question{Purpose: "p", Channel: channel, At: merging.At, Age: privacy.FourteenUp}).Allowed
	}
	for _, at := range []int{1, 5} {
		one := merge(t, []privacy.Consent{sms("M", privacy.Given, 3)}, []privacy.Consent{sms("L", privacy.Withdrawn, at)})
		require.False(t, ask(one, timeline.SMS), "withdrawn at %d", at)
	}
	all := func(party string, action privacy.Action, at int) privacy.Consent {
		c := sms(party, action, at)
		c.Channel = 0
		return c
	}
	back := []privacy.Consent{all("L", privacy.Given, 1), all("L", privacy.Withdrawn, 2), all("L", privacy.Given, 3)}
	one := merge(t, back, []privacy.Consent{all("M", privacy.Given, 1)})
	require.True(t, ask(one, timeline.SMS), "withdrawn and given again is given")
	require.Len(t, one, 4)

	one = merge(t, []privacy.Consent{sms("L", privacy.Withdrawn, 2)}, []privacy.Consent{all("M", privacy.Given, 4)})
	require.False(t, ask(one, timeline.SMS))
	require.True(t, ask(one, timeline.Phone), "the other channels stay")
	require.True(t, ask(one, 0))

	partly := []privacy.Consent{all("L", privacy.Withdrawn, 2), sms("L", privacy.Given, 3)}
	one = merge(t, partly, []privacy.Consent{all("M", privacy.Given, 4)})
	require.False(t, ask(one, timeline.SMS), "given again for a part: refused for all")

	contract := privacy.Consent{Party: "M", Purpose: "p", Basis: privacy.ByContract, Action: privacy.Given, At: hour(1), Actor: "s-1"}
	over := contract
	over.Party, over.Action, over.At = "L", privacy.Withdrawn, hour(0)
	require.True(t, ask(merge(t, []privacy.Consent{contract}, []privacy.Consent{over}), 0), "the other's contract goes on")

	later := all("M", privacy.Given, 9)
	require.Len(t, merge(t, []privacy.Consent{later}, []privacy.Consent{all("L", privacy.Withdrawn, 2)}), 2, "what begins after the merger is untouched")

	_, err := privacy.Merge(nil, nil, privacy.Merging{Party: "\x00"})
	require.Equal(t, []string{"at", "actor", "party"}, fields(t, err))
}
