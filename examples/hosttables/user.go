package hosttables

import (
	"context"
	"database/sql"
	"errors"
	"iter"
	"strings"
	"unicode/utf8"

	"github.com/guanxi-go/guanxi/crm/calendar"
	"github.com/guanxi-go/guanxi/crm/field"
	"github.com/guanxi-go/guanxi/crm/finding"
	"github.com/guanxi-go/guanxi/crm/party"
)

// user is a row of the host's table. Its conventions are old: no value is NULL in
// some rows, the empty text in others, and 0000-00-00 where a date is meant.
type user struct {
	name, mobile, email, city, birthday sql.NullString
	company                             sql.NullBool
	dealer                              sql.NullString // customer id of the dealer, where there is such a user
	dealerID                            sql.NullInt64  // 0 and NULL for none
}

const userColumns = "u.name, u.mobile, u.email, u.city, u.birthday, u.is_company, d.id, u.dealer_id"

func (u *user) columns() []any {
	return []any{&u.name, &u.mobile, &u.email, &u.city, &u.birthday, &u.company, &u.dealer, &u.dealerID}
}

// Catalogue returns the sentences for the codes of [Store.Findings].
func Catalogue() finding.Catalogue {
	return finding.Catalogue{
		"HOST-UNREADABLE": {En: "{column} cannot be read and is not in the profile", Zh: "{column} 无法识别，未进入档案"},
		"HOST-INCOMPLETE": {En: "the profile breaks a rule: {part}", Zh: "档案不合规则：{part}"},
	}
}

// profile makes a profile of what the row says, and of nothing else: a mobile
// number, an e-mail address or a date that cannot be read, and a dealer who is not
// there, is left out and named by the finding, never repaired. City is a code in
// the host's own list of cities. What party.Profile.Validate has to say about the
// result is found too.
func (u *user) profile() (p party.Profile, found []finding.Finding) {
	report := func(code, param, value string) {
		found = append(found, finding.Finding{Code: code, Severity: finding.Notice, Params: []finding.Param{finding.Str(param, value)}})
	}
	readable := func(column string, ok bool) bool {
		if !ok {
			report("HOST-UNREADABLE", "column", column)
		}
		return ok
	}
	text := func(column string, value sql.NullString) string {
		if !readable(column, utf8.ValidString(value.String) && !strings.Contains(value.String, "\x00")) {
			return ""
		}
		return value.String
	}

	p.Name, p.Region = text("name", u.name), text("city", u.city)
	if u.company.Valid {
		p.Type = party.Person
		if u.company.Bool {
			p.Type = party.Organisation
		}
	}
	phones, err := party.ParsePhones(text("mobile", u.mobile), "")
	if readable("mobile", err == nil) {
		p.Identifiers = append(p.Identifiers, phones...)
	}
	if raw := text("email", u.email); raw != "" {
		email, err := party.NewIdentifier(party.Email, "", raw)
		if readable("email", err == nil) {
			p.Identifiers = append(p.Identifiers, email)
		}
	}
	if raw := text("birthday", u.birthday); raw != "" && raw != "0000-00-00" {
		day, err := calendar.ParseDay(raw)
		if readable("birthday", err == nil) {
			p.Custom = field.Record{Version: 1, Values: field.Values{"birthday": field.Date(day)}, Personal: []string{"birthday"}}
		}
	}
	if readable("dealer_id", u.dealer.Valid || u.dealerID.Int64 == 0) {
		p.Dealer = u.dealer.String
	}
	for _, part := range faults(p.Validate()) {
		report("HOST-INCOMPLETE", "part", part)
	}
	return p, found
}

// faults names the parts of a profile that break a rule.
func faults(err error) (parts []string) {
	if joined, ok := err.(interface{ Unwrap() []error }); ok {
		for _, e := range joined.Unwrap() {
			parts = append(parts, faults(e)...)
		}
		return parts
	}
	var e *party.Error
	if errors.As(err, &e) {
		parts = append(parts, e.Field)
	}
	return parts
}

// Findings lists what in the rows of users could not go into a profile, by the
// customer's id. [Catalogue] has the sentences.
func (s *Store) Findings(ctx context.Context, asOf calendar.Day) iter.Seq2[finding.Finding, error] {
	return func(yield func(finding.Finding, error) bool) {
		for of, err := range s.users(ctx) {
			if err != nil {
				yield(finding.Finding{}, err)
				return
			}
			_, found := of.profile()
			for _, f := range found {
				f.Subject, f.AsOf = of.id, asOf
				if !yield(f, nil) {
					return
				}
			}
		}
	}
}

// linked is a user with the id as a customer.
type linked struct {
	id string
	user
}

func (s *Store) users(ctx context.Context) iter.Seq2[linked, error] {
	q := query{from: "SELECT l.id, " + userColumns + " FROM " + customerTables, place: "l.id > ?", order: "l.id"}
	everybody := func(linked) bool { return true }
	return list(ctx, s, 0, "", everybody, func(t *step, after string) (rows []linked, last string) {
		t.all(q.text(), q.behind(after), func(scan scanner) {
			var of linked
			scan(append([]any{&of.id}, of.columns()...)...)
			rows = append(rows, of)
			last = of.id
		})
		return rows, last
	})
}
