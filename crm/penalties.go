package crm

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"iter"
	"maps"
	"slices"
	"time"

	"github.com/guanxi-go/guanxi/crm/cadence"
	"github.com/guanxi-go/guanxi/crm/calendar"
	"github.com/guanxi-go/guanxi/internal/memory"
)

const (
	KindPenalty    Kind    = "penalty" // what a finding is to cost somebody 经济处罚
	JournalPenalty Journal = "penalty" // its way from the proposal to the booking 处罚台账
)

// Penalties keep the ledger of what the findings of [Cadence].Check cost (处罚台账), by the
// policy of the subsidiary concerned: proposed by the rules, approved or waived by somebody
// else, posted where wages are paid, and reversed. How a penalty moves is
// [cadence.Ledger]'s; how much may be deducted from wages is a matter of law, and the
// host's.
//
// A penalty is a record that is listed by person, unit and state. It is seen by who sees
// the person, or the unit that the finding was about.
type Penalties struct{ core *core }

// Penalty is a penalty as it stands. Actor, At and Ref are those of its last move; Reason
// is left out, see [Penalties].History.
type Penalty struct {
	ID   string
	Head Head
	Path string // of the unit, as it was when the penalty was proposed
	cadence.Fine
}

// Propose writes down what the findings of a month cost that have no penalty yet, and
// returns how many that are 提出处罚: see [cadence.Ledger.Propose]. It counts and caps over
// all findings of a month, and proposes those whose person or unit the actor sees. in is
// any day of the month; give the command again as long as the month's findings may grow.
//
// A penalty is proposed once, however often and by however many the command is given, so
// it needs no key: of call only Reason is looked at. Each person's penalties are
// committed together, up to five hundred at a time; where one fails, those before stand, and the
// command goes on when it is given again.
//
// Errors: ErrInvalid for a month that is none or to come, ErrIncomplete without a
// [Workforce], and those of [cadence.Evaluate] and Propose.
func (s *Penalties) Propose(ctx context.Context, actor Actor, in calendar.Day, call Call) (int, error) {
	_, _, date := in.Date()
	first, now := in-calendar.Day(date-1), s.core.now()
	if !in.Valid() || first.Start(s.core.zone()).After(now) {
		return 0, &Error{Field: "in", Reason: "is no day, or its month is to come", Err: ErrInvalid}
	}
	c, found, err := s.findings(ctx, first, now)
	if err != nil {
		return 0, err
	}
	path, proposed := c.paths(), 0
	for _, person := range slices.Sorted(maps.Keys(found)) {
		for {
			n, err := s.propose(ctx, actor, proposal{c.book, path, person, found[person]}, call.Reason)
			if proposed += n; err != nil {
				return proposed, err
			}
			if n < mostProposed {
				break
			}
		}
	}
	return proposed, nil
}

// mostProposed is how many penalties are committed together.
const mostProposed = MaxChanges / 2

// findings returns what was found of a month by an instant, by owner.
func (s *Penalties) findings(ctx context.Context, first calendar.Day, now time.Time) (*check, map[string][]cadence.Finding, error) {
	all, from := &Cadence{s.core}, first.Start(s.core.zone())
	units, people, err := all.people(ctx, from.Add(-24*time.Hour), now)
	if err != nil {
		return nil, nil, err
	}
	for _, p := range people { // where the month began first
		if p.Cal == nil {
			continue
		}
		if at := first.Start(p.Cal.Loc()); at.Before(from) {
			from = at
		}
	}
	c, err := all.evaluate(ctx, units, people, Instant(from), now)
	if err != nil {
		return nil, nil, err
	}
	found := map[string][]cadence.Finding{}
	for _, f := range c.evaluator.Report().Findings {
		if f.Due >= first && f.Due < first.AddMonths(1) {
			found[f.Owner] = append(found[f.Owner], f)
		}
	}
	return c, found, nil
}

// proposal is a person's findings of a month, on the way to the ledger.
type proposal struct {
	book     *cadence.Book
	path     func(unit string) string
	person   string
	findings []cadence.Finding
}

// propose commits the next penalties of a person, and returns how many.
func (s *Penalties) propose(ctx context.Context, actor Actor, p proposal, reason string) (int, error) {
	lines, err := s.lines(ctx, actor, p, s.core.now())
	if err != nil || len(lines) == 0 {
		return 0, err
	}
	// Two proposals at once would each find the month's cap untouched: the person's guard
	// lets one pass.
	cmd := command{name: "penalties.propose", actor: actor, subject: Subject{KindStaff, p.person}, call: Call{Reason: reason}}
	return run(ctx, s.core, cmd, func(ctx context.Context, now time.Time) (draft, int, error) {
		guard, err := s.core.store.Head(ctx, cmd.subject)
		if err != nil {
			return draft{}, 0, err
		}
		lines, err := s.lines(ctx, actor, p, now)
		if err != nil || len(lines) == 0 {
			return draft{}, 0, err
		}
		d := draft{changes: []Change{{Subject: cmd.subject, Expect: guard.Version}}}
		for _, fine := range lines[:min(len(lines), mostProposed)] {
			fine.Reason = reason
			change, err := penaltyChange(Penalty{ID: penaltyID(fine.Key), Path: p.path(fine.Unit)}, fine, now)
			if err != nil {
				return draft{}, 0, err
			}
			d.changes = append(d.changes, change)
		}
		return d, len(d.changes) - 1, nil
	})
}

// lines returns what is to be proposed of a person's findings, and the actor sees.
func (s *Penalties) lines(ctx context.Context, actor Actor, p proposal, now time.Time) ([]cadence.Fine, error) {
	var fines []cadence.Fine
	for r, err := range s.core.store.Records(ctx, RecordFilter{Kind: KindPenalty, Owner: p.person}) {
		if err != nil {
			return nil, err
		}
		was, err := penaltyOf(r)
		if err != nil {
			return nil, err
		}
		fines = append(fines, was.Fine)
	}
	ledger, err := cadence.LedgerOf(fines)
	if err != nil {
		return nil, err
	}
	lines, err := ledger.Propose(p.book, p.findings, cadence.Act{Actor: actor.ID, At: now})
	return slices.DeleteFunc(lines, func(f cadence.Fine) bool { return !actor.Sees.Allows(f.Person, p.path(f.Unit)) }), err
}

// penaltyID is the same for the same finding under the same version, and no longer than an
// id may be.
func penaltyID(key string) string { return digest(key) }

// Move takes a penalty on, and returns it as it then stands 批准, 入账, 免除, 冲销: proposed to
// approved ([cadence.Sanctioned]), that to posted, either of the first two to waived,
// posted to reversed. ref is the id of the approval or of the booking, "" for none.
//
// Errors are those of [cadence.Ledger.Move], ErrForbidden for one's own penalty among
// them; ErrNotFound where the actor sees no such penalty.
func (s *Penalties) Move(ctx context.Context, actor Actor, id string, to cadence.PenaltyState, ref string, call Call) (cadence.Fine, error) {
	cmd := command{name: "penalties.move", actor: actor, subject: Subject{KindPenalty, id}, call: call, input: []any{to, ref}}
	return run(ctx, s.core, cmd, func(ctx context.Context, now time.Time) (draft, cadence.Fine, error) {
		was, err := s.get(ctx, actor, id)
		if err = cmp.Or(err, short(cmd.subject, "ref", ref)); err != nil {
			return draft{}, cadence.Fine{}, err
		}
		ledger, err := cadence.LedgerOf([]cadence.Fine{was.Fine})
		if err != nil {
			return draft{}, cadence.Fine{}, err
		}
		now = later(now, was.Head.Recorded)
		fine, err := ledger.Move(was.Key, to, cadence.Act{Actor: actor.ID, At: effective(call, now), Ref: ref, Reason: call.Reason})
		if err != nil {
			return draft{}, cadence.Fine{}, err
		}
		change, err := penaltyChange(was, fine, now)
		fine.Reason = ""
		return draft{changes: []Change{change}}, fine, err
	})
}

// penaltyChange appends a line of the ledger to a penalty, and puts what it then comes to.
func penaltyChange(was Penalty, fine cadence.Fine, now time.Time) (Change, error) {
	subject := Subject{KindPenalty, was.ID}
	row := Entry{Journal: JournalPenalty, Kind: fine.State.String(), From: was.State.String(), To: fine.State.String(), Ref: fine.Ref,
		Amount: fine.Amount.Minor, Currency: fine.Amount.Currency, Actor: fine.Actor, At: fine.At, Recorded: now, Reason: fine.Reason}
	fine.Reason = ""
	body, err := json.Marshal(fine)
	if err != nil {
		return Change{}, &Error{Subject: subject, Field: "body", Reason: "cannot be written as JSON", Err: ErrInvalid}
	}
	row.Data = body
	r := Record{Owner: fine.Person, Path: was.Path, Ref: fine.Unit, State: fine.State.String(), Body: body}
	return Change{subject, was.Head.Version, []Write{Append{row}, PutRecord{r}, Emit{Event{Kind: "penalty." + row.Kind, At: now}}}}, nil
}

func penaltyOf(r Record) (Penalty, error) {
	p := Penalty{ID: r.Subject.ID, Head: r.Head, Path: r.Path}
	if err := json.Unmarshal(r.Body, &p.Fine); err != nil {
		return p, &Error{Subject: r.Subject, Field: "body", Reason: "is no penalty", Err: errors.Join(ErrInvalid, err)}
	}
	return p, nil
}

func (s *Penalties) get(ctx context.Context, actor Actor, id string) (Penalty, error) {
	r, err := s.core.visible(ctx, actor, Subject{KindPenalty, id})
	if err != nil {
		return Penalty{}, err
	}
	return penaltyOf(r)
}

// Get returns a penalty. ErrNotFound: the actor sees none.
func (s *Penalties) Get(ctx context.Context, actor Actor, id string) (Penalty, error) {
	return read(ctx, s.core, "penalties.get", actor, Subject{KindPenalty, id}, func() (Penalty, error) { return s.get(ctx, actor, id) })
}

// PenaltyFilter narrows a listing of penalties; a zero field does not.
type PenaltyFilter struct {
	After string // only ids greater than this one
	Limit int    // at most so many; 0 for no limit

	Person string // staff id
	Unit   string // id of the unit, without those below it
	State  cadence.PenaltyState
}

// List yields the penalties that the actor sees, by id.
func (s *Penalties) List(ctx context.Context, actor Actor, f PenaltyFilter) iter.Seq2[Penalty, error] {
	s.core.observe(ctx, Op{Name: "penalties.list", Actor: actor.ID, Attempts: 1})
	return decoded(s.core.store.Records(ctx, RecordFilter{Kind: KindPenalty, After: f.After, Limit: f.Limit, Owner: f.Person, Ref: f.Unit,
		State: f.State.String(), Visible: &actor.Sees}), penaltyOf)
}

// History yields the journal of a penalty as it was recorded, with the reasons that have
// not been erased.
func (s *Penalties) History(ctx context.Context, actor Actor, id string) iter.Seq2[Entry, error] {
	subject := Subject{KindPenalty, id}
	_, err := s.core.visible(ctx, actor, subject)
	s.core.observe(ctx, Op{Name: "penalties.history", Actor: actor.ID, Subject: subject, Attempts: 1, Err: err})
	if err != nil {
		return memory.Failing[Entry](err)
	}
	return s.core.store.Entries(ctx, EntryFilter{Subject: subject})
}

// verifyPenalty holds a penalty against its journal.
func (c *CRM) verifyPenalty(ctx context.Context, r Record, report func(of Subject, field, reason string)) error {
	was, err := penaltyOf(r)
	if err != nil {
		return err
	}
	var journal []cadence.Fine
	for row, err := range c.core.store.Entries(ctx, EntryFilter{Subject: r.Subject}) {
		if err != nil {
			return err
		}
		line, err := penaltyOf(Record{Subject: r.Subject, Body: row.Data})
		if err != nil {
			return err
		}
		journal = append(journal, line.Fine)
	}
	ledger, err := cadence.FoldLedger(journal)
	if err != nil {
		report(r.Subject, "penalty", "has a journal that does not follow: "+err.Error())
		return nil
	}
	if last := ledger.Fines(); len(last) != 1 || !sameJSON(last[0], was.Fine) || r.Subject.ID != penaltyID(was.Key) {
		report(r.Subject, "penalty", "is not what the journal comes to")
	}
	if r.Owner != was.Person || r.Ref != was.Unit || r.State != was.State.String() {
		report(r.Subject, "owner", "or unit or state is not that of the penalty")
	}
	return nil
}
