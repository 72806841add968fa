package pipeline_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/guanxi-go/guanxi/crm/finding"
	"github.com/guanxi-go/guanxi/crm/pipeline"
)

func TestOrderStates(t *testing.T) {
	allowed := map[string]bool{"draft signed": true, "draft cancelled": true, "signed executing": true, "signed cancelled": true,
		"executing completed": true, "executing cancelled": true}
	for from := pipeline.OrderState(0); from <= pipeline.OrderCancelled+1; from++ {
		for to := pipeline.OrderState(0); to <= pipeline.OrderCancelled+1; to++ {
			err := from.To(to, true)
			if allowed[from.String()+" "+to.String()] {
				require.NoError(t, err)
				continue
			}
			require.ErrorIs(t, err, pipeline.ErrTransition)
		}
	}
	err := pipeline.OrderSigned.To(pipeline.OrderCancelled, false)
	require.ErrorIs(t, err, pipeline.ErrIncomplete)
	var e *pipeline.Error
	require.ErrorAs(t, pipeline.OrderCompleted.To(pipeline.OrderDraft, true), &e)
	require.Equal(t, "订单不能从 completed 转为 draft", e.Text(finding.Chinese))
	require.Equal(t, "pipeline: order: an order does not go from completed to draft: no such transition", e.Error())
}
