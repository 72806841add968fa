package hosttables_test

import (
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/guanxi-go/guanxi/crm"
	"github.com/guanxi-go/guanxi/crm/calendar"
	"github.com/guanxi-go/guanxi/crm/field"
	"github.com/guanxi-go/guanxi/crm/finding"
	"github.com/guanxi-go/guanxi/crm/party"
	"github.com/guanxi-go/guanxi/examples/hosttables"
)

func person(id string) crm.Subject { return crm.Subject{Kind: crm.KindCustomer, ID: id} }

func (h *host) customer(id string) crm.Customer {
	h.t.Helper()
	c, err := h.Customer(h.t.Context(), id)
	require.NoError(h.t, err)
	return c
}

func (h *host) change(id string, expect uint64, writes ...crm.Write) error {
	return h.Commit(h.t.Context(), crm.Commit{Changes: []crm.Change{{Subject: person(id), Expect: expect, Writes: writes}}})
}

func identifier(t *testing.T, kind party.IdentifierKind, raw string) party.Identifier {
	t.Helper()
	i, err := party.NewIdentifier(kind, "", raw)
	require.NoError(t, err)
	return i
}

// What a row says goes into the profile, and what cannot be read becomes a
// finding: for every old convention there is a row here.
func TestProfileIsMadeOfTheRowAndNothingElse(t *testing.T) {
	phone, mail := identifier(t, party.Phone, "13800138000"), identifier(t, party.Email, "li@example.com")
	phones := []party.Identifier{phone, identifier(t, party.Phone, "13900139000")}
	birthday := field.Record{Version: 1, Values: field.Values{"birthday": field.Date(calendar.MustDate(1980, time.February, 29))}, Personal: []string{"birthday"}}
	full := party.Profile{Type: party.Person, Name: "李雷", Region: "310000", Dealer: "7", Custom: birthday,
		Identifiers: []party.Identifier{phone, mail}}
	for name, row := range map[string]struct {
		columns []any // name, mobile, email, city, birthday, is_company, dealer_id
		want    party.Profile
		found   []string
	}{
		"full":                       {[]any{"李雷", "138 0013-8000", "Li@example.com", "310000", "1980-02-29", 0, 7}, full, nil},
		"company":                    {[]any{"华信", nil, nil, nil, nil, 1, nil}, party.Profile{Type: party.Organisation, Name: "华信"}, nil},
		"empty texts":                {[]any{"李雷", "", "", "", "", 0, 0}, party.Profile{Type: party.Person, Name: "李雷"}, nil},
		"zero date":                  {[]any{"李雷", nil, nil, nil, "0000-00-00", 0, nil}, party.Profile{Type: party.Person, Name: "李雷"}, nil},
		"two mobiles":                {[]any{"李雷", "13800138000/13900139000", nil, nil, nil, 0, nil}, party.Profile{Type: party.Person, Name: "李雷", Identifiers: phones}, nil},
		"no mobile":                  {[]any{"李雷", "无", nil, nil, nil, 0, nil}, party.Profile{Type: party.Person, Name: "李雷"}, []string{"HOST-UNREADABLE mobile"}},
		"no address":                 {[]any{"李雷", nil, "li@", nil, nil, 0, nil}, party.Profile{Type: party.Person, Name: "李雷"}, []string{"HOST-UNREADABLE email"}},
		"no such day":                {[]any{"李雷", nil, nil, nil, "1981-02-29", 0, nil}, party.Profile{Type: party.Person, Name: "李雷"}, []string{"HOST-UNREADABLE birthday"}},
		"no such dealer":             {[]any{"李雷", nil, nil, nil, nil, 0, 999}, party.Profile{Type: party.Person, Name: "李雷"}, []string{"HOST-UNREADABLE dealer_id"}},
		"bytes of another encoding":  {[]any{"\xc0\xee", "13800138000", nil, nil, nil, 0, nil}, party.Profile{Type: party.Person, Identifiers: phones[:1]}, []string{"HOST-UNREADABLE name"}},
		"nobody knows what it is":    {[]any{"李雷", nil, nil, nil, nil, nil, nil}, party.Profile{Name: "李雷"}, []string{"HOST-INCOMPLETE type"}},
		"nothing to know anybody by": {[]any{nil, nil, nil, nil, nil, 0, nil}, party.Profile{Type: party.Person}, []string{"HOST-INCOMPLETE name"}},
	} {
		t.Run(name, func(t *testing.T) {
			h := shop(t)
			h.exec("INSERT INTO users (id, name, is_company) VALUES (7, 'dealer', 1)")
			h.exec("INSERT INTO users (name, mobile, email, city, birthday, is_company, dealer_id, id) VALUES ($1, $2, $3, $4, $5, $6, $7, 1042)", row.columns...)
			require.Equal(t, crm.Customer{ID: "1042", Profile: row.want}, h.customer("1042"))

			var found []string
			for f, err := range h.Findings(t.Context(), calendar.MustDate(2026, time.March, 1)) {
				require.NoError(t, err)
				require.NoError(t, f.Validate())
				require.Equal(t, "1042", f.Subject)
				_, err := hosttables.Catalogue().Render(f, finding.Chinese)
				require.NoError(t, err)
				found = append(found, f.Code+" "+f.Params[0].Value)
			}
			require.Equal(t, row.found, found)
		})
	}
	require.NoError(t, hosttables.Catalogue().Validate())
}

// The host changes a mobile number: the customer shows it, the version and the
// claims do not move, and a commit on the version that was read goes through. The
// host's recipe moves the claim, and learns who has the number already.
func TestTheHostChangesAMobileNumber(t *testing.T) {
	h := shop(t)
	h.exec("INSERT INTO users (id, name, mobile, is_company) VALUES (1, '李雷', '13800138000', 0), (2, '韩梅梅', '13900139000', 0)")
	before := identifier(t, party.Phone, "13800138000").ClaimKey()
	after := identifier(t, party.Phone, "13700137000").ClaimKey()
	taken := identifier(t, party.Phone, "13900139000").ClaimKey()
	read := h.customer("1")
	require.NoError(t, h.change("1", 0, crm.PutProfile{Profile: read.Profile}, crm.Claim{Space: "identifier", Key: before}))
	require.NoError(t, h.change("2", 0, crm.Claim{Space: "identifier", Key: taken}))

	h.exec("UPDATE users SET mobile = '13700137000' WHERE id = 1")
	c := h.customer("1")
	require.Equal(t, "+8613700137000", c.Profile.Identifiers[0].Value)
	require.Equal(t, uint64(1), c.Head.Version)
	holder, err := h.Holder(t.Context(), "identifier", before)
	require.NoError(t, err)
	require.Equal(t, person("1"), holder)
	_, err = h.Holder(t.Context(), "identifier", after)
	require.ErrorIs(t, err, crm.ErrNotFound)

	require.ErrorIs(t, h.change("1", 1, crm.PutProfile{Profile: read.Profile}), crm.ErrUnsupported, "the profile of before would undo the host's change")
	require.ErrorIs(t, h.change("1", 0, crm.PutProfile{Profile: read.Profile}), crm.ErrConflict, "a stale version is the first thing to say")

	require.NoError(t, h.change("1", 1, crm.Release{Space: "identifier", Key: before}, crm.Claim{Space: "identifier", Key: after}))
	_, err = h.Holder(t.Context(), "identifier", before)
	require.ErrorIs(t, err, crm.ErrNotFound)

	h.exec("UPDATE users SET mobile = '13900139000' WHERE id = 1")
	err = h.change("1", 2, crm.Release{Space: "identifier", Key: after}, crm.Claim{Space: "identifier", Key: taken})
	var e *crm.Error
	require.ErrorIs(t, err, crm.ErrTaken)
	require.True(t, errors.As(err, &e))
	require.Equal(t, person("2"), e.Holder)
}

// A key is a repeat of its commit also after the host has changed the row.
func TestARepeatIsADuplicateAfterTheHostsWrite(t *testing.T) {
	h := shop(t)
	h.exec("INSERT INTO users (id, name, is_company) VALUES (1, '李雷', 0)")
	commit := crm.Commit{Scope: "s", Key: "k", Changes: []crm.Change{{Subject: person("1"),
		Writes: []crm.Write{crm.PutProfile{Profile: h.customer("1").Profile}}}}}
	require.NoError(t, h.Commit(t.Context(), commit))
	h.exec("UPDATE users SET name = '李雷雷' WHERE id = 1")
	require.ErrorIs(t, h.Commit(t.Context(), commit), crm.ErrDuplicate)
}

// A row that the host deletes is no customer any more; what guanxi kept stays.
func TestTheHostDeletesARow(t *testing.T) {
	h := shop(t)
	h.exec("INSERT INTO users (id, name, is_company) VALUES (1, '李雷', 0)")
	require.NoError(t, h.change("1", 0, crm.PutStanding{}, crm.Claim{Space: "s", Key: "k"}))
	h.exec("DELETE FROM users WHERE id = 1")
	_, err := h.Customer(t.Context(), "1")
	require.ErrorIs(t, err, crm.ErrNotFound)
	head, err := h.Head(t.Context(), person("1"))
	require.NoError(t, err)
	require.Equal(t, uint64(1), head.Version)
	holder, err := h.Holder(t.Context(), "s", "k")
	require.NoError(t, err)
	require.Equal(t, person("1"), holder)
}

// Orders that are no purchases are left out, and a row that cannot be read is an
// error that names the order: no sum is wrong in silence.
func TestOrdersThatCannotBeRead(t *testing.T) {
	rows := func(h *host) (n int, err error) {
		for _, e := range h.Purchases(h.t.Context(), crm.PurchaseFilter{}) {
			if err = e; err == nil {
				n++
			}
		}
		return n, err
	}
	h := shop(t)
	h.exec("INSERT INTO users (id, name, is_company) VALUES (1, '李雷', 0)")
	h.exec(`INSERT INTO orders (user_id, created, total, status) VALUES
		(1, '2025-03-01 23:59:59', '12.30', 'paid'), (1, '2025-03-02 00:00:00', '2.30', 'refund'),
		(1, '', '', 'unpaid'), (1, '0000-00-00', 'x', 'cancelled'), (NULL, '2025-03-01', '1.00', 'paid'), (0, '2025-03-01', '1.00', 'paid')`)
	n, err := rows(h)
	require.NoError(t, err)
	require.Equal(t, 2, n)
	for _, bad := range [][3]any{
		{"0000-00-00 00:00:00", "1.00", "paid"}, {nil, "1.00", "paid"}, {"", "1.00", "paid"}, {"2025-02-29", "1.00", "paid"},
		{"2025-03-01", "", "paid"}, {"2025-03-01", nil, "paid"}, {"2025-03-01", "1.005", "paid"}, {"2025-03-01", "1,000.00", "paid"},
		{"2025-03-01", "-1.00", "paid"}, {"2025-03-01", "-1.00", "refund"}, {"2025-03-01", "+1.00", "paid"},
		{"2025-03-01", "1.00", "shipped"}, {"2025-03-01", "1.00", nil},
	} {
		h.exec("INSERT INTO orders (id, user_id, created, total, status) VALUES (77, 1, $1, $2, $3)", bad[:]...)
		n, err := rows(h)
		require.ErrorIs(t, err, crm.ErrInvalid, bad)
		require.ErrorContains(t, err, "order 77", bad)
		require.Zero(t, n)
		h.exec("DELETE FROM orders WHERE id = 77")
	}
}
