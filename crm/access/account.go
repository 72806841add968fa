package access

import (
	"cmp"
	"errors"
	"slices"
	"strings"
	"time"

	"github.com/guanxi-go/guanxi/crm/calendar"
	"github.com/guanxi-go/guanxi/crm/finding"
	"github.com/guanxi-go/guanxi/internal/enum"
	"github.com/guanxi-go/guanxi/internal/limit"
)

// LastDay returns the instant at which access ends whose last day is given: the
// first instant after that day in a zone (nil is UTC). It is [Staff].Until of a
// leaver. The zero time where the day is not valid.
func LastDay(day calendar.Day, zone *time.Location) time.Time {
	if !day.Valid() {
		return time.Time{}
	}
	return (day + 1).Start(zone)
}

// AccountAction is what has to be done with somebody's account (账号).
type AccountAction uint8

const (
	AccountOpen    AccountAction = iota + 1 // joins: open it 开户
	AccountChange                           // moves: change its roles or units 变更
	AccountDisable                          // leaves: disable it 停用
	AccountResume                           // stays or comes back: undo the end, enable it 恢复
)

var accountActions = enum.New[AccountAction]("action", unknown, enum.Names{
	{}, {"open", "开户"}, {"change", "变更"}, {"disable", "停用"}, {"resume", "恢复"},
})

// String returns the English name, "" for no action, and ? for a number that is none.
func (a AccountAction) String() string { return accountActions.Code(a) }

// Zh returns the Chinese name, as String does the English one.
func (a AccountAction) Zh() string { return accountActions.Zh(a) }

// MarshalText writes the form of String; a number that is no action is ErrInvalid.
func (a AccountAction) MarshalText() ([]byte, error) { return accountActions.Marshal(a) }

// UnmarshalText reads what MarshalText writes, and nothing else.
func (a *AccountAction) UnmarshalText(text []byte) error { return accountActions.Unmarshal(a, text) }

// Provisioning is one thing to do with an account because the staff list changed
// (账号开通与回收). Its JSON names are stable.
type Provisioning struct {
	Staff  string        `json:"staff"` // id
	Action AccountAction `json:"action"`
	// At is when: the first instant of the work for an opening, the end of the last
	// day for a disabling. The zero time means at once.
	At     time.Time `json:"at,omitzero"`
	Add    []string  `json:"add,omitempty"`    // roles to give, in byte order
	Remove []string  `json:"remove,omitempty"` // roles to take away
	Join   []string  `json:"join,omitempty"`   // ids of units to add
	Leave  []string  `json:"leave,omitempty"`  // ids of units to take away
}

// Provision compares the staff list before and after a change and returns what has
// to be done with the accounts, by staff id and then action:
//
//   - somebody new: open, with his roles and units
//   - other roles or units: change, with the difference
//   - an end that is new or another: disable at that end
//   - gone from the list without an end that the old list had: disable at once
//   - an end taken back: resume
//
// Temporary roles are not part of it: they end by themselves, and [Resolve] knows
// when. Errors are those of [Staff.Validate] and ErrDuplicate, joined.
func Provision(before, after []Staff) ([]Provisioning, error) {
	old, errOld := byID(before)
	now, errNow := byID(after)
	if err := errors.Join(errOld, errNow); err != nil {
		return nil, err
	}
	var todo []Provisioning
	for id, s := range now {
		was, known := old[id]
		todo = append(todo, changes(was, s, known)...)
	}
	for id, s := range old {
		if _, stays := now[id]; !stays && s.Until.IsZero() {
			todo = append(todo, Provisioning{Staff: id, Action: AccountDisable})
		}
	}
	slices.SortFunc(todo, func(a, b Provisioning) int {
		return cmp.Or(strings.Compare(a.Staff, b.Staff), cmp.Compare(a.Action, b.Action))
	})
	return todo, nil
}

func changes(was, now Staff, known bool) (todo []Provisioning) {
	p := Provisioning{Staff: now.ID, Action: AccountChange,
		Add: without(now.Roles, was.Roles), Remove: without(was.Roles, now.Roles),
		Join: without(now.Units, was.Units), Leave: without(was.Units, now.Units)}
	if !known {
		p.Action, p.At = AccountOpen, now.From
	}
	if !known || len(p.Add)+len(p.Remove)+len(p.Join)+len(p.Leave) > 0 {
		todo = append(todo, p)
	}
	switch {
	case now.Until.Equal(was.Until):
	case now.Until.IsZero():
		todo = append(todo, Provisioning{Staff: now.ID, Action: AccountResume})
	default:
		todo = append(todo, Provisioning{Staff: now.ID, Action: AccountDisable, At: now.Until})
	}
	return todo
}

// without returns what a has and b has not, in byte order, each once.
func without(a, b []string) []string {
	rest := slices.DeleteFunc(slices.Clone(a), func(s string) bool { return slices.Contains(b, s) })
	slices.Sort(rest)
	if rest = slices.Compact(rest); len(rest) == 0 {
		return nil
	}
	return rest
}

func byID(staff []Staff) (map[string]Staff, error) {
	list := make(map[string]Staff, len(staff))
	var errs []error
	for _, s := range staff {
		if _, twice := list[s.ID]; twice {
			errs = append(errs, duplicate(limit.Shown(s.ID), "staff"))
		}
		errs = append(errs, s.Validate())
		list[s.ID] = s
	}
	return list, errors.Join(errs...)
}

// Account is a login as the host's system has it.
type Account struct {
	ID       string   `json:"id"`              // not personal: an opaque id, not the login's name
	Staff    string   `json:"staff,omitempty"` // id of whose it is; "" where that is not known
	Roles    []string `json:"roles,omitempty"`
	Disabled bool     `json:"disabled,omitzero"`
}

// CheckAccounts compares the accounts with the staff at an instant, in the order of
// [finding.Compare]; zone says in which the day of the findings is taken, nil being
// UTC. [Catalogue] has the sentences. Disabled accounts are left aside.
//
//   - ACC-ORPHAN (breach): an open account whose holder is not on the staff list
//   - ACC-STILL-OPEN (breach): an open account of somebody who does not work then
//   - ACC-EXCESS-ROLES (breach), ACC-LACKING-ROLES (notice): an open account with
//     other roles than its holder has then, temporary ones included
//   - ACC-NO-ACCOUNT (notice): somebody who works then and has no open account
func CheckAccounts(org *Org, accounts []Account, at time.Time, zone *time.Location) []finding.Finding {
	var found []finding.Finding
	day := calendar.DayOf(at, zone)
	add := func(code string, severity finding.Severity, subject string, params ...finding.Param) {
		found = append(found, finding.Finding{Code: code, Severity: severity, Subject: subject, AsOf: day, Params: params})
	}
	open := map[string]bool{}
	for _, a := range accounts {
		if a.Disabled {
			continue
		}
		open[a.Staff] = true
		s, known := org.Staff(a.Staff)
		if !known {
			add("ACC-ORPHAN", finding.Breach, a.ID)
			continue
		}
		if !s.ActiveAt(at) {
			add("ACC-STILL-OPEN", finding.Breach, a.ID, finding.Str("staff", s.ID))
			continue
		}
		for _, t := range s.Temporary {
			if holds(t.From, t.Until, at) {
				s.Roles = append(s.Roles, t.Role)
			}
		}
		if excess := without(a.Roles, s.Roles); excess != nil {
			add("ACC-EXCESS-ROLES", finding.Breach, a.ID, finding.Str("staff", s.ID), finding.Str("roles", strings.Join(excess, ", ")))
		}
		if lacking := without(s.Roles, a.Roles); lacking != nil {
			add("ACC-LACKING-ROLES", finding.Notice, a.ID, finding.Str("staff", s.ID), finding.Str("roles", strings.Join(lacking, ", ")))
		}
	}
	for _, s := range org.staff {
		if s.ActiveAt(at) && !open[s.ID] {
			add("ACC-NO-ACCOUNT", finding.Notice, s.ID)
		}
	}
	slices.SortFunc(found, finding.Compare)
	return slices.CompactFunc(found, func(a, b finding.Finding) bool { return finding.Compare(a, b) == 0 })
}
