package stage

import (
	"encoding"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"
)

// enumeration is what all enumerations of this package have.
type enumeration interface {
	fmt.Stringer
	encoding.TextMarshaler
	Zh() string
}

// requireEnum checks the texts of the values from first on, that texts are read
// back, and that what is no value is refused and leaves the value as it was.
func requireEnum[E interface {
	~uint8
	enumeration
}, P interface {
	*E
	encoding.TextUnmarshaler
}](t *testing.T, first E, names ...[2]string) {
	t.Helper()
	for i, want := range names {
		e := first + E(i)
		require.Equal(t, want, [2]string{e.String(), e.Zh()})
		text, err := e.MarshalText()
		require.NoError(t, err)
		var back E
		require.NoError(t, P(&back).UnmarshalText(text))
		require.Equal(t, e, back)
	}
	beyond := first + E(len(names))
	require.Equal(t, fmt.Sprintf("%s(%d)", kindName(beyond), uint8(beyond)), beyond.String())
	_, err := beyond.MarshalText()
	require.ErrorIs(t, err, ErrInvalid)
	e := first
	for _, text := range []string{names[1][1], "no such", " " + names[1][0]} {
		require.ErrorIs(t, P(&e).UnmarshalText([]byte(text)), ErrInvalid)
		require.Equal(t, first, e)
	}
}

func kindName(e any) string {
	name := fmt.Sprintf("%T", e)
	return name[len("stage."):]
}

func TestEnumerations(t *testing.T) {
	none := [2]string{}
	requireEnum(t, Relationship(0), none, [2]string{"awareness", "认知"}, [2]string{"exploration", "探测"}, [2]string{"expansion", "扩大"}, [2]string{"commitment", "承诺"}, [2]string{"dissolution", "解除"})
	requireEnum(t, SalesCategory(0), none, [2]string{"core", "核心客户"}, [2]string{"potential", "潜在客户"}, [2]string{"interested", "有意向客户"},
		[2]string{"not-interested", "无意向客户"}, [2]string{"closed", "已成交客户"}, [2]string{"in-collection", "催款客户"})
	requireEnum(t, ConsumerStep(0), none, [2]string{"cognition", "消费认知"}, [2]string{"affect", "消费情感"}, [2]string{"will", "消费意志"}, [2]string{"behaviour", "消费行为"}, [2]string{"evaluation", "消费评价"})
	requireEnum(t, Lifecycle(0), none, [2]string{"new", "新客户"}, [2]string{"onboarded", "老客户接入"}, [2]string{"maintained", "老客户维护"}, [2]string{"re-marketed", "老客户营销"})
	requireEnum(t, Attitude(0), none, [2]string{"weak", "态度弱"}, [2]string{"strong", "态度强"})
	requireEnum(t, Buying(0), none, [2]string{"never", "未购买"}, [2]string{"once", "购买一次"}, [2]string{"again", "重复购买"}, [2]string{"recommends", "重复购买并推荐"})
	requireEnum(t, ReachUnknown, [2]string{"unknown", "未知"}, [2]string{"never", "不可达"}, [2]string{"possible", "可能到达"}, [2]string{"certain", "必然到达"})
	requireEnum(t, NoLimit, [2]string{"none", "无依据"}, [2]string{"data", "分位数"}, [2]string{"policy", "规定期限"})

	require.True(t, Dissolution.Valid() && SalesInCollection.Valid() && Evaluation.Valid() && LifecycleRemarketed.Valid() && StrongAttitude.Valid() && BuysAndRecommends.Valid())
	require.False(t, Relationship(0).Valid() || SalesCategory(7).Valid() || ConsumerStep(0).Valid() || Lifecycle(5).Valid() || Attitude(0).Valid() || Buying(9).Valid())
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
