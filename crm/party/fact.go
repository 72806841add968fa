package party

import "github.com/guanxi-go/guanxi/internal/enum"

// Fact is something that is known about a party and us, from which its external kinds
// follow (归类依据).
type Fact uint8

const (
	FactUses            Fact = iota + 1 // uses what we make 使用产品或服务
	FactBuysForUse                      // buys it for its own use 为自用而购买
	FactResells                         // buys it to sell it on 转售
	FactDistributes                     // sells it in our name or as our agent 经销或代理
	FactBrokers                         // brings buyers to us for a commission 居间介绍
	FactHoldsEquity                     // holds shares of ours 持有股权
	FactLends                           // lends us money 提供借款
	FactTaxes                           // collects taxes or fees from us 征收税费
	FactRegulates                       // licenses or supervises us 监管
	FactProvidesPublic                  // gives land, roads, order, schooling 提供公共资源
	FactSpeaksForPublic                 // speaks for the public: media, neighbours, associations 代表公众
)

var factTerms = enum.New[Fact]("fact", unknown, enum.Names{
	{}, {"uses", "使用产品或服务"}, {"buys-for-use", "为自用而购买"}, {"resells", "转售"},
	{"distributes", "经销或代理"}, {"brokers", "居间介绍"}, {"holds-equity", "持有股权"}, {"lends", "提供借款"},
	{"taxes", "征收税费"}, {"regulates", "监管"}, {"provides-public", "提供公共资源"},
	{"speaks-for-public", "代表公众"},
})

// Facts returns all of them in the order of their constants.
func Facts() []Fact { return factTerms.All() }

// Valid reports whether f is one of them.
func (f Fact) Valid() bool { return factTerms.Valid(f) }

// String returns the English name, "" for none, ? for a number that is none.
func (f Fact) String() string { return factTerms.Code(f) }

// Zh returns the Chinese name, "" for none, ? for a number that is none.
func (f Fact) Zh() string { return factTerms.Zh(f) }

// MarshalText writes the form of String; a number that is none is ErrInvalid.
func (f Fact) MarshalText() ([]byte, error) { return factTerms.Marshal(f) }

// UnmarshalText reads what MarshalText writes, and leaves f as it was on an error.
func (f *Fact) UnmarshalText(text []byte) error { return factTerms.Unmarshal(f, text) }
