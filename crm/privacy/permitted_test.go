package privacy_test

import (
	"encoding/json"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/guanxi-go/guanxi/crm/calendar"
	"github.com/guanxi-go/guanxi/crm/privacy"
	"github.com/guanxi-go/guanxi/crm/timeline"
)

// foldPermitted answers by walking through time: what is given becomes live, a
// withdrawal takes from what is live, and at the end somebody looks what is left.
func foldPermitted(entries []privacy.Consent, q privacy.Question) bool {
	events := slices.Clone(entries)
	slices.SortStableFunc(events, func(a, b privacy.Consent) int {
		if c := a.At.Compare(b.At); c != 0 {
			return c
		}
		return int(a.Action) - int(b.Action)
	})
	child := q.Age == privacy.UnderFourteen || q.Age == privacy.AgeUnknown && q.UnknownAge == privacy.TreatAsChild
	need := slices.Clone(q.Categories)
	if len(need) == 0 {
		need = []privacy.Category{privacy.Basic}
	}
	if child {
		need = append(need, privacy.Minor)
	}
	for _, cat := range need {
		live := map[int]privacy.Consent{}
		for i, e := range events {
			if e.At.After(q.At) || !q.Known.IsZero() && e.Recorded.After(q.Known) || e.Channel != 0 && e.Channel != q.Channel {
				continue
			}
			named := slices.Contains(e.Categories, cat)
			if e.Action == privacy.Given {
				if named || len(e.Categories) == 0 && !cat.Sensitive() {
					live[i] = e
				}
				continue
			}
			for j, g := range live {
				if (named || len(e.Categories) == 0) && (e.Purpose == "" || e.Purpose == g.Purpose) && e.Basis == g.Basis {
					delete(live, j)
				}
			}
		}
		found := false
		for _, g := range live {
			ok := g.Purpose == q.Purpose && (len(q.Bases) == 0 || slices.Contains(q.Bases, g.Basis))
			if g.Basis == privacy.ByConsent {
				ok = ok && g.Notice >= q.Notice && (g.Separate || !cat.Sensitive()) && (g.Guardian != "" || !child) &&
					(q.Age != privacy.AgeUnknown || q.UnknownAge != privacy.RefuseUnknown)
			}
			found = found || ok
		}
		if !found {
			return false
		}
	}
	return true
}

func TestPermittedProperties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		entries, q := drawConsents(t), drawQuestion(t)
		if rapid.Bool().Draw(t, "as known") {
			q.Known = hour(rapid.IntRange(0, 12).Draw(t, "known"))
		}
		answer := privacy.Permitted(entries, q)
		require.Equal(t, foldPermitted(entries, q), answer.Allowed)

		require.NotEmpty(t, answer.Reasons)
		for _, r := range answer.Reasons {
			require.Equal(t, answer.Allowed, r.Code.Permits())
			require.NotZero(t, r.Code.Article())
		}

		// As of an instant and as known at one is what the entries until then say.
		prefix := slices.DeleteFunc(slices.Clone(entries), func(c privacy.Consent) bool {
			return c.At.After(q.At) || !q.Known.IsZero() && c.Recorded.After(q.Known)
		})
		plain := q
		plain.Known = time.Time{}
		require.Equal(t, privacy.Permitted(prefix, plain), answer)

		shuffled := rapid.Permutation(slices.Clone(entries)).Draw(t, "order")
		for i := range shuffled {
			shuffled[i] = shuffled[i].Redacted()
		}
		require.Equal(t, answer, privacy.Permitted(shuffled, q), "neither order nor erasure matters")

		// More asked is less allowed; another withdrawal never allows anything.
		if answer.Allowed && len(q.Categories) > 0 {
			fewer := q
			fewer.Categories = q.Categories[:1]
			require.True(t, privacy.Permitted(entries, fewer).Allowed)
		}
		w := privacy.Consent{Basis: privacy.ByConsent, Action: privacy.Withdrawn, At: hour(rapid.IntRange(0, 8).Draw(t, "withdrawn")), Actor: "s-1"}
		if with := privacy.Permitted(append(slices.Clone(entries), w), q); with.Allowed {
			require.True(t, answer.Allowed)
		}
	})
}

// From a withdrawal on nothing rests on consent, until something is given again.
func TestWithdrawalIsMonotone(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		entries, q := drawConsents(t), drawQuestion(t)
		q.Bases = []privacy.Basis{privacy.ByConsent}
		at := rapid.IntRange(0, 6).Draw(t, "withdrawn")
		entries = slices.DeleteFunc(entries, func(c privacy.Consent) bool { return c.Action == privacy.Given && c.At.After(hour(at)) })
		entries = append(entries, privacy.Consent{Basis: privacy.ByConsent, Action: privacy.Withdrawn, At: hour(at), Actor: "s-1"})
		for n := at; n < 10; n++ {
			q.At = hour(n)
			require.False(t, privacy.Permitted(entries, q).Allowed)
		}
	})
}

func codes(a privacy.Answer) (list []string) {
	for _, r := range a.Reasons {
		list = append(list, r.Code.String())
	}
	return list
}

// Scenario O-26.
func TestConsentTakesEffect(t *testing.T) {
	day := func(d, h, m, s int) time.Time { return time.Date(2026, 9, d, h, m, s, 0, time.UTC) }
	entries := []privacy.Consent{
		{Purpose: "marketing", Basis: privacy.ByConsent, Action: privacy.Given, Notice: 1, At: day(1, 10, 0, 0), Actor: "s-1"},
		{Purpose: "marketing", Basis: privacy.ByConsent, Action: privacy.Withdrawn, At: day(20, 12, 0, 0), Actor: "s-1"},
	}
	ask := func(at time.Time, cats ...privacy.Category) privacy.Answer {
		return privacy.Permitted(entries, privacy.Question{Purpose: "marketing", At: at, Categories: cats, Notice: 1, Age: privacy.FourteenUp})
	}
	require.False(t, ask(day(1, 9, 59, 59)).Allowed)
	require.True(t, ask(day(1, 10, 0, 0)).Allowed)
	require.True(t, ask(day(20, 11, 59, 59)).Allowed)
	require.Equal(t, []string{"withdrawn"}, codes(ask(day(20, 12, 0, 0))))
	require.True(t, ask(day(10, 0, 0, 0)).Allowed)
	require.Equal(t, []string{"needs-separate"}, codes(ask(day(10, 0, 0, 0), privacy.Health)))
}

func TestReasons(t *testing.T) {
	consent := func(spoil func(*privacy.Consent)) []privacy.Consent {
		c := privacy.Consent{Purpose: "p", Basis: privacy.ByConsent, Action: privacy.Given, Notice: 2, At: hour(1), Recorded: hour(5), Actor: "s-1"}
		spoil(&c)
		return []privacy.Consent{c}
	}
	ok := func(*privacy.Consent) {}
	q := privacy.Question{Purpose: "p", At: hour(2), Age: privacy.FourteenUp, Notice: 2}
	ask := func(spoil func(*privacy.Question)) privacy.Question {
		asked := q
		spoil(&asked)
		return asked
	}
	contract := func(c *privacy.Consent) { c.Basis, c.Notice = privacy.ByContract, 0 }
	child := ask(func(q *privacy.Question) { q.Age = privacy.UnderFourteen })
	unknown := ask(func(q *privacy.Question) { q.Age = privacy.AgeUnknown })
	health := ask(func(q *privacy.Question) { q.Categories = []privacy.Category{privacy.Health} })
	tests := []struct {
		name    string
		entries []privacy.Consent
		q       privacy.Question
		want    []string
	}{
		{"consent", consent(ok), q, []string{"on-consent"}},
		{"nothing", nil, q, []string{"no-basis"}},
		{"zero question", consent(ok), privacy.Question{}, []string{"no-basis"}},
		{"another purpose", consent(func(c *privacy.Consent) { c.Purpose = "x" }), q, []string{"no-basis"}},
		{"later", consent(func(c *privacy.Consent) { c.At = hour(3) }), q, []string{"no-basis"}},
		{"not known then", consent(ok), ask(func(q *privacy.Question) { q.Known = hour(4) }), []string{"no-basis"}},
		{"another channel", consent(func(c *privacy.Consent) { c.Channel = timeline.SMS }), ask(func(q *privacy.Question) { q.Channel = timeline.Phone }), []string{"other-channel"}},
		{"a channel is not all use", consent(func(c *privacy.Consent) { c.Channel = timeline.SMS }), q, []string{"other-channel"}},
		{"every channel", consent(ok), ask(func(q *privacy.Question) { q.Channel = timeline.SMS }), []string{"on-consent"}},
		{"another basis", consent(ok), ask(func(q *privacy.Question) { q.Bases = []privacy.Basis{privacy.ByContract} }), []string{"purpose-basis"}},
		{"other categories", consent(func(c *privacy.Consent) { c.Categories = []privacy.Category{privacy.Preference} }), q, []string{"not-covered"}},
		{"no such category", consent(ok), ask(func(q *privacy.Question) { q.Categories = []privacy.Category{0, 200} }), []string{"not-covered", "not-covered"}},
		{"old notice", consent(func(c *privacy.Consent) { c.Notice = 1 }), q, []string{"notice-changed"}},
		{"newer notice", consent(func(c *privacy.Consent) { c.Notice = 3 }), q, []string{"on-consent"}},
		{"sensitive, plain", consent(ok), health, []string{"needs-separate"}},
		{"sensitive, named, bundled", consent(func(c *privacy.Consent) { c.Categories = []privacy.Category{privacy.Health} }), health, []string{"needs-separate"}},
		{"sensitive, separate for another", consent(func(c *privacy.Consent) { c.Categories, c.Separate = []privacy.Category{privacy.Religion}, true }), health, []string{"needs-separate"}},
		{"sensitive, separate", consent(func(c *privacy.Consent) { c.Categories, c.Separate = []privacy.Category{privacy.Health}, true }), health, []string{"on-consent"}},
		{"child", consent(ok), child, []string{"needs-separate", "needs-guardian"}},
		{"child, guardian", consent(func(c *privacy.Consent) {
			c.Categories, c.Separate, c.Guardian = []privacy.Category{privacy.Basic, privacy.Minor}, true, "C-8"
		}), child, []string{"on-consent"}},
		{"unknown age", consent(ok), unknown, []string{"age-unknown"}},
		{"unknown age, as adult", consent(ok), ask(func(q *privacy.Question) { q.Age, q.UnknownAge = privacy.AgeUnknown, privacy.TreatAsAdult }), []string{"on-consent"}},
		{"unknown age, as child", consent(ok), ask(func(q *privacy.Question) { q.Age, q.UnknownAge = privacy.AgeUnknown, privacy.TreatAsChild }), []string{"needs-separate", "needs-guardian"}},
		{"contract", consent(contract), unknown, []string{"on-contract"}},
		{"contract, sensitive not named", consent(contract), health, []string{"not-covered"}},
		{"contract, sensitive named", consent(func(c *privacy.Consent) { contract(c); c.Categories = []privacy.Category{privacy.Health} }), health, []string{"on-contract"}},
		{"legal duty", consent(func(c *privacy.Consent) { c.Basis = privacy.ByLegalDuty }), q, []string{"on-legal-duty"}},
		{"emergency", consent(func(c *privacy.Consent) { c.Basis = privacy.InEmergency }), q, []string{"on-emergency"}},
		{"public", consent(func(c *privacy.Consent) { c.Basis = privacy.MadePublic }), q, []string{"on-public"}},
		{"stop all, contract stays", append(consent(contract), privacy.Consent{Basis: privacy.ByConsent, Action: privacy.Withdrawn, At: hour(2)}), q, []string{"on-contract"}},
		{"contract over", append(consent(contract), privacy.Consent{Purpose: "p", Basis: privacy.ByContract, Action: privacy.Withdrawn, At: hour(2)}), q, []string{"withdrawn"}},
		{"given and withdrawn at once", append(consent(ok), privacy.Consent{Basis: privacy.ByConsent, Action: privacy.Withdrawn, At: hour(1)}), q, []string{"withdrawn"}},
		{"given again", append(consent(func(c *privacy.Consent) { c.At = hour(2) }), privacy.Consent{Basis: privacy.ByConsent, Action: privacy.Withdrawn, At: hour(1)}), q, []string{"on-consent"}},
		{"withdrawn for one channel", append(consent(ok), privacy.Consent{Channel: timeline.SMS, Basis: privacy.ByConsent, Action: privacy.Withdrawn, At: hour(1)}),
			ask(func(q *privacy.Question) { q.Channel = timeline.Phone }), []string{"on-consent"}},
		{"the nearest is told", append(consent(func(c *privacy.Consent) { c.Notice = 1 }), consent(func(c *privacy.Consent) { c.Notice = 1 })...),
			ask(func(q *privacy.Question) { q.Age = privacy.AgeUnknown }), []string{"notice-changed", "age-unknown"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			require.Equal(t, tt.want, codes(privacy.Permitted(tt.entries, tt.q)))
		})
	}
}

func TestReasonTexts(t *testing.T) {
	for code := privacy.OnConsent; code.Valid(); code++ {
		r := privacy.Reason{Code: code, Category: privacy.Health}
		require.Contains(t, r.String(), ": health (PIPL art. ")
		require.Contains(t, r.Zh(), ": 医疗健康（个人信息保护法第")
		require.Contains(t, []int{13, 14, 15, 28, 29, 31}, code.Article())
	}
	require.Zero(t, privacy.ReasonCode(0).Article())
	require.Equal(t, "?", privacy.Reason{Code: 99}.String())
	require.Equal(t, "?", privacy.Reason{Code: 99}.Zh())
	text, err := json.Marshal(privacy.Answer{Reasons: []privacy.Reason{{Code: privacy.NeedsSeparate, Category: privacy.Health}}})
	require.NoError(t, err)
	require.Equal(t, `{"allowed":false,"reasons":[{"code":"needs-separate","category":"health"}]}`, string(text))
}

func TestAgeOn(t *testing.T) {
	d := calendar.MustDate
	require.Equal(t, privacy.UnderFourteen, privacy.AgeOn(d(2012, 5, 4), d(2026, 5, 4)), "on the birthday")
	require.Equal(t, privacy.FourteenUp, privacy.AgeOn(d(2012, 5, 4), d(2026, 5, 5)))
	require.Equal(t, privacy.UnderFourteen, privacy.AgeOn(d(2012, 2, 29), d(2026, 2, 28)))
	require.Equal(t, privacy.FourteenUp, privacy.AgeOn(d(2012, 2, 29), d(2026, 3, 1)))
	require.Equal(t, privacy.AgeUnknown, privacy.AgeOn(0, d(2026, 5, 5)))
	require.Equal(t, privacy.AgeUnknown, privacy.AgeOn(d(2026, 5, 6), d(2026, 5, 5)), "not born")
	require.Equal(t, privacy.UnderFourteen, privacy.AgeOn(d(9990, 5, 6), calendar.MaxDay))
}

func TestConsentValidate(t *testing.T) {
	good := privacy.Consent{Purpose: "p", Basis: privacy.ByConsent, Action: privacy.Given, At: start, Actor: "s-1"}
	tests := []struct {
		name  string
		spoil func(*privacy.Consent)
		want  []string
	}{
		{"good", func(*privacy.Consent) {}, nil},
		{"stop all", func(c *privacy.Consent) { c.Action, c.Purpose = privacy.Withdrawn, "" }, nil},
		{"sensitive", func(c *privacy.Consent) { c.Categories, c.Separate = []privacy.Category{privacy.Health}, true }, nil},
		{"no purpose", func(c *privacy.Consent) { c.Purpose = "" }, []string{"purpose"}},
		{"ids", func(c *privacy.Consent) { c.Party, c.Actor, c.Guardian, c.Evidence = "\x00", "", "\xff", "\x00" }, []string{"party", "actor", "guardian", "evidence"}},
		{"nothing stated", func(c *privacy.Consent) { *c = privacy.Consent{Actor: "s-1"} }, []string{"purpose", "basis", "action", "at"}},
		{"unknown", func(c *privacy.Consent) { c.Channel, c.Notice, c.Reason = 40, -1, "\xff" }, []string{"channel", "reason", "notice"}},
		{"twice", func(c *privacy.Consent) { c.Categories = []privacy.Category{privacy.Basic, privacy.Basic, 0} }, []string{"categories", "categories"}},
		{"bundled", func(c *privacy.Consent) { c.Categories = []privacy.Category{privacy.Health} }, []string{"separate"}},
		{"contract with a notice", func(c *privacy.Consent) { c.Basis, c.Notice, c.Reason = privacy.ByContract, 1, "x" }, []string{"action"}},
		{"contract without evidence", func(c *privacy.Consent) { c.Basis = privacy.ByContract }, []string{"reason"}},
		{"withdrawn by a guardian", func(c *privacy.Consent) { c.Action, c.Guardian = privacy.Withdrawn, "C-8" }, []string{"action"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			c := good
			tt.spoil(&c)
			require.Equal(t, tt.want, fields(t, c.Validate()))
		})
	}
}

func TestConsentJSON(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		for _, c := range drawConsents(t) {
			if len(c.Categories) == 0 {
				c.Categories = nil
			}
			text, err := json.Marshal(c)
			require.NoError(t, err)
			var back privacy.Consent
			require.NoError(t, json.Unmarshal(text, &back))
			require.Equal(t, c, back)
		}
	})
}
