package account_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/guanxi-go/guanxi/crm/account"
	"github.com/guanxi-go/guanxi/crm/calendar"
	"github.com/guanxi-go/guanxi/crm/finding"
	"github.com/guanxi-go/guanxi/crm/money"
	"github.com/guanxi-go/guanxi/internal/wording"
)

var (
	shanghai = time.FixedZone("Asia/Shanghai", 8*60*60)
	noon     = time.Date(2026, 6, 30, 12, 0, 0, 0, shanghai)
	today    = calendar.MustDate(2026, 6, 30)
)

func person(id string, influence int, a account.Attitude, roles ...account.Role) account.Stakeholder {
	return account.Stakeholder{Customer: "c", Contact: id, Roles: roles, Influence: influence, Attitude: a}
}

func tie(ours, theirs string) account.Tie {
	return account.Tie{Ours: ours, Theirs: theirs, Depth: account.Exploration, LastTwoWay: noon}
}

func assess(t require.TestingT, people []account.Stakeholder, ties ...account.Tie) account.Map {
	m, err := account.Assess("c", people, ties, noon, shanghai, account.Options{})
	require.NoError(t, err)
	return m
}

func codes(m account.Map) (out []string) {
	for _, f := range m.Findings(today) {
		out = append(out, f.Code)
	}
	return out
}

// crm-service scenario O-23.
func TestScenario(t *testing.T) {
	m := assess(t, []account.Stakeholder{
		person("k1", 5, account.Devoted, account.DecisionMaker), person("k2", 4, account.Reserved, account.PowerPerson, account.User),
		person("k3", 3, account.Neutral), person("k4", 2, account.Favourable, account.PowerPerson),
	}, tie("p1", "k1"), tie("p1", "k2"), tie("p2", "k2"), tie("p2", "k3"))
	require.Equal(t, account.Coverage{Named: 3, Tied: 2, NamedInfluence: 11, TiedInfluence: 9,
		Plain: money.Ratio{Num: 2, Den: 3}, ByInfluence: money.Ratio{Num: 9, Den: 11}, Untied: []string{"k4"}}, m.Power)
	require.Equal(t, money.Ratio{Num: 2, Den: 7}, m.Support, "8/28")
	require.Equal(t, account.BusFactor{AtLeast: 2, AtMost: 2, Staff: []string{"p1", "p2"}, Lost: 12}, m.BusFactor)
	require.Equal(t, []int{12, 2, 3}, []int{m.Influence, m.OursActive, m.TheirsActive})
	require.False(t, m.SingleThread)
	require.Equal(t, []string{"ACC-POWER-UNTIED"}, codes(m))
	require.Equal(t, []account.Colleague{{Staff: "p1", Ties: 2, Active: 2}, {Staff: "p2", Ties: 2, Active: 2}}, m.Colleagues)
}

func TestNothingKnown(t *testing.T) {
	m := assess(t, nil)
	require.Zero(t, m.Power.Plain, "absent, not 0")
	require.Zero(t, m.Power.ByInfluence)
	require.Zero(t, m.Support)
	require.True(t, m.BusFactor.IsZero())
	require.False(t, m.BusFactor.Exact())
	require.True(t, m.SingleThread)
	require.Equal(t, []string{"ACC-NO-POWER", "ACC-SINGLE-THREAD"}, codes(m))

	text, err := json.Marshal(m)
	require.NoError(t, err)
	require.NotContains(t, string(text), "support", "what is absent is not written")
}

func TestUnknownAttitudeIsNotNeutral(t *testing.T) {
	m := assess(t, []account.Stakeholder{person("a", 5, 0), person("b", 1, account.Favourable)})
	require.Equal(t, money.Ratio{Num: 1, Den: 2}, m.Support)
	require.Equal(t, 1, m.Unrated)
	m = assess(t, []account.Stakeholder{person("a", 5, account.Neutral), person("b", 1, account.Favourable)})
	require.Equal(t, money.Ratio{Num: 1, Den: 12}, m.Support)
	m = assess(t, []account.Stakeholder{person("a", 5, account.Opposed)})
	require.Equal(t, money.Ratio{Num: -1, Den: 1}, m.Support)
}

func TestActive(t *testing.T) {
	at := func(day int, hour int) time.Time { return time.Date(2026, 4, day, hour, 0, 0, 0, shanghai) } // 1 April is 90 days before
	tests := []struct {
		name string
		tie  account.Tie
		opts account.Options
		want bool
	}{
		{"at the instant", account.Tie{Depth: account.Exploration, LastTwoWay: noon}, account.Options{}, true},
		{"90 days ago", account.Tie{Depth: account.Commitment, LastTwoWay: at(1, 0)}, account.Options{}, true},
		{"91 days ago", account.Tie{Depth: account.Commitment, LastTwoWay: at(1, 0).Add(-1)}, account.Options{}, false},
		{"never", account.Tie{Depth: account.Commitment}, account.Options{ActiveDays: 36500}, false},
		{"awareness", account.Tie{Depth: account.Awareness, LastTwoWay: noon}, account.Options{}, false},
		{"absent", account.Tie{LastTwoWay: noon}, account.Options{}, false},
		{"30 days wanted, 31 ago", account.Tie{Depth: account.Expansion, LastTwoWay: noon.AddDate(0, 0, -31)}, account.Options{ActiveDays: 30}, false},
		{"30 days wanted, 30 ago", account.Tie{Depth: account.Expansion, LastTwoWay: noon.AddDate(0, 0, -30)}, account.Options{ActiveDays: 30}, true},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			tt.tie.Ours, tt.tie.Theirs = "p", "k"
			m, err := account.Assess("c", []account.Stakeholder{person("k", 3, 0)}, []account.Tie{tt.tie}, noon, shanghai, tt.opts)
			require.NoError(t, err)
			require.Equal(t, tt.want, m.OursActive == 1)
			require.Equal(t, tt.want, len(m.People[0].Active) == 1)
			require.Equal(t, tt.tie.Depth, m.People[0].Depth, "depth is told, active or not")
		})
	}
}

func TestValidity(t *testing.T) {
	before, after := person("k", 5, account.Opposed, account.DecisionMaker), person("k", 1, account.Devoted)
	before.To, after.From = noon, noon
	m := assess(t, []account.Stakeholder{after, before}, tie("p", "k"), tie("q", "left"), tie("p", "left"))
	require.Len(t, m.People, 1)
	require.Equal(t, 1, m.People[0].Influence, "the end belongs to the next view")
	require.Equal(t, []string{"left"}, m.Unmapped)
	require.Equal(t, 1, m.OursActive, "ties to others count nowhere")
	require.Contains(t, codes(m), "ACC-UNMAPPED")
	old, err := account.Assess("c", []account.Stakeholder{after, before}, nil, noon.Add(-1), shanghai, account.Options{})
	require.NoError(t, err)
	require.Equal(t, 5, old.People[0].Influence)
}

func TestAssessRefuses(t *testing.T) {
	bad := person("", 6, 9, 0, account.Buyer, account.Buyer)
	bad.Customer, bad.From, bad.To = "other", noon, noon
	late := tie("", "\xff")
	late.Depth, late.LastTwoWay = 9, noon.Add(1)
	_, err := account.Assess("c\x00", []account.Stakeholder{person("a", 1, 0), bad}, []account.Tie{late}, noon, nil, account.Options{ActiveDays: -1})
	for _, part := range []string{"account: customer: must", "zone", "active_days", "people[1]: contact", "people[1]: influence", "people[1]: attitude",
		"people[1]: roles has one that is unknown", "people[1]: roles has one twice", "people[1]: to is not after", "people[1]: customer is another",
		"ties[0]: ours", "ties[0]: theirs", "ties[0]: depth", "ties[0]: last_two_way"} {
		require.ErrorContains(t, err, part)
	}
	require.ErrorIs(t, err, account.ErrInvalid)
	require.NotContains(t, err.Error(), "\xff")
	_, err = account.Assess("c", nil, nil, time.Time{}, shanghai, account.Options{ActiveDays: 36501})
	require.ErrorContains(t, err, "at: is missing")
	require.ErrorContains(t, err, "active_days")

	var typed *account.Error
	_, err = account.Assess("c", []account.Stakeholder{person("a", 1, 0), person("a", 2, 0)}, nil, noon, shanghai, account.Options{})
	require.ErrorIs(t, err, account.ErrDuplicate)
	require.True(t, errors.As(err, &typed))
	require.Equal(t, 1, typed.Item)
	_, err = account.Assess("c", nil, []account.Tie{tie("p", "k"), tie("p", "k")}, noon, shanghai, account.Options{})
	require.ErrorIs(t, err, account.ErrDuplicate)
}

func TestPrivacy(t *testing.T) {
	s := person("k", 5, account.Devoted, account.Champion)
	s.Preferences, s.Concerns = []string{"喝龙井"}, []string{"怕被撤职"}
	var log strings.Builder
	slog.New(slog.NewTextHandler(&log, nil)).Info("seen", "who", s)
	require.Contains(t, log.String(), "champion")
	require.NotContains(t, log.String(), "龙井")
	require.NotContains(t, log.String(), "撤职")

	text, err := json.Marshal(assess(t, []account.Stakeholder{s}))
	require.NoError(t, err)
	require.NotContains(t, string(text), "龙井", "a map holds nothing personal")
	text, err = json.Marshal(s)
	require.NoError(t, err)
	require.JSONEq(t, `{"customer":"c","contact":"k","roles":["champion"],"influence":5,"attitude":"devoted","preferences":["喝龙井"],"concerns":["怕被撤职"]}`, string(text))
	var back account.Stakeholder
	require.NoError(t, json.Unmarshal(text, &back))
	require.Equal(t, s, back)
}

func TestFindings(t *testing.T) {
	require.NoError(t, account.Catalogue().Validate())
	m := assess(t, []account.Stakeholder{person("k1", 5, 0, account.DecisionMaker), person("k2", 1, 0, account.DecisionMaker), person("k3", 1, 0)},
		tie("p1", "k1"), tie("p2", "k3"), tie("p2", "x"))
	require.Equal(t, []string{"ACC-POWER-UNTIED", "ACC-KEY-PERSON", "ACC-UNMAPPED"}, codes(m))
	for _, f := range m.Findings(today) {
		require.NoError(t, f.Validate())
		for _, lang := range []finding.Language{finding.English, finding.Chinese} {
			_, err := account.Catalogue().Render(f, lang)
			require.NoError(t, err)
		}
	}
	text, err := account.Catalogue().Render(m.Findings(today)[1], finding.English)
	require.NoError(t, err)
	require.Equal(t, "if p1 leaves, 5 of 6 points of influence go", text)
}

// TestOrderDoesNotMatter: the same rows in another order give the same map.
func TestOrderDoesNotMatter(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		people, ties := randomAccount(t, 6, 6)
		require.Equal(t, assess(t, people, ties...),
			assess(t, rapid.Permutation(people).Draw(t, "people"), rapid.Permutation(ties).Draw(t, "ties")...))
	})
}

func randomAccount(t *rapid.T, ours, theirs int) (people []account.Stakeholder, ties []account.Tie) {
	for j := range rapid.IntRange(0, theirs).Draw(t, "theirs") {
		s := person(fmt.Sprintf("k%02d", j), rapid.IntRange(1, 5).Draw(t, "influence"), account.Attitude(rapid.IntRange(0, 5).Draw(t, "attitude")))
		if r := account.Role(rapid.IntRange(0, 7).Draw(t, "role")); r > 0 {
			s.Roles = append(s.Roles, r)
		}
		people = append(people, s)
	}
	for i := range ours {
		for j := range theirs {
			if rapid.IntRange(0, 2).Draw(t, "tied") == 0 {
				x := tie(fmt.Sprintf("p%02d", i), fmt.Sprintf("k%02d", j))
				x.Depth = account.Depth(rapid.IntRange(0, 4).Draw(t, "depth"))
				ties = append(ties, x)
			}
		}
	}
	return people, ties
}

func TestEnumerations(t *testing.T) {
	wording.Enum(t, 1, account.Champion, account.ErrInvalid)
	wording.Enum(t, 1, account.Devoted, account.ErrInvalid)
	wording.Enum(t, 1, account.Commitment, account.ErrInvalid)
	for score := -2; score <= 2; score++ {
		a, err := account.AttitudeOf(score)
		require.NoError(t, err)
		back, known := a.Score()
		require.True(t, known)
		require.Equal(t, score, back)
	}
	for level := 0; level <= 3; level++ {
		d, err := account.DepthOf(level)
		require.NoError(t, err)
		back, known := d.Level()
		require.True(t, known)
		require.Equal(t, level, back)
	}
	for _, n := range []int{-1, 4} {
		_, err := account.DepthOf(n)
		require.ErrorIs(t, err, account.ErrInvalid)
	}
	for _, n := range []int{-3, 3} {
		_, err := account.AttitudeOf(n)
		require.ErrorIs(t, err, account.ErrInvalid)
	}
	_, known := account.Attitude(0).Score()
	require.False(t, known)
	_, known = account.Depth(9).Level()
	require.False(t, known)
}
