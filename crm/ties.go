package crm

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"slices"
	"time"

	"github.com/guanxi-go/guanxi/crm/account"
	"github.com/guanxi-go/guanxi/crm/owner"
	"github.com/guanxi-go/guanxi/crm/stage"
	"github.com/guanxi-go/guanxi/crm/timeline"
)

const (
	// KindTie is how close one of ours is to one of theirs 联系.
	KindTie Kind = "tie"
	// JournalTie is how they came so close.
	JournalTie Journal = "tie"
)

// The kinds of entries in JournalTie.
const (
	tieMoved      = "moved"
	tieHanded     = "handed"     // who had it left, and another was introduced
	tieIntroduced = "introduced" // by who left
)

// Ties are how close our colleagues are to the people of a customer (联系): the way to
// those in power is gone step by step, by a machine for each pair, and no colleague
// takes it with them who leaves (人走客不流).
//
// The depth of a tie is the stage of the two people's relationship, 认知 探测 扩大 承诺,
// which somebody says; it is a fact of its own beside the stage of the customer. When
// the two last heard from each other is not said but read from the [Timeline]: the last
// two-way contact whose Actor is the one and whose Contact is the other.
//
// Who sees the customer sees the ties to its people. A tie is a record that is listed
// by customer, person (Ref), stage, and while it is not dissolved by the colleague. It
// cannot be given away: when a colleague leaves, [Owners].TransferAll dissolves it, and
// introduces the taker, who begins with awareness if he does not know the person yet.
type Ties struct {
	core  *core
	track *Track[stage.Relationship]
}

func newTies(c *core) *Ties {
	machine := c.opts.Machines.Tie
	if machine == nil {
		machine = stage.RelationshipMachine()
	}
	return &Ties{c, &Track[stage.Relationship]{c, machine, JournalTie, nil}}
}

// Tie is how close one of ours is to one of theirs at an instant. It holds ids, codes
// and instants.
type Tie struct {
	Customer string `json:"customer"` // id
	Path     string `json:"path,omitzero"`
	account.Tie
	Stage stage.Relationship `json:"stage"` // what Depth is the level of
	Since time.Time          `json:"since"` // in the stage
}

// tieBody is the body of a record of a tie.
type tieBody struct {
	Ours   string                            `json:"ours"` // staff id, also of a tie that was dissolved
	Path   string                            `json:"path,omitzero"`
	Spells []stage.Spell[stage.Relationship] `json:"spells"` // what the journal comes to
}

// tieMarks are the parts of an entry of a tie that have no field in an [Entry].
type tieMarks struct {
	marks
	Customer  string `json:"customer"`
	Colleague string `json:"colleague,omitzero"` // the other of the two, where the tie changes hands
	Code      string `json:"code,omitzero"`      // why it does
}

// MoveTie is a command of [Ties].Move. What its last fields mean is said at
// [stage.Command].
type MoveTie struct {
	Call
	Customer string      // id
	Ours     owner.Staff // ID and Path are looked at
	Theirs   string      // id of the person

	To       stage.Relationship
	Forced   bool
	Imported bool
	Corrects int                     // number in the pair's own journal, from 1; 0 for none
	Guard    func(name string) error // answers for the guards of the table
}

// Move says how far the relationship of two people has come, or corrects an earlier
// entry, and returns the new entry, without the reason. A tie that was begun, or taken
// up again, is the colleague's until it is dissolved.
//
// Errors: those of [stage.Machine.Decide], ErrTransition above all; ErrInvalid for ids
// out of their limits; ErrNotFound where the actor sees no such customer, or the person
// is nobody; ErrForgotten for a customer or person who was erased, but for dissolution,
// the reason of which is then dropped; ErrForbidden where the colleague has left.
func (t *Ties) Move(ctx context.Context, actor Actor, m MoveTie) (stage.Entry[stage.Relationship], error) {
	cmd := command{name: "ties.move", actor: actor, subject: pairSubject(KindTie, m.Customer, m.Ours.ID, m.Theirs), call: m.Call,
		input: []any{m.Ours.Path, t.track.machine.Code(m.To), m.Forced, m.Imported, m.Corrects}}
	row, err := run(ctx, t.core, cmd, func(ctx context.Context, now time.Time) (draft, Entry, error) {
		if err := cmp.Or((Subject{KindStaff, m.Ours.ID}).validate(), short(cmd.subject, "path", m.Ours.Path)); err != nil {
			return draft{}, Entry{}, err
		}
		require, err := t.core.between(ctx, actor, m.Customer, m.Theirs)
		forgotten := errors.Is(err, ErrForgotten)
		if err != nil && !(forgotten && m.To == stage.Dissolution) {
			return draft{}, Entry{}, err
		}
		kept, err := t.load(ctx, cmd.subject)
		if err != nil {
			return draft{}, Entry{}, err
		}
		entry, err := t.track.machine.Decide(kept.history, stage.Command[stage.Relationship]{To: m.To, Now: later(now, kept.Head.Recorded), Actor: actor.ID,
			At: Instant(m.At), Reason: m.Reason, Forced: m.Forced, Imported: m.Imported, Corrects: m.Corrects, Guard: m.Guard})
		if err != nil {
			return draft{}, Entry{}, err
		}
		if forgotten {
			entry.Reason = ""
		}
		of := Tie{Customer: m.Customer, Path: m.Ours.Path, Tie: account.Tie{Ours: m.Ours.ID, Theirs: m.Theirs}}
		change, err := t.append(kept, of, tieMoved, entry, tieMarks{})
		d := draft{require: require, changes: []Change{change.Change}}
		if err == nil && change.begun {
			var guard Change
			guard, err = t.core.giving(ctx, m.Ours.ID)
			d.changes = append(d.changes, guard)
		}
		return d, change.row, err
	})
	if err != nil {
		return stage.Entry[stage.Relationship]{}, err
	}
	return t.track.entry(row)
}

// keptTie is a tie as a command finds it; the record is empty where there is none.
type keptTie struct {
	Record
	history []stage.Entry[stage.Relationship]
}

func (t *Ties) load(ctx context.Context, s Subject) (kept keptTie, err error) {
	if kept.Record, err = t.core.record(ctx, s); err != nil {
		return kept, err
	}
	kept.history, err = t.track.history(ctx, s, kept.Head.Entries)
	return kept, err
}

// tieChange is what an entry changes about a tie.
type tieChange struct {
	Change
	row   Entry // as the store will number it, without the reason
	begun bool  // the tie is the colleague's by it, and was nobody's before
}

// append adds an entry to a tie, and puts the tie as it then is.
func (t *Ties) append(kept keptTie, of Tie, kind string, e stage.Entry[stage.Relationship], said tieMarks) (tieChange, error) {
	spells, err := t.track.machine.Spells(append(slices.Clip(kept.history), e), time.Time{})
	if err != nil {
		return tieChange{}, err
	}
	body, err := json.Marshal(tieBody{of.Ours, of.Path, spells})
	if err != nil {
		return tieChange{}, &Error{Subject: kept.Subject, Field: "body", Reason: "cannot be written as JSON", Err: ErrInvalid}
	}
	r := Record{Customer: of.Customer, Ref: of.Theirs, Path: of.Path, Body: body}
	r.State, r.Owner = t.standing(of.Ours, spells)
	row := t.track.row(e)
	row.Kind, row.Contact, row.Ref = kind, of.Theirs, of.Ours
	said.marks, said.Customer = marks{e.Forced, e.Imported, e.Corrects}, of.Customer
	row.Data, _ = json.Marshal(said)
	change := Change{kept.Subject, kept.Head.Version, []Write{Append{row}, PutRecord{r},
		Emit{pairEvent("tie."+kind, e.Recorded, pairIDs{of.Customer, of.Theirs, of.Ours})}}}
	row.Subject, row.Seq = kept.Subject, kept.Head.Entries+1
	return tieChange{change, row.Redacted(), r.Owner != "" && kept.Owner == ""}, nil
}

// standing returns by what a tie is listed: its stage, and whose it is.
func (t *Ties) standing(ours string, spells []stage.Spell[stage.Relationship]) (state, whose string) {
	if len(spells) == 0 {
		return "", ""
	}
	last := spells[len(spells)-1].State
	if last == stage.Dissolution {
		ours = ""
	}
	return t.track.machine.Code(last), ours
}

// Of returns the ties to people of a customer that hold at an instant, the zero time
// for now, by colleague and person, with the last two-way contact until then. What is
// known now counts. ErrNotFound: the actor sees no such customer.
func (t *Ties) Of(ctx context.Context, actor Actor, customer string, at time.Time) ([]Tie, error) {
	return read(ctx, t.core, "ties.of", actor, Subject{KindCustomer, customer}, func() ([]Tie, error) {
		if _, err := t.core.customer(ctx, actor, customer); err != nil {
			return nil, err
		}
		if at = Instant(at); at.IsZero() {
			at = t.core.now()
		}
		return t.of(ctx, customer, at)
	})
}

func (t *Ties) of(ctx context.Context, customer string, at time.Time) ([]Tie, error) {
	records, err := collect(t.core.store.Records(ctx, RecordFilter{Kind: KindTie, Customer: customer}))
	if err != nil {
		return nil, err
	}
	return t.at(ctx, customer, records, at)
}

// OfStaff returns the ties that a colleague has now, with the people of all customers
// that the actor sees, by customer and person. ErrInvalid: no colleague.
func (t *Ties) OfStaff(ctx context.Context, actor Actor, staff string) ([]Tie, error) {
	whose := Subject{KindStaff, staff}
	return read(ctx, t.core, "ties.of-staff", actor, whose, func() ([]Tie, error) {
		if err := whose.validate(); err != nil {
			return nil, err
		}
		records, err := collect(t.core.store.Records(ctx, RecordFilter{Kind: KindTie, Owner: staff}))
		if err != nil {
			return nil, err
		}
		slices.SortFunc(records, func(a, b Record) int { return cmp.Or(cmp.Compare(a.Customer, b.Customer), cmp.Compare(a.Ref, b.Ref)) })
		var ties []Tie
		for len(records) > 0 {
			customer := records[0].Customer
			n := slices.IndexFunc(records, func(r Record) bool { return r.Customer != customer })
			if n < 0 {
				n = len(records)
			}
			switch _, err := t.core.customer(ctx, actor, customer); {
			case errors.Is(err, ErrNotFound):
			case err != nil:
				return nil, err
			default:
				some, err := t.at(ctx, customer, records[:n], t.core.now())
				if err != nil {
					return nil, err
				}
				ties = append(ties, some...)
			}
			records = records[n:]
		}
		return ties, nil
	})
}

// at returns what records of ties to people of one customer say of an instant.
func (t *Ties) at(ctx context.Context, customer string, records []Record, at time.Time) ([]Tie, error) {
	activities, err := (&Timeline{t.core}).whole(ctx, customer)
	if err != nil {
		return nil, err
	}
	line, err := timeline.New(activities, timeline.Options{})
	if err != nil {
		return nil, err
	}
	line = line.AsOf(at)
	var ties []Tie
	for _, r := range records {
		body, err := tieOf(r)
		if err != nil {
			return nil, err
		}
		tie := Tie{Customer: customer, Path: body.Path, Tie: account.Tie{Ours: body.Ours, Theirs: r.Ref}}
		for _, s := range body.Spells {
			if !s.Start.After(at) && (s.End.IsZero() || at.Before(s.End)) {
				tie.Stage, tie.Since = s.State, s.Start
			}
		}
		if tie.Depth = account.DepthAt(tie.Stage); tie.Depth == 0 {
			continue
		}
		tie.LastTwoWay = line.Where(func(a timeline.Activity) bool {
			return a.Actor == tie.Ours && cmp.Or(a.Contact, customer) == tie.Theirs
		}).LastContact().TwoWay
		ties = append(ties, tie)
	}
	slices.SortFunc(ties, func(a, b Tie) int { return cmp.Or(cmp.Compare(a.Ours, b.Ours), cmp.Compare(a.Theirs, b.Theirs)) })
	return ties, nil
}

// History returns how far the relationship of two people had come, in the order in
// which it was recorded, with the reasons that have not been erased.
// [stage.Machine.Spells] of Machine and the statistics of package stage take it.
// ErrNotFound: the actor sees no such customer.
func (t *Ties) History(ctx context.Context, actor Actor, customer, ours, theirs string) ([]stage.Entry[stage.Relationship], error) {
	s := pairSubject(KindTie, customer, ours, theirs)
	return read(ctx, t.core, "ties.history", actor, s, func() ([]stage.Entry[stage.Relationship], error) {
		if _, err := t.core.customer(ctx, actor, customer); err != nil {
			return nil, err
		}
		return t.track.history(ctx, s, MaxVersion)
	})
}

// Machine returns the table that ties move by.
func (t *Ties) Machine() *stage.Machine[stage.Relationship] { return t.track.machine }

func tieOf(r Record) (body tieBody, err error) {
	if err := json.Unmarshal(r.Body, &body); err != nil {
		return body, &Error{Subject: r.Subject, Field: "body", Reason: "is no tie", Err: errors.Join(ErrInvalid, err)}
	}
	return body, nil
}
