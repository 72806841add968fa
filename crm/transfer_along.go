package crm

import (
	"context"
	"time"

	"github.com/guanxi-go/guanxi/crm/owner"
)

// kindsAlong are the kinds of work that is done because one looks after a customer. Leads and
// opportunities have owners of their own, whom [Opportunities].Transfer changes with all that
// hangs on them, their orders included; and who is known to somebody stays so.
func kindsAlong() []Kind {
	return []Kind{KindReminder, KindAppointment, KindCareTask, KindEvent, KindInstalment, KindOrder}
}

// along returns the work about a customer that goes along from a colleague, up to what one
// commit takes.
func (o *Owners) along(ctx context.Context, customer, from string, which func(Record) bool) (records []Record, err error) {
	for _, kind := range kindsAlong() {
		filter := kind.unfinished()
		filter.Customer, filter.Owner = customer, from
		for r, err := range o.core.store.Records(ctx, filter) {
			if err != nil {
				return nil, err
			}
			if ofOpportunity := kind == KindOrder && r.Ref != ""; ofOpportunity || !which(r) {
				continue
			}
			if records = append(records, r); len(records) == transferChunk {
				return records, nil
			}
		}
	}
	return records, nil
}

// movedAlong drafts that records go along with an entry of the customer.
func movedAlong(records []Record, entry owner.Entry) (changes []Change, err error) {
	for _, r := range records {
		entry := entry
		entry.Recorded = later(entry.Recorded, r.Head.Recorded)
		change, err := movedRecord(r, entry)
		if err != nil {
			return nil, err
		}
		changes = append(changes, change)
	}
	return changes, nil
}

// moveRest moves what a customer's entry has left behind because there was more than one
// commit takes, as long as the customer is still where the entry says. What was changed since
// the entry stays with who has it: a repeat of a command does not undo what came after it.
func (o *Owners) moveRest(ctx context.Context, actor Actor, customer string, entry owner.Entry) error {
	before := func(r Record) bool { return !r.Head.Recorded.After(entry.Recorded) }
	for {
		rest, err := o.along(ctx, customer, entry.From, before)
		if err != nil || len(rest) == 0 {
			return err
		}
		cmd := command{name: "owners.transfer-along", actor: actor, subject: Subject{KindCustomer, customer}, call: Call{Reason: entry.Reason}}
		moved, err := run(ctx, o.core, cmd, func(ctx context.Context, now time.Time) (draft, int, error) {
			c, err := o.core.living(ctx, actor, customer)
			if err != nil || c.Standing.Holding.Owner != entry.To {
				return draft{}, 0, err
			}
			guard, err := o.core.giving(ctx, entry.To)
			if err != nil {
				return draft{}, 0, err
			}
			records, err := o.along(ctx, customer, entry.From, before)
			if err != nil {
				return draft{}, 0, err
			}
			entry := entry
			entry.Recorded = later(now, c.Head.Recorded)
			changes, err := movedAlong(records, entry)
			return draft{[]Expect{{cmd.subject, c.Head.Version}}, append(changes, guard)}, len(records), err
		})
		if err != nil || moved == 0 {
			return err
		}
	}
}
