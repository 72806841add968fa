// Package care answers which customers are to be cared for on which day, at what cost,
// and how many visits each class of customers gets (客户关怀, 按分类配置资源).
//
// A [Plan] says what calls for care: a birthday, an anniversary, so many days after an
// event, a festival, or that nobody has been in touch for as long as the customer's class
// allows. [Plan.Tasks] makes the tasks of a window of days:
//
//	plan := care.Plan{ID: "birthday", Trigger: care.Birthday, LeadDays: 1, Roll: calendar.Preceding, Task: "card"}
//	schedule, err := plan.Tasks(customers, today, today+7, office)
//
// Windows that follow each other give each task once, and a window that is asked for
// again gives the same tasks under the same keys. Who has opted out or has a complaint
// open is skipped, with the reason. What became of the tasks, and what it cost, is summed
// up by [Review].
//
// [AllocateVisits] shares the visits that can be made among the classes, [Levels] is the
// table of what each class gets.
//
// # Vocabulary
//
//   - care plan 关怀计划; trigger 触发条件; occasion 关怀日: the day that calls for it
//   - birthday 生日, lunar birthday 农历生日, anniversary 周年, festival 节日, after an event
//     事件后
//   - by class 按分类定期: each class of customers has its interval
//   - lead 提前天数; roll 遇休调整: where a task goes that is on no working day
//   - task 关怀任务; budget 预算, cost 费用, outcome 结果
//   - class 客户分类, service level 服务等级; minimum 最低拜访次数, shortage 缺口
//   - marginal value 边际价值: what one more visit is worth
//
// # Privacy
//
// [Customer] holds a birthday: it logs as its id and class. Keys, tasks, errors and
// reports hold ids, codes and days; the day of a birthday plan's task is near somebody's
// birthday, so tasks are kept where they can be erased.
//
// # Sources
//
// The company documents that guanxi serves ask for the management of customer care
// (客户关怀管理) and for resources organised by the class of customers
// (按照客户的分类情况有效地组织企业资源). Giving each visit to where it is worth most is
// best where values fall: Fox, Discrete optimization via marginal analysis, Management
// Science 13 (1966). Budgets are shared by largest remainder (see [money.Allocate]).
package care
