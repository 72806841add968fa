package registration

import "github.com/guanxi-go/guanxi/internal/enum"

// State is where a registration stands (报备状态). The zero value is none.
type State uint8

const (
	Submitted State = iota + 1 // waits for approval 待审批
	Approved                   // protects the claimant 已批准
	Converted                  // became an order; final 已成交
	Expired                    // the protection is over; final 已过期
	Revoked                    // taken back; final 已撤销
	Rejected                   // not approved; final 已驳回
)

var states = enum.New[State]("state", unknown, enum.Names{{}, {"submitted", "待审批"}, {"approved", "已批准"}, {"converted", "已成交"}, {"expired", "已过期"},
	{"revoked", "已撤销"}, {"rejected", "已驳回"}})

// Valid reports whether s is one of the six.
func (s State) Valid() bool { return states.Valid(s) }

// String returns the code, "" for none and ? for a number that is no state.
func (s State) String() string { return states.Code(s) }

// Zh returns the Chinese name, "" for none and ? for a number that is no state.
func (s State) Zh() string { return states.Zh(s) }

// MarshalText writes the form of String; a number that is no state is ErrInvalid.
func (s State) MarshalText() ([]byte, error) { return states.Marshal(s) }

// UnmarshalText reads what MarshalText writes, and nothing else.
func (s *State) UnmarshalText(text []byte) error { return states.Unmarshal(s, text) }

// Kind is what an entry does (记录类型). The zero value is none.
type Kind uint8

const (
	Submit  Kind = iota + 1 // 提交报备
	Approve                 // 批准
	Reject                  // 驳回
	Extend                  // 延期
	Convert                 // 成交
	Expire                  // 过期
	Revoke                  // 撤销
)

var kinds = enum.New[Kind]("kind", unknown, enum.Names{{}, {"submit", "提交报备"}, {"approve", "批准"}, {"reject", "驳回"}, {"extend", "延期"}, {"convert", "成交"},
	{"expire", "过期"}, {"revoke", "撤销"}})

// Valid reports whether k is one of the seven.
func (k Kind) Valid() bool { return kinds.Valid(k) }

// String returns the code, "" for none and ? for a number that is no kind.
func (k Kind) String() string { return kinds.Code(k) }

// Zh returns the Chinese name, "" for none and ? for a number that is no kind.
func (k Kind) Zh() string { return kinds.Zh(k) }

// MarshalText writes the form of String; a number that is no kind is ErrInvalid.
func (k Kind) MarshalText() ([]byte, error) { return kinds.Marshal(k) }

// UnmarshalText reads what MarshalText writes, and nothing else.
func (k *Kind) UnmarshalText(text []byte) error { return kinds.Unmarshal(k, text) }
