package owner

import "github.com/guanxi-go/guanxi/internal/enum"

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

var kinds = enum.New[Kind]("kind", unknown, enum.Names{{}, {"assigned", "分配"}, {"transferred", "移交"}, {"claimed", "领取"}, {"released", "释放"},
	{"protected", "保护"}, {"disputed", "争议"}, {"resolved", "裁定"}, {"corrected", "更正"}})

// Valid reports whether k is one of the eight.
func (k Kind) Valid() bool { return kinds.Valid(k) }

// String returns the code, "" for none and ? for a number that is no kind.
func (k Kind) String() string { return kinds.Code(k) }

// Zh returns the Chinese name, "" for none and ? for a number that is no kind.
func (k Kind) Zh() string { return kinds.Zh(k) }

// MarshalText writes the form of String; a number that is no kind is ErrInvalid.
func (k Kind) MarshalText() ([]byte, error) { return kinds.Marshal(k) }

// UnmarshalText reads what MarshalText writes, and nothing else.
func (k *Kind) UnmarshalText(text []byte) error { return kinds.Unmarshal(k, text) }
