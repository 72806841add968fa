package quote_test

import (
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/guanxi-go/guanxi/crm/calendar"
	"github.com/guanxi-go/guanxi/crm/finding"
	"github.com/guanxi-go/guanxi/crm/money"
	"github.com/guanxi-go/guanxi/crm/pipeline/quote"
	"github.com/guanxi-go/guanxi/internal/wording"
)

var day = calendar.MustDate(2026, 5, 4)

func cny(fen int64) money.Amount { return money.Amount{Minor: fen, Currency: money.CNY} }

// drafted is a draft of one opportunity with a floor of 100.00.
func drafted(id, variant string, round int, fen int64) quote.Quote {
	return quote.Quote{Offer: quote.Offer{ID: id, Round: round, On: day, Net: cny(fen)}, Opportunity: "o", Variant: variant, State: quote.Draft,
		Floor: quote.Floor{Price: cny(10_000)}, ValidUntil: day + 10}
}

func TestQuoteStates(t *testing.T) {
	q, superseded, found, err := drafted("1", "", 1, 12_000).Send(nil, day+1)
	require.NoError(t, err)
	require.Empty(t, superseded)
	require.Empty(t, found)
	require.Equal(t, quote.Sent, q.State)
	require.Equal(t, day+1, q.On)

	// Through the end of its last day.
	_, err = q.Accept(day + 11)
	require.ErrorIs(t, err, quote.ErrTransition)
	_, err = q.Expire(day + 10)
	require.ErrorIs(t, err, quote.ErrTransition)
	accepted, err := q.Accept(day + 10)
	require.NoError(t, err)
	require.Equal(t, quote.Accepted, accepted.State)
	expired, err := q.Expire(day + 11)
	require.NoError(t, err)
	require.Equal(t, quote.Expired, expired.State)
	forever := q
	forever.ValidUntil = 0
	_, err = forever.Expire(day + 10_000)
	require.ErrorIs(t, err, quote.ErrTransition)

	// The next round takes the place of the one before, of the same variant only.
	other, _, _, err := drafted("x", "leasing", 7, 12_000).Send([]quote.Quote{q}, day+1)
	require.NoError(t, err)
	_, superseded, _, err = drafted("2", "", 2, 11_000).Send([]quote.Quote{other, q}, day+2)
	require.NoError(t, err)
	require.Len(t, superseded, 1)
	require.Equal(t, "1", superseded[0].ID)
	require.Equal(t, quote.Superseded, superseded[0].State)
	_, _, _, err = drafted("0", "", 1, 11_000).Send([]quote.Quote{q}, day+2)
	require.ErrorIs(t, err, quote.ErrInvalid)
	_, _, _, err = drafted("2", "", 2, 11_000).Send(nil, day+11)
	require.ErrorIs(t, err, quote.ErrTransition)
}

func TestQuoteBelowTheFloor(t *testing.T) {
	low := drafted("1", "", 1, 9_999)
	_, _, found, err := low.Send(nil, day)
	require.ErrorIs(t, err, quote.ErrIncomplete)
	require.Equal(t, "PIP-FLOOR", found[0].Code)
	_, err = low.Approve("ap")
	require.ErrorIs(t, err, quote.ErrTransition)
	pending, err := low.Submit()
	require.NoError(t, err)
	_, _, _, err = pending.Send(nil, day)
	require.ErrorIs(t, err, quote.ErrIncomplete)
	_, err = pending.Approve("")
	require.ErrorIs(t, err, quote.ErrIncomplete)
	back, err := pending.Refuse()
	require.NoError(t, err)
	require.Equal(t, low, back)
	approved, err := pending.Approve("ap")
	require.NoError(t, err)
	sent, _, found, err := approved.Send(nil, day)
	require.NoError(t, err)
	require.Len(t, found, 1)
	require.Equal(t, "ap", sent.Approval)

	// Who asked for an approval that nobody needed waits for it all the same.
	high, err := drafted("2", "", 2, 20_000).Submit()
	require.NoError(t, err)
	_, _, _, err = high.Send(nil, day)
	require.ErrorIs(t, err, quote.ErrTransition)
}

// Whatever is done in whatever order: one sent quote of a variant at most, rounds that
// rise as they are sent, nothing below the floor without an approval, and nothing that
// leaves a final state.
func TestQuoteInvariants(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var quotes []quote.Quote
		today, last := day, map[string]int{}
		for range rapid.IntRange(1, 40).Draw(t, "steps") {
			today += calendar.Day(rapid.IntRange(0, 3).Draw(t, "days"))
			do := rapid.IntRange(0, 7).Draw(t, "do")
			if do == 0 || len(quotes) == 0 {
				variant := rapid.SampledFrom([]string{"", "b"}).Draw(t, "variant")
				var series []quote.Offer
				for _, q := range quotes {
					if q.Variant == variant {
						series = append(series, q.Offer)
					}
				}
				id := string(rune('A' + len(quotes)))
				quotes = append(quotes, drafted(id, variant, quote.NextRound(series), rapid.Int64Range(9_000, 12_000).Draw(t, "net")))
				quotes[len(quotes)-1].ValidUntil = today + 5
				continue
			}
			i := rapid.IntRange(0, len(quotes)-1).Draw(t, "which")
			was := quotes[i]
			var next quote.Quote
			var err error
			switch do {
			case 1, 2:
				var superseded []quote.Quote
				if next, superseded, _, err = was.Send(quotes, today); err == nil {
					require.Greater(t, next.Round, last[next.Variant])
					require.True(t, next.Net.Minor >= 10_000 || next.Approval != "")
					last[next.Variant] = next.Round
					for _, s := range superseded {
						for k := range quotes {
							if quotes[k].ID == s.ID {
								quotes[k] = s
							}
						}
					}
				}
			case 3:
				next, err = was.Submit()
			case 4:
				next, err = was.Approve("ap")
			case 5:
				next, err = was.Accept(today)
			case 6:
				next, err = was.Decline()
			case 7:
				next, err = was.Expire(today)
			}
			if err == nil {
				require.True(t, next.State == was.State || contains(was.State.Next(), next.State))
				quotes[i] = next
			}
			sent := map[string]int{}
			for _, q := range quotes {
				if q.State == quote.Sent {
					sent[q.Variant]++
				}
			}
			require.LessOrEqual(t, sent[""], 1)
			require.LessOrEqual(t, sent["b"], 1)
		}
	})
}

func contains(list []quote.State, s quote.State) bool {
	for _, x := range list {
		if x == s {
			return true
		}
	}
	return false
}

func TestStateTexts(t *testing.T) { wording.Enum(t, quote.Draft, quote.Superseded, quote.ErrInvalid) }

// TestEveryCodeHasItsTexts walks the source: each code that the package can give has an
// English and a Chinese sentence, is given somewhere, and every sentence has its code.
func TestEveryCodeHasItsTexts(t *testing.T) {
	require.NoError(t, quote.Catalogue().Validate())
	catalogue := quote.Catalogue()
	text := func(code string) (en, zh string) { return catalogue[code].En, catalogue[code].Zh }
	const findings = 2
	for _, code := range wording.Codes(t, "QUO-", len(catalogue)-findings, text) {
		e := &quote.Error{Code: code, Field: "f", Item: -1, From: quote.Sent, To: quote.Draft, Err: quote.ErrInvalid}
		require.NotContains(t, e.Error(), "QUO-")
		require.False(t, wording.HasHan(e.Error()))
		require.True(t, wording.HasHan(e.Text(finding.Chinese)))
	}
	require.Equal(t, "QUO-NONE", (&quote.Error{Code: "QUO-NONE"}).Text(finding.Chinese))
}
