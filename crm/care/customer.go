package care

import (
	"fmt"
	"log/slog"
	"time"

	"github.com/guanxi-go/guanxi/crm/calendar"
	"github.com/guanxi-go/guanxi/crm/calendar/lunar"
	"github.com/guanxi-go/guanxi/internal/limit"
)

// MonthDay is a day of the year without the year (月日): a birthday. The zero value is
// none. As text, and so in JSON, it is MM-DD and the zero value is empty.
type MonthDay struct {
	Month time.Month
	Day   int
}

// MonthDayOf returns the month and day of a date.
func MonthDayOf(d calendar.Day) MonthDay {
	_, month, day := d.Date()
	return MonthDay{month, day}
}

// Valid reports whether m is a day of some year: 29 February is, 30 February is not.
func (m MonthDay) Valid() bool {
	_, err := calendar.Date(2000, m.Month, m.Day)
	return err == nil
}

// In returns the day in a year; leap says which it is for 29 February in a common year.
// It is the zero Day where m is not valid, or the year not of 1 to 9999.
func (m MonthDay) In(year int, leap LeapDay) calendar.Day {
	if day, err := calendar.Date(year, m.Month, m.Day); err == nil {
		return day
	}
	last, err := calendar.Date(year, time.February, 28)
	if err != nil || m != (MonthDay{time.February, 29}) {
		return 0
	}
	return last + calendar.Day(leap)
}

// MarshalText writes MM-DD, or nothing for the zero value; any other day that is not
// valid is ErrInvalid.
func (m MonthDay) MarshalText() ([]byte, error) {
	if m == (MonthDay{}) {
		return nil, nil
	}
	if !m.Valid() {
		return nil, refuse(ErrInvalid, codeDay, "birthday", -1, "")
	}
	return fmt.Appendf(nil, "%02d-%02d", int(m.Month), m.Day), nil
}

// UnmarshalText reads what MarshalText writes, and nothing else.
func (m *MonthDay) UnmarshalText(text []byte) error {
	if len(text) == 0 {
		*m = MonthDay{}
		return nil
	}
	day, ok := calendar.ParseISO("2000-" + string(text))
	if !ok {
		return refuse(ErrInvalid, codeDay, "birthday", -1, "")
	}
	*m = MonthDayOf(day)
	return nil
}

// LogValue shows nothing: it may be somebody's birthday.
func (m MonthDay) LogValue() slog.Value { return slog.StringValue("**-**") }

// Event is something that happened to a customer: a contract signed, a machine
// delivered.
type Event struct {
	Code string       `json:"code"` // of the host's list
	On   calendar.Day `json:"on"`
}

// Customer is what a plan goes by. Birthday and Lunar are personal.
type Customer struct {
	ID         string         `json:"id"`
	Class      string         `json:"class,omitzero"`
	Birthday   MonthDay       `json:"birthday,omitzero"`
	Lunar      lunar.MonthDay `json:"lunar,omitzero"` // the birthday by the Chinese calendar; the zero value for none
	Events     []Event        `json:"events,omitempty"`
	Since      calendar.Day   `json:"since,omitzero"`       // became a customer
	LastAction calendar.Day   `json:"last_action,omitzero"` // the last one that counts; zero for none

	OptedOut      bool `json:"opted_out,omitzero"`      // does not want to be cared for
	ComplaintOpen bool `json:"complaint_open,omitzero"` // has a complaint that is not closed
}

// LogValue shows the id and the class.
func (c Customer) LogValue() slog.Value {
	return slog.GroupValue(slog.String("id", c.ID), slog.String("class", c.Class))
}

func (c Customer) check(bad *problems, item int) {
	bad.check(validID(c.ID), codeID, "customers.id", item)
	bad.check(limit.Text(c.Class, 0, limit.ID), codeID, "customers.class", item)
	bad.check(c.Birthday == MonthDay{} || c.Birthday.Valid(), codeDay, "customers.birthday", item)
	bad.check(c.Lunar == lunar.MonthDay{} || c.Lunar.Valid(), codeDay, "customers.lunar", item)
	bad.check(c.Since.IsZero() || c.Since.Valid(), codeDay, "customers.since", item)
	bad.check(c.LastAction.IsZero() || c.LastAction.Valid(), codeDay, "customers.last_action", item)
	for _, e := range c.Events {
		bad.check(limit.IsCode(e.Code), codeCode, "customers.events", item)
		bad.check(e.On.Valid(), codeDay, "customers.events", item)
	}
}
