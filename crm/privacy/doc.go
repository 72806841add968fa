// Package privacy answers what may be done with a person's data, how long they are
// kept, what is owed to somebody who asks for them, and what has to be written so
// that they are forgotten (个人信息保护).
//
// What a person agreed to is a journal of [Consent] entries, by purpose and channel.
// [Permitted] holds a [Question] against it, with the reasons:
//
//	answer := privacy.Permitted(journal, privacy.Question{
//		Purpose: "marketing", Channel: timeline.SMS, At: now,
//		Age: privacy.FourteenUp, Notice: 2,
//	})
//	if !answer.Allowed {
//		fmt.Println(answer.Reasons[0]) // the notice has changed: ask again (PIPL art. 14)
//	}
//
// A [Registry] holds the purposes, with the bases that each may rest on, the versions
// of its notice and its [Retention]; [Due] says when data have to go. [Requests] and
// [Deadline] follow what people ask of us, [NewCopy] builds the copy that they get,
// [Decision] records and explains what a model decided about them. [PlanErasure]
// lists what to write to forget a person, [Tombstone] keeps them from coming back by
// an old file, [Search] looks for what was left behind.
//
// # Vocabulary
//
//   - purpose 处理目的, basis 合法性基础, notice 告知, consent 同意, separate consent 单独同意, withdrawal 撤回
//   - category 信息类别, sensitive 敏感个人信息, guardian 监护人
//   - retention 保存期限, legal hold 法定保留, deletion 删除, anonymisation 匿名化
//   - request 个人请求: access and copy 查阅、复制, correction 更正, deletion 删除, withdrawal 撤回, explanation 解释说明
//   - automated decision 自动化决策, opt-out 拒绝
//   - erasure 删除个人信息, tombstone 墓碑: what is kept of an identifier after erasure
//
// # Time
//
// At is when something holds, Recorded when we learned it. Every answer can be asked
// as of an instant of each. Intervals are half-open. A withdrawal acts from its
// instant, and wins over what is given at the same one.
//
// # What this is not
//
// The rules are those of the law's articles as each comment cites them, with
// decisions of this library where the law leaves a number open; they are stated as
// such. Which basis serves which purpose, whether a price difference is reasonable and
// whether a request may be refused are for people to judge.
//
// # Sources
//
// Personal Information Protection Law of the People's Republic of China (个人信息保护法,
// PIPL), in force since 1 November 2021: articles 6, 13 to 15, 17, 19, 24, 27 to 29, 31,
// 45 to 48 and 50. HMAC: RFC 2104, FIPS 198-1. SHA-256: FIPS 180-4. Canonical JSON:
// RFC 8785.
package privacy
