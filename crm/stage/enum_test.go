package stage

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/guanxi-go/guanxi/internal/wording"
)

func TestEnumerations(t *testing.T) {
	require.Equal(t, []string{"awareness认知", "exploration探测", "expansion扩大", "commitment承诺", "dissolution解除"},
		wording.Enum(t, Awareness, Dissolution, ErrInvalid))
	require.Equal(t, []string{"core核心客户", "potential潜在客户", "interested有意向客户", "not-interested无意向客户", "closed已成交客户", "in-collection催款客户"},
		wording.Enum(t, SalesCore, SalesInCollection, ErrInvalid))
	require.Equal(t, []string{"cognition消费认知", "affect消费情感", "will消费意志", "behaviour消费行为", "evaluation消费评价"},
		wording.Enum(t, Cognition, Evaluation, ErrInvalid))
	require.Equal(t, []string{"new新客户", "onboarded老客户接入", "maintained老客户维护", "re-marketed老客户营销"},
		wording.Enum(t, LifecycleNew, LifecycleRemarketed, ErrInvalid))
	require.Equal(t, []string{"weak态度弱", "strong态度强"}, wording.Enum(t, WeakAttitude, StrongAttitude, ErrInvalid))
	require.Equal(t, []string{"never未购买", "once购买一次", "again重复购买", "recommends重复购买并推荐"},
		wording.Enum(t, NeverBought, BuysAndRecommends, ErrInvalid))
	require.Equal(t, []string{"unknown未知", "never不可达", "possible可能到达", "certain必然到达"}, wording.Enum(t, ReachUnknown, ReachCertain, ErrInvalid))
	require.Equal(t, []string{"none无依据", "data分位数", "policy规定期限"}, wording.Enum(t, NoLimit, LimitOfPolicy, ErrInvalid))
}

func TestSuggestRung(t *testing.T) {
	for _, tt := range []struct {
		attitude Attitude
		buying   Buying
		want     Rung
	}{
		{WeakAttitude, NeverBought, RungTarget}, {StrongAttitude, NeverBought, RungIntent}, {0, NeverBought, 0},
		{WeakAttitude, BoughtOnce, RungOneTime}, {StrongAttitude, BoughtOnce, RungOneTime}, {0, BoughtOnce, RungOneTime},
		{WeakAttitude, BuysAgain, RungRepeat}, {StrongAttitude, BuysAgain, RungLoyal}, {0, BuysAgain, 0},
		{WeakAttitude, BuysAndRecommends, RungRepeat}, {StrongAttitude, BuysAndRecommends, RungSeed}, {0, BuysAndRecommends, 0},
		{StrongAttitude, 0, 0}, {9, BuysAgain, 0}, {StrongAttitude, 9, 0},
	} {
		got, ok := SuggestRung(tt.attitude, tt.buying)
		require.Equal(t, tt.want, got, "%v %v", tt.attitude, tt.buying)
		require.Equal(t, tt.want != 0, ok)
	}
}
