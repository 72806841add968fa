package segment

import (
	"encoding/json"
	"fmt"
)

// migrationVersion is written into every saved matrix.
const migrationVersion = 1

type migrationJSON[S comparable] struct {
	Version int       `json:"version"`
	States  []S       `json:"states"`
	Counts  [][]int64 `json:"counts"` // [from][to]
	Entered []int64   `json:"entered"`
	Left    []int64   `json:"left"`
}

// MarshalJSON writes the states and the counts with the version of the format. A
// state is written as its own type has it.
func (m *Migration[S]) MarshalJSON() ([]byte, error) {
	out := migrationJSON[S]{Version: migrationVersion, States: m.states, Entered: m.entered, Left: m.left}
	for i := range m.states {
		out.Counts = append(out.Counts, m.row(i))
	}
	return json.Marshal(out)
}

// UnmarshalJSON reads what MarshalJSON writes. Text of another version, or that is
// no matrix, is ErrVersion, and m is left as it was.
func (m *Migration[S]) UnmarshalJSON(text []byte) error {
	damaged := func(format string, args ...any) error {
		return &Error{Field: "migration", Row: -1, Msg: fmt.Sprintf(format, args...), Err: ErrVersion}
	}
	var in migrationJSON[S]
	if err := json.Unmarshal(text, &in); err != nil {
		return damaged("%v", err)
	}
	if in.Version != migrationVersion {
		return damaged("version %d, this is version %d", in.Version, migrationVersion)
	}
	loaded, err := NewMigration(in.States)
	if err != nil {
		return damaged("%v", err)
	}
	n := len(in.States)
	if len(in.Counts) != n || len(in.Entered) != n || len(in.Left) != n {
		return damaged("%d rows, %d entered and %d left for %d states", len(in.Counts), len(in.Entered), len(in.Left), n)
	}
	loaded.count = loaded.count[:0]
	for i, row := range in.Counts {
		if len(row) != n {
			return damaged("%d counts in row %d for %d states", len(row), i, n)
		}
		loaded.count = append(loaded.count, row...)
	}
	loaded.entered, loaded.left = in.Entered, in.Left
	for _, counts := range [...][]int64{loaded.count, loaded.entered, loaded.left} {
		for _, k := range counts {
			if k < 0 {
				return damaged("a count of %d", k)
			}
		}
	}
	if err := loaded.recount(); err != nil {
		return damaged("%v", err)
	}
	*m = *loaded
	return nil
}
