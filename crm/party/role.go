package party

import "github.com/guanxi-go/guanxi/internal/enum"

// Role is one thing that a customer is to a person at work (顾客是什么人). The documents
// answer the question who a customer is with eight of them, not with who pays the
// bill. A party may be several at once.
type Role uint8

const (
	RolePayer         Role = iota + 1 // whose money pays your wages 给你发工资的人
	RoleJobGiver                      // without whom there would be no job 给你工作的人
	RoleNeedsHelp                     // who needs your help 需要你帮助的人
	RolePaysNotWorks                  // who pays so as not to do the work 付钱而不干活的人
	RolePartner                       // who works with you for the same end 合作伙伴
	RoleTroubleSource                 // who brings you trouble 给你带来麻烦的人
	RoleComplainer                    // who complains 抱怨的人
	RoleColleague                     // a colleague, boss or subordinate 同事、上司和下属
)

var roleTerms = enum.New[Role]("role", unknown, enum.Names{
	{}, {"payer", "给你发工资的人"}, {"job-giver", "给你工作的人"}, {"needs-help", "需要你帮助的人"},
	{"pays-not-works", "付钱而不干活的人"}, {"partner", "合作伙伴"}, {"trouble-source", "给你带来麻烦的人"},
	{"complainer", "抱怨的人"}, {"colleague", "同事、上司和下属"},
})

// Roles returns all of them in the order of their constants.
func Roles() []Role { return roleTerms.All() }

// Valid reports whether r is one of them.
func (r Role) Valid() bool { return roleTerms.Valid(r) }

// String returns the English name, "" for none, ? for a number that is none.
func (r Role) String() string { return roleTerms.Code(r) }

// Zh returns the Chinese name, "" for none, ? for a number that is none.
func (r Role) Zh() string { return roleTerms.Zh(r) }

// MarshalText writes the form of String; a number that is none is ErrInvalid.
func (r Role) MarshalText() ([]byte, error) { return roleTerms.Marshal(r) }

// UnmarshalText reads what MarshalText writes, and leaves r as it was on an error.
func (r *Role) UnmarshalText(text []byte) error { return roleTerms.Unmarshal(r, text) }

// Question is one line of the self-check by which somebody finds out whether a
// person is a customer of theirs (顾客自查).
type Question struct {
	Role Role   `json:"role"` // what a yes says
	En   string `json:"en"`
	Zh   string `json:"zh"`
}

// SelfCheck returns the eight questions, one for each role in order. One yes is
// enough for a customer. The wording is this package's, around the documents'
// 顾客是给你发工资的人.
func SelfCheck() []Question {
	return []Question{
		{RolePayer, "Do your wages come, in the end, from what this person or organisation pays?", "你的工资归根到底是他（们）付的吗？"},
		{RoleJobGiver, "Would your work be less, or gone, without them?", "没有他（们），你的工作会减少或者消失吗？"},
		{RoleNeedsHelp, "Do they need something that you can give?", "他（们）有需要你帮助的事吗？"},
		{RolePaysNotWorks, "Do they pay so that you do what they do not want to do?", "他（们）付钱，是为了自己不用做这件事吗？"},
		{RolePartner, "Do you reach a goal only together with them?", "你要和他（们）合作才能达到目标吗？"},
		{RoleTroubleSource, "Do they bring you questions and trouble that you have to solve?", "他（们）会给你带来必须解决的麻烦吗？"},
		{RoleComplainer, "Would they complain if you did your work badly?", "你工作没有做好，他（们）会抱怨吗？"},
		{RoleColleague, "Are they a colleague, boss or subordinate who receives what you produce?", "他（们）是接受你工作成果的同事、上司或下属吗？"},
	}
}

// Answered sums up a self-check: the roles that were answered with yes and those that
// were not answered, both in the order of the questions. Answers are by role; a role
// that is not in the map is open and counts neither way. A party without a yes is no
// customer only when nothing is open.
func Answered(answers map[Role]bool) (roles, open []Role) {
	for _, r := range Roles() {
		switch yes, ok := answers[r]; {
		case !ok:
			open = append(open, r)
		case yes:
			roles = append(roles, r)
		}
	}
	return roles, open
}
