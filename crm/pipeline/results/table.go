package results

import (
	"cmp"
	"maps"
	"math"
	"slices"
	"time"
)

// Table is a statistic by groups (分组统计). Total is the sum of Rows in every count and
// amount; its key is "".
type Table[R any] struct {
	Rows  []R `json:"rows"` // in byte order of the key; a group without a fact has none
	Total R   `json:"total"`
}

// A head is what the facts of all statistics have. wrong is the code of what else is wrong
// with the fact.
type head struct {
	id    string
	at    time.Time
	minor int64
	wrong string
}

// A sheet sums facts of a kind into rows.
type sheet[F, R any] struct {
	field string // what the facts are called in errors
	head  func(F) head
	row   func(key string) R
	add   func(*R, F)
}

// gather checks every fact, and sums those of [from, to) by their groups; a nil by has one
// group, "". The zero from is the beginning of time.
func (s sheet[F, R]) gather(facts []F, from, to time.Time, by func(F) string) (Table[R], error) {
	rows := map[string]*R{}
	table := Table[R]{Rows: []R{}, Total: s.row("")}
	seen := make(map[string]bool, len(facts))
	var size uint64 // of the amounts without their sign: where it fits, every sum does
	for i, f := range facts {
		h := s.head(f)
		switch {
		case h.id == "":
			return Table[R]{}, refuse(ErrInvalid, codeID, s.field, i)
		case seen[h.id]:
			return Table[R]{}, refuse(ErrDuplicate, codeRepeated, s.field, i)
		case h.at.IsZero():
			return Table[R]{}, refuse(ErrInvalid, codeInstant, s.field, i)
		case h.minor == math.MinInt64:
			return Table[R]{}, refuse(ErrInvalid, codeAmount, s.field, i)
		case h.wrong != "":
			return Table[R]{}, refuse(ErrInvalid, h.wrong, s.field, i)
		}
		seen[h.id] = true
		if size += uint64(max(h.minor, -h.minor)); size > math.MaxInt64 {
			return Table[R]{}, refuse(ErrOverflow, codeOverflow, s.field, i)
		}
		if h.at.Before(from) || !h.at.Before(to) {
			continue
		}
		key := ""
		if by != nil {
			key = by(f)
		}
		if rows[key] == nil {
			r := s.row(key)
			rows[key] = &r
		}
		s.add(rows[key], f)
		s.add(&table.Total, f)
	}
	for _, key := range slices.Sorted(maps.Keys(rows)) {
		table.Rows = append(table.Rows, *rows[key])
	}
	return table, nil
}

// over checks the period, and gathers the facts that lie in it.
func (s sheet[F, R]) over(facts []F, p Period, by func(F) string) (Table[R], error) {
	if err := p.Validate(); err != nil {
		return Table[R]{}, err
	}
	from, to := p.instants()
	return s.gather(facts, from, to, by)
}

// merged calls do for every key of two lists that are in order of keys, with the place in
// each, or -1.
func merged[R any](a, b []R, key func(R) string, do func(key string, i, k int)) {
	for i, k := 0, 0; i < len(a) || k < len(b); {
		c := 0
		switch {
		case i == len(a):
			c = 1
		case k == len(b):
			c = -1
		default:
			c = cmp.Compare(key(a[i]), key(b[k]))
		}
		switch {
		case c < 0:
			do(key(a[i]), i, -1)
			i++
		case c > 0:
			do(key(b[k]), -1, k)
			k++
		default:
			do(key(a[i]), i, k)
			i, k = i+1, k+1
		}
	}
}
