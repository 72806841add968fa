package loyalty_test

import (
	"fmt"
	"os"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/guanxi-go/guanxi/crm/money"
	"github.com/guanxi-go/guanxi/loyalty"
	"github.com/guanxi-go/guanxi/loyalty/points"
	"github.com/guanxi-go/guanxi/loyalty/reward"
)

func signing(t require.TestingT) *reward.Codes {
	codes, err := reward.NewCodes("shop", reward.Key{ID: 1, Secret: []byte("0123456789abcdef0123456789abcdef")})
	require.NoError(t, err)
	return codes
}

func fen(n int64) money.Amount { return money.Amount{Minor: n, Currency: money.CNY} }

func (b *book) issue(id string, terms reward.VoucherTerms) loyalty.Issued {
	b.t.Helper()
	i, err := b.Vouchers.Issue(b.ctx, cashier, id, terms, loyalty.Call{})
	require.NoError(b.t, err)
	return i
}

func (b *book) voucher(id string) loyalty.Voucher {
	b.t.Helper()
	v, err := b.Vouchers.Get(b.ctx, cashier, id)
	require.NoError(b.t, err)
	return v
}

// A single-use voucher at 32 tills.
func TestVoucherOnce(t *testing.T) {
	b := newBookOn(t, new(loyalty.Memory), loyalty.Programme{}, loyalty.Options{Codes: signing(t)})
	code := b.issue("1001", reward.VoucherTerms{Uses: 1}).Codes[0].Reveal()
	errs := make([]error, 32)
	var wait sync.WaitGroup
	for i := range errs {
		wait.Go(func() {
			_, errs[i] = b.Vouchers.UseCode(b.ctx, cashier, code, loyalty.VoucherUse{ID: "o-" + strconv.Itoa(i)}, loyalty.Call{})
		})
	}
	wait.Wait()
	done := 0
	for _, err := range errs {
		if err == nil {
			done++
		} else {
			require.ErrorIs(t, err, loyalty.ErrTransition)
		}
	}
	require.Equal(t, 1, done)
	b.verified()
	require.Len(t, b.voucher("1001").State.Uses, 1)
}

// The same use from 32 goroutines under one key, by code and by id.
func TestVoucherOneKey(t *testing.T) {
	b := newBookOn(t, new(loyalty.Memory), loyalty.Programme{}, loyalty.Options{Codes: signing(t)})
	code := b.issue("1001", reward.VoucherTerms{Value: fen(5000)}).Codes[0].Reveal()
	var wait sync.WaitGroup
	answers := make([]loyalty.VoucherUsed, 32)
	for i := range answers {
		wait.Go(func() {
			use, err := loyalty.VoucherUse{ID: "o-1", Paid: fen(2000)}, error(nil)
			if i%2 == 0 {
				answers[i], err = b.Vouchers.UseCode(b.ctx, cashier, code, use, loyalty.Call{Key: "k"})
			} else {
				answers[i], err = b.Vouchers.Use(b.ctx, cashier, "1001", use, loyalty.Call{Key: "k"})
			}
			if err != nil {
				t.Error(err)
			}
		})
	}
	wait.Wait()
	fresh := 0
	for _, a := range answers {
		if !a.Replayed {
			fresh++
		}
		require.Equal(t, fen(3000), a.Remainder)
	}
	require.Equal(t, 1, fresh)
	b.verified()
}

func TestVoucherSight(t *testing.T) {
	b := newBookOn(t, new(loyalty.Memory), loyalty.Programme{}, loyalty.Options{Codes: signing(t)}, "m-1", "m-2")
	bearer := b.issue("1001", reward.VoucherTerms{Uses: 3}).Codes[0].Reveal()
	hers := b.issue("1002", reward.VoucherTerms{Member: "m-1", Uses: 3}).Codes[0].Reveal()
	app := loyalty.Actor{ID: "app", Sees: loyalty.Only("m-2")}

	_, err := b.Vouchers.Get(b.ctx, app, "1001")
	require.ErrorIs(t, err, loyalty.ErrNotFound)
	_, err = b.Vouchers.Use(b.ctx, app, "1001", loyalty.VoucherUse{ID: "o-1", Member: "m-2"}, loyalty.Call{})
	require.ErrorIs(t, err, loyalty.ErrNotFound)
	v, err := b.Vouchers.ByCode(b.ctx, app, bearer)
	require.NoError(t, err)
	require.Equal(t, "1001", v.ID)
	_, err = b.Vouchers.UseCode(b.ctx, app, bearer, loyalty.VoucherUse{ID: "o-1", Member: "m-2"}, loyalty.Call{})
	require.NoError(t, err)
	_, err = b.Vouchers.UseCode(b.ctx, app, bearer, loyalty.VoucherUse{ID: "o-2", Member: "m-1"}, loyalty.Call{})
	require.ErrorIs(t, err, loyalty.ErrNotFound, "in the name of one who is not seen")
	_, err = b.Vouchers.ByCode(b.ctx, app, hers)
	require.ErrorIs(t, err, loyalty.ErrNotFound)
	_, err = b.Vouchers.UseCode(b.ctx, cashier, hers, loyalty.VoucherUse{ID: "o-1", Member: "m-2"}, loyalty.Call{})
	require.ErrorIs(t, err, loyalty.ErrForbidden)
	_, err = b.Vouchers.Issue(b.ctx, app, "", reward.VoucherTerms{Uses: 1}, loyalty.Call{})
	require.ErrorIs(t, err, loyalty.ErrForbidden)
	_, err = b.Vouchers.Issue(b.ctx, app, "", reward.VoucherTerms{Member: "m-1", Uses: 1}, loyalty.Call{})
	require.ErrorIs(t, err, loyalty.ErrNotFound)

	_, err = b.Vouchers.ByCode(b.ctx, cashier, bearer+"!")
	require.ErrorIs(t, err, reward.ErrMistyped)
	other, err := reward.NewCodes("shop", reward.Key{ID: 1, Secret: []byte("another secret, of 32 characters")})
	require.NoError(t, err)
	forged, err := other.Sign("1001")
	require.NoError(t, err)
	_, err = b.Vouchers.UseCode(b.ctx, cashier, forged.Reveal(), loyalty.VoucherUse{ID: "o-3"}, loyalty.Call{})
	require.ErrorIs(t, err, reward.ErrForged)
	unknown, err := signing(t).Sign("9999")
	require.NoError(t, err)
	_, err = b.Vouchers.ByCode(b.ctx, cashier, unknown.Reveal())
	require.ErrorIs(t, err, loyalty.ErrNotFound)
	silent := newBook(t, points.Policy{})
	_, err = silent.Vouchers.ByCode(b.ctx, cashier, bearer)
	require.ErrorIs(t, err, loyalty.ErrIncomplete)

	var ids []string
	for v, err := range b.Vouchers.List(b.ctx, loyalty.Actor{ID: "app", Sees: loyalty.Only("m-1")}, loyalty.VoucherFilter{}) {
		require.NoError(t, err)
		ids = append(ids, v.ID)
	}
	require.Equal(t, []string{"1002"}, ids)
	require.NotContains(t, everything(t, b.store), bearer)
}

// The end of a voucher holds at once, and is posted once, whenever that happens.
func TestVoucherExpires(t *testing.T) {
	b := newBook(t, points.Policy{})
	until := instant("2025-02-01T00:00:00Z")
	b.issue("v-1", reward.VoucherTerms{Value: fen(5000), Until: until})
	b.issue("v-2", reward.VoucherTerms{Uses: 1, Until: until})
	_, err := b.Vouchers.Use(b.ctx, cashier, "v-2", loyalty.VoucherUse{ID: "o-2"}, loyalty.Call{})
	require.NoError(t, err)
	_, err = b.Vouchers.Use(b.ctx, cashier, "v-1", loyalty.VoucherUse{ID: "o-1", Paid: fen(2000)}, loyalty.Call{})
	require.NoError(t, err)
	b.clock.set(until)
	before := everything(t, b.store)
	_, err = b.Vouchers.Use(b.ctx, cashier, "v-1", loyalty.VoucherUse{ID: "o-3", Paid: fen(100)}, loyalty.Call{})
	require.ErrorIs(t, err, reward.ErrNotValid)
	require.Equal(t, before, everything(t, b.store))

	b.at("2025-02-09T03:00:00Z")
	report, err := b.Due.Run(b.ctx, cashier, loyalty.DueOptions{})
	require.NoError(t, err)
	require.Equal(t, 1, report.Records)
	report, err = b.Due.Run(b.ctx, cashier, loyalty.DueOptions{})
	require.NoError(t, err)
	require.Zero(t, report.Records)
	v := b.voucher("v-1")
	require.Equal(t, reward.StateExpired, v.State.Ended)
	require.Equal(t, until, v.State.LastAt)
	b.verified()

	// A use that is undone behind the end leaves the voucher expired, once more.
	_, err = b.Vouchers.Undo(b.ctx, cashier, "v-2", "o-2", money.Amount{}, loyalty.Call{})
	require.NoError(t, err)
	report, err = b.Due.Run(b.ctx, cashier, loyalty.DueOptions{})
	require.NoError(t, err)
	require.Equal(t, 1, report.Records)
	b.verified()
	require.Equal(t, reward.StateExpired, b.voucher("v-2").State.Ended)
}

func TestVoucherBatch(t *testing.T) {
	b := newBookOn(t, new(loyalty.Memory), loyalty.Programme{}, loyalty.Options{Codes: signing(t)})
	ids := make([]string, 999)
	for i := range ids {
		ids[i] = strconv.Itoa(100_000 + i)
	}
	terms := reward.VoucherTerms{Reward: "spring", Uses: 1}
	first, err := b.Vouchers.IssueBatch(b.ctx, cashier, terms, loyalty.VoucherBatch{IDs: ids}, loyalty.Call{Key: "spring"})
	require.NoError(t, err)
	require.Equal(t, ids, first.Vouchers)
	require.Len(t, first.Codes, 999)
	require.Len(t, first.Codes[0].Reveal(), 22+4)
	again, err := b.Vouchers.IssueBatch(b.ctx, cashier, terms, loyalty.VoucherBatch{IDs: ids}, loyalty.Call{Key: "spring"})
	require.NoError(t, err)
	require.True(t, again.Replayed)
	require.Equal(t, first.Codes, again.Codes)

	made, err := b.Vouchers.IssueBatch(b.ctx, cashier, terms, loyalty.VoucherBatch{N: 200}, loyalty.Call{Key: "made"})
	require.NoError(t, err)
	require.Len(t, made.Vouchers, 200)
	again, err = b.Vouchers.IssueBatch(b.ctx, cashier, terms, loyalty.VoucherBatch{N: 200}, loyalty.Call{Key: "made"})
	require.NoError(t, err)
	require.True(t, again.Replayed)
	require.Equal(t, made.Vouchers, again.Vouchers)

	before := everything(t, b.store)
	for name, tt := range map[string]struct {
		batch loyalty.VoucherBatch
		terms reward.VoucherTerms
		want  error
	}{
		"none":         {loyalty.VoucherBatch{}, terms, loyalty.ErrInvalid},
		"both":         {loyalty.VoucherBatch{IDs: ids[:1], N: 1}, terms, loyalty.ErrInvalid},
		"below 0":      {loyalty.VoucherBatch{N: -1}, terms, loyalty.ErrInvalid},
		"too many":     {loyalty.VoucherBatch{N: 201}, terms, loyalty.ErrInvalid},
		"twice":        {loyalty.VoucherBatch{IDs: []string{"a", "a"}}, terms, loyalty.ErrInvalid},
		"there":        {loyalty.VoucherBatch{IDs: []string{"a", "100007"}}, terms, loyalty.ErrDuplicate},
		"no terms":     {loyalty.VoucherBatch{IDs: []string{"a"}}, reward.VoucherTerms{}, loyalty.ErrInvalid},
		"of nobody":    {loyalty.VoucherBatch{IDs: []string{"a"}}, reward.VoucherTerms{Member: "m-9", Uses: 1}, loyalty.ErrNotFound},
		"an id of NUL": {loyalty.VoucherBatch{IDs: []string{"a\x00"}}, terms, loyalty.ErrInvalid},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := b.Vouchers.IssueBatch(b.ctx, cashier, tt.terms, tt.batch, loyalty.Call{})
			require.ErrorIs(t, err, tt.want)
			require.Equal(t, before, everything(t, b.store))
		})
	}
	_, err = b.Vouchers.Issue(b.ctx, cashier, "100007", terms, loyalty.Call{})
	require.ErrorIs(t, err, loyalty.ErrDuplicate)
}

// A voucher can be used as often as its terms say, and a use costs about the same
// however many there were.
func TestVoucherOfManyUses(t *testing.T) {
	most := 1000
	switch {
	case testing.Short():
		most = 100
	case os.Getenv("GUANXI_FULL") != "":
		most = 10_000
	}
	b := newBook(t, points.Policy{})
	b.issue("v", reward.VoucherTerms{Uses: int64(most), UsesPerMember: 2})
	for i := range most {
		_, err := b.Vouchers.Use(b.ctx, cashier, "v", loyalty.VoucherUse{ID: strconv.Itoa(i), Member: strconv.Itoa(i / 2)}, loyalty.Call{})
		require.NoError(t, err)
	}
	_, err := b.Vouchers.Use(b.ctx, cashier, "v", loyalty.VoucherUse{ID: "one more", Member: "new"}, loyalty.Call{})
	require.ErrorIs(t, err, loyalty.ErrTransition)
	_, err = b.Vouchers.Undo(b.ctx, cashier, "v", "7", money.Amount{}, loyalty.Call{})
	require.NoError(t, err)
	_, err = b.Vouchers.Use(b.ctx, cashier, "v", loyalty.VoucherUse{ID: "7", Member: "0"}, loyalty.Call{})
	require.ErrorIs(t, err, reward.ErrLimit)
	_, err = b.Vouchers.Use(b.ctx, cashier, "v", loyalty.VoucherUse{ID: "6", Member: "new"}, loyalty.Call{})
	require.ErrorIs(t, err, loyalty.ErrDuplicate)
	_, err = b.Vouchers.Use(b.ctx, cashier, "v", loyalty.VoucherUse{ID: "7", Member: "new"}, loyalty.Call{})
	require.NoError(t, err)
	b.verified()
	for r, err := range b.store.Records(b.ctx, loyalty.RecordFilter{Kind: loyalty.KindVoucher}) {
		require.NoError(t, err)
		require.Less(t, len(r.Body), 300)
	}
}

// Random commands on a voucher, with the pure package as the model.
func TestVoucherModel(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		b := newBook(t, points.Policy{})
		terms := rapid.SampledFrom([]reward.VoucherTerms{
			{Uses: 2, UsesPerMember: 1, Until: instant("2025-01-01T00:00:20Z")}, {Value: fen(500), Until: instant("2025-01-01T00:00:20Z")}, {Value: fen(300)},
		}).Draw(rt, "terms")
		b.issue("v", terms)
		model, now := reward.Voucher{}, b.clock.Now()
		follow := func(e reward.VoucherEntry, err error) error {
			if err == nil {
				model, err = model.With(e)
			}
			return err
		}
		act := func() reward.Act { return reward.Act{Actor: cashier.ID, Recorded: now} }
		require.NoError(rt, follow(terms.Issue(act())))
		for range rapid.IntRange(1, 12).Draw(rt, "steps") {
			now = now.Add(time.Duration(rapid.IntRange(0, 4).Draw(rt, "pause")) * time.Second)
			b.clock.set(now)
			use := "o-" + strconv.Itoa(rapid.IntRange(1, 3).Draw(rt, "use"))
			paid := money.Amount{}
			if terms.Uses == 0 {
				paid = fen(int64(rapid.IntRange(1, 3).Draw(rt, "paid")) * 100)
			}
			member := rapid.SampledFrom([]string{"a", "b"}).Draw(rt, "member")
			before := everything(t, b.store)
			var got, want error
			switch rapid.IntRange(0, 9).Draw(rt, "kind") {
			case 0, 1, 2, 3:
				_, got = b.Vouchers.Use(b.ctx, cashier, "v", loyalty.VoucherUse{ID: use, Member: member, Paid: paid}, loyalty.Call{})
				want = follow(model.Use(use, member, paid, act()))
			case 4, 5:
				_, got = b.Vouchers.Undo(b.ctx, cashier, "v", use, paid, loyalty.Call{})
				want = follow(model.Undo(use, paid, act()))
			case 6:
				_, got = b.Vouchers.Return(b.ctx, cashier, "v", loyalty.Call{})
				want = follow(model.Return(act()))
			case 7:
				_, got = b.Vouchers.Cancel(b.ctx, cashier, "v", loyalty.Call{})
				want = follow(model.Cancel(act()))
			default:
				report, err := b.Due.Run(b.ctx, cashier, loyalty.DueOptions{})
				require.NoError(rt, err)
				if want := follow(model.Expire(act())); want == nil {
					require.Equal(rt, 1, report.Records)
				} else {
					require.Equal(rt, before, everything(t, b.store))
				}
			}
			if want != nil {
				require.EqualError(rt, got, want.Error())
				require.Equal(rt, before, everything(t, b.store))
			} else {
				require.NoError(rt, got)
			}
			require.Equal(rt, fmt.Sprint(model), fmt.Sprint(b.voucher("v").State))
			b.verified()
		}
	})
}
