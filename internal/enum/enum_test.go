package enum_test

import (
	"errors"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/guanxi-go/guanxi/internal/enum"
	"github.com/guanxi-go/guanxi/internal/wording"
)

var errInvalid = errors.New("invalid")

type unknownError struct{ field string }

func (e unknownError) Error() string   { return "test: " + e.field }
func (unknownError) Is(err error) bool { return err == errInvalid }

func unknown(field string) error { return unknownError{field} }

// colour has a zero value that says nothing.
type colour uint8

var colours = enum.New[colour]("colour", unknown, enum.Names{{}, {"red", "红"}, {"deep-blue", "深蓝"}})

func (c colour) Valid() bool                      { return colours.Valid(c) }
func (c colour) String() string                   { return colours.Code(c) }
func (c colour) Zh() string                       { return colours.Zh(c) }
func (c colour) MarshalText() ([]byte, error)     { return colours.Marshal(c) }
func (c *colour) UnmarshalText(text []byte) error { return colours.Unmarshal(c, text) }

// side has a zero value that is one of its constants, and can be negative.
type side int

var sides = enum.New[side]("side", unknown, enum.Names{{"left", "左"}, {"right", "右"}})

func (s side) Valid() bool                      { return sides.Valid(s) }
func (s side) String() string                   { return sides.Code(s) }
func (s side) Zh() string                       { return sides.Zh(s) }
func (s side) MarshalText() ([]byte, error)     { return sides.Marshal(s) }
func (s *side) UnmarshalText(text []byte) error { return sides.Unmarshal(s, text) }

func TestTable(t *testing.T) {
	require.Equal(t, []string{"red红", "deep-blue深蓝"}, wording.Enum(t, colour(1), 2, errInvalid))
	require.Equal(t, []string{"left左", "right右"}, wording.Enum(t, side(0), 1, errInvalid))
	require.Equal(t, []colour{1, 2}, colours.All())
	require.Equal(t, []side{0, 1}, sides.All())
	for _, v := range []side{-1, 2, -1 << 31, 1<<31 - 1} {
		require.False(t, v.Valid())
		require.Equal(t, "??", v.String()+v.Zh())
		_, err := v.MarshalText()
		require.Equal(t, unknownError{"side"}, err)
	}
	for _, v := range []colour{3, 255} {
		require.Equal(t, "??", v.String()+v.Zh())
	}
	c := colour(2)
	require.NoError(t, c.UnmarshalText(nil))
	require.Zero(t, c)
	s := side(1)
	require.Equal(t, unknownError{"side"}, s.UnmarshalText(nil), "a constant for zero has a code, and the empty text is none")
	require.Equal(t, side(1), s)
}

func TestAll(t *testing.T) {
	colours.All()[0] = 9
	require.Equal(t, []colour{1, 2}, colours.All(), "a caller's change stays the caller's")
}

// Names cost a look into an array, and reading only compares.
func TestAllocations(t *testing.T) {
	c, text := colour(2), []byte("deep-blue")
	require.Zero(t, testing.AllocsPerRun(100, func() {
		if c.String() != "deep-blue" || c.Zh() != "深蓝" || !c.Valid() || c.UnmarshalText(text) != nil {
			t.Error(c)
		}
	}))
}

func BenchmarkCode(b *testing.B) {
	b.ReportAllocs()
	n := 0
	for i := 0; b.Loop(); i++ {
		n += len(colour(1 + i&1).String())
	}
	if n == 0 {
		b.Fatal("no name")
	}
}

func BenchmarkUnmarshal(b *testing.B) {
	text := []byte("deep-blue")
	b.ReportAllocs()
	for b.Loop() {
		var c colour
		if err := c.UnmarshalText(text); err != nil {
			b.Fatal(err)
		}
	}
}
