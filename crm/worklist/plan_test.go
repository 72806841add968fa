package worklist_test

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/guanxi-go/guanxi/crm/finding"
	"github.com/guanxi-go/guanxi/crm/money"
	"github.com/guanxi-go/guanxi/crm/worklist"
	"github.com/guanxi-go/guanxi/internal/wording"
)

var (
	zone = time.FixedZone("UTC+8", 8*60*60)
	now  = time.Date(2026, 11, 22, 9, 30, 0, 0, zone)
	day0 = time.Date(2026, 11, 22, 0, 0, 0, 0, zone)
)

func reasons() (all []worklist.Reason) {
	for r := worklist.Appointment; r.Valid(); r++ {
		all = append(all, r)
	}
	return all
}

// anyItem draws an item; few ids, so that items meet.
func anyItem(t *rapid.T) worklist.Item {
	it := worklist.Item{Kind: rapid.SampledFrom([]string{"lead", "deal"}).Draw(t, "kind"), ID: fmt.Sprint(rapid.IntRange(0, 20).Draw(t, "id"))}
	if rapid.Bool().Draw(t, "valued") {
		it.Value = money.Amount{Minor: rapid.Int64Range(1, 5).Draw(t, "value"), Currency: rapid.SampledFrom([]money.Currency{money.CNY, money.USD}).Draw(t, "currency")}
	}
	for range rapid.IntRange(1, 3).Draw(t, "causes") {
		c := worklist.Cause{Reason: rapid.SampledFrom(reasons()).Draw(t, "reason"), Days: rapid.IntRange(0, 9).Draw(t, "days"), Ref: rapid.SampledFrom([]string{"", "x"}).Draw(t, "ref")}
		c.Due = day0.Add(time.Duration(rapid.IntRange(-4, 8).Draw(t, "quarters")) * 6 * time.Hour)
		it.Causes = append(it.Causes, c)
	}
	return it
}

// Nothing is lost and nothing doubled, whatever the order of the input; each list is
// in its order.
func TestPlanKeepsEverything(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		items := rapid.SliceOfN(rapid.Custom(anyItem), 0, 30).Draw(t, "items")
		for i := range items { // one value for each thing, as a caller has it
			items[i].Value = money.Amount{Minor: int64(len(items[i].ID)), Currency: money.CNY}
		}
		day, err := worklist.Plan(items, now, zone)
		require.NoError(t, err)
		causes, things := 0, map[string]bool{}
		for _, it := range items {
			causes += len(it.Causes)
		}
		for _, task := range day.Diary {
			causes -= len(task.Causes)
			for _, c := range task.Causes {
				require.Equal(t, worklist.Appointment, c.Reason)
				require.False(t, c.Due.Before(day0) || !c.Due.Before(day0.Add(24*time.Hour)))
			}
		}
		for i, task := range day.Tasks {
			causes -= len(task.Causes)
			require.False(t, things[task.Kind+"/"+task.ID], "once each")
			things[task.Kind+"/"+task.ID] = true
			if i > 0 {
				require.LessOrEqual(t, day.Tasks[i-1].Urgency, task.Urgency)
			}
		}
		require.Zero(t, causes)

		shuffled := append([]worklist.Item(nil), items...)
		r := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 1))
		r.Shuffle(len(shuffled), func(i, j int) { shuffled[i], shuffled[j] = shuffled[j], shuffled[i] })
		again, err := worklist.Plan(shuffled, now, zone)
		require.NoError(t, err)
		require.Equal(t, len(day.Tasks), len(again.Tasks))
		for i := range day.Tasks {
			require.Equal(t, day.Tasks[i].ID, again.Tasks[i].ID)
			require.ElementsMatch(t, day.Tasks[i].Causes, again.Tasks[i].Causes)
		}
	})
}

func TestUrgency(t *testing.T) {
	end := day0.Add(24 * time.Hour)
	for _, c := range []struct {
		cause worklist.Cause
		want  worklist.Urgency
	}{
		{worklist.Cause{Reason: worklist.Recycle, Due: end}, worklist.EndsToday},
		{worklist.Cause{Reason: worklist.Recycle, Due: end.Add(time.Microsecond)}, worklist.Ahead},
		{worklist.Cause{Reason: worklist.Expire, Due: day0.Add(-time.Hour)}, worklist.EndsToday},
		{worklist.Cause{Reason: worklist.Submit, Due: day0.Add(15 * time.Hour)}, worklist.EndsToday},
		{worklist.Cause{Reason: worklist.Submit, Due: day0.Add(-time.Hour)}, worklist.Overdue},
		{worklist.Cause{Reason: worklist.Submit, Due: day0.AddDate(0, 0, 1).Add(time.Hour)}, worklist.Ahead},
		{worklist.Cause{Reason: worklist.Respond, Due: day0.Add(15 * time.Hour)}, worklist.DueToday},
		{worklist.Cause{Reason: worklist.Decide, Due: day0.Add(-time.Hour)}, worklist.Overdue},
		{worklist.Cause{Reason: worklist.Decide, Due: now}, worklist.EndsToday},
		{worklist.Cause{Reason: worklist.Decide}, worklist.DueToday},
		{worklist.Cause{Reason: worklist.FollowUp, Due: day0.Add(-time.Microsecond)}, worklist.Overdue},
		{worklist.Cause{Reason: worklist.FollowUp, Due: day0}, worklist.DueToday},
		{worklist.Cause{Reason: worklist.FollowUp, Due: end}, worklist.Ahead},
		// Of yesterday, of today until the first instant of tomorrow, of tomorrow.
		{worklist.Cause{Reason: worklist.Owed, Due: day0}, worklist.Overdue},
		{worklist.Cause{Reason: worklist.Owed, Due: day0.Add(time.Microsecond)}, worklist.DueToday},
		{worklist.Cause{Reason: worklist.Owed, Due: end}, worklist.DueToday},
		{worklist.Cause{Reason: worklist.Owed, Due: end.Add(time.Microsecond)}, worklist.Ahead},
		{worklist.Cause{Reason: worklist.Close, Due: day0}, worklist.Overdue},
		{worklist.Cause{Reason: worklist.Close, Due: end}, worklist.DueToday},
		{worklist.Cause{Reason: worklist.Close, Due: end.AddDate(0, 0, 1)}, worklist.Ahead},
		{worklist.Cause{Reason: worklist.Submit, Due: day0}, worklist.Overdue},
		{worklist.Cause{Reason: worklist.Submit, Due: end}, worklist.EndsToday},
		{worklist.Cause{Reason: worklist.Decide, Due: day0}, worklist.Overdue},
		{worklist.Cause{Reason: worklist.Decide, Due: end}, worklist.EndsToday},
		{worklist.Cause{Reason: worklist.Care, Due: day0.AddDate(0, 0, -1)}, worklist.Overdue},
		{worklist.Cause{Reason: worklist.Care, Due: day0}, worklist.DueToday},
		{worklist.Cause{Reason: worklist.Care, Due: end}, worklist.Ahead},
		{worklist.Cause{Reason: worklist.Remind, Due: end.Add(-time.Microsecond)}, worklist.DueToday},
		{worklist.Cause{Reason: worklist.Collect, Due: day0.Add(-time.Hour)}, worklist.ToCollect},
		{worklist.Cause{Reason: worklist.Collect, Due: end}, worklist.Ahead},
		{worklist.Cause{Reason: worklist.Silent}, worklist.Stalled},
		{worklist.Cause{Reason: worklist.Appointment, Due: day0.Add(-time.Hour)}, worklist.Overdue},
		{worklist.Cause{Reason: worklist.Appointment, Due: end}, worklist.Ahead},
	} {
		day, err := worklist.Plan([]worklist.Item{{Kind: "k", ID: "i", Causes: []worklist.Cause{c.cause}}}, now, zone)
		require.NoError(t, err)
		require.Len(t, day.Tasks, 1)
		require.Equal(t, c.want, day.Tasks[0].Urgency, "%v at %v", c.cause.Reason, c.cause.Due)
	}
}

func TestPlanRefuses(t *testing.T) {
	fine := worklist.Cause{Reason: worklist.Stuck, Days: 1}
	for name, items := range map[string][]worklist.Item{
		"no id":      {{Kind: "k", Causes: []worklist.Cause{fine}}},
		"no kind":    {{ID: "i", Causes: []worklist.Cause{fine}}},
		"no cause":   {{Kind: "k", ID: "i"}},
		"no reason":  {{Kind: "k", ID: "i", Causes: []worklist.Cause{{}}}},
		"no instant": {{Kind: "k", ID: "i", Causes: []worklist.Cause{{Reason: worklist.Remind}}}},
		"days":       {{Kind: "k", ID: "i", Causes: []worklist.Cause{{Reason: worklist.Stuck, Days: -1}}}},
	} {
		_, err := worklist.Plan(items, now, zone)
		require.ErrorIs(t, err, worklist.ErrInvalid, name)
		var e *worklist.Error
		require.ErrorAs(t, err, &e)
		require.Equal(t, "items of the day's list is not valid", e.Text(finding.English))
		require.Equal(t, "今日工作的 items 无效", e.Text(finding.Chinese))
	}
	_, err := worklist.Plan(nil, time.Time{}, zone)
	require.ErrorIs(t, err, worklist.ErrInvalid)
	_, err = worklist.Plan(nil, now, nil)
	require.ErrorIs(t, err, worklist.ErrInvalid)
	day, err := worklist.Plan(nil, now, zone)
	require.NoError(t, err)
	require.Empty(t, day.Tasks)
}

// Every finding has its sentence in both languages.
func TestTexts(t *testing.T) {
	texts := worklist.Catalogue()
	require.NoError(t, texts.Validate())
	for _, r := range reasons() {
		day, err := worklist.Plan([]worklist.Item{{Kind: "k", ID: "i", Causes: []worklist.Cause{{Reason: r, Due: now, Days: 3, Amount: money.Amount{Minor: 1, Currency: money.CNY}}}}}, now, zone)
		require.NoError(t, err)
		task := append(day.Diary, day.Tasks...)[0]
		for _, f := range day.Findings(task, zone) {
			require.NoError(t, f.Validate())
			for _, lang := range []finding.Language{finding.English, finding.Chinese} {
				text, err := texts.Render(f, lang)
				require.NoError(t, err)
				require.NotEmpty(t, text)
			}
		}
	}
	wording.Enum(t, worklist.Appointment, worklist.Care, worklist.ErrInvalid)
	wording.Enum(t, worklist.EndsToday, worklist.Ahead, worklist.ErrInvalid)
}

// What ends with a day is shown as that day, what begins with one too, and a time of the
// day as it is.
func TestDueAsPeopleReadIt(t *testing.T) {
	for reason, want := range map[worklist.Reason]string{
		worklist.Owed: "2026-11-21", worklist.Close: "2026-11-21", worklist.Expire: "2026-11-21", worklist.Decide: "2026-11-21", worklist.Submit: "2026-11-21",
		worklist.FollowUp: "2026-11-22", worklist.Recycle: "2026-11-22", worklist.Remind: "2026-11-22",
	} {
		for due, want := range map[time.Time]string{day0: want, day0.Add(15 * time.Hour): "2026-11-22 15:00"} {
			day, err := worklist.Plan([]worklist.Item{{Kind: "k", ID: "i", Causes: []worklist.Cause{{Reason: reason, Due: due}}}}, now, zone)
			require.NoError(t, err)
			found := day.Findings(day.Tasks[0], zone)[0]
			require.Contains(t, found.Params, finding.Str("due", want), reason)
		}
	}
}

func BenchmarkPlan(b *testing.B) {
	items := make([]worklist.Item, 1000)
	all := reasons()
	for i := range items {
		items[i] = worklist.Item{Kind: "opportunity", ID: fmt.Sprint(i), Value: money.Amount{Minor: int64(i * 7919 % 1000), Currency: money.CNY},
			Causes: []worklist.Cause{{Reason: all[i%len(all)], Due: day0.Add(time.Duration(i%100-50) * time.Hour), Days: i % 60}}}
	}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := worklist.Plan(items, now, zone); err != nil {
			b.Fatal(err)
		}
	}
}
