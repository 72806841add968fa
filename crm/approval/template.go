package approval

import (
	"slices"
	"time"

	"github.com/guanxi-go/guanxi/crm/finding"
)

// MaxSteps is the largest number of steps of an approval, and maxFreeSteps that of a
// Free one (the specification of guanxi, crm-service 2.1).
const (
	MaxSteps     = 255
	maxFreeSteps = 50
)

// Timeout is how long a step may take in working time (处理时限). Its people are
// reminded at half of it.
type Timeout struct {
	After time.Duration `json:"after"` // above 0, in working time; [Env.Deadline] says when it is over
	Then  OnTimeout     `json:"then"`
}

// Step is one step of a template (步骤).
type Step struct {
	ID string   `json:"id"`
	En string   `json:"en,omitzero"` // for people; "" is ID
	Zh string   `json:"zh,omitzero"` // 中文; "" is En
	Do StepKind `json:"do"`

	// Approvers are asked together. Where FromGuide is among them it is the only
	// one: when the request is submitted, the step becomes one step for each level
	// that decides, named ID/level, with the level's people and mode.
	Approvers []Approver    `json:"approvers,omitempty"`
	Authority AuthorityMode `json:"authority"` // for FromGuide

	Mode      Mode `json:"mode"`                // KindExecute and KindNotify: One, which is not looked at
	K         int  `json:"k,omitzero"`          // Quorum: how many approve
	N         int  `json:"n,omitzero"`          // Quorum: how many people there have to be; 0 is any number from K on
	AllReject bool `json:"all_reject,omitzero"` // Any: rejected only once everybody has rejected or abstained

	When []Condition `json:"when,omitempty"` // all have to hold, or the step is passed over

	Timeout     *Timeout `json:"timeout,omitempty"`
	Required    bool     `json:"required,omitzero"`     // cannot be skipped; what the guide decides never can
	CanDelegate bool     `json:"can_delegate,omitzero"` // Predefined, Fixed: seats may be handed over, standing delegations apply
	OnEmpty     OnEmpty  `json:"on_empty"`
	OnReject    OnReject `json:"on_reject"`
	Document    string   `json:"document,omitzero"` // code of what an approval has to name, such as "minutes"; "" is nothing
	Level       string   `json:"level,omitzero"`    // of the authority guide, in an approval; "" in a template
	Origin      string   `json:"origin,omitzero"`   // id of the template's step that became this one; "" in a template
}

// Text returns the step's name for people.
func (s Step) Text(in finding.Language) string {
	switch {
	case in == finding.Chinese && s.Zh != "":
		return s.Zh
	case s.En != "":
		return s.En
	}
	return s.ID
}

func (s *Step) guided() bool {
	return s.Level != "" || len(s.Approvers) > 0 && s.Approvers[0].From == FromGuide
}

func (s *Step) decides() bool { return s.Do == KindApprove || s.Do == KindReview }

// Validate reports everything wrong with s as a step of a template, joined.
func (s Step) Validate() error {
	var found problems
	found.check(validID(s.ID), codeID, "id", -1)
	found.check(validText(s.En) && validText(s.Zh), codeText, "text", -1)
	found.check(s.Do.Valid(), codeUnknown, "do", -1)
	found.check(s.Mode.Valid(), codeUnknown, "mode", -1)
	found.check(s.Authority.Valid(), codeUnknown, "authority", -1)
	found.check(s.OnEmpty.Valid(), codeUnknown, "on_empty", -1)
	found.check(s.OnReject.Valid(), codeUnknown, "on_reject", -1)
	found.check(validText(s.Document), codeID, "document", -1)
	found.check(s.Level == "" && s.Origin == "", codeMisplaced, "level", -1)
	found.check(s.decides() || s.Mode == One, codeMisplaced, "mode", -1)
	found.check(s.decides() || s.Document == "", codeMisplaced, "document", -1)
	found.check(s.Mode == Any || !s.AllReject, codeMisplaced, "all_reject", -1)
	if s.Mode == Quorum {
		found.check(s.K > 0, codeRange, "k", -1)
		found.check(s.N == 0 || s.N >= s.K, codeRange, "n", -1)
	} else {
		found.check(s.K == 0 && s.N == 0, codeMisplaced, "k", -1)
	}
	s.validatePeople(&found)
	for i, c := range s.When {
		found.placed("when", i, c.Validate())
	}
	if s.Timeout != nil {
		found.check(s.Timeout.After > 1, codeRange, "timeout.after", -1)
		found.check(s.Timeout.Then.Valid(), codeUnknown, "timeout.then", -1)
		found.check(s.Do != KindNotify, codeMisplaced, "timeout", -1)
		found.check(s.Do != KindExecute || s.Timeout.Then == ThenEscalate, codeMisplaced, "timeout.then", -1)
	}
	return found.join()
}

func (s *Step) validatePeople(found *problems) {
	found.check(len(s.Approvers) > 0, codeMissing, "approvers", -1)
	for i, a := range s.Approvers {
		found.placed("approvers", i, a.Validate())
		if a.From == FromGuide {
			found.check(len(s.Approvers) == 1 && s.Do == KindApprove, codeMisplaced, "approvers", i)
			found.check(s.Mode == One, codeMisplaced, "mode", -1)
			found.check(s.OnEmpty != EmptySkips, codeMisplaced, "on_empty", -1)
		}
	}
}

// Template is the definition of a flow (流程模板). A published version does not
// change; an approval keeps the version with which it was drafted.
type Template struct {
	ID      string `json:"id"`
	Version int    `json:"version"` // from 1
	En      string `json:"en,omitzero"`
	Zh      string `json:"zh,omitzero"`
	Model   Model  `json:"model"`
	Form    Form   `json:"form"`
	Unit    string `json:"unit,omitzero"` // code of the unit that drafts; "" is anybody
	Steps   []Step `json:"steps,omitempty"`
}

// Validate reports everything wrong with t, joined; Item says which step:
//
//   - an id, a number or an enumerator out of its range; a step repeated
//   - no step that decides, but in Free, which has none: its steps execute and
//     notify what its holders have approved
//   - a step that decides behind one that executes
//   - approval by the lapse of time in a Fixed template
func (t Template) Validate() error {
	var found problems
	found.check(validID(t.ID), codeID, "id", -1)
	found.check(t.Version > 0, codeRange, "version", -1)
	found.check(validText(t.En) && validText(t.Zh), codeText, "text", -1)
	found.check(t.Model.Valid(), codeUnknown, "model", -1)
	found.check(t.Form.Kind.Valid(), codeUnknown, "form", -1)
	found.check(validText(t.Unit), codeID, "unit", -1)
	found.check(len(t.Steps) <= MaxSteps, codeSteps, "steps", -1)
	for i, f := range t.Form.Fields {
		found.check(validID(f.Name) && validText(f.En) && validText(f.Zh), codeText, "form.fields", i)
	}
	decided, executed := false, false
	for i := range t.Steps {
		s := &t.Steps[i]
		found.placed("steps", i, s.Validate())
		same := func(other Step) bool { return other.ID == s.ID }
		found.check(!slices.ContainsFunc(t.Steps[:i], same), codeRepeated, "steps", i)
		found.check(!s.decides() || !executed && t.Model != Free, codeMisplaced, "steps", i)
		found.check(t.Model != Fixed || s.Timeout == nil || s.Timeout.Then != ThenApprove, codeAutoApprove, "steps", i)
		decided, executed = decided || s.decides(), executed || s.Do == KindExecute
	}
	found.check(decided || t.Model == Free, codeMissing, "steps", -1)
	return found.join()
}
