package crm

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"iter"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/guanxi-go/guanxi/crm/access"
	"github.com/guanxi-go/guanxi/crm/agenda"
)

// Get returns a series with its text, which only who sees the whole of it is shown.
// ErrNotFound: the actor sees none.
func (s *Events) Get(ctx context.Context, actor Actor, id string) (EventSeries, error) {
	subject := Subject{KindEvent, id}
	return read(ctx, s.core, "events.get", actor, subject, func() (EventSeries, error) {
		e, whole, err := s.seen(ctx, actor, id)
		if err == nil && whole {
			e.Text, err = (&Agenda{s.core}).textOf(ctx, subject)
		}
		return e, err
	})
}

// Changes returns the journal of a series as it was recorded, with the reasons that were
// not cleared: [agenda.FoldEvent] of its first lines is what the series was 变更记录.
// ErrNotFound: the actor does not see the whole of it.
func (s *Events) Changes(ctx context.Context, actor Actor, id string) ([]agenda.Change, error) {
	subject := Subject{KindEvent, id}
	return read(ctx, s.core, "events.changes", actor, subject, func() ([]agenda.Change, error) {
		_, whole, err := s.seen(ctx, actor, id)
		if err != nil {
			return nil, err
		}
		if !whole {
			return nil, &Error{Subject: subject, Err: ErrNotFound}
		}
		var list []agenda.Change
		for row, err := range s.core.store.Entries(ctx, EntryFilter{Subject: subject, Journal: JournalEvent}) {
			if err != nil {
				return nil, err
			}
			var c agenda.Change
			if err := json.Unmarshal(row.Data, &c); err != nil {
				return nil, &Error{Subject: row.Subject, Field: "event", Reason: "is no entry of this journal", Err: errors.Join(ErrInvalid, err)}
			}
			c.Reason = row.Reason
			list = append(list, c)
		}
		return list, nil
	})
}

// Sessions returns the sessions of a series that overlap a window, cancelled ones too, by
// begin (场次查询). Errors are those of [agenda.Event.Sessions]; ErrNotFound where the actor
// sees no such series.
func (s *Events) Sessions(ctx context.Context, actor Actor, id string, from, until time.Time) ([]agenda.Session, error) {
	return read(ctx, s.core, "events.sessions", actor, Subject{KindEvent, id}, func() ([]agenda.Session, error) {
		e, _, err := s.seen(ctx, actor, id)
		if err != nil {
			return nil, err
		}
		return e.Sessions(Instant(from), Instant(until), s.core.zone())
	})
}

// EventFilter narrows a listing of event series; a zero field does not.
type EventFilter struct {
	After string // only ids greater than this one
	Limit int    // at most so many; 0 for no limit

	Organiser string // staff id
	Customer  string // id of whom it is about
	Ref       string // id of what it is about
	State     string // StatePlanned or EventEnded
}

// List yields the series whose organiser's unit the actor sees, by id, without their
// texts. To what somebody is invited is [Events].Between.
func (s *Events) List(ctx context.Context, actor Actor, f EventFilter) iter.Seq2[EventSeries, error] {
	s.core.observe(ctx, Op{Name: "events.list", Actor: actor.ID, Attempts: 1})
	return decoded(s.core.store.Records(ctx, RecordFilter{Kind: KindEvent, After: f.After, Limit: f.Limit, Owner: f.Organiser,
		Customer: f.Customer, Ref: f.Ref, State: f.State, Visible: &actor.Sees}), eventOf)
}

// EventSession is a session with the series that it is of.
type EventSession struct {
	Event     string      `json:"event"` // id
	Kind      agenda.Kind `json:"kind"`
	Organiser string      `json:"organiser"`         // staff id
	Customer  string      `json:"customer,omitzero"` // id
	Ref       string      `json:"ref,omitzero"`      // id
	agenda.Session
}

// asks reports whether the session is still to come for a colleague who organises the series
// or is invited: it was not called off, nor did they decline.
func (s *EventSession) asks(staff string) bool {
	return s.State() == agenda.Planned && !slices.ContainsFunc(s.Participants, func(p agenda.Participant) bool { return p.ID == staff && p.Answer == agenda.Declined })
}

// Between returns the sessions that overlap a window of all series that a colleague
// organises or is invited to, whatever the answer, cancelled ones too, by begin, series and
// id (我的事件). Others than the colleague see those that they see the whole of, or take part
// in. Errors are those of [agenda.Event.Sessions].
func (s *Events) Between(ctx context.Context, actor Actor, staff string, from, until time.Time) ([]EventSession, error) {
	return read(ctx, s.core, "events.between", actor, Subject{KindStaff, staff}, func() ([]EventSession, error) {
		return s.between(ctx, actor, staff, Instant(from), Instant(until))
	})
}

func (s *Events) between(ctx context.Context, actor Actor, staff string, from, until time.Time) ([]EventSession, error) {
	if !ValidID(staff) {
		return nil, &Error{Field: "staff", Reason: "is missing", Err: ErrInvalid}
	}
	ids := map[string]bool{}
	for r, err := range s.core.store.Records(ctx, RecordFilter{Kind: KindEvent, Owner: staff}) {
		if err != nil {
			return nil, err
		}
		ids[r.Subject.ID] = true
	}
	for r, err := range s.core.store.Records(ctx, RecordFilter{Kind: KindInvitation, Owner: staff}) {
		if err != nil {
			return nil, err
		}
		if r.State != invitationRemoved {
			ids[r.Ref] = true
		}
	}
	sees := actor
	if actor.ID == staff {
		sees.Sees = access.Everything() // what one is invited to is never out of sight
	}
	var found []EventSession
	for _, id := range slices.Sorted(maps.Keys(ids)) {
		e, _, err := s.seen(ctx, sees, id)
		if errors.Is(err, ErrNotFound) {
			continue
		}
		if err != nil {
			return nil, err
		}
		sessions, err := e.Sessions(from, until, s.core.zone())
		if err != nil {
			return nil, err
		}
		for _, session := range sessions {
			found = append(found, EventSession{e.ID, e.Kind, e.Organiser, e.Customer, e.Ref, session})
		}
	}
	slices.SortFunc(found, func(a, b EventSession) int {
		return cmp.Or(a.From.Compare(b.From), strings.Compare(a.Event, b.Event), strings.Compare(a.ID, b.ID))
	})
	return found, nil
}
