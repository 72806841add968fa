package cadence

import (
	"maps"

	"github.com/guanxi-go/guanxi/crm/finding"
)

// The codes of errors.
const (
	codeUnknown  = "CAD-UNKNOWN"
	codeID       = "CAD-ID"
	codeMissing  = "CAD-MISSING"
	codeRange    = "CAD-RANGE"
	codeRepeated = "CAD-REPEATED"
	codeCurrency = "CAD-CURRENCY"
	codeSpan     = "CAD-SPAN"
	codeOverlap  = "CAD-OVERLAP"
	codeFuture   = "CAD-FUTURE"
	codeTarget   = "CAD-TARGET"
	codeTree     = "CAD-TREE"
	codeNoUnit   = "CAD-NO-UNIT"
	codeNoPerson = "CAD-NO-PERSON"
	codeNoPolicy = "CAD-NO-POLICY"
	codeNoEntry  = "CAD-NO-PENALTY"
	codeState    = "CAD-STATE"
	codeOrder    = "CAD-ORDER"
	codeMoved    = "CAD-MOVED"
	codeTooLoose = "CAD-TOO-LOOSE"
	codeOwnCase  = "CAD-OWN-CASE"
	codeJournal  = "CAD-JOURNAL"
	codeSum      = "CAD-SUM"
	codeCalendar = "CAD-CALENDAR"
)

// The codes of findings.
const (
	foundLogin  = "CAD-L1"
	foundTravel = "CAD-L2"
	foundIdle   = "CAD-L3"
	foundAction = "CAD-A1"
	foundOrphan = "CAD-ORPHAN"
	foundEmpty  = "CAD-EMPTY"
	foundLate   = "CAD-LATE"
	foundCopy   = "CAD-COPY"
	foundBulk   = "CAD-BULK"
	foundLooser = "CAD-LOOSER"
)

var catalogue = finding.Catalogue{
	codeUnknown:  {En: "{field} is none of its values", Zh: "{field} 不是规定的取值"},
	codeID:       {En: "{field} is not 1 to 255 bytes of UTF-8 without NUL", Zh: "{field} 不是 1 至 255 字节的有效文本"},
	codeMissing:  {En: "{field} is missing", Zh: "缺少 {field}"},
	codeRange:    {En: "{field} is out of its range", Zh: "{field} 超出范围"},
	codeRepeated: {En: "{id} is given twice in {field}", Zh: "{field} 中 {id} 重复"},
	codeCurrency: {En: "{field} is in another currency", Zh: "{field} 的币种不一致"},
	codeSpan:     {En: "{field} is empty or runs backward", Zh: "{field} 的起止时间无效"},
	codeOverlap:  {En: "{field} overlap or are out of order", Zh: "{field} 重叠或未按时间排列"},
	codeFuture:   {En: "{id} took place after it was recorded", Zh: "{id} 的发生时间晚于记录时间"},
	codeTarget:   {En: "{id} is about another record", Zh: "{id} 属于其他记录"},
	codeTree:     {En: "the units are no tree: {id} {items}", Zh: "组织单元不成树形：{id} {items}"},
	codeNoUnit:   {En: "there is no unit {id} {items}", Zh: "没有组织单元 {id} {items}"},
	codeNoPerson: {En: "{id} is not among the people", Zh: "考核人员中没有 {id}"},
	codeNoPolicy: {En: "the policy {id} is not in the book", Zh: "制度汇编中没有 {id}"},
	codeNoEntry:  {En: "there is no such penalty", Zh: "没有该项处罚"},
	codeState:    {En: "not possible in the state {id}", Zh: "状态 {id} 下不能执行此操作"},
	codeOrder:    {En: "earlier than what goes before it", Zh: "时间早于前一步骤"},
	codeMoved:    {En: "a version binds another unit than the one before: {id}", Zh: "新版本适用的单元与上一版本不同：{id}"},
	codeTooLoose: {En: "looser than the rules of the unit above: {items}", Zh: "比上级单位的规定宽松：{items}"},
	codeOwnCase:  {En: "nobody decides about his own penalty", Zh: "不得处理本人的处罚"},
	codeJournal:  {En: "the entry does not follow from those before it", Zh: "该记录与之前的记录不衔接"},
	codeSum:      {En: "the sum does not fit 64 bits", Zh: "合计超出范围"},
	codeCalendar: {En: "the calendar of {id} has no answer", Zh: "{id} 的工作日历无法给出结果"},

	foundLogin:  {En: "no log-in on {due}", Zh: "{due} 未登录系统"},
	foundTravel: {En: "travelling in the week up to {due}: {done} of {owed} log-ins", Zh: "截至 {due} 的出差周：应登录 {owed} 次，实际 {done} 次"},
	foundIdle:   {En: "no log-in for {owed} days, notice {step}, as of {due}", Zh: "截至 {due} 连续 {owed} 天未登录，第 {step} 次通报"},
	foundAction: {En: "no follow-up by {due}, {step} in a row; owed by {owner}", Zh: "{due} 前未跟进，连续第 {step} 次，责任人 {owner}"},
	foundOrphan: {En: "no follow-up by {due}, and nobody looks after it; {owner} is to assign it", Zh: "{due} 前未跟进且无人负责，请 {owner} 指派"},
	foundEmpty:  {En: "recorded on {due} without {fields}: not counted", Zh: "{due} 记录的行动缺少{fields}，不计入"},
	foundLate:   {En: "recorded too late, counted as of the day of recording; due {due}", Zh: "补录超期（应于 {due} 前），按记录日计入"},
	foundCopy:   {En: "{done} equal notes in a row", Zh: "连续 {done} 条内容相同"},
	foundBulk:   {En: "{done} actions recorded at once, more than {owed}", Zh: "短时间内集中录入 {done} 条，超过 {owed} 条"},
	foundLooser: {En: "looser than the rules of the unit above: {fields}", Zh: "比上级单位的规定宽松：{fields}"},
}

// Catalogue returns the sentences of this package's findings and errors; their codes
// begin with CAD.
func Catalogue() finding.Catalogue { return maps.Clone(catalogue) }

// ruleOf returns the rule that a finding is about, none for CAD-LOOSER.
func ruleOf(code string) Rule {
	switch code {
	case foundLogin:
		return RuleLogin
	case foundTravel:
		return RuleTravel
	case foundIdle:
		return RuleIdle
	case foundAction, foundOrphan:
		return RuleAction
	case foundEmpty, foundLate, foundCopy, foundBulk:
		return RuleEvidence
	}
	return 0
}

// isPenal reports whether a penalty can be set on findings of a code.
func isPenal(code string) bool { return ruleOf(code) != 0 && code != foundOrphan }

func severityOf(code string) finding.Severity {
	switch code {
	case foundLogin, foundTravel, foundIdle, foundAction, foundOrphan:
		return finding.Breach
	case foundLate:
		return finding.Notice
	}
	return finding.Warning
}
