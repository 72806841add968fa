package timeline

import (
	"cmp"
	"slices"
	"time"
)

// Response is how long somebody who turned to us waited for the first answer
// (首次响应).
type Response struct {
	Subject  string    `json:"subject"`
	Contact  string    `json:"contact,omitzero"` // who asked; "" for the customer itself
	Seq      uint64    `json:"seq"`              // of the activity that asked
	Asked    time.Time `json:"asked"`
	Answered time.Time `json:"answered,omitzero"` // zero: not yet
}

// Gap returns the time from question to answer, and false where there is none yet:
// such a wait is censored, not short.
func (r Response) Gap() (time.Duration, bool) {
	if r.Answered.IsZero() {
		return 0, false
	}
	return r.Answered.Sub(r.Asked), true
}

// Responses returns every wait of t, ordered by (Asked, Subject, Seq). A wait
// begins when a person turns to us and no earlier wait of the same person is open;
// it ends with the next outbound contact with that person that was not left
// unanswered, or with an inbound one that was two-way. An inbound contact that was
// two-way itself is a wait of zero. Time is counted by the clock, nights included.
func (t *Timeline) Responses() []Response {
	var list []Response
	open := map[person]int{} // index in list
	for _, a := range t.all {
		who := person{a.Subject, a.Contact}
		i, waiting := open[who]
		asks := a.Direction == Inbound
		answers := a.Direction == Outbound && a.Outcome != NoAnswer || asks && a.Outcome.TwoWay()
		if asks && !waiting {
			i, waiting = len(list), true
			open[who] = i
			list = append(list, Response{Subject: a.Subject, Contact: a.Contact, Seq: a.Seq, Asked: a.At})
		}
		if answers && waiting {
			list[i].Answered = a.At
			delete(open, who)
		}
	}
	slices.SortFunc(list, func(a, b Response) int {
		return cmp.Or(a.Asked.Compare(b.Asked), cmp.Compare(a.Subject, b.Subject), cmp.Compare(a.Seq, b.Seq))
	})
	return list
}
