package crmsql

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"iter"
	"slices"

	"github.com/guanxi-go/guanxi/crm"
	"github.com/guanxi-go/guanxi/crm/access"
	"github.com/guanxi-go/guanxi/crm/party"
	"github.com/guanxi-go/guanxi/internal/sqlstore"
)

// The columns of crm_customers behind its keys; the functions below keep to their
// order. The documents are the truth, the other columns repeat what customers are
// listed by.
var (
	profileColumns  = []string{"profile", "parent"}
	standingColumns = []string{"standing", "owner", "path", "pool", "relationship", "ladder", "category", "next_due"}
)

func profileValues(p party.Profile) ([]any, error) {
	text, err := document("profile", p)
	return []any{text, p.Parent}, err
}

func standingValues(s crm.Standing) ([]any, error) {
	text, err := document("standing", s)
	if err != nil {
		return nil, err
	}
	h := s.Holding
	return []any{text, h.Owner, h.Path, h.Pool,
		s.Relationship.State.String(), s.Ladder.State.String(), s.Category.State.String(), sqlstore.Micros(s.NextDue)}, nil
}

// groupsOf are the groups of a customer, each once.
func groupsOf(id string, s crm.Standing) sqlstore.Set {
	groups := slices.Sorted(slices.Values(s.Groups))
	return sqlstore.Set{Table: "groups", Column: "customer_group", ID: id, Members: slices.Compact(groups)}
}

// customerQuery reads customers with their heads. A row without a profile is no
// customer yet.
func (s *Store) customerQuery(index string) string {
	return "SELECT c.id, " + s.sql.HeadOf("c.tenant", "'customer'", "c.id") + ", c.profile, c.standing\nFROM crm_customers AS c" +
		s.sql.Dialect().IndexedBy(index) + "\n"
}

func scanCustomer(rows *sql.Rows) (crm.Customer, error) {
	var c crm.Customer
	var head, profile, standing sql.RawBytes
	if err := rows.Scan(&c.ID, &head, &profile, &standing); err != nil {
		return crm.Customer{}, err
	}
	var err error
	if c.Head, err = headOf(head); err == nil {
		err = json.Unmarshal(profile, &c.Profile)
	}
	if err == nil && len(standing) > 0 {
		err = json.Unmarshal(standing, &c.Standing)
	}
	if err != nil {
		return crm.Customer{}, fmt.Errorf("crmsql: the row of customer %s: %w", c.ID, err)
	}
	return c, nil
}

// Customer implements [crm.Store].
func (s *Store) Customer(ctx context.Context, id string) (crm.Customer, error) {
	if err := askable(id); err != nil {
		return crm.Customer{}, err
	}
	found, err := sqlstore.Select(ctx, s.sql, s.customerQuery("")+"WHERE c.tenant = $1 AND c.id = $2 AND c.profile IS NOT NULL",
		[]any{s.sql.Tenant(), id}, scanCustomer)
	if err != nil {
		return crm.Customer{}, worded(err)
	}
	if len(found) == 0 {
		return crm.Customer{}, &crm.Error{Subject: crm.Subject{Kind: crm.KindCustomer, ID: id}, Err: crm.ErrNotFound}
	}
	return found[0], nil
}

// Customers implements [crm.Store].
func (s *Store) Customers(ctx context.Context, filter crm.CustomerFilter) iter.Seq2[crm.Customer, error] {
	f := filter
	if err := askable(append(scopeTexts(f.Visible), f.After, f.Owner, f.Pool, f.Group, f.Parent)...); err != nil {
		return sqlstore.Failing[crm.Customer](err)
	}
	after := f.After
	return sqlstore.List(ctx, s.sql, f.Limit, f.Match, func(n int) (page []crm.Customer, more bool, err error) {
		var members []string
		if f.Group != "" {
			if members, err = s.members(ctx, f.Group, after, n); err != nil || len(members) == 0 {
				return nil, false, worded(err)
			}
		}
		text, args := s.customersWhere(f, after, members, n)
		page, err = sqlstore.Read(ctx, s.sql, text, args, n, scanCustomer)
		switch {
		case f.Group != "":
			after, more = members[len(members)-1], len(members) == n
		case len(page) > 0:
			after, more = page[len(page)-1].ID, len(page) == n
		}
		return page, more, worded(err)
	})
}

// members returns the next n customers in a group behind an id. Their rows are read
// by a statement of its own, for the reason that sqlstore gives at HeadOf.
func (s *Store) members(ctx context.Context, group, after string, n int) ([]string, error) {
	return sqlstore.Read(ctx, s.sql, "SELECT id FROM crm_groups WHERE tenant = $1 AND customer_group = $2 AND id > $3 ORDER BY id LIMIT $4",
		[]any{s.sql.Tenant(), group, after, n}, n, func(rows *sql.Rows) (id string, err error) {
			return id, rows.Scan(&id)
		})
}

// customersWhere narrows by all fields of the filter, that of the group by its
// members.
func (s *Store) customersWhere(f crm.CustomerFilter, after string, members []string, n int) (string, []any) {
	var where sqlstore.Condition
	where.And("c.tenant = ?", s.sql.Tenant())
	if members != nil {
		where.In("c.id", members)
	}
	where.And("c.id > ?", after)
	where.And("c.profile IS NOT NULL")
	index := ""
	equal := func(column, by, value string) {
		if value == "" {
			return
		}
		where.And("c."+column+" = ?", value)
		where.And("c." + column + " <> ''") // what the partial indexes say
		if by != "" && members == nil {
			index = by
		}
	}
	equal("relationship", "", f.Relationship.String())
	equal("ladder", "", f.Ladder.String())
	equal("category", "", f.Category.String())
	// The last of these that is given is expected to be the narrowest.
	equal("pool", "crm_customers_pool", f.Pool)
	equal("owner", "crm_customers_owner", f.Owner)
	equal("parent", "crm_customers_parent", f.Parent)
	if f.Unowned {
		where.And("c.owner = ''")
	}
	if !f.DueBefore.IsZero() {
		where.And("c.next_due < ?", sqlstore.Bound(f.DueBefore))
	}
	if f.Visible != nil && !f.Visible.All {
		if own := visible(&where, "c.", *f.Visible); own && index == "" && members == nil {
			index = "crm_customers_owner"
		}
	}
	clause, args := where.Limit("c.id", n)
	return s.customerQuery(index) + clause, args
}

// visible narrows to what a scope sees and reports whether that is one owner's rows.
func visible(where *sqlstore.Condition, of string, scope access.Scope) (own bool) {
	var either []string
	var values []any
	if scope.Owner != "" {
		either, values = append(either, of+"owner = ?"), append(values, scope.Owner)
		if own = len(scope.Units) == 0; own {
			where.And(of + "owner <> ''") // what the partial indexes say
		}
	}
	for _, r := range scope.Units {
		either, values = append(either, of+"path >= ? AND "+of+"path < ?"), append(values, r.From, r.To)
	}
	where.Or(either, values...)
	return own
}

func scopeTexts(scope *access.Scope) (texts []string) {
	if scope != nil {
		texts = append(texts, scope.Owner)
		for _, r := range scope.Units {
			texts = append(texts, r.From, r.To)
		}
	}
	return texts
}
