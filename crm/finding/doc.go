// Package finding answers what was found, about whom, as of which day and how
// grave it is, in a form that machines can sort and people can read in English
// and in Chinese (发现项).
//
// A [Finding] carries a stable code and named parameters, never a sentence. The
// package that finds something declares its sentences in a [Catalogue]; [Catalogue.Render]
// joins the two in the reader's language:
//
//	var catalogue = finding.Catalogue{
//		"SEG-SILENT": {En: "silent for {days} days", Zh: "已 {days} 天没有消费"},
//	}
//	f := finding.Finding{
//		Code: "SEG-SILENT", Severity: finding.Warning, Subject: "C-1044", AsOf: day,
//		Params: []finding.Param{finding.Int("days", 97)},
//	}
//	text, err := catalogue.Render(f, finding.Chinese) // 已 97 天没有消费
//
// There is no registry: a host that shows findings of several packages asks the
// catalogue of the package that found it. Codes of different packages begin with
// different groups, so that catalogues can also be copied into one map.
//
// # Vocabulary
//
//   - finding 发现项: a fact that somebody should see, with its code
//   - severity 严重程度: info 提示, notice 关注, warning 预警, breach 违规
//   - subject 对象: whom or what it is about
//   - as of 截至: the day up to which the facts were known
//   - catalogue 文本目录: the sentences for codes
//
// # Codes
//
// A code is upper-case ASCII letters and digits in groups joined by - or _, such
// as SEG-SILENT; the first group names the package's field. A published code keeps
// its meaning: hosts store it, count it and attach work to it. The sentence may be
// improved, the code is not reused.
//
// # Privacy
//
// Findings are stored, logged and mailed. Subject is an opaque id, and no
// parameter holds a name, a telephone number, an address or any other contact
// detail; who shows the finding looks the person up under the reader's rights.
package finding
