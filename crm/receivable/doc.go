// Package receivable answers who owes us how much, and since when (应收款).
//
// An order's price is cut into instalments by [Plan]. What a customer pays is allocated to
// them by an [Account], which is a fold over a journal: of every payment, what was
// allocated and what was left over sum to the payment, to the last fen.
//
//	plan, err := receivable.Plan("SO-7", "C-1044", price, terms)
//	account, err := receivable.Fold(money.CNY, plan, journal)
//	entry, err := account.Receive(receivable.Act{ID: "R-1", On: today, Actor: "s-3"}, paid, receivable.Allocation{})
//	journal = append(journal, entry)
//
// [Age] sorts what is outstanding by how late it is. [Dunning] says whom to remind of it,
// when, and who does it.
//
// # Vocabulary
//
//   - receivable 应收款: money owed to us; outstanding 未收: what of it is not paid
//   - instalment 回款计划期次; payment plan 回款计划; event 节点: 签约 发货 验收 质保到期
//   - receipt 回款; prepayment 预付款; applied 预付款冲抵: a prepayment used for an
//     instalment; refund 退款; write-off 核销; reversal 冲销
//   - allocation 核销分配: which instalments a payment is for; surplus 余款: what of it is
//     for none, and becomes a prepayment
//   - ageing 账龄: what is outstanding by days overdue; net 净额: less prepaid money, which
//     is set off 抵减
//   - dunning 催款; promise 付款承诺; disputed 争议款
//
// # Conventions
//
// Amounts are int64 minor units of one currency; an account has one, and one customer.
// An instalment of day d is on time on d and a day overdue on d+1. One that waits for an
// event is not due. Entries are appended and never changed; a mistake is reversed.
// Instalments are in the order in which they are paid: by due day, those that wait for an
// event last, then by id.
//
// # Privacy
//
// Act.Reason is free text and may be personal; no fold reads it. All else are ids,
// codes, amounts and dates.
//
// # Sources
//
// The company documents that guanxi serves ask for reminders to customers who owe money
// (定时客户催款提醒) and for the category of customers in collection (催款客户). Shares are
// rounded half up, the last instalment takes the rest; proportional allocation is the
// method of largest remainders (see [money.Allocate]). The days of the default dunning are
// ours.
package receivable
