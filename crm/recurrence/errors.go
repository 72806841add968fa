package recurrence

import (
	"errors"
	"maps"

	"github.com/guanxi-go/guanxi/crm/finding"
	"github.com/guanxi-go/guanxi/internal/fault"
)

// Sentinels of this package, to be asked with errors.Is.
var (
	// ErrInvalid: what is given breaks RFC 5545 or a rule stated here.
	ErrInvalid = fault.ErrInvalid
	// ErrRule: the rule has a part, or a part beside this FREQ, that is outside the
	// subset of the package. Error.Part names it.
	ErrRule = errors.New("unsupported part of a recurrence rule")
)

// Error is the error of every function in this package that has one of its own.
type Error struct {
	Code string // stable, such as REC-UNSUPPORTED
	Part string // the part of the rule, such as "BYHOUR"; "rule", "start" or "zone" where it is none
	Err  error  // ErrInvalid or ErrRule
}

// Error returns, for example, "recurrence: BYHOUR is not supported: unsupported part
// of a recurrence rule".
func (e *Error) Error() string {
	return "recurrence: " + e.Text(finding.English) + fault.Cause(e.Err)
}

// Unwrap returns Err, for errors.Is.
func (e *Error) Unwrap() error { return e.Err }

// Text returns the sentence of the error for people, in a language; its words are
// those of [Catalogue].
func (e *Error) Text(in finding.Language) string {
	return catalogue.Sentence(e.Code, in, finding.Str("part", e.Part))
}

const (
	codeUnsupported = "REC-UNSUPPORTED"
	codeFreq        = "REC-FREQ"
	codeValue       = "REC-VALUE"
	codeMissing     = "REC-MISSING"
	codeTwice       = "REC-TWICE"
	codeEnds        = "REC-ENDS"
	codeAlone       = "REC-ALONE"
	codeText        = "REC-TEXT"
)

// catalogue is only read.
var catalogue = finding.Catalogue{
	codeUnsupported: {En: "{part} is not supported", Zh: "不支持 {part}"},
	codeFreq:        {En: "{part} has no such meaning with this FREQ", Zh: "在该 FREQ 下 {part} 没有此用法"},
	codeValue:       {En: "{part} has a value that is not allowed", Zh: "{part} 的值不允许"},
	codeMissing:     {En: "{part} is missing", Zh: "缺少 {part}"},
	codeTwice:       {En: "{part} is there twice", Zh: "{part} 重复"},
	codeEnds:        {En: "COUNT and UNTIL exclude each other", Zh: "COUNT 与 UNTIL 不能同时使用"},
	codeAlone:       {En: "{part} needs another BY part", Zh: "{part} 须与其他 BY 部分同用"},
	codeText:        {En: "the text is not a recurrence rule", Zh: "文本不是周期规则"},
}

// Catalogue returns the sentences of this package's errors by code, in English and
// Chinese.
func Catalogue() finding.Catalogue { return maps.Clone(catalogue) }

func refuse(sentinel error, code, part string) error {
	return &Error{Code: code, Part: part, Err: sentinel}
}

// unknown is the error of a number or text that no constant of an enumeration has.
func unknown(field string) error { return refuse(ErrInvalid, codeValue, field) }
