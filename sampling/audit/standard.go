package audit

import (
	"github.com/guanxi-go/guanxi/crm/money"
	"github.com/guanxi-go/guanxi/internal/enum"
)

// Level is an inspection level (检验水平): how large samples are for the size of a lot.
type Level int

// The levels. General II is the usual one and the default; the special ones are for
// inspections that are dear or destroy what they inspect.
const (
	GeneralII  Level = iota // 一般检验水平Ⅱ
	GeneralI                // 一般检验水平Ⅰ: about half as many
	GeneralIII              // 一般检验水平Ⅲ: about twice as many
	SpecialS1               // 特殊检验水平S-1: the fewest
	SpecialS2               // 特殊检验水平S-2
	SpecialS3               // 特殊检验水平S-3
	SpecialS4               // 特殊检验水平S-4
	levels
)

var levelNames = enum.New[Level]("level", unknown, enum.Names{
	{"II", "一般检验水平Ⅱ"}, {"I", "一般检验水平Ⅰ"}, {"III", "一般检验水平Ⅲ"},
	{"S-1", "特殊检验水平S-1"}, {"S-2", "特殊检验水平S-2"}, {"S-3", "特殊检验水平S-3"}, {"S-4", "特殊检验水平S-4"},
})

// String returns the standard's name of the level, such as "II" or "S-1".
func (l Level) String() string { return levelNames.Code(l) }

// Zh returns the level's name in Chinese.
func (l Level) Zh() string { return levelNames.Zh(l) }

// MarshalText writes the form of String; an unknown level is ErrInvalid.
func (l Level) MarshalText() ([]byte, error) { return levelNames.Marshal(l) }

// UnmarshalText reads the form of String; an unknown text is ErrInvalid.
func (l *Level) UnmarshalText(text []byte) error { return levelNames.Unmarshal(l, text) }

// Severity is how strictly a supplier's lots are inspected, after what the last ones
// showed.
type Severity int

// The severities.
const (
	Normal    Severity = iota // 正常检验: the default
	Tightened                 // 加严检验: after lots were refused
	Reduced                   // 放宽检验: after a long good record
	severities
)

var severityNames = enum.New[Severity]("severity", unknown, enum.Names{
	{"normal", "正常检验"}, {"tightened", "加严检验"}, {"reduced", "放宽检验"},
})

// String returns the severity's code, such as "normal".
func (s Severity) String() string { return severityNames.Code(s) }

// Zh returns the severity's name in Chinese.
func (s Severity) Zh() string { return severityNames.Zh(s) }

// MarshalText writes the code; an unknown severity is ErrInvalid.
func (s Severity) MarshalText() ([]byte, error) { return severityNames.Marshal(s) }

// UnmarshalText reads the code; an unknown text is ErrInvalid.
func (s *Severity) UnmarshalText(text []byte) error { return severityNames.Unmarshal(s, text) }

// StandardPlan is a single plan of MIL-STD-105E (ANSI/ASQ Z1.4). Between Accept and Reject,
// which leave a gap in reduced inspection only, the lot is accepted and inspection
// returns to normal.
type StandardPlan struct {
	Letter string `json:"letter"` // sample size code letter (样本量字码) of the lot, "A" to "R"; the plan may be another letter's
	Size   int64  `json:"size"`   // n: where the lot is not larger, all of it is inspected
	Accept int64  `json:"accept"` // Ac, acceptance number (接收数)
	Reject int64  `json:"reject"` // Re, rejection number (拒收数)
}

// Single returns the plan without the rejection number, for its operating
// characteristic.
func (p StandardPlan) Single() Single { return Single{p.Size, p.Accept} }

// StandardOptions are what [Standard] takes besides; the zero value is general level II,
// normal inspection.
type StandardOptions struct {
	Level    Level    `json:"level,omitzero"`
	Severity Severity `json:"severity,omitzero"`
}

// Standard returns the single plan that MIL-STD-105E (ANSI/ASQ Z1.4-2003, tables I and II-A to
// II-C) has for a lot and an acceptable quality level. aql is in percent, or defects per
// hundred items, and is one of the 26 of the standard: 0.010, 0.015, 0.025, 0.040,
// 0.065, 0.10 and so on to 1000; above 10 it counts defects. The plan under an arrow of the
// table is the one that the arrow leads to, with its own sample size.
//
// ErrInvalid for another aql, a lot below 2, and an unknown level or severity.
func Standard(lot int64, aql money.Ratio, o StandardOptions) (StandardPlan, error) {
	switch {
	case lot < 2:
		return StandardPlan{}, invalid("lot", "%d is below 2", lot)
	case o.Level < 0 || o.Level >= levels:
		return StandardPlan{}, invalid("level", "%d is unknown", int(o.Level))
	case o.Severity < 0 || o.Severity >= severities:
		return StandardPlan{}, invalid("severity", "%d is unknown", int(o.Severity))
	}
	column := -1
	for i, thousandths := range standardAQL {
		if order, err := aql.Cmp(money.Ratio{Num: thousandths, Den: 1000}); err == nil && order == 0 {
			column = i
		}
	}
	if column < 0 {
		return StandardPlan{}, invalid("aql", "%d/%d is not one of the standard's", aql.Num, aql.Den)
	}
	row := int(standardLetters[o.Level][lotRange(lot)]) - 'A'
	if row > 'H'-'A' {
		row-- // there is no letter I,
	}
	if row > 'M'-'A' {
		row-- // and no O
	}
	p := masters[o.Severity].plan(row, column)
	p.Letter = string(standardLetters[o.Level][lotRange(lot)])
	return p, nil
}

// standardAQL holds the acceptable quality levels, in thousandths of a percent.
var standardAQL = [26]int64{10, 15, 25, 40, 65, 100, 150, 250, 400, 650, 1000, 1500, 2500, 4000, 6500, 10_000, 15_000,
	25_000, 40_000, 65_000, 100_000, 150_000, 250_000, 400_000, 650_000, 1_000_000}

// standardLots holds the first lot size of each row of table I, standardLetters its
// columns.
var (
	standardLots    = [15]int64{2, 9, 16, 26, 51, 91, 151, 281, 501, 1201, 3201, 10_001, 35_001, 150_001, 500_001}
	standardLetters = [levels]string{
		GeneralI:   "AABCCDEFGHJKLMN",
		GeneralII:  "ABCDEFGHJKLMNPQ",
		GeneralIII: "BCDEFGHJKLMNPQR",
		SpecialS1:  "AAAABBBBCCCCDDD",
		SpecialS2:  "AAABBBCCCDDDEEE",
		SpecialS3:  "AABBCCDDEEFFGGH",
		SpecialS4:  "AABCCDEEFGGHJJK",
	}
)

func lotRange(lot int64) int {
	i := len(standardLots) - 1
	for standardLots[i] > lot {
		i--
	}
	return i
}
