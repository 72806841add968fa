package quote_test

import (
	"fmt"
	"testing"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/guanxi-go/guanxi/crm/calendar"
	"github.com/guanxi-go/guanxi/crm/finding"
	"github.com/guanxi-go/guanxi/crm/money"
	"github.com/guanxi-go/guanxi/crm/pipeline/quote"
)

func dec(text string) decimal.Decimal { return decimal.RequireFromString(text) }

func line(quantity, price, discount string) quote.Line {
	return quote.Line{Quantity: dec(quantity), Price: dec(price), Discount: dec(discount)}
}

func TestSalesO27Quote(t *testing.T) {
	lines := []quote.Line{line("3", "19.99", "0.15"), line("7", "0.35", "0.10"), line("1.5", "33.33", "0")}
	each, err := quote.Price(lines, money.CNY, quote.Options{Tax: dec("0.13")})
	require.NoError(t, err)
	require.Equal(t, quote.Totals{Currency: money.CNY, Lines: []int64{5097, 221, 5000}, Net: 10318, Tax: 1342, Gross: 11660}, each)
	once, err := quote.Price(lines, money.CNY, quote.Options{Tax: dec("0.13"), PerDocument: true})
	require.NoError(t, err)
	require.Equal(t, int64(1341), once.Tax)
}

// Totals are the sums of what is printed, and no line is more than half a fen away from
// its exact value.
func TestPriceAddsUp(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		lines := make([]quote.Line, rapid.IntRange(0, 8).Draw(t, "lines"))
		for i := range lines {
			lines[i] = quote.Line{Quantity: decimal.New(rapid.Int64Range(0, 9999).Draw(t, "quantity"), -2),
				Price: decimal.New(rapid.Int64Range(0, 99999).Draw(t, "price"), -3), Discount: decimal.New(rapid.Int64Range(0, 100).Draw(t, "discount"), -2)}
		}
		got, err := quote.Price(lines, money.CNY, quote.Options{Tax: dec("0.06"), PerDocument: rapid.Bool().Draw(t, "once")})
		require.NoError(t, err)
		var sum int64
		for i, l := range lines {
			sum += got.Lines[i]
			exact := l.Quantity.Mul(l.Price).Mul(dec("1").Sub(l.Discount)).Shift(2)
			require.True(t, exact.Sub(decimal.NewFromInt(got.Lines[i])).Abs().Cmp(dec("0.5")) <= 0)
		}
		require.Equal(t, sum, got.Net)
		require.Equal(t, got.Net+got.Tax, got.Gross)
	})
}

func TestPriceRefuses(t *testing.T) {
	_, err := quote.Price([]quote.Line{line("-1", "1", "0"), line("1", "1", "1.01"), line("1", "1e61", "0")}, 0, quote.Options{Tax: dec("-0.1")})
	for _, want := range []string{"lines[0]", "lines[1]", "lines[2]", "currency", "tax"} {
		require.ErrorContains(t, err, want)
	}
	require.ErrorIs(t, err, quote.ErrInvalid)
	_, err = quote.Price([]quote.Line{line("1", "1e30", "0")}, money.CNY, quote.Options{})
	require.ErrorIs(t, err, quote.ErrOverflow)
	_, err = quote.Price([]quote.Line{line("1", "9e16", "0"), line("1", "9e16", "0")}, money.CNY, quote.Options{})
	require.ErrorIs(t, err, quote.ErrOverflow)
}

func TestGuard(t *testing.T) {
	yuan := func(n int64) money.Amount { return money.Amount{Minor: n * 100, Currency: money.CNY} }
	today := calendar.MustDate(2026, 11, 22)
	history := []quote.Offer{{ID: "Q2", Round: 2, Net: yuan(1000)}, {ID: "Q1", Round: 1, Net: yuan(2000)}}
	require.Equal(t, 3, quote.NextRound(history))
	require.Equal(t, 1, quote.NextRound(nil))
	tenth := decimal.NewNullDecimal(dec("0.1"))
	for name, c := range map[string]struct {
		net   money.Amount
		floor quote.Floor
		want  []string
	}{
		"no rule":       {yuan(1), quote.Floor{}, nil},
		"at the floor":  {yuan(900), quote.Floor{Price: yuan(900), MaxDrop: tenth}, nil},
		"below a floor": {yuan(899), quote.Floor{Price: yuan(900)}, []string{"PIP-FLOOR"}},
		"below both":    {yuan(899), quote.Floor{Price: yuan(900), MaxDrop: tenth}, []string{"PIP-FLOOR", "PIP-BELOW-LAST"}},
		"below last":    {yuan(899), quote.Floor{MaxDrop: tenth}, []string{"PIP-BELOW-LAST"}},
	} {
		t.Run(name, func(t *testing.T) {
			found, err := quote.Guard(quote.Offer{ID: "Q3", Round: 3, Net: c.net}, c.floor, history, today)
			require.NoError(t, err)
			var codes []string
			for _, f := range found {
				codes = append(codes, f.Code)
				for _, lang := range []finding.Language{finding.English, finding.Chinese} {
					_, err := quote.Catalogue().Render(f, lang)
					require.NoError(t, err)
				}
			}
			require.Equal(t, c.want, codes)
		})
	}
	offer := quote.Offer{ID: "Q3", Net: yuan(1)}
	dollars := money.Amount{Minor: 1, Currency: money.MustCurrency("USD")}
	for _, err := range []error{
		second(quote.Guard(offer, quote.Floor{}, nil, 0)),
		second(quote.Guard(offer, quote.Floor{MaxDrop: decimal.NewNullDecimal(dec("2"))}, nil, today)),
		second(quote.Guard(quote.Offer{}, quote.Floor{}, nil, today)),
		second(quote.Guard(offer, quote.Floor{}, []quote.Offer{{Net: yuan(1)}}, today)),
	} {
		require.ErrorIs(t, err, quote.ErrInvalid)
	}
	require.ErrorIs(t, second(quote.Guard(offer, quote.Floor{Price: dollars}, nil, today)), quote.ErrCurrency)
	require.ErrorIs(t, second(quote.Guard(offer, quote.Floor{}, []quote.Offer{{Round: 1, Net: dollars}}, today)), quote.ErrCurrency)
	require.NoError(t, quote.Catalogue().Validate())
}

func second[T any](_ T, err error) error { return err }

// What is printed adds up.
func ExamplePrice() {
	totals, err := quote.Price([]quote.Line{line("3", "19.99", "0.15"), line("7", "0.35", "0.1"), line("1.5", "33.33", "0")},
		money.CNY, quote.Options{Tax: dec("0.13")})
	if err != nil {
		panic(err)
	}
	fmt.Println(totals.Lines, totals.Net, totals.Tax, totals.Gross)
	// Output: [5097 221 5000] 10318 1342 11660
}

// An offer below the floor needs approval.
func ExampleGuard() {
	yuan := func(n int64) money.Amount { return money.Amount{Minor: n * 100, Currency: money.CNY} }
	found, err := quote.Guard(quote.Offer{ID: "Q-3", Round: 3, Net: yuan(850)}, quote.Floor{Price: yuan(900)}, nil, calendar.MustDate(2026, 11, 22))
	if err != nil {
		panic(err)
	}
	for _, f := range found {
		text, err := quote.Catalogue().Render(f, finding.Chinese)
		if err != nil {
			panic(err)
		}
		fmt.Println(f.Code, text)
	}
	// Output: PIP-FLOOR 报价 850.00 元 低于底价 900.00 元，须审批
}

// Below its floor an offer waits for approval; the next round takes its place.
func ExampleQuote_Send() {
	yuan := func(n int64) money.Amount { return money.Amount{Minor: n * 100, Currency: money.CNY} }
	today := calendar.MustDate(2026, 11, 22)
	q := quote.Quote{Offer: quote.Offer{ID: "q1", Round: 1, Net: yuan(95)}, Opportunity: "o1", State: quote.Draft,
		Floor: quote.Floor{Price: yuan(100)}, ValidUntil: today + 30}
	_, _, _, err := q.Send(nil, today)
	fmt.Println(err)
	pending, err := q.Submit()
	if err != nil {
		panic(err)
	}
	approved, err := pending.Approve("approval-7")
	if err != nil {
		panic(err)
	}
	sent, _, _, err := approved.Send(nil, today)
	fmt.Println(sent.State.Zh(), err)
	second := quote.Quote{Offer: quote.Offer{ID: "q2", Round: 2, Net: yuan(105)}, Opportunity: "o1", State: quote.Draft}
	_, superseded, _, err := second.Send([]quote.Quote{sent}, today+3)
	fmt.Println(superseded[0].ID, superseded[0].State.Zh(), err)
	// Output:
	// quote: approval: below the floor it needs approval: incomplete
	// 已发出 <nil>
	// q1 已被取代 <nil>
}
