package crm

import (
	"context"
	"encoding/json"
	"errors"
	"iter"
	"log/slog"
	"time"

	"github.com/guanxi-go/guanxi/crm/calendar"
	"github.com/guanxi-go/guanxi/crm/care"
	"github.com/guanxi-go/guanxi/crm/money"
)

// JournalCare is what was planned for a customer's care, and what became of it 关怀记录.
const JournalCare Journal = "care"

// SpaceCare is the space of the claims of care tasks on their keys: of two who plan the
// same care for the same customer on the same occasion at one moment, one makes the
// task. A key is kept as a hash.
const SpaceCare = "care"

// careForgotten is the code of the outcome of a task whose customer was forgotten.
const careForgotten = "forgotten"

// Care keeps what is to be done for customers by the plans of [Registries].CarePlans, and
// what came of it (客户关怀). Which plan asks for what on which day, and what the outcomes
// come to, is package care's; days are those of Options.Calendar.
//
// A task is a record that is listed by its owner, customer, plan (Ref), state and Due,
// the first instant of its day; the worklist of the day has it. Its days are near a
// birthday perhaps, so they stand in the record and in the private part of its entries,
// and are erased with the person.
type Care struct{ core *core }

// CareTask is a task of care as it stands 关怀任务.
type CareTask struct {
	Head  Head   `json:"-"`
	ID    string `json:"-"`
	Owner string `json:"-"` // staff id of who is to do it
	Path  string `json:"-"` // of the owner's unit
	State string `json:"-"` // StatePlanned, or the code of the outcome's Result

	Planned care.Task    `json:"planned"`          // what, for whom, when, at what cost at most; without its days where the person was forgotten
	Outcome care.Outcome `json:"outcome,omitzero"` // what became of it; zero while it is open
}

// LogValue shows whose it is and where it stands, and not the days.
func (t CareTask) LogValue() slog.Value {
	return slog.GroupValue(slog.String("id", t.ID), slog.String("owner", t.Owner), slog.String("plan", t.Planned.Plan), slog.String("state", t.State))
}

// CareOutcome is a command of [Care].Done and [Care].Drop.
type CareOutcome struct {
	Call
	Code string       // of the host's list: pleased, no answer, ...; may be ""
	Cost money.Amount // what was spent; the zero Amount for nothing
	Text string       // what was said or given, in words; may be personal
}

// Done records that a task was done, with its outcome and cost 完成关怀. The day of the
// outcome is that of the call.
//
// Errors: those of [care.Task.Settle]; ErrTransition for a task that is not open;
// ErrNotFound where the actor sees none.
func (s *Care) Done(ctx context.Context, actor Actor, id string, o CareOutcome) error {
	return s.settle(ctx, actor, "care.done", id, care.Done, o)
}

// Drop records that a task is not to be done 取消关怀. Errors are as of Done.
func (s *Care) Drop(ctx context.Context, actor Actor, id string, o CareOutcome) error {
	return s.settle(ctx, actor, "care.drop", id, care.Dropped, o)
}

func (s *Care) settle(ctx context.Context, actor Actor, name, id string, result care.Result, o CareOutcome) error {
	subject := Subject{KindCareTask, id}
	cmd := command{name: name, actor: actor, subject: subject, call: o.Call, input: []any{o.Code, o.Cost, o.Text}}
	_, err := run(ctx, s.core, cmd, func(ctx context.Context, now time.Time) (d draft, _ struct{}, err error) {
		t, err := s.task(ctx, actor, id)
		if err != nil {
			return draft{}, struct{}{}, err
		}
		now = later(now, t.Head.Recorded)
		at := effective(o.Call, now)
		row, err := s.close(&t, care.Outcome{Key: t.Planned.Key, Result: result, Code: o.Code, On: s.core.dayOf(at), Cost: o.Cost}, actor, at, now)
		if err != nil {
			return draft{}, struct{}{}, err
		}
		var said string
		if said, d.require, err = s.core.about(ctx, t.Planned.Customer, o.Reason+o.Text); err != nil {
			return draft{}, struct{}{}, err
		}
		if said != "" { // about who was forgotten nothing is
			row.Reason, row.Text = o.Reason, o.Text
		}
		change, err := s.core.careChange(t, row)
		d.changes = []Change{change}
		return d, struct{}{}, err
	})
	return err
}

// close gives an open task its outcome, and returns the line of it.
func (s *Care) close(t *CareTask, o care.Outcome, actor Actor, at, now time.Time) (Entry, error) {
	if t.State != StatePlanned {
		return Entry{}, &Error{Subject: Subject{KindCareTask, t.ID}, Field: "state", Reason: "is " + t.State, Err: ErrTransition}
	}
	if err := t.Planned.Settle(o); err != nil {
		return Entry{}, err
	}
	row := Entry{Journal: JournalCare, Kind: o.Result.String(), From: t.State, To: o.Result.String(), Contact: t.Planned.Customer, Ref: t.Planned.Plan,
		Amount: o.Cost.Minor, Currency: o.Cost.Currency, Actor: actor.ID, At: at, Recorded: now}
	row.Data, _ = json.Marshal(careData{Code: o.Code})
	t.Outcome, t.State = o, row.To
	return row, nil
}

// careData is the Data of an entry of this journal: codes.
type careData struct {
	Task string `json:"task,omitzero"` // of one that is planned: what is to be done
	Code string `json:"code,omitzero"` // of the outcome
}

// careDays is the Private of the entry that plans a task.
type careDays struct {
	Occasion calendar.Day `json:"occasion"`
	On       calendar.Day `json:"on"`
}

// careChange puts a task as it stands, and appends what happened to its journal.
func (c *core) careChange(t CareTask, row Entry, writes ...Write) (Change, error) {
	subject := Subject{KindCareTask, t.ID}
	body, err := json.Marshal(t)
	if err != nil {
		return Change{}, &Error{Subject: subject, Field: "body", Reason: "cannot be written as JSON", Err: ErrInvalid}
	}
	r := Record{Customer: t.Planned.Customer, Ref: t.Planned.Plan, Owner: t.Owner, Path: t.Path, State: t.State, Body: body}
	if !t.Planned.On.IsZero() {
		r.Due = c.startOf(t.Planned.On)
	}
	return Change{subject, t.Head.Version, append(writes, PutRecord{r}, Append{row}, Emit{Event{Kind: "care." + row.Kind, At: row.Recorded}})}, nil
}

func careTaskOf(r Record) (t CareTask, err error) {
	if err := json.Unmarshal(r.Body, &t); err != nil {
		return t, &Error{Subject: r.Subject, Field: "body", Reason: "is no task of care", Err: errors.Join(ErrInvalid, err)}
	}
	t.Head, t.ID, t.Owner, t.Path, t.State = r.Head, r.Subject.ID, r.Owner, r.Path, r.State
	return t, nil
}

func (s *Care) task(ctx context.Context, actor Actor, id string) (CareTask, error) {
	r, err := s.core.visible(ctx, actor, Subject{KindCareTask, id})
	if err != nil {
		return CareTask{}, err
	}
	return careTaskOf(r)
}

// Get returns a task. ErrNotFound: the actor sees none.
func (s *Care) Get(ctx context.Context, actor Actor, id string) (CareTask, error) {
	return read(ctx, s.core, "care.get", actor, Subject{KindCareTask, id}, func() (CareTask, error) { return s.task(ctx, actor, id) })
}

// CareFilter narrows a listing of tasks of care; a zero field does not.
type CareFilter struct {
	After string // only ids greater than this one
	Limit int    // at most so many; 0 for no limit

	Owner    string       // staff id
	Customer string       // id
	Plan     string       // id
	State    string       // StatePlanned, or the code of a [care.Result]
	Before   calendar.Day // whose day is before this one
}

// List yields the tasks that the actor sees, by id.
func (s *Care) List(ctx context.Context, actor Actor, f CareFilter) iter.Seq2[CareTask, error] {
	s.core.observe(ctx, Op{Name: "care.list", Actor: actor.ID, Attempts: 1})
	rows := RecordFilter{Kind: KindCareTask, After: f.After, Limit: f.Limit, Owner: f.Owner, Customer: f.Customer, Ref: f.Plan, State: f.State, Visible: &actor.Sees}
	if !f.Before.IsZero() {
		rows.DueBefore = s.core.startOf(f.Before)
	}
	return decoded(s.core.store.Records(ctx, rows), careTaskOf)
}

// Review sums up the tasks that the actor sees, and what they cost, by plan as of the end
// of a day (关怀计划执行情况): of one plan, or with "" of all. It counts the tasks that there
// are now; outcomes of later days are left out. A day of 0 is today. Tasks of people who
// were forgotten count as ever.
//
// Errors are those of [care.Review], ErrCurrency above all.
func (s *Care) Review(ctx context.Context, actor Actor, plan string, asOf calendar.Day) ([]care.Report, error) {
	return read(ctx, s.core, "care.review", actor, Subject{}, func() ([]care.Report, error) {
		if asOf.IsZero() {
			asOf = s.core.dayOf(s.core.now())
		}
		var tasks []care.Task
		var outcomes []care.Outcome
		for r, err := range s.core.store.Records(ctx, RecordFilter{Kind: KindCareTask, Ref: plan, Visible: &actor.Sees}) {
			if err != nil {
				return nil, err
			}
			t, err := careTaskOf(r)
			if err != nil {
				return nil, err
			}
			t.Planned.Customer = t.ID // of tasks without their days the keys alone would be the same
			tasks = append(tasks, t.Planned)
			if t.State != StatePlanned {
				t.Outcome.Key = t.Planned.Key
				outcomes = append(outcomes, t.Outcome)
			}
		}
		return care.Review(tasks, outcomes, asOf)
	})
}

// careKey is the key that a task claims.
func careKey(k care.Key) string { return digest(k.Plan, k.Customer, k.Occasion.String()) }

// eraseCare takes the days out of a person's tasks, drops those that are open, and
// returns how many tasks there were with days.
func (p *Privacy) eraseCare(ctx context.Context, actor Actor, person string) (int, error) {
	n := 0
	for r, err := range p.core.store.Records(ctx, RecordFilter{Kind: KindCareTask, Customer: person}) {
		if err != nil {
			return n, err
		}
		cmd := command{name: "privacy.care", actor: actor, subject: r.Subject}
		erased, err := run(ctx, p.core, cmd, func(ctx context.Context, now time.Time) (draft, bool, error) {
			r, err := p.core.store.Record(ctx, r.Subject)
			if err != nil {
				return draft{}, false, err
			}
			change, err := (&Care{p.core}).erase(r, actor, later(now, r.Head.Recorded))
			if err != nil || change.Writes == nil {
				return draft{}, false, err
			}
			return draft{changes: []Change{change}}, true, nil
		})
		if err != nil {
			return n, err
		}
		if erased {
			n++
		}
	}
	return n, nil
}

// erase drafts that a task loses its days, no writes where it has none.
func (s *Care) erase(r Record, actor Actor, now time.Time) (Change, error) {
	t, err := careTaskOf(r)
	if err != nil || t.Planned.Occasion.IsZero() {
		return Change{}, err
	}
	row := Entry{Journal: JournalCare, Kind: careForgotten, From: t.State, To: t.State, Contact: t.Planned.Customer, Ref: t.Planned.Plan, Actor: actor.ID, At: now, Recorded: now}
	if t.State == StatePlanned {
		o := care.Outcome{Key: t.Planned.Key, Result: care.Dropped, Code: careForgotten, On: s.core.dayOf(now)}
		if row, err = s.close(&t, o, actor, now, now); err != nil {
			return Change{}, err
		}
	}
	key := careKey(t.Planned.Key)
	t.Planned.Occasion, t.Planned.On, t.Outcome.Occasion = 0, 0, 0
	return s.core.careChange(t, row, Release{SpaceCare, key})
}
