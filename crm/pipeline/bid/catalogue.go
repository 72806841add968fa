package bid

import (
	"maps"

	"github.com/guanxi-go/guanxi/crm/finding"
)

// The codes of errors.
const (
	codeID       = "BID-ID"
	codeRepeated = "BID-REPEATED"
	codeUnknown  = "BID-UNKNOWN"
	codeAmount   = "BID-AMOUNT"
	codeCurrency = "BID-CURRENCY"
	codeDay      = "BID-DAY"
	codeNoNeed   = "BID-NO-NEED"
	codeNoClause = "BID-NO-REQUIREMENT"
	codePaid     = "BID-PAID"
	codeState    = "BID-STATE"
	codeLate     = "BID-LATE"
	codeMissing  = "BID-MISSING"
	codeReturned = "BID-RETURNED"
	codeZone     = "BID-ZONE"
)

// The codes of findings.
const (
	foundDeadline = "BID-DEADLINE"
	foundMissed   = "BID-MISSED"
	foundDeposit  = "BID-DEPOSIT"
)

// Catalogue returns the sentences of this package's findings and errors, by code.
func Catalogue() finding.Catalogue { return maps.Clone(catalogue) }

var catalogue = finding.Catalogue{
	codeID:       {En: "an id is not 1 to 255 bytes of UTF-8 without NUL", Zh: "编号不是 1 至 255 字节的有效文本"},
	codeRepeated: {En: "an id is given twice", Zh: "编号重复"},
	codeUnknown:  {En: "a value is none of those allowed", Zh: "不是规定的取值"},
	codeAmount:   {En: "an amount is below 0, or has no currency", Zh: "金额为负或缺少币种"},
	codeCurrency: {En: "amounts are in several currencies", Zh: "金额币种不一致"},
	codeDay:      {En: "a day or an instant is missing, or none", Zh: "日期或时间缺失或无效"},
	codeNoNeed:   {En: "the solution answers a need that is not there", Zh: "方案对应的需求不存在"},
	codeNoClause: {En: "the tender has no such requirement", Zh: "招标要求中没有该项"},
	codePaid:     {En: "there is no deposit to be paid", Zh: "没有待缴的保证金"},
	codeState:    {En: "not possible in the present state of the bid", Zh: "投标的当前状态下不能执行此操作"},
	codeLate:     {En: "the deadline has gone by", Zh: "已过投标截止时间"},
	codeMissing:  {En: "still missing: {items}", Zh: "尚缺：{items}"},
	codeReturned: {En: "there is no deposit that could come back", Zh: "没有可退还的保证金"},
	codeZone:     {En: "the zone is not stated", Zh: "未注明时区"},

	foundDeadline: {En: "to be submitted by {deadline}", Zh: "须在 {deadline} 前递交投标文件"},
	foundMissed:   {En: "was not submitted by {deadline}", Zh: "截止 {deadline} 未递交投标文件"},
	foundDeposit:  {En: "the deposit of {deposit} was to come back by {day}, {days} days ago", Zh: "投标保证金 {deposit} 应于 {day} 前退还，已逾期 {days} 天"},
}
