package sqlstore

import (
	"context"
	"database/sql"
	"slices"
)

// setMembers brings the sets of the commit to what they are to hold. Most commits
// leave them as they are, which one statement for all of them finds out.
func (s *Store) setMembers(ctx context.Context, tx *sql.Tx, c Commit) error {
	var sets []Set
	for _, change := range c.Changes {
		sets = append(sets, change.Sets...)
	}
	for len(sets) > 0 {
		first := sets[0]
		same := slices.DeleteFunc(slices.Clone(sets), func(set Set) bool { return set.Table != first.Table })
		if err := s.setTable(ctx, tx, same); err != nil {
			return err
		}
		sets = slices.DeleteFunc(sets, func(set Set) bool { return set.Table == first.Table })
	}
	return nil
}

// setTable is setMembers for sets of one table.
func (s *Store) setTable(ctx context.Context, tx *sql.Tx, sets []Set) error {
	table, column := s.table(sets[0].Table), sets[0].Column
	ids := make([]string, len(sets))
	for i, set := range sets {
		ids[i] = set.ID
	}
	had := map[string][]string{}
	choice := Choice{Table: "{" + sets[0].Table + "}", Select: "id, " + column, Where: "tenant = $1", Column: "id"}
	err := s.among(ctx, tx, &choice, []any{s.tenant}, ids,
		func(rows *sql.Rows) error {
			var id, member string
			err := rows.Scan(&id, &member)
			had[id] = append(had[id], member)
			return err
		})
	if err != nil {
		return err
	}
	var added [][]any
	for _, set := range sets {
		for _, member := range set.Members {
			if !slices.Contains(had[set.ID], member) {
				added = append(added, []any{s.tenant, set.ID, member})
			}
		}
		for _, member := range had[set.ID] {
			if slices.Contains(set.Members, member) {
				continue
			}
			_, err := s.exec(ctx, tx, "DELETE FROM "+table+" WHERE tenant = $1 AND id = $2 AND "+column+" = $3", s.tenant, set.ID, member)
			if err != nil {
				return err
			}
		}
	}
	_, err = s.insert(ctx, tx, &rows{name: sets[0].Table, table: sets[0].Table, columns: []string{"tenant", "id", column}}, added)
	return err
}
