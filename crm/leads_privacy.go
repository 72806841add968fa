package crm

import (
	"context"
	"encoding/json"
	"errors"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/guanxi-go/guanxi/crm/calendar"
	"github.com/guanxi-go/guanxi/crm/owner"
	"github.com/guanxi-go/guanxi/crm/pipeline/lead"
	"github.com/guanxi-go/guanxi/crm/privacy"
)

// KindViews is whose contact details a colleague was shown on a day 查看记录.
const KindViews Kind = "views"

// DefaultViewCap is how many records somebody else looks after, or nobody, a colleague
// is shown the contact details of on one day, where Options.ViewCap is 0.
const DefaultViewCap = 50

// Show returns what is known of a lead, whole and unmasked 查看线索. What one looks after
// oneself is shown without limit; of others, and of what lies in a pool, so many a local
// day as Options.ViewCap says. The same lead again on that day is free.
//
// Errors: [owner.ErrCap] with Limit and Used where the day's number is used up;
// ErrNotFound where the actor sees no such lead; ErrForgotten.
func (s *Leads) Show(ctx context.Context, actor Actor, id string) (lead.Data, error) {
	l, err := s.core.lead(ctx, actor, id)
	if err == nil && !l.body.Forgotten.IsZero() {
		err = &Error{Subject: l.Subject, Err: ErrForgotten}
	}
	if err == nil && l.work.Holding.Owner != actor.ID {
		err = s.core.view(ctx, actor, l.Subject)
	}
	s.core.observe(ctx, Op{Name: "leads.show", Actor: actor.ID, Subject: Subject{KindLead, id}, Attempts: 1, Err: err})
	if err != nil {
		return lead.Data{}, err
	}
	return l.body.Data, nil
}

// view counts that an actor is shown the contact details of a subject.
func (c *core) view(ctx context.Context, actor Actor, s Subject) error {
	if c.opts.ViewCap < 0 {
		return nil
	}
	most := c.opts.ViewCap
	if most == 0 {
		most = DefaultViewCap
	}
	cmd := command{name: "views.count", actor: actor, subject: Subject{KindViews, actor.ID}, input: s.String()}
	if _, seen, err := c.views(ctx, cmd.subject, c.now()); err != nil || slices.Contains(seen.Subjects, s.String()) {
		return err // again on the same day: nothing to count
	}
	_, err := run(ctx, c, cmd, func(ctx context.Context, now time.Time) (draft, struct{}, error) {
		r, seen, err := c.views(ctx, cmd.subject, now)
		if err != nil || slices.Contains(seen.Subjects, s.String()) {
			return draft{}, struct{}{}, err
		}
		if len(seen.Subjects) >= most {
			return draft{}, struct{}{}, &owner.Error{Field: "view_cap", Item: -1, ID: actor.ID, Until: c.startOf(seen.Day + 1), Limit: most, Used: len(seen.Subjects),
				Reason: "has seen enough", Err: owner.ErrCap}
		}
		seen.Subjects = append(seen.Subjects, s.String())
		r.Owner = actor.ID
		r.Body, err = json.Marshal(seen)
		return draft{changes: []Change{{r.Subject, r.Head.Version, []Write{PutRecord{r}}}}}, struct{}{}, err
	})
	return err
}

// views returns whose details were shown on the day of an instant.
func (c *core) views(ctx context.Context, s Subject, now time.Time) (Record, views, error) {
	var seen views
	r, err := c.record(ctx, s)
	if err == nil && len(r.Body) > 0 {
		if err = json.Unmarshal(r.Body, &seen); err != nil {
			err = &Error{Subject: s, Field: "body", Reason: "is no list of views", Err: errors.Join(ErrInvalid, err)}
		}
	}
	if today := c.dayOf(now); seen.Day != today {
		seen = views{Day: today}
	}
	return r, seen, err
}

// views is the body of a record of KindViews: those of the last day only.
type views struct {
	Day      calendar.Day `json:"day"`
	Subjects []string     `json:"subjects"`
}

// Forget erases what is personal of a lead that did not become a customer 删除线索: names,
// identifiers and texts, in the record and in all its journals. The identifiers are given
// back, and kept as keyed hashes by which the person is recognised. Codes, amounts and
// instants stay. Of a converted lead, forget the customer: [Privacy].Forget reaches it.
//
// Errors are those of [Privacy].Forget; ErrTransition for a converted lead.
func (s *Leads) Forget(ctx context.Context, actor Actor, id string, e Erasure) error {
	if err := (&Privacy{s.core}).may(Subject{KindLead, id}, e); err != nil {
		return err
	}
	l, err := s.core.lead(ctx, actor, id)
	if err == nil && l.state == lead.Converted {
		err = &lead.Error{Code: "LEAD-CONVERTED", Field: "state", Item: -1, ID: l.Customer, Err: lead.ErrAlreadyConverted}
	}
	if err != nil {
		return err
	}
	_, err = s.erase(ctx, actor, l.Subject, e.Call)
	return err
}

// may holds an erasure against what it needs.
func (p *Privacy) may(s Subject, e Erasure) error {
	if len(p.core.opts.ErasureKey) == 0 {
		return &Error{Field: "erasure_key", Reason: "is missing", Err: ErrIncomplete}
	}
	if e.Reason == "" {
		return &Error{Field: "reason", Reason: "is missing", Err: ErrIncomplete}
	}
	for _, hold := range e.Holds {
		if hold.Active(p.core.now()) {
			return &Error{Subject: s, Field: "holds", Reason: "one is active", Err: ErrConflict}
		}
	}
	return nil
}

// erase takes what is personal out of a lead, and then out of what registrations and
// rulings say of it, which are that many entries. Doing it twice does nothing.
func (s *Leads) erase(ctx context.Context, actor Actor, subject Subject, call Call) (int, error) {
	cmd := command{name: "privacy.lead", actor: actor, subject: subject}
	_, err := run(ctx, s.core, cmd, func(ctx context.Context, now time.Time) (draft, struct{}, error) {
		r, err := s.core.store.Record(ctx, subject)
		if err != nil {
			return draft{}, struct{}{}, err
		}
		l, err := leadOf(r)
		if err != nil || !l.body.Forgotten.IsZero() {
			return draft{}, struct{}{}, err
		}
		now = later(now, l.Head.Recorded)
		writes := []Write{Redact{}}
		for _, key := range l.body.Data.ClaimKeys() {
			writes = append(writes, Release{SpaceLead, key})
			tombstone, err := privacy.Tombstone(s.core.opts.ErasureKey, key)
			if err != nil {
				return draft{}, struct{}{}, err
			}
			if _, err := s.core.store.Holder(ctx, SpaceForgotten, tombstone); errors.Is(err, ErrNotFound) {
				writes = append(writes, Claim{SpaceForgotten, tombstone})
			} else if err != nil {
				return draft{}, struct{}{}, err
			}
		}
		l.body.Data, l.body.Forgotten = l.body.Data.Erased(), now
		row := l.row(leadForgotten, actor, Call{At: call.At}, now)
		change, err := l.change(Event{Kind: "lead.forgotten", At: now}, append(writes, Append{row})...)
		return draft{changes: []Change{change}}, struct{}{}, err
	})
	if err != nil {
		return 0, err
	}
	targets := map[Subject][]uint64{}
	for _, kind := range []Kind{KindRegistration, KindRuling} {
		for r, err := range s.core.store.Records(ctx, RecordFilter{Kind: kind, Ref: subject.String()}) {
			if err != nil {
				return 0, err
			}
			for e, err := range s.core.store.Entries(ctx, EntryFilter{Subject: r.Subject}) {
				if err != nil {
					return 0, err
				}
				if e.Reason != "" {
					targets[r.Subject] = append(targets[r.Subject], e.Seq)
				}
			}
		}
	}
	return (&Privacy{s.core}).redact(ctx, actor, targets)
}

// eraseLeads erases the leads that a person was, and counts them, and the entries of
// others that were about them.
func (p *Privacy) eraseLeads(ctx context.Context, actor Actor, c Customer, everywhere bool, done *Forgotten) error {
	leads, err := p.leadsOf(ctx, c, everywhere)
	for _, l := range leads {
		redacted, err := (&Leads{p.core}).erase(ctx, actor, l.Subject, Call{})
		done.Redacted += redacted
		if err != nil {
			return err
		}
		done.Leads++
	}
	return err
}

// leadsOf returns the leads that a person was, by id: those of which the person is the
// customer or the contact, those that hold one of the identifiers, those whose claims
// they took over, and with everywhere all that have one of the person's strings.
func (p *Privacy) leadsOf(ctx context.Context, c Customer, everywhere bool) ([]leadRecord, error) {
	found := map[string]leadRecord{}
	add := func(l leadRecord) { found[l.Subject.ID] = l }
	list := func(f RecordFilter, concerns func(leadRecord) bool) error {
		for r, err := range p.core.store.Records(ctx, f) {
			if err != nil {
				return err
			}
			l, err := leadOf(r)
			if err != nil {
				return err
			}
			if concerns(l) {
				add(l)
			}
		}
		return nil
	}
	err := list(RecordFilter{Kind: KindLead, Customer: c.ID}, func(l leadRecord) bool { return l.body.Person == "" || l.body.Person == c.ID })
	if err == nil && everywhere {
		names := c.Profile.Strings()
		err = list(RecordFilter{Kind: KindLead}, func(l leadRecord) bool {
			return slices.ContainsFunc(l.body.Data.Strings(), func(s string) bool { return mentionsAny(s, names) })
		})
	}
	if err != nil {
		return nil, err
	}
	var ids []string
	for e, err := range p.core.store.Entries(ctx, EntryFilter{Contact: c.ID, Journal: JournalLead}) {
		if err != nil {
			return nil, err
		}
		if e.Subject.Kind == KindLead {
			ids = append(ids, e.Subject.ID)
		}
	}
	for _, key := range c.Profile.ClaimKeys() {
		switch holder, err := p.core.store.Holder(ctx, SpaceLead, key); {
		case err == nil:
			ids = append(ids, holder.ID)
		case !errors.Is(err, ErrNotFound):
			return nil, err
		}
	}
	for _, l := range found {
		ids = append(ids, l.body.Earlier)
	}
	for len(ids) > 0 {
		id := ids[0]
		ids = ids[1:]
		if _, known := found[id]; known || id == "" {
			continue
		}
		r, err := p.core.store.Record(ctx, Subject{KindLead, id})
		if err != nil {
			return nil, err
		}
		l, err := leadOf(r)
		if err != nil {
			return nil, err
		}
		add(l)
		ids = append(ids, l.body.Earlier)
	}
	return slices.SortedFunc(maps.Values(found), func(a, b leadRecord) int { return a.Subject.Compare(b.Subject) }), nil
}

// mentionsAny reports whether a text holds one of the names, in whatever case.
func mentionsAny(text string, names []string) bool {
	text = strings.ToLower(text)
	return slices.ContainsFunc(names, func(name string) bool { return name != "" && strings.Contains(text, strings.ToLower(name)) })
}
