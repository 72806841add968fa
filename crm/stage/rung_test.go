package stage_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/guanxi-go/guanxi/crm/stage"
	"github.com/guanxi-go/guanxi/internal/wording"
)

func TestRungsInOrder(t *testing.T) {
	want := [][2]string{
		{"target", "目标顾客"}, {"intent", "意向顾客"}, {"one-time", "一次性消费顾客"},
		{"repeat", "老顾客"}, {"loyal", "忠诚顾客"}, {"seed", "种子顾客"},
	}
	wording.Enum(t, stage.RungTarget, stage.RungSeed, stage.ErrInvalid)
	rungs := stage.Rungs()
	require.Len(t, rungs, len(want))
	require.True(t, slices.IsSorted(rungs))
	for i, r := range rungs {
		require.True(t, r.Valid())
		require.False(t, r.IsZero())
		require.Equal(t, want[i], [2]string{r.String(), r.Zh()})
		parsed, err := stage.ParseRung(r.String())
		require.NoError(t, err)
		require.Equal(t, r, parsed)
	}

	rungs[0] = stage.RungSeed
	require.Equal(t, stage.RungTarget, stage.Rungs()[0], "a caller's change stays the caller's")
}

func TestNoRung(t *testing.T) {
	var r stage.Rung
	require.True(t, r.IsZero())
	require.False(t, r.Valid())
	require.Equal(t, "", r.String()+r.Zh())
	text, err := json.Marshal(map[string]stage.Rung{"rung": r})
	require.NoError(t, err)
	require.Equal(t, `{"rung":""}`, string(text))
	r = stage.RungLoyal
	require.NoError(t, r.UnmarshalText(nil))
	require.True(t, r.IsZero())
}

func TestRungRefuses(t *testing.T) {
	_, err := stage.Rung(7).MarshalText()
	requireInvalid(t, err)

	for _, text := range []string{"", "Target", "one time", "onetime", "目标顾客", "Rung(1)", "seed "} {
		_, err := stage.ParseRung(text)
		requireInvalid(t, err)
		r := stage.RungRepeat
		if text != "" {
			requireInvalid(t, r.UnmarshalText([]byte(text)))
			require.Equal(t, stage.RungRepeat, r, "a refused text leaves the value")
		}
	}
}

func requireInvalid(t *testing.T, err error) {
	t.Helper()
	require.ErrorIs(t, err, stage.ErrInvalid)
	var typed *stage.Error
	require.ErrorAs(t, err, &typed)
	require.Equal(t, "rung", typed.Field)
	require.EqualError(t, err, "stage: rung: is not on the ladder: invalid")
}

func Example() {
	for _, r := range stage.Rungs() {
		fmt.Println(int(r), r, r.Zh())
	}
	// Output:
	// 1 target 目标顾客
	// 2 intent 意向顾客
	// 3 one-time 一次性消费顾客
	// 4 repeat 老顾客
	// 5 loyal 忠诚顾客
	// 6 seed 种子顾客
}

func ExampleParseRung() {
	r, err := stage.ParseRung("repeat")
	fmt.Println(r.Zh(), r > stage.RungOneTime, err)
	_, err = stage.ParseRung("regular")
	fmt.Println(err)
	// Output:
	// 老顾客 true <nil>
	// stage: rung: is not on the ladder: invalid
}
