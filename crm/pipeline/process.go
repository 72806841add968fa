package pipeline

import (
	"github.com/guanxi-go/guanxi/crm/money"
)

// Criterion is one thing that has to be there before a stage may be entered
// (进入条件): the field, kind of action, document or approval of this name.
type Criterion struct {
	Proof Proof  `json:"proof"`
	Name  string `json:"name"` // the host's code for it, 1 to 255 bytes
}

// String returns, for example, "document contract".
func (c Criterion) String() string { return c.Proof.String() + " " + c.Name }

// Zh returns, for example, 文件 contract.
func (c Criterion) Zh() string { return c.Proof.Zh() + " " + c.Name }

// Stage is one stage of a [Process] (销售阶段).
type Stage struct {
	ID    string      `json:"id"` // kept in journals for ever
	En    string      `json:"en,omitzero"`
	Zh    string      `json:"zh,omitzero"`
	Type  Type        `json:"type,omitzero"`
	Entry []Criterion `json:"entry,omitempty"` // all have to be met
	// Prior is the configured probability of winning from here, 0 to 1; of open
	// stages only. It is what history is blended with.
	Prior money.Ratio `json:"prior,omitzero"`
	// StuckDays is how many days here are too many as long as the data have no
	// answer; 0 is no such limit.
	StuckDays int `json:"stuck_days,omitzero"`
	// SilentDays is how many whole days without a counted action are too many here;
	// 0 is no limit.
	SilentDays int `json:"silent_days,omitzero"`
}

// Process is a sales process as data (销售流程): the stages in the order in which
// deals go through them.
type Process struct {
	Name   string  `json:"name"`
	Stages []Stage `json:"stages"`
	// Strict forbids to skip an open stage on the way forward.
	Strict bool `json:"strict,omitzero"`
	// ReopenDays is for how many whole days a deal that was closed may be opened
	// again; 0 is 90, and less than 0 is never.
	ReopenDays int `json:"reopen_days,omitzero"`
}

// DefaultProcess returns the process of the source documents, by the ids of its stages:
// prospect 寻找潜在客户, promote 宣传, intent 意向, visit 拜访, negotiate 谈判, sign 签约 and,
// after signing, execute 执行, which is the won stage; besides, hold 搁置 and lost 输单. The
// entry criteria and priors are ours, to be replaced by a company's own: a contact to
// promote, a need for intent, a visit, an amount and a quote to negotiate, a contract
// that is approved to sign.
func DefaultProcess() Process {
	p := func(percent int64) money.Ratio { return money.Ratio{Num: percent, Den: 100}.Reduce() }
	return Process{Name: "sales", Stages: []Stage{
		{ID: "prospect", En: "prospect", Zh: "寻找潜在客户", Prior: p(5), StuckDays: 30, SilentDays: 30},
		{ID: "promote", En: "promote", Zh: "宣传", Prior: p(10), StuckDays: 60, SilentDays: 30,
			Entry: []Criterion{{Field, "contact"}}},
		{ID: "intent", En: "intent", Zh: "意向", Prior: p(25), StuckDays: 45, SilentDays: 14,
			Entry: []Criterion{{Field, "need"}}},
		{ID: "visit", En: "visit", Zh: "拜访", Prior: p(40), StuckDays: 30, SilentDays: 14,
			Entry: []Criterion{{Activity, "visit"}}},
		{ID: "negotiate", En: "negotiate", Zh: "谈判", Prior: p(60), StuckDays: 30, SilentDays: 7,
			Entry: []Criterion{{Field, "amount"}, {Document, "quote"}}},
		{ID: "sign", En: "sign", Zh: "签约", Prior: p(85), StuckDays: 15, SilentDays: 7,
			Entry: []Criterion{{Document, "contract"}, {Approval, "contract"}}},
		{ID: "execute", En: "execute", Zh: "执行", Type: Won},
		{ID: "hold", En: "on hold", Zh: "搁置", Type: OnHold},
		{ID: "lost", En: "lost", Zh: "输单", Type: Lost},
	}}
}

// Validate reports every problem of the process, joined, each an ErrInvalid: ids
// that break the rules or are repeated, no open, won or lost stage, an open stage
// after a won one, a type or proof that is none, a criterion given twice, a prior
// outside 0 to 1 or of a stage that is not open, and negative days.
func (p Process) Validate() error {
	var bad problems
	bad.check(validID(p.Name), "name", -1, codeID)
	seen := map[string]bool{}
	count := map[Type]int{}
	for i, s := range p.Stages {
		bad.check(validID(s.ID), "stages", i, codeID)
		bad.check(!seen[s.ID], "stages", i, codeRepeated)
		bad.check(s.Type.Valid(), "stages", i, codeUnknown)
		bad.check(s.Type != Open || count[Won] == 0, "stages", i, codeAfterWon)
		bad.check(s.StuckDays >= 0 && s.SilentDays >= 0, "stages", i, codeRange)
		bad.check(s.Prior == money.Ratio{} || s.Type == Open && isShare(s.Prior), "stages", i,
			codePrior)
		bad.check(s.Type != Open || s.Prior.Valid(), "stages", i, codePrior)
		met := map[Criterion]bool{}
		for _, c := range s.Entry {
			bad.check(c.Proof.Valid() && validID(c.Name), "stages", i, codeCriterion)
			bad.check(!met[c], "stages", i, codeRepeated)
			met[c] = true
		}
		seen[s.ID] = true
		count[s.Type]++
	}
	bad.check(count[Open] > 0, "stages", -1, codeNoOpen)
	bad.check(count[Won] > 0, "stages", -1, codeNoWon)
	bad.check(count[Lost] > 0, "stages", -1, codeNoLost)
	bad.check(len(p.Stages) <= 255, "stages", -1, codeRange)
	return bad.join()
}

// isShare reports whether r is 0 to 1.
func isShare(r money.Ratio) bool { return r.Valid() && r.Num >= 0 && r.Num <= r.Den }
