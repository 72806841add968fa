package lunar

import (
	"errors"
	"maps"

	"github.com/guanxi-go/guanxi/crm/calendar"
	"github.com/guanxi-go/guanxi/crm/finding"
	"github.com/guanxi-go/guanxi/internal/fault"
)

// The reasons for which this package has no answer.
var (
	ErrInvalid   = fault.ErrInvalid                    // there is no such date or day, or the text is none
	ErrHorizon   = calendar.ErrHorizon                 // outside the days First to Last
	ErrUndecided = errors.New("undecided lunar month") // hangs on a new moon that falls on midnight
)

// Error is the error of every function in this package. It never repeats the date that it
// is about, which may be somebody's birthday.
type Error struct {
	Code string // LUN-DATE, LUN-TEXT, LUN-HORIZON or LUN-UNDECIDED
	Err  error  // the sentinel
}

// Error returns the English sentence and the sentinel, such as "lunar: the year has no such
// date: invalid input".
func (e *Error) Error() string { return "lunar: " + e.Text(finding.English) + fault.Cause(e.Err) }

// Unwrap returns Err, for errors.Is.
func (e *Error) Unwrap() error { return e.Err }

// Text returns the sentence of the error for people, in a language; its words are those of
// [Catalogue].
func (e *Error) Text(in finding.Language) string {
	return catalogue.Sentence(e.Code, in)
}

const (
	codeDate      = "LUN-DATE"
	codeText      = "LUN-TEXT"
	codeHorizon   = "LUN-HORIZON"
	codeUndecided = "LUN-UNDECIDED"
)

var catalogue = finding.Catalogue{
	codeDate:      {En: "the lunar calendar has no such date", Zh: "农历没有这一天"},
	codeText:      {En: "the text is no lunar date", Zh: "文本不是农历日期"},
	codeHorizon:   {En: "the lunar calendar is known from 1901 to the lunar year 2100", Zh: "仅支持公历1901年起至农历2100年止"},
	codeUndecided: {En: "this lunar month is not decided yet", Zh: "该农历月的起始日尚未确定"},
}

// Catalogue returns the sentences of this package's errors by code, in English and Chinese.
func Catalogue() finding.Catalogue { return maps.Clone(catalogue) }

func noDate() error    { return &Error{codeDate, ErrInvalid} }
func noText() error    { return &Error{codeText, ErrInvalid} }
func outside() error   { return &Error{codeHorizon, ErrHorizon} }
func undecided() error { return &Error{codeUndecided, ErrUndecided} }
