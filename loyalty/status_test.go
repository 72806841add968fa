package loyalty_test

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/guanxi-go/guanxi/loyalty"
)

func TestStatus(t *testing.T) {
	for s, want := range map[loyalty.Status][2]string{
		loyalty.Open: {"open", "正常"}, loyalty.Frozen: {"frozen", "冻结"}, loyalty.Closed: {"closed", "注销"},
		loyalty.Forgotten: {"forgotten", "已删除"},
	} {
		require.Equal(t, want, [2]string{s.String(), s.Zh()})
		text, err := json.Marshal(s)
		require.NoError(t, err)
		var back loyalty.Status
		require.NoError(t, json.Unmarshal(text, &back))
		require.Equal(t, s, back)
	}
	require.Equal(t, [2]string{"", ""}, [2]string{loyalty.Status(0).String(), loyalty.Status(0).Zh()})
	require.Equal(t, [2]string{"?", "?"}, [2]string{loyalty.Status(9).String(), loyalty.Status(9).Zh()})
	for _, bad := range []loyalty.Status{0, 9} {
		_, err := bad.MarshalText()
		require.ErrorIs(t, err, loyalty.ErrInvalid)
	}
	var s loyalty.Status
	for _, text := range []string{"", "OPEN", "?"} {
		require.ErrorIs(t, s.UnmarshalText([]byte(text)), loyalty.ErrInvalid)
	}
}
