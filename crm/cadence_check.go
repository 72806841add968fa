package crm

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/guanxi-go/guanxi/crm/cadence"
	"github.com/guanxi-go/guanxi/crm/owner"
	"github.com/guanxi-go/guanxi/crm/pipeline"
	"github.com/guanxi-go/guanxi/crm/pipeline/lead"
	"github.com/guanxi-go/guanxi/crm/stage"
)

// Check holds log-ins, and the follow-up of all leads and opportunities, against the
// policies (执行情况考核): what was found after from and by asOf, and how much was owed
// and met. A zero from is everything, a zero asOf is now. Of the findings and sums, those
// are returned whose owner or unit the actor sees, so that a league table (see
// [cadence.Report.League]) is of these.
//
// A record that was closed and opened again owes nothing in between. Who is not among
// the people of the [Workforce] counts as nobody: the head of the unit hears of it.
//
// Errors: those of [cadence.Evaluate]; ErrIncomplete without a [Workforce].
func (s *Cadence) Check(ctx context.Context, actor Actor, from, asOf time.Time) (cadence.Report, error) {
	return read(ctx, s.core, "cadence.check", actor, Subject{}, func() (cadence.Report, error) {
		if asOf.IsZero() {
			asOf = s.core.now()
		}
		units, people, err := s.people(ctx, from, asOf)
		if err != nil {
			return cadence.Report{}, err
		}
		c, err := s.evaluate(ctx, units, people, from, asOf)
		if err != nil {
			return cadence.Report{}, err
		}
		return c.seen(actor, c.evaluator.Report()), nil
	})
}

// evaluate holds everybody's log-ins, and all leads and opportunities, against the
// policies.
func (s *Cadence) evaluate(ctx context.Context, units []cadence.Unit, people []cadence.Person, from, asOf time.Time) (*check, error) {
	book, err := s.book(ctx, units)
	if err != nil {
		return nil, err
	}
	c := &check{core: s.core, units: units, book: book, known: make(map[string]bool, len(people)), recorded: map[string][]time.Time{}}
	people = slices.Clone(people)
	for i := range people {
		recorded, err := s.logins(ctx, people[i].ID)
		if err != nil {
			return nil, err
		}
		people[i].Logins = append(slices.Clone(people[i].Logins), recorded...)
		c.known[people[i].ID] = true
	}
	if c.evaluator, err = cadence.NewEvaluator(book, people, asOf, s.core.zone(), cadence.Options{From: from}); err != nil {
		return nil, err
	}
	for _, kind := range []Kind{KindLead, KindOpportunity} {
		for r, err := range s.core.store.Records(ctx, RecordFilter{Kind: kind}) {
			if err == nil {
				err = c.record(ctx, r)
			}
			if err != nil {
				return nil, err
			}
		}
	}
	for _, p := range people {
		if err := c.evaluator.Recorded(p.ID, c.recorded[p.ID]); err != nil {
			return nil, err
		}
	}
	return c, nil
}

// check is one evaluation on its way.
type check struct {
	core      *core
	units     []cadence.Unit
	book      *cadence.Book
	known     map[string]bool // people by id
	evaluator *cadence.Evaluator
	recorded  map[string][]time.Time // actions, by who recorded them
}

// record evaluates a lead or opportunity, for each time in which it was open.
func (c *check) record(ctx context.Context, r Record) error {
	owners, actions, err := c.journals(ctx, r.Subject)
	if err != nil {
		return err
	}
	open, err := c.open(ctx, r.Subject)
	if err != nil {
		return err
	}
	spans, err := owner.Spans(owners, time.Time{})
	if err != nil {
		return err
	}
	record := cadence.Record{ID: r.Subject.ID, Kind: cadenceKind(r.Subject.Kind), Unit: c.unitOf(r.Path)}
	for _, s := range spans {
		if !c.known[s.Owner] {
			s.Owner = ""
		}
		record.Owners = append(record.Owners, cadence.OwnerSpan{Owner: s.Owner, From: s.From, To: s.To})
	}
	for i, span := range open {
		record.Opened, record.Closed = span.From, span.To
		part := actions
		if i+1 < len(open) { // each action is judged once
			part = slices.DeleteFunc(slices.Clone(actions), func(a cadence.Action) bool { return !a.RecordedAt.Before(open[i+1].From) })
			actions = actions[len(part):]
		}
		if err := c.evaluator.Record(record, part); err != nil {
			return err
		}
	}
	return nil
}

// journals returns who looked after a record, and what was done about it in the order
// of recording.
func (c *check) journals(ctx context.Context, s Subject) (owners []owner.Entry, actions []cadence.Action, err error) {
	for row, err := range c.core.store.Entries(ctx, EntryFilter{Subject: s}) {
		if err != nil {
			return nil, nil, err
		}
		switch row.Journal {
		case JournalOwner:
			e, err := ownerEntry(row, nil)
			if err != nil {
				return nil, nil, err
			}
			owners = append(owners, e)
		case JournalAction:
			a, data, err := actionOf(row)
			if err != nil {
				return nil, nil, err
			}
			if cleared := row.Text == "" && len(row.Private) == 0; cleared && data.Counted {
				a.Kind, a.NoChange = cadence.General, true // what its texts came to is kept
			}
			actions = append(actions, a)
			c.recorded[a.Actor] = append(c.recorded[a.Actor], a.RecordedAt)
		}
	}
	return owners, actions, nil
}

// open returns the times in which a record was open, in order.
func (c *check) open(ctx context.Context, s Subject) ([]cadence.Span, error) {
	if s.Kind == KindLead {
		history, err := c.core.leadHistory(ctx, s)
		if err != nil {
			return nil, err
		}
		return openSpans(lead.Machine(), history, lead.State.Open)
	}
	history, err := c.core.stagesOf(ctx, s.ID, MaxVersion)
	if err != nil {
		return nil, err
	}
	return openSpans(c.core.funnel.Machine(), history, func(id string) bool {
		at, ok := c.core.funnel.Stage(id)
		return ok && at.Type != pipeline.Won && at.Type != pipeline.Lost
	})
}

// openSpans joins the stays in open states that follow each other.
func openSpans[S comparable](machine *stage.Machine[S], history []stage.Entry[S], open func(S) bool) ([]cadence.Span, error) {
	spells, err := machine.Spells(history, time.Time{})
	if err != nil {
		return nil, err
	}
	var spans []cadence.Span
	for _, spell := range spells {
		n := len(spans)
		switch {
		case !open(spell.State):
		case n > 0 && spans[n-1].To.Equal(spell.Start):
			spans[n-1].To = spell.End
		default:
			spans = append(spans, cadence.Span{From: spell.Start, To: spell.End})
		}
	}
	return spans, nil
}

// unitOf returns the unit at the end of a path, "" where there is none of that id.
func (c *check) unitOf(path string) string {
	id := strings.TrimSuffix(path, "/")
	id = id[strings.LastIndexByte(id, '/')+1:]
	if slices.ContainsFunc(c.units, func(u cadence.Unit) bool { return u.ID == id }) {
		return id
	}
	return ""
}

// seen leaves of a report what the actor sees.
func (c *check) seen(actor Actor, r cadence.Report) cadence.Report {
	path := c.paths()
	r.Findings = slices.DeleteFunc(r.Findings, func(f cadence.Finding) bool { return !actor.Sees.Allows(f.Owner, path(f.Unit)) })
	r.Owners = slices.DeleteFunc(r.Owners, func(l cadence.OwnerLine) bool { return !actor.Sees.Allows(l.Owner, path(l.Unit)) })
	r.Lines = slices.DeleteFunc(r.Lines, func(l cadence.Line) bool { return !actor.Sees.Allows("", path(l.Unit)) })
	return r
}

// paths returns the path of a unit from its id.
func (c *check) paths() func(unit string) string {
	parents := make(map[string]string, len(c.units))
	for _, u := range c.units {
		parents[u.ID] = u.Parent
	}
	return func(unit string) string {
		text := ""
		for at := unit; at != ""; at = parents[at] {
			text = at + "/" + text
		}
		return text
	}
}
