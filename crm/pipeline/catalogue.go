package pipeline

import (
	"maps"

	"github.com/guanxi-go/guanxi/crm/finding"
)

// The codes of errors.
const (
	codeID           = "PIP-ID"
	codeCategory     = "PIP-CATEGORY"
	codeAmount       = "PIP-AMOUNT"
	codeDay          = "PIP-DAY"
	codeProbability  = "PIP-PROBABILITY"
	codeShare        = "PIP-SHARE"
	codeEmpty        = "PIP-EMPTY"
	codeRange        = "PIP-RANGE"
	codeRepeated     = "PIP-REPEATED"
	codeCurrency     = "PIP-CURRENCY"
	codeOverflow     = "PIP-OVERFLOW"
	codeCells        = "PIP-CELLS"
	codePoints       = "PIP-POINTS"
	codeMachine      = "PIP-MACHINE"
	codeNoOrder      = "PIP-NO-ORDER"
	codeNoLoss       = "PIP-NO-LOSS"
	codeReopenLate   = "PIP-REOPEN-LATE"
	codeReopenBeyond = "PIP-REOPEN-BEYOND"
	codeSkip         = "PIP-SKIP"
	codeCriteria     = "PIP-CRITERIA"
	codeReason       = "PIP-REASON"
	codeNoWay        = "PIP-NO-WAY"
	codeMove         = "PIP-MOVE"
	codeUnknown      = "PIP-UNKNOWN"
	codeNoStage      = "PIP-NO-STAGE"
	codeCounts       = "PIP-COUNTS"
	codeAfterWon     = "PIP-AFTER-WON"
	codePrior        = "PIP-PRIOR"
	codeCriterion    = "PIP-CRITERION"
	codeNoOpen       = "PIP-NO-OPEN"
	codeNoWon        = "PIP-NO-WON"
	codeNoLost       = "PIP-NO-LOST"
	codePulse        = "PIP-PULSE"
	codeOrderWay     = "PIP-ORDER-WAY"
)

// Catalogue returns the sentences of this package's findings and errors, by code.
func Catalogue() finding.Catalogue { return maps.Clone(catalogue) }

var catalogue = finding.Catalogue{
	"PIP-STUCK":   {En: "in stage {stage} for {days} days, the limit is {limit} ({source})", Zh: "在“{stage}”阶段已停留 {days} 天，上限 {limit} 天（{source}）"},
	"PIP-SILENT":  {En: "no counted action for {days} days in stage {stage}, the limit is {limit}", Zh: "“{stage}”阶段已 {days} 天无有效跟进，上限 {limit} 天"},
	"PIP-OVERDUE": {En: "should have closed on {close}, {days} days ago", Zh: "预计成交日 {close} 已过 {days} 天"},

	codeID:           {En: "an id is not 1 to 255 bytes of UTF-8 without NUL", Zh: "编号不是 1 至 255 字节的有效文本"},
	codeCategory:     {En: "the category is unknown", Zh: "预测类别未知"},
	codeAmount:       {En: "the amount is below 0, or has no currency", Zh: "金额为负或缺少币种"},
	codeDay:          {En: "a day is missing, or none", Zh: "日期缺失或无效"},
	codeProbability:  {En: "the probability is not 0 to 1", Zh: "概率不在 0 至 1 之间"},
	codeShare:        {En: "a share is not between 0 and 1", Zh: "比例不在 0 与 1 之间"},
	codeEmpty:        {En: "the distribution has no such probability", Zh: "该分布没有这样的概率"},
	codeRange:        {En: "a number is out of its range", Zh: "数值超出范围"},
	codeRepeated:     {En: "an id or criterion is given twice", Zh: "编号或条件重复"},
	codeCurrency:     {En: "an amount is in another currency than those before", Zh: "金额币种与前面的不同"},
	codeOverflow:     {En: "a sum or ratio does not fit 64 bits", Zh: "合计或比率超出范围"},
	codeCells:        {En: "the step takes more than 2^22 cells", Zh: "步长过细，超过 2^22 个格点"},
	codePoints:       {En: "rho is so near 1 that it takes more than 2^14 points", Zh: "相关系数过于接近 1，积分点超过 2^14 个"},
	codeMachine:      {En: "the stages make no machine", Zh: "这些阶段不能构成流程"},
	codeNoOrder:      {En: "winning needs a signed order", Zh: "赢单须有已签订单"},
	codeNoLoss:       {En: "losing needs a reason code", Zh: "丢单须填写原因"},
	codeReopenLate:   {En: "it was closed too long ago", Zh: "结案过久，不能重启"},
	codeReopenBeyond: {En: "it never came as far as that stage", Zh: "不能重启到未曾达到的阶段"},
	codeSkip:         {En: "a stage would be skipped", Zh: "不得跳过阶段"},
	codeCriteria:     {En: "not met: {missing}", Zh: "未满足条件：{missing}"},
	codeReason:       {En: "this needs a reason", Zh: "须填写原因"},
	codeNoWay:        {En: "there is no way from {from} to {to}", Zh: "不能从 {from} 转到 {to}"},
	codeMove:         {En: "{field} breaks a rule of the journal of stages", Zh: "{field} 不符合阶段记录的规则"},
	codeUnknown:      {En: "a value is none of those allowed", Zh: "不是规定的取值"},
	codeNoStage:      {En: "there is no such stage, or it is not open", Zh: "阶段不存在或不是进行中"},
	codeCounts:       {En: "the counts are not one for each open stage, or are out of range", Zh: "计数与进行中的阶段不对应，或超出范围"},
	codeAfterWon:     {En: "an open stage comes after a won one", Zh: "进行中的阶段排在赢单之后"},
	codePrior:        {En: "an open stage needs a prior of 0 to 1, and no other has one", Zh: "进行中的阶段须有 0 至 1 的先验赢率，其他阶段不得有"},
	codeCriterion:    {En: "an entry criterion has no proof or name", Zh: "进入条件缺少证据类型或名称"},
	codeNoOpen:       {En: "no stage is open", Zh: "没有进行中的阶段"},
	codeNoWon:        {En: "no stage is won", Zh: "没有赢单阶段"},
	codeNoLost:       {En: "no stage is lost", Zh: "没有输单阶段"},
	codePulse:        {En: "it has no day of opening, or one after the date", Zh: "缺少立项日期，或晚于截止日"},
	codeOrderWay:     {En: "an order does not go from {from} to {to}", Zh: "订单不能从 {from} 转为 {to}"},
}
