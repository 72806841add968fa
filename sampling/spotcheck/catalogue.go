package spotcheck

import (
	"maps"

	"github.com/guanxi-go/guanxi/crm/finding"
)

// The codes of errors.
const (
	codeUnknown        = "SPC-UNKNOWN"
	codeID             = "SPC-ID"
	codeText           = "SPC-TEXT"
	codeDepartment     = "SPC-DEPARTMENT"
	codeRepeated       = "SPC-REPEATED"
	codeTooMany        = "SPC-TOO-MANY"
	codeRate           = "SPC-RATE"
	codeRounds         = "SPC-ROUNDS"
	codeYearEndLast    = "SPC-YEAR-END-LAST"
	codeNoYearEnd      = "SPC-NO-YEAR-END"
	codeDays           = "SPC-DAYS"
	codeMinimum        = "SPC-MINIMUM"
	codeNoDepartments  = "SPC-NO-DEPARTMENTS"
	codeRange          = "SPC-RANGE"
	codeThresholds     = "SPC-THRESHOLDS"
	codeHex            = "SPC-HEX"
	codeNoCommitment   = "SPC-NO-COMMITMENT"
	codeNoLink         = "SPC-NO-LINK"
	codeLink           = "SPC-LINK"
	codeKey            = "SPC-KEY"
	codeOpened         = "SPC-OPENED"
	codeClosed         = "SPC-CLOSED"
	codeRoundsLeft     = "SPC-ROUNDS-LEFT"
	codeEntry          = "SPC-ENTRY"
	codeInstant        = "SPC-INSTANT"
	codePending        = "SPC-PENDING"
	codeNotNext        = "SPC-NOT-NEXT"
	codeOtherRound     = "SPC-OTHER-ROUND"
	codeMoved          = "SPC-MOVED"
	codeNotDrawn       = "SPC-NOT-DRAWN"
	codeNotOutstanding = "SPC-NOT-OUTSTANDING"
	codeRemedied       = "SPC-REMEDIED"
	codeExhausted      = "SPC-EXHAUSTED"
	codeEmpty          = "SPC-EMPTY"
	codeDiffers        = "SPC-DIFFERS"
	codeNotCanonical   = "SPC-NOT-CANONICAL"
	codeNoRoster       = "SPC-NO-ROSTER"
	codeClaim          = "SPC-CLAIM"
	codeSeats          = "SPC-SEATS"
	codeReserve        = "SPC-RESERVE"
	codeHeadcount      = "SPC-HEADCOUNT"
	codeNumbers        = "SPC-NUMBERS"
)

// The codes of findings.
const (
	foundShort         = "SPC-SHORT"
	foundUncovered     = "SPC-UNCOVERED"
	foundPool          = "SPC-POOL"
	foundRepeats       = "SPC-REPEATS"
	foundTopUp         = "SPC-TOP-UP"
	foundCatchUp       = "SPC-CATCH-UP"
	foundOwed          = "SPC-OWED"
	foundMinimum       = "SPC-DEPARTMENT-SHORT"
	foundVerdict       = "SPC-PLAN"
	foundPlanRepeats   = "SPC-PLAN-REPEATS"
	foundPlanFloor     = "SPC-PLAN-FLOOR"
	foundPlanGoal      = "SPC-PLAN-GOAL"
	foundPlanMinima    = "SPC-PLAN-MINIMA"
	foundInside        = "SPC-PLAN-INSIDE"
	foundUncoordinated = "SPC-PLAN-RANDOM"
)

var catalogue = finding.Catalogue{
	codeUnknown:        {En: "is none of its values", Zh: "不是规定的取值"},
	codeID:             {En: "an id is not 1 to 255 bytes of UTF-8 without NUL", Zh: "编号不是 1 至 255 字节的有效文本"},
	codeText:           {En: "a text is not 1 to 255 bytes of UTF-8 without NUL", Zh: "文本不是 1 至 255 字节的有效文本"},
	codeDepartment:     {En: "the department is missing or no id", Zh: "部门缺失或不是有效编号"},
	codeRepeated:       {En: "is there already", Zh: "重复"},
	codeTooMany:        {En: "{have} are more than {need}", Zh: "数量 {have} 超过上限 {need}"},
	codeRate:           {En: "is not a rate from 0 to 1, or missing, or given where it has no meaning", Zh: "比例不在 0 至 1 之间、缺失或不适用"},
	codeRounds:         {En: "the number of rounds is not 1 to 400, or there is no such round", Zh: "轮数不在 1 至 400 之间，或没有该轮"},
	codeYearEndLast:    {En: "the year-end check is not the last round", Zh: "年底集中抽查须为最后一轮"},
	codeNoYearEnd:      {En: "there is no year-end check to reserve for", Zh: "没有年底集中抽查，无从预留"},
	codeDays:           {En: "the days are not valid or end before they begin", Zh: "日期无效或止日早于起日"},
	codeMinimum:        {En: "a minimum is below 0 or its rate is not from 0 to 1", Zh: "部门下限为负或比例不在 0 至 1 之间"},
	codeNoDepartments:  {En: "the cycle is not by department", Zh: "本周期未按部门分层"},
	codeRange:          {En: "is out of its range", Zh: "超出范围"},
	codeThresholds:     {En: "thresholds are not in order between 0 and the highest score", Zh: "分数线须在零分与满分之间依次递增"},
	codeHex:            {En: "is not the right number of lower-case hexadecimal digits", Zh: "不是规定位数的小写十六进制数"},
	codeNoCommitment:   {En: "the cycle has no commitment that a link could be held against", Zh: "本周期未公布承诺值，无法核对种子"},
	codeNoLink:         {En: "the link of the chain or the public number is missing", Zh: "缺少哈希链环节或公开随机数"},
	codeLink:           {En: "the link does not hash back to the commitment", Zh: "种子与公布的承诺值不符"},
	codeKey:            {En: "the key is not that of link and public number", Zh: "密钥与种子及公开随机数不符"},
	codeOpened:         {En: "the cycle was not opened, or is opened twice", Zh: "周期尚未开启或重复开启"},
	codeClosed:         {En: "the cycle is closed", Zh: "周期已关闭"},
	codeRoundsLeft:     {En: "{have} of {need} rounds were drawn or missed", Zh: "共 {need} 轮，仅 {have} 轮已抽取或登记漏查"},
	codeEntry:          {En: "an entry lacks what its kind has, or has what it has not", Zh: "记录内容与其类别不符"},
	codeInstant:        {En: "an instant is no whole microsecond in UTC", Zh: "不是以微秒计的 UTC 时间"},
	codePending:        {En: "{have} people of the latest round have no result yet", Zh: "最近一轮尚有 {have} 人没有考核结果"},
	codeNotNext:        {En: "round {have} is not the next, which is {need}", Zh: "第 {have} 轮不是下一轮，下一轮为第 {need} 轮"},
	codeOtherRound:     {En: "the manifest is of another round or cycle", Zh: "清单属于其他轮次或周期"},
	codeMoved:          {En: "the journal has moved since the manifest was made, or has other rules", Zh: "清单生成后台账已变动，或规则不同"},
	codeNotDrawn:       {En: "the person was not drawn in the latest round", Zh: "该员工不在最近一轮抽查名单中"},
	codeNotOutstanding: {En: "nothing is outstanding for the person", Zh: "该员工没有待复查的不合格结果"},
	codeRemedied:       {En: "the remedial check has taken place already", Zh: "补考已经进行"},
	codeExhausted:      {En: "{need} are to be checked for the first time and only {have} are left; the cycle refuses to repeat", Zh: "需首次抽查 {need} 人，仅余 {have} 人，本周期不允许重复"},
	codeEmpty:          {En: "there is nobody on the roster", Zh: "名册上没有员工"},
	codeDiffers:        {En: "is not what the rules, the roster, the journal and the seed lead to", Zh: "与按规则、名册、台账和种子重新计算的结果不符"},
	codeNotCanonical:   {En: "the text is not the canonical form of a manifest", Zh: "文本不是清单的规范格式"},
	codeNoRoster:       {En: "the roster of a round is not among those given", Zh: "缺少某轮的员工名册"},
	codeClaim:          {En: "a claim has an id that is missing or repeated, or numbers that are out of their ranges", Zh: "份额的编号缺失或重复，或数值超出范围"},
	codeSeats:          {En: "{need} seats are needed for the minima or can be taken at most, and there are {have}", Zh: "下限所需或可容纳的名额为 {need}，现有 {have}"},
	codeReserve:        {En: "a reserve has a meaning only where people are repeated", Zh: "仅在允许重复时才能预留"},
	codeHeadcount:      {En: "a headcount is out of its range, or the departments do not sum to it", Zh: "人数超出范围，或各部门之和不符"},
	codeNumbers:        {En: "a number of people is below 0 or above the population", Zh: "人数为负或超过总体"},
	foundShort:         {En: "round {round} checks {checked} people, below its quota of {quota}", Zh: "第 {round} 轮抽查 {checked} 人，低于应抽 {quota} 人"},
	foundUncovered:     {En: "{seen} people of the roster are reached over the cycle, below the goal of {goal}", Zh: "年度覆盖 {seen} 人，低于目标 {goal} 人"},
	foundPool:          {En: "round {round} can draw from {eligible} people only, below its quota of {quota}", Zh: "第 {round} 轮可抽人员仅 {eligible} 人，低于应抽 {quota} 人"},
	foundRepeats:       {En: "round {round} draws {repeats} people again, because only {unseen} were not checked yet", Zh: "第 {round} 轮未抽查过的仅 {unseen} 人，重复抽查 {repeats} 人"},
	foundTopUp:         {En: "round {round} draws {more} people beyond its quota, for the goal of {goal} or the departments' minima", Zh: "第 {round} 轮为达到覆盖目标 {goal} 人或部门下限，增抽 {more} 人"},
	foundCatchUp:       {En: "round {round} draws {more} people more, for rounds that were missed", Zh: "第 {round} 轮因前期漏查增抽 {more} 人"},
	foundOwed:          {En: "round {round} draws {owed} people who were drawn before and absent", Zh: "第 {round} 轮补查此前缺席 {owed} 人"},
	foundMinimum:       {En: "{seen} people of department {department} are reached over the cycle, below its minimum of {least}", Zh: "部门 {department} 年度覆盖 {seen} 人，低于下限 {least} 人"},
	foundVerdict:       {En: "{verdict}: of {n} people, {quota} in a round, {yearend} at the end of the year, {goal} different ones over the year", Zh: "{verdict}：员工 {n} 人，每轮 {quota} 人，年底 {yearend} 人，全年不重复 {goal} 人"},
	foundPlanRepeats:   {En: "{draws} draws from {eligible} people: repeats are unavoidable from round {round} on", Zh: "共需抽取 {draws} 人次，可抽人员 {eligible} 人，自第 {round} 轮起重复不可避免"},
	foundPlanFloor:     {En: "{draws} draws from {eligible} people: a round stays below its quota", Zh: "共需抽取 {draws} 人次，可抽人员 {eligible} 人，有的轮次达不到应抽比例"},
	foundPlanGoal:      {En: "the quotas reach {distinct} different people, and the goal of {goal} is not certain", Zh: "名额至多覆盖 {distinct} 人，不能保证达到目标 {goal} 人"},
	foundPlanMinima:    {En: "the departments' minima come to {minima}, the quotas to {distinct} people: the last round is raised, or a minimum is missed", Zh: "部门下限合计 {minima} 人，名额至多覆盖 {distinct} 人：末轮将增抽，否则有部门达不到下限"},
	foundInside:        {En: "rechecks inside the quota: beyond {slack} of them the quotas alone miss the goal of {goal}", Zh: "复查占用名额：超过 {slack} 人次后，仅凭名额达不到目标 {goal} 人"},
	foundUncoordinated: {En: "rounds drawn independently of each other would reach {percent} % only, below the goal of {goal} people", Zh: "若各轮独立随机抽取，期望覆盖率仅 {percent}%，达不到目标 {goal} 人"},
}

// Catalogue returns the sentences of this package's findings and errors; their codes
// begin with SPC.
func Catalogue() finding.Catalogue { return maps.Clone(catalogue) }
