package registration_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/guanxi-go/guanxi/crm/calendar"
	"github.com/guanxi-go/guanxi/crm/finding"
	"github.com/guanxi-go/guanxi/crm/money"
	"github.com/guanxi-go/guanxi/crm/pipeline/registration"
	"github.com/guanxi-go/guanxi/internal/wording"
)

var shanghai = time.FixedZone("CST", 8*3600)

func at(text string) time.Time {
	t, err := time.ParseInLocation("2006-01-02 15:04:05", text, shanghai)
	if err != nil {
		t, err = time.ParseInLocation("2006-01-02 15:04", text, shanghai)
	}
	if err != nil {
		panic(err)
	}
	return t.UTC()
}

var policy = registration.Policy{Zone: shanghai}

func act(actor, when string) registration.Act {
	return registration.Act{Actor: actor, Recorded: at(when), Reason: "why"}
}

// registered returns the registration of a claimant, approved at once.
func registered(t testing.TB, claimant, when string) registration.Registration {
	t.Helper()
	submit, err := policy.Submit(registration.Claim{Claimant: claimant, Party: "P", Line: "pumps", Stated: at("2026-02-01 00:00")}, nil, act(claimant, when))
	require.NoError(t, err)
	r, err := registration.Fold([]registration.Entry{submit})
	require.NoError(t, err)
	approve, err := policy.Approve(r, nil, act("head", when))
	require.NoError(t, err)
	r, err = registration.Fold([]registration.Entry{submit, approve})
	require.NoError(t, err)
	return r
}

func TestSalesO26(t *testing.T) {
	a := registration.Claimant{ID: "A", Registrations: []registration.Registration{registered(t, "A", "2026-03-01 10:00")}}
	require.Equal(t, at("2026-05-31 00:00"), a.Registrations[0].Until)
	b := registration.Claimant{ID: "B", Owner: true, Acted: []time.Time{at("2026-05-20 14:00")}}
	rule := func(when string, claimants ...registration.Claimant) string {
		r, err := policy.Rule(registration.Conflict{Party: "P", Line: "pumps", Claimants: claimants}, at(when))
		require.NoError(t, err)
		require.Equal(t, []registration.Share{{r.Winner, money.Ratio{Num: 1, Den: 1}}}, r.Split)
		return fmt.Sprint(r.Winner, " by R", uint8(r.Rule))
	}
	require.Equal(t, "A by R2", rule("2026-05-30 23:59", a, b))
	require.Equal(t, "B by R3", rule("2026-05-31 00:00", b, a))
	b.Signed = []registration.Signature{{Line: "pumps", At: at("2026-05-10 09:00")}}
	require.Equal(t, "B by R1", rule("2026-05-30 23:59", a, b))
	require.Equal(t, "B by R1", rule("2026-05-31 00:00", a, b))
	b.Signed[0].Line = "valves"
	require.Equal(t, "A by R2", rule("2026-05-30 23:59", a, b))

	c := registration.Claimant{ID: "C", Registrations: []registration.Registration{registered(t, "C", "2026-03-01 09:59")}}
	require.Equal(t, registration.Expired, c.Registrations[0].At(at("2026-09-01 00:00")))
	require.Equal(t, "C by R4", rule("2026-09-01 00:00", a, c))
}

func TestRuleNarrows(t *testing.T) {
	rule := func(claimants ...registration.Claimant) registration.Ruling {
		r, err := policy.Rule(registration.Conflict{Party: "P", Line: "pumps", Claimants: claimants}, at("2026-05-30 12:00"))
		require.NoError(t, err)
		return r
	}
	signed := []registration.Signature{{Line: "pumps", At: at("2026-05-01 00:00")}}
	late := []registration.Signature{{Line: "pumps", At: at("2026-06-01 00:00")}}
	acted := func(text string) []time.Time { return []time.Time{at(text)} }
	// Two have signed, so R1 leaves both in, and the protection of a third is not asked any more.
	r := rule(registration.Claimant{ID: "A", Signed: signed, Acted: acted("2026-04-02 00:00")}, registration.Claimant{ID: "B", Signed: signed, Acted: acted("2026-04-01 00:00")},
		registration.Claimant{ID: "C", Signed: late, Registrations: []registration.Registration{registered(t, "C", "2026-05-01 09:00")}})
	require.Equal(t, "B", r.Winner)
	require.Equal(t, registration.EarlierAction, r.Rule)
	require.Len(t, r.Facts, 3+2+2+2+2)
	require.False(t, r.Facts[2].Holds, "what is signed later gives no right now")

	// The owner's action may lie 30 days back, not 31.
	owner := func(text string) registration.Ruling {
		return rule(registration.Claimant{ID: "A", Owner: true, Acted: acted(text)}, registration.Claimant{ID: "B", Acted: acted("2026-01-01 00:00")})
	}
	require.Equal(t, registration.ActiveOwner, owner("2026-04-30 00:00").Rule)
	require.Equal(t, "B", owner("2026-04-29 23:59").Winner)

	none := rule(registration.Claimant{ID: "A"}, registration.Claimant{ID: "B", Acted: acted("2026-06-01 00:00")})
	require.Equal(t, []any{"", registration.Arbiter, 0}, []any{none.Winner, none.Rule, len(none.Split)})
	_, err := policy.Arbitrate(r, "boss", "A", nil)
	require.ErrorIs(t, err, registration.ErrTransition)
	_, err = policy.Arbitrate(none, "A", "A", nil)
	require.ErrorIs(t, err, registration.ErrForbidden)
	_, err = policy.Arbitrate(none, "boss", "C", nil)
	require.ErrorIs(t, err, registration.ErrInvalid)
	third := func(n int64) money.Ratio { return money.Ratio{Num: n, Den: 3} }
	_, err = policy.Arbitrate(none, "boss", "A", []registration.Share{{"A", third(1)}, {"B", third(1)}})
	require.ErrorIs(t, err, registration.ErrInvalid)
	done, err := policy.Arbitrate(none, "boss", "A", []registration.Share{{"B", third(1)}, {"A", third(2)}})
	require.NoError(t, err)
	require.Equal(t, []registration.Share{{"A", third(2)}, {"B", third(1)}}, done.Split)
	require.Equal(t, "boss", done.Arbiter)

	text, err := json.Marshal(done)
	require.NoError(t, err)
	var back registration.Ruling
	require.NoError(t, json.Unmarshal(text, &back))
	require.Equal(t, done, back)
}

func TestSplitByRule(t *testing.T) {
	p := policy
	p.Winner = map[registration.Rule]money.Ratio{registration.EarlierAction: {Num: 4, Den: 5}}
	conflict := registration.Conflict{Party: "P", Line: "pumps", Claimants: []registration.Claimant{{ID: "A", Acted: []time.Time{at("2026-01-02 00:00")}}, {ID: "B"}, {ID: "C"}}}
	r, err := p.Rule(conflict, at("2026-02-01 00:00"))
	require.NoError(t, err)
	require.Equal(t, []registration.Share{{"A", money.Ratio{Num: 4, Den: 5}}, {"B", money.Ratio{Num: 1, Den: 10}}, {"C", money.Ratio{Num: 1, Den: 10}}}, r.Split)
	p.Winner[registration.Arbiter] = money.Ratio{Num: 2, Den: 1}
	require.ErrorIs(t, p.Validate(), registration.ErrInvalid)
	for _, bad := range []registration.Conflict{{}, {Party: "P", Line: "x", Claimants: []registration.Claimant{{ID: "A"}}},
		{Party: "P", Line: "x", Claimants: []registration.Claimant{{ID: "A", Owner: true}, {ID: "B", Owner: true}}}} {
		_, err = policy.Rule(bad, at("2026-01-01 00:00"))
		require.ErrorIs(t, err, registration.ErrInvalid)
	}
	_, err = policy.Rule(registration.Conflict{Party: "P", Line: "x", Claimants: []registration.Claimant{{ID: "A"}, {ID: "A"}}}, at("2026-01-01 00:00"))
	require.ErrorIs(t, err, registration.ErrDuplicate)
}

func TestLife(t *testing.T) {
	r := registered(t, "A", "2026-03-01 10:00")
	journal := func(e registration.Entry, err error) registration.Registration {
		require.NoError(t, err)
		submit, err := policy.Submit(r.Claim, nil, act("A", "2026-03-01 10:00"))
		require.NoError(t, err)
		out, err := registration.Fold([]registration.Entry{submit, {Kind: registration.Approve, Until: r.Until, Actor: "head", Recorded: r.Approved}, e})
		require.NoError(t, err)
		return out
	}
	code := func(_ registration.Entry, err error) string {
		var e *registration.Error
		require.True(t, errors.As(err, &e), err)
		require.NotContains(t, e.Text(finding.English)+e.Text(finding.Chinese), "REG")
		return e.Code
	}
	acted := []time.Time{at("2026-04-01 00:00")}
	longer := journal(policy.Extend(r, acted, act("A", "2026-05-30 23:59")))
	require.Equal(t, at("2026-08-29 00:00"), longer.Until) // through the 90th day after 30 May
	require.Equal(t, "REG-EXTENDED", code(policy.Extend(longer, acted, act("A", "2026-06-30 23:59"))))
	require.Equal(t, "REG-EXPIRED", code(policy.Extend(r, acted, act("A", "2026-05-31 00:00"))))
	require.Equal(t, "REG-ACTION", code(policy.Extend(r, []time.Time{at("2026-02-28 00:00"), at("2026-06-28 00:00")}, act("A", "2026-05-01 00:00"))))

	won := journal(policy.Convert(r, act("A", "2026-05-01 00:00")))
	require.Equal(t, registration.Converted, won.State)
	require.True(t, won.Protects(at("2026-04-30 00:00")))
	require.False(t, won.Protects(at("2026-05-01 00:00")))
	require.Equal(t, "REG-EXPIRED", code(policy.Convert(r, act("A", "2026-05-31 00:00"))))
	require.Equal(t, registration.Expired, journal(policy.Expire(r, act("clock", "2026-05-31 00:00"))).State)
	require.Equal(t, "REG-STATE", code(policy.Expire(r, act("clock", "2026-05-30 23:59"))))
	require.Equal(t, registration.Revoked, journal(policy.Revoke(r, act("A", "2026-05-01 00:00"))).State)
	require.Equal(t, "REG-REASON", code(policy.Revoke(r, registration.Act{Actor: "A", Recorded: at("2026-05-01 00:00")})))
	require.Equal(t, "REG-STATE", code(policy.Approve(r, nil, act("head", "2026-05-01 00:00"))))
	require.Equal(t, "REG-SELF", code(policy.Approve(r, nil, act("A", "2026-05-01 00:00"))))
	require.Equal(t, "REG-LATER", code(policy.Revoke(r, act("A", "2026-02-01 00:00"))))

	second, err := registration.Fold([]registration.Entry{{Kind: registration.Submit, Claim: registration.Claim{Claimant: "B", Party: "P", Line: "pumps"},
		Actor: "B", Recorded: at("2026-02-28 10:00")}})
	require.NoError(t, err)
	require.Equal(t, "REG-TAKEN", code(policy.Approve(second, []registration.Registration{r}, act("head", "2026-05-30 23:59"))))
	// A clock that is behind sees no less.
	require.Equal(t, "REG-TAKEN", code(policy.Approve(second, []registration.Registration{r}, act("head", "2026-02-28 12:00"))))
	_, err = policy.Approve(second, []registration.Registration{r}, act("head", "2026-05-31 00:00"))
	require.NoError(t, err)
	claim := registration.Claim{Claimant: "B", Party: "P", Line: "pumps"}
	_, err = policy.Submit(claim, []registration.Registration{r}, act("B", "2026-05-30 23:59"))
	require.ErrorIs(t, err, registration.ErrTaken)
	require.Equal(t, "REG-TAKEN", code(policy.Submit(claim, []registration.Registration{r}, act("B", "2026-05-30 23:59"))))
	_, err = policy.Submit(claim, []registration.Registration{r}, act("B", "2026-05-31 00:00"))
	require.NoError(t, err)
	require.Equal(t, "REG-STATE", code(policy.Submit(r.Claim, []registration.Registration{r}, act("A", "2026-04-30 23:59"))))
	strict := registration.Policy{Zone: shanghai, Evidence: true}
	require.Equal(t, "REG-MISSING", code(strict.Submit(claim, nil, act("B", "2026-05-31 00:00"))))

	last := calendar.MustDate(2026, 5, 30)
	require.Len(t, r.Findings(last-7, shanghai, 7, 3, 1), 1)
	require.Empty(t, r.Findings(last-6, shanghai, 7, 3, 1))
	text, err := registration.Catalogue().Render(r.Findings(last-1, shanghai, 1)[0], finding.English)
	require.NoError(t, err)
	require.Equal(t, "the protection of A ends on 2026-05-30", text)
}

// TestFoldRefusesNothingThatWasDecided: whatever is tried in whatever order, what the
// policy lets through folds, and a closed registration stays closed.
func TestFoldRefusesNothingThatWasDecided(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var journal []registration.Entry
		now := at("2026-03-01 10:00")
		closed := registration.State(0)
		for range rapid.IntRange(1, 30).Draw(t, "steps") {
			now = now.Add(time.Duration(rapid.IntRange(0, 40*24).Draw(t, "hours")) * time.Hour)
			r, err := registration.Fold(journal)
			require.NoError(t, err)
			a := registration.Act{Actor: rapid.SampledFrom([]string{"A", "head"}).Draw(t, "actor"), Recorded: now, Reason: "x"}
			var e registration.Entry
			switch rapid.IntRange(0, 6).Draw(t, "what") {
			case 0:
				e, err = policy.Submit(registration.Claim{Claimant: "A", Party: "P", Line: "l"}, nil, a)
				if len(journal) > 0 {
					continue
				}
			case 1:
				e, err = policy.Approve(r, nil, a)
			case 2:
				e, err = policy.Reject(r, a)
			case 3:
				e, err = policy.Extend(r, []time.Time{now}, a)
			case 4:
				e, err = policy.Convert(r, a)
			case 5:
				e, err = policy.Expire(r, a)
			case 6:
				e, err = policy.Revoke(r, a)
			}
			if err != nil {
				continue
			}
			require.Zero(t, closed)
			journal = append(journal, e)
			r, err = registration.Fold(journal)
			require.NoError(t, err)
			if !r.Closed.IsZero() {
				closed = r.State
			}
		}
	})
}

func TestFoldRefuses(t *testing.T) {
	_, err := registration.Fold([]registration.Entry{{Kind: registration.Approve, Actor: "x", Recorded: at("2026-03-01 10:00")}})
	require.ErrorIs(t, err, registration.ErrInvalid)
	_, err = policy.Submit(registration.Claim{}, nil, act("A", "2026-03-01 10:00"))
	require.Len(t, err.(interface{ Unwrap() []error }).Unwrap(), 3)
	_, err = registration.Policy{Days: -1}.Submit(registration.Claim{Claimant: "A", Party: "P", Line: "l"}, nil, registration.Act{})
	require.ErrorIs(t, err, registration.ErrInvalid)
	require.NoError(t, registration.Catalogue().Validate())
}

func TestEnumerations(t *testing.T) {
	wording.Enum(t, 1, registration.Rejected, registration.ErrInvalid)
	wording.Enum(t, 1, registration.Revoke, registration.ErrInvalid)
	wording.Enum(t, 1, registration.Arbiter, registration.ErrInvalid)
}
