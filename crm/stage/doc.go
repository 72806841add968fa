// Package stage answers on which rung of the customer ladder a consumer stands
// (消费顾客分类梯形图): the vocabulary that segmentation, statistics and stores share.
//
// A [Rung] is one of six, in order: whom we aim at, who shows interest, who bought
// once, who came back, who stays, and who brings others.
//
//	for _, r := range stage.Rungs() {
//		fmt.Println(r, r.Zh()) // target 目标顾客, intent 意向顾客, ...
//	}
//
// # Vocabulary
//
//   - ladder 梯形图: the rungs from the first to the last
//   - rung 梯级: where one customer stands on it
//
// The rung is a fact of its own. It says nothing about how close the relationship
// is or how a sale goes on, and neither of these says anything about the rung.
//
// # Sources
//
// The six rungs and their order are those of the company documents that guanxi
// serves (目标顾客, 意向顾客, 一次性消费顾客, 老顾客, 忠诚顾客, 种子顾客). The idea
// is the ladder of loyalty: Christopher, Payne and Ballantyne, Relationship
// Marketing (1991).
package stage
