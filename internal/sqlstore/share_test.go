package sqlstore

import (
	"database/sql"
	"fmt"
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestShare: what many rows have in common is one argument, and the rest is theirs.
func TestShare(t *testing.T) {
	to := &rows{name: "entries", table: "entries", columns: []string{"tenant", "id", "seq", "fingerprint", "why"}, tail: " ON CONFLICT DO NOTHING"}
	row := func(i int) []any { return []any{"t", strconv.Itoa(i), int64(7), []byte{byte(i)}, nil} }
	many := func() (all [][]any) {
		for i := range worthSharing {
			all = append(all, row(i))
		}
		return all
	}
	for _, dialect := range []Dialect{SQLite, PostgreSQL} {
		s, err := New(&sql.DB{}, Domain{Name: "d"}, Options{Dialect: dialect})
		require.NoError(t, err)
		require.Same(t, to, s.share(to, many()[1:]), "too few")
		all := many()
		shared := s.share(to, all)
		require.Equal(t, []string{"tenant", "seq", "why", "id", "fingerprint"}, shared.columns)
		require.Equal(t, []any{"1", []byte{1}}, all[1])
		text, args := s.insertion(shared, all[:2])
		if dialect == SQLite {
			require.Equal(t, "INSERT OR FAIL INTO d_entries (tenant, seq, why, id, fingerprint)\n"+
				"VALUES (?1, ?2, ?3, ?, ?), (?1, ?2, ?3, ?, ?) ON CONFLICT DO NOTHING", text)
			require.Equal(t, []any{"t", int64(7), nil, "0", []byte{0}, "1", []byte{1}}, args)
		} else {
			require.Equal(t, "INSERT INTO d_entries (tenant, seq, why, id, fingerprint)\n"+
				"SELECT $1::text, $2::bigint, $3::text, v.* FROM unnest($4::text[], $5::bytea[]) AS v ON CONFLICT DO NOTHING", text)
			require.Equal(t, []any{"t", int64(7), nil, `{"0","1"}`, `{"\\x00","\\x01"}`}, args)
		}
		_, args = s.insertion(shared, all[2:3])
		require.Len(t, args, 5, "a last row alone has the same form")

		equal := many()
		for i := range equal {
			equal[i] = row(1)
		}
		require.Same(t, to, s.share(to, equal), "a list of no columns is none")
		for i := range maxShared {
			require.True(t, s.texts.admits("x", fmt.Sprint(i)))
		}
		require.False(t, s.texts.admits("x", "one more"), "odd data fill no memory")
		require.True(t, s.texts.admits("x", "3"))
	}
}

func TestSame(t *testing.T) {
	values := []any{nil, "", "a", int64(0), int64(1), []byte(nil), []byte{}, []byte{1}}
	for i, a := range values {
		for j, b := range values {
			require.Equal(t, i == j, same(a, b), "%d %d", i, j)
		}
	}
}
