package loyalty

import (
	"context"
	"encoding/json"
	"time"

	"github.com/guanxi-go/guanxi/loyalty/tier"
)

// Tiers says which tier a member has, since when and why, what is missing to the next,
// and gives tiers by hand (会员等级). The rules are those of Programme.Tiers.
//
// A tier is a function of the member's history: of the enrolment, the qualifying
// points of all accounts, the money and the visits of orders, and what was decided by
// hand. Nothing of it is kept but the last answer, in the accounts' [Standing], so
// purchases and returns that are learned late change the past as if they had been
// known. What is taken back counts from when it took effect, or from the instant at
// which it came, as Programme.ReturnsFromPurchase says.
//
// All return ErrNotFound for a member who is not there or not seen, and ErrIncomplete
// where the programme has no tiers.
type Tiers struct{ core *core }

// Standing returns a member's tier at an instant, by all that is known now; the zero
// instant is now. In the future it is what comes if nothing more happens. Its errors
// are those of tier.Programme.Evaluate.
func (t *Tiers) Standing(ctx context.Context, actor Actor, member string, at time.Time) (tier.Standing, error) {
	return t.StandingAsOf(ctx, actor, member, at, time.Time{})
}

// StandingAsOf is Standing by what was recorded up to another instant, that included
// (双时态查询); zero is all.
func (t *Tiers) StandingAsOf(ctx context.Context, actor Actor, member string, at, recorded time.Time) (tier.Standing, error) {
	return ask(ctx, t.core, "tiers.standing", actor, member, at, recorded, (*tier.Programme).Evaluate)
}

// Outlook returns Standing with what is missing to the next tier, and to keep this one
// (等级展望).
func (t *Tiers) Outlook(ctx context.Context, actor Actor, member string, at time.Time) (tier.Outlook, error) {
	return ask(ctx, t.core, "tiers.outlook", actor, member, at, time.Time{}, (*tier.Programme).Outlook)
}

// History returns all changes of a member's tier up to an instant, in the order of
// time (等级变动历史); the zero instant is now.
func (t *Tiers) History(ctx context.Context, actor Actor, member string, until time.Time) ([]tier.Change, error) {
	return ask(ctx, t.core, "tiers.history", actor, member, until, time.Time{}, (*tier.Programme).History)
}

// Events returns the facts that the tier of a member is made of, for a host that asks
// package tier itself.
func (t *Tiers) Events(ctx context.Context, actor Actor, member string) ([]tier.Event, error) {
	return ask(ctx, t.core, "tiers.events", actor, member, time.Time{}, time.Time{},
		func(_ *tier.Programme, events []tier.Event, _ time.Time) ([]tier.Event, error) { return events, nil })
}

// ask answers a question to a member's history.
func ask[T any](ctx context.Context, c *core, name string, actor Actor, member string, at, recorded time.Time,
	question func(*tier.Programme, []tier.Event, time.Time) (T, error)) (T, error) {
	return read(ctx, c, name, actor, Subject{KindMember, member}, func() (T, error) {
		var none T
		if !actor.Sees.Allows(member) {
			return none, &Error{Subject: Subject{KindMember, member}, Err: ErrNotFound}
		}
		if c.programme.Tiers == nil {
			return none, noTiers(member)
		}
		p, err := c.stablePast(ctx, member)
		if err != nil {
			return none, err
		}
		if at = Instant(at); at.IsZero() {
			at = p.after(c.now())
		}
		return question(c.programme.Tiers, p.recordedBy(Instant(recorded)), at)
	})
}

func noTiers(member string) error {
	return &Error{Subject: Subject{KindMember, member}, Field: "tiers", Reason: "the programme has none", Err: ErrIncomplete}
}

// Placed is the result of a command that gives or takes a tier by hand.
type Placed struct {
	Member   string `json:"member"`
	Tier     string `json:"tier"` // code of the tier that the member has now
	Ref      string `json:"ref"`  // of the decision, for [Tiers].Revoke
	Replayed bool   `json:"-"`
}

func (p *Placed) replay() { p.Replayed = true }

// Grant gives a member at least a tier, by its code, until an instant; the zero
// instant is without end (授予等级). It begins at Call.At. Call.Ref names the grant, so that
// it can be revoked; one without gets an id, which is in the result.
//
// ErrNotFound: the policy in force at Call.At has no such tier. ErrInvalid: until is not
// after Call.At, or that is in the future.
func (t *Tiers) Grant(ctx context.Context, actor Actor, member, code string, until time.Time, call Call) (Placed, error) {
	return t.decide(ctx, actor, "tiers.grant", member, tier.Event{Kind: tier.Grant, Tier: code, Until: Instant(until)}, call)
}

// Revoke ends the grants of a member with a Ref, at Call.At (撤销授予). ErrNotFound: no
// grant with it is in force then.
func (t *Tiers) Revoke(ctx context.Context, actor Actor, member, ref string, call Call) (Placed, error) {
	return t.decide(ctx, actor, "tiers.revoke", member, tier.Event{Kind: tier.Revoke, Ref: ref}, call)
}

// Place sets the tier of a member by hand, from Call.At on; it is reviewed like any
// other (定级). The errors are those of Grant.
func (t *Tiers) Place(ctx context.Context, actor Actor, member, code string, call Call) (Placed, error) {
	return t.decide(ctx, actor, "tiers.place", member, tier.Event{Kind: tier.Place, Tier: code}, call)
}

// decide appends a decision about the tier to a member's journal, and brings the
// tier that the accounts keep up to date, in one commit.
func (t *Tiers) decide(ctx context.Context, actor Actor, name, member string, event tier.Event, call Call) (Placed, error) {
	c := t.core
	subject := Subject{KindMember, member}
	cmd := &command{name: name, actor: actor, subject: subject, call: call, input: event, queue: c.turns(ctx, member)}
	return run(ctx, c, cmd, func(ctx context.Context, now time.Time) (draft, Placed, error) {
		m, err := c.activeMember(ctx, actor, member)
		if err != nil {
			return draft{}, Placed{}, err
		}
		if c.programme.Tiers == nil {
			return draft{}, Placed{}, noTiers(member)
		}
		p, err := c.past(ctx, member, nil)
		if err != nil {
			return draft{}, Placed{}, err
		}
		event := event // of this attempt
		line := cmd.entry("", member, p.after(later(now, m.Head.Recorded)))
		if event.At, event.Recorded = line.At, line.Recorded; call.At.IsZero() {
			event.At = line.Recorded
		}
		if event.Kind != tier.Revoke {
			event.Ref = call.Ref
		}
		if event.Kind == tier.Grant && event.Ref == "" {
			event.Ref = c.opts.NewID()
		}
		if err := p.admits(c.programme.Tiers, &event, subject); err != nil {
			return draft{}, Placed{}, err
		}
		line.Kind, line.At, line.Ref = entryOf(event.Kind), event.At, event.Ref
		if event.Kind != tier.Revoke {
			if line.Data, err = json.Marshal(given{event.Tier, event.Until}); err != nil {
				return draft{}, Placed{}, err
			}
		}
		p.events = append(p.events, event)
		return c.placedTier(p, Change{Subject: subject, Expect: m.Head.Version, Writes: c.appended("member", line)}, line)
	})
}

// entryOf is the kind of entry in a member's journal for what it decides.
func entryOf(k tier.Kind) string {
	switch k {
	case tier.Grant:
		return entryGranted
	case tier.Revoke:
		return entryRevoked
	}
	return entryPlaced
}

// admits refuses a decision that makes no sense with what is known.
func (p *past) admits(programme *tier.Programme, event *tier.Event, subject Subject) error {
	if event.At.After(event.Recorded) {
		return &Error{Subject: subject, Field: "at", Reason: "is in the future", Err: ErrInvalid}
	}
	if err := event.Validate(); err != nil {
		return err
	}
	if event.Kind != tier.Revoke {
		policy := programme.Policy(event.At)
		if _, ok := policy.Tier(event.Tier); !ok {
			return &Error{Subject: subject, Field: "tier", Reason: "is not one of the policy in force", Err: ErrNotFound}
		}
		return nil
	}
	if !p.granted(event.Ref, event.At) {
		return &Error{Subject: subject, Field: "ref", Reason: "names no grant in force", Err: ErrNotFound}
	}
	return nil
}

// granted reports whether a grant with the ref is in force at an instant.
func (p *past) granted(ref string, at time.Time) bool {
	begun, ended := time.Time{}, time.Time{}
	found := false
	for _, e := range p.events {
		switch {
		case e.Ref != ref || e.At.After(at):
		case e.Kind == tier.Grant && (e.Until.IsZero() || e.Until.After(at)):
			begun, found = later(begun, e.At), true
		case e.Kind == tier.Revoke:
			ended = later(ended, e.At)
		}
	}
	return found && (ended.IsZero() || begun.After(ended))
}

// after is now, or the last instant at which an account of the past was written.
func (p *past) after(now time.Time) time.Time {
	for i := range p.accounts {
		now = later(now, p.accounts[i].State.Recorded)
	}
	return now
}

// placedTier drafts a decision about the tier with what it makes of the accounts. A
// member without accounts keeps no tier.
func (c *core) placedTier(p *past, change Change, line Entry) (draft, Placed, error) {
	d := draft{changes: []Change{change}}
	done := Placed{Member: line.Member, Ref: line.Ref}
	if len(p.accounts) == 0 {
		return d, done, nil
	}
	a := &p.accounts[0]
	again, err := c.retier(a, p, line.Recorded)
	if err != nil {
		return draft{}, Placed{}, err
	}
	first := c.change(a, nil)
	first.Writes = append(first.Writes, again.writes...)
	d.require, d.changes = again.require, append(append(d.changes, first), again.changes...)
	done.Tier = a.Standing.Tier.Code
	return d, done, nil
}
