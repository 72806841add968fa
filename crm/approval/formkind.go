package approval

import "github.com/guanxi-go/guanxi/internal/enum"

// FormKind is a form of request (审批表单). The zero value is none.
type FormKind uint8

const (
	Expense      FormKind = iota + 1 // money spent on a relationship 费用
	Compensation                     // what a complaint is settled with 赔偿
	Discount                         // below the floor of prices 折扣
	Credit                           // a credit limit 信用
	Contract                         // 合同
	Transfer                         // customers from one owner to another 客户移交
	Export                           // customer data that leaves the system 数据导出
	Policy                           // a policy and its version 制度发布
)

var formKindNames = enum.New[FormKind]("form", unknown, enum.Names{
	{}, {"expense", "费用"}, {"compensation", "赔偿"}, {"discount", "折扣"}, {"credit", "信用"},
	{"contract", "合同"}, {"transfer", "客户移交"}, {"export", "数据导出"}, {"policy", "制度发布"},
})

// Valid reports whether f is one of the eight.
func (f FormKind) Valid() bool { return formKindNames.Valid(f) }

// String returns the code, "" for none and ? for a number that is none of them.
func (f FormKind) String() string { return formKindNames.Code(f) }

// Zh returns the Chinese name, "" for none and ? for a number that is none of them.
func (f FormKind) Zh() string { return formKindNames.Zh(f) }

// MarshalText writes the form of String; a number that is none of them is ErrInvalid.
func (f FormKind) MarshalText() ([]byte, error) { return formKindNames.Marshal(f) }

// UnmarshalText reads what MarshalText writes, and nothing else.
func (f *FormKind) UnmarshalText(text []byte) error { return formKindNames.Unmarshal(f, text) }
