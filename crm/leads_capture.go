package crm

import (
	"context"
	"encoding/json"
	"errors"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/guanxi-go/guanxi/crm/access"
	"github.com/guanxi-go/guanxi/crm/owner"
	"github.com/guanxi-go/guanxi/crm/party"
	"github.com/guanxi-go/guanxi/crm/pipeline/lead"
	"github.com/guanxi-go/guanxi/crm/privacy"
	"github.com/guanxi-go/guanxi/crm/timeline"
)

// KindThrottle is how far one origin has used up its tries of one form 限流.
const KindThrottle Kind = "throttle"

// Deduper finds who a new lead may be among the leads and customers that there are
// (查重). Who holds one of its exclusive identifiers is found without it.
type Deduper interface {
	// Match returns matches that are certain, to which the lead is attached, and possible
	// ones, which are flagged. It may be called several times for one lead.
	Match(ctx context.Context, data lead.Data) ([]lead.Match, error)
}

// CaptureLead is a command of [Leads].Capture.
type CaptureLead struct {
	Call
	ID         string // of the lead, if one is made; "" for a new random one
	Submission lead.Submission

	// Owner gets the lead at once; the zero Staff for nobody, who then waits in the queue
	// of new leads (see [Leads].Route). With Pool, and Path of the pool's unit, it lies in
	// a pool instead. Neither is asked of what is attached.
	Owner      owner.Staff
	Pool, Path string

	// Readmit lets somebody in who was forgotten and has come back by their own will. A
	// reason is needed.
	Readmit bool
}

// Captured is what became of a submission. It holds ids and codes only.
type Captured struct {
	Outcome    lead.Outcome  `json:"outcome"`
	Lead       string        `json:"lead,omitzero"`        // id of the lead that was made, or to which it was attached
	Customer   string        `json:"customer,omitzero"`    // id of the customer to whom it was attached
	Possible   []lead.Match  `json:"possible,omitempty"`   // whom a lead that was made may be
	RetryAfter time.Duration `json:"retry_after,omitzero"` // of a refused one
}

// Capture takes in a form that was filled in (捕获线索): by the key, the throttle of its
// origin, its values, its consents, then by who it is.
//
// The form has to be in [Registries].Forms, and its touchpoint in the table of
// touchpoints. Who is known for certain, because a customer or lead has one of the
// identifiers or the [Deduper] says so, gets an activity on the timeline, and its owner is
// told by an event of kind lead.attached; otherwise a lead is made, with possible matches
// flagged. Two captures of one telephone number at the same time make one lead. What a
// customer ticked goes into the consent journal at once, with the form as its evidence;
// what a lead ticked does when the lead is converted.
//
// A refused try changes nothing, and its key may be used again: Outcome is Refused, and
// the error [lead.ErrThrottled]. A submission that is not complete counts as a try and
// leaves nothing else. The other errors: those of [lead.Form.Capture], all at once;
// ErrNotFound for a form or purpose that is in no table; ErrForgotten for somebody who was
// forgotten; ErrKeyReused; those of [owner.Policy.Assign].
func (s *Leads) Capture(ctx context.Context, actor Actor, c CaptureLead) (Captured, error) {
	made := c.ID == ""
	if made {
		c.ID = s.core.opts.NewID()
	}
	cmd := command{name: "leads.capture", actor: actor, subject: Subject{KindLead, c.ID}, made: made, call: c.Call,
		input: []any{c.Submission, c.Owner.ID, c.Pool, c.Path, c.Readmit}}
	var out Captured
	var err error
	for range s.core.opts.Attempts {
		out, err = run(ctx, s.core, cmd, func(ctx context.Context, now time.Time) (draft, Captured, error) {
			return s.capture(ctx, actor, c, now)
		})
		if !errors.Is(err, ErrTaken) {
			break // else somebody with the same number came first: now he is found
		}
	}
	if wait, throttled := lead.Throttled(err); throttled {
		return Captured{Outcome: lead.Refused, RetryAfter: wait}, err
	}
	var wrong *lead.Error
	if errors.As(err, &wrong) && (errors.Is(err, ErrInvalid) || errors.Is(err, ErrIncomplete)) {
		if failed := s.countTry(ctx, actor, c.Submission); failed != nil {
			err = errors.Join(err, failed)
		}
	}
	return out, err
}

// form returns the form of a submission.
func (s *Leads) form(ctx context.Context, sub lead.Submission) (lead.Form, error) {
	table, _, err := forms(s.core).Get(ctx)
	if err != nil {
		return lead.Form{}, err
	}
	at := slices.IndexFunc(table, func(f lead.Form) bool { return f.ID == sub.Form && f.Version == sub.Version })
	if at < 0 {
		return lead.Form{}, &Error{Subject: Subject{KindRegistry, "forms"}, Field: "form", Reason: "is not in the table in this version", Err: ErrNotFound}
	}
	return table[at], nil
}

// throttle returns the state of the origin of a submission. Its id is a hash, so that an
// address of the network that a host gives as origin does not stay behind in it.
func (s *Leads) throttle(ctx context.Context, sub lead.Submission) (t tries, err error) {
	t.record, err = s.core.record(ctx, Subject{KindThrottle, digest(sub.Form, sub.Origin)})
	if err == nil && len(t.record.Body) > 0 {
		if err = json.Unmarshal(t.record.Body, &t); err != nil {
			err = &Error{Subject: t.record.Subject, Field: "body", Reason: "is no throttle", Err: errors.Join(ErrInvalid, err)}
		}
	}
	return t, err
}

// tries is the body of a record of KindThrottle.
type tries struct {
	record   Record
	Throttle lead.Throttle `json:"throttle"`
	// Last is when the last try was. A machine whose clock is behind that of another
	// counts from there: its callers do not pay for it.
	Last time.Time `json:"last,omitzero"`
}

// capture is [lead.Form.Capture] with the state of the origin, which it moves.
func (t *tries) capture(form lead.Form, sub lead.Submission, now time.Time) (data lead.Data, err error) {
	t.Last = later(now, t.Last)
	data, t.Throttle, err = form.Capture(sub, t.Throttle, t.Last)
	return data, err
}

// change keeps the state of the origin; there is none to keep where the form has no
// limit.
func (t tries) change(form lead.Form) []Change {
	if form.Limit == (lead.Limit{}) {
		return nil
	}
	r := t.record
	r.Body, _ = json.Marshal(t)
	r.Ref = form.ID
	return []Change{{r.Subject, r.Head.Version, []Write{PutRecord{r}}}}
}

// countTry lets a submission that was refused for what it says count as a try, without
// its key: sent again, it is looked at again.
func (s *Leads) countTry(ctx context.Context, actor Actor, sub lead.Submission) error {
	cmd := command{name: "leads.try", actor: actor, subject: Subject{KindRegistry, "forms"}}
	_, err := run(ctx, s.core, cmd, func(ctx context.Context, now time.Time) (draft, struct{}, error) {
		form, err := s.form(ctx, sub)
		if err != nil {
			return draft{}, struct{}{}, err
		}
		t, err := s.throttle(ctx, sub)
		if err != nil {
			return draft{}, struct{}{}, err
		}
		_, err = t.capture(form, sub, now)
		if _, refused := lead.Throttled(err); refused {
			return draft{}, struct{}{}, nil // others were quicker
		}
		return draft{changes: t.change(form)}, struct{}{}, nil // what else is wrong was said before
	})
	return err
}

func (s *Leads) capture(ctx context.Context, actor Actor, c CaptureLead, now time.Time) (draft, Captured, error) {
	if c.Readmit && c.Reason == "" {
		return draft{}, Captured{}, &Error{Field: "reason", Reason: "is missing", Err: ErrIncomplete}
	}
	if Instant(c.At).After(now) {
		return draft{}, Captured{}, &Error{Field: "at", Reason: "is to come", Err: ErrInvalid}
	}
	form, err := s.form(ctx, c.Submission)
	if err != nil {
		return draft{}, Captured{}, err
	}
	counter, err := s.throttle(ctx, c.Submission)
	if err != nil {
		return draft{}, Captured{}, err
	}
	data, err := counter.capture(form, c.Submission, now)
	if err != nil {
		return draft{}, Captured{}, err
	}
	if err := s.purposes(ctx, data); err != nil {
		return draft{}, Captured{}, err
	}
	matches, earlier, err := s.matches(ctx, c, data)
	if err != nil {
		return draft{}, Captured{}, err
	}
	settled, err := lead.Settle(matches)
	if err != nil {
		return draft{}, Captured{}, err
	}
	var d draft
	out := Captured{Outcome: settled.Outcome, Possible: settled.Possible}
	switch {
	case settled.Outcome == lead.Created:
		out.Lead = c.ID
		d, err = s.create(ctx, actor, c, data, settled.Possible, earlier, now)
	case settled.To.Customer:
		out.Customer = settled.To.ID
		d, err = s.attachCustomer(ctx, actor, c, form, data, settled.To.ID, now)
	default:
		out.Lead = settled.To.ID
		d, err = s.attachLead(ctx, actor, c, form, data, settled.To.ID, now)
	}
	d.changes = append(d.changes, counter.change(form)...)
	return d, out, err
}

// purposes holds the consents against the table of purposes, where there is one.
func (s *Leads) purposes(ctx context.Context, data lead.Data) error {
	table, _, err := purposes(s.core).Get(ctx)
	if err != nil || len(table) == 0 {
		return err
	}
	for _, tick := range data.Consents {
		if !slices.ContainsFunc(table, func(p privacy.Purpose) bool { return p.Code == tick.Purpose }) {
			return &Error{Subject: Subject{KindRegistry, "purposes"}, Field: "purpose", Reason: "is not in the table", Err: ErrNotFound}
		}
	}
	return nil
}

// matches returns who the lead may be, and the closed leads that hold its identifiers.
func (s *Leads) matches(ctx context.Context, c CaptureLead, data lead.Data) (matches []lead.Match, earlier []leadRecord, err error) {
	everything := Actor{ID: "capture", Sees: access.Everything()}
	// same adds a lead that is certain as what it is by now.
	same := func(id, code string) error {
		l, err := s.core.lead(ctx, everything, id)
		switch {
		case err != nil:
			return err
		case l.state == lead.Converted:
			matches = append(matches, lead.Match{Customer: true, ID: l.Customer, Certain: true, Code: code})
		case l.state.Open():
			matches = append(matches, lead.Match{ID: id, Certain: true, Code: code})
		case !slices.ContainsFunc(earlier, func(e leadRecord) bool { return e.Subject == l.Subject }):
			earlier = append(earlier, l)
		}
		return nil
	}
	for _, key := range data.ClaimKeys() {
		code, _, _ := strings.Cut(key, "\x1f")
		holder, err := s.core.store.Holder(ctx, SpaceIdentifier, key)
		if errors.Is(err, ErrNotFound) {
			holder, err = s.core.store.Holder(ctx, SpaceLead, key)
		}
		switch {
		case err == nil && holder.Kind == KindCustomer:
			matches = append(matches, lead.Match{Customer: true, ID: holder.ID, Certain: true, Code: code})
		case err == nil:
			err = same(holder.ID, code)
		case errors.Is(err, ErrNotFound) && !c.Readmit:
			err = (&Customers{s.core}).refuseForgotten(ctx, Subject{KindLead, c.ID}, key)
		}
		if err != nil && !errors.Is(err, ErrNotFound) {
			return nil, nil, err
		}
	}
	if s.core.opts.Deduper == nil {
		return matches, earlier, nil
	}
	found, err := s.core.opts.Deduper.Match(ctx, data.Clone())
	for _, m := range found {
		if err != nil {
			break
		}
		if m.Certain && !m.Customer {
			err = same(m.ID, m.Code)
			continue
		}
		matches = append(matches, m)
	}
	return matches, earlier, err
}

// create makes a lead.
func (s *Leads) create(ctx context.Context, actor Actor, c CaptureLead, data lead.Data, possible []lead.Match, earlier []leadRecord, now time.Time) (draft, error) {
	subject := Subject{KindLead, c.ID}
	if err := subject.validate(); err != nil {
		return draft{}, err
	}
	if slices.ContainsFunc(data.Identifiers, func(i party.Identifier) bool { return names(i, c.ID) }) {
		return draft{}, &Error{Field: "id", Reason: "is one of the identifiers: an id outlives the person", Err: ErrInvalid}
	}
	head, err := s.core.store.Head(ctx, subject)
	if err != nil {
		return draft{}, err
	}
	if head.Version > 0 {
		return draft{}, &Error{Subject: subject, Err: ErrDuplicate}
	}
	l := leadRecord{Record: Record{Subject: subject}, state: lead.New,
		body: leadBody{Data: data, Since: effective(c.Call, now), Created: now, Possible: possible, Readmit: c.Readmit}}
	l.body.Data.Consents = nil
	l.body.tick(data.Consents, l.body.Since)
	created := l.row(leadCreated, actor, c.Call, now)
	created.To, created.At = lead.New.String(), l.body.Since
	created.Data, _ = json.Marshal(captureMarks{data.Form, data.Version, data.Source, possible})
	writes := []Write{Append{created}}
	for _, key := range data.ClaimKeys() {
		writes = append(writes, Claim{SpaceLead, key})
	}
	var d draft
	for _, old := range earlier {
		l.body.Earlier = old.Subject.ID
		d.changes = append(d.changes, old.released(data.ClaimKeys()))
	}
	place, guards, err := (&Customers{s.core}).place(ctx, actor, Registration{Call: c.Call, Owner: c.Owner, Pool: c.Pool, Path: c.Path}, now)
	if err != nil {
		return draft{}, err
	}
	l.work.Holding = place.holding
	writes = append(writes, place.writes...)
	if l.work.Holding.Owner != "" {
		moved := l.row(leadMoved, actor, Call{}, now)
		moved.From, moved.To = lead.New.String(), lead.Assigned.String()
		moved.At = later(now, l.body.Since)
		l.state, l.body.Since = lead.Assigned, moved.At
		writes = append(writes, Append{moved})
	}
	change, err := l.change(l.event("lead.created", now), writes...)
	d.changes = append(append(d.changes, change), guards...)
	return d, err
}

// captureMarks are the codes of a created entry.
type captureMarks struct {
	Form     string       `json:"form"`
	Version  int          `json:"version"`
	Source   string       `json:"source"`
	Possible []lead.Match `json:"possible,omitempty"`
}

// event says what happened to the lead, and to whose work that belongs.
func (l leadRecord) event(kind string, now time.Time) Event {
	data, _ := json.Marshal(map[string]string{"owner": l.work.Holding.Owner, "source": l.body.Data.Source})
	return Event{Kind: kind, At: now, Data: data}
}

// released gives back the claims of a closed lead that a new one takes over.
func (l leadRecord) released(keys []string) Change {
	change := Change{Subject: l.Subject, Expect: l.Head.Version}
	for _, key := range l.body.Data.ClaimKeys() {
		if slices.Contains(keys, key) {
			change.Writes = append(change.Writes, Release{SpaceLead, key})
		}
	}
	return change
}

// attachment is a submission as an activity and a line of JournalLead.
func (s *Leads) attachment(actor Actor, c CaptureLead, form lead.Form, data lead.Data, to string, now time.Time) (timeline.Activity, Entry) {
	var words []string
	for _, name := range slices.Sorted(maps.Keys(data.Notes)) {
		words = append(words, data.Notes[name])
	}
	a := timeline.Activity{Subject: to, Kind: timeline.KindContact, Actor: actor.ID, Touchpoint: form.Touchpoint, Channel: form.Channel,
		Direction: timeline.Inbound, At: effective(c.Call, now), Recorded: now, Text: strings.Join(words, "\n"), Reason: c.Reason}
	row := Entry{Journal: JournalLead, Kind: leadAttached, Actor: actor.ID, At: a.At, Recorded: now}
	row.Data, _ = json.Marshal(captureMarks{Form: data.Form, Version: data.Version, Source: data.Source})
	row.Private, _ = json.Marshal(data)
	return a, row
}

func (s *Leads) attachCustomer(ctx context.Context, actor Actor, c CaptureLead, form lead.Form, data lead.Data, id string, now time.Time) (draft, error) {
	customer, err := s.core.living(ctx, Actor{Sees: access.Everything()}, id)
	if err != nil {
		return draft{}, err
	}
	now = later(now, customer.Head.Recorded)
	a, row := s.attachment(actor, c, form, data, id, now)
	a.Seq = customer.Head.Entries + 1
	lines := &Timeline{s.core}
	require, err := lines.check(ctx, a)
	if err != nil {
		return draft{}, err
	}
	standing, err := lines.standing(ctx, customer, a)
	if err != nil {
		return draft{}, err
	}
	told, _ := json.Marshal(map[string]string{"owner": standing.Holding.Owner, "source": data.Source})
	writes := []Write{Append{activityRow(a)}, Append{row}}
	if customer.Profile.Type == party.Person || data.Company == "" { // of an organisation there is nobody who agreed
		for _, tick := range data.Consents {
			writes = append(writes, tickWrites(tick, data.Form, actor, a.At, now)...)
		}
	}
	return draft{require: require, changes: []Change{{Subject{KindCustomer, id}, customer.Head.Version,
		append(writes, PutStanding{standing}, Emit{Event{Kind: "lead.attached", At: now, Data: told}})}}}, nil
}

// tickWrites records in a person's consent journal a box that was ticked at an instant;
// evidence is the id of what shows it.
func tickWrites(tick lead.Tick, evidence string, actor Actor, at, now time.Time) []Write {
	return []Write{Append{consentRow(privacy.Consent{Purpose: tick.Purpose, Basis: privacy.ByConsent, Action: privacy.Given,
		Notice: tick.Version, Evidence: evidence, At: at, Recorded: now, Actor: actor.ID})},
		Emit{Event{Kind: "consent." + privacy.Given.String(), At: now}}}
}

func (s *Leads) attachLead(ctx context.Context, actor Actor, c CaptureLead, form lead.Form, data lead.Data, id string, now time.Time) (draft, error) {
	l, err := s.core.openLead(ctx, Actor{Sees: access.Everything()}, id)
	if err != nil {
		return draft{}, err
	}
	now = later(now, l.Head.Recorded)
	a, row := s.attachment(actor, c, form, data, id, now)
	a.Seq = l.Head.Entries + 1
	require, err := (&Timeline{s.core}).check(ctx, a)
	if err != nil {
		return draft{}, err
	}
	writes := []Write{Append{activityRow(a)}, Append{row}}
	known := l.body.Data.ClaimKeys()
	for _, i := range data.Identifiers { // a further number of theirs is theirs, too, unless somebody else has it
		free, err := s.free(ctx, i)
		if err != nil {
			return draft{}, err
		}
		if free && !slices.Contains(l.body.Data.Identifiers, i) {
			l.body.Data.Identifiers = append(l.body.Data.Identifiers, i)
		}
	}
	writes = append(writes, claimWrites(SpaceLead, known, l.body.Data.ClaimKeys())...)
	l.body.tick(data.Consents, a.At)
	change, err := l.change(l.event("lead.attached", now), writes...)
	return draft{require: require, changes: []Change{change}}, err
}

// free reports whether no lead or customer holds an identifier.
func (s *Leads) free(ctx context.Context, i party.Identifier) (bool, error) {
	if !i.Exclusive() {
		return true, nil
	}
	for _, space := range []string{SpaceIdentifier, SpaceLead} {
		if _, err := s.core.store.Holder(ctx, space, i.ClaimKey()); !errors.Is(err, ErrNotFound) {
			return false, err
		}
	}
	return true, nil
}
