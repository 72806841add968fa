package care_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/guanxi-go/guanxi/crm/care"
	"github.com/guanxi-go/guanxi/crm/money"
)

// What Settle accepts, Review sums up; what it refuses, it names, all at once.
func TestSettle(t *testing.T) {
	key := care.Key{Plan: "p", Customer: "c", Occasion: day("2026-05-06")}
	other := key
	other.Customer = "d"
	usd := money.Amount{Minor: 1, Currency: money.USD}
	for name, c := range map[string]struct {
		budget  money.Amount
		outcome care.Outcome
		of      error
		fields  []string
	}{
		"done":              {yuan(50), care.Outcome{Key: key, Result: care.Done, On: 1, Code: "pleased", Cost: yuan(60)}, nil, nil},
		"dropped":           {yuan(50), care.Outcome{Key: key, Result: care.Dropped, On: 1}, nil, nil},
		"without a budget":  {money.Amount{}, care.Outcome{Key: key, Result: care.Done, On: 1, Cost: usd}, nil, nil},
		"another task's":    {yuan(50), care.Outcome{Key: other, Result: care.Done, On: 1}, care.ErrNotFound, []string{"key"}},
		"another currency":  {yuan(50), care.Outcome{Key: key, Result: care.Done, On: 1, Cost: usd}, care.ErrCurrency, []string{"cost"}},
		"nothing in order":  {yuan(50), care.Outcome{Key: key, Code: "No", Cost: yuan(-1)}, care.ErrInvalid, []string{"result", "on", "code", "cost"}},
		"no currency":       {yuan(50), care.Outcome{Key: key, Result: care.Done, On: 1, Cost: money.Amount{Minor: 5}}, care.ErrInvalid, []string{"cost"}},
		"no such result":    {yuan(50), care.Outcome{Key: key, Result: 9, On: 1}, care.ErrInvalid, []string{"result"}},
		"cost without need": {money.Amount{}, care.Outcome{Key: key, Result: care.Dropped, On: 1, Cost: yuan(0)}, nil, nil},
	} {
		t.Run(name, func(t *testing.T) {
			task := care.Task{Key: key, On: 1, Task: "card", Budget: c.budget}
			err := task.Settle(c.outcome)
			_, failed := care.Review([]care.Task{task}, []care.Outcome{c.outcome}, day("2026-05-09"))
			if c.of == nil {
				require.NoError(t, err)
				require.NoError(t, failed)
				return
			}
			require.ErrorIs(t, err, c.of)
			require.ErrorIs(t, failed, c.of)
			require.Equal(t, c.fields, fieldsOf(t, err))
		})
	}
}

func TestCheckPlans(t *testing.T) {
	card := care.Plan{ID: "p", Trigger: care.Birthday, Task: "card"}
	call := card
	call.ID = "q"
	require.NoError(t, care.CheckPlans(nil))
	require.NoError(t, care.CheckPlans([]care.Plan{card, call}))
	err := care.CheckPlans([]care.Plan{card, call, card, {ID: "r", Trigger: care.Festival}})
	require.ErrorIs(t, err, care.ErrDuplicate)
	require.ErrorIs(t, err, care.ErrInvalid)
	require.Equal(t, []string{"plans", "task", "days"}, fieldsOf(t, err))
}
