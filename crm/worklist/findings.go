package worklist

import (
	"strings"
	"time"

	"github.com/guanxi-go/guanxi/crm/calendar"
	"github.com/guanxi-go/guanxi/crm/finding"
)

// Catalogue returns the sentences of the findings of this package, DAY- and more.
func Catalogue() finding.Catalogue {
	return finding.Catalogue{
		"DAY-APPOINTMENT": {En: "appointment at {due}", Zh: "{due} 有日程"},
		"DAY-FOLLOW-UP":   {En: "{urgency}: follow-up agreed for {due}", Zh: "{urgency}：约定 {due} 跟进"},
		"DAY-NEW-LEAD":    {En: "{urgency}: new since {due}, and not taken up", Zh: "{urgency}：{due} 新到的线索，尚未跟进"},
		"DAY-CARE":        {En: "{urgency}: care planned for {due}", Zh: "{urgency}：计划 {due} 做客户关怀"},
		"DAY-REMIND":      {En: "{urgency}: reminder of {due}", Zh: "{urgency}：{due} 的提醒"},
		"DAY-OWED":        {En: "{urgency}: the rules ask for an action by {due}", Zh: "{urgency}：按制度至迟 {due} 应有一次行动"},
		"DAY-CLOSE":       {En: "{urgency}: expected to be closed by {due}", Zh: "{urgency}：预计 {due} 成交"},
		"DAY-DECIDE":      {En: "{urgency}: a request waits for a decision until {due}", Zh: "{urgency}：有待审批事项，限 {due}"},
		"DAY-WAITING":     {En: "{urgency}: a request waits for a decision", Zh: "{urgency}：有待审批事项"},
		"DAY-EXPIRE":      {En: "{urgency}: an offer is good until {due}", Zh: "{urgency}：报价有效至 {due}"},
		"DAY-RECYCLE":     {En: "{urgency}: goes back to the pool at {due}", Zh: "{urgency}：{due} 将被回收到公海"},
		"DAY-COLLECT":     {En: "{urgency}: {amount} should have been paid before {due}", Zh: "{urgency}：{amount} 应在 {due} 前收回"},
		"DAY-SUBMIT":      {En: "{urgency}: a bid is to be handed in by {due}", Zh: "{urgency}：递交投标文件的期限为 {due}"},
		"DAY-RESPOND":     {En: "{urgency}: requirements of a tender are to be answered by {due}", Zh: "{urgency}：须在 {due} 前响应招标要求"},
		"DAY-STUCK":       {En: "{urgency}: {days} days in its stage", Zh: "{urgency}：在本阶段已 {days} 天"},
		"DAY-INVALID":     {En: "{field} of the day's list is not valid", Zh: "今日工作的 {field} 无效"},
		"DAY-SILENT":      {En: "{urgency}: no action that counts for {days} days", Zh: "{urgency}：已 {days} 天没有有效行动"},
	}
}

var codes = [...]string{
	Appointment: "DAY-APPOINTMENT", FollowUp: "DAY-FOLLOW-UP", Remind: "DAY-REMIND", Owed: "DAY-OWED", Close: "DAY-CLOSE", Decide: "DAY-DECIDE",
	Expire: "DAY-EXPIRE", Recycle: "DAY-RECYCLE", Collect: "DAY-COLLECT", Stuck: "DAY-STUCK", Silent: "DAY-SILENT", NewLead: "DAY-NEW-LEAD",
	Submit: "DAY-SUBMIT", Respond: "DAY-RESPOND",
	Care: "DAY-CARE",
}

// Findings returns why a task is on the list of a day, as findings with the codes of
// [Catalogue], the most urgent first. Instants are shown in the zone. The task is one
// that [Plan] made; its subject is the task's id.
func (d Day) Findings(t Task, zone *time.Location) []finding.Finding {
	today := span{d.Today.Start(zone), (d.Today + 1).Start(zone)}
	found := make([]finding.Finding, len(t.Causes))
	for i, c := range t.Causes {
		u := today.urgency(c)
		params := []finding.Param{{Name: "urgency", Value: strings.ReplaceAll(u.String(), "-", " "), Zh: u.Zh()}}
		if !c.Due.IsZero() {
			params = append(params, finding.Str("due", c.shown(zone)))
		}
		switch c.Reason {
		case Stuck, Silent:
			params = append(params, finding.Int("days", int64(c.Days)))
		case Collect:
			params = append(params, finding.Term("amount", c.Amount))
		}
		code := codes[c.Reason]
		if c.Due.IsZero() && c.Reason == Decide {
			code = "DAY-WAITING"
		}
		found[i] = finding.Finding{Code: code, Severity: severity(u), Subject: t.ID, AsOf: d.Today, Params: params}
	}
	return found
}

// shown writes when a cause is due as people read it: the first instant of a day as
// that day, or as the day before where it is the end of the time there is.
func (c Cause) shown(zone *time.Location) string {
	day := calendar.DayOf(c.Due, zone)
	if !day.Start(zone).Equal(c.Due) {
		return c.Due.In(zone).Format("2006-01-02 15:04")
	}
	switch c.Reason {
	case Owed, Close, Expire, Decide, Submit:
		day--
	}
	return day.String()
}

func severity(u Urgency) finding.Severity {
	switch u {
	case EndsToday, Overdue, ToCollect:
		return finding.Warning
	case DueToday, Stalled:
		return finding.Notice
	}
	return finding.Info
}
