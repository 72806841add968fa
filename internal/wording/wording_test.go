package wording_test

import (
	"errors"
	"fmt"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/guanxi-go/guanxi/internal/wording"
)

var errInvalid = errors.New("invalid")

// words is an enumeration with the codes and names of a table, which a test spoils.
type words uint8

var en, zh = []string{"", "red", "deep-blue"}, []string{"", "红", "深蓝"}

func (w words) name(of []string) string {
	if int(w) < len(of) {
		return of[w]
	}
	return "?"
}
func (w words) String() string { return w.name(en) }
func (w words) Zh() string     { return w.name(zh) }
func (w words) Valid() bool    { return w > 0 && int(w) < len(en) }
func (w words) MarshalText() ([]byte, error) {
	if int(w) < len(en) {
		return []byte(en[w]), nil
	}
	return nil, errInvalid
}

func (w *words) UnmarshalText(text []byte) error {
	at := slices.Index(en, string(text))
	if at < 0 {
		return errInvalid
	}
	*w = words(at)
	return nil
}

// spy counts what a check finds.
type spy struct {
	testing.TB
	found int
}

func (s *spy) Helper()               {}
func (s *spy) Errorf(string, ...any) { s.found++ }

func TestEnum(t *testing.T) {
	require.Equal(t, []string{"red红", "deep-blue深蓝"}, wording.Enum(t, words(1), words(2), errInvalid))
	for name, spoil := range map[string]func(){
		"mixed case":       func() { en = []string{"", "Red", "deep-blue"} },
		"no code":          func() { en = []string{"", "red", ""} },
		"one code twice":   func() { en = []string{"", "red", "red"} },
		"no Chinese":       func() { zh = []string{"", "红", ""} },
		"English for both": func() { zh = []string{"", "红", "blue"} },
		"one name twice":   func() { zh = []string{"", "红", "红"} },
		"none is called":   func() { zh = []string{"x", "红", "深蓝"} },
		"one too many":     func() { en, zh = append(en, "green"), append(zh, "绿") },
	} {
		wasEn, wasZh := slices.Clone(en), slices.Clone(zh)
		spoil()
		s := &spy{TB: t}
		wording.Enum(s, words(1), words(2), errInvalid)
		require.Positive(t, s.found, name)
		en, zh = wasEn, wasZh
	}
	s := &spy{TB: t}
	wording.Enum(s, words(1), words(2), errors.New("another"))
	require.Positive(t, s.found)
}

func TestCodes(t *testing.T) {
	s := &spy{TB: t}
	require.Empty(t, wording.Codes(s, "NONE-", 1, func(string) (string, string) { return "x", "字" }))
	require.Positive(t, s.found, "no code is declared here")
}

func TestParts(t *testing.T) {
	one := &coded{"a"}
	require.Equal(t, []*coded{one, {"b"}, {"c"}}, wording.Parts[*coded](t, errors.Join(one, errors.Join(fmt.Errorf("in: %w", &coded{"b"}), &coded{"c"}))))
	require.Equal(t, []*coded{one}, wording.Parts[*coded](t, one))
}

type coded struct{ code string }

func (c *coded) Error() string { return c.code }

func TestHasHan(t *testing.T) {
	require.True(t, wording.HasHan("a客"))
	require.False(t, wording.HasHan("a1-"))
}
