package crm_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/guanxi-go/guanxi/crm"
	"github.com/guanxi-go/guanxi/crm/calendar"
	"github.com/guanxi-go/guanxi/crm/money"
	"github.com/guanxi-go/guanxi/crm/owner"
	"github.com/guanxi-go/guanxi/crm/party"
	"github.com/guanxi-go/guanxi/crm/privacy"
	"github.com/guanxi-go/guanxi/crm/purchase"
	"github.com/guanxi-go/guanxi/crm/segment"
	"github.com/guanxi-go/guanxi/crm/stage"
	"github.com/guanxi-go/guanxi/crm/timeline"
)

func TestTimeline(t *testing.T) {
	s := newScene(t, crm.Options{})
	s.register("acme", organisation("北京华信科技有限公司"), li)
	s.register("zhang", person(t, "张伟", ""), li)
	first := call("asked for an offer")
	first.Contact, first.Next = "zhang", day(3)
	recorded, err := s.Timeline.Record(s.ctx, boss, "acme", first, crm.Call{Key: "1"})
	require.NoError(t, err)
	require.Empty(t, recorded.Text, "what comes back holds nothing personal")
	again, err := s.Timeline.Record(s.ctx, boss, "acme", first, crm.Call{Key: "1"})
	require.NoError(t, err)
	require.Equal(t, recorded, again)
	require.Equal(t, day(3), s.get("acme").Standing.NextDue)
	require.Equal(t, []string{"acme"}, ids(t, s.Customers.List(s.ctx, boss, crm.CustomerFilter{DueBefore: day(4)})))

	for name, a := range map[string]timeline.Activity{
		"no touchpoint":      {Kind: timeline.KindContact, Channel: timeline.Phone, Direction: timeline.Outbound},
		"an unknown one":     {Kind: timeline.KindContact, Touchpoint: "moon", Channel: timeline.Phone, Direction: timeline.Outbound},
		"an unknown contact": func() timeline.Activity { a := call(""); a.Contact = "nobody"; return a }(),
		"a correction of nothing": func() timeline.Activity {
			a := call("")
			a.Corrects = 99
			return a
		}(),
	} {
		_, err := s.Timeline.Record(s.ctx, boss, "acme", a, crm.Call{})
		require.Error(t, err, name)
		require.True(t, errors.Is(err, crm.ErrInvalid) || errors.Is(err, crm.ErrNotFound), name)
	}

	deal := timeline.Activity{Kind: timeline.KindDeal, Touchpoint: "office", Deal: timeline.Deal{Number: "D1", Amount: money.Amount{Minor: 500000, Currency: money.CNY}}}
	_, err = s.Timeline.Record(s.ctx, boss, "acme", deal, crm.Call{At: day(-30)})
	require.NoError(t, err)
	paid := timeline.Activity{Kind: timeline.KindPrepayment, Touchpoint: "office", Prepayment: timeline.PrepaymentMove{Deal: "D1",
		Movement: timeline.Received, Amount: money.Amount{Minor: 100000, Currency: money.CNY}}}
	_, err = s.Timeline.Record(s.ctx, boss, "acme", paid, crm.Call{})
	require.NoError(t, err)
	wrong := call("nobody was there")
	wrong.Corrects, wrong.Outcome = recorded.Seq, timeline.NoAnswer
	wrong.Reason = "wrong number"
	_, err = s.Timeline.Record(s.ctx, boss, "acme", wrong, crm.Call{})
	require.NoError(t, err)
	line, err := s.Timeline.Of(s.ctx, boss, "acme")
	require.NoError(t, err)
	require.Equal(t, 3, line.Len(), "the corrected one counts once")
	var sum int64
	for e, err := range s.store.Entries(s.ctx, crm.EntryFilter{Journal: crm.JournalTimeline}) {
		require.NoError(t, err)
		sum += e.Amount
	}
	require.Equal(t, int64(600000), sum, "amounts stand in a column of their own")
	for a, err := range s.Timeline.With(s.ctx, boss, "zhang") {
		require.NoError(t, err)
		require.Equal(t, "asked for an offer", a.Text)
	}
	s.verified()
}

func TestStages(t *testing.T) {
	s := newScene(t, crm.Options{})
	s.register("c", person(t, "张伟", ""), li)
	first := s.Stages.Relationship.Machine().Definition().Initial[0]
	_, err := s.Stages.Relationship.Move(s.ctx, boss, "c", crm.Move[stage.Relationship]{To: first, Call: crm.Call{At: day(-10)}})
	require.NoError(t, err)
	_, err = s.Stages.Relationship.Move(s.ctx, boss, "c", crm.Move[stage.Relationship]{To: stage.Commitment})
	require.ErrorIs(t, err, crm.ErrTransition)
	_, err = s.Stages.Relationship.Move(s.ctx, boss, "c", crm.Move[stage.Relationship]{To: stage.Commitment, Forced: true, Call: crm.Call{Reason: "a framework contract"}})
	require.NoError(t, err)
	_, err = s.Stages.Ladder.Move(s.ctx, boss, "c", crm.Move[stage.Rung]{To: stage.RungTarget})
	require.NoError(t, err)
	got := s.get("c").Standing
	require.Equal(t, stage.Commitment, got.Relationship.State)
	require.Equal(t, stage.RungTarget, got.Ladder.State)
	require.Zero(t, got.Category, "three facts, three machines")
	require.Equal(t, []string{"c"}, ids(t, s.Customers.List(s.ctx, boss, crm.CustomerFilter{Relationship: stage.Commitment, Ladder: stage.RungTarget})))
	was, since, ok, err := s.Stages.Relationship.AsOf(s.ctx, boss, "c", day(-5), time.Time{})
	require.NoError(t, err)
	require.True(t, ok)
	require.Equal(t, first, was)
	require.Equal(t, day(-10), since)

	own, err := crm.NewTrack(s.CRM, stage.ConsumerMachine(), "consumer")
	require.NoError(t, err)
	step := own.Machine().Definition().Initial[0]
	_, err = own.Move(s.ctx, boss, "c", crm.Move[stage.ConsumerStep]{To: step})
	require.NoError(t, err)
	history, err := own.History(s.ctx, boss, "c")
	require.NoError(t, err)
	require.Len(t, history, 1)
	_, err = crm.NewTrack(s.CRM, stage.ConsumerMachine(), crm.JournalOwner)
	require.ErrorIs(t, err, crm.ErrInvalid)
	s.verified()
}

func TestConsents(t *testing.T) {
	s := newScene(t, crm.Options{})
	s.register("c", person(t, "张伟", ""), li)
	ask := privacy.Question{Purpose: "offers", Channel: timeline.Phone, Age: privacy.FourteenUp}
	permitted := func() bool {
		answer, err := s.Consents.Permitted(s.ctx, boss, "c", ask)
		require.NoError(t, err)
		require.NotEmpty(t, answer.Reasons)
		return answer.Allowed
	}
	require.False(t, permitted())
	_, err := s.Consents.Record(s.ctx, boss, "c", privacy.Consent{Purpose: "offers", Basis: privacy.ByConsent, Action: privacy.Given}, crm.Call{})
	require.NoError(t, err)
	require.True(t, permitted())
	_, err = s.Consents.Record(s.ctx, boss, "c", privacy.Consent{Purpose: "offers", Channel: timeline.Phone, Basis: privacy.ByConsent, Action: privacy.Withdrawn}, crm.Call{Reason: "too many calls"})
	require.NoError(t, err)
	require.False(t, permitted())
	journal, err := s.Consents.Of(s.ctx, boss, "c")
	require.NoError(t, err)
	require.Equal(t, "too many calls", journal[1].Reason)
	_, err = s.Consents.Record(s.ctx, boss, "c", privacy.Consent{Purpose: "offers", Action: privacy.Given}, crm.Call{})
	require.ErrorIs(t, err, crm.ErrInvalid)
}

// forgettable makes a person who left traces everywhere, and returns their strings.
func forgettable(t *testing.T, s *scene) []string {
	t.Helper()
	p := person(t, "欧阳小满", "13712345678")
	email, err := party.NewIdentifier(party.Email, "", "xiaoman.ouyang@example.com")
	require.NoError(t, err)
	p.Identifiers = append(p.Identifiers, email)
	p.Aliases = []string{"小满姐"}
	p.Addresses = []party.Address{{Kind: party.AddressHome, Lines: []string{"杨树浦路 2200 弄 9 号"}}}
	s.register("acme", organisation("北京华信科技有限公司"), li)
	s.register("xm", p, li)
	s.register("zhang", person(t, "张伟", ""), li)
	_, err = s.Contacts.Link(s.ctx, boss, party.Contact{ID: "k", Organisation: "acme", Person: "xm", Role: party.ContactPurchasing, Title: "副采购总监"},
		crm.Call{Key: "link 13712345678", Reason: "欧阳小满 called"})
	require.NoError(t, err)
	own := call("欧阳小满 wants to be called at night")
	_, err = s.Timeline.Record(s.ctx, boss, "xm", own, crm.Call{Key: "xiaoman.ouyang@example.com"})
	require.NoError(t, err)
	dealt := call("she prefers WeChat")
	dealt.Contact = "xm"
	_, err = s.Timeline.Record(s.ctx, boss, "acme", dealt, crm.Call{})
	require.NoError(t, err)
	named := call("ask XIAOMAN.OUYANG@example.com next time")
	_, err = s.Timeline.Record(s.ctx, boss, "acme", named, crm.Call{})
	require.NoError(t, err)
	other := call("a call about nothing of hers")
	_, err = s.Timeline.Record(s.ctx, boss, "acme", other, crm.Call{})
	require.NoError(t, err)
	deal := timeline.Activity{Kind: timeline.KindDeal, Touchpoint: "office", Text: "for 小满姐", Deal: timeline.Deal{Number: "D7", Amount: money.Amount{Minor: 123456, Currency: money.CNY}}}
	_, err = s.Timeline.Record(s.ctx, boss, "xm", deal, crm.Call{})
	require.NoError(t, err)
	mailing := timeline.Activity{Kind: timeline.KindMailing, Touchpoint: "office", Direction: timeline.Outbound,
		Mailing: timeline.Mailing{What: "样品", Address: "杨树浦路 2200 弄 9 号", Tracking: "SF1020304050"}}
	_, err = s.Timeline.Record(s.ctx, boss, "xm", mailing, crm.Call{})
	require.NoError(t, err)
	require.NoError(t, s.Owners.Close(s.ctx, boss, "sun", crm.Call{Reason: "fell out with 小满姐"}))
	_, err = s.Owners.Transfer(s.ctx, boss, "xm", zhao, why("欧阳小满 asked for a colleague"))
	require.NoError(t, err)
	_, err = s.Stages.Relationship.Move(s.ctx, boss, "xm", crm.Move[stage.Relationship]{To: stage.Commitment, Forced: true, Call: crm.Call{Reason: "小满姐 signed"}})
	require.NoError(t, err)
	_, err = s.Consents.Record(s.ctx, boss, "xm", privacy.Consent{Purpose: "offers", Basis: privacy.ByConsent, Action: privacy.Withdrawn}, crm.Call{Reason: "小满姐 has enough"})
	require.NoError(t, err)
	require.NoError(t, s.Customers.Edit(s.ctx, boss, []string{"xm"}, crm.Call{Reason: "13712345678 is new"}, func(p []*party.Profile) error {
		p[0].Aliases = append(p[0].Aliases, "欧阳")
		return nil
	}))
	return append(p.Strings(), "欧阳", "副采购总监", "SF1020304050", "at night", "prefers WeChat", "next time", "XIAOMAN", "has enough", "样品", "fell out")
}

// everything reads all that a store gives out, as text.
func everything(t *testing.T, s *scene) string {
	t.Helper()
	var b strings.Builder
	put := func(v any, err error) {
		require.NoError(t, err)
		text, err := json.Marshal(v)
		require.NoError(t, err)
		fmt.Fprintf(&b, "%s\n%+v\n", text, v)
	}
	for c, err := range s.store.Customers(s.ctx, crm.CustomerFilter{}) {
		put(c, err)
		for e, err := range s.store.Entries(s.ctx, crm.EntryFilter{Subject: crm.Subject{Kind: crm.KindCustomer, ID: c.ID}}) {
			put(e, err)
		}
	}
	for _, kind := range []crm.Kind{crm.KindContact, crm.KindStaff, crm.KindRegistry} {
		for r, err := range s.store.Records(s.ctx, crm.RecordFilter{Kind: kind}) {
			put(r, err)
			for e, err := range s.store.Entries(s.ctx, crm.EntryFilter{Subject: r.Subject}) {
				put(e, err)
			}
		}
	}
	if outbox, ok := s.store.(crm.Outbox); ok {
		put(outbox.Pending(s.ctx, 1000))
	}
	return b.String()
}

// figures are the counts and sums that stay when somebody is forgotten.
func figures(t *testing.T, s *scene) string {
	t.Helper()
	var b strings.Builder
	for _, j := range []crm.Journal{crm.JournalTimeline, crm.JournalOwner, crm.JournalRelationship, crm.JournalConsent, crm.JournalContact} {
		count, sum := 0, int64(0)
		for e, err := range s.store.Entries(s.ctx, crm.EntryFilter{Journal: j}) {
			require.NoError(t, err)
			count++
			sum += e.Amount
		}
		fmt.Fprintln(&b, j, count, sum)
	}
	for _, owner := range []string{"li", "zhao"} {
		fmt.Fprintln(&b, owner, ids(t, s.store.Customers(s.ctx, crm.CustomerFilter{Owner: owner})))
	}
	for _, id := range []string{"acme", "xm"} {
		line, err := s.Timeline.Of(s.ctx, boss, id)
		require.NoError(t, err)
		fmt.Fprintln(&b, id, line.Len(), s.get(id).Standing.LastContact, s.get(id).Standing.Relationship)
	}
	return b.String()
}

// TestForget: after it no read finds a string of the person, and every count and sum
// is as before.
func TestForget(t *testing.T) {
	s := newScene(t, crm.Options{})
	words := forgettable(t, s)
	before, text := figures(t, s), everything(t, s)
	for _, word := range words {
		require.Contains(t, text, word, "the search finds what is there")
	}
	_, err := s.Privacy.Forget(s.ctx, boss, "xm", crm.Erasure{})
	require.ErrorIs(t, err, crm.ErrIncomplete, "without a reason")
	_, err = s.Privacy.Forget(s.ctx, boss, "xm", crm.Erasure{Call: crm.Call{Reason: "asked"}, Holds: []privacy.Hold{{ID: "court", From: day(-1)}}})
	require.ErrorIs(t, err, crm.ErrConflict, "under a legal hold")

	done, err := s.Privacy.Forget(s.ctx, boss, "xm", crm.Erasure{Call: crm.Call{Reason: "欧阳小满 asked for it"}})
	require.NoError(t, err)
	require.Equal(t, crm.Forgotten{Redacted: 4, Contacts: 1, Released: 2, Tombstones: 2}, done)
	text = everything(t, s)
	for _, word := range words {
		require.NotContains(t, strings.ToLower(text), strings.ToLower(word))
	}
	require.Contains(t, text, "a call about nothing of hers", "what is not about the person stays")
	require.Equal(t, before, figures(t, s))
	s.verified()
}

// TestForgetEverywhere: a name in the notes of somebody who has nothing to do with
// the person goes only where the host wants all journals searched.
func TestForgetEverywhere(t *testing.T) {
	for _, everywhere := range []bool{false, true} {
		s := newScene(t, crm.Options{})
		s.register("c", person(t, "欧阳小满", ""), li)
		s.register("x", person(t, "王芳", ""), li)
		_, err := s.Timeline.Record(s.ctx, boss, "x", call("says that 欧阳小满 is ill"), crm.Call{})
		require.NoError(t, err)
		done, err := s.Privacy.Forget(s.ctx, boss, "c", crm.Erasure{Call: crm.Call{Reason: "asked"}, Everywhere: everywhere})
		require.NoError(t, err)
		require.Equal(t, everywhere, done.Redacted == 1)
		require.Equal(t, !everywhere, strings.Contains(everything(t, s), "欧阳小满"))
	}
}

// TestForgottenPeopleDoNotComeBack: not by an old file, not by a call that is
// recorded late, and by their own will only with a reason.
func TestForgottenPeopleDoNotComeBack(t *testing.T) {
	s := newScene(t, crm.Options{})
	s.register("c", person(t, "张伟", "13800138000"), li)
	s.register("acme", organisation("北京华信科技有限公司"), li)
	_, err := s.Privacy.Forget(s.ctx, boss, "c", crm.Erasure{Call: crm.Call{Reason: "asked"}})
	require.NoError(t, err)
	_, err = s.Customers.Register(s.ctx, boss, crm.Registration{Profile: person(t, "张伟", "+86 138 0013 8000")})
	require.ErrorIs(t, err, crm.ErrForgotten)
	_, err = s.Timeline.Record(s.ctx, boss, "c", call("late"), crm.Call{})
	require.ErrorIs(t, err, crm.ErrForgotten)
	late := call("late")
	late.Contact = "c"
	_, err = s.Timeline.Record(s.ctx, boss, "acme", late, crm.Call{})
	require.ErrorIs(t, err, crm.ErrForgotten)
	_, err = s.Consents.Permitted(s.ctx, boss, "c", privacy.Question{Purpose: "offers"})
	require.ErrorIs(t, err, crm.ErrForgotten)
	require.ErrorIs(t, s.Customers.Edit(s.ctx, boss, []string{"c"}, crm.Call{}, func([]*party.Profile) error { return nil }), crm.ErrForgotten)
	_, err = s.Contacts.Link(s.ctx, boss, party.Contact{Organisation: "acme", Person: "c", Role: party.ContactOther}, crm.Call{})
	require.ErrorIs(t, err, crm.ErrForgotten)
	_, err = s.Owners.Transfer(s.ctx, boss, "c", zhao, why("张伟 asked for it"))
	require.ErrorIs(t, err, crm.ErrForgotten)
	_, err = s.Stages.Category.Move(s.ctx, boss, "c", crm.Move[stage.SalesCategory]{To: s.Stages.Category.Machine().Definition().Initial[0]})
	require.ErrorIs(t, err, crm.ErrForgotten)
	_, err = s.Owners.TransferAll(s.ctx, boss, "li", crm.Leaving{Terms: why("张伟 wanted it so"), Takers: []owner.Staff{zhao}})
	require.NoError(t, err, "who was forgotten is not left behind either")
	for e, err := range s.store.Entries(s.ctx, crm.EntryFilter{Subject: crm.Subject{Kind: crm.KindCustomer, ID: "c"}}) {
		require.NoError(t, err)
		require.Empty(t, e.Reason)
	}

	back, err := s.Customers.Register(s.ctx, boss, crm.Registration{Call: crm.Call{Reason: "signed up again"}, Profile: person(t, "张伟", "13800138000"), Readmit: true})
	require.NoError(t, err)
	again, err := s.Privacy.Forget(s.ctx, boss, "c", crm.Erasure{Call: crm.Call{Reason: "asked twice"}})
	require.NoError(t, err)
	require.Zero(t, again)
	done, err := s.Privacy.Forget(s.ctx, boss, back, crm.Erasure{Call: crm.Call{Reason: "asked again"}})
	require.NoError(t, err)
	require.Equal(t, 1, done.Released)
	require.Zero(t, done.Tombstones, "the first one stands")
	s.verified()
}

func TestAccessCopy(t *testing.T) {
	s := newScene(t, crm.Options{})
	words := forgettable(t, s)
	first, err := s.Privacy.Copy(s.ctx, boss, "xm", "request 1")
	require.NoError(t, err)
	for _, word := range words[:4] {
		require.Contains(t, string(first.JSON), word)
	}
	require.Contains(t, string(first.JSON), "she prefers WeChat", "dealings with others too")
	require.NotContains(t, string(first.JSON), "a call about nothing of hers")
	require.Equal(t, 1, first.Counts["contacts"])
}

func TestOverview(t *testing.T) {
	s := newScene(t, crm.Options{})
	s.register("c", person(t, "张伟", ""), owner.Staff{})
	_, err := s.Owners.Assign(s.ctx, boss, "c", li, crm.Terms{})
	require.NoError(t, err)
	_, err = s.Timeline.Record(s.ctx, boss, "c", call("hello"), crm.Call{})
	require.NoError(t, err)
	view, err := s.Overview.Of(s.ctx, boss, "c")
	require.NoError(t, err)
	require.Equal(t, 1, view.Timeline.Len())
	require.Len(t, view.Owners, 1)
	require.Equal(t, []crm.Part{crm.PartPurchases}, view.Missing, "what is not kept is said, and not taken for nothing")
	_, err = s.Overview.Purchases(s.ctx, boss, crm.PurchaseFilter{}, segment.Options{})
	require.ErrorIs(t, err, crm.ErrIncomplete)
	_, err = s.Overview.Of(s.ctx, crm.Actor{ID: "spy"}, "c")
	require.ErrorIs(t, err, crm.ErrNotFound)
}

// bought is a source of purchases in a slice.
type bought []purchase.Purchase[string]

func (b bought) Purchases(_ context.Context, f crm.PurchaseFilter) iter.Seq2[purchase.Purchase[string], error] {
	return func(yield func(purchase.Purchase[string], error) bool) {
		for _, p := range b {
			if f.Match(p.Customer, p.Day) && !yield(p, nil) {
				return
			}
		}
	}
}

// unsummable is a source that sums nothing: the purchases are then read out.
type unsummable struct{ bought }

func (unsummable) Summarize(context.Context, crm.PurchaseFilter, segment.Options) iter.Seq2[segment.Aggregate[string], error] {
	return func(yield func(segment.Aggregate[string], error) bool) {
		yield(segment.Aggregate[string]{}, crm.ErrUnsupported)
	}
}

func TestSpending(t *testing.T) {
	d := calendar.MustDate(2026, 3, 1)
	log := bought{{Customer: "c", Day: d, Amount: money.Amount{Minor: 500, Currency: money.USD}}, {Customer: "c", Day: d, Amount: money.Amount{Minor: 1000, Currency: money.CNY}},
		{Customer: "c", Day: d + 1, Amount: money.Amount{Minor: -300, Currency: money.CNY}}, {Customer: "x", Day: d, Amount: money.Amount{Minor: 7, Currency: money.CNY}}}
	s := newScene(t, crm.Options{Purchases: log})
	s.register("c", person(t, "张伟", ""), li)
	view, err := s.Overview.Of(s.ctx, boss, "c")
	require.NoError(t, err)
	require.Empty(t, view.Missing)
	require.Equal(t, []crm.Spending{{Purchases: 1, Refunds: 1, Value: money.Amount{Minor: 700, Currency: money.CNY}},
		{Purchases: 1, Value: money.Amount{Minor: 500, Currency: money.USD}}}, view.Spending, "currencies are never added")
	_, err = s.Overview.Purchases(s.ctx, boss, crm.PurchaseFilter{}, segment.Options{})
	require.ErrorIs(t, err, segment.ErrCurrency)
	log = log[1:]
	sum, err := crm.Summarize(s.ctx, log, crm.PurchaseFilter{}, segment.Options{})
	require.NoError(t, err)
	again, err := crm.Summarize(s.ctx, unsummable{log}, crm.PurchaseFilter{}, segment.Options{})
	require.NoError(t, err)
	a, err := sum.MarshalBinary()
	require.NoError(t, err)
	b, err := again.MarshalBinary()
	require.NoError(t, err)
	require.Equal(t, a, b)
	require.Equal(t, 2, sum.Len())
}
