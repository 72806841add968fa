package owner

// Kind says what an [Entry] records (变更类型). The zero value is none.
type Kind uint8

const (
	Assigned    Kind = iota + 1 // given to somebody while nobody had it 分配
	Transferred                 // moved from one person, or one unit of the person, to another 移交
	Claimed                     // taken by somebody for himself 领取
	Released                    // put into a pool, by the owner or by a rule 释放
	Protected                   // the owner's protection was set anew 保护
	Disputed                    // somebody else says that it is his 争议
	Resolved                    // a dispute was decided 裁定
	Corrected                   // what was recorded about the time from At on was wrong 更正
)

var kinds = names{{}, {"assigned", "分配"}, {"transferred", "移交"}, {"claimed", "领取"}, {"released", "释放"},
	{"protected", "保护"}, {"disputed", "争议"}, {"resolved", "裁定"}, {"corrected", "更正"}}

// Valid reports whether k is one of the eight.
func (k Kind) Valid() bool { return kinds.valid(uint8(k)) }

// String returns the code, "" for none and ? for a number that is no kind.
func (k Kind) String() string { return kinds.en(uint8(k)) }

// Zh returns the Chinese name, "" for none and ? for a number that is no kind.
func (k Kind) Zh() string { return kinds.zh(uint8(k)) }

// MarshalText writes the form of String; a number that is no kind is ErrInvalid.
func (k Kind) MarshalText() ([]byte, error) { return kinds.marshal(uint8(k), "kind") }

// UnmarshalText reads what MarshalText writes, and nothing else.
func (k *Kind) UnmarshalText(text []byte) error { return kinds.unmarshal((*uint8)(k), text, "kind") }
