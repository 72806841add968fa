package crm

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"time"

	"github.com/guanxi-go/guanxi/crm/cadence"
	"github.com/guanxi-go/guanxi/internal/attempt"
)

const (
	KindPolicy Kind = "policy" // the versions of a rules-of-use policy 使用管理办法
	KindLogin  Kind = "login"  // when a colleague logged in 登录记录
)

const (
	JournalPolicy Journal = "policy" // what became of the versions of a policy 制度修订记录
	JournalLogin  Journal = "login"  // log-ins 登录记录
)

// Cadence keeps the rules of use 使用管理办法 and holds what colleagues do against them
// (使用考核): whether they log in, and follow their leads and opportunities up. What the
// rules are, and what a breach is, is package cadence's.
type Cadence struct{ core *core }

// CadenceOptions are what [Cadence] and [Actions] go by. The zero value knows nobody, and
// the usual evidence.
type CadenceOptions struct {
	// People says who works where; nil makes [Cadence].Check ErrIncomplete.
	People Workforce
	// Evidence says which actions count as they are recorded.
	Evidence cadence.EvidenceRule
}

// Workforce is where the people and units of the house are read from (组织与考勤): most
// often the host's own directory and attendance system.
type Workforce interface {
	// People returns the tree of units, and whoever had an account between two instants:
	// with units, absences and calendar. Log-ins are added to those that [Cadence].Login
	// recorded. from is zero for everything.
	People(ctx context.Context, from, asOf time.Time) ([]cadence.Unit, []cadence.Person, error)
}

// policyBody is the body of a policy's record: its versions, in order.
type policyBody struct {
	Versions []cadence.Policy `json:"versions"`
}

// Draft writes a version of a policy down, as a draft, in place of a draft of the same
// version, and returns its number 起草. Its State is not looked at; a Version of 0 is the
// last published one plus 1. Who may draft is the host's rule: the actor's Sees is not
// asked.
//
// Errors: those of [cadence.Policy.Validate]; ErrTransition where the version is under
// review or further.
func (s *Cadence) Draft(ctx context.Context, actor Actor, p cadence.Policy, call Call) (int, error) {
	p.State, p.Edition.From = cadence.Draft, Instant(p.Edition.From)
	p.Edition.Approvals = nil
	return s.change(ctx, actor, "cadence.draft", p.Edition.Policy, call, p, func(ctx context.Context, body *policyBody) (cadence.Policy, []Change, error) {
		p := p
		if p.Edition.Version == 0 {
			p.Edition.Version = 1
			for _, v := range body.Versions {
				if published(v) {
					p.Edition.Version = max(p.Edition.Version, v.Edition.Version+1)
				}
			}
		}
		if err := p.Validate(); err != nil {
			return p, nil, err
		}
		if at := body.find(p.Edition.Version); at >= 0 && body.Versions[at].State != cadence.Draft {
			return p, nil, &Error{Subject: Subject{KindPolicy, p.Edition.Policy}, Field: "version", Reason: "is no draft", Err: ErrTransition}
		}
		return p, nil, nil
	})
}

// Revise takes a version on by one of the methods of [cadence.Policy], and returns its
// number 送审, 批准, 退回, 签字:
//
//	_, err := c.Cadence.Revise(ctx, actor, "crm-use", 4, crm.Call{}, cadence.Policy.Submit)
//
// decide may be called again after a conflict; the same key stands for the same step,
// whatever decide does. Errors are those of the method; ErrInvalid for one that makes
// another policy of it, or publishes it; ErrNotFound.
func (s *Cadence) Revise(ctx context.Context, actor Actor, policy string, version int, call Call,
	decide func(cadence.Policy) (cadence.Policy, error)) (int, error) {
	return s.change(ctx, actor, "cadence.revise", policy, call, version, func(ctx context.Context, body *policyBody) (cadence.Policy, []Change, error) {
		p, err := body.version(policy, version)
		if err != nil {
			return p, nil, err
		}
		next, err := decide(p)
		if err != nil {
			return p, nil, attempt.Ended(err)
		}
		if published(p) || published(next) || next.Edition.Policy != policy || next.Edition.Version != version {
			return p, nil, &Error{Subject: Subject{KindPolicy, policy}, Field: "version", Reason: "is published, or made another", Err: ErrInvalid}
		}
		return next, nil, next.Validate()
	})
}

// Publish publishes an approved and signed version, through the gate of [cadence.Book],
// and returns its number 发布. Errors are those of [cadence.Book.Publish]; ErrIncomplete
// without a [Workforce]; ErrNotFound.
func (s *Cadence) Publish(ctx context.Context, actor Actor, policy string, version int, how cadence.Publishing, call Call) (int, error) {
	return s.change(ctx, actor, "cadence.publish", policy, call, []any{version, how}, func(ctx context.Context, body *policyBody) (cadence.Policy, []Change, error) {
		p, err := body.version(policy, version)
		if err != nil {
			return p, nil, err
		}
		// All that is published is published one after the other: what the units above
		// demand must not change meanwhile.
		gate := Subject{KindRegistry, "policies"}
		head, err := s.core.store.Head(ctx, gate)
		if err != nil {
			return p, nil, err
		}
		now := s.core.now()
		units, _, err := s.people(ctx, now, now)
		if err != nil {
			return p, nil, err
		}
		book, err := s.book(ctx, units)
		if err != nil {
			return p, nil, err
		}
		p, err = book.Publish(p, how)
		return p, []Change{{Subject: gate, Expect: head.Version}}, err
	})
}

// change runs a command that puts one version of a policy.
func (s *Cadence) change(ctx context.Context, actor Actor, name, policy string, call Call, input any,
	decide func(ctx context.Context, body *policyBody) (cadence.Policy, []Change, error)) (int, error) {
	cmd := command{name: name, actor: actor, subject: Subject{KindPolicy, policy}, call: call, input: input}
	return run(ctx, s.core, cmd, func(ctx context.Context, now time.Time) (draft, int, error) {
		if err := cmd.subject.validate(); err != nil {
			return draft{}, 0, err
		}
		r, err := s.core.record(ctx, cmd.subject)
		if err != nil {
			return draft{}, 0, err
		}
		body, err := policyOf(r)
		if err != nil {
			return draft{}, 0, err
		}
		p, further, err := decide(ctx, &body)
		if err != nil {
			return draft{}, 0, err
		}
		from := ""
		if at := body.find(p.Edition.Version); at >= 0 {
			from, body.Versions[at] = body.Versions[at].State.String(), p
		} else {
			body.Versions = append(body.Versions, p)
			slices.SortFunc(body.Versions, func(a, b cadence.Policy) int { return a.Edition.Version - b.Edition.Version })
		}
		r.Ref, r.State = p.Unit, p.State.String()
		if r.Body, err = json.Marshal(body); err != nil {
			return draft{}, 0, &Error{Subject: cmd.subject, Field: "body", Reason: "cannot be written as JSON", Err: ErrInvalid}
		}
		now = later(now, r.Head.Recorded)
		row := Entry{Journal: JournalPolicy, Kind: p.State.String(), From: from, To: p.State.String(), Actor: actor.ID,
			At: effective(call, now), Recorded: now, Reason: call.Reason}
		if row.Data, err = json.Marshal(p); err != nil {
			return draft{}, 0, &Error{Subject: cmd.subject, Field: "policy", Reason: "cannot be written as JSON", Err: ErrInvalid}
		}
		change := Change{cmd.subject, r.Head.Version, []Write{PutRecord{r}, Append{row}, Emit{Event{Kind: "policy." + row.Kind, At: now}}}}
		return draft{changes: append([]Change{change}, further...)}, p.Edition.Version, nil
	})
}

func published(p cadence.Policy) bool {
	return p.State == cadence.Published || p.State == cadence.Superseded
}

func (b *policyBody) find(version int) int {
	return slices.IndexFunc(b.Versions, func(p cadence.Policy) bool { return p.Edition.Version == version })
}

func (b *policyBody) version(policy string, version int) (cadence.Policy, error) {
	at := b.find(version)
	if at < 0 {
		return cadence.Policy{}, &Error{Subject: Subject{KindPolicy, policy}, Field: "version", Reason: "is not there", Err: ErrNotFound}
	}
	return b.Versions[at], nil
}

func policyOf(r Record) (body policyBody, err error) {
	if len(r.Body) > 0 {
		if err = json.Unmarshal(r.Body, &body); err != nil {
			err = &Error{Subject: r.Subject, Field: "body", Reason: "is no policy", Err: errors.Join(ErrInvalid, err)}
		}
	}
	return body, err
}

// Policies returns all versions of all policies, by policy and version.
func (s *Cadence) Policies(ctx context.Context, actor Actor) ([]cadence.Policy, error) {
	return read(ctx, s.core, "cadence.policies", actor, Subject{}, func() ([]cadence.Policy, error) { return s.policies(ctx) })
}

func (s *Cadence) policies(ctx context.Context) ([]cadence.Policy, error) {
	var list []cadence.Policy
	for r, err := range s.core.store.Records(ctx, RecordFilter{Kind: KindPolicy}) {
		if err != nil {
			return nil, err
		}
		body, err := policyOf(r)
		if err != nil {
			return nil, err
		}
		list = append(list, body.Versions...)
	}
	return list, nil
}

func (s *Cadence) book(ctx context.Context, units []cadence.Unit) (*cadence.Book, error) {
	list, err := s.policies(ctx)
	if err != nil {
		return nil, err
	}
	return cadence.NewBook(units, list)
}

func (s *Cadence) people(ctx context.Context, from, asOf time.Time) ([]cadence.Unit, []cadence.Person, error) {
	if s.core.opts.Cadence.People == nil {
		return nil, nil, &Error{Field: "cadence", Reason: "has nobody to ask who works where: see Options", Err: ErrIncomplete}
	}
	return s.core.opts.Cadence.People.People(ctx, from, asOf)
}

// Login records that the actor logged in, at call.At or now 登录. Hosts call it from their
// log-in; a failed attempt is none. ErrInvalid for an instant to come.
func (s *Cadence) Login(ctx context.Context, actor Actor, call Call) error {
	cmd := command{name: "cadence.login", actor: actor, subject: Subject{KindLogin, actor.ID}, call: call}
	_, err := run(ctx, s.core, cmd, func(ctx context.Context, now time.Time) (draft, struct{}, error) {
		head, err := s.core.store.Head(ctx, cmd.subject)
		if err != nil {
			return draft{}, struct{}{}, err
		}
		now = later(now, head.Recorded)
		row := Entry{Journal: JournalLogin, Kind: "login", Actor: actor.ID, At: effective(call, now), Recorded: now}
		if row.At.After(now) {
			return draft{}, struct{}{}, &Error{Subject: cmd.subject, Field: "at", Reason: "is to come", Err: ErrInvalid}
		}
		return draft{changes: []Change{{cmd.subject, head.Version, []Write{Append{row}}}}}, struct{}{}, nil
	})
	return err
}

// logins returns when somebody logged in.
func (s *Cadence) logins(ctx context.Context, person string) ([]time.Time, error) {
	var list []time.Time
	for row, err := range s.core.store.Entries(ctx, EntryFilter{Subject: Subject{KindLogin, person}, Journal: JournalLogin}) {
		if err != nil {
			return nil, err
		}
		list = append(list, row.At)
	}
	return list, nil
}
