package calendar

import (
	"errors"
	"strconv"

	"github.com/guanxi-go/guanxi/internal/fault"
)

// The reasons for which this package has no answer.
var (
	// ErrInvalid: what was given is no date, no day of the years 1 to 9999, or breaks
	// a rule of the type it is in.
	ErrInvalid = fault.ErrInvalid
	// ErrHorizon: the question, or its answer, lies outside the days that the calendar
	// was compiled for.
	ErrHorizon = errors.New("outside the horizon")
	// ErrUncovered: the answer depends on a year for which the calendar has no table
	// of holidays and make-up days, and was told to refuse such years.
	ErrUncovered = errors.New("year without a table")
)

// CodeUncovered is the code of the finding that an answer rests on a year without
// a table: the caller makes it of each year of [Calendar.Uncovered], with the year
// as the parameter "year". [UncoveredEn] and [UncoveredZh] are its sentences for a
// catalogue of package crm/finding.
const (
	CodeUncovered = "CAL-UNCOVERED"
	UncoveredEn   = "no holidays and make-up days are known for {year}: the pattern alone was applied"
	UncoveredZh   = "没有{year}年的放假调休安排，仅按排班规律计算"
)

// Error is the error of every function in this package. It never repeats a text
// that it is about: the caller knows the row, and a date may be somebody's
// birthday.
type Error struct {
	Field  string // what is wrong, such as "date" or "patterns[0].cycle[4].shifts[1]"; "" where the answer is missing
	Reason string // what is wrong with it, in English
	Zh     string // and in Chinese
	Year   int    // the year without a table, for ErrUncovered; otherwise 0
	Err    error  // ErrInvalid, ErrHorizon or ErrUncovered; nil means ErrInvalid
}

// Error returns "calendar: field reason: sentinel", without what is empty.
func (e *Error) Error() string {
	text := "calendar: "
	if e.Field != "" {
		text += e.Field + " "
	}
	if e.Reason != "" {
		text += e.Reason + ": "
	}
	return text + e.Unwrap().Error()
}

// Unwrap returns Err, and [ErrInvalid] where that is nil.
func (e *Error) Unwrap() error {
	if e.Err == nil {
		return ErrInvalid
	}
	return e.Err
}

// Code returns a stable code for programs and translations: CAL-INVALID,
// CAL-HORIZON or CAL-UNCOVERED.
func (e *Error) Code() string {
	switch {
	case errors.Is(e.Err, ErrHorizon):
		return "CAL-HORIZON"
	case errors.Is(e.Err, ErrUncovered):
		return CodeUncovered
	}
	return "CAL-INVALID"
}

// A reason is the same text in English and in Chinese.
type reason struct{ en, zh string }

func invalid(field string, why reason) error {
	return &Error{Field: field, Reason: why.en, Zh: why.zh, Err: ErrInvalid}
}

func outside() error {
	return &Error{
		Reason: "the calendar does not reach so far", Zh: "超出日历的起止范围", Err: ErrHorizon,
	}
}

func uncovered(year int) error {
	y := strconv.Itoa(year)
	return &Error{
		Reason: "no holidays and make-up days are known for " + y, Zh: "没有" + y + "年的放假调休安排",
		Year: year, Err: ErrUncovered,
	}
}
