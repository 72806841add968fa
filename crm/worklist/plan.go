package worklist

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"github.com/guanxi-go/guanxi/crm/calendar"
	"github.com/guanxi-go/guanxi/crm/money"
)

// Cause is one reason to deal with a thing.
type Cause struct {
	Reason Reason `json:"reason"`
	// Due is when it has to be done, or is lost; the start of an appointment; the first
	// instant at which money is late. Of Owed, Close, Expire, Recycle, Decide and Submit it
	// is the end of the time there is: what they have a whole day for ends with the first
	// instant of the next. It is needed but for Stuck, Silent, and a Decide without a term,
	// which is due every day.
	Due time.Time `json:"due,omitzero"`
	// Days says how long a thing has been Stuck or Silent.
	Days int `json:"days,omitzero"`
	// Ref is the id of what is behind it: the reminder, appointment, instalment,
	// request or quote. "" where that is the thing itself.
	Ref string `json:"ref,omitzero"`
	// Amount is what is to be collected.
	Amount money.Amount `json:"amount,omitzero"`
}

// Item is a thing with causes to deal with it.
type Item struct {
	Kind     string       `json:"kind"` // as "lead": with ID it names the thing
	ID       string       `json:"id"`
	Customer string       `json:"customer,omitzero"` // id of the customer concerned
	Value    money.Amount `json:"value,omitzero"`    // what is at stake: a deal's amount, a debt
	Causes   []Cause      `json:"causes"`
}

// Task is an item in its place.
type Task struct {
	Item
	Urgency Urgency `json:"urgency"`
}

// Day is what a colleague has to do on a day.
type Day struct {
	Today calendar.Day `json:"today"`
	Diary []Task       `json:"diary,omitempty"` // appointments of today, by their hour
	Tasks []Task       `json:"tasks,omitempty"` // all else, the most urgent first
}

// Plan sorts what there is to do at an instant; the zone says where today begins and
// ends. Items of the same kind and id become one task with all causes, in the order
// of the package comment, and with the first value and customer given. An appointment
// before today that nobody has closed is overdue, one after today ahead; of a thing
// that has other causes too, it stands in the diary and in the list.
//
// ErrInvalid: no instant or zone, an item without kind, id or causes, an unknown
// reason, a cause without the instant that it needs.
func Plan(items []Item, now time.Time, zone *time.Location) (Day, error) {
	if now.IsZero() || zone == nil {
		return Day{}, &Error{Field: "now", Reason: "and a zone are needed", Err: ErrInvalid}
	}
	day := Day{Today: calendar.DayOf(now, zone)}
	today := span{day.Today.Start(zone), (day.Today + 1).Start(zone)}
	tasks, err := gather(items)
	if err != nil {
		return Day{}, err
	}
	for _, t := range tasks {
		fixed, other := split(t.Causes, today)
		if len(fixed) > 0 {
			day.Diary = append(day.Diary, Task{Item{t.Kind, t.ID, t.Customer, t.Value, fixed}, DueToday})
		}
		if len(other) > 0 {
			slices.SortStableFunc(other, func(a, b Cause) int { return compareCauses(a, b, today) })
			t.Causes, t.Urgency = other, today.urgency(other[0])
			day.Tasks = append(day.Tasks, t)
		}
	}
	slices.SortFunc(day.Diary, func(a, b Task) int {
		return cmp.Or(a.Causes[0].Due.Compare(b.Causes[0].Due), compareIDs(a, b))
	})
	slices.SortFunc(day.Tasks, func(a, b Task) int {
		if a.Urgency != b.Urgency {
			return cmp.Compare(a.Urgency, b.Urgency)
		}
		if c := compareWithin(a.Urgency, &a.Causes[0], &b.Causes[0]); c != 0 {
			return c
		}
		return cmp.Or(compareValues(a.Value, b.Value), compareIDs(a, b))
	})
	return day, nil
}

// gather makes one task of the items with the same kind and id.
func gather(items []Item) ([]Task, error) {
	tasks := make([]Task, 0, len(items))
	place := make(map[[2]string]int, len(items))
	for i := range items {
		it := &items[i]
		if err := it.check(); err != nil {
			return nil, err
		}
		key := [2]string{it.Kind, it.ID}
		at, known := place[key]
		if !known {
			at = len(tasks)
			place[key] = at
			tasks = append(tasks, Task{Item: Item{Kind: it.Kind, ID: it.ID}})
		}
		t := &tasks[at]
		t.Causes = append(t.Causes, it.Causes...)
		if t.Customer == "" {
			t.Customer = it.Customer
		}
		if t.Value == (money.Amount{}) {
			t.Value = it.Value
		}
	}
	return tasks, nil
}

func (it *Item) check() error {
	refuse := func(reason string) error {
		return &Error{Field: "items", ID: it.Kind + "/" + it.ID, Reason: reason, Err: ErrInvalid}
	}
	if it.Kind == "" || it.ID == "" || len(it.Causes) == 0 {
		return refuse("has no kind, no id or no cause")
	}
	for _, c := range it.Causes {
		if !c.Reason.Valid() {
			return refuse("has a cause of an unknown reason")
		}
		if c.Due.IsZero() && c.Reason != Stuck && c.Reason != Silent && c.Reason != Decide {
			return refuse("has a cause without the instant at which it is due")
		}
		if c.Days < 0 {
			return refuse("has a cause of less than 0 days")
		}
	}
	return nil
}

// span is a day, from its first instant to that of the next.
type span struct{ from, until time.Time }

// split takes today's appointments out of the causes.
func split(causes []Cause, today span) (fixed, other []Cause) {
	for _, c := range causes {
		if c.Reason == Appointment && !c.Due.Before(today.from) && c.Due.Before(today.until) {
			fixed = append(fixed, c)
		} else {
			other = append(other, c)
		}
	}
	slices.SortStableFunc(fixed, func(a, b Cause) int { return a.Due.Compare(b.Due) })
	return fixed, other
}

// urgency says how urgent a cause is today. Time that ends with a day ends at the first
// instant of the next, so what ended with today's first instant was yesterday's.
func (s span) urgency(c Cause) Urgency {
	switch c.Reason {
	case Collect:
		if c.Due.Before(s.until) {
			return ToCollect
		}
		return Ahead
	case Stuck, Silent:
		return Stalled
	case Expire, Recycle, Decide, Submit:
		switch {
		case c.Due.IsZero():
			return DueToday
		case !c.Due.After(s.from) && (c.Reason == Decide || c.Reason == Submit):
			return Overdue
		case !c.Due.After(s.until):
			return EndsToday
		}
		return Ahead
	case Owed, Close:
		switch {
		case !c.Due.After(s.from):
			return Overdue
		case !c.Due.After(s.until):
			return DueToday
		}
		return Ahead
	}
	switch {
	case c.Due.Before(s.from):
		return Overdue
	case c.Due.Before(s.until):
		return DueToday
	}
	return Ahead
}

// compareCauses orders by urgency, then as the urgency asks for.
func compareCauses(a, b Cause, today span) int {
	u, v := today.urgency(a), today.urgency(b)
	if u != v {
		return cmp.Compare(u, v)
	}
	return compareWithin(u, &a, &b)
}

// compareWithin orders causes of one urgency.
func compareWithin(u Urgency, a, b *Cause) int {
	switch u {
	case ToCollect:
		return cmp.Or(compareValues(a.Amount, b.Amount), a.Due.Compare(b.Due), cmp.Compare(a.Ref, b.Ref))
	case Stalled:
		return 0 // by value, then id
	}
	if c := a.Due.Compare(b.Due); c != 0 {
		return c
	}
	return cmp.Or(cmp.Compare(a.Reason, b.Reason), cmp.Compare(a.Ref, b.Ref))
}

// compareValues puts the larger amount first, those of one currency together, and
// nothing last.
func compareValues(a, b money.Amount) int {
	if x, y := a == (money.Amount{}), b == (money.Amount{}); x || y {
		return cmp.Compare(btoi(x), btoi(y))
	}
	return cmp.Or(cmp.Compare(a.Currency, b.Currency), cmp.Compare(b.Minor, a.Minor))
}

func compareIDs(a, b Task) int {
	return cmp.Or(strings.Compare(a.Kind, b.Kind), strings.Compare(a.ID, b.ID))
}

func btoi(b bool) int {
	if b {
		return 1
	}
	return 0
}
