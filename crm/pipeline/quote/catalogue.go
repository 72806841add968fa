package quote

import (
	"maps"

	"github.com/guanxi-go/guanxi/crm/finding"
)

// The codes of errors.
const (
	codeDay        = "QUO-DAY"
	codeDrop       = "QUO-DROP"
	codeOffer      = "QUO-OFFER"
	codeCurrency   = "QUO-CURRENCY"
	codeNoCurrency = "QUO-NO-CURRENCY"
	codeRange      = "QUO-RANGE"
	codeOverflow   = "QUO-OVERFLOW"
	codeUnknown    = "QUO-UNKNOWN"
	codeWay        = "QUO-WAY"
	codeNotPending = "QUO-NOT-PENDING"
	codePending    = "QUO-PENDING"
	codeNoApproval = "QUO-NO-APPROVAL"
	codeApproval   = "QUO-APPROVAL"
	codeRound      = "QUO-ROUND"
	codeOver       = "QUO-OVER"
	codeHolds      = "QUO-HOLDS"
)

// Catalogue returns the sentences of this package's findings and errors, by code.
func Catalogue() finding.Catalogue { return maps.Clone(catalogue) }

var catalogue = finding.Catalogue{
	"PIP-FLOOR":      {En: "{net} lies below the floor of {floor} and needs approval", Zh: "报价 {net} 低于底价 {floor}，须审批"},
	"PIP-BELOW-LAST": {En: "{net} is much less than the last offer of {last}", Zh: "报价 {net} 较上轮 {last} 降幅过大"},

	codeDay:        {En: "a day is missing, or none", Zh: "日期缺失或无效"},
	codeDrop:       {En: "the largest drop is not 0 to 1", Zh: "最大降幅不在 0 至 1 之间"},
	codeOffer:      {En: "an amount is below 0 or has no currency, or a round is below 1", Zh: "金额为负、缺少币种，或轮次小于 1"},
	codeCurrency:   {En: "amounts are in several currencies", Zh: "金额币种不一致"},
	codeNoCurrency: {En: "the currency is not stated", Zh: "未注明币种"},
	codeRange:      {En: "a number is below 0, too large or too long", Zh: "数值为负、过大或位数过多"},
	codeOverflow:   {En: "an amount does not fit 64 bits", Zh: "金额超出范围"},
	codeUnknown:    {En: "a value is none of those allowed", Zh: "不是规定的取值"},
	codeWay:        {En: "a quote does not go from {from} to {to}", Zh: "报价不能从 {from} 转为 {to}"},
	codeNotPending: {En: "it does not wait for approval", Zh: "该报价不在待审批状态"},
	codePending:    {En: "its approval is still waited for", Zh: "审批尚未完成"},
	codeNoApproval: {En: "an approval has to be stated", Zh: "须注明审批编号"},
	codeApproval:   {En: "below the floor it needs approval", Zh: "低于底价，须先审批"},
	codeRound:      {En: "its round is not beyond those that were offered", Zh: "轮次未超过已发出的报价"},
	codeOver:       {En: "its last day has gone by", Zh: "已过有效期"},
	codeHolds:      {En: "it still holds", Zh: "仍在有效期内"},
}
