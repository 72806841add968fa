package receivable

import (
	"maps"

	"github.com/guanxi-go/guanxi/crm/finding"
)

// The codes of errors.
const (
	codeUnknown      = "RCV-UNKNOWN"
	codeMissing      = "RCV-MISSING"
	codeID           = "RCV-ID"
	codeText         = "RCV-TEXT"
	codeDay          = "RCV-DAY"
	codeInstant      = "RCV-INSTANT"
	codeRange        = "RCV-RANGE"
	codeNegative     = "RCV-NEGATIVE"
	codeAmount       = "RCV-AMOUNT"
	codePrice        = "RCV-PRICE"
	codeShare        = "RCV-SHARE"
	codeShares       = "RCV-SHARES"
	codeRest         = "RCV-REST"
	codeWhen         = "RCV-WHEN"
	codeCustomer     = "RCV-CUSTOMER"
	codeCurrency     = "RCV-CURRENCY"
	codeSum          = "RCV-SUM"
	codeRepeated     = "RCV-REPEATED"
	codeNoEntry      = "RCV-NO-ENTRY"
	codeNoInstalment = "RCV-NO-INSTALMENT"
	codeNotPaid      = "RCV-NOT-PAID"
	codeLeft         = "RCV-LEFT"
	codeUsed         = "RCV-USED"
	codeEntry        = "RCV-ENTRY"
	codeLines        = "RCV-LINES"
	codeParts        = "RCV-PARTS"
	codeSteps        = "RCV-STEPS"
	codeWorkday      = "RCV-WORKDAY"
	codePromise      = "RCV-PROMISE"
	codeJournal      = "RCV-JOURNAL"
)

// The codes of findings.
const (
	foundDunning = "RCV-DUNNING"
	foundOverdue = "RCV-OVERDUE"
)

var catalogue = finding.Catalogue{
	codeUnknown:      {En: "is none of its values", Zh: "不是规定的取值"},
	codeMissing:      {En: "is missing", Zh: "缺失"},
	codeID:           {En: "an id is not 1 to 255 bytes of UTF-8 without NUL", Zh: "编号不是 1 至 255 字节的有效文本"},
	codeText:         {En: "a text is too long or not UTF-8 without NUL", Zh: "文本过长或不是有效文本"},
	codeDay:          {En: "is no day", Zh: "不是有效日期"},
	codeInstant:      {En: "is no whole microsecond in UTC", Zh: "不是以微秒计的 UTC 时间"},
	codeRange:        {En: "is out of its range", Zh: "超出范围"},
	codeNegative:     {En: "is below 0", Zh: "不得为负"},
	codeAmount:       {En: "is not above 0, or its method is unknown", Zh: "金额应大于零，且分配方式须有效"},
	codePrice:        {En: "is below 0 or has no currency", Zh: "价款为负或缺少币种"},
	codeShare:        {En: "a share is not from 0 to 1", Zh: "比例不在 0 至 1 之间"},
	codeShares:       {En: "the shares do not sum to 1", Zh: "各期比例之和不等于 1"},
	codeRest:         {En: "rounding leaves less than nothing for the last", Zh: "四舍五入后末期金额为负"},
	codeWhen:         {En: "has both or neither of a day and an event", Zh: "应付日与节点须且只须注明一个"},
	codeCustomer:     {En: "is of another customer", Zh: "属于其他客户"},
	codeCurrency:     {En: "is not of the account's currency", Zh: "与账户币种不一致"},
	codeSum:          {En: "the sum does not fit 64 bits", Zh: "合计超出范围"},
	codeRepeated:     {En: "is there already", Zh: "重复"},
	codeNoEntry:      {En: "there is no such entry to reverse", Zh: "没有可冲销的该笔记录"},
	codeNoInstalment: {En: "there is no such instalment", Zh: "没有该期回款"},
	codeNotPaid:      {En: "that entry did not pay it", Zh: "该笔记录未用于此期回款"},
	codeLeft:         {En: "only {left} is left", Zh: "仅余 {left}（最小货币单位）"},
	codeUsed:         {En: "what it left over has been used since: reverse that first", Zh: "其余款已被使用，请先冲销后续记录"},
	codeEntry:        {En: "lacks what its kind has, or has what it has not", Zh: "记录内容与其类型不符"},
	codeLines:        {En: "a line is not above 0, repeated, or more than the amount", Zh: "分配行金额不大于零、重复或超过总额"},
	codeParts:        {En: "lines and surplus do not sum to the amount", Zh: "分配额与余款之和不等于总额"},
	codeSteps:        {En: "the days of the steps do not rise or are out of range, or nobody acts", Zh: "催款日未按升序排列、超出范围或无责任人"},
	codeWorkday:      {En: "there is no working day within a year", Zh: "一年内没有工作日"},
	codePromise:      {En: "a promise ends before it is given, or is out of order", Zh: "承诺付款日早于承诺日，或次序有误"},
	codeJournal:      {En: "the journal of sales categories cannot be read", Zh: "销售分类日志无法读取"},
	foundDunning:     {En: "dunning step {step} by {to}: {amount}, due on {due}", Zh: "第 {step} 级催款（{to}）：{amount}，应付日 {due}"},
	foundOverdue:     {En: "{amount} is overdue, the oldest part for {days} days", Zh: "逾期 {amount}，最久已逾期 {days} 天"},
}

// Catalogue returns the sentences of this package's findings and errors; their codes
// begin with RCV.
func Catalogue() finding.Catalogue { return maps.Clone(catalogue) }
