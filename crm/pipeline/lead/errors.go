package lead

import (
	"errors"
	"fmt"
	"maps"
	"time"

	"github.com/guanxi-go/guanxi/crm/finding"
	"github.com/guanxi-go/guanxi/internal/fault"
	"github.com/guanxi-go/guanxi/internal/limit"
)

// Sentinels of this package, to be asked with errors.Is. They have one identity
// across the library; ErrThrottled is also ErrForbidden, ErrAlreadyConverted also
// ErrTransition.
var (
	ErrInvalid    = fault.ErrInvalid    // an input breaks a rule stated here
	ErrIncomplete = fault.ErrIncomplete // a value, a consent or a name is missing
	ErrDuplicate  = fault.ErrDuplicate  // one name given twice
	ErrTransition = fault.ErrTransition // not possible in the present state

	// ErrThrottled: too many tries; [Error] says RetryAfter.
	ErrThrottled = fmt.Errorf("throttled: %w", fault.ErrForbidden)
	// ErrAlreadyConverted: the lead is a customer by now; [Error] says which in ID.
	ErrAlreadyConverted = fmt.Errorf("already converted: %w", fault.ErrTransition)
)

// Error is the error of every function in this package. It carries names of fields, ids
// and codes, never a value of a submission. [Catalogue] has the sentence of each Code in
// English and Chinese.
type Error struct {
	Code       string        // stable, such as LEAD-MISSING
	Field      string        // what is concerned: "values", "consents", "fields", ...
	Item       int           // 0-based place in Field where that is a list, else -1
	ID         string        // the form's field, purpose or state, or the id concerned; may be ""
	RetryAfter time.Duration // where ErrThrottled
	Err        error         // the sentinel
}

// Error returns the English sentence.
func (e *Error) Error() string {
	return "lead: " + fault.Place(e.Field, e.Item) + ": " + e.Text(finding.English) + fault.Cause(e.Err)
}

// Unwrap returns Err, for errors.Is and errors.As.
func (e *Error) Unwrap() error { return e.Err }

// Text returns the sentence of the error for people, in a language. A code that
// [Catalogue] does not have is returned as it is.
func (e *Error) Text(in finding.Language) string {
	return catalogue.Sentence(e.Code, in, finding.Str("id", e.ID), finding.Str("wait", e.RetryAfter.String()))
}

// The codes of errors.
const (
	codeID           = "LEAD-ID"
	codeRepeated     = "LEAD-REPEATED"
	codeUnknown      = "LEAD-UNKNOWN"
	codeRange        = "LEAD-RANGE"
	codeForm         = "LEAD-FORM"
	codeMissing      = "LEAD-MISSING"
	codeFormat       = "LEAD-FORMAT"
	codeChoice       = "LEAD-CHOICE"
	codeLong         = "LEAD-LONG"
	codeEmpty        = "LEAD-EMPTY"
	codeConsent      = "LEAD-CONSENT"
	codeNotice       = "LEAD-NOTICE"
	codeThrottled    = "LEAD-THROTTLED"
	codeState        = "LEAD-STATE"
	codeConverted    = "LEAD-CONVERTED"
	codeReason       = "LEAD-REASON"
	codeName         = "LEAD-NAME"
	codeOrganisation = "LEAD-ORGANISATION"
)

// foundUnassigned is a lead that nobody gets.
const foundUnassigned = "PIP-UNASSIGNED"

var catalogue = finding.Catalogue{
	codeID:           {En: "is not 1 to 255 bytes of UTF-8 without NUL", Zh: "不是 1 至 255 字节的有效编号"},
	codeRepeated:     {En: "{id} is given twice", Zh: "{id} 重复"},
	codeUnknown:      {En: "{id} is not known", Zh: "{id} 无法识别"},
	codeRange:        {En: "{id} is out of its range", Zh: "{id} 超出范围"},
	codeForm:         {En: "was made for another form or version", Zh: "不属于该表单或该版本"},
	codeMissing:      {En: "{id} is missing", Zh: "缺少 {id}"},
	codeFormat:       {En: "{id} cannot be read", Zh: "{id} 格式有误"},
	codeChoice:       {En: "{id} is none of the choices", Zh: "{id} 不在可选范围内"},
	codeLong:         {En: "{id} is too long", Zh: "{id} 过长"},
	codeEmpty:        {En: "neither a name nor a way to reach anybody is given", Zh: "未填写姓名或任何联系方式"},
	codeConsent:      {En: "the consent to {id} is missing", Zh: "未同意 {id}"},
	codeNotice:       {En: "the text of {id} that was ticked is not in force", Zh: "所勾选的 {id} 告知文本版本无效"},
	codeThrottled:    {En: "too many tries; the next one in {wait}", Zh: "提交过于频繁，请在 {wait} 后重试"},
	codeState:        {En: "not possible in the state {id}", Zh: "状态 {id} 下不能执行此操作"},
	codeConverted:    {En: "it is the customer {id} by now", Zh: "该线索已转化为客户 {id}"},
	codeReason:       {En: "a reason is missing", Zh: "缺少原因"},
	codeName:         {En: "there is no name for the customer", Zh: "缺少客户名称"},
	codeOrganisation: {En: "a contact needs an organisation and a person", Zh: "联系人需要同时有单位和个人"},
	foundUnassigned:  {En: "this lead could not be given to anybody: {why}", Zh: "该线索未能分配：{why}"},
}

// Catalogue returns the sentences of this package's findings and errors; the codes of
// errors begin with LEAD.
func Catalogue() finding.Catalogue { return maps.Clone(catalogue) }

func refuse(sentinel error, code, field, id string) error {
	return &Error{Code: code, Field: field, Item: -1, ID: limit.Shown(id), Err: sentinel}
}

// problems gathers what is reported at once.
type problems []error

func (p *problems) check(ok bool, code, field string, item int, id string) {
	if !ok {
		*p = append(*p, &Error{Code: code, Field: field, Item: item, ID: limit.Shown(id), Err: ErrInvalid})
	}
}

func (p *problems) add(sentinel error, code, field, id string) {
	*p = append(*p, refuse(sentinel, code, field, id))
}

func (p problems) join() error { return errors.Join(p...) }

func validID(s string) bool { return limit.Text(s, 1, limit.ID) }

// unknown is the error of a number or text that no constant of an enumeration has.
func unknown(field string) error { return refuse(ErrInvalid, codeUnknown, field, field) }
