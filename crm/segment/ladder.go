package segment

import (
	"iter"
	"math"

	"github.com/guanxi-go/guanxi/crm/money"
	"github.com/guanxi-go/guanxi/crm/stage"
	"github.com/guanxi-go/guanxi/internal/enum"
	"github.com/guanxi-go/guanxi/internal/fault"
)

// Behaviour is what [LadderPolicy.Suggest] looks at in one customer as of a date.
// The zero value is somebody of the target group who has done nothing yet.
type Behaviour struct {
	Purchases int `json:"purchases"` // up to the date, as the host counts them; zero or more
	// Recency is the number of days from the last purchase to the as-of date, zero or
	// more. It is read only where there is a purchase.
	Recency    int     `json:"recency"`
	Intent     bool    `json:"intent"`      // has expressed an intention to buy; read only where there is no purchase
	Score      float64 `json:"score"`       // loyalty score on the host's scale, finite; read only where ScoreKnown
	ScoreKnown bool    `json:"score_known"` // whether there is a loyalty score; false is not a score of 0
	Referrals  int     `json:"referrals"`   // people the customer brought who bought; zero or more
}

// Validate reports every problem of the behaviour, joined.
func (b Behaviour) Validate() error {
	var problems []error
	check := func(bad bool, field, msg string) {
		if bad {
			problems = append(problems, refuse(field, "%s", msg))
		}
	}
	check(b.Purchases < 0, "purchases", "is negative")
	check(b.Purchases > 0 && b.Recency < 0, "recency", "is negative: the last purchase lies after the as-of date")
	check(b.ScoreKnown && (math.IsNaN(b.Score) || math.IsInf(b.Score, 0)), "score", "is not finite")
	check(b.Referrals < 0, "referrals", "is negative")
	return fault.Join(problems)
}

// ScoreUse says what the loyalty score has to do with the rung (忠诚度得分的用法).
type ScoreUse uint8

const (
	// ScoreIgnored lets behaviour alone decide. It is the default.
	ScoreIgnored ScoreUse = iota
	// ScoreWhereKnown asks a known score for MinScore; where none is known, behaviour
	// alone decides.
	ScoreWhereKnown
	// ScoreRequired asks everybody for a known score of MinScore or more.
	ScoreRequired
)

var scoreUseNames = enum.New[ScoreUse]("score_use", unknown, enum.Names{
	{"ignored", "不使用"}, {"where-known", "有则使用"}, {"required", "必须具备"},
})

// String returns ignored, where-known or required.
func (u ScoreUse) String() string { return scoreUseNames.Code(u) }

// Zh returns 不使用, 有则使用 or 必须具备.
func (u ScoreUse) Zh() string { return scoreUseNames.Zh(u) }

// MarshalText writes String; an unknown value is ErrInvalid.
func (u ScoreUse) MarshalText() ([]byte, error) { return scoreUseNames.Marshal(u) }

// UnmarshalText reads what MarshalText writes.
func (u *ScoreUse) UnmarshalText(text []byte) error { return scoreUseNames.Unmarshal(u, text) }

// LadderPolicy says from which behaviour a rung of the customer ladder
// (消费顾客分类梯形图) is suggested:
//
//	target 目标顾客          no purchase
//	intent 意向顾客          no purchase, but an expressed intention
//	one-time 一次性消费顾客   1 purchase, or fewer than RepeatFrom
//	repeat 老顾客            RepeatFrom purchases
//	loyal 忠诚顾客           LoyalFrom purchases, not silent for more than LoyalWithin days, and the score as UseScore asks
//	seed 种子顾客            loyal, and SeedFrom successful referrals
//
// Who fails a condition of loyal stands on repeat. The source document names the
// rungs and gives no thresholds; those of the zero value are a convention of ours.
// The second purchase makes a repeat customer. The third makes a loyal one, because
// one return may be chance, until a silence of more than 365 days, which hold every
// season once. One person brought makes a seed. From a purchase log alone, without
// intent, score and referrals, they suggest target, one-time, repeat and loyal.
type LadderPolicy struct {
	RepeatFrom  int      `json:"repeat_from,omitempty"`  // purchases, 2 or more; 0 is 2
	LoyalFrom   int      `json:"loyal_from,omitempty"`   // purchases, RepeatFrom or more; 0 is 3
	LoyalWithin int      `json:"loyal_within,omitempty"` // days of silence a loyal customer may reach; 0 is 365, -1 any number
	UseScore    ScoreUse `json:"use_score"`              // whether loyal asks for a score
	MinScore    float64  `json:"min_score,omitempty"`    // on the host's scale, finite; read unless ScoreIgnored
	SeedFrom    int      `json:"seed_from,omitempty"`    // successful referrals, 1 or more; 0 is 1
}

// defaults returns the policy with the default in place of every 0.
func (p LadderPolicy) defaults() LadderPolicy {
	set := func(field *int, value int) {
		if *field == 0 {
			*field = value
		}
	}
	set(&p.RepeatFrom, 2)
	set(&p.LoyalFrom, 3)
	set(&p.LoyalWithin, 365)
	set(&p.SeedFrom, 1)
	return p
}

// Validate reports every problem of the policy, joined.
func (p LadderPolicy) Validate() error { return p.defaults().validate() }

func (p LadderPolicy) validate() error {
	var problems []error
	check := func(bad bool, field, msg string) {
		if bad {
			problems = append(problems, refuse(field, "%s", msg))
		}
	}
	check(p.RepeatFrom < 2, "repeat_from", "is below 2")
	check(p.LoyalFrom < p.RepeatFrom, "loyal_from", "is below repeat_from")
	check(p.LoyalWithin < -1, "loyal_within", "is below -1")
	check(!scoreUseNames.Valid(p.UseScore), "use_score", "is not one of its values")
	check(math.IsNaN(p.MinScore) || math.IsInf(p.MinScore, 0), "min_score", "is not finite")
	check(p.SeedFrom < 1, "seed_from", "is below 1")
	return fault.Join(problems)
}

// LadderReason says what decided a suggested rung (梯级理由).
type LadderReason uint8

// The reasons. Those of repeat say which condition of loyal failed first.
const (
	LadderNone          LadderReason = iota // no suggestion was made 无建议
	LadderNoPurchase                        // target: no purchase and no intention 尚未消费
	LadderIntent                            // intent: an expressed intention 已表达意向
	LadderFirstPurchase                     // one-time: has not bought often enough to have come back 首次消费
	LadderCameBack                          // repeat: fewer purchases than loyal takes 再次消费
	LadderSilent                            // repeat: enough purchases, but silent for too long 久未消费
	LadderNoScore                           // repeat: a loyalty score is required and not known 缺少忠诚度得分
	LadderLowScore                          // repeat: the loyalty score is too low 忠诚度得分偏低
	LadderStays                             // loyal: every condition holds 持续消费
	LadderBringsOthers                      // seed: loyal and has brought others 带来新客
)

var ladderReasonNames = enum.New[LadderReason]("ladder_reason", unknown, enum.Names{
	{"none", "无建议"}, {"no-purchase", "尚未消费"}, {"intent", "已表达意向"}, {"first-purchase", "首次消费"},
	{"came-back", "再次消费"}, {"silent", "久未消费"}, {"no-score", "缺少忠诚度得分"}, {"low-score", "忠诚度得分偏低"},
	{"stays", "持续消费"}, {"brings-others", "带来新客"},
})

// String returns none, no-purchase, intent, first-purchase, came-back, silent,
// no-score, low-score, stays or brings-others.
func (r LadderReason) String() string { return ladderReasonNames.Code(r) }

// Zh returns the Chinese name, such as 久未消费.
func (r LadderReason) Zh() string { return ladderReasonNames.Zh(r) }

// MarshalText writes String; an unknown value is ErrInvalid.
func (r LadderReason) MarshalText() ([]byte, error) { return ladderReasonNames.Marshal(r) }

// UnmarshalText reads what MarshalText writes.
func (r *LadderReason) UnmarshalText(text []byte) error { return ladderReasonNames.Unmarshal(r, text) }

// Suggest returns the rung that the behaviour suggests, and why. It is a
// suggestion as of one date: it knows no history and moves nobody; the ladder's
// state machine decides what becomes of it. More purchases, more referrals and a
// higher score never suggest a lower rung, more silence never a higher one.
//
// ErrInvalid: the policy or the behaviour; the rung is then zero.
func (p LadderPolicy) Suggest(b Behaviour) (stage.Rung, LadderReason, error) {
	p = p.defaults()
	if err := p.validate(); err != nil {
		return 0, LadderNone, err
	}
	if err := b.Validate(); err != nil {
		return 0, LadderNone, err
	}
	switch {
	case b.Purchases == 0 && b.Intent:
		return stage.RungIntent, LadderIntent, nil
	case b.Purchases == 0:
		return stage.RungTarget, LadderNoPurchase, nil
	case b.Purchases < p.RepeatFrom:
		return stage.RungOneTime, LadderFirstPurchase, nil
	}
	if why := p.notLoyal(b); why != LadderNone {
		return stage.RungRepeat, why, nil
	}
	if b.Referrals >= p.SeedFrom {
		return stage.RungSeed, LadderBringsOthers, nil
	}
	return stage.RungLoyal, LadderStays, nil
}

// notLoyal returns the first condition of loyal that fails, LadderNone for none.
func (p LadderPolicy) notLoyal(b Behaviour) LadderReason {
	switch {
	case b.Purchases < p.LoyalFrom:
		return LadderCameBack
	case p.LoyalWithin >= 0 && b.Recency > p.LoyalWithin:
		return LadderSilent
	case p.UseScore == ScoreRequired && !b.ScoreKnown:
		return LadderNoScore
	case p.UseScore != ScoreIgnored && b.ScoreKnown && b.Score < p.MinScore:
		return LadderLowScore
	}
	return LadderNone
}

// LadderReport counts customers by rung at one moment (梯形图报告). How many went
// from one rung to another is a question to two dates: the migration matrix
// answers it, no pair of counts of one date does.
type LadderReport struct {
	Customers int         `json:"customers"` // those whose rung is known
	Unknown   int         `json:"unknown"`   // those without a rung; in no share
	Rungs     []RungCount `json:"rungs"`     // the six rungs from target to seed
}

// RungCount is one line of a [LadderReport].
type RungCount struct {
	Rung      stage.Rung `json:"rung"`
	Customers int        `json:"customers"` // number of customers on the rung
	// Share is Customers over the customers whose rung is known; the zero Ratio,
	// which is no ratio, where there is none.
	Share money.Ratio `json:"share"`
}

// CountRungs counts a sequence of rungs, one a customer, suggested or kept. The
// zero Rung counts as unknown; a number that is no rung is ErrInvalid and Row says
// where it stands.
func CountRungs(rungs iter.Seq[stage.Rung]) (LadderReport, error) {
	var counts [stage.RungSeed + 1]int
	row := 0
	for r := range rungs {
		if r > stage.RungSeed {
			return LadderReport{}, refuseRow("rung", row, "is not on the ladder")
		}
		counts[r]++
		row++
	}
	report := LadderReport{Customers: row - counts[0], Unknown: counts[0]}
	for _, r := range stage.Rungs() {
		report.Rungs = append(report.Rungs, RungCount{r, counts[r], shareOf(int64(counts[r]), int64(report.Customers))})
	}
	return report, nil
}
