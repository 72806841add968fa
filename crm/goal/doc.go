// Package goal answers how far a goal has come, from the tasks that it is divided into
// (目标任务).
//
// A [Tree] is made once from its nodes. A node without children is a task, measured by a
// target and what has been achieved of it; the progress of any other is the weighted sum
// of its children's. All of it is exact: weights are ratios that sum to 1, and progress
// is a fraction.
//
//	tree, err := goal.New([]goal.Node{
//		{ID: "year"},
//		{ID: "visits", Parent: "year", Weight: six, Target: hundred, Actual: fifty},
//		{ID: "orders", Parent: "year", Weight: four, Target: twenty, Actual: thirty},
//	})
//	progress, ok := tree.Progress("year") // 7/10: what is achieved beyond a target does not count
//
// [Tree.Findings] names what is past its day and not reached.
//
// # Vocabulary
//
//   - goal 目标: what is to be reached; task 任务: a goal that is not divided further
//   - target 目标值, actual 完成值: of a task, in the unit that the task counts in
//   - weight 权重: the share of a part in its whole; siblings have 1 together
//   - progress 完成率, 进度: from 0 to 1
//   - roll-up 逐级汇总: from the tasks to the goal
//
// # Sources
//
// The company documents that guanxi serves ask for management by goals and tasks
// (目标任务的管理模式). Progress is the sum of weight × min(1, actual/target); that an
// actual below zero counts as zero is ours.
package goal
