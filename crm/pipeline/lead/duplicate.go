package lead

import (
	"cmp"
	"slices"
	"strings"

	"github.com/guanxi-go/guanxi/crm/calendar"
	"github.com/guanxi-go/guanxi/crm/finding"
	"github.com/guanxi-go/guanxi/crm/owner"
	"github.com/guanxi-go/guanxi/internal/enum"
)

// Match is somebody known who may be the same as a new lead (查重结果). It holds ids and
// codes only.
type Match struct {
	Customer bool   `json:"customer,omitzero"` // a customer, else a lead
	ID       string `json:"id"`
	Certain  bool   `json:"certain,omitzero"` // the same for sure 确定; else perhaps 疑似
	Code     string `json:"code,omitzero"`    // why, such as phone
}

// Outcome is what became of a submission (捕获结果). The zero value is none.
type Outcome uint8

const (
	Created  Outcome = iota + 1 // a new lead 新建
	Attached                    // an activity of a lead or customer that we know 合并
	Refused                     // nothing; it came too early 拒绝
)

var outcomes = enum.New[Outcome]("outcome", unknown, enum.Names{
	{}, {"created", "新建"}, {"attached", "合并"}, {"refused", "拒绝"},
})

// Valid reports whether o is one of the three.
func (o Outcome) Valid() bool { return outcomes.Valid(o) }

// String returns the code, "" for none and ? for a number that is no outcome.
func (o Outcome) String() string { return outcomes.Code(o) }

// Zh returns the Chinese name, "" for none and ? for a number that is no outcome.
func (o Outcome) Zh() string { return outcomes.Zh(o) }

// MarshalText writes the form of String; a number that is no outcome is ErrInvalid.
func (o Outcome) MarshalText() ([]byte, error) { return outcomes.Marshal(o) }

// UnmarshalText reads what MarshalText writes, and nothing else.
func (o *Outcome) UnmarshalText(text []byte) error { return outcomes.Unmarshal(o, text) }

// Settlement says what duplicates mean for a new lead.
type Settlement struct {
	Outcome  Outcome `json:"outcome"`            // Created or Attached
	To       Match   `json:"to,omitzero"`        // whom it is attached to
	Possible []Match `json:"possible,omitempty"` // whom a created lead may be: to be looked at by a person
}

// Settle decides over the matches of a new lead, in any order (查重判定). It is attached to
// one that is certain: to a customer rather than a lead, then to the least id. Otherwise
// it is created, and possible matches are flagged. ErrInvalid: a match without id.
func Settle(matches []Match) (Settlement, error) {
	sorted := slices.SortedFunc(slices.Values(matches), func(a, b Match) int {
		return cmp.Or(rank(a)-rank(b), strings.Compare(a.ID, b.ID), strings.Compare(a.Code, b.Code))
	})
	out := Settlement{Outcome: Created}
	for i, m := range sorted {
		switch {
		case !validID(m.ID):
			return Settlement{}, refuse(ErrInvalid, codeID, "matches", "")
		case m.Certain && out.Outcome == Created:
			out = Settlement{Outcome: Attached, To: m}
		case !m.Certain && out.Outcome == Created && (i == 0 || sorted[i-1].ID != m.ID || sorted[i-1].Customer != m.Customer):
			out.Possible = append(out.Possible, m)
		}
	}
	return out, nil
}

// rank sorts certain before possible ones, and customers before leads.
func rank(m Match) int {
	n := 0
	if !m.Certain {
		n = 2
	}
	if !m.Customer {
		n++
	}
	return n
}

// Unassigned returns a PIP-UNASSIGNED for each lead of a run of [owner.Router.Assign]
// that nobody gets; they wait in the queue.
func Unassigned(r owner.Routing, asOf calendar.Day) []finding.Finding {
	var found []finding.Finding
	for _, a := range r.Assignments {
		if a.Staff == "" {
			found = append(found, finding.Finding{Code: foundUnassigned, Severity: finding.Warning, Subject: a.Customer,
				AsOf: asOf, Params: []finding.Param{finding.Term("why", a.Refused)}})
		}
	}
	return found
}
