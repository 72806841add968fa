// Package agenda answers who is where when: which appointments lie in a window, which are
// in each other's way, and who comes to a meeting that is held again and again (日程).
//
// A [Book] indexes the appointments of any number of colleagues:
//
//	book, err := agenda.NewBook(appointments)
//	today := book.Between("li", morning, evening)
//	for c := range book.Conflicts() { ... }        // of all, a million in half a second
//	inTheWay := book.Against(wanted)               // before it is planned
//
// Two appointments of one person are in each other's way where they overlap, and where
// the time between two that follow each other is shorter than the way to either.
//
// An [Appointment] goes from planned to done, missed or cancelled; [Plan] and its methods
// decide, [Fold] reads their journal back. An [Event] is held by a rule of package
// recurrence, with participants who answer: [Event.Sessions] says when, who comes, and in
// the end who was there.
//
// # Vocabulary
//
//   - appointment 日程: call 电话, visit out 上门拜访, visit in 来访, meeting 会议
//   - planned 已计划, done 已完成, missed 未到, cancelled 已取消
//   - overlap 时间冲突; travel time 路程时间: of a visit out, there and back alike
//   - window query 时段查询: what of it lies in a time
//   - event 事件, session 场次: one holding of it; participant 参加人; answer 答复:
//     accepted 接受, declined 谢绝, tentative 暂定; present 出席, absent 缺席
//
// # Privacy
//
// Act.Reason is in somebody's own words and may be personal; no fold reads it. A title
// is kept beside the appointment, not in it. All else are ids, codes and instants.
//
// # Sources
//
// The company documents that guanxi serves ask for the plans of calls, visits and meetings
// (销售人员日程业务活动计划管理), personal schedules (个人日程安排), queries of tasks and events in
// real time (实时任务和事件日程查询) and event plans (事件计划). Interval tree: Cormen et al.,
// Introduction to Algorithms (4th ed. 2022), section 17.3; kept in a sorted slice, each
// subtree a range of it. Sweep: Bentley and Ottmann, IEEE Transactions on Computers C-28
// (1979), on a line.
package agenda
