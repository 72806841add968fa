package reward

import (
	"math"
	"math/bits"
	"time"

	"github.com/guanxi-go/guanxi/crm/calendar"
	"github.com/guanxi-go/guanxi/crm/money"
	"github.com/guanxi-go/guanxi/internal/enum"
)

// Reward is one line of the catalogue (奖励, 礼品): what a member gets, for what, and
// who may have it. The zero value of each part asks for nothing and limits nothing.
type Reward struct {
	Code  string       `json:"code"`           // the id of the reward
	En    string       `json:"en,omitzero"`    // its name in English, for people
	Zh    string       `json:"zh,omitzero"`    // its name in Chinese; one of the two is needed
	Cost  int64        `json:"cost"`           // points for one piece, 0 or more
	Cash  money.Amount `json:"cash,omitzero"`  // what is paid beside the points for one piece (加价购), 0 or more
	Stock Counting     `json:"stock,omitzero"` // whether pieces are counted

	Limits   []Limit     `json:"limits,omitempty"`  // per member; all of them hold
	Eligible Eligibility `json:"eligible,omitzero"` // who may have it, where and when
	Delivery Delivery    `json:"delivery,omitzero"` // at once, or later
	// DelayDays is when a delayed reward is due: at the end of the n-th day after
	// the day of redemption, in the zone of the request. 0 for no date.
	DelayDays int `json:"delay_days,omitzero"`
}

// Counting says whether a reward's pieces are counted (库存). The zero value is
// Unlimited.
type Counting uint8

const (
	Unlimited Counting = iota // there is always one more: no stock is read or written 不限量
	Limited                   // as many as the stock has 限量
)

var countings = enum.New[Counting]("stock", unknown, enum.Names{{"unlimited", "不限量"}, {"limited", "限量"}})

// String returns the code, and ? for a number that is none.
func (c Counting) String() string { return countings.Code(c) }

// Zh returns the Chinese name, and ? for a number that is none.
func (c Counting) Zh() string { return countings.Zh(c) }

// MarshalText writes the form of String; a number that is none is ErrInvalid.
func (c Counting) MarshalText() ([]byte, error) { return countings.Marshal(c) }

// UnmarshalText reads what MarshalText writes, and nothing else.
func (c *Counting) UnmarshalText(text []byte) error { return countings.Unmarshal(c, text) }

// Delivery says when the member gets what he has redeemed (发放方式). The zero value
// is Instant.
type Delivery uint8

const (
	Instant Delivery = iota // with the redemption: the piece leaves the stock at once 即时
	Delayed                 // later: the piece is held until it is delivered or cancelled 延迟
)

var deliveries = enum.New[Delivery]("delivery", unknown, enum.Names{{"instant", "即时"}, {"delayed", "延迟"}})

// String returns the code, and ? for a number that is none.
func (d Delivery) String() string { return deliveries.Code(d) }

// Zh returns the Chinese name, and ? for a number that is none.
func (d Delivery) Zh() string { return deliveries.Zh(d) }

// MarshalText writes the form of String; a number that is none is ErrInvalid.
func (d Delivery) MarshalText() ([]byte, error) { return deliveries.Marshal(d) }

// UnmarshalText reads what MarshalText writes, and nothing else.
func (d *Delivery) UnmarshalText(text []byte) error { return deliveries.Unmarshal(d, text) }

const maxDays = 36525

// Validate reports every rule that r breaks, joined; each is an [*Error].
func (r Reward) Validate() error {
	var p problems
	p.check(validID(r.Code), "code", -1, notID)
	p.check(r.En != "" || r.Zh != "", "en", -1, "and zh are both missing")
	p.check(r.Cost >= 0, "cost", -1, "is below 0")
	p.check(r.Cash.Minor >= 0, "cash", -1, "is below 0")
	p.check(r.Cash.Minor == 0 || !r.Cash.Currency.IsZero() && r.Cash.Currency.Valid(), "cash", -1, "has no currency")
	p.check(countings.Valid(r.Stock), "stock", -1, "unknown")
	p.check(deliveries.Valid(r.Delivery), "delivery", -1, "unknown")
	p.check(r.DelayDays >= 0 && r.DelayDays <= maxDays, "delay_days", -1, "is outside 0 to 36525")
	p.check(r.DelayDays == 0 || r.Delivery == Delayed, "delay_days", -1, "delays an instant reward")
	for i, l := range r.Limits {
		l.check(&p, "limits", i)
	}
	r.Eligible.check(&p)
	return p.join()
}

// needsZone reports whether a rule of r counts on local days.
func (r *Reward) needsZone() bool {
	for _, l := range r.Limits {
		if l.Per != Ever {
			return true
		}
	}
	e := &r.Eligible
	return r.DelayDays > 0 || e.First.Valid() || e.Last.Valid() || e.MemberDays > 0 || e.MemberMonths > 0
}

// endOfDay is the end of the n-th day after the local day of t.
func endOfDay(t time.Time, n int, zone *time.Location) time.Time {
	return (calendar.DayOf(t, zone) + calendar.Day(n) + 1).Start(zone).UTC()
}

// times is a product of numbers that are not negative.
func times(a, b int64, field string) (int64, error) {
	hi, lo := bits.Mul64(uint64(a), uint64(b))
	if hi > 0 || lo > math.MaxInt64 {
		return 0, refuse(ErrOverflow, field, "times the pieces does not fit 64 bits")
	}
	return int64(lo), nil
}
