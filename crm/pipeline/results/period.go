package results

import (
	"time"

	"github.com/guanxi-go/guanxi/crm/calendar"
)

// Period is the days from From up to To, without To, by the clocks of Zone (统计期间).
type Period struct {
	From calendar.Day   `json:"from"`
	To   calendar.Day   `json:"to"`
	Zone *time.Location `json:"-"`
}

// Year returns the period of a calendar year (年度). A year other than 1 to 9998 has none, and
// the period is not valid.
func Year(year int, zone *time.Location) Period {
	from, err := calendar.Date(year, time.January, 1)
	if err != nil {
		return Period{}
	}
	return Period{From: from, To: from.AddMonths(12), Zone: zone}
}

// Validate returns an *[Error] where the period has no days, or one that is no date, or no zone.
func (p Period) Validate() error {
	if !p.From.Valid() || !p.To.Valid() || p.From >= p.To || p.Zone == nil {
		return refuse(ErrInvalid, codePeriod, "period", -1)
	}
	return nil
}

// Days returns the number of days of the period.
func (p Period) Days() int { return p.To.Sub(p.From) }

// LastYear returns the period of the year before that this one is compared with, by
// [calendar.SamePeriodLastYear]: January and February of 2025 face sixty days of 2024.
func (p Period) LastYear() (Period, error) {
	if err := p.Validate(); err != nil {
		return Period{}, err
	}
	from, to, err := calendar.SamePeriodLastYear(p.From, p.To)
	if err != nil {
		return Period{}, refuse(ErrInvalid, codePeriod, "period", -1)
	}
	return Period{From: from, To: to, Zone: p.Zone}, nil
}

// instants are the period as instants, the second without itself.
func (p Period) instants() (from, to time.Time) { return p.From.Start(p.Zone), p.To.Start(p.Zone) }
