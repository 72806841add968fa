package approval

import "github.com/guanxi-go/guanxi/internal/enum"

// Kind says what an [Entry] records (记录类型). The zero value is none.
type Kind uint8

const (
	Drafted    Kind = iota + 1 // 起草
	Amended                    // 修改
	Submitted                  // 提交
	Entered                    // its people are asked from now on 进入步骤
	Notified                   // 知会
	Skipped                    // Code says why: condition, empty or by-hand 跳过步骤
	Voted                      // 表决
	StepPassed                 // 步骤通过
	Chosen                     // 指定审批人
	Inserted                   // 插入步骤
	Seated                     // by a signer added in parallel 增加审批人
	Delegated                  // 转办
	Returned                   // Code says why: by-hand, rejected or timeout 退回
	Reminded                   // 催办
	Escalated                  // 上报
	Replaced                   // by a successor in a seat 接替
	Begun                      // 开始执行
	Executed                   // 执行完毕
	Ended                      // the approval came to the status in Status 结束
	Retracted                  // 撤回
)

var kindNames = enum.New[Kind]("kind", unknown, enum.Names{
	{}, {"drafted", "起草"}, {"amended", "修改"}, {"submitted", "提交"}, {"entered", "进入步骤"},
	{"notified", "知会"}, {"skipped", "跳过步骤"}, {"voted", "表决"}, {"step-passed", "步骤通过"},
	{"chosen", "指定审批人"}, {"inserted", "插入步骤"}, {"seated", "增加审批人"}, {"delegated", "转办"},
	{"returned", "退回"}, {"reminded", "催办"}, {"escalated", "上报"}, {"replaced", "接替"}, {"begun", "开始执行"},
	{"executed", "执行完毕"}, {"ended", "结束"}, {"retracted", "撤回"},
})

// Valid reports whether k is one of the twenty.
func (k Kind) Valid() bool { return kindNames.Valid(k) }

// String returns the code, "" for none and ? for a number that is none of them.
func (k Kind) String() string { return kindNames.Code(k) }

// Zh returns the Chinese name, "" for none and ? for a number that is none of them.
func (k Kind) Zh() string { return kindNames.Zh(k) }

// MarshalText writes the form of String; a number that is none of them is ErrInvalid.
func (k Kind) MarshalText() ([]byte, error) { return kindNames.Marshal(k) }

// UnmarshalText reads what MarshalText writes, and nothing else.
func (k *Kind) UnmarshalText(text []byte) error { return kindNames.Unmarshal(k, text) }
