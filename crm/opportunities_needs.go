package crm

import (
	"cmp"
	"context"
	"encoding/json"
	"slices"
	"strings"
	"time"

	"github.com/guanxi-go/guanxi/crm/pipeline/bid"
)

// What is noted of an opportunity beside its stage: its entries in JournalOpportunity are
// these with -noted or -dropped behind them, and the id as Ref.
const (
	noteNeed       = "need"
	noteSolution   = "solution"
	noteCompetitor = "competitor"

	noted   = "-noted"
	dropped = "-dropped"
)

// NeedNote is a command of [Opportunities].NoteNeed.
type NeedNote struct {
	Call
	Need bid.Need // one that is there under the same id is replaced
	// Text is what the customer needs, in words. It may be personal: it stands in the
	// journal only, and is cleared when the customer or the need's contact is forgotten.
	Text string
}

// NoteNeed notes what the customer of an opportunity needs 记录客户需求, and returns the
// entry, without its texts, as do the commands that follow.
//
// Errors: those of [bid.Need.Validate]; ErrTransition where the opportunity is closed;
// ErrNotFound where the actor sees no such opportunity, and for a contact that is no
// customer; ErrForgotten where the customer or the contact was erased.
func (s *Opportunities) NoteNeed(ctx context.Context, actor Actor, id string, n NeedNote) (Entry, error) {
	return s.note(ctx, actor, id, note{n.Call, noteNeed, n.Need.ID, n.Text, n.Need, n.Need.Contact}, func(o *Opportunity) error {
		if err := n.Need.Validate(); err != nil {
			return err
		}
		o.Needs = with(o.Needs, n.Need, needID)
		return o.beOpen()
	})
}

// DropNeed takes a need out that is none 删除需求. ErrNotFound: it is not there;
// ErrTransition: a solution answers it, which is to be changed before; and the errors of
// NoteNeed.
func (s *Opportunities) DropNeed(ctx context.Context, actor Actor, id, need string, call Call) (Entry, error) {
	return s.note(ctx, actor, id, note{Call: call, what: noteNeed, id: need}, func(o *Opportunity) (err error) {
		if o.Needs, err = without(o, o.Needs, noteNeed, need, needID); err != nil {
			return err
		}
		for _, sol := range o.Solutions {
			if slices.ContainsFunc(sol.Covers, func(c bid.Cover) bool { return c.Need == need }) {
				return &Error{Subject: Subject{KindOpportunity, id}, Field: noteNeed, Reason: "is answered by solution " + sol.ID, Err: ErrTransition}
			}
		}
		return o.beOpen()
	})
}

// SolutionNote is a command of [Opportunities].NoteSolution.
type SolutionNote struct {
	Call
	Solution bid.Solution // one that is there under the same id is replaced
	Text     string       // in words, as that of a [NeedNote]
}

// NoteSolution notes what we offer for the needs of an opportunity 记录解决方案. How far it
// covers them, [bid.Solution.Coverage] says. Errors: those of that method, ErrNotFound for
// a need that was not noted; and those of NoteNeed.
func (s *Opportunities) NoteSolution(ctx context.Context, actor Actor, id string, n SolutionNote) (Entry, error) {
	return s.note(ctx, actor, id, note{n.Call, noteSolution, n.Solution.ID, n.Text, n.Solution, ""}, func(o *Opportunity) error {
		if _, _, err := n.Solution.Coverage(o.Needs); err != nil {
			return err
		}
		o.Solutions = with(o.Solutions, n.Solution, solutionID)
		return o.beOpen()
	})
}

// DropSolution takes a solution out that is not offered any more 删除方案. ErrNotFound: it is
// not there; and the errors of NoteNeed.
func (s *Opportunities) DropSolution(ctx context.Context, actor Actor, id, solution string, call Call) (Entry, error) {
	return s.note(ctx, actor, id, note{Call: call, what: noteSolution, id: solution}, func(o *Opportunity) (err error) {
		if o.Solutions, err = without(o, o.Solutions, noteSolution, solution, solutionID); err != nil {
			return err
		}
		return o.beOpen()
	})
}

// CompetitorNote is a command of [Opportunities].NoteCompetitor.
type CompetitorNote struct {
	Call
	Competitor bid.Competitor // one that is there under the same id is replaced
	Text       string         // in words, as that of a [NeedNote]
}

// NoteCompetitor notes who else offers in an opportunity, and what is known of them
// 记录竞争对手; also after it was closed, when prices become known. By what their price
// differs from ours, [bid.Competitor.Gap] says. Errors: those of
// [bid.Competitor.Validate] and NoteNeed, without ErrTransition.
func (s *Opportunities) NoteCompetitor(ctx context.Context, actor Actor, id string, n CompetitorNote) (Entry, error) {
	return s.note(ctx, actor, id, note{n.Call, noteCompetitor, n.Competitor.ID, n.Text, n.Competitor, ""}, func(o *Opportunity) error {
		o.Competitors = with(o.Competitors, n.Competitor, competitorID)
		return n.Competitor.Validate()
	})
}

// DropCompetitor takes a competitor out who does not offer 删除竞争对手. ErrNotFound: there is
// no such competitor; and the errors of NoteCompetitor.
func (s *Opportunities) DropCompetitor(ctx context.Context, actor Actor, id, competitor string, call Call) (Entry, error) {
	return s.note(ctx, actor, id, note{Call: call, what: noteCompetitor, id: competitor}, func(o *Opportunity) (err error) {
		o.Competitors, err = without(o, o.Competitors, noteCompetitor, competitor, competitorID)
		return err
	})
}

// note is what is noted of an opportunity; without a value it is dropped.
type note struct {
	Call
	what    string
	id      string
	text    string
	value   any
	contact string // who said it, where that is known
}

// note changes what is noted of an opportunity, and says so in its journal.
func (s *Opportunities) note(ctx context.Context, actor Actor, id string, n note, change func(*Opportunity) error) (Entry, error) {
	subject, kind := Subject{KindOpportunity, id}, n.what+noted
	if n.value == nil {
		kind = n.what + dropped
	}
	cmd := command{name: "opportunities." + kind, actor: actor, subject: subject, call: n.Call, input: []any{n.id, n.value, n.text}}
	return run(ctx, s.core, cmd, func(ctx context.Context, now time.Time) (draft, Entry, error) {
		o, customer, err := s.standing(ctx, actor, id)
		if err != nil {
			return draft{}, Entry{}, err
		}
		if err := cmp.Or(change(&o), short(subject, n.what, n.id), long(subject, "text", n.text)); err != nil {
			return draft{}, Entry{}, err
		}
		row := o.row(kind, actor, n.Call, later(now, o.Head.Recorded))
		row.Ref, row.Text, row.Data = n.id, n.text, told(n.value)
		if n.contact != "" {
			row.Contact = n.contact
		}
		change, err := s.core.opportunityChange(o, row)
		if err != nil {
			return draft{}, Entry{}, err
		}
		d := draft{require: []Expect{customer}, changes: []Change{change}}
		err = (&Actions{s.core}).withContact(ctx, &d, subject, n.contact)
		return d, o.numbered(row), err
	})
}

// beOpen refuses what makes no sense once an opportunity is closed.
func (o Opportunity) beOpen() error {
	if o.closed() {
		return &Error{Subject: Subject{KindOpportunity, o.ID}, Field: "stage", Reason: "is closed", Err: ErrTransition}
	}
	return nil
}

func needID(n bid.Need) string             { return n.ID }
func solutionID(s bid.Solution) string     { return s.ID }
func competitorID(c bid.Competitor) string { return c.ID }

// with returns a list that is sorted by id, with a row in its place.
func with[T any](list []T, row T, id func(T) string) []T {
	at, there := slices.BinarySearchFunc(list, id(row), func(t T, key string) int { return strings.Compare(id(t), key) })
	list = slices.Clone(list)
	if there {
		list[at] = row
		return list
	}
	return slices.Insert(list, at, row)
}

// without returns the list without the row of an id. ErrNotFound: it has none.
func without[T any](o *Opportunity, list []T, field, key string, id func(T) string) ([]T, error) {
	left := slices.DeleteFunc(slices.Clone(list), func(t T) bool { return id(t) == key })
	if len(left) == len(list) {
		return list, &Error{Subject: Subject{KindOpportunity, o.ID}, Field: field, Reason: "is not there", Err: ErrNotFound}
	}
	return left, nil
}

// verifyNotes holds what is noted of an opportunity against its journal.
func (c *CRM) verifyNotes(ctx context.Context, r Record, report func(of Subject, field, reason string)) error {
	o, err := opportunityOf(r)
	if err != nil {
		return err
	}
	var kept Opportunity
	for row, err := range c.core.store.Entries(ctx, EntryFilter{Subject: r.Subject, Journal: JournalOpportunity}) {
		if err == nil {
			err = kept.replay(row)
		}
		if err != nil {
			return err
		}
	}
	if !sameJSON(kept, Opportunity{Needs: o.Needs, Solutions: o.Solutions, Competitors: o.Competitors}) {
		report(r.Subject, "needs", "or solutions or competitors are not what the journal comes to")
	}
	return nil
}

// replay takes an entry over that says what was noted or dropped.
func (o *Opportunity) replay(row Entry) (err error) {
	switch row.Kind {
	case noteNeed + noted, noteNeed + dropped:
		o.Needs, err = replayed(o.Needs, row, needID)
	case noteSolution + noted, noteSolution + dropped:
		o.Solutions, err = replayed(o.Solutions, row, solutionID)
	case noteCompetitor + noted, noteCompetitor + dropped:
		o.Competitors, err = replayed(o.Competitors, row, competitorID)
	}
	return err
}

func replayed[T any](list []T, row Entry, id func(T) string) ([]T, error) {
	if strings.HasSuffix(row.Kind, dropped) {
		return slices.DeleteFunc(list, func(t T) bool { return id(t) == row.Ref }), nil
	}
	var value T
	if err := json.Unmarshal(row.Data, &value); err != nil {
		return list, err
	}
	return with(list, value, id), nil
}
