package crm

import (
	"context"
	"encoding/json"
	"time"

	"github.com/guanxi-go/guanxi/crm/field"
)

// Migrated is what [Customers].MigrateFields did.
type Migrated struct {
	Customers int             // whose values were brought to the next version
	Dropped   []field.Dropped // values that the migration says to drop, of all of them
}

// MigrateFields brings the custom values of all customers from the version that a
// migration begins with to the one that it ends with (字段迁移). The schema of that
// version is put into [Registries].Fields first; until a customer is migrated,
// changes of the customer's custom values are ErrConflict.
//
// Each customer is migrated in a commit of its own, so a value that cannot be
// converted stops the work and loses nothing: the error names the field, and the
// command goes on where it stopped when it is sent again. [field.Migration.DryRun]
// finds such values beforehand. Who migrates sees everything: ErrForbidden.
func (s *Customers) MigrateFields(ctx context.Context, actor Actor, m field.Migration, call Call) (Migrated, error) {
	var done Migrated
	if !actor.Sees.All {
		return done, &Error{Subject: Subject{KindRegistry, "fields"}, Reason: "a migration is of all customers", Err: ErrForbidden}
	}
	call.Key = ""
	for c, err := range s.core.store.Customers(ctx, CustomerFilter{}) {
		if err != nil {
			return done, err
		}
		if len(c.Profile.Custom.Values) == 0 || c.Profile.Custom.Version != m.From() {
			continue
		}
		dropped, err := s.migrate(ctx, actor, c.ID, m, call)
		if err != nil {
			return done, err
		}
		done.Customers++
		done.Dropped = append(done.Dropped, dropped...)
	}
	return done, nil
}

func (s *Customers) migrate(ctx context.Context, actor Actor, id string, m field.Migration, call Call) (dropped []field.Dropped, err error) {
	cmd := command{name: "customers.migrate", actor: actor, subject: Subject{KindCustomer, id}, call: call}
	_, err = run(ctx, s.core, cmd, func(ctx context.Context, now time.Time) (draft, struct{}, error) {
		c, err := s.core.store.Customer(ctx, id)
		if err != nil || c.Profile.Custom.Version != m.From() {
			return draft{}, struct{}{}, err
		}
		profile := c.Profile
		if profile.Custom, dropped, err = m.Record(c.Profile.Custom); err != nil {
			return draft{}, struct{}{}, err
		}
		had, err := s.fieldClaims(ctx, c.Profile.Custom)
		if err != nil {
			return draft{}, struct{}{}, err
		}
		has, err := s.fieldClaims(ctx, profile.Custom)
		if err != nil {
			return draft{}, struct{}{}, err
		}
		now = later(now, c.Head.Recorded)
		data, _ := json.Marshal(map[string]int{"from": m.From(), "to": m.To()})
		writes := append([]Write{PutProfile{profile}, Append{Entry{Journal: JournalProfile, Kind: "migrated", Data: data, Actor: actor.ID,
			At: effective(call, now), Recorded: now, Reason: call.Reason}}}, claimWrites(SpaceField, had, has)...)
		return draft{changes: []Change{{cmd.subject, c.Head.Version, writes}}}, struct{}{}, nil
	})
	return dropped, err
}
