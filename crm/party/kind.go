package party

import "github.com/guanxi-go/guanxi/internal/enum"

// Type is what a party is (主体类型). The zero value is not stated.
type Type uint8

const (
	Person       Type = iota + 1 // a natural person 个人
	Organisation                 // a company, an office, a shop, an authority 组织
)

var typeTerms = enum.New[Type]("type", unknown, enum.Names{{}, {"person", "个人"}, {"organisation", "组织"}})

// Types returns all of them in the order of their constants.
func Types() []Type { return typeTerms.All() }

// Valid reports whether t is one of them.
func (t Type) Valid() bool { return typeTerms.Valid(t) }

// String returns the English name, "" for none, ? for a number that is none.
func (t Type) String() string { return typeTerms.Code(t) }

// Zh returns the Chinese name, "" for none, ? for a number that is none.
func (t Type) Zh() string { return typeTerms.Zh(t) }

// MarshalText writes the form of String; a number that is none is ErrInvalid.
func (t Type) MarshalText() ([]byte, error) { return typeTerms.Marshal(t) }

// UnmarshalText reads what MarshalText writes, and leaves t as it was on an error.
func (t *Type) UnmarshalText(text []byte) error { return typeTerms.Unmarshal(t, text) }

// Kind is what a party is to the company (往来对象类别): with whom the company, in the
// words of its documents, 产生互动作用. It is the main one; a supplier who buys as well
// is labelled so by memberships and tags. The zero value is not stated.
type Kind uint8

const (
	KindConsumer    Kind = iota + 1 // buys or uses 消费者
	KindSupplier                    // we buy from it 供应商
	KindDistributor                 // sells on what we make 分销商
	KindCompetitor                  // offers what we offer 竞争者
	KindGovernment                  // an authority 政府机构
	KindPublic                      // media, neighbours, associations 公众
)

var kindTerms = enum.New[Kind]("kind", unknown, enum.Names{
	{}, {"consumer", "消费者"}, {"supplier", "供应商"}, {"distributor", "分销商"}, {"competitor", "竞争者"},
	{"government", "政府机构"}, {"public", "公众"},
})

// Kinds returns all of them in the order of their constants.
func Kinds() []Kind { return kindTerms.All() }

// Valid reports whether k is one of them.
func (k Kind) Valid() bool { return kindTerms.Valid(k) }

// String returns the English name, "" for none, ? for a number that is none.
func (k Kind) String() string { return kindTerms.Code(k) }

// Zh returns the Chinese name, "" for none, ? for a number that is none.
func (k Kind) Zh() string { return kindTerms.Zh(k) }

// MarshalText writes the form of String; a number that is none is ErrInvalid.
func (k Kind) MarshalText() ([]byte, error) { return kindTerms.Marshal(k) }

// UnmarshalText reads what MarshalText writes, and leaves k as it was on an error.
func (k *Kind) UnmarshalText(text []byte) error { return kindTerms.Unmarshal(k, text) }

// CustomerRole is the side of the house on which a customer stands (内部顾客, 外部顾客).
// Who receives what we make is a customer, paying or not.
type CustomerRole uint8

const (
	CustomerInternal CustomerRole = iota + 1 // a colleague or a unit of ours 内部顾客
	CustomerExternal                         // anybody else 外部顾客
)

var customerRoleTerms = enum.New[CustomerRole]("customer-role", unknown, enum.Names{
	{}, {"internal", "内部顾客"}, {"external", "外部顾客"},
})

// CustomerRoles returns all of them in the order of their constants.
func CustomerRoles() []CustomerRole { return customerRoleTerms.All() }

// Valid reports whether c is one of them.
func (c CustomerRole) Valid() bool { return customerRoleTerms.Valid(c) }

// String returns the English name, "" for none, ? for a number that is none.
func (c CustomerRole) String() string { return customerRoleTerms.Code(c) }

// Zh returns the Chinese name, "" for none, ? for a number that is none.
func (c CustomerRole) Zh() string { return customerRoleTerms.Zh(c) }

// MarshalText writes the form of String; a number that is none is ErrInvalid.
func (c CustomerRole) MarshalText() ([]byte, error) { return customerRoleTerms.Marshal(c) }

// UnmarshalText reads what MarshalText writes, and leaves c as it was on an error.
func (c *CustomerRole) UnmarshalText(text []byte) error { return customerRoleTerms.Unmarshal(c, text) }

// Position is where a party stands between us and use (渠道位置). Dealers and end
// customers are kept apart, so that it can be said how much of what is sold ends with
// somebody known ([EndCustomerShare]). The zero value is not known.
type Position uint8

const (
	PositionEndCustomer Position = iota + 1 // uses what we make 最终客户
	PositionDealer                          // sells it on 经销商
)

var positionTerms = enum.New[Position]("position", unknown, enum.Names{
	{}, {"end-customer", "最终客户"}, {"dealer", "经销商"},
})

// Positions returns all of them in the order of their constants.
func Positions() []Position { return positionTerms.All() }

// Valid reports whether p is one of them.
func (p Position) Valid() bool { return positionTerms.Valid(p) }

// String returns the English name, "" for none, ? for a number that is none.
func (p Position) String() string { return positionTerms.Code(p) }

// Zh returns the Chinese name, "" for none, ? for a number that is none.
func (p Position) Zh() string { return positionTerms.Zh(p) }

// MarshalText writes the form of String; a number that is none is ErrInvalid.
func (p Position) MarshalText() ([]byte, error) { return positionTerms.Marshal(p) }

// UnmarshalText reads what MarshalText writes, and leaves p as it was on an error.
func (p *Position) UnmarshalText(text []byte) error { return positionTerms.Unmarshal(p, text) }
