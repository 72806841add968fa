// Package worklist answers what a colleague has to do today, and in which order
// (今日工作).
//
// The parts of the library each say what they know of: a follow-up that is due, a deal
// that is stuck, money that is late. Plan puts what concerns one thing together and
// sorts it by what is lost first:
//
//	day, err := worklist.Plan(items, now, shanghai)
//	for _, task := range day.Tasks {
//		fmt.Println(task.Urgency, task.ID, day.Findings(task, shanghai))
//	}
//
// # Order
//
// First what is over at the end of the day unless somebody acts: a customer that goes
// back to the pool, an offer that expires, a bid or a decision whose time runs out. Then
// what should have been done before, the longest overdue first; what is due today, by
// the hour; money that is late, the largest sum first; deals on which nothing moves, the
// largest first; and what is coming. Appointments have their hour and stand apart, in
// the diary. Each thing stands in the list once, with all its reasons, at the place of
// the most urgent one.
//
// # Vocabulary
//
//   - task 待办: a customer, lead, opportunity or other thing with the causes to deal
//     with it; cause 事由
//   - diary 日程: the appointments of the day
//   - urgency 紧急程度: ends today 今日截止, overdue 已逾期, due today 今日到期, to be collected
//     待催收, stalled 停滞, ahead 即将到期
//
// # Sources
//
// The company documents that guanxi serves ask that leads be followed up
// (跟进落实已录入的线索), that customers be contacted, visited and reminded to pay in time
// (定时联系客户提醒、定时拜访客户提醒、定时客户催款提醒) and that problems in selling be found early
// (及时发现销售过程中的问题). The order is ours.
package worklist
