// Package party answers who a customer is: a person or an organisation, in the widest
// sense (客户是谁).
//
// A [Profile] says what the party is, by which names, numbers and addresses it is
// known, and through whom it is reached. [NewIdentifier] brings what people type into
// one form, so that one number is one identifier however it was written:
//
//	phone, err := party.NewIdentifier(party.Phone, "", "138 0013-8000") // +8613800138000
//	code, err := party.NewIdentifier(party.CreditCode, "", "91110105MA01ABCD5F")
//	p := party.Profile{Type: party.Organisation, Kind: party.KindConsumer,
//		Name: "北京华信科技有限公司", Identifiers: []party.Identifier{code, phone}}
//	err = p.Validate() // everything that is wrong at once
//	keys := p.ClaimKeys() // what only one customer may hold
//
// # Vocabulary
//
//   - customer 顾客, 客户: who receives what we make, paying or not (产品及服务的接受者);
//     internal 内部顾客, a colleague or a unit, or external 外部顾客
//   - party 主体: person 个人 or organisation 组织
//   - kind 往来对象类别: consumer, supplier, distributor, competitor, government, public
//   - external kind 外部顾客类别: intermediary 中间顾客, public-interest 公利顾客,
//     investor 投资顾客, consumer 外部消费顾客; several at once, each for a time
//   - identifier 标识: what the party is known or reached by; exclusive 独占, if only one
//     customer may hold it
//   - contact 联系人: a person who speaks for an organisation in a role
//   - region 行政区划: a code in a tree that the host supplies
//   - dealer 经销商, end customer 最终客户: who sells on, and who uses
//   - group 集团: an organisation and those that belong to it, by [Profile.Parent]
//   - claim key 占用键: the text under which a store lets one customer hold an
//     identifier
//
// # Who is a customer
//
// Not payment makes a customer but receiving. [Profile.Paying] is a property like
// others; who does not pay stays in the registry and in samples of satisfaction. The
// eight [Role]s and the [SelfCheck] are for people who ask who their customers are.
//
// External kinds are proposed from facts and accepted by somebody:
// [ProposeExternal], [Accept].
//
// # Personal data
//
// Errors hold none. Logs show names and numbers masked. [Profile.Strings] lists what an
// erasure has to remove, [Profile.Erased] is what stays.
//
// # Sources
//
// Telephone numbers: ITU-T E.164 (2010) and the numbering plan of the mainland
// (电信网编号计划, 工信部 2017). Credit codes: GB 32100-2015 with GB 11714-1997. E-mail
// addresses: RFC 5321, 5322, 6531. Regions: of the form of GB/T 2260. External kinds,
// roles and kinds are those of the company documents that guanxi serves. Erasure:
// 个人信息保护法 (2021), articles 4 and 47.
package party
