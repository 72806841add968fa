package crm

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"iter"
	"strconv"
	"time"

	"github.com/guanxi-go/guanxi/crm/calendar"
	"github.com/guanxi-go/guanxi/crm/money"
	"github.com/guanxi-go/guanxi/crm/pipeline/bid"
	"github.com/guanxi-go/guanxi/internal/limit"
	"github.com/guanxi-go/guanxi/internal/memory"
)

// JournalBid is what became of a bid, and how its requirements were answered.
const JournalBid Journal = "bid" // 投标记录

// MaxRequirements is how many requirements a bid can have: all that somebody has to do
// about them ends in one commit, with the bid. Their ids have to fit into one entry, see
// [MaxText], as numbers of clauses do.
const MaxRequirements = 500

// Bids are our part in tenders (投标), from the invitation to the return of the deposit, by
// the rules of a [bid.Bid]. A bid is a record that is listed by who has the opportunity,
// customer, opportunity (Ref), state, and Due: its deadline until it is handed in, and
// then the first instant at which a deposit that we paid is late.
//
// Its requirements can be given to colleagues, who then see the bid; see [Bids].Assign.
// A bid moves no opportunity: what becomes of that is a decision of its own.
type Bids struct{ core *core }

// Bid is a bid as it stands. It holds ids, codes, amounts, days and instants.
type Bid struct {
	Head        Head      `json:"-"`
	Customer    string    `json:"-"`
	Opportunity string    `json:"-"` // id
	Owner       string    `json:"-"` // staff id
	Path        string    `json:"-"` // of the owner's unit
	Due         time.Time `json:"-"` // the next thing due; zero for none

	bid.Bid
}

// NewBid is a command of [Bids].Open.
type NewBid struct {
	Call
	ID           string // "" for one that is made
	Opportunity  string // id
	Deadline     time.Time
	Requirements []bid.Requirement // at most MaxRequirements; one without an answer is Open
	Deposit      money.Amount      // asked for; zero is none
	ReturnBy     calendar.Day      // the last day on which the deposit is to come back; zero is not stated
}

// Open records that we are invited to bid for an opportunity, and returns the id 登记投标.
//
// Errors: those of [bid.Bid.Validate]; ErrDuplicate where the id is in use; ErrTransition
// where the opportunity is closed; ErrNotFound where the actor sees none; ErrForgotten
// where the customer was erased; ErrForbidden where who has the opportunity has left.
func (s *Bids) Open(ctx context.Context, actor Actor, n NewBid) (string, error) {
	n.Deadline = Instant(n.Deadline)
	cmd := command{name: "bids.open", actor: actor, made: n.ID == "", call: n.Call,
		input: []any{n.Opportunity, n.Deadline, n.Requirements, n.Deposit, n.ReturnBy}}
	if n.ID == "" {
		n.ID = s.core.opts.NewID()
	}
	cmd.subject = Subject{KindBid, n.ID}
	return run(ctx, s.core, cmd, func(ctx context.Context, now time.Time) (draft, string, error) {
		o, customer, err := (&Opportunities{s.core}).standing(ctx, actor, n.Opportunity)
		if err == nil {
			err = o.beOpen()
		}
		if err != nil {
			return draft{}, "", err
		}
		guard, err := s.core.giving(ctx, o.Holding.Owner)
		if err != nil {
			return draft{}, "", err
		}
		b, err := s.new(ctx, n, o)
		if err != nil {
			return draft{}, "", err
		}
		row := b.row(bidOpened, actor, n.Call, now)
		row.Data = told(b)
		change, err := s.core.bidChange(b, row)
		return draft{require: []Expect{customer}, changes: []Change{change, guard, o.guard()}}, n.ID, err
	})
}

func (s *Bids) new(ctx context.Context, n NewBid, o Opportunity) (b Bid, err error) {
	subject := Subject{KindBid, n.ID}
	b = Bid{Customer: o.Customer, Opportunity: o.ID, Owner: o.Holding.Owner, Path: o.Holding.Path}
	b.Bid, err = bid.Bid{ID: n.ID, State: bid.Invited, Deposit: n.Deposit}.Amend(bid.Amendment{Deadline: n.Deadline, ReturnBy: n.ReturnBy, Requirements: n.Requirements})
	if err := cmp.Or(err, limits(b.Bid)); err != nil {
		return b, err
	}
	head, err := s.core.store.Head(ctx, subject)
	if err == nil && head.Version > 0 {
		err = &Error{Subject: subject, Err: ErrDuplicate}
	}
	return b, err
}

// limits holds a bid that its package allows against what a store keeps.
func limits(b bid.Bid) error {
	subject := Subject{KindBid, b.ID}
	switch {
	case !limit.IsInstant(b.Deadline):
		return &Error{Subject: subject, Field: "deadline", Reason: "is not in the years 1 to 9999", Err: ErrInvalid}
	case len(b.Requirements) > MaxRequirements:
		return &Error{Subject: subject, Field: "requirements", Reason: "are more than " + strconv.Itoa(MaxRequirements), Err: ErrInvalid}
	}
	return nil
}

// Prepare begins to draw a bid up 开始编制, and returns the entry, without its reason, as do
// the commands that follow. Their errors are those of the method of [bid.Bid] with the
// same name; ErrNotFound where the actor sees no such bid; ErrForgotten where the customer
// was erased, but of Lose, Cancel and Refund, which then drop the reason.
func (s *Bids) Prepare(ctx context.Context, actor Actor, id string, call Call) (Entry, error) {
	return s.decide(ctx, actor, bidPrepared, id, call, nil, func(b bid.Bid, _ time.Time) (bid.Bid, error) { return b.Prepare() })
}

// Amend records what the purchaser changed of the call for tenders 澄清修改. Who had a
// requirement that was changed has to answer it anew.
func (s *Bids) Amend(ctx context.Context, actor Actor, id string, a bid.Amendment, call Call) (Entry, error) {
	a.Deadline = Instant(a.Deadline)
	return s.decide(ctx, actor, bidAmended, id, call, a, func(b bid.Bid, _ time.Time) (bid.Bid, error) {
		next, err := b.Amend(a)
		return next, cmp.Or(err, limits(next))
	})
}

// Pay records that we paid the deposit on a day 缴纳保证金.
func (s *Bids) Pay(ctx context.Context, actor Actor, id string, on calendar.Day, call Call) (Entry, error) {
	return s.decide(ctx, actor, bidPaid, id, call, onDay{on}, func(b bid.Bid, _ time.Time) (bid.Bid, error) { return b.Pay(on) })
}

// Submit hands a bid in 递交: at the instant of the call, which the journal has beside that
// at which it was recorded. ErrTransition also where the opportunity is closed.
func (s *Bids) Submit(ctx context.Context, actor Actor, id string, call Call) (Entry, error) {
	return s.decide(ctx, actor, bidSubmitted, id, call, nil, bid.Bid.Submit)
}

// Win records that a bid was chosen 中标. What is agreed is an order: see
// [Opportunities].Win.
func (s *Bids) Win(ctx context.Context, actor Actor, id string, call Call) (Entry, error) {
	return s.decide(ctx, actor, bidWon, id, call, nil, func(b bid.Bid, _ time.Time) (bid.Bid, error) { return b.Win() })
}

// Lose records that another bid was chosen 未中标. Who has won it instead, and why, is said
// of the opportunity: see [Opportunities].Lose.
func (s *Bids) Lose(ctx context.Context, actor Actor, id string, call Call) (Entry, error) {
	return s.decide(ctx, actor, bidLost, id, call, nil, func(b bid.Bid, _ time.Time) (bid.Bid, error) { return b.Lose() })
}

// Cancel records that the tender or the bid came to nothing 废标、流标.
func (s *Bids) Cancel(ctx context.Context, actor Actor, id string, call Call) (Entry, error) {
	return s.decide(ctx, actor, bidCancelled, id, call, nil, func(b bid.Bid, _ time.Time) (bid.Bid, error) { return b.Cancel() })
}

// Refund records that the deposit came back on a day 退还保证金.
func (s *Bids) Refund(ctx context.Context, actor Actor, id string, on calendar.Day, call Call) (Entry, error) {
	return s.decide(ctx, actor, bidRefunded, id, call, onDay{on}, func(b bid.Bid, _ time.Time) (bid.Bid, error) { return b.Refund(on) })
}

// The kinds of entries in JournalBid.
const (
	bidOpened    = "opened"
	bidAssigned  = "assigned"
	bidAnswered  = "answered"
	bidPrepared  = "prepared"
	bidAmended   = "amended"
	bidPaid      = "paid"
	bidSubmitted = "submitted"
	bidWon       = "won"
	bidLost      = "lost"
	bidCancelled = "cancelled"
	bidRefunded  = "refunded"
)

// onDay is the Data of an entry paid or refunded.
type onDay struct {
	On calendar.Day `json:"on"`
}

// decide runs a decision over a bid that the actor sees. What its colleagues had to do is
// brought to what then stands.
func (s *Bids) decide(ctx context.Context, actor Actor, kind, id string, call Call, input any,
	decide func(b bid.Bid, at time.Time) (bid.Bid, error)) (Entry, error) {
	cmd := command{name: "bids." + kind, actor: actor, subject: Subject{KindBid, id}, call: call, input: input}
	return run(ctx, s.core, cmd, func(ctx context.Context, now time.Time) (draft, Entry, error) {
		call := call
		b, err := s.get(ctx, actor, id)
		if err != nil {
			return draft{}, Entry{}, err
		}
		customer, err := s.core.whose(ctx, b.Customer)
		if kind == bidLost || kind == bidCancelled || kind == bidRefunded {
			err = silently(err, &call)
		}
		if err != nil {
			return draft{}, Entry{}, err
		}
		d := draft{require: []Expect{customer}}
		if kind == bidSubmitted {
			open, err := s.open(ctx, b.Opportunity)
			if err != nil {
				return draft{}, Entry{}, err
			}
			d.require = append(d.require, open)
		}
		row := b.row(kind, actor, call, later(now, b.Head.Recorded))
		was := b.State
		if b.Bid, err = decide(b.Bid, row.At); err != nil {
			return draft{}, Entry{}, err
		}
		row.From, row.To = was.String(), b.State.String()
		row.Data = told(input)
		change, err := s.core.bidChange(b, row)
		if err != nil {
			return draft{}, Entry{}, err
		}
		responses, err := s.follow(ctx, b)
		d.changes = append(responses, change)
		return d, b.numbered(row), err
	})
}

// open returns the opportunity of a bid as the commit is to find it, which is open.
func (s *Bids) open(ctx context.Context, opportunity string) (Expect, error) {
	r, err := s.core.store.Record(ctx, Subject{KindOpportunity, opportunity})
	if err != nil {
		return Expect{}, err
	}
	o, err := opportunityOf(r)
	return Expect{r.Subject, r.Head.Version}, cmp.Or(err, o.beOpen())
}

// row is a line of the bid's journal. Its Contact is the customer, so that its texts are
// cleared with those of the customer, if that is a person.
func (b Bid) row(kind string, actor Actor, call Call, now time.Time) Entry {
	return Entry{Journal: JournalBid, Kind: kind, To: b.State.String(), Contact: b.Customer, Ref: b.Opportunity, Amount: b.Deposit.Minor, Currency: b.Deposit.Currency,
		Actor: actor.ID, At: effective(call, now), Recorded: now, Reason: call.Reason}
}

// numbered returns a row as the store will number it, without its texts.
func (b Bid) numbered(row Entry) Entry {
	row.Subject, row.Seq = Subject{KindBid, b.ID}, b.Head.Entries+1
	return row.Redacted()
}

// bidChange appends an entry to a bid and puts it as it then is.
func (c *core) bidChange(b Bid, row Entry) (Change, error) {
	subject := Subject{KindBid, b.ID}
	body, err := json.Marshal(b)
	if err != nil {
		return Change{}, &Error{Subject: subject, Field: "body", Reason: "cannot be written as JSON", Err: ErrInvalid}
	}
	r := Record{Customer: b.Customer, Ref: b.Opportunity, Owner: b.Owner, Path: b.Path, State: b.State.String(), Due: b.due(c), Body: body}
	return Change{subject, b.Head.Version, []Write{Append{row}, PutRecord{r}, Emit{Event{Kind: "bid." + row.Kind, At: row.Recorded}}}}, nil
}

// pending reports whether a bid is still to be handed in.
func (b Bid) pending() bool { return b.State == bid.Invited || b.State == bid.Preparing }

// due is when a bid is to be handed in, or its deposit is late.
func (b Bid) due(c *core) time.Time {
	switch {
	case b.pending():
		return b.Deadline
	case !b.PaidOn.IsZero() && b.BackOn.IsZero() && !b.ReturnBy.IsZero():
		return c.startOf(b.ReturnBy + 1)
	}
	return time.Time{}
}

func bidOf(r Record) (b Bid, err error) {
	if err := json.Unmarshal(r.Body, &b); err != nil {
		return b, &Error{Subject: r.Subject, Field: "body", Reason: "is no bid", Err: errors.Join(ErrInvalid, err)}
	}
	b.Head, b.Customer, b.Opportunity, b.Owner, b.Path, b.Due = r.Head, r.Customer, r.Ref, r.Owner, r.Path, r.Due
	return b, nil
}

// get returns a bid that the actor sees by its owner.
func (s *Bids) get(ctx context.Context, actor Actor, id string) (Bid, error) {
	r, err := s.core.visible(ctx, actor, Subject{KindBid, id})
	if err != nil {
		return Bid{}, err
	}
	return bidOf(r)
}

// Get returns a bid. ErrNotFound: the actor sees none, and has no requirement of it to
// answer.
func (s *Bids) Get(ctx context.Context, actor Actor, id string) (Bid, error) {
	return read(ctx, s.core, "bids.get", actor, Subject{KindBid, id}, func() (Bid, error) {
		b, _, err := s.seen(ctx, actor, id)
		return b, err
	})
}

// BidFilter narrows a listing of bids; a zero field does not.
type BidFilter struct {
	After string // only ids greater than this one
	Limit int    // at most so many; 0 for no limit

	Owner       string // staff id
	Customer    string // id
	Opportunity string // id
	State       bid.State
	DueBefore   time.Time // for which something is due before this instant
}

// List yields the bids of opportunities that the actor sees, by id.
func (s *Bids) List(ctx context.Context, actor Actor, f BidFilter) iter.Seq2[Bid, error] {
	s.core.observe(ctx, Op{Name: "bids.list", Actor: actor.ID, Attempts: 1})
	return decoded(s.core.store.Records(ctx, RecordFilter{Kind: KindBid, After: f.After, Limit: f.Limit, Owner: f.Owner, Customer: f.Customer,
		Ref: f.Opportunity, State: f.State.String(), DueBefore: Instant(f.DueBefore), Visible: &actor.Sees}), bidOf)
}

// History yields the journal of a bid as it was recorded, with the texts that have not been
// erased: what an answer says in words is the Text of an entry answered.
func (s *Bids) History(ctx context.Context, actor Actor, id string) iter.Seq2[Entry, error] {
	subject := Subject{KindBid, id}
	_, _, err := s.seen(ctx, actor, id)
	s.core.observe(ctx, Op{Name: "bids.history", Actor: actor.ID, Subject: subject, Attempts: 1, Err: err})
	if err != nil {
		return memory.Failing[Entry](err)
	}
	return s.core.store.Entries(ctx, EntryFilter{Subject: subject, Journal: JournalBid})
}
