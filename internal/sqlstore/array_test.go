package sqlstore

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestArrays: an array literal of PostgreSQL holds every value as it is, and what is
// of one type without NULL is a slice for a driver that takes them.
func TestArrays(t *testing.T) {
	s := &Store{prepared: &prepared{}}
	rows := [][]any{
		{int64(1), "a", []byte{0, 255}, nil, []byte{1}, int64(3)},
		{int64(-2), "", []byte{}, nil, []byte{}, nil},
		{nil, `q"\{,}`, []byte(nil), "NULL", []byte{2}, int64(4)},
	}
	literals := []any{`{1,-2,NULL}`, `{"a","","q\"\\{,}"}`, `{"\\x00ff","\\x",NULL}`, `{NULL,NULL,"NULL"}`, `{"\\x01","\\x","\\x02"}`, `{3,NULL,4}`}
	require.Equal(t, literals, s.arrays(rows))
	require.Equal(t, `{"a","b\"c"}`, s.array([]string{"a", `b"c`}))
	require.Equal(t, "{}", s.array(nil))

	s.prepared.slices.Store(true)
	texts, bytes := []string{"a", "", `q"\{,}`}, [][]byte{{1}, {}, {2}}
	require.Equal(t, []any{literals[0], texts, literals[2], literals[3], bytes, literals[5]}, s.arrays(rows))
	require.Equal(t, []any{[]int64{7, 8}}, s.arrays([][]any{{int64(7)}, {int64(8)}}))
	require.Equal(t, texts, s.array(texts))
}

// a driver whose connections take what check says.
type checked struct {
	driver.Conn
	check func(value any) error
}

func (c checked) CheckNamedValue(v *driver.NamedValue) error   { return c.check(v.Value) }
func (c checked) Connect(context.Context) (driver.Conn, error) { return c, nil }
func (c checked) Driver() driver.Driver                        { return nil }
func (c checked) Close() error                                 { return nil }

// TestAskDriver: a driver is asked once, and takes slices where it takes all three.
func TestAskDriver(t *testing.T) {
	for name, check := range map[string]func(value any) error{
		"all":  func(any) error { return nil },
		"none": func(any) error { return driver.ErrSkip },
		"some": func(value any) error {
			if _, ok := value.([][]byte); ok {
				return errors.New("no bytes")
			}
			return nil
		},
	} {
		n := 0
		db := sql.OpenDB(checked{check: func(value any) error { n++; return check(value) }})
		s, err := New(db, Domain{Name: "d"}, Options{Dialect: PostgreSQL})
		require.NoError(t, err)
		require.NoError(t, s.prepare(t.Context()))
		require.NotZero(t, n)
		before := n
		require.NoError(t, s.prepare(t.Context()))
		require.Equal(t, before, n)
		require.Equal(t, name == "all", s.prepared.slices.Load(), name)
		require.NoError(t, db.Close())
	}
	require.False(t, takesSlices(nil), "a connection that is asked nothing")
}
