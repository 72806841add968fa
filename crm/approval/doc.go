// Package approval answers who may decide a request, whether it is decided, and who
// decided what (审批).
//
// A [Template] says through which steps a request goes. A [Process] decides over the
// present [Instance] and returns the next entries; [Fold] reads them back, and
// [Verify] shows that nobody has changed them:
//
//	process, err := approval.New(approval.PolicyChain())
//	instance, err := approval.Fold(journal)
//	entries, err := process.Decide(instance, approval.Command{
//		Verb: approval.Approve, Actor: "u-17", Document: "minutes-2026-08",
//	}, approval.Env{Now: now, People: staff})
//	journal = append(journal, entries...)
//
// Functions only decide; the host appends the entries on condition that the approval
// has not moved since it was read, so that of two who decide at once one decides anew.
//
// # Other questions it answers
//
//   - Who may approve 80,000? [Guide.Who], [Guide.Resolve]: bands by matter, unit,
//     currency and date
//   - Was a request split to stay below a limit? [Guide.CheckSplit]
//   - What is a request's form, and what does it lack? [StandardForm], [Form.Check]
//   - Whose turn is it, and since when is it late? [Instance.Waiting],
//     [Instance.Findings]
//   - Do delegations contradict each other? [CheckDelegations]
//   - May this version of a policy be published, and which was in force then?
//     [Gate.Check], [VersionAt]
//   - What does the flow look like? [Process.DOT], [Process.Mermaid]
//
// # Vocabulary
//
//   - model 流程模型: free 自定, each holder chooses who is next; predefined 预定, a
//     template that may be adjusted ahead; fixed 固定, a template as it is
//   - step 步骤, seat 席位: who is asked; vote 表决: approve 同意, reject 反对, abstain 弃权
//   - mode 会签方式: one 单签, serial 依次审批, all 会签, any 或签, quorum 多数表决
//   - initiator 发起人, holder 处理人: who has an open seat
//   - added signer 加签, delegate 转办, standing delegation 授权委托, replace 接替
//   - return 退回: replay 重新审批, resume 直达退回人; withdraw 撤回
//   - authority guide 权限指引, band 金额区间, level 审批层级; split guard 拆单预警
//   - publish gate 发布关口, edition 版本; trail 审批轨迹; remind 催办, escalate 上报
//
// # Votes
//
// One, Serial and All: approved once everybody has voted, nobody rejected and
// somebody approved; the first rejection rejects. Any: the first approval or rejection
// decides; with AllReject an approval at any time approves. Quorum: approved at K approvals,
// rejected once rejections and abstentions are more than the seats less K. Where all
// have voted and nobody approved, the step is rejected.
//
// # Time
//
// Instants are given in UTC, floored to the microsecond. Terms are in working time,
// which [Env.Deadline] computes, for example with package crm/calendar; they are kept
// in the journal as instants. A step that is entered again has a new term.
//
// # Privacy
//
// Entries and commands have one field in somebody's own words, Reason, with its Salt.
// Both can be cleared at any time: no fold reads them, and the trail stays verifiable.
// All else are ids, codes, amounts and instants. Errors and findings hold ids and
// codes only.
//
// # Errors and findings
//
// Each has a stable code, APR- and more, and a sentence in English and in Chinese:
// [Error.Text], [Catalogue].
//
// # Sources
//
// The company documents that guanxi serves ask for three flow models
// (自定、预定、固定三种流程模型), flows by template (基于模板的流程定义), approval forms
// (流程审批的常用审批表单), a graphical view (图形化流程视图), an authority guide (权限指引), the
// chain of [PolicyChain], and that date, version, authoriser and change record stand in
// a policy before it is signed and published (日期版本授权人修改记录). Patterns of flow:
// van der Aalst et al., Workflow Patterns, Distributed and Parallel Databases 14 (2003);
// delegation and separation: ANSI INCITS 359-2012. Hash: FIPS 180-4.
package approval
