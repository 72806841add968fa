package approval

import (
	"time"

	"github.com/guanxi-go/guanxi/crm/calendar"
	"github.com/guanxi-go/guanxi/crm/finding"
)

// Findings returns an APR-OVERDUE about the step whose time is up at an instant, with
// the request as subject, and nothing otherwise. zone says on which day the instants
// lie.
func (i Instance) Findings(at time.Time, zone *time.Location) []finding.Finding {
	n := i.current()
	if n < 0 || !i.Places[n].overdue(at) {
		return nil
	}
	var people []string
	for _, s := range i.Waiting() {
		people = append(people, s.Person)
	}
	return []finding.Finding{{Code: foundOverdue, Severity: finding.Breach, Subject: i.Request.ID, AsOf: calendar.DayOf(at, zone),
		Params: []finding.Param{finding.Str("step", i.Places[n].Step.ID), finding.Str("people", joinIDs(people)),
			finding.Str("due", i.Places[n].Due.In(zone).Format("2006-01-02 15:04"))}}}
}
