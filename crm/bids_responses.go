package crm

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"slices"
	"time"

	"github.com/guanxi-go/guanxi/crm/owner"
	"github.com/guanxi-go/guanxi/crm/pipeline/bid"
	"github.com/guanxi-go/guanxi/internal/limit"
)

// The states that responses are listed by.
const (
	ResponseOpen     = "open"     // the requirement is to be answered 待响应
	ResponseAnswered = "answered" // it is, and may be answered otherwise until the bid is handed in 已响应
	ResponseEnded    = "ended"    // nobody's: the bid was handed in or decided, or the requirement dropped 已结束
)

// Response is a requirement of a bid that somebody has to answer (响应分工). It is a record
// of its own, since a record has one owner and a bid many who answer: it is listed by whom
// it was given to, customer, bid (Ref), state and Due, and handed over as other work is.
type Response struct {
	Head     Head      `json:"-"`
	Bid      string    `json:"-"` // id
	Customer string    `json:"-"`
	Owner    string    `json:"-"` // staff id
	Path     string    `json:"-"` // of the owner's unit
	State    string    `json:"-"`
	Due      time.Time `json:"-"` // of one that is open

	Requirement string    `json:"requirement"` // id in the bid
	By          time.Time `json:"by,omitzero"` // when it was asked for; zero is the deadline of the bid
}

// responseSubject stands for a requirement of a bid, however long their ids are.
func responseSubject(bid, requirement string) Subject {
	return Subject{KindResponse, digest(bid, requirement)}
}

// Allotment is a command of [Bids].Assign.
type Allotment struct {
	Call
	Requirements []string    // ids
	To           owner.Staff // who answers them
	By           time.Time   // when they are to be answered, not after the deadline; zero is the deadline
}

// Assign gives requirements to a colleague who is to answer them, from whoever had them
// 分工, and returns the entry, without its reason. Until the bid is handed in the colleague
// sees it, whoever has it, and may answer those.
//
// Errors: those of [bid.Bid.Asks]; ErrInvalid for an instant after the deadline;
// ErrTransition where the bid was handed in or decided; ErrForbidden where the colleague
// has left; ErrNotFound where the actor sees no such bid; ErrForgotten where the customer
// was erased.
func (s *Bids) Assign(ctx context.Context, actor Actor, id string, a Allotment) (Entry, error) {
	a.By = Instant(a.By)
	subject := Subject{KindBid, id}
	given := allotted{a.Requirements, a.By, a.To.Path}
	cmd := command{name: "bids.assign", actor: actor, subject: subject, call: a.Call, input: []any{given, a.To.ID}}
	return run(ctx, s.core, cmd, func(ctx context.Context, now time.Time) (draft, Entry, error) {
		guard, err := s.core.giving(ctx, a.To.ID)
		if err != nil {
			return draft{}, Entry{}, err
		}
		b, err := s.get(ctx, actor, id)
		if err != nil {
			return draft{}, Entry{}, err
		}
		customer, err := s.core.whose(ctx, b.Customer)
		if err != nil {
			return draft{}, Entry{}, err
		}
		switch err := b.Asks(a.Requirements); {
		case err != nil:
			return draft{}, Entry{}, err
		case !b.pending():
			return draft{}, Entry{}, &Error{Subject: subject, Field: "state", Reason: "is handed in, or decided", Err: ErrTransition}
		case a.By.After(b.Deadline) || !limit.IsInstant(a.By):
			return draft{}, Entry{}, &Error{Subject: subject, Field: "by", Reason: "is after the deadline, or before the year 1", Err: ErrInvalid}
		}
		row := b.row(bidAssigned, actor, a.Call, later(now, b.Head.Recorded))
		row.To = a.To.ID
		row.Data = told(given)
		change, err := s.core.bidChange(b, row)
		if err != nil {
			return draft{}, Entry{}, err
		}
		d := draft{require: []Expect{customer}, changes: []Change{change, guard}}
		for _, requirement := range slices.Compact(slices.Sorted(slices.Values(a.Requirements))) {
			r, err := s.core.record(ctx, responseSubject(id, requirement))
			if err != nil {
				return draft{}, Entry{}, err
			}
			change, err := Response{Head: r.Head, Bid: id, Customer: b.Customer, Owner: a.To.ID, Path: a.To.Path, Requirement: requirement, By: a.By}.change(b)
			if err != nil {
				return draft{}, Entry{}, err
			}
			d.changes = append(d.changes, change)
		}
		return d, b.numbered(row), nil
	})
}

// allotted is the Data of an entry assigned.
type allotted struct {
	Requirements []string  `json:"requirements"`
	By           time.Time `json:"by,omitzero"`
	Path         string    `json:"path,omitzero"`
}

// Answering is a command of [Bids].Answer.
type Answering struct {
	Call
	Requirements []string // ids
	Answer       bid.Answer
	// Text is the answer in words. It may be personal: it stands in the journal only, and
	// is cleared when the customer is forgotten.
	Text string
}

// Answer answers requirements of a bid 响应, and returns the entry, without its texts. Who
// does not see the bid by its owner answers those that were given to them.
//
// Errors: those of [bid.Bid.Respond]; ErrForbidden for a requirement that is not the
// actor's to answer; ErrNotFound where the actor neither sees the bid nor has a
// requirement of it; ErrForgotten where the customer was erased.
func (s *Bids) Answer(ctx context.Context, actor Actor, id string, a Answering) (Entry, error) {
	subject := Subject{KindBid, id}
	given := answered{a.Requirements, a.Answer}
	cmd := command{name: "bids.answer", actor: actor, subject: subject, call: a.Call, input: []any{given, a.Text}}
	return run(ctx, s.core, cmd, func(ctx context.Context, now time.Time) (draft, Entry, error) {
		b, mine, err := s.seen(ctx, actor, id)
		if err != nil {
			return draft{}, Entry{}, err
		}
		byOwner := actor.Sees.Allows(b.Owner, b.Path)
		if !byOwner && !allAmong(mine, a.Requirements) {
			return draft{}, Entry{}, &Error{Subject: subject, Field: "requirements", Reason: "has one that is not the actor's to answer", Err: ErrForbidden}
		}
		customer, err := s.core.whose(ctx, b.Customer)
		if err != nil {
			return draft{}, Entry{}, err
		}
		if b.Bid, err = b.Respond(a.Requirements, a.Answer); err != nil {
			return draft{}, Entry{}, err
		}
		row := b.row(bidAnswered, actor, a.Call, later(now, b.Head.Recorded))
		row.Text = a.Text
		row.Data = told(given)
		change, err := s.core.bidChange(b, row)
		if err := cmp.Or(err, long(subject, "text", a.Text)); err != nil {
			return draft{}, Entry{}, err
		}
		responses, err := s.follow(ctx, b)
		d := draft{require: []Expect{customer}, changes: append(responses, change)}
		if !byOwner {
			d.require = append(d.require, unmoved(mine, d.changes)...)
		}
		return d, b.numbered(row), err
	})
}

// allAmong reports whether there is a response for each of the requirements.
func allAmong(mine []Response, requirements []string) bool {
	return !slices.ContainsFunc(requirements, func(id string) bool {
		return !slices.ContainsFunc(mine, func(r Response) bool { return r.Requirement == id })
	})
}

// unmoved requires that the actor still has the responses which a commit does not change.
func unmoved(mine []Response, changes []Change) (list []Expect) {
	for _, r := range mine {
		subject := responseSubject(r.Bid, r.Requirement)
		if !slices.ContainsFunc(changes, func(c Change) bool { return c.Subject == subject }) {
			list = append(list, Expect{subject, r.Head.Version})
		}
	}
	return list
}

// answered is the Data of an entry of that kind.
type answered struct {
	Requirements []string   `json:"requirements"`
	Answer       bid.Answer `json:"answer"`
}

// follow returns the changes that bring the responses of a bid to what now stands.
func (s *Bids) follow(ctx context.Context, b Bid) (changes []Change, err error) {
	responses, err := s.responses(ctx, RecordFilter{Ref: b.ID})
	for _, r := range responses {
		if stood := r.stands(b); stood.State == r.State && stood.Due.Equal(r.Due) {
			continue
		}
		change, err := r.change(b)
		if err != nil {
			return nil, err
		}
		changes = append(changes, change)
	}
	return changes, err
}

// stands returns the response as it follows from its bid.
func (r Response) stands(b Bid) Response {
	at := slices.IndexFunc(b.Requirements, func(q bid.Requirement) bool { return q.ID == r.Requirement })
	r.Due = time.Time{}
	switch {
	case r.Owner == "" || !b.pending() || at < 0:
		r.State, r.Owner, r.Path = ResponseEnded, "", ""
	case b.Requirements[at].Answer != bid.Open:
		r.State = ResponseAnswered
	case r.By.IsZero() || r.By.After(b.Deadline): // which may have become earlier
		r.State, r.Due = ResponseOpen, b.Deadline
	default:
		r.State, r.Due = ResponseOpen, r.By
	}
	return r
}

// change puts a response as it follows from its bid.
func (r Response) change(b Bid) (Change, error) {
	r = r.stands(b)
	subject := responseSubject(r.Bid, r.Requirement)
	body, err := json.Marshal(r)
	if err != nil {
		return Change{}, &Error{Subject: subject, Field: "body", Reason: "cannot be written as JSON", Err: ErrInvalid}
	}
	return Change{subject, r.Head.Version, []Write{
		PutRecord{Record{Customer: r.Customer, Ref: r.Bid, Owner: r.Owner, Path: r.Path, State: r.State, Due: r.Due, Body: body}}}}, nil
}

func responseOf(record Record) (r Response, err error) {
	if err := json.Unmarshal(record.Body, &r); err != nil {
		return r, &Error{Subject: record.Subject, Field: "body", Reason: "is no response", Err: errors.Join(ErrInvalid, err)}
	}
	r.Head, r.Bid, r.Customer, r.Owner, r.Path, r.State, r.Due = record.Head, record.Ref, record.Customer, record.Owner, record.Path, record.State, record.Due
	return r, nil
}

// seen returns a bid that the actor sees by its owner, or by having something of it to
// answer, and what that is.
func (s *Bids) seen(ctx context.Context, actor Actor, id string) (b Bid, mine []Response, err error) {
	r, err := s.core.store.Record(ctx, Subject{KindBid, id})
	if err != nil {
		return b, nil, err
	}
	if mine, err = s.responses(ctx, RecordFilter{Ref: id, Owner: actor.ID}); err != nil {
		return b, nil, err
	}
	if len(mine) == 0 && !actor.Sees.Allows(r.Owner, r.Path) {
		return b, nil, &Error{Subject: r.Subject, Err: ErrNotFound}
	}
	b, err = bidOf(r)
	return b, mine, err
}

// responses lists responses, the first due first, then by bid and requirement; those that
// are not due come last.
func (s *Bids) responses(ctx context.Context, f RecordFilter) ([]Response, error) {
	f.Kind = KindResponse
	list, err := collect(decoded(s.core.store.Records(ctx, f), responseOf))
	slices.SortFunc(list, func(a, b Response) int {
		if a.Due.IsZero() != b.Due.IsZero() {
			return b.Due.Compare(a.Due)
		}
		return cmp.Or(a.Due.Compare(b.Due), cmp.Compare(a.Bid, b.Bid), cmp.Compare(a.Requirement, b.Requirement))
	})
	return list, err
}

// Responses returns what a colleague has to answer, of all bids that are not handed in,
// the first due first, then by bid and requirement 待响应. Others than the colleague see of
// it what they see of the unit.
func (s *Bids) Responses(ctx context.Context, actor Actor, staff string) ([]Response, error) {
	return read(ctx, s.core, "bids.responses", actor, Subject{KindStaff, staff}, func() ([]Response, error) {
		f := RecordFilter{Owner: staff, State: ResponseOpen}
		if actor.ID != staff {
			f.Visible = &actor.Sees
		}
		return s.responses(ctx, f)
	})
}

// Allotted returns who has which requirement of a bid that is not handed in 分工表: what is
// open by its day, then what is answered, by requirement. ErrNotFound: the actor does not
// see the bid.
func (s *Bids) Allotted(ctx context.Context, actor Actor, id string) ([]Response, error) {
	return read(ctx, s.core, "bids.allotted", actor, Subject{KindBid, id}, func() ([]Response, error) {
		if _, _, err := s.seen(ctx, actor, id); err != nil {
			return nil, err
		}
		list, err := s.responses(ctx, RecordFilter{Ref: id})
		return slices.DeleteFunc(list, func(r Response) bool { return r.State == ResponseEnded }), err
	})
}
