package party

// Type is what a party is (主体类型). The zero value is not stated.
type Type uint8

const (
	Person       Type = iota + 1 // a natural person 个人
	Organisation                 // a company, an office, a shop, an authority 组织
)

var typeTerms = terms{{}, {"person", "个人"}, {"organisation", "组织"}}

// Types returns all of them in the order of their constants.
func Types() []Type { return numbers[Type](typeTerms) }

// Valid reports whether t is one of them.
func (t Type) Valid() bool { return typeTerms.valid(uint8(t)) }

// String returns the English name, "" for none, ? for a number that is none.
func (t Type) String() string { return typeTerms.english(uint8(t)) }

// Zh returns the Chinese name, "" for none, ? for a number that is none.
func (t Type) Zh() string { return typeTerms.chinese(uint8(t)) }

// MarshalText writes the form of String; a number that is none is ErrInvalid.
func (t Type) MarshalText() ([]byte, error) { return typeTerms.marshal(uint8(t), "type") }

// UnmarshalText reads what MarshalText writes, and leaves t as it was on an error.
func (t *Type) UnmarshalText(text []byte) error {
	return typeTerms.unmarshal((*uint8)(t), text, "type")
}

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

var kindTerms = terms{{}, {"consumer", "消费者"}, {"supplier", "供应商"}, {"distributor", "分销商"}, {"competitor", "竞争者"}, {"government", "政府机构"}, {"public", "公众"}}

// Kinds returns all of them in the order of their constants.
func Kinds() []Kind { return numbers[Kind](kindTerms) }

// Valid reports whether k is one of them.
func (k Kind) Valid() bool { return kindTerms.valid(uint8(k)) }

// String returns the English name, "" for none, ? for a number that is none.
func (k Kind) String() string { return kindTerms.english(uint8(k)) }

// Zh returns the Chinese name, "" for none, ? for a number that is none.
func (k Kind) Zh() string { return kindTerms.chinese(uint8(k)) }

// MarshalText writes the form of String; a number that is none is ErrInvalid.
func (k Kind) MarshalText() ([]byte, error) { return kindTerms.marshal(uint8(k), "kind") }

// UnmarshalText reads what MarshalText writes, and leaves k as it was on an error.
func (k *Kind) UnmarshalText(text []byte) error {
	return kindTerms.unmarshal((*uint8)(k), text, "kind")
}

// CustomerRole is the side of the house on which a customer stands (内部顾客, 外部顾客).
// Who receives what we make is a customer, paying or not.
type CustomerRole uint8

const (
	CustomerInternal CustomerRole = iota + 1 // a colleague or a unit of ours 内部顾客
	CustomerExternal                         // anybody else 外部顾客
)

var customerRoleTerms = terms{{}, {"internal", "内部顾客"}, {"external", "外部顾客"}}

// CustomerRoles returns all of them in the order of their constants.
func CustomerRoles() []CustomerRole { return numbers[CustomerRole](customerRoleTerms) }

// Valid reports whether c is one of them.
func (c CustomerRole) Valid() bool { return customerRoleTerms.valid(uint8(c)) }

// String returns the English name, "" for none, ? for a number that is none.
func (c CustomerRole) String() string { return customerRoleTerms.english(uint8(c)) }

// Zh returns the Chinese name, "" for none, ? for a number that is none.
func (c CustomerRole) Zh() string { return customerRoleTerms.chinese(uint8(c)) }

// MarshalText writes the form of String; a number that is none is ErrInvalid.
func (c CustomerRole) MarshalText() ([]byte, error) {
	return customerRoleTerms.marshal(uint8(c), "customer-role")
}

// UnmarshalText reads what MarshalText writes, and leaves c as it was on an error.
func (c *CustomerRole) UnmarshalText(text []byte) error {
	return customerRoleTerms.unmarshal((*uint8)(c), text, "customer-role")
}

// Position is where a party stands between us and use (渠道位置). Dealers and end
// customers are kept apart, so that it can be said how much of what is sold ends with
// somebody known ([EndCustomerShare]). The zero value is not known.
type Position uint8

const (
	PositionEndCustomer Position = iota + 1 // uses what we make 最终客户
	PositionDealer                          // sells it on 经销商
)

var positionTerms = terms{{}, {"end-customer", "最终客户"}, {"dealer", "经销商"}}

// Positions returns all of them in the order of their constants.
func Positions() []Position { return numbers[Position](positionTerms) }

// Valid reports whether p is one of them.
func (p Position) Valid() bool { return positionTerms.valid(uint8(p)) }

// String returns the English name, "" for none, ? for a number that is none.
func (p Position) String() string { return positionTerms.english(uint8(p)) }

// Zh returns the Chinese name, "" for none, ? for a number that is none.
func (p Position) Zh() string { return positionTerms.chinese(uint8(p)) }

// MarshalText writes the form of String; a number that is none is ErrInvalid.
func (p Position) MarshalText() ([]byte, error) { return positionTerms.marshal(uint8(p), "position") }

// UnmarshalText reads what MarshalText writes, and leaves p as it was on an error.
func (p *Position) UnmarshalText(text []byte) error {
	return positionTerms.unmarshal((*uint8)(p), text, "position")
}
