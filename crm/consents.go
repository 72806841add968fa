package crm

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"time"

	"github.com/guanxi-go/guanxi/crm/privacy"
)

// Consents keeps what a person's data may be used for, by purpose and channel
// (同意管理).
type Consents struct{ core *core }

// Record appends to a person's consent journal that a basis begins or ends, and
// returns the entry without its reason. Party, Seq, Recorded and Actor are filled
// in; At is the call's where it is zero, or now. Where there is a table of purposes,
// the purpose has to be in it.
//
// Errors: those of [privacy.Consent.Validate]; ErrNotFound for a person whom the
// actor does not see, and for a purpose or guardian that is not there; ErrForgotten.
func (s *Consents) Record(ctx context.Context, actor Actor, person string, entry privacy.Consent, call Call) (privacy.Consent, error) {
	entry.Party, entry.Seq, entry.Recorded, entry.Actor, entry.At = person, 0, time.Time{}, actor.ID, Instant(entry.At)
	if entry.Reason == "" {
		entry.Reason = call.Reason
	}
	cmd := command{name: "consents.record", actor: actor, subject: Subject{KindCustomer, person}, call: call, input: entry}
	return run(ctx, s.core, cmd, func(ctx context.Context, now time.Time) (draft, privacy.Consent, error) {
		c, err := s.core.living(ctx, actor, person)
		if err != nil {
			return draft{}, entry, err
		}
		entry := entry
		entry.Seq, entry.Recorded = c.Head.Entries+1, later(now, c.Head.Recorded)
		if entry.At.IsZero() {
			entry.At = effective(call, entry.Recorded)
		}
		if err := s.check(ctx, entry); err != nil {
			return draft{}, entry, err
		}
		return draft{changes: []Change{{cmd.subject, c.Head.Version, []Write{
			Append{consentRow(entry)}, Emit{Event{Kind: "consent." + entry.Action.String(), At: entry.Recorded}},
		}}}}, entry.Redacted(), nil
	})
}

func (s *Consents) check(ctx context.Context, entry privacy.Consent) error {
	if err := entry.Validate(); err != nil {
		return err
	}
	if entry.Guardian != "" {
		if _, err := s.core.store.Customer(ctx, entry.Guardian); err != nil {
			return err
		}
	}
	purposes, _, err := purposes(s.core).Get(ctx)
	if err != nil || len(purposes) == 0 || entry.Purpose == "" {
		return err
	}
	if !slices.ContainsFunc(purposes, func(p privacy.Purpose) bool { return p.Code == entry.Purpose }) {
		return &Error{Subject: Subject{KindRegistry, "purposes"}, Field: "purpose", Reason: "is not in the table", Err: ErrNotFound}
	}
	return nil
}

// Of returns a person's consent journal, in the order in which it was recorded.
func (s *Consents) Of(ctx context.Context, actor Actor, person string) ([]privacy.Consent, error) {
	return read(ctx, s.core, "consents.of", actor, Subject{KindCustomer, person}, func() ([]privacy.Consent, error) {
		if _, err := s.core.customer(ctx, actor, person); err != nil {
			return nil, err
		}
		return s.journal(ctx, person)
	})
}

// Permitted answers whether a person's data may be used for something, and why or
// why not; see [privacy.Permitted]. A question without an instant is about now. Of a
// person who was forgotten nothing may be used.
func (s *Consents) Permitted(ctx context.Context, actor Actor, person string, q privacy.Question) (privacy.Answer, error) {
	return read(ctx, s.core, "consents.permitted", actor, Subject{KindCustomer, person}, func() (privacy.Answer, error) {
		if _, err := s.core.living(ctx, actor, person); err != nil {
			return privacy.Answer{}, err
		}
		journal, err := s.journal(ctx, person)
		if err != nil {
			return privacy.Answer{}, err
		}
		if q.At.IsZero() {
			q.At = s.core.now()
		}
		table, _, err := purposes(s.core).Get(ctx)
		if err != nil || len(table) == 0 {
			return privacy.Permitted(journal, q), err
		}
		registry, err := privacy.NewRegistry(table)
		if err != nil {
			return privacy.Answer{}, err
		}
		return registry.Permitted(journal, q)
	})
}

func (s *Consents) journal(ctx context.Context, person string) ([]privacy.Consent, error) {
	var journal []privacy.Consent
	for row, err := range s.core.store.Entries(ctx, EntryFilter{Subject: Subject{KindCustomer, person}, Journal: JournalConsent}) {
		if err != nil {
			return nil, err
		}
		var entry privacy.Consent
		if err := json.Unmarshal(row.Data, &entry); err != nil {
			return nil, &Error{Subject: row.Subject, Field: "consent", Reason: "is no entry of this journal", Err: errors.Join(ErrInvalid, err)}
		}
		entry.Party, entry.Seq, entry.Reason = row.Subject.ID, row.Seq, row.Reason
		journal = append(journal, entry)
	}
	return journal, nil
}

func consentRow(entry privacy.Consent) Entry {
	row := Entry{Journal: JournalConsent, Kind: entry.Action.String(), To: entry.Purpose, Contact: entry.Guardian, Ref: entry.Evidence,
		Actor: entry.Actor, At: entry.At, Recorded: entry.Recorded, Reason: entry.Reason}
	codes := entry.Redacted()
	codes.Party, codes.Seq = "", 0
	row.Data, _ = json.Marshal(codes)
	return row
}
