package cadence

import (
	"cmp"
	"strconv"
	"strings"
	"time"

	"github.com/guanxi-go/guanxi/crm/calendar"
	"github.com/guanxi-go/guanxi/crm/finding"
)

// Finding is one breach of a rule, or one sign of a made-up record (考核发现). Its owner,
// unit and policy are those of the instant just before DueAt. It holds ids, codes,
// counts and instants.
type Finding struct {
	Code    string       `json:"code"`            // CAD-L1, CAD-A1, ... see [Catalogue]
	Rule    Rule         `json:"rule,omitzero"`   // that was broken
	Kind    Kind         `json:"kind,omitzero"`   // of the record; none where Subject is a person
	Subject string       `json:"subject"`         // id of the person or record
	Owner   string       `json:"owner,omitzero"`  // id of who owes it, or is to hear of it
	Unit    string       `json:"unit,omitzero"`   // of the owner
	Policy  string       `json:"policy,omitzero"` // id
	Version int          `json:"version,omitzero"`
	Due     calendar.Day `json:"due"`              // the last day on which it could still be done
	DueAt   time.Time    `json:"due_at"`           // the end of that day
	FoundAt time.Time    `json:"found_at"`         // from when on it is known; never before DueAt
	Owed    int          `json:"owed"`             // log-ins, days or actions
	Done    int          `json:"done"`             // of them
	Step    int          `json:"step,omitzero"`    // how many in a row with this one
	Fields  []string     `json:"fields,omitempty"` // what is missing in a record of an action; where a policy is looser
	// Key is code|subject|start of the window: the same finding has it in every run, so
	// that a host keeps one of each.
	Key string `json:"key"`
}

// Finding returns f as one of package finding, as of its day Due, with owner,
// unit, policy and key among its parameters.
func (f Finding) Finding() finding.Finding {
	return finding.Finding{Code: f.Code, Severity: severityOf(f.Code), Subject: f.Subject, AsOf: f.Due, Params: []finding.Param{
		finding.Term("rule", f.Rule), finding.Str("owner", f.Owner), finding.Str("unit", f.Unit),
		finding.Str("policy", f.Policy), finding.Int("version", int64(f.Version)), finding.Day("due", f.Due),
		finding.Str("due_at", f.DueAt.Format(time.RFC3339)), finding.Str("found_at", f.FoundAt.Format(time.RFC3339)),
		finding.Int("owed", int64(f.Owed)), finding.Int("done", int64(f.Done)), finding.Int("step", int64(f.Step)),
		f.fieldsParam(), finding.Str("key", f.Key),
	}}
}

// Text returns the sentence of f in a language.
func (f Finding) Text(in finding.Language) string {
	text, err := catalogue.Render(f.Finding(), in)
	if err != nil {
		return f.Code
	}
	return text
}

// fieldsParam words the fields in both languages.
func (f Finding) fieldsParam() finding.Param {
	zh := make([]string, len(f.Fields))
	for i, name := range f.Fields {
		if zh[i] = fieldsZh(name); zh[i] == "" {
			zh[i] = name
		}
	}
	p := finding.Str("fields", strings.Join(f.Fields, ", "))
	if len(zh) > 0 {
		p.Zh = strings.Join(zh, "、")
	}
	return p
}

func fieldsZh(name string) string {
	switch name {
	case "purpose":
		return "目的"
	case "outcome":
		return "结果"
	case "next_step":
		return "下一步"
	case "contact":
		return "联系人"
	case "note":
		return "内容"
	}
	return ""
}

// seal fills in what follows from the rest: the day in a zone, and the key.
func (f *Finding) seal(zone *time.Location, window string) {
	if f.Due == 0 {
		f.Due = calendar.DayOf(f.DueAt, zone)
	}
	f.Key = f.Code + "|" + subjectKey(f.Kind, f.Subject) + "|" + window
}

func compareFindings(a, b Finding) int { return orderFindings(&a, &b) }

func orderFindings(a, b *Finding) int {
	if c := a.DueAt.Compare(b.DueAt); c != 0 {
		return c
	}
	if c := cmp.Compare(a.Code, b.Code); c != 0 {
		return c
	}
	return cmp.Or(cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.Subject, b.Subject), cmp.Compare(a.Key, b.Key))
}

// monthKey returns the key of a calendar month, such as 2026-07, which no day has.
func monthKey(year, month int) string {
	text := strconv.Itoa(month)
	if month < 10 {
		text = "0" + text
	}
	return strconv.Itoa(year) + "-" + text
}
