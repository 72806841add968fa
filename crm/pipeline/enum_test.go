package pipeline_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/guanxi-go/guanxi/crm/pipeline"
	"github.com/guanxi-go/guanxi/internal/wording"
)

func TestEnumerations(t *testing.T) {
	wording.Enum(t, pipeline.Open, pipeline.Lost, pipeline.ErrInvalid)
	wording.Enum(t, pipeline.Field, pipeline.Approval, pipeline.ErrInvalid)
	wording.Enum(t, pipeline.LostPrice, pipeline.LostOther, pipeline.ErrInvalid)
	wording.Enum(t, pipeline.Pipeline, pipeline.Omitted, pipeline.ErrInvalid)
	wording.Enum(t, pipeline.OrderDraft, pipeline.OrderCancelled, pipeline.ErrInvalid)
	require.True(t, pipeline.Open.Valid() && !pipeline.Type(4).Valid() && !pipeline.Proof(0).Valid() && !pipeline.LossReason(11).Valid())
}

func TestCatalogue(t *testing.T) {
	require.NoError(t, pipeline.Catalogue().Validate())
}
