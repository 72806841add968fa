package points

import "github.com/guanxi-go/guanxi/internal/enum"

// Kind says what an [Entry] records (积分变动类型). The zero value is none.
type Kind uint8

// The kinds of entry. What is said of the sign is that of Entry.Amount.
const (
	KindEarn        Kind = iota + 1 // points for a purchase or an act, 0 or more; a lot of its own unless 0 获取
	KindOpening                     // what the account came with from another system: a lot, or a debt where negative 期初
	KindConfirm                     // a lot that waited for it becomes usable; 0 确认
	KindBurn                        // points spent; negative 消耗
	KindHold                        // points reserved; 0, Held says how many 冻结
	KindCapture                     // reserved points spent; negative 扣减
	KindRelease                     // reserved points let go, by command or time-out; 0 解冻
	KindRefund                      // spent points given back to the lots that they came from; positive 退还
	KindClawback                    // points of an earn taken back, into debt if need be; 0 or negative 追回
	KindWriteOff                    // debt forgiven; positive 核销
	KindSettle                      // debt paid from points that became available; 0 抵偿
	KindAdjust                      // correction by hand, of either sign 调整
	KindExpire                      // points whose time is over; negative 过期
	KindTransferOut                 // points given to another account; positive where a debt went there 转出
	KindTransferIn                  // points from another account, a lot of its own; negative where a debt came 转入
)

var kinds = enum.New[Kind]("kind", unknown, enum.Names{{}, {"earn", "获取"}, {"opening", "期初"}, {"confirm", "确认"}, {"burn", "消耗"}, {"hold", "冻结"},
	{"capture", "扣减"}, {"release", "解冻"}, {"refund", "退还"}, {"clawback", "追回"}, {"write-off", "核销"},
	{"settle", "抵偿"}, {"adjust", "调整"}, {"expire", "过期"}, {"transfer-out", "转出"}, {"transfer-in", "转入"}})

// Valid reports whether k is one of the fifteen.
func (k Kind) Valid() bool { return kinds.Valid(k) }

// String returns the code, "" for none and ? for a number that is no kind.
func (k Kind) String() string { return kinds.Code(k) }

// Zh returns the Chinese name, "" for none and ? for a number that is no kind.
func (k Kind) Zh() string { return kinds.Zh(k) }

// MarshalText writes the form of String; a number that is no kind is ErrInvalid.
func (k Kind) MarshalText() ([]byte, error) { return kinds.Marshal(k) }

// UnmarshalText reads what MarshalText writes, and nothing else.
func (k *Kind) UnmarshalText(text []byte) error { return kinds.Unmarshal(k, text) }

// Activity reports whether k shows that the member is active: an earn, a burn or a
// capture. Only these put off the expiry of [Policy].Inactivity.
func (k Kind) Activity() bool { return k == KindEarn || k == KindBurn || k == KindCapture }

// credits reports whether an entry of the kind makes a lot where its Amount is
// positive.
func (k Kind) credits() bool {
	return k == KindEarn || k == KindOpening || k == KindAdjust || k == KindTransferIn
}
