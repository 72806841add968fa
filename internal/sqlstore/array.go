package sqlstore

import (
	"context"
	"database/sql/driver"
	"encoding/hex"
	"slices"
	"strconv"
	"strings"
)

// arrays returns each column of the rows as one argument for an array of PostgreSQL: a
// slice, where the driver takes slices and the column has values of one type and no
// NULL, else what PostgreSQL reads as an array. A slice travels in the binary form,
// which costs client and server three quarters of what the text costs.
func (s *Store) arrays(all [][]any) []any {
	args := make([]any, len(all[0]))
	native := s.prepared.slices.Load()
	for i := range args {
		if native {
			args[i] = column(all, i)
		}
		if args[i] == nil {
			args[i] = literal(all, i)
		}
	}
	return args
}

// array is arrays for one column of texts.
func (s *Store) array(texts []string) any {
	if s.prepared.slices.Load() {
		return texts
	}
	b := []byte{'{'}
	for i, text := range texts {
		if i > 0 {
			b = append(b, ',')
		}
		b = appendElement(b, text)
	}
	return string(append(b, '}'))
}

// askDriver finds out whether the driver of a PostgreSQL database takes slices, as
// pgx does. Like prepare it takes a connection, and so comes before a transaction:
// what runs inside one before anybody asked goes as text.
func (s *Store) askDriver(ctx context.Context) error {
	if s.prepared.asked.Load() {
		return nil
	}
	conn, err := s.db.Conn(ctx)
	if err != nil {
		return err
	}
	defer conn.Close()
	return conn.Raw(func(of any) error {
		s.prepared.slices.Store(takesSlices(of))
		s.prepared.asked.Store(true)
		return nil
	})
}

// takesSlices reports whether a driver's connection takes slices for arguments.
func takesSlices(conn any) bool {
	checker, ok := conn.(driver.NamedValueChecker)
	for _, slice := range []any{[]string{}, []int64{}, [][]byte{}} {
		ok = ok && checker.CheckNamedValue(&driver.NamedValue{Ordinal: 1, Value: slice}) == nil
	}
	return ok
}

// column returns column i of the rows as a slice, or nil where it is none of one type.
func column(all [][]any, i int) any {
	switch all[0][i].(type) {
	case string:
		return slice[string](all, i)
	case int64:
		return slice[int64](all, i)
	case []byte:
		if !slices.ContainsFunc(all, func(row []any) bool { b, ok := row[i].([]byte); return ok && b == nil }) {
			return slice[[]byte](all, i)
		}
	}
	return nil
}

func slice[T any](all [][]any, i int) any {
	values := make([]T, len(all))
	for j, row := range all {
		v, ok := row[i].(T)
		if !ok {
			return nil
		}
		values[j] = v
	}
	return values
}

// literal writes column i of the rows as an array.
func literal(all [][]any, i int) string {
	b := []byte{'{'}
	for j, row := range all {
		if j > 0 {
			b = append(b, ',')
		}
		b = appendElement(b, row[i])
	}
	return string(append(b, '}'))
}

// appendElement writes a value as an array literal of PostgreSQL has it.
func appendElement(b []byte, value any) []byte {
	switch v := value.(type) {
	case int64:
		return strconv.AppendInt(b, v, 10)
	case string:
		b = append(b, '"')
		for {
			i := strings.IndexAny(v, `"\`)
			if i < 0 {
				return append(append(b, v...), '"')
			}
			b = append(append(b, v[:i]...), '\\', v[i])
			v = v[i+1:]
		}
	case []byte:
		if v == nil {
			return append(b, "NULL"...)
		}
		return append(hex.AppendEncode(append(b, `"\\x`...), v), '"')
	}
	return append(b, "NULL"...)
}
