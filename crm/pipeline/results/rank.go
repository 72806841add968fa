package results

import (
	"cmp"
	"slices"

	"github.com/shopspring/decimal"

	"github.com/guanxi-go/guanxi/internal/enum"
)

// Row is somebody's figure.
type Row struct {
	ID    string          `json:"id"`
	Value decimal.Decimal `json:"value"`
}

// Ranked is a row with its rank, from 1.
type Ranked struct {
	Rank int `json:"rank"`
	Row
}

// Ties says how rows of one value are ranked (并列规则). The zero value is Competition.
type Ties uint8

const (
	Competition Ties = iota // 1, 2, 2, 4 并列占位
	Dense                   // 1, 2, 2, 3 并列不占位
	Ordinal                 // 1, 2, 3, 4, ties by id 依次
)

var ties = enum.New[Ties]("ties", unknown, enum.Names{
	{"competition", "并列占位"}, {"dense", "并列不占位"}, {"ordinal", "依次"},
})

// Valid reports whether t is one of the three.
func (t Ties) Valid() bool { return ties.Valid(t) }

// String returns the code, and ? for a number that is no rule.
func (t Ties) String() string { return ties.Code(t) }

// Zh returns the Chinese name, and ? for a number that is no rule.
func (t Ties) Zh() string { return ties.Zh(t) }

// MarshalText writes the form of String; a number that is no rule is ErrInvalid.
func (t Ties) MarshalText() ([]byte, error) { return ties.Marshal(t) }

// UnmarshalText reads what MarshalText writes, and nothing else.
func (t *Ties) UnmarshalText(text []byte) error { return ties.Unmarshal(t, text) }

// Options are the choices of a leaderboard. The zero value is the default.
type Options struct {
	Ties Ties `json:"ties,omitzero"`
	// Top leaves out what ranks lower; who ties with the last stays, but with Ordinal,
	// which parts ties. 0 is everybody.
	Top int `json:"top,omitzero"`
}

// Rank makes a leaderboard (销售排行榜): the highest first, ties by id. Values are equal
// where they are the same number, 1.0 and 1.00.
//
// ErrDuplicate, with the place of the row: an id given twice. ErrInvalid: a row without
// id, an unknown rule for ties, a Top below 0.
func Rank(rows []Row, opts Options) ([]Ranked, error) {
	switch {
	case !opts.Ties.Valid():
		return nil, refuse(ErrInvalid, codeUnknown, "ties", -1)
	case opts.Top < 0:
		return nil, refuse(ErrInvalid, codeTop, "top", -1)
	}
	seen := make(map[string]bool, len(rows))
	board := make([]Ranked, len(rows))
	for i, r := range rows {
		if r.ID == "" {
			return nil, refuse(ErrInvalid, codeID, "rows", i)
		}
		if seen[r.ID] {
			return nil, refuse(ErrDuplicate, codeRepeated, "rows", i)
		}
		seen[r.ID] = true
		board[i].Row = r
	}
	slices.SortFunc(board, func(a, b Ranked) int { return cmp.Or(b.Value.Cmp(a.Value), cmp.Compare(a.ID, b.ID)) })
	for i := range board {
		tied := i > 0 && board[i].Value.Equal(board[i-1].Value)
		switch {
		case opts.Ties != Ordinal && tied:
			board[i].Rank = board[i-1].Rank
		case opts.Ties == Dense && i > 0:
			board[i].Rank = board[i-1].Rank + 1
		default:
			board[i].Rank = i + 1
		}
		if opts.Top > 0 && i >= opts.Top && !(tied && opts.Ties != Ordinal) {
			return board[:i], nil
		}
	}
	return board, nil
}
