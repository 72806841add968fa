package crm

import (
	"context"
	"encoding/json"
	"errors"
	"iter"
	"slices"
	"time"

	"github.com/guanxi-go/guanxi/crm/owner"
	"github.com/guanxi-go/guanxi/crm/party"
	"github.com/guanxi-go/guanxi/internal/attempt"
)

// Customers says who the customers are (客户): it registers them, edits their
// profiles, and finds them.
//
// Identifiers that only one customer can have, such as a mobile number or a credit
// code, are claimed: a second customer with the same one is refused with ErrTaken,
// and the *[Error] names the holder.
type Customers struct{ core *core }

// Registration is a command of [Customers].Register.
type Registration struct {
	Call
	ID      string // of the customer; "" for a new random one
	Profile party.Profile

	// Owner gets the customer at once, under the policy's Assign; the zero Staff for
	// nobody. With Pool, and Path of the pool's unit, it lies in a pool instead.
	Owner      owner.Staff
	Pool, Path string

	// Readmit lets somebody in who was forgotten and has come back by their own
	// will. A reason is needed.
	Readmit bool
}

// Register makes a customer, and returns the id.
//
// Errors: those of [party.Profile.Validate]; ErrDuplicate where the id is in use;
// ErrTaken where another customer holds an identifier; ErrForgotten where an
// identifier is that of somebody who was forgotten; ErrInvalid where the id is one
// of the identifiers, for an id outlives the person.
func (s *Customers) Register(ctx context.Context, actor Actor, r Registration) (string, error) {
	made := r.ID == ""
	if made {
		r.ID = s.core.opts.NewID()
	}
	cmd := command{name: "customers.register", actor: actor, subject: Subject{KindCustomer, r.ID}, made: made, call: r.Call,
		input: []any{r.Profile, r.Owner.ID, r.Pool, r.Path, r.Readmit}}
	return run(ctx, s.core, cmd, func(ctx context.Context, now time.Time) (draft, string, error) {
		d, err := s.register(ctx, actor, r, now)
		return d, r.ID, err
	})
}

func (s *Customers) register(ctx context.Context, actor Actor, r Registration, now time.Time) (draft, error) {
	subject := Subject{KindCustomer, r.ID}
	if err := subject.validate(); err != nil {
		return draft{}, err
	}
	if slices.ContainsFunc(r.Profile.Identifiers, func(i party.Identifier) bool { return names(i, r.ID) }) {
		return draft{}, &Error{Field: "id", Reason: "is one of the identifiers: an id outlives the person", Err: ErrInvalid}
	}
	if r.Readmit && r.Reason == "" {
		return draft{}, &Error{Subject: subject, Field: "reason", Reason: "is missing", Err: ErrIncomplete}
	}
	head, err := s.core.store.Head(ctx, subject) // before it is known that there is nobody
	if err != nil {
		return draft{}, err
	}
	_, err = s.core.store.Customer(ctx, r.ID)
	if err == nil {
		return draft{}, &Error{Subject: subject, Err: ErrDuplicate}
	}
	if !errors.Is(err, ErrNotFound) {
		return draft{}, err
	}
	now = later(now, head.Recorded)
	profile, claims, err := s.profile(ctx, subject, party.Profile{}, r.Profile, r.Readmit)
	if err != nil {
		return draft{}, err
	}
	writes := []Write{PutProfile{profile}, Append{Entry{Journal: JournalProfile, Kind: "registered", Actor: actor.ID,
		At: effective(r.Call, now), Recorded: now, Reason: r.Reason}}, Emit{Event{Kind: "customer.registered", At: now}}}
	place, guards, err := s.place(ctx, actor, r, now)
	if err != nil {
		return draft{}, err
	}
	writes = append(append(writes, claims...), place.writes...)
	writes = append(writes, PutStanding{Standing{Registered: now, Holding: place.holding}})
	return draft{changes: append([]Change{{subject, head.Version, writes}}, guards...)}, nil
}

// names reports whether an id is an identifier of the person in another spelling.
// The id in another system of the host is none: it is as good as ours.
func names(i party.Identifier, id string) bool {
	if i.Kind == party.ExternalID {
		return false
	}
	same, err := party.NewIdentifier(i.Kind, i.Scope, id)
	return err == nil && same == i
}

// placing is where a new customer goes.
type placing struct {
	holding owner.Holding
	writes  []Write
}

func (s *Customers) place(ctx context.Context, actor Actor, r Registration, now time.Time) (placing, []Change, error) {
	owners := &Owners{s.core}
	act := owner.Act{Actor: actor.ID, Recorded: now, Code: "registered", Reason: r.Reason}
	var entry owner.Entry
	var guards []Change
	var err error
	switch {
	case r.Owner.ID != "":
		guard, failed := owners.guard(ctx, r.Owner.ID)
		if failed != nil {
			return placing{}, nil, failed
		}
		to, failed := owners.load(ctx, KindCustomer, r.Owner, guard, now)
		if failed != nil {
			return placing{}, nil, failed
		}
		entry, err = s.core.opts.Ownership.Assign(owner.Holding{}, to, act)
		guards = []Change{owners.moveGuard(guard, entry)}
	case r.Pool != "":
		entry, err = s.core.opts.Ownership.Release(owner.Holding{}, r.Pool, r.Path, act)
	default:
		return placing{}, nil, nil
	}
	if err != nil {
		return placing{}, nil, err
	}
	holding, err := owner.Holding{}.With(entry)
	return placing{holding, []Write{Append{ownerRow(entry)}}}, guards, err
}

// Edit changes the profiles of one or several customers in one commit: so two can
// swap a telephone number. change is given the present profiles, in the order of
// ids, and may be called again after a conflict; an error of its own ends the
// command. A profile that it leaves as it is, is not written.
// The same key stands for the same customers, whatever change does.
//
// Errors: as Register; ErrNotFound; ErrForgotten for somebody who was erased.
func (s *Customers) Edit(ctx context.Context, actor Actor, ids []string, call Call, change func(profiles []*party.Profile) error) error {
	if len(ids) == 0 {
		return &Error{Field: "ids", Reason: "are none", Err: ErrInvalid}
	}
	cmd := command{name: "customers.edit", actor: actor, subject: Subject{KindCustomer, ids[0]}, call: call, input: ids}
	_, err := run(ctx, s.core, cmd, func(ctx context.Context, now time.Time) (draft, struct{}, error) {
		var customers []Customer
		var profiles []*party.Profile
		for _, id := range ids {
			c, err := s.core.living(ctx, actor, id)
			if err != nil {
				return draft{}, struct{}{}, err
			}
			customers = append(customers, c)
			profile := c.Profile.Clone()
			profiles = append(profiles, &profile)
		}
		if err := change(profiles); err != nil {
			return draft{}, struct{}{}, attempt.Ended(err)
		}
		var d draft
		for i, c := range customers {
			if c.Profile.Equal(*profiles[i]) {
				d.require = append(d.require, Expect{Subject{KindCustomer, c.ID}, c.Head.Version})
				continue
			}
			edited, err := s.edited(ctx, actor, c, *profiles[i], call, now)
			if err != nil {
				return draft{}, struct{}{}, err
			}
			d.changes = append(d.changes, edited)
		}
		return d, struct{}{}, nil
	})
	return err
}

func (s *Customers) edited(ctx context.Context, actor Actor, c Customer, profile party.Profile, call Call, now time.Time) (Change, error) {
	subject := Subject{KindCustomer, c.ID}
	profile, claims, err := s.profile(ctx, subject, c.Profile, profile, false)
	if err != nil {
		return Change{}, err
	}
	now = later(now, c.Head.Recorded)
	data, _ := json.Marshal(map[string][]string{"changed": c.Profile.Changed(profile)})
	return Change{subject, c.Head.Version, append([]Write{PutProfile{profile}, Append{Entry{Journal: JournalProfile, Kind: "edited",
		Data: data, Actor: actor.ID, At: effective(call, now), Recorded: now, Reason: call.Reason}},
		Emit{Event{Kind: "customer.edited", At: now}}}, claims...)}, nil
}

// Get returns a customer that the actor sees.
func (s *Customers) Get(ctx context.Context, actor Actor, id string) (Customer, error) {
	return read(ctx, s.core, "customers.get", actor, Subject{KindCustomer, id}, func() (Customer, error) {
		return s.core.customer(ctx, actor, id)
	})
}

// List lists the customers that the actor sees and the filter lets through, by id.
// The filter's own Visible is not looked at.
func (s *Customers) List(ctx context.Context, actor Actor, filter CustomerFilter) iter.Seq2[Customer, error] {
	filter.Visible = &actor.Sees
	s.core.observe(ctx, Op{Name: "customers.list", Actor: actor.ID, Attempts: 1})
	return s.core.store.Customers(ctx, filter)
}

// Find returns the customer that holds an exclusive identifier, if the actor sees
// it. ErrInvalid: the identifier is not exclusive, and may be anybody's.
func (s *Customers) Find(ctx context.Context, actor Actor, identifier party.Identifier) (Customer, error) {
	return read(ctx, s.core, "customers.find", actor, Subject{}, func() (Customer, error) {
		if !identifier.Exclusive() {
			return Customer{}, &Error{Field: "identifier", Reason: "may belong to several", Err: ErrInvalid}
		}
		holder, err := s.core.store.Holder(ctx, SpaceIdentifier, identifier.ClaimKey())
		if err != nil {
			return Customer{}, err
		}
		return s.core.customer(ctx, actor, holder.ID)
	})
}

// History returns who registered and edited a customer, when and why.
func (s *Customers) History(ctx context.Context, actor Actor, id string) iter.Seq2[Entry, error] {
	return s.core.seen(ctx, "customers.history", actor, id, EntryFilter{Subject: Subject{KindCustomer, id}, Journal: JournalProfile})
}
