package owner

import (
	"log/slog"
	"time"

	"github.com/guanxi-go/guanxi/crm/money"
	"github.com/guanxi-go/guanxi/internal/enum"
)

// Matter is a kind of thing that a leaver hands over (交接事项). The zero value is
// none.
type Matter uint8

const (
	Customers     Matter = iota + 1 // 客户
	Contacts                        // 联系人
	Leads                           // 线索
	Opportunities                   // 商机
	Cases                           // 工单
	Promises                        // open promises to customers; each is listed 未兑现承诺
	Tasks                           // 任务
	Receivables                     // money that customers owe; each is listed 应收款
	Contracts                       // 合同
	Approvals                       // decisions that wait for the leaver 待审批
	Delegations                     // powers given to or by the leaver 授权
)

var matters = enum.New[Matter]("matter", unknown, enum.Names{{}, {"customers", "客户"}, {"contacts", "联系人"}, {"leads", "线索"}, {"opportunities", "商机"},
	{"cases", "工单"}, {"promises", "未兑现承诺"}, {"tasks", "任务"}, {"receivables", "应收款"}, {"contracts", "合同"},
	{"approvals", "待审批"}, {"delegations", "授权"}})

// Matters returns the eleven in their order.
func Matters() []Matter { return matters.All() }

// Valid reports whether m is one of the eleven.
func (m Matter) Valid() bool { return matters.Valid(m) }

// Listed reports whether each thing of the kind is listed by its id and given by
// it, not only counted: promises and receivables, which are easily forgotten.
func (m Matter) Listed() bool { return m == Promises || m == Receivables }

// String returns the code, "" for none and ? for a number that is no matter.
func (m Matter) String() string { return matters.Code(m) }

// Zh returns the Chinese name, "" for none and ? for a number that is no matter.
func (m Matter) Zh() string { return matters.Zh(m) }

// MarshalText writes the form of String; a number that is no matter is ErrInvalid.
func (m Matter) MarshalText() ([]byte, error) { return matters.Marshal(m) }

// UnmarshalText reads what MarshalText writes, and nothing else.
func (m *Matter) UnmarshalText(text []byte) error { return matters.Unmarshal(m, text) }

// StepKind says what a [Step] of a handover records (交接步骤). The zero value is
// none.
type StepKind uint8

const (
	Opened     StepKind = iota + 1 // notice was given 提出离职
	Deputised                      // somebody signs in the leaver's place, who cannot be reached 指定代签
	Frozen                         // the leaver's exports are stopped 冻结导出
	Counted                        // how many of a matter there are; zero is said too 清点
	Listed                         // one promise, receivable or key account 列明
	Handed                         // things of a matter were given to a taker 交付
	Introduced                     // the taker was introduced to a key account in person 当面引荐
	Signed                         // giver, taker or manager signed 签字
	Completed                      // all is done 办结
	Cancelled                      // the leaver stays 撤销
)

var stepKinds = enum.New[StepKind]("step", unknown, enum.Names{{}, {"opened", "提出离职"}, {"deputised", "指定代签"}, {"frozen", "冻结导出"}, {"counted", "清点"},
	{"listed", "列明"}, {"handed", "交付"}, {"introduced", "当面引荐"}, {"signed", "签字"}, {"completed", "办结"}, {"cancelled", "撤销"}})

// Valid reports whether k is one of the ten.
func (k StepKind) Valid() bool { return stepKinds.Valid(k) }

// String returns the code, "" for none and ? for a number that is no kind.
func (k StepKind) String() string { return stepKinds.Code(k) }

// Zh returns the Chinese name, "" for none and ? for a number that is no kind.
func (k StepKind) Zh() string { return stepKinds.Zh(k) }

// MarshalText writes the form of String; a number that is no kind is ErrInvalid.
func (k StepKind) MarshalText() ([]byte, error) { return stepKinds.Marshal(k) }

// UnmarshalText reads what MarshalText writes, and nothing else.
func (k *StepKind) UnmarshalText(text []byte) error { return stepKinds.Unmarshal(k, text) }

// Step is one line of a handover's journal (交接记录). The methods of [Handover] make
// them. Reason is free text and may be personal: a store clears it when a person
// is forgotten, and no fold reads it. All other fields are ids, codes, counts,
// amounts and instants.
type Step struct {
	Kind   StepKind     `json:"kind"`
	From   string       `json:"from,omitzero"`   // Opened: the leaver; Handed: who had it
	To     string       `json:"to,omitzero"`     // Opened: the manager; Deputised: the deputy; Handed, Introduced: the taker
	Matter Matter       `json:"matter,omitzero"` // Counted, Listed, Handed
	Ref    string       `json:"ref,omitzero"`    // Listed, Handed: id of the thing; Introduced: of the key account
	Count  int          `json:"count,omitzero"`  // Counted, Handed: how many
	Amount money.Amount `json:"amount,omitzero"` // Listed: of the receivable

	Actor    string    `json:"actor"` // id of who did it; Signed: of who signed
	At       time.Time `json:"at"`
	Recorded time.Time `json:"recorded"`
	Approver string    `json:"approver,omitzero"` // Deputised, Cancelled: who approved it
	Code     string    `json:"code,omitzero"`
	Reason   string    `json:"reason,omitzero"` // personal
}

// Validate reports everything wrong with the step on its own, joined. What it
// needs of the steps before it is [FoldHandover]'s business.
func (s Step) Validate() error {
	var p problems
	p.check(s.Kind.Valid(), "step", -1, "unknown")
	p.check(validID(s.Actor), "actor", -1, notID)
	p.check(!s.At.IsZero(), "at", -1, "is missing")
	p.check(!s.Recorded.Before(s.At), "recorded", -1, "is before at")
	for _, f := range []struct{ field, id string }{{"from", s.From}, {"to", s.To}, {"ref", s.Ref}, {"approver", s.Approver}, {"code", s.Code}} {
		p.check(validText(f.id), f.field, -1, notID)
	}
	p.check(s.Count >= 0, "count", -1, "is below 0")
	p.check(s.Approver == "" || s.Approver != s.Actor, "approver", -1, "is the actor")
	switch s.Kind {
	case Opened:
		p.check(validID(s.From) && validID(s.To) && s.From != s.To, "to", -1, "a leaver and another person as manager are needed")
	case Deputised:
		p.check(s.To != "", "to", -1, "is missing")
		p.check(s.Approver != "", "approver", -1, "is missing")
	case Counted:
		p.check(s.Matter.Valid(), "matter", -1, "is missing")
	case Listed:
		p.check(s.Matter.Listed() || s.Matter == Customers, "matter", -1, "is not listed: promises, receivables and key accounts are")
		p.check(s.Ref != "", "ref", -1, "is missing")
		p.check(s.Amount.Minor >= 0, "amount", -1, "is below 0")
	case Handed:
		p.check(s.Matter.Valid(), "matter", -1, "is missing")
		p.check(s.To != "", "to", -1, "is missing")
		p.check(s.Count > 0 && (!s.Matter.Listed() || s.Ref != "" && s.Count == 1), "count", -1, "is 0, or more than the one thing listed")
	case Introduced:
		p.check(s.To != "" && s.Ref != "", "ref", -1, "a key account and a taker are needed")
	case Cancelled:
		p.check(s.Approver != "", "approver", -1, "is missing")
	}
	return p.join()
}

// LogValue shows ids, kind and times, and not the reason.
func (s Step) LogValue() slog.Value {
	return slog.GroupValue(slog.String("kind", s.Kind.String()), slog.String("matter", s.Matter.String()),
		slog.String("ref", s.Ref), slog.String("to", s.To), slog.Time("at", s.At), slog.String("actor", s.Actor))
}
