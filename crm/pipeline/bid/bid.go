package bid

import (
	"cmp"
	"slices"
	"time"

	"github.com/guanxi-go/guanxi/crm/calendar"
	"github.com/guanxi-go/guanxi/crm/finding"
	"github.com/guanxi-go/guanxi/crm/money"
)

// Requirement is a line of the requirement matrix (招标要求): what the tender asks, and
// how we answer.
type Requirement struct {
	ID        string `json:"id"`                 // such as the clause of the call for tenders
	Mandatory bool   `json:"mandatory,omitzero"` // a bid that deviates from it is rejected 实质性要求
	Answer    Answer `json:"answer"`
}

// Bid is our part in a tender (投标). Its methods decide over the next state and return
// the bid as it then is; the receiver does not change.
type Bid struct {
	ID           string        `json:"id"`
	State        State         `json:"state"`
	Deadline     time.Time     `json:"deadline"` // the last instant at which it may be handed in
	Requirements []Requirement `json:"requirements,omitempty"`
	SubmittedAt  time.Time     `json:"submitted_at,omitzero"`

	Deposit  money.Amount `json:"deposit,omitzero"`   // asked for; zero is none 投标保证金
	PaidOn   calendar.Day `json:"paid_on,omitzero"`   // when we paid the deposit; zero is not yet
	ReturnBy calendar.Day `json:"return_by,omitzero"` // the last day on which it is to come back; zero is not stated
	BackOn   calendar.Day `json:"back_on,omitzero"`   // when it came back; zero is not yet
}

// Validate reports every problem of the bid, joined, each an ErrInvalid: ids that break
// the rules or are repeated, unknown states and answers, no deadline, a deposit below 0,
// days that are none or out of order, a state that does not go with SubmittedAt.
func (b Bid) Validate() error {
	var bad problems
	b.check(&bad, "bid", -1)
	return bad.join()
}

func (b Bid) check(bad *problems, field string, item int) {
	bad.check(validID(b.ID), codeID, field, item)
	bad.check(b.State.Valid(), codeUnknown, field, item)
	bad.check(!b.Deadline.IsZero(), codeDay, field, item)
	bad.check(validAmount(b.Deposit), codeAmount, field, item)
	for _, d := range []calendar.Day{b.PaidOn, b.ReturnBy, b.BackOn} {
		bad.check(d.IsZero() || d.Valid(), codeDay, field, item)
	}
	bad.check(b.BackOn.IsZero() || !b.PaidOn.IsZero() && b.BackOn >= b.PaidOn, codeDay, field, item)
	bad.check(b.State < Submitted || b.State == Void || !b.SubmittedAt.IsZero() && !b.SubmittedAt.After(b.Deadline), codeDay, field, item)
	seen := map[string]bool{}
	for i, r := range b.Requirements {
		bad.check(validID(r.ID), codeID, "requirements", i)
		bad.check(!seen[r.ID], codeRepeated, "requirements", i)
		bad.check(r.Answer.Valid(), codeUnknown, "requirements", i)
		seen[r.ID] = true
	}
}

// Matrix counts the answers to the requirements (响应汇总).
type Matrix struct {
	Open     int `json:"open"`
	Complies int `json:"complies"`
	Deviates int `json:"deviates"`
}

// Matrix sums the requirement matrix up.
func (b Bid) Matrix() (m Matrix) {
	for _, r := range b.Requirements {
		switch r.Answer {
		case Complies:
			m.Complies++
		case Deviates:
			m.Deviates++
		default:
			m.Open++
		}
	}
	return m
}

// Prepare begins to draw the bid up (开始编制). ErrTransition: it was begun before.
func (b Bid) Prepare() (Bid, error) { return b.to(Preparing, Invited) }

// Submit hands the bid in (递交). ErrTransition: it is not being prepared, or the deadline
// has gone by, see Code. ErrIncomplete, with all of it in Items: requirements without an
// answer, mandatory ones from which it deviates, and a deposit that is not paid.
func (b Bid) Submit(at time.Time) (Bid, error) {
	if b.State != Preparing {
		return b, refuse(ErrTransition, codeState, "state", -1)
	}
	if at.IsZero() {
		return b, refuse(ErrInvalid, codeDay, "at", -1)
	}
	if at.After(b.Deadline) {
		return b, refuse(ErrTransition, codeLate, "deadline", -1)
	}
	var missing []string
	for _, r := range b.Requirements {
		if r.Answer != Complies && (r.Mandatory || r.Answer != Deviates) {
			missing = append(missing, r.ID)
		}
	}
	slices.Sort(missing)
	if b.Deposit.Minor > 0 && b.PaidOn.IsZero() {
		missing = append(missing, "deposit")
	}
	if len(missing) > 0 {
		return b, &Error{Code: codeMissing, Field: "requirements", Item: -1, Items: missing, Err: ErrIncomplete}
	}
	b.State, b.SubmittedAt = Submitted, at
	return b, nil
}

// Win records that the bid was chosen (中标). ErrTransition: it was not handed in, or
// decided before.
func (b Bid) Win() (Bid, error) { return b.to(Won, Submitted) }

// Lose records that another bid was chosen (未中标). ErrTransition: it was not handed in,
// or decided before.
func (b Bid) Lose() (Bid, error) { return b.to(Lost, Submitted) }

// Cancel records that the tender or the bid came to nothing, before or after it was
// handed in (废标、流标). ErrTransition: it was decided before.
func (b Bid) Cancel() (Bid, error) { return b.to(Void, Invited, Preparing, Submitted) }

func (b Bid) to(next State, from ...State) (Bid, error) {
	if !slices.Contains(from, b.State) {
		return b, refuse(ErrTransition, codeState, "state", -1)
	}
	b.State = next
	return b, nil
}

// Refund records that the deposit came back on a day (退还保证金). ErrTransition: none was
// paid, or it came back before. ErrInvalid: the day is none, or before the payment.
func (b Bid) Refund(on calendar.Day) (Bid, error) {
	switch {
	case b.PaidOn.IsZero() || !b.BackOn.IsZero():
		return b, refuse(ErrTransition, codeReturned, "deposit", -1)
	case !on.Valid() || on < b.PaidOn:
		return b, refuse(ErrInvalid, codeDay, "back_on", -1)
	}
	b.BackOn = on
	return b, nil
}

// Options are the choices of [Watch]. The zero value is the default.
type Options struct {
	// Ahead is from how many days before its deadline on a bid that is not handed in is
	// reported; 0 is 3.
	Ahead int `json:"ahead,omitzero"`
}

// Watch says which bids somebody has to see to (投标提醒): a BID-DEADLINE for one that is to
// be handed in soon, a BID-MISSED for one that was not, and a BID-DEPOSIT for a deposit
// that should have come back, by code, then by id.
//
// ErrInvalid: no zone, an instant that is zero, a bid that Validate refuses, with its place
// in Item. ErrDuplicate: an id given twice.
func Watch(bids []Bid, at time.Time, zone *time.Location, opts Options) ([]finding.Finding, error) {
	var bad problems
	bad.check(zone != nil, codeZone, "zone", -1)
	bad.check(!at.IsZero(), codeDay, "at", -1)
	seen := map[string]bool{}
	for i, b := range bids {
		b.check(&bad, "bids", i)
		if seen[b.ID] {
			bad = append(bad, refuse(ErrDuplicate, codeRepeated, "bids", i))
		}
		seen[b.ID] = true
	}
	if err := bad.join(); err != nil {
		return nil, err
	}
	today := calendar.DayOf(at, zone)
	var found []finding.Finding
	say := func(b Bid, code string, severity finding.Severity, params ...finding.Param) {
		found = append(found, finding.Finding{Code: code, Severity: severity, Subject: b.ID, AsOf: today, Params: params})
	}
	for _, b := range bids {
		if b.State == Invited || b.State == Preparing {
			until := finding.Str("deadline", b.Deadline.In(zone).Format("2006-01-02 15:04"))
			if at.After(b.Deadline) {
				say(b, foundMissed, finding.Breach, until)
			} else if calendar.DayOf(b.Deadline, zone).Sub(today) <= cmp.Or(opts.Ahead, 3) {
				say(b, foundDeadline, finding.Notice, until)
			}
		}
		if !b.PaidOn.IsZero() && b.BackOn.IsZero() && !b.ReturnBy.IsZero() && today > b.ReturnBy {
			say(b, foundDeposit, finding.Warning, finding.Term("deposit", b.Deposit), finding.Day("day", b.ReturnBy), finding.Int("days", int64(today.Sub(b.ReturnBy))))
		}
	}
	slices.SortFunc(found, func(a, b finding.Finding) int {
		return cmp.Or(cmp.Compare(a.Code, b.Code), cmp.Compare(a.Subject, b.Subject))
	})
	return found, nil
}
