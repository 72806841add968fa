package earning

import (
	"github.com/shopspring/decimal"

	"github.com/guanxi-go/guanxi/crm/money"
)

// Programme is the whole of the earning rules as data (积分规则). It says the same
// as JSON. The order of Rules matters to Group, to the explanation and to whom a
// cap serves first, and without a Group never to the total before caps.
type Programme struct {
	Version  int            `json:"version"`           // of these rules: 1, 2, ...; each [Result] repeats it
	Currency money.Currency `json:"currency,omitzero"` // of every amount; none is a currency of two digits that is not stated
	// Zone is the name of the zone in which days, months and hours are told, such as
	// Asia/Shanghai. [Context] brings the zone itself, and its name has to be this
	// one. "" leaves the choice to the host, who then never changes it.
	Zone  string `json:"zone,omitzero"`
	Rules []Rule `json:"rules"`
	Caps  []Cap  `json:"caps,omitempty"`

	Stacking Stacking `json:"stacking,omitzero"` // of multipliers; the default is Multiply
	// Rounding says what becomes of a fraction of a point; nil is money.Floor. Exact
	// is refused, for an order cannot fail because of its cents.
	Rounding *money.Rounding `json:"rounding,omitempty"`
	Level    Level           `json:"level,omitzero"` // what is rounded; the default is ByOrder

	Include Include `json:"include,omitzero"` // money that earns too, beside goods paid in cash
	Exclude Lines   `json:"exclude,omitzero"` // lines that never earn, neither by money nor by unit
	Terms   Terms   `json:"terms,omitzero"`   // of points by rules without terms of their own
}

// Include says which money earns though it does not by default (计入范围).
type Include struct {
	Tax        bool `json:"tax,omitzero"`         // the part of a line that is [Line].Tax 税额
	Shipping   bool `json:"shipping,omitzero"`    // lines that are [Line].Shipping 运费
	PointsPaid bool `json:"points_paid,omitzero"` // what was paid with points 积分抵扣部分
}

// Rule is one earning rule. A base rule, of any kind but [Multiplier], gives
// Points and QP for every Per of what it counts; a Multiplier multiplies what the
// base rules give.
//
// Several base rules on one line add up, and multipliers stack by
// [Programme].Stacking, but of the base rules with one Group, and of the
// multipliers with one Group, each line takes only the first listed that
// applies to it: list the best first.
type Rule struct {
	ID   string `json:"id"`
	Kind Kind   `json:"kind"`

	// Points and QP are what a base rule gives, at least 0 and not both 0: of points
	// to spend, and of qualifying points (定级积分). At most 18 digits on either side of
	// the point.
	Points decimal.Decimal `json:"points,omitzero"`
	QP     decimal.Decimal `json:"qp,omitzero"`
	// Per is for how much: units of the currency under PerMoney (5 is "for every 5.00
	// yuan", in proportion: 7.50 counts one and a half times), units of goods
	// under PerUnit, above 0. Zero is 1. Other kinds have none.
	Per decimal.Decimal `json:"per,omitzero"`
	// Flat keeps multipliers away from what this base rule gives.
	Flat bool `json:"flat,omitzero"`

	// Factor is that of a Multiplier, at least 1: what is to earn less has a base rule
	// of its own.
	Factor decimal.Decimal `json:"factor,omitzero"`
	// Qualifying lets a Multiplier multiply QP too; by default it leaves them alone.
	Qualifying bool `json:"qualifying,omitzero"`

	Group string    `json:"group,omitzero"` // rules that exclude each other; "" is none
	When  Condition `json:"when,omitzero"`  // all of it has to hold
	// Lines are those on which the rule works; the zero value is all. Under PerVisit
	// and Fixed the order needs one that is named here and may earn, and none where it
	// is zero; a Multiplier with Lines leaves what those two give alone.
	Lines Lines  `json:"lines,omitzero"`
	Terms *Terms `json:"terms,omitempty"` // of the points by this rule; nil is Programme.Terms
}

// Terms are what the ledger is told about points when they are posted (积分条款):
// data that this package carries to [Grant] and does not read.
type Terms struct {
	PendingDays int    `json:"pending_days,omitzero"` // days before they can be spent, at least 0 冻结天数
	Expiry      string `json:"expiry,omitzero"`       // id of the expiry rule 有效期规则; "" is the ledger's default
}

// Cap limits what rules give in a period (封顶). Caps of one measure name all rules
// (Rules empty), or sets of rules that lie within each other or apart: two that
// merely overlap are refused, because which rule is served first would then
// decide how much the member gets.
type Cap struct {
	ID      string   `json:"id"`
	Period  Period   `json:"period"`
	Measure Measure  `json:"measure,omitzero"` // what is limited; the default is points
	Limit   int64    `json:"limit"`            // at least 0
	Rules   []string `json:"rules,omitempty"`  // ids of the rules limited together; none is all
}

// Validate reports everything wrong with the programme, joined; each is an
// *Error that names the field, and the place and id of the rule or cap. ErrInvalid
// is a broken rule of the field comments; ErrOverflow a rate, or the common
// denominator of all rates or factors, beyond 62 bits. It is what [Compile] says.
func (p Programme) Validate() error {
	_, err := Compile(p)
	return err
}
