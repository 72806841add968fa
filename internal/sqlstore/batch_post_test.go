package sqlstore

import (
	"database/sql"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/guanxi-go/guanxi/internal/fault"
)

func posting(kind, id, key string) Commit {
	return Commit{Scope: "s", Key: key, Changes: []Change{{Subject: Subject{kind, id}, Expect: 3, Values: []any{"v"}, First: 8,
		Entries: []Entry{{Recorded: time.Unix(7, 0), Values: []any{"w"}}}}}}
}

// TestPosts: which batches are written without anything looked up.
func TestPosts(t *testing.T) {
	domain := Domain{Name: "d", Families: []Family{
		{Kind: "account", Subjects: "accounts", Columns: []string{"value"}, Journal: "postings", Entry: []string{"why"}},
		{Subjects: "subjects", Columns: []string{"body"}, Journal: "entries", Entry: []string{"why"}},
	}}
	s, err := New(&sql.DB{}, domain, Options{Dialect: PostgreSQL, Tenant: "t"})
	require.NoError(t, err)
	batch := func() []Commit {
		return []Commit{posting("account", "b", "k2"), posting("account", "a", "k1"), posting("account", "c", "")}
	}
	p := s.postsOf(batch(), make([]error, 3))
	require.NotNil(t, p)
	require.Equal(t, "a", p.changes[0].Subject.ID, "in the order of the locks")
	require.Equal(t, [][]any{{"t", "a", int64(8), "w"}, {"t", "b", int64(8), "w"}, {"t", "c", int64(8), "w"}}, p.entries())
	require.Len(t, p.keyed, 2)
	require.Equal(t, "k1", p.keyed[0][2])

	for name, spoil := range map[string]func(*Commit){
		"a requirement": func(c *Commit) { c.Require = []Expect{{Subject: Subject{"account", "x"}}} },
		"two subjects":  func(c *Commit) { c.Changes = append(c.Changes, posting("account", "d", "").Changes...) },
		"no change":     func(c *Commit) { c.Changes = nil },
		"a new subject": func(c *Commit) { c.Changes[0].Expect = 0 },
		"no values":     func(c *Commit) { c.Changes[0].Values = nil },
		"no entry":      func(c *Commit) { c.Changes[0].Entries = nil },
		"no number":     func(c *Commit) { c.Changes[0].First = 0 },
		"a claim":       func(c *Commit) { c.Changes[0].Claims = []Claim{{"x", "y"}} },
		"a release":     func(c *Commit) { c.Changes[0].Releases = []Claim{{"x", "y"}} },
		"a redaction":   func(c *Commit) { c.Changes[0].Redacts = []Redact{{}} },
		"a family":      func(c *Commit) { c.Changes[0].Subject.Kind = "voucher" },
		"a subject":     func(c *Commit) { c.Changes[0].Subject.ID = "a" },
		"a key":         func(c *Commit) { c.Key = "k1" },
	} {
		commits := batch()
		spoil(&commits[0])
		require.Nil(t, s.postsOf(commits, make([]error, 3)), name)
	}
	require.Nil(t, s.postsOf(batch(), []error{nil, fault.ErrInvalid, fault.ErrInvalid}), "one alone")

	var mixed []Commit
	for i := range 2 * maxRuns {
		c := posting("account", string(rune('a'+i)), "")
		c.Changes[0].Entries = make([]Entry, 1+i/2%2)
		mixed = append(mixed, c)
	}
	p = s.postsOf(mixed, make([]error, len(mixed)))
	require.Len(t, p.runs(), maxRuns)
	require.Len(t, p.runs()[1], 2)
	mixed = append(mixed, posting("account", "z", ""), posting("account", "zz", ""))
	mixed[0].Changes[0].Entries = make([]Entry, 3)
	require.Nil(t, s.postsOf(mixed, make([]error, len(mixed))), "a statement for each")

	to := movedRows(p.family)
	text, args := s.insertion(to, [][]any{{"t", "a", int64(-4), int64(8), int64(7), "v"}, {"t", "b", int64(-4), int64(8), int64(7), "v"}})
	require.Len(t, args, 6)
	require.Equal(t, `WITH moved AS (
INSERT INTO d_accounts (tenant, id, version, entries, recorded, value)
SELECT * FROM unnest($1::text[], $2::text[], $3::bigint[], $4::bigint[], $5::bigint[], $6::text[])
ON CONFLICT (tenant, id) DO UPDATE SET version = -excluded.version, entries = excluded.entries, recorded = excluded.recorded, value = excluded.value
WHERE d_accounts.version = -excluded.version - 1 AND d_accounts.entries = excluded.entries - $7::bigint
RETURNING version)
SELECT count(*) FROM moved WHERE version > 0`, text)
}

func TestDuplicate(t *testing.T) {
	for code, want := range map[coded]bool{19 | 6<<8: true, 19 | 8<<8: true, 19: false, 5: false} {
		require.Equal(t, want, SQLite.duplicate(code), int(code))
		require.False(t, PostgreSQL.duplicate(code))
	}
	require.True(t, PostgreSQL.duplicate(stated("23505")))
	require.False(t, PostgreSQL.duplicate(stated("40001")))
	require.False(t, PostgreSQL.duplicate(nil))
}
