package bid_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/guanxi-go/guanxi/crm/calendar"
	"github.com/guanxi-go/guanxi/crm/pipeline/bid"
)

func asking(ids ...string) bid.Bid {
	b := preparing()
	for _, id := range ids {
		b.Requirements = append(b.Requirements, bid.Requirement{ID: id, Mandatory: true, Answer: bid.Open})
	}
	return b
}

// refusedAt holds that a refusal is of a sentinel, and names a field and a place.
func refusedAt(t *testing.T, err, sentinel error, field string, item int) {
	t.Helper()
	require.ErrorIs(t, err, sentinel)
	var e *bid.Error
	require.ErrorAs(t, err, &e)
	require.Equal(t, []any{field, item}, []any{e.Field, e.Item})
}

func TestRespond(t *testing.T) {
	b := asking("3.1", "3.2", "3.3")
	next, err := b.Respond([]string{"3.1", "3.3"}, bid.Complies)
	require.NoError(t, err)
	require.Equal(t, bid.Matrix{Open: 1, Complies: 2}, next.Matrix())
	require.Equal(t, bid.Matrix{Open: 3}, b.Matrix(), "the receiver stays")
	back, err := next.Respond([]string{"3.3"}, bid.Open)
	require.NoError(t, err)
	require.Equal(t, bid.Matrix{Open: 2, Complies: 1}, back.Matrix())

	_, err = b.Respond([]string{"3.1", "9"}, bid.Complies)
	refusedAt(t, err, bid.ErrNotFound, "requirements", 1)
	_, err = b.Respond(nil, bid.Complies)
	refusedAt(t, err, bid.ErrInvalid, "requirements", -1)
	_, err = b.Respond([]string{"3.1"}, 0)
	refusedAt(t, err, bid.ErrInvalid, "answer", -1)
	b.State = bid.Invited
	_, err = b.Respond([]string{"3.1"}, bid.Complies)
	refusedAt(t, err, bid.ErrTransition, "state", -1)
}

// What is changed has to be answered anew, and the rest keeps its answer.
func TestAmend(t *testing.T) {
	b, err := asking("3.1", "3.2", "3.3").Respond([]string{"3.1", "3.2", "3.3"}, bid.Complies)
	require.NoError(t, err)
	later := deadline.AddDate(0, 0, 7)
	next, err := b.Amend(bid.Amendment{Deadline: later, ReturnBy: calendar.MustDate(2026, 9, 1), Drop: []string{"3.3"},
		Requirements: []bid.Requirement{{ID: "3.4"}, {ID: "3.1", Mandatory: true}}})
	require.NoError(t, err)
	require.Equal(t, []bid.Requirement{{ID: "3.1", Mandatory: true, Answer: bid.Open}, {ID: "3.2", Mandatory: true, Answer: bid.Complies},
		{ID: "3.4", Answer: bid.Open}}, next.Requirements)
	require.Equal(t, []any{later, calendar.MustDate(2026, 9, 1)}, []any{next.Deadline, next.ReturnBy})
	require.Equal(t, bid.Matrix{Complies: 3}, b.Matrix(), "the receiver stays")
	same, err := b.Amend(bid.Amendment{})
	require.NoError(t, err)
	require.Equal(t, b, same)

	_, err = b.Amend(bid.Amendment{Drop: []string{"9"}})
	refusedAt(t, err, bid.ErrNotFound, "drop", 0)
	_, err = b.Amend(bid.Amendment{Requirements: []bid.Requirement{{ID: "4"}, {ID: "4"}}})
	refusedAt(t, err, bid.ErrInvalid, "requirements", 1)
	_, err = b.Amend(bid.Amendment{Requirements: []bid.Requirement{{}}})
	refusedAt(t, err, bid.ErrInvalid, "requirements", 3)
	done, err := b.Submit(deadline)
	require.NoError(t, err)
	_, err = done.Amend(bid.Amendment{Deadline: later})
	refusedAt(t, err, bid.ErrTransition, "state", -1)
}

func TestPay(t *testing.T) {
	b := preparing()
	day := calendar.DayOf(deadline, time.UTC)
	_, err := b.Pay(day)
	refusedAt(t, err, bid.ErrTransition, "deposit", -1)
	b.Deposit = cny(10_000)
	_, err = b.Pay(0)
	refusedAt(t, err, bid.ErrInvalid, "paid_on", -1)
	b, err = b.Pay(day)
	require.NoError(t, err)
	require.NoError(t, b.Validate())
	_, err = b.Pay(day)
	refusedAt(t, err, bid.ErrTransition, "deposit", -1)
}
