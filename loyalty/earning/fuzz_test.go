package earning_test

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/guanxi-go/guanxi/loyalty/earning"
)

// FuzzProgramme reads any JSON: a programme that compiles survives JSON and earns
// sums that agree, whatever the order.
func FuzzProgramme(f *testing.F) {
	f.Add(`{"version":1,"currency":"CNY","rules":[{"id":"b","kind":"per-money","points":"1","qp":"0.5"}],"caps":[{"id":"c","period":"day","limit":5}]}`, int64(1234), uint8(3))
	f.Add(`{"version":1,"currency":"CNY","stacking":"additive","level":"per-line","rounding":"half-up","rules":[{"id":"b","kind":"per-unit","points":"1e3","per":7},
		{"id":"m","kind":"multiplier","factor":1.25,"group":"g","when":{"windows":[{"days":[6],"from":"10:00","until":"24:00"}],"min_spend":"1"}}]}`, int64(1), uint8(1))
	f.Fuzz(func(t *testing.T, text string, amount int64, n uint8) {
		var p earning.Programme
		if json.Unmarshal([]byte(text), &p) != nil {
			return
		}
		plan, err := earning.Compile(p)
		if err != nil {
			require.Equal(t, err.Error(), p.Validate().Error())
			return
		}
		again, err := json.Marshal(p)
		require.NoError(t, err)
		var read earning.Programme
		require.NoError(t, json.Unmarshal(again, &read))
		require.NoError(t, read.Validate())

		o := order(amount, int64(n))
		o.Currency, o.Visits, o.Lines[0].Units, o.PointsPaid = p.Currency, int64(n), int64(n), int64(n)
		c := at(noon)
		if r, err := plan.Earn(o, c); err == nil {
			checkSums(t, r)
			rest, err := r.Rest(nil)
			require.NoError(t, err)
			points, qp, err := r.Return(nil, rest)
			require.NoError(t, err)
			require.Equal(t, []int64{r.Points, r.QP}, []int64{points, qp})
		}
	})
}

func FuzzTimeOfDay(f *testing.F) {
	for _, text := range []string{"00:00", "23:59", "24:00", "24:01", "9:00", "0a:00", "12-30"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		var at earning.TimeOfDay
		if err := at.UnmarshalText([]byte(text)); err != nil {
			require.ErrorIs(t, err, earning.ErrInvalid)
			return
		}
		back, err := at.MarshalText()
		require.NoError(t, err)
		require.Equal(t, text, string(back))
		require.LessOrEqual(t, at, earning.TimeOfDay(1440))
	})
}

func TestTimeOfDay(t *testing.T) {
	for _, text := range []string{"", "24:01", "25:00", "12:60", "9:00", "09:0", "-1:00", "0a:00", "12:0a", "１２:00"} {
		at := earning.TimeOfDay(7)
		require.ErrorIs(t, at.UnmarshalText([]byte(text)), earning.ErrInvalid, text)
		require.Equal(t, earning.TimeOfDay(7), at)
	}
	_, err := earning.TimeOfDay(1441).MarshalText()
	require.ErrorIs(t, err, earning.ErrInvalid)
	require.Equal(t, "?", earning.TimeOfDay(1441).String())
	require.Equal(t, "09:05", earning.TimeOfDay(545).String())
}
