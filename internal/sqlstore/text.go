package sqlstore

import (
	"slices"
	"strings"
	"sync"
)

// texts are statements that were written out before: for how many rows, of which
// table.
type texts struct {
	mu   sync.RWMutex
	made map[textKey]string

	shared map[string]map[string]bool // names of an insertion's texts; see share
}

type textKey struct {
	statement string // with the domain's tables in braces, or a name of its own
	rows      int
}

// cached returns the text of a statement, which make writes the first time.
func (s *Store) cached(statement string, rows int, make func() string) string {
	key := textKey{statement, rows}
	s.texts.mu.RLock()
	text, ok := s.texts.made[key]
	s.texts.mu.RUnlock()
	if !ok {
		text = make()
		s.texts.mu.Lock()
		s.texts.made[key] = text
		s.texts.mu.Unlock()
	}
	return text
}

// text puts the names of tables into a statement: {subjects} is crm_subjects.
func (s *Store) text(statement string) string {
	return s.cached(statement, 0, func() string {
		return strings.ReplaceAll(strings.ReplaceAll(statement, "{", s.domain.Name+"_"), "}", "")
	})
}

// family is a Family with what is made of it once.
type family struct {
	Family
	key     []string           // what identifies a subject
	journal *rows              // appends entries
	heads   *Choice            // reads them for a batch
	moved   *rows              // replaces those of posts
	created map[creation]*rows // inserts them
	cleared []int              // where the cleared columns stand in a row of the journal
	listed  []int              // where each of Listed stands in Columns
}

func (s *Store) newFamily(f Family) *family {
	to := &family{Family: f, key: []string{"tenant", "kind", "id"}}
	if f.Kind != "" {
		to.key = []string{"tenant", "id"}
	}
	to.heads = &Choice{Table: "{" + f.Subjects + "}", Column: "id", Lock: true, Where: "tenant = $1",
		Select: strings.Join(append([]string{"id, version, entries, recorded"}, f.Listed...), ", ")}
	if f.Kind == "" {
		to.heads.Where += " AND kind = $2"
	}
	columns := slices.Concat(to.key, []string{"seq"}, f.Entry)
	to.journal = &rows{name: f.Journal, table: f.Journal, columns: columns}
	for i, column := range columns {
		if slices.Contains(f.Cleared, column) {
			to.cleared = append(to.cleared, i)
		}
	}
	for _, column := range f.Listed {
		to.listed = append(to.listed, slices.Index(f.Columns, column))
	}
	to.moved, to.created = movedRows(to), map[creation]*rows{}
	for _, c := range []creation{{}, {replaced: true}, {returning: true}, {replaced: true, returning: true}} {
		to.created[c] = createdRows(to, c)
	}
	return to
}

// family returns where subjects of a kind are.
func (s *Store) family(kind string) *family {
	for _, f := range s.families {
		if f.Kind == kind || f.Kind == "" {
			return f
		}
	}
	return nil
}

// of returns the values of the key: those of a subject.
func (s *Store) of(f *family, subject Subject, room int) []any {
	return s.appendKey(make([]any, 0, len(f.key)+room), f, subject)
}

func (s *Store) appendKey(values []any, f *family, subject Subject) []any {
	values = append(values, s.tenant)
	if f.Kind == "" {
		values = append(values, subject.Kind)
	}
	return append(values, subject.ID)
}

// kind is an expression for the kind of a row of the family.
func (f *family) kind() string {
	if f.Kind == "" {
		return "kind"
	}
	return "'" + f.Kind + "'"
}

// equal writes "a = , b = " with a mark behind each.
func equal(columns []string, between string) string {
	return strings.Join(columns, " = ?"+between) + " = ?"
}

// numbered puts $1, $2 for each mark.
func numbered(text string) string {
	var to strings.Builder
	place(&to, text, 0)
	return to.String()
}

// castOf returns the type of a column.
func (s *Store) castOf(column string) string {
	switch {
	case slices.Contains([]string{"seq", "version", "entries", "recorded", "at"}, column) || slices.Contains(s.domain.Numbers, column):
		return "bigint"
	case slices.Contains([]string{"fingerprint", "receipt"}, column) || slices.Contains(s.domain.Bytes, column):
		return "bytea"
	}
	return "text"
}
