// Package group answers which groups of customers there are, who belongs to them,
// and which department answers for each (顾客群体).
//
// The groups are a tree, external and internal ones alike, built and checked once:
//
//	tree, err := group.NewTree([]group.Group{
//		{ID: "consumer", Zh: "外部消费顾客", Kind: group.Consumer},
//		{ID: "loyal", Parent: "consumer", Zh: "忠诚顾客"},
//	})                                        // ErrInvalid names a cycle, ErrNotFound an orphan
//	counts, err := tree.Count(placements, at) // customers per group, with all below it
//	fmt.Print(tree.Text(group.Drawing{}))     // or tree.DOT, tree.Mermaid
//
// A [Table] says who serves which group and since when, and [Table.Check] finds the
// groups without an accountable department and those with several. [CheckOutputs]
// finds what is missing where departments list their outputs, and [Tree.Receivers]
// says who is a customer because of them.
//
// # Vocabulary
//
//   - customer 顾客: whoever receives an output, paying or not
//   - customer group 顾客群体: a class of customers; [Standard] has those of the source documents
//   - placement 归属: that a customer is in a group for a time; it may be in several
//   - roll-up 汇总: a group's figure with all below it, over placements or over distinct customers
//   - identification chart 顾客群体架构识别图: the tree as a drawing
//   - responsibility table 顾客群体责任部门划分表: group, department, role, services 服务内容, goals 管理目标
//   - accountable 责任: answers for the group, exactly one department; the other roles are
//     responsible 执行, consulted 咨询 and informed 知会
//   - output 产出: what a department makes or does for others: hardware 硬件, software 软件,
//     processed material 流程性材料, service 服务
//   - recipient 接受者: who receives it: a group, a customer, a department 部门, a colleague 同事
//
// # Time
//
// Placements and responsibilities hold during [From, Until), a zero end being open,
// and everything is asked as of an instant. A department that takes over at the
// instant at which another stops leaves neither a gap nor an overlap.
//
// # Order
//
// Results do not depend on the order of what is passed. Groups come from the roots
// down with siblings in byte order of id, findings in the order of finding.Compare.
//
// # Sources
//
// The kinds of customers, the forms and the rule that each group has one responsible
// department are those of the company documents that guanxi serves. Output kinds:
// ISO 9000:2000, 3.4.2 (generic product categories). Roles: the RACI chart
// (responsibility assignment matrix, PMBOK Guide, 9.1). What counts once per
// customer is the size of the union of the groups' members.
package group
