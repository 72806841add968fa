package sqlstore

import (
	"database/sql"
	"math"
	"strconv"
	"strings"
	"time"
)

// Micros is an instant as it stands in a BIGINT column: microseconds since 1970, or
// NULL for the zero time.
func Micros(t time.Time) any {
	if t.IsZero() {
		return nil
	}
	return t.UnixMicro()
}

// Bound is an exclusive upper bound of instants in a BIGINT column: t, rounded up to
// the microsecond, so that no instant before t is cut off.
func Bound(t time.Time) int64 {
	micros := t.UnixMicro()
	if t.Nanosecond()%1000 != 0 {
		micros++
	}
	return micros
}

// Instant is what Micros wrote.
func Instant(micros sql.NullInt64) time.Time {
	if !micros.Valid {
		return time.Time{}
	}
	return time.UnixMicro(micros.Int64).UTC()
}

// Text is a text or a document that may be absent: NULL where it is empty.
func Text[T ~string | ~[]byte](text T) any {
	if len(text) == 0 {
		return nil
	}
	return string(text)
}

// Number is a version or a number of an entry in a BIGINT column. What no column
// holds becomes the largest number, which nothing reaches.
func Number(n uint64) int64 { return int64(min(n, math.MaxInt64)) }

// Condition is a WHERE clause in the making.
type Condition struct {
	text strings.Builder
	args []any
}

// And adds a condition. Each ? in it stands for one of the values.
func (c *Condition) And(condition string, values ...any) {
	if c.text.Len() == 0 {
		c.text.WriteString("WHERE ")
	} else {
		c.text.WriteString("\n  AND ")
	}
	c.args = append(c.args, values...)
	place(&c.text, condition, len(c.args)-len(values))
}

// Or adds one condition that is met where any of several is; none is met where
// there is none.
func (c *Condition) Or(conditions []string, values ...any) {
	if len(conditions) == 0 {
		conditions = []string{"1 = 0"}
	}
	c.And("("+strings.Join(conditions, " OR ")+")", values...)
}

// Text returns the clause and the values.
func (c *Condition) Text() (string, []any) { return c.text.String(), c.args }

// In adds that an expression is one of several texts.
func (c *Condition) In(expression string, texts []string) {
	values := make([]any, len(texts))
	for i, text := range texts {
		values[i] = text
	}
	c.And(expression+" IN "+marks(len(texts)), values...)
}

// Limit returns the clause with its order and a limit, and the values.
func (c *Condition) Limit(order string, n int) (string, []any) {
	args := append(c.args, n)
	return c.text.String() + "\nORDER BY " + order + "\nLIMIT $" + strconv.Itoa(len(args)), args
}

// place writes a text in which each ? becomes the next placeholder after $used.
func place(to *strings.Builder, text string, used int) {
	for part := range strings.SplitAfterSeq(text, "?") {
		before, found := strings.CutSuffix(part, "?")
		to.WriteString(before)
		if found {
			used++
			to.WriteString("$" + strconv.Itoa(used))
		}
	}
}

// placeholders returns n times the row, separated by commas, with each ? in it
// numbered from $used+1 on.
func placeholders(row string, n, used int) string {
	var text strings.Builder
	place(&text, strings.Repeat(", "+row, n)[2:], used)
	return text.String()
}

// marks returns a row of n values: (?, ?, ?).
func marks(n int) string { return "(" + strings.Repeat(", ?", n)[2:] + ")" }

// chunks yields the bounds of stretches of at most limit rows whose lengths are
// powers of two, so that few texts of statements serve all lengths.
func chunks(n, limit int) func(yield func(lo, hi int) bool) {
	return func(yield func(lo, hi int) bool) {
		for lo := 0; lo < n; {
			size := limit
			for size > n-lo {
				size /= 2
			}
			if !yield(lo, lo+size) {
				return
			}
			lo += size
		}
	}
}

// evenly yields the bounds of stretches of limit rows and a last one.
func evenly(n, limit int) func(yield func(lo, hi int) bool) {
	return func(yield func(lo, hi int) bool) {
		for lo := 0; lo < n; lo += limit {
			if !yield(lo, min(lo+limit, n)) {
				return
			}
		}
	}
}
