package score

import (
	"errors"
	"maps"
	"strings"

	"github.com/guanxi-go/guanxi/crm/finding"
	"github.com/guanxi-go/guanxi/internal/fault"
	"github.com/guanxi-go/guanxi/internal/limit"
)

// Sentinels of this package, to be asked with errors.Is. They have one identity
// across the library.
var (
	ErrInvalid          = fault.ErrInvalid          // an input breaks a rule stated here
	ErrDuplicate        = fault.ErrDuplicate        // one name given twice
	ErrInsufficientData = fault.ErrInsufficientData // too few closed leads, or inputs that say the same
	ErrNotConverged     = fault.ErrNotConverged     // no finite coefficients are the best, or the steps ran out
	ErrOverflow         = fault.ErrOverflow         // a sum or count does not fit its type
)

// Error is the error of every function in this package. It carries names of fields and
// places, never a value. [Catalogue] has the sentence of each Code in English and
// Chinese.
type Error struct {
	Code  string // stable, such as SCO-FEW
	Field string // what is concerned: "rules", "values", "cases", ...
	Item  int    // 0-based place in Field where that is a list, else -1
	ID    string // name of the rule, field or feature concerned; may be ""
	Err   error  // the sentinel
}

// Error returns the English sentence.
func (e *Error) Error() string {
	return "score: " + fault.Place(e.Field, e.Item) + ": " + e.Text(finding.English) + fault.Cause(e.Err)
}

// Unwrap returns Err, for errors.Is.
func (e *Error) Unwrap() error { return e.Err }

// Text returns the sentence of the error for people, in a language. A code that
// [Catalogue] does not have is returned as it is.
func (e *Error) Text(in finding.Language) string {
	return strings.TrimSpace(catalogue.Sentence(e.Code, in, finding.Str("id", e.ID)))
}

// The codes of errors.
const (
	codeID        = "SCO-ID"
	codeCode      = "SCO-CODE"
	codeRepeated  = "SCO-REPEATED"
	codeMissing   = "SCO-MISSING"
	codeRange     = "SCO-RANGE"
	codeNumber    = "SCO-NUMBER"
	codeLength    = "SCO-LENGTH"
	codeFew       = "SCO-FEW"
	codeMany      = "SCO-MANY"
	codeCollinear = "SCO-COLLINEAR"
	codeSeparated = "SCO-SEPARATED"
	codeSteps     = "SCO-STEPS"
)

var catalogue = finding.Catalogue{
	codeID:        {En: "is not 1 to 255 bytes of UTF-8 without NUL", Zh: "不是 1 至 255 字节的有效文本"},
	codeCode:      {En: "is not a code of 1 to 64 lower-case letters, digits, '-', '.' or '_'", Zh: "不是 1 至 64 位小写字母、数字或 -._ 组成的代码"},
	codeRepeated:  {En: "is given twice: {id}", Zh: "重复：{id}"},
	codeMissing:   {En: "is missing", Zh: "缺失"},
	codeRange:     {En: "is out of its range", Zh: "超出范围"},
	codeNumber:    {En: "is no finite number", Zh: "不是有限数值"},
	codeLength:    {En: "is not one value for each field", Zh: "值的个数与字段数不符"},
	codeFew:       {En: "fewer than 30 closed leads, or fewer than 5 won or 5 lost", Zh: "结案线索不足 30 条，或转化、流失不足 5 条"},
	codeMany:      {En: "has more distinct values than a score can learn from: {id}", Zh: "取值过多，无法用于评分：{id}"},
	codeCollinear: {En: "says nothing that the features before it do not say: {id}", Zh: "与前面的特征线性相关：{id}"},
	codeSeparated: {En: "the features separate won from lost without an error: no finite coefficients are the best; a ridge makes them finite",
		Zh: "特征可将转化与流失完全分离，系数趋于无穷；可设置岭罚"},
	codeSteps: {En: "no coefficients were found in the steps that are allowed", Zh: "在允许的迭代次数内未收敛"},
}

// Catalogue returns the sentences of this package's errors; their codes begin with SCO.
func Catalogue() finding.Catalogue { return maps.Clone(catalogue) }

func refuse(sentinel error, code, field string) error {
	return &Error{Code: code, Field: field, Item: -1, Err: sentinel}
}

func refuseID(sentinel error, code, field, id string) error {
	return &Error{Code: code, Field: field, Item: -1, ID: limit.Shown(id), Err: sentinel}
}

// problems gathers what Validate methods report at once.
type problems []error

func (p *problems) check(ok bool, code, field string, item int) {
	if !ok {
		*p = append(*p, &Error{Code: code, Field: field, Item: item, Err: ErrInvalid})
	}
}

func (p problems) join() error { return errors.Join(p...) }

func validID(s string) bool { return limit.Text(s, 1, limit.ID) }
