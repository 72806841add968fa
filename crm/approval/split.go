package approval

import (
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/guanxi-go/guanxi/crm/calendar"
	"github.com/guanxi-go/guanxi/crm/finding"
	"github.com/guanxi-go/guanxi/crm/money"
)

// Commitment is an earlier request as the split guard sees it. The host gives those
// that were approved or still run, and leaves out what was rejected or withdrawn.
type Commitment struct {
	ID           string       `json:"id"`
	Initiator    string       `json:"initiator"`
	Matter       string       `json:"matter"`
	Counterparty string       `json:"counterparty,omitzero"`
	Amount       money.Amount `json:"amount"`
	At           time.Time    `json:"at"` // when it was submitted
}

// Split says that requests belong together and need a higher level as one (拆单).
type Split struct {
	IDs    []string      `json:"ids"` // of all requests of the window, the one asked about too; by instant, then by id
	Sum    money.Amount  `json:"sum"`
	Level  Level         `json:"level"`  // that decides the sum
	Window time.Duration `json:"window"` // of the guide
}

// Finding returns the split as APR-SPLIT with the request as subject.
func (s Split) Finding(request string, asOf calendar.Day) finding.Finding {
	days := strconv.FormatFloat(s.Window.Hours()/24, 'f', -1, 64)
	return finding.Finding{Code: foundSplit, Severity: finding.Warning, Subject: request, AsOf: asOf, Params: []finding.Param{
		finding.Int("count", int64(len(s.IDs))), finding.Str("days", days), finding.Term("sum", s.Sum),
		{Name: "level", Value: s.Level.String(), Zh: s.Level.zh()}, finding.Str("ids", joinIDs(s.IDs))}}
}

// CheckSplit takes a request of the instant at together with those of the same
// initiator, matter, counterparty and currency in (at - window, at], and reports
// whether their sum needs a higher level than the request alone (拆单). The request
// itself may stand in history: it is counted once, with the amount that it has now.
// The order of history does not matter.
//
// Errors are those of [Guide.Resolve]; besides ErrInvalid for an amount below 0 in
// history, ErrDuplicate for an id that stands there twice in the window, ErrOverflow
// for a sum beyond 64 bits.
func (g *Guide) CheckSplit(r Request, at time.Time, history []Commitment) (Split, bool, error) {
	q := Query{Matter: r.matter(), Unit: r.Unit, Amount: r.Amount, At: at}
	table, alone, err := g.find(q)
	if err != nil {
		return Split{}, false, err
	}
	together, sum, err := g.within(r, at, history)
	if err != nil {
		return Split{}, false, err
	}
	q.Amount.Minor = sum
	_, band, err := g.find(q)
	if err != nil || band == alone {
		return Split{}, false, err
	}
	s := Split{Sum: q.Amount, Level: g.level(table.Bands[band].Level), Window: g.window}
	for _, c := range together {
		s.IDs = append(s.IDs, c.ID)
	}
	return s, true, nil
}

// within returns the commitments of the window with the request's own, and their sum.
func (g *Guide) within(r Request, at time.Time, history []Commitment) (together []Commitment, sum int64, err error) {
	own := Commitment{ID: r.ID, Initiator: r.Initiator, Matter: r.matter(), Counterparty: r.Counterparty, Amount: r.Amount, At: at}
	from := at.Add(-g.window)
	for _, c := range history {
		if c.Initiator == own.Initiator && c.Matter == own.Matter && c.Counterparty == own.Counterparty && c.ID != own.ID &&
			c.Amount.Currency == own.Amount.Currency && c.At.After(from) && !c.At.After(at) {
			together = append(together, c)
		}
	}
	together = append(together, own)
	slices.SortFunc(together, func(a, b Commitment) int {
		if c := a.At.Compare(b.At); c != 0 {
			return c
		}
		return strings.Compare(a.ID, b.ID)
	})
	seen := make(map[string]bool, len(together))
	for _, c := range together {
		switch {
		case c.Amount.Minor < 0:
			return nil, 0, refuseID(ErrInvalid, codeNegative, "history", c.ID)
		case seen[c.ID]:
			return nil, 0, refuseID(ErrDuplicate, codeRepeated, "history", c.ID)
		case sum > math.MaxInt64-c.Amount.Minor:
			return nil, 0, refuseID(ErrOverflow, codeOverflow, "history", c.ID)
		}
		seen[c.ID] = true
		sum += c.Amount.Minor
	}
	return together, sum, nil
}
