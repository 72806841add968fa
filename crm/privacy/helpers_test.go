package privacy_test

import (
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/guanxi-go/guanxi/crm/calendar"
	"github.com/guanxi-go/guanxi/crm/privacy"
	"github.com/guanxi-go/guanxi/crm/timeline"
)

var start = time.Date(2026, 9, 1, 0, 0, 0, 0, time.UTC)

func hour(n int) time.Time { return start.Add(time.Duration(n) * time.Hour) }

var asOf = calendar.MustDate(2026, 9, 30)

// fields returns the fields of all errors joined in err.
func fields(t *testing.T, err error) (list []string) {
	t.Helper()
	if err == nil {
		return nil
	}
	all := []error{err}
	if joined, ok := err.(interface{ Unwrap() []error }); ok {
		all = joined.Unwrap()
	}
	for _, e := range all {
		var typed *privacy.Error
		require.True(t, errors.As(e, &typed), "%v", e)
		list = append(list, typed.Field)
	}
	return list
}

var (
	someChannels   = []timeline.Channel{0, timeline.SMS, timeline.Phone}
	someCategories = []privacy.Category{privacy.Basic, privacy.Preference, privacy.Health, privacy.Minor}
)

func drawCategories(t *rapid.T) []privacy.Category {
	return rapid.SliceOfNDistinct(rapid.SampledFrom(someCategories), 0, 3, rapid.ID).Draw(t, "categories")
}

func drawConsents(t *rapid.T) []privacy.Consent {
	list := make([]privacy.Consent, rapid.IntRange(0, 8).Draw(t, "n"))
	for i := range list {
		c := privacy.Consent{
			Seq:        uint64(i + 1),
			Purpose:    rapid.SampledFrom([]string{"marketing", "delivery"}).Draw(t, "purpose"),
			Channel:    rapid.SampledFrom(someChannels).Draw(t, "channel"),
			Basis:      rapid.SampledFrom([]privacy.Basis{privacy.ByConsent, privacy.ByConsent, privacy.ByContract, privacy.MadePublic}).Draw(t, "basis"),
			Action:     rapid.SampledFrom([]privacy.Action{privacy.Given, privacy.Given, privacy.Withdrawn}).Draw(t, "action"),
			Categories: drawCategories(t),
			At:         hour(rapid.IntRange(0, 6).Draw(t, "at")), Recorded: hour(rapid.IntRange(0, 12).Draw(t, "recorded")),
			Actor: "s-1", Reason: "because",
		}
		if c.Action == privacy.Withdrawn && rapid.IntRange(0, 3).Draw(t, "every purpose") == 0 {
			c.Purpose = ""
		}
		if c.Action == privacy.Given && c.Basis == privacy.ByConsent {
			c.Notice = rapid.IntRange(0, 2).Draw(t, "notice")
			c.Separate = rapid.Bool().Draw(t, "separate")
			c.Guardian = rapid.SampledFrom([]string{"", "C-8"}).Draw(t, "guardian")
		}
		list[i] = c
	}
	return list
}

func drawQuestion(t *rapid.T) privacy.Question {
	return privacy.Question{
		Purpose:    rapid.SampledFrom([]string{"marketing", "delivery"}).Draw(t, "asked purpose"),
		Channel:    rapid.SampledFrom(someChannels).Draw(t, "asked channel"),
		Categories: drawCategories(t),
		At:         hour(rapid.IntRange(-1, 8).Draw(t, "asked at")),
		Age:        rapid.SampledFrom([]privacy.Age{privacy.AgeUnknown, privacy.UnderFourteen, privacy.FourteenUp, privacy.FourteenUp}).Draw(t, "age"),
		UnknownAge: rapid.SampledFrom([]privacy.AgePolicy{privacy.RefuseUnknown, privacy.TreatAsChild, privacy.TreatAsAdult}).Draw(t, "policy"),
		Notice:     rapid.IntRange(0, 2).Draw(t, "asked notice"),
		Bases:      rapid.SampledFrom([][]privacy.Basis{nil, {privacy.ByConsent}, {privacy.ByContract, privacy.MadePublic}}).Draw(t, "bases"),
	}
}
