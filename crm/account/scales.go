package account

import (
	"github.com/guanxi-go/guanxi/crm/stage"
	"github.com/guanxi-go/guanxi/internal/enum"
)

// Role is the part that a person plays in what the customer buys (角色). The zero
// value is none.
type Role uint8

const (
	DecisionMaker Role = iota + 1 // decides 决策者
	PowerPerson                   // can make or break it, whoever decides 权力人物
	Influencer                    // is listened to 影响者
	User                          // works with what we deliver 使用者
	Buyer                         // buys and negotiates 采购者
	Gatekeeper                    // decides who gets to whom 把关者
	Champion                      // speaks for us when we are not there 内部支持者
)

var roles = enum.New[Role]("role", unknown, enum.Names{{}, {"decision-maker", "决策者"}, {"power-person", "权力人物"}, {"influencer", "影响者"},
	{"user", "使用者"}, {"buyer", "采购者"}, {"gatekeeper", "把关者"}, {"champion", "内部支持者"}})

// Valid reports whether r is one of the seven.
func (r Role) Valid() bool { return roles.Valid(r) }

// Power reports whether who has the role is one of the power people (权力关键人员):
// decision makers and power persons.
func (r Role) Power() bool { return r == DecisionMaker || r == PowerPerson }

// String returns the code, "" for none and ? for a number that is no role.
func (r Role) String() string { return roles.Code(r) }

// Zh returns the Chinese name, "" for none and ? for a number that is no role.
func (r Role) Zh() string { return roles.Zh(r) }

// MarshalText writes the form of String; a number that is no role is ErrInvalid.
func (r Role) MarshalText() ([]byte, error) { return roles.Marshal(r) }

// UnmarshalText reads what MarshalText writes, and nothing else.
func (r *Role) UnmarshalText(text []byte) error { return roles.Unmarshal(r, text) }

// Attitude is how a person stands to us (态度), from -2 to 2. The zero value says
// that nobody knows, which is not the same as neutral.
type Attitude uint8

const (
	Opposed    Attitude = iota + 1 // -2 反对
	Reserved                       // -1 保留
	Neutral                        // 0 中立
	Favourable                     // 1 支持
	Devoted                        // 2 拥护
)

var attitudes = enum.New[Attitude]("attitude", unknown, enum.Names{
	{}, {"opposed", "反对"}, {"reserved", "保留"}, {"neutral", "中立"}, {"favourable", "支持"},
	{"devoted", "拥护"},
})

// AttitudeOf returns the attitude of a score from -2 to 2; others are ErrInvalid.
func AttitudeOf(score int) (Attitude, error) {
	if score < -2 || score > 2 {
		return 0, refuse(ErrInvalid, "attitude", -1, "is not from -2 to 2")
	}
	return Attitude(score + int(Neutral)), nil
}

// Score returns the number from -2 to 2, and false where nobody knows.
func (a Attitude) Score() (int, bool) {
	if !attitudes.Valid(a) {
		return 0, false
	}
	return int(a) - int(Neutral), true
}

// String returns the code, "" for unknown and ? for a number that is no attitude.
func (a Attitude) String() string { return attitudes.Code(a) }

// Zh returns the Chinese name, "" for unknown and ? for a number that is no attitude.
func (a Attitude) Zh() string { return attitudes.Zh(a) }

// MarshalText writes the form of String; a number that is no attitude is ErrInvalid.
func (a Attitude) MarshalText() ([]byte, error) { return attitudes.Marshal(a) }

// UnmarshalText reads what MarshalText writes, and nothing else.
func (a *Attitude) UnmarshalText(text []byte) error { return attitudes.Unmarshal(a, text) }

// Depth is how far the relationship of two people has come (关系深度): the level of
// its stage. The zero value is absent: they do not know of each other, or the
// relationship was dissolved.
type Depth uint8

const (
	Awareness   Depth = iota + 1 // level 0: they know of each other 认知
	Exploration                  // level 1: they try each other out 探测
	Expansion                    // level 2: they do more and more together 扩大
	Commitment                   // level 3: they rely on each other 承诺
)

var depths = enum.New[Depth]("depth", unknown, enum.Names{
	{}, {"awareness", "认知"}, {"exploration", "探测"}, {"expansion", "扩大"}, {"commitment", "承诺"},
})

// DepthOf returns the depth of a level from 0 to 3; others are ErrInvalid.
func DepthOf(level int) (Depth, error) {
	if level < 0 || level > 3 {
		return 0, refuse(ErrInvalid, "depth", -1, "is not from 0 to 3")
	}
	return Awareness + Depth(level), nil
}

// DepthAt returns the depth of a tie whose relationship is at a stage. It is absent
// for a dissolved one, and where no stage is known.
func DepthAt(r stage.Relationship) Depth {
	switch r {
	case stage.Awareness:
		return Awareness
	case stage.Exploration:
		return Exploration
	case stage.Expansion:
		return Expansion
	case stage.Commitment:
		return Commitment
	}
	return 0
}

// Level returns the number from 0 to 3, and false where it is absent.
func (d Depth) Level() (int, bool) {
	if !depths.Valid(d) {
		return 0, false
	}
	return int(d - Awareness), true
}

// String returns the code, "" for absent and ? for a number that is no depth.
func (d Depth) String() string { return depths.Code(d) }

// Zh returns the Chinese name, "" for absent and ? for a number that is no depth.
func (d Depth) Zh() string { return depths.Zh(d) }

// MarshalText writes the form of String; a number that is no depth is ErrInvalid.
func (d Depth) MarshalText() ([]byte, error) { return depths.Marshal(d) }

// UnmarshalText reads what MarshalText writes, and nothing else.
func (d *Depth) UnmarshalText(text []byte) error { return depths.Unmarshal(d, text) }
