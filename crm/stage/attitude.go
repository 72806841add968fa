package stage

import "github.com/guanxi-go/guanxi/internal/enum"

// Attitude is how a consumer thinks of us beside the alternatives (相对态度). The
// zero value says that it is not known.
type Attitude uint8

const (
	WeakAttitude   Attitude = iota + 1 // sees no difference, or prefers others 态度弱
	StrongAttitude                     // prefers us 态度强
)

var attitudeNames = enum.New[Attitude]("attitude", unknown, enum.Names{{}, {"weak", "态度弱"}, {"strong", "态度强"}})

// Valid reports whether a is weak or strong.
func (a Attitude) Valid() bool { return attitudeNames.Valid(a) }

// String returns weak or strong, "" for unknown, and ? for a number that is neither.
func (a Attitude) String() string { return attitudeNames.Code(a) }

// Zh returns 态度弱 or 态度强, "" for unknown.
func (a Attitude) Zh() string { return attitudeNames.Zh(a) }

// MarshalText writes the form of String, and nothing for unknown. A number that is
// neither is ErrInvalid.
func (a Attitude) MarshalText() ([]byte, error) { return attitudeNames.Marshal(a) }

// UnmarshalText reads what MarshalText writes.
func (a *Attitude) UnmarshalText(text []byte) error { return attitudeNames.Unmarshal(a, text) }

// Buying is what a consumer does (购买行为). The zero value says that it is not
// known, which is not the same as never.
type Buying uint8

const (
	NeverBought       Buying = iota + 1 // 未购买
	BoughtOnce                          // 购买一次
	BuysAgain                           // 重复购买
	BuysAndRecommends                   // buys again, and others came because of it 重复购买并推荐
)

var buyingNames = enum.New[Buying]("buying", unknown, enum.Names{
	{}, {"never", "未购买"}, {"once", "购买一次"}, {"again", "重复购买"}, {"recommends", "重复购买并推荐"},
})

// Valid reports whether b is one of the four.
func (b Buying) Valid() bool { return buyingNames.Valid(b) }

// String returns never, once, again or recommends, "" for unknown, and ?
// for a number that is none of them.
func (b Buying) String() string { return buyingNames.Code(b) }

// Zh returns the Chinese name, such as 重复购买, "" for unknown.
func (b Buying) Zh() string { return buyingNames.Zh(b) }

// MarshalText writes the form of String, and nothing for unknown. A number that is
// none of the four is ErrInvalid.
func (b Buying) MarshalText() ([]byte, error) { return buyingNames.Marshal(b) }

// UnmarshalText reads what MarshalText writes.
func (b *Buying) UnmarshalText(text []byte) error { return buyingNames.Unmarshal(b, text) }

// SuggestRung returns the rung of the ladder that attitude and behaviour together
// suggest (态度与行为矩阵):
//
//	            never      once        again       recommends
//	weak 弱     target     one-time    repeat      repeat
//	strong 强   intent     one-time    loyal       seed
//
// Who buys again without preferring us does so out of habit or for lack of a
// choice (spurious loyalty), and stands on repeat; who prefers us without buying
// (latent loyalty) stands on intent. ok is false where the answer hangs on
// something that is not known. It is a suggestion: it moves nobody.
//
// The matrix of relative attitude and repeat patronage is that of Dick and Basu
// 1994, Journal of the Academy of Marketing Science 22(2):99-113; which rung stands
// in which cell is ours. crm/segment's LadderPolicy suggests from behaviour alone.
func SuggestRung(a Attitude, b Buying) (rung Rung, ok bool) {
	matrix := [...][5]Rung{
		WeakAttitude:   {0, RungTarget, RungOneTime, RungRepeat, RungRepeat},
		StrongAttitude: {0, RungIntent, RungOneTime, RungLoyal, RungSeed},
	}
	switch {
	case b == BoughtOnce:
		return RungOneTime, true
	case !a.Valid() || !b.Valid():
		return 0, false
	default:
		return matrix[a][b], true
	}
}
