package stage

// Attitude is how a consumer thinks of us beside the alternatives (相对态度). The
// zero value says that it is not known.
type Attitude uint8

const (
	WeakAttitude   Attitude = iota + 1 // sees no difference, or prefers others 态度弱
	StrongAttitude                     // prefers us 态度强
)

var attitudeNames = names{{}, {"weak", "态度弱"}, {"strong", "态度强"}}

// Valid reports whether a is weak or strong.
func (a Attitude) Valid() bool { return attitudeNames.valid(uint8(a)) }

// String returns weak or strong, "" for unknown, and Attitude(n) for a number that
// is neither.
func (a Attitude) String() string { return attitudeNames.text("Attitude", uint8(a), english) }

// Zh returns 态度弱 or 态度强, "" for unknown.
func (a Attitude) Zh() string { return attitudeNames.text("Attitude", uint8(a), chinese) }

// MarshalText writes the form of String, and nothing for unknown. A number that is
// neither is ErrInvalid.
func (a Attitude) MarshalText() ([]byte, error) { return attitudeNames.marshal("attitude", uint8(a)) }

// UnmarshalText reads what MarshalText writes.
func (a *Attitude) UnmarshalText(text []byte) error {
	i, err := attitudeNames.unmarshal("attitude", text)
	if err == nil {
		*a = Attitude(i)
	}
	return err
}

// Buying is what a consumer does (购买行为). The zero value says that it is not
// known, which is not the same as never.
type Buying uint8

const (
	NeverBought       Buying = iota + 1 // 未购买
	BoughtOnce                          // 购买一次
	BuysAgain                           // 重复购买
	BuysAndRecommends                   // buys again, and others came because of it 重复购买并推荐
)

var buyingNames = names{{}, {"never", "未购买"}, {"once", "购买一次"}, {"again", "重复购买"}, {"recommends", "重复购买并推荐"}}

// Valid reports whether b is one of the four.
func (b Buying) Valid() bool { return buyingNames.valid(uint8(b)) }

// String returns never, once, again or recommends, "" for unknown, and Buying(n)
// for a number that is none of them.
func (b Buying) String() string { return buyingNames.text("Buying", uint8(b), english) }

// Zh returns the Chinese name, such as 重复购买, "" for unknown.
func (b Buying) Zh() string { return buyingNames.text("Buying", uint8(b), chinese) }

// MarshalText writes the form of String, and nothing for unknown. A number that is
// none of the four is ErrInvalid.
func (b Buying) MarshalText() ([]byte, error) { return buyingNames.marshal("buying", uint8(b)) }

// UnmarshalText reads what MarshalText writes.
func (b *Buying) UnmarshalText(text []byte) error {
	i, err := buyingNames.unmarshal("buying", text)
	if err == nil {
		*b = Buying(i)
	}
	return err
}

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
