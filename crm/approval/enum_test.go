package approval_test

import (
	"testing"

	"github.com/guanxi-go/guanxi/crm/approval"
	"github.com/guanxi-go/guanxi/internal/wording"
)

func TestEnumerations(t *testing.T) {
	wording.Enum(t, approval.Free, approval.Fixed, approval.ErrInvalid)
	wording.Enum(t, approval.One, approval.Quorum, approval.ErrInvalid)
	wording.Enum(t, approval.KindApprove, approval.KindNotify, approval.ErrInvalid)
	wording.Enum(t, approval.EmptyFails, approval.EmptyToAdmin, approval.ErrInvalid)
	wording.Enum(t, approval.RejectEnds, approval.RejectToDraft, approval.ErrInvalid)
	wording.Enum(t, approval.ThenEscalate, approval.ThenApprove, approval.ErrInvalid)
	wording.Enum(t, approval.Draft, approval.Withdrawn, approval.ErrInvalid)
	wording.Enum(t, approval.Waiting, approval.PassedOver, approval.ErrInvalid)
	wording.Enum(t, approval.VoteApprove, approval.VoteAbstain, approval.ErrInvalid)
	wording.Enum(t, approval.Create, approval.Tick, approval.ErrInvalid)
	wording.Enum(t, approval.Before, approval.Parallel, approval.ErrInvalid)
	wording.Enum(t, approval.Drafted, approval.Retracted, approval.ErrInvalid)
	wording.Enum(t, approval.FromUser, approval.FromUnit, approval.ErrInvalid)
	wording.Enum(t, approval.Direct, approval.Cumulative, approval.ErrInvalid)
	wording.Enum(t, approval.Expense, approval.Policy, approval.ErrInvalid)
	wording.Enum(t, approval.Equal, approval.Absent, approval.ErrInvalid)
}
