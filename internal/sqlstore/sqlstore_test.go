package sqlstore

import (
	"database/sql"
	"errors"
	"fmt"
	"math"
	"slices"
	"testing"
	"testing/fstest"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// What needs a database is tested in examples/sqlstores, with drivers.

func TestChunks(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n, limit := rapid.IntRange(0, 1000).Draw(t, "n"), 1<<rapid.IntRange(0, 7).Draw(t, "log limit")
		at := 0
		for lo, hi := range chunks(n, limit) {
			size := hi - lo
			require.Equal(t, at, lo)
			require.Zero(t, size&(size-1), "a power of two")
			require.True(t, 0 < size && size <= limit)
			at = hi
		}
		require.Equal(t, n, at)
	})
}

func TestEvenly(t *testing.T) {
	var bounds []int
	for lo, hi := range evenly(7, 3) {
		bounds = append(bounds, lo, hi)
	}
	require.Equal(t, []int{0, 3, 3, 6, 6, 7}, bounds)
	for range evenly(0, 3) {
		require.Fail(t, "of nothing there is no stretch")
	}
}

func TestPlaceholders(t *testing.T) {
	require.Equal(t, "($1, $2), ($3, $4)", placeholders(marks(2), 2, 0))
	require.Equal(t, "$8", placeholders("?", 1, 7))
	var c Condition
	c.And("a = ?", 1)
	c.Or([]string{"b = ?", "c >= ? AND c < ?"}, 2, 3, 4)
	c.And("d IS NULL")
	c.In("e", []string{"x", "y"})
	text, args := c.Limit("a", 9)
	require.Equal(t, "WHERE a = $1\n  AND (b = $2 OR c >= $3 AND c < $4)\n  AND d IS NULL\n  AND e IN ($5, $6)\nORDER BY a\nLIMIT $7", text)
	require.Equal(t, []any{1, 2, 3, 4, "x", "y", 9}, args)
	var none Condition
	none.Or(nil)
	text, _ = none.Text()
	require.Equal(t, "WHERE (1 = 0)", text)
}

// TestUnnumbered: what counts up becomes ?, and every other text stays as it is.
func TestUnnumbered(t *testing.T) {
	for text, want := range map[string]string{
		"":                              "",
		"SELECT 1":                      "SELECT 1",
		"a = $1 AND b IN ($2, $3)":      "a = ? AND b IN (?, ?)",
		"a = $1 AND b = $1":             "a = $1 AND b = $1",
		"a = $2":                        "a = $2",
		"a = $12":                       "a = $12",
		placeholders(marks(1), 12, 0):   "(?), (?), (?), (?), (?), (?), (?), (?), (?), (?), (?), (?)",
		"$1 $2 $3 $4 $5 $6 $7 $8 $9 $1": "$1 $2 $3 $4 $5 $6 $7 $8 $9 $1",
	} {
		require.Equal(t, want, unnumbered(text))
	}
}

// TestStatements: a trigger is one statement.
func TestStatements(t *testing.T) {
	trigger := "CREATE TRIGGER t INSTEAD OF INSERT ON v BEGIN\n    SELECT 1;\n    INSERT INTO a VALUES (1);\n    END;\n"
	require.Equal(t, []string{"-- what it is\n\nCREATE TABLE a (\n    x INT\n);\n", trigger, "\nINSERT INTO a VALUES (1)"},
		Statements("-- what it is\n\nCREATE TABLE a (\n    x INT\n);\n"+trigger+"\nINSERT INTO a VALUES (1)"))
	require.Empty(t, Statements("\n \n"))
}

// TestTexts: what the tables of a family come to in statements.
func TestTexts(t *testing.T) {
	families := []Family{
		{Kind: "account", Subjects: "accounts", Columns: []string{"owner", "due"}, Journal: "postings", Entry: []string{"amount", "why"}, Cleared: []string{"why"}},
		{Subjects: "subjects", Journal: "entries", Entry: []string{"why"}},
	}
	for _, dialect := range []Dialect{SQLite, PostgreSQL} {
		s, err := New(&sql.DB{}, Domain{Name: "d", Families: families, Numbers: []string{"due", "amount"}}, Options{Dialect: dialect})
		require.NoError(t, err)
		of, rest := s.family("account"), s.family("member")
		require.Equal(t, "UPDATE d_accounts\nSET version = version + $1, entries = entries + $2, recorded = COALESCE($3, recorded), owner = $4, due = $5\n"+
			"WHERE tenant = $6 AND id = $7 AND version = $8 RETURNING 'account', id, entries", s.raiseOne(of, true))
		require.Equal(t, "UPDATE d_subjects\nSET version = version + $1, entries = entries + $2, recorded = COALESCE($3, recorded)\n"+
			"WHERE tenant = $4 AND kind = $5 AND id = $6 AND version = $7 RETURNING kind, id, entries", s.raiseOne(rest, false))
		require.Equal(t, []any{"", "a"}, s.of(of, Subject{"account", "a"}, 0))
		require.Equal(t, []any{"", "member", "a"}, s.of(rest, Subject{"member", "a"}, 0))
		require.Equal(t, []int{4}, of.cleared)
		one, args := s.insertion(of.journal, [][]any{{"", "a", int64(1), int64(7), nil}})
		require.Contains(t, one, "INTO d_postings (tenant, id, seq, amount, why)\nVALUES ($1, $2, $3, $4, $5)")
		require.Len(t, args, 5)
		two, args := s.insertion(of.journal, [][]any{{"", "a", int64(1), int64(7), nil}, {"", "b", int64(1), int64(8), "w"}})
		if dialect == SQLite {
			require.Contains(t, two, "VALUES ($1, $2, $3, $4, $5), ($6, $7, $8, $9, $10)")
			require.Len(t, args, 10)
			continue
		}
		require.Contains(t, two, "SELECT * FROM unnest($1::text[], $2::text[], $3::bigint[], $4::bigint[], $5::text[])")
		require.Equal(t, []any{`{"",""}`, `{"a","b"}`, `{1,1}`, `{7,8}`, `{NULL,"w"}`}, args)
	}
}

func TestValues(t *testing.T) {
	at := time.Date(1960, 1, 2, 3, 4, 5, 6000, time.UTC)
	require.Nil(t, Micros(time.Time{}))
	require.EqualValues(t, at.UnixMicro(), Micros(at))
	require.EqualValues(t, at.UnixMicro(), Bound(at))
	require.EqualValues(t, at.UnixMicro()+1, Bound(at.Add(1)), "what lies between two microseconds cuts none off")
	require.Nil(t, Text(""))
	require.Equal(t, "x", Text([]byte("x")))
	require.Equal(t, int64(math.MaxInt64), Number(math.MaxUint64))
	require.EqualValues(t, -1, expected(math.MaxUint64), "no row has it")
	require.EqualValues(t, 7, expected(7))
}

func TestParseHead(t *testing.T) {
	h, err := ParseHead("3 2 -5")
	require.NoError(t, err)
	require.Equal(t, int64(3), h.Version)
	require.Equal(t, int64(2), h.Entries)
	require.Equal(t, time.UnixMicro(-5).UTC(), Instant(h.Recorded))
	h, err = ParseHead("3 0 ")
	require.NoError(t, err)
	require.True(t, Instant(h.Recorded).IsZero())
	for _, text := range []string{"", "3", "3 x ", "3 2 x", "x 2 3"} {
		_, err := ParseHead(text)
		require.Error(t, err, text)
	}
}

// TestSteps: all subjects of a commit are locked in one order.
func TestSteps(t *testing.T) {
	at := time.Unix(7, 0)
	c := Commit{
		Require: []Expect{{Subject{"b", "2"}, 5}, {Subject{"a", "9"}, 0}},
		Changes: []Change{{Subject: Subject{"b", "1"}, Entries: []Entry{{}, {Recorded: at}}}, {Subject: Subject{"a", "10"}, Expect: 4}},
	}
	require.Equal(t, []step{
		{subject: Subject{"a", "10"}, expect: 4, by: 1},
		{subject: Subject{"a", "9"}},
		{subject: Subject{"b", "1"}, by: 1, entries: 2, recorded: at.UnixMicro()},
		{subject: Subject{"b", "2"}, expect: 5},
	}, c.steps())
}

type coded int

func (c coded) Error() string { return "code" }
func (c coded) Code() int     { return int(c) }

type stated string

func (s stated) Error() string    { return "state" }
func (s stated) SQLState() string { return string(s) }

func TestContended(t *testing.T) {
	for code, want := range map[coded]bool{5: true, 6: true, 5 | 2<<8: true, 1: false, 19: false, 2067: false} {
		require.Equal(t, want, SQLite.contended(fmt.Errorf("wrapped: %w", code)), int(code))
		require.False(t, PostgreSQL.contended(code))
	}
	for state, want := range map[stated]bool{"40001": true, "40P01": true, "23505": false, "25P02": false} {
		require.Equal(t, want, PostgreSQL.contended(errors.Join(state, nil)), string(state))
		require.False(t, SQLite.contended(state))
	}
	require.False(t, Dialect(0).contended(coded(5)))
}

func TestMigrationsInOrder(t *testing.T) {
	script := func(names ...string) fstest.MapFS {
		schema := fstest.MapFS{}
		for _, name := range names {
			schema[name] = &fstest.MapFile{Data: []byte(name)}
		}
		return schema
	}
	s := Store{dialect: SQLite, domain: Domain{Name: "d", Schema: script("sqlite/0002.sql", "sqlite/0001.sql", "postgres/0001.sql")}}
	scripts, err := s.Migrations()
	require.NoError(t, err)
	require.Equal(t, []string{"sqlite/0001.sql", "sqlite/0002.sql"}, scripts)
	for _, names := range [][]string{{"sqlite/0002.sql"}, {"sqlite/0001.sql", "sqlite/0003.sql"}, {"sqlite/0001.sql", "sqlite/notes.sql"}} {
		s.domain.Schema = script(names...)
		_, err := s.Migrations()
		require.Error(t, err, names)
	}
}

func TestSortedClaims(t *testing.T) {
	all := sortedClaims(Commit{Changes: []Change{
		{Subject: Subject{"k", "2"}, Claims: []Claim{{"b", "1"}, {"a", "3"}}}, {Subject: Subject{"k", "1"}, Claims: []Claim{{"a", "2"}}},
	}}, func(c *Change) []Claim { return c.Claims })
	require.True(t, slices.Equal([]held{{Claim{"a", "2"}, Subject{"k", "1"}}, {Claim{"a", "3"}, Subject{"k", "2"}}, {Claim{"b", "1"}, Subject{"k", "2"}}}, all))
}
