package receivable_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/guanxi-go/guanxi/crm/receivable"
	"github.com/guanxi-go/guanxi/internal/wording"
)

func TestEnumerations(t *testing.T) {
	wording.Enum(t, receivable.Signing, receivable.WarrantyEnd, receivable.ErrInvalid)
	wording.Enum(t, receivable.Receipt, receivable.Reversal, receivable.ErrInvalid)
	wording.Enum(t, receivable.OldestDue, receivable.Proportional, receivable.ErrInvalid)
	wording.Enum(t, receivable.Owner, receivable.Legal, receivable.ErrInvalid)
	wording.Enum(t, receivable.NotDue, receivable.OverMore, receivable.ErrInvalid)
	require.True(t, receivable.OverMore.Valid() && !receivable.Bucket(7).Valid())
}

func TestCatalogue(t *testing.T) {
	require.NoError(t, receivable.Catalogue().Validate())
}
