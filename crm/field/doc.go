// Package field answers which facts of its own a company keeps about a customer,
// whether values obey their definitions, and what becomes of the values when the
// definitions change (自定义字段).
//
// A [Schema] is a numbered list of definitions. Compiled once, it checks values and
// names every field at fault:
//
//	schema := field.Schema{Version: 1, Fields: []field.Field{
//		{Code: "grade", Zh: "等级", Type: field.TypeEnum, Required: true,
//			Options: []field.Option{{Code: "gold", Zh: "金"}, {Code: "silver", Zh: "银"}}},
//		{Code: "birthday", Zh: "生日", Type: field.TypeDate, Personal: true},
//	}}
//	checker, err := schema.Compile()
//	err = checker.Check(field.Values{"grade": field.Enum("gold")})
//
// A new version is reached by a [Migration]: [Plan] compares two schemas, wants a
// [Step] for everything that cannot go unsaid, and [Migration.Apply] converts the
// values of one record or says which field cannot be converted. Nothing is lost but
// what a step drops by name, and that is handed back.
//
// # Vocabulary
//
//   - field 字段: one definition, with a code that never changes its meaning
//   - type 类型: text 文本, int 整数, decimal 小数, date 日期, bool 是否, enum 单选,
//     multi 多选, ref 引用
//   - value 值: what one record holds for one field; immutable, compared by ==
//   - schema 字段表: the fields of one version, versions being 1, 2, 3 ...
//   - record 记录: values with the version they obey and the names of the personal ones
//   - option 选项: a value that an enum or multi may take; a retired one (停用) stays
//     readable and is not given anew
//   - migration 迁移: rename 改名, convert 转换, split 拆分, merge 合并, drop 删除,
//     default 默认值
//   - personal 个人信息: what has to go when the person is forgotten
//
// # Absent values
//
// A record without an entry for a field says nothing about it: there is no null
// beside that. An empty text and a choice of no option are values, and do not
// satisfy [Field.Required].
//
// # Errors
//
// Errors name the record's fields and never their values, which may be somebody's
// telephone number in the wrong column.
//
// # Sources
//
// Typed user-defined fields follow what EspoCRM (metadata), SuiteCRM (Studio),
// Krayin (attributes) and Corteza (modules) offer. None of these converts stored
// values when a definition changes; the rules of conversion here are this
// package's own. Patterns are RE2 ([regexp/syntax]), so that no pattern of a host
// can run away. Dates are those of package calendar.
package field
