package access

import (
	"slices"
	"strings"
	"time"

	"github.com/guanxi-go/guanxi/crm/finding"
	"github.com/guanxi-go/guanxi/internal/enum"
)

// Reason is one kind of step on the way to a decision.
type Reason uint8

const (
	ReasonNotActive       Reason = iota // does not work at that instant: nothing is allowed
	ReasonHasRole                       // has a role
	ReasonTemporary                     // has a role for a time
	ReasonNotInForce                    // has a role for a time, which is over or has not begun
	ReasonIncluded                      // has a role because another one includes it
	ReasonGranted                       // a grant opens rows
	ReasonOpensNothing                  // a grant at level none
	ReasonCapped                        // a partner's level all ends at his units
	ReasonFieldsDenied                  // a denial hides fields
	ReasonDenied                        // a denial takes the action away
	ReasonPartnerExport                 // partners never export
	ReasonAllowed                       // the end: something is allowed
	ReasonRefused                       // the end: nothing is allowed
	ReasonOwnRow                        // a grant opens the row because he owns it
	ReasonUnitRow                       // a grant opens the row because of its unit
	ReasonAnyRow                        // a grant opens every row
	ReasonOutside                       // a grant does not reach the row
	ReasonFieldHidden                   // a denial hides the field
	ReasonFieldNotGranted               // a grant is limited to other fields
)

var reasons = enum.New[Reason]("reason", unknown, enum.Names{
	ReasonNotActive:       {"not-active", "不在岗"},
	ReasonHasRole:         {"has-role", "拥有角色"},
	ReasonTemporary:       {"temporary", "临时角色"},
	ReasonNotInForce:      {"not-in-force", "临时角色未生效"},
	ReasonIncluded:        {"included", "角色包含"},
	ReasonGranted:         {"granted", "授权"},
	ReasonOpensNothing:    {"opens-nothing", "无授权范围"},
	ReasonCapped:          {"capped", "合作伙伴范围受限"},
	ReasonFieldsDenied:    {"fields-denied", "字段拒绝"},
	ReasonDenied:          {"denied", "拒绝"},
	ReasonPartnerExport:   {"partner-export", "合作伙伴不得导出"},
	ReasonAllowed:         {"allowed", "允许"},
	ReasonRefused:         {"refused", "不允许"},
	ReasonOwnRow:          {"own-row", "本人记录"},
	ReasonUnitRow:         {"unit-row", "部门记录"},
	ReasonAnyRow:          {"any-row", "全部记录"},
	ReasonOutside:         {"outside", "范围之外"},
	ReasonFieldHidden:     {"field-hidden", "字段隐藏"},
	ReasonFieldNotGranted: {"field-not-granted", "字段未授权"},
})

// sentences say what a step with the reason found.
var sentences = [...]finding.Text{
	ReasonNotActive:       {En: "does not work at that instant", Zh: "该时点不在岗"},
	ReasonHasRole:         {En: "has the role {role}", Zh: "拥有角色 {role}"},
	ReasonTemporary:       {En: "has the role {role} from {from} until {until}", Zh: "临时拥有角色 {role}，自 {from} 至 {until}"},
	ReasonNotInForce:      {En: "has the role {role} only from {from} until {until}", Zh: "角色 {role} 仅在 {from} 至 {until} 有效"},
	ReasonIncluded:        {En: "has the role {role} through {via}", Zh: "通过 {via} 拥有角色 {role}"},
	ReasonGranted:         {En: "{role} grants {level}, fields: {fields}", Zh: "{role} 授权范围：{level}，字段：{fields}"},
	ReasonOpensNothing:    {En: "{role} grants {level}, which opens no row", Zh: "{role} 授权范围：{level}，看不到任何记录"},
	ReasonCapped:          {En: "is a partner: what {role} grants ends at the own units", Zh: "合作伙伴：{role} 的授权仅限本部门及下级"},
	ReasonFieldsDenied:    {En: "{role} denies the fields {fields}", Zh: "{role} 拒绝字段：{fields}"},
	ReasonDenied:          {En: "{role} denies it, which wins over every grant", Zh: "{role} 拒绝该操作，拒绝优先于一切授权"},
	ReasonPartnerExport:   {En: "is a partner: partners never export", Zh: "合作伙伴不得导出"},
	ReasonAllowed:         {En: "allowed", Zh: "允许"},
	ReasonRefused:         {En: "refused", Zh: "不允许"},
	ReasonOwnRow:          {En: "{role} at level {level} opens the row: it is the own one", Zh: "{role}（{level}）：记录归本人所有"},
	ReasonUnitRow:         {En: "{role} at level {level} opens the row: its unit is within", Zh: "{role}（{level}）：记录所属部门在范围内"},
	ReasonAnyRow:          {En: "{role} at level {level} opens every row", Zh: "{role}（{level}）：全部记录可见"},
	ReasonOutside:         {En: "{role} at level {level} does not reach the row", Zh: "{role}（{level}）：记录不在范围内"},
	ReasonFieldHidden:     {En: "{role} denies the field {fields}", Zh: "{role} 拒绝字段 {fields}"},
	ReasonFieldNotGranted: {En: "{role} reaches the row and opens only the fields {fields}", Zh: "{role} 的授权仅限字段：{fields}"},
}

// Valid reports whether r is one of the reasons.
func (r Reason) Valid() bool { return reasons.Valid(r) }

// String returns the code, such as "partner-export", and ? for a number that is no reason.
func (r Reason) String() string { return reasons.Code(r) }

// Zh returns the Chinese name, and ? for a number that is no reason.
func (r Reason) Zh() string { return reasons.Zh(r) }

// MarshalText writes the form of String; a number that is no reason is ErrInvalid.
func (r Reason) MarshalText() ([]byte, error) { return reasons.Marshal(r) }

// UnmarshalText reads what MarshalText writes, and nothing else.
func (r *Reason) UnmarshalText(text []byte) error { return reasons.Unmarshal(r, text) }

// Step is one step on the way to a decision: a fact, and what follows from it. Its
// JSON names are stable.
type Step struct {
	Reason Reason    `json:"reason"`
	Role   string    `json:"role,omitempty"`   // the role concerned
	Via    []string  `json:"via,omitempty"`    // from the role that he has down to Role, where another includes it
	Level  Level     `json:"level,omitzero"`   // of the grant
	Fields []string  `json:"fields,omitempty"` // of the grant or denial; empty: all
	Scope  Scope     `json:"scope,omitzero"`   // the rows that the step opens
	From   time.Time `json:"from,omitzero"`    // of a temporary role
	Until  time.Time `json:"until,omitzero"`
}

// Text returns the step as a sentence without its subject, in a language; times are
// in UTC. ErrInvalid for an unknown reason or language.
func (s Step) Text(lang finding.Language) (string, error) {
	if !s.Reason.Valid() {
		return "", invalid("", "reason", "unknown")
	}
	fields := finding.Param{Name: "fields", Value: "all", Zh: "全部"}
	if len(s.Fields) > 0 {
		fields = finding.Param{Name: "fields", Value: strings.Join(s.Fields, ", "), Zh: strings.Join(s.Fields, "、")}
	}
	from := finding.Param{Name: "from", Value: "ever", Zh: "始终"}
	if !s.From.IsZero() {
		from = finding.Str("from", s.From.UTC().Format(time.RFC3339))
	}
	code := strings.ToUpper(s.Reason.String())
	text, err := finding.Catalogue{code: sentences[s.Reason]}.Render(finding.Finding{Code: code, Params: []finding.Param{
		finding.Str("role", s.Role), finding.Str("via", strings.Join(s.Via, " > ")), finding.Term("level", s.Level),
		fields, from, finding.Str("until", s.Until.UTC().Format(time.RFC3339)),
	}}, lang)
	if err != nil {
		return "", invalid("", "language", "unknown")
	}
	return text, nil
}

// blocks reports whether the step takes everything away, whatever is granted.
func (s Step) blocks() bool {
	return slices.Contains([]Reason{ReasonNotActive, ReasonDenied, ReasonPartnerExport}, s.Reason)
}
