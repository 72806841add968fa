package approval

import "github.com/guanxi-go/guanxi/internal/enum"

// Verb is what somebody wants to do with an approval (操作). The zero value is none.
type Verb uint8

const (
	Create    Verb = iota + 1 // write the request down 起草
	Amend                     // change the request of a draft 修改
	Submit                    // start, or start again 提交
	Approve                   // 同意
	Reject                    // 反对
	Abstain                   // 弃权
	Finish                    // approve and end a Free approval 办结
	Choose                    // say who decides a step ahead 指定审批人
	Insert                    // add a step ahead 插入步骤
	Skip                      // take a step ahead away 跳过步骤
	AddSigner                 // have one more person decide, see [Position] 加签
	Delegate                  // hand one's seat to somebody else 转办
	Return                    // to an earlier step, or to the initiator 退回
	Withdraw                  // by the initiator 撤回
	Begin                     // 开始执行
	Execute                   // 执行完毕
	Replace                   // give the open seat of somebody who is gone to a successor 接替
	Tick                      // what time alone has brought about 到期检查
)

var verbNames = enum.New[Verb]("verb", unknown, enum.Names{
	{}, {"create", "起草"}, {"amend", "修改"}, {"submit", "提交"}, {"approve", "同意"}, {"reject", "反对"},
	{"abstain", "弃权"}, {"finish", "办结"}, {"choose", "指定审批人"}, {"insert", "插入步骤"},
	{"skip", "跳过步骤"}, {"add-signer", "加签"}, {"delegate", "转办"}, {"return", "退回"}, {"withdraw", "撤回"},
	{"begin", "开始执行"}, {"execute", "执行完毕"}, {"replace", "接替"}, {"tick", "到期检查"},
})

// Valid reports whether v is one of the eighteen.
func (v Verb) Valid() bool { return verbNames.Valid(v) }

// String returns the code, "" for none and ? for a number that is none of them.
func (v Verb) String() string { return verbNames.Code(v) }

// Zh returns the Chinese name, "" for none and ? for a number that is none of them.
func (v Verb) Zh() string { return verbNames.Zh(v) }

// MarshalText writes the form of String; a number that is none of them is ErrInvalid.
func (v Verb) MarshalText() ([]byte, error) { return verbNames.Marshal(v) }

// UnmarshalText reads what MarshalText writes, and nothing else.
func (v *Verb) UnmarshalText(text []byte) error { return verbNames.Unmarshal(v, text) }

// Position says where an added signer stands (加签位置). The zero value is none.
type Position uint8

const (
	Before   Position = iota + 1 // in a step of his own, before this one goes on 前加签
	After                        // in a step of his own, right after this one 后加签
	Parallel                     // in this step, beside the others 并加签
)

var positionNames = enum.New[Position]("position", unknown, enum.Names{
	{}, {"before", "前加签"}, {"after", "后加签"}, {"parallel", "并加签"},
})

// Valid reports whether p is one of the three.
func (p Position) Valid() bool { return positionNames.Valid(p) }

// String returns the code, "" for none and ? for a number that is none of them.
func (p Position) String() string { return positionNames.Code(p) }

// Zh returns the Chinese name, "" for none and ? for a number that is none of them.
func (p Position) Zh() string { return positionNames.Zh(p) }

// MarshalText writes the form of String; a number that is none of them is ErrInvalid.
func (p Position) MarshalText() ([]byte, error) { return positionNames.Marshal(p) }

// UnmarshalText reads what MarshalText writes, and nothing else.
func (p *Position) UnmarshalText(text []byte) error { return positionNames.Unmarshal(p, text) }
