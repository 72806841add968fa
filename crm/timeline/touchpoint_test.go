package timeline_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/guanxi-go/guanxi/crm/finding"
	"github.com/guanxi-go/guanxi/crm/timeline"
)

func TestRegistryNamesEveryFault(t *testing.T) {
	_, err := timeline.NewRegistry([]timeline.Touchpoint{
		{Code: "b", En: "b", Zh: "乙", From: start, Until: start},
		{Code: "a", En: "", Zh: "", Channel: 40, JourneyStage: "moon"},
		{Code: "b", En: "b", Zh: "乙"},
		{Code: strings.Repeat("x", 65), En: "x", Zh: "x"},
	}, timeline.RegistryOptions{Stages: []string{"living"}})
	require.Equal(t, []string{"en", "zh", "channel", "journey_stage", "until", "code", "code"}, fields(t, err))
	require.ErrorIs(t, err, timeline.ErrInvalid)
	require.ErrorIs(t, err, timeline.ErrDuplicate)
}

func TestRegistryCheck(t *testing.T) {
	points := []timeline.Touchpoint{
		{Code: "hotline", En: "hotline", Zh: "热线", Channel: timeline.Phone, From: start, Until: start.Add(time.Hour)},
		{Code: "any", En: "any", Zh: "任意", JourneyStage: "moon"},
	}
	r, err := timeline.NewRegistry(points, timeline.RegistryOptions{})
	require.NoError(t, err, "without a list, stages are not checked")
	points[0].Code = "changed"
	require.Equal(t, "hotline", r.Touchpoints()[1].Code, "a caller's change stays the caller's")
	r.Touchpoints()[1].Code = "changed"

	a := contact()
	require.NoError(t, r.Check(a), "the first instant is in")
	a.At = start.Add(time.Hour)
	require.ErrorIs(t, r.Check(a), timeline.ErrInvalid, "the last is out")
	a.At = start.Add(-1)
	require.ErrorIs(t, r.Check(a), timeline.ErrInvalid)
	a.At, a.Channel = start, timeline.Web
	require.Equal(t, []string{"channel"}, fields(t, r.Check(a)))
	a.Touchpoint = "any"
	require.NoError(t, r.Check(a))
	a.Touchpoint = "nowhere"
	require.ErrorIs(t, r.Check(a), timeline.ErrNotFound)
	require.NoError(t, r.Check(timeline.Activity{Retracted: true}))
	var empty timeline.Registry
	require.ErrorIs(t, empty.Check(a), timeline.ErrNotFound)
}

func TestRegistryFindings(t *testing.T) {
	r, err := timeline.NewRegistry([]timeline.Touchpoint{
		{Code: "ended", En: "ended", Zh: "已停", Until: start.Add(time.Minute)},
		{Code: "old", En: "old", Zh: "旧", Until: start},
		{Code: "unused", En: "unused", Zh: "未用"},
	}, timeline.RegistryOptions{})
	require.NoError(t, err)
	at := func(code string) timeline.Activity {
		a := contact()
		a.Touchpoint, a.At = code, time.Time{}
		return a
	}
	tl := read(t, at("ended"), at("ended"), at("nowhere"))
	require.Equal(t, []timeline.Usage{
		{Code: "ended", Known: true, Count: 2, First: start, Last: start.Add(time.Hour), Inactive: 1},
		{Code: "nowhere", Count: 1, First: start.Add(2 * time.Hour), Last: start.Add(2 * time.Hour)},
		{Code: "old", Known: true},
		{Code: "unused", Known: true},
	}, r.Usage(tl))
	var got []string
	for _, f := range r.Findings(tl, day, start) {
		require.NoError(t, f.Validate())
		text, err := timeline.Catalogue().Render(f, finding.Chinese)
		require.NoError(t, err)
		got = append(got, f.Code+" "+f.Subject+" "+text)
	}
	require.Equal(t, []string{
		"TML-TOUCHPOINT-INACTIVE ended 1 条行动在其无效期间使用",
		"TML-TOUCHPOINT-UNKNOWN nowhere 1 条行动所用的接触点未登记",
		"TML-TOUCHPOINT-UNUSED unused 有效但未被使用",
	}, got)
}
