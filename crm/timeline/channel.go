package timeline

import "github.com/guanxi-go/guanxi/internal/enum"

// Channel is the way by which something passed between us and a customer (渠道).
// The zero value says that none is stated.
type Channel uint8

const (
	Phone        Channel = iota + 1 // 电话
	Email                           // 电子邮件
	WeChat                          // 微信
	WeCom                           // WeChat Work 企业微信
	Visit                           // face to face, at the customer's, ours or a third place 拜访
	Mail                            // letters and parcels 信函
	Web                             // website and app 网站
	Shop                            // counter and branch 门店
	SMS                             // short message 短信
	OtherChannel                    // any other 其他
)

var channelNames = enum.New[Channel]("channel", unknown, enum.Names{
	{},
	{"phone", "电话"},
	{"e-mail", "电子邮件"},
	{"wechat", "微信"},
	{"wecom", "企业微信"},
	{"visit", "拜访"},
	{"mail", "信函"},
	{"web", "网站"},
	{"shop", "门店"},
	{"sms", "短信"},
	{"other", "其他"},
})

// Channels returns the ten channels.
func Channels() []Channel {
	return []Channel{Phone, Email, WeChat, WeCom, Visit, Mail, Web, Shop, SMS, OtherChannel}
}

// Valid reports whether c is one of the enumerated values; the zero value is not.
func (c Channel) Valid() bool { return channelNames.Valid(c) }

// String returns the English code, "" for the zero value, and ? for a number that has none.
func (c Channel) String() string { return channelNames.Code(c) }

// Zh returns the Chinese name, "" for the zero value, and ? for a number that has none.
func (c Channel) Zh() string { return channelNames.Zh(c) }

// MarshalText writes the form of String; a number without a code is ErrInvalid.
func (c Channel) MarshalText() ([]byte, error) { return channelNames.Marshal(c) }

// UnmarshalText reads what MarshalText writes, and nothing else.
func (c *Channel) UnmarshalText(text []byte) error { return channelNames.Unmarshal(c, text) }
