package access_test

import (
	"encoding/json"
	"slices"
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/guanxi-go/guanxi/crm/access"
)

func drawRanges(t *rapid.T) []access.Range {
	end := rapid.SampledFrom([]string{"", "a", "a/", "a/b", "a/b/", "a0", "b", "b/", "c\x01", "d"})
	return rapid.SliceOfN(rapid.Custom(func(t *rapid.T) access.Range {
		return access.Range{From: end.Draw(t, "from"), To: end.Draw(t, "to")}
	}), 0, 6).Draw(t, "ranges")
}

func drawScope(t *rapid.T) access.Scope {
	if rapid.IntRange(0, 9).Draw(t, "all") == 0 {
		return access.Everything()
	}
	return access.Scope{Owner: rapid.SampledFrom([]string{"", "S-1"}).Draw(t, "owner"), Units: access.MergeRanges(drawRanges(t)...)}
}

var probes = []string{"", "\x00", "a", "a/", "a/a", "a/b", "a/b/", "a/c", "a0", "a1", "b", "b/", "b/a", "c", "c\x01", "c\x02", "d", "e"}

func TestMergeRangesAgainstEachRange(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		ranges := drawRanges(t)
		kept := slices.Clone(ranges)
		merged := access.MergeRanges(ranges...)
		require.Equal(t, kept, ranges)
		for _, path := range probes {
			want := slices.ContainsFunc(ranges, func(r access.Range) bool { return r.Contains(path) })
			require.Equal(t, want, slices.ContainsFunc(merged, func(r access.Range) bool { return r.Contains(path) }), path)
			require.Equal(t, want, access.Scope{Units: merged}.Allows("", path), path)
		}
		for i, r := range merged {
			require.Less(t, r.From, r.To)
			require.True(t, i == 0 || merged[i-1].To < r.From, "apart")
		}
		require.Equal(t, merged, access.MergeRanges(rapid.Permutation(ranges).Draw(t, "shuffled")...))
		require.NoError(t, access.Scope{Units: merged}.Validate())
		require.Equal(t, slices.Equal(ranges, merged), access.Scope{Units: ranges}.Validate() == nil)
	})
}

func TestUnionLaws(t *testing.T) {
	union := func(t *rapid.T, a, b access.Scope) access.Scope {
		c, err := a.Union(b)
		require.NoError(t, err)
		require.NoError(t, c.Validate())
		return c
	}
	rapid.Check(t, func(t *rapid.T) {
		a, b, c := drawScope(t), drawScope(t), drawScope(t)
		require.Equal(t, union(t, a, b), union(t, b, a))
		require.Equal(t, union(t, union(t, a, b), c), union(t, a, union(t, b, c)))
		require.Equal(t, a, union(t, a, a))
		require.Equal(t, a, union(t, a, access.Scope{}))
		require.Equal(t, access.Everything(), union(t, a, access.Everything()))
		for _, owner := range []string{"", "S-1", "S-2"} {
			for _, path := range probes {
				require.Equal(t, a.Allows(owner, path) || b.Allows(owner, path), union(t, a, b).Allows(owner, path))
			}
		}
	})
}

func TestUnionOfTwoOwners(t *testing.T) {
	a, b := access.Scope{Owner: "S-1"}, access.Scope{Owner: "S-2"}
	_, err := a.Union(b)
	require.ErrorIs(t, err, access.ErrInvalid)
	got, err := access.Everything().Union(b)
	require.NoError(t, err)
	require.Equal(t, access.Everything(), got)
}

func TestZeroScope(t *testing.T) {
	var s access.Scope
	require.True(t, s.IsZero())
	for _, path := range probes {
		require.False(t, s.Allows("", path))
		require.False(t, s.Allows("S-1", path))
		require.True(t, access.Everything().Allows("", path))
	}
	require.False(t, access.Everything().IsZero())
	require.False(t, access.Scope{Owner: "S-1"}.IsZero())
	require.False(t, access.Scope{Owner: "S-1"}.Allows("", "a/"), "a row of nobody is not one's own")
	require.False(t, access.Scope{Units: []access.Range{{From: "a", To: "b"}}}.IsZero())
}

func TestScopeJSONIsStable(t *testing.T) {
	for text, s := range map[string]access.Scope{
		`{}`:           {},
		`{"all":true}`: access.Everything(),
		`{"owner":"S-1","units":[{"from":"a/","to":"a/\u0001"},{"from":"b/","to":"b0"}]}`: {Owner: "S-1",
			Units: []access.Range{{From: "a/", To: "a/\x01"}, {From: "b/", To: "b0"}}},
	} {
		got, err := json.Marshal(s)
		require.NoError(t, err)
		require.Equal(t, text, string(got))
		var back access.Scope
		require.NoError(t, json.Unmarshal(got, &back))
		require.Equal(t, s, back)
		require.NoError(t, back.Validate())
	}
}

func TestScopeValidate(t *testing.T) {
	for _, s := range []access.Scope{
		{All: true, Owner: "S-1"},
		{All: true, Units: []access.Range{{From: "a", To: "b"}}},
		{Owner: "\xff"},
		{Units: []access.Range{{From: "b", To: "c"}, {From: "a", To: "b"}}},
		{Units: []access.Range{{From: "a", To: "b"}, {From: "b", To: "c"}}},
		{Units: []access.Range{{From: "a", To: "a"}}},
	} {
		err := s.Validate()
		require.ErrorIs(t, err, access.ErrInvalid)
		require.Equal(t, []string{" scope"}, faults(t, err))
	}
}

func TestAllowsAllocatesNothing(t *testing.T) {
	s, paths := manyRanges(50)
	require.Zero(t, testing.AllocsPerRun(100, func() {
		for i, path := range paths {
			if s.Allows("S-2", path) != (i%2 == 0) {
				t.Error("wrong at", path)
			}
		}
	}))
}

func manyRanges(n int) (s access.Scope, paths []string) {
	s.Owner = "S-1"
	for i := range n {
		id := "u/" + strconv.Itoa(1000+2*i)
		s.Units = append(s.Units, access.Range{From: id + "/", To: id + "0"})
		paths = append(paths, id+"/x/", "u/"+strconv.Itoa(1001+2*i)+"/")
	}
	return s, paths
}

func BenchmarkAllows(b *testing.B) {
	for _, n := range []int{1, 10, 100} {
		b.Run(strconv.Itoa(n), func(b *testing.B) {
			s, paths := manyRanges(n)
			b.ReportAllocs()
			i, seen := 0, 0
			for b.Loop() {
				if s.Allows("S-2", paths[i%len(paths)]) {
					seen++
				}
				i++
			}
			if seen == 0 && b.N > 1 {
				b.Fatal("sees nothing")
			}
		})
	}
}
