package hosttables

import (
	"context"
	"encoding/json"
	"time"

	"github.com/guanxi-go/guanxi/crm"
)

// Customer implements [crm.CustomerReader]: the profile is made of the user's row
// as it is at this moment. Who has a row in users and an id in guanxi_customers
// exists, also before anything was committed about them.
func (s *Store) Customer(ctx context.Context, id string) (crm.Customer, error) {
	t := s.view(ctx)
	c, ok := t.customer(id)
	return found(t, c, ok, crm.Error{Subject: crm.Subject{Kind: crm.KindCustomer, ID: id}})
}

// Record implements [crm.RecordReader].
func (s *Store) Record(ctx context.Context, of crm.Subject) (crm.Record, error) {
	t := s.view(ctx)
	var r crm.Record
	var ok bool
	t.all(selectRecords+" WHERE r.kind = $1 AND r.id = $2", []any{string(of.Kind), of.ID}, func(scan scanner) {
		r, ok = t.scanRecord(scan), true
	})
	return found(t, r, ok, crm.Error{Subject: of})
}

// Head implements [crm.JournalReader].
func (s *Store) Head(ctx context.Context, of crm.Subject) (crm.Head, error) {
	t := s.view(ctx)
	return found(t, t.head(of), true, crm.Error{})
}

// Holder implements [crm.ClaimReader]. Its error does not show the key, which may
// be a telephone number.
func (s *Store) Holder(ctx context.Context, space, key string) (crm.Subject, error) {
	t := s.view(ctx)
	holder, ok := t.holder(space, key)
	return found(t, holder, ok, crm.Error{Field: "claim"})
}

// Receipt implements [crm.ClaimReader].
func (s *Store) Receipt(ctx context.Context, scope, key string) (crm.Receipt, error) {
	t := s.view(ctx)
	var r crm.Receipt
	var fingerprint []byte
	var recorded int64
	ok := t.one("SELECT fingerprint, data, COALESCE(recorded, $1) FROM guanxi_receipts WHERE scope = $2 AND key = $3",
		[]any{micros(time.Time{}), scope, key}, &fingerprint, &r.Data, &recorded)
	copy(r.Fingerprint[:], fingerprint)
	r.Recorded = instant(recorded)
	return found(t, r, ok, crm.Error{Field: "key"})
}

func (t *step) customer(id string) (c crm.Customer, ok bool) {
	t.all(selectCustomers+" WHERE l.id = $1", []any{id}, func(scan scanner) {
		c, ok = t.scanCustomer(scan), true
	})
	return c, ok
}

func (t *step) head(of crm.Subject) (h crm.Head) {
	var recorded int64
	if t.one("SELECT version, entries, recorded FROM guanxi_heads WHERE kind = $1 AND id = $2",
		[]any{string(of.Kind), of.ID}, &h.Version, &h.Entries, &recorded) {
		h.Recorded = instant(recorded)
	}
	return h
}

func (t *step) holder(space, key string) (holder crm.Subject, ok bool) {
	ok = t.one("SELECT kind, id FROM guanxi_claims WHERE space = $1 AND key = $2", []any{space, key}, &holder.Kind, &holder.ID)
	return holder, ok
}

// One statement reads profile, standing and head, so that they are of the same
// moment.
const (
	headColumns    = "COALESCE(h.version, 0), COALESCE(h.entries, 0), COALESCE(h.recorded, -62135596800000000)"
	customerTables = `guanxi_customers l JOIN users u ON u.id = l.user_id
LEFT JOIN users du ON du.id = u.dealer_id LEFT JOIN guanxi_customers d ON d.user_id = du.id`
	selectCustomers = "SELECT l.id, " + userColumns + ", COALESCE(s.body, ''), " + headColumns + " FROM " + customerTables + `
LEFT JOIN guanxi_standings s ON s.id = l.id
LEFT JOIN guanxi_heads h ON h.kind = 'customer' AND h.id = l.id`
	selectRecords = "SELECT r.kind, r.id, r.body, " + headColumns + `
FROM guanxi_records r LEFT JOIN guanxi_heads h ON h.kind = r.kind AND h.id = r.id`
	selectEntries = "SELECT codes, reason, said, private FROM guanxi_entries"
)

func (t *step) scanCustomer(scan scanner) (c crm.Customer) {
	var u user
	var standing string
	var recorded int64
	scan(append(append([]any{&c.ID}, u.columns()...), &standing, &c.Head.Version, &c.Head.Entries, &recorded)...)
	c.Profile, _ = u.profile()
	t.decode(standing, &c.Standing)
	c.Head.Recorded = instant(recorded)
	return c
}

func (t *step) scanRecord(scan scanner) (r crm.Record) {
	var of crm.Subject
	var body string
	var h crm.Head
	var recorded int64
	scan(&of.Kind, &of.ID, &body, &h.Version, &h.Entries, &recorded)
	t.decode(body, &r)
	h.Recorded = instant(recorded)
	r.Subject, r.Head = of, h
	return r
}

func (t *step) scanEntry(scan scanner) (e crm.Entry) {
	var codes, reason, text, private string
	scan(&codes, &reason, &text, &private)
	t.decode(codes, &e)
	e.Reason, e.Text = reason, text
	if private != "" {
		e.Private = json.RawMessage(private)
	}
	return e
}
