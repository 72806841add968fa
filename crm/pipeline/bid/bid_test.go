package bid_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/guanxi-go/guanxi/crm/calendar"
	"github.com/guanxi-go/guanxi/crm/finding"
	"github.com/guanxi-go/guanxi/crm/money"
	"github.com/guanxi-go/guanxi/crm/pipeline/bid"
	"github.com/guanxi-go/guanxi/internal/wording"
)

var (
	shanghai = time.FixedZone("Asia/Shanghai", 8*3600)
	deadline = time.Date(2026, 5, 20, 9, 30, 0, 0, shanghai)
)

func cny(fen int64) money.Amount { return money.Amount{Minor: fen, Currency: money.CNY} }

func preparing() bid.Bid {
	return bid.Bid{ID: "b1", State: bid.Preparing, Deadline: deadline}
}

// What arrives after the deadline is refused, and not what arrives at it.
func TestBidLate(t *testing.T) {
	_, err := preparing().Submit(deadline.Add(time.Microsecond))
	require.ErrorIs(t, err, bid.ErrTransition)
	var e *bid.Error
	require.ErrorAs(t, err, &e)
	require.Equal(t, "BID-LATE", e.Code)
	b, err := preparing().Submit(deadline)
	require.NoError(t, err)
	require.Equal(t, bid.Submitted, b.State)
	require.Equal(t, deadline, b.SubmittedAt)
	require.NoError(t, b.Validate())
}

func TestBidComplete(t *testing.T) {
	b := preparing()
	b.Deposit = cny(10_000)
	b.Requirements = []bid.Requirement{{ID: "3.2", Mandatory: true, Answer: bid.Deviates}, {ID: "3.1", Answer: bid.Open}, {ID: "3.3", Answer: bid.Deviates},
		{ID: "3.4", Mandatory: true, Answer: bid.Complies}}
	_, err := b.Submit(deadline)
	require.ErrorIs(t, err, bid.ErrIncomplete)
	var e *bid.Error
	require.ErrorAs(t, err, &e)
	require.Equal(t, []string{"3.1", "3.2", "deposit"}, e.Items)
	require.Equal(t, "尚缺：3.1, 3.2, deposit", e.Text(finding.Chinese))
	require.Equal(t, bid.Matrix{Open: 1, Complies: 1, Deviates: 2}, b.Matrix())

	b.Requirements[0].Answer, b.Requirements[1].Answer = bid.Complies, bid.Complies
	b.PaidOn = calendar.MustDate(2026, 5, 10)
	b, err = b.Submit(deadline)
	require.NoError(t, err)
	_, err = b.Refund(b.PaidOn - 1)
	require.ErrorIs(t, err, bid.ErrInvalid)
	b, err = b.Refund(b.PaidOn + 40)
	require.NoError(t, err)
	_, err = b.Refund(b.PaidOn + 41)
	require.ErrorIs(t, err, bid.ErrTransition)
}

// Of all orders of commands only the table's ways are possible, and nothing is handed in
// late or twice.
func TestBidStates(t *testing.T) {
	allowed := map[string]bool{"invited preparing": true, "preparing submitted": true, "submitted won": true, "submitted lost": true,
		"invited void": true, "preparing void": true, "submitted void": true}
	rapid.Check(t, func(t *rapid.T) {
		b := bid.Bid{ID: "b", State: bid.Invited, Deadline: deadline}
		for range rapid.IntRange(1, 12).Draw(t, "steps") {
			at := deadline.Add(time.Duration(rapid.IntRange(-2, 2).Draw(t, "hours")) * time.Hour)
			do := []func() (bid.Bid, error){b.Prepare, func() (bid.Bid, error) { return b.Submit(at) }, b.Win, b.Lose, b.Cancel}
			next, err := rapid.SampledFrom(do).Draw(t, "do")()
			if err != nil {
				require.ErrorIs(t, err, bid.ErrTransition)
				require.Equal(t, b, next)
				continue
			}
			require.True(t, allowed[b.State.String()+" "+next.State.String()])
			require.False(t, next.State == bid.Submitted && at.After(deadline))
			require.NoError(t, next.Validate())
			b = next
		}
	})
}

func TestWatch(t *testing.T) {
	late, soon, far, done := preparing(), preparing(), preparing(), preparing()
	late.ID, soon.ID, far.ID, done.ID = "late", "soon", "far", "done"
	soon.Deadline, far.Deadline = deadline.Add(72*time.Hour), deadline.Add(96*time.Hour)
	done.State, done.SubmittedAt = bid.Lost, deadline
	done.Deposit, done.PaidOn, done.ReturnBy = cny(500_000), calendar.MustDate(2026, 4, 1), calendar.MustDate(2026, 5, 19)
	now := deadline.Add(time.Second)
	found, err := bid.Watch([]bid.Bid{done, far, soon, late}, now, shanghai, bid.Options{})
	require.NoError(t, err)
	var lines []string
	for _, f := range found {
		require.NoError(t, f.Validate())
		text, err := bid.Catalogue().Render(f, finding.Chinese)
		require.NoError(t, err)
		lines = append(lines, f.Subject+" "+text)
	}
	require.Equal(t, []string{"soon 须在 2026-05-23 09:30 前递交投标文件", "done 投标保证金 5000.00 元 应于 2026-05-19 前退还，已逾期 1 天", "late 截止 2026-05-20 09:30 未递交投标文件"}, lines)
	for _, c := range []struct {
		bids []bid.Bid
		zone *time.Location
		err  error
	}{{nil, nil, bid.ErrInvalid}, {[]bid.Bid{{}}, shanghai, bid.ErrInvalid}, {[]bid.Bid{far, far}, shanghai, bid.ErrDuplicate}} {
		_, err := bid.Watch(c.bids, now, c.zone, bid.Options{})
		require.ErrorIs(t, err, c.err)
	}
	_, err = bid.Watch(nil, time.Time{}, shanghai, bid.Options{})
	require.ErrorIs(t, err, bid.ErrInvalid)
}

func TestBidProblemsComeTogether(t *testing.T) {
	err := bid.Bid{Deposit: cny(-1), BackOn: 5, Requirements: []bid.Requirement{{ID: "a", Answer: bid.Open}, {ID: "a"}}}.Validate()
	for _, want := range []string{"bid: bid: an id", "a value is none of those allowed", "a day or an instant is missing", "an amount is below 0", "requirements[1]: an id is given twice", "requirements[1]: a value"} {
		require.ErrorContains(t, err, want)
	}
}

func TestCoverage(t *testing.T) {
	needs := []bid.Need{{ID: "speed", Strength: bid.Must, Source: bid.Stated}, {ID: "colour", Strength: bid.Wish, Source: bid.Inferred},
		{ID: "service", Strength: bid.Want, Source: bid.Observed, Contact: "c-9"}}
	s := bid.Solution{ID: "s1", Covers: []bid.Cover{{Need: "speed", Degree: bid.Fully}, {Need: "service", Degree: bid.Partly}}}
	share, missing, err := s.Coverage(needs)
	require.NoError(t, err)
	require.Equal(t, money.Ratio{Num: 2, Den: 3}, share) // (3 + 1)/(3 + 1 + 2)
	require.Equal(t, []bid.Need{needs[2], needs[1]}, missing)

	share, missing, err = bid.Solution{ID: "s"}.Coverage(nil)
	require.NoError(t, err)
	require.Zero(t, share)
	require.Empty(t, missing)
	_, _, err = s.Coverage(needs[:1])
	require.ErrorIs(t, err, bid.ErrNotFound)
	_, _, err = s.Coverage(append(needs, needs[0]))
	require.ErrorIs(t, err, bid.ErrDuplicate)
	_, _, err = s.Coverage(append(needs, bid.Need{ID: "x"}))
	require.ErrorIs(t, err, bid.ErrInvalid)
	_, _, err = bid.Solution{Covers: []bid.Cover{{}, {}}, Price: cny(-1)}.Coverage(nil)
	require.ErrorIs(t, err, bid.ErrInvalid)
	require.NoError(t, needs[2].Validate())
	require.ErrorIs(t, bid.Need{ID: "x", Strength: bid.Must, Source: bid.Stated, Contact: "\x00"}.Validate(), bid.ErrInvalid)
}

// Coverage lies between 0 and 1, is 1 where nothing is missing, and does not depend on
// the order of needs and answers.
func TestCoverageProperties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var needs, turned []bid.Need
		s, r := bid.Solution{ID: "s"}, bid.Solution{ID: "s"}
		for i := range rapid.IntRange(1, 8).Draw(t, "needs") {
			n := bid.Need{ID: fmt.Sprint(i), Strength: bid.Strength(rapid.IntRange(1, 3).Draw(t, "strength")), Source: bid.Stated}
			needs, turned = append(needs, n), append([]bid.Need{n}, turned...)
			if d := bid.Degree(rapid.IntRange(0, 3).Draw(t, "degree")); d > 0 {
				s.Covers, r.Covers = append(s.Covers, bid.Cover{Need: n.ID, Degree: d}), append([]bid.Cover{{Need: n.ID, Degree: d}}, r.Covers...)
			}
		}
		share, missing, err := s.Coverage(needs)
		require.NoError(t, err)
		again, other, err := r.Coverage(turned)
		require.NoError(t, err)
		require.Equal(t, share, again)
		require.Equal(t, missing, other)
		require.True(t, share.Num >= 0 && share.Num <= share.Den)
		require.Equal(t, len(missing) == 0, share == money.Ratio{Num: 1, Den: 1})
	})
}

func TestCompetitor(t *testing.T) {
	c := bid.Competitor{ID: "r1", Strengths: []string{"brand"}, Weaknesses: []string{"service"}, Price: cny(9_000)}
	require.NoError(t, c.Validate())
	gap, err := c.Gap(cny(12_000))
	require.NoError(t, err)
	require.Equal(t, money.Ratio{Num: -1, Den: 4}, gap)
	gap, err = bid.Competitor{ID: "r2"}.Gap(cny(12_000))
	require.NoError(t, err)
	require.Zero(t, gap)
	_, err = c.Gap(money.Amount{Minor: 5, Currency: money.MustCurrency("USD")})
	require.ErrorIs(t, err, bid.ErrCurrency)
	_, err = c.Gap(cny(-1))
	require.ErrorIs(t, err, bid.ErrInvalid)
	err = bid.Competitor{Strengths: []string{"a", ""}, Weaknesses: []string{"a"}, Price: cny(-4)}.Validate()
	for _, want := range []string{"competitor: an id", "strengths[1]: an id", "weaknesses[0]: an id is given twice", "price: an amount"} {
		require.ErrorContains(t, err, want)
	}
}

func TestEnumerations(t *testing.T) {
	wording.Enum(t, 1, bid.Must, bid.ErrInvalid)
	wording.Enum(t, 1, bid.Inferred, bid.ErrInvalid)
	wording.Enum(t, 1, bid.Fully, bid.ErrInvalid)
	wording.Enum(t, 1, bid.Void, bid.ErrInvalid)
	wording.Enum(t, 1, bid.Deviates, bid.ErrInvalid)
}

// TestEveryCodeHasItsTexts walks the source: each code that the package can give has an
// English and a Chinese sentence, is given somewhere, and every sentence has its code.
func TestEveryCodeHasItsTexts(t *testing.T) {
	require.NoError(t, bid.Catalogue().Validate())
	catalogue := bid.Catalogue()
	wording.Codes(t, "BID-", len(catalogue), func(code string) (en, zh string) { return catalogue[code].En, catalogue[code].Zh })
	require.Equal(t, "BID-NONE", (&bid.Error{Code: "BID-NONE"}).Text(finding.Chinese))
}
