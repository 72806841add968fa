package crm

import (
	"context"
	"encoding/json"
	"errors"
	"iter"
	"maps"
	"slices"
	"time"

	"github.com/guanxi-go/guanxi/crm/account"
	"github.com/guanxi-go/guanxi/crm/calendar"
	"github.com/guanxi-go/guanxi/crm/finding"
	"github.com/guanxi-go/guanxi/crm/segment"
)

const (
	// KindKeyAccount is a customer's place on the list of key accounts 大客户.
	KindKeyAccount Kind = "key-account"
	// JournalKeyAccount is how it came on the list, which plan it has, and how it
	// went off.
	JournalKeyAccount Journal = "key-account"
)

// The kinds of entries in JournalKeyAccount.
const (
	keyEntered = "entered"
	keyPlanned = "planned"
	keyLeft    = "left"
)

// KeyListed is the state by which a customer is listed who is a key account now.
const KeyListed = "listed"

// KeyAccounts are the customers at the centre (大客户): the list of the few that bring
// most of the value, or of strategic weight, each with who looks after it and a plan. It
// is reviewed by the rule of package account, so that nobody goes in and out with every
// small change.
//
// A key account is seen by who sees the customer; its owner is the customer's. When the
// owner leaves, [Owners].TransferAll wants a taker to be named for it.
type KeyAccounts struct{ core *core }

// ListedAccount is a customer on the list of key accounts. It holds ids, codes and an
// instant.
type ListedAccount struct {
	Customer string            `json:"customer"`
	Owner    string            `json:"owner,omitzero"` // staff id of who looks after the customer now; "" for nobody
	Plan     string            `json:"plan,omitzero"`  // id of the plan; "" for none
	Since    time.Time         `json:"since"`          // on the list
	Reason   segment.KeyReason `json:"reason"`         // why it came on
}

// Findings returns what the key account lacks, see [account.KeyFindings].
func (l ListedAccount) Findings(asOf calendar.Day) []finding.Finding {
	return account.KeyFindings(l.Customer, l.Owner, l.Plan, asOf)
}

// keyBody is the body of a record of a key account.
type keyBody struct {
	Since  time.Time         `json:"since"`
	Reason segment.KeyReason `json:"reason"`
}

// ReviewKeyAccounts is a command of [KeyAccounts].Review. Its Key is not looked at: the
// command goes on where it stopped, whoever sends it again.
type ReviewKeyAccounts struct {
	Call
	// Candidates are all customers by whose value the shares are meant, in one currency.
	Candidates []segment.Candidate[string]
	Rule       account.KeyRule
}

// keyGuard is the guard of the list: every command that changes who is on it moves it.
func keyGuard() Subject { return Subject{KindRegistry, "key-accounts"} }

// Review brings the list of key accounts to what [account.KeyAccounts] makes of it 大客户评审,
// and returns that. It changes 200 customers a commit, and looks again where there is more
// to change; what is changed stays so where one fails. Who was forgotten does not come on
// the list. Of two reviews at once, the list is as one of them wants it.
//
// Errors: those of [account.KeyAccounts]; ErrNotFound for a customer that would come on
// the list or go off it and that the actor does not see.
func (s *KeyAccounts) Review(ctx context.Context, actor Actor, r ReviewKeyAccounts) (account.KeyList, error) {
	r.Key = ""
	var whole account.KeyList
	for round := 0; ; round++ {
		var lists []account.KeyList // of each attempt; the receipt says which was committed
		cmd := command{name: "key-accounts.review", actor: actor, subject: keyGuard(), call: r.Call}
		done, err := run(ctx, s.core, cmd, func(ctx context.Context, now time.Time) (draft, reviewed, error) {
			guard, err := s.core.store.Head(ctx, keyGuard())
			if err != nil {
				return draft{}, reviewed{}, err
			}
			listed, err := s.listed(ctx)
			if err != nil {
				return draft{}, reviewed{}, err
			}
			list, err := account.KeyAccounts(r.Candidates, slices.Collect(maps.Keys(listed)), r.Rule)
			if err != nil {
				return draft{}, reviewed{}, err
			}
			lists = append(lists, list)
			d, err := s.review(ctx, actor, list, listed, r.Call, now)
			changed := len(d.changes)
			if changed > 0 {
				d.changes = append(d.changes, Change{Subject: keyGuard(), Expect: guard.Version})
			}
			return d, reviewed{List: len(lists) - 1, Changed: changed}, err
		})
		if err != nil {
			return whole, err
		}
		if round == 0 {
			whole = lists[done.List]
		}
		if done.Changed < transferChunk { // what is so since is another review's
			return whole, nil
		}
	}
}

// reviewed is what one commit of a review made.
type reviewed struct {
	List    int `json:"list,omitzero"`    // which of the lists that were drafted for it
	Changed int `json:"changed,omitzero"` // how many customers
}

// review drafts what leads to a list, up to what one commit takes.
func (s *KeyAccounts) review(ctx context.Context, actor Actor, list account.KeyList, listed map[string]Record, call Call, now time.Time) (d draft, err error) {
	reasons := map[string]segment.KeyReason{}
	for _, a := range list.Accounts {
		reasons[a.Customer] = a.Reason
	}
	for _, id := range slices.Concat(list.Left, list.Entered) {
		if len(d.changes) == transferChunk {
			return d, nil
		}
		r, on := listed[id]
		call := call
		expect, err := s.customer(ctx, actor, id)
		switch {
		case errors.Is(err, ErrForgotten) && !on:
			continue
		case on:
			err = silently(err, &call)
		case err == nil:
			r, err = s.core.record(ctx, Subject{KindKeyAccount, id})
		}
		if on && errors.Is(err, ErrNotFound) {
			if _, gone := s.core.store.Customer(ctx, id); errors.Is(gone, ErrNotFound) {
				err = nil // out of the host's table, and so nobody is forgotten beside it
			}
		}
		if err != nil {
			return draft{}, err
		}
		now := later(now, r.Head.Recorded)
		row := Entry{Journal: JournalKeyAccount, Kind: keyLeft, From: r.Ref, Contact: id, Actor: actor.ID, At: effective(call, now), Recorded: now, Reason: call.Reason}
		next := Record{Customer: id, State: keyLeft}
		if !on {
			row.Kind, row.To, next.State = keyEntered, reasons[id].String(), KeyListed
			next.Body, _ = json.Marshal(keyBody{row.At, reasons[id]})
		}
		if expect.Subject.ID != "" {
			d.require = append(d.require, expect)
		}
		d.changes = append(d.changes, keyChange(r, next, row))
	}
	return d, nil
}

// customer returns the customer of a key account, whom the actor sees, as the commit is
// to find it. Where it was forgotten, ErrForgotten comes with it.
func (s *KeyAccounts) customer(ctx context.Context, actor Actor, id string) (Expect, error) {
	c, err := s.core.living(ctx, actor, id)
	if err != nil && !errors.Is(err, ErrForgotten) {
		return Expect{}, err
	}
	return Expect{Subject{KindCustomer, id}, c.Head.Version}, err
}

// keyChange puts a key account as it is behind an entry.
func keyChange(was, next Record, row Entry) Change {
	return Change{was.Subject, was.Head.Version, []Write{Append{row}, PutRecord{next},
		Emit{Event{Kind: "key-account." + row.Kind, At: row.Recorded}}}}
}

// listed returns the records of those on the list, by customer.
func (s *KeyAccounts) listed(ctx context.Context) (map[string]Record, error) {
	found := map[string]Record{}
	for r, err := range s.core.store.Records(ctx, RecordFilter{Kind: KindKeyAccount, State: KeyListed}) {
		if err != nil {
			return nil, err
		}
		found[r.Customer] = r
	}
	return found, nil
}

// Plan says which plan a key account has 客户计划, by the id under which the host keeps it;
// "" takes it back. It goes with the place on the list. It returns the entry, without the
// reason.
//
// Errors: ErrTransition where the customer is no key account; ErrInvalid for a plan that
// is no id; ErrNotFound where the actor sees no such customer; ErrForgotten.
func (s *KeyAccounts) Plan(ctx context.Context, actor Actor, customer, plan string, call Call) (Entry, error) {
	subject := Subject{KindKeyAccount, customer}
	cmd := command{name: "key-accounts.plan", actor: actor, subject: subject, call: call, input: plan}
	return run(ctx, s.core, cmd, func(ctx context.Context, now time.Time) (draft, Entry, error) {
		if err := short(subject, "plan", plan); err != nil {
			return draft{}, Entry{}, err
		}
		expect, err := s.customer(ctx, actor, customer)
		if err != nil {
			return draft{}, Entry{}, err
		}
		r, err := s.core.record(ctx, subject)
		if err == nil && r.State != KeyListed {
			err = &Error{Subject: subject, Reason: "is not on the list", Err: ErrTransition}
		}
		if err != nil {
			return draft{}, Entry{}, err
		}
		now = later(now, r.Head.Recorded)
		row := Entry{Journal: JournalKeyAccount, Kind: keyPlanned, From: r.Ref, To: plan, Contact: customer, Actor: actor.ID,
			At: effective(call, now), Recorded: now, Reason: call.Reason}
		next := Record{Customer: customer, Ref: plan, State: KeyListed, Body: r.Body}
		d := draft{require: []Expect{expect}, changes: []Change{keyChange(r, next, row)}}
		row.Subject, row.Seq = subject, r.Head.Entries+1
		return d, row.Redacted(), nil
	})
}

// List yields the key accounts that the actor sees, by customer.
func (s *KeyAccounts) List(ctx context.Context, actor Actor) iter.Seq2[ListedAccount, error] {
	s.core.observe(ctx, Op{Name: "key-accounts.list", Actor: actor.ID, Attempts: 1})
	return func(yield func(ListedAccount, error) bool) {
		for r, err := range s.core.store.Records(ctx, RecordFilter{Kind: KindKeyAccount, State: KeyListed}) {
			var l ListedAccount
			if err == nil {
				l, err = s.of(ctx, actor, r)
			}
			if errors.Is(err, ErrNotFound) {
				continue
			}
			if !yield(l, err) || err != nil {
				return
			}
		}
	}
}

func (s *KeyAccounts) of(ctx context.Context, actor Actor, r Record) (ListedAccount, error) {
	c, err := s.core.customer(ctx, actor, r.Customer)
	if err != nil {
		return ListedAccount{}, err
	}
	return listedAccount(r, c)
}

func listedAccount(r Record, c Customer) (ListedAccount, error) {
	var body keyBody
	if err := json.Unmarshal(r.Body, &body); err != nil {
		return ListedAccount{}, &Error{Subject: r.Subject, Field: "body", Reason: "is no key account", Err: errors.Join(ErrInvalid, err)}
	}
	return ListedAccount{r.Customer, c.Standing.Holding.Owner, r.Ref, body.Since, body.Reason}, nil
}

// History yields how a customer came on the list of key accounts, its plans, and how it
// went off, as it was recorded. ErrNotFound: the actor sees no such customer.
func (s *KeyAccounts) History(ctx context.Context, actor Actor, customer string) iter.Seq2[Entry, error] {
	return s.core.seen(ctx, "key-accounts.history", actor, customer, EntryFilter{Subject: Subject{KindKeyAccount, customer}})
}
