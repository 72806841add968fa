package cadence

import (
	"encoding/json"

	"github.com/guanxi-go/guanxi/crm/approval"
	"github.com/guanxi-go/guanxi/internal/limit"
)

// Policy is one version of a unit's rules of use (使用管理办法). It goes through the states
// Draft, OfficeReview, BoardReview, Approved and Published; the methods return the
// policy in its next state and leave the receiver as it is.
type Policy struct {
	Unit  string `json:"unit"`           // id of the unit that it binds, with all below it that have none of their own
	Label string `json:"label,omitzero"` // title of at most 255 bytes; no personal data
	State State  `json:"state,omitzero"` // Superseded is computed: [Book.StateAt]
	Rules Rules  `json:"rules"`          // what it demands
	// Edition holds id, the four columns 日期 版本 授权人 修改记录, when it is in force,
	// who approved it and who signed it.
	Edition approval.Edition `json:"edition"`
}

// Bodies returns the bodies that approve a policy, in their order: the general
// managers' office meeting, then the board (总经理办公会, 董事会).
func Bodies() []string { return []string{approval.StepOffice, approval.StepBoard} }

// Validate reports everything wrong with p by itself, joined. What the columns lack is
// said by [Book.Publish]: a draft may lack it.
func (p Policy) Validate() error {
	var found problems
	found.check(validID(p.Edition.Policy), codeID, "edition.policy", -1)
	found.check(validID(p.Unit), codeID, "unit", -1)
	found.check(limit.Text(p.Label, 0, limit.ID), codeID, "label", -1)
	found.check(p.State.Valid(), codeUnknown, "state", -1)
	found.check(p.Edition.Version >= 0, codeRange, "edition.version", -1)
	found.add(p.Rules.Validate())
	return found.join()
}

// Text returns the canonical form of what is signed besides the columns: unit, label
// and rules as JSON without white space, numbers of the zero value left out.
func (p Policy) Text() []byte {
	text, _ := json.Marshal(struct {
		Unit  string `json:"unit"`
		Label string `json:"label,omitzero"`
		Rules Rules  `json:"rules"`
	}{p.Unit, p.Label, p.Rules}) // texts and numbers only: never fails on valid rules
	return text
}

// Digest returns what the authoriser signs: SHA-256 in hexadecimal over the columns
// and [Policy.Text], see [approval.Edition.Digest].
func (p Policy) Digest() string { return p.Edition.Digest(p.Text()) }

// Submit takes a draft to the office meeting. ErrTransition: it is none.
func (p Policy) Submit() (Policy, error) {
	if err := p.Validate(); err != nil {
		return p, err
	}
	return p.move(OfficeReview, Draft)
}

// Approve records that a body approved the policy: the office meeting in OfficeReview,
// the board in BoardReview. ErrTransition: another body, such as the board before the
// meeting, another state, or an approval before the one of the other body. ErrInvalid:
// no instant.
func (p Policy) Approve(a approval.BodyApproval) (Policy, error) {
	if a.At.IsZero() {
		return p, refuse(ErrInvalid, codeMissing, "approval.at")
	}
	for i, review := range []State{OfficeReview, BoardReview} {
		if p.State != review || a.Body != Bodies()[i] {
			continue
		}
		for _, before := range p.Edition.Approvals {
			if a.At.Before(before.At) {
				return p, refuse(ErrTransition, codeOrder, "approval.at")
			}
		}
		p.Edition.Approvals = append(p.Edition.Approvals[:len(p.Edition.Approvals):len(p.Edition.Approvals)], a)
		return p.move(review+1, review)
	}
	return p, refuseID(ErrTransition, codeState, "approval", p.State.String())
}

// Return sends a policy back from either review to be a draft again, without the
// approvals that it had. ErrTransition: it is in no review.
func (p Policy) Return() (Policy, error) {
	p.Edition.Approvals = nil
	return p.move(Draft, OfficeReview, BoardReview)
}

// Sign puts the authoriser's signature on an approved policy. Whatever of it is changed
// afterwards keeps it from being published. ErrTransition: it is not approved.
func (p Policy) Sign(s approval.Signature) (Policy, error) {
	p.Edition.Signature = approval.Signature{By: s.By, At: s.At, Hash: p.Digest()}
	return p.move(Approved, Approved)
}

func (p Policy) move(to State, from ...State) (Policy, error) {
	for _, state := range from {
		if p.State == state {
			p.State = to
			return p, nil
		}
	}
	return p, refuseID(ErrTransition, codeState, "state", p.State.String())
}
