package approval

import (
	"slices"
	"strings"
	"time"

	"github.com/guanxi-go/guanxi/crm/calendar"
	"github.com/guanxi-go/guanxi/crm/finding"
	"github.com/guanxi-go/guanxi/crm/money"
)

// Delegation lets somebody decide in another's place for a time (授权委托). It counts
// for seats that are given while it is in force. It goes one step: what comes to To
// by it does not go on by To's own delegation. It never makes the initiator decide.
type Delegation struct {
	From      string       `json:"from"`                // id of who gives his seats away
	To        string       `json:"to"`                  // id of who gets them
	Templates []string     `json:"templates,omitempty"` // ids of the templates; empty is all
	MaxAmount money.Amount `json:"max_amount,omitzero"` // included; the zero Amount is without limit
	Since     time.Time    `json:"since"`               // in force from here
	Until     time.Time    `json:"until,omitzero"`      // until just before here; zero is open
}

// Validate reports everything wrong with d, joined.
func (d Delegation) Validate() error {
	var found problems
	found.check(validID(d.From), codeID, "from", -1)
	found.check(validID(d.To), codeID, "to", -1)
	found.check(d.From != d.To, codeMisplaced, "to", -1)
	found.check(d.MaxAmount.Sign() >= 0, codeNegative, "max_amount", -1)
	found.check(d.MaxAmount.Currency != 0 || d.MaxAmount.Minor == 0, codeMissing, "max_amount.currency", -1)
	found.check(!d.Since.IsZero(), codeMissing, "since", -1)
	found.check(d.Until.IsZero() || d.Until.After(d.Since), codeOrder, "until", -1)
	for i, id := range d.Templates {
		found.check(validID(id), codeID, "templates", i)
	}
	return found.join()
}

func (d *Delegation) covers(template string, amount money.Amount, at time.Time) bool {
	if at.Before(d.Since) || !d.Until.IsZero() && !at.Before(d.Until) {
		return false
	}
	if len(d.Templates) > 0 && !slices.Contains(d.Templates, template) {
		return false
	}
	if (d.MaxAmount == money.Amount{}) || amount == (money.Amount{}) {
		return true
	}
	cmp, err := amount.Cmp(d.MaxAmount)
	return err == nil && cmp <= 0
}

// delegate returns who decides in a person's place: of several delegations the one
// that began last, and of those the least id. The order of the list does not matter.
func delegate(list []Delegation, person, template string, r *Request, at time.Time) string {
	var best *Delegation
	for i := range list {
		d := &list[i]
		if d.From != person || d.To == r.Initiator || d.To == person || d.To == "" || !d.covers(template, r.Amount, at) {
			continue
		}
		if best == nil || d.Since.After(best.Since) || d.Since.Equal(best.Since) && d.To < best.To {
			best = d
		}
	}
	if best == nil {
		return ""
	}
	return best.To
}

func (d *Delegation) meets(e *Delegation) bool {
	return (e.Until.IsZero() || d.Since.Before(e.Until)) && (d.Until.IsZero() || e.Since.Before(d.Until))
}

// CheckDelegations finds what a list of delegations is likely not meant to say, with
// the one who delegates as subject: two that are in force at one time for the same
// person and go to different people (APR-DELEGATION-OVERLAP), and two people who
// delegate to each other (APR-DELEGATION-CYCLE), each pair once, under the lesser id.
// Each pair is looked at once: the cost is that of n²/2 comparisons. Delegations of
// different templates count as well. ErrInvalid: a delegation that is not valid.
func CheckDelegations(list []Delegation, asOf calendar.Day) ([]finding.Finding, error) {
	var wrong problems
	for i, d := range list {
		wrong.placed("delegations", i, d.Validate())
	}
	if err := wrong.join(); err != nil {
		return nil, err
	}
	var found []finding.Finding
	for i := range list {
		for j := range list[:i] {
			a, b := &list[i], &list[j]
			switch {
			case !a.meets(b):
			case a.From == b.From && a.To != b.To:
				found = append(found, finding.Finding{Code: foundDelegation, Severity: finding.Notice, Subject: a.From, AsOf: asOf,
					Params: []finding.Param{finding.Str("a", min(a.To, b.To)), finding.Str("b", max(a.To, b.To))}})
			case a.From == b.To && a.To == b.From:
				found = append(found, finding.Finding{Code: foundCycle, Severity: finding.Notice, Subject: min(a.From, a.To), AsOf: asOf,
					Params: []finding.Param{finding.Str("to", max(a.From, a.To))}})
			}
		}
	}
	slices.SortFunc(found, finding.Compare)
	return slices.CompactFunc(found, func(a, b finding.Finding) bool { return finding.Compare(a, b) == 0 }), nil
}

// joinIDs writes ids for a finding.
func joinIDs(ids []string) string { return strings.Join(ids, ", ") }
