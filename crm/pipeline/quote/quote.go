package quote

import (
	"github.com/guanxi-go/guanxi/crm/calendar"
	"github.com/guanxi-go/guanxi/crm/finding"
)

// Quote is one round of offers for one variant of what an opportunity is about (报价单).
// Its methods decide over the next state and return the quote as it then is; the
// receiver does not change.
type Quote struct {
	Offer
	Opportunity string       `json:"opportunity"`
	Variant     string       `json:"variant,omitzero"` // code, where several things are offered side by side 方案
	State       State        `json:"state"`
	ValidUntil  calendar.Day `json:"valid_until,omitzero"` // the last day on which it may be accepted; zero is no such day
	Floor       Floor        `json:"floor,omitzero"`
	Approval    string       `json:"approval,omitzero"` // id of the approval that lets it lie below the floor
}

// same reports whether two quotes are rounds of one series.
func (q Quote) same(o Quote) bool { return q.Opportunity == o.Opportunity && q.Variant == o.Variant }

// offered reports whether the customer has had it: what later rounds are held against.
func (q Quote) offered() bool { return q.State >= Sent }

// Submit asks for approval of a draft (提交审批). ErrTransition: it is none.
func (q Quote) Submit() (Quote, error) {
	err := q.State.to(PendingApproval)
	q.State = PendingApproval
	return q, err
}

// Approve records under which id the quote was approved (审批通过): it waits to be sent.
// ErrTransition where it does not wait for approval, ErrIncomplete without an id.
func (q Quote) Approve(approval string) (Quote, error) {
	if q.State != PendingApproval {
		return q, refuse(ErrTransition, "state", -1, codeNotPending)
	}
	if approval == "" {
		return q, refuse(ErrIncomplete, "approval", -1, codeNoApproval)
	}
	q.Approval = approval
	return q, nil
}

// Refuse sends the quote back to be drawn up anew (审批驳回). ErrTransition where it does
// not wait for approval.
func (q Quote) Refuse() (Quote, error) {
	if q.State != PendingApproval {
		return q, refuse(ErrTransition, "state", -1, codeNotPending)
	}
	q.State, q.Approval = Draft, ""
	return q, nil
}

// Send gives the quote to the customer (发出). others are the quotes of the same
// opportunity, of any variant and in any order; of those of the same variant, the one
// that is sent is superseded. found is what [Guard] says against the offer.
//
// ErrIncomplete where Guard finds a PIP-FLOOR and there is no approval. ErrTransition
// where the quote is neither a draft nor waits for approval, where it waits and has
// none, and where its last day has gone by. ErrInvalid where its round is not beyond
// every one that was offered. The errors of Guard.
func (q Quote) Send(others []Quote, today calendar.Day) (sent Quote, superseded []Quote, found []finding.Finding, err error) {
	var history []Offer
	for _, o := range others {
		if o.ID == q.ID || !o.same(q) {
			continue
		}
		if o.offered() {
			if o.Round >= q.Round {
				return q, nil, nil, refuse(ErrInvalid, "round", -1, codeRound)
			}
			history = append(history, o.Offer)
		}
		if o.State == Sent {
			o.State = Superseded
			superseded = append(superseded, o)
		}
	}
	if err := q.State.to(Sent); err != nil {
		return q, nil, nil, err
	}
	if q.expired(today) {
		return q, nil, nil, refuse(ErrTransition, "valid_until", -1, codeOver)
	}
	if found, err = Guard(q.Offer, q.Floor, history, today); err != nil {
		return q, nil, nil, err
	}
	if q.Approval == "" {
		for _, f := range found {
			if f.Code == "PIP-FLOOR" {
				return q, nil, found, refuse(ErrIncomplete, "approval", -1, codeApproval)
			}
		}
		if q.State == PendingApproval {
			return q, nil, found, refuse(ErrTransition, "approval", -1, codePending)
		}
	}
	q.State, q.On = Sent, today
	return q, superseded, found, nil
}

// Accept records that the customer took the offer (接受). ErrTransition where it is not
// sent, or its last day has gone by.
func (q Quote) Accept(today calendar.Day) (Quote, error) {
	if err := q.State.to(Accepted); err != nil {
		return q, err
	}
	if q.expired(today) {
		return q, refuse(ErrTransition, "valid_until", -1, codeOver)
	}
	q.State = Accepted
	return q, nil
}

// Decline records that the customer did not take the offer (拒绝). ErrTransition where it
// is not sent.
func (q Quote) Decline() (Quote, error) {
	err := q.State.to(Declined)
	q.State = Declined
	return q, err
}

// Expire records that the last day of the offer went by (过期): it holds through the end
// of that day. ErrTransition where it is not sent, or still holds.
func (q Quote) Expire(today calendar.Day) (Quote, error) {
	if err := q.State.to(Expired); err != nil {
		return q, err
	}
	if !q.expired(today) {
		return q, refuse(ErrTransition, "valid_until", -1, codeHolds)
	}
	q.State = Expired
	return q, nil
}

// expired reports whether the last day lies before today.
func (q Quote) expired(today calendar.Day) bool {
	return !q.ValidUntil.IsZero() && q.ValidUntil < today
}
