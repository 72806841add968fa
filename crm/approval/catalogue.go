package approval

import (
	"maps"

	"github.com/guanxi-go/guanxi/crm/finding"
)

// The codes of errors.
const (
	codeUnknown        = "APR-UNKNOWN"
	codeID             = "APR-ID"
	codeMissing        = "APR-MISSING"
	codeRepeated       = "APR-REPEATED"
	codeRange          = "APR-RANGE"
	codeOrder          = "APR-ORDER"
	codeMisplaced      = "APR-MISPLACED"
	codeText           = "APR-TEXT"
	codeLocked         = "APR-LOCKED"
	codeInitiator      = "APR-INITIATOR"
	codeNotInitiator   = "APR-NOT-INITIATOR"
	codeNotHolder      = "APR-NOT-HOLDER"
	codeState          = "APR-STATE"
	codeVoted          = "APR-VOTED"
	codeTurn           = "APR-TURN"
	codeNoStep         = "APR-NO-STEP"
	codeDocument       = "APR-DOCUMENT"
	codeNext           = "APR-NEXT"
	codeNobody         = "APR-NOBODY"
	codeEmpty          = "APR-EMPTY"
	codeQuorum         = "APR-QUORUM"
	codeSize           = "APR-SIZE"
	codeSeated         = "APR-SEATED"
	codeNoSeat         = "APR-NO-SEAT"
	codeOneself        = "APR-ONESELF"
	codeDepth          = "APR-DEPTH"
	codeTwiceRunning   = "APR-TWICE-RUNNING"
	codeSteps          = "APR-STEPS"
	codeAuthority      = "APR-AUTHORITY"
	codeAutoApprove    = "APR-AUTO-APPROVE"
	codeUnit           = "APR-UNIT"
	codeVersion        = "APR-VERSION"
	codeLater          = "APR-LATER"
	codeJournal        = "APR-JOURNAL"
	codeDeadline       = "APR-DEADLINE"
	codeField          = "APR-FIELD"
	codeNegative       = "APR-NEGATIVE"
	codeCurrency       = "APR-CURRENCY"
	codeMatter         = "APR-MATTER"
	codeOverflow       = "APR-OVERFLOW"
	codeOverlap        = "APR-OVERLAP"
	codeGateColumns    = "APR-GATE-COLUMNS"
	codeGateVersion    = "APR-GATE-VERSION"
	codeGateSigner     = "APR-GATE-SIGNER"
	codeGateSign       = "APR-GATE-SIGN"
	codeGateBodies     = "APR-GATE-BODIES"
	codeGateOrder      = "APR-GATE-ORDER"
	codeGateFrom       = "APR-GATE-FROM"
	codeGateRegression = "APR-GATE-REGRESSION"
	codeNoEdition      = "APR-NO-EDITION"
)

// The codes of findings.
const (
	foundSplit      = "APR-SPLIT"
	foundOverdue    = "APR-OVERDUE"
	foundCycle      = "APR-DELEGATION-CYCLE"
	foundDelegation = "APR-DELEGATION-OVERLAP"
)

var catalogue = finding.Catalogue{
	codeUnknown:        {En: "{field} is none of its values", Zh: "{field} 不是规定的取值"},
	codeID:             {En: "{field} is not 1 to 255 bytes of UTF-8 without NUL", Zh: "{field} 不是 1 至 255 字节的有效编号"},
	codeMissing:        {En: "{field} is missing", Zh: "缺少 {field}"},
	codeRepeated:       {En: "{field} is given twice", Zh: "{field} 重复"},
	codeRange:          {En: "{field} is out of its range", Zh: "{field} 超出范围"},
	codeOrder:          {En: "{field} is not in rising order", Zh: "{field} 未按升序排列"},
	codeMisplaced:      {En: "{field} does not belong here", Zh: "{field} 不适用于此处"},
	codeText:           {En: "{field} cannot be read", Zh: "{field} 无法识别"},
	codeLocked:         {En: "the model does not allow this", Zh: "该流程模型不允许此操作"},
	codeInitiator:      {En: "the initiator does not decide", Zh: "发起人不得参与审批"},
	codeNotInitiator:   {En: "only the initiator may do this", Zh: "只有发起人可以执行此操作"},
	codeNotHolder:      {En: "the actor has no seat in step {id}", Zh: "操作人不是步骤 {id} 的处理人"},
	codeState:          {En: "not possible in the state {id}", Zh: "状态 {id} 下不能执行此操作"},
	codeVoted:          {En: "step {id} was decided, or the actor has decided", Zh: "步骤 {id} 已有结论，或操作人已表决"},
	codeTurn:           {En: "it is not the actor's turn in step {id}", Zh: "步骤 {id} 尚未轮到操作人"},
	codeNoStep:         {En: "there is no such step ahead: {id}", Zh: "没有符合条件的步骤：{id}"},
	codeDocument:       {En: "step {id} needs {items}", Zh: "步骤 {id} 缺少文件：{items}"},
	codeNext:           {En: "the next approver is missing", Zh: "未指定下一审批人"},
	codeNobody:         {En: "nobody would have decided", Zh: "没有任何人作出审批"},
	codeEmpty:          {En: "nobody is there to decide step {id}", Zh: "步骤 {id} 没有审批人"},
	codeQuorum:         {En: "step {id} has fewer people than its quorum", Zh: "步骤 {id} 的人数少于通过所需人数"},
	codeSize:           {En: "step {id} has not the number of people that is stated", Zh: "步骤 {id} 的人数与规定不符"},
	codeSeated:         {En: "{id} has a seat in this step", Zh: "{id} 已是该步骤的审批人"},
	codeNoSeat:         {En: "{id} has no seat in this step", Zh: "{id} 不是该步骤的审批人"},
	codeOneself:        {En: "nobody gives a seat to himself", Zh: "不得指定自己接替"},
	codeDepth:          {En: "what was delegated is not delegated again", Zh: "转办的事项不得再次转办"},
	codeTwiceRunning:   {En: "{id} decided the step before", Zh: "{id} 已审批上一步骤，不得连续审批"},
	codeSteps:          {En: "there are as many steps as allowed", Zh: "步骤数已达上限"},
	codeAuthority:      {En: "the actor's authority does not cover the amount", Zh: "操作人的权限不足以批准该金额"},
	codeAutoApprove:    {En: "an amount is not approved by the lapse of time", Zh: "涉及金额的事项不得超时自动通过"},
	codeUnit:           {En: "only {id} drafts this", Zh: "只有 {id} 可以起草"},
	codeVersion:        {En: "the approval belongs to another template or version", Zh: "该审批属于其他模板或版本"},
	codeLater:          {En: "something later is recorded already", Zh: "已有更晚的记录"},
	codeJournal:        {En: "the entry does not follow from those before it", Zh: "该记录与之前的记录不衔接"},
	codeDeadline:       {En: "the working time that is to pass cannot be computed", Zh: "无法计算工作时限"},
	codeField:          {En: "the form lacks {items}", Zh: "表单缺少：{items}"},
	codeNegative:       {En: "an amount is below 0", Zh: "金额不得为负"},
	codeCurrency:       {En: "no band is stated in this currency for {id}", Zh: "{id} 没有该币种的权限标准"},
	codeMatter:         {En: "the guide does not say who decides {id}", Zh: "权限指引未规定由谁审批 {id}"},
	codeOverflow:       {En: "the sum does not fit 64 bits", Zh: "合计超出范围"},
	codeOverlap:        {En: "{field} is in force twice at one time", Zh: "{field} 的有效期重叠"},
	codeGateColumns:    {En: "not stated: {items}", Zh: "未注明：{items}"},
	codeGateVersion:    {En: "the version is not the last one plus 1", Zh: "版本号不是上一版本加一"},
	codeGateSigner:     {En: "not signed by its authoriser", Zh: "未由授权人签字"},
	codeGateSign:       {En: "what was signed is not this text", Zh: "签字后内容有改动"},
	codeGateBodies:     {En: "not approved by {items}", Zh: "未经批准：{items}"},
	codeGateOrder:      {En: "not approved in the stated order", Zh: "未按规定顺序批准"},
	codeGateFrom:       {En: "in force before it was signed", Zh: "生效时间早于签字时间"},
	codeGateRegression: {En: "in force before the version that it replaces", Zh: "生效时间早于被替代的版本"},
	codeNoEdition:      {En: "no version was in force", Zh: "当时没有生效的版本"},
	foundSplit:         {En: "{count} requests within {days} days sum to {sum}: {level} decides ({ids})", Zh: "{days} 天内 {count} 笔合计 {sum}，疑似拆单，应由{level}审批（{ids}）"},
	foundOverdue:       {En: "step {step} waits for {people} since {due}", Zh: "步骤 {step} 已超时，待 {people} 处理，期限 {due}"},
	foundCycle:         {En: "delegates to {to}, and is delegated to by {to}", Zh: "与 {to} 相互授权"},
	foundDelegation:    {En: "delegates to {a} and to {b} at one time", Zh: "同一时间授权给 {a} 和 {b}"},
}

// Catalogue returns the sentences of this package's findings and errors; their codes
// begin with APR.
func Catalogue() finding.Catalogue { return maps.Clone(catalogue) }
