package draw

import (
	"encoding/json"
	"slices"
	"testing"

	"github.com/guanxi-go/guanxi/internal/reference"
	"github.com/stretchr/testify/require"
)

// The hard inputs of draws: what R's sampling 2.9-2 and its own sample make of them,
// mostly without a word, is in the reference file; what we answer is here. Each key of
// the file that concerns draws has its line.
func TestGoldenHardInputs(t *testing.T) {
	var golden map[string]json.RawMessage
	reference.JSON(t, "golden/sampling/hard_inputs.json", &golden)

	unequal := func(p []float64, d Design) error {
		_, err := NewUnequal(p, d)
		return err
	}
	above, uneven := []float64{.6, 1.4, .5, .5}, []float64{.3, .7, .6, .5}
	simple := func(size, n int) ([]int, error) {
		s, err := Simple(numbered(t, size), n, Seeded(Seed{}), Options{})
		if err != nil {
			return nil, err
		}
		return s.Units, nil
	}
	stratified := func(sizes map[string]int) ([]int, error) {
		f, err := Numbered(4, Columns{Stratum: []string{"b", "a", "b", "a"}})
		require.NoError(t, err)
		s, err := Stratified(f, sizes, Seeded(Seed{}))
		if err != nil {
			return nil, err
		}
		return s.Units, nil
	}
	refused := func(err error, row int) func(t *testing.T) {
		return func(t *testing.T) {
			require.ErrorIs(t, err, ErrInvalid)
			var e *Error
			require.ErrorAs(t, err, &e)
			require.Equal(t, row, e.Row)
		}
	}
	tooMany := func(units []int, err error, stratum string) func(t *testing.T) {
		return func(t *testing.T) {
			require.ErrorIs(t, err, ErrTooMany)
			var e *Error
			require.ErrorAs(t, err, &e)
			require.Equal(t, stratum, e.Stratum)
			require.Empty(t, units)
		}
	}
	draws := func(units []int, err error, want []int) func(t *testing.T) {
		return func(t *testing.T) {
			require.NoError(t, err)
			require.Equal(t, want, slices.Clip(units))
		}
	}

	_, tooLarge := InclusionProbabilities([]float64{1, 2, 3, 4, 5}, 7)
	none, noneErr := simple(5, 0)
	many, manyErr := simple(5, 7)
	one, oneErr := simple(1, 1) // base R takes sample(7, 1) for one of 1 to 7
	over, overErr := stratified(map[string]int{"a": 3, "b": 1})
	all, allErr := stratified(map[string]int{"a": 0, "b": 2})
	answers := map[string]func(t *testing.T){
		"ip_n_gt_N":                       func(t *testing.T) { require.ErrorIs(t, tooLarge, ErrTooMany) },
		"pik_gt_1_UPsystematic":           refused(unequal(above, DesignPPSSystematic), 1),
		"pik_gt_1_UPsampford":             refused(unequal(above, DesignSampford), 1),
		"pik_gt_1_UPtille":                refused(unequal(above, DesignTille), 1),
		"pik_noninteger_sum_UPsystematic": func(t *testing.T) { require.ErrorIs(t, unequal(uneven, DesignPPSSystematic), ErrInvalid) },
		"pik_noninteger_sum_UPmaxentropy": func(t *testing.T) {
			require.ErrorIs(t, unequal(uneven, DesignConditionalPoisson), ErrInvalid)
		},
		"srswor_n_gt_N":           tooMany(many, manyErr, ""),
		"base_sample_n_gt_N":      tooMany(many, manyErr, ""),
		"srswor_n0":               draws(none, noneErr, []int{}),
		"base_sample_len1_gotcha": draws(one, oneErr, []int{0}),
		"strata_n_gt_Nh":          tooMany(over, overErr, "a"),
		// sampling::strata would take the first size for the stratum that comes first.
		"strata_unsorted": draws(all, allErr, []int{0, 2}),
	}
	for key, answer := range answers {
		require.Contains(t, golden, key)
		t.Run(key, answer)
	}
	t.Log(len(answers), "hard inputs answered")
}
