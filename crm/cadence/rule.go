package cadence

import "github.com/guanxi-go/guanxi/internal/enum"

// Rule is a rule of use (考核规则). The zero value is none.
type Rule uint8

const (
	RuleLogin    Rule = iota + 1 // a log-in each working day 每日登录
	RuleTravel                   // log-ins in a week of travel 出差登录
	RuleIdle                     // no two weeks without log-in 连续未登录
	RuleAction                   // an action a month on each record 每月跟进
	RuleEvidence                 // what is recorded of an action 行动记录
)

var ruleNames = enum.New[Rule]("rule", unknown, enum.Names{
	{}, {"login", "每日登录"}, {"travel", "出差登录"}, {"idle", "连续未登录"}, {"action", "每月跟进"},
	{"evidence", "行动记录"},
})

// Valid reports whether r is one of the five.
func (r Rule) Valid() bool { return ruleNames.Valid(r) }

// String returns the code, "" for none and ? for a number that is none of them.
func (r Rule) String() string { return ruleNames.Code(r) }

// Zh returns the Chinese name, "" for none and ? for a number that is none of them.
func (r Rule) Zh() string { return ruleNames.Zh(r) }

// MarshalText writes the form of String; a number that is none of them is ErrInvalid.
func (r Rule) MarshalText() ([]byte, error) { return ruleNames.Marshal(r) }

// UnmarshalText reads what MarshalText writes, and nothing else.
func (r *Rule) UnmarshalText(text []byte) error { return ruleNames.Unmarshal(r, text) }
