package crm

import (
	"context"
	"encoding/json"
	"errors"
	"iter"
	"time"

	"github.com/guanxi-go/guanxi/crm/approval"
)

const (
	KindApproval Kind = "approval" // a request under decision 审批
	KindSeat     Kind = "seat"     // somebody's open task in one 待办席位
)

// JournalApproval is the trail of an approval 审批轨迹.
const JournalApproval Journal = "approval"

// Approvals says who may decide a request, whether it is decided, and who decided what
// (审批). What is decided is package approval's: [approval.Process.Decide] has the
// verbs and their rules.
//
// An approval keeps the template with which it was started. Its trail stays verifiable
// for ever, also after the reasons in it were erased. Whoever has to act now has a
// record of his own for it, a seat, so that what waits for a colleague is listed by an
// index; it is put and closed in the commit of the decision.
type Approvals struct{ core *core }

// ApprovalOptions are what approvals go by beside the tables in [Registries].
type ApprovalOptions struct {
	// People says who holds which role and post, who works where, and who is whose
	// manager; nil is nobody.
	People approval.Directory

	// Path returns the path of a colleague's unit, so that those who see the unit see
	// what waits for the colleague; nil is none.
	Path func(staff string) string

	// Admin is who decides where nobody else is there and the template says so; "" is
	// nobody.
	Admin string
}

// Proposal is a command of [Approvals].Start.
type Proposal struct {
	Call
	ID       string             // of the approval, up to 240 bytes; "" makes one
	Template string             // id in [Registries].Templates; the last version is taken
	Flow     *approval.Template // a template of the caller's own instead
	Request  approval.Request   // without its ID, which is the approval's, and its Initiator, who is the actor; its Fields are ids and codes, and stay for ever
	Ref      string             // id of the document, order or case that it is about
	To       string             // Free: who decides first
	Draft    bool               // write it down only; Act with [approval.Submit] starts it
}

// Progress is what a command of [Approvals] came to: ids and codes.
type Progress struct {
	ID       string          `json:"id"`
	Status   approval.Status `json:"status,omitzero"`
	Step     string          `json:"step,omitzero"`     // that is open; "" for none
	Waiting  []approval.Seat `json:"waiting,omitempty"` // who has to act now
	Appended []approval.Kind `json:"appended,omitempty"`
	Together []string        `json:"together,omitempty"` // ids of the requests that the split guard took together 拆单
}

// Approval is a request under decision, whole.
type Approval struct {
	ID       string
	Ref      string
	Template approval.Template
	Instance approval.Instance
}

// Start writes a request down and submits it, in one commit 提交审批. Errors: those of
// [approval.Process.Decide]; ErrNotFound for a template that is not there; ErrDuplicate
// for an id that is taken; ErrForbidden where the initiator, or somebody who would have
// to decide, has left.
func (s *Approvals) Start(ctx context.Context, actor Actor, p Proposal) (Progress, error) {
	id := p.ID
	if id == "" {
		id = s.core.opts.NewID()
	}
	cmd := command{name: "approvals.start", actor: actor, subject: Subject{KindApproval, id}, made: p.ID == "", call: p.Call,
		input: []any{p.Template, p.Flow, p.Request, p.Ref, p.To, p.Draft}}
	return run(ctx, s.core, cmd, func(ctx context.Context, now time.Time) (draft, Progress, error) {
		if len(id) > maxApprovalID {
			return draft{}, Progress{}, &Error{Subject: cmd.subject, Field: "id", Reason: "is longer than 240 bytes", Err: ErrInvalid}
		}
		template, err := s.template(ctx, p)
		if err != nil {
			return draft{}, Progress{}, err
		}
		f := file{core: s.core, subject: cmd.subject, body: approvalBody{Template: template}, ref: p.Ref, path: s.path(actor.ID)}
		if f.head, err = s.core.store.Head(ctx, cmd.subject); err != nil {
			return draft{}, Progress{}, err
		}
		if f.head.Version > 0 {
			return draft{}, Progress{}, &Error{Subject: cmd.subject, Field: "id", Reason: "is taken", Err: ErrDuplicate}
		}
		request := p.Request
		request.ID, request.Initiator = id, actor.ID
		if err := f.decide(ctx, approval.Command{Verb: approval.Create, Actor: actor.ID, At: Instant(p.At), Request: &request}, p.Call, now); err != nil {
			return draft{}, Progress{}, err
		}
		if !p.Draft {
			if err := f.decide(ctx, approval.Command{Verb: approval.Submit, Actor: actor.ID, At: Instant(p.At), To: p.To}, Call{}, now); err != nil {
				return draft{}, Progress{}, err
			}
		}
		d, err := f.draft(ctx)
		return d, f.progress(), err
	})
}

// maxApprovalID leaves room for the number of a seat behind the id.
const maxApprovalID = 240

// template returns the template of a proposal.
func (s *Approvals) template(ctx context.Context, p Proposal) (approval.Template, error) {
	if p.Flow != nil {
		return *p.Flow, nil
	}
	rows, _, err := newRegistries(s.core).Templates.Get(ctx)
	if err != nil {
		return approval.Template{}, err
	}
	var last approval.Template
	for _, t := range rows {
		if t.ID == p.Template && t.Version > last.Version {
			last = t
		}
	}
	if last.Version == 0 {
		return last, &Error{Field: "template", Reason: "is not among the templates", Err: ErrNotFound}
	}
	return last, nil
}

func (s *Approvals) path(staff string) string { return s.core.pathOf(staff) }

// pathOf returns the path of a colleague's unit, as far as the host says it.
func (c *core) pathOf(staff string) string {
	if c.opts.Approvals.Path == nil {
		return ""
	}
	return c.opts.Approvals.Path(staff)
}

// Act does something with an approval: one of the verbs of [approval.Process.Decide]
// 审批操作. Actor, At and Reason of the command are those of the actor and the call.
//
// Errors: those of Decide; ErrNotFound where the actor neither sees the approval nor
// ever had a seat in it; ErrForbidden where who would have to decide has left, and for
// [approval.Replace] where the holder has not.
func (s *Approvals) Act(ctx context.Context, actor Actor, id string, do approval.Command, call Call) (Progress, error) {
	do.Actor, do.At, do.Reason, do.Salt = actor.ID, Instant(call.At), "", ""
	cmd := command{name: "approvals." + do.Verb.String(), actor: actor, subject: Subject{KindApproval, id}, call: call, input: do}
	return run(ctx, s.core, cmd, func(ctx context.Context, now time.Time) (draft, Progress, error) {
		f, err := s.core.approvalFile(ctx, actor, id)
		if err != nil {
			return draft{}, Progress{}, err
		}
		if do.Verb == approval.Replace {
			if err := s.core.gone(ctx, do.Holder); err != nil {
				return draft{}, Progress{}, err
			}
		}
		if err := f.decide(ctx, do, call, now); err != nil {
			return draft{}, Progress{}, err
		}
		d, err := f.draft(ctx)
		return d, f.progress(), err
	})
}

// gone refuses a colleague who has not left.
func (c *core) gone(ctx context.Context, staff string) error {
	s := Subject{KindStaff, staff}
	guard, err := c.record(ctx, s)
	if err == nil && guard.State != staffLeft {
		err = &Error{Subject: s, Reason: "has not left", Err: ErrForbidden}
	}
	return err
}

// Get returns an approval as it stands.
func (s *Approvals) Get(ctx context.Context, actor Actor, id string) (Approval, error) {
	return read(ctx, s.core, "approvals.get", actor, Subject{KindApproval, id}, func() (Approval, error) {
		f, err := s.core.approvalFile(ctx, actor, id)
		return Approval{ID: id, Ref: f.ref, Template: f.body.Template, Instance: f.instance}, err
	})
}

// Trail returns the journal of an approval 审批轨迹; [approval.Verify] says whether somebody
// has changed it.
func (s *Approvals) Trail(ctx context.Context, actor Actor, id string) ([]approval.Entry, error) {
	return read(ctx, s.core, "approvals.trail", actor, Subject{KindApproval, id}, func() ([]approval.Entry, error) {
		if _, err := s.core.approvalFile(ctx, actor, id); err != nil {
			return nil, err
		}
		return s.core.trail(ctx, Subject{KindApproval, id})
	})
}

// Filed is what an approval is listed with.
type Filed struct {
	ID        string
	Ref       string
	Customer  string // the counterparty
	Initiator string
	Status    string    // code of an [approval.Status]
	Due       time.Time // when time alone brings something about next; zero for never
}

// List yields the approvals that the actor sees, in byte order of id. Of the filter,
// Kind and Visible are not looked at; Owner is the initiator, State the code of a
// status.
func (s *Approvals) List(ctx context.Context, actor Actor, filter RecordFilter) iter.Seq2[Filed, error] {
	s.core.observe(ctx, Op{Name: "approvals.list", Actor: actor.ID, Attempts: 1})
	filter.Kind, filter.Visible = KindApproval, &actor.Sees
	return func(yield func(Filed, error) bool) {
		for r, err := range s.core.store.Records(ctx, filter) {
			if !yield(Filed{r.Subject.ID, r.Ref, r.Customer, r.Owner, r.State, r.Due}, err) || err != nil {
				return
			}
		}
	}
}

// Due yields the approvals in which time alone brings something about before an
// instant, the zero time for now: a reminder, or what the template says for when the time is up 到期. [Approvals].Act
// with [approval.Tick] then does it.
func (s *Approvals) Due(ctx context.Context, actor Actor, until time.Time) iter.Seq2[Filed, error] {
	if until.IsZero() {
		until = s.core.now()
	}
	return s.List(ctx, actor, RecordFilter{DueBefore: Instant(until)})
}

// Who returns who may approve a request now, by the authority guide in [Registries] and
// the people of the options (权限指引): ids, without the actor, who is its initiator. The errors
// are those of [approval.Guide.Resolve]; ErrIncomplete where there is no guide.
func (s *Approvals) Who(ctx context.Context, actor Actor, r approval.Request, mode approval.AuthorityMode) ([]string, error) {
	return read(ctx, s.core, "approvals.who", actor, Subject{}, func() ([]string, error) {
		guide, err := s.core.guide(ctx)
		if err != nil {
			return nil, err
		}
		if guide == nil {
			return nil, &Error{Field: "authority", Reason: "is not stated", Err: ErrIncomplete}
		}
		r.Initiator = actor.ID
		return guide.Who(r, s.core.now(), mode, s.core.people())
	})
}

// guide returns the authority guide, nil where there is none.
func (c *core) guide(ctx context.Context) (*approval.Guide, error) {
	rows, _, err := newRegistries(c).Authority.Get(ctx)
	if err != nil || len(rows) == 0 {
		return nil, err
	}
	return approval.NewGuide(rows[0])
}

func (c *core) people() approval.Directory {
	if c.opts.Approvals.People == nil {
		return approval.Staff{}
	}
	return c.opts.Approvals.People
}

// trail reads the journal of an approval.
func (c *core) trail(ctx context.Context, s Subject) (journal []approval.Entry, err error) {
	for row, err := range c.store.Entries(ctx, EntryFilter{Subject: s, Journal: JournalApproval}) {
		if err != nil {
			return nil, err
		}
		e, err := trailEntry(row)
		if err != nil {
			return nil, err
		}
		journal = append(journal, e)
	}
	return journal, nil
}

// trailRow keeps an entry of a trail: the reason and its salt where they can be erased.
func trailRow(e approval.Entry, r *approval.Request) Entry {
	row := Entry{Journal: JournalApproval, Kind: e.Kind.String(), To: e.Status.String(), Contact: r.Counterparty, Ref: e.Step,
		Amount: r.Amount.Minor, Currency: r.Amount.Currency, Actor: e.Actor, At: e.At, Recorded: e.Recorded, Reason: e.Reason}
	if e.Salt != "" {
		row.Private, _ = json.Marshal(e.Salt)
	}
	e.Reason, e.Salt = "", ""
	row.Data, _ = json.Marshal(e)
	return row
}

func trailEntry(row Entry) (e approval.Entry, err error) {
	err = json.Unmarshal(row.Data, &e)
	if err == nil && len(row.Private) > 0 {
		err = json.Unmarshal(row.Private, &e.Salt)
	}
	if err != nil {
		return e, &Error{Subject: row.Subject, Field: "approval", Reason: "is no entry of this journal", Err: errors.Join(ErrInvalid, err)}
	}
	e.Reason = row.Reason
	return e, nil
}
