package timeline_test

import (
	"math"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/guanxi-go/guanxi/crm/calendar"
	"github.com/guanxi-go/guanxi/crm/finding"
	"github.com/guanxi-go/guanxi/crm/money"
	"github.com/guanxi-go/guanxi/crm/timeline"
)

var day = calendar.MustDate(2026, 5, 31)

// naive keeps what stands by asking, of each entry, whether a later one goes back
// to the same original.
func naive(list []timeline.Activity, known time.Time) (kept []timeline.Activity) {
	original := func(a timeline.Activity) uint64 {
		for a.Corrects != 0 {
			a = list[slices.IndexFunc(list, func(b timeline.Activity) bool { return b.Subject == a.Subject && b.Seq == a.Corrects })]
		}
		return a.Seq
	}
	isKnown := func(a timeline.Activity) bool { return known.IsZero() || !a.Recorded.After(known) }
	for _, a := range list {
		replaced := slices.ContainsFunc(list, func(b timeline.Activity) bool {
			return isKnown(b) && b.Subject == a.Subject && original(b) == original(a) && b.Seq > a.Seq
		})
		if isKnown(a) && !replaced && !a.Retracted {
			kept = append(kept, a)
		}
	}
	slices.SortFunc(kept, timeline.Compare)
	return kept
}

func TestWhatStands(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		list := drawActivities(t)
		var known time.Time
		if rapid.Bool().Draw(t, "as known") {
			known = start.Add(time.Duration(rapid.IntRange(-1, 20).Draw(t, "known")) * time.Hour)
		}
		shuffled := rapid.Permutation(slices.Clone(list)).Draw(t, "order")
		tl, err := timeline.New(shuffled, timeline.Options{Known: known})
		require.NoError(t, err)
		got := slices.Collect(tl.All())
		require.Equal(t, naive(list, known), got)

		// What was known then is what a fold of the entries recorded by then gives.
		prefix := slices.DeleteFunc(slices.Clone(list), func(a timeline.Activity) bool { return !known.IsZero() && a.Recorded.After(known) })
		then, err := timeline.New(prefix, timeline.Options{})
		require.NoError(t, err)
		require.Equal(t, got, slices.Collect(then.All()))
	})
}

// answers is everything that is computed of a timeline.
func answers(t require.TestingT, tl *timeline.Timeline) []any {
	deals, err := tl.Deals()
	require.NoError(t, err)
	prepaid, found, err := tl.Prepayments(day)
	require.NoError(t, err)
	r, err := timeline.NewRegistry([]timeline.Touchpoint{{Code: "hotline", En: "hotline", Zh: "热线", Until: start.Add(5 * time.Hour)}}, timeline.RegistryOptions{})
	require.NoError(t, err)
	next, ok := tl.NextFollowUp()
	return []any{tl.Count(), tl.LastContact(), tl.FollowUps(), next, ok, tl.Responses(), deals, prepaid, found, tl.Doubles(day), r.Usage(tl), r.Findings(tl, day, start)}
}

func TestOrderAndRedactionChangeNothing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		list := drawActivities(t)
		tl, err := timeline.New(list, timeline.Options{})
		require.NoError(t, err)
		want := answers(t, tl)

		shuffled, err := timeline.New(rapid.Permutation(slices.Clone(list)).Draw(t, "order"), timeline.Options{})
		require.NoError(t, err)
		require.Equal(t, want, answers(t, shuffled))

		forgotten := slices.Clone(list)
		for i := range forgotten {
			forgotten[i] = forgotten[i].Redacted()
		}
		redacted, err := timeline.New(forgotten, timeline.Options{})
		require.NoError(t, err)
		require.Equal(t, want, answers(t, redacted))

		// Counted by hand.
		var deals, balance int64
		contacts := 0
		for _, a := range naive(list, time.Time{}) {
			if a.Kind == timeline.KindDeal && a.Deal.Amount.Currency == money.CNY {
				deals += a.Deal.Amount.Minor
			}
			if p := a.Prepayment; a.Kind == timeline.KindPrepayment && p.Deal == "HT-1" && p.Amount.Currency == money.CNY {
				balance += p.Amount.Minor
				if p.Movement != timeline.Received {
					balance -= 2 * p.Amount.Minor
				}
			}
			if a.Kind == timeline.KindContact {
				contacts++
			}
		}
		require.Equal(t, contacts, tl.Count().ByKind[timeline.KindContact])
		totals, err := tl.Deals()
		require.NoError(t, err)
		for _, total := range totals {
			if total.Amount.Currency == money.CNY {
				deals -= total.Amount.Minor
			}
		}
		require.Zero(t, deals)
		prepaid, found, err := tl.Prepayments(day)
		require.NoError(t, err)
		negative := 0
		for _, b := range prepaid {
			if b.Deal == "HT-1" && b.Balance.Currency == money.CNY {
				balance -= b.Balance.Minor
			}
			if b.Balance.Minor < 0 {
				negative++
			}
		}
		require.Zero(t, balance)
		require.Len(t, found, negative, "never below zero without a finding")

		// The parts of a period add up, and every map of counts to its total.
		cut := start.Add(time.Duration(rapid.IntRange(-12, 24).Draw(t, "cut")) * time.Hour)
		before, after := tl.Between(time.Time{}, cut), tl.Between(cut, time.Time{})
		require.Equal(t, tl.Len(), before.Len()+after.Len())
		c, sum := tl.Count(), 0
		for _, n := range c.ByChannel {
			sum += n
		}
		require.Equal(t, c.Total, sum)
		for a := range before.All() {
			require.True(t, a.At.Before(cut))
		}
		for a := range after.All() {
			require.False(t, a.At.Before(cut))
		}
		require.Equal(t, tl.AsOf(cut).Len(), tl.Between(time.Time{}, cut.Add(1)).Len())
	})
}

// sequence builds a journal of one subject, an hour between its activities.
func sequence(list ...timeline.Activity) []timeline.Activity {
	for i := range list {
		a := &list[i]
		a.Subject, a.Seq, a.Actor = "C-1", uint64(i+1), "s-1"
		if a.Kind == 0 {
			a.Kind = timeline.KindContact
		}
		if a.At.IsZero() {
			a.At = start.Add(time.Duration(i) * time.Hour)
		}
		a.Recorded = start.Add(time.Duration(100+i) * time.Hour)
	}
	return list
}

func read(t *testing.T, list ...timeline.Activity) *timeline.Timeline {
	t.Helper()
	tl, err := timeline.New(sequence(list...), timeline.Options{})
	require.NoError(t, err)
	return tl
}

const (
	in, out, internal = timeline.Inbound, timeline.Outbound, timeline.Internal
)

func TestLastContact(t *testing.T) {
	at := func(h int) time.Time { return start.Add(time.Duration(h) * time.Hour) }
	require.Zero(t, read(t).LastContact())
	require.True(t, read(t).LastContact().Any().IsZero())
	tl := read(t,
		timeline.Activity{Direction: in},                                 // 0: a letter
		timeline.Activity{Direction: out, Outcome: timeline.Refused},     // 1
		timeline.Activity{Direction: out, Outcome: timeline.NoAnswer},    // 2
		timeline.Activity{Direction: internal, Outcome: timeline.Agreed}, // 3: among ourselves
		timeline.Activity{Kind: timeline.KindDeal, Outcome: timeline.Agreed},
	)
	require.Equal(t, timeline.LastContact{TwoWay: at(1), Inbound: at(0), Outbound: at(2)}, tl.LastContact())
	require.Equal(t, at(2), tl.LastContact().Any())
	require.Equal(t, timeline.LastContact{Inbound: at(0)}, tl.AsOf(at(0)).LastContact())
	none := tl.Where(func(a timeline.Activity) bool { return a.Contact == "K-9" })
	require.Zero(t, none.LastContact())
}

func TestFollowUps(t *testing.T) {
	at := func(h int) time.Time { return start.Add(time.Duration(h) * time.Hour) }
	next := func(h int) timeline.Activity {
		return timeline.Activity{Direction: out, Outcome: timeline.Callback, Next: at(h)}
	}
	open := func(list ...timeline.Activity) (due []int) {
		for _, f := range read(t, list...).FollowUps() {
			due = append(due, int(f.Due.Sub(start)/time.Hour))
		}
		return due
	}
	reached := timeline.Activity{Direction: in, Outcome: timeline.Reached}
	require.Nil(t, open())
	require.Equal(t, []int{50}, open(next(50)))
	require.Equal(t, []int{70}, open(next(50), next(70)), "a later agreement replaces it")
	require.Equal(t, []int{20}, open(next(50), next(20)))
	require.Nil(t, open(next(50), reached), "kept early")
	require.Equal(t, []int{50}, open(reached, next(50)))
	require.Equal(t, []int{50}, open(next(50), timeline.Activity{Direction: out, Outcome: timeline.NoAnswer}), "nobody reached")
	require.Equal(t, []int{50}, open(next(50), timeline.Activity{Direction: internal, Outcome: timeline.Agreed}), "talk among ourselves")
	other := reached
	other.Contact = "K-1"
	require.Equal(t, []int{50}, open(next(50), other), "with somebody else")
	withK1 := next(30)
	withK1.Contact = "K-1"
	require.Equal(t, []int{30, 50}, open(next(50), withK1))

	tl := read(t, next(50))
	f, ok := tl.NextFollowUp()
	require.True(t, ok)
	require.Equal(t, timeline.FollowUp{Subject: "C-1", Due: at(50), Agreed: at(0), Seq: 1}, f)
	require.False(t, f.Overdue(at(50).Add(-1)))
	require.True(t, f.Overdue(at(50)))
	_, ok = read(t).NextFollowUp()
	require.False(t, ok)
}

func TestResponses(t *testing.T) {
	gaps := func(list ...timeline.Activity) (hours []int) {
		for _, r := range read(t, list...).Responses() {
			if gap, ok := r.Gap(); ok {
				hours = append(hours, int(gap/time.Hour))
			} else {
				hours = append(hours, -1)
			}
		}
		return hours
	}
	asks := timeline.Activity{Direction: in}
	answers := timeline.Activity{Direction: out}
	missed := timeline.Activity{Direction: out, Outcome: timeline.NoAnswer}
	call := timeline.Activity{Direction: in, Outcome: timeline.InformationGiven}
	require.Nil(t, gaps())
	require.Nil(t, gaps(answers), "nobody asked")
	require.Equal(t, []int{-1}, gaps(asks), "not yet answered is not a short wait")
	require.Equal(t, []int{1}, gaps(asks, answers))
	require.Equal(t, []int{3}, gaps(asks, asks, missed, answers), "a reminder begins no second wait")
	require.Equal(t, []int{1, -1}, gaps(asks, answers, asks))
	require.Equal(t, []int{0}, gaps(call), "a call that was taken is answered at once")
	require.Equal(t, []int{1}, gaps(asks, call))
	stranger := answers
	stranger.Contact = "K-2"
	require.Equal(t, []int{-1}, gaps(asks, stranger), "an answer to somebody else")
}

func TestMoney(t *testing.T) {
	deal := func(number string, minor int64, cur money.Currency) timeline.Activity {
		return timeline.Activity{Kind: timeline.KindDeal, Deal: timeline.Deal{Number: number, Amount: money.Amount{Minor: minor, Currency: cur}}}
	}
	tl := read(t, deal("HT-1", 100, money.CNY), deal("HT-2", 7, money.USD), deal("HT-3", 23, money.CNY), deal("HT-2", 7, money.USD))
	totals, err := tl.Deals()
	require.NoError(t, err)
	require.Equal(t, []timeline.DealTotal{
		{Deals: 2, Amount: money.Amount{Minor: 123, Currency: money.CNY}},
		{Deals: 2, Amount: money.Amount{Minor: 14, Currency: money.USD}},
	}, totals)
	doubles := tl.Doubles(day)
	require.Len(t, doubles, 1)
	text, err := timeline.Catalogue().Render(doubles[0], finding.English)
	require.NoError(t, err)
	require.Equal(t, "deal HT-2 is recorded 2 times", text)

	_, err = read(t, deal("HT-1", math.MaxInt64, money.CNY), deal("HT-2", 1, money.CNY)).Deals()
	require.ErrorIs(t, err, timeline.ErrOverflow)
	require.EqualError(t, err, "timeline: C-1 #2 HT-2: deal.amount: the total does not fit 64 bits: overflow")

	move := func(m timeline.Movement, minor int64) timeline.Activity {
		return timeline.Activity{Kind: timeline.KindPrepayment, Prepayment: timeline.PrepaymentMove{Deal: "HT-1", Movement: m, Amount: money.Amount{Minor: minor, Currency: money.CNY}}}
	}
	balances, found, err := read(t, move(timeline.Received, 500), move(timeline.Applied, 300), move(timeline.Refunded, 200)).Prepayments(day)
	require.NoError(t, err)
	require.Empty(t, found)
	require.Len(t, balances, 1)
	require.Equal(t, money.Amount{Currency: money.CNY}, balances[0].Balance)
	_, found, err = read(t, move(timeline.Refunded, 1)).Prepayments(day)
	require.NoError(t, err)
	require.Len(t, found, 1)
	require.NoError(t, found[0].Validate())
	for _, list := range [][]timeline.Activity{
		{move(timeline.Received, math.MaxInt64), move(timeline.Received, 1)},
		{move(timeline.Applied, math.MaxInt64), move(timeline.Refunded, 2)},
	} {
		_, _, err = read(t, list...).Prepayments(day)
		require.ErrorIs(t, err, timeline.ErrOverflow)
	}
}

func TestDoublesOfAnOutsideID(t *testing.T) {
	message := timeline.Activity{ID: "wx-1", Direction: in}
	corrected := message
	corrected.Corrects = 1
	require.Empty(t, read(t, message, corrected).Doubles(day), "a correction is no second activity")
	doubles := read(t, message, message, message).Doubles(day)
	require.Len(t, doubles, 1)
	text, err := timeline.Catalogue().Render(doubles[0], finding.Chinese)
	require.NoError(t, err)
	require.Equal(t, "外部编号 wx-1 的行动记录了 3 次", text)
	require.NoError(t, doubles[0].Validate())
}

func TestCatalogue(t *testing.T) { require.NoError(t, timeline.Catalogue().Validate()) }

func TestNewRefuses(t *testing.T) {
	tests := []struct {
		name  string
		spoil func([]timeline.Activity)
		field string
		want  error
	}{
		{"no number", func(l []timeline.Activity) { l[1].Seq = 0 }, "seq", timeline.ErrInvalid},
		{"one number twice", func(l []timeline.Activity) { l[1].Seq = 1 }, "seq", timeline.ErrDuplicate},
		{"not recorded", func(l []timeline.Activity) { l[1].Recorded = time.Time{} }, "recorded", timeline.ErrInvalid},
		{"no instant", func(l []timeline.Activity) { l[1].At = time.Time{} }, "at", timeline.ErrInvalid},
		{"no kind", func(l []timeline.Activity) { l[1].Kind = 0 }, "kind", timeline.ErrInvalid},
		{"corrects itself", func(l []timeline.Activity) { l[1].Corrects = 2 }, "corrects", timeline.ErrNotFound},
		{"corrects what comes later", func(l []timeline.Activity) { l[1].Corrects = 3 }, "corrects", timeline.ErrNotFound},
		{"corrects nothing", func(l []timeline.Activity) { l[1].Corrects = 9 }, "corrects", timeline.ErrNotFound},
		{"corrects another journal's", func(l []timeline.Activity) { l[1].Subject, l[1].Corrects = "C-2", 1 }, "corrects", timeline.ErrNotFound},
		{"retracts nothing", func(l []timeline.Activity) { l[1].Retracted = true }, "corrects", timeline.ErrNotFound},
		{"known before what it corrects", func(l []timeline.Activity) { l[1].Corrects, l[1].Recorded = 1, start }, "recorded", timeline.ErrInvalid},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			list := sequence(contact(), contact(), contact())
			tt.spoil(list)
			_, err := timeline.New(list, timeline.Options{})
			require.ErrorIs(t, err, tt.want)
			require.Equal(t, []string{tt.field}, fields(t, err))
		})
	}
	var zero timeline.Timeline
	require.Zero(t, zero.Len())
	require.Zero(t, zero.Count().Total)
}
