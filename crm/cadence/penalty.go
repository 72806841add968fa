package cadence

import (
	"cmp"
	"slices"
	"strconv"
	"time"

	"github.com/guanxi-go/guanxi/crm/calendar"
	"github.com/guanxi-go/guanxi/crm/money"
)

// Fine is one line of the journal of penalties (处罚台账): that one was proposed, or moved
// on. Reason is free text and may be personal; all else are ids, codes, amounts and
// instants.
type Fine struct {
	// Key is policy|version|key of the finding: a finding is punished once under a
	// version.
	Key     string       `json:"key"`
	State   PenaltyState `json:"state"` // that it came into
	Person  string       `json:"person"`
	Unit    string       `json:"unit,omitzero"`
	Code    string       `json:"code"` // of the finding
	Policy  string       `json:"policy"`
	Version int          `json:"version"`
	On      calendar.Day `json:"on"`  // the finding's Due; its month is the month of the penalty
	Nth     int          `json:"nth"` // finding of this code, person and month
	Amount  money.Amount `json:"amount"`
	Actor   string       `json:"actor"` // id of who did it; of a proposal, of the rule that did
	At      time.Time    `json:"at"`
	Ref     string       `json:"ref,omitzero"` // id of the approval or of the booking
	Reason  string       `json:"reason,omitzero"`
}

// Act says who does something about a penalty, and when.
type Act struct {
	Actor  string
	At     time.Time
	Ref    string
	Reason string
}

// Ledger is what the journal of penalties comes to. It does not change.
type Ledger struct {
	fines []Fine // the last line of each key, in the order of the first
	index map[string]int
}

// FoldLedger reads a journal of penalties. ErrInvalid: an entry that does not follow
// from those before it.
func FoldLedger(journal []Fine) (*Ledger, error) {
	l := &Ledger{index: make(map[string]int, len(journal))}
	for i, fine := range journal {
		at, known := l.index[fine.Key]
		switch {
		case !known && fine.State == Proposed:
			l.index[fine.Key] = len(l.fines)
			l.fines = append(l.fines, fine)
		case known && follows(l.fines[at].State, fine.State):
			l.fines[at] = fine
		default:
			return nil, refuseItem(ErrInvalid, codeJournal, "fines", i)
		}
	}
	return l, nil
}

// LedgerOf returns the ledger of which these are the last lines, as [Ledger.Fines] returns
// them: what is at hand where each penalty is kept with a journal of its own.
// ErrInvalid: a line without key or state. ErrDuplicate: a key given twice.
func LedgerOf(fines []Fine) (*Ledger, error) {
	l := &Ledger{fines: slices.Clone(fines), index: make(map[string]int, len(fines))}
	for i, fine := range fines {
		if fine.Key == "" || !fine.State.Valid() {
			return nil, refuseItem(ErrInvalid, codeJournal, "fines", i)
		}
		if _, known := l.index[fine.Key]; known {
			return nil, refuseItem(ErrDuplicate, codeJournal, "fines", i)
		}
		l.index[fine.Key] = i
	}
	return l, nil
}

func follows(from, to PenaltyState) bool {
	switch to {
	case Sanctioned:
		return from == Proposed
	case Waived:
		return from == Proposed || from == Sanctioned
	case Posted:
		return from == Sanctioned
	case Reversed:
		return from == Posted
	}
	return false
}

// Fines returns the last line of each penalty, in the order in which they were proposed.
func (l *Ledger) Fines() []Fine { return slices.Clone(l.fines) }

// Move takes a penalty on: Proposed to Sanctioned, that to Posted, either of the first
// two to Waived, Posted to Reversed. It returns the line to append.
//
// ErrNotFound: no penalty has the key. ErrTransition: not from the state that it is in, or
// before the line that brought it there. ErrForbidden: nobody decides about his own.
// ErrInvalid: no actor or instant.
func (l *Ledger) Move(key string, to PenaltyState, act Act) (Fine, error) {
	i, ok := l.index[key]
	switch {
	case !ok:
		return Fine{}, refuse(ErrNotFound, codeNoEntry, "key")
	case !validID(act.Actor) || act.At.IsZero():
		return Fine{}, refuse(ErrInvalid, codeMissing, "act")
	case !follows(l.fines[i].State, to):
		return Fine{}, refuseID(ErrTransition, codeState, "state", l.fines[i].State.String())
	case act.At.Before(l.fines[i].At):
		return Fine{}, refuse(ErrTransition, codeOrder, "act")
	case l.fines[i].Person == act.Actor:
		return Fine{}, refuseID(ErrForbidden, codeOwnCase, "actor", act.Actor)
	}
	fine := l.fines[i]
	fine.State, fine.Actor, fine.At, fine.Ref, fine.Reason = to, act.Actor, act.At, act.Ref, act.Reason
	return fine, nil
}

// Propose returns the penalties that the policies of the findings set on them and that
// the ledger does not have (处罚建议), in the order of the findings: lines to append.
// Amounts are proposals; what may be deducted from wages is the host's to say.
//
// A person's findings of a code are counted by the month of Due, so give all of a month.
// What a month's cap leaves is proposed, and nothing where that is none; what was waived
// or reversed leaves room. A missed follow-up is left alone while an action may still be
// recorded that answers it, for LateDays after FoundAt.
//
// Errors: ErrInvalid for an act without actor or instant, ErrNotFound for a policy that
// is not in the book, ErrOverflow.
func (l *Ledger) Propose(book *Book, findings []Finding, act Act) ([]Fine, error) {
	if book == nil || !validID(act.Actor) || act.At.IsZero() {
		return nil, refuse(ErrInvalid, codeMissing, "act")
	}
	findings = slices.Clone(findings)
	slices.SortFunc(findings, compareFindings)
	findings = slices.CompactFunc(findings, func(a, b Finding) bool { return a.Key == b.Key })
	spent, nth := l.spent(), map[account]int{}
	var list []Fine
	for _, f := range findings {
		if !isPenal(f.Code) || f.Policy == "" || f.Owner == "" {
			continue
		}
		rules, err := book.rulesOf(f.Policy, f.Version)
		if err != nil {
			return nil, err
		}
		a := accountOf(f.Owner, f.Code, f.Due)
		nth[a]++
		key := f.Policy + "|" + strconv.Itoa(f.Version) + "|" + f.Key
		settled := f.FoundAt
		if f.Rule == RuleAction {
			settled = settled.Add(time.Duration(rules.Evidence.withDefaults().LateDays) * 24 * time.Hour)
		}
		p, ok := rules.penaltyFor(f.Code, nth[a])
		if _, known := l.index[key]; !ok || known || settled.After(act.At) {
			continue
		}
		amount := p.Amount
		a.currency = amount.Currency
		if p.PerMonthCap != (money.Amount{}) {
			amount.Minor = min(amount.Minor, p.PerMonthCap.Minor-spent[a])
		}
		if amount.Minor <= 0 {
			continue
		}
		if spent[a] += amount.Minor; spent[a] < 0 {
			return nil, refuse(ErrOverflow, codeSum, "amount")
		}
		list = append(list, Fine{Key: key, State: Proposed, Person: f.Owner, Unit: f.Unit, Code: f.Code, Policy: f.Policy, Version: f.Version,
			On: f.Due, Nth: nth[a.counted()], Amount: amount, Actor: act.Actor, At: act.At, Ref: act.Ref, Reason: act.Reason})
	}
	return list, nil
}

// account is what a cap is over.
type account struct {
	person, code string
	month        int
	currency     money.Currency
}

// counted is the account by which findings are counted, whatever the currency.
func (a account) counted() account {
	a.currency = 0
	return a
}

func accountOf(person, code string, on calendar.Day) account {
	year, month, _ := on.Date()
	return account{person: person, code: code, month: year*12 + int(month)}
}

// spent returns what stands of each account.
func (l *Ledger) spent() map[account]int64 {
	sums := make(map[account]int64, len(l.fines))
	for _, fine := range l.fines {
		if fine.State != Waived && fine.State != Reversed {
			a := accountOf(fine.Person, fine.Code, fine.On)
			a.currency = fine.Amount.Currency
			sums[a] += fine.Amount.Minor
		}
	}
	return sums
}

// penaltyFor returns the penalty on the n-th finding of a code.
func (r *Rules) penaltyFor(code string, n int) (best Penalty, ok bool) {
	for _, p := range r.Penalties {
		if p.Code == code && max(p.FromNth, 1) <= n && (!ok || cmp.Less(best.FromNth, p.FromNth)) {
			best, ok = p, true
		}
	}
	return best, ok
}

func (b *Book) rulesOf(policy string, version int) (*Rules, error) {
	for i := range b.policies {
		if e := &b.policies[i].Edition; e.Policy == policy && e.Version == version {
			return &b.policies[i].Rules, nil
		}
	}
	return nil, refuseID(ErrNotFound, codeNoPolicy, "policy", policy)
}
