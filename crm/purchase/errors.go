package purchase

import (
	"fmt"
	"log/slog"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/guanxi-go/guanxi/internal/fault"
)

// Sentinels of this package, to be asked with errors.Is. The first four have one
// identity across the library; the others are kinds of ErrInvalid and answer to
// it too.
var (
	ErrInvalid          = fault.ErrInvalid          // the log or an option breaks a stated rule
	ErrInsufficientData = fault.ErrInsufficientData // no bytes, no rows, or every row skipped
	ErrOverflow         = fault.ErrOverflow         // an amount does not fit int64 minor units
	ErrCurrency         = fault.ErrCurrency         // a row states no currency where one is needed

	ErrHeader     = fmt.Errorf("header %w", ErrInvalid)      // a column is missing, or two have one name
	ErrQuote      = fmt.Errorf("quoting %w", ErrInvalid)     // a bare or unterminated quote, or text after a closing one
	ErrFieldCount = fmt.Errorf("field count %w", ErrInvalid) // a row has more or fewer fields than the header
	ErrEncoding   = fmt.Errorf("encoding %w", ErrInvalid)    // bytes that are not UTF-8, or NUL
	ErrTooLong    = fmt.Errorf("length %w", ErrInvalid)      // a record over MaxRecord, a text id over MaxID
	ErrZone       = fmt.Errorf("time zone %w", ErrInvalid)   // an instant, and no Options.Location to tell its date
)

// maxValue is how much of a refused value an [Error] keeps, in bytes; an id that
// may stand in a log always fits.
const maxValue = 1024

// Error is every error of this package: which place of the log is refused, and
// why.
//
// The text of Error and what slog shows of it leave out the value unless it
// stands in the date, amount or currency column: the other columns of a log may
// hold names and telephone numbers. Value has it for whoever may see it.
type Error struct {
	// Line is the physical line on which the record starts, from 1; lines end in
	// LF, and those inside quoted fields count. 0 where the error is about an
	// option or the log as a whole. For an error of the underlying reader it is
	// the line that could not be read to its end.
	Line int
	// FieldLine is the line on which the field starts. It differs from Line only
	// where an earlier field of the record has a line break in its quotes.
	FieldLine int
	// Column is the header's name for the column, "column 4" where it has none,
	// "Options.X" for an option, and empty where the error is about the record.
	Column string
	// Value is what stands in the field, without its quotes, cut to 1024 bytes.
	Value string
	// Reason says in English what is wrong, without the value.
	Reason string
	// Columns are the names in the header, where the error is about those
	// (ErrHeader). Of a log without a header it is the first row.
	Columns []string
	// Err is the sentinel, or the error of the underlying reader.
	Err error

	field int  // index of the column, -1 for none, until Column is known
	shown bool // the value may appear in texts
	fatal bool // the reader cannot tell where the next record starts
}

// Error returns for example
//
//	purchase: line 7, column "amount", value "12,50": thousands separator at byte 2: invalid
//	purchase: line 7, column "customer", value of 300 bytes: longer than 255 bytes: length invalid
func (e *Error) Error() string {
	var b strings.Builder
	b.WriteString("purchase: ")
	if e.Line > 0 {
		fmt.Fprintf(&b, "line %d", e.Line)
		if e.FieldLine > e.Line {
			fmt.Fprintf(&b, " (field on line %d)", e.FieldLine)
		}
		if e.Column != "" {
			b.WriteString(", column " + strconv.Quote(cut(e.Column)))
		}
	} else {
		b.WriteString(e.Column) // an option
	}
	if e.Value != "" {
		b.WriteString(", value " + e.value())
	}
	if e.Line > 0 || e.Column != "" {
		b.WriteString(": ")
	}
	b.WriteString(e.Reason)
	b.WriteString(fault.Cause(e.Err))
	return b.String()
}

// Unwrap returns Err, for errors.Is and errors.As.
func (e *Error) Unwrap() error { return e.Err }

// LogValue shows a log what Error prints, in attributes: line, field_line,
// column, value, reason and error.
func (e *Error) LogValue() slog.Value {
	var attrs []slog.Attr
	if e.Line > 0 {
		attrs = append(attrs, slog.Int("line", e.Line))
	}
	if e.FieldLine > e.Line {
		attrs = append(attrs, slog.Int("field_line", e.FieldLine))
	}
	if e.Column != "" {
		attrs = append(attrs, slog.String("column", cut(e.Column)))
	}
	if e.Value != "" {
		attrs = append(attrs, slog.String("value", e.value()))
	}
	attrs = append(attrs, slog.String("reason", e.Reason))
	if e.Err != nil {
		attrs = append(attrs, slog.String("error", e.Err.Error()))
	}
	return slog.GroupValue(attrs...)
}

// value is the value quoted, or its length where it may be about a person.
func (e *Error) value() string {
	if e.shown {
		return strconv.Quote(cut(e.Value))
	}
	if whole := maxValue - utf8.UTFMax; len(e.Value) > whole { // it may have been cut
		return fmt.Sprintf("of more than %d bytes", whole)
	}
	return fmt.Sprintf("of %d bytes", len(e.Value))
}

// maxShown is how many runes of a name or value a text shows.
const maxShown = 40

func cut(s string) string {
	n := 0
	for i := range s {
		if n == maxShown {
			return s[:i] + "…"
		}
		n++
	}
	return s
}

// keep copies the part of a refused value that an Error holds, whole runes.
func keep(text []byte) string {
	if len(text) <= maxValue {
		return string(text)
	}
	n := maxValue
	for n > maxValue-utf8.UTFMax && !utf8.RuneStart(text[n]) {
		n--
	}
	return string(text[:n])
}

// refuse is an error about the record or, where field is not -1, about the field
// of that index; the caller adds the place.
func refuse(field int, err error, format string, args ...any) *Error {
	return &Error{field: field, Reason: fmt.Sprintf(format, args...), Err: err}
}

func refuseOption(name, format string, args ...any) *Error {
	return &Error{field: -1, Column: "Options." + name, Reason: fmt.Sprintf(format, args...), Err: ErrInvalid}
}

// unknown is the error of a number or text that no constant of an enumeration has.
func unknown(field string) error { return refuseOption(field, "no such policy") }
