package main

import (
	"github.com/guanxi-go/guanxi/crm"
	"github.com/guanxi-go/guanxi/crm/approval"
	"github.com/guanxi-go/guanxi/crm/finding"
)

// request asks for something by one of the company's flows.
type request struct {
	event
	Request string            `json:"request"`
	Flow    string            `json:"flow"`
	Form    approval.FormKind `json:"form"`
	Amount  yuan              `json:"amount"`
	About   string            `json:"about"` // id of the quote or trip
}

func (a *request) play(r *replay) error {
	done, err := r.Approvals.Start(r.ctx, r.actor, crm.Proposal{ID: a.Request, Template: a.Flow, Ref: a.About,
		Request: approval.Request{Form: a.Form, Amount: a.Amount.Amount, Unit: r.house.path(a.Who)}})
	if err != nil {
		return err
	}
	var may []string
	for _, seat := range done.Waiting {
		may = append(may, seat.Person)
	}
	return r.say("DID-REQUEST", finding.Term("form", a.Form), finding.Term("amount", a.Amount), finding.Str("request", a.Request),
		finding.Term("may", r.colleagues(may)))
}

// approve decides a request that waits for who does it.
type approve struct {
	event
	Request string `json:"request"`
}

func (a *approve) play(r *replay) error {
	done, err := r.Approvals.Act(r.ctx, r.actor, a.Request, approval.Command{Verb: approval.Approve}, crm.Call{})
	if err != nil {
		return err
	}
	return r.say("DID-APPROVE", finding.Str("request", a.Request), finding.Term("status", done.Status))
}
