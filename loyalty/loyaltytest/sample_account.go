package loyaltytest

import (
	"fmt"
	"math"
	"time"

	"github.com/guanxi-go/guanxi/crm/calendar"
	"github.com/guanxi-go/guanxi/loyalty"
	"github.com/guanxi-go/guanxi/loyalty/earning"
	"github.com/guanxi-go/guanxi/loyalty/points"
)

// of is the standing of an open account of a member, and nothing else.
func of(member string) loyalty.Standing {
	return loyalty.Standing{Member: member, Status: loyalty.Open}
}

// fullStanding has every field.
func fullStanding() loyalty.Standing {
	return loyalty.Standing{
		Member: "member-1", Household: "household 家", Status: loyalty.Frozen,
		Tier: loyalty.Tier{Code: "gold", Until: minute(3), Stale: true}, Due: minute(4),
		Counters: []earning.Counter{{Cap: "daily 每日", Since: calendar.MustDate(2026, time.March, 1), Used: math.MaxInt64}, {Cap: "campaign", Used: 1}},
	}
}

// earn is entry number n of an account, recorded at minute n: a lot of n points
// that lives for ever.
func earn(n int) points.Entry {
	return points.Entry{Seq: uint64(n), Kind: points.KindEarn, Amount: int64(n), At: minute(n), Recorded: minute(n), Lot: uint64(n), ActivateAt: minute(n)}
}

// follows is what a state comes to with further entries, and those.
func follows(s points.State, entries ...points.Entry) loyalty.PutAccount {
	next, err := points.Apply(s, entries...)
	if err != nil {
		panic(err) // the samples follow each other
	}
	return loyalty.PutAccount{State: next, Entries: entries}
}

// earns puts the entries behind from, up to number to, of an account that earns.
func earns(standing loyalty.Standing, from, to int) loyalty.PutAccount {
	var entries []points.Entry
	for n := 1; n <= to; n++ {
		entries = append(entries, earn(n))
	}
	w := follows(points.State{}, entries...)
	w.Standing, w.Entries = standing, w.Entries[from:]
	return w
}

// stands puts a standing without an entry, as it is at first.
func stands(standing loyalty.Standing) loyalty.PutAccount {
	return loyalty.PutAccount{Standing: standing}
}

// A book is an account as the decisions of package points make it.
type book struct {
	state   points.State
	entries []points.Entry
}

// decided adds what a decision returned.
func (b *book) decided(entries []points.Entry, err error) {
	if err != nil {
		panic(err) // the samples are possible
	}
	b.state, b.entries = follows(b.state, entries...).State, append(b.entries, entries...)
}

// find returns the n-th entry of a kind, and those behind it.
func (b *book) find(kind points.Kind, n int) (found points.Entry, later []points.Entry) {
	for i, e := range b.entries {
		if e.Kind == kind {
			if n--; n == 0 {
				return e, b.entries[i+1:]
			}
		}
	}
	panic("no such entry")
}

// put is the book in one write, or what is behind a number of entries.
func (b *book) put(standing loyalty.Standing, from int) loyalty.PutAccount {
	return loyalty.PutAccount{Standing: standing, State: b.state, Entries: b.entries[from:]}
}

// act is with every field.
func act(n int) points.Act {
	return points.Act{Actor: "till-1", Ref: fmt.Sprint("order 订单 ", n), Code: "code", Reason: fmt.Sprint("a reason 理由 ", n), At: minute(n)}
}

// fullBook is an account with lots of every sort (for ever, expiring, not yet
// usable, unconfirmed), two holds, qualifying points, a date of inactivity, and an
// entry of almost every kind.
func fullBook() *book {
	b := new(book)
	p := points.Policy{Inactivity: 12}
	now := func() time.Time { return minute(10 + len(b.entries)) }
	b.decided(p.Open(b.state, points.OpenCommand{Act: act(0), QP: 7, Lots: []points.OpeningLot{{Points: 100, At: minute(-9)}}}, now()))
	b.decided(p.Earn(b.state, points.EarnCommand{Act: act(1), Points: 60, QP: 60, ExpireAt: minute(50_000)}, now()))
	b.decided(p.Earn(b.state, points.EarnCommand{Act: act(2), Points: 40, ExpireAt: minute(40_000)}, now()))
	b.decided(p.Earn(b.state, points.EarnCommand{Act: act(3), Points: 25, ActivateAt: minute(9_000)}, now()))
	b.decided(p.Earn(b.state, points.EarnCommand{Act: act(4), Points: 30, Confirm: true, ExpireAt: minute(50_000)}, now()))
	b.decided(p.Burn(b.state, points.BurnCommand{Act: act(5), Points: 70}, now()))
	burned, later := b.find(points.KindBurn, 1)
	b.decided(p.Refund(b.state, points.RefundCommand{Act: act(6), Points: 20, Target: burned, Later: later}, now()))
	b.decided(p.Adjust(b.state, points.AdjustCommand{Act: act(7), Points: 5, QP: -3}, now()))
	b.decided(p.Adjust(b.state, points.AdjustCommand{Act: act(8), Points: -4}, now()))
	b.decided(p.Hold(b.state, points.HoldCommand{Act: act(9), Points: 20, Until: minute(900)}, now()))
	b.decided(p.Hold(b.state, points.HoldCommand{Act: act(10), Points: 12}, now()))
	held, _ := b.find(points.KindHold, 1)
	b.decided(p.Capture(b.state, points.CaptureCommand{Act: act(11), Hold: held.Hold, Points: 8, Keep: true}, now()))
	b.decided(p.Release(b.state, points.ReleaseCommand{Act: act(12), Hold: held.Hold, Points: 2}, now()))
	out, _, err := p.Transfer(b.state, points.State{}, points.TransferCommand{Act: act(13), From: "a", To: "b", Points: 9}, now())
	b.decided(out, err)
	return b
}

// debtBook owes points, and has some that are not usable yet.
func debtBook() *book {
	b := new(book)
	p := points.Policy{}
	now := func() time.Time { return minute(10 + len(b.entries)) }
	b.decided(p.Earn(b.state, points.EarnCommand{Act: act(1), Points: 60, QP: 60}, now()))
	b.decided(p.Burn(b.state, points.BurnCommand{Act: act(2), Points: 60}, now()))
	earned, later := b.find(points.KindEarn, 1)
	b.decided(p.Clawback(b.state, points.ClawbackCommand{Act: act(3), Points: 50, Target: earned, Later: later}, now()))
	b.decided(p.WriteOff(b.state, points.WriteOffCommand{Act: act(4), Points: 5}, now()))
	b.decided(p.Earn(b.state, points.EarnCommand{Act: act(5), Points: 33, Confirm: true}, now()))
	return b
}

// vastBook has as many points as there are.
func vastBook() *book {
	b := new(book)
	b.decided(points.Policy{}.Earn(b.state, points.EarnCommand{Act: act(1), Points: math.MaxInt64, QP: math.MaxInt64}, minute(2)))
	return b
}

// postings are the entries of an account as a listing yields them.
func postings(id string, entries []points.Entry) []loyalty.Posting {
	var all []loyalty.Posting
	for _, e := range entries {
		all = append(all, loyalty.Posting{Account: id, Entry: e})
	}
	return all
}

// headOf is how far an account has come that was changed so often.
func headOf(version uint64, s points.State) loyalty.Head {
	return loyalty.Head{Version: version, Entries: s.Seq, Recorded: s.Recorded}
}
