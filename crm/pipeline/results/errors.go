package results

import (
	"maps"

	"github.com/guanxi-go/guanxi/crm/finding"
	"github.com/guanxi-go/guanxi/internal/fault"
)

// Sentinels of this package, to be asked with errors.Is. They have one identity
// across the library.
var (
	ErrInvalid   = fault.ErrInvalid   // an input breaks a rule stated here
	ErrOverflow  = fault.ErrOverflow  // a sum does not fit 64 bits
	ErrDuplicate = fault.ErrDuplicate // one id given twice
	ErrNotFound  = fault.ErrNotFound  // nobody had the customer
)

// Error is the error of every function in this package. It carries places and codes,
// never a name, a text or an amount. [Catalogue] has the sentence of each Code in English and
// Chinese.
type Error struct {
	Code  string // stable, such as RES-REPEATED
	Field string // what is concerned: "deals", "rows", "top", ...
	Item  int    // 0-based place in Field where that is a list, else -1
	Err   error  // the sentinel
}

// Error returns, for example, "results: rows[3]: an id is given twice: duplicate".
func (e *Error) Error() string {
	return "results: " + fault.Place(e.Field, e.Item) + ": " + e.Text(finding.English) + fault.Cause(e.Err)
}

// Unwrap returns Err, for errors.Is and errors.As.
func (e *Error) Unwrap() error { return e.Err }

// Text returns the sentence of the error for people, in a language. A code that
// [Catalogue] does not have is returned as it is.
func (e *Error) Text(in finding.Language) string {
	return catalogue.Sentence(e.Code, in)
}

func refuse(sentinel error, code, field string, item int) error {
	return &Error{Code: code, Field: field, Item: item, Err: sentinel}
}

const (
	codeUnknown  = "RES-UNKNOWN"
	codeID       = "RES-ID"
	codeRepeated = "RES-REPEATED"
	codeInstant  = "RES-INSTANT"
	codeAmount   = "RES-AMOUNT"
	codeOverflow = "RES-OVERFLOW"
	codeNobody   = "RES-NOBODY"
	codeShares   = "RES-SHARES"
	codeTop      = "RES-TOP"
	codePeriod   = "RES-PERIOD"
	codeCalendar = "RES-CALENDAR"
	codeWeights  = "RES-WEIGHTS"
	codeTarget   = "RES-TARGET"
	codeMeasure  = "RES-MEASURE"
)

var catalogue = finding.Catalogue{
	codeUnknown:  {En: "a value is none of its enumeration", Zh: "不是规定的取值"},
	codeID:       {En: "an id is missing", Zh: "缺少编号"},
	codeRepeated: {En: "an id is given twice", Zh: "编号重复"},
	codeInstant:  {En: "the instant is missing", Zh: "缺少时间"},
	codeAmount:   {En: "an amount is not allowed here", Zh: "金额不符合规定"},
	codeOverflow: {En: "the sum does not fit 64 bits", Zh: "合计超出范围"},
	codeNobody:   {En: "nobody had the customer then", Zh: "当时该客户无归属人"},
	codeShares:   {En: "the shares are below 0, all 0 or too large", Zh: "拆分比例为负、全为零或过大"},
	codeTop:      {En: "the number of places is below 0", Zh: "名次数不得为负"},
	codePeriod:   {En: "the period has no days, or no zone", Zh: "统计期间没有天数或没有时区"},
	codeCalendar: {En: "the working days cannot be counted", Zh: "无法计算工作日"},
	codeWeights:  {En: "the weights are below 0 or do not sum to 1", Zh: "权重为负或合计不等于 1"},
	codeTarget:   {En: "a target is not above 0", Zh: "目标值必须大于零"},
	codeMeasure:  {En: "there is no such measure", Zh: "没有该考核指标"},
}

// Catalogue returns the sentences of this package's errors by code, in English and Chinese.
func Catalogue() finding.Catalogue { return maps.Clone(catalogue) }

// unknown is the error of a number or text that no constant of an enumeration has.
func unknown(field string) error { return refuse(ErrInvalid, codeUnknown, field, -1) }
