package receivable_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/guanxi-go/guanxi/crm/finding"
	"github.com/guanxi-go/guanxi/crm/receivable"
	"github.com/guanxi-go/guanxi/internal/wording"
)

// TestEveryCodeHasItsTexts walks the source: each code that the package can give has an
// English and a Chinese sentence, and is given somewhere.
func TestEveryCodeHasItsTexts(t *testing.T) {
	catalogue := receivable.Catalogue()
	require.NoError(t, catalogue.Validate())
	text := func(code string) (en, zh string) { return catalogue[code].En, catalogue[code].Zh }
	codes := wording.Codes(t, "RCV-", len(catalogue), text)
	require.Greater(t, len(codes), 30)
	for _, code := range codes {
		if en := catalogue[code].En; strings.Contains(en, "{step}") || strings.Contains(en, "{days}") {
			continue // sentences of findings
		}
		e := &receivable.Error{Code: code, Field: "f", Item: -1, Left: 7, Err: receivable.ErrInvalid}
		require.NotContains(t, e.Text(finding.English), "RCV-")
		require.True(t, wording.HasHan(e.Text(finding.Chinese)))
	}
	require.Equal(t, "RCV-NONE", (&receivable.Error{Code: "RCV-NONE"}).Text(finding.Chinese))
}

// What debts are told, and refuse to be told.
func TestDebts(t *testing.T) {
	debt := receivable.Debt{Item: receivable.Item{Instalment: owing(100)[0], Outstanding: 60}}
	refused := func(err error, sentinel error, code string) {
		t.Helper()
		require.ErrorIs(t, err, sentinel)
		var typed *receivable.Error
		require.True(t, errors.As(err, &typed))
		require.Equal(t, code, typed.Code)
	}
	_, err := debt.DisputedBy(61)
	refused(err, receivable.ErrOverAllocation, "RCV-LEFT")
	_, err = debt.DisputedBy(-1)
	refused(err, receivable.ErrInvalid, "RCV-NEGATIVE")
	disputed, err := debt.DisputedBy(60)
	require.NoError(t, err)
	require.Equal(t, int64(60), disputed.Disputed)
	require.Zero(t, debt.Disputed)
	first, err := debt.Promised(receivable.Promise{Given: day("2026-02-20"), For: day("2026-02-20")})
	require.NoError(t, err)
	_, err = first.Promised(receivable.Promise{Given: day("2026-02-19"), For: day("2026-02-26")})
	refused(err, receivable.ErrInvalid, "RCV-PROMISE")
	_, err = first.Promised(receivable.Promise{Given: day("2026-02-20"), For: day("2026-02-19")})
	refused(err, receivable.ErrInvalid, "RCV-PROMISE")
	require.Len(t, first.Promises, 1)
}
