package segment

import (
	"encoding/json"
	"maps"
	"math"
	"math/rand/v2"
	"slices"
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/guanxi-go/guanxi/crm/stage"
	"github.com/guanxi-go/guanxi/internal/numeric"
)

var migrationTiers = []string{"bronze", "silver", "gold"}

// snapshots draws two overlapping snapshots over the migrationTiers.
func drawSnapshots(t *rapid.T) (before, after map[int]string) {
	draw := rapid.MapOfN(rapid.IntRange(0, 40), rapid.SampledFrom(migrationTiers), 0, 40)
	return draw.Draw(t, "before"), draw.Draw(t, "after")
}

// TestMigrationWaysAgree: snapshots, codes, single customers and merged shards
// count the same, and nobody is lost.
func TestMigrationWaysAgree(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		before, after := drawSnapshots(t)
		m, moves, err := MigrationBetween(migrationTiers, maps.All(before), maps.All(after))
		require.NoError(t, err)

		var codesBefore, codesAfter []int8
		one, err := NewMigration(migrationTiers)
		require.NoError(t, err)
		shards := [2]*Migration[string]{}
		for i := range shards {
			shards[i], err = NewMigration(migrationTiers)
			require.NoError(t, err)
		}
		var want []Move[int, string]
		add := func(m *Migration[string], from, to string, was, is bool) {
			switch {
			case was && is:
				require.NoError(t, m.Add(from, to))
			case is:
				require.NoError(t, m.AddEntered(to))
			default:
				require.NoError(t, m.AddLeft(from))
			}
		}
		for id := range 41 {
			from, was := before[id]
			to, is := after[id]
			codesBefore = append(codesBefore, int8(slices.Index(migrationTiers, from)))
			codesAfter = append(codesAfter, int8(slices.Index(migrationTiers, to)))
			if !was && !is {
				continue
			}
			add(one, from, to, was, is)
			add(shards[id%2], from, to, was, is)
			switch d := slices.Index(migrationTiers, to) - slices.Index(migrationTiers, from); {
			case !was:
				want = append(want, Move[int, string]{id, MoveEntered, "", to})
			case !is:
				want = append(want, Move[int, string]{id, MoveLeft, from, ""})
			case d > 0:
				want = append(want, Move[int, string]{id, MoveUp, from, to})
			case d < 0:
				want = append(want, Move[int, string]{id, MoveDown, from, to})
			}
		}
		require.Equal(t, want, moves)
		require.Equal(t, one, m)
		coded, err := MigrationOfCodes(migrationTiers, codesBefore, codesAfter)
		require.NoError(t, err)
		require.Equal(t, one, coded)
		require.NoError(t, shards[1].Merge(shards[0]))
		require.Equal(t, one, shards[1])

		text, err := json.Marshal(m)
		require.NoError(t, err)
		var loaded Migration[string]
		require.NoError(t, json.Unmarshal(text, &loaded))
		require.Equal(t, *m, loaded)

		countOf := func(snapshot map[int]string) []int64 {
			n := make([]int64, len(migrationTiers))
			for _, s := range snapshot {
				n[slices.Index(migrationTiers, s)]++
			}
			return n
		}
		require.Equal(t, countOf(before), m.Before())
		require.Equal(t, countOf(after), m.After())
		pairs := int64(0)
		for _, a := range m.States() {
			for _, b := range m.States() {
				pairs += m.Count(a, b)
			}
		}
		require.Equal(t, int64(len(before)), pairs+addCounts(m.Left()))
		require.Equal(t, int64(len(after)), pairs+addCounts(m.Entered()))
	})
}

func addCounts(x []int64) (total int64) {
	for _, v := range x {
		total += v
	}
	return total
}

func TestMigrationRows(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		before, after := drawSnapshots(t)
		m, moves, err := MigrationBetween(migrationTiers, maps.All(before), maps.All(after))
		require.NoError(t, err)
		rows, err := m.Rows(0.9)
		require.NoError(t, err)
		both, up, down := int64(0), int64(0), int64(0)
		for _, move := range moves {
			if move.Kind == MoveUp {
				up++
			} else if move.Kind == MoveDown {
				down++
			}
		}
		for i, r := range rows {
			require.Equal(t, migrationTiers[i], r.From)
			require.Equal(t, m.Before()[i], r.Before)
			require.Equal(t, m.Left()[i], r.Left)
			total := r.Before - r.Left
			both += total
			if total == 0 {
				require.Nil(t, r.To)
				require.Nil(t, r.Flow)
				continue
			}
			share := 0.0
			for j, p := range r.To {
				require.Equal(t, m.Count(migrationTiers[i], migrationTiers[j]), p.Count)
				require.Equal(t, total, p.Of)
				low, high, err := numeric.WilsonInterval(int(p.Count), int(total), 0.9)
				require.NoError(t, err)
				require.Equal(t, Proportion{p.Count, total, float64(p.Count) / float64(total), low, high}, p)
				share += p.Share
			}
			require.InDelta(t, 1, share, 1e-15)
			require.Equal(t, total, r.Flow.Up.Count+r.Flow.Stayed.Count+r.Flow.Down.Count)
			require.Equal(t, r.To[i], r.Flow.Stayed)
			if i == len(migrationTiers)-1 {
				require.Zero(t, r.Flow.Up.Count)
			}
		}
		flow, err := m.Flow(0.9)
		if both == 0 {
			require.ErrorIs(t, err, ErrInsufficientData)
			return
		}
		require.NoError(t, err)
		require.Equal(t, [3]int64{up, both - up - down, down}, [3]int64{flow.Up.Count, flow.Stayed.Count, flow.Down.Count})
	})
}

// ladder is a matrix over the six rungs with a known answer: everybody moves up
// one rung with probability 1/4 and stays otherwise, and a seed customer stays.
func climbingLadder(t *testing.T) *Migration[stage.Rung] {
	var before, after []uint8
	for rung := range uint8(6) {
		for i := range uint8(8) {
			to := rung
			if rung < 5 && i < 2 {
				to++
			}
			before, after = append(before, rung), append(after, to)
		}
	}
	m, err := MigrationOfCodes(stage.Rungs(), before, after)
	require.NoError(t, err)
	return m
}

func TestMigrationExpectedTimeToSeed(t *testing.T) {
	m := climbingLadder(t)
	ways, err := m.ExpectedTime(stage.RungSeed)
	require.NoError(t, err)
	for i, w := range ways {
		require.Equal(t, stage.Rungs()[i], w.From)
		require.Equal(t, ReachCertain, w.Reach)
		require.Equal(t, 1.0, w.Probability)
		require.InDelta(t, float64(4*(5-i)), w.Periods, 1e-13)
	}
	ways, err = m.ExpectedTime(stage.RungTarget)
	require.NoError(t, err)
	require.Equal(t, Passage[stage.Rung]{stage.RungIntent, ReachNever, 0, 0}, ways[1])
	share, err := m.SteadyState()
	require.NoError(t, err)
	require.Equal(t, []float64{0, 0, 0, 0, 0, 1}, share)
	later, err := m.Forecast([]float64{16, 0, 0, 0, 0, 0}, 2)
	require.NoError(t, err)
	require.Equal(t, []float64{9, 6, 1, 0, 0, 0}, later)
}

func TestMigrationWithoutAnAnswer(t *testing.T) {
	var e *Error
	m, err := NewMigration(migrationTiers)
	require.NoError(t, err)
	_, err = m.SteadyState()
	require.ErrorIs(t, err, ErrInsufficientData)

	require.NoError(t, m.Add("bronze", "bronze"))
	require.NoError(t, m.Add("bronze", "silver"))
	_, err = m.SteadyState()
	require.ErrorAs(t, err, &e)
	require.Equal(t, 1, e.Row, "nobody was seen to leave silver")
	require.ErrorIs(t, err, ErrInsufficientData)
	_, err = m.Forecast([]float64{1, 0, 0}, 2)
	require.ErrorIs(t, err, ErrInsufficientData)
	ways, err := m.ExpectedTime("gold")
	require.NoError(t, err)
	require.Equal(t, []Passage[string]{{"bronze", ReachUnknown, 0, 0}, {"silver", ReachUnknown, 0, 0}, {"gold", ReachCertain, 1, 0}}, ways)

	require.NoError(t, m.Add("silver", "silver"))
	require.NoError(t, m.Add("gold", "gold"))
	groups, err := m.ClosedGroups()
	require.NoError(t, err)
	require.Equal(t, [][]string{{"silver"}, {"gold"}}, groups)
	_, err = m.SteadyState()
	require.ErrorIs(t, err, ErrInvalid)
	require.ErrorAs(t, err, &e)
	require.Equal(t, "2 groups of them are never left again", e.Msg)

	require.NoError(t, m.Add("bronze", "gold"))
	ways, err = m.ExpectedTime("gold")
	require.NoError(t, err)
	require.Equal(t, Passage[string]{"bronze", ReachPossible, 0.5, 1.5}, ways[0])
	ways, err = m.ExpectedTime("gold", "silver")
	require.NoError(t, err)
	require.Equal(t, Passage[string]{"bronze", ReachCertain, 1, 1.5}, ways[0])
}

func TestMigrationHardInputs(t *testing.T) {
	pairs := func(ids []int, states ...string) func(func(int, string) bool) {
		return func(yield func(int, string) bool) {
			for i, id := range ids {
				if !yield(id, states[i]) {
					return
				}
			}
		}
	}
	fine := pairs([]int{1, 2}, "gold", "silver")
	m, err := NewMigration(migrationTiers)
	require.NoError(t, err)
	other, err := NewMigration([]string{"gold", "silver", "bronze"})
	require.NoError(t, err)
	for _, c := range []struct {
		name  string
		f     func() error
		field string
		row   int
	}{
		{"no states", func() error { _, err := NewMigration[int](nil); return err }, "states", -1},
		{"repeated state", func() error { _, err := NewMigration([]int{1, 2, 1}); return err }, "states", 2},
		{"no states for codes", func() error { _, err := MigrationOfCodes[int](nil, []int{}, []int{}); return err }, "states", -1},
		{"lengths", func() error { _, err := MigrationOfCodes(migrationTiers, []int{1}, []int{}); return err }, "after", -1},
		{"code before", func() error { _, err := MigrationOfCodes(migrationTiers, []uint8{0, 3}, []uint8{0, 0}); return err }, "before", 1},
		{"code after", func() error {
			_, err := MigrationOfCodes(migrationTiers, []int16{0, 2, -1}, []int16{0, 0, 3})
			return err
		}, "after", 2},
		{"huge code", func() error {
			_, err := MigrationOfCodes(migrationTiers, []uint64{math.MaxUint64}, []uint64{0})
			return err
		}, "before", 0},
		{"huge code of one who left", func() error {
			_, err := MigrationOfCodes(migrationTiers, []int64{math.MaxInt64}, []int64{-1})
			return err
		}, "before", 0},
		{"snapshot states", func() error { _, _, err := MigrationBetween(nil, fine, pairs(nil)); return err }, "states", -1},
		{"unknown state before", func() error {
			_, _, err := MigrationBetween(migrationTiers, pairs([]int{1, 2}, "gold", "lead"), fine)
			return err
		}, "before", 1},
		{"unknown state after", func() error { _, _, err := MigrationBetween(migrationTiers, fine, pairs([]int{7}, "lead")); return err }, "after", 0},
		{"twice before", func() error {
			_, _, err := MigrationBetween(migrationTiers, pairs([]int{1, 1}, "gold", "gold"), fine)
			return err
		}, "before", 1},
		{"twice after", func() error {
			_, _, err := MigrationBetween(migrationTiers, fine, pairs([]int{3, 1, 3}, "gold", "gold", "gold"))
			return err
		}, "after", 2},
		{"from", func() error { return m.Add("lead", "gold") }, "state", -1},
		{"to", func() error { return m.Add("gold", "lead") }, "state", -1},
		{"entered", func() error { return m.AddEntered("lead") }, "state", -1},
		{"left", func() error { return m.AddLeft("lead") }, "state", -1},
		{"other order", func() error { return m.Merge(other) }, "states", -1},
		{"no target", func() error { _, err := m.ExpectedTime(); return err }, "targets", -1},
		{"target", func() error { _, err := m.ExpectedTime("gold", "lead"); return err }, "targets", 1},
		{"level", func() error { _, err := m.Rows(1); return err }, "level", -1},
		{"level NaN", func() error { _, err := climbingLadder(t).Flow(math.NaN()); return err }, "level", -1},
		{"row level", func() error { _, err := climbingLadder(t).Rows(-0.5); return err }, "level", -1},
		{"shares", func() error { _, err := m.Forecast([]float64{1}, 1); return err }, "states", -1},
		{"share", func() error { _, err := m.Forecast([]float64{1, -1, 0}, 1); return err }, "states", 1},
		{"periods", func() error { _, err := m.Forecast([]float64{1, 0, 0}, -1); return err }, "states", -1},
	} {
		t.Run(c.name, func(t *testing.T) {
			err := c.f()
			require.ErrorIs(t, err, ErrInvalid)
			var e *Error
			require.ErrorAs(t, err, &e)
			require.Equal(t, [2]any{c.field, c.row}, [2]any{e.Field, e.Row})
		})
	}
	require.Zero(t, m.Count("gold", "lead"))
	var zero Migration[string]
	require.ErrorIs(t, zero.Add("gold", "gold"), ErrInvalid)
	_, err = zero.SteadyState()
	require.ErrorIs(t, err, ErrInvalid)
	_, err = zero.ExpectedTime("gold")
	require.ErrorIs(t, err, ErrInvalid)
}

const savedMigration = `{"version":1,"states":["bronze","silver","gold"],"counts":[[5,1,0],[0,0,2],[0,0,9]],"entered":[3,0,0],"left":[0,0,4]}`

func TestMigrationSaved(t *testing.T) {
	var m Migration[string]
	require.NoError(t, json.Unmarshal([]byte(savedMigration), &m))
	require.Equal(t, int64(2), m.Count("silver", "gold"))
	require.Equal(t, []int64{6, 2, 13}, m.Before())
	text, err := json.Marshal(&m)
	require.NoError(t, err)
	require.Equal(t, savedMigration, string(text), "the format of version 1")
	for _, damaged := range []string{
		`[]`, `{}`, `{"version":2}`, `{"version":1}`,
		`{"version":1,"states":["a"],"counts":[],"entered":[0],"left":[0]}`,
		`{"version":1,"states":["a"],"counts":[[1,2]],"entered":[0],"left":[0]}`,
		`{"version":1,"states":["a"],"counts":[[1]],"entered":[-1],"left":[0]}`,
		`{"version":1,"states":["a"],"counts":[[1]],"entered":[0],"left":[]}`,
		`{"version":1,"states":["a"],"counts":[[9223372036854775807]],"entered":[0],"left":[1]}`,
		`{"version":1,"states":["a","a"],"counts":[[1,1],[1,1]],"entered":[0,0],"left":[0,0]}`,
	} {
		require.ErrorIs(t, json.Unmarshal([]byte(damaged), &m), ErrVersion, damaged)
		require.Equal(t, int64(2), m.Count("silver", "gold"), "left as it was")
	}
}

func TestMigrationOverflow(t *testing.T) {
	var m Migration[string]
	require.NoError(t, json.Unmarshal([]byte(`{"version":1,"states":["a","b"],"counts":[[9223372036854775806,0],[0,0]],"entered":[0,0],"left":[0,0]}`), &m))
	other, err := NewMigration([]string{"a", "b"})
	require.NoError(t, err)
	require.NoError(t, other.AddLeft("b"))
	require.NoError(t, m.Merge(other))
	require.ErrorIs(t, m.Merge(other), ErrOverflow)
	require.ErrorIs(t, m.Add("a", "b"), ErrOverflow)
	require.ErrorIs(t, m.AddEntered("a"), ErrOverflow)
	require.Equal(t, []int64{0, 1}, m.Left())
	if strconv.IntSize == 32 {
		_, err := m.Rows(0.95)
		require.ErrorIs(t, err, ErrOverflow)
	}
}

func FuzzUnmarshalMigration(f *testing.F) {
	f.Add([]byte(savedMigration))
	f.Add([]byte(`{"version":1,"states":["a"],"counts":[[1]],"entered":[0],"left":[0]}`))
	f.Fuzz(func(t *testing.T, text []byte) {
		var m Migration[string]
		if m.UnmarshalJSON(text) != nil {
			require.Equal(t, Migration[string]{}, m)
			return
		}
		again, err := m.MarshalJSON()
		require.NoError(t, err)
		var back Migration[string]
		require.NoError(t, back.UnmarshalJSON(again))
		require.Equal(t, m, back)
		if share, err := m.SteadyState(); err == nil {
			total := 0.0
			for _, s := range share {
				total += s
			}
			require.InDelta(t, 1, total, 1e-12)
		}
	})
}

func TestMigrationNames(t *testing.T) {
	for k := MoveUp; k <= MoveLeft; k++ {
		text, err := k.MarshalText()
		require.NoError(t, err)
		var back MoveKind
		require.NoError(t, back.UnmarshalText(text))
		require.Equal(t, k, back)
		require.NotEmpty(t, k.Zh())
		require.Equal(t, string(text), k.String())
	}
	for r := ReachUnknown; r <= ReachCertain; r++ {
		text, err := r.MarshalText()
		require.NoError(t, err)
		var back Reach
		require.NoError(t, back.UnmarshalText(text))
		require.Equal(t, r, back)
		require.NotEmpty(t, r.Zh())
		require.Equal(t, string(text), r.String())
	}
	var k MoveKind
	var r Reach
	require.ErrorIs(t, k.UnmarshalText([]byte("sideways")), ErrInvalid)
	require.ErrorIs(t, r.UnmarshalText([]byte("maybe")), ErrInvalid)
}

// BenchmarkMigrationOfCodes counts a million customers over six rungs.
func BenchmarkMigrationOfCodes(b *testing.B) {
	n := 1_000_000
	if testing.Short() {
		n = 10_000
	}
	rng := rand.New(rand.NewPCG(1, 1))
	before, after := make([]uint8, n), make([]uint8, n)
	for i := range before {
		before[i] = uint8(rng.IntN(6))
		after[i] = uint8(min(5, int(before[i])+rng.IntN(2)))
	}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := MigrationOfCodes(stage.Rungs(), before, after); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkMigrationBetween compares two snapshots of 100,000 customers by id.
func BenchmarkMigrationBetween(b *testing.B) {
	n := 100_000
	if testing.Short() {
		n = 1000
	}
	before, after := map[int64]stage.Rung{}, map[int64]stage.Rung{}
	for i := range int64(n) {
		before[i] = stage.RungOneTime + stage.Rung(i%3)
		after[i+int64(n/20)] = stage.RungOneTime + stage.Rung(i%4)
	}
	b.ReportAllocs()
	for b.Loop() {
		if _, _, err := MigrationBetween(stage.Rungs(), maps.All(before), maps.All(after)); err != nil {
			b.Fatal(err)
		}
	}
}
