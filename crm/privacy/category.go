package privacy

import "github.com/guanxi-go/guanxi/internal/enum"

// Category is a kind of personal data (个人信息类别). The zero value is none.
type Category uint8

const (
	Basic            Category = iota + 1 // name and contact details 基本信息
	Transaction                          // what was bought, paid and owed 交易信息
	Behaviour                            // visits, clicks, replies 行为信息
	Preference                           // tastes, wishes, opinions 偏好信息
	Biometric                            // sensitive 生物识别
	Religion                             // sensitive 宗教信仰
	SpecificIdentity                     // sensitive 特定身份
	Health                               // sensitive 医疗健康
	FinancialAccount                     // sensitive 金融账户
	Whereabouts                          // sensitive 行踪轨迹
	Minor                                // sensitive: anything about a person under 14 不满十四周岁未成年人信息
)

var categoryNames = enum.New[Category]("category", unknown, enum.Names{
	{},
	{"basic", "基本信息"},
	{"transaction", "交易信息"},
	{"behaviour", "行为信息"},
	{"preference", "偏好信息"},
	{"biometric", "生物识别"},
	{"religion", "宗教信仰"},
	{"specific-identity", "特定身份"},
	{"health", "医疗健康"},
	{"financial-account", "金融账户"},
	{"whereabouts", "行踪轨迹"},
	{"minor", "未成年人信息"},
})

// Categories returns the eleven categories.
func Categories() []Category {
	return []Category{Basic, Transaction, Behaviour, Preference, Biometric, Religion, SpecificIdentity, Health, FinancialAccount, Whereabouts, Minor}
}

// Valid reports whether c is one of the enumerated values; the zero value is not.
func (c Category) Valid() bool { return categoryNames.Valid(c) }

// String returns the English code, "" for the zero value, and ? for a number that has none.
func (c Category) String() string { return categoryNames.Code(c) }

// Zh returns the Chinese name, "" for the zero value, and ? for a number that has none.
func (c Category) Zh() string { return categoryNames.Zh(c) }

// MarshalText writes the form of String; a number without a code is ErrInvalid.
func (c Category) MarshalText() ([]byte, error) { return categoryNames.Marshal(c) }

// UnmarshalText reads what MarshalText writes, and nothing else.
func (c *Category) UnmarshalText(text []byte) error { return categoryNames.Unmarshal(c, text) }

// Sensitive reports whether the law calls it sensitive (敏感个人信息), PIPL article 28.
func (c Category) Sensitive() bool { return c >= Biometric && c <= Minor }
