package results

import (
	"time"

	"github.com/guanxi-go/guanxi/internal/enum"
)

// Delivery is what became of a message (发送状态). The zero value is Queued.
type Delivery uint8

const (
	Queued    Delivery = iota // not sent yet 待发送
	Sent                      // sent, and nothing heard since 已发送
	Delivered                 // 已送达
	Failed                    // 发送失败
	Expired                   // given up by the operator 已过期
)

var deliveries = enum.New[Delivery]("delivery", unknown, enum.Names{
	{"queued", "待发送"}, {"sent", "已发送"}, {"delivered", "已送达"}, {"failed", "发送失败"},
	{"expired", "已过期"},
})

// Valid reports whether d is one of the five.
func (d Delivery) Valid() bool { return deliveries.Valid(d) }

// String returns the code, and ? for a number that is no delivery.
func (d Delivery) String() string { return deliveries.Code(d) }

// Zh returns the Chinese name, and ? for a number that is no delivery.
func (d Delivery) Zh() string { return deliveries.Zh(d) }

// MarshalText writes the form of String; a number that is no delivery is ErrInvalid.
func (d Delivery) MarshalText() ([]byte, error) { return deliveries.Marshal(d) }

// UnmarshalText reads what MarshalText writes, and nothing else.
func (d *Delivery) UnmarshalText(text []byte) error { return deliveries.Unmarshal(d, text) }

// Message is one message to one customer (短信). All but At, Delivery, Segments and Minor are
// ids or codes, to group by.
type Message struct {
	ID       string    `json:"id"`
	At       time.Time `json:"at"` // when it was sent, or is to be
	Delivery Delivery  `json:"delivery"`
	Segments int       `json:"segments"` // that the operator bills, 0 or more
	Minor    int64     `json:"minor"`    // what it cost, 0 or more
	Sender   string    `json:"sender,omitzero"`
	Unit     string    `json:"unit,omitzero"`
	Campaign string    `json:"campaign,omitzero"`
	Channel  string    `json:"channel,omitzero"`
}

func (m Message) head() head {
	h := head{id: m.ID, at: m.At, minor: m.Minor}
	switch {
	case !m.Delivery.Valid():
		h.wrong = codeUnknown
	case m.Minor < 0, m.Segments < 0, m.Segments > 1<<16:
		h.wrong = codeAmount
	}
	return h
}

// MessageRow is what a group sent in a period (短信发送).
type MessageRow struct {
	Key       string `json:"key"`
	Messages  int    `json:"messages"` // the sum of the five that follow
	Queued    int    `json:"queued"`
	Sent      int    `json:"sent"`
	Delivered int    `json:"delivered"`
	Failed    int    `json:"failed"`
	Expired   int    `json:"expired"`
	Segments  int64  `json:"segments"`
	Minor     int64  `json:"minor"`
}

// DeliveryRate returns the share of the messages whose end is known that was delivered
// (送达率), and false where none has ended.
func (r MessageRow) DeliveryRate() (Rate, bool) {
	return RateOf(r.Delivered, r.Delivered+r.Failed+r.Expired)
}

func (r *MessageRow) add(m Message) {
	r.Messages++
	switch m.Delivery {
	case Queued:
		r.Queued++
	case Sent:
		r.Sent++
	case Delivered:
		r.Delivered++
	case Failed:
		r.Failed++
	case Expired:
		r.Expired++
	}
	r.Segments += int64(m.Segments)
	r.Minor += m.Minor
}

// Messages counts the messages of a period by groups (短信发送统计). With a nil by there is one
// group, "".
//
// [ErrInvalid]: the period, or a message without id or instant, in an unknown state, with a cost
// below 0 or segments outside 0 to 65,536. [ErrDuplicate]: an id given twice. [ErrOverflow]: sums
// beyond int64.
func Messages(messages []Message, period Period, by func(Message) string) (Table[MessageRow], error) {
	s := sheet[Message, MessageRow]{"messages", Message.head, func(key string) MessageRow { return MessageRow{Key: key} }, (*MessageRow).add}
	return s.over(messages, period, by)
}
