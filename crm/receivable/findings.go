package receivable

import (
	"github.com/guanxi-go/guanxi/crm/calendar"
	"github.com/guanxi-go/guanxi/crm/finding"
	"github.com/guanxi-go/guanxi/crm/money"
)

// Finding returns a RCV-DUNNING about the instalment.
func (f Firing) Finding(debt Debt, currency money.Currency, asOf calendar.Day) finding.Finding {
	return finding.Finding{Code: foundDunning, Severity: finding.Notice, Subject: debt.ID, AsOf: asOf, Params: []finding.Param{
		finding.Int("step", int64(f.Step)), finding.Term("to", f.To), finding.Term("amount", money.Amount{Minor: f.Minor, Currency: currency}),
		finding.Day("due", debt.Due)}}
}

// Findings returns an RCV-OVERDUE about the customer where something is overdue.
func (a Ageing) Findings(currency money.Currency) []finding.Finding {
	if a.Overdue().Minor == 0 {
		return nil
	}
	return []finding.Finding{{Code: foundOverdue, Severity: finding.Warning, Subject: a.Customer, AsOf: a.AsOf, Params: []finding.Param{
		finding.Term("amount", money.Amount{Minor: a.Overdue().Minor, Currency: currency}), finding.Int("days", int64(a.AsOf.Sub(a.Oldest)))}}}
}
