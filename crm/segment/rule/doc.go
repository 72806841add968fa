// Package rule answers which customers a rule, written as data, selects as of a
// day, and why (规则细分).
//
// A rule is JSON. It asks for attributes of the customer, for events counted or
// summed in windows of time, and for other rules by name:
//
//	{"all": [
//	  {"attribute": "city", "in": ["上海", "杭州"]},
//	  {"event": "purchase", "count": {"ge": 3}},
//	  {"event": "purchase", "within": {"days": 90}, "count": {"eq": 0}},
//	  {"not": {"segment": "staff"}}
//	]}
//
// Customers from Shanghai or Hangzhou with three purchases or more, none of them
// in the last 90 days, who are no colleagues. A rule is read once, held against
// the schema of the host's data once, and then decides customer after customer:
//
//	r, err := rule.Parse(text)                  // line, column and path of every error
//	s, err := rule.Compile(r, schema, segments) // misspelt names, wrong types
//	selected, err := s.Match(customer, asOf)    // allocates nothing
//	why, err := s.Explain(customer, asOf)       // every condition with what was observed
//
// The host hands over its data through the small interface [Subject]; [Record]
// implements it in memory.
//
// # Vocabulary
//
//   - rule 规则: what is written; segment 细分: the rule compiled, and the customers it selects
//   - condition 条件: a rule and each of its parts
//   - subject 客户: the customer that is decided about
//   - attribute 属性: what a customer has now, such as a city; a value 属性值 may be missing 缺失
//   - event 事件: what happened on a day, such as a purchase, with attributes of its own
//   - measure 度量: what is compared of events: their number, a sum, the age of the first or last
//   - window 时间窗: the days from which events are taken
//   - as-of day 截至日: the day at whose start the customer is seen
//   - schema 数据字典: the attributes and kinds of events that there are, with their types
//   - truth 三值: true 真, false 假 or unknown 未知
//
// # Grammar
//
// Each condition is an object with one head: all, any, not, attribute, event or
// segment. The order of keys does not matter, other keys are errors. One or more
// of X are written X, … here.
//
//	rule       = condition
//	condition  = {"all": [condition, …]}                 全部满足: every one is true
//	           | {"any": [condition, …]}                 任一满足: at least one is true
//	           | {"not": condition}                      非
//	           | {"attribute": name, comparison}         属性条件
//	           | {"event": kind, measure}                事件条件, optionally with
//	                "where": filter                      其中: only events for which it is true
//	                "within": window                     时间窗: only events in it; ever where absent
//	           | {"segment": name}                       子细分: another rule of the set
//	filter     = condition of all, any, not and attribute, about the attributes of the event
//	measure    = "count": {comparison}                   次数: how many events
//	           | "sum": {"of": name, comparison}         合计: the sum of a number over the events
//	           | "firstDaysAgo": {comparison}            首次距今天数: age in days of the earliest event
//	           | "lastDaysAgo": {comparison}             末次距今天数: age in days of the latest event
//	window     = {"days": n}                             近 n 天: the n days before the as-of day
//	           | {"months": n}                           近 n 个月: calendar months, clamped to their end
//	           | {"from": day, "before": day}            起止: from the one to before the other; one may be left out
//	comparison = "eq": value      | "ne": value          等于, 不等于
//	           | "lt": value      | "le": value          小于, 至多
//	           | "gt": value      | "ge": value          大于, 至少
//	           | "between": [value, value]               介于, both included
//	           | "in": [value, …]                        属于
//	           | "contains": text | "prefix": text       包含, 开头是
//	           | "exists": true   | "exists": false      存在, 缺失
//	           | "daysAgo": {comparison}                 距今天数: as-of day minus the day, negative ahead
//	value      = text | number | true | false | day; a day is "YYYY-MM-DD"
//
// At least, at most and exactly n events are count with ge, le and eq; not in the
// last 90 days is a count of 0 within 90 days; at some time bought but more than
// a year ago is lastDaysAgo with gt 365.
//
// What a comparison may be depends on the type ([Type]):
//
//	text    eq ne in contains prefix exists           no order: letters have none that Chinese and English share
//	number  eq ne lt le gt ge between in exists       no more digits after the point than the field has
//	bool    eq ne exists
//	day     eq ne lt le gt ge between in daysAgo exists
//	tags    contains exists                           contains: the tag is in the set
//	count, sum, firstDaysAgo, lastDaysAgo, daysAgo    eq ne lt le gt ge between in, with numbers;
//	        whole ones except for sum; 0 to 2147483647 for count, ages up to 3652059 days
//
// Texts are compared as they are: case, width and 繁简 are for the host to fold,
// on both sides. Numbers are decimals and never floats: 0.1 is 0.1, and a sum is
// exact whatever the number of events. They are written in their unit, not in
// minor units: {"of": "amount", "ge": 1000} is 1000 元, also where the host hands
// over fen with [Decimal].
//
// # As of a day
//
// A customer is seen at the start of the as-of day (截至日): events on that day
// and after it are not. Windows are half-open: the last 7 days as of the 8th are
// the 1st to the 7th. The last month as of 31 March begins on 28 (or 29)
// February ([calendar.Day.AddMonths]). An event of yesterday is 1 day old.
//
// # Missing data
//
// A condition about an attribute that is missing is neither true nor false but
// unknown ([Truth], 三值逻辑), ne and the negation included; only exists is
// always one of the two. all is the minimum of its parts, any the maximum, not
// turns true and false around, in the order false < unknown < true (Kleene's
// strong logic). A rule selects a customer only where it is true.
//
// So data that are filled in later never turn a true or a false around, as long
// as exists was not asked. To select customers without a city as well, say so:
//
//	{"any": [{"attribute": "city", "ne": "上海"}, {"attribute": "city", "exists": false}]}
//
// Events keep to the same rule. The list of events is complete, so a count of
// nothing is 0 and a sum over nothing is 0; the age of an event that never
// happened does not exist, and a condition on it is unknown. Where the filter is
// unknown for some events, the measure lies between what it is without them and
// what it can be with them, and the condition is true or false where both ends
// and all between agree, else unknown. One event whose summed number is missing
// makes the sum unknown, unless the filter leaves it out, as
// {"attribute": "amount", "exists": true} does.
//
// # Sub-segments
//
// A rule may refer to rules of a [Set] by name, to any depth and as often as it
// likes: each is decided once per customer. A circle of references is an error
// that names it. A rule may lead to [MaxSegments] others, a text may have
// [MaxSize] bytes and be nested [MaxDepth] deep.
//
// # Keeping memberships up to date
//
// [Segment.Recheck] says until when an answer holds if nothing new is learned. A
// host that decides a customer anew when its data change and on that day has
// exact memberships every day without deciding everybody every day.
//
// # Sources
//
// Three values: S. C. Kleene, Introduction to Metamathematics (1952), section
// 64. Text: RFC 8259 (JSON), stricter in that duplicate keys, lone surrogates
// and invalid UTF-8 are errors; RFC 6901 (JSON Pointer) for paths.
package rule
