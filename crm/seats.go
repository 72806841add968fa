package crm

import (
	"context"
	"encoding/json"
	"errors"
	"iter"
	"slices"
	"time"

	"github.com/guanxi-go/guanxi/crm/approval"
	"github.com/guanxi-go/guanxi/crm/money"
	"github.com/guanxi-go/guanxi/internal/memory"
)

// The states that seats are listed by.
const (
	SeatOpen  = "open"  // its owner has to act 待办
	SeatLater = "later" // its owner will have to, after others of the step 待轮到
	SeatDone  = "done"  // nobody owns it; who had it stands in the trail 已办
)

// Seat is a task in an approval that waits for somebody 待办: ids and codes.
type Seat struct {
	Approval string    `json:"-"` // id
	Person   string    `json:"-"` // id of who has to act
	Due      time.Time `json:"-"` // until when; zero for no term

	Step      string            `json:"step"`
	For       string            `json:"for,omitzero"` // id of whose seat it is; "" is the person's own
	Since     time.Time         `json:"since"`
	Form      approval.FormKind `json:"form"`
	Initiator string            `json:"initiator"`
	Amount    money.Amount      `json:"amount,omitzero"`
	Ref       string            `json:"ref,omitzero"` // what the approval is about
}

// Waiting yields what waits for a colleague, in byte order of the approval's id with a
// slash behind it 待我审批:
// everything, or, where until is not zero, what has to be decided before it. Others
// than the colleague see it where they see the colleague's unit.
func (s *Approvals) Waiting(ctx context.Context, actor Actor, staff string, until time.Time) iter.Seq2[Seat, error] {
	s.core.observe(ctx, Op{Name: "approvals.waiting", Actor: actor.ID, Attempts: 1})
	if staff == "" {
		return memory.Failing[Seat](&Error{Field: "staff", Reason: "is missing", Err: ErrInvalid})
	}
	filter := RecordFilter{Kind: KindSeat, Owner: staff, State: SeatOpen, DueBefore: Instant(until)}
	if actor.ID != staff {
		filter.Visible = &actor.Sees
	}
	return func(yield func(Seat, error) bool) {
		for r, err := range s.core.store.Records(ctx, filter) {
			var seat Seat
			if err == nil {
				seat, err = seatOf(r)
			}
			if !yield(seat, err) || err != nil {
				return
			}
		}
	}
}

func seatOf(r Record) (Seat, error) {
	seat := Seat{Approval: r.Ref, Person: r.Owner, Due: r.Due}
	if err := json.Unmarshal(r.Body, &seat); err != nil {
		return seat, &Error{Subject: r.Subject, Field: "body", Reason: "is no seat", Err: errors.Join(ErrInvalid, err)}
	}
	return seat, nil
}

// Succession is what [Approvals].Succeed did: ids of approvals.
type Succession struct {
	Given []string // the successor has the seat
	Left  []string // the successor cannot have it: he is the initiator, or sits there already
}

// Succeed gives every open seat of a colleague who has left to a successor 待办交接, each in
// a commit of its own; given again, it goes on where it stopped. A leaver gets no new
// seats, so that none is left behind but those in Left, which want another successor.
// ErrForbidden: the colleague has not left, see [Owners].Close; the successor has.
func (s *Approvals) Succeed(ctx context.Context, actor Actor, leaver, successor string, call Call) (Succession, error) {
	var done Succession
	if err := s.core.gone(ctx, leaver); err != nil {
		return done, err
	}
	call.Key = ""
	var open []string
	for r, err := range s.core.store.Records(ctx, RecordFilter{Kind: KindSeat, Owner: leaver}) {
		if err != nil {
			return done, err
		}
		open = append(open, r.Ref)
	}
	for _, id := range open {
		_, err := s.Act(ctx, actor, id, approval.Command{Verb: approval.Replace, Holder: leaver, To: successor}, call)
		var refused *approval.Error
		switch {
		case err == nil:
			done.Given = append(done.Given, id)
		case errors.As(err, &refused) && slices.Contains([]error{approval.ErrForbidden, approval.ErrDuplicate}, refused.Err):
			done.Left = append(done.Left, id)
		case errors.Is(err, approval.ErrTransition), refused != nil && errors.Is(refused.Err, approval.ErrNotFound): // decided or handed on meanwhile
		default:
			return done, err
		}
	}
	return done, nil
}
