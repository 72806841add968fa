package main

import (
	"strconv"

	"github.com/guanxi-go/guanxi/crm"
	"github.com/guanxi-go/guanxi/crm/finding"
	"github.com/guanxi-go/guanxi/crm/worklist"
)

// showDay prints what who asks has to do today, in the order in which to do it.
type showDay struct{ event }

func (a *showDay) play(r *replay) error {
	day, err := r.Worklists.Day(r.ctx, r.actor, a.Who, crm.DayOptions{})
	if err != nil {
		return err
	}
	if err := r.title("HEAD-DAY"); err != nil {
		return err
	}
	for _, part := range []struct {
		head  string
		tasks []worklist.Task
	}{{"HEAD-DIARY", day.Diary}, {"HEAD-TASKS", day.Tasks}} {
		if err := r.head(part.head, len(part.tasks)); err != nil {
			return err
		}
		for i, task := range part.tasks {
			r.print(2, strconv.Itoa(i+1)+". "+r.thing(crm.Kind(task.Kind), task.ID).text(r.in))
			for _, f := range day.Findings(task, shanghai) {
				f.Subject = "" // said in the line above
				if err := r.findings(4, worklist.Catalogue(), []finding.Finding{f}); err != nil {
					return err
				}
			}
		}
	}
	r.gap()
	return nil
}

// title writes the head of what is shown, with the day and who asks.
func (r *replay) title(code string, params ...finding.Param) error {
	text, err := r.sentence(code, append(params, finding.Term("who", r.colleague(r.event.Who)))...)
	if err != nil {
		return err
	}
	r.gap()
	r.print(0, "== "+r.event.At.String()+"  "+text)
	return nil
}

// head writes the head of a part of n lines, and says so where there are none.
func (r *replay) head(code string, n int) error {
	text, err := r.sentence(code)
	if err == nil && n == 0 {
		text, err = r.sentence("HEAD-NONE", finding.Str("head", text))
	}
	if err == nil {
		r.print(1, text)
	}
	return err
}
