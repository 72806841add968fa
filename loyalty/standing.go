package loyalty

import (
	"context"
	"encoding/json"
	"slices"
	"time"

	"github.com/guanxi-go/guanxi/loyalty/points"
	"github.com/guanxi-go/guanxi/loyalty/tier"
)

// past is everything that the tier of a member depends on, as it was read.
//
// What is posted to an account, and what becomes of an order on it, moves the
// account; what is appended about tiers to a member's journal moves all the member's
// accounts. So a decision that rests on a past requires the accounts in it at the
// versions at which they were read, and no other guard.
type past struct {
	accounts []Account // the member's
	events   []tier.Event
	dates    map[Place]time.Time // when what can be taken back took effect
	late     bool                // returns count from when they happened
}

// The kinds of entry in the journal of a member that say a tier.
const (
	entryGranted = "tier-granted"
	entryRevoked = "tier-revoked"
	entryPlaced  = "tier-placed"
)

// given is the data of a grant and a placement.
type given struct {
	Tier  string    `json:"tier"`
	Until time.Time `json:"until,omitzero"`
}

// past reads the history of a member. have is an account of the member that was read
// before, or nil.
func (c *core) past(ctx context.Context, member string, have *Account) (*past, error) {
	m, err := c.member(ctx, Actor{Sees: Everyone()}, member)
	if err != nil {
		return nil, err
	}
	p := &past{dates: map[Place]time.Time{}, late: !c.programme.ReturnsFromPurchase}
	if err := p.readAccounts(ctx, c, &m, have); err != nil {
		return nil, err
	}
	p.events = append(p.events, tier.Event{Kind: tier.Enrol, At: m.Enrolled, Recorded: m.Enrolled})
	people := append([]string{member}, m.Merged...)
	for _, id := range people {
		if err := p.readMember(ctx, c.store, id, id == member); err != nil {
			return nil, err
		}
	}
	for i := range p.accounts {
		a := &p.accounts[i]
		for posting, err := range c.store.Postings(ctx, PostingFilter{Account: a.ID, Qualifying: true}) {
			if err != nil {
				return nil, err
			}
			if posting.Entry.Seq <= a.State.Seq {
				p.post(a.ID, &posting.Entry)
			}
		}
	}
	if c.asksOrders() {
		for _, id := range people {
			if err := p.readOrders(ctx, c.store, id); err != nil {
				return nil, err
			}
		}
	}
	return p, nil
}

// asksOrders reports whether tiers are reached by money or visits.
func (c *core) asksOrders() bool {
	if c.programme.Tiers == nil {
		return false
	}
	asked := c.programme.Tiers.Asks()
	return asked.Spend > 0 || asked.Visits > 0
}

func (p *past) readAccounts(ctx context.Context, c *core, m *Member, have *Account) (err error) {
	if have == nil {
		p.accounts, err = c.accountsOf(ctx, m)
		return err
	}
	p.accounts = append(p.accounts, *have)
	m.Accounts = slices.DeleteFunc(slices.Clone(m.Accounts), func(id string) bool { return id == have.ID })
	others, err := c.accountsOf(ctx, m)
	p.accounts = append(p.accounts, others...)
	return err
}

// readMember reads what was decided about the tier of a member, or of one who was
// merged into them.
func (p *past) readMember(ctx context.Context, store Store, member string, self bool) error {
	for e, err := range store.Entries(ctx, EntryFilter{Subject: Subject{KindMember, member}}) {
		if err != nil {
			return err
		}
		event := tier.Event{At: e.At, Recorded: e.Recorded, Ref: e.Ref}
		switch e.Kind {
		case entryEnrolled:
			if self {
				p.events[0].Recorded = e.Recorded
			}
			continue
		case entryGranted:
			event.Kind = tier.Grant
		case entryRevoked:
			event.Kind = tier.Revoke
		case entryPlaced:
			event.Kind = tier.Place
		default:
			continue
		}
		if event.Kind != tier.Revoke {
			g, err := dataOf[given](e)
			if err != nil {
				return err
			}
			event.Tier, event.Until = g.Tier, g.Until
		}
		p.events = append(p.events, event)
	}
	return nil
}

func (p *past) readOrders(ctx context.Context, store Store, member string) error {
	var bought time.Time
	for e, err := range store.Entries(ctx, EntryFilter{Of: KindOrder, Member: member}) {
		if err != nil {
			return err
		}
		facts, err := dataOf[orderFacts](e)
		if err != nil {
			return err
		}
		if e.Kind == entryOrderEarned {
			bought = e.At
		}
		p.order(&e, facts, bought)
	}
	return nil
}

// post takes in a posting of an account.
func (p *past) post(account string, e *points.Entry) {
	if e.QP == 0 {
		return
	}
	event := tier.Event{Kind: tier.Qualify, At: e.At, Recorded: e.Recorded, Points: e.QP, Ref: e.Ref}
	if e.QP < 0 {
		event.Kind, event.Points = tier.Return, -e.QP
	}
	if e.Target == 0 {
		p.dates[Place{account, e.Seq}] = e.At
	} else if when, ok := p.dates[Place{account, e.Target}]; ok && !p.late {
		event.At = when
	}
	p.events = append(p.events, event)
}

// order takes in an entry of an order that was bought at an instant.
func (p *past) order(e *Entry, facts orderFacts, bought time.Time) {
	if facts.Spend == 0 && facts.Visits == 0 {
		return
	}
	event := tier.Event{Kind: tier.Qualify, At: bought, Recorded: e.Recorded, Spend: facts.Spend, Visits: facts.Visits, Ref: e.Ref}
	if e.Kind == entryOrderReturned {
		event.Kind = tier.Return
		if p.late {
			event.At = e.At
		}
	}
	p.events = append(p.events, event)
}

// enrolledTier is the tier of a member who was enrolled at an instant, before
// anything else is recorded.
func (c *core) enrolledTier(enrolled, now time.Time) (Tier, error) {
	if c.programme.Tiers == nil {
		return Tier{}, nil
	}
	s, err := c.programme.Tiers.Evaluate([]tier.Event{{Kind: tier.Enrol, At: enrolled}}, now)
	return Tier{Code: s.Tier, Until: s.Until}, err
}

// retiered is what has to be committed with an account whose tier was computed anew.
type retiered struct {
	draft           // the member's other accounts: required, or changed with it
	writes  []Write // of the account's own change
	changed bool    // the tier is another, or was stale
}

// refreshTier computes the tier of the member whose account it is, and sets it in a,
// which the caller puts. All accounts of a member say the same tier, so the others
// are changed in the same commit.
func (c *core) refreshTier(ctx context.Context, a *Account, now time.Time) (retiered, error) {
	if c.programme.Tiers == nil {
		had := a.Standing.Tier
		a.Standing.Tier = Tier{}
		return retiered{changed: had != Tier{}}, nil
	}
	p, err := c.past(ctx, a.Standing.Member, a)
	if err != nil {
		return retiered{}, err
	}
	return c.retier(a, p, now)
}

// retier is refreshTier from a past that was read.
func (c *core) retier(a *Account, p *past, now time.Time) (retiered, error) {
	now = later(now, a.State.Recorded)
	for i := range p.accounts {
		now = later(now, p.accounts[i].State.Recorded)
	}
	s, err := c.programme.Tiers.Evaluate(p.events, now)
	if err != nil {
		return retiered{}, err
	}
	var done retiered
	next := Tier{Code: s.Tier, Until: s.Until}
	had := a.Standing.Tier
	a.Standing.Tier, done.changed = next, had != next
	for i := range p.accounts {
		o := &p.accounts[i]
		switch {
		case o.ID == a.ID:
		case o.Standing.Tier == next:
			done.require = append(done.require, Expect{Subject{KindAccount, o.ID}, o.Head.Version})
		default:
			o.Standing.Tier = next
			done.changes = append(done.changes, c.change(o, nil))
		}
	}
	if c.opts.Events && had.Code != "" && had.Code != next.Code {
		data, err := json.Marshal(tierChanged{a.Standing.Member, had.Code, next.Code})
		if err != nil {
			return retiered{}, err
		}
		done.writes = append(done.writes, Emit{Event{Kind: "tier.changed", At: now, Data: data}})
	}
	return done, nil
}

// tierChanged is the data of the event tier.changed.
type tierChanged struct {
	Member string `json:"member"`
	From   string `json:"from"`
	To     string `json:"to"`
}

// tierFor returns the tier by which an order on an account earns at an instant, and
// the versions of other accounts that this rests on. Where the tier that is kept
// does not say it, it is computed from the past, which is returned too.
func (c *core) tierFor(ctx context.Context, a *Account, at, now time.Time) (string, *past, []Expect, error) {
	if kept := a.Standing.Tier; !at.Before(now) && kept.holds(now) {
		m, err := c.member(ctx, Actor{Sees: Everyone()}, a.Standing.Member)
		if err != nil {
			return "", nil, nil, err
		}
		others := past{}
		if err := others.readAccounts(ctx, c, &m, a); err != nil {
			return "", nil, nil, err
		}
		if !slices.ContainsFunc(others.accounts, func(o Account) bool { return !o.Standing.Tier.holds(now) }) {
			return kept.Code, nil, others.expect(a), nil
		}
	}
	p, err := c.past(ctx, a.Standing.Member, a)
	if err != nil {
		return "", nil, nil, err
	}
	s, err := c.programme.Tiers.Evaluate(p.events, at)
	return s.Tier, p, p.expect(a), err
}

// expect requires the accounts but one as they were read.
func (p *past) expect(but *Account) (all []Expect) {
	for i := range p.accounts {
		if o := &p.accounts[i]; o.ID != but.ID {
			all = append(all, Expect{Subject{KindAccount, o.ID}, o.Head.Version})
		}
	}
	return all
}

// holds reports whether t still says the tier at an instant.
func (t Tier) holds(now time.Time) bool {
	return !t.Stale && (t.Until.IsZero() || now.Before(t.Until))
}

// stablePast reads a member's past for an answer: again where an account moved while it
// was read.
func (c *core) stablePast(ctx context.Context, member string) (*past, error) {
	for range 5 {
		p, err := c.past(ctx, member, nil)
		if err != nil {
			return nil, err
		}
		moved, err := p.moved(ctx, c.store)
		if err != nil {
			return nil, err
		}
		if !moved {
			return p, nil
		}
	}
	return nil, &Error{Subject: Subject{KindMember, member}, Reason: "moved each time that it was read", Err: ErrConflict}
}

func (p *past) moved(ctx context.Context, store Store) (bool, error) {
	for i := range p.accounts {
		head, err := store.Head(ctx, Subject{KindAccount, p.accounts[i].ID})
		if err != nil || head != p.accounts[i].Head {
			return true, err
		}
	}
	return false, nil
}

// recordedBy are the events without those recorded after an instant; zero is all.
func (p *past) recordedBy(recorded time.Time) []tier.Event {
	if recorded.IsZero() {
		return slices.Clone(p.events)
	}
	return tier.Known(p.events, recorded)
}
