package stage

import "github.com/guanxi-go/guanxi/internal/enum"

// SalesCategory is how the sales people class a customer (销售分类). The zero value
// says that no category is known.
type SalesCategory uint8

const (
	SalesCore          SalesCategory = iota + 1 // buys, and is among the most important 核心客户
	SalesPotential                              // could buy, has not said anything 潜在客户
	SalesInterested                             // wants to buy 有意向客户
	SalesNotInterested                          // does not want to buy 无意向客户
	SalesClosed                                 // has concluded a deal 已成交客户
	SalesInCollection                           // owes money that is asked for 催款客户
)

var salesNames = enum.New[SalesCategory]("sales_category", unknown, enum.Names{{}, {"core", "核心客户"}, {"potential", "潜在客户"}, {"interested", "有意向客户"},
	{"not-interested", "无意向客户"}, {"closed", "已成交客户"}, {"in-collection", "催款客户"}})

// Valid reports whether c is one of the six categories.
func (c SalesCategory) Valid() bool { return salesNames.Valid(c) }

// String returns the code, such as not-interested, "" for no category, and
// ? for a number that is no category.
func (c SalesCategory) String() string { return salesNames.Code(c) }

// Zh returns the Chinese name, such as 无意向客户, "" for no category.
func (c SalesCategory) Zh() string { return salesNames.Zh(c) }

// MarshalText writes the form of String, and nothing for no category. A number
// that is no category is ErrInvalid.
func (c SalesCategory) MarshalText() ([]byte, error) { return salesNames.Marshal(c) }

// UnmarshalText reads what MarshalText writes.
func (c *SalesCategory) UnmarshalText(text []byte) error { return salesNames.Unmarshal(c, text) }

// GuardReceivable names the guard of [SalesMachine] on the ways into collection:
// it holds where the customer has a receivable that is overdue (逾期应收款).
const GuardReceivable = "receivable"

// SalesMachine returns the six sales categories as a machine (销售分类状态机): y is a
// transition, R one that needs a reason, G one that asks [GuardReceivable].
//
//	from \ to               core  potential  interested  not-interested  closed  in-collection
//	core 核心               .     .          y           R               R       G
//	potential 潜在          R     .          y           R               y       .
//	interested 有意向       y     R          .           R               y       G
//	not-interested 无意向   .     R          y           .               y       G
//	closed 已成交           R     .          y           R               .       G
//	in-collection 催款      y     .          y           R               y       .
//
// A customer may be entered in every category except in-collection. Interested is
// also who has bought and wants to buy again. Nobody goes into collection without a
// receivable, and from there a customer goes back to where he was before.
//
// The source documents name the six categories and ask for transitions and
// reasons; the table is ours, and a host may make a machine of another.
func SalesMachine() *Machine[SalesCategory] {
	table := [...]string{
		SalesCore:          "..yRRG",
		SalesPotential:     "R.yRy.",
		SalesInterested:    "yR.RyG",
		SalesNotInterested: ".Ry.yG",
		SalesClosed:        "R.yR.G",
		SalesInCollection:  "y.yRy.",
	}
	d := Definition[SalesCategory]{
		Name: "sales", States: statesOf(salesNames),
		Initial: []SalesCategory{SalesCore, SalesPotential, SalesInterested, SalesNotInterested, SalesClosed},
	}
	for from, row := range table {
		for i, mark := range row {
			t := Transition[SalesCategory]{From: SalesCategory(from), To: SalesCategory(i + 1), Reason: mark == 'R'}
			if mark == 'G' {
				t.Guard = GuardReceivable
			}
			if mark != '.' {
				d.Transitions = append(d.Transitions, t)
			}
		}
	}
	return ready(d)
}
