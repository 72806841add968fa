package registration

import (
	"errors"
	"maps"
	"time"

	"github.com/guanxi-go/guanxi/crm/finding"
	"github.com/guanxi-go/guanxi/internal/fault"
	"github.com/guanxi-go/guanxi/internal/limit"
)

// Sentinels of this package, to be asked with errors.Is. They have one identity
// across the library.
var (
	ErrInvalid    = fault.ErrInvalid    // an input breaks a rule stated here
	ErrConflict   = fault.ErrConflict   // something later is recorded already
	ErrDuplicate  = fault.ErrDuplicate  // a claimant given twice
	ErrTaken      = fault.ErrTaken      // another claimant is protected
	ErrForbidden  = fault.ErrForbidden  // the actor may not do this
	ErrTransition = fault.ErrTransition // not possible in the present state
	ErrIncomplete = fault.ErrIncomplete // evidence, an action or a reason is missing
)

// Error is the error of every function in this package. It carries ids and codes, never
// a name or a free text. [Catalogue] has the sentence of each Code in English and
// Chinese.
type Error struct {
	Code  string    // stable, such as REG-STATE
	Field string    // what is concerned
	Item  int       // 0-based place in Field where that is a list, else -1
	ID    string    // the state, claimant or registration concerned; may be ""
	Until time.Time // until when it is refused, where that is known
	Err   error     // the sentinel
}

// Error returns the English sentence.
func (e *Error) Error() string {
	return "registration: " + fault.Place(e.Field, e.Item) + ": " + e.Text(finding.English) + fault.Cause(e.Err)
}

// Unwrap returns Err, for errors.Is and errors.As.
func (e *Error) Unwrap() error { return e.Err }

// Text returns the sentence of the error for people, in a language. A code that
// [Catalogue] does not have is returned as it is.
func (e *Error) Text(in finding.Language) string {
	return catalogue.Sentence(e.Code, in,
		finding.Str("id", e.ID), finding.Str("until", e.Until.UTC().Format(time.RFC3339)))
}

// The codes of errors.
const (
	codeID       = "REG-ID"
	codeMissing  = "REG-MISSING"
	codeRange    = "REG-RANGE"
	codeUnknown  = "REG-UNKNOWN"
	codeRepeated = "REG-REPEATED"
	codeState    = "REG-STATE"
	codeSelf     = "REG-SELF"
	codeTaken    = "REG-TAKEN"
	codeExtended = "REG-EXTENDED"
	codeAction   = "REG-ACTION"
	codeExpired  = "REG-EXPIRED"
	codeReason   = "REG-REASON"
	codeLater    = "REG-LATER"
	codeJournal  = "REG-JOURNAL"
	codeSum      = "REG-SUM"
	codeRuled    = "REG-RULED"
)

// foundEnding is a protection that ends soon.
const foundEnding = "PIP-PROTECTION"

var catalogue = finding.Catalogue{
	codeID:       {En: "is not 1 to 255 bytes of UTF-8 without NUL", Zh: "不是 1 至 255 字节的有效编号"},
	codeMissing:  {En: "is missing", Zh: "缺失"},
	codeRange:    {En: "is out of its range", Zh: "超出范围"},
	codeUnknown:  {En: "is none of its values", Zh: "不是规定的取值"},
	codeRepeated: {En: "{id} is given twice", Zh: "{id} 重复"},
	codeState:    {En: "not possible in the state {id}", Zh: "状态 {id} 下不能执行此操作"},
	codeSelf:     {En: "{id} is a party to it", Zh: "{id} 是当事人，不得裁决"},
	codeTaken:    {En: "{id} is protected until {until}", Zh: "{id} 处于保护期，至 {until}"},
	codeExtended: {En: "it was extended once", Zh: "已延期一次"},
	codeAction:   {En: "there is no counted action since it was approved", Zh: "批准以来没有有效行动"},
	codeExpired:  {En: "the protection is over", Zh: "保护期已届满"},
	codeReason:   {En: "a reason is missing", Zh: "缺少原因"},
	codeLater:    {En: "something later is recorded already", Zh: "已有更晚的记录"},
	codeJournal:  {En: "the entry does not follow from those before it", Zh: "该记录与之前的记录不衔接"},
	codeSum:      {En: "the shares do not sum to 1", Zh: "分割比例之和不为 1"},
	codeRuled:    {En: "a rule has decided: {id}", Zh: "已由规则 {id} 裁定"},
	foundEnding:  {En: "the protection of {claimant} ends on {last}", Zh: "{claimant} 的报备保护期将于 {last} 届满"},
}

// Catalogue returns the sentences of this package's findings and errors; the codes of
// errors begin with REG.
func Catalogue() finding.Catalogue { return maps.Clone(catalogue) }

func refuse(sentinel error, code, field, id string) error {
	return &Error{Code: code, Field: field, Item: -1, ID: limit.Shown(id), Err: sentinel}
}

// problems gathers what is reported at once.
type problems []error

func (p *problems) check(ok bool, code, field string, item int) {
	if !ok {
		*p = append(*p, &Error{Code: code, Field: field, Item: item, Err: ErrInvalid})
	}
}

func (p problems) join() error { return errors.Join(p...) }

func validID(s string) bool { return limit.Text(s, 1, limit.ID) }

func optionalID(s string) bool { return limit.Text(s, 0, limit.ID) }

// unknown is the error of a number or text that no constant of an enumeration has.
func unknown(field string) error { return refuse(ErrInvalid, codeUnknown, field, "") }
