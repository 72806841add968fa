// Package account answers which customers are key accounts, who decides there, how
// close we are to them, and what we would lose if one of ours left (大客户关系图谱).
//
// A [Stakeholder] is a person of the customer with roles, influence and attitude;
// a [Tie] is how close one of ours is to one of theirs. [Assess] reads both as of
// an instant:
//
//	m, err := account.Assess("c-1", people, ties, at, shanghai, account.Options{})
//	fmt.Println(m.Power.Plain)      // 2/3 of the power people are actively tied
//	fmt.Println(m.Support)          // from -1 to 1, weighted by influence
//	fmt.Println(m.BusFactor.AtMost) // so many of ours leaving lose over half of it
//	for _, f := range m.Findings(day) { ... }
//
// Shares are exact fractions. What is undefined is absent: the coverage of an
// account for which no power person is named is no ratio, and a finding says so.
//
// # Vocabulary
//
//   - key account 大客户: a customer of the few that bring most of the value, or of
//     strategic weight; on the list until it falls clearly below ([KeyAccounts])
//   - stakeholder 干系人: a person of the customer who matters to the relationship;
//     decision maker 决策者, power person 权力人物, and other roles ([Role])
//   - influence 影响力: 1 to 5; attitude 态度: opposed 反对 to devoted 拥护
//   - preferences 偏好, concerns 担忧: what to know before meeting the person
//   - tie 联系: one of ours and one of theirs; depth 关系深度: the stage that their
//     relationship has reached, 认知 探测 扩大 承诺
//   - active 活跃: a tie of depth 1 or more, with contact in both directions lately
//   - power coverage 权力人物覆盖率: how many of the power people we are actively tied to
//   - support 支持度: attitudes weighted by influence
//   - single thread 单线联系: at most one of ours, or of theirs, is active
//   - bus factor 关键人脆弱度: the fewest of ours whose leaving loses over half of
//     the influence that we are actively tied to
//
// How much of the company's whole value hangs on one colleague is in crm/owner.
//
// # Privacy
//
// Preferences and Concerns hold personal data in somebody's words. They are shown
// by no error, finding or log line, and no measure reads them. All else are ids, codes
// and numbers. Package crm keeps both, and erases them when the person is forgotten.
//
// # Sources
//
// The company documents that guanxi serves ask for key accounts to be known, and to be
// at the centre (识别出企业的大客户,树立以大客户为中心的营销理念), for the preferences and concerns of
// decision makers and of the main persons of power (掌握决策者个人和主要权力人物的偏好和担忧的问题)
// and for relations to them step by step (逐步与客户的权力关键人员建立关系). The roles are
// those of the buying centre: Webster and Wind, A general model for understanding
// organizational buying behavior, Journal of Marketing 36(2), 1972. The stages of a
// relationship are those of Dwyer, Schurr and Oh, Developing buyer-seller
// relationships, Journal of Marketing 51(2), 1987.
package account
