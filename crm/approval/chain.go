package approval

// The codes of [PolicyChain]: which roles and which unit a [Directory] has to know.
const (
	UnitMarketing    = "marketing"         // 市场部
	RoleOfficeBody   = "gm-office-meeting" // 总经理办公会: who records what the meeting decides
	RoleBoard        = "board"             // 董事会
	DocumentMinutes  = "minutes"           // 会议纪要
	StepOffice       = "office-meeting"    // 总经理办公会审议
	StepBoard        = "board"             // 董事会审批
	StepImplement    = "implement"         // 市场部贯彻执行
	boardSeats       = 7
	boardMajority    = 4
	policyChainTitle = "policy-chain"
)

// PolicyChain returns the Fixed template by which a policy comes into force in the
// source documents (制度审批链): the marketing department drafts it, the general
// manager's office meeting deliberates on it and names its minutes, the board of seven
// decides by four, and the drafting department carries it out (由市场部负责制定，经总经理
// 办公会审议通过后，上报董事会审批，批准后市场部负责贯彻执行). What the meeting rejects
// goes back to the draft; what the board rejects has ended. Seven and four are this
// library's: the documents name no numbers.
func PolicyChain() Template {
	return Template{
		ID: policyChainTitle, Version: 1, En: "policy", Zh: "制度审批", Model: Fixed, Form: StandardForm(Policy), Unit: UnitMarketing,
		Steps: []Step{
			{ID: StepOffice, En: "general manager's office meeting", Zh: "总经理办公会审议", Do: KindReview, Required: true,
				Approvers: []Approver{{From: FromRole, Value: RoleOfficeBody}}, Document: DocumentMinutes, OnReject: RejectToDraft},
			{ID: StepBoard, En: "board", Zh: "董事会审批", Required: true,
				Approvers: []Approver{{From: FromRole, Value: RoleBoard}}, Mode: Quorum, K: boardMajority, N: boardSeats},
			{ID: StepImplement, En: "implementation", Zh: "贯彻执行", Do: KindExecute, Required: true,
				Approvers: []Approver{{From: FromUnit}}},
		},
	}
}
