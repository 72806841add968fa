package loyaltysql

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"iter"
	"slices"
	"strings"

	"github.com/guanxi-go/guanxi/internal/sqlstore"
	"github.com/guanxi-go/guanxi/loyalty"
	"github.com/guanxi-go/guanxi/loyalty/points"
)

// The columns of loyalty_accounts behind its head; the functions below keep to
// their order. The state is the truth of balance, debt and qp, which repeat it for
// those who read the table.
var accountColumns = []string{"member", "household", "status", "tier", "tier_until", "tier_stale", "due", "counters",
	"balance", "debt", "qp", "points"}

func accountValues(st *loyalty.Standing, state *points.State) ([]any, error) {
	counters, err := countersText(st)
	if err != nil {
		return nil, err
	}
	saved, err := state.MarshalBinary()
	if err != nil {
		return nil, &loyalty.Error{Field: "state", Reason: "is none that an account can have", Err: err}
	}
	return []any{st.Member, st.Household, st.Status.String(), st.Tier.Code, sqlstore.Micros(st.Tier.Until), flag(st.Tier.Stale),
		sqlstore.Micros(st.Due), counters, points.Balance(*state), state.Debt, state.QP, saved}, nil
}

func flag(set bool) int64 {
	if set {
		return 1
	}
	return 0
}

func countersText(st *loyalty.Standing) (any, error) {
	if len(st.Counters) == 0 {
		return nil, nil
	}
	text, err := json.Marshal(st.Counters)
	if err != nil {
		return nil, &loyalty.Error{Field: "counters", Reason: "cannot be written as JSON: " + err.Error(), Err: loyalty.ErrInvalid}
	}
	return string(text), nil
}

// accountQuery reads accounts. A row without points is no account yet.
const (
	accountSelect = "id, version, entries, recorded, member, household, status, tier, tier_until, tier_stale, due, counters, points"
	accountQuery  = "SELECT " + accountSelect + "\nFROM loyalty_accounts"
)

var accountChoice = &sqlstore.Choice{Table: "{accounts}", Select: accountSelect, Where: "tenant = $1 AND points IS NOT NULL", Column: "id"}

// accountRow is a row of accountSelect while it is read. The places for its columns
// are made once for all rows of a statement.
type accountRow struct {
	account                  loyalty.Account
	recorded, tierUntil, due sql.NullInt64
	status, counters, state  sql.RawBytes
	columns                  []any
}

// scanAccounts returns a function that reads rows of accountSelect.
func scanAccounts() func(rows *sql.Rows) (loyalty.Account, error) {
	r := &accountRow{}
	a, st := &r.account, &r.account.Standing
	r.columns = []any{&a.ID, &a.Head.Version, &a.Head.Entries, &r.recorded, &st.Member, &st.Household, &r.status, &st.Tier.Code,
		&r.tierUntil, &st.Tier.Stale, &r.due, &r.counters, &r.state}
	return r.scan
}

func (r *accountRow) scan(rows *sql.Rows) (loyalty.Account, error) {
	a, st := &r.account, &r.account.Standing
	*a = loyalty.Account{}
	err := rows.Scan(r.columns...)
	if err != nil {
		return loyalty.Account{}, err
	}
	a.Head.Recorded, st.Tier.Until, st.Due = sqlstore.Instant(r.recorded), sqlstore.Instant(r.tierUntil), sqlstore.Instant(r.due)
	if err = st.Status.UnmarshalText(r.status); err == nil {
		err = a.State.UnmarshalBinary(r.state)
	}
	if err == nil && len(r.counters) > 0 {
		err = json.Unmarshal(r.counters, &st.Counters)
	}
	if err != nil {
		return loyalty.Account{}, fmt.Errorf("loyaltysql: the row of account %s: %w", a.ID, err)
	}
	return *a, nil
}

// Account implements [loyalty.Store].
func (s *Store) Account(ctx context.Context, id string) (loyalty.Account, error) {
	if err := askable(id); err != nil {
		return loyalty.Account{}, err
	}
	found, err := sqlstore.Select(ctx, s.sql, accountQuery+"\nWHERE tenant = $1 AND id = $2 AND points IS NOT NULL",
		[]any{s.sql.Tenant(), id}, scanAccounts())
	if err != nil {
		return loyalty.Account{}, worded(err)
	}
	if len(found) == 0 {
		return loyalty.Account{}, &loyalty.Error{Subject: loyalty.Subject{Kind: loyalty.KindAccount, ID: id}, Err: loyalty.ErrNotFound}
	}
	return found[0], nil
}

// Accounts implements [loyalty.Store].
func (s *Store) Accounts(ctx context.Context, filter loyalty.AccountFilter) iter.Seq2[loyalty.Account, error] {
	f := filter
	if err := askable(append(slices.Clone(f.IDs), f.After, f.Member, f.Household)...); err != nil {
		return sqlstore.Failing[loyalty.Account](err)
	}
	if f.IDs != nil {
		return s.accountsOf(ctx, f)
	}
	after := f.After
	return sqlstore.List(ctx, s.sql, f.Limit, f.Match, func(n int) ([]loyalty.Account, bool, error) {
		text, args := s.accountsWhere(f, after, n)
		page, err := sqlstore.Read(ctx, s.sql, text, args, n, scanAccounts())
		if len(page) > 0 {
			after = page[len(page)-1].ID
		}
		return page, len(page) == n, worded(err)
	})
}

// accountsOf lists the accounts of ids, a page of these in one statement.
func (s *Store) accountsOf(ctx context.Context, f loyalty.AccountFilter) iter.Seq2[loyalty.Account, error] {
	ids := slices.Compact(slices.Sorted(slices.Values(f.IDs)))
	f.IDs = nil // those that are listed need not be looked for again
	return sqlstore.List(ctx, s.sql, f.Limit, f.Match, func(n int) ([]loyalty.Account, bool, error) {
		next := ids[:min(n, len(ids))]
		ids = ids[len(next):]
		if len(next) == 0 {
			return nil, false, nil
		}
		page, err := sqlstore.SelectAmong(ctx, s.sql, accountChoice, []any{s.sql.Tenant()}, next, scanAccounts())
		slices.SortFunc(page, func(a, b loyalty.Account) int { return strings.Compare(a.ID, b.ID) })
		return page, len(ids) > 0, worded(err)
	})
}

// accountsWhere narrows by all fields of the filter but IDs.
func (s *Store) accountsWhere(f loyalty.AccountFilter, after string, n int) (string, []any) {
	var where sqlstore.Condition
	where.And("tenant = ?", s.sql.Tenant())
	where.And("id > ?", after)
	where.And("points IS NOT NULL")
	index := ""
	// The last of these that is given is expected to be the narrowest.
	if !f.DueBefore.IsZero() {
		where.And("due < ?", sqlstore.Bound(f.DueBefore))
		index = "loyalty_accounts_due"
	}
	for _, by := range []struct{ column, value string }{{"household", f.Household}, {"member", f.Member}} {
		if by.value != "" {
			where.And(by.column+" = ?", by.value)
			where.And(by.column + " <> ''") // what the partial indexes say
			index = "loyalty_accounts_" + by.column
		}
	}
	if f.Status != 0 {
		where.And("status = ?", f.Status.String())
	}
	clause, args := where.Limit("id", n)
	return strings.Join([]string{accountQuery, s.sql.Dialect().IndexedBy(index), "\n", clause}, ""), args
}
