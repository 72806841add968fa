package privacy

import (
	"strconv"

	"github.com/guanxi-go/guanxi/internal/enum"
)

// ReasonCode is why something is permitted, or is not (理由). The zero value is none.
type ReasonCode uint8

const (
	OnConsent      ReasonCode = iota + 1 // permitted: the person agreed, article 13
	OnContract                           // permitted: a contract with the person, article 13
	OnLegalDuty                          // permitted: a legal duty, article 13
	OnEmergency                          // permitted: an emergency, article 13
	OnPublic                             // permitted: what is public, article 13
	NoBasis                              // nothing was ever given for the purpose, article 13
	PurposeBasis                         // what was given is no basis on which the purpose may rest, article 13
	OtherChannel                         // given for other channels only, article 14: consent is to a way of handling
	NotCovered                           // given for other categories only, article 14
	BasisWithdrawn                       // withdrawn, refused or ended, article 15
	NoticeChanged                        // the notice was changed since in what matters, article 14
	NotNecessary                         // the purpose has no need of sensitive data, article 28
	NeedsSeparate                        // sensitive: separate consent that names the category is missing, article 29
	NeedsGuardian                        // under fourteen: a guardian's consent is missing, article 31
	AgeNotKnown                          // may be under fourteen, article 31
)

// reasonTexts is indexed by ReasonCode.
var reasonTexts = [...]struct {
	en, zh  string
	article int
}{
	OnConsent:      {"the person agreed", "个人已同意", 13},
	OnContract:     {"needed for a contract with the person", "为订立、履行合同所必需", 13},
	OnLegalDuty:    {"needed to meet a legal duty", "为履行法定职责或者法定义务所必需", 13},
	OnEmergency:    {"needed in an emergency", "为应对紧急情况所必需", 13},
	OnPublic:       {"made public by the person or by law", "个人自行公开或者已经合法公开", 13},
	NoBasis:        {"nothing was given for this purpose", "该目的没有任何合法性基础", 13},
	PurposeBasis:   {"the purpose may not rest on what was given", "该目的不能以现有基础处理", 13},
	OtherChannel:   {"given for other channels only", "仅同意了其他渠道", 14},
	NotCovered:     {"given for other categories of data only", "仅同意了其他类别的信息", 14},
	BasisWithdrawn: {"withdrawn or ended", "已撤回或已终止", 15},
	NoticeChanged:  {"the notice has changed: ask again", "告知内容已变更，须重新取得同意", 14},
	NotNecessary:   {"the purpose has no need of sensitive data", "该目的无处理敏感个人信息的必要", 28},
	NeedsSeparate:  {"sensitive data need a separate consent", "处理敏感个人信息须取得单独同意", 29},
	NeedsGuardian:  {"under fourteen a guardian has to agree", "不满十四周岁须取得监护人同意", 31},
	AgeNotKnown:    {"the age is not known and may be under fourteen", "年龄未知，可能不满十四周岁", 31},
}

var reasonCodeNames = enum.New[ReasonCode]("reason", unknown, enum.Names{
	{},
	{"on-consent", "基于同意"}, {"on-contract", "基于合同"}, {"on-legal-duty", "基于法定职责"},
	{"on-emergency", "基于紧急情况"}, {"on-public", "基于已公开"},
	{"no-basis", "无合法性基础"}, {"purpose-basis", "基础不适用"}, {"other-channel", "渠道不符"},
	{"not-covered", "类别不符"}, {"withdrawn", "已撤回"}, {"notice-changed", "告知已变更"},
	{"not-necessary", "无必要"}, {"needs-separate", "须单独同意"}, {"needs-guardian", "须监护人同意"},
	{"age-unknown", "年龄未知"},
})

// Valid reports whether r is one of the fifteen.
func (r ReasonCode) Valid() bool { return reasonCodeNames.Valid(r) }

// Permits reports whether r is a reason for, not against.
func (r ReasonCode) Permits() bool { return r >= OnConsent && r <= OnPublic }

// Article returns the article of the PIPL that the reason is from, and 0 for a
// number that is no reason.
func (r ReasonCode) Article() int {
	if !r.Valid() {
		return 0
	}
	return reasonTexts[r].article
}

// String returns the English code, "" for the zero value, and ? for a number that has none.
func (r ReasonCode) String() string { return reasonCodeNames.Code(r) }

// Zh returns the Chinese name, "" for the zero value, and ? for a number that has none.
func (r ReasonCode) Zh() string { return reasonCodeNames.Zh(r) }

// MarshalText writes the form of String; a number without a code is ErrInvalid.
func (r ReasonCode) MarshalText() ([]byte, error) { return reasonCodeNames.Marshal(r) }

// UnmarshalText reads what MarshalText writes, and nothing else.
func (r *ReasonCode) UnmarshalText(text []byte) error { return reasonCodeNames.Unmarshal(r, text) }

// Reason is one reason of an [Answer].
type Reason struct {
	Code     ReasonCode `json:"code"`
	Category Category   `json:"category,omitzero"` // the one concerned; zero where the reason is about all
}

// String returns the reason as an English sentence with its article.
func (r Reason) String() string {
	if !r.Code.Valid() {
		return r.Code.String()
	}
	return r.sentence(reasonTexts[r.Code].en, r.Category.String(), " (PIPL art. ", ")")
}

// Zh returns the reason as a Chinese sentence with its article.
func (r Reason) Zh() string {
	if !r.Code.Valid() {
		return r.Code.Zh()
	}
	return r.sentence(reasonTexts[r.Code].zh, r.Category.Zh(), "（个人信息保护法第", "条）")
}

func (r Reason) sentence(text, category, open, end string) string {
	if r.Category != 0 {
		text += ": " + category
	}
	return text + open + strconv.Itoa(r.Code.Article()) + end
}
