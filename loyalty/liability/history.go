package liability

import (
	"slices"
	"time"

	"github.com/guanxi-go/guanxi/crm/calendar"
	"github.com/guanxi-go/guanxi/internal/enum"
)

// LotHistory is a lot of points and what became of it (积分批次). It holds ids, counts
// and instants, nothing personal.
type LotHistory struct {
	ID     string `json:"id"`
	Member string `json:"member,omitzero"` // id of whose points they are; "" where that is not to be known
	Origin Origin `json:"origin,omitzero"` // how it came into the books
	Issued int64  `json:"issued"`          // points then, 0 or more
	// At is when the points were earned: their age counts from it, and the month in
	// which it lies is their vintage, also where they were transferred or imported.
	At time.Time `json:"at"`
	// From is since when the lot is in the books, where that is later than At: the
	// transfer, the import of an older system. Points that were used up before are
	// not in the data (left truncation, 左截断). Zero for At.
	From     time.Time `json:"from,omitzero"`
	ExpireAt time.Time `json:"expire_at,omitzero"` // what is left then is lost, whether or not that was posted; zero for no expiry
	Uses     []Use     `json:"uses,omitempty"`     // in order of At
}

// Use is what happened to points of a lot.
type Use struct {
	At     time.Time `json:"at"`     // effective time
	Points int64     `json:"points"` // above 0
	Kind   Movement  `json:"kind"`   // Redeemed to Settled
}

// Origin says how a lot came into the books (来源). The zero value is Earned.
type Origin uint8

const (
	Earned        Origin = iota // with a purchase or a promotion 获得
	TransferredIn               // from another member 转入
	Imported                    // the opening balance of an older system 期初导入
)

var origins = enum.New[Origin]("origin", unknown, enum.Names{
	{"earned", "获得"}, {"transferred-in", "转入"}, {"imported", "期初导入"},
})

// String returns the code, and ? for a number that is no origin.
func (o Origin) String() string { return origins.Code(o) }

// Zh returns the Chinese name, and ? for a number that is no origin.
func (o Origin) Zh() string { return origins.Zh(o) }

// MarshalText writes the form of String; a number that is no origin is ErrInvalid.
func (o Origin) MarshalText() ([]byte, error) { return origins.Marshal(o) }

// UnmarshalText reads what MarshalText writes, and nothing else.
func (o *Origin) UnmarshalText(text []byte) error { return origins.Unmarshal(o, text) }

// Movement says what happened to points of a lot (积分变动). The zero value is none.
type Movement uint8

const (
	Redeemed       Movement = iota + 1 // exchanged for something 兑换
	Refunded                           // a redemption was reversed: the points are back in the lot 退回
	Expired                            // lost by time or inactivity 过期
	WrittenOff                         // taken out by a decision 核销
	TransferredOut                     // now in a lot of another member 转出
	Reversed                           // the purchase that earned them was returned 冲回
	Settled                            // pays a debt of points redeemed before 抵欠
)

var movements = enum.New[Movement]("kind", unknown, enum.Names{{}, {"redeemed", "兑换"}, {"refunded", "退回"}, {"expired", "过期"}, {"written-off", "核销"},
	{"transferred-out", "转出"}, {"reversed", "冲回"}, {"settled", "抵欠"}})

// String returns the code, "" for none and ? for a number that is no movement.
func (m Movement) String() string { return movements.Code(m) }

// Zh returns the Chinese name, "" for none and ? for a number that is no movement.
func (m Movement) Zh() string { return movements.Zh(m) }

// MarshalText writes the form of String; a number that is no movement is ErrInvalid.
func (m Movement) MarshalText() ([]byte, error) { return movements.Marshal(m) }

// UnmarshalText reads what MarshalText writes, and nothing else.
func (m *Movement) UnmarshalText(text []byte) error { return movements.Unmarshal(m, text) }

// start is since when the lot is in the books.
func (l *LotHistory) start() time.Time {
	if l.From.IsZero() {
		return l.At
	}
	return l.From
}

// Validate reports every rule that l breaks, joined; each is an [*Error] with the
// lot's id: an id or a time that is missing, counts below 0, an expiry not after the
// beginning, uses out of order, and uses that take more than is left. What is left at
// ExpireAt is gone then: posting it, any time later with that At, is right and not
// needed.
func (l LotHistory) Validate() error {
	var p problems
	p.check(validID(l.ID), "id", notID)
	p.check(l.Member == "" || validID(l.Member), "member", notID)
	p.check(origins.Valid(l.Origin), "origin", "is unknown")
	p.check(l.Issued >= 0, "issued", "is below 0")
	p.check(!l.At.IsZero(), "at", "is missing")
	p.check(!l.start().Before(l.At), "from", "is before at")
	p.check(l.ExpireAt.IsZero() || l.ExpireAt.After(l.start()), "expire_at", "is not after the lot's beginning")
	if len(p) == 0 {
		p.add(l.walk(func(time.Time, Movement, int64) {}))
	}
	for _, err := range p {
		if e, ok := err.(*Error); ok && validID(l.ID) {
			e.ID = l.ID
		}
	}
	return p.join()
}

// walk gives every movement of a lot in order, with the expiry where it falls and not
// where it was posted. It checks the uses on the way.
func (l *LotHistory) walk(do func(at time.Time, kind Movement, points int64)) error {
	left, redeemed := l.Issued, int64(0)
	posted, lost := int64(0), int64(0) // expiry at ExpireAt or later
	before := l.start()
	over := false
	expire := func(at time.Time) {
		if over = true; left > 0 {
			do(at, Expired, left)
			lost, left = lost+left, 0
		}
	}
	for i, u := range l.Uses {
		bad := func(reason string) error { return refuseItem(ErrInvalid, "uses", i, reason) }
		switch {
		case !movements.Valid(u.Kind):
			return bad("is of no kind")
		case u.Points <= 0:
			return bad("is not above 0")
		case u.At.Before(before):
			return bad("is before the one before it, or before the lot")
		}
		before = u.At
		if !over && !l.ExpireAt.IsZero() && !u.At.Before(l.ExpireAt) {
			expire(l.ExpireAt)
		}
		switch {
		case over && u.Kind == Expired:
			if posted += u.Points; posted > lost || posted < 0 {
				return bad("expires more than was left")
			}
			continue
		case u.Kind == Refunded && u.Points > redeemed:
			return bad("refunds more than was redeemed")
		case u.Kind != Refunded && u.Points > left:
			return bad("takes more than is left")
		}
		switch u.Kind {
		case Refunded:
			redeemed, left = redeemed-u.Points, left+u.Points
		case Redeemed:
			redeemed, left = redeemed+u.Points, left-u.Points
		default:
			left -= u.Points
		}
		do(u.At, u.Kind, u.Points)
		if over {
			expire(u.At) // what comes back after the end is lost at once
		}
	}
	if !over && !l.ExpireAt.IsZero() {
		expire(l.ExpireAt)
	}
	return nil
}

// checked refuses lots that are not valid or stand twice; Item is the lot's place.
func checked(lots []LotHistory) error {
	seen := make(map[string]bool, len(lots))
	for i := range lots {
		if err := lots[i].Validate(); err != nil {
			return err
		}
		if seen[lots[i].ID] {
			return &Error{Field: "lots", Item: i, ID: lots[i].ID, Reason: "stands twice", Err: ErrDuplicate}
		}
		seen[lots[i].ID] = true
	}
	return nil
}

// vintage is the first day of the month in which the points were earned.
func (l *LotHistory) vintage(zone *time.Location) calendar.Day {
	day := calendar.DayOf(l.At, zone)
	_, _, ofMonth := day.Date()
	return day - calendar.Day(ofMonth-1)
}

// vintages returns the keys of a map by vintage in order.
func vintages[T any](m map[calendar.Day]T) []calendar.Day {
	keys := make([]calendar.Day, 0, len(m))
	for day := range m {
		keys = append(keys, day)
	}
	slices.Sort(keys)
	return keys
}
