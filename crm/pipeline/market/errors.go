package market

import (
	"maps"

	"github.com/guanxi-go/guanxi/crm/finding"
	"github.com/guanxi-go/guanxi/internal/fault"
)

// Sentinels of this package, to be asked with errors.Is. They have one identity across the
// library.
var (
	ErrInvalid          = fault.ErrInvalid          // a figure below 0, or a part that is more than its whole
	ErrDuplicate        = fault.ErrDuplicate        // one key given twice
	ErrOverflow         = fault.ErrOverflow         // a sum does not fit 64 bits
	ErrInsufficientData = fault.ErrInsufficientData // a share of nothing
)

// Error is the error of every function in this package. [Catalogue] has the sentence of each
// Code in English and Chinese.
type Error struct {
	Code  string // stable, such as MKT-COVERED
	Field string // "segments", "before" or "after"
	Item  int    // 0-based place in Field where that is a list, else -1
	Err   error  // the sentinel
}

// Error returns, for example, "market: segments[2]: more is sold by us than in all of the
// covered market: invalid input".
func (e *Error) Error() string {
	return "market: " + fault.Place(e.Field, e.Item) + ": " + e.Text(finding.English) + fault.Cause(e.Err)
}

// Unwrap returns Err, for errors.Is and errors.As.
func (e *Error) Unwrap() error { return e.Err }

// Text returns the sentence of the error for people, in a language. A code that [Catalogue]
// does not have is returned as it is.
func (e *Error) Text(in finding.Language) string {
	return catalogue.Sentence(e.Code, in)
}

const (
	codeNegative = "MKT-NEGATIVE"
	codeReached  = "MKT-REACHED"
	codeVolume   = "MKT-VOLUME"
	codeCovered  = "MKT-COVERED"
	codeRepeated = "MKT-REPEATED"
	codeOverflow = "MKT-OVERFLOW"
	codeNothing  = "MKT-NOTHING"
)

var catalogue = finding.Catalogue{
	codeNegative: {En: "a figure is below 0", Zh: "数值不得为负"},
	codeReached:  {En: "more customers are reached than there are", Zh: "已覆盖客户数超过目标客户数"},
	codeVolume:   {En: "more is sold in the covered market than in all", Zh: "已覆盖市场容量超过市场总容量"},
	codeCovered:  {En: "more is sold by us than in all of the covered market", Zh: "本企业销量超过已覆盖市场容量"},
	codeRepeated: {En: "a key is given twice", Zh: "分组重复"},
	codeOverflow: {En: "the sum does not fit 64 bits", Zh: "合计超出范围"},
	codeNothing:  {En: "nothing is sold there, or covered of it", Zh: "市场容量或已覆盖容量为零"},
}

// Catalogue returns the sentences of this package's errors by code, in English and Chinese.
func Catalogue() finding.Catalogue { return maps.Clone(catalogue) }

func refuse(sentinel error, code, field string, item int) error {
	return &Error{Code: code, Field: field, Item: item, Err: sentinel}
}
